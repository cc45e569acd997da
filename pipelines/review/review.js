"use strict";
// Shows the cases of one school year and keeps what is answered until it is downloaded. Every text is set as text.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const ROW = 76;
const cases = data.cases.map((values) => Object.fromEntries(data.columns.map((name, i) => [name, values[i]])));
const haystack = cases.map((c) => [c.question, c.subject, c.school_name, c.city, c.candidates, c.file, c.case_id].filter(Boolean).join(" ").toLowerCase());
const store = `cs-access review ${data.run_id} ${data.reviewer_partner ?? ""}`;
let answers = restore();
let shown = [];
let at = 0;

function restore() {
  try { return JSON.parse(localStorage.getItem(store)) || {}; } catch { return {}; }
}
function keep() {
  try { localStorage.setItem(store, JSON.stringify(answers)); $("saved").textContent = "kept in this browser"; } catch { $("saved").textContent = "not kept: download before you close"; }
}
function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
function fill(id, values, label = (v) => v) {
  for (const value of [...new Set(values.filter(Boolean))].sort()) $(id).append(element("option", label(value), { value }));
}
const partnerName = (id) => data.partners[id] || id;
const kindName = (kind) => data.kinds[kind] || kind.replaceAll("_", " ");
const isAnswered = (c) => Boolean(answers[c.case_id] && answers[c.case_id].answer);

function choose() {
  const [kind, state, partner, answered] = ["kind", "state", "partner", "answered"].map((id) => $(id).value);
  const words = $("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const before = shown[at];
  shown = [];
  cases.forEach((c, i) => {
    if (kind && c.case_kind !== kind) return;
    if (state && c.state !== state) return;
    if (partner && c.partner_id !== partner) return;
    if (answered && isAnswered(c) !== (answered === "yes")) return;
    if (words.every((word) => haystack[i].includes(word))) shown.push(i);
  });
  at = Math.max(0, shown.indexOf(before));
  $("rows").style.height = `${shown.length * ROW}px`;
  $("list").scrollTop = Math.max(0, at * ROW - ROW);
  draw();
  showCase();
}
function draw() {
  const first = Math.max(0, Math.floor($("list").scrollTop / ROW) - 4);
  const last = Math.min(shown.length, first + Math.ceil($("list").clientHeight / ROW) + 9);
  const rows = [];
  for (let i = first; i < last; i++) {
    const c = cases[shown[i]];
    const row = element("div", null, { class: "row", role: "option", id: `row${i}`, "aria-selected": String(i === at), "aria-setsize": shown.length, "aria-posinset": i + 1 });
    row.style.top = `${i * ROW}px`;
    row.append(element("b", c.school_name || c.subject || c.source));
    row.append(element("span", [kindName(c.case_kind), c.state, c.city, effectShort(c)].filter(Boolean).join(" · ")));
    if (isAnswered(c)) row.append(element("span", `✓ ${answers[c.case_id].answer}`, { class: "done" }));
    else if (c.openness && c.openness !== "plain_question") row.append(element("span", kindName(c.openness)));
    row.addEventListener("click", () => go(i));
    rows.push(row);
  }
  $("rows").replaceChildren(...rows);
  $("list").setAttribute("aria-activedescendant", shown.length ? `row${at}` : "");
  const done = cases.filter(isAnswered).length;
  $("count").textContent = `${shown.length.toLocaleString("en-US")} of ${cases.length.toLocaleString("en-US")} cases, ${done.toLocaleString("en-US")} answered here`;
}
function effectShort(c) {
  if (c.published_effect) return `${c.published_effect} published ${c.published_effect === 1 ? "answer" : "answers"}`;
  return c.records === 1 ? "1 record" : `${c.records} records`;
}
function go(i) {
  at = Math.max(0, Math.min(shown.length - 1, i));
  const top = at * ROW, list = $("list");
  if (top < list.scrollTop) list.scrollTop = top;
  if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  draw();
  showCase();
}
function facts(pairs) {
  const list = element("dl");
  for (const [name, value] of pairs) if (value !== null && value !== undefined && value !== "") list.append(element("dt", name), element("dd", String(value)));
  return list;
}
const fold = (text) => String(text ?? "").toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "");

