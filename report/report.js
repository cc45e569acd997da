"use strict";
// Lists the schools behind a figure. Without this script the figures lead to the page of the release instead.
(() => {
  const STEP = 200;
  const data = JSON.parse(document.getElementById("schools").textContent);
  const { columns, codes, groups, words } = data;
  const section = document.getElementById("list");
  const heading = section.querySelector("h2");
  const told = section.querySelector("p");
  const body = section.querySelector("tbody");
  const more = section.querySelector("button");
  let found = [];
  let shown = 0;

  // A filter: state=WA;kind=size;group=small;answer=Y,HY. Without a state: the schools that the national figure pools.
  const read = (text) => Object.fromEntries(text.split(";").filter(Boolean).map((part) => part.split("=")));

  const select = (filter) => {
    const answers = filter.answer ? new Set(filter.answer.split(",")) : null;
    const code = filter.kind ? groups[filter.kind].indexOf(filter.group) : -1;
    const rows = [];
    for (let at = 0; at < columns.id.length; at++) {
      if (filter.state ? columns.state[at] !== filter.state || !columns.now[at] : !columns.pooled[at]) continue;
      if (filter.kind && codes[filter.kind][at] !== code) continue;
      if (answers && !answers.has(columns.answer[at])) continue;
      rows.push(at);
    }
    return rows;
  };

  const cell = (row, text, name = "td") => {
    const made = document.createElement(name);
    made.textContent = text;
    row.append(made);
    return made;
  };

  const grow = () => {
    for (const at of found.slice(shown, shown + STEP)) {
      const row = document.createElement("tr");
      const link = document.createElement("a");
      link.href = `../page/index.html#/school/${columns.id[at]}`;
      link.textContent = columns.name[at];
      const first = cell(row, "", "th");
      first.scope = "row";
      first.append(link);
      cell(row, [columns.city[at], columns.state[at]].filter(Boolean).join(", ")).className = "text";
      cell(row, `${columns.answer[at]} ${words[columns.answer[at]]}`).className = "text";
      cell(row, columns.students[at] === null ? "" : columns.students[at].toLocaleString("en-US"));
      cell(row, columns.year[at]);
      cell(row, columns.id[at]);
      body.append(row);
    }
    shown = Math.min(found.length, shown + STEP);
    more.hidden = shown >= found.length;
    more.textContent = `Show more (${(found.length - shown).toLocaleString("en-US")} left)`;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-list]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    found = select(read(link.dataset.list));
    shown = 0;
    body.replaceChildren();
    heading.textContent = link.dataset.title;
    told.textContent = `${found.length.toLocaleString("en-US")} schools. A school's name opens its answer with the evidence behind it.`;
    section.hidden = false;
    grow();
    heading.focus();
    heading.scrollIntoView();
  });
  more.addEventListener("click", grow);
  const all = () => document.querySelectorAll("details").forEach((one) => (one.open = true));
  window.addEventListener("beforeprint", all);
})();
