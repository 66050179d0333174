/* The map on the page: one controller per Leaflet map, and the functions Dash calls.
 *
 * Dash hands over a payload (values, classes, colours, the address of the layer file); the
 * controller draws it and reports what the reader does through small stores.
 */
(function (root) {
  "use strict";

  const atlas = (root.SilverAtlas = root.SilverAtlas || {});

  const IDS = { event: "map-event", hover: "hover", ready: "map-ready" };
  let current = null; // the controller of the mounted map
  let pending = null; // a payload that came before the map
  let events = Date.now();

  function layerAddress(name) {
    return atlas.loading.addressOf(name, "geometry/", atlas.loading.pathPrefix());
  }

  function pointsAddress(query) {
    return atlas.loading.addressOf(query, "data/providers?", atlas.loading.pathPrefix());
  }

  const layers = atlas.loading.createLoader(atlas.geometry.readLayer, atlas.loading.fetchJson);
  const points = atlas.loading.createLoader(atlas.points.readPoints, atlas.loading.fetchJson);

  function tellDash(id, data) {
    if (root.dash_clientside && root.dash_clientside.set_props) {
      root.dash_clientside.set_props(id, { data });
    }
  }

  function sendEvent(kind, code) {
    tellDash(IDS.event, { kind, code: code || "", n: ++events });
  }

  function isTyping(target) {
    return Boolean(
      target &&
        target.closest &&
        target.closest("input, textarea, select, [contenteditable=''], [contenteditable='true']")
    );
  }

  class MapController {
    constructor(map) {
      const L = root.L;
      atlas.AreaLayer = atlas.AreaLayer || atlas.defineLayer(L);
      this.map = map;
      this.container = map.getContainer();
      this.frame = this.container.closest(".atlas-map") || this.container.parentNode;
      this.canvas = new atlas.AreaLayer().addTo(map);
      this.tooltip = atlas.tooltip.createTooltip(this.frame);
      this.controls = atlas.controls.addControls(this, L);
      this.fitted = null;
      this.request = 0;
      this.payload = null;
      this.card = { area: -1, content: null };
      atlas.gestures.listen(this);
      this._watchSize();
    }

    _watchSize() {
      if (!root.ResizeObserver) return;
      this.observer = new ResizeObserver(() => {
        // Leaflet also hears of a new window size, often first: compare with the size last fitted.
        const { clientWidth, clientHeight } = this.container;
        if (!clientWidth || this.fittedSize === `${clientWidth}x${clientHeight}`) return;
        if (!this.moved) this.map.setMaxBounds(null);
        this.map.invalidateSize({ animate: false, pan: false });
        if (!this.moved) this.fit(true);
      });
      this.observer.observe(this.container);
    }

    /** Draws a payload; geometry that is on its way for an older payload is dropped. */
    async draw(payload) {
      const request = ++this.request;
      const started = performance.now();
      if (payload.layer) this.frame.dataset.loading = "1";
      try {
        const [layer, context] = await Promise.all([
          layers.load(layerAddress(payload.layer)),
          layers.load(layerAddress(payload.context)).catch(() => null),
        ]);
        if (request !== this.request) return;
        this._show(layer, context, payload, started);
        await this._showPoints(payload, request);
      } catch (failure) {
        if (request === this.request) this._fail(failure, payload);
      }
    }

    _show(layer, context, payload, started) {
      this.payload = payload;
      this.controls.translate(payload.lang, payload.title);
      delete this.frame.dataset.loading;
      this.canvas.hovered = -1;
      this.card = { area: -1, content: null };
      this.tooltip.hide();
      const empty = !layer || payload.count === 0;
      this.controls.say(empty ? "empty" : "");
      this.canvas.held = true; // the view moves before the new areas are there: draw once, after
      this.fit(false);
      this.canvas.held = false;
      this.canvas.show(layer || atlas.geometry.readLayer(null), context, payload);
      this.canvas.setSites(payload.sites);
      if (payload.select !== undefined) this.select(payload.select);
      this._announce(performance.now() - started);
    }

    async _showPoints(payload, request) {
      const read = payload.points ? await points.load(pointsAddress(payload.points)).catch(() => null) : null;
      if (request === this.request && read !== this.canvas.points) this.canvas.setPoints(read);
    }

    _fail(failure, payload) {
      delete this.frame.dataset.loading;
      const gone = failure.status === 404 || failure.status === 410;
      if (gone && this.refreshedFor !== payload.layer) {
        this.refreshedFor = payload.layer; // a newer release has other files: ask once
        sendEvent("refresh", "");
        return;
      }
      this.controls.say("failed");
      this._tellReady();
    }

    _announce(ms) {
      const polygons = this.canvas.stop - this.canvas.first;
      const detail = { ms, polygons, drawMs: this.canvas.drawMs, at: performance.now() };
      atlas.lastDraw = detail;
      document.documentElement.dataset.mapDrawn = String(Number(document.documentElement.dataset.mapDrawn || 0) + 1);
      document.dispatchEvent(new CustomEvent("atlas:drawn", { detail }));
      this._tellReady();
    }

    /* The rest of the page may come: once, after the frame with the map, also when it failed. */
    _tellReady() {
      if (this.told) return;
      this.told = true;
      root.requestAnimationFrame(() =>
        root.setTimeout(() => atlas.loading.loadLateScripts().then(() => tellDash(IDS.ready, 1)), 0)
      );
    }

    /** Brings the area into view when it changed, or when asked by the button. */
    fit(always) {
      const box = this.payload && this.payload.bbox;
      if (!box || box.length !== 4) return;
      const key = box.join();
      if (!always && key === this.fitted) return;
      this.fitted = key;
      const bounds = root.L.latLngBounds([box[1], box[0]], [box[3], box[2]]);
      const size = this.map.getSize();
      if (!size.x || !size.y) return;
      this.fittedSize = `${size.x}x${size.y}`;
      this.map.setMaxBounds(null); // first: else stopping starts a new glide back into them
      this.map.stop();
      this.map.setMinZoom(0);
      const pad = size.x < 480 ? 6 : 16;
      const [right, bottom] = atlas.room.roomForLegend(this.map, bounds, pad);
      this.map.fitBounds(bounds, {
        animate: false,
        paddingTopLeft: [pad, pad + atlas.room.roomForTitle(this.map, bounds, pad)],
        paddingBottomRight: [pad + right, pad + bottom],
      });
      this.map.setMinZoom(Math.max(0, this.map.getZoom() - 1));
      this.map.setMaxBounds(bounds.pad(0.75));
      this.moved = false;
    }

    properties(area) {
      return this.canvas.layer ? this.canvas.layer.properties[area] : undefined;
    }

    codeOf(area) {
      const item = area >= 0 ? this.properties(area) : null;
      return item ? item.c : "";
    }

    positionOf(code) {
      const layer = this.canvas.layer;
      const area = code && layer ? layer.position.get(code) : undefined;
      return area !== undefined && area >= this.canvas.first && area < this.canvas.stop ? area : -1;
    }

    /** Hovers an area: outline, legend entry, and (when the pointer did it) the table. */
    hover(area, by) {
      if (area === this.canvas.hovered) return;
      this.canvas.setHovered(area);
      atlas.legend.mark(this.canvas.classOf(area));
      if (by !== "map") return;
      root.clearTimeout(this.hoverTimer);
      this.hoverTimer = root.setTimeout(
        () => tellDash(IDS.hover, { code: this.codeOf(this.canvas.hovered), by: "map" }),
        60
      );
    }

    showCard(area, x, y) {
      if (this.card.area !== area) {
        const content = atlas.tooltip.areaCard(this.payload, this.properties(area), area - this.canvas.first);
        this.card = { area, content };
      }
      this.tooltip.show(this.card.content, x, y);
    }

    select(code) {
      this.canvas.setSelected(this.positionOf(code));
    }

    choose(area) {
      this.canvas.setSelected(area);
      sendEvent("select", this.codeOf(area));
    }

    drill(area) {
      const code = this.codeOf(area);
      if (code) sendEvent("drill", code);
    }

    remove() {
      if (this.observer) this.observer.disconnect();
      root.clearTimeout(this.hoverTimer);
      atlas.gestures.forget(this);
      this.tooltip.remove();
      this.controls.remove();
    }
  }

  /* dash-leaflet calls this when the (empty) layer group joins its map. */
  function attach(event, context) {
    const map = (context && context.map) || event.target._map;
    if (current && current.map === map) return;
    if (current) current.remove();
    const controller = (current = new MapController(map));
    map.on("unload", () => {
      controller.remove();
      if (current === controller) current = null;
    });
    if (pending) controller.draw(pending);
  }

  /* Client-side callbacks: store -> map. They return nothing: no Dash property depends on them. */
  function drawMap(payload) {
    if (!payload) return;
    pending = payload;
    if (current) current.draw(payload);
  }

  function highlightArea(hover) {
    if (!current || !current.payload || !hover || hover.by === "map") return;
    current.hover(current.positionOf(hover.code), hover.by);
  }

  function selectArea(code) {
    if (pending && typeof code === "string") pending.select = code;
    if (current && current.payload) current.select(code);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace" || event.defaultPrevented || isTyping(event.target)) return;
    if (event.altKey || event.ctrlKey || event.metaKey || !current) return;
    event.preventDefault();
    sendEvent("up", "");
  });

  Object.assign(atlas, { map: () => current, sendMapEvent: sendEvent });
  root.dashExtensions = Object.assign(root.dashExtensions || {}, { silverAtlas: { attach } });
  root.dash_clientside = Object.assign(root.dash_clientside || {}, {
    atlas_map: { drawMap, highlightArea, selectArea },
  });
})(window);
