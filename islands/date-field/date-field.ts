// A day typed the way people write it (1.3, 010326, 1 3 2026), shown as the person's language writes days; arrows step a day, the button opens the calendar.

type Order = "dmy" | "iso";

class DateField extends HTMLElement {
  connectedCallback(): void {
    const shown = this.querySelector<HTMLInputElement>("input[type=text]");
    const native = this.querySelector<HTMLInputElement>("input[type=date]");
    if (!shown || !native) return;
    shown.addEventListener("change", () => this.#accept(shown));
    shown.addEventListener("keydown", (event) => this.#step(event, shown));
    native.addEventListener("change", () => this.#show(shown, native.value));
    this.querySelector("button")?.addEventListener("click", () => {
      native.value = read(shown.value, this.#order) ?? "";
      native.showPicker();
    });
  }

  get #order(): Order {
    return this.dataset["order"] === "iso" ? "iso" : "dmy";
  }

  #accept(shown: HTMLInputElement): void {
    const day = read(shown.value, this.#order);
    if (day) this.#show(shown, day);
  }

  #step(event: KeyboardEvent, shown: HTMLInputElement): void {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    const day = new Date(read(shown.value, this.#order) ?? new Date().toISOString().slice(0, 10));
    day.setUTCDate(day.getUTCDate() + step);
    this.#show(shown, day.toISOString().slice(0, 10));
    event.preventDefault();
  }

  #show(shown: HTMLInputElement, iso: string): void {
    shown.value = this.#order === "iso" ? iso : iso.split("-").reverse().join(".");
    shown.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** ISO day of what a person typed, or null; two-digit years belong to this century, a missing one is this year. */
export function read(text: string, order: Order): string | null {
  const digits = /^\d{6}$|^\d{8}$/.test(text.trim()) ? (text.trim().match(/^(\d\d)(\d\d)(\d+)$/)?.slice(1) ?? []) : text.split(/\D+/).filter(Boolean);
  if (digits[0]?.length === 4) return iso(digits[0], digits[1], digits[2]);
  const [day, month] = order === "iso" && digits.length === 2 ? [digits[1], digits[0]] : [digits[0], digits[1]];
  return iso(digits[2] ?? String(new Date().getFullYear()), month, day);
}

function iso(year: string, month: string | undefined, day: string | undefined): string | null {
  if (!month || !day) return null;
  const full = year.length === 2 ? `20${year}` : year;
  const made = `${full}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const moment = new Date(`${made}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(made) ? made : null;
}

customElements.define("date-field", DateField);
