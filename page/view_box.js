// The part of the map that is seen: moving, scaling, and fitting to a state. Pure numbers, no canvas.

export function fitTo(bounds, width, height, pad = 0.06) {
  const [x0, y0, x1, y1] = bounds;
  const wide = Math.max(x1 - x0, 2);
  const high = Math.max(y1 - y0, 2);
  const scale = Math.min(width / (wide * (1 + 2 * pad)), height / (high * (1 + 2 * pad)));
  return { scale, x: width / 2 - (scale * (x0 + x1)) / 2, y: height / 2 - (scale * (y0 + y1)) / 2 };
}

export function zoomAt(view, factor, x, y, least, most) {
  const scale = Math.min(most, Math.max(least, view.scale * factor));
  const by = scale / view.scale;
  return { scale, x: x - (x - view.x) * by, y: y - (y - view.y) * by };
}

export function moveBy(view, dx, dy) {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

export function boundsOf(rings) {
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      bounds[0] = Math.min(bounds[0], ring[i]);
      bounds[1] = Math.min(bounds[1], ring[i + 1]);
      bounds[2] = Math.max(bounds[2], ring[i]);
      bounds[3] = Math.max(bounds[3], ring[i + 1]);
    }
  }
  return bounds;
}

// The center of a ring by area, and the width that a name there may take.
export function middleOf(ring) {
  let [area, x, y] = [0, 0, 0];
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const part = ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
    area += part;
    x += (ring[j] + ring[i]) * part;
    y += (ring[j + 1] + ring[i + 1]) * part;
  }
  const [x0, , x1] = boundsOf([ring]);
  return [x / (3 * area), y / (3 * area), x1 - x0];
}
