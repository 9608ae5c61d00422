// Jobs that the person has looked at are followed until they end, on whatever page he is by then.
import { say } from "../page";
import { hub } from "./hub";
import { type Told, text } from "./told";

const MOST = 8;

type Kept = Record<string, string>;

function place(): string {
  return `artel-runs:${document.body.dataset["person"] ?? ""}`;
}

function kept(): Kept {
  try {
    return JSON.parse(localStorage.getItem(place()) ?? "{}") as Kept;
  } catch {
    return {};
  }
}

function keep(runs: Kept): void {
  localStorage.setItem(place(), JSON.stringify(runs));
}

/** `kind`: run or import, as in the address of its page. */
export function remember(key: string, kind: string): void {
  keep(Object.fromEntries([...Object.entries(kept()).filter(([other]) => other !== key), [key, kind]].slice(-MOST)));
}

export function forget(key: string): void {
  const { [key]: _ended, ...rest } = kept();
  keep(rest);
}

export function startRuns(): void {
  for (const [key, kind] of Object.entries(kept())) {
    if (document.querySelector(`run-progress[data-key="${CSS.escape(key)}"]`)) continue;
    const leave = hub.watch({ query: [kind, key], since: "", hear: (told) => ended(told, key) && leave() });
  }
}

function ended(told: Told, key: string): boolean {
  if (told.name !== "run" || text(told, "run") !== key || told.about["ended"] !== true) return false;
  const isNews = key in kept();
  forget(key);
  if (isNews) say(`${text(told, "label")}: ${text(told, "state")}`, text(told, "tone") === "bad" ? "bad" : "plain", text(told, "address"));
  return true;
}
