// One field edited where it stands: a fact of a card by a click, a cell of a list by a double click, by F2 or, where a link fills it, by
// its pencil. Enter saves, Esc leaves it as it was.
import { say, word } from "../page";

const GAP = 8;

class InlineField extends HTMLElement {
  #place: HTMLElement | null = null;
  #away = (event: Event): void => {
    if (!this.contains(event.target as Node)) this.#leave();
  };
  // A keyboard on the screen changes the window, too.
  #again = (): void => {
    if (this.#place) this.lie(this.#place);
  };

  /** Over the place that is edited, within the window. */
  lie(place: HTMLElement): void {
    this.#place = place;
    const spot = place.getBoundingClientRect();
    const own = this.getBoundingClientRect();
    this.style.left = `${Math.max(GAP, Math.min(spot.left - GAP, innerWidth - own.width - GAP))}px`;
    this.style.top = `${Math.max(GAP, Math.min(spot.top - GAP, innerHeight - own.height - GAP))}px`;
  }

  connectedCallback(): void {
    document.addEventListener("pointerdown", this.#away);
    addEventListener("resize", this.#again);
    this.addEventListener("keydown", (event) => this.#pressed(event));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("submit", (event) => void this.#save(event));
    for (const name of ["input", "change", "dblclick"]) this.addEventListener(name, (event) => event.stopPropagation());
  }

  /** Into its field, once the islands inside are what they will be. */
  enter(): void {
    const field = this.querySelector<HTMLElement>(".ts-control input, input:not([type=hidden]), select:not(.tomselected), textarea");
    field?.focus();
    if (field instanceof HTMLInputElement && field.type === "text") field.select();
  }

  disconnectedCallback(): void {
    document.removeEventListener("pointerdown", this.#away);
    removeEventListener("resize", this.#again);
  }

  #pressed(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.#leave();
  }

  #clicked(event: Event): void {
    event.stopPropagation();
    if ((event.target as Element).closest("[data-leave]")) this.#leave();
  }

  #leave(): void {
    this.remove();
    const cause = this.#place?.querySelector<HTMLElement>("a") ?? this.#place?.closest<HTMLElement>("[tabindex]");
    cause?.focus({ preventScroll: true });
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    if (this.getAttribute("aria-busy")) return;
    this.setAttribute("aria-busy", "true");
    const answer = await asked(form.action, new FormData(form));
    this.removeAttribute("aria-busy");
    if (!answer) return say(word("offline"), "bad");
    if (answer.headers.has("HX-Refresh")) return location.reload();
    if (![409, 422].includes(answer.status)) return say(word("broken"), "bad");
    if (this.#place) show(this.#place, await answer.text());
  }
}

async function asked(address: string, body?: FormData): Promise<Response | null> {
  try {
    return await fetch(address, { headers: { "HX-Request": "true" }, ...(body ? { method: "POST", body } : {}) });
  } catch {
    return null;
  }
}

/** The editor floats over the place, so that nothing moves; what stands there stays below it. */
function show(place: HTMLElement, text: string): void {
  const holder = document.createElement("template");
  holder.innerHTML = text;
  const editor = holder.content.querySelector("inline-field");
  if (!editor) return;
  for (const other of document.querySelectorAll("inline-field")) other.remove();
  document.body.append(editor);
  window.htmx.process(editor);
  if (!(editor instanceof InlineField)) return;
  editor.lie(place);
  editor.enter();
}

async function open(place: HTMLElement, address: string): Promise<void> {
  if (place.dataset["opening"] !== undefined) return;
  place.dataset["opening"] = "";
  const answer = await asked(address);
  delete place.dataset["opening"];
  if (!answer) return say(word("offline"), "bad");
  if (answer.ok) show(place, await answer.text());
}

/** The fact under a click, and where its field is edited; links and the editor itself keep their clicks. */
function factAt(target: Element): void {
  const place = target.closest<HTMLElement>("dl[data-inline] > dd[data-field]");
  const chosen = String(getSelection() ?? "") !== "";
  if (!place || chosen || target.closest("a, button, inline-field")) return;
  const card = place.closest<HTMLElement>("dl[data-inline]")?.dataset["inline"] ?? "";
  void open(place, `${card}/field/${encodeURIComponent(place.dataset["field"] ?? "")}`);
}

function headOf(cell: HTMLTableCellElement | null): HTMLTableCellElement | undefined {
  const head = cell?.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex];
  return head?.dataset["field"] ? head : undefined;
}

function cellOf(target: Element | null): HTMLTableCellElement | null {
  return target?.closest<HTMLTableCellElement>("tbody[data-may-change] > tr:not(.grp) > td") ?? null;
}

function cellAt(target: Element | null): boolean {
  const cell = cellOf(target);
  const field = headOf(cell)?.dataset["field"];
  const card = cell?.parentElement?.querySelector("td.name > a")?.getAttribute("href")?.split("?", 1)[0];
  if (!cell || !card || !field || target?.closest("inline-field")) return false;
  void open(cell, `${card}/field/${encodeURIComponent(field)}`);
  return true;
}

/** The cell that has the focus, else the first of the row that may be edited. */
export function editCell(row: HTMLTableRowElement | null): boolean {
  const focused = cellOf(document.activeElement);
  const cells = [...(focused ? [focused] : []), ...((focused?.parentElement ?? row)?.querySelectorAll("td") ?? [])];
  return cellAt(cells.find((cell) => headOf(cell as HTMLTableCellElement)) ?? null);
}

/** A pencil that goes to the cell under the mouse, or to the one with the focus, where a click would follow a link. */
function follow(event: "pointerover" | "focusin"): void {
  const pencil = document.createElement("button");
  Object.assign(pencil, { type: "button", className: "cell-edit" });
  pencil.addEventListener("click", () => cellAt(pencil));
  document.addEventListener(event, ({ target }) => {
    const cell = target instanceof Element ? cellOf(target) : null;
    const head = headOf(cell);
    if (!cell?.querySelector(":scope > a") || cell.querySelector(".cell-edit") || !head) return;
    pencil.ariaLabel = `${word("edit")}: ${head.textContent?.trim() ?? ""}`;
    cell.classList.add("with-pencil");
    cell.append(pencil);
  });
}

customElements.define("inline-field", InlineField);
document.addEventListener("click", (event) => event.target instanceof Element && factAt(event.target));
document.addEventListener("dblclick", (event) => event.target instanceof Element && cellAt(event.target));
follow("pointerover");
follow("focusin");
