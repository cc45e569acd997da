// One school: its answer in word, color and shape, the year of the evidence, why, and what to do when it is wrong.

import { showCorrection } from "./correction.js";
import { h, name } from "./dom.js";
import { cell, readJson } from "./files.js";
import { icon } from "./icons.js";
import { makeMap } from "./map.js";
import { showText } from "./ready_text.js";
import { openAnswers, stateOf } from "./release.js";
import { askText, grade, KINDS, number } from "./words.js";

export async function school(ctx) {
  const names = await ctx.names;
  const at = names.find(ctx.route.id);
  if (at === null) return notHere(ctx);
  const { release, answers, route } = ctx;
  const state = stateOf(release, at);
  const one = names.school(at);
  const facts = await readJson(`data/states/${state.postal}.json`);
  const row = at - state.first;
  const listed = answers.listed(at);
  const code = listed ? answers.code(at) : null;
  const why = listed ? await whyOf(ctx, state.postal, row) : null;
  document.title = `${one.name}: does it teach computer science?`;
  if (listed) ctx.announce(`${one.name}: ${release.verdicts.get(code).words}.`);
  return h(
    "article",
    { class: "school", "data-school": one.id },
    h("h1", { tabindex: "-1" }, name(one.name)),
    h("p", { class: "place" }, placeOf(ctx, one, facts, row, at, state)),
    listed ? answerCard(ctx, code, why) : h("p", { class: "lead" }, `The directory of ${route.year} does not list this school.`),
    h("div", { class: "two" }, h("section", {}, why ? whyList(ctx, why) : null), h("section", {}, await aside(ctx, one, facts, row, at, state, code))),
  );
}

function notHere(ctx) {
  return h(
    "div",
    {},
    h("h1", { tabindex: "-1" }, "No such school"),
    h("p", {}, "This release has no school with the id ", name(ctx.route.id), ". An NCES id has 12 digits, or 8 characters for a private school; search by name above."),
  );
}

function placeOf(ctx, one, facts, row, at, state) {
  const street = cell(facts.street, row);
  const district = ctx.schools.district(at);
  const leaid = district === null ? null : ctx.schools.districts.leaid[district];
  const parts = [
    [street ? [name(street), ", "] : "", name(one.city), `, ${state.name} ${cell(facts.zip, row) ?? ""}`],
    leaid ? h("a", { href: ctx.to({ view: "district", id: leaid }) }, name(ctx.schools.districts.name[district])) : null,
    `NCES id ${one.id}`,
  ];
  return parts.filter(Boolean).map((part, n) => (n ? [" · ", part] : part));
}

function answerCard(ctx, code, why) {
  const { release, route } = ctx;
  const words = release.verdicts.get(code).words;
  const year = why.answer.evidence_year;
  return h(
    "section",
    { class: `verdict v-${code}`, "aria-label": "The answer", "data-code": code },
    icon(release, code, 56),
    h(
      "div",
      {},
      h("p", { class: "word" }, words.charAt(0).toUpperCase() + words.slice(1)),
      h("p", {}, `School year ${route.year}. `, year ? `Evidence of ${year}.` : "There is no evidence; no data is not No."),
      h("p", { class: "quiet" }, why.answer.excluded_reason ? `Not in the access report: ${why.answer.excluded_reason}.` : "Counted in the access report.", ` Grades: ${why.answer.grades}.`),
    ),
  );
}

// The list of `cleanup explain`: pieces of evidence in the order they are asked, and the rules that had nothing to say.
// Survey answers come without file and row, since a row is a person.
export async function whyOf(ctx, postal, row) {
  const told = await readJson(`data/why/${postal}-${ctx.route.year}.json`);
  const answer = Object.fromEntries(Object.keys(told.answer).map((key) => [key, cell(told.answer[key], row)]));
  const pieces = [];
  told.evidence.school.forEach((owner, n) => {
    if (owner !== row) return;
    const pointer = cell(told.evidence.pointer, n);
    pieces.push({
      position: told.evidence.position[n],
      is_used: told.evidence.is_used[n] === 1,
      rows: (pointer ? pointer.split(" | ") : []).filter((text) => text.includes("#")).map(splitPointer),
      ...Object.fromEntries(["label", "evidence_kind", "says", "why", "evidence_year", "source"].map((key) => [key, cell(told.evidence[key], n)])),
    });
  });
  const spoken = new Set(pieces.map((piece) => piece.label));
  const rules = ctx.release.about.policies[answer.policy]?.rules ?? [];
  rules.forEach(([label, kind], n) => {
    if (!spoken.has(label)) pieces.push({ position: n + 1, label, evidence_kind: kind, says: null, is_used: false, why: "Nothing found", rows: [], silent: true });
  });
  pieces.sort((a, b) => a.position - b.position || (a.label < b.label ? -1 : 1));
  return { answer, pieces };
}

