// The one registry of keys: `keys.json` says which there are, the sheet of keys is made from it. A key is answered by the island
// that has spoken for it (`onKey`), else by the visible element whose data-key says it. Single keys are silent while somebody types.
import registry from "../src/artel/web/keys.json";
import { isTyping, singleKeysOn } from "./page";

interface Key {
  name: string;
  scope: string;
  keys: string[];
  typing?: boolean;
}

type Answer = (chord: string, event: KeyboardEvent) => boolean;

interface Listener {
  answer: Answer;
  within: Element | null;
}

const KEYS: readonly Key[] = registry;
const WAITS = 1500;
const PLAIN = /^(enter|escape|arrow\w+|f\d+)$/;
const listeners = new Map<string, Listener[]>();
let begun = "";
let timer = 0;

/** Answer a key of the registry; `within` is silent while a dialog or a menu outside of it is open. Returns how to stop. */
export function onKey(name: string, answer: Answer, within: Element | null = null): () => void {
  const listener = { answer, within };
  listeners.set(name, [listener, ...(listeners.get(name) ?? [])]);
  return () => listeners.set(name, (listeners.get(name) ?? []).filter((each) => each !== listener));
}

/** The Latin letter of a physical key, so that shortcuts work in a Russian layout too. */
export function latin(event: KeyboardEvent): string {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter) return letter.toLowerCase();
  return event.code === "Slash" ? (event.shiftKey ? "?" : "/") : event.key;
}

function named(key: string): string {
  return key === " " ? "space" : key.toLowerCase();
}

function chords(event: KeyboardEvent): string[] {
  const held = event.ctrlKey || event.metaKey ? "ctrl+" : begun;
  return [...new Set([held + named(event.key), held + named(latin(event))])];
}

function isSilent(key: Key, chord: string, event: KeyboardEvent): boolean {
  const typing = isTyping(event.target);
  if (chord.startsWith("ctrl+")) return typing && key.typing === false;
  if (PLAIN.test(chord)) return typing && chord !== "escape";
  return typing || !singleKeysOn();
}

function marked(chord: string): HTMLElement | null {
  const scope = document.querySelector("dialog[open]") ?? document;
  const found = [...scope.querySelectorAll<HTMLElement>(`[data-key~="${CSS.escape(chord)}"]`)];
  return found.find((element) => element.checkVisibility()) ?? found.find((element) => element.closest("details.menu, .rail")) ?? null;
}

function press(element: HTMLElement): boolean {
  if (element.matches("input, textarea")) {
    element.focus();
    if (element instanceof HTMLInputElement) element.select();
  } else {
    if (element.matches("summary")) element.focus();
    element.click();
  }
  return true;
}

/** Esc leaves a field that a key has led into, so that single keys work again. */
function left(event: KeyboardEvent): boolean {
  const field = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("input[data-key], textarea[data-key]") : null;
  field?.blur();
  return field !== null;
}

function heard(listener: Listener, chord: string, event: KeyboardEvent): boolean {
  const over = [...document.querySelectorAll("dialog[open], details.menu[open]")];
  if (listener.within && over.some((each) => !each.contains(listener.within))) return false;
  return listener.answer(chord, event);
}

function answered(key: Key, chord: string, event: KeyboardEvent): boolean {
  if ((listeners.get(key.name) ?? []).some((each) => heard(each, chord, event))) return true;
  if (chord === "escape" && left(event)) return true;
  const element = ["enter", "escape"].includes(chord) ? null : marked(chord);
  return element !== null && press(element);
}

function wait(chord: string): boolean {
  const begins = KEYS.some((key) => key.keys.some((each) => each.startsWith(`${chord}+`)));
  if (!begins || document.querySelector("dialog[open]")) return false;
  begun = `${chord}+`;
  timer = window.setTimeout(() => (begun = ""), WAITS);
  return true;
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing || ["Shift", "Control", "Meta"].includes(event.key)) return;
  const said = chords(event);
  const second = begun;
  clearTimeout(timer);
  begun = "";
  for (const chord of said)
    for (const key of KEYS)
      if (key.keys.includes(chord) && !isSilent(key, chord, event) && answered(key, chord, event)) return event.preventDefault();
  if (!second && !isTyping(event.target) && singleKeysOn() && said.some(wait)) event.preventDefault();
}

export function startKeys(): void {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    const step = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-go]") : null;
    if (step) history.go(Number(step.dataset["go"]));
  });
}
