// Turns the page light or dark at once and tells the server, which remembers it for the person.
import { csrfToken } from "../page";

class ThemeSwitch extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#turn(event.currentTarget as HTMLFormElement);
    });
  }

  async #turn(form: HTMLFormElement): Promise<void> {
    const root = document.documentElement;
    const theme = root.dataset["bsTheme"] === "dark" ? "light" : "dark";
    root.dataset["bsTheme"] = theme;
    root.dataset["theme"] = theme;
    await fetch(form.action, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body: new URLSearchParams({ theme }) });
  }
}

customElements.define("theme-switch", ThemeSwitch);
