// A card that is really looked at is told to the server, once it has come: that is how the person finds it again.
import { csrfToken } from "./page";

const LOOKED = 1000;
const AGAIN = 5 * 60_000;
const PLACE = "artel-opened";

/** The last one told by this tab is not told again while it is fresh. */
function isFresh(address: string): boolean {
  const [last, at] = (sessionStorage.getItem(PLACE) ?? "").split(" ");
  return last === address && Date.now() - Number(at) < AGAIN;
}

async function tell(address: string): Promise<void> {
  if (document.hidden || isFresh(address)) return;
  sessionStorage.setItem(PLACE, `${address} ${Date.now()}`);
  try {
    await fetch(address, { method: "POST", keepalive: true, headers: { "X-CSRFToken": csrfToken() } });
  } catch {
    sessionStorage.removeItem(PLACE);
  }
}

export function startOpened(): void {
  const card = document.querySelector<HTMLElement>(".record live-record[data-entity]");
  if (!card) return;
  const address = `/${card.dataset["entity"] ?? ""}/${card.dataset["key"] ?? ""}/opened`;
  const later = (): number => window.setTimeout(() => void tell(address), LOOKED);
  later();
  document.addEventListener("visibilitychange", later);
}
