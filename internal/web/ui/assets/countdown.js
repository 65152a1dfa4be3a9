// Keeps "2 hours 5 minutes" true, in the language of the page.
const sizes = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function parts(seconds) {
  const out = [];
  for (const [unit, size] of sizes) {
    if (unit === "second" && seconds >= 600) break;
    const n = Math.floor(seconds / size) % (unit === "day" ? Infinity : unit === "hour" ? 24 : 60);
    if (n > 0 || (unit === "second" && out.length === 0)) out.push([n, unit]);
  }
  return out.slice(0, 2);
}

function inWords(seconds) {
  const lang = document.documentElement.lang || "en";
  return parts(seconds)
    .map(([n, unit]) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(n))
    .join(" ");
}

let timer;

export function tickCountdowns() {
  clearTimeout(timer);
  let running = false;
  for (const box of document.querySelectorAll("[data-countdown]")) {
    const left = Math.floor((Date.parse(box.dataset.countdown) - Date.now()) / 1000);
    const time = box.querySelector("time");
    if (!time) continue;
    if (left > 0) {
      running = true;
      const text = inWords(left);
      if (time.textContent !== text) time.textContent = text;
    } else if (box.dataset.done) {
      box.querySelector(".countdown-before").textContent = box.dataset.done;
      time.remove();
      box.dispatchEvent(new CustomEvent("countdown:done", { bubbles: true }));
    }
  }
  if (running) timer = setTimeout(tickCountdowns, 1000 - (Date.now() % 1000));
}
