/* What the reader does on the map: pointer, touch, keys. Reports to the controller. */
(function (root) {
  "use strict";

  const atlas = (root.SilverAtlas = root.SilverAtlas || {});
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function canvasPoint(controller, layerPoint) {
    return layerPoint.subtract(controller.canvas._bounds.min);
  }

  function markUnder(controller, event) {
    const at = canvasPoint(controller, event.layerPoint);
    const { siteMarks, points } = controller.canvas;
    return atlas.plan.markAt(siteMarks, at.x, at.y) || atlas.points.markAt(points, at.x, at.y);
  }

  function isTouch(event) {
    const original = event.originalEvent || {};
    return original.pointerType === "touch" || original.pointerType === "pen";
  }

  function follow(controller, event) {
    if (!controller.payload || controller.map.dragging.moving()) return;
    const { x, y } = event.containerPoint;
    const mark = markUnder(controller, event);
    const area = controller.canvas.areaAt(event.latlng);
    controller.hover(area, "map");
    controller.container.classList.toggle("is-over-area", area >= 0 || Boolean(mark));
    if (mark) {
      const card = mark.site
        ? atlas.tooltip.siteCard(mark.site)
        : atlas.tooltip.pointCard(controller.payload, controller.canvas.points, mark);
      controller.tooltip.show(card, x, y);
    } else if (area >= 0) controller.showCard(area, x, y);
    else controller.tooltip.hide();
  }

  function leave(controller) {
    controller.tooltip.hide();
    if (controller.payload) controller.hover(-1, "map");
  }

  function click(controller, event) {
    if (!controller.payload) return;
    const original = event.originalEvent || {};
    if (original.detail > 1) return; // the second half of a double click
    const mark = markUnder(controller, event);
    if (mark && mark.point < 0) {
      controller.map.setView(event.latlng, controller.map.getZoom() + 1.5, { animate: false });
      return;
    }
    if (atlas.plan.click(controller, event, mark)) return;
    const area = controller.canvas.areaAt(event.latlng);
    if (isTouch(event)) {
      follow(controller, event);
      if (area >= 0 && area === controller.canvas.selected) {
        controller.drill(area);
        return;
      }
    }
    controller.choose(area);
  }

  function doubleClick(controller, event) {
    if (!controller.payload || atlas.plan.active()) return;
    controller.drill(controller.canvas.areaAt(event.latlng));
  }

  /** The area whose label point is nearest in a direction, from one area or the middle. Pure. */
  function nextArea(layer, first, stop, from, direction) {
    const centre = (area) => {
      const b = area * 4;
      return [(layer.boxes[b] + layer.boxes[b + 2]) / 2, (layer.boxes[b + 1] + layer.boxes[b + 3]) / 2];
    };
    if (from < first || from >= stop) return first < stop ? first : -1;
    const [x, y] = centre(from);
    let best = from;
    let least = Infinity;
    for (let area = first; area < stop; area++) {
      if (area === from) continue;
      const [ax, ay] = centre(area);
      const along = (ax - x) * direction[0] + (ay - y) * direction[1];
      const aside = Math.abs((ax - x) * direction[1]) + Math.abs((ay - y) * direction[0]);
      if (along <= 0 || aside > 2 * along) continue;
      const cost = along + 2 * aside;
      if (cost < least) {
        least = cost;
        best = area;
      }
    }
    return best;
  }

  function showSelected(controller) {
    const { canvas, map } = controller;
    const item = controller.properties(canvas.selected);
    if (!item || !item.p) return;
    const at = map.latLngToContainerPoint([item.p[1], item.p[0]]);
    const size = map.getSize();
    if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) {
      map.panTo([item.p[1], item.p[0]], { animate: false });
      controller.showCard(canvas.selected, size.x / 2, size.y / 2);
    } else controller.showCard(canvas.selected, at.x, at.y);
  }

  function key(controller, event) {
    if (!controller.payload || event.target !== controller.container) return;
    const { canvas } = controller;
    if (event.key === "Enter") controller.drill(canvas.selected);
    else if (event.key === "Escape") {
      controller.tooltip.hide();
      if (atlas.plan.active()) atlas.plan.stop();
      else controller.choose(-1);
    } else if (event.key === "Home") controller.fit(true);
    else if (event.shiftKey && ARROWS[event.key]) {
      const area = nextArea(canvas.layer, canvas.first, canvas.stop, canvas.selected, ARROWS[event.key]);
      controller.choose(area);
      if (area >= 0) showSelected(controller);
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Leaflet would pan as well
  }

  /** Listens for a controller until forget(). */
  function listen(controller) {
    const { map, container } = controller;
    let frame = 0;
    const onKey = (event) => key(controller, event);
    const onLeave = () => {
      root.cancelAnimationFrame(frame);
      leave(controller);
    };
    map.on("mousemove", (event) => {
      root.cancelAnimationFrame(frame);
      frame = root.requestAnimationFrame(() => follow(controller, event));
    });
    map.on("click", (event) => click(controller, event));
    map.on("dblclick", (event) => doubleClick(controller, event));
    map.on("dragstart zoomstart", () => {
      controller.moved = true;
      controller.tooltip.hide();
    });
    container.addEventListener("mouseleave", onLeave);
    container.addEventListener("keydown", onKey, true);
    controller.unlisten = () => {
      root.cancelAnimationFrame(frame);
      container.removeEventListener("mouseleave", onLeave);
      container.removeEventListener("keydown", onKey, true);
    };
  }

  function forget(controller) {
    if (controller.unlisten) controller.unlisten();
  }

  /* The legend beside the map: entries carry data-legend-class. */
  let marked = null;

  function markLegend(key) {
    if (key === marked) return;
    marked = key;
    for (const entry of document.querySelectorAll("[data-legend-class]")) {
      entry.classList.toggle("is-hovered", entry.dataset.legendClass === key);
    }
  }

  function followLegend(event) {
    const map = atlas.map && atlas.map();
    if (!map || !map.payload) return;
    const entry = event.target.closest && event.target.closest("[data-legend-class]");
    map.canvas.setEmphasis(entry ? entry.dataset.legendClass : null);
  }

  if (root.document) root.document.addEventListener("mouseover", followLegend);

  atlas.gestures = { listen, forget, nextArea };
  atlas.legend = { mark: markLegend };
  if (typeof module !== "undefined" && module.exports) module.exports = atlas.gestures;
})(typeof window === "undefined" ? globalThis : window);
