// Menus are native <details>: one open at a time, Esc closes and gives the focus back, arrows walk the entries.
import { filled } from "./fetched";

function open(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")];
}

function close(menu: HTMLDetailsElement): void {
  menu.open = false;
  menu.querySelector("summary")?.focus();
}

function walk(menu: HTMLDetailsElement, step: number): void {
  const entries = [...menu.querySelectorAll<HTMLElement>(".pop .mi, .pop input, .pop button, .pop a")];
  const here = entries.indexOf(document.activeElement as HTMLElement);
  entries[(here + step + entries.length) % entries.length]?.focus();
}

function showPane(button: HTMLElement): void {
  const panes = document.querySelector<HTMLElement>(".panes");
  const chosen = button.dataset["showPane"] ?? "";
  if (panes) panes.dataset["pane"] = chosen;
  sessionStorage.setItem(paneKey(), chosen);
  for (const tab of button.parentElement?.children ?? []) tab.setAttribute("aria-pressed", String(tab === button));
}

/** The part of a card that a phone shows stays chosen, on the next record of the list too. */
function paneKey(): string {
  return `artel-pane:${document.querySelector<HTMLElement>(".record live-record")?.dataset["entity"] ?? ""}`;
}

function restorePane(): void {
  const chosen = sessionStorage.getItem(paneKey());
  const button = chosen ? document.querySelector<HTMLElement>(`[data-show-pane="${CSS.escape(chosen)}"]`) : null;
  if (button) showPane(button);
}

function showTab(tab: HTMLElement): void {
  for (const each of tab.closest("[role=tablist]")?.querySelectorAll<HTMLElement>("[role=tab]") ?? []) {
    each.setAttribute("aria-selected", String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
    const panel = document.getElementById(each.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = each !== tab;
  }
}

function stepTab(tab: HTMLElement, step: number): void {
  const tabs = [...(tab.closest("[role=tablist]")?.querySelectorAll<HTMLElement>("[role=tab]") ?? [])];
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
  if (next) showTab(next);
  next?.focus();
}

async function toggle(button: HTMLElement): Promise<void> {
  const panel = document.querySelector<HTMLElement>(button.dataset["toggle"] ?? "");
  if (!panel) return;
  const wanted = button.dataset["tab"];
  panel.hidden = wanted ? false : !panel.hidden;
  for (const each of document.querySelectorAll(`[aria-controls="${panel.id}"]`)) each.setAttribute("aria-expanded", String(!panel.hidden));
  const cause = document.querySelector<HTMLElement>(`[aria-controls="${panel.id}"]`);
  if (!panel.hidden) await filled(panel);
  const tab = wanted ? panel.querySelector<HTMLElement>(`#tab-${wanted}`) : null;
  if (tab) showTab(tab);
  (panel.hidden ? cause : panel.querySelector<HTMLElement>("input, button, a"))?.focus();
}

export function startMenus(): void {
  restorePane();
  document.addEventListener("click", (event) => {
    const at = event.target as Node;
    const switched = at instanceof Element ? at.closest<HTMLElement>("[data-toggle]") : null;
    if (switched) void toggle(switched);
    const clearing = at instanceof Element ? at.closest<HTMLElement>("[data-clear]") : null;
    if (clearing) document.querySelector(clearing.dataset["clear"] ?? "")?.replaceChildren();
    const chosen = at instanceof Element && at.closest(".pop :is(a, button).mi");
    for (const menu of open()) if (chosen || !menu.contains(at)) menu.open = false;
    const tab = at instanceof Element ? at.closest<HTMLElement>("[role=tab][aria-controls]") : null;
    if (tab) showTab(tab);
    const pane = at instanceof Element ? at.closest<HTMLElement>("[data-show-pane]") : null;
    if (pane) showPane(pane);
  });
  // The event does not bubble: it is caught on its way down.
  const opened = (event: Event) => event.target instanceof HTMLDetailsElement && event.target.open && void filled(event.target);
  document.addEventListener("toggle", opened, true);
  document.addEventListener("keydown", (event) => {
    const tab = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=tab][aria-controls]") : null;
    if (tab && (event.key === "ArrowRight" || event.key === "ArrowLeft")) stepTab(tab, event.key === "ArrowRight" ? 1 : -1);
    const menu = open().at(-1);
    if (!menu) return;
    if (event.key === "Escape") close(menu);
    else if (event.key === "ArrowDown" && menu.contains(document.activeElement)) walk(menu, 1);
    else if (event.key === "ArrowUp" && menu.contains(document.activeElement)) walk(menu, -1);
    else return;
    event.preventDefault();
  });
}
