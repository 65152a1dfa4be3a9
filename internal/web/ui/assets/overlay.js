// Dialogs and menus.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const closer = event.target.closest("dialog [data-dialog-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  // A press on the ground behind a dialog closes it.
  if (event.target.matches?.("dialog:modal") && outside(event.target, event)) event.target.close();
});

function outside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

// Menus close with Escape, with a press elsewhere, and when another opens.
function closeMenus(but) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== but) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details[data-menu]")));

// A menu that would leave the window opens to the other side.
document.addEventListener("toggle", (event) => {
  const list = event.target.matches?.("details.menu[open]") && event.target.querySelector(".menu-list");
  if (list && list.getBoundingClientRect().left < 0) event.target.classList.add("menu-start");
}, true);

const moves = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  if (!(event.key in moves)) return;
  event.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll("a[href], button")];
  const at = items.indexOf(document.activeElement);
  const next = at < 0 ? (moves[event.key] > 0 ? 0 : items.length - 1) : (at + moves[event.key] + items.length) % items.length;
  items[next]?.focus();
});
