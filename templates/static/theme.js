// Applies the reader's choice of theme before the first paint. The button is added by site.js.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* no storage: the system decides */ }
document.documentElement.classList.add("js");
