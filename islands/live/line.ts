// The one connection of a browser: opened by the tab that leads, opened again when it breaks, and honest about being broken.
import { type Told, Cutter, text } from "./told";

const SILENCE = 35_000;
const POLL = 5_000;
const FULL = 60_000;
const LONGEST = 30_000;

/** on: news come. lost: the server does not answer. off: it answers, but gives no stream. out: nobody is signed in any more. */
export type State = "opening" | "on" | "lost" | "off" | "out";

export interface Owner {
  /** What to watch now; asked before every opening. */
  wanted(): Promise<{ query: [string, string][]; since: string }>;
  hear(told: Told): void;
  /** `heard` is when something last came, in milliseconds; 0 for never. */
  turn(state: State, heard: number): void;
}

export class Line {
  #owner: Owner;
  #address: string;
  #person: string;
  #open: AbortController | null = null;
  #timer = 0;
  #watchdog = 0;
  #tries = 0;
  #heard = 0;
  #stopped = false;

  constructor(owner: Owner, address: string, person: string) {
    this.#owner = owner;
    this.#address = address;
    this.#person = person;
    addEventListener("online", this.#back);
    addEventListener("offline", this.#gone);
  }

  /** Open, or open anew because something else is watched now. */
  open(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#open?.abort();
    const open = (this.#open = new AbortController());
    void this.#follow(open).then((wait) => {
      if (this.#open === open && wait !== null) this.#later(wait);
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    removeEventListener("online", this.#back);
    removeEventListener("offline", this.#gone);
    this.#open?.abort();
  }

  #back = (): void => {
    this.#tries = 0;
    this.open();
  };

  // A stream that was open does not notice by itself that the cable is out.
  #gone = (): void => {
    this.#open?.abort();
    this.#open = null;
    this.#owner.turn("lost", this.#heard);
    this.#later(this.#pause());
  };

  #later(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.open(), wait);
  }

  #pause(): number {
    return Math.min(1000 * 2 ** this.#tries++, LONGEST) * (0.5 + Math.random() / 2);
  }

  /** Answers after how many milliseconds to open again; null: not at all. */
  async #follow(open: AbortController): Promise<number | null> {
    try {
      const answer = await fetch(await this.#where(), { signal: open.signal, headers: { Accept: "text/event-stream" }, cache: "no-store" });
      if (answer.status === 401) return this.#end("out", null);
      if (answer.status === 429) return this.#end("off", FULL);
      if (!answer.ok || !answer.body) return this.#end("lost", this.#pause());
      return await this.#read(answer.body.pipeThrough(new TextDecoderStream()).getReader(), open);
    } catch {
      return this.#open === open ? this.#end("lost", this.#pause()) : null;
    } finally {
      clearTimeout(this.#watchdog);
    }
  }

  #end(state: State, wait: number | null): number | null {
    this.#owner.turn(state, this.#heard);
    return wait;
  }

  async #where(): Promise<string> {
    const { query, since } = await this.#owner.wanted();
    const asked = new URLSearchParams([["as", this.#person], ...query]);
    if (since) asked.set("since", since);
    return `${this.#address}?${asked.toString()}`;
  }

  async #read(reader: ReadableStreamDefaultReader<string>, open: AbortController): Promise<number | null> {
    const cutter = new Cutter();
    let holds = true;
    let wait: number | null = null;
    for (;;) {
      this.#watch(open);
      const { value, done } = await reader.read();
      if (done) break;
      this.#heard = Date.now();
      for (const told of cutter.take(value)) {
        if (told.name === "hello") {
          holds = told.about["holds"] !== false;
          this.#tries = 0;
          this.#owner.turn("on", this.#heard);
        }
        if (told.name === "bye" && text(told, "why") === "out") return this.#end("out", null);
        if (told.name === "bye") wait = Math.random() * 1000;
        this.#owner.hear(told);
      }
    }
    if (!holds) return POLL;
    // A server that goes down ends its streams; whether another answers is seen at once.
    return wait ?? this.#end("opening", this.#pause());
  }

  #watch(open: AbortController): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = window.setTimeout(() => {
      if (this.#open !== open) return;
      open.abort();
      this.#owner.turn("lost", this.#heard);
      this.#later(0);
    }, SILENCE);
  }
}
