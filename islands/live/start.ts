// The stream begins when the page stands; it ends in all tabs when the person signs out in one.
import { hub } from "./hub";
import { startRuns } from "./runs";

export function startLive(): void {
  hub.start();
  startRuns();
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.matches("[data-sign-out]")) hub.signOut();
  });
}
