// The tree of a filter as the server keeps it, and as a person edits it: groups, conditions, related records.

export interface Leaf {
  field: string;
  is: string;
  value?: unknown;
}
export type Tree = { all: Tree[] } | { any: Tree[] } | { not: Tree } | { has: string; where?: Tree } | { has_no: string; where?: Tree } | Leaf;

export type Mode = "all" | "any" | "none";

/** What is edited. A group of mode "none" is the opposite of any of its parts. */
export interface Group {
  kind: "group";
  mode: Mode;
  parts: Part[];
}
export interface Related {
  kind: "related";
  word: "has" | "has_no";
  relation: string;
  where: Group;
}
export interface Condition {
  kind: "condition";
  field: string;
  is: string;
  value: unknown;
}
export type Part = Group | Related | Condition;

export const emptyGroup = (): Group => ({ kind: "group", mode: "all", parts: [] });

/** The group that a tree is; anything but a group stands alone in one. */
export function groupOf(tree: Tree | Record<string, never> | null | undefined): Group {
  if (!tree || Object.keys(tree).length === 0) return emptyGroup();
  const part = partOf(tree as Tree);
  return part.kind === "group" ? part : { kind: "group", mode: "all", parts: [part] };
}

function partOf(tree: Tree): Part {
  if ("all" in tree) return { kind: "group", mode: "all", parts: tree.all.map(partOf) };
  if ("any" in tree) return { kind: "group", mode: "any", parts: tree.any.map(partOf) };
  if ("not" in tree) return "any" in tree.not ? { kind: "group", mode: "none", parts: tree.not.any.map(partOf) } : { kind: "group", mode: "none", parts: [partOf(tree.not)] };
  if ("has" in tree) return { kind: "related", word: "has", relation: tree.has, where: groupOf(tree.where) };
  if ("has_no" in tree) return { kind: "related", word: "has_no", relation: tree.has_no, where: groupOf(tree.where) };
  return { kind: "condition", field: tree.field, is: tree.is, value: tree.value };
}

/** The tree of a part; what is not filled in yet is left out. */
export function treeOf(part: Part): Tree | null {
  if (part.kind === "condition") return conditionTree(part);
  if (part.kind === "related") return relatedTree(part);
  const parts = part.parts.map(treeOf).filter((one) => one !== null);
  if (parts.length === 0) return null;
  if (part.mode === "none") return { not: { any: parts } };
  return part.mode === "all" ? { all: parts } : { any: parts };
}

function conditionTree(part: Condition): Tree | null {
  if (!part.field || !part.is || !isFilled(part.value)) return null;
  return part.value === undefined ? { field: part.field, is: part.is } : { field: part.field, is: part.is, value: part.value };
}

function relatedTree(part: Related): Tree | null {
  if (!part.relation) return null;
  const where = treeOf(part.where);
  const inner = where ? { where } : {};
  return part.word === "has" ? { has: part.relation, ...inner } : { has_no: part.relation, ...inner };
}

/** An operator without a value has none (undefined); a value that was not given yet is empty. */
function isFilled(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((one) => one !== "" && one !== null);
  return value !== "" && value !== null;
}
