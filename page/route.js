// The address: #/WA/teaches?year=2018-19, #/school/ID, #/district/LEAID. Every view has one, and every link is one.

export const VIEWS = {
  teaches: "Who teaches CS?",
  courses: "Which courses count?",
  lacks: "Who still lacks data?",
  changed: "How has it changed?",
  know: "How do we know?",
};

export function readRoute(release) {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
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
  return { view, state, district: asked.get("district") || null, ...common };
}

export function linkTo(route) {
  const query = new URLSearchParams();
  if (route.year !== route.newest) query.set("year", route.year);
  if (route.district) query.set("district", route.district);
  if (route.all) query.set("show", "all");
  if (route.answers?.length) query.set("answer", route.answers.join(","));
  const path = route.id ? `#/${route.view}/${encodeURIComponent(route.id)}` : `#/${route.state}/${route.view}`;
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
