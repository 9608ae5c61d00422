// The dialog of the palette: one field, groups of entries under it, one of them current; the focus stays in the field.
import { word } from "../page";
import type { Entry, Group, Span } from "./entries";

type Chosen = (entry: Entry, event: MouseEvent) => void;

export class Listed {
  readonly dialog = document.createElement("dialog");
  readonly input = document.createElement("input");
  wasMoved = false;
  #list = document.createElement("div");
  #status = document.createElement("p");
  #foot = document.createElement("div");
  #time = document.createElement("span");
  #entries: Entry[] = [];
  #at = 0;
  #words: Record<string, string> = {};

  constructor(
    private readonly icons: string,
    label: string,
    chosen: Chosen,
  ) {
    this.dialog.className = "palette";
    this.dialog.setAttribute("aria-label", label);
    this.input.type = "text";
    this.input.autocomplete = "off";
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list", "aria-label": label }))
      this.input.setAttribute(name, value);
    this.#list.id = "palette-list";
    this.#list.className = "found";
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", label);
    this.#status.setAttribute("role", "status");
    this.#time.className = "push tab";
    this.#foot.className = "foot";
    this.dialog.append(this.#question(), this.#list, this.#status, this.#foot);
    this.#list.addEventListener("click", (event) => this.#clicked(event, chosen));
    this.#list.addEventListener("mousemove", (event) => this.#hovered(event));
  }

  get current(): Entry | undefined {
    return this.#entries[this.#at];
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  say(sentence: string): void {
    this.#status.textContent = sentence;
    this.#status.hidden = sentence === "";
  }

  took(time: string): void {
    this.#time.textContent = time;
  }

  /** The words of the interface, once they are known. */
  words(words: Record<string, string>): void {
    if (words === this.#words || !words["choose"]) return;
    this.#words = words;
    const hints: [string[], string][] = [
      [["↑", "↓"], words["choose"]],
      [["Tab"], words["acts"] ?? ""],
      [[">"], words["commands"] ?? ""],
    ];
    this.#foot.replaceChildren(...hints.map(([keys, text]) => hint(keys, text)), this.#time);
  }

  /** The first entry is current, unless the place is to be kept. */
  show(groups: Group[], keepPlace: boolean): void {
    const before = this.current;
    const full = groups.filter((group) => group.items.length > 0);
    this.#entries = full.flatMap((group) => group.items);
    const same = keepPlace ? this.#entries.findIndex((entry) => entry.href === before?.href && entry.label === before?.label) : -1;
    this.#at = Math.max(0, same);
    if (same < 0) this.wasMoved = false;
    let number = 0;
    this.#list.replaceChildren(...full.map((group) => this.#group(group, () => number++)));
    this.#list.hidden = this.isEmpty;
    this.#point();
  }

  step(by: number): void {
    const count = this.#entries.length;
    if (!count) return;
    this.wasMoved = true;
    this.#at = (this.#at + by + count) % count;
    this.#point();
  }

  #question(): HTMLElement {
    const line = document.createElement("div");
    line.className = "q";
    const key = document.createElement("button");
    key.type = "button";
    key.className = "bare-key";
    key.setAttribute("aria-label", word("close"));
    key.append(keycap("Esc"), this.#icon("x"));
    key.addEventListener("click", () => this.dialog.close());
    line.append(this.#icon("search"), this.input, key);
    return line;
  }

  #group(group: Group, next: () => number): HTMLElement {
    const place = document.createElement("div");
    const head = document.createElement("div");
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", group.label);
    head.className = "gh";
    head.setAttribute("aria-hidden", "true");
    head.textContent = group.label;
    place.append(head, ...group.items.map((entry) => this.#option(entry, next())));
    return place;
  }

  #option(entry: Entry, number: number): HTMLElement {
    const option = document.createElement(entry.href ? "a" : "div");
    if (option instanceof HTMLAnchorElement) option.href = entry.href ?? "";
    option.id = `palette-${number}`;
    option.tabIndex = -1;
    option.dataset["number"] = String(number);
    option.setAttribute("role", "option");
    const label = document.createElement("span");
    label.className = "mid clip";
    label.append(...marked(entry.label, entry.marks ?? []));
    const note = document.createElement("span");
    note.className = "grow clip small ink3";
    note.append(entry.note ?? "", ...(entry.told ? [" · ", ...marked(entry.told, entry.toldMarks ?? [])] : []));
    option.append(this.#icon(entry.icon ?? "arrow-right"), label, note);
    return option;
  }

  #icon(name: string): SVGElement {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    drawing.setAttribute("class", "ti");
    drawing.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${this.icons}#${name}`);
    drawing.append(use);
    return drawing;
  }

  #point(): void {
    for (const option of this.#list.querySelectorAll<HTMLElement>("[role=option]")) {
      const isCurrent = option.dataset["number"] === String(this.#at);
      option.setAttribute("aria-selected", String(isCurrent));
      if (isCurrent) option.scrollIntoView({ block: "nearest" });
    }
    if (this.isEmpty) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `palette-${this.#at}`);
  }

  #optionAt(event: Event): HTMLElement | null {
    return event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
  }

  #clicked(event: MouseEvent, chosen: Chosen): void {
    const entry = this.#entries[Number(this.#optionAt(event)?.dataset["number"] ?? -1)];
    if (entry) chosen(entry, event);
  }

  #hovered(event: MouseEvent): void {
    const option = this.#optionAt(event);
    if (!option || option.dataset["number"] === String(this.#at)) return;
    this.#at = Number(option.dataset["number"]);
    this.wasMoved = true;
    this.#point();
  }
}

function marked(text: string, spans: readonly Span[]): (string | HTMLElement)[] {
  const parts: (string | HTMLElement)[] = [];
  let end = 0;
  for (const [from, to] of spans) {
    if (from < end) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(from, to);
    parts.push(text.slice(end, from), mark);
    end = to;
  }
  return [...parts, text.slice(end)];
}

function keycap(text: string): HTMLElement {
  const key = document.createElement("kbd");
  key.textContent = text;
  return key;
}

function hint(keys: string[], text: string): HTMLElement {
  const place = document.createElement("span");
  place.append(...keys.map(keycap), ` ${text}`);
  return place;
}
