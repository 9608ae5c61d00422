// Follows a job: shows how far it is as the stream tells; where there is no stream it asks by itself, until the job has ended.
import { hub } from "../live/hub";
import { forget, remember } from "../live/runs";
import { type Told, count, text } from "../live/told";
import { say, word } from "../page";

const FIRST = 500;
const LONGEST = 4000;

class RunProgress extends HTMLElement {
  #timer = 0;
  #pause = FIRST;
  #state = "";
  #isTold = false;
  #hasComplained = false;
  #leave: (() => void)[] = [];

  connectedCallback(): void {
    const { key, kind, ended } = this.dataset;
    if (!key || !kind) return;
    if (ended !== undefined) return forget(key);
    remember(key, kind);
    this.#leave = [
      hub.watch({ query: [kind, key], since: "", hear: (told) => this.#hear(told) }),
      hub.follow((state) => {
        if (state !== "on") this.#isTold = false;
        if (!this.#isTold) this.#later();
      }),
    ];
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    for (const leave of this.#leave) leave();
  }

  #hear(told: Told): void {
    if (told.name !== "run" || text(told, "run") !== this.dataset["key"] || this.dataset["ended"] !== undefined) return;
    this.#isTold = true;
    clearTimeout(this.#timer);
    const state = text(told, "state");
    if (told.about["ended"] === true || state !== this.#state) void this.#ask();
    else this.#count(count(told, "done"), count(told, "total"));
    this.#state = state;
  }

  // Numbers only: what a job says and comes to is told by its page.
  #count(done: number, total: number): void {
    const written = new Intl.NumberFormat(document.documentElement.lang);
    const place = this.querySelector("[data-done]");
    if (place) place.textContent = total ? `${written.format(done)} / ${written.format(total)}` : written.format(done);
    const bar = this.querySelector("progress");
    if (bar && total) bar.value = Math.min(100, Math.floor((done * 100) / total));
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), this.#pause);
    this.#pause = Math.min(this.#pause * 1.3, LONGEST);
  }

  async #ask(): Promise<void> {
    try {
      const answer = await fetch(this.dataset["src"] ?? location.href, { headers: { "HX-Request": "true" } });
      if (answer.ok) return this.#show(await answer.text());
      this.#complain("broken");
    } catch {
      this.#complain("offline");
    }
    this.#later();
  }

  #complain(name: string): void {
    if (!this.#hasComplained) say(word(name), "bad");
    this.#hasComplained = true;
  }

  #show(html: string): void {
    const next = new DOMParser().parseFromString(html, "text/html").querySelector<HTMLElement>("run-progress");
    if (!next) return location.reload();
    this.#hasComplained = false;
    this.replaceChildren(...next.childNodes);
    window.htmx.process(this);
    if (next.dataset["ended"] === undefined) return this.#isTold ? undefined : this.#later();
    this.dataset["ended"] = "";
    forget(this.dataset["key"] ?? "");
  }
}

customElements.define("run-progress", RunProgress);
