"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { words, ports, causes, kinds, hosts } = data;
  const byId = (id) => document.getElementById(id);
  const step = 100; // rows at a time: nobody reads ten thousand, and the filter brings those that matter up
  const order = { blocked: 0, unknown: 1, warned: 2, clear: 3 };
  const word = (cell) => cell === "" ? words.none : words[cell === "unknown" ? "untold" : cell];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // What can be searched for is the same for all hosts of a kind, but for their names.
  for (const kind of kinds) {
    kind.text = [words["host." + kind.verdict], ...kind.cells.flatMap((cell, i) => cell ? [ports[i].label, word(cell)] : []),
      ...kind.causes.map((i) => causes[i].message + " " + causes[i].code)].join(" ").toLowerCase();
  }
  const rows = hosts.map(([name, kind, time], place) => ({ name, low: name.toLowerCase(), kind: kinds[kind], time, place }));
  const view = { search: "", verdict: "", cause: -1, column: -2, down: false, shown: step, rows: [] };

  // Columns: -2 is the host's name, -1 its verdict, others are ports. Hosts come sorted by name.
  const compare = (a, b) => {
    let result = 0;
    if (view.column === -1) result = order[a.kind.verdict] - order[b.kind.verdict];
    if (view.column >= 0) result = a.kind.cells[view.column].localeCompare(b.kind.cells[view.column]);
    if (result === 0) result = a.place - b.place;
    return view.down ? -result : result;
  };
  const fits = (row) => {
    const verdict = row.kind.verdict;
    if (view.verdict === "ready" ? order[verdict] < 2 : view.verdict && verdict !== view.verdict) return false;
    if (view.cause >= 0 && !row.kind.causes.includes(view.cause)) return false;
    return view.search.split(/\s+/).every((part) => row.low.includes(part) || row.kind.text.includes(part));
  };

  const table = byId("table"), body = make("tbody"), more = byId("more");
  const headers = [words.host, words.answer, ...ports.map((port) => port.label)].map((label, i) => {
    const header = make("th", { scope: "col" }, make("button", { type: "button", onclick: () => sortBy(i - 2) }, label));
    if (i > 1 && ports[i - 2].about) header.append(make("small", {}, ports[i - 2].about));
    return header;
  });
  table.append(make("thead", {}, make("tr", {}, ...headers)), body);

  const rowOf = (row) => {
    const button = make("button", { type: "button" }, row.name);
    button.setAttribute("aria-expanded", "false");
    const line = make("tr", { className: row.kind.verdict }, make("th", { scope: "row" }, button),
      make("td", { className: "verdict" }, make("span", { className: "mark", ariaHidden: "true" }), words["host." + row.kind.verdict]),
      ...row.kind.cells.map((cell) => make("td", { className: cell === "unknown" ? "untold" : cell || "none" }, word(cell))));
    button.addEventListener("click", () => toggle(row, line, button));
    return line;
  };
  const toggle = (row, line, button) => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) line.nextElementSibling.remove();
    else line.after(make("tr", { className: "details" }, make("td", { colSpan: ports.length + 2 }, ...detailsOf(row))));
  };
  const detailsOf = (row) => {
    const parts = [];
    for (const place of row.kind.causes) {
      const cause = causes[place];
      parts.push(make("p", { className: cause.verdict }, make("span", { className: "mark", ariaHidden: "true" }), cause.message + " ", make("code", {}, cause.code)));
      for (const remedy of cause.remedies ?? []) {
        parts.push(make("p", {}, remedy.text));
        if (remedy.command) parts.push(make("pre", { tabIndex: 0 }, remedy.command));
      }
    }
    if (parts.length === 0) parts.push(make("p", {}, words.nothing + "."));
    if (row.time) parts.push(make("p", { className: "quiet" }, fill(words.asked, { time: new Date(row.time * 1000).toLocaleString() })));
    return parts;
  };

  const draw = () => {
    body.replaceChildren(...view.rows.slice(0, view.shown).map(rowOf));
    const left = view.rows.length - view.shown;
    more.hidden = left <= 0;
    more.textContent = fill(words.more, { count: Math.min(left, step) });
    byId("count").textContent = fill(words.count, { shown: view.rows.length, hosts: hosts.length });
  };
  const update = () => {
    view.rows = rows.filter(fits).sort(compare);
    view.shown = step;
    draw();
  };
  const sortBy = (column) => {
    view.down = view.column === column && !view.down;
    view.column = column;
    headers.forEach((header, i) => {
      if (i - 2 === column) header.setAttribute("aria-sort", view.down ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    });
    update();
  };
  const choose = (place) => {
    view.cause = place;
    byId("chosen").hidden = place < 0;
    if (place >= 0) byId("chosen").firstElementChild.textContent = causes[place].message;
    update();
  };

  more.addEventListener("click", () => {
    const next = view.shown;
    view.shown += step;
    body.append(...view.rows.slice(next, view.shown).map(rowOf));
    more.hidden = view.rows.length <= view.shown;
    body.querySelectorAll("th button")[next]?.focus();
  });
  byId("search").addEventListener("input", (event) => { view.search = event.target.value.trim().toLowerCase(); update(); });
  for (const radio of document.getElementsByName("verdict")) {
    radio.addEventListener("change", () => { view.verdict = radio.value; update(); });
  }
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  byId("chosen").querySelector("button").addEventListener("click", () => choose(-1));
  for (const button of document.querySelectorAll("button.only")) {
    button.hidden = false;
    button.addEventListener("click", () => { choose(Number(button.dataset.cause)); byId("hosts").scrollIntoView(); });
  }
  // Paper has no button for more.
  addEventListener("beforeprint", () => { view.shown = Infinity; draw(); });
  addEventListener("afterprint", update);

  byId("filter").hidden = false;
  table.hidden = false;
  sortBy(-1);
})();
