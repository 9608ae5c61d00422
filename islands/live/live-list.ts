// The line of a list: how many of its records were changed since it was read. Rows never jump by themselves.
import { hub, type Watch } from "./hub";
import { type Told, texts, text } from "./told";

const QUIET = 1500;

class LiveList extends HTMLElement {
  #leave: (() => void) | null = null;
  #changed = new Set<string>();
  #timer = 0;

  connectedCallback(): void {
    const { list, since } = this.dataset;
    const watch: Watch = { query: ["list", list ?? ""], since: since ?? "", hear: (told) => this.#hear(told) };
    this.#leave = hub.watch(watch);
    this.addEventListener("click", this.#clicked);
  }

  disconnectedCallback(): void {
    this.#leave?.();
    this.removeEventListener("click", this.#clicked);
    clearTimeout(this.#timer);
  }

  #hear(told: Told): void {
    if (told.name === "stale") return this.#tell(this.#word("stale"));
    if (told.name !== "list" || text(told, "list") !== this.dataset["list"]) return;
    const isMine = told.about["mine"] === true;
    if (isMine && Date.parse(text(told, "at")) < Number(this.dataset["at"])) return;
    const shown = this.#shown;
    for (const key of [...texts(told, "ids"), ...texts(told, "left").filter((one) => shown.has(one))]) this.#changed.add(key);
    if (!this.#changed.size) return;
    const isMany = told.about["more"] === true;
    this.#tell(this.#word("changed").replace("{num}", `${this.#changed.size}${isMany ? "+" : ""}`));
    if (isMine && this.#changed.size) this.#timer = window.setTimeout(() => this.#refresh(true), QUIET);
  }

  get #rows(): HTMLElement {
    return document.querySelector<HTMLElement>(this.dataset["rows"] ?? "#rows") ?? document.body;
  }

  /** The keys of the records in sight: rows of a list, or cards of a board. */
  get #shown(): Set<string> {
    const boxes = [...this.#rows.querySelectorAll<HTMLInputElement>("input[name=key]")].map((box) => box.value.split(":", 1)[0] ?? "");
    const cards = [...this.#rows.querySelectorAll<HTMLElement>(".kcard")].map((card) => card.dataset["key"] ?? "");
    return new Set([...boxes, ...cards]);
  }

  #word(name: string): string {
    return this.querySelector<HTMLElement>(`[data-word="${name}"]`)?.textContent ?? "";
  }

  #tell(sentence: string): void {
    const said = this.querySelector<HTMLElement>("[data-said]");
    const button = this.querySelector<HTMLElement>("[data-act]");
    if (said) said.textContent = sentence;
    this.dataset["said"] = "changed";
    if (button) button.hidden = false;
  }

  #clicked = (event: Event): void => {
    if (event.target instanceof Element && event.target.closest("[data-act]")) this.#refresh(false);
  };

  #refresh(isQuiet: boolean): void {
    const rows = this.#rows;
    const isBusy = rows.querySelector("tr.sel, tr.cur") !== null || rows.contains(document.activeElement) || document.querySelector("dialog[open], details.menu[open], inline-field, .kcard.ghost") !== null;
    if (isQuiet && isBusy) return;
    void window.htmx.ajax("GET", location.href, { target: this.dataset["rows"] ?? "#rows", swap: "outerHTML" });
  }
}

customElements.define("live-list", LiveList);
