// A text that is ready to send: shown in a dialog, copied with one button. Nothing is sent from here.

import { h } from "./dom.js";

export function showText(title, hint, text) {
  const area = h("textarea", { rows: "16", "aria-label": title });
  area.value = text;
  const told = h("span", { role: "status" });
  const dialog = h(
    "dialog",
    { "aria-label": title, onclose: () => dialog.remove() },
    h("h2", {}, title),
    h("p", {}, hint),
    area,
    h(
      "p",
      { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => copy(area, told) }, "Copy the text"),
      h("button", { type: "button", onclick: () => dialog.close() }, "Close"),
      told,
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

async function copy(area, told) {
  area.select();
  let done = false;
  try {
    await navigator.clipboard.writeText(area.value);
    done = true;
  } catch {
    // Pages opened from a folder may not use the clipboard; the older way still works there.
    done = document.execCommand("copy");
  }
  told.textContent = done ? "Copied." : "Press Ctrl+C to copy the marked text.";
}
