// A verdict as people see it: shape, color and word. The looks come from the release, the colors from verdicts.css.

import { h, svg } from "./dom.js";

export function icon(release, code, size = 16) {
  const look = release.verdicts.get(code);
  return svg(
    "svg",
    { class: `v v-${code}`, viewBox: "0 0 16 16", width: size, height: size, "aria-hidden": "true", "data-code": code },
    svg("path", { d: look.path }),
  );
}

export function answer(release, code, size = 16) {
  return h("span", { class: "answer" }, icon(release, code, size), h("span", {}, release.verdicts.get(code).words));
}
