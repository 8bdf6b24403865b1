"use strict";
// Reads a client's configuration, or two servers of the catalogue, in this browser only.
(() => {
  const box = document.getElementById("stack") ?? document.getElementById("compare");
  const base = box.dataset.root;
  const status = box.querySelector("[role=status]");
  const out = box.querySelector(".result");
  const LEVELS = ["low", "medium", "high", "critical"];
  const get = (path) => fetch(base + path.replace(/^\//, "")).then((answer) => {
    if (!answer.ok) throw new Error(path);
    return answer.json();
  });
  let listed;
  const servers = () => (listed ??= get("api/v1/servers.json").then((answer) => answer.parts.length
    ? Promise.all(answer.parts.map((part) => get(part.file))).then((all) => all.flatMap((one) => one.servers))
    : answer.servers));
  const number = (value) => value.toLocaleString("en");
  const risk = (level) => {
    if (!level) return make("span", { className: "state", textContent: "no tools observed" });
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#g-${level}`);
    svg.append(use);
    return make("span", { className: `risk is-${level}` }, svg, level[0].toUpperCase() + level.slice(1));
  };
  const server = (item) => make("a", { href: `${base}servers/${item.slug}/`, textContent: item.title });
  const cell = (name, ...children) => {
    const made = make(name, {}, ...children);
    if (name === "th") made.scope = "row";
    return made;
  };
  const table = (caption, heads, rows) => {
    const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col", textContent: text })));
    const holder = make("div", { className: "scroll", tabIndex: 0 },
      make("table", {}, make("caption", { textContent: caption }), make("thead", {}, head),
        make("tbody", {}, ...rows.map(([first, ...rest]) =>
          make("tr", {}, cell("th", first), ...rest.map((value) => cell("td", value)))))));
    holder.setAttribute("role", "region");
    holder.setAttribute("aria-label", caption);
    return holder;
  };
  const section = (title, ...children) =>
    make("section", { className: "block" }, make("h2", { textContent: title }), ...children);
  const tool = (slug, item) => make("a", { href: `${base}tools/${slug}/${item.slug}/` },
    make("code", { textContent: item.name || "(no name)" }));

  // ------------------------------------------------------------------ your stack

  // Client configurations differ in the key that holds the servers; values of secrets are not kept.
  const entriesOf = (config) => {
    const found = config.mcpServers ?? config.servers ?? config.mcp?.servers ?? config.mcp ??
      config.context_servers ?? {};
    return Object.entries(found).filter(([, value]) => value && typeof value === "object")
      .map(([name, value]) => ({
        name,
        words: [value.command, ...(Array.isArray(value.command) ? value.command : []),
          ...(value.args ?? [])].filter((word) => typeof word === "string"),
        url: typeof value.url === "string" ? value.url.split(/[?#]/)[0] : "",
      }));
  };
  const bare = (word) => word.replace(/^(.+)@[^@/]*$/, "$1").replace(/==.*$/, "").toLowerCase();
  const identifier = (purl) => decodeURIComponent(purl.replace(/^pkg:[^/]+\//, "")).toLowerCase();
  const match = (entry, all) => all.find((item) =>
    item.package && entry.words.some((word) => bare(word) === bare(identifier(item.package)))) ??
    all.find((item) => entry.url && item.remotes?.includes(entry.url));

  const LEGS = [["private_data", "private data"], ["untrusted_content", "untrusted content"], ["way_out", "a way out"]];
  const combination = (known) => {
    const rows = LEGS.map(([key, words]) => {
      const side = known.filter((item) => item.exposure?.[key]);
      const cellOf = make("span");
      for (const item of side) {
        cellOf.append(make("code", { textContent: item.exposure[key].tool }), ` (${item.title}) `);
      }
      if (!side.length) cellOf.append("no tool found");
      return [words, cellOf];
    });
    const all = LEGS.every(([key]) => known.some((item) => item.exposure?.[key]));
    return section("What comes together",
      make("p", { textContent: all
        ? "All three meet: text from outside could steer an agent into sending private data out."
        : "Not all three meet in these servers." }),
      table("One call of each kind is enough.", ["Leg", "Tools"], rows));
  };
  const collisions = (known) => {
    const owners = new Map();
    for (const item of known) for (const each of item.tools) {
      owners.set(each.name, [...(owners.get(each.name) ?? []), item.title]);
    }
    const rows = [...owners].filter(([, titles]) => titles.length > 1)
      .map(([name, titles]) => [make("code", { textContent: name }), titles.join(", ")]);
    return rows.length ? [section("Names that collide", table(
      "A client cannot tell these apart by name alone.", ["Tool", "Servers"], rows.slice(0, 50)))] : [];
  };
  // Our own files have one fixed form: two spaces before a tool, `"*"` last. Checked before use.
  const merged = async (known) => {
    const texts = await Promise.all(known.map((item) =>
      fetch(`${base}policies/${item.slug}.yaml`).then((answer) => (answer.ok ? answer.text() : ""))));
    const tools = [], hidden = [];
    for (const text of texts) {
      const lines = text.split("\n");
      const start = lines.indexOf("tools:"), any = lines.indexOf('  "*":');
      if (start < 0) continue;
      tools.push(...lines.slice(start + 1, any < 0 ? undefined : any).filter((line) => !/^ {2}#|^\S/.test(line)));
      const hide = lines.findIndex((line) => line.startsWith("hide:"));
      for (let at = hide + 1; hide >= 0 && /^ {2}- /.test(lines[at]); at++) hidden.push(lines[at]);
    }
    return ["# Merged in a browser from the balanced policies of: " + known.map((item) => item.slug).join(", "),
      "# For one proxy in front of a gateway. Prefer one file per server: counters stay apart.",
      'version: "1"', 'default: "deny"', ...(hidden.length ? ["hide:", ...hidden] : []), "tools:", ...tools,
      '  "*":', "    rules:", '      - name: "all tools: 300 per minute"', '        rate_limit: "300/minute"', ""].join("\n");
  };

  const showStack = async (text) => {
    let config;
    try { config = JSON.parse(text); } catch { status.textContent = "This is no JSON: expected a client's configuration."; return; }
    const entries = entriesOf(config);
    if (!entries.length) { status.textContent = "No servers found: expected a key mcpServers or servers."; return; }
    const all = await servers();
    const pairs = entries.map((entry) => [entry, match(entry, all)]);
    const slugs = [...new Set(pairs.flatMap(([, item]) => (item ? [item.slug] : [])))];
    const known = await Promise.all(slugs.map((slug) => get(`api/v1/servers/${slug}.json`)));
    const tokens = known.reduce((sum, item) => sum + item.tokens, 0);
    const rows = pairs.map(([entry, item]) => [
      make("code", { textContent: entry.name }), item ? server(item) : "not in the catalogue",
      item ? risk(item.level) : "", item ? number(item.tools_total) : ""]);
    const parts = [section("Servers", table(`${slugs.length} of ${entries.length} are in the catalogue.`,
      ["In your file", "Server", "Highest risk", "Tools"], rows))];
    if (known.length) {
      parts.push(combination(known), ...collisions(known), section("Cost", make("p", {
        textContent: `About ${number(tokens)} tokens are loaded when all of their tools are offered.` })));
      const clashes = collisions(known).length > 0;
      const policy = section("Policies", make("ul", { className: "plain" }, ...known.filter((item) => item.tools_total)
        .map((item) => make("li", {}, make("a", { href: `${base}policies/${item.slug}.yaml`, download: "",
          textContent: `${item.slug}.yaml` })))));
      if (clashes) policy.append(make("p", { textContent: "No merged file: names collide, and a rule for one would bind the other." }));
      else {
        const link = make("button", { type: "button", className: "btn", textContent: "Show the merged policy" });
        link.addEventListener("click", async () => {
          const pre = make("pre", { className: "box", tabIndex: 0, textContent: await merged(known) });
          pre.setAttribute("aria-label", "Merged policy");
          pre.setAttribute("role", "region");
          link.replaceWith(pre);
        });
        policy.append(link);
      }
      parts.push(policy);
    }
    out.replaceChildren(...parts);
    status.textContent = `${entries.length} servers read, ${slugs.length} known.`;
  };

  if (box.id === "stack") {
    const area = box.querySelector("textarea"), file = box.querySelector("input[type=file]");
    area.addEventListener("input", () => area.value.trim() && showStack(area.value));
    file.addEventListener("change", async () => file.files[0] && showStack(await file.files[0].text()));
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", async (event) => {
      event.preventDefault();
      const dropped = event.dataTransfer.files[0];
      if (dropped) showStack(await dropped.text());
    });
  }

  // ------------------------------------------------------------------ compare

  // The same server twice: what changed between its observations, newest first.
  const showChanges = (item) => {
    const rows = item.changes.slice(0, 200).map((change) => [
      make("span", { textContent: [change.observed_on, change.version_after].filter(Boolean).join(", ") }),
      make("code", { textContent: change.tool }), change.text.replaceAll("`", ""),
      change.before ? make("code", { textContent: change.before.slice(0, 400) }) : "",
      change.after ? make("code", { textContent: change.after.slice(0, 400) }) : ""]);
    out.replaceChildren(section(`Changes of ${item.title}`, rows.length
      ? table("Newest first.", ["Old form last seen", "Tool", "What changed", "Before", "After"], rows)
      : make("p", { textContent: "No change was seen between its observations." })));
    status.textContent = `${rows.length} changes of ${item.title}.`;
  };
  const showPair = async (slugs) => {
    history.replaceState(null, "", `?${new URLSearchParams({ a: slugs[0], b: slugs[1] })}`);
    const [left, right] = await Promise.all(slugs.map((slug) => get(`api/v1/servers/${slug}.json`)));
    if (left.slug === right.slug) return showChanges(left);
    const facts = [["Highest risk", (s) => risk(s.level)], ["Tools", (s) => number(s.tools_total)],
      ...[...LEVELS].reverse().map((level) => [`${level[0].toUpperCase()}${level.slice(1)}`, (s) => number(s.by_level[level] ?? 0)]),
      ["Tokens", (s) => number(s.tokens)],
      ["Private data, untrusted content and a way out", (s) => (s.is_trifecta ? "all three" : "not all")],
      ["Observed on", (s) => s.observed_on || "never"],
      ["Policy", (s) => (s.tools_total ? make("a", { href: `${base}policies/${s.slug}.yaml`, textContent: `${s.slug}.yaml` }) : "none")]];
    const names = new Map();
    for (const [side, item] of [[0, left], [1, right]]) for (const each of item.tools) {
      const pair = names.get(each.name) ?? [null, null];
      pair[side] = each;
      names.set(each.name, pair);
    }
    const both = [...names].filter(([, [a, b]]) => a && b);
    const cellOf = (item, slug) => (item ? make("span", {}, risk(item.level), ` ${item.score} `, tool(slug, item)) : "");
    const rows = [...both, ...[...names].filter(([, [a, b]]) => !(a && b))].slice(0, 400).map(([name, [a, b]]) =>
      [make("code", { textContent: name || "(no name)" }), cellOf(a, left.slug), cellOf(b, right.slug)]);
    out.replaceChildren(
      section("Side by side", table(`${left.title} and ${right.title}`, ["", left.title, right.title],
        facts.map(([label, of]) => [label, of(left), of(right)]))),
      section("Tools", table(`${both.length} names on both sides come first.`, ["Tool", left.title, right.title], rows)));
    status.textContent = `${left.title} and ${right.title} compared.`;
  };
  if (box.id === "compare") {
    const picks = [...box.querySelectorAll("select")];
    const ask = new URLSearchParams(location.search);
    const fill = (list) => {
      const known = list.filter((item) => item.tools_total).sort((x, y) => x.title.localeCompare(y.title));
      const same = (item, other) => other?.title === item.title;
      const text = (item, at) => (same(item, known[at - 1]) || same(item, known[at + 1])
        ? `${item.title} (${item.slug})` : item.title);
      for (const pick of picks) pick.append(...known.map((item, at) => new Option(text(item, at), item.slug)));
      picks.forEach((pick, side) => { pick.value = ask.get("ab"[side]) ?? ""; });
    };
    const go = () => picks.every((pick) => pick.value) && showPair(picks.map((pick) => pick.value))
      .catch(() => { status.textContent = "One of the two is not in the catalogue."; });
    picks.forEach((pick) => pick.addEventListener("change", go));
    servers().then(fill).then(go).catch(() => { status.textContent = "The list of servers could not be read."; });
  }
  box.hidden = false;
})();
