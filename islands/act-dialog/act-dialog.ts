// The one dialog of a page: htmx puts an act's form inside, it opens; Esc or success closes it and the focus returns to its cause.

class ActDialog extends HTMLElement {
  #cause: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("htmx:after:settle", () => this.#open());
    this.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("[data-close-dialog]")) {
        event.preventDefault(); // outside a dialog it may be a link that leads back
        this.close();
      }
      if (event.target === this.#dialog) this.close();
    });
    this.#dialog.addEventListener("close", () => this.#emptied());
    document.addEventListener("artel:done", () => this.close());
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog") as HTMLDialogElement;
  }

  close(): void {
    this.#dialog.close();
  }

  #open(): void {
    if (this.#dialog.open || !this.#dialog.childElementCount) return;
    this.#cause = document.activeElement as HTMLElement | null;
    this.#dialog.showModal();
    const wanted = this.#dialog.querySelector<HTMLElement>("[autofocus]") ?? this.#dialog.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea");
    wanted?.focus();
  }

  #emptied(): void {
    this.#dialog.replaceChildren();
    if (this.#cause?.isConnected) this.#cause.focus();
  }
}

customElements.define("act-dialog", ActDialog);
