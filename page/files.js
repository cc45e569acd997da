// Reads the page's files: from the document itself when they were put into it, else from beside it. Knows no content.

const held = new Map();

export function readJson(path) {
  return once(path, async () => {
    const inside = embedded(path);
    if (inside) return JSON.parse(inside.textContent);
    return (await fetched(path)).json();
  });
}

export function readText(path) {
  return once(path, async () => {
    const inside = embedded(path);
    // A text is put into the document as JSON, so that nothing in it can end the element.
    if (inside) return JSON.parse(inside.textContent);
    return (await fetched(path)).text();
  });
}

export function readBytes(path) {
  return once(path, async () => {
    const inside = embedded(path);
    if (inside) return Uint8Array.from(atob(inside.textContent.trim()), (c) => c.charCodeAt(0)).buffer;
    return (await fetched(path)).arrayBuffer();
  });
}

// The cell of a column as `page_columns.py` writes it.
export function cell(column, row) {
  if (Array.isArray(column)) return column[row];
  return column.at[row] < 0 ? null : column.of[column.at[row]];
}

// Rows as objects, for tables of a few thousand rows.
export function rowsOf(columns) {
  const names = Object.keys(columns);
  const first = columns[names[0]];
  const count = Array.isArray(first) ? first.length : first.at.length;
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(names.map((key) => [key, cell(columns[key], row)])),
  );
}

function once(path, read) {
  if (!held.has(path)) {
    const promise = read();
    promise.catch(() => held.delete(path));
    held.set(path, promise);
  }
  return held.get(path);
}

function embedded(path) {
  return document.getElementById(`file:${path}`);
}

async function fetched(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} could not be read (${response.status}). Load the page again.`);
  return response;
}
