// A reference found as you type, by name, code, tax number or phone; what is missing is created in place without leaving the form.
import TomSelect from "tom-select/dist/esm/tom-select.js";
import { word } from "../page";

interface Found {
  value: string;
  text: string;
  note?: string;
}

/** A line that tells instead of offering: a list of options may hold nothing but options. */
const note = (said: string): string => `<div class="no-results" role="option" aria-disabled="true" aria-selected="false">${said}</div>`;

class RefPick extends HTMLElement {
  #pick: TomSelect | null = null;
  #failure = "";
  #wasShut = false;
  #created = (event: Event): void => this.#take(event as CustomEvent<Found & { field: string }>);

  connectedCallback(): void {
    const select = this.querySelector("select");
    if (!select || this.#pick) return;
    // A swap lends new elements the classes of their predecessors for a moment: neither rely on them nor inherit them.
    select.classList.remove("tomselected", "ts-hidden-accessible");
    this.#pick = new TomSelect(select, this.#settings());
    this.dataset["ready"] = "";
    this.#describe(select);
    document.addEventListener("artel:created", this.#created);
  }

  disconnectedCallback(): void {
    document.removeEventListener("artel:created", this.#created);
    this.#pick?.destroy();
    this.#pick = null;
  }

  #settings(): Record<string, unknown> {
    return {
      valueField: "value",
      labelField: "text",
      searchField: [],
      score: () => () => 1,
      maxOptions: 20,
      maxItems: this.querySelector("select")?.multiple ? null : 1,
      loadThrottle: 150,
      preload: "focus",
      placeholder: this.dataset["placeholder"] ?? "",
      create: this.dataset["create"] ? (text: string) => this.#create(text) : false,
      createOnBlur: false,
      shouldLoad: () => true,
      load: (query: string, done: (found?: Found[]) => void) => void this.#search(query, done),
      onLoad: () => this.#passOver(),
      onFocus: () => (this.#wasShut = false),
      onDropdownOpen: () => (this.#wasShut = false),
      onDropdownClose: () => (this.#wasShut = true),
      onType: (text: string) => {
        this.#wasShut = false;
        this.#pick?.clearOptions();
        this.#pick?.wrapper.classList.toggle("typing", text !== "");
      },
      onBlur: () => this.#pick?.wrapper.classList.remove("typing"),
      onItemAdd: () => this.#pick?.wrapper.classList.remove("typing"),
      render: {
        option: (item: Found, escape: (text: string) => string) =>
          `<div><span class="clip">${escape(item.text)}</span>${item.note ? `<span class="small ink3 push nowrap tab">${escape(item.note)}</span>` : ""}</div>`,
        option_create: (item: { input: string }, escape: (text: string) => string) => `<div class="create">${escape(word("create"))} «${escape(item.input)}»</div>`,
        // What was not asked cannot be said not to be there.
        no_results: () => note(word(this.#failure || "nothing")),
        loading: () => note(word("searching")),
      },
    };
  }

  // What stands makes room for what is typed instead of it, and never is the first answer.
  #passOver(): void {
    if (!this.#pick?.wrapper.classList.contains("typing")) return;
    const first = this.#pick.dropdown_content.querySelector<HTMLElement>("[data-selectable]:not(.selected)");
    if (first) this.#pick.setActiveOption(first);
  }

  async #search(query: string, done: (found?: Found[]) => void): Promise<void> {
    const address = new URL(this.dataset["src"] ?? "", location.href);
    address.searchParams.set("q", query);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      this.#failure = answer.ok ? "" : "broken";
      const found = answer.ok ? ((await answer.json()) as { results: Found[] }).results : [];
      if (query !== this.#pick?.inputValue()) return this.#overtaken();
      const wasShut = this.#wasShut;
      done(found);
      if (wasShut) this.#pick.close(false); // an answer that comes after Esc opens nothing
      this.#pick.wrapper.classList.toggle("typing", query !== "");
      // Enter takes what was found, before what stands there already; creating is for what was not.
      const options = this.#pick.dropdown_content;
      const first = options.querySelector<HTMLElement>(".option:not(.selected)") ?? options.querySelector<HTMLElement>(".option");
      if (first) this.#pick.setActiveOption(first);
    } catch {
      this.#failure = "offline";
      done([]);
    }
  }

  /** Answers may overtake one another: what was asked for before the last letter is no longer wanted. */
  #overtaken(): void {
    const pick = this.#pick;
    if (!pick) return;
    pick.loading = Math.max(pick.loading - 1, 0);
    if (!pick.loading) pick.wrapper.classList.remove(pick.settings.loadingClass ?? "loading");
  }

  #create(text: string): boolean {
    const address = new URL(this.dataset["create"] ?? "", location.href);
    address.searchParams.set("in_place", this.#name);
    address.searchParams.set("name", text);
    void window.htmx.ajax("GET", address.href, { target: "#dialog", swap: "innerHTML" });
    return false;
  }

  get #name(): string {
    return this.querySelector("select")?.name ?? "";
  }

  #take(event: CustomEvent<Found & { field: string }>): void {
    if (event.detail.field !== this.#name) return;
    this.#pick?.addOption(event.detail);
    this.#pick?.setValue(event.detail.value);
    this.#pick?.focus();
  }

  #describe(select: HTMLSelectElement): void {
    const input = this.#pick?.control_input;
    for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
      const value = select.getAttribute(name);
      if (value) input?.setAttribute(name, value);
    }
  }
}

customElements.define("ref-pick", RefPick);
