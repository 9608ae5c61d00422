// A list put in order by hand: drag the grip, or Alt with arrows on a row; the order of the inputs inside is the value.
import Sortable from "sortablejs";

class SortList extends HTMLElement {
  connectedCallback(): void {
    const list = this.querySelector("ul, ol");
    if (!(list instanceof HTMLElement)) return;
    Sortable.create(list, { handle: "[data-grip]", animation: 0, onEnd: () => this.#changed() });
    list.addEventListener("keydown", (event) => this.#step(event));
  }

  #step(event: KeyboardEvent): void {
    const row = event.target instanceof Element ? event.target.closest("li") : null;
    if (!row || !event.altKey) return;
    if (event.key === "ArrowUp") row.previousElementSibling?.before(row);
    else if (event.key === "ArrowDown") row.nextElementSibling?.after(row);
    else return;
    event.preventDefault();
    (event.target as HTMLElement).focus();
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("sort-list", SortList);
