// The files of a record: J, K and arrows walk, Space looks, Enter opens; a line dragged out of the browser is downloaded.
import { onKey } from "../keys";

const STEPS: Record<string, number> = { arrowdown: 1, arrowup: -1, j: 1, k: -1 };

class FileList extends HTMLElement {
  #life = new AbortController();
  #silence: (() => void)[] = [];

  connectedCallback(): void {
    const { signal } = this.#life;
    this.#silence = [onKey("files", (chord) => this.#walk(STEPS[chord] ?? 0), this), onKey("look", (_chord, event) => this.#look(event), this)];
    this.addEventListener("dragstart", (event) => this.#carried(event), { signal });
  }

  disconnectedCallback(): void {
    for (const silence of this.#silence) silence();
    this.#life.abort();
    this.#life = new AbortController();
  }

  get #links(): HTMLAnchorElement[] {
    return [...this.querySelectorAll<HTMLAnchorElement>("a[data-preview]")];
  }

  get #here(): HTMLAnchorElement | null {
    return this.querySelector("tr.cur a[data-preview]");
  }

  #look(event: KeyboardEvent): boolean {
    const here = isButton(event.target) ? null : this.#here;
    here?.click();
    return here !== null;
  }

  #walk(step: number): boolean {
    const links = this.#links;
    const here = this.#here;
    const at = here ? links.indexOf(here) : step > 0 ? -1 : links.length;
    const next = links[Math.max(0, Math.min(links.length - 1, at + step))];
    this.querySelector("tr.cur")?.classList.remove("cur");
    next?.closest("tr")?.classList.add("cur");
    next?.focus();
    return next !== undefined;
  }

  #carried(event: DragEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("tr[data-download]") : null;
    if (!row || !event.dataTransfer) return;
    const address = new URL(row.dataset["download"] ?? "", location.href).href;
    event.dataTransfer.setData("DownloadURL", `application/octet-stream:${row.dataset["name"] ?? "file"}:${address}`);
    event.dataTransfer.setData("text/uri-list", address);
    event.dataTransfer.setData("text/x-artel-file", address);
    event.dataTransfer.effectAllowed = "copy";
  }
}

function isButton(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, summary, a:not([data-preview])") !== null;
}

customElements.define("file-list", FileList);