function sideBySide(c) {
  const ids = data.candidates[c.case_id] || [];
  if (!ids.length) return null;
  const wrap = element("div", null, { class: "wide", tabindex: "0", role: "region", "aria-label": "Schools in question, side by side" });
  const table = element("table");
  table.append(element("caption", "Schools in question. = agrees with what was written, ≠ differs."));
  const head = element("tr");
  head.append(element("td", ""), element("th", "as written", { scope: "col" }));
  ids.forEach((entry, i) => head.append(element("th", `${i + 1}`, { scope: "col" })));
  const thead = element("thead");
  thead.append(head);
  const body = element("tbody");
  for (const [field, label] of data.fields) {
    const own = c[`${field}_given`] ?? c[field];
    if (!own && !ids.some((entry) => (data.schools[entry[0]] || {})[field])) continue;
    const line = element("tr");
    line.append(element("th", label, { scope: "row" }), element("td", own ?? "—"));
    for (const [id] of ids) {
      const value = field === "nces_school_id" ? id : (data.schools[id] || {})[field];
      const cell = element("td", value ?? "—");
      if (own && value) {
        const same = fold(own) === fold(value);
        cell.className = same ? "same" : "differs";
        // A sign beside the color, and a word for those who hear the page.
        cell.append(element("span", same ? " =" : " ≠", { "aria-label": same ? "agrees" : "differs", role: "img" }));
      }
      line.append(cell);
    }
    body.append(line);
  }
  if (ids.some((entry) => entry[1])) {
    const line = element("tr");
    line.append(element("th", "why", { scope: "row" }), element("td", "—"));
    for (const [, why] of ids) line.append(element("td", why || "—"));
    body.append(line);
  }
  table.append(thead, body);
  wrap.append(table);
  return wrap;
}
function choicesOf(c) {
  return c.choices.split("|").map((label) => ({ answer: label.match(/^[0-9A-Z]{2}\d{6,10}(?= )/)?.[0] ?? label, label }));
}
function showCase() {
  const box = $("case");
  box.replaceChildren();
  const c = cases[shown[at]];
  if (!c) { box.append(element("p", "No case fits these filters.")); return; }
  const mine = answers[c.case_id] || {};
  box.append(element("h2", c.question));
  if (c.asked_before || c.evidence_then) {
    const again = element("div", null, { class: "again" });
    again.append(element("p", "This was answered before, and what the answer rested on has changed."));
    again.append(facts([["then", c.evidence_then], ["now", c.evidence]]));
    box.append(again);
  }
  box.append(facts([["Without an answer", c.system_answer], ["An answer changes", c.effect], ["How open it is", data.openness[c.openness]], ["What speaks in it", c.evidence], ["Schools", c.schools_affected], ["Students", c.students_affected],
    ["Who answers", c.who_can_answer === "partner" && c.partner_id ? partnerName(c.partner_id) : "the stewards"], ["Partner of the school", c.who_can_answer === "partner" ? null : partnerName(c.partner_id)], ["File", c.file && c.row ? `${c.file}, row ${c.row}` : c.file]]));
  const table = sideBySide(c);
  if (table) box.append(table);
  const form = element("fieldset");
  form.append(element("legend", "Your answer"));
  choicesOf(c).forEach((choice, i) => {
    const label = element("label", null, { class: "choice" });
    const radio = element("input", null, { type: "radio", name: "answer", value: choice.answer });
    radio.checked = mine.answer === choice.answer;
    radio.addEventListener("change", () => set(c, { answer: choice.answer }));
    label.append(radio, element("kbd", String(i + 1)), element("span", choice.label));
    form.append(label);
  });
  const none = element("label", null, { class: "choice" });
  const radio = element("input", null, { type: "radio", name: "answer", value: "" });
  radio.checked = !mine.answer;
  radio.addEventListener("change", () => set(c, { answer: "" }));
  none.append(radio, element("kbd", "0"), element("span", "no answer now"));
  form.append(none);
  for (const [field, label, tag] of [["value", "NCES id, when you chose another school", "input"], ["reason", "Why (needed with an answer; names of people do not belong here)", "textarea"]]) {
    if (field === "value" && !data.asks_school[c.case_kind]?.length) continue;
    const wrap = element("label", label);
    const input = element(tag, undefined, { id: `case-${field}`, maxlength: field === "reason" ? 500 : 12, rows: 2 });
    input.value = mine[field] || "";
    input.addEventListener("input", () => set(c, { [field]: input.value }, false));
    wrap.append(input);
    form.append(wrap);
  }
  box.append(form, element("p", `Case ${c.case_id}`, { class: "small" }));
}
function set(c, change, redraw = true) {
  // The time of the answer, not of the download: downloaded twice, the same answers are the same decisions.
  answers[c.case_id] = { ...answers[c.case_id], ...change, at: new Date().toISOString().slice(0, 19) + "Z" };
  if (!answers[c.case_id].answer && !answers[c.case_id].reason && !answers[c.case_id].value) delete answers[c.case_id];
  keep();
  if (redraw) draw();
}
// An apostrophe before a cell that a spreadsheet would run as a formula keeps it a text.
const cell = (text) => `"${String(text ?? "").replace(/^([=+\-@\t\r])/, "'$1").replace(/"/g, '""')}"`;

