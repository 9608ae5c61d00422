// Ctrl K: go to any page, find any record, create, act on what stands on the page. It opens without asking the server; what the
// server knows comes from an index kept in the tab and from its search while somebody types, of which only the last answer counts.
import { onKey } from "../keys";
import { word } from "../page";
import { actsOfPage, answer, follow, forgetIndex, freshIndex, keptIndex, met, narrowed, relaid, type Entry, type Group, type Index } from "./entries";
import { Listed } from "./listed";

const WAITS = 120;
const SHORTEST = 2;
const FEW = 6;
const SEVERAL = 5;
/** On a page with a field to find in, «/» belongs to that field. */
const FIELD = '[data-key~="/"]';

class CommandPalette extends HTMLElement {
  #dialog: HTMLDialogElement | null = null;
  #input!: HTMLInputElement;
  #listed!: Listed;
  #index: Index | null = null;
  #page: { near: Group[]; far: Group[] } = { near: [], far: [] };
  #found: Entry[] = [];
  #of: Group | null = null;
  #asking: AbortController | null = null;
  #pending: Promise<void> | null = null;
  #timer = 0;
  #silence: (() => void)[] = [];

  connectedCallback(): void {
    this.#silence = [onKey("palette", () => this.#toggle()), onKey("find", () => !document.querySelector(FIELD) && this.#open(), document.body)];
    document.addEventListener("click", this.#clicked);
    document.addEventListener("submit", this.#left);
  }

  disconnectedCallback(): void {
    for (const silence of this.#silence) silence();
    document.removeEventListener("click", this.#clicked);
    document.removeEventListener("submit", this.#left);
  }

  #clicked = (event: MouseEvent): void => {
    const opener = event.target instanceof Element ? event.target.closest("[data-palette]") : null;
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#open();
  };

  // Who signs out leaves nothing of his in the tab.
  #left = (event: SubmitEvent): void => {
    if (event.target instanceof Element && event.target.matches("[data-sign-out]")) forgetIndex();
  };

  #toggle(): boolean {
    if (this.#dialog?.open) this.#dialog.close();
    else this.#open();
    return true;
  }

  #open(): boolean {
    if (this.#dialog?.open) return false;
    this.#dialog ??= this.#made();
    this.#page = actsOfPage();
    this.#index ??= keptIndex();
    this.#begin(null);
    this.#dialog.showModal();
    this.#input.focus();
    void this.#refresh();
    return true;
  }

  #begin(of: Group | null): void {
    this.#of = of;
    this.#found = [];
    this.#input.value = "";
    this.#input.placeholder = of ? of.label : (this.dataset["label"] ?? "");
    this.#listed.say("");
    this.#listed.took("");
    this.#show();
  }

  async #refresh(): Promise<void> {
    try {
      this.#index = await freshIndex(this.dataset["index"] ?? "");
      if (this.#dialog?.open && !this.#of) this.#show(true);
    } catch {
      if (!this.#index) this.#listed.say(word("offline"));
    }
  }

  #made(): HTMLDialogElement {
    this.#listed = new Listed(this.dataset["icons"] ?? "", this.dataset["label"] ?? "", (entry, event) => this.#choose(entry, event));
    const dialog = this.#listed.dialog;
    this.#input = this.#listed.input;
    this.#input.addEventListener("input", () => this.#typed());
    dialog.addEventListener("keydown", (event) => this.#pressed(event));
    dialog.addEventListener("close", () => this.#asking?.abort());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("cancel", (event) => {
      if (!this.#of) return;
      event.preventDefault();
      this.#begin(null);
    });
    this.append(dialog);
    return dialog;
  }

  #typed(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#pending = null;
    const typed = this.#words;
    this.#show();
    if (this.#of || this.#commandsOnly || typed.length < SHORTEST) {
      this.#found = [];
      this.#listed.took("");
      return this.#show();
    }
    this.#pending = new Promise((done) => {
      this.#timer = window.setTimeout(() => void this.#ask(typed).then(done), WAITS);
    });
  }

  async #ask(typed: string): Promise<void> {
    const asking = (this.#asking = new AbortController());
    const begun = performance.now();
    try {
      const items = (await this.#look(typed, asking.signal)) ?? (await this.#look(relaid(typed), asking.signal)) ?? [];
      if (asking !== this.#asking || asking.signal.aborted) return;
      this.#found = items;
      this.#listed.took(this.#say("ms").replace("{num}", String(Math.round(performance.now() - begun))));
      this.#pending = null;
      this.#show();
      this.#listed.say(this.#listed.isEmpty ? this.#say("nothing") : "");
    } catch {
      if (!asking.signal.aborted) this.#failed();
    }
  }

  async #look(typed: string, signal: AbortSignal): Promise<Entry[] | null> {
    const { items } = await answer<{ items: Entry[] }>(`${this.dataset["find"] ?? ""}?q=${encodeURIComponent(typed)}`, signal);
    return items.length || typed === relaid(typed) ? items : null;
  }

  #failed(): void {
    this.#pending = null;
    this.#found = [];
    this.#show();
    this.#listed.say(this.#say("failed") || word("offline"));
  }

