// Acts on many rows: the box in the table's head, the ticked rows and the choice
// of for whom follow each other. All that match can be chosen once all of the
// page are.
const formOf = (name) => document.querySelector(`form[data-bulk="${CSS.escape(name)}"]`);
const boxesOf = (name) => [...document.querySelectorAll(`tbody .pick input[name="${CSS.escape(name)}"]`)];

function show(form, scope) {
  for (const line of form.querySelectorAll("[data-bulk-shown]")) line.hidden = line.dataset.bulkShown !== scope;
}

// set ticks what the choice names.
function set(form, scope) {
  const choice = form.querySelector("[data-bulk-scope]");
  const boxes = boxesOf(form.dataset.bulk);
  choice.value = scope;
  for (const box of boxes) box.checked = scope !== "ticked";
  const head = document.querySelector(`[data-check-all="${CSS.escape(form.dataset.bulk)}"]`);
  if (head) [head.checked, head.indeterminate] = [scope !== "ticked", false];
  show(form, scope);
}

document.addEventListener("change", (event) => {
  const choice = event.target.closest("[data-bulk-scope]");
  if (choice) return set(choice.form, choice.value);
  const name = event.target.dataset?.checkAll ?? (event.target.closest("tbody .pick") ? event.target.name : "");
  const form = name && formOf(name);
  if (!form) return;
  const boxes = boxesOf(name);
  const whole = event.target.dataset.checkAll ? event.target.checked : boxes.every((box) => box.checked);
  form.querySelector("[data-bulk-scope]").value = whole ? "page" : "ticked";
  show(form, whole ? "page" : "ticked");
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-bulk-set]");
  if (!button) return;
  const form = button.form;
  set(form, button.dataset.bulkSet);
  // The button that was pressed is hidden now: its counterpart, or the choice, is next.
  (form.querySelector("[data-bulk-shown]:not([hidden]) button") ?? form.querySelector("[data-bulk-scope]")).focus();
});
