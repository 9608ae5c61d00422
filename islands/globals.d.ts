// htmx puts itself on the window; its own types describe it.
import type htmx from "htmx.org";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
