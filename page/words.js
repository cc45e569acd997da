// Numbers and sentences in words, and the texts that are ready to send. No school's answer is put into words here:
// the words of the verdicts come from the release.

const whole = new Intl.NumberFormat("en-US");

export function number(value) {
  return value === null || value === undefined ? "–" : whole.format(value);
}

export function percent(part, all) {
  return all ? `${Math.round((100 * part) / all)}%` : "no figure";
}

export function points(value) {
  return value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value >= 0.01 ? value.toFixed(2) : "below 0.01";
}

export function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const GRADES = { PK: "pre-K", KG: "K", UG: "ungraded", AE: "adult" };

export function grade(text) {
  return GRADES[text] ?? text.replace(/^0/, "");
}

export const RACES = {
  am: "American Indian or Alaska Native",
  as: "Asian",
  bl: "Black",
  hi: "Hispanic",
  hp: "Native Hawaiian or Pacific Islander",
  wh: "White",
  tr: "Two or more races",
};

export const KINDS = {
  override: "Decision by a person",
  staff_entry: "Entry by staff",
  ap: "AP courses (College Board)",
  ib: "IB courses",
  teacher_survey: "Survey: teachers and administrators",
  state: "State course file",
  other_survey: "Survey: others",
  provider: "Curriculum provider",
  last_year: "Answer of last year",
  two_years_ago: "Answer of two years ago",
};

// Of a place outside the access report, for views that are about its high schools alone.
export function notInReport(place) {
  return `${place} is not part of the access report, which is about the 50 states and DC. Its schools and their answers are under “Who teaches CS?”.`;
}

// What a percentage would be if every school without data said no, or yes.
export function rangeOf(counts) {
  const offering = counts.Y + counts.HY;
  const answered = offering + counts.N + counts.HN + counts.M + counts.HM;
  const total = answered + counts.U;
  return { offering, answered, total, unknown: counts.U };
}

export function askText(release, school, year) {
  return [
    `Subject: Does ${school.name} teach computer science?`,
    "",
    "Hello,",
    "",
    `The national record of computer science in schools has no answer for ${school.name} in ${school.city}, ${school.state} ` +
      `for the school year ${year}. Could you tell us?`,
    "",
    "1. Can students take a computer science course during the school day, with at least 20 hours of programming?",
    "2. What is the course called, and how many students take it?",
    "",
    `Please answer at ${release.about.survey_address} or simply reply to this message.`,
    "",
    `The school's NCES id is ${school.id}. Source: cs-access release ${release.about.version}.`,
    "Thank you!",
  ].join("\n");
}

export function wrongText(release, school, year, { words, right, how }) {
  return [
    `School: ${school.name}, ${school.city}, ${school.state} (NCES id ${school.id})`,
    `School year: ${year}    Release: ${release.about.version}`,
    `The page says: ${words}`,
    "",
    `What is right: ${right}`,
    `How I know: ${how}`,
  ].join("\n");
}
