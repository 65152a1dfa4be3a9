// Forms: busy buttons, questions before acts, ticking all rows, copying.

// A form is sent once: its button shows that it is working, further presses do
// nothing. A page that comes back from the browser's memory is fresh again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // Asked as an attribute, because a field may be called "method".
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (form.dataset.busy) return event.preventDefault();
  form.dataset.busy = "true";
  event.submitter?.setAttribute("aria-busy", "true");
});

function rest(root = document) {
  for (const form of root.querySelectorAll("form[data-busy]")) delete form.dataset.busy;
  for (const button of root.querySelectorAll("[aria-busy='true']")) button.removeAttribute("aria-busy");
}
addEventListener("pageshow", (event) => { if (event.persisted) rest(); });
for (const name of ["htmx:after:request", "htmx:error", "htmx:finally:request"]) document.addEventListener(name, () => rest());

// data-confirm asks before its form is sent.
function question(button) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const body = document.createElement("div");
  body.className = "dialog-body confirm-body";
  const text = document.createElement("p");
  text.id = "confirm-text";
  text.textContent = button.dataset.confirm;
  const acts = document.createElement("form");
  acts.method = "dialog";
  acts.className = "form-actions";
  acts.append(choice("yes", button.dataset.confirmYes, "btn-danger"), choice("no", button.dataset.confirmNo, ""));
  body.append(text, acts);
  dialog.append(body);
  dialog.setAttribute("aria-labelledby", text.id);
  return dialog;
}

function choice(value, label, kind) {
  const button = document.createElement("button");
  button.className = `btn ${kind}`;
  button.value = value;
  button.textContent = label;
  button.autofocus = value === "no";
  return button;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (!button || button.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const dialog = question(button);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    button.focus();
    if (dialog.returnValue !== "yes") return;
    button.dataset.confirmed = "true";
    button.click();
    delete button.dataset.confirmed;
  });
  dialog.showModal();
}, true);

// The box in a table's head ticks all rows, and follows them.
document.addEventListener("change", (event) => {
  const table = event.target.closest("table");
  const all = table?.querySelector("[data-check-all]");
  if (!all) return;
  const rows = [...table.querySelectorAll("tbody .pick input")];
  if (event.target === all) for (const row of rows) row.checked = all.checked;
  const on = rows.filter((row) => row.checked).length;
  all.checked = on === rows.length;
  all.indeterminate = on > 0 && on < rows.length;
});

// data-copy names the element whose text or value is copied.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const label = button.querySelector(".btn-label");
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    const words = label.firstChild; // what is only read aloud comes after it
    label.dataset.was ??= words.nodeValue;
    words.nodeValue = button.dataset.copied;
    setTimeout(() => { words.nodeValue = label.dataset.was; }, 2000);
  } catch {
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
  }
});