function splitPointer(text) {
  const at = text.lastIndexOf("#");
  return { file: text.slice(0, at), row: Number(text.slice(at + 1)) };
}

function whyList(ctx, why) {
  const said = why.pieces.filter((piece) => !piece.silent);
  const silent = why.pieces.length - said.length;
  return [
    h("h2", {}, "Why"),
    said.length
      ? h("p", { class: "quiet" }, "In the order in which it is asked; the first that has an answer decides.")
      : h("p", {}, "No source speaks of this school."),
    h("ol", { class: "why" }, why.pieces.map((piece) => whyItem(ctx, piece))),
    silent ? h("p", { class: "quiet" }, `${silent} of ${why.pieces.length} rules found nothing.`) : null,
  ];
}

function whyItem(ctx, piece) {
  const says = piece.says ? ctx.release.verdicts.get(piece.says).words : null;
  return h(
    "li",
    { class: piece.is_used ? "used" : piece.silent ? "silent" : "", "data-label": piece.label, value: piece.position },
    h(
      "p",
      { class: "kind" },
      piece.says ? icon(ctx.release, piece.says) : null,
      h("strong", {}, KINDS[piece.evidence_kind] ?? piece.evidence_kind),
      piece.is_used ? h("span", { class: "badge" }, "decided the answer") : null,
      says && !piece.is_used ? h("span", { class: "quiet" }, `says: ${says}`) : null,
    ),
    h("p", { class: "sentence" }, name(piece.why)),
  );
}

async function aside(ctx, one, facts, row, at, state, code) {
  const outlines = await readJson("data/outlines.json");
  const map = makeMap(ctx.release, outlines, { label: `Map: where ${one.name} lies`, small: true, onSchool: (n) => ctx.openNumber(n) });
  const nearby = Array.from({ length: state.count }, (_, n) => state.first + n).filter((n) => ctx.answers.listed(n) && (n === at || ctx.answers.inReport(n)));
  const placed = ctx.schools.x[at] !== outlines.nowhere && code;
  if (placed) map.show({ schools: ctx.schools, numbers: nearby, answers: ctx.answers, state: state.postal, focus: at });
  return [
    placed ? map.element : h("p", { class: "quiet" }, "The directory gives no place on the map."),
    h("h2", {}, "By year"),
    await byYear(ctx, at),
    h("h2", {}, "The school"),
    factsOf(ctx, facts, row, at),
    h("h2", {}, "Do you know more?"),
    knowMore(ctx, one, code),
  ];
}

async function byYear(ctx, at) {
  const { release, route } = ctx;
  const years = await Promise.all(release.about.years.map((year) => openAnswers(release, year)));
  return h(
    "ul",
    { class: "years" },
    years.map((answers) => {
      const code = answers.code(at);
      const words = code ? release.verdicts.get(code).words : "not in the directory";
      const link = h("a", { href: ctx.to({ year: answers.year }), "aria-current": answers.year === route.year ? "page" : null }, answers.year);
      return h("li", {}, link, code ? icon(release, code) : null, h("span", {}, words));
    }),
  );
}

function factsOf(ctx, facts, row, at) {
  const told = {
    Students: number(ctx.schools.students(at)),
    Grades: [cell(facts.grade_low, row), cell(facts.grade_high, row)].map((g) => (g ? grade(g) : "?")).join(" to "),
    Kind: [cell(facts.sector, row), cell(facts.school_type, row)?.replace("_", " ")].filter(Boolean).join(", "),
    Locale: cell(facts.locale_group, row) ?? "not reported",
    County: cell(facts.county, row) ?? "not reported",
    "Free or reduced-price lunch": facts.frl_percent[row] === null ? "not reported" : `${Math.round(facts.frl_percent[row])}% of students`,
    "Title I": cell(facts.title_i, row) ?? "not reported",
  };
  return h("dl", {}, Object.entries(told).map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, name(text)))));
}

function knowMore(ctx, one, code) {
  const { release, route } = ctx;
  const words = code ? release.verdicts.get(code).words : "not listed";
  const wrong = () => showCorrection(release, one, route.year, words);
  const ask = () => showText("Ask the school", "Send it to the school's office, a counselor or a teacher you know. Nothing is sent from this page.", askText(release, one, route.year));
  return h(
    "p",
    { class: "actions" },
    h("a", { class: "button primary", href: release.about.survey_address, rel: "noreferrer", target: "_blank" }, "Take the survey"),
    h("button", { type: "button", onclick: wrong }, "Something wrong?"),
    h("button", { type: "button", onclick: ask }, "Ask the school"),
  );
}
