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
      ? choice("which", "Schools", [["report", "High schools of the report"], ["all", "All schools"]], route.all ? "all" : "report", (which) => ctx.go({ all: which === "all", answers: [] }))
      : null,
    choice("year", "School year", [...about.years].reverse().map((year) => [year, year]), route.year, (year) => ctx.go({ year })),
  );
  // Drawing anew takes the focus away from the choice that was just made.
  if (focused) element.querySelector(`#${CSS.escape(focused)}`)?.focus();
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
