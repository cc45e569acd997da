// A table of rows: sortable by its headers, fifty rows at a time. The rows are numbers or objects; columns read them.

import { h, replace } from "./dom.js";
import { number } from "./words.js";

const PAGE = 50;

// columns: { title, show(row) -> node or text, key(row) -> value to sort by, numeric, wide }
export function makeTable({ caption, columns, rows, sort = null, empty = "Nothing to show.", page = PAGE }) {
  let order = sort;
  let from = 0;
  let sorted = sortRows(rows, columns, order);
  const body = h("tbody", {});
  const heads = h("tr", {});
  const pager = h("div", { class: "pager" });
  const table = h("table", {}, h("caption", {}, caption), h("thead", {}, heads), body);

  function draw() {
    replace(heads, columns.map(head));
    const shown = sorted.slice(from, from + page);
    replace(
      body,
      shown.map((row) =>
        h("tr", {}, columns.map((c, n) => h(n === 0 && !c.key ? "td" : "td", { class: c.numeric ? "number" : null }, c.show(row)))),
      ),
    );
    if (!rows.length) replace(body, h("tr", {}, h("td", { colspan: columns.length }, empty)));
    drawPager();
  }

  function head(column, n) {
    const sortable = Boolean(column.key);
    const active = order && order.column === n;
    const told = active ? (order.down ? "descending" : "ascending") : null;
    const inside = sortable
      ? h("button", { type: "button", class: "sort", onclick: () => sortBy(n) }, column.title, h("span", { "aria-hidden": "true" }, active ? (order.down ? " ▼" : " ▲") : ""))
      : column.title;
    return h("th", { scope: "col", "aria-sort": told, class: column.numeric ? "number" : null }, inside);
  }

  function sortBy(n) {
    const down = order && order.column === n ? !order.down : Boolean(columns[n].numeric);
    order = { column: n, down };
    sorted = sortRows(rows, columns, order);
    from = 0;
    draw();
    heads.children[n].querySelector("button")?.focus();
  }

  function drawPager() {
    if (rows.length <= page) return replace(pager);
    const last = Math.min(from + page, rows.length);
    const turn = (by) => () => {
      from = Math.max(0, Math.min(from + by, Math.floor((rows.length - 1) / page) * page));
      draw();
      pager.querySelectorAll("button")[by < 0 ? 0 : 1].focus();
    };
    return replace(
      pager,
      h("button", { type: "button", "aria-disabled": String(from === 0), onclick: turn(-page) }, "Previous"),
      h("span", { role: "status" }, `${number(from + 1)}–${number(last)} of ${number(rows.length)}`),
      h("button", { type: "button", "aria-disabled": String(last >= rows.length), onclick: turn(page) }, "Next"),
    );
  }

  draw();
  return h("div", { class: "table" }, h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table), pager);
}

function sortRows(rows, columns, order) {
  if (!order) return rows;
  const read = columns[order.column].key;
  const keyed = rows.map((row, n) => [read(row), n, row]);
  const way = order.down ? -1 : 1;
  keyed.sort((a, b) => compare(a[0], b[0], way) || a[1] - b[1]);
  return keyed.map((entry) => entry[2]);
}

// Unknown values come last, whichever way is sorted.
function compare(a, b, way) {
  const [noA, noB] = [a === null || a === undefined, b === null || b === undefined];
  if (noA || noB) return noA - noB;
  return a < b ? -way : a > b ? way : 0;
}
