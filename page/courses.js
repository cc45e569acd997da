// Which courses count as computer science here, and why? One state's list, or the states that have one.

import { h, name, replace } from "./dom.js";
import { csvOf, download, fileName } from "./download.js";
import { readJson, rowsOf } from "./files.js";
import { fold } from "./search.js";
import { makeTable } from "./table.js";
import { number, plural } from "./words.js";

const JUDGED = {
  counts: { mark: "●", words: "counts", look: "Y" },
  does_not_count: { mark: "■", words: "does not count", look: "N" },
  review: { mark: "▲", words: "waits for review", look: "M" },
};

export async function courses(ctx) {
  const { release, route } = ctx;
  const title = h("h1", { tabindex: "-1" }, `Which courses count in ${ctx.placeName()}?`);
  if (route.state === "US") return h("div", {}, title, definition(release, true), statesWithCourses(ctx));
  const year = nearest(release.about.courses[route.state], route.year);
  if (!year) return h("div", {}, title, noCourses(ctx), definition(release, true));
  const all = rowsOf(await readJson(`data/courses/${route.state}.json`));
  const rows = all.filter((row) => row.school_year === year);
  const count = (judged) => rows.filter((row) => row.counts_as_cs === judged).length;
  let shown = rows;
  const csv = () => download(fileName(release, route.state, year, "courses"), coursesCsv(ctx, shown, year));
  const list = h("div", {});
  const find = h("input", { type: "search", id: "find-course", autocomplete: "off", placeholder: "Part of its title, or its code", oninput: draw });
  function draw() {
    const words = fold(find.value).split(/\s+/).filter(Boolean);
    shown = rows.filter((row) => words.every((word) => fold(`${row.course_code} ${row.course_name}`).includes(word)));
    replace(list, makeTable({ caption: `${plural(shown.length, "course")} in ${ctx.placeName()}, ${year}`, columns: columnsOf(), rows: shown, sort: { column: 0, down: false }, empty: "No course of the file is called so." }));
    ctx.announce(`${plural(shown.length, "course")}.`);
  }
  draw();
  return h(
    "div",
    {},
    title,
    year === route.year ? null : h("p", { class: "only" }, `No course file of ${route.year} is here; this is the list of ${year}.`),
    h(
      "p",
      { class: "lead" },
      h("strong", {}, `${plural(count("counts"), "course")} of ${number(rows.length)}`),
      ` in ${ctx.placeName()}'s file of ${year} ${count("counts") === 1 ? "counts" : "count"} as computer science; `,
      `${number(count("does_not_count"))} ${count("does_not_count") === 1 ? "does" : "do"} not`,
      count("review") ? `, and ${number(count("review"))} ${count("review") === 1 ? "waits" : "wait"} for a decision.` : ".",
    ),
    definition(release, false),
    h("p", { class: "actions" }, h("label", { class: "choice", for: "find-course" }, h("span", {}, "Find a course"), find), h("button", { type: "button", class: "download", onclick: csv }, "Download these courses (CSV)")),
    list,
  );
}

// The year itself, or else the one before it or after it that has a list; null when there is none.
function nearest(years, year) {
  const there = Object.keys(years ?? {}).sort();
  return there.filter((one) => one <= year).at(-1) ?? there[0] ?? null;
}

function definition(release, open) {
  const { counts, not_counted: not, decided } = release.about.definition;
  return h(
    "details",
    { class: "definition", open },
    h("summary", {}, "What counts as a computer science course?"),
    h("ul", {}, counts.map((line) => h("li", {}, line))),
    h("p", {}, not),
    h("p", {}, decided),
  );
}

function columnsOf() {
  const order = Object.keys(JUDGED);
  return [
    { title: "Computer science?", show: (row) => judged(row), key: (row) => `${order.indexOf(row.counts_as_cs)}${String(99999 - row.schools_teaching).padStart(5, "0")}` },
    { title: "Course", show: (row) => name(row.course_name || "(sent without a title)"), key: (row) => row.course_name },
    { title: "Code", show: (row) => name(row.course_code || "–"), key: (row) => row.course_code },
    { title: "Why", show: (row) => row.counts_basis, key: (row) => row.counts_basis },
    { title: "Schools", numeric: true, show: (row) => number(row.schools_teaching), key: (row) => row.schools_teaching },
  ];
}

function judged(row) {
  const look = JUDGED[row.counts_as_cs];
  return h("span", { class: "answer" }, h("span", { class: `mark v-${look.look}`, "aria-hidden": "true" }, look.mark), h("span", {}, look.words));
}

function statesWithCourses(ctx) {
  const { release, route } = ctx;
  const rows = Object.entries(release.about.courses).map(([state, years]) => {
    const year = nearest(years, route.year);
    return { state, year, found: years[year] };
  });
  const link = (row) => h("a", { href: ctx.to({ state: row.state, view: "courses", district: null }) }, release.about.places[row.state]);
  return [
    h("p", { class: "lead" }, "Each state decides which of its courses are computer science. Choose a state to see its list, and why each course counts or not."),
    makeTable({
      caption: `States whose course files name courses, ${route.year} or the year nearest to it`,
      rows,
      empty: "No state's file names courses.",
      page: 60,
      sort: { column: 0, down: false },
      columns: [
        { title: "State", show: link, key: (row) => release.about.places[row.state] },
        { title: "Courses that count", numeric: true, show: (row) => number(row.found[0]), key: (row) => row.found[0] },
        { title: "Courses named", numeric: true, show: (row) => number(row.found[1]), key: (row) => row.found[1] },
        { title: "File of", numeric: true, show: (row) => row.year, key: (row) => row.year },
      ],
    }),
  ];
}

function noCourses(ctx) {
  return h("p", { class: "lead" }, `No course file of ${ctx.placeName()} that names courses is in this release. The answers of its schools rest on other evidence, or there is none.`);
}

function coursesCsv(ctx, rows, year) {
  const columns = ["course_code", "course_name", "counts_as_cs", "counts_basis", "schools_teaching"].map((key) => [key, (row) => row[key]]);
  return csvOf([["state", () => ctx.route.state], ["school_year", () => year], ...columns, ["release", () => ctx.release.about.version]], rows);
}
