// Turns the page light or dark at once and tells the server, which remembers it for the person; if it does not, the page says so.
import { csrfToken, say, word } from "../page";

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
    try {
      const answer = await fetch(form.action, { method: "POST", keepalive: true, headers: { "X-CSRFToken": csrfToken() }, body: new URLSearchParams({ theme }) });
      if (!answer.ok) say(word("unkept"), "bad");
    } catch {
      say(word("unkept"), "bad");
    }
  }
}

customElements.define("theme-switch", ThemeSwitch);
