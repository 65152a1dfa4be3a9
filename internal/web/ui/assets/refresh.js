// Progress: a page that waits for something looks again and changes what has
// changed, without moving the reader's place or focus. Once the page that comes
// back waits for nothing, the looking ends.
import { settle } from "./settle.js";

let timer;

function wait() {
  const seconds = Number(document.body.dataset.refresh);
  clearTimeout(timer);
  if (seconds > 0) timer = setTimeout(look, seconds * 1000);
}

async function look() {
  if (document.hidden || busy()) return wait(); // Nobody is watching, or somebody is in the middle of something.
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const text = await answer.text();
    if (answer.ok && !busy()) change(new DOMParser().parseFromString(text, "text/html"));
  } catch {
    // The network is away: the next look may reach it.
  }
  wait();
}

// Who fills in a form, ticks rows, moves an appointment or answers a question is
// left alone.
function busy() {
  return document.body.dataset.moving || document.querySelector("dialog[open], details[data-menu][open], tbody .pick input:checked") || document.activeElement?.matches("main :is(input, select, textarea)");
}

function change(fresh) {
  const now = document.querySelector("main");
  const then = fresh.querySelector("main");
  if (!now || !then) return;
  const seen = [...now.querySelectorAll("[data-keep-scroll][id]")].map((e) => [e.id, e.scrollLeft, e.scrollTop]);
  if (now.innerHTML !== then.innerHTML && !now.contains(document.activeElement)) now.replaceChildren(...then.childNodes);
  else if (now.innerHTML !== then.innerHTML) keepFocus(now, then);
  for (const [id, left, top] of seen) document.getElementById(id)?.scrollTo(left, top);
  document.title = fresh.title;
  if (fresh.body.dataset.refresh) document.body.dataset.refresh = fresh.body.dataset.refresh;
  else delete document.body.dataset.refresh;
  settle(now);
}

// What has the focus keeps it, if it is still there.
function keepFocus(now, then) {
  const id = document.activeElement.id;
  const href = document.activeElement.getAttribute("href");
  now.replaceChildren(...then.childNodes);
  const same = (id && document.getElementById(id)) || (href && now.querySelector(`a[href="${CSS.escape(href)}"]`));
  if (same) same.focus();
}

wait();
