// Rules of conditional formatting: each a filter, what it marks and how; together the value of one hidden input.
import { button, choose, make, type Option } from "../query-builder/dom";

interface Rule {
  when: unknown;
  style: string;
  column: string;
}

class FormatRules extends HTMLElement {
  #rules: Rule[] = [];
  #input: HTMLInputElement | null = null;

  connectedCallback(): void {
    this.#input = this.querySelector("input[type=hidden]");
    if (!this.#input || this.dataset["ready"] !== undefined) return;
    this.dataset["ready"] = "";
    this.#rules = JSON.parse(this.#input.value || "[]") as Rule[];
    this.#render();
  }

  #render(): void {
    this.querySelector(":scope > .rules")?.remove();
    const words = this.#data<Record<string, string>>("words", {});
    const made = make("div", { class: "rules stack12" });
    for (const [place, rule] of this.#rules.entries()) made.append(this.#rule(rule, place, words));
    const add = button(words["addRule"] ?? "", this.#icon("plus"), () => {
      this.#rules.push({ when: {}, style: this.#data<Option[]>("styles", [])[0]?.value ?? "", column: "" });
      this.#render();
    });
    made.append(add);
    this.append(made);
  }

  #rule(rule: Rule, place: number, words: Record<string, string>): HTMLElement {
    const tell = (change: Partial<Rule>): void => {
      Object.assign(rule, change);
      this.#tell();
    };
    const cross = button("", this.#icon("x"), () => {
      this.#rules.splice(place, 1);
      this.#tell();
      this.#render();
    }, "btn ghost sq tight push");
    cross.setAttribute("aria-label", words["removeRule"] ?? "");
    const head = make(
      "div",
      { class: "qrow" },
      choose(words["style"] ?? "", this.#data<Option[]>("styles", []), rule.style, (style) => tell({ style })),
      choose(words["column"] ?? "", this.#data<Option[]>("columns", []), rule.column, (column) => tell({ column })),
      cross,
    );
    return make("div", { class: "rule" }, head, this.#builder(rule, tell));
  }

  #builder(rule: Rule, tell: (change: Partial<Rule>) => void): HTMLElement {
    const builder = document.createElement("query-builder");
    for (const name of ["entity", "fields", "lookup", "words", "icons", "understood"]) builder.dataset[name] = this.dataset[name] ?? "";
    const hidden = make("input", { type: "hidden", value: Object.keys(rule.when ?? {}).length ? JSON.stringify(rule.when) : "" });
    hidden.addEventListener("change", () => tell({ when: JSON.parse(hidden.value || "{}") as unknown }));
    builder.append(hidden);
    return builder;
  }

  #tell(): void {
    if (!this.#input) return;
    const whole = this.#rules.filter((one) => Object.keys((one.when as object | null) ?? {}).length > 0);
    this.#input.value = whole.length ? JSON.stringify(whole) : "";
  }

  #data<T>(name: string, otherwise: T): T {
    const text = this.dataset[name];
    return text ? (JSON.parse(text) as T) : otherwise;
  }

  #icon(name: string): string {
    return `<svg class="ti s14" aria-hidden="true" focusable="false"><use href="${this.dataset["icons"] ?? ""}#${name}"></use></svg>`;
  }
}

customElements.define("format-rules", FormatRules);
