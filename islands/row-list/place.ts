// Where somebody is in a list: the current row, how far it was scrolled, what was chosen. It is there again when he comes back.
import { ROWS, addressOf } from "./rows";

interface Kept {
  scroll: number;
  row: string;
  chosen: string[];
}

/** One row of the list is current; whoever shows more of it is told. */
export function pointAt(list: HTMLElement, row: HTMLTableRowElement | undefined): void {
  list.querySelector("tbody tr.cur")?.classList.remove("cur");
  if (!row) return;
  row.classList.add("cur");
  list.dispatchEvent(new CustomEvent("artel:row", { bubbles: true, detail: addressOf(row) }));
}

export class Place {
  #key = `artel-list:${location.pathname}${location.search}`;
  #scroll = 0;
  #chosen: string[] = [];
  #row = "";

  constructor(
    private readonly list: HTMLElement,
    counted: () => void,
  ) {
    this.#pane?.addEventListener("scroll", () => (this.#scroll = this.#pane?.scrollTop ?? 0), { passive: true });
    addEventListener("pagehide", () => this.keep());
    if (isBack()) this.#restore(counted);
  }

  /** Called when the page goes and when other rows take the place of these. */
  keep(): void {
    if (this.list.isConnected) this.#look();
    const kept: Kept = { scroll: this.#scroll, row: this.#row, chosen: this.#chosen };
    sessionStorage.setItem(this.#key, JSON.stringify(kept));
  }

  #rowOf(card: string): HTMLTableRowElement | undefined {
    const rows = [...this.list.querySelectorAll<HTMLTableRowElement>(ROWS)];
    return card ? rows.find((row) => path(addressOf(row)) === card) : undefined;
  }

  get #pane(): HTMLElement | null {
    return this.list.querySelector(".scroll");
  }

  #look(): void {
    this.#row = path(addressOf(this.list.querySelector<HTMLElement>("tr.cur")));
    this.#chosen = [...this.list.querySelectorAll<HTMLInputElement>("td.chk input:checked")].map((box) => keyOf(box));
  }

  #restore(counted: () => void): void {
    const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? "{}") as Partial<Kept>;
    const row = this.#rowOf(cameFrom()) ?? this.#rowOf(kept.row ?? "");
    if (row) pointAt(this.list, row);
    if (!kept.chosen) return row?.scrollIntoView({ block: "nearest" });
    for (const box of this.list.querySelectorAll<HTMLInputElement>("td.chk input")) box.checked = kept.chosen.includes(keyOf(box));
    counted();
    this.#pane?.scrollTo(0, kept.scroll ?? 0);
    row?.scrollIntoView({ block: "nearest" });
  }
}

/** The person went back, read the page again, or came from the card of one of its rows. */
function isBack(): boolean {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (entry && entry.type !== "navigate") return true;
  return cameFrom() !== "";
}

/** The card of this list that led here, its tabs too: «/deals/<key>». */
function cameFrom(): string {
  const before = `${location.origin}${location.pathname}/`;
  return document.referrer.startsWith(before) ? `${location.pathname}/${path(document.referrer.slice(before.length)).split("/", 1)[0] ?? ""}` : "";
}

/** What a box chooses, whatever its version. */
function keyOf(box: HTMLInputElement): string {
  return box.value.split(":", 1)[0] ?? "";
}

function path(address: string): string {
  return address.split("?", 1)[0] ?? "";
}
