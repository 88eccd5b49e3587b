"use strict";

// element makes an element with attributes and children; text is never markup.
function element(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "onclick") e.addEventListener("click", value);
    else if (value !== undefined && value !== null && value !== false) e.setAttribute(key, value === true ? "" : value);
  }
  e.append(...children);
  return e;
}

// marked is text with the words that were searched for marked.
function marked(text, words) {
  const lower = text.toLowerCase();
  const out = document.createDocumentFragment();
  let at = 0;
  while (at < text.length) {
    let start = -1, length = 0;
    for (const word of words) {
      const i = lower.indexOf(word, at);
      if (i >= 0 && (start < 0 || i < start || (i === start && word.length > length))) {
        start = i;
        length = word.length;
      }
    }
    if (start < 0) break;
    out.append(text.slice(at, start), element("mark", null, text.slice(start, start + length)));
    at = start + length;
  }
  out.append(text.slice(at));
  return out;
}

function compare(a, b) { return a < b ? -1 : a > b ? 1 : 0; }

// Table shows rows in a table that is sorted by its heads and searched by
// words, of which a row must have each. Rows are drawn some hundred at a time.
//
// options: table, search (input), filter (select or none), output, rows, columns,
// passes(row, filter), matcher(word) that returns a test of a row, sort (number
// of a column), row(row, words) that returns the elements of a row.
// A column has title, value(row) to sort by, and number if that is one.
class Table {
  constructor(options) {
    Object.assign(this, options);
    this.column = options.sort;
    this.descending = !!this.columns[this.column].number;
    this.body = this.table.tBodies[0];
    this.moreButton = this.table.parentElement.querySelector(".more");
    this.heads = this.columns.map((column, i) => {
      const head = element("th", { scope: "col" }, element("button", { type: "button", onclick: () => this.sortBy(i) }, column.title));
      if (column.number) head.classList.add("number");
      return head;
    });
    this.table.tHead.append(element("tr", null, ...this.heads));
    this.search.addEventListener("input", () => this.update());
    if (this.filter) this.filter.addEventListener("change", () => this.update());
    this.moreButton.addEventListener("click", () => this.more());
    if ("IntersectionObserver" in window) {
      new IntersectionObserver((seen) => {
        if (seen.some((s) => s.isIntersecting)) this.more();
      }, { rootMargin: "600px" }).observe(this.moreButton);
    }
    this.update();
  }

  sortBy(i) {
    this.descending = i === this.column ? !this.descending : !!this.columns[i].number;
    this.column = i;
    this.update();
  }

  update() {
    this.words = this.search.value.toLowerCase().split(/\s+/).filter((w) => w !== "");
    const tests = this.words.map((w) => this.matcher(w));
    const wanted = this.filter ? this.filter.value : "";
    this.shown = this.rows.filter((row) => (!this.passes || this.passes(row, wanted)) && tests.every((t) => t(row)));
    const value = this.columns[this.column].value;
    const sign = this.descending ? -1 : 1;
    this.shown.sort((a, b) => sign * compare(value(a), value(b)) || compare(a.name, b.name));
    this.heads.forEach((head, i) => {
      if (i === this.column) head.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.output.textContent = this.shown.length === this.rows.length ? `${this.rows.length}` : `${this.shown.length} of ${this.rows.length}`;
    this.body.replaceChildren();
    this.drawn = 0;
    this.more();
  }

  more() {
    const end = Math.min(this.drawn + 200, this.shown.length);
    const rows = document.createDocumentFragment();
    for (; this.drawn < end; this.drawn++) rows.append(...this.row(this.shown[this.drawn], this.words));
    this.body.append(rows);
    this.moreButton.hidden = end === this.shown.length;
    this.moreButton.textContent = `Show more (${this.shown.length - end} left)`;
  }

  // reveal draws rows until that of row is there, and returns it.
  reveal(row) {
    if (!this.shown.includes(row)) {
      this.search.value = "";
      if (this.filter) this.filter.value = "all";
      this.update();
    }
    const i = this.shown.indexOf(row);
    while (this.drawn <= i) this.more();
    return this.body.querySelector(`[data-row="${row.index}"]`);
  }
}
