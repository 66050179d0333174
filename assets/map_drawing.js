/* How things are drawn: colours, line widths, patterns, and areas as paths on a canvas. */
(function (root) {
  "use strict";

  const atlas = (root.SilverAtlas = root.SilverAtlas || {});

  const STYLE = {
    page: "#f7f8f8",
    neighbour: { fill: "#eceeef", line: "#c9cdd1", width: 0.8 },
    context: { fill: "#e9ebec", line: "#cfd3d6", width: 0.6 },
    parentOutline: { line: "#3c4650", width: 1.6 },
    missing: "#e4e4e0",
    protectedFill: ["#f3f3f0", "#a9a9a2"],
    coarserFill: ["#f3f3f0", "#b5b5ae"],
    cell: { line: "#ffffff", least: 0.3, most: 1 },
    // Dark lines in a white casing: seen on the palest and on the darkest class.
    parent: { line: "#4a5861", least: 0.55, most: 1.3, casing: 1.4 },
    province: { line: "#24323b", least: 1.1, most: 1.8, casing: 1.4 },
    hover: { line: "#10222e", width: 1.6 },
    select: { line: "#10222e", width: 2.6 },
    label: {
      fill: "#1d2a33",
      halo: "rgba(255,255,255,0.86)",
      font: '12px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif',
    },
  };

  function makeTile(draw) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    draw(tile.getContext("2d"));
    return tile;
  }

  function hatchTile() {
    return makeTile((pen) => {
      pen.fillStyle = STYLE.protectedFill[0];
      pen.fillRect(0, 0, 6, 6);
      pen.strokeStyle = STYLE.protectedFill[1];
      pen.beginPath();
      for (const shift of [-6, 0, 6]) {
        pen.moveTo(shift - 1, 7);
        pen.lineTo(shift + 7, -1);
      }
      pen.stroke();
    });
  }

  function dotTile() {
    return makeTile((pen) => {
      pen.fillStyle = STYLE.coarserFill[0];
      pen.fillRect(0, 0, 6, 6);
      pen.fillStyle = STYLE.coarserFill[1];
      pen.fillRect(1, 1, 1.4, 1.4);
      pen.fillRect(4, 4, 1.4, 1.4);
    });
  }

  /* Thin lines where cells are small, so that lines never eat the colours. */
  function scaled(style, cell) {
    const part = Math.min(1, Math.max(0, (cell - 6) / 50));
    const width = style.least + part * (style.most - style.least);
    return { line: style.line, width, casing: (style.casing || 0) * part };
  }

  /* Side of the middle cell in world units. */
  function middleSize(layer, first, stop) {
    const sides = [];
    for (let area = first; area < stop; area++) {
      const b = area * 4;
      sides.push(layer.boxes[b + 2] - layer.boxes[b], layer.boxes[b + 3] - layer.boxes[b + 1]);
    }
    sides.sort((a, b) => a - b);
    return sides.length ? sides[sides.length >> 1] : 0;
  }

  function stroke(pen, path, style) {
    if (style.casing > 0.2) {
      pen.strokeStyle = "#ffffff";
      pen.lineWidth = style.width + style.casing;
      pen.stroke(path);
    }
    pen.strokeStyle = style.line;
    pen.lineWidth = style.width;
    pen.stroke(path);
  }

  function fillArea(pen, layer, area, frame) {
    pen.beginPath();
    addArea(pen, layer, area, frame);
    pen.fill("evenodd");
  }

  /* Adds an area's rings in canvas pixels; points closer than half a pixel are left out. */
  function addArea(path, layer, area, frame) {
    const { scale, left, top, width, height } = frame;
    const b = area * 4;
    const boxes = layer.boxes;
    const west = boxes[b] * scale - left;
    const north = boxes[b + 1] * scale - top;
    const east = boxes[b + 2] * scale - left;
    const south = boxes[b + 3] * scale - top;
    if (east < 0 || south < 0 || west > width || north > height) return;
    if (east - west < 1 && south - north < 1) {
      path.rect(west, north, 1, 1);
      return;
    }
    const world = layer.world;
    for (let ring = layer.areas[area]; ring < layer.areas[area + 1]; ring++) {
      const stop = layer.rings[ring + 1] - 1;
      let i = layer.rings[ring];
      let x = world[2 * i] * scale - left;
      let y = world[2 * i + 1] * scale - top;
      path.moveTo(x, y);
      for (i += 1; i < stop; i++) {
        const nextX = world[2 * i] * scale - left;
        const nextY = world[2 * i + 1] * scale - top;
        if (Math.abs(nextX - x) + Math.abs(nextY - y) < 0.5) continue;
        path.lineTo((x = nextX), (y = nextY));
      }
      path.closePath();
    }
  }

  /* One path per kind of line; consecutive segments of one kind stay one polyline. */
  function traceLines(layer, kinds, frame) {
    const { scale, left, top, width, height } = frame;
    const paths = Array.from({ length: 6 }, () => new Path2D());
    const world = layer.world;
    let open = 0;
    for (let i = 0; i < kinds.length - 1; i++) {
      const kind = kinds[i];
      if (!kind) {
        open = 0;
        continue;
      }
      const x = world[2 * i] * scale - left;
      const y = world[2 * i + 1] * scale - top;
      const nextX = world[2 * i + 2] * scale - left;
      const nextY = world[2 * i + 3] * scale - top;
      if (
        (x < 0 && nextX < 0) || (y < 0 && nextY < 0) ||
        (x > width && nextX > width) || (y > height && nextY > height)
      ) {
        open = 0;
        continue;
      }
      if (open !== kind) paths[kind].moveTo(x, y);
      paths[kind].lineTo(nextX, nextY);
      open = kind;
    }
    return paths;
  }

  atlas.drawing = { STYLE, hatchTile, dotTile, fillArea, addArea, traceLines, stroke, scaled, middleSize };
})(window);
