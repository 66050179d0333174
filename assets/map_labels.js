/* Which names fit on the map: the largest areas first, never one name over another. Pure. */
(function (root) {
  "use strict";

  const HEIGHT = 15;

  function overlaps(box, boxes) {
    return boxes.some(
      (other) =>
        box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]
    );
  }

  function candidate(layer, area, frame, options) {
    const { scale, left, top, width, height } = frame;
    const b = area * 4;
    const wide = (layer.boxes[b + 2] - layer.boxes[b]) * scale;
    const high = (layer.boxes[b + 3] - layer.boxes[b + 1]) * scale;
    if (wide < 26 || high < 18) return null;
    const item = layer.properties[area];
    const text = options.text(item);
    if (!text || !item.p) return null;
    const x = Math.round(root.SilverAtlas.geometry.projectX(item.p[0]) * scale - left);
    const y = Math.round(root.SilverAtlas.geometry.projectY(item.p[1]) * scale - top);
    if (x < 0 || y < 0 || x > width || y > height) return null;
    return { area, text, x, y, wide, size: wide * high };
  }

  /** Label positions in canvas pixels for the areas [first, stop): [{area, text, x, y}]. */
  function place(layer, first, stop, frame, options) {
    const found = [];
    for (let area = first; area < stop; area++) {
      const label = candidate(layer, area, frame, options);
      if (label) found.push(label);
    }
    found.sort((a, b) => b.size - a.size || a.area - b.area);
    const taken = [];
    const labels = [];
    for (const label of found) {
      if (labels.length >= options.atMost) break;
      const half = options.measure(label.text) / 2;
      if (2 * half > label.wide) continue;
      const box = [label.x - half - 2, label.y - HEIGHT / 2, label.x + half + 2, label.y + HEIGHT / 2];
      if (overlaps(box, taken)) continue;
      taken.push(box);
      labels.push(label);
    }
    return labels;
  }

  const api = { place };
  root.SilverAtlas = Object.assign(root.SilverAtlas || {}, { labels: api });
  if (typeof module !== "undefined" && module.exports) module.exports = api;
})(typeof window === "undefined" ? globalThis : window);
