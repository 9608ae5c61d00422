// What the tabs of a browser watch together: one of them, a visible one, holds the line and passes on what it hears.
//
// The leader is who holds a lock; a tab that was hidden for a while gives it up. Where there are no locks (plain http in an
// office) each visible tab holds a line of its own.
import { Line, type State } from "./line";
import { type Told, earlier } from "./told";

const HIDDEN = 60_000;
const GATHER = 120;

export interface Watch {
  /** A parameter of the stream's address: record, list, run or import, and its value. */
  query: [string, string];
  /** The place in the journal that the page has behind it; later, up to which it has heard everything. */
  since: string;
  /** asked: the stream was told of it. on: the stream has answered since. */
  stage?: "asked" | "on";
  hear(told: Told): void;
}

type Listener = (state: State, heard: number) => void;
type Want = { query: [string, string][]; since: string };
type Said =
  | { kind: "who" }
  | { kind: "want"; tab: string; want: Want }
  | { kind: "bye"; tab: string }
  | { kind: "told"; told: Told }
  | { kind: "turn"; state: State; heard: number }
  | { kind: "out" };

class Hub {
  #watches = new Set<Watch>();
  #listeners = new Set<Listener>();
  #tab = Math.random().toString(36).slice(2);
  #wants = new Map<string, Want>();
  #told = new Set<string>();
  #channel: BroadcastChannel | null = null;
  #line: Line | null = null;
  #release: (() => void) | null = null;
  #asking: AbortController | null = null;
  #gathering = 0;
  #isAsking = false;
  #hiding = 0;
  state: State = "opening";
  heard = 0;

  start(): void {
    const { live, person } = document.body.dataset;
    if (!live || !person) return;
    this.#channel = new BroadcastChannel(`artel-live:${person}`);
    this.#channel.addEventListener("message", (event: MessageEvent<Said>) => this.#take(event.data));
    document.addEventListener("visibilitychange", () => this.#seen());
    addEventListener("pagehide", () => this.#part());
    addEventListener("pageshow", (event) => event.persisted && this.#seen());
    this.#seen();
  }

  watch(one: Watch): () => void {
    this.#watches.add(one);
    this.#gather();
    return () => {
      this.#watches.delete(one);
      this.#gather();
    };
  }

  /** Called at once and whenever the line turns. */
  follow(listener: Listener): () => void {
    this.#listeners.add(listener);
    listener(this.state, this.heard);
    return () => void this.#listeners.delete(listener);
  }

  /** The person signs out: no tab listens any longer. */
  signOut(): void {
    this.#say({ kind: "out" });
    this.#drop();
  }

  #say(said: Said): void {
    this.#channel?.postMessage(said);
  }

  #take(said: Said): void {
    if (said.kind === "who") this.#want();
    else if (said.kind === "told") this.#hear(said.told);
    else if (said.kind === "turn") this.#turn(said.state, said.heard);
    else if (said.kind === "out") this.#drop();
    else if (!this.#line) return;
    else if (said.kind === "bye") this.#wants.delete(said.tab);
    else {
      this.#wants.set(said.tab, said.want);
      // While the others are asked, their answers are only gathered.
      if (!this.#isAsking && said.want.query.some(([name, value]) => !this.#told.has(`${name}=${value}`))) this.#line.open();
    }
  }

  get #own(): Want {
    const watches = [...this.#watches];
    return { query: watches.map((one) => one.query), since: watches.reduce((found, one) => earlier(found, one.since), "") };
  }

  // Islands come and go together when a page is made or swapped.
  #gather(): void {
    clearTimeout(this.#gathering);
    this.#gathering = window.setTimeout(() => this.#want(), GATHER);
  }

  #want(): void {
    for (const one of this.#watches) one.stage ??= "asked";
    const said: Said = { kind: "want", tab: this.#tab, want: this.#own };
    this.#say(said);
    this.#take(said);
  }

  #seen(): void {
    clearTimeout(this.#hiding);
    if (document.visibilityState === "visible") this.#lead();
    else this.#hiding = window.setTimeout(() => this.#part(), HIDDEN);
  }

  #lead(): void {
    if (this.#line || this.#asking || !this.#channel) return;
    if (!("locks" in navigator)) return this.#begin();
    const asking = (this.#asking = new AbortController());
    const held = (): Promise<void> =>
      new Promise((release) => {
        this.#asking = null;
        this.#release = release;
        this.#begin();
      });
    navigator.locks.request(this.#channel.name, { signal: asking.signal }, held).catch(() => undefined);
  }

  #begin(): void {
    const { live, person } = document.body.dataset;
    const owner = { wanted: () => this.#wanted(), hear: (told: Told) => this.#pass(told), turn: (state: State, heard: number) => this.#pass(state, heard) };
    this.#line = new Line(owner, live ?? "", person ?? "");
    this.#line.open();
  }

  // A tab that was killed says no good-bye: before every opening the others are asked what they watch.
  async #wanted(): Promise<Want> {
    this.#isAsking = true;
    this.#wants.clear();
    for (const one of this.#watches) one.stage ??= "asked";
    this.#wants.set(this.#tab, this.#own);
    if ("locks" in navigator) this.#say({ kind: "who" });
    await new Promise((done) => setTimeout(done, GATHER));
    this.#isAsking = false;
    const wants = [...this.#wants.values()];
    const query = new Map(wants.flatMap((want) => want.query).map((pair) => [pair.join("="), pair] as const));
    this.#told = new Set(query.keys());
    return { query: [...query.values()], since: wants.reduce((found, want) => earlier(found, want.since), "") };
  }

  #pass(told: Told): void;
  #pass(state: State, heard: number): void;
  #pass(what: Told | State, heard = 0): void {
    if (typeof what === "string") {
      if (what === "opening") return;
      this.#say({ kind: "turn", state: what, heard });
      this.#turn(what, heard);
    } else {
      this.#say({ kind: "told", told: what });
      this.#hear(what);
    }
  }

  #hear(told: Told): void {
    this.heard = Date.now();
    for (const one of [...this.#watches]) {
      if (told.name === "hello" && one.stage) one.stage = "on";
      if (one.stage === "on" && told.place) one.since = told.place;
      one.hear(told);
    }
    document.dispatchEvent(new CustomEvent(`artel:live:${told.name}`, { detail: told }));
  }

  #turn(state: State, heard: number): void {
    this.state = state;
    this.heard = Math.max(this.heard, heard);
    for (const listener of [...this.#listeners]) listener(state, this.heard);
  }

  #part(): void {
    this.#say({ kind: "bye", tab: this.#tab });
    this.#drop();
  }

  #drop(): void {
    this.#line?.stop();
    this.#line = null;
    this.#asking?.abort();
    this.#asking = null;
    this.#release?.();
    this.#release = null;
  }
}

export const hub = new Hub();
