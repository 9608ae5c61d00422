// A list under the keyboard: J and K walk, Enter opens, X selects, E edits, Esc drops the selection; the bulk bar counts what is chosen.
import { latin } from "../keys";
import { isTyping, singleKeysOn } from "../page";

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

class RowList extends HTMLElement {
  #keys = (event: KeyboardEvent): void => this.#pressed(event);

  connectedCallback(): void {
    document.addEventListener("keydown", this.#keys);
    this.addEventListener("change", (event) => this.#ticked(event.target as HTMLInputElement));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.#count();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#keys);
  }

  get #rows(): HTMLTableRowElement[] {
    return [...this.querySelectorAll<HTMLTableRowElement>("tbody tr[data-href]:not([hidden])")];
  }

  get #current(): HTMLTableRowElement | null {
    return this.querySelector("tbody tr.cur");
  }

  #pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open], details.menu[open]")) return;
    const step = STEPS[latin(event)];
    if (step && (event.key.startsWith("Arrow") || singleKeysOn())) this.#walk(step);
    else if (!this.#answer(event)) return;
    event.preventDefault();
  }

  #answer(event: KeyboardEvent): boolean {
    const row = this.#current;
    const key = latin(event);
    if (event.key === "Escape") return this.#drop();
    if (!row) return false;
    if (key === "Enter" && !(event.target instanceof Element && event.target.closest("a, button"))) return go(row.dataset["href"]);
    if (!singleKeysOn()) return false;
    if (key === "x") return this.#toggle(row);
    return key === "e" && go(row.dataset["edit"]);
  }

  #walk(step: number): void {
    const rows = this.#rows;
    const here = rows.indexOf(this.#current as HTMLTableRowElement);
    const next = rows[Math.max(0, Math.min(rows.length - 1, here < 0 ? 0 : here + step))];
    this.#current?.classList.remove("cur");
    next?.classList.add("cur");
    next?.scrollIntoView({ block: "nearest" });
    next?.querySelector<HTMLElement>("td.name a, a")?.focus({ preventScroll: true });
  }

  #clicked(event: MouseEvent): void {
    const target = event.target as Element;
    const row = target.closest<HTMLTableRowElement>("tr[data-href]");
    if (target.closest("[data-drop-selection]")) this.#drop();
    const group = target.closest<HTMLElement>("[data-group]");
    if (group) fold(group);
    if (!row || target.closest("a, button, input, label")) return;
    this.#current?.classList.remove("cur");
    row.classList.add("cur");
  }

  #toggle(row: HTMLTableRowElement): boolean {
    const box = row.querySelector<HTMLInputElement>("input[type=checkbox]");
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

function go(address: string | undefined): boolean {
  if (address) location.href = address;
  return Boolean(address);
}

customElements.define("row-list", RowList);
