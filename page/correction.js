// "Something wrong?": what is right and how it is known, as an e-mail, as a text, or as a file that the clean-up takes in.
// Nothing is sent from here; who takes corrections is said in schemas/page.yml.

import { h } from "./dom.js";
import { csvOf, download } from "./download.js";
import { copyText, showDialog } from "./ready_text.js";
import { wrongText } from "./words.js";

const RIGHT = [
  ["Y", "It offers computer science"],
  ["N", "It offers limited or no computer science"],
  ["", "Its name, place, grades or status is wrong"],
  ["", "Something else"],
];
const HOW = "For example: a link to its course catalog, the name of the course, I teach it";

export function showCorrection(release, school, year, words) {
  const { contact, email, address } = release.about.correction;
  const right = h("select", { id: "right" }, RIGHT.map(([, told], n) => h("option", { value: String(n) }, told)));
  const how = h("textarea", { id: "how", rows: "4", placeholder: HOW });
  const area = h("textarea", { class: "visually-hidden", tabindex: "-1", "aria-hidden": "true" });
  const told = h("span", { role: "status" });
  const text = () => wrongText(release, school, year, { words, right: RIGHT[right.value][1], how: how.value.trim() });
  const copy = () => {
    area.value = text();
    return copyText(area, told);
  };
  const save = () => {
    download(`cs-access_request_${school.id}_${year}.csv`, requestCsv(school, year, release, RIGHT[right.value], how.value.trim()));
    told.textContent = "Saved.";
  };
  const mail = h("a", { class: "button primary", href: `mailto:${email}` }, "Write an e-mail");
  mail.addEventListener("click", () => {
    const subject = `cs-access: ${school.name} (${school.id}), ${year}`;
    mail.setAttribute("href", `mailto:${email}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(text())}`);
  });
  showDialog("Something wrong?", (close) => [
    h("p", {}, `The page says: ${words}, ${year}. What is right?`),
    h("label", { for: "right" }, "What is right"),
    right,
    h("label", { for: "how" }, "How do you know? (please no names of people)"),
    how,
    area,
    h(
      "p",
      { class: "actions" },
      email ? mail : null,
      address ? h("a", { class: email ? "button" : "button primary", href: address, rel: "noreferrer", target: "_blank" }, "Open the form") : null,
      h("button", { type: "button", class: email || address ? null : "primary", onclick: copy }, "Copy as text"),
      h("button", { type: "button", onclick: save }, "Save as a file"),
      close,
      told,
    ),
    h("p", { class: "quiet" }, `Send it to ${contact}. Nothing is sent from this page. A person looks at it; a correction enters the next release with its reason, and releases that are out stay as they are.`),
  ]);
}

// The layout of the source `requests`, so that the file can be received like any other.
function requestCsv(school, year, release, [code, told], how) {
  const row = {
    request_kind: "answer_is_wrong",
    partner_id: "public",
    nces_school_id: school.id,
    school_name: school.name,
    city: school.city,
    state: school.state,
    new_value: code,
    requested_at: new Date().toISOString().slice(0, 19),
    reason: `${told}, ${year} (release ${release.about.version}). ${how}`.trim(),
  };
  return csvOf(Object.keys(row).map((name) => [name, (one) => one[name]]), [row]);
}
