"use strict";
// Only adds to pages that are complete without it: theme button, copy buttons, `/` for search.

const root = document.documentElement;
const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

// Theme: auto, light, dark.
const THEMES = ["auto", "light", "dark"];
const mast = document.querySelector(".mast .wrap");
if (mast) {
  const button = make("button", { type: "button", className: "theme" });
  const show = () => {
    const now = root.dataset.theme ?? "auto";
    button.textContent = now[0].toUpperCase() + now.slice(1);
    button.setAttribute("aria-label", `Theme: ${now}`);
  };
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % THEMES.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* choice lasts for this page */ }
    show();
  });
  show();
  mast.append(button);
}

// Copy buttons beside code that is meant to be copied.
const status = make("p", { className: "status" });
status.setAttribute("role", "status");
document.body.append(status);
if (navigator.clipboard) {
  for (const block of document.querySelectorAll("pre[data-copy]")) {
    const button = make("button", { type: "button", className: "copy", textContent: "Copy" });
    button.setAttribute("aria-label", `Copy: ${block.getAttribute("aria-label") ?? "code"}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = "Copied";
      status.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; status.textContent = ""; }, 2000);
    });
    const holder = make("div", { className: "copyable" });
    block.before(holder);
    holder.append(block, button);
  }
}

// `/` goes to the search field.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("main input[type=search]") ??
    document.querySelector("input[type=search]");
  if (field) { event.preventDefault(); field.focus(); field.select(); }
});

// Lists: sort by a column, keep a level, a category or a facet; works on the rows that are loaded.
const LEVELS = ["low", "medium", "high", "critical"];
const say = (value) => value.replaceAll("_", " ");
for (const table of document.querySelectorAll("table[data-filter]")) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({
    row,
    level: LEVELS.find((level) => row.querySelector(`.risk.is-${level}`)) ?? "",
    category: row.querySelector(".tag")?.textContent ?? "",
    facets: (row.dataset.facets ?? "").split(" ").filter(Boolean),
  }));
  if (rows.length < 6) continue;
  const bar = make("div", { className: "filterbar" });
  const count = make("p");
  count.setAttribute("role", "status");
  const picks = [["Level", "level", [...LEVELS].reverse()],
    ["Category", "category", [...new Set(rows.map((entry) => entry.category))].sort()],
    ["Facet", "facets", [...new Set(rows.flatMap((entry) => entry.facets))].sort()]]
    .map(([title, key, values]) => {
      const options = values.filter((value) => value && rows.some((entry) => entry[key].includes(value)));
      if (options.length < 2) return null;
      const pick = make("select", {}, make("option", { value: "", textContent: "Any" }),
        ...options.map((value) => make("option", { value, textContent: say(value) })));
      bar.append(make("label", {}, title, pick));
      return [key, pick];
    }).filter(Boolean);
  const apply = () => {
    let shown = 0;
    for (const entry of rows) {
      entry.row.hidden = !picks.every(([key, pick]) => !pick.value || entry[key].includes(pick.value));
      shown += !entry.row.hidden;
    }
    count.textContent = shown < rows.length ? `${shown} of ${rows.length} shown` : "";
  };
  bar.addEventListener("change", apply);
  if (picks.length) {
    bar.append(count);
    table.before(bar);
  }
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const value = ({ row }) => {
      const cell = row.cells[column];
      const score = cell.querySelector(".score");
      if (score) return Number(score.textContent);
      if (cell.querySelector(".risk, .state")) return LEVELS.findIndex((level) => cell.querySelector(`.is-${level}`));
      const text = (cell.querySelector("time")?.dateTime ?? cell.querySelector("a, .tag")?.textContent ?? cell.textContent).trim();
      return /^[−+]?[\d,]+$/.test(text) ? Number(text.replace("−", "-").replace(/[+,]/g, "")) : text.toLowerCase();
    };
    if (head.textContent === "By level") return;
    const button = make("button", { type: "button", className: "sort", textContent: head.textContent });
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") === "descending" ||
        (!head.hasAttribute("aria-sort") && typeof value(rows[0]) === "string");
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
      rows.sort((a, b) => order(value(a), value(b)) * (up ? 1 : -1));
      body.append(...rows.map((entry) => entry.row));
    });
    head.replaceChildren(button);
  });
}

// A link into a closed disclosure opens it.
const reveal = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
};
addEventListener("hashchange", reveal);
reveal();
