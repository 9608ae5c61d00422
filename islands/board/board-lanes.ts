// A board: cards are dropped into lanes by mouse, by keyboard or from a menu. The card moves at once; what the server refuses comes back,
// with a dialog of what is missing.
import { csrfToken, say } from "../page";
import { Dragging } from "./dragging";

interface Place {
  list: Element;
  before: Element | null;
}

class BoardLanes extends HTMLElement {
  #held: { card: HTMLElement; from: Place } | null = null;

  connectedCallback(): void {
    new Dragging(this, {
      allows: (card, lane) => this.#actOf(card, lane) !== "",
      drop: (card, lane) => void this.#drop(card, lane),
    });
    this.addEventListener("keydown", (event) => this.#pressed(event));
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("focusout", (event) => {
      if (this.#held && !this.#held.card.contains(event.relatedTarget as Node | null)) this.#giveBack();
    });
  }

  word(name: string): string {
    return this.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  }

  get lanes(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".lane")];
  }

  #tell(name: string, card: HTMLElement | null, lane: Element | null): void {
    const said = this.querySelector("[data-said]");
    if (said) said.textContent = this.#words(name, card, lane);
  }

  #words(name: string, card: HTMLElement | null, lane: Element | null): string {
    return this.word(name)
      .replace("{card}", card?.querySelector(".t")?.textContent?.trim() ?? "")
      .replace("{lane}", lane?.getAttribute("aria-label") ?? "");
  }

  /** What is done to a card that is dropped into a lane; nothing where it stands already, cannot go or is not this person's to move. */
  #actOf(card: HTMLElement, lane: HTMLElement, from = card.closest<HTMLElement>(".lane")): string {
    if (from === lane || card.dataset["still"] !== undefined) return "";
    return (from?.dataset["end"] === undefined ? lane.dataset["act"] : lane.dataset["ended"]) ?? "";
  }

  #pressed(event: KeyboardEvent): void {
    const stop = event.target instanceof HTMLElement && event.target.matches(".kcard, .strip") ? event.target : null;
    if (!stop || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#held ? this.#carry(event.key) : stop.matches(".strip") ? this.#aside(stop, event.key) : this.#walk(stop, event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  #walk(card: HTMLElement, key: string): boolean {
    if (key === " ") return this.#pick(card);
    if (key === "Enter") {
      card.querySelector<HTMLAnchorElement>(".t a")?.click();
      return true;
    }
    const lane = card.closest<HTMLElement>(".lane");
    if (key === "-") return this.#fold(lane?.dataset["lane"] ?? "", true);
    const cards = [...(lane?.querySelectorAll<HTMLElement>(".kcard") ?? [])];
    const here = cards.indexOf(card);
    if (key === "ArrowDown" || key === "ArrowUp") {
      cards[here + (key === "ArrowDown" ? 1 : -1)]?.focus();
      return true;
    }
    return this.#aside(card, key, here);
  }

  /** To the next lane in which something can be stood on: its cards, or the strip of a folded one. */
  #aside(stop: HTMLElement, key: string, here = 0): boolean {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return false;
    const step = key === "ArrowRight" ? 1 : -1;
    const lane = stop.closest<HTMLElement>(".lane") as HTMLElement;
    for (let at = this.lanes.indexOf(lane) + step; at >= 0 && at < this.lanes.length; at += step) {
      const next = [...(this.lanes[at]?.querySelectorAll<HTMLElement>(".kcard, .strip") ?? [])];
      if (!next.length) continue;
      next[Math.min(here, next.length - 1)]?.focus();
      break;
    }
    return true;
  }

  /** A lane as a strip, or whole again: kept for this person, and the lanes come anew. */
  #fold(lane: string, folded: boolean): boolean {
    const values = { list: this.dataset["query"] ?? "", lane, folded: folded ? "1" : "", csrfmiddlewaretoken: csrfToken() };
    void this.#anew(window.htmx.ajax("POST", `${this.dataset["base"]}/fold`, { values, target: "#rows", swap: "outerHTML" })).then((board) => {
      const one = board?.querySelector(`.lane[data-lane="${CSS.escape(lane)}"]`);
      one?.querySelector<HTMLElement>(folded ? ".strip" : ".kcard, [data-fold]")?.focus();
      one?.scrollIntoView({ inline: "nearest", block: "nearest" });
    });
    return true;
  }

  /** The lanes that have come, scrolled as those were that they replace. */
  async #anew(coming: Promise<unknown>): Promise<HTMLElement | null> {
    const scrolled = this.querySelector(".board")?.scrollLeft ?? 0;
    await coming;
    const board = document.querySelector<HTMLElement>("board-lanes");
    board?.querySelector(".board")?.scrollTo(scrolled, 0);
    return board;
  }

  #pick(card: HTMLElement): boolean {
    if (card.dataset["still"] !== undefined) {
      this.#tell("still", card, null);
      return true;
    }
    this.#held = { card, from: placeOf(card) };
    card.dataset["held"] = "";
    this.#tell("picked", card, card.closest(".lane"));
    return true;
  }

  #carry(key: string): boolean {
    const held = this.#held;
    if (!held) return false;
    if (key === "Escape") this.#giveBack(true);
    else if (key === " " || key === "Enter") this.#put();
    else if (key === "ArrowLeft" || key === "ArrowRight") this.#over(held.card, key === "ArrowRight" ? 1 : -1);
    else return key === "ArrowUp" || key === "ArrowDown";
    return true;
  }

  #over(card: HTMLElement, step: number): void {
    const from = this.#held?.from.list.closest<HTMLElement>(".lane") ?? null;
    const open = this.lanes.filter((lane) => lane === from || this.#actOf(card, lane, from) !== "");
    const lane = open[open.indexOf(card.closest<HTMLElement>(".lane") as HTMLElement) + step];
    if (!lane) return;
    const held = this.#held;
    this.#held = null; // moving an element in the page takes its focus for a moment
    lane.querySelector(".lane-list")?.prepend(card);
    this.#held = held;
    card.focus();
    lane.scrollIntoView({ inline: "nearest", block: "nearest" });
    this.#tell("over", card, lane);
  }

  #giveBack(keepsFocus = false): void {
    const held = this.#held;
    if (!held) return;
    this.#held = null;
    delete held.card.dataset["held"];
    put(held.card, held.from);
    if (keepsFocus) held.card.focus();
    this.#tell("back", held.card, held.card.closest(".lane"));
  }

  #put(): void {
    const held = this.#held;
    const lane = held?.card.closest<HTMLElement>(".lane");
    if (!held || !lane) return;
    this.#held = null;
    delete held.card.dataset["held"];
    put(held.card, held.from);
    void this.#drop(held.card, lane);
  }

  #clicked(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-move], [data-fold]") : null;
    const lane = button?.dataset["fold"];
    const card = button?.closest<HTMLElement>(".kcard");
    if (lane !== undefined) this.#fold(lane, button?.getAttribute("aria-expanded") === "true");
    else if (card) this.#choose(card);
  }

  /** The lanes a card may go to, in the dialog: for fingers, and for whoever does not drag. */
  #choose(card: HTMLElement): void {
    const dialog = document.querySelector<HTMLDialogElement>("#dialog");
    if (!dialog) return;
    const box = document.createElement("section");
    box.className = "bare-dialog";
    const head = document.createElement("header");
    const title = document.createElement("h2");
    title.id = "dialog-title";
    title.textContent = this.#words("title", card, null);
    head.append(title);
    const list = document.createElement("div");
    list.className = "in";
    for (const lane of this.lanes.filter((one) => this.#actOf(card, one) !== "")) list.append(this.#choice(card, lane, dialog));
    box.append(head, list);
    dialog.replaceChildren(box);
    dialog.dispatchEvent(new CustomEvent("htmx:after:settle", { bubbles: true }));
    list.querySelector("button")?.focus();
  }

  #choice(card: HTMLElement, lane: HTMLElement, dialog: HTMLDialogElement): HTMLButtonElement {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.className = "mi";
    choice.textContent = lane.getAttribute("aria-label");
    choice.addEventListener("click", () => {
      dialog.close();
      void this.#drop(card, lane);
    });
    return choice;
  }

  /** At once in its new place, and back again when the server says no. */
  async #drop(card: HTMLElement, lane: HTMLElement): Promise<void> {
    const act = this.#actOf(card, lane);
    const from = placeOf(card);
    if (!act) return this.#tell("nowhere", card, lane);
    lane.querySelector(".lane-list")?.prepend(card);
    card.classList.add("saving");
    card.setAttribute("aria-busy", "true");
    const key = card.dataset["key"] ?? "";
    let answer: Response | null = null;
    try {
      answer = await fetch(`${this.dataset["base"]}/${key}/act/${act}`, { method: "POST", headers: { "HX-Request": "true" }, body: this.#asked(card, lane) });
    } catch {
      answer = null;
    }
    card.classList.remove("saving");
    card.removeAttribute("aria-busy");
    if (answer?.ok && answer.headers.has("HX-Redirect")) return this.#done(card, lane, key);
    put(card, from);
    card.focus();
    this.#tell("back", card, card.closest(".lane"));
    if (answer && (answer.status === 422 || answer.status === 409)) return this.#ask(card, await answer.text());
    say(this.word("failed"), "bad");
  }

  #asked(card: HTMLElement, lane: HTMLElement): FormData {
    const form = new FormData();
    form.set("csrfmiddlewaretoken", csrfToken());
    form.set("version", card.dataset["version"] ?? "");
    form.set("back", this.dataset["back"] ?? "");
    form.set("idempotency", `board-${Date.now()}-${Math.random().toString(36).slice(2)}`);
    for (const [name, text] of Object.entries(JSON.parse(lane.dataset["given"] ?? "{}") as Record<string, string>)) form.set(name, text);
    return form;
  }

  /** The lanes anew: counts, sums, the order, and what the server has to say of it with Undo. */
  async #done(card: HTMLElement, lane: HTMLElement, key: string): Promise<void> {
    const words = this.#words("moved", card, lane);
    const to = lane.dataset["lane"] ?? "";
    const board = await this.#anew(window.htmx.ajax("GET", this.dataset["back"] ?? location.href, { target: "#rows", swap: "outerHTML" }));
    const strip = `.lane[data-lane="${CSS.escape(to)}"] .strip`;
    board?.querySelector<HTMLElement>(`.kcard[data-key="${CSS.escape(key)}"], ${strip}`)?.focus();
    const said = board?.querySelector("[data-said]");
    if (said) said.textContent = words;
  }

  #ask(card: HTMLElement, asked: string): void {
    const dialog = document.querySelector<HTMLDialogElement>("#dialog");
    if (!dialog) return;
    card.classList.add("refused");
    dialog.addEventListener("close", () => card.classList.remove("refused"), { once: true });
    dialog.innerHTML = asked;
    window.htmx.process(dialog);
    dialog.dispatchEvent(new CustomEvent("htmx:after:settle", { bubbles: true }));
  }
}

function placeOf(card: HTMLElement): Place {
  return { list: card.parentElement as Element, before: card.nextElementSibling };
}

function put(card: HTMLElement, place: Place): void {
  place.list.insertBefore(card, place.before?.parentElement === place.list ? place.before : null);
}

customElements.define("board-lanes", BoardLanes);
