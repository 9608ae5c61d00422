// What islands may ask of the page around them.

/** The CSRF token the server put on the body. */
export function csrfToken(): string {
  return document.body.dataset["csrf"] ?? "";
}

/** True while the person types into a field, so single keys mean letters. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

/** Single keys are off when the person switched them off (WCAG 2.1.4). */
export function singleKeysOn(): boolean {
  return document.body.dataset["keys"] !== "off";
}

/** A sentence in the toast; `kind` "bad" stays until closed, `address` is where it leads. */
export function say(sentence: string, kind: "plain" | "bad" = "plain", address = ""): void {
  document.dispatchEvent(new CustomEvent("artel:say", { detail: { sentence, kind, address } }));
}

/** A word of the interface, given by the server on the body as data-word-<name>. */
export function word(name: string): string {
  return document.body.dataset[`word${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`] ?? "";
}
