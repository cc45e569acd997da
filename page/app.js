// Starts the page: reads the release, follows the address, and puts the view that it asks for into the main part.

import { changed } from "./changed.js";
import { drawChoices } from "./choices.js";
import { courses } from "./courses.js";
import { district } from "./district.js";
import { h, replace } from "./dom.js";
import { makeFind } from "./find.js";
import { help } from "./help.js";
import { know } from "./know.js";
import { lacks } from "./lacks.js";
import { openAnswers, openNames, openPooled, openRelease, openSchools } from "./release.js";
import { linkTo, readRoute, VIEWS } from "./route.js";
import { school } from "./school.js";
import { teaches } from "./teaches.js";

const SHOW = { teaches, courses, lacks, changed, know, help, school, district };
const NOT_PUBLISHED = "this release is not published. Figures may still change; do not quote them.";
const part = (id) => document.getElementById(id);

async function start() {
  const release = await openRelease();
  drawFrame(release);
  const opened = openSchools(release);
  const names = openNames(release);
  const schools = await opened;
  let current = null;
  names.then((found) => current && (current.namesNow = found));
  part("find").append(...makeFind(() => current));

  async function follow() {
    const before = current?.route;
    const route = readRoute(release);
    const answers = await (route.pooled ? openPooled : openAnswers)(release, route.year);
    const ctx = makeContext({ release, schools, names, answers, route, now: () => current, namesNow: current?.namesNow ?? null });
    current = ctx;
    names.then((found) => (ctx.namesNow = found));
    document.title = "Which US schools teach computer science?";
    drawQuestions(ctx);
    drawChoices(part("choices"), ctx);
    const view = await SHOW[route.view](ctx);
    // A slow view must not overwrite the one that was asked for after it.
    if (current !== ctx) return;
    replace(part("main"), view);
    part("main").dataset.view = route.view;
    if (before && (before.view !== route.view || before.id !== route.id)) {
      window.scrollTo(0, 0);
      part("main").querySelector("h1")?.focus({ preventScroll: true });
    }
  }

  const safely = () => follow().catch(showFailure);
  window.addEventListener("hashchange", safely);
  await follow();
  await names;
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}

function makeContext(parts) {
  const { release, route } = parts;
  const newest = release.about.years.at(-1);
  const to = (change) => linkTo({ state: release.about.only_state ?? "US", ...route, ...atPlace(change), newest });
  return {
    ...parts,
    to,
    go: (change) => (location.hash = to(change)),
    openNumber: async (n) => (location.hash = to({ view: "school", year: parts.answers.yearOf(n), id: (await parts.names).school(n).id })),
    placeName: () => placeName(parts),
    placeCode: () => route.district ?? route.state,
    announce: (text) => (part("live").textContent = text),
  };
}

// A link to a school or district carries the year, but not the place and filter of the view it was on.
function atPlace(change) {
  if (change.view === "school" || change.view === "district") return { answers: [], all: false, district: null, ...change };
  return change;
}

function placeName({ release, schools, route }) {
  if (route.district) return schools.districts.name[schools.districts.leaid.indexOf(route.district)] ?? "an unknown district";
  return route.state === "US" ? "the United States" : release.about.places[route.state];
}

function drawFrame(release) {
  const { about, channel } = release;
  document.documentElement.dataset.channel = channel;
  part("release").textContent = `Release ${about.version} · ${about.released_on}`;
  if (channel !== "release") {
    part("channel").hidden = false;
    part("channel").textContent = `${channel.toUpperCase()}: ${NOT_PUBLISHED}`;
  }
  replace(
    part("foot"),
    h("p", {}, `cs-access release ${about.version}, ${about.released_on}. Data: CC BY 4.0. State outlines: US Census Bureau, cartographic boundary files 2017, public domain.`),
    h("p", {}, "No data is not No. Nothing you do here leaves your computer."),
  );
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    part("main").focus();
  });
}

function drawQuestions(ctx) {
  const state = ctx.route.state ?? ctx.release.about.only_state ?? "US";
  const links = Object.entries(VIEWS).map(([view, words]) =>
    h("a", { href: ctx.to({ view, state, id: null, answers: [] }), "aria-current": ctx.route.view === view ? "page" : null }, words),
  );
  replace(part("questions"), links);
}

function showFailure(error) {
  replace(part("main"), h("h1", { tabindex: "-1" }, "This page could not be read"), h("p", {}, String(error.message ?? error)), h("p", {}, "Opened by double-click, a release needs: cleanup serve"));
}

start().catch(showFailure);
