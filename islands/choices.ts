// Lists that many fields of a page share stand there once: a field gets them when it is reached.
function fill(target: EventTarget | null): void {
  if (!(target instanceof HTMLSelectElement)) return;
  const { choices } = target.dataset;
  const shared = choices === undefined ? null : document.getElementById(choices);
  if (!(shared instanceof HTMLTemplateElement)) return;
  delete target.dataset["choices"];
  const chosen = target.value;
  const [first] = target.options;
  target.replaceChildren(...(first ? [first] : []), shared.content.cloneNode(true));
  target.value = chosen;
}

export function startChoices(): void {
  for (const name of ["pointerdown", "focusin"]) document.addEventListener(name, (event) => fill(event.target));
}
