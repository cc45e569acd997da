// Who teaches computer science here? The map, the same schools in a table beside it, and their download.

import { h, name, replace } from "./dom.js";
import { download, csvOf, fileName } from "./download.js";
import { figureCard, legend } from "./figure.js";
import { readJson } from "./files.js";
import { answer } from "./icons.js";
import { makeMap } from "./map.js";
import { chooseSchools, countCodes, summaryOf } from "./release.js";
import { makeTable } from "./table.js";
import { number, plural } from "./words.js";

let map = null;

export async function teaches(ctx) {
  const { release, schools, answers, route } = ctx;
  const numbers = chooseSchools(release, schools, answers, route);
  const counts = countCodes(release, answers, numbers);
  const shown = route.answers.length ? numbers.filter((n) => route.answers.includes(answers.code(n))) : numbers;
  const outlines = await readJson("data/outlines.json");
  map ??= makeMap(release, outlines, {
    label: "Map of the schools. Arrow keys move it, plus and minus scale it; the table lists the same schools.",
    onSchool: (n) => ctx.openNumber(n),
    onState: (postal) => release.states.has(postal) && ctx.go({ state: postal, view: "teaches", district: null }),
    tip: (n) => tipOf(ctx.now(), n),
  });
  const list = h("div", { class: "beside" }, h("p", { class: "loading" }, "Reading the names …"));
  const page = h(
    "div",
    {},
    h("h1", { tabindex: "-1" }, `Who teaches computer science in ${ctx.placeName()}?`),
    figure(ctx, counts),
    legend(release, counts, route.answers, (code) => ctx.go({ answers: toggled(route.answers, code) })),
    h("div", { class: "two" }, map.element, list),
  );
  map.show({ schools, numbers: shown, answers, state: route.state, focus: null });
  ctx.names.then((names) => replace(list, schoolTable(ctx, names, shown)));
  ctx.announce(`${plural(shown.length, "school")} shown.`);
  return page;
}

function toggled(codes, code) {
  return codes.includes(code) ? codes.filter((c) => c !== code) : [...codes, code];
}

function figure(ctx, counts) {
  const { release, route } = ctx;
  const national = route.state === "US" && !route.all ? summaryOf(release, "US", route.year) : null;
  if (!national) return figureCard(release, counts, { of: route.all ? "schools" : "high schools", note: "" });
  const pooled = {
    Y: national.schools_offering,
    N: national.schools_not_offering,
    M: national.schools_maybe,
    U: national.schools_unknown,
    HY: 0,
    HN: 0,
    HM: 0,
  };
  const same = national.data_year === route.year;
  const note = same ? "" : "This figure pools each state's most recent year with data; the map and the table show one year.";
  return figureCard(release, pooled, { of: "high schools", note });
}

function tipOf(ctx, n) {
  const school = ctx.namesNow?.school(n);
  return h("div", {}, school ? h("strong", {}, name(school.name)) : null, answer(ctx.release, ctx.answers.code(n)));
}

function schoolTable(ctx, names, numbers) {
  const { release, schools, answers, route } = ctx;
  const cached = new Map();
  const school = (n) => cached.get(n) ?? cached.set(n, names.school(n)).get(n);
  const columns = [
    { title: "Answer", show: (n) => answer(release, answers.code(n)), key: (n) => release.codes.indexOf(answers.code(n)) },
    { title: "School", show: (n) => schoolLink(ctx, school(n)), key: (n) => school(n).name },
    { title: "City", show: (n) => [name(school(n).city), route.state === "US" ? `, ${school(n).state}` : ""], key: (n) => school(n).city },
    { title: "Students", numeric: true, show: (n) => number(schools.students(n)), key: (n) => schools.students(n) },
  ];
  const table = makeTable({
    caption: `${plural(numbers.length, "school")}, ${route.year}`,
    columns,
    rows: numbers,
    sort: route.state === "US" ? null : { column: 1, down: false },
    empty: "No school fits what is chosen above.",
  });
  const csv = () => download(fileName(release, ctx.placeCode(), route.year, "schools"), schoolCsv(ctx, names, numbers));
  return [h("p", { class: "actions" }, h("button", { type: "button", class: "download", onclick: csv }, `Download these ${plural(numbers.length, "school")} (CSV)`)), table];
}

export function schoolLink(ctx, school) {
  const district = ctx.schools.districtName(school.number);
  return [h("a", { href: ctx.to({ view: "school", id: school.id }) }, name(school.name)), district ? h("small", {}, name(district)) : null];
}

export function schoolCsv(ctx, names, numbers) {
  const { release, schools, answers, route } = ctx;
  const columns = [
    ["nces_school_id", (r) => r.id],
    ["school_name", (r) => r.name],
    ["city", (r) => r.city],
    ["state", (r) => r.state],
    ["district_name", (r) => schools.districtName(r.number)],
    ["school_year", () => route.year],
    ["teaches_cs", (r) => answers.code(r.number)],
    ["answer_in_words", (r) => release.verdicts.get(answers.code(r.number)).words],
    ["in_access_report", (r) => (answers.inReport(r.number) ? "true" : "false")],
    ["students_total", (r) => schools.students(r.number)],
    ["release", () => release.about.version],
  ];
  return csvOf(columns, numbers.map((n) => names.school(n)));
}
