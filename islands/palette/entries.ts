// What the palette is made of: entries from the server's index, from its search, and the acts that stand on the page already.
import { csrfToken } from "../page";

export type Span = readonly [number, number];

export interface Entry {
  label: string;
  note?: string;
  /** What tells namesakes apart, and where the words stand in it. */
  told?: string;
  toldMarks?: readonly Span[];
  icon?: string;
  href?: string;
  /** Opens in the dialog of the page. */
  dialog?: boolean;
  /** Where the acts of the record are asked for. */
  acts?: string;
  /** The field of the form that takes what was typed. */
  fills?: string;
  marks?: readonly Span[];
  run?: () => void;
}

export interface Group {
  name: string;
  label: string;
  items: Entry[];
}

export interface Index {
  words: Record<string, string>;
  groups: Group[];
}

const PLACE = "artel-palette";

/** What was read last in this tab for this person, in this language, from this build. */
function stamp(): string {
  return [document.body.dataset["person"], document.body.dataset["build"], document.documentElement.lang].join(" ");
}

export function keptIndex(): Index | null {
  const [whose, text] = (sessionStorage.getItem(PLACE) ?? "").split("\n", 2);
  return whose === stamp() && text ? (JSON.parse(text) as Index) : null;
}

export async function freshIndex(address: string): Promise<Index> {
  const index = await answer<Index>(address);
  sessionStorage.setItem(PLACE, `${stamp()}\n${JSON.stringify(index)}`);
  return index;
}

export function forgetIndex(): void {
  sessionStorage.removeItem(PLACE);
}

export async function answer<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await fetch(address, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return (await response.json()) as T;
}

/** The acts that the page offers, as far as they can be used now: on this record or the selection, then on the list or the report. */
export function actsOfPage(): { near: Group[]; far: Group[] } {
  const places = [...document.querySelectorAll<HTMLElement>("[data-acts]")].filter((place) => !place.closest("[hidden]"));
  const isFar = (place: HTMLElement): boolean => place.closest(".viewbar") !== null;
  return { near: grouped(places.filter((place) => !isFar(place))), far: grouped(places.filter(isFar)) };
}

function grouped(places: HTMLElement[]): Group[] {
  const found = new Map<string, Entry[]>();
  for (const place of places) {
    const label = place.dataset["acts"] ?? "";
    found.set(label, [...(found.get(label) ?? []), ...actsIn(place)]);
  }
  return [...found].map(([label, items]) => ({ name: label, label, items })).filter((group) => group.items.length > 0);
}

function* actsIn(place: HTMLElement): Generator<Entry> {
  const seen = new Set<string>();
  for (const element of place.querySelectorAll<HTMLElement>("a[href]:not(.quiet), button:not([role=tab])")) {
    const label = spoken(element);
    if (!label || seen.has(label) || element.closest("[hidden], toast-note, live-list, live-record, row-preview")) continue;
    seen.add(label);
    const icon = element.querySelector("use")?.getAttribute("href")?.split("#")[1] ?? "bolt";
    yield { label, icon, note: menuOf(element), run: () => element.click() };
  }
}

/** The words of the menu that an entry stands in: «Create based on». */
function menuOf(element: HTMLElement): string {
  const menu = element.closest("details.menu")?.querySelector<HTMLElement>("summary");
  return menu && !menu.hasAttribute("aria-label") ? spoken(menu) : "";
}

/** The words of a button, without its key and its count. */
function spoken(element: HTMLElement): string {
  const said = element.getAttribute("aria-label");
  if (said) return said;
  const copy = element.cloneNode(true) as HTMLElement;
  for (const extra of copy.querySelectorAll("kbd, .count, .end, svg")) extra.remove();
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

function folded(text: string): string {
  return text.toLowerCase().replaceAll("ё", "е");
}

/** Where the words begin in the label: all of them must; an empty list when nothing was typed, null when one is not met. */
export function met(label: string, typed: string): Span[] | null {
  return found(label, typed) ?? found(label, relaid(typed));
}

const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю";

/** The same keys in the Russian layout: who forgot to switch meant «сделки» by “cltkrb”. The same text where it does not apply. */
export function relaid(typed: string): string {
  const letters = typed.toLowerCase();
  if (!/[a-z]/.test(letters)) return typed;
  return [...letters].map((letter) => CYRILLIC[LATIN.indexOf(letter)] ?? letter).join("");
}

function found(label: string, typed: string): Span[] | null {
  const text = folded(label);
  const places: Span[] = [];
  for (const word of folded(typed).split(/\s+/).filter(Boolean)) {
    const at = beginning(text, word);
    if (at < 0) return null;
    places.push([at, at + word.length]);
  }
  return places.sort((one, other) => one[0] - other[0]);
}

function beginning(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (at === 0 || /[^\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return at;
  return word.length > 2 ? text.indexOf(word) : -1;
}

/** Those of a group that the words are met in, those that begin with them first. */
export function narrowed(group: Group, typed: string, most: number): Group {
  const found = group.items.flatMap((item) => {
    const marks = met(item.label, typed);
    return marks ? [{ ...item, marks }] : [];
  });
  found.sort((one, other) => Number((one.marks[0]?.[0] ?? 0) > 0) - Number((other.marks[0]?.[0] ?? 0) > 0));
  return { ...group, items: found.slice(0, most) };
}

/** Do what an entry says: in the dialog of the page, on another page, or by pressing the button that stands on this one. */
export function follow(entry: Entry, inNewTab: boolean): void {
  if (entry.run) entry.run();
  else if (!entry.href) return;
  else if (entry.dialog) void window.htmx.ajax("GET", entry.href, { source: document.body, target: "#dialog", swap: "innerHTML", headers: { "X-CSRFToken": csrfToken() } });
  else if (inNewTab) window.open(entry.href, "_blank", "noopener");
  else location.assign(entry.href);
}
