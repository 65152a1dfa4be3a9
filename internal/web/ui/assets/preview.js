// A form with data-preview="<address>" shows what it would do while it is filled
// in: the page is asked for with what was typed, and the parts marked data-live
// are put in place. The address changes nothing.

let wait, asked;

document.addEventListener("input", (event) => {
  const picker = event.target.closest("[data-colour]");
  if (picker) {
    document.getElementById(picker.dataset.colour).value = event.target.value;
  } else {
    const other = document.querySelector(`[data-colour="${CSS.escape(event.target.id)}"] input`);
    const typed = event.target.value.trim().replace(/^#?/, "#");
    if (other && /^#[0-9a-f]{6}$/i.test(typed)) other.value = typed.toLowerCase();
  }
  const form = event.target.closest("form[data-preview]");
  if (!form) return;
  clearTimeout(wait);
  wait = setTimeout(() => look(form), 250);
});

async function look(form) {
  asked?.abort();
  asked = new AbortController();
  const typed = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(`${form.dataset.preview}?${typed}`, { signal: asked.signal, headers: { Accept: "text/html" } });
    if (answer.ok) place(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // Asked again already, or away: what is shown stays.
  }
}

// A frame keeps its element and is sent on only when it would show something else.
function place(page) {
  for (const part of page.querySelectorAll("[data-live]")) {
    const here = document.getElementById(part.id);
    if (!here) continue;
    if (part.tagName !== "IFRAME") here.replaceChildren(...part.childNodes);
    else if (here.getAttribute("src") !== part.getAttribute("src")) here.setAttribute("src", part.getAttribute("src"));
  }
}

export function showPickers(root = document) {
  for (const picker of root.querySelectorAll("[data-colour]")) picker.hidden = false;
}
