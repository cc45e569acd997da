// Downloads what is shown, as CSV that spreadsheets open: BOM, text ids, no cell that runs as a formula.

export function csvOf(columns, rows) {
  const lines = [columns.map(([title]) => csvCell(title)), ...rows.map((row) => columns.map(([, read]) => csvCell(read(row))))];
  return `\ufeff${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
}

function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

export function fileName(release, ...parts) {
  const said = parts.filter(Boolean).map((part) => String(part).replace(/[^A-Za-z0-9.-]+/g, "-"));
  return `cs-access_${release.about.version}_${said.join("_")}.csv`;
}

export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
