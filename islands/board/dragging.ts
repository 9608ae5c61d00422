// A card under the mouse: it is taken along once the mouse has moved a little, the lane below is marked, Esc lets go.
const MOVED = 6;
const EDGE = 48;

interface Rules {
  allows(card: HTMLElement, lane: HTMLElement): boolean;
  drop(card: HTMLElement, lane: HTMLElement): void;
}

export class Dragging {
  #card: HTMLElement | null = null;
  #ghost: HTMLElement | null = null;
  #start = { x: 0, y: 0 };
  #grip = { x: 0, y: 0 };
  #lane: HTMLElement | null = null;

  constructor(
    private readonly board: HTMLElement,
    private readonly rules: Rules,
  ) {
    board.addEventListener("pointerdown", (event) => this.#down(event));
    board.addEventListener("dragstart", (event) => event.preventDefault());
  }

  #down(event: PointerEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    const card = target?.closest<HTMLElement>(".kcard");
    if (event.button !== 0 || event.pointerType === "touch" || !card || target?.closest("button")) return;
    this.#card = card;
    this.#start = { x: event.clientX, y: event.clientY };
    const box = card.getBoundingClientRect();
    this.#grip = { x: event.clientX - box.left, y: event.clientY - box.top };
    document.addEventListener("pointermove", this.#move);
    document.addEventListener("pointerup", this.#up);
    document.addEventListener("pointercancel", this.#cancel);
    document.addEventListener("keydown", this.#key, true);
  }

  #move = (event: PointerEvent): void => {
    const { clientX: x, clientY: y } = event;
    if (!this.#ghost && Math.hypot(x - this.#start.x, y - this.#start.y) < MOVED) return;
    this.#ghost ??= this.#begin();
    this.#ghost.style.transform = `translate(${x - this.#grip.x}px, ${y - this.#grip.y}px)`;
    this.#over(document.elementFromPoint(x, y)?.closest<HTMLElement>(".lane") ?? null);
    this.#scroll(x);
  };

  #begin(): HTMLElement {
    const card = this.#card as HTMLElement;
    const ghost = card.cloneNode(true) as HTMLElement;
    ghost.style.width = `${card.offsetWidth}px`;
    ghost.classList.add("ghost");
    ghost.setAttribute("aria-hidden", "true");
    document.body.append(ghost);
    card.classList.add("away");
    this.board.querySelector(".board")?.classList.add("dragging");
    return ghost;
  }

  #over(lane: HTMLElement | null): void {
    if (lane === this.#lane) return;
    this.#lane?.classList.remove("over", "shutout");
    this.#lane = lane;
    if (!lane || !this.#card || lane === this.#card.closest(".lane")) return;
    lane.classList.add("over");
    lane.classList.toggle("shutout", !this.rules.allows(this.#card, lane));
  }

  #scroll(x: number): void {
    const board = this.board.querySelector<HTMLElement>(".board");
    const box = board?.getBoundingClientRect();
    if (!board || !box) return;
    if (x < box.left + EDGE) board.scrollLeft -= EDGE / 4;
    else if (x > box.right - EDGE) board.scrollLeft += EDGE / 4;
  }

  #up = (): void => {
    const { card, lane, dragged } = this.#end();
    if (!dragged || !card) return;
    // The click that ends a drag opens nothing.
    const still = (event: MouseEvent): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    document.addEventListener("click", still, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", still, { capture: true }));
    if (lane && lane !== card.closest(".lane")) this.rules.drop(card, lane);
  };

  #cancel = (): void => void this.#end();

  #key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#end();
  };

  #end(): { card: HTMLElement | null; lane: HTMLElement | null; dragged: boolean } {
    document.removeEventListener("pointermove", this.#move);
    document.removeEventListener("pointerup", this.#up);
    document.removeEventListener("pointercancel", this.#cancel);
    document.removeEventListener("keydown", this.#key, true);
    const found = { card: this.#card, lane: this.#lane, dragged: this.#ghost !== null };
    this.#lane?.classList.remove("over", "shutout");
    this.#ghost?.remove();
    this.#card?.classList.remove("away");
    this.board.querySelector(".board")?.classList.remove("dragging");
    this.#card = this.#ghost = this.#lane = null;
    return found;
  }
}
