import { tickCountdowns } from "./countdown.js";
import { showPickers } from "./preview.js";

// What a page brings, now and after each swap.
export function settle(root = document) {
  for (const box of root.querySelectorAll("[data-check-all]")) box.hidden = false;
  const focus = root.querySelector("[data-focus]");
  if (focus) {
    focus.focus();
    focus.removeAttribute("data-focus"); // A later swap leaves the reader where they are.
  }
  showPickers(root);
  tickCountdowns();
}
