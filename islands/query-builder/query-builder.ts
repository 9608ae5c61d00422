// A filter built by hand: groups of conditions, related records, a count after every change; every part is an ordinary control.
import { button, choose, make } from "./dom";
import { type Field, type Hints, hintsOf } from "./hints";
import { type Condition, type Group, type Mode, type Part, type Related, type Tree, emptyGroup, groupOf, treeOf } from "./tree";
import { type Surroundings, emptyValue, fits, valueControl } from "./values";

const HOPS = 2;
const DEEPEST = 4;
const PAUSE_MS = 350;

interface Understood {
  errors?: Record<string, string>;
  names?: Record<string, string>;
  count?: number | null;
}

class QueryBuilder extends HTMLElement {
  #root: Group = emptyGroup();
  #input: HTMLInputElement | null = null;
  #around: Surroundings = { names: {}, lookup: "", words: {} };
  #timer = 0;
  #asked = 0;

  connectedCallback(): void {
    this.#input = this.querySelector("input[type=hidden]");
    if (!this.#input || this.dataset["ready"] !== undefined) return;
    this.dataset["ready"] = "";
    this.#around = { names: {}, lookup: this.dataset["lookup"] ?? "", words: JSON.parse(this.dataset["words"] ?? "{}") as Record<string, string> };
    this.#root = read(this.#input.value);
    void this.#begin();
  }

  async #begin(): Promise<void> {
    await this.#ask();
    await this.#render();
  }

