// A text that is ready to send: shown in a dialog, copied with one button. Nothing is sent from here.

import { append, h } from "./dom.js";

export function showText(title, hint, text) {
  const area = h("textarea", { rows: "16", "aria-label": title });
  area.value = text;
  const told = h("span", { role: "status" });
  const again = h("button", { type: "button", class: "primary", onclick: () => copyText(area, told) }, "Copy the text");
  showDialog(title, (close) => [h("p", {}, hint), area, h("p", { class: "actions" }, again, close, told)]);
}

// A dialog with that title and what `fill` makes of its button to close.
export function showDialog(title, fill) {
  const dialog = h("dialog", { "aria-label": title, onclose: () => dialog.remove() });
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
  append(dialog, [h("h2", {}, title), fill(close)]);
  document.body.append(dialog);
  dialog.showModal();
}

export async function copyText(area, told) {
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
