"use strict";
// Lists the schools behind a figure when this file is opened by itself, from a folder, where browsers do not let the
// page of the release read its data. Served, every figure leads to that page, which has the same lists.
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
  let counts = data.students.total;

  // An address of the page: index.html#/WA/teaches?year=2018-19&answer=Y,HY&group=size.small&students=hi; for the nation
  // with show=pooled. Null when it is no list of schools behind a figure.
  const read = (address) => {
    const [path, text] = (address.split("#/")[1] ?? "").split("?");
    const [state, view] = path.split("/");
    const query = new URLSearchParams(text ?? "");
    if (view !== "teaches" || !query.has("answer") || !data.files[query.get("year")]) return null;
    const [, kind, group] = /^(\w+)\.(.+)$/.exec(query.get("group") ?? "") ?? [];
    return { year: query.get("year"), state, kind, group, answers: query.get("answer").split(","), students: query.get("students") };
  };

  const select = ({ state, kind, group, answers, students }) => {
    const code = kind ? groups[kind].indexOf(group) : -1;
    const rows = [];
    for (let at = 0; at < columns.id.length; at++) {
      if (state === "US" ? !columns.pooled[at] : columns.state[at] !== state || !columns.now[at]) continue;
      if (kind && codes[kind][at] !== code) continue;
      if (students && !data.students[students][at]) continue;
      if (answers.includes(columns.answer[at])) rows.push(at);
    }
    return rows;
  };

  const title = ({ state, kind, group, answers, students }) => {
    const place = state === "US" ? "United States" : data.states[state];
    const who = students ? `students: ${data.races[students] ?? "all"}` : "";
    const said = answers.filter((code) => columns.answer.includes(code)).map((code) => words[code]);
    return [place, kind ? `${data.kinds[kind].toLowerCase()}: ${group}` : "", who, said.join(" or ")].filter(Boolean).join(", ");
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
      cell(row, counts[at] === null ? "" : counts[at].toLocaleString("en-US"));
      cell(row, columns.year[at]);
      cell(row, columns.id[at]);
      body.append(row);
    }
    shown = Math.min(found.length, shown + STEP);
    more.hidden = shown >= found.length;
    more.textContent = `Show more (${(found.length - shown).toLocaleString("en-US")} left)`;
  };

  const list = (filter) => {
    found = select(filter);
    counts = data.students[filter.students ?? "total"];
    shown = 0;
    body.replaceChildren();
    heading.textContent = title(filter);
    const sum = found.reduce((total, at) => total + (counts[at] ?? 0), 0);
    const together = filter.students ? ` with ${sum.toLocaleString("en-US")} such students` : "";
    told.textContent = `${found.length.toLocaleString("en-US")} schools${together}. A school's name leads to its answer with the evidence behind it on the page of the release, which needs a web server: cleanup serve.`;
    section.hidden = false;
    grow();
    heading.focus();
    heading.scrollIntoView();
  };

  document.addEventListener("click", (event) => {
    if (location.protocol !== "file:" || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[href*='#/']");
    const filter = link && read(link.getAttribute("href"));
    if (!filter) return;
    event.preventDefault();
    // The schools of another year are in the report of that year, which reads the address when it opens.
    if (filter.year === data.school_year) list(filter);
    else location.href = data.files[filter.year] + link.hash;
  });
  const asked = read(location.hash);
  if (asked) list(asked);
  more.addEventListener("click", grow);
  const all = () => document.querySelectorAll("details").forEach((one) => (one.open = true));
  window.addEventListener("beforeprint", all);
})();
