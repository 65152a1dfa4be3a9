// Light or dark, and the reader's time zone: two cookies that the server reads.
const aYear = 365 * 24 * 3600;

function keep(name, value, seconds = aYear) {
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `${name}=${value};path=/;max-age=${seconds};samesite=lax${secure}`;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-form]") || event.submitter?.name !== "theme") return;
  event.preventDefault();
  const theme = event.submitter.value;
  const own = theme === "light" || theme === "dark";
  keep("parley_theme", own ? theme : "", own ? aYear : 0);
  if (own) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const b of form.querySelectorAll("[aria-pressed]")) b.setAttribute("aria-pressed", String(b === event.submitter));
  form.closest("details")?.removeAttribute("open");
  form.closest("details")?.querySelector("summary")?.focus();
}, true);

// A page that had to guess the zone is asked for once again when the guess was
// wrong; a reader who typed or chose something is left alone.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = document.cookie.split("; ").includes(`parley_zone=${zone}`);
if (zone && !known) {
  keep("parley_zone", zone);
  const asked = document.cookie.includes("parley_zone=");
  if (asked && "zoneGuess" in document.body.dataset && document.body.dataset.zoneGuess !== zone) location.reload();
}
