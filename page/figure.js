// The figure of a place: one sentence, one bar, and the range that the unknown schools allow. Counts are given.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { number, percent, plural, rangeOf } from "./words.js";

const BAR = ["Y", "HY", "M", "HM", "HN", "N", "U"];
export const BEST = [...BAR, "E"];

export function figureCard(release, counts, { of, note }) {
  const { offering, answered, total, unknown } = rangeOf(counts);
  const big = answered ? percent(offering, answered) : "No data yet";
  if (!total) return h("section", { class: "figure", "aria-label": "The figure" }, h("p", { class: "lead" }, `There are no ${of} here.`, note ? ` ${note}` : ""));
  const said = answered
    ? [` of the ${number(answered)} ${answered === 1 ? of.replace(/s$/, "") : of} with an answer ${offering === 1 ? "offers" : "offer"} computer science.`]
    : [` about any of the ${number(total)} ${of}. `, "No data is not No."];
  const range =
    unknown && answered
      ? `${plural(unknown, "school has", "schools have")} no data. If ${unknown === 1 ? "it" : "all of them"} said no, the figure would be ${percent(offering, total)}; if ${unknown === 1 ? "it" : "all"} said yes, ${percent(offering + unknown, total)}.`
      : unknown
        ? ""
        : "Every school has an answer.";
  return h(
    "section",
    { class: "figure", "aria-label": "The figure" },
    h("p", { class: "big" }, h("strong", {}, big), h("span", {}, said)),
    bar(counts),
    h("p", { class: "quiet" }, range, note ? ` ${note}` : ""),
  );
}

export function bar(counts) {
  const parts = BAR.filter((code) => counts[code] > 0);
  const strip = h("div", { class: "bar", "aria-hidden": "true" });
  for (const code of parts) {
    const part = h("span", { class: `v-${code} part-${code}` });
    part.style.flexGrow = counts[code];
    strip.append(part);
  }
  return strip;
}

// The legend is the filter too: each answer with its shape, word and count; pressed ones are shown.
export function legend(release, counts, pressed, onToggle) {
  const codes = release.codes.filter((code) => counts[code] > 0 || pressed.includes(code));
  return h(
    "div",
    { class: "legend", role: "group", "aria-label": "Show only schools with these answers" },
    codes.length > 1 ? h("span", { class: "quiet" }, pressed.length ? "Press again to show all:" : "Press an answer to see only those schools:") : null,
    codes.map((code) =>
      h(
        "button",
        { type: "button", "aria-pressed": String(pressed.includes(code)), "data-code": code, onclick: () => onToggle(code) },
        icon(release, code),
        h("span", {}, release.verdicts.get(code).words),
        h("b", {}, number(counts[code])),
      ),
    ),
  );
}
