// The choices above each view: state, district, which schools, school year. Each writes the address and nothing else.

import { h, replace } from "./dom.js";

const HAS_DISTRICT = new Set(["teaches", "lacks", "changed"]);

export function drawChoices(element, ctx) {
  const { release, schools, route } = ctx;
  const about = release.about;
  const inside = route.view === "school" || route.view === "district";
  const states = [...about.states].sort((a, b) => (a.name < b.name ? -1 : 1));
  const all = about.only_state ? [] : [["US", "United States"]];
  const focused = document.activeElement?.id;
  replace(
    element,
    inside
      ? h("a", { class: "button", href: ctx.to({ view: "teaches", state: about.only_state ?? "US", district: null, id: null }) }, "← All schools")
      : choice("state", "State", [...all, ...states.map((s) => [s.postal, s.name])], route.state, (state) => ctx.go({ state, district: null, answers: [] })),
    HAS_DISTRICT.has(route.view) && route.state !== "US"
      ? choice("district", "District", [["", "All districts"], ...districtsOf(schools.districts, route.state)], route.district ?? "", (district) => ctx.go({ district: district || null }))
      : null,
    HAS_DISTRICT.has(route.view) && route.district ? h("a", { class: "button", href: ctx.to({ view: "district", id: route.district }) }, "District brief") : null,
    route.view === "teaches"
      ? choice("which", "Schools", whichOf(route), route.all ? "all" : route.pooled ? "pooled" : "report", (which) => ctx.go({ all: which === "all", pooled: which !== "report", answers: [] }))
      : null,
    route.view === "teaches" && !route.all ? groupChoice(ctx) : null,
    choice("year", "School year", [...about.years].reverse().map((year) => [year, year]), route.year, (year) => ctx.go({ year })),
  );
  // Drawing anew takes the focus away from the choice that was just made.
  if (focused) element.querySelector(`#${CSS.escape(focused)}`)?.focus();
}

function whichOf(route) {
  if (route.outside) return [["all", "All schools"]];
  if (route.state === "US") return [["pooled", "High schools (latest)"], ["report", "High schools (this year)"], ["all", "All schools"]];
  return [["report", "High schools"], ["all", "All schools"]];
}

function groupChoice(ctx) {
  const { about } = ctx.release;
  const { group } = ctx.route;
  const every = about.groups.flatMap((kind) => kind.names.map((name) => ({ kind, name })));
  const options = every.map((one, n) => [String(n), `${one.kind.words}: ${one.name}`]);
  const chosen = group ? String(every.findIndex((one) => one.kind === group.kind && one.name === group.name)) : "";
  return choice("group", "Kind of school", [["", "All kinds"], ...options], chosen, (n) => ctx.go({ group: n ? every[n] : null }));
}

function choice(id, label, options, chosen, onChange) {
  const select = h("select", { id: `choose-${id}`, onchange: (event) => onChange(event.target.value) }, options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
  return h("label", { class: "choice" }, h("span", {}, label), select);
}

function districtsOf(districts, state) {
  const found = [];
  const wanted = districts.state.of.indexOf(state);
  districts.state.at.forEach((at, n) => at === wanted && found.push([districts.leaid[n], districts.name[n]]));
  return found;
}
