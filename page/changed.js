// How has it changed? The figure by year with the range that unknown schools allow, and the schools whose answer changed.

import { h, name, replace, svg } from "./dom.js";
import { csvOf, download, fileName } from "./download.js";
import { answer } from "./icons.js";
import { chooseSchools, countCodes, openAnswers } from "./release.js";
import { makeTable } from "./table.js";
import { schoolLink } from "./teaches.js";
import { notInReport, number, percent, plural, rangeOf } from "./words.js";

const WIDE = 640;
const HIGH = 240;

export async function changed(ctx) {
  const { release, schools, route } = ctx;
  const heading = h("h1", { tabindex: "-1" }, `How has it changed in ${ctx.placeName()}?`);
  if (route.outside) return h("div", {}, heading, h("p", { class: "lead" }, notInReport(ctx.placeName())));
  const years = await Promise.all(release.about.years.map((year) => openAnswers(release, year)));
  const figures = years.map((answers) => {
    const numbers = chooseSchools(release, schools, answers, { ...route, all: false });
    return { year: answers.year, ...rangeOf(countCodes(release, answers, numbers)) };
  });
  const at = years.findIndex((answers) => answers.year === route.year);
  const list = h("div", {});
  if (at > 0) ctx.names.then((names) => replace(list, changes(ctx, names, years[at - 1], years[at])));
  return h(
    "div",
    {},
    heading,
    h("p", { class: "lead" }, "The share of high schools with an answer that offer computer science. The line is how far the schools without data could move it."),
    chart(figures),
    makeTable({ caption: "The same figures as a table", columns: columnsOf(ctx), rows: figures }),
    at > 0 ? list : h("p", { class: "quiet" }, `There is no year before ${route.year} in this release to compare with.`),
  );
}

function columnsOf(ctx) {
  const share = (f) => (f.answered ? f.offering / f.answered : null);
  return [
    { title: "School year", show: (f) => h("a", { href: ctx.to({ year: f.year, view: "teaches" }) }, f.year), key: (f) => f.year },
    { title: "Offering", numeric: true, show: (f) => percent(f.offering, f.answered), key: share },
    { title: "Lowest possible", numeric: true, show: (f) => percent(f.offering, f.total), key: (f) => f.offering / f.total },
    { title: "Highest possible", numeric: true, show: (f) => percent(f.offering + f.unknown, f.total), key: (f) => (f.offering + f.unknown) / f.total },
    { title: "Schools that offer", numeric: true, show: (f) => number(f.offering), key: (f) => f.offering },
    { title: "With an answer", numeric: true, show: (f) => number(f.answered), key: (f) => f.answered },
    { title: "No data", numeric: true, show: (f) => number(f.unknown), key: (f) => f.unknown },
  ];
}

export function chart(figures) {
  const left = 44;
  const y = (share) => 16 + (HIGH - 48) * (1 - share);
  const x = (n) => left + ((n + 0.5) * (WIDE - left)) / figures.length;
  const lines = [0, 0.25, 0.5, 0.75, 1].map((share) => [
    svg("line", { class: "grid", x1: left, x2: WIDE, y1: y(share), y2: y(share) }),
    svg("text", { x: left - 8, y: y(share) + 4, "text-anchor": "end" }, `${share * 100}%`),
  ]);
  const marks = figures.map((f, n) => [
    svg("text", { x: x(n), y: HIGH - 8, "text-anchor": "middle" }, f.year),
    f.total ? svg("line", { class: "range", x1: x(n), x2: x(n), y1: y(f.offering / f.total), y2: y((f.offering + f.unknown) / f.total) }) : null,
    f.answered ? svg("circle", { class: "dot", cx: x(n), cy: y(f.offering / f.answered), r: 7 }) : null,
    f.answered ? svg("text", { class: "value", x: x(n) + 14, y: y(f.offering / f.answered) + 5 }, percent(f.offering, f.answered)) : null,
  ]);
  const told = figures.map((f) => `${f.year}: ${percent(f.offering, f.answered)}`).join("; ");
  return h("figure", { class: "chart" }, svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": `Share offering computer science. ${told}` }, lines, marks));
}

// Schools that both years list in the report and whose answer differs.
export function changesBetween(ctx, before, after, numbers) {
  const { route } = ctx;
  const own = numbers ?? chooseSchools(ctx.release, ctx.schools, after, { ...route, all: false });
  return own.filter((n) => before.inReport(n) && before.code(n) !== after.code(n)).map((n) => ({ n, was: before.code(n), now: after.code(n) }));
}

const GROUPS = [
  ["started", "offer it now and did not before", (r) => offers(r.now) && refuses(r.was)],
  ["stopped", "offered it before and do not now", (r) => offers(r.was) && refuses(r.now)],
  ["unclear", "have sources that disagree, now or before", (r) => r.was !== "U" && r.now !== "U" && (unclear(r.was) || unclear(r.now))],
  ["found", "have an answer now and had none", (r) => r.was === "U" && r.now !== "U"],
  ["lost", "had an answer and have none now", (r) => r.now === "U"],
];

function offers(code) {
  return code === "Y" || code === "HY";
}

function refuses(code) {
  return code === "N" || code === "HN";
}

function unclear(code) {
  return code === "M" || code === "HM";
}

// Schools with a yes or a no in both years: the change of the access report is one of these alone.
function countKnown({ release, schools, route }, before, after) {
  const known = (code) => offers(code) || refuses(code);
  return chooseSchools(release, schools, after, { ...route, all: false }).filter((n) => before.inReport(n) && known(before.code(n)) && known(after.code(n))).length;
}

function changes(ctx, names, before, after) {
  const rows = changesBetween(ctx, before, after);
  ctx.announce(`${plural(rows.length, "school")} changed.`);
  const school = (r) => names.school(r.n);
  const columns = [
    { title: "School", show: (r) => schoolLink(ctx, school(r)), key: (r) => school(r).name },
    { title: "City", show: (r) => [name(school(r).city), ctx.route.state === "US" ? `, ${school(r).state}` : ""], key: (r) => school(r).city },
    { title: before.year, show: (r) => answer(ctx.release, r.was), key: (r) => ctx.release.codes.indexOf(r.was) },
    { title: after.year, show: (r) => answer(ctx.release, r.now), key: (r) => ctx.release.codes.indexOf(r.now) },
  ];
  const csv = () => {
    const told = [["nces_school_id", (r) => school(r).id], ["school_name", (r) => school(r).name], ["city", (r) => school(r).city], ["state", (r) => school(r).state], [before.year, (r) => r.was], [after.year, (r) => r.now], ["release", () => ctx.release.about.version]];
    download(fileName(ctx.release, ctx.placeCode(), before.year, after.year, "changes"), csvOf(told, rows));
  };
  return [
    h("h2", {}, `What changed from ${before.year} to ${after.year}`),
    h("ul", { class: "facts" }, GROUPS.map(([id, words, fits]) => h("li", { "data-change": id }, h("strong", {}, number(rows.filter(fits).length)), ` ${words}`))),
    h("p", { class: "quiet" }, h("span", { id: "known" }, plural(countKnown(ctx, before, after), "high school has", "high schools have")), " a yes or a no in both years."),
    rows.length ? h("p", { class: "actions" }, h("button", { type: "button", class: "download", onclick: csv }, "Download these changes (CSV)")) : null,
    makeTable({ caption: `High schools whose answer changed, ${before.year} to ${after.year}`, columns, rows, empty: "No school's answer changed." }),
  ];
}
