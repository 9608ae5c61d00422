// What a stream tells, and how its text becomes events (server-sent events, as the standard reads them).

export interface Told {
  name: string;
  /** The place in the journal up to which the browser then knows everything. */
  place: string;
  about: Record<string, unknown>;
}

/** Cuts what has come into whole events; the rest waits for more. */
export class Cutter {
  #rest = "";

  take(text: string): Told[] {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.map(read).filter((told) => told !== null);
  }
}

function read(block: string): Told | null {
  const fields = new Map(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trimStart()] as const));
  const name = fields.get("event");
  if (!name) return null;
  return { name, place: fields.get("id") ?? "", about: JSON.parse(fields.get("data") ?? "{}") as Record<string, unknown> };
}

export function text(told: Told, name: string): string {
  const value = told.about[name];
  return typeof value === "string" ? value : "";
}

export function texts(told: Told, name: string): string[] {
  const value = told.about[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function count(told: Told, name: string): number {
  const value = told.about[name];
  return typeof value === "number" ? value : 0;
}

/** The earlier of two places; an unknown one is no bound. */
export function earlier(one: string, other: string): string {
  if (!one || !other) return one || other;
  return one.length === other.length ? (one < other ? one : other) : one.length < other.length ? one : other;
}

/** A time of day as the person reads it, with the day when it is not today's. */
export function clock(moment: Date): string {
  const zone = document.body.dataset["zone"];
  const language = document.documentElement.lang;
  const said = (options: Intl.DateTimeFormatOptions, at: Date): string => new Intl.DateTimeFormat(language, { ...options, ...(zone ? { timeZone: zone } : {}) }).format(at);
  const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  const time = said({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, moment);
  return said(day, moment) === said(day, new Date()) ? time : `${said(day, moment)} ${time}`;
}
