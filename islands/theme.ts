// Runs before anything else, as a classic script: the person's theme, or the system's when none is chosen. Then it sees to it
// that the page is painted before its scripts wake up, and that they get what somebody presses meanwhile.
{
  const root = document.documentElement;
  const chosen = root.dataset["theme"];
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset["bsTheme"] = dark ? "dark" : "light";

  // What a browser does by itself needs no keeping: typing into a field, links, Tab, Enter, the arrows, its own keys with Ctrl.
  const EDITABLE = "input, textarea, select, [contenteditable]";
  const SCRIPTED = 'button[type="button"], [data-palette]';
  const OURS = ["KeyK", "KeyS", "KeyZ"]; // with Ctrl; the browser has the others
  const kept: (() => void)[] = [];
  const keep = (event: Event): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (event instanceof KeyboardEvent) {
      const isBrowsers = event.altKey || ((event.ctrlKey || event.metaKey) && !OURS.includes(event.code));
      if (event.key.length > 1 || isBrowsers || !target || target.closest(EDITABLE)) return;
      const { key, code, ctrlKey, metaKey, shiftKey } = event;
      kept.push(() => target.dispatchEvent(new KeyboardEvent("keydown", { key, code, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true })));
    } else {
      const button = target?.closest<HTMLElement>(SCRIPTED);
      if (!button) return;
      kept.push(() => button.click());
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const give = (): void => {
    for (const name of ["keydown", "click"]) removeEventListener(name, keep, true);
    for (const one of kept.splice(0)) one();
  };
  for (const name of ["keydown", "click"]) addEventListener(name, keep, true);

  root.dataset["waking"] = ""; // what lies below the window comes after the first paint (list.css)
  const main = document.currentScript?.dataset["main"] ?? "";
  const wake = (): void => {
    delete root.dataset["waking"];
    void import(/* @vite-ignore */ main).finally(give);
  };
  // Fields that scripts give another shape would move; those that are folded away cannot be seen to.
  const isSeen = (field: Element): boolean => !field.closest("details:not([open]), dialog:not([open])");
  const reshapes = (): boolean => [...document.querySelectorAll("ref-pick, date-field, file-pick")].some(isSeen);

  // The task after the frame. A page in the background has no frames.
  const afterPaint = (): void => {
    if (document.hidden || reshapes()) wake();
    else requestAnimationFrame(() => setTimeout(wake));
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", afterPaint);
  else afterPaint();
}
