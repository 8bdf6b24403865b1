"use strict";
// Search over static shards, all in this browser. Loaded by the search page only.
(() => {
  const LEVELS = ["low", "medium", "high", "critical"];
  const CATEGORIES = ["Read", "Write", "Execute", "Destructive", "Financial", "Unclassified"];
  const PAGE = 50;
  const box = document.getElementById("search");
  const [form, count, list, more] = ["form", "#search-count", "#search-results", "#search-more"]
    .map((selector) => box.querySelector(selector));
  const shards = new Map();
  let results = [];
  let shown = 0;
  let turn = 0;

  const shardOf = (word) =>
    (word.slice(0, 2).padEnd(2, "_")).replace(/[^a-z0-9]/g, "_");
  const load = (name) => {
    if (!shards.has(name)) {
      shards.set(name, fetch(`${box.dataset.shards}${name}.json`)
        .then((answer) => (answer.ok ? answer.json() : null)).catch(() => null));
    }
    return shards.get(name);
  };
  // The words of a query, split as the index splits names: workSessions, work_sessions.
  const wordsOf = (query) => [...new Set(
    (query.normalize("NFKC").match(/[\p{L}]+|\p{N}+/gu) ?? []).flatMap((run) =>
      run.match(/\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|[^\p{Lu}\p{Ll}]+/gu) ?? [run])
      .map((word) => word.toLowerCase()).filter((word) => word.length > 1))];

  // Tools of one shard whose words begin with `word`; a Map, for a tool may be called __proto__.
  const found = (shard, word) => {
    const hits = new Map();
    let total = 0;
    for (const [known, places] of Object.entries(shard?.words ?? {})) {
      if (!known.startsWith(word)) continue;
      total += shard.totals[known] ?? places.length;
      for (const place of places) {
        const [server, name, slug, category, level, score, facets, gist] = shard.tools[place];
        const [server_slug, title] = shard.servers[server];
        const key = `${server_slug}/${slug || name}`;
        const exact = known === word;
        if (exact || !hits.has(key)) {
          hits.set(key, { key, name, title, server: server_slug, category: CATEGORIES[category],
            level: LEVELS[level], score, facets, gist, exact });
        }
      }
    }
    return { hits, total };
  };

  const rank = (entry, query, words) => {
    const name = entry.name.toLowerCase();
    if (name === query) return 0;
    if (name.startsWith(query)) return 1;
    if (words.every((word) => name.includes(word))) return 2;
    if (words.every((word) => entry.title.toLowerCase().includes(word))) return 3;
    return 4;
  };

  const read = () => Object.fromEntries(new FormData(form));
  const passes = (entry, wanted) =>
    (!wanted.level || entry.level === wanted.level) &&
    (!wanted.category || entry.category === wanted.category) &&
    (!wanted.facet || entry.facets.split(" ").includes(wanted.facet)) &&
    (!wanted.server || entry.server === wanted.server);

  const row = (entry) => {
    const gauge = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    gauge.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#g-${entry.level}`);
    gauge.append(use);
    const [server, slug] = [entry.server, entry.key.slice(entry.server.length + 1)];
    const level = entry.level[0].toUpperCase() + entry.level.slice(1);
    return make("li", {},
      make("span", { className: `risk is-${entry.level}` }, gauge, level),
      make("span", {},
        make("a", { href: `${box.dataset.root}tools/${server}/${slug}/` },
          make("code", { textContent: entry.name || "(no name)" })),
        " ", make("span", { className: "muted small", textContent: `${entry.title} · ${entry.category}` })),
      make("span", { className: "gist", textContent: entry.gist }));
  };
  const grow = () => {
    list.append(...results.slice(shown, shown + PAGE).map(row));
    shown = Math.min(shown + PAGE, results.length);
    more.hidden = shown >= results.length;
  };

  const search = async () => {
    const mine = ++turn;
    const wanted = read();
    const query = (wanted.q ?? "").trim();
    const words = wordsOf(query);
    const kept = Object.entries(wanted).filter(([, value]) => value);
    history.replaceState(null, "", kept.length ? `?${new URLSearchParams(kept)}` : location.pathname);
    if (!words.length) {
      list.replaceChildren();
      more.hidden = true;
      count.textContent = query ? "Type at least two letters." : "";
      return;
    }
    const sides = await Promise.all(words.map(async (word) => found(await load(shardOf(word)), word)));
    if (mine !== turn) return;
    sides.sort((a, b) => a.hits.size - b.hits.size);
    const entries = [...sides[0].hits.values()].filter((entry) =>
      sides.slice(1).every((side) => side.hits.has(entry.key) ||
        (side.total > side.hits.size && words.some((word) => entry.name.toLowerCase().includes(word)))));
    const folded = query.toLowerCase();
    results = entries.filter((entry) => passes(entry, wanted))
      .map((entry) => [rank(entry, folded, words), entry])
      .sort(([a, x], [b, y]) => a - b || y.score - x.score || x.name.localeCompare(y.name))
      .map(([, entry]) => entry);
    shown = 0;
    list.replaceChildren();
    grow();
    const capped = sides[0].total > sides[0].hits.size;
    count.textContent = results.length
      ? `${results.length} ${results.length === 1 ? "tool" : "tools"}` +
        (capped ? `, the riskiest of ${sides[0].total}: add a word to narrow` : "")
      : "No tool has all of these words.";
  };

  const start = new URLSearchParams(location.search);
  for (const [name, value] of start) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
    else if (name === "server") form.append(make("input", { type: "hidden", name, value }));
  }
  box.hidden = false;
  form.addEventListener("input", search);
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  more.addEventListener("click", () => {
    grow();
    list.children[shown - 1]?.querySelector("a")?.focus();
  });
  form.elements.q.focus();
  search();
})();
