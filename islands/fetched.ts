// Parts of a page that are asked for when they are first opened: what has a data-part is filled from there, once.
import { say, word } from "./page";

/** Fill the part that waits inside; a failure says a sentence and leaves what stood there, so that opening it again asks again. */
export async function filled(around: HTMLElement): Promise<void> {
  const part = around.querySelector<HTMLElement>("[data-part]:not([aria-busy])");
  const address = part?.dataset["part"];
  if (!part || !address) return;
  part.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.href = elsewhere;
    else if (answer.ok) put(part, await answer.text());
    else say(word("broken"), "bad");
  } catch {
    say(word("offline"), "bad");
  } finally {
    part.removeAttribute("aria-busy");
  }
}

function put(part: HTMLElement, markup: string): void {
  const held = part.contains(document.activeElement);
  delete part.dataset["part"];
  part.innerHTML = markup;
  window.htmx.process(part);
  if (held) part.querySelector<HTMLElement>("a, button, input, summary, textarea")?.focus();
}
