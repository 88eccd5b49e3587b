// Graph is the drawing of the modules: which one is chosen, what is shown of
// it, and how large.
class Graph {
  constructor(svg, canvas, onChoose) {
    this.svg = svg;
    this.canvas = canvas;
    this.onChoose = onChoose;
    this.full = [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height];
    this.size = this.full;
    this.nodes = new Map();
    for (const g of svg.querySelectorAll(".node")) {
      const rect = g.querySelector("rect");
      this.nodes.set(Number(g.dataset.module), {
        module: Number(g.dataset.module), g, column: Number(g.dataset.column),
        x: Number(rect.getAttribute("x")), y: Number(rect.getAttribute("y")), width: Number(rect.getAttribute("width")),
        providers: [], users: [],
      });
    }
    this.edges = [...svg.querySelectorAll(".edges path")].map((path) => {
      const edge = { path, d: path.getAttribute("d"), from: this.nodes.get(Number(path.dataset.from)), to: this.nodes.get(Number(path.dataset.to)) };
      edge.to.providers.push(edge.from);
      edge.from.users.push(edge.to);
      return edge;
    });
    this.chosen = null;
    this.near = false;
    this.focusable = [...this.nodes.values()].sort((a, b) => a.column - b.column || a.y - b.y)[0];
    this.focusable.g.setAttribute("tabindex", "0");
    for (const node of this.nodes.values()) {
      node.g.addEventListener("click", () => this.choose(node));
      node.g.addEventListener("focus", () => this.focused(node));
      node.g.addEventListener("keydown", (event) => this.key(event, node));
    }
    this.pan();
  }

  // fit shows as much as there is room for; at first not smaller than readable.
  fit(least) {
    const scale = Math.min((this.canvas.clientWidth - 4) / this.size[0], (this.canvas.clientHeight - 4) / this.size[1], 1);
    this.zoom(Math.max(scale, least || 0.02));
  }

  zoom(scale) {
    const box = this.canvas;
    const old = this.scale || scale;
    this.scale = Math.min(Math.max(scale, 0.02), 4);
    const ratio = this.scale / old;
    const x = (box.scrollLeft + box.clientWidth / 2) * ratio, y = (box.scrollTop + box.clientHeight / 2) * ratio;
    this.svg.setAttribute("width", Math.round(this.size[0] * this.scale));
    this.svg.setAttribute("height", Math.round(this.size[1] * this.scale));
    box.scrollLeft = x - box.clientWidth / 2;
    box.scrollTop = y - box.clientHeight / 2;
  }

