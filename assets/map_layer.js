/* The canvas layer: one Leaflet renderer that draws a whole choropleth from flat arrays.
 *
 * Leaflet's own canvas renderer keeps an object per polygon and strokes each border twice. Here
 * areas are filled class by class, each border is stroked once, and what follows the pointer
 * (hover, selection) lives on a canvas of its own, so that it never redraws the areas.
 */
(function (root) {
  "use strict";

  const atlas = (root.SilverAtlas = root.SilverAtlas || {});

  const { STYLE, fillArea, addArea, traceLines, stroke, scaled, middleSize } = atlas.drawing;
  const STATES = { 1: "suppressed", 2: "missing", 3: "coarser" };
  const LABELS_AT_MOST = 140;

  /* The class of each area in drawing order: "0".."n" for a value, or the name of its state. */
  function classKey(payload, k) {
    const state = payload.states ? STATES[payload.states[k]] : undefined;
    if (state) return state;
    const index = payload.classes[k];
    return index >= 0 ? String(index) : "missing";
  }

  function defineLayer(L) {
    return L.Renderer.extend({
      options: { padding: 0.3, pane: "overlayPane" },

      initialize(options) {
        L.Renderer.prototype.initialize.call(this, options);
        this.clear();
      },

      /* ---- what to draw ---- */

      clear() {
        this.layer = null;
        this.context = null;
        this.payload = { classes: [], states: "", colours: [] };
        this.first = this.stop = 0;
        this.hovered = this.selected = -1;
        this.emphasis = null;
        this.points = null;
        this.sites = [];
        this.siteMarks = [];
      },

      /** Shows a layer: geometry, its active range and the payload with classes and colours. */
      show(layer, context, payload) {
        const first = payload.first || 0;
        const stop = Math.min(layer.n, first + (payload.count ?? layer.n));
        if (layer !== this.layer || first !== this.first || stop !== this.stop) {
          this.lines = atlas.geometry.sortLines(layer, first, stop);
          this.cellSize = middleSize(layer, first, stop);
          this.hovered = this.selected = -1;
        }
        Object.assign(this, { layer, context, payload, first, stop });
        this.batches = this._makeBatches();
        if (this._map) this.redraw();
      },

      _makeBatches() {
        const batches = new Map();
        for (let area = this.first; area < this.stop; area++) {
          const key = classKey(this.payload, area - this.first);
          if (!batches.has(key)) batches.set(key, []);
          batches.get(key).push(area);
        }
        return batches;
      },

      classOf(area) {
        return area < 0 ? null : classKey(this.payload, area - this.first);
      },

      areaAt(latlng) {
        if (!this.layer) return -1;
        const { projectX, projectY, areaAt } = atlas.geometry;
        const x = projectX(latlng.lng);
        const y = projectY(latlng.lat);
        return areaAt(this.layer, x, y, this.first, this.stop, this.hovered);
      },

      setHovered(area) {
        if (area === this.hovered) return;
        this.hovered = area;
        this._drawTop();
      },

      setSelected(area) {
        if (area === this.selected) return;
        this.selected = area;
        this._drawTop();
      },

      /** Keeps one class at full strength and pales the others; null for all. */
      setEmphasis(key) {
        if (key === this.emphasis) return;
        this.emphasis = key;
        this.redraw();
      },

      setSites(sites) {
        this.sites = sites || [];
        if (this._map) this._drawPoints();
      },

      setPoints(points) {
        this.points = points;
        if (this._map) this._drawPoints();
      },

      /* ---- Leaflet's renderer protocol ---- */

      getEvents() {
        const events = L.Renderer.prototype.getEvents.call(this);
        events.move = this._onMove;
        return events;
      },

      _initContainer() {
        this._container = L.DomUtil.create("div", "atlas-canvas");
        this._pens = ["areas", "points", "top"].map((name) => {
          const canvas = L.DomUtil.create("canvas", `atlas-canvas-${name}`, this._container);
          return canvas.getContext("2d");
        });
      },

      _destroyContainer() {
        L.DomUtil.remove(this._container);
        delete this._container;
        delete this._pens;
      },

      _onMove() {
        const size = this._map.getSize();
        const corner = this._map.containerPointToLayerPoint([0, 0]);
        const view = L.bounds(corner, corner.add(size));
        if (!this._map._animatingZoom && !this._bounds.contains(view)) this._update();
      },

      _update() {
        if (this._map._animatingZoom && this._bounds) return;
        L.Renderer.prototype._update.call(this);
        const size = this._bounds.getSize();
        const ratio = Math.min(2, root.devicePixelRatio || 1);
        L.DomUtil.setPosition(this._container, this._bounds.min);
        for (const pen of this._pens) {
          const canvas = pen.canvas;
          if (canvas.width !== size.x * ratio || canvas.height !== size.y * ratio) {
            canvas.width = size.x * ratio;
            canvas.height = size.y * ratio;
            canvas.style.width = `${size.x}px`;
            canvas.style.height = `${size.y}px`;
          }
        }
        const origin = this._map.getPixelOrigin().add(this._bounds.min);
        this.frame = {
          ratio,
          width: size.x,
          height: size.y,
          scale: 256 * Math.pow(2, this._map.getZoom()),
          left: origin.x,
          top: origin.y,
        };
        this.redraw();
      },

      /* ---- drawing ---- */

      redraw() {
        if (this.held || !this._pens || !this.frame) return;
        const started = performance.now();
        const pen = this._clean(0);
        if (this.context) this._drawNeighbours(pen);
        if (this.layer) {
          this._drawAreas(pen);
          this._drawLines(pen);
        }
        if (this.context) this._drawParent(pen);
        if (this.layer) this._drawLabels(pen);
        this._drawPoints();
        this._drawTop();
        this.drawMs = performance.now() - started;
      },

      _clean(number) {
        const pen = this._pens[number];
        pen.setTransform(this.frame.ratio, 0, 0, this.frame.ratio, 0, 0);
        pen.clearRect(0, 0, this.frame.width, this.frame.height);
        pen.lineJoin = pen.lineCap = "round";
        pen.globalAlpha = 1;
        return pen;
      },

      /* One short path per area: Skia fills 3,000 short paths three times as fast as 7 long ones. */
      _drawAreas(pen) {
        const { layer, frame } = this;
        pen.fillStyle = STYLE.context.fill;
        for (let area = 0; area < layer.n; area++) {
          if (area < this.first || area >= this.stop) fillArea(pen, layer, area, frame);
        }
        for (const [key, areas] of this.batches) {
          pen.globalAlpha = this.emphasis === null || this.emphasis === key ? 1 : 0.18;
          pen.fillStyle = this._fillOf(key, pen);
          for (const area of areas) fillArea(pen, layer, area, frame);
        }
        pen.globalAlpha = 1;
      },

      _fillOf(key, pen) {
        if (key === "missing") return STYLE.missing;
        if (key === "suppressed" || key === "coarser") {
          const tile = key === "suppressed" ? atlas.drawing.hatchTile() : atlas.drawing.dotTile();
          const pattern = pen.createPattern(tile, "repeat");
          pattern.setTransform(new DOMMatrix([1, 0, 0, 1, -this.frame.left % 6, -this.frame.top % 6]));
          return pattern;
        }
        return this.payload.colours[Number(key)] || STYLE.missing;
      },

      _drawLines(pen) {
        const { LINE } = atlas.geometry;
        const paths = traceLines(this.layer, this.lines, this.frame);
        const cell = this.cellSize * this.frame.scale;
        const whole = this.first === 0 && this.stop === this.layer.n && this.context;
        const orders = [
          [LINE.context, STYLE.context],
          [LINE.cell, scaled(STYLE.cell, cell)],
          [LINE.parent, scaled(STYLE.parent, cell)],
          [LINE.province, scaled(STYLE.province, cell)],
          [LINE.rim, whole ? null : STYLE.parentOutline],
        ];
        for (const [kind, style] of orders) if (style) stroke(pen, paths[kind], style);
      },

      _drawNeighbours(pen) {
        this._drawContext(pen, "neighbour", STYLE.neighbour);
      },

      _drawParent(pen) {
        if (this.first === 0 && (!this.layer || this.stop === this.layer.n)) {
          this._drawContext(pen, "parent", { ...STYLE.parentOutline, fill: null });
        }
      },

      _drawContext(pen, role, style) {
        const path = new Path2D();
        this.context.properties.forEach((item, area) => {
          if (item.role === role) addArea(path, this.context, area, this.frame);
        });
        if (style.fill) {
          pen.fillStyle = style.fill;
          pen.fill(path, "evenodd");
        }
        stroke(pen, path, style);
      },

      _drawTop() {
        if (!this._pens || !this.frame) return;
        const pen = this._clean(2);
        if (!this.layer) return;
        for (const [area, style] of [
          [this.selected, STYLE.select],
          [this.hovered, STYLE.hover],
        ]) {
          if (area < 0) continue;
          const path = new Path2D();
          addArea(path, this.layer, area, this.frame);
          stroke(pen, path, { line: "#ffffff", width: style.width + 2.4 });
          stroke(pen, path, style);
        }
      },

      _drawPoints() {
        if (!this._pens || !this.frame) return;
        const pen = this._clean(1);
        if (this.points) atlas.points.draw(pen, this.points, this.frame);
        this.siteMarks = atlas.plan.draw(pen, this.sites, this.frame);
      },

      _drawLabels(pen) {
        const key = this.payload.lang === "en" ? "e" : "n";
        const labels = atlas.labels.place(this.layer, this.first, this.stop, this.frame, {
          text: (item) => item[key] || item.n || "",
          measure: (text) => pen.measureText(text).width,
          atMost: LABELS_AT_MOST,
          font: (pen.font = STYLE.label.font),
        });
        pen.textAlign = "center";
        pen.textBaseline = "middle";
        pen.strokeStyle = STYLE.label.halo;
        pen.fillStyle = STYLE.label.fill;
        pen.lineWidth = 3;
        for (const label of labels) pen.strokeText(label.text, label.x, label.y);
        for (const label of labels) pen.fillText(label.text, label.x, label.y);
      },
    });
  }

  atlas.defineLayer = defineLayer;
})(window);
