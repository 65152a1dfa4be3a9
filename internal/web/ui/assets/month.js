// The arrow keys in a month: days sideways, weeks up and down, Home and End in
// the week, Page Up and Page Down for the months.
const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function days(month) {
  return [...month.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.querySelector("a.day")));
}

function along(grid, row, column, [dx, dy]) {
  const width = grid[0].length;
  let at = row * width + column;
  for (at += dx + dy * width; at >= 0 && at < grid.length * width; at += dx + dy * width) {
    const day = grid[Math.floor(at / width)][at % width];
    if (day) return day;
  }
}

function edge(week, last) {
  const open = week.filter(Boolean);
  return last ? open.at(-1) : open[0];
}

document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.("[data-month] a.day");
  if (!day || event.altKey || event.ctrlKey || event.metaKey) return;
  const month = day.closest("[data-month]");
  const grid = days(month);
  const row = day.closest("tr").sectionRowIndex;
  let to;
  if (event.key in steps) to = along(grid, row, day.closest("td").cellIndex, steps[event.key]);
  else if (event.key === "Home" || event.key === "End") to = edge(grid[row], event.key === "End");
  else if (event.key === "PageUp" || event.key === "PageDown") {
    month.querySelector(`[data-step=${event.key === "PageUp" ? "prev" : "next"}]`)?.click();
  } else return;
  event.preventDefault();
  to?.focus();
});
