// Files dropped anywhere on a card, pasted or chosen: each is sent by itself, with its progress, its cancel and its own answer.
import { csrfToken, isTyping, say } from "../page";

const AT_ONCE = 3;

interface Answer {
  files: { id: string; name: string }[];
  refused: { name: string; sentence: string }[];
  undo: string;
}

class Upload {
  readonly line = document.createElement("li");
  readonly #bar = document.createElement("progress");
  readonly #said = document.createElement("span");
  readonly #act = document.createElement("button");
  readonly #request = new XMLHttpRequest();

  constructor(
    readonly file: File,
    readonly words: DOMStringMap,
    readonly more: Record<string, string>,
    readonly ended: (done: boolean) => void,
  ) {
    const name = document.createElement("span");
    name.className = "mid clip grow";
    name.textContent = file.name;
    name.title = file.name;
    Object.assign(this.#bar, { max: file.size || 1, value: 0, ariaLabel: file.name });
    this.#said.className = "small said";
    Object.assign(this.#act, { type: "button", className: "btn ghost tight", textContent: this.#word("cancel") });
    this.#act.addEventListener("click", () => this.cancel());
    this.line.append(name, this.#bar, this.#said, this.#act);
  }

  #word(name: string): string {
    return this.words[`word${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`] ?? "";
  }

  send(): void {
    if (this.line.dataset["state"]) return this.ended(false);
    if (this.file.size > Number(this.words["largest"])) return this.#fail(this.#word("large"));
    const form = new FormData();
    for (const [name, value] of Object.entries(this.more)) form.set(name, value);
    form.set("idempotency", crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
    form.set("file", this.file, this.file.name);
    this.#request.open("POST", this.words["src"] ?? location.href);
    this.#request.setRequestHeader("Accept", "application/json");
    this.#request.setRequestHeader("X-CSRFToken", csrfToken());
    this.#request.upload.addEventListener("progress", (event) => {
      this.#bar.value = (event.loaded / event.total) * this.#bar.max;
    });
    this.#request.addEventListener("load", () => this.#answered());
    this.#request.addEventListener("error", () => this.#fail(this.#word("failed")));
    this.#request.addEventListener("abort", () => this.#fail(this.#word("cancelled")));
    this.#request.send(form);
  }

  cancel(): void {
    if (this.#request.readyState === XMLHttpRequest.UNSENT) this.#state("bad", this.#word("cancelled"));
    else this.#request.abort();
  }

  #answered(): void {
    let answer: Answer | null = null;
    try {
      answer = JSON.parse(this.#request.responseText) as Answer;
    } catch {
      // A page instead of an answer: signed out, or a proxy's own limit.
    }
    const refused = answer?.refused[0]?.sentence;
    if (!answer || refused !== undefined) return this.#fail(refused ?? this.#word("failed"));
    this.#bar.value = this.#bar.max;
    this.#state("good", this.#word("done"));
    this.#offerUndo(answer.undo);
    this.ended(true);
  }

  #offerUndo(address: string): void {
    if (!address) return;
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: address });
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: csrfToken(), back: location.pathname + location.search })) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    const undo = document.createElement("button");
    Object.assign(undo, { type: "submit", className: "btn ghost tight", textContent: this.#word("undo") });
    form.append(undo);
    this.line.append(form);
  }

  #fail(sentence: string): void {
    this.#state("bad", sentence);
    this.ended(false);
  }

  #state(state: string, sentence: string): void {
    this.line.dataset["state"] = state;
    this.#said.textContent = sentence;
    this.#bar.hidden = true;
    this.#act.remove();
  }
}

class FileDrop extends HTMLElement {
  readonly #veil = document.createElement("div");
  readonly #tray = document.createElement("section");
  readonly #list = document.createElement("ol");
  #waiting: Upload[] = [];
  #running = 0;
  #arrived = 0;
  #life = new AbortController();

