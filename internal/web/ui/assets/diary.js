// Moving an appointment in the time grid, by mouse, by finger and by keyboard. The
// server says which places are free and in what words; it also asks before
// anything is changed, and decides. Without this script a page does the same.

let move; // what is being moved
let press; // a press that may become a move

// The height of a quarter of an hour, as calendar.css has it.
const cell = (grid) => parseFloat(getComputedStyle(grid).getPropertyValue("--cell"));
const gridOf = (item) => item.closest("[data-diary]");
const columnOf = (node) => node.closest("[data-column]");
const first = (grid) => Number(grid.dataset.diary);

// The voice is one line at the foot of the window, for eyes and ears.
function say(text) {
  let voice = document.getElementById("diary-say");
  if (!voice) {
    voice = document.createElement("p");
    voice.id = "diary-say";
    voice.className = "diary-say";
    voice.setAttribute("role", "status");
    voice.setAttribute("aria-live", "assertive");
    document.body.append(voice);
  }
  voice.textContent = text;
  clearTimeout(say.timer);
  if (text && !move) say.timer = setTimeout(() => { voice.textContent = ""; }, 6000);
}

const sentence = (grid, name, who) => (grid.dataset[name] ?? "").replace("{name}", who);

function place(node, minute, quarters) {
  const row = Math.floor(minute / 15) - first(move.grid) + 1;
  node.className = node.className.replace(/\b(row|span)-\d+/g, "").trim();
  node.classList.add(`row-${Math.max(row, 1)}`, `span-${Math.max(quarters, 1)}`);
}

async function lift(item, keys) {
  const grid = gridOf(item);
  const link = item.querySelector("a.event-box");
  move = { item, grid, link, keys, free: [], quarters: 1 };
  document.body.dataset.moving = "true"; // the page does not look for news meanwhile
  item.classList.add("lifted");
  document.body.classList.toggle("moving", !keys);
  const mine = move;
  try {
    mine.ready = read(mine);
    await mine.ready;
  } catch {
    if (move === mine) end(grid.dataset.sayFailed);
    return;
  }
  if (move !== mine) return;
  show();
  if (keys) say(sentence(grid, "sayLifted", move.name));
}