  get #commandsOnly(): boolean {
    return this.#input.value.trimStart().startsWith(">");
  }

  get #words(): string {
    return this.#input.value.replace(/^\s*>/, "").trim();
  }

  #say(name: string): string {
    return this.#index?.words[name] ?? "";
  }

  #show(keepPlace = false): void {
    this.#listed.words(this.#index?.words ?? {});
    this.#listed.show(this.#groups(), keepPlace);
  }

  #groups(): Group[] {
    const typed = this.#words;
    if (this.#of) return [narrowed(this.#of, typed, 50)];
    const known = new Map((this.#index?.groups ?? []).map((group) => [group.name, group]));
    const part = (name: string, most: number): Group[] => {
      const group = known.get(name);
      return group ? [narrowed(group, typed, most)] : [];
    };
    const near = this.#page.near.map((group) => narrowed(group, typed, typed ? SEVERAL : FEW));
    const far = this.#page.far.map((group) => narrowed(group, typed, SEVERAL));
    if (!typed && !this.#commandsOnly) return [...near, ...part("recent", 8), ...part("favourites", SEVERAL), ...part("create", SEVERAL), ...far, ...part("go", SEVERAL)];
    const go = part("go", SEVERAL);
    const create = part("create", SEVERAL).map((group) => ({ ...group, items: [...group.items, ...this.#named(known.get("create")?.items ?? [], typed)] }));
    if (this.#commandsOnly) return [...near, ...far, ...go, ...create];
    const own = this.#withoutTwins([...part("favourites", 3), ...part("recent", 3)]);
    const strong = go.filter((group) => group.items[0]?.marks?.[0]?.[0] === 0);
    return [...near, ...far, ...strong, ...own, this.#records(typed), ...go.filter((group) => !strong.includes(group)), ...create];
  }

  /** What can be created with the words typed as its name, where they find little and no command was meant. */
  #named(creates: Entry[], typed: string): Entry[] {
    if (this.#commandsOnly || this.#found.length >= SEVERAL || !this.#say("named")) return [];
    const other = creates.filter((item) => item.fills && !met(item.label, typed)).slice(0, 2);
    return other.map((item) => ({
      ...item,
      label: this.#say("named").replace("{what}", item.label).replace("{words}", typed),
      href: `${item.href ?? ""}?${item.fills ?? ""}=${encodeURIComponent(typed)}`,
    }));
  }

  #records(typed: string): Group {
    const all: Entry = { label: this.#say("all").replace("{words}", typed), icon: "search", href: `${this.dataset["search"] ?? ""}?q=${encodeURIComponent(typed)}` };
    return { name: "records", label: this.#say("records"), items: typed.length < SHORTEST ? [] : [...this.#found, all] };
  }

  #withoutTwins(groups: Group[]): Group[] {
    const found = new Set(this.#found.map((item) => item.href));
    return groups.map((group) => ({ ...group, items: group.items.filter((item) => !found.has(item.href) && found.add(item.href)) }));
  }

  #pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const entry = this.#listed.current;
    if (event.key === "ArrowDown") this.#listed.step(1);
    else if (event.key === "ArrowUp") this.#listed.step(-1);
    else if (event.key === "Enter") void this.#enter(event);
    else if (event.key === "Tab" && !event.shiftKey && entry?.acts) void this.#actsOf(entry);
    else if (event.key === "Backspace" && this.#of && !this.#input.value) this.#begin(null);
    else return;
    event.preventDefault();
  }

  /** Who types fast and presses Enter means what is about to be found. */
  async #enter(event: KeyboardEvent): Promise<void> {
    const inNewTab = event.ctrlKey || event.metaKey;
    if (this.#pending && !this.#listed.wasMoved) await this.#pending;
    const entry = this.#listed.current;
    if (entry) this.#take(entry, inNewTab);
  }

  #choose(entry: Entry, event: MouseEvent): void {
    if (entry.href && !entry.dialog && (event.ctrlKey || event.metaKey || event.button === 1)) return;
    event.preventDefault();
    this.#take(entry, false);
  }

  #take(entry: Entry, inNewTab: boolean): void {
    this.#dialog?.close();
    follow(entry, inNewTab);
  }

  async #actsOf(entry: Entry): Promise<void> {
    try {
      const { label, items } = await answer<{ label: string; items: Entry[] }>(entry.acts ?? "");
      this.#begin({ name: "acts", label, items });
    } catch {
      this.#listed.say(this.#say("failed"));
    }
  }
}

customElements.define("command-palette", CommandPalette);
