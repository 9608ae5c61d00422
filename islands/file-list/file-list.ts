// The files of a record: J, K and arrows walk, Space looks, Enter opens; a line dragged out of the browser is downloaded.
import { latin } from "../keys";
import { isTyping, singleKeysOn } from "../page";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

class FileList extends HTMLElement {
  #life = new AbortController();

  connectedCallback(): void {
    const { signal } = this.#life;
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.addEventListener("dragstart", (event) => this.#carried(event), { signal });
  }

  disconnectedCallback(): void {
    this.#life.abort();
    this.#life = new AbortController();
  }

  get #links(): HTMLAnchorElement[] {
    return [...this.querySelectorAll<HTMLAnchorElement>("a[data-preview]")];
  }

  #pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open], details.menu[open]")) return;
    const here = this.querySelector<HTMLAnchorElement>("tr.cur a[data-preview]");
    const step = STEPS[latin(event)];
    if (step && (event.key.startsWith("Arrow") || singleKeysOn())) this.#walk(step, here);
    else if (event.key === " " && here && singleKeysOn() && !isButton(event.target)) here.click();
    else return;
    event.preventDefault();
  }

  #walk(step: number, here: HTMLAnchorElement | null): void {
    const links = this.#links;
    const at = here ? links.indexOf(here) : step > 0 ? -1 : links.length;
    const next = links[Math.max(0, Math.min(links.length - 1, at + step))];
    this.querySelector("tr.cur")?.classList.remove("cur");
    next?.closest("tr")?.classList.add("cur");
    next?.focus();
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