  connectedCallback(): void {
    this.#build();
    const { signal } = this.#life;
    for (const name of ["dragenter", "dragover"] as const) document.addEventListener(name, (event) => this.#over(event), { signal });
    document.addEventListener("dragleave", (event) => event.relatedTarget || this.#lower(), { signal });
    document.addEventListener("drop", (event) => this.#dropped(event), { signal });
    document.addEventListener("paste", (event) => this.#pasted(event), { signal });
    document.addEventListener("submit", (event) => this.#submitted(event), { signal });
    window.addEventListener("beforeunload", (event) => this.#running && event.preventDefault(), { signal });
  }

  disconnectedCallback(): void {
    this.#life.abort();
    this.#life = new AbortController();
  }

  #build(): void {
    this.#veil.className = "drop-veil";
    this.#veil.hidden = true;
    this.#veil.textContent = this.dataset["here"] ?? "";
    this.#tray.className = "upload-tray";
    this.#tray.hidden = true;
    this.#tray.setAttribute("aria-live", "polite");
    this.#tray.setAttribute("aria-label", this.dataset["wordTitle"] ?? "");
    const head = document.createElement("header");
    const title = document.createElement("h2");
    title.textContent = this.dataset["wordTitle"] ?? "";
    const shut = document.createElement("button");
    Object.assign(shut, { type: "button", className: "btn ghost tight push", textContent: this.dataset["wordClose"] ?? "" });
    shut.addEventListener("click", () => this.#close());
    head.append(title, shut);
    this.#tray.append(head, this.#list);
    this.replaceChildren(this.#veil, this.#tray);
  }

  #over(event: DragEvent): void {
    if (!brings(event) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    this.#veil.hidden = false;
  }

  #lower(): void {
    this.#veil.hidden = true;
  }

  #dropped(event: DragEvent): void {
    if (!brings(event) || this.#veil.hidden) return;
    event.preventDefault();
    this.#lower();
    this.#take([...(event.dataTransfer?.files ?? [])]);
  }

  #pasted(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.#take(files.map((file) => (file.name && file.name !== "image.png" ? file : this.#named(file))));
  }

  // A picture from the clipboard has no name of its own.
  #named(file: File): File {
    const suffix = file.type.split("/")[1] ?? "png";
    const moment = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "-");
    return new File([file], `${this.dataset["wordPasted"] ?? ""} ${moment}.${suffix}`, { type: file.type });
  }

  #submitted(event: SubmitEvent): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-attach]")) return;
    const field = form.querySelector<HTMLInputElement>("input[type=file]");
    const files = [...(field?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    const more: Record<string, string> = {};
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "csrfmiddlewaretoken") more[name] = value;
    form.reset();
    this.#take(files, more);
  }

  #take(files: File[], more: Record<string, string> = {}): void {
    const taken = this.dataset["one"] === undefined ? files : files.slice(0, 1);
    for (const file of taken) {
      const upload = new Upload(file, this.dataset, more, (done) => this.#ended(done));
      this.#list.append(upload.line);
      this.#waiting.push(upload);
    }
    if (taken.length) this.#tray.hidden = false;
    this.#next();
  }

  #next(): void {
    while (this.#running < AT_ONCE) {
      const upload = this.#waiting.shift();
      if (!upload) return;
      this.#running += 1;
      upload.send();
    }
  }

  #ended(done: boolean): void {
    this.#running -= 1;
    this.#arrived += Number(done);
    this.#next();
    if (!this.#running && !this.#waiting.length) this.#settled();
  }

  #settled(): void {
    if (!this.#arrived) return;
    this.#arrived = 0;
    document.dispatchEvent(new CustomEvent("artel:attached"));
    if (this.dataset["one"] !== undefined) return location.reload();
    const place = document.querySelector("#attached");
    if (place) void window.htmx.ajax("GET", location.href, { target: "#attached", swap: "outerHTML" });
  }

  #close(): void {
    if (this.#running) return say(this.dataset["wordTitle"] ?? "");
    this.#list.replaceChildren();
    this.#tray.hidden = true;
  }
}

function brings(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") === true && !event.dataTransfer.types.includes("text/x-artel-file");
}

customElements.define("file-drop", FileDrop);
