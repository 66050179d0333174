/* Pure geometry of the map: GeoJSON to flat arrays, borders, hit tests. No DOM, no Leaflet.
 *
 * World coordinates are spherical Mercator scaled to 0..1 (x right, y down), as Leaflet's
 * EPSG:3857 has them: pixels at zoom z = world * 256 * 2^z. Doubles, since zoom 18 needs 27 bits.
 */
(function (root) {
  "use strict";

  const RADIANS = Math.PI / 180;

  /** World x and y of a longitude and latitude in degrees. */
  function projectX(lon) {
    return lon / 360 + 0.5;
  }

  function projectY(lat) {
    const sine = Math.sin(lat * RADIANS);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  function polygonsOf(geometry) {
    if (!geometry) return [];
    if (geometry.type === "Polygon") return [geometry.coordinates];
    if (geometry.type === "MultiPolygon") return geometry.coordinates;
    return [];
  }

  function countSize(features) {
    let rings = 0;
    let points = 0;
    for (const feature of features) {
      for (const polygon of polygonsOf(feature.geometry)) {
        rings += polygon.length;
        for (const ring of polygon) points += ring.length;
      }
    }
    return { rings, points };
  }

  /**
   * A GeoJSON FeatureCollection as flat arrays.
   *
   * Returns n areas with properties [], world (Float64Array x,y,x,y..), rings (start of each ring
   * in points, length rings+1), areas (start of each area in rings, length n+1), and boxes
   * (Float64Array, 4 per area: west, north, east, south in world coordinates).
   */
  function readLayer(collection) {
    const features = (collection && collection.features) || [];
    const size = countSize(features);
    const layer = {
      n: features.length,
      properties: features.map((feature) => feature.properties || {}),
      world: new Float64Array(size.points * 2),
      rings: new Int32Array(size.rings + 1),
      areas: new Int32Array(features.length + 1),
      boxes: new Float64Array(features.length * 4),
    };
    let point = 0;
    let ringNumber = 0;
    features.forEach((feature, area) => {
      const start = point;
      for (const polygon of polygonsOf(feature.geometry)) {
        for (const ring of polygon) {
          for (let i = 0; i < ring.length; i++, point++) {
            layer.world[2 * point] = projectX(ring[i][0]);
            layer.world[2 * point + 1] = projectY(ring[i][1]);
          }
          layer.rings[++ringNumber] = point;
        }
      }
      layer.areas[area + 1] = ringNumber;
      writeBox(layer, area, start, point);
    });
    layer.position = new Map(layer.properties.map((item, i) => [item.c, i]));
    return layer;
  }

  function writeBox(layer, area, start, stop) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = start; i < stop; i++) {
      const x = layer.world[2 * i];
      const y = layer.world[2 * i + 1];
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
    }
    layer.boxes.set(box, area * 4);
  }

  /** True when world point (x, y) is inside the area (even-odd over all its rings). */
  function contains(layer, area, x, y) {
    let inside = false;
    for (let ring = layer.areas[area]; ring < layer.areas[area + 1]; ring++) {
      const stop = layer.rings[ring + 1];
      let before = stop - 1;
      for (let i = layer.rings[ring]; i < stop; before = i++) {
        const yi = layer.world[2 * i + 1];
        const yj = layer.world[2 * before + 1];
        if (yi > y === yj > y) continue;
        const xi = layer.world[2 * i];
        const xj = layer.world[2 * before];
        if (x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
      }
    }
    return inside;
  }

  /** The area at a world point among [first, stop), or -1. `hint` (the last answer) goes first. */
  function areaAt(layer, x, y, first, stop, hint) {
    if (hint >= first && hint < stop && contains(layer, hint, x, y)) return hint;
    const boxes = layer.boxes;
    for (let area = first; area < stop; area++) {
      const b = area * 4;
      if (x < boxes[b] || x > boxes[b + 2] || y < boxes[b + 1] || y > boxes[b + 3]) continue;
      if (contains(layer, area, x, y)) return area;
    }
    return -1;
  }

  /** Numbers the points so that the same place has the same number in every ring. */
  function numberPoints(world) {
    const count = world.length / 2;
    const numbers = new Int32Array(count);
    const bits = Math.max(4, Math.ceil(Math.log2(count * 2 + 1)));
    const mask = (1 << bits) - 1;
    const slots = new Int32Array(1 << bits).fill(-1);
    for (let i = 0; i < count; i++) {
      const x = world[2 * i];
      const y = world[2 * i + 1];
      let slot = hashPair(Math.floor(x * 4294967295), Math.floor(y * 4294967295)) & mask;
      while (slots[slot] >= 0) {
        const other = slots[slot];
        if (world[2 * other] === x && world[2 * other + 1] === y) break;
        slot = (slot + 1) & mask;
      }
      if (slots[slot] < 0) slots[slot] = i;
      numbers[i] = slots[slot];
    }
    return numbers;
  }

  function hashPair(a, b) {
    let hash = Math.imul(a | 0, 0x9e3779b1) ^ Math.imul(b | 0, 0x85ebca6b);
    hash ^= hash >>> 15;
    return Math.imul(hash, 0x2c1b3c6d) >>> 3;
  }

  /**
   * The borders of a coverage, each drawn once: which area lies on the other side of each segment.
   *
   * Returns an Int32Array, one per point: for the segment from point i to i+1 of a ring the area
   * on the other side, -1 at the rim, -2 when the neighbour's own copy is the one that counts.
   */
  function findNeighbours(layer) {
    const numbers = numberPoints(layer.world);
    const count = numbers.length;
    const across = new Int32Array(count).fill(-1);
    const owner = new Int32Array(count);
    const bits = Math.max(4, Math.ceil(Math.log2(count * 2 + 1)));
    const mask = (1 << bits) - 1;
    const slots = new Int32Array(1 << bits).fill(-1);
    for (let area = 0; area < layer.n; area++) {
      for (let ring = layer.areas[area]; ring < layer.areas[area + 1]; ring++) {
        const stop = layer.rings[ring + 1] - 1; // the last point closes the ring: no segment
        across[stop] = -2;
        for (let i = layer.rings[ring]; i < stop; i++) {
          owner[i] = area;
          const a = Math.min(numbers[i], numbers[i + 1]);
          const b = Math.max(numbers[i], numbers[i + 1]);
          let slot = hashPair(a, b) & mask;
          for (; slots[slot] >= 0; slot = (slot + 1) & mask) {
            const other = slots[slot];
            const c = numbers[other];
            const d = numbers[other + 1];
            if (Math.min(c, d) === a && Math.max(c, d) === b) {
              across[other] = area;
              across[i] = -2;
              break;
            }
          }
          if (slots[slot] < 0) slots[slot] = i;
        }
      }
    }
    layer.owner = owner;
    return across;
  }

  const LINE = { none: 0, cell: 1, parent: 2, province: 3, rim: 4, context: 5 };

  /** Which line each segment is, Uint8Array of LINE numbers, for the active range [first, stop). */
  function sortLines(layer, first, stop) {
    if (!layer.across) layer.across = findNeighbours(layer);
    const parents = layer.properties.map((item) => item.h || parentPrefix(item.c));
    const kinds = new Uint8Array(layer.across.length);
    for (let i = 0; i < kinds.length; i++) {
      const there = layer.across[i];
      if (there === -2) continue;
      const here = layer.owner[i];
      const inside = here >= first && here < stop;
      const beyond = there >= first && there < stop;
      if (inside !== beyond) kinds[i] = LINE.rim;
      else if (!inside) kinds[i] = LINE.context;
      else kinds[i] = lineBetween(parents[here], parents[there]);
    }
    return kinds;
  }

  function lineBetween(one, other) {
    if (one === other) return LINE.cell;
    return one.slice(0, 2) === other.slice(0, 2) ? LINE.parent : LINE.province;
  }

  /** The part of a code that names the parent of areas with that code's length. */
  function parentPrefix(code) {
    const length = { 4: 2, 6: 4, 9: 6, 12: 9 }[(code || "").length] || 0;
    return (code || "").slice(0, length);
  }

  const api = { projectX, projectY, readLayer, contains, areaAt, findNeighbours, sortLines, parentPrefix, LINE };
  root.SilverAtlas = Object.assign(root.SilverAtlas || {}, { geometry: api });
  if (typeof module !== "undefined" && module.exports) module.exports = api;
})(typeof window === "undefined" ? globalThis : window);
