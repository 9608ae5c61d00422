// «Copy the link»: the whole address of what a button names, also where the browser has no clipboard for scripts.
import { say } from "./page";

async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "vh";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

export function startCopying(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
    if (!button) return;
    const address = new URL(button.dataset["copy"] ?? "", location.href).href;
    void copy(address).then(() => say(button.dataset["copied"] ?? ""), () => say(address));
  });
}
