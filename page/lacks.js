// Who still lacks data? The outreach list: where an answer tells most, with a text ready to send.

import { h, name, replace } from "./dom.js";
import { csvOf, download, fileName } from "./download.js";
import { showText } from "./ready_text.js";
import { chooseSchools, countCodes, stateOf } from "./release.js";
import { makeTable } from "./table.js";
import { schoolLink } from "./teaches.js";
import { askText, notInReport, number, percent, plural, points, rangeOf } from "./words.js";

export async function lacks(ctx) {
  const { release, schools, answers, route } = ctx;
  const heading = h("h1", { tabindex: "-1" }, `Who still lacks data in ${ctx.placeName()}?`);
  if (route.outside) return h("div", {}, heading, h("p", { class: "lead" }, notInReport(ctx.placeName())));
  const numbers = chooseSchools(release, schools, answers, { ...route, all: false });
  const range = rangeOf(countCodes(release, answers, numbers));
  const totals = new Map(release.about.states.map((state) => [state.postal, totalsOf(ctx, state.postal)]));
  const rows = numbers
    .filter((n) => answers.code(n) === "U")
    .map((n) => {
      const total = totals.get(stateOf(release, n).postal);
      const students = schools.students(n);
      return { n, students, schoolPoints: 100 / total.schools, studentPoints: students === null ? null : (100 * students) / total.students };
    })
    .sort((a, b) => b.schoolPoints - a.schoolPoints || a.n - b.n);
  const byStudents = rows.filter((row) => row.students !== null).length * 2 > rows.length;
  const list = h("div", {}, h("p", { class: "loading" }, "Reading the names …"));
  ctx.names.then((names) => replace(list, outreach(ctx, names, rows, byStudents)));
  ctx.announce(`${plural(rows.length, "school")} without data.`);
  return h(
    "div",
    {},
    heading,
    rows.length
      ? h(
          "p",
          { class: "lead" },
          h("strong", {}, plural(rows.length, "high school has", "high schools have")),
          ` no data for ${route.year}. `,
          range.answered
            ? `That leaves the share that offers computer science anywhere between ${percent(range.offering, range.total)} and ${percent(range.offering + range.unknown, range.total)}.`
            : "",
          ` Each answer narrows it. The list begins ${byStudents ? "with the schools of most students" : "where an answer narrows most"}; press a heading for another order.`,
        )
      : h("p", { class: "lead" }, "None: every high school of the report has an answer."),
    list,
  );
}

function totalsOf(ctx, state) {
  const own = chooseSchools(ctx.release, ctx.schools, ctx.answers, { state, district: null, all: false });
  return { schools: own.length, students: own.reduce((sum, n) => sum + (ctx.schools.students(n) ?? 0), 0) };
}

function outreach(ctx, names, rows, byStudents) {
  const { release, route } = ctx;
  if (!rows.length) return null;
  const ask = (row) => {
    const text = askText(release, names.school(row.n), route.year);
    showText("A text ready to send", "Send it to the school's office, a counselor or a teacher you know. Nothing is sent from this page.", text);
  };
  const counted = rows.some((r) => r.students !== null);
  const columns = [
    { title: "School", show: (r) => schoolLink(ctx, names.school(r.n)), key: (r) => names.school(r.n).name },
    { title: "City", show: (r) => [name(names.school(r.n).city), route.state === "US" ? `, ${names.school(r.n).state}` : ""], key: (r) => names.school(r.n).city },
    counted && { title: "Students", numeric: true, show: (r) => number(r.students), key: (r) => r.students },
    { title: "Narrows the figure by", numeric: true, show: (r) => `${points(r.schoolPoints)} points`, key: (r) => r.schoolPoints },
    counted && { title: "… in students", numeric: true, show: (r) => (r.studentPoints === null ? "–" : `${points(r.studentPoints)} points`), key: (r) => r.studentPoints },
    { title: "Ask", show: (r) => h("button", { type: "button", onclick: () => ask(r), "aria-label": `Text to send to ${names.school(r.n).name}` }, "Text to send") },
  ].filter(Boolean);
  const table = makeTable({ caption: `Schools without data, ${route.year}`, columns, rows, sort: { column: byStudents || !counted ? 2 : 3, down: true } });
  const csv = () => download(fileName(release, ctx.placeCode(), route.year, "without-data"), outreachCsv(ctx, names, rows));
  return [
    h("p", { class: "actions" }, h("button", { type: "button", class: "download", onclick: csv }, `Download this list (CSV)`)),
    table,
    h("p", { class: "quiet" }, "Points: an answer brings the lowest and the highest possible figure of the school's state that much closer together, among schools and among students where their number is known."),
  ];
}

function outreachCsv(ctx, names, rows) {
  const school = (r) => names.school(r.n);
  const columns = [
    ["nces_school_id", (r) => school(r).id],
    ["school_name", (r) => school(r).name],
    ["city", (r) => school(r).city],
    ["state", (r) => school(r).state],
    ["district_name", (r) => ctx.schools.districtName(r.n)],
    ["school_year", () => ctx.route.year],
    ["students_total", (r) => r.students],
    ["points_of_schools", (r) => Number(r.schoolPoints.toFixed(3))],
    ["points_of_students", (r) => (r.studentPoints === null ? null : Number(r.studentPoints.toFixed(3)))],
    ["release", () => ctx.release.about.version],
  ];
  return csvOf(columns, [...rows].sort((a, b) => (b.students ?? -1) - (a.students ?? -1)));
}
