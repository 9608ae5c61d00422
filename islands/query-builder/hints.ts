// What may be asked of an entity: fetched once a page, kept for every builder on it.

export interface Choice {
  value: string;
  label: string;
}
export interface Field {
  name: string;
  label: string;
  kind: string;
  choices?: Choice[];
  words?: Choice[];
  target?: string;
  into?: string;
}
export interface Relation {
  name: string;
  label: string;
  into: string;
}
export interface Operator {
  code: string;
  label: string;
  takes: "nothing" | "one" | "several" | "range" | "count" | "period";
}
export interface Hints {
  label: string;
  fields: Field[];
  relations: Relation[];
  operators: Record<string, Operator[]>;
  periods: Choice[];
}

const known = new Map<string, Promise<Hints>>();

/** The hints of an entity (`deals.deal`); a failure is not kept. */
export function hintsOf(base: string, entity: string): Promise<Hints> {
  const found = known.get(entity);
  if (found) return found;
  const asked = fetch(`${base}${entity}`, { headers: { Accept: "application/json" } }).then((answer) => {
    if (!answer.ok) throw new Error(entity);
    return answer.json() as Promise<Hints>;
  });
  known.set(entity, asked);
  asked.catch(() => known.delete(entity));
  return asked;
}