  #word(name: string): string {
    return this.#around.words[name] ?? name;
  }

  #icon(name: string): string {
    return `<svg class="ti s14" aria-hidden="true" focusable="false"><use href="${this.dataset["icons"] ?? ""}#${name}"></use></svg>`;
  }

  async #render(focus?: string): Promise<void> {
    const old = this.querySelector(":scope > .qtree");
    const entity = this.dataset["entity"] ?? "";
    const made = make("div", { class: "qtree" });
    try {
      made.append(await this.#group(this.#root, entity, 0, 0, "g", null));
    } catch {
      made.append(make("p", { class: "field-note bad" }, this.#word("failed")));
    }
    made.append(make("p", { class: "field-note tab", "data-found": true, "aria-live": "polite" }));
    if (old) old.replaceWith(made);
    else this.append(made);
    if (focus) this.querySelector<HTMLElement>(`[data-id="${focus}"] select, [data-id="${focus}"] button`)?.focus();
    void this.#ask();
  }

  // A change of the shape draws anew; a change of a value only tells.
  #reshape(focus?: string): void {
    this.#tell();
    void this.#render(focus);
  }

  #tell(): void {
    if (!this.#input) return;
    const tree = treeOf(this.#root);
    this.#input.value = tree ? JSON.stringify(tree) : "";
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), PAUSE_MS);
  }

  async #ask(): Promise<void> {
    const address = this.dataset["understood"];
    if (!address || !this.#input) return;
    const mine = ++this.#asked;
    const url = new URL(address, location.href);
    url.searchParams.set("filter", this.#input.value);
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (mine === this.#asked && answer.ok) this.#understood((await answer.json()) as Understood);
    } catch {
      /* the list itself will say that there is no connection */
    }
  }

  #understood(answer: Understood): void {
    Object.assign(this.#around.names, answer.names ?? {});
    const place = this.querySelector("[data-found]");
    if (!place) return;
    const sentences = Object.values(answer.errors ?? {});
    place.classList.toggle("bad", sentences.length > 0);
    if (sentences.length) place.textContent = sentences.join(" ");
    else place.textContent = answer.count === null || answer.count === undefined ? "" : `${this.#word("found")} ${answer.count > 10000 ? "10 000+" : answer.count.toLocaleString(document.documentElement.lang)}`;
  }

  async #group(group: Group, entity: string, depth: number, hops: number, id: string, remove: (() => void) | null): Promise<HTMLElement> {
    const hints = await hintsOf(this.dataset["fields"] ?? "", entity);
    const modes = (["all", "any", "none"] as const).map((mode) => ({ value: mode, label: this.#word(mode) }));
    const made = make("div", { class: "qb", role: "group", "aria-label": this.#word(group.mode), "data-id": id });
    const head = make("div", { class: "qrow" });
    head.append(choose(this.#word("mode"), modes, group.mode, (mode) => this.#changed(() => (group.mode = mode as Mode)), "form-select tight joiner-pick"));
    if (remove) head.append(this.#cross(remove, this.#word("removeGroup")));
    made.append(head);
    for (const [place, part] of group.parts.entries()) {
      const drop = (): void => {
        group.parts.splice(place, 1);
        this.#reshape(id);
      };
      made.append(await this.#part(part, hints, entity, depth, hops, `${id}-${place}`, drop));
    }
    made.append(this.#adders(group, hints, depth, hops, id));
    return made;
  }

  #changed(change: () => void): void {
    change();
    this.#tell();
  }

  #adders(group: Group, hints: Hints, depth: number, hops: number, id: string): HTMLElement {
    const row = make("div", { class: "qrow" });
    const add = (part: Part) => (): void => {
      group.parts.push(part);
      this.#reshape(`${id}-${group.parts.length - 1}`);
    };
    row.append(button(this.#word("addCondition"), this.#icon("plus"), add({ kind: "condition", field: "", is: "", value: "" })));
    if (depth < DEEPEST) row.append(button(this.#word("addGroup"), this.#icon("braces"), add({ kind: "group", mode: "any", parts: [] })));
    if (hops < HOPS && hints.relations.length) row.append(button(this.#word("addRelated"), this.#icon("sitemap"), add({ kind: "related", word: "has", relation: "", where: emptyGroup() })));
    return row;
  }

  async #part(part: Part, hints: Hints, entity: string, depth: number, hops: number, id: string, drop: () => void): Promise<HTMLElement> {
    if (part.kind === "group") return this.#group(part, entity, depth + 1, hops, id, drop);
    if (part.kind === "related") return this.#related(part, hints, depth, hops, id, drop);
    return this.#condition(part, hints, hops, id, drop);
  }

  async #related(part: Related, hints: Hints, depth: number, hops: number, id: string, drop: () => void): Promise<HTMLElement> {
    const words = [
      { value: "has", label: this.#word("has") },
      { value: "has_no", label: this.#word("hasNo") },
    ];
    const relations = hints.relations.map((one) => ({ value: one.name, label: one.label }));
    const row = make("div", { class: "qrow" });
    row.append(
      choose(this.#word("mode"), words, part.word, (word) => this.#changed(() => (part.word = word as Related["word"]))),
      choose(this.#word("related"), relations, part.relation, (name) => {
        part.relation = name;
        part.where = emptyGroup();
        this.#reshape(id);
      }),
      this.#cross(drop, this.#word("remove")),
    );
    const made = make("div", { class: "qrel", "data-id": id }, row);
    const into = hints.relations.find((one) => one.name === part.relation)?.into;
    if (into) made.append(await this.#group(part.where, into, depth + 1, hops + 1, `${id}-w`, null));
    return made;
  }

  async #condition(part: Condition, hints: Hints, hops: number, id: string, drop: () => void): Promise<HTMLElement> {
    const row = make("div", { class: "qrow", "data-id": id });
    const found = await this.#fieldPickers(part, hints, hops, id, row);
    if (found) {
      const operators = hints.operators[found.kind] ?? [];
      const operator = operators.find((one) => one.code === part.is) ?? operators[0];
      if (operator) {
        if (part.is !== operator.code || !fits(operator, part.value)) Object.assign(part, { is: operator.code, value: fits(operator, part.value) ? part.value : emptyValue(operator) });
        row.append(
          choose(this.#word("operator"), operators.map((one) => ({ value: one.code, label: one.label })), part.is, (code) => {
            part.is = code;
            this.#reshape(id);
          }),
        );
        const control = valueControl(found, operator, hints, part.value, this.#around, (value) => this.#changed(() => (part.value = value)));
        if (control) row.append(control);
      }
    }
    row.append(this.#cross(drop, this.#word("remove")));
    return row;
  }

  // `client.region` is picked step by step: the reference, then what of it.
  async #fieldPickers(part: Condition, hints: Hints, hops: number, id: string, row: HTMLElement): Promise<Field | null> {
    const names = part.field ? stepsOf(part.field) : [];
    let here: Hints = hints;
    let found: Field | null = null;
    for (let place = 0; place <= names.length; place += 1) {
      const options = here.fields.map((one) => ({ value: one.name, label: one.label }));
      if (place > 0) options.unshift({ value: "", label: this.#word("itself") });
      row.append(
        choose(this.#word("field"), options, names[place] ?? "", (name) => {
          part.field = [...names.slice(0, place), name].filter(Boolean).join(".");
          part.is = "";
          this.#reshape(id);
        }),
      );
      const next: Field | undefined = here.fields.find((one) => one.name === names[place]);
      if (!next) break;
      found = next;
      if (!next.into || hops + place >= HOPS) break;
      here = await hintsOf(this.dataset["fields"] ?? "", next.into);
    }
    return found;
  }

  #cross(act: () => void, label: string): HTMLButtonElement {
    const made = button("", this.#icon("x"), act, "btn ghost sq tight push");
    made.setAttribute("aria-label", label);
    made.title = label;
    return made;
  }
}

function read(text: string): Group {
  try {
    return groupOf(text ? (JSON.parse(text) as Tree) : null);
  } catch {
    return emptyGroup();
  }
}

/** `client.attributes.size` is two steps: what follows «attributes» belongs to it. */
function stepsOf(name: string): string[] {
  const steps = name.split(".");
  const place = steps.indexOf("attributes");
  return place < 0 ? steps : [...steps.slice(0, place), steps.slice(place).join(".")];
}

customElements.define("query-builder", QueryBuilder);
