// The release as the page holds it: its facts, and the schools as columns that are read by number. Draws nothing.

import { cell, readBytes, readJson, readText } from "./files.js";

const UNKNOWN = 65535;
const LISTED = 16;
const IN_REPORT = 8;

export async function openRelease() {
  const [about, channel] = await Promise.all([readJson("data/about.json"), readChannel()]);
  const verdicts = new Map(about.verdicts.map((verdict) => [verdict.code, verdict]));
  const states = new Map(about.states.map((state) => [state.postal, state]));
  return { about, channel, verdicts, states, codes: about.verdicts.map((v) => v.code) };
}

async function readChannel() {
  const told = await readJson("channel.json");
  return told.channel;
}

export async function openSchools(release) {
  const [body, districts] = await Promise.all([readBytes("data/points.bin"), readJson("data/districts.json")]);
  const count = release.about.schools;
  const column = (n) => new Uint16Array(body, n * count * 2, count);
  const [x, y, students, district] = [0, 1, 2, 3].map(column);
  return {
    count,
    x,
    y,
    districts,
    students: (n) => (students[n] === UNKNOWN ? null : students[n]),
    district: (n) => (district[n] === UNKNOWN ? null : district[n]),
    districtName: (n) => (district[n] === UNKNOWN ? null : districts.name[district[n]]),
  };
}

// Answers of one school year: code and whether the school is listed and in the report, by number.
export async function openAnswers(release, year) {
  return answersOf(release, new Uint8Array(await readBytes(`data/answers-${year}.bin`)), year, [year], () => year);
}

// Each state's most recent year with an answer, as the nation's figure of a school year pools them.
export async function openPooled(release, year) {
  const latest = release.about.pooled[year];
  const bytes = new Uint8Array(release.about.schools);
  for (const { postal, first, count } of release.about.states) {
    if (!(postal in latest)) continue;
    const own = new Uint8Array(await readBytes(`data/answers-${latest[postal]}.bin`));
    bytes.set(own.subarray(first, first + count), first);
  }
  return answersOf(release, bytes, year, [...new Set(Object.values(latest))], (n) => latest[stateOf(release, n).postal] ?? year);
}

function answersOf(release, bytes, year, years, yearOf) {
  return {
    year,
    years,
    yearOf,
    listed: (n) => (bytes[n] & LISTED) > 0,
    inReport: (n) => (bytes[n] & IN_REPORT) > 0,
    code: (n) => (bytes[n] & LISTED ? release.codes[bytes[n] & 7] : null),
  };
}

// Names: one text with a line per school. Lines are cut out when they are needed, which is faster than 130,000 objects.
export async function openNames(release) {
  const text = await readText("data/schools.txt");
  const starts = new Uint32Array(release.about.schools + 1);
  let at = 0;
  for (let n = 1; n < release.about.schools; n += 1) {
    at = text.indexOf("\n", at) + 1;
    starts[n] = at;
  }
  starts[release.about.schools] = text.length + 1;
  const school = (n) => {
    const [id, name, city, state] = text.slice(starts[n], starts[n + 1] - 1).split("\t");
    return { number: n, id, name, city, state };
  };
  return { text, school, find: (id) => findId(text, starts, id) };
}

function findId(text, starts, id) {
  const at = text.startsWith(`${id}\t`) ? 0 : text.indexOf(`\n${id}\t`) + 1;
  if (at === 0 && !text.startsWith(`${id}\t`)) return null;
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

// Groups and students of the schools of the report by number, as they were in the year of each school's answer.
export async function openGroups(release, answers) {
  const years = new Map();
  for (const year of answers.years) years.set(year, await openYearGroups(release, year));
  const at = (n) => years.get(answers.yearOf(n));
  return {
    isIn: (n, { kind, name }) => at(n).group(n, kind) === kind.names.indexOf(name),
    students: (n, who) => at(n).students(n, who),
  };
}

async function openYearGroups(release, year) {
  const [body, own] = await Promise.all([readBytes(`data/report-${year}.bin`), openAnswers(release, year)]);
  const place = new Int32Array(release.about.schools);
  let count = 0;
  for (let n = 0; n < place.length; n += 1) if (own.inReport(n)) place[n] = count++;
  const column = (k) => new Uint16Array(body, k * count * 2, count);
  const packed = column(0);
  const students = new Map(["total", ...release.about.races].map((who, k) => [who, column(k + 1)]));
  return {
    group: (n, kind) => Math.floor(packed[place[n]] / kind.divisor) % kind.names.length,
    students: (n, who) => (students.get(who)[place[n]] === UNKNOWN ? null : students.get(who)[place[n]]),
  };
}

export function stateOf(release, number) {
  return release.about.states.find((s) => number >= s.first && number < s.first + s.count);
}

// Numbers of the schools that a place and the choice of schools ask for; `accept` looks at one number.
export function chooseSchools(release, schools, answers, { state, district, all }) {
  const range = state === "US" ? { first: 0, count: schools.count } : release.states.get(state);
  const wanted = district ? schools.districts.leaid.indexOf(district) : null;
  const chosen = [];
  for (let n = range?.first ?? 0; n < (range ? range.first + range.count : 0); n += 1) {
    if (!(all ? answers.listed(n) : answers.inReport(n))) continue;
    if (wanted !== null && schools.district(n) !== wanted) continue;
    chosen.push(n);
  }
  return chosen;
}

export function countCodes(release, answers, numbers) {
  const counts = Object.fromEntries(release.codes.map((code) => [code, 0]));
  for (const n of numbers) counts[answers.code(n)] += 1;
  return counts;
}

// The row of `state_summary` for a place and school year, or null.
export function summaryOf(release, place, year) {
  const columns = release.about.summary;
  const count = release.about.summary.schools_total.length;
  for (let row = 0; row < count; row += 1) {
    if (cell(columns.place, row) === place && cell(columns.school_year, row) === year) {
      return Object.fromEntries(Object.keys(columns).map((key) => [key, cell(columns[key], row)]));
    }
  }
  return null;
}
