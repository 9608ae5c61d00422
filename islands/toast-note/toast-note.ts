// What happened, and Undo: eight seconds, longer while hovered or focused; a bad one stays until closed.

const SHOWN = 8000;

class ToastNote extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    if (this.dataset["kind"] === "bad") return;
    this.#start();
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, () => clearTimeout(this.#timer));
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => this.#start());
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.remove(), SHOWN);
  }
}

customElements.define("toast-note", ToastNote);

function show(event: Event): void {
  const { sentence, kind, address } = (event as CustomEvent<{ sentence: string; kind: string; address?: string }>).detail;
  const place = document.querySelector("#toasts");
  if (!place) return;
  const note = document.createElement("toast-note");
  note.className = `toast-u ${kind}`;
  note.dataset["kind"] = kind;
  const text = document.createElement(address ? "a" : "span");
  text.textContent = sentence;
  if (text instanceof HTMLAnchorElement) text.href = address ?? "";
  const shut = document.createElement("button");
  shut.type = "button";
  shut.textContent = document.body.dataset["wordClose"] ?? "";
  shut.addEventListener("click", () => note.remove());
  note.append(text, shut);
  place.replaceChildren(note);
}

document.addEventListener("artel:say", show);
document.addEventListener("click", (event) => {
  const shut = event.target instanceof Element ? event.target.closest("[data-close-toast]") : null;
  shut?.closest("toast-note")?.remove();
});
