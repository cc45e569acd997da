// Search as you type over every school: plain text, no index to build. Also finds districts by name.

const ENOUGH = 12;
const LOOKED_AT = 3000;

export function fold(text) {
  const lower = text.toLowerCase();
  return /[^\x00-\x7f]/.test(lower) ? lower.normalize("NFD").replace(/\p{M}/gu, "") : lower;
}

// text: a line per school, fields between tabs.
export function makeSearch(text) {
  const folded = fold(text);
  const starts = [0];
  for (let at = folded.indexOf("\n"); at >= 0; at = folded.indexOf("\n", at + 1)) starts.push(at + 1);
  return { folded, starts: Uint32Array.from(starts) };
}

// Numbers of the best matches: all words must stand in the line; names that begin with what was typed come first.
export function findSchools(index, typed, weight, limit = ENOUGH) {
  const words = fold(typed).split(/[\s,]+/).filter(Boolean);
  if (!words.length) return [];
  const longest = words.reduce((a, b) => (b.length > a.length ? b : a));
  const others = words.filter((word) => word !== longest);
  const whole = words.join(" ");
  const found = [];
  const { folded, starts } = index;
  for (let at = folded.indexOf(longest); at >= 0 && found.length < LOOKED_AT; ) {
    const number = lineAt(starts, at);
    const end = number + 1 < starts.length ? starts[number + 1] - 1 : folded.length;
    const line = folded.slice(starts[number], end);
    if (others.every((word) => line.includes(word))) found.push([rank(line, whole, longest), -weight(number), number]);
    at = folded.indexOf(longest, end);
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return found.slice(0, limit).map((entry) => entry[2]);
}

export function foldDistricts(districts) {
  districts.folded ??= districts.name.map(fold);
}

export function findDistricts(districts, typed, limit = 4) {
  const words = fold(typed).split(/[\s,]+/).filter(Boolean);
  if (!words.length) return [];
  const found = [];
  foldDistricts(districts);
  for (let n = 0; n < districts.folded.length; n += 1) {
    if (words.every((word) => districts.folded[n].includes(word))) found.push(n);
  }
  found.sort((a, b) => districts.folded[a].length - districts.folded[b].length || a - b);
  return found.slice(0, limit);
}

function rank(line, whole, longest) {
  const from = line.indexOf("\t") + 1;
  if (line.startsWith(whole, from) || line.startsWith(whole)) return 0;
  if (line.includes(whole)) return 1;
  return line.includes(` ${longest}`) || line.includes(`\t${longest}`) ? 2 : 3;
}

function lineAt(starts, at) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
