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

// A link into a closed disclosure opens it.
const reveal = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
};
addEventListener("hashchange", reveal);
reveal();
