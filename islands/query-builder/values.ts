// The control for the value of one condition: by what its operator takes and which kind its field is.
import type { Choice, Field, Hints, Operator } from "./hints";
import { choose, make } from "./dom";

export interface Surroundings {
  names: Record<string, string>;
  lookup: string;
  words: Record<string, string>;
}
type Told = (value: unknown) => void;

/** The control and, beside it, nothing else; `told` hears every change. */
export function valueControl(field: Field, operator: Operator, hints: Hints, value: unknown, around: Surroundings, told: Told): HTMLElement | null {
  switch (operator.takes) {
    case "nothing":
      return null;
    case "period":
      return choose(around.words["value"] ?? "", hints.periods, String(value ?? ""), told);
    case "count":
      return typed(around, "number", String(value ?? ""), (text) => told(text === "" ? "" : Number(text)), "w72");
    case "range":
      return range(field, value, around, told);
    case "one":
      return field.choices && field.kind !== "tree" ? choose(around.words["value"] ?? "", field.choices, String(value ?? ""), told) : plain(field, String(value ?? ""), around, told);
    case "several":
      return several(field, listed(value), around, told);
  }
}

/** What an operator's value is before anything was typed. */
export function emptyValue(operator: Operator): unknown {
  return operator.takes === "nothing" ? undefined : operator.takes === "several" ? [] : operator.takes === "range" ? ["", ""] : "";
}

export function fits(operator: Operator, value: unknown): boolean {
  if (operator.takes === "nothing") return value === undefined;
  if (operator.takes === "several") return Array.isArray(value);
  return operator.takes === "range" ? Array.isArray(value) && value.length === 2 : !Array.isArray(value) && value !== undefined;
}

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : value === undefined || value === "" ? [] : [String(value)]);

function typed(around: Surroundings, type: string, value: string, told: (text: string) => void, classes: string): HTMLInputElement {
  const input = make("input", { class: `form-control tight ${classes}`, type, value, "aria-label": around.words["value"] });
  input.addEventListener("input", () => told(input.value.trim()));
  return input;
}

function plain(field: Field, value: string, around: Surroundings, told: Told): HTMLElement {
  if (field.kind === "day" || field.kind === "moment") return typed(around, "date", value.slice(0, 10), told, "w136");
  const isNumber = field.kind === "integer" || field.kind === "decimal";
  const input = typed(around, "text", value, told, isNumber ? "w104 num" : "w160");
  if (isNumber) input.inputMode = "decimal";
  return input;
}

function range(field: Field, value: unknown, around: Surroundings, told: Told): HTMLElement {
  const ends = Array.isArray(value) ? value.map((one) => (one === null ? "" : String(one))) : ["", ""];
  const end = (place: number) => (text: unknown) => {
    ends[place] = String(text);
    told(ends.map((one) => one || null));
  };
  return make("span", { class: "rowline gap4" }, plain(field, ends[0] ?? "", around, end(0)), make("span", { class: "ink3" }, "–"), plain(field, ends[1] ?? "", around, end(1)));
}

function several(field: Field, value: string[], around: Surroundings, told: Told): HTMLElement {
  if (field.choices) return boxes(field.choices, value, around, told);
  if (field.target) return references(field, value, around, told);
  return typed(around, "text", value.join(", "), (text) => told(text.split(",").map((one) => one.trim()).filter(Boolean)), "w160");
}

function boxes(choices: Choice[], value: string[], around: Surroundings, told: Told): HTMLElement {
  const chosen = new Set(value);
  const words = make("span", { class: "clip" });
  const say = (): void => {
    words.textContent = choices.filter((one) => chosen.has(one.value)).map((one) => one.label.trim()).join(", ") || (around.words["choose"] ?? "…");
  };
  const list = make("fieldset", { class: "boxes pad" });
  list.append(make("legend", { class: "vh" }, around.words["value"] ?? ""));
  for (const one of choices) {
    const box = make("input", { class: "form-check-input", type: "checkbox", checked: chosen.has(one.value) });
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(one.value);
      else chosen.delete(one.value);
      say();
      told(choices.map((each) => each.value).filter((each) => chosen.has(each)));
    });
    list.append(make("label", { class: "form-check" }, box, one.label));
  }
  say();
  return make("details", { class: "menu" }, make("summary", { class: "tok val" }, words), make("div", { class: "pop below filters" }, list));
}

function references(field: Field, value: string[], around: Surroundings, told: Told): HTMLElement {
  const words = field.words ?? [];
  const isWord = (text: string): boolean => words.some((one) => one.value === text);
  const kept = { words: new Set(value.filter(isWord)), keys: value.filter((one) => !isWord(one)) };
  const tell = (): void => told([...kept.words, ...kept.keys]);
  const select = make("select", { multiple: true, "aria-label": field.label });
  for (const key of kept.keys) select.append(make("option", { value: key, selected: true }, around.names[key] ?? around.words["hidden"] ?? key));
  select.addEventListener("change", () => {
    kept.keys = [...select.selectedOptions].map((one) => one.value).filter(Boolean);
    for (const one of select.selectedOptions) around.names[one.value] = one.text;
    tell();
  });
  const pick = make("div", { class: "qpick" });
  const element = document.createElement("ref-pick");
  element.dataset["src"] = `${around.lookup}${field.target ?? ""}`;
  element.dataset["placeholder"] = around.words["find"] ?? "";
  element.append(select);
  pick.append(element);
  const row = make("span", { class: "rowline gap8 wrap" });
  for (const one of words) {
    const box = make("input", { class: "form-check-input", type: "checkbox", checked: kept.words.has(one.value) });
    box.addEventListener("change", () => {
      if (box.checked) kept.words.add(one.value);
      else kept.words.delete(one.value);
      tell();
    });
    row.append(make("label", { class: "form-check" }, box, one.label));
  }
  row.append(pick);
  return row;
}
