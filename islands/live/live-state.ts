// Whether the page is still told what happens: silent while it is, one line in the top bar when it is not.
import { hub } from "./hub";
import type { State } from "./line";
import { clock, text, type Told } from "./told";

const PATIENCE = 5_000;

class LiveState extends HTMLElement {
  #leave: (() => void) | null = null;
  #timer = 0;
  #advice = "";

  connectedCallback(): void {
    this.#leave = hub.follow((state, heard) => this.#turned(state, heard));
    for (const name of ["hello", "epoch"]) document.addEventListener(`artel:live:${name}`, this.#told);
    this.addEventListener("click", this.#clicked);
  }

  disconnectedCallback(): void {
    this.#leave?.();
    for (const name of ["hello", "epoch"]) document.removeEventListener(`artel:live:${name}`, this.#told);
    this.removeEventListener("click", this.#clicked);
    clearTimeout(this.#timer);
  }

  #turned(state: State, heard: number): void {
    if (state === "out" || state === "on") {
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#show(state === "on" ? this.#advice : "out");
    } else if (state !== "opening" && !this.#timer) {
      const known = new Date(heard || Number(document.body.dataset["at"]));
      this.#timer = window.setTimeout(() => this.#show(state, clock(known)), PATIENCE);
    }
  }

  #told = (event: Event): void => {
    const told = (event as CustomEvent<Told>).detail;
    if (told.name === "epoch") this.#advice = "rights";
    else if (text(told, "build") !== document.body.dataset["build"]) this.#advice = "build";
    if (this.#advice) this.#show(this.#advice);
  };

  #show(kind: string, time = ""): void {
    const said = this.querySelector("[data-said]");
    if (!said) return;
    said.textContent = (this.querySelector<HTMLElement>(`[data-word="${kind}"]`)?.textContent ?? "").replace("{time}", time);
    this.dataset["kind"] = kind;
    for (const act of this.querySelectorAll<HTMLElement>("[data-for]")) act.hidden = !(act.dataset["for"] ?? "").split(" ").includes(kind);
  }

  #clicked = (event: Event): void => {
    if (event.target instanceof Element && event.target.closest("[data-reload]")) location.reload();
  };
}

customElements.define("live-state", LiveState);
