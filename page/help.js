// How can you help? What a reader can do next, for the place that is chosen; and who may see what.

import { h } from "./dom.js";
import { chooseSchools } from "./release.js";
import { number, plural } from "./words.js";

export async function help(ctx) {
  const { release, schools, answers, route } = ctx;
  const silent = chooseSchools(release, schools, answers, { ...route, all: false }).filter((n) => answers.code(n) === "U").length;
  return h(
    "div",
    { class: "prose" },
    h("h1", { tabindex: "-1" }, `How can you help in ${ctx.placeName()}?`),
    h(
      "p",
      { class: "lead" },
      silent ? [h("strong", {}, plural(silent, "high school has", "high schools have")), ` no data for ${route.year}. `] : "",
      "What nobody has told us we cannot say. Five things that help, the quickest first:",
    ),
    h("ol", { class: "steps" }, steps(ctx, silent).map(([title, words, ...actions]) => h("li", {}, h("h2", {}, title), h("p", {}, words), h("p", { class: "actions" }, actions)))),
    h("h2", {}, "Who may see what"),
    h("dl", { class: "seen" }, release.about.who_sees.map(({ who, what }) => h("div", {}, h("dt", {}, who), h("dd", {}, what)))),
  );
}

function steps(ctx, silent) {
  const { release, route } = ctx;
  const { survey_address: survey, correction } = release.about;
  const outside = { rel: "noreferrer", target: "_blank" };
  const find = () => document.getElementById("search").focus();
  return [
    [
      "You teach or work at a school: say what it offers",
      "The survey takes five minutes. One answer of a teacher or administrator is evidence, and counts in the next release.",
      h("a", { class: "button primary", href: survey, ...outside }, "Take the survey"),
    ],
    [
      "Ask a school that nobody knows",
      silent
        ? `The outreach list has ${number(silent)} of them, those first where an answer tells most, each with a text ready to send.`
        : "Every high school here has an answer. Schools with an answer from an earlier year are worth asking again.",
      h("a", { class: "button", href: ctx.to({ view: "lacks", answers: [] }) }, "Open the outreach list"),
    ],
    ["Make the case in your district", "Each district has a brief to print: its schools, the students without access, the state and ten similar districts beside it.", briefs(ctx)],
    [
      "Something is wrong about a school",
      `Find the school and press “Something wrong?”. What you write goes to ${correction.contact}; a correction enters the next release with its reason.`,
      h("button", { type: "button", onclick: find }, "Find the school"),
      correction.email ? h("a", { class: "button", href: `mailto:${correction.email}` }, correction.email) : null,
      correction.address ? h("a", { class: "button", href: correction.address, ...outside }, "Open the form") : null,
    ],
    [
      "You work in a state’s department of education",
      "Look at which of your courses count, and which titles wait for a decision; and send a file that names every course, so that a school that is not in it can be a No and need not be unknown.",
      h("a", { class: "button", href: ctx.to({ view: "courses", answers: [] }) }, "See which courses count"),
    ],
  ];
}

function briefs(ctx) {
  const { schools, route } = ctx;
  if (route.state === "US") return h("span", { class: "quiet" }, "Choose a state above, or find a district by name.");
  const own = schools.districts.leaid.map((leaid, n) => [leaid, n]).filter(([, n]) => schools.districts.state.of[schools.districts.state.at[n]] === route.state);
  own.sort((a, b) => (schools.districts.name[a[1]] < schools.districts.name[b[1]] ? -1 : 1));
  const open = (event) => event.target.value && ctx.go({ view: "district", id: event.target.value });
  const options = [["", "Choose a district"], ...own.map(([leaid, n]) => [leaid, schools.districts.name[n]])];
  return h("label", { class: "choice" }, h("span", {}, "District brief"), h("select", { id: "choose-brief", onchange: open }, options.map(([value, words]) => h("option", { value }, words))));
}
