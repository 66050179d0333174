/* Provider points: read, cluster on a pixel grid, draw, find under the pointer. */
(function (root) {
  "use strict";

  const CELL = 44; // pixels: about one cluster's width
  const COLOUR = { fill: "#22313b", line: "#ffffff", text: "#ffffff" }; // stands out on every palette
  const RADIUS = 4;

  /** Columns from the server ({lon, lat: integers of 1e-5 degrees as differences}) to world. */
  function readPoints(columns) {
    const { projectX, projectY } = root.SilverAtlas.geometry;
    const count = columns.lon.length;
    const world = new Float64Array(count * 2);
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < count; i++) {
      world[2 * i] = projectX((lon += columns.lon[i]) / 1e5);
      world[2 * i + 1] = projectY((lat += columns.lat[i]) / 1e5);
    }
    return { n: count, world, names: columns.name || [], ids: columns.id || [], capacity: columns.capacity || [] };
  }

  /**
   * Points at one scale: [{x, y, count, point}] in canvas pixels; `point` is -1 for a cluster.
   * The grid is anchored to the world, so clusters stay put while the map is dragged.
   */
  function clusterPoints(points, frame) {
    const cells = new Map();
    const { scale, left, top, width, height } = frame;
    for (let i = 0; i < points.n; i++) {
      const px = points.world[2 * i] * scale;
      const py = points.world[2 * i + 1] * scale;
      if (px < left - CELL || py < top - CELL) continue;
      if (px > left + width + CELL || py > top + height + CELL) continue;
      const key = Math.floor(px / CELL) * 67108864 + Math.floor(py / CELL);
      const cell = cells.get(key);
      if (!cell) cells.set(key, { x: px, y: py, count: 1, point: i });
      else {
        cell.x += px;
        cell.y += py;
        cell.count += 1;
        cell.point = -1;
      }
    }
    return Array.from(cells.values(), (cell) => ({
      x: cell.x / cell.count - left,
      y: cell.y / cell.count - top,
      count: cell.count,
      point: cell.point,
      radius: cell.count === 1 ? RADIUS : Math.min(17, 7.5 + 1.3 * Math.log2(cell.count)),
    }));
  }

  function draw(pen, points, frame) {
    points.marks = clusterPoints(points, frame);
    pen.lineWidth = 1.4;
    pen.font = "600 11px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const mark of points.marks) {
      pen.globalAlpha = mark.count === 1 ? 1 : 0.82;
      pen.fillStyle = COLOUR.fill;
      pen.strokeStyle = COLOUR.line;
      pen.beginPath();
      pen.arc(mark.x, mark.y, mark.radius, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
      if (mark.count === 1) continue;
      pen.globalAlpha = 1;
      pen.fillStyle = COLOUR.text;
      pen.fillText(String(mark.count), mark.x, mark.y + 0.5);
    }
    pen.globalAlpha = 1;
  }

  /** The mark under a canvas pixel, or null. */
  function markAt(points, x, y) {
    const marks = (points && points.marks) || [];
    for (let i = marks.length - 1; i >= 0; i--) {
      const reach = marks[i].radius + 3;
      if (Math.hypot(marks[i].x - x, marks[i].y - y) <= reach) return marks[i];
    }
    return null;
  }

  const api = { readPoints, clusterPoints, draw, markAt };
  root.SilverAtlas = Object.assign(root.SilverAtlas || {}, { points: api });
  if (typeof module !== "undefined" && module.exports) module.exports = api;
})(typeof window === "undefined" ? globalThis : window);
