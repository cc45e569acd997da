// Who teaches computer science here? The map, the same schools in a table beside it, and their download.

import { h, name, replace } from "./dom.js";
import { download, csvOf, fileName } from "./download.js";
import { BEST, figureCard, legend } from "./figure.js";
import { readJson } from "./files.js";
import { answer } from "./icons.js";
import { makeMap } from "./map.js";
import { chooseSchools, countCodes, openGroups } from "./release.js";
import { makeTable } from "./table.js";
import { number, plural, RACES } from "./words.js";

const OUTSIDE = (ctx) => `${ctx.placeName()} is not part of the access report, which is about the 50 states and DC: here is every school, and no percentage is made of them elsewhere.`;

let map = null;

export async function teaches(ctx) {
  const { release, schools, answers, route } = ctx;
  const { numbers, shown, students } = await listSchools(release, schools, answers, route);
  const counts = countCodes(release, answers, numbers);
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
    route.outside ? h("p", { class: "quiet" }, OUTSIDE(ctx)) : null,
    legend(release, counts, route.answers, (code) => ctx.go({ answers: toggled(route.answers, code) })),
    route.group || route.students ? only(ctx, shown, students) : null,
    h("div", { class: "two" }, map.element, list),
  );
  map.show({ schools, numbers: shown, answers, state: route.state, focus: null });
  ctx.names.then((names) => replace(list, schoolTable(ctx, names, shown, students)));
  ctx.announce(`${plural(shown.length, "school")} shown.`);
  return page;
}

// The schools that an address asks for: all that its place, group and students choose, and of these the ones with its
// answers; and how many of its students each has.
export async function listSchools(release, schools, answers, route) {
  const groups = route.group || route.students ? await openGroups(release, answers) : null;
  const students = route.students ? (n) => groups.students(n, route.students) : schools.students;
  const fits = (n) => (!route.group || groups.isIn(n, route.group)) && (!route.students || students(n) > 0);
  const chosen = chooseSchools(release, schools, answers, route);
  const numbers = groups ? chosen.filter(fits) : chosen;
  const shown = route.answers.length ? numbers.filter((n) => route.answers.includes(answers.code(n))) : numbers;
  return { numbers, shown, students };
}

function only(ctx, shown, students) {
  const { group } = ctx.route;
  const who = ctx.route.students;
  const sum = shown.reduce((total, n) => total + students(n), 0);
  return h(
    "p",
    { class: "only" },
    group ? ["Only schools of this kind: ", h("strong", {}, `${group.kind.words}: ${group.name}`), ". "] : null,
    who ? ["Schools with a count of such students; together they have ", h("strong", { id: "students" }, number(sum)), ` ${studentWords(who)}. `] : null,
    h("a", { href: ctx.to({ group: null, students: null, answers: [] }) }, "Show all schools"),
  );
}

function studentWords(who) {
  return who === "total" ? "students" : `students (${RACES[who]})`;
}

function toggled(codes, code) {
  return codes.includes(code) ? codes.filter((c) => c !== code) : [...codes, code];
}

function figure(ctx, counts) {
  const { answers, release, route } = ctx;
  const older = route.pooled && answers.years.some((year) => year !== route.year);
  const note = older ? `Each state stands with its most recent year with data, up to ${route.year}.` : "";
  return figureCard(release, counts, { of: route.all ? "schools" : "high schools", note });
}

function tipOf(ctx, n) {
  const school = ctx.namesNow?.school(n);
  return h("div", {}, school ? h("strong", {}, name(school.name)) : null, answer(ctx.release, ctx.answers.code(n)));
}

function schoolTable(ctx, names, numbers, students) {
  const { release, answers, route } = ctx;
  const cached = new Map();
  const school = (n) => cached.get(n) ?? cached.set(n, names.school(n)).get(n);
  const counted = numbers.some((n) => students(n) !== null);
  const columns = [
    { title: "Answer", show: (n) => answer(release, answers.code(n)), key: (n) => BEST.indexOf(answers.code(n)) },
    { title: "School", show: (n) => schoolLink(ctx, school(n)), key: (n) => school(n).name },
    { title: "City", show: (n) => [name(school(n).city), route.state === "US" ? `, ${school(n).state}` : ""], key: (n) => school(n).city },
    ...(counted ? [{ title: route.students in RACES ? RACES[route.students] : "Students", numeric: true, show: (n) => number(students(n)), key: students }] : []),
    ...(route.pooled ? [{ title: "Year", numeric: true, show: (n) => answers.yearOf(n), key: (n) => answers.yearOf(n) }] : []),
  ];
  const table = makeTable({
    caption: `${plural(numbers.length, "school")}, ${route.pooled ? "each state's latest year" : route.year}`,
    columns,
    rows: numbers,
    sort: { column: route.state === "US" ? 0 : 1, down: false },
    empty: "No school fits what is chosen above.",
  });
  const csv = () => download(fileName(release, ctx.placeCode(), route.year, "schools"), schoolCsv(ctx, names, numbers, students));
  return [h("p", { class: "actions" }, h("button", { type: "button", class: "download", onclick: csv }, `Download ${numbers.length === 1 ? "this school" : `these ${number(numbers.length)} schools`} (CSV)`)), table];
}

export function schoolLink(ctx, school) {
  const district = ctx.schools.districtName(school.number);
  return [h("a", { href: ctx.to({ view: "school", year: ctx.answers.yearOf(school.number), id: school.id }) }, name(school.name)), district ? h("small", {}, name(district)) : null];
}

export function schoolCsv(ctx, names, numbers, students) {
  const { release, schools, answers, route } = ctx;
  const columns = [
    ["nces_school_id", (r) => r.id],
    ["school_name", (r) => r.name],
    ["city", (r) => r.city],
    ["state", (r) => r.state],
    ["district_name", (r) => schools.districtName(r.number)],
    ["school_year", (r) => answers.yearOf(r.number)],
    ["teaches_cs", (r) => answers.code(r.number)],
    ["answer_in_words", (r) => release.verdicts.get(answers.code(r.number)).words],
    ["in_access_report", (r) => (answers.inReport(r.number) ? "true" : "false")],
    [route.students in RACES ? `students_${route.students}` : "students_total", (r) => students(r.number)],
    ["release", () => release.about.version],
  ];
  return csvOf(columns, numbers.map((n) => names.school(n)));
}
