"use strict";
// Searches while the reader types: loads the shards of the words, prints with textContent only.
// What a shard holds, and how words are cut: generator/render/search.py.
{
  const [box, field, note, list, more] = ["search", "q", "search-count", "search-results", "search-more"]
    .map((id) => document.getElementById(id));
  const { root, shards, facets } = box.dataset;
  const form = box.querySelector("form");
  const FILTERS = ["level", "category", "facet"];
  const LEVELS = ["low", "medium", "high", "critical"];
  const CATEGORIES = ["Read", "Write", "Execute", "Destructive", "Financial", "Unclassified"];
  const FACETS = facets.split(" ");
  const LOOKS = new Map([..."аеорсухіјѕԁһвкмтнαορνικτεɡı"].map((c, i) => [c, "aeopcyxijsdhbkmtnaopviktegi"[i]]));
  const loaded = new Map();
  const asked = new URLSearchParams(location.search);
  const server = (asked.get("server") ?? "").replace(/[^a-z0-9-]/g, "");
  let shown = [];
  let turn = 0;

  const make = (name, className, ...children) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...children);
    return element;
  };
  const link = (path, text, className = "") => {
    const element = make("a", className, text);
    element.href = root + path;
    return element;
  };
  const count = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

  const words = (text) => [...new Set(
    (text.normalize("NFKC").toUpperCase().toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) =>
      /[^\x00-\x7f]/.test(word) ? [...word].map((c) => LOOKS.get(c) ?? c).join("") : word))];
  const load = (path) => {
    if (!loaded.has(path)) {
      loaded.set(path, fetch(path).then((answer) => {
        if (!answer.ok && answer.status !== 404) throw new Error(answer.status);
        return answer.ok ? answer.json() : null;
      }).catch((error) => { loaded.delete(path); throw error; }));
    }
    return loaded.get(path);
  };
  const shardOf = async (word, length = 2) => {
    const name = [...word.padEnd(length, "_")].slice(0, length);
    const data = await load(`${shards}${name.map((c) => /[a-z0-9]/.test(c) ? c : "_").join("")}.json`);
    return data?.split ? shardOf(word, data.split) : data;
  };

  const made = new WeakMap();
  const tool = (data, row) => {
    if (!made.has(data)) made.set(data, []);
    return (made.get(data)[row] ??= entry(data, row));
  };
  const entry = (data, row) => {
    const name = data.names[row];
    const rating = data.rating.charCodeAt(row) - 65;
    const clean = name.slice(0, 80).toLowerCase().replace(/[^a-z0-9_-]+/g, "-").replace(/^[-_]+|[-_]+$/g, "");
    const hash = data.hashes[row];
    const server = data.servers[data.server[row]];
    const slug = data.slugs[row] ?? (hash ? `${clean.slice(0, 40)}~${hash}` : name);
    return {
      server, name, row, slug, key: `${server}/${slug}`, words: words(name).join(" "),
      level: LEVELS[rating % 4], category: CATEGORIES[rating >> 2],
      get facets() { return FACETS.filter((_, bit) => data.facets[row] & 1 << bit); },
    };
  };
  const places = (steps) => { let at = 0; return steps.map((step) => (at += step)); };

  // One word to its tools, its servers, and how many there are when not all are listed.
  const find = async (word) => {
    const data = await shardOf(word);
    const found = { tools: new Map(), whole: [], servers: new Map(), total: 0, cap: data?.cap };
    const begins = (table) => Object.entries(table).filter(([token]) => token.startsWith(word));
    for (const [token, [total, ...steps]] of data ? begins(data.tokens) : []) {
      if (total > steps.length) found.total = Math.max(found.total, total);
      for (const row of places(steps)) {
        const item = tool(data, row);
        found.tools.set(item.key, item);
        if (token === word) found.whole.push(item);
      }
    }
    for (const [, steps] of data ? begins(data.server_tokens) : []) {
      for (const row of places(steps).map((at) => data.server_rows[at])) found.servers.set(row[0], row);
    }
    found.common = Object.keys(data?.common ?? {}).includes(word);
    return found;
  };
  const meet = (maps) => {
    const [first, ...others] = maps.sort((a, b) => a.size - b.size);
    return [...first ?? []].filter(([key]) => others.every((map) => map.has(key)));
  };

  // The exact name first, then its beginning, all words, whole words; then riskiest first.
  const rank = (item, all, asked, whole) => {
    if (item.words === asked) return 0;
    if (item.words.startsWith(asked)) return 1;
    return all.every((word) => item.words.includes(word)) ? 2 : whole.has(item) ? 3 : 4;
  };
  const fits = (item, chosen) => (!server || item.server === server) && FILTERS.every((name) => {
    const value = chosen.get(name);
    return !value || (name === "facet" ? item.facets.includes(value) : item[name] === value);
  });

  const search = async (all) => {
    const [whole, ...found] = await Promise.all([all.join(""), ...all].map(find));
    const narrow = all.filter((_, i) => found[i].common);
    const keys = found.filter((one) => !one.common);
    const met = new Map([...meet(keys.map((one) => one.tools)), ...whole.tools]);
    // A word may name the server instead.
    if (!met.size && all.length > 1) {
      for (const one of found) {
        for (const [key, item] of meet(found.filter((other) => other !== one).map((other) => other.tools))) {
          if (one.servers.has(item.server)) met.set(key, item);
        }
      }
    }
    const tools = [...met.values()].filter((item) =>
      narrow.every((word) => `${item.words} ${item.server}`.includes(word)));
    const exact = new Set(found.flatMap((one) => one.whole));
    const order = new Map(tools.map((item) =>
      [item, 4 * rank(item, all, all.join(" "), exact) - LEVELS.indexOf(item.level)]));
    tools.sort((a, b) => order.get(a) - order.get(b) || a.row - b.row || (a.name < b.name ? -1 : 1));
    const cut = keys.find((one) => one.total);
    return {
      servers: meet(found.map((one) => one.servers)).map(([, row]) => row), tools,
      extra: (cut ? ` Each word stands for its ${cut.cap} riskiest tools, of up to ${count(cut.total, "tool")}.` : "")
        + (narrow.length ? ` Looked for in names only, as too common: ${narrow.join(", ")}.` : ""),
    };
  };
  // Filters without a word: one server's own file, or the riskiest tools of each facet and cell.
  const browse = async (chosen) => {
    if (server) {
      const data = await load(`${root}api/v1/servers/${server}.json`);
      return { servers: [], tools: data?.tools ?? [], extra: "" };
    }
    if (!FILTERS.some((name) => chosen.has(name))) {
      return { servers: [], tools: [], quiet: field.value.trim() ? "Type two letters or more." : "" };
    }
    const data = await load(`${shards}_.json`);
    const cut = Object.values(data.tokens).some(([total, ...steps]) => total > steps.length);
    return {
      servers: [], tools: data.names.map((_, row) => tool(data, row)),
      extra: cut ? " Only the riskiest are listed: add a word." : "",
    };
  };

  const badge = (level) => {
    const [picture, use] = ["svg", "use"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
    use.setAttribute("href", `#g-${level}`);
    picture.setAttribute("aria-hidden", "true");
    picture.append(use);
    return make("span", `risk is-${level}`, picture, level[0].toUpperCase() + level.slice(1));
  };
  const serverLine = ([slug, title, level, total]) => make("li", "",
    level ? badge(level) : make("span", "state", "No level"),
    make("span", "", link(`servers/${slug}/`, title), " server"),
    make("span", "gist", link(`search/?server=${slug}`, count(total, "tool"))));
  const toolLine = (item) => make("li", "", badge(item.level),
    make("span", "", link(`tools/${item.server}/${item.slug}/`, make("code", "", item.name)), " ",
      link(`servers/${item.server}/`, item.server, "of")),
    make("span", "gist", [item.category, ...item.facets.map((facet) => facet.replaceAll("_", " "))].join(" · ")));
  const print = () => {
    const at = list.children.length;
    list.append(...shown.slice(at, at + 50).map((line) => line()));
    more.hidden = list.children.length >= shown.length;
    if (at) list.children[at].querySelector("a").focus();
  };

  const run = async () => {
    const mine = ++turn;
    const chosen = new URLSearchParams([...new FormData(form), ["server", server]].filter(([, value]) => value));
    history.replaceState(null, "", `${location.pathname}${chosen.size ? "?" : ""}${chosen}`);
    const all = words(field.value).filter((word) => word.length > 1 || word > "\x7f");
    let result = { servers: [], tools: [], quiet: "The index could not be loaded. Browse the lists below." };
    try { result = await (all.length ? search(all) : browse(chosen)); } catch { /* said in the note */ }
    if (mine !== turn) return;
    const tools = result.tools.filter((item) => fits(item, chosen));
    const servers = server || FILTERS.some((name) => chosen.has(name)) ? [] : result.servers;
    shown = [...servers.map((row) => () => serverLine(row)), ...tools.map((item) => () => toolLine(item))];
    note.textContent = result.quiet ?? `${servers.length ? `${count(servers.length, "server")}, ` : ""}${
      count(tools.length, "tool")}${server && ` of ${server}`}.${result.extra}`;
    if (server) note.append(" ", link("search/", "All servers"));
    list.replaceChildren();
    print();
  };

  for (const name of ["q", ...FILTERS]) form.elements[name].value = asked.get(name) ?? "";
  box.hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  form.addEventListener("input", run);
  more.addEventListener("click", print);
  run();
}
