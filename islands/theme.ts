// Runs before anything else, as a classic script: the person's theme, or the system's when none is chosen. Then it sees to it
// that the page is painted before its scripts wake up.
{
  const root = document.documentElement;
  const chosen = root.dataset["theme"];
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset["bsTheme"] = dark ? "dark" : "light";

  root.dataset["waking"] = ""; // what lies below the window comes after the first paint (list.css)
  const main = document.currentScript?.dataset["main"] ?? "";
  const wake = (): void => {
    delete root.dataset["waking"];
    void import(/* @vite-ignore */ main);
  };
  // The task after the frame. A page in the background has no frames, and fields that scripts give another shape would move.
  const afterPaint = (): void => {
    if (document.hidden || document.querySelector("ref-pick, date-field")) wake();
    else requestAnimationFrame(() => setTimeout(wake));
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", afterPaint);
  else afterPaint();
}
