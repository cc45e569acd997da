// The map: outlines and schools on a canvas. Coordinates come projected, so that moving and scaling is all there is to do.
// It is never the only way: the same schools stand in the table beside it.

import { h } from "./dom.js";
import { boundsOf, fitTo, middleOf, moveBy, zoomAt } from "./view_box.js";

const MOST = 400;
const STEP = 60;
const NEAR = 12;

export function makeMap(release, outlines, { label, onSchool, onState, tip, small = false }) {
  const canvas = h("canvas", { tabindex: "0", role: "img", "aria-label": label });
  const bubble = h("div", { class: "tip", hidden: true });
  const buttons = h(
    "div",
    { class: "zoom" },
    h("button", { type: "button", "aria-label": "Zoom in", onclick: () => zoom(1.6) }, "+"),
    h("button", { type: "button", "aria-label": "Zoom out", onclick: () => zoom(1 / 1.6) }, "−"),
    h("button", { type: "button", "aria-label": "Show all of the map", onclick: () => reset() }, "⤢"),
  );
  const element = h("div", { class: small ? "map small" : "map" }, canvas, buttons, bubble);
  const paths = Object.entries(outlines.shapes).map(([postal, rings]) => [postal, pathOf(rings), boundsOf(rings), middleOf(rings[0])]);
  const shapes = new Map(release.about.verdicts.map((verdict) => [verdict.code, new Path2D(verdict.path)]));
  const all = [0, 0, outlines.width, outlines.height];
  let shown = { schools: null, numbers: [], answers: null, state: "US", focus: null };
  let view = null;
  let stale = true;
  let waiting = false;
  let size = { width: 0, height: 0, ratio: 1 };
  let place = { x: new Float32Array(0), y: new Float32Array(0) };

  function show(next) {
    const moved = next.state !== shown.state || next.focus !== shown.focus;
    shown = { ...shown, ...next };
    placeSchools();
    stale ||= moved;
    draw();
  }

  function placeSchools() {
    const { schools, numbers } = shown;
    place = { x: new Float32Array(numbers.length), y: new Float32Array(numbers.length) };
    numbers.forEach((n, i) => {
      const there = schools.x[n] !== outlines.nowhere;
      place.x[i] = there ? (schools.x[n] / outlines.steps) * outlines.width : NaN;
      place.y[i] = there ? (schools.y[n] / outlines.steps) * outlines.height : NaN;
    });
  }

  function reset() {
    stale = true;
    draw();
  }

  function fitted() {
    const at = shown.focus === null ? -1 : shown.numbers.indexOf(shown.focus);
    if (at < 0 || Number.isNaN(place.x[at])) return fitTo(boundsOfPlace(shown.state), size.width, size.height);
    const [x, y] = [place.x[at], place.y[at]];
    return fitTo([x - 9, y - 6, x + 9, y + 6], size.width, size.height);
  }

  function boundsOfPlace(state) {
    if (state === "US") return all;
    const box = outlines.boxes[state];
    const found = paths.find(([postal]) => postal === state);
    return found ? found[2] : (box ?? boundsOfSchools());
  }

  function boundsOfSchools() {
    const ring = [];
    place.x.forEach((x, i) => !Number.isNaN(x) && ring.push(x, place.y[i]));
    return ring.length ? boundsOf([ring]) : all;
  }

  function measure() {
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    const ratio = window.devicePixelRatio || 1;
    if (width !== size.width || height !== size.height || ratio !== size.ratio) {
      size = { width, height, ratio };
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
  }

  function draw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      paint();
    });
  }

  function paint() {
    measure();
    // A map that is not on the page yet has no size; it is fitted once it has one.
    if (!size.width) return;
    if (stale || !view) view = fitted();
    stale = false;
    const pen = canvas.getContext("2d");
    const colors = colorsOf(canvas, release.codes);
    pen.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    pen.fillStyle = colors.sea;
    pen.fillRect(0, 0, size.width, size.height);
    paintStates(pen, colors);
    paintSchools(pen, colors);
    canvas.dataset.drawn = String(shown.numbers.length);
  }

  function paintStates(pen, colors) {
    pen.save();
    pen.translate(view.x, view.y);
    pen.scale(view.scale, view.scale);
    pen.lineWidth = 0.8 / view.scale;
    pen.lineJoin = "round";
    for (const [postal, path] of paths) {
      pen.fillStyle = shown.state === "US" || shown.state === postal ? colors.land : colors.far;
      pen.strokeStyle = colors.border;
      pen.fill(path);
      pen.stroke(path);
    }
    pen.restore();
    pen.lineWidth = 1;
    pen.strokeStyle = colors.border;
    pen.fillStyle = colors.ink;
    // The frames are of the nation's map; around a territory alone they would be lines without a meaning.
    for (const [postal, [x0, y0, x1, y1]] of shown.state in outlines.boxes ? [] : Object.entries(outlines.boxes)) {
      pen.strokeRect(view.x + x0 * view.scale, view.y + y0 * view.scale, (x1 - x0) * view.scale, (y1 - y0) * view.scale);
      const room = (x1 - x0) * view.scale - 8;
      pen.font = "600 10px system-ui, sans-serif";
      pen.fillText(room > 50 ? release.about.places[postal] : postal, view.x + x0 * view.scale + 4, view.y + y0 * view.scale + 12, room);
    }
  }

  // A state's name where it fits, its postal code where only that does; the others are named when pointed at.
  function paintNames(pen, colors) {
    pen.font = "600 11px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.fillStyle = colors.ink;
    pen.strokeStyle = colors.land;
    pen.lineWidth = 3;
    for (const [postal, , , [x, y, wide]] of paths) {
      if (postal in outlines.boxes) continue;
      const room = wide * view.scale;
      const words = room > 150 ? release.about.places[postal] : room > 34 ? postal : "";
      pen.strokeText(words, view.x + x * view.scale, view.y + y * view.scale + 4);
      pen.fillText(words, view.x + x * view.scale, view.y + y * view.scale + 4);
    }
    pen.textAlign = "start";
  }

  function paintSchools(pen, colors) {
    const { numbers, answers, focus } = shown;
    const side = markSide(numbers.length, view.scale, small);
    const stamps = side < 3.6 ? null : new Map(release.codes.map((code) => [code, stampOf(code, side, colors)]));
    // Schools without data lie below; the others in the order of their ids, so that no answer covers the others.
    for (const below of [true, false]) {
      for (let i = 0; i < numbers.length; i += 1) {
        const code = answers.code(numbers[i]);
        if ((code === "U") !== below || code === null || numbers[i] === focus) continue;
        const x = view.x + place.x[i] * view.scale;
        const y = view.y + place.y[i] * view.scale;
        if (x > -20 && y > -20 && x < size.width + 20 && y < size.height + 20) mark(pen, code, x, y, below && !stamps ? side * 0.6 : side, stamps, colors);
      }
    }
    paintNames(pen, colors);
    const at = focus === null ? -1 : numbers.indexOf(focus);
    if (at >= 0 && !Number.isNaN(place.x[at])) {
      const spot = [view.x + place.x[at] * view.scale, view.y + place.y[at] * view.scale];
      pen.fillStyle = colors.sea;
      pen.beginPath();
      pen.arc(spot[0], spot[1], 24, 0, 7);
      pen.fill();
      pen.strokeStyle = colors.ink;
      pen.lineWidth = 2;
      pen.stroke();
      const code = answers.code(focus);
      mark(pen, code, ...spot, 32, new Map([[code, stampOf(code, 32, colors)]]), colors);
    }
  }

  // Below a few pixels a square of the color is all that can be seen.
  function mark(pen, code, x, y, side, stamps, colors) {
    if (stamps) {
      const stamp = stamps.get(code);
      const wide = stamp.width / size.ratio;
      pen.drawImage(stamp, x - wide / 2, y - wide / 2, wide, wide);
    } else {
      pen.fillStyle = colors[code];
      pen.fillRect(x - side / 2, y - side / 2, side, side);
    }
  }

  // A shape is drawn once and then copied, which is ten times as fast as filling its path for each school.
  function stampOf(code, side, colors) {
    const stamp = document.createElement("canvas");
    stamp.width = stamp.height = Math.ceil((side + 2) * size.ratio);
    const ink = stamp.getContext("2d");
    ink.scale(stamp.width / 18, stamp.width / 18);
    ink.translate(1, 1);
    ink.strokeStyle = colors.sea;
    ink.lineWidth = 1.4;
    if (side > 6) ink.stroke(shapes.get(code));
    ink.fillStyle = colors[code];
    ink.fill(shapes.get(code), "evenodd");
    return stamp;
  }

  function zoom(factor, x = size.width / 2, y = size.height / 2) {
    const least = fitTo(all, size.width, size.height).scale * 0.9;
    view = zoomAt(view, factor, x, y, least, MOST);
    draw();
  }

  function nearest(event) {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let best = null;
    let least = NEAR * NEAR;
    for (let i = 0; i < shown.numbers.length; i += 1) {
      const apart = (view.x + place.x[i] * view.scale - x) ** 2 + (view.y + place.y[i] * view.scale - y) ** 2;
      if (apart < least) [best, least] = [shown.numbers[i], apart];
    }
    return { number: best, x, y };
  }

  function stateAt(x, y) {
    const pen = canvas.getContext("2d");
    const [mapX, mapY] = [(x - view.x) / view.scale, (y - view.y) / view.scale];
    pen.setTransform(1, 0, 0, 1, 0, 0);
    const inBox = Object.entries(outlines.boxes).find(([, b]) => mapX >= b[0] && mapX <= b[2] && mapY >= b[1] && mapY <= b[3]);
    return (inBox ?? paths.find(([, path]) => pen.isPointInPath(path, mapX, mapY)))?.[0] ?? null;
  }

  let drag = null;
  canvas.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX, y: event.clientY, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (drag) {
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      if (!drag.moved && Math.hypot(dx, dy) < 4) return;
      drag = { x: event.clientX, y: event.clientY, moved: true };
      view = moveBy(view, dx, dy);
      draw();
      return;
    }
    if (!view || !tip) return;
    const found = nearest(event);
    const postal = found.number === null ? stateAt(found.x, found.y) : null;
    bubble.hidden = found.number === null && postal === null;
    canvas.style.cursor = found.number === null && (!postal || postal === shown.state) ? "grab" : "pointer";
    if (bubble.hidden) return;
    bubble.replaceChildren(found.number === null ? release.about.places[postal] : tip(found.number));
    bubble.style.left = `${Math.min(found.x + 14, size.width - 190)}px`;
    bubble.style.top = `${found.y + 14}px`;
  });
  canvas.addEventListener("pointerup", (event) => {
    const clicked = drag && !drag.moved;
    drag = null;
    if (!clicked) return;
    const found = nearest(event);
    const postal = found.number === null ? stateAt(found.x, found.y) : null;
    const far = shown.state === "US" && view.scale < 3;
    if (found.number !== null && !far) onSchool?.(found.number);
    else if (far || (postal && postal !== shown.state)) onState?.(postal ?? stateAt(found.x, found.y));
  });
  canvas.addEventListener("pointerleave", () => (bubble.hidden = true));
  canvas.addEventListener(
    "wheel",
    (event) => {
      // A page that scrolls must not be caught by the map: the wheel zooms once the map was chosen, or with Ctrl.
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
      event.preventDefault();
      const box = canvas.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    if (event.key in moves) view = moveBy(view, ...moves[event.key]);
    else if (event.key === "+" || event.key === "=") return zoom(1.6);
    else if (event.key === "-") return zoom(1 / 1.6);
    else if (event.key === "0") return reset();
    else return undefined;
    event.preventDefault();
    return draw();
  });
  new ResizeObserver(() => (canvas.clientWidth === size.width ? draw() : reset())).observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return { element, show };
}

// The fewer schools and the nearer, the larger their marks, from a dot of the nation to a shape that can be read.
function markSide(count, scale, small) {
  const least = count > 30000 ? 2.2 : count > 8000 ? 3 : count > 1500 ? 4.6 : count > 300 ? 7 : 10;
  return Math.min(16, small ? Math.max(least, 10) : Math.max(least, 1.6 * scale ** 0.75));
}

function pathOf(rings) {
  const path = new Path2D();
  for (const ring of rings) {
    path.moveTo(ring[0], ring[1]);
    for (let i = 2; i < ring.length; i += 2) path.lineTo(ring[i], ring[i + 1]);
    path.closePath();
  }
  return path;
}

function colorsOf(element, codes) {
  const style = getComputedStyle(element);
  const read = (property) => style.getPropertyValue(property).trim();
  const colors = { sea: read("--sea"), land: read("--land"), far: read("--far"), border: read("--border"), ink: read("--ink"), quiet: read("--quiet") };
  for (const code of codes) colors[code] = read(`--v-${code}`);
  return colors;
}
