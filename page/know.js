// How do we know? What each source sent, how much is known, the order in which evidence is asked, and the limits.

import { h } from "./dom.js";
import { readJson, rowsOf } from "./files.js";
import { summaryOf } from "./release.js";
import { makeTable } from "./table.js";
import { KINDS, number, plural } from "./words.js";

const STATUS = { reported: "●", "not reported": "○", refused: "✕", held: "◐" };

export async function know(ctx) {
  const { release, route } = ctx;
  const rows = rowsOf(await readJson("data/sources.json")).filter((row) => row.school_year === route.year);
  const about = (row) => release.about.sources[row.source] ?? { title: row.source, state: "" };
  const ofStates = rows.filter((row) => about(row).state);
  const shown = route.state === "US" ? rows : rows.filter((row) => !about(row).state || about(row).state === route.state);
  const sent = shown.filter((row) => row.report_status !== "not reported");
  const silent = shown.filter((row) => row.report_status === "not reported");
  const reported = ofStates.filter((row) => row.report_status === "reported").length;
  return h(
    "div",
    { class: "prose" },
    h("h1", { tabindex: "-1" }, `How do we know about ${ctx.placeName()}?`),
    coverage(ctx),
    route.state === "US" ? coverageByState(ctx) : null,
    h("h2", {}, "What was received"),
    h("p", {}, `For ${route.year} ${plural(reported, "state")} of ${number(ofStates.length)} sent a course file. Rows that could not be read or had no school were set aside with a reason; none was dropped unseen.`),
    makeTable({ caption: `Sources, ${route.year}`, columns: columnsOf(about), rows: sent.length ? sent : shown, sort: { column: 1, down: true }, page: 80 }),
    sent.length && silent.length ? nothingFrom(silent, about, route.year) : null,
    h("h2", {}, "How an answer is found"),
    method(ctx),
    h("h2", {}, "What these figures cannot say"),
    h("ul", {}, release.about.limits.map((limit) => h("li", {}, limit))),
    release.about.only_state ? null : filesBeside(release.about),
  );
}

function coverage(ctx) {
  const row = summaryOf(ctx.release, ctx.route.state, ctx.route.year);
  if (!row || row.percent_known === null) {
    return h("p", { class: "lead" }, `${ctx.placeName()} is not part of the access report; its schools have answers, but no percentage is made of them.`);
  }
  return h(
    "p",
    { class: "lead" },
    h("strong", {}, `${Math.round(row.percent_known)}%`),
    ` of the ${number(row.schools_total)} high schools have an answer; ${number(row.schools_unknown)} have no data, and ${number(row.schools_excluded)} are left out for a reason (closed, no high school grades, decided by a person).`,
  );
}

function nothingFrom(silent, about, year) {
  const titles = silent.map((row) => about(row).title.replace(/, computer science courses$/, "")).sort();
  return h("details", {}, h("summary", {}, `Nothing was received for ${year} from ${plural(silent.length, "source")}`), h("p", { class: "names" }, titles.join(" · ")));
}

function coverageByState(ctx) {
  const { release, route } = ctx;
  const rows = release.about.states.map((state) => ({ state, ...summaryOf(release, state.postal, route.year) })).filter((row) => row.schools_total);
  const share = (value) => (value === null ? "no figure" : `${Math.round(value)}%`);
  return h(
    "details",
    {},
    h("summary", {}, "How much is known in each state"),
    makeTable({
      caption: `High schools by state, ${route.year}`,
      rows,
      page: 60,
      sort: { column: 0, down: false },
      columns: [
        { title: "State", show: (row) => h("a", { href: ctx.to({ state: row.state.postal, view: "teaches" }) }, row.state.name), key: (row) => row.state.name },
        { title: "With an answer", numeric: true, show: (row) => share(row.percent_known), key: (row) => row.percent_known },
        { title: "Offering", numeric: true, show: (row) => share(row.percent_offering), key: (row) => row.percent_offering },
        { title: "High schools", numeric: true, show: (row) => number(row.schools_total), key: (row) => row.schools_total },
        { title: "No data", numeric: true, show: (row) => number(row.schools_unknown), key: (row) => row.schools_unknown },
      ],
    }),
  );
}

function columnsOf(about) {
  return [
    { title: "Source", show: (row) => about(row).title, key: (row) => about(row).title },
    { title: "Status", show: (row) => h("span", { class: `status ${row.report_status.replace(" ", "-")}` }, h("span", { "aria-hidden": "true" }, STATUS[row.report_status]), ` ${row.report_status}`), key: (row) => ["not reported", "held", "refused", "reported"].indexOf(row.report_status) },
    { title: "Rows received", numeric: true, show: (row) => number(row.rows_in), key: (row) => row.rows_in },
    { title: "Used", numeric: true, show: (row) => number(row.rows_kept), key: (row) => row.rows_kept },
    { title: "Rejected", numeric: true, show: (row) => number(row.rows_rejected), key: (row) => row.rows_rejected },
    { title: "In words", show: (row) => row.reason ?? "" },
  ];
}

function method(ctx) {
  return Object.values(ctx.release.about.policies).map((policy) => [
    h("p", {}, `${policy.title}: every source is asked in this order, and the first that has an answer decides. All of them are shown on each school's page.`),
    h("ol", {}, policy.rules.map(([label, kind]) => h("li", {}, KINDS[kind] ?? kind, " ", h("code", {}, label)))),
  ]);
}

const BESIDE = { "report/report.html": "The access report, with charts", "diff/diff.html": "What changed since the release before" };

function filesBeside(about) {
  const link = (path, words) => h("li", {}, h("a", { href: `../${path}` }, words));
  return [
    h("h2", {}, "All of it, to work with"),
    h(
      "ul",
      {},
      about.beside.map((path) => link(path, BESIDE[path])),
      about.guide ? link(`page/${about.guide}`, "How to use the data, and what it can and cannot say") : null,
      link("excel/cs_access.xlsx", "An Excel workbook"),
      link("csv/school_cs_access.csv", "Every school and year (CSV)"),
      link("csv/evidence.csv", "All evidence (CSV)"),
      link("csv/state_summary.csv", "Figures by state (CSV)"),
      link("csv/courses_that_count.csv", "Courses that count (CSV)"),
      link("geojson/us.geojson", "Every school with its place (GeoJSON)"),
      link("cs_access.duckdb", "Everything as a DuckDB file, with views named after questions"),
      link("dictionary.html", "What every column means"),
    ),
  ];
}
