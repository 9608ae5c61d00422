// Nothing typed is ever lost: what stands in the form is kept in this tab until the server says it accepted it.
import { word } from "../page";

type Kept = Record<string, string[]>;

const SECRET = new Set(["csrfmiddlewaretoken", "idempotency"]);

const DRAFTS = "artel-draft:";

/** A draft is somebody's own: the next person in this tab is not shown it. */
function place(key: string): string {
  return `${DRAFTS}${document.body.dataset["person"] ?? ""}:${key}`;
}

document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement && event.target.matches("[data-sign-out]"))) return;
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFTS)) sessionStorage.removeItem(key);
});

class FormGuard extends HTMLElement {
  connectedCallback(): void {
    const form = this.#form;
    if (!form) return;
    if (this.dataset["done"] !== undefined) this.#forget();
    this.#restore(form);
    for (const name of ["input", "change"]) form.addEventListener(name, () => this.#keep(form));
    form.addEventListener("reset", () => this.#forget());
    document.addEventListener("artel:done", this.#done);
  }

  disconnectedCallback(): void {
    document.removeEventListener("artel:done", this.#done);
  }

  // An act in a dialog is done, or what it makes in place; a form under the dialog goes on.
  #done = (): void => {
    if (this.#typedOnly) this.#forget();
  };

  // In a dialog only what a person typed is kept: which records it is about is said by the page.
  get #typedOnly(): boolean {
    return this.dataset["typedOnly"] !== undefined;
  }

  get #form(): HTMLFormElement | null {
    return this.querySelector("form");
  }

  get #key(): string {
    return place(this.dataset["draft"] ?? location.pathname);
  }

  #keep(form: HTMLFormElement): void {
    const kept: Kept = {};
    const untold = new Set([...form.querySelectorAll<HTMLInputElement>("input[type=password], input[readonly]")].map((field) => field.name));
    for (const [name, value] of new FormData(form))
      if (typeof value === "string" && !SECRET.has(name) && !untold.has(name)) (kept[name] ??= []).push(value);
    for (const select of form.querySelectorAll("select")) kept[`${select.name} label`] = [select.selectedOptions[0]?.text ?? ""];
    sessionStorage.setItem(this.#key, JSON.stringify(kept));
  }

  #restore(form: HTMLFormElement): void {
    const stored = sessionStorage.getItem(this.#key);
    if (!stored || this.dataset["answered"] !== undefined) return;
    const kept = JSON.parse(stored) as Kept;
    let changed = false;
    for (const field of form.elements) if (!this.#typedOnly || !isHidden(field)) changed = putBack(field, kept) || changed;
    if (changed) this.#tell(form);
  }

  #tell(form: HTMLFormElement): void {
    const note = document.createElement("p");
    note.className = "callout";
    note.setAttribute("role", "status");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "btn ghost tight push";
    drop.textContent = word("discard");
    drop.addEventListener("click", () => {
      this.#forget();
      location.reload();
    });
    note.append(word("restored"), drop);
    form.prepend(note);
  }

  #forget(): void {
    sessionStorage.removeItem(this.#key);
  }
}

function isHidden(field: Element): boolean {
  return field instanceof HTMLInputElement && field.type === "hidden";
}

function putBack(field: Element, kept: Kept): boolean {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) return false;
  if (!field.name || SECRET.has(field.name) || field.type === "file" || field.type === "password") return false;
  const values = kept[field.name];
  if (field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio")) {
    const checked = values?.includes(field.value) ?? false;
    const changed = field.checked !== checked;
    field.checked = checked;
    return changed;
  }
  const value = values?.shift();
  if (value === undefined || field.value === value) return false;
  if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value))
    field.add(new Option(kept[`${field.name} label`]?.[0] ?? value, value));
  field.value = value;
  return true;
}

customElements.define("form-guard", FormGuard);

document.addEventListener("artel:saved", (event) => {
  const draft = (event as CustomEvent<{ draft?: string }>).detail.draft;
  if (draft) sessionStorage.removeItem(place(draft));
});
