// Columns as wide as they are drawn: the right edge of a head is taken by the mouse; a double click gives the usual width back.
import { csrfToken, say, word } from "../page";

const EDGE = 7;
const NARROWEST = 40;

export class Widening {
  #head: HTMLTableCellElement | null = null;
  #start = { x: 0, width: 0 };

  constructor(list: HTMLElement) {
    list.addEventListener("pointerdown", (event) => this.#down(event));
    list.addEventListener("dblclick", (event) => this.#usual(event));
    // The press that draws a column sorts by nothing.
    list.addEventListener("click", (event) => this.#headAt(event) && event.preventDefault(), true);
  }

  /** The head whose right edge is under the mouse. */
  #headAt(event: MouseEvent): HTMLTableCellElement | null {
    const head = event.target instanceof Element ? event.target.closest<HTMLTableCellElement>("th[data-column]") : null;
    return head && event.clientX > head.getBoundingClientRect().right - EDGE ? head : null;
  }

  #down(event: PointerEvent): void {
    const head = event.button === 0 && event.pointerType !== "touch" ? this.#headAt(event) : null;
    if (!head) return;
    event.preventDefault();
    this.#head = head;
    this.#start = { x: event.clientX, width: head.getBoundingClientRect().width };
    document.addEventListener("pointermove", this.#move);
    document.addEventListener("pointerup", this.#up);
  }

  #move = (event: PointerEvent): void => {
    if (this.#head) this.#draw(this.#head, this.#width(event));
  };

  #up = (event: PointerEvent): void => {
    document.removeEventListener("pointermove", this.#move);
    document.removeEventListener("pointerup", this.#up);
    const head = this.#head;
    this.#head = null;
    if (head && event.clientX !== this.#start.x) void this.#keep(head, this.#width(event));
  };

  #usual(event: MouseEvent): void {
    const head = this.#headAt(event);
    if (head) void this.#keep(head, 0).then(() => location.reload());
  }

  #width(event: PointerEvent): number {
    return Math.max(NARROWEST, Math.round(this.#start.width + event.clientX - this.#start.x));
  }

  #draw(head: HTMLTableCellElement, width: number): void {
    const column = this.#columns(head)[head.cellIndex];
    column?.setAttribute("width", `${width}`);
  }

  #columns(head: HTMLTableCellElement): HTMLElement[] {
    const table = head.closest("table");
    if (!table) return [];
    if (!table.querySelector("colgroup")) {
      const group = document.createElement("colgroup");
      for (const each of table.tHead?.rows[0]?.cells ?? []) {
        const column = document.createElement("col");
        if (each.classList.contains("desk-only")) column.className = "desk-only";
        if (each.classList.contains("chk")) column.setAttribute("width", "32");
        group.append(column);
      }
      table.prepend(group);
    }
    return [...table.querySelectorAll<HTMLElement>("colgroup > col")];
  }

  async #keep(head: HTMLTableCellElement, width: number): Promise<void> {
    const given = new FormData();
    given.set("csrfmiddlewaretoken", csrfToken());
    given.set("list", location.search.slice(1));
    given.set("column", head.dataset["column"] ?? "");
    given.set("width", width ? `${width}` : "");
    try {
      const answer = await fetch(`${location.pathname}/width`, { method: "POST", headers: { "HX-Request": "true" }, body: given });
      const moved = answer.headers.get("HX-Redirect");
      if (!answer.ok) say(word("unkept"), "bad");
      else if (moved) location.assign(moved);
    } catch {
      say(word("unkept"), "bad");
    }
  }
}
