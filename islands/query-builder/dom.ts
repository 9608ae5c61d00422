// Small makers of elements.

type Attributes = Record<string, string | boolean | undefined>;

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export interface Option {
  value: string;
  label: string;
}

/** A list box whose choice is told to `chosen`. */
export function choose(label: string, options: Option[], now: string, chosen: (value: string) => void, classes = "form-select tight"): HTMLSelectElement {
  const select = make("select", { class: classes, "aria-label": label });
  for (const one of options) select.append(make("option", { value: one.value, selected: one.value === now }, one.label));
  if (!options.some((one) => one.value === now)) select.prepend(make("option", { value: now, selected: true }, now || "—"));
  select.addEventListener("change", () => chosen(select.value));
  return select;
}

export function button(label: string, icon: string, act: () => void, classes = "btn tight"): HTMLButtonElement {
  const made = make("button", { type: "button", class: classes });
  made.innerHTML = icon;
  made.append(label);
  made.addEventListener("click", act);
  return made;
}
