// Keys of the whole page: an element marked data-key answers its key; J, K and the rest of a list live in row-list.
import { isTyping, singleKeysOn } from "./page";

function marked(key: string): HTMLElement | null {
  const scope = document.querySelector("dialog[open]") ?? document;
  const found = [...scope.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)];
  return found.find((element) => element.checkVisibility()) ?? found.find((element) => element.closest("details.menu")) ?? null;
}

function answer(element: HTMLElement): void {
  if (element.matches("input, textarea")) {
    element.focus();
    if (element instanceof HTMLInputElement) element.select();
  } else element.click();
}

function chord(event: KeyboardEvent): string {
  const held = event.ctrlKey || event.metaKey ? "ctrl+" : "";
  return held + (event.key === " " ? "space" : event.key.toLowerCase());
}

/** The Latin letter of a physical key, so that shortcuts work in a Russian layout too. */
export function latin(event: KeyboardEvent): string {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter) return letter.toLowerCase();
  return event.code === "Slash" ? (event.shiftKey ? "?" : "/") : event.key;
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  const held = event.ctrlKey || event.metaKey;
  if (!held && (isTyping(event.target) || !singleKeysOn())) return;
  const names = held ? [chord(event), `ctrl+${latin(event).toLowerCase()}`] : [chord(event), latin(event)];
  const element = names.map(marked).find((found) => found !== null);
  if (element) {
    event.preventDefault();
    answer(element);
  }
}

export function startKeys(): void {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    const step = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-go]") : null;
    if (step) history.go(Number(step.dataset["go"]));
  });
}