function answersFile() {
  const who = $("who").value.trim();
  const given = cases.filter(isAnswered);
  const lines = given.map((c) => {
    const mine = answers[c.case_id];
    const told = { ...c, ...mine, run_id: data.run_id, school_year: data.school_year, decided_by: who, decided_at: mine.at, reviewer_partner: data.reviewer_partner };
    return data.answer_columns.map((name) => cell(told[name])).join(",");
  });
  return [data.answer_columns.map(cell).join(","), ...lines].join("\r\n") + "\r\n";
}
// To the case that something is missing from, whatever the filters show.
function send(c, sentence, field) {
  $("saved").textContent = sentence;
  ["kind", "state", "partner", "answered", "words"].forEach((id) => { $(id).value = ""; });
  choose();
  go(shown.indexOf(cases.indexOf(c)));
  $(field).focus();
}
function download() {
  const given = cases.filter(isAnswered);
  if (!given.length) { $("saved").textContent = "There is no answer yet."; return; }
  if (!$("who").value.trim()) { $("saved").textContent = "Please write your name first."; $("who").focus(); return; }
  const bare = given.find((c) => !(answers[c.case_id].reason || "").trim());
  if (bare) return send(bare, "An answer needs its reason: please say why.", "case-reason");
  const nameless = given.find((c) => data.asks_school[c.case_kind]?.includes(answers[c.case_id].answer) && !/^(\d{11,12}|[0-9A-Z]{2}\d{6})$/i.test((answers[c.case_id].value || "").trim()));
  if (nameless) return send(nameless, "Another school needs its NCES id: 12 digits, or 8 characters for a private school.", "case-value");
  const link = element("a", "", { download: `answers_${data.school_year}_${data.run_id}.csv`, href: URL.createObjectURL(new Blob(["\ufeff", answersFile()], { type: "text/csv" })) });
  link.click();
  URL.revokeObjectURL(link.href);
  $("saved").textContent = `${given.length} answers downloaded`;
}
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) && document.activeElement.type !== "radio";
  if (event.key === "Escape" && typing) { $("list").focus(); return; }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const page = Math.max(1, Math.floor($("list").clientHeight / ROW) - 1);
  const inList = document.activeElement === $("list");
  const moves = { j: 1, k: -1, ...(inList ? { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -at, End: shown.length } : {}) };
  if (event.key in moves) { event.preventDefault(); go(at + moves[event.key]); return; }
  const radios = [...document.querySelectorAll('#case input[type="radio"]')];
  if (/^[1-9]$/.test(event.key) && Number(event.key) < radios.length) radios[Number(event.key) - 1].click();
  if (event.key === "0" && radios.length) radios[radios.length - 1].click();
  if (event.key === "n" && $("case-reason")) { event.preventDefault(); $("case-reason").focus(); }
  if (event.key === "/") { event.preventDefault(); $("words").focus(); }
  if (event.key === "d") download();
});
fill("kind", cases.map((c) => c.case_kind), kindName);
fill("state", cases.map((c) => c.state));
fill("partner", cases.map((c) => c.partner_id), partnerName);
$("partner").parentElement.hidden = Boolean(data.reviewer_partner);
["kind", "state", "partner", "answered"].forEach((id) => $(id).addEventListener("change", choose));
$("words").addEventListener("input", choose);
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("list").addEventListener("scroll", draw);
window.addEventListener("resize", draw);
$("download").addEventListener("click", download);
choose();
document.documentElement.dataset.ready = "yes";
