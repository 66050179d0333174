/* Where the legend lies over the map, the area shown moves aside: to the left or upwards, whichever
   leaves it larger. Pure in sizes; the element is measured by its caller. */
(function (root) {
  "use strict";

  const atlas = (root.SilverAtlas = root.SilverAtlas || {});

  /**
   * Pixels to leave free at the right and at the bottom.
   *
   * map: {x, y} its size; box: {x, y} the area's size at any one scale; legend: {x, y} the size of
   * what lies in the lower right corner; pad: the margin all round.
   */
  function roomBeside(map, box, legend, pad) {
    const scale = (width, height) => Math.min(width / box.x, height / box.y);
    const whole = scale(map.x - 2 * pad, map.y - 2 * pad);
    const right = map.x / 2 + (box.x * whole) / 2;
    const bottom = map.y / 2 + (box.y * whole) / 2;
    if (right <= map.x - legend.x || bottom <= map.y - legend.y) return [0, 0];
    const beside = scale(map.x - 2 * pad - legend.x, map.y - 2 * pad);
    const above = scale(map.x - 2 * pad, map.y - 2 * pad - legend.y);
    if (Math.max(beside, above) < 0.55 * whole) return [0, 0];
    return beside >= above ? [legend.x, 0] : [0, legend.y];
  }

  /** Pixels to leave free at the top, where the title would lie on the area. */
  function roomBelow(map, box, title, pad) {
    const scale = Math.min((map.x - 2 * pad) / box.x, (map.y - 2 * pad) / box.y);
    const left = map.x / 2 - (box.x * scale) / 2;
    const top = map.y / 2 - (box.y * scale) / 2;
    return left < title.x && top < title.y ? title.y - pad / 2 : 0;
  }

  /** Room at the top for a Leaflet map and its bounds, with the title on the page. */
  function roomForTitle(map, bounds, pad) {
    const title = root.document && root.document.querySelector(".map-holder > .map-title");
    if (!title) return 0;
    const size = { x: title.offsetLeft + title.offsetWidth, y: title.offsetTop + title.offsetHeight };
    return roomBelow(map.getSize(), sizeOf(map, bounds), size, pad);
  }

  function sizeOf(map, bounds) {
    const low = map.project(bounds.getSouthWest(), 8);
    const high = map.project(bounds.getNorthEast(), 8);
    return { x: Math.abs(high.x - low.x), y: Math.abs(high.y - low.y) };
  }

  /** The same for a Leaflet map and its bounds, with the legend on the page. */
  function roomForLegend(map, bounds, pad) {
    const legend = root.document && root.document.querySelector(".map-box > .legend");
    if (!legend || root.getComputedStyle(legend).position !== "absolute") return [0, 0];
    const box = sizeOf(map, bounds);
    const size = { x: legend.offsetWidth + 12, y: legend.offsetHeight + 30 };
    return roomBeside(map.getSize(), box, size, pad);
  }

  atlas.room = { roomBeside, roomBelow, roomForLegend, roomForTitle };
  if (typeof module !== "undefined" && module.exports) module.exports = atlas.room;
})(typeof window === "undefined" ? globalThis : window);
