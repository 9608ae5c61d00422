// What a row of a list says of its record: the table says the rest for all of them.

export const ROWS = "tbody tr:not(.grp)";

/** Where a row leads: its first link, as the server wrote it; empty for no row. */
export function addressOf(row: HTMLElement | null | undefined): string {
  return row?.querySelector("td.name > a")?.getAttribute("href") ?? "";
}

/** The form of the record, where rows may be changed. */
export function editOf(row: HTMLElement | null): string {
  const address = row?.closest("[data-may-change]") ? addressOf(row) : "";
  return address && `${address.split("?", 1)[0] ?? ""}/edit`;
}
