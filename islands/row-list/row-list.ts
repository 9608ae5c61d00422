// A list under the keyboard: J and K walk, Enter opens, X selects, E edits, F2 a cell of it, Esc drops the selection; the bulk bar counts what is chosen.
import { editCell } from "../inline-field/inline-field";
import { onKey } from "../keys";
import { Place, pointAt } from "./place";
import { ROWS, addressOf, editOf } from "./rows";
import { Widening } from "./widening";

const STEPS: Record<string, number> = { arrowdown: 1, arrowup: -1, j: 1, k: -1 };

class RowList extends HTMLElement {
  #silence: (() => void)[] = [];
  #place: Place | null = null;

  connectedCallback(): void {
    this.#silence = [
      onKey("rows", (chord) => this.#walk(STEPS[chord] ?? 0), this),
      onKey("open", (_chord, event) => !isControl(event.target) && go(addressOf(this.#current)), this),
      onKey("select", () => this.#toggle(this.#current), this),
      onKey("edit-row", () => go(editOf(this.#current)), this),
      onKey("edit-cell", () => editCell(this.#current), this),
      onKey("back", () => this.#drop(), this),
    ];
    this.addEventListener("change", (event) => this.#ticked(event.target as HTMLInputElement));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.#count();
    this.#place = new Place(this, () => this.#count());
    new Widening(this);
  }

  disconnectedCallback(): void {
    this.#place?.keep();
    for (const silence of this.#silence) silence();
  }

  get #rows(): HTMLTableRowElement[] {
    return [...this.querySelectorAll<HTMLTableRowElement>(`${ROWS}:not([hidden])`)];
  }

  get #current(): HTMLTableRowElement | null {
    return this.querySelector("tbody tr.cur");
  }

  #walk(step: number): boolean {
    const rows = this.#rows;
    const here = rows.indexOf(this.#current as HTMLTableRowElement);
    const next = rows[Math.max(0, Math.min(rows.length - 1, here < 0 ? 0 : here + step))];
    pointAt(this, next);
    next?.scrollIntoView({ block: "nearest" });
    next?.querySelector<HTMLElement>("td.name a, a")?.focus({ preventScroll: true });
    return next !== undefined;
  }

  #clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const row = target.closest<HTMLTableRowElement>(ROWS);
    if (target.closest("[data-drop-selection]")) this.#drop();
    const group = target.closest<HTMLElement>("[data-group]");
    if (group) fold(group);
    if (!row || target.closest("a, button, input, label")) return;
    pointAt(this, row);
  }

  #toggle(row: HTMLTableRowElement | null): boolean {
    const box = row?.querySelector<HTMLInputElement>("input[type=checkbox]");
    if (!box) return false;
    box.checked = !box.checked;
    this.#ticked(box);
    return true;
  }

  #ticked(box: HTMLInputElement): void {
    if (box.matches("[data-all]")) for (const each of this.#boxes) each.checked = box.checked;
    this.#count();
  }

  // An act that makes sense for none of the chosen is not offered.
  #offer(): void {
    const refused = [...this.querySelectorAll<HTMLElement>("tbody tr.sel")].map((row) => (row.dataset["refuses"] ?? "").split(" "));
    for (const button of this.querySelectorAll<HTMLElement>("[data-act]"))
      button.hidden = refused.length > 0 && refused.every((names) => names.includes(button.dataset["act"] ?? ""));
  }

  get #boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("tbody td.chk input")];
  }

  #drop(): boolean {
    const chosen = this.#boxes.filter((box) => box.checked);
    for (const box of chosen) box.checked = false;
    this.#count();
    return chosen.length > 0;
  }

  #count(): void {
    let chosen = 0;
    for (const box of this.#boxes) {
      box.closest("tr")?.classList.toggle("sel", box.checked);
      chosen += Number(box.checked);
    }
    for (const bar of this.querySelectorAll<HTMLElement>("[data-when-selected]")) bar.hidden = chosen === 0;
    for (const bar of this.querySelectorAll<HTMLElement>("[data-when-unselected]")) bar.hidden = chosen > 0;
    for (const place of this.querySelectorAll("[data-selected-count]")) place.textContent = String(chosen);
    this.#offer();
    const all = this.querySelector<HTMLInputElement>("[data-all]");
    if (all) Object.assign(all, { checked: chosen > 0 && chosen === this.#boxes.length, indeterminate: chosen > 0 && chosen < this.#boxes.length });
  }
}

/** The rows of a group go under its head, or come out again. */
function fold(button: HTMLElement): void {
  const isOpen = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(isOpen));
  let row = button.closest("tr")?.nextElementSibling;
  while (row instanceof HTMLElement && !row.classList.contains("grp")) {
    row.hidden = !isOpen;
    row = row.nextElementSibling;
  }
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button") !== null;
}

function go(address: string): boolean {
  if (address) location.href = address;
  return Boolean(address);
}

customElements.define("row-list", RowList);
