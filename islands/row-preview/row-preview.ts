// The current row beside its list: Space opens and closes it, it follows J and K; it stays open from list to list in this tab.
import { onKey } from "../keys";
import { word } from "../page";
import { ROWS, addressOf } from "../row-list/rows";

const WAITS = 90;
const PLACE = "artel-preview";

class RowPreview extends HTMLElement {
  #silence: (() => void)[] = [];
  #asking: AbortController | null = null;
  #shown = "";
  #timer = 0;
  #life = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#life;
    this.#silence = [onKey("preview", (_chord, event) => !isControl(event.target) && this.#toggle(), this), onKey("back", () => this.#isOpen && this.#close(), this)];
    document.addEventListener("artel:row", (event) => this.#follow((event as CustomEvent<string>).detail), { signal });
    document.addEventListener("click", (event) => this.#clicked(event), { signal });
    document.addEventListener("htmx:after:swap", () => this.#again(), { signal });
    if (sessionStorage.getItem(PLACE) && this.#row && !isNarrow()) this.#open();
  }

  disconnectedCallback(): void {
    for (const silence of this.#silence) silence();
    this.#life.abort();
    this.#life = new AbortController();
  }

  get #isOpen(): boolean {
    return !this.hidden;
  }

  get #row(): string {
    return addressOf(document.querySelector<HTMLElement>("row-list tr.cur"));
  }

  #toggle(): boolean {
    if (isNarrow()) return false;
    return this.#isOpen ? this.#close() : this.#open();
  }

  #open(): boolean {
    const row = document.querySelector<HTMLElement>(`row-list ${ROWS}`);
    if (!this.#row) row?.classList.add("cur");
    if (!this.#row) return false;
    const settings = document.querySelector<HTMLElement>("#list-settings");
    if (settings && !settings.hidden) settings.hidden = true;
    this.#turn(true);
    void this.#show(this.#row);
    return true;
  }

  #close(): boolean {
    this.#asking?.abort();
    this.#turn(false);
    document.querySelector<HTMLElement>("row-list tr.cur a")?.focus({ preventScroll: true });
    return true;
  }

  #turn(isOpen: boolean): void {
    this.hidden = !isOpen;
    if (isOpen) sessionStorage.setItem(PLACE, "1");
    else sessionStorage.removeItem(PLACE);
    document.querySelector("[data-preview][aria-pressed]")?.setAttribute("aria-pressed", String(isOpen));
  }

  #clicked(event: MouseEvent): void {
    const at = event.target instanceof Element ? event.target : null;
    if (at?.closest("button[data-preview]")) this.#toggle();
    else if (at?.closest("[data-close-preview]")) this.#close();
    else if (this.#isOpen && at?.closest('[data-toggle="#list-settings"]')) this.#turn(false);
  }

  #follow(row: string): void {
    if (!this.#isOpen && sessionStorage.getItem(PLACE) && !isNarrow()) return void this.#open();
    if (!this.#isOpen) return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#show(row), WAITS);
  }

  /** Other rows stand there now: the one that was shown may be none of them. */
  #again(): void {
    if (this.#isOpen && this.#row && this.#row !== this.#shown) void this.#show(this.#row);
  }

  async #show(row: string): Promise<void> {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const [card, query] = row.split("?", 2);
    this.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(`${card ?? ""}/beside?${query ?? ""}`, { headers: { "HX-Request": "true" }, signal: asking.signal });
      const text = response.ok ? await response.text() : "";
      if (!asking.signal.aborted) this.#put(row, text);
    } catch {
      if (!asking.signal.aborted) this.#say(word("offline"));
    }
  }

  #put(row: string, text: string): void {
    if (!text) return this.#say(word("nothing"));
    this.#shown = row;
    this.innerHTML = text;
    this.removeAttribute("aria-busy");
    window.htmx.process(this);
  }

  #say(sentence: string): void {
    const said = document.createElement("p");
    said.className = "still";
    said.setAttribute("role", "status");
    said.textContent = sentence;
    this.replaceChildren(said);
    this.removeAttribute("aria-busy");
  }
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, summary, input") !== null;
}

function isNarrow(): boolean {
  return matchMedia("(max-width: 700px)").matches;
}

customElements.define("row-preview", RowPreview);
