// What the pages need of their scripts: folding, tabs, the filter of results and the index tables.
(() => {
  "use strict";

  const all = (what) =>
    typeof what === "string" ? [...document.querySelectorAll(what)] : what ? [what] : [];

  function table(host, options) {
    const columns = options.columns;
    const value = (row, column) => row[column.sortName || column.field];
    const text = (row) => columns.map((c) => String(row[c.field]).replace(/<[^>]*>/g, " ")).join(" ");
    const order = { by: columns.find((c) => c.field === options.sortName) || columns[0], down: options.sortOrder === "desc" };
    const search = document.createElement("input");
    search.type = "search";
    search.placeholder = "Search";
    search.className = "search";
    host.before(search);
    const draw = () => {
      const word = search.value.toLowerCase();
      const rows = options.data.filter((row) => text(row).toLowerCase().includes(word));
      rows.sort((a, b) => {
        const [x, y] = [value(a, order.by), value(b, order.by)];
        return x === y ? text(a).localeCompare(text(b)) : (x < y ? -1 : 1) * (order.down ? -1 : 1);
      });
      host.replaceChildren();
      const head = host.createTHead().insertRow();
      for (const column of columns) {
        const cell = document.createElement("th");
        cell.textContent = column.title;
        cell.onclick = () => {
          order.down = order.by === column && !order.down;
          order.by = column;
          draw();
        };
        head.append(cell);
      }
      const body = host.createTBody();
      for (const row of rows) {
        const line = body.insertRow();
        for (const column of columns) line.insertCell().innerHTML = row[column.field];
        line.onclick = (event) => {
          if (!event.target.closest("a")) window.location = row._table_row_link_path;
        };
      }
    };
    host.classList.add("table");
    search.oninput = draw;
    host.redraw = () => {
      search.value = "";
      draw();
    };
    draw();
  }

  function wrap(elements) {
    const each = (act) => (elements.forEach(act), wrapped);
    const wrapped = {
      length: elements.length,
      parent: () => wrap([...new Set(elements.map((e) => e.parentElement).filter(Boolean))]),
      each: (act) => each((e, i) => act.call(e, i, e)),
      fadeIn: () => each((e) => (e.style.display = "")),
      fadeOut: () => each((e) => (e.style.display = "none")),
      removeClass: (name) => each((e) => e.classList.remove(name)),
      bootstrapTable: (what) =>
        each((e) => (typeof what === "string" ? e.redraw && e.redraw() : table(e, what))),
      data: (name) => elements[0] && elements[0].dataset[name],
      ready: (act) => (act(), wrapped),
    };
    // What only decorates the pages does nothing here.
    return new Proxy(wrapped, { get: (known, name) => known[name] || (() => wrapped) });
  }

  window.$ = window.jQuery = (what) => (typeof what === "function" ? what() : wrap(all(what)));

  // A chart becomes the table of what it shows.
  window.vegaEmbed = (target, spec) => {
    const rows = (spec.data && spec.data.values) || Object.values(spec.datasets || {})[0] || [];
    const host = document.createElement("table");
    all(target).forEach((e) => e.append(host));
    if (rows.length) {
      const columns = Object.keys(rows[0]).map((field) => ({ field, title: field }));
      host.className = "table table-sm";
      const head = host.createTHead().insertRow();
      for (const column of columns) head.append(Object.assign(document.createElement("th"), { textContent: column.title }));
      for (const row of rows) {
        const line = host.insertRow();
        for (const column of columns) line.insertCell().textContent = row[column.field];
      }
    }
    return Promise.resolve({});
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-toggle]");
    if (!link) return;
    const target = document.getElementById((link.getAttribute("href") || "").slice(1));
    if (link.dataset.toggle === "collapse" && target) {
      event.preventDefault();
      target.classList.toggle("show");
    } else if (link.dataset.toggle === "tab" && target) {
      event.preventDefault();
      for (const pane of target.parentElement.children) pane.classList.toggle("active", pane === target);
      for (const one of all("[data-toggle=tab]")) one.classList.toggle("active", one === link);
    } else if (link.dataset.toggle === "buttons") {
      const chosen = event.target.closest("label");
      for (const one of link.children) one.classList.toggle("active", one === chosen);
    }
  });
})();