  pan() {
    let start = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target.closest(".node")) return;
      start = [event.clientX + this.canvas.scrollLeft, event.clientY + this.canvas.scrollTop];
      this.canvas.classList.add("dragging");
    });
    window.addEventListener("pointermove", (event) => {
      if (!start) return;
      this.canvas.scrollLeft = start[0] - event.clientX;
      this.canvas.scrollTop = start[1] - event.clientY;
    });
    window.addEventListener("pointerup", () => {
      start = null;
      this.canvas.classList.remove("dragging");
    });
    this.canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoom(this.scale * (event.deltaY < 0 ? 1.15 : 1 / 1.15));
    }, { passive: false });
  }

  focused(node) {
    this.focusable.g.setAttribute("tabindex", "-1");
    this.focusable = node;
    node.g.setAttribute("tabindex", "0");
    this.show(node);
  }

  // show scrolls to a node if it is not in sight.
  show(node) {
    const box = this.canvas.getBoundingClientRect(), at = node.g.getBoundingClientRect();
    if (at.left < box.left || at.right > box.right) this.canvas.scrollLeft += (at.left + at.right - box.left - box.right) / 2;
    if (at.top < box.top || at.bottom > box.bottom) this.canvas.scrollTop += (at.top + at.bottom - box.top - box.bottom) / 2;
  }

  key(event, node) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const nearest = (list) => list.filter((n) => this.visible(n)).sort((a, b) => Math.abs(a.y - node.y) - Math.abs(b.y - node.y))[0];
    let next;
    switch (event.key) {
      case "ArrowLeft": next = nearest(node.providers); break;
      case "ArrowRight": next = nearest(node.users); break;
      case "ArrowUp":
      case "ArrowDown": {
        const down = event.key === "ArrowDown";
        next = nearest([...this.nodes.values()].filter((n) => n.column === node.column && (down ? n.y > node.y : n.y < node.y)));
        break;
      }
      case "Enter":
      case " ":
        this.choose(node);
        break;
      case "Escape":
        this.choose(null);
        break;
      default:
        return;
    }
    event.preventDefault();
    if (next) next.g.focus();
  }

  visible(node) { return node.g.style.display !== "none"; }

  setNear(near) {
    this.near = near;
    this.choose(this.chosen);
  }

  // choose marks a module with those that it uses and those that use it.
  choose(node) {
    this.chosen = node;
    this.svg.classList.toggle("chosen", node !== null);
    for (const n of this.nodes.values()) n.g.classList.remove("chosen", "is-provider", "is-user");
    for (const e of this.edges) {
      e.path.classList.toggle("is-provider", e.to === node);
      e.path.classList.toggle("is-user", e.from === node);
    }
    if (node) {
      for (const n of node.users) n.g.classList.add("is-user");
      for (const n of node.providers) n.g.classList.add("is-provider");
      node.g.classList.add("chosen");
    }
    this.arrange();
    if (node && this.near) this.fit(0.6);
    if (node) this.show(node);
    this.onChoose(node ? node.module : -1);
  }

  // arrange places the nodes: all as they were drawn, or the chosen one between
  // those that it uses and those that use it.
  arrange() {
    const near = this.near && this.chosen;
    if (!near) {
      for (const n of this.nodes.values()) {
        n.g.style.display = "";
        n.g.removeAttribute("transform");
      }
      for (const e of this.edges) {
        e.path.style.display = "";
        e.path.setAttribute("d", e.d);
      }
      this.resize(this.full);
      return;
    }
    // Long columns are cut, to about the shape of a screen.
    const cut = (list) => {
      const rows = Math.max(16, Math.ceil(Math.sqrt(5 * list.length)));
      const sorted = [...list].sort((a, b) => a.y - b.y), columns = [];
      for (let i = 0; i < sorted.length; i += rows) columns.push(sorted.slice(i, i + rows));
      return columns;
    };
    const groups = [cut(this.chosen.providers), [[this.chosen]], cut(this.chosen.users.filter((n) => !this.chosen.providers.includes(n)))];
    const height = Math.max(...groups.flat().map((c) => c.length)) * 30;
    for (const n of this.nodes.values()) n.g.style.display = "none";
    const place = new Map();
    let x = 16, end = 16;
    for (const columns of groups) {
      for (const column of columns) {
        let y = 16 + (height - column.length * 30) / 2;
        for (const n of column) {
          n.g.style.display = "";
          n.g.setAttribute("transform", `translate(${x - n.x} ${y - n.y})`);
          place.set(n, [x, y + 11]);
          end = Math.max(end, x + n.width);
          y += 30;
        }
        x = end + 24;
      }
      if (columns.length) x += 90;
    }
    for (const e of this.edges) {
      const drawn = e.from === this.chosen || e.to === this.chosen;
      e.path.style.display = drawn ? "" : "none";
      if (!drawn) continue;
      const [fx, fy] = place.get(e.from), [tx, ty] = place.get(e.to);
      const from = fx + e.from.width, middle = (from + tx) / 2;
      e.path.setAttribute("d", `M${from} ${fy}C${middle} ${fy} ${middle} ${ty} ${tx} ${ty}`);
    }
    this.resize([end + 16, height + 32]);
  }

  resize(size) {
    if (size[0] === this.size[0] && size[1] === this.size[1]) return;
    this.size = size;
    this.svg.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
    this.zoom(this.scale);
  }
}
