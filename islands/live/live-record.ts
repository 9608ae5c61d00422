// The line of a record that is open: somebody changed it, marked it, or it is there no longer. What is typed stays as it is.
import { hub, type Watch } from "./hub";
import { type Told, clock, count, text, texts } from "./told";

const QUIET = 1500;

class LiveRecord extends HTMLElement {
  #leave: (() => void) | null = null;
  #sets = new Set<string>();
  #timer = 0;

  connectedCallback(): void {
    const { entity, key, version, since } = this.dataset;
    const watch: Watch = { query: ["record", `${entity}/${key}/${version}`], since: since ?? "", hear: (told) => this.#hear(told) };
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
    if (text(told, "id") !== this.dataset["key"] || text(told, "entity") !== this.dataset["entity"]) return;
    if (told.name === "gone") this.#tell(this.#word("gone"), "gone");
    if (told.name === "changed" && !this.#isKnown(told)) this.#changed(told);
  }

  // The stream tells rather twice than never; the page knows what it has shown.
  #isKnown(told: Told): boolean {
    if (told.about["mine"] === true && Date.parse(text(told, "at")) < Number(this.dataset["at"])) return true;
    return told.about["parts"] !== true && count(told, "version") <= Number(this.dataset["version"]);
  }

  #changed(told: Told): void {
    this.dataset["version"] = String(Math.max(count(told, "version"), Number(this.dataset["version"])));
    for (const key of texts(told, "sets")) this.#sets.add(key);
    const isMine = told.about["mine"] === true;
    const isMarked = told.about["marked"] === true && this.dataset["marked"] === undefined;
    const said = isMarked ? "marked" : isMine ? "mine" : "changed";
    this.#tell(this.#word(said).replace("{who}", text(told, "who")).replace("{time}", clock(new Date(text(told, "at")))), said);
    if (isMine) this.#timer = window.setTimeout(() => this.#refresh(true), QUIET);
  }

  #word(name: string): string {
    return this.querySelector<HTMLElement>(`[data-word="${name}"]`)?.textContent ?? "";
  }

  #tell(sentence: string, kind = "stale"): void {
    const said = this.querySelector("[data-said]");
    if (!said || this.dataset["said"] === "gone") return;
    said.textContent = sentence;
    this.dataset["said"] = kind;
    for (const button of this.querySelectorAll<HTMLElement>("[data-act]")) button.hidden = !(button.dataset["for"] ?? "").split(" ").includes(kind);
  }

  #clicked = (event: Event): void => {
    const act = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-act]")?.dataset["act"] : undefined;
    if (act === "show") this.#show();
    if (act === "refresh") this.#refresh(false);
  };

  #show(): void {
    const address = new URL(this.dataset["changes"] ?? "", location.href);
    for (const key of this.#sets) address.searchParams.append("set", key);
    void window.htmx.ajax("GET", address.href, { target: "#dialog", swap: "innerHTML" });
  }

  // By itself a page is only read again where nobody is in the middle of something.
  #refresh(isQuiet: boolean): void {
    const fresh = this.dataset["fresh"];
    if (isQuiet && (!fresh || isBusy())) return;
    if (!fresh) return location.reload();
    const pane = document.querySelector<HTMLElement>(".panes")?.dataset["pane"];
    void window.htmx.ajax("GET", location.href, { target: fresh, swap: "innerMorph" }).then(() => {
      const panes = document.querySelector<HTMLElement>(".panes");
      if (panes && pane) panes.dataset["pane"] = pane;
    });
  }
}

function isBusy(): boolean {
  return document.querySelector("dialog[open], details.menu[open]") !== null || !["BODY", "A", "BUTTON", "MAIN"].includes(document.activeElement?.tagName ?? "BODY");
}

customElements.define("live-record", LiveRecord);