async function read(mine) {
  const columns = [...mine.grid.querySelectorAll("[data-column]")].map((c) => c.dataset.column);
  const people = mine.grid.classList.contains("week-people");
  const day = document.querySelector("input[name='day']")?.value;
  const ask = new URLSearchParams({ from: people ? day : columns[0], to: people ? day : columns.at(-1), zone: mine.grid.dataset.zoneName });
  if (people) ask.set("people", "1");
  const answer = await fetch(`${mine.item.dataset.move}/moves?${ask}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  const told = await answer.json();
  mine.name = told.name;
  mine.quarters = told.quarters;
  mine.free = told.free.filter((f) => columns.includes(f.column));
}

// What is free is drawn, and a ghost of the appointment stands where it would go.
function show() {
  for (const f of move.free) {
    const mark = document.createElement("span");
    mark.className = "free-time";
    place(mark, f.minute, 1);
    body(f.column).append(mark);
  }
  move.ghost = document.createElement("div");
  move.ghost.className = "ghost";
  if (move.keys) {
    move.ghost.tabIndex = -1;
    move.ghost.setAttribute("role", "application");
    put(here());
  } else if (move.at) follow(move.at);
}

const body = (column) => move.grid.querySelector(`[data-column="${CSS.escape(column)}"] .week-body`);

// Where it is now, as a place that is not among the free ones.
function here() {
  const row = Number([...move.item.classList].find((c) => c.startsWith("row-")).slice(4));
  return { column: columnOf(move.item).dataset.column, minute: (row - 1 + first(move.grid)) * 15, label: move.name, say: move.name };
}

function put(to) {
  move.to = to;
  move.changing = true;
  move.ghost.classList.toggle("taken", Boolean(to.taken));
  move.ghost.textContent = to.taken ? move.grid.dataset.sayTaken : to.label;
  move.ghost.setAttribute("aria-label", to.say ?? to.label);
  place(move.ghost, to.minute, move.quarters);
  body(to.column).append(move.ghost);
  if (move.keys) {
    move.ghost.focus({ preventScroll: true });
    move.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  move.changing = false;
}

// The place under a pointer: the nearest free time of the column, within half an hour.
function follow({ x, y }) {
  move.at = { x, y };
  if (!move.ghost) return;
  const column = [...move.grid.querySelectorAll("[data-column]")].find((c) => {
    const box = c.getBoundingClientRect();
    return x >= box.left && x < box.right;
  });
  if (!column) return;
  const top = column.querySelector(".week-body").getBoundingClientRect().top;
  const minute = (first(move.grid) + (y - move.grip - top) / cell(move.grid)) * 15;
  const own = column === columnOf(move.item);
  const reach = own || !move.grid.classList.contains("week-people") ? 30 : Infinity;
  const near = move.free.filter((f) => f.column === column.dataset.column)
    .sort((a, b) => Math.abs(a.minute - minute) - Math.abs(b.minute - minute))[0];
  if (near && Math.abs(near.minute - minute) <= reach) put(near);
  else put({ column: column.dataset.column, minute: Math.max(Math.round(minute / 15), first(move.grid)) * 15, taken: true });
}

// The next free place in a direction: times within a column, else the column that
// has a time, as near as it can be.
function beside(key) {
  const { column, minute } = move.to;
  const columns = [...move.grid.querySelectorAll("[data-column]")].map((c) => c.dataset.column);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const down = key === "ArrowDown";
    const there = move.free.filter((f) => f.column === column && (down ? f.minute > minute : f.minute < minute)).sort((a, b) => a.minute - b.minute);
    return down ? there[0] : there.at(-1);
  }
  const step = key === "ArrowRight" ? 1 : -1;
  for (let i = columns.indexOf(column) + step; i >= 0 && i < columns.length; i += step) {
    const there = move.free.filter((f) => f.column === columns[i]).sort((a, b) => Math.abs(a.minute - minute) - Math.abs(b.minute - minute));
    if (there.length) return there[0];
  }
}

// end puts everything back; what the server holds has not changed.
function end(text) {
  const { item, grid, ghost, link, keys } = move;
  move = undefined;
  delete document.body.dataset.moving;
  document.body.classList.remove("moving");
  item.classList.remove("lifted");
  for (const mark of grid.querySelectorAll(".free-time")) mark.remove();
  ghost?.remove();
  if (keys) link.focus();
  say(text ?? "");
}

// The key that let an appointment go, until it is released. Held down it says its
// word again and again: neither the link that has the focus meanwhile nor the
// question that follows is to take that for an answer.
let held;

function hold() {
  held = new Promise((up) => document.addEventListener("keyup", () => {
    held = undefined;
    up();
  }, { once: true }));
}

// The window may have lost the key: nobody waits for it longer than a second.
const released = () => held && Promise.race([held, new Promise((later) => setTimeout(later, 1000))]);

async function drop() {
  const { to, grid, item } = move;
  if (!to?.drop) return end(to?.taken ? grid.dataset.sayTaken : grid.dataset.sayBack);
  const next = location.pathname + location.search;
  const address = `${to.drop}&next=${encodeURIComponent(next)}`;
  end("");
  document.body.dataset.moving = "true";
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html", "HX-Request": "true", "HX-Request-Type": "partial" } });
    if (!answer.ok) throw new Error(answer.status);
    const dialog = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("dialog");
    await released();
    ask(dialog, item);
  } catch {
    location.assign(address); // the page says what the matter is
  }
}

function ask(dialog, item) {
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    delete document.body.dataset.moving;
    item.querySelector("a.event-box")?.focus();
  });
  dialog.showModal();
}

document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest?.("[data-diary] .event[data-move]");
  if (!item || event.button !== 0 || event.target.closest(".event-acts") || matchMedia("not all and (min-width: 860px)").matches) return;
  press = { item, x: event.clientX, y: event.clientY, grip: event.clientY - item.getBoundingClientRect().top };
  if (event.pointerType !== "mouse") press.timer = setTimeout(() => press && grab(press), 400);
});

function grab({ item, x, y, grip }) {
  press = undefined;
  lift(item, false);
  Object.assign(move, { grip, at: { x, y } });
}

document.addEventListener("pointermove", (event) => {
  if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > 5) {
    if (press.timer) letGo(); // a finger that moves at once scrolls
    else grab(press);
  }
  if (move && !move.keys) follow({ x: event.clientX, y: event.clientY });
});

function letGo() {
  clearTimeout(press?.timer);
  press = undefined;
}

document.addEventListener("pointerup", async () => {
  letGo();
  if (!move || move.keys) return;
  const mine = move;
  dropped = true;
  setTimeout(() => { dropped = false; });
  try {
    await mine.ready;
  } catch {
    return;
  }
  if (move === mine) drop();
});
document.addEventListener("pointercancel", () => {
  letGo();
  if (move && !move.keys) end();
});
document.addEventListener("touchmove", (event) => { if (move) event.preventDefault(); }, { passive: false });
document.addEventListener("contextmenu", (event) => { if (move || press?.timer) event.preventDefault(); });

// The browser would drag the link itself, and open it once it is let go.
let dropped = false;
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-diary] [data-move]")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  if (dropped) {
    dropped = false;
    event.preventDefault();
    return;
  }
  const button = event.target.closest?.("[data-diary] .event-move");
  const item = button?.closest("[data-move]");
  if (!item || event.ctrlKey || event.metaKey || event.shiftKey || matchMedia("not all and (min-width: 860px)").matches) return;
  event.preventDefault();
  lift(item, true);
}, true);

document.addEventListener("keydown", (event) => {
  if (held && event.repeat) return event.preventDefault();
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (move) return steer(event);
  const link = event.target.closest?.("[data-diary] [data-move] a.event-box");
  if (!link || event.key.toLowerCase() !== "m") return;
  event.preventDefault();
  lift(link.closest("[data-move]"), true);
});

function steer(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    return end(move.grid.dataset.sayBack);
  }
  if (!move.keys || !move.ghost) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    hold();
    return drop();
  }
  if (event.key === "Tab") return end(move.grid.dataset.sayBack);
  if (!event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const to = beside(event.key);
  if (!to) return say(sentence(move.grid, "sayNone", move.name));
  put(to);
  say(to.say);
}

document.addEventListener("click", (event) => { if (event.target.closest?.("[data-print]")) print(); });
