// A field for files in the person's language: the native one lies over it unseen, so it keeps its clicks, its keys, its drops and its name.
class FilePick extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector<HTMLInputElement>("input[type=file]");
    const said = this.querySelector<HTMLElement>("[data-said]");
    if (!field || !said) return;
    const tell = (): void => {
      const [first, ...others] = field.files ?? [];
      const many = (this.dataset["several"] ?? "").replace("{count}", `${others.length + 1}`);
      said.textContent = first ? (others.length ? many : first.name) : (this.dataset["none"] ?? "");
      said.classList.toggle("ink3", !first);
      field.title = [...(field.files ?? [])].map((file) => file.name).join("\n");
    };
    tell();
    field.addEventListener("change", tell);
    // A form is emptied after it has said so.
    field.form?.addEventListener("reset", () => setTimeout(tell));
  }
}

customElements.define("file-pick", FilePick);
