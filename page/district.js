// The district brief: one printable page for people who make the case for computer science to a superintendent.

import { changesBetween } from "./changed.js";
import { h, name } from "./dom.js";
import { figureCard } from "./figure.js";
import { cell, readJson } from "./files.js";
import { answer } from "./icons.js";
import { showText } from "./ready_text.js";
import { chooseSchools, countCodes, openAnswers } from "./release.js";
import { makeTable } from "./table.js";
import { askText, number, percent, plural, RACES } from "./words.js";

const OFFERS = new Set(["Y", "HY"]);
const SILENT = new Set(["U", "E"]);

export async function district(ctx) {
  const { release, schools, answers, route } = ctx;
  const districts = schools.districts;
  const at = districts.leaid.indexOf(route.id);
  if (at < 0) return h("div", {}, h("h1", { tabindex: "-1" }, "No such district"), h("p", {}, "This release has no district with the id ", name(route.id), ". A district's id (LEAID) has seven digits; search by name above."));
  const state = cell(districts.state, at);
  if (!release.states.has(state)) return h("div", {}, h("h1", { tabindex: "-1" }, name(districts.name[at])), h("p", {}, `This file holds the schools of ${release.about.places[release.about.only_state]} only.`));
  const names = await ctx.names;
  const facts = await readJson(`data/states/${state}.json`);
  const place = { state, district: route.id };
  const own = chooseSchools(release, schools, answers, { ...place, all: false });
  const others = chooseSchools(release, schools, answers, { ...place, all: true }).filter((n) => !answers.inReport(n));
  const counts = countCodes(release, answers, own);
  document.title = `${districts.name[at]}: computer science in its schools`;
  ctx.announce(`District brief of ${districts.name[at]}.`);
  return h(
    "article",
    { class: "brief" },
    h("p", { class: "kicker" }, `District brief · ${route.year} · release ${release.about.version}`),
    h("h1", { tabindex: "-1" }, name(districts.name[at])),
    h("p", { class: "place" }, `${release.about.places[state]} · ${cell(districts.locale_group, at) ?? "locale not reported"} · district id ${route.id}`),
    h("p", { class: "actions no-print" }, h("button", { type: "button", class: "primary", onclick: () => window.print() }, "Print this page"), h("a", { class: "button", href: ctx.to({ view: "teaches", ...place, id: null }) }, "See its schools on the map")),
    own.length ? figureCard(release, counts, { of: "high schools of the district" }) : h("p", { class: "lead" }, "No high school of this district is in the access report of this year."),
    h("h2", {}, "Its schools"),
    schoolTable(ctx, names, own, "High schools"),
    others.length ? h("details", {}, h("summary", {}, plural(others.length, "other school")), schoolTable(ctx, names, others, "Other schools")) : null,
    own.length ? [studentsByGroup(ctx, facts, state, own), beside(ctx, at, state)] : null,
    await whatChanged(ctx, names, own),
    unknown(ctx, names, own),
  );
}

function schoolTable(ctx, names, numbers, caption) {
  const school = (n) => names.school(n);
  const counted = numbers.some((n) => ctx.schools.students(n) !== null);
  return makeTable({
    caption: `${caption}, ${ctx.route.year}`,
    rows: numbers,
    page: 200,
    sort: { column: 1, down: false },
    empty: "None.",
    columns: [
      { title: "Answer", show: (n) => answer(ctx.release, ctx.answers.code(n)), key: (n) => ctx.release.codes.indexOf(ctx.answers.code(n)) },
      { title: "School", show: (n) => h("a", { href: ctx.to({ view: "school", id: school(n).id }) }, name(school(n).name)), key: (n) => school(n).name },
      { title: "City", show: (n) => name(school(n).city), key: (n) => school(n).city },
      counted && { title: "Students", numeric: true, show: (n) => number(ctx.schools.students(n)), key: (n) => ctx.schools.students(n) },
    ].filter(Boolean),
  });
}

// Students of each group: in schools that offer, that do not, and without data; null when no school reports the group.
export function groupCounts(ctx, facts, first, numbers) {
  const wanted = new Map(numbers.map((n) => [n - first, ctx.answers.code(n)]));
  const empty = () => ({ offered: 0, not: 0, unknown: 0 });
  const groups = Object.fromEntries(Object.keys(RACES).map((race) => [race, empty()]));
  facts.races.school.forEach((row, n) => {
    const code = wanted.get(row);
    if (!code) return;
    const part = OFFERS.has(code) ? "offered" : SILENT.has(code) ? "unknown" : "not";
    for (const race of Object.keys(RACES)) groups[race][part] += facts.races[race][n] ?? 0;
  });
  const lunch = empty();
  const every = empty();
  for (const [row, code] of wanted) {
    const part = OFFERS.has(code) ? "offered" : SILENT.has(code) ? "unknown" : "not";
    const students = ctx.schools.students(first + row);
    every[part] += students ?? 0;
    if (facts.frl_percent[row] !== null && students !== null) lunch[part] += Math.round((students * facts.frl_percent[row]) / 100);
  }
  return { every, groups, lunch };
}

