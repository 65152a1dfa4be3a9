// What makes pages quicker for those who have JavaScript. Every page works
// without it. Events are heard at the document, so what htmx swaps in works too.
import "./preference.js";
import "./form.js";
import "./overlay.js";
import { tickCountdowns } from "./countdown.js";
import "./month.js";
import "./refresh.js";

// What a page brings, now and after each swap.
export function settle(root = document) {
  for (const box of root.querySelectorAll("[data-check-all]")) box.hidden = false;
  const focus = root.querySelector("[data-focus]");
  if (focus) {
    focus.focus();
    focus.removeAttribute("data-focus"); // A later swap leaves the reader where they are.
  }
  tickCountdowns();
}

settle();
document.addEventListener("htmx:after:swap", () => settle());
