// One place that watches htmx: failures say a sentence and leave the page as it was, so nothing typed is lost;
// a place that waited for its content waits no longer, whatever came of it.
import { say, word } from "./page";

interface HtmxDetail {
  ctx?: { response?: { status: number }; sourceElement?: Element };
}

export function startRequests(): void {
  document.addEventListener("htmx:response:error", (event) => {
    const status = (event as CustomEvent<HtmxDetail>).detail.ctx?.response?.status ?? 0;
    if (status >= 500) say(word("broken"), "bad");
  });
  document.addEventListener("htmx:error", (event) => {
    const detail = (event as CustomEvent<HtmxDetail>).detail;
    if (!detail.ctx?.response) say(word("offline"), "bad");
  });
  document.addEventListener("htmx:finally:request", (event) => {
    (event as CustomEvent<HtmxDetail>).detail.ctx?.sourceElement?.removeAttribute("aria-busy");
  });
}
