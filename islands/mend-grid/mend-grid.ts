// Cells of a file mended where they stand: a click, Enter or F2 opens one, Enter saves and goes down, Tab to the right, Esc leaves it as
// it was, arrows lead about. Each cell is saved by itself through the form around, one after another, by the version last shown.
interface Place {
  line: string;
  place: string;
}

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
let focused: Place | null = null;
type Written = Pick<HTMLInputElement, "value" | "selectionStart" | "selectionEnd">;
let unsaved: (Place & Written) | null = null;

class MendGrid extends HTMLElement {
  #field: HTMLInputElement | HTMLTextAreaElement | null = null;
  #isLeaving = false;

  connectedCallback(): void {
    const table = this.querySelector("table");
    if (!table) return;
    table.setAttribute("role", "grid");
    for (const cell of this.#cells) cell.tabIndex = -1;
    this.addEventListener("keydown", (event) => this.#pressed(event));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("focusin", (event) => this.#entered(event));
    this.addEventListener("focusout", (event) => this.#left(event));
    for (const name of ["input", "change"]) this.addEventListener(name, (event) => event.stopPropagation());
    this.restore();
  }

  disconnectedCallback(): void {
    const cell = this.#field?.closest("td");
    if (cell && this.#field) {
      const { value, selectionStart, selectionEnd } = this.#field;
      unsaved = { ...placeOf(cell), value, selectionStart, selectionEnd };
    }
    this.#field = null;
    queueMicrotask(() => document.querySelector<MendGrid>("mend-grid")?.restore());
  }

  get #cells(): HTMLTableCellElement[] {
    return [...this.querySelectorAll<HTMLTableCellElement>("td[data-place]")];
  }

  // Rows that have come anew, before those they replace went or after: where somebody was and what he was writing is there again.
  restore(): void {
    const found = (at: Place | null): HTMLTableCellElement | undefined =>
      this.#cells.find((cell) => cell.dataset["line"] === at?.line && cell.dataset["place"] === at?.place);
    const first = found(focused) ?? this.#cells[0];
    if (first) first.tabIndex = 0;
    const [open, written] = [found(unsaved), unsaved];
    unsaved = null;
    if (open && written) this.#open(open, written);
    else if (focused && (document.activeElement ?? document.body) === document.body) first?.focus({ preventScroll: true });
  }

  #entered(event: FocusEvent): void {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td[data-place]");
    if (!cell) return;
    focused = placeOf(cell);
    if (event.target !== cell) return;
    for (const other of this.#cells) other.tabIndex = -1;
    cell.tabIndex = 0;
  }

  #left(event: FocusEvent): void {
    const field = this.#field;
    // A cell that goes because rows come anew loses the focus, too: it is not left.
    if (event.target === field && !this.#isLeaving) queueMicrotask(() => this.isConnected && this.#field === field && this.#save());
    if (this.isConnected && event.relatedTarget && !this.contains(event.relatedTarget as Node)) focused = null;
  }

  #clicked(event: Event): void {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td[data-place]");
    if (cell && !this.#field?.closest("td")?.isSameNode(cell) && String(getSelection() ?? "") === "") this.#open(cell);
  }

  #pressed(event: KeyboardEvent): void {
    const cell = (event.target as Element).closest<HTMLTableCellElement>("td[data-place]");
    if (!cell) return;
    if (this.#field) this.#written(event, cell);
    else if (!event.ctrlKey && !event.metaKey && !event.altKey) this.#walked(event, cell);
  }

  #written(event: KeyboardEvent, cell: HTMLTableCellElement): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return this.#close(cell);
    event.stopPropagation();
    if (event.key === "Escape") this.#leave(cell);
    else if (event.key === "Enter" && !event.shiftKey) this.#close(neighbour(cell, 1, 0) ?? cell);
    else if (event.key === "Tab") {
      const next = neighbour(cell, 0, event.shiftKey ? -1 : 1);
      if (!next) return;
      this.#close(next);
    } else return;
    event.preventDefault();
  }

  #walked(event: KeyboardEvent, cell: HTMLTableCellElement): void {
    const step = STEPS[event.key];
    if (step) neighbour(cell, ...step)?.focus();
    else if (event.key === "Enter" || event.key === "F2") this.#open(cell);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #open(cell: HTMLTableCellElement, written?: Written): void {
    if (this.#field) this.#save();
    const text = textOf(cell);
    const field = document.createElement(text.includes("\n") ? "textarea" : "input");
    field.className = "form-control tight";
    field.value = written?.value ?? text;
    field.ariaLabel = `${headOf(cell)}, ${cell.dataset["line"] ?? ""}`;
    cell.classList.add("open");
    cell.removeAttribute("tabindex");
    cell.querySelector("span")?.before(field);
    this.#field = field;
    field.focus();
    // What is marked is written over by the next key, also when rows have come anew in between.
    if (written) field.setSelectionRange(written.selectionStart, written.selectionEnd);
    else field.select();
  }

  #leave(cell: HTMLTableCellElement): void {
    this.#isLeaving = true;
    this.#field?.remove();
    this.#field = null;
    this.#isLeaving = false;
    cell.classList.remove("open");
    cell.tabIndex = 0;
    cell.focus();
  }

  #close(next: HTMLTableCellElement): void {
    this.#save();
    next.focus();
  }

  // What was written stands there at once; what becomes of it comes with the answer.
  #save(): void {
    const field = this.#field;
    const cell = field?.closest<HTMLTableCellElement>("td");
    const form = this.closest("form");
    if (!field || !cell || !form) return;
    const text = field.value;
    this.#isLeaving = true;
    this.#field = null;
    field.remove();
    this.#isLeaving = false;
    cell.classList.remove("open");
    cell.tabIndex = 0;
    if (text === textOf(cell)) return;
    const shown = cell.querySelector("span");
    if (shown) shown.textContent = text || "—";
    shown?.toggleAttribute("data-empty", text === "");
    const values = { act: `mend:${cell.dataset["line"] ?? ""}`, place: cell.dataset["place"] ?? "", text };
    void window.htmx.ajax("POST", form.action, { source: form, target: "#checked", swap: "innerHTML", values });
  }
}

function placeOf(cell: HTMLTableCellElement): Place {
  return { line: cell.dataset["line"] ?? "", place: cell.dataset["place"] ?? "" };
}

function textOf(cell: HTMLTableCellElement): string {
  const shown = cell.querySelector("span");
  return shown?.hasAttribute("data-empty") ? "" : (cell.dataset["text"] ?? shown?.textContent ?? "");
}

function headOf(cell: HTMLTableCellElement): string {
  return cell.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex]?.textContent?.trim() ?? "";
}

function neighbour(cell: HTMLTableCellElement, down: number, right: number): HTMLTableCellElement | null {
  const row = cell.parentElement as HTMLTableRowElement;
  const line = down > 0 ? row.nextElementSibling : down < 0 ? row.previousElementSibling : row;
  const found = line instanceof HTMLTableRowElement ? line.cells[cell.cellIndex + right] : undefined;
  return found?.dataset["place"] === undefined ? null : found;
}

// A request that waited for another one goes by the version that one has brought.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = (event as CustomEvent<{ ctx?: { request?: { body?: unknown } } }>).detail;
  const version = document.querySelector<HTMLInputElement>("#checked input[name=version]")?.value;
  const body = ctx?.request?.body;
  if (version !== undefined && body instanceof URLSearchParams && body.has("version")) body.set("version", version);
});

customElements.define("mend-grid", MendGrid);
