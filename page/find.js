// The search box: schools and districts as you type, by keyboard or pointer. A combobox as ARIA describes it.

import { h, name, replace } from "./dom.js";
import { icon } from "./icons.js";
import { findDistricts, findSchools, foldDistricts, makeSearch } from "./search.js";
import { number } from "./words.js";

export function makeFind(now) {
  let index = null;
  let options = [];
  let active = -1;
  const list = h("ul", { id: "found", role: "listbox", "aria-label": "Schools and districts found", hidden: true });
  const input = h("input", {
    type: "search",
    id: "search",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Name, city or NCES id",
    "aria-expanded": "false",
    "aria-controls": "found",
    "aria-autocomplete": "list",
    oninput: look,
    onkeydown: press,
    onfocus: prepare,
    onblur: () => setTimeout(close, 150),
  });

  // Whoever goes to the box is about to type: what the first search needs is made before the first key.
  async function prepare() {
    const ctx = now();
    index ??= makeSearch((await ctx.names).text);
    foldDistricts(ctx.schools.districts);
    return look();
  }

  async function look() {
    const typed = input.value.trim();
    if (!typed) return close();
    const ctx = now();
    const names = await ctx.names;
    index ??= makeSearch(names.text);
    if (input.value.trim() !== typed) return undefined;
    const weight = (n) => (ctx.answers.inReport(n) ? 100000 : 0) + (ctx.schools.students(n) ?? 0);
    const started = performance.now();
    const districts = findDistricts(ctx.schools.districts, typed);
    const schools = findSchools(index, typed, weight);
    input.dataset.milliseconds = (performance.now() - started).toFixed(1);
    options = [...schools.map((n) => schoolOption(ctx, names.school(n))), ...districts.map((n) => districtOption(ctx, n))];
    show(typed);
    return undefined;
  }

  function show(typed) {
    active = -1;
    input.removeAttribute("aria-activedescendant");
    const items = options.map((option, n) =>
      h("li", { id: `found-${n}`, role: "option", "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => choose(n) }, option.show()),
    );
    replace(list, items.length ? items : h("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing is called ", name(typed)));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    now().announce(items.length ? `${number(items.length)} found; use the arrow keys.` : "Nothing found.");
  }

  function press(event) {
    if (event.key === "Escape") return close();
    if (event.key === "Enter") return choose(Math.max(active, 0));
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return undefined;
    if (!options.length) return undefined;
    event.preventDefault();
    active = (active + (event.key === "ArrowDown" ? 1 : options.length - (active < 0 ? 0 : 1))) % options.length;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === active)));
    list.children[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `found-${active}`);
    return undefined;
  }

  function choose(n) {
    const option = options[n];
    if (!option) return;
    close();
    input.value = "";
    now().go(option.route);
  }

  function close() {
    list.hidden = true;
    options = [];
    input.setAttribute("aria-expanded", "false");
  }

  return [h("label", { for: "search" }, "Find a school or district"), input, list];
}

function schoolOption(ctx, school) {
  const code = ctx.answers.code(school.number);
  return {
    route: { view: "school", id: school.id },
    show: () => [code ? icon(ctx.release, code) : null, h("span", {}, name(school.name), h("small", {}, name(school.city), `, ${school.state} · ${code ? ctx.release.verdicts.get(code).words : "not listed this year"}`))],
  };
}

function districtOption(ctx, at) {
  const districts = ctx.schools.districts;
  return {
    route: { view: "district", id: districts.leaid[at] },
    show: () => [h("span", { class: "mark", "aria-hidden": "true" }, "▤"), h("span", {}, name(districts.name[at]), h("small", {}, `District brief, ${ctx.release.about.places[districts.state.of[districts.state.at[at]]]}`))],
  };
}
