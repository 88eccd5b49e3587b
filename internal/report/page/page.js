(function () {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const modules = data.modules || [], keepers = data.keepers || [], symbols = data.symbols || [];
  const plural = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

  // What each module exports, and what it takes from whom.
  modules.forEach((m, i) => Object.assign(m, { index: i, exports: [], unused: [], takes: new Map(), users: new Map() }));
  const nobody = { index: -1, name: "", short: "nobody that is known", takes: new Map(), users: new Map() };
  symbols.forEach((s, i) => {
    s.index = i;
    for (const e of s.exporters) {
      modules[e].exports.push(s);
      if (!s.needed) modules[e].unused.push(s);
    }
    const users = new Set(s.keepers.map((k) => keepers[k].module).filter((m) => m >= 0));
    for (const u of users) {
      for (const p of s.exporters.length ? s.exporters.map((e) => modules[e]) : [nobody]) {
        if (p.index === u) continue;
        const user = modules[u];
        if (!user.takes.has(p)) user.takes.set(p, []);
        user.takes.get(p).push(s);
        p.users.set(user, (p.users.get(user) || 0) + 1);
      }
    }
  });
  modules.forEach((m) => {
    m.providers = [...m.takes.keys()].sort((a, b) => m.takes.get(b).length - m.takes.get(a).length || compare(a.name, b.name));
    for (const list of m.takes.values()) list.sort((a, b) => b.uses - a.uses || compare(a.name, b.name));
  });
  const places = { set: "of the set", user: "uses the set", provider: "elsewhere" };
  const licences = { EXPORT_SYMBOL: "any", EXPORT_SYMBOL_GPL: "GPL only" };
  const verbs = { "import": "imported by", "weak import": "weakly imported by", "symbol_get": "symbol_get() in", "keep-list": "on the list", "kernel": "wanted by", "klp relocation": "named by a klp relocation of" };

  // Tabs.
  const tabs = [...document.querySelectorAll('[role="tab"]')];
  function openTab(id, focus) {
    for (const tab of tabs) {
      const open = tab.getAttribute("aria-controls") === id;
      tab.setAttribute("aria-selected", open);
      tab.tabIndex = open ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = !open;
      if (open && focus) tab.focus();
    }
    if (id === "graph" && graph && !graph.scale) graph.fit(0.75);
  }
  tabs.forEach((tab, i) => {
    tab.addEventListener("click", () => openTab(tab.getAttribute("aria-controls")));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: i - 1, ArrowRight: i + 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      openTab(tabs[(to + tabs.length) % tabs.length].getAttribute("aria-controls"), true);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const search = document.querySelector('[role="tabpanel"]:not([hidden]) input[type="search"]');
    event.preventDefault();
    search.focus();
    search.select();
  });

  // Theme: what the system says, until a person chooses.
  const themes = ["auto", "light", "dark"];
  function setTheme(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    byId("theme").textContent = `Theme: ${theme}`;
    byId("theme").dataset.theme = theme;
  }
  byId("theme").addEventListener("click", () => setTheme(themes[(themes.indexOf(byId("theme").dataset.theme || "auto") + 1) % themes.length]));

  // What stands for a module, a symbol or a keeper in a cell.
  function moduleChip(m) {
    if (m.index < 0) return element("span", { class: "chip bad" }, m.short);
    return element("button", { type: "button", class: "chip", title: m.label || m.name, onclick: () => openModule(m) }, m.short);
  }
  function symbolChip(s) {
    return element("button", { type: "button", class: "chip", title: `used by ${plural(s.uses, "module")}`, onclick: () => openSymbol(s) }, s.name);
  }
  function keeperChip(k) {
    if (k.module >= 0) return moduleChip(modules[k.module]);
    return element("span", { class: "chip", title: k.label || null }, k.name);
  }
  // some shows the first few of a list, and the rest when asked.
  function some(parent, list, few, draw) {
    const show = (items) => items.flatMap((item) => [draw(item), " "]);
    parent.append(...show(list.slice(0, few)));
    if (list.length <= few) return;
    const rest = element("button", { type: "button", class: "quiet" }, `and ${list.length - few} more`);
    rest.addEventListener("click", () => {
      const drawn = show(list.slice(few));
      rest.replaceWith(...drawn);
      const target = drawn[0].matches("button") ? drawn[0] : null;
      if (target) target.focus();
    });
    parent.append(rest);
  }

  function keptCell(s) {
    const cell = element("td");
    if (!s.needed) {
      cell.append(element("span", { class: "bad" }, "unused: nobody keeps it"));
      return cell;
    }
    const groups = new Map();
    for (const i of s.keepers) {
      const k = keepers[i];
      if (!groups.has(k.how)) groups.set(k.how, []);
      groups.get(k.how).push(k);
    }
    for (const [how, list] of groups) {
      const part = element("div", null, element("span", { class: how === "import" ? "faint" : "warm" }, verbs[how] + " "));
      some(part, list, 6, keeperChip);
      cell.append(part);
    }
    return cell;
  }

  // matching tells which of a list have a word in one of their texts.
  const matching = (list, texts, word) => list.map((x) => texts(x).some((t) => t && t.toLowerCase().includes(word)));

  const symbolTable = new Table({
    table: byId("symbol-table"), search: byId("symbol-search"), filter: byId("symbol-filter"), output: byId("symbol-count"),
    rows: symbols, sort: 3,
    columns: [
      { title: "Symbol", value: (s) => s.name },
      { title: "Exported by", value: (s) => s.exporters.length ? modules[s.exporters[0]].short : "" },
      { title: "Licence", value: (s) => s.export + " " + s.namespace },
      { title: "Modules using it", value: (s) => s.uses, number: true },
      { title: "Kept because", value: (s) => s.needed ? verbs[keepers[s.keepers[0]].how] + s.keepers.length : "" },
    ],
    passes(s, filter) {
      const ofSet = s.exporters.some((e) => modules[e].place === "set");
      switch (filter) {
        case "all": return true;
        case "set": return ofSet;
        case "needed": return ofSet && s.needed;
        case "unused": return !s.needed;
        case "nobody": return s.exporters.length === 0;
      }
      return s.keepers.some((k) => keepers[k].how === filter);
    },
    matcher(word) {
      const ofModules = matching(modules, (m) => [m.name, m.label], word);
      const ofKeepers = matching(keepers, (k) => [k.name, k.label], word);
      return (s) => s.name.toLowerCase().includes(word) || s.namespace.toLowerCase().includes(word) ||
        s.exporters.some((e) => ofModules[e]) || s.keepers.some((k) => ofKeepers[k]);
    },
    row(s, words) {
      const exporters = element("td");
      if (s.exporters.length) exporters.append(...s.exporters.map((e) => moduleChip(modules[e])));
      else exporters.append(element("span", { class: "bad" }, "nobody that is known"));
      const type = element("td", null, element("span", { class: "faint" }, licences[s.export] || s.export || "not known"));
      if (s.namespace) type.append(" ", element("span", { class: "chip", title: "namespace" }, s.namespace));
      return [element("tr", { "data-row": s.index },
        element("td", { class: "name" }, marked(s.name, words)), exporters, type,
        element("td", { class: "number" }, String(s.uses)), keptCell(s))];
    },
  });

  function moduleDetails(m, heading) {
    const out = document.createDocumentFragment();
    const section = (title, list, draw, few) => {
      if (!list.length) return;
      out.append(element(heading, null, `${title} (${list.length})`));
      const p = element("div");
      some(p, list, few, draw);
      out.append(p);
    };
    if (m.providers.length) {
      out.append(element(heading, null, `Uses (${plural(m.providers.length, "module")})`));
      const list = element("ul");
      for (const p of m.providers) {
        const item = element("li", null, moduleChip(p), element("span", { class: "faint" }, ` ${plural(m.takes.get(p).length, "symbol")}: `));
        some(item, m.takes.get(p), 12, symbolChip);
        list.append(item);
      }
      out.append(list);
    }
    section("Is used by", [...m.users.keys()].sort((a, b) => compare(a.short, b.short)), moduleChip, 40);
    section("Exports that are needed", m.exports.filter((s) => s.needed), symbolChip, 40);
    section("Exports that nobody uses", m.unused, symbolChip, 40);
    if (m.undecoded && m.undecoded.length) {
      out.append(element(heading, { class: "warm" }, "Asks by symbol_get() for names that are not known"), element("ul", null, ...m.undecoded.map((u) => element("li", null, u))));
    }
    if (!out.childNodes.length) out.append(element("p", { class: "faint" }, "It exports nothing and uses nobody."));
    return out;
  }

  const moduleTable = new Table({
    table: byId("module-table"), search: byId("module-search"), output: byId("module-count"), rows: modules, sort: 0,
    columns: [
      { title: "Module", value: (m) => m.name },
      { title: "Place", value: (m) => places[m.place] },
      { title: "Exports", value: (m) => m.exports.length, number: true },
      { title: "Unused", value: (m) => m.unused.length, number: true },
      { title: "Uses modules", value: (m) => m.providers.length, number: true },
      { title: "Used by", value: (m) => m.users.size, number: true },
    ],
    matcher: (word) => (m) => m.name.toLowerCase().includes(word) || (m.label || "").toLowerCase().includes(word),
    row(m, words) {
      const disclose = element("button", { type: "button", class: "disclose", "aria-expanded": "false" }, marked(m.name, words));
      const name = element("td", { class: "name" }, disclose);
      if (m.label) name.append(element("div", { class: "faint" }, marked(m.label, words)));
      const row = element("tr", { "data-row": m.index }, name, element("td", { class: "faint" }, places[m.place]),
        element("td", { class: "number" }, String(m.exports.length)),
        element("td", { class: "number" + (m.unused.length ? " bad" : "") }, String(m.unused.length)),
        element("td", { class: "number" }, String(m.providers.length)), element("td", { class: "number" }, String(m.users.size)));
      disclose.addEventListener("click", () => {
        const open = disclose.getAttribute("aria-expanded") === "true";
        disclose.setAttribute("aria-expanded", !open);
        if (open) row.nextElementSibling.remove();
        else row.after(element("tr", { class: "details" }, element("td", { colspan: "6" }, graphButton(m), moduleDetails(m, "h3"))));
      });
      return [row];
    },
  });

  function openModule(m) {
    openTab("modules");
    const row = moduleTable.reveal(m);
    const disclose = row.querySelector(".disclose");
    if (disclose.getAttribute("aria-expanded") === "false") disclose.click();
    row.scrollIntoView({ block: "center" });
    disclose.focus({ preventScroll: true });
  }
  function openSymbol(s) {
    openTab("symbols");
    byId("symbol-search").value = s.name;
    byId("symbol-filter").value = "all";
    symbolTable.update();
    byId("symbol-search").focus();
    window.scrollTo(0, 0);
  }
  function graphButton(m) {
    if (!graph || !graph.nodes.has(m.index)) return "";
    return element("button", { type: "button", onclick: () => openInGraph(m) }, "Show in the graph");
  }
  function openInGraph(m) {
    openTab("graph");
    const node = graph.nodes.get(m.index);
    graph.choose(node);
    node.g.focus();
  }

  // The graph.
  const svg = byId("drawing");
  const graph = svg ? new Graph(svg, byId("canvas"), (i) => {
    const aside = byId("details");
    aside.replaceChildren();
    if (i < 0) return;
    const m = modules[i];
    aside.append(element("h2", null, m.name));
    if (m.label) aside.append(element("div", { class: "faint" }, m.label));
    aside.append(moduleDetails(m, "h3"));
  }) : null;
  if (graph) {
    byId("zoom-in").addEventListener("click", () => graph.zoom(graph.scale * 1.3));
    byId("zoom-out").addEventListener("click", () => graph.zoom(graph.scale / 1.3));
    byId("zoom-fit").addEventListener("click", () => graph.fit());
    byId("zoom-one").addEventListener("click", () => graph.zoom(1));
    byId("graph-near").addEventListener("change", (event) => graph.setNear(event.target.checked));
    const find = (exact) => {
      const word = byId("graph-search").value.trim().toLowerCase();
      if (!word) return;
      const drawn = modules.filter((m) => graph.nodes.has(m.index));
      const m = drawn.find((x) => x.short.toLowerCase() === word) || (!exact && drawn.find((x) => x.name.toLowerCase().includes(word)));
      if (m) graph.choose(graph.nodes.get(m.index));
    };
    byId("graph-search").addEventListener("input", () => find(true));
    byId("graph-search").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      find(false);
      if (graph.chosen) graph.chosen.g.focus();
    });
  }
  const alone = JSON.parse(byId("alone-data").textContent) || [];
  if (alone.length) {
    byId("alone").append(element("h2", null, `Use no other module, and no module uses them (${alone.length})`));
    const list = element("div");
    some(list, alone.map((i) => modules[i]), 60, moduleChip);
    byId("alone").append(list);
  }

  openTab("symbols");
})();
