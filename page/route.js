// The address: #/WA/teaches?year=2018-19, #/school/ID, #/district/LEAID. Every view has one, and every link is one.
// The list of schools takes what a figure of the report rests on: answer=Y,HY, group=size.small, students=hi (those who
// have such students). The nation is each state's most recent year (show=pooled), unless show=year or show=all is asked.

export const VIEWS = {
  teaches: "Who teaches CS?",
  courses: "Which courses count?",
  lacks: "Who still lacks data?",
  changed: "How has it changed?",
  know: "How do we know?",
  help: "How can you help?",
};

export function readRoute(release, hash = location.hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split("?");
  const asked = new URLSearchParams(query ?? "");
  const [first = "", second = ""] = path.split("/").map(decode);
  const years = release.about.years;
  const year = years.includes(asked.get("year")) ? asked.get("year") : years[years.length - 1];
  const answers = (asked.get("answer") ?? "").split(",").filter((code) => release.verdicts.has(code));
  const common = { year, all: asked.get("show") === "all", answers };
  if (first === "school" || first === "district") return { view: first, id: second, ...common };
  const home = release.about.only_state ?? "US";
  const state = first === "US" && !release.about.only_state ? "US" : release.states.has(first) ? first : home;
  const view = second in VIEWS ? second : "teaches";
  // Territories and the schools of federal offices are in no percentage: of them every school is shown.
  const outside = state !== "US" && !release.states.get(state).in_report;
  const route = { view, state, district: asked.get("district") || null, ...common, outside, all: common.all || outside };
  if (view !== "teaches" || route.all) return route;
  return { ...route, pooled: state === "US" ? asked.get("show") !== "year" : null, group: readGroup(release, asked.get("group")), students: readStudents(release, asked.get("students")) };
}

function readGroup(release, text) {
  const [, id, name] = /^(\w+)\.(.+)$/.exec(text ?? "") ?? [];
  const kind = release.about.groups.find((one) => one.kind === id);
  return kind?.names.includes(name) ? { kind, name } : null;
}

function readStudents(release, who) {
  return who === "total" || release.about.races.includes(who) ? who : null;
}

export function linkTo(route) {
  const query = new URLSearchParams();
  if (route.year !== route.newest) query.set("year", route.year);
  if (route.district) query.set("district", route.district);
  if (route.all && !route.outside) query.set("show", "all");
  if (route.view === "teaches" && !route.all) setFigure(query, route);
  if (route.answers?.length) query.set("answer", route.answers.join(","));
  const path = route.id ? `#/${route.view}/${encodeURIComponent(route.id)}` : `#/${route.state}/${route.view}`;
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

function setFigure(query, { state, pooled, group, students }) {
  if (pooled === false && state === "US") query.set("show", "year");
  if (group) query.set("group", `${group.kind.kind}.${group.name}`);
  if (students) query.set("students", students);
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
