// Follows a job: asks for its state, shows it, and stops when the server says it has ended.
import { say, word } from "../page";

const FIRST = 500;
const LONGEST = 4000;

class RunProgress extends HTMLElement {
  #timer = 0;
  #pause = FIRST;

  connectedCallback(): void {
    if (this.dataset["ended"] === undefined) this.#later();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
  }

  #later(): void {
    this.#timer = window.setTimeout(() => void this.#ask(), this.#pause);
    this.#pause = Math.min(this.#pause * 1.3, LONGEST);
  }

  async #ask(): Promise<void> {
    try {
      const answer = await fetch(this.dataset["src"] ?? location.href, { headers: { "HX-Request": "true" } });
      if (answer.ok) return this.#show(await answer.text());
    } catch {
      say(word("offline"), "bad");
    }
    this.#later();
  }

  #show(html: string): void {
    const next = new DOMParser().parseFromString(html, "text/html").querySelector("run-progress");
    if (!next) return location.reload();
    this.replaceChildren(...next.childNodes);
    window.htmx.process(this);
    if (next.hasAttribute("data-ended")) this.dataset["ended"] = "";
    else this.#later();
  }
}

customElements.define("run-progress", RunProgress);
