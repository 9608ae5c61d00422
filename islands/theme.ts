// Runs before the first paint, as a classic script: the person's theme, or the system's when none is chosen.
{
  const root = document.documentElement;
  const chosen = root.dataset["theme"];
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset["bsTheme"] = dark ? "dark" : "light";
}