function studentsByGroup(ctx, facts, state, own) {
  const first = ctx.release.states.get(state).first;
  const here = groupCounts(ctx, facts, first, own);
  const all = groupCounts(ctx, facts, first, chooseSchools(ctx.release, ctx.schools, ctx.answers, { state, district: null, all: false }));
  const total = (g) => g.offered + g.not + g.unknown;
  const rows = [
    ["All students", here.every, all.every],
    ...Object.entries(RACES).map(([race, words]) => [words, here.groups[race], all.groups[race]]),
    ["Eligible for free or reduced-price lunch", here.lunch, all.lunch],
  ].filter(([, mine]) => total(mine) > 0);
  if (!rows.length) return [h("h2", {}, "Students without access"), h("p", {}, "The directory of this release does not report students of these schools, so that access by group cannot be said.")];
  const share = (g) => percent(g.not, g.offered + g.not);
  return [
    h("h2", {}, "Students without access, by group"),
    h("p", { class: "quiet" }, "Students enrolled in high schools that do not offer computer science, of those in schools with an answer; schools that do not report a group are not in its figures. Enrollment is not participation."),
    makeTable({
      caption: "Students without access",
      rows,
      columns: [
        { title: "Students", show: ([words]) => words },
        { title: "Without access", numeric: true, show: ([, g]) => number(g.not) },
        { title: "Share", numeric: true, show: ([, g]) => share(g) },
        { title: "In the state", numeric: true, show: ([, , g]) => share(g) },
        { title: "In schools without data", numeric: true, show: ([, g]) => number(g.unknown) },
      ],
    }),
  ];
}

function beside(ctx, at, state) {
  const { release, schools, route } = ctx;
  const districts = schools.districts;
  const figures = districts.years[route.year] ?? Object.values(districts.years).at(-1);
  const own = countCodes(release, ctx.answers, chooseSchools(release, schools, ctx.answers, { state, district: null, all: false }));
  const rowOf = (n) => ({
    at: n,
    name: districts.name[n],
    state: cell(districts.state, n),
    frl: districts.frl_percent[n],
    ...Object.fromEntries(Object.keys(figures).map((key) => [key, figures[key][n]])),
  });
  const similar = districts.similar[at].map(rowOf);
  const offering = own.Y + own.HY;
  const answered = offering + own.N + own.HN + own.M + own.HM;
  const rows = [{ ...rowOf(at), own: true }, { name: release.about.places[state], place: true, schools: answered + own.U, offering, answered, ...studentsOf(ctx, state), frl: null }, ...similar];
  const link = (row) => {
    const words = [name(row.name), row.place || row.own ? "" : `, ${row.state}`];
    if (row.own) return h("strong", {}, words);
    if (row.place) return ["All of ", words];
    return release.states.has(row.state) ? h("a", { href: ctx.to({ view: "district", id: districts.leaid[row.at] }) }, words) : words;
  };
  const told = rows.some((row) => row.students);
  return [
    h("h2", {}, similar.length ? `Beside the state and ${plural(similar.length, "similar district")}` : "Beside the state"),
    h("p", { class: "quiet" }, "Similar: the same kind of locale, then the nearest by number of high school students (schools, where students are not reported) and by the share eligible for free or reduced-price lunch."),
    makeTable({
      caption: `High schools that offer computer science, ${route.year}`,
      rows,
      columns: [
        { title: "District", show: link },
        { title: "Offering", numeric: true, show: (r) => percent(r.offering, r.answered) },
        { title: "Schools with an answer", numeric: true, show: (r) => `${number(r.answered)} of ${number(r.schools)}` },
        told && { title: "Students with access", numeric: true, show: (r) => percent(r.students_offering, r.students_answered) },
        told && { title: "Students in high schools", numeric: true, show: (r) => number(r.students) },
        rows.some((r) => r.frl !== null && r.frl !== undefined) && { title: "Lunch", numeric: true, show: (r) => (r.frl === null || r.frl === undefined ? "–" : `${Math.round(r.frl)}%`) },
      ].filter(Boolean),
    }),
  ];
}

function studentsOf(ctx, state) {
  const sums = { students: 0, students_offering: 0, students_answered: 0 };
  for (const n of chooseSchools(ctx.release, ctx.schools, ctx.answers, { state, district: null, all: false })) {
    const students = ctx.schools.students(n) ?? 0;
    const code = ctx.answers.code(n);
    sums.students += students;
    if (OFFERS.has(code)) sums.students_offering += students;
    if (!SILENT.has(code)) sums.students_answered += students;
  }
  return { ...sums, students: sums.students || null };
}

async function whatChanged(ctx, names, own) {
  const years = ctx.release.about.years;
  const at = years.indexOf(ctx.route.year);
  if (at < 1 || !own.length) return null;
  const before = await openAnswers(ctx.release, years[at - 1]);
  const rows = changesBetween(ctx, before, ctx.answers, own);
  return [
    h("h2", {}, `What changed since ${before.year}`),
    rows.length
      ? h("ul", { class: "changes" }, rows.map((r) => h("li", {}, name(names.school(r.n).name), ": ", answer(ctx.release, r.was), " → ", answer(ctx.release, r.now))))
      : h("p", {}, "No high school's answer changed."),
  ];
}

function unknown(ctx, names, own) {
  const rows = own.filter((n) => ctx.answers.code(n) === "U");
  if (!own.length) return null;
  const ask = (n) => showText("A text ready to send", "Nothing is sent from this page.", askText(ctx.release, names.school(n), ctx.route.year));
  return [
    h("h2", {}, "What is not known"),
    rows.length
      ? h("ul", { class: "changes" }, rows.map((n) => h("li", {}, name(names.school(n).name), " has no data. ", h("button", { type: "button", class: "no-print", "aria-label": `Text to send to ${names.school(n).name}`, onclick: () => ask(n) }, "Text to send"))))
      : h("p", {}, "Every high school of the district has an answer."),
    h("p", { class: "quiet" }, "No data is not No: a school without data is in no percentage."),
  ];
}
