/* The plan on the map: its providers drawn, and the tools that add, move and close them.

   Buttons with data-plan-tool="add | move | close" choose a tool; a click on the map uses it. What
   the reader did goes to the server as an event, like everything else; the plan itself comes back
   with the payload. */
(function (root) {
  "use strict";

  const atlas = (root.SilverAtlas = root.SilverAtlas || {});

  const COLOURS = { added: "#d1495b", moved: "#00798c", closed: "#55606b" };
  const RADIUS = 10;
  const state = { tool: null, picked: null, hint: "" };

  /** Where the sites of a payload are in canvas pixels: [{x, y, fromX, fromY, site}]. Pure. */
  function placeSites(sites, frame) {
    const { projectX, projectY } = atlas.geometry;
    const at = (lon, lat) => [
      projectX(lon) * frame.scale - frame.left,
      projectY(lat) * frame.scale - frame.top,
    ];
    return (sites || []).map((site) => {
      const [x, y] = at(site.lon, site.lat);
      const [fromX, fromY] = site.from ? at(site.from[0], site.from[1]) : [x, y];
      return { x, y, fromX, fromY, site, radius: RADIUS };
    });
  }

  function draw(pen, sites, frame) {
    const marks = placeSites(sites, frame);
    for (const mark of marks) {
      if (mark.site.from) drawWay(pen, mark);
    }
    for (const mark of marks) drawMark(pen, mark);
    return marks;
  }

  function drawWay(pen, mark) {
    pen.strokeStyle = COLOURS.moved;
    pen.lineWidth = 2;
    pen.setLineDash([5, 4]);
    pen.beginPath();
    pen.moveTo(mark.fromX, mark.fromY);
    pen.lineTo(mark.x, mark.y);
    pen.stroke();
    pen.setLineDash([]);
    pen.beginPath();
    pen.arc(mark.fromX, mark.fromY, 4, 0, 2 * Math.PI);
    pen.fillStyle = "#ffffff";
    pen.fill();
    pen.stroke();
  }

  function drawMark(pen, mark) {
    const closed = mark.site.kind === "closed";
    pen.lineWidth = 2;
    pen.strokeStyle = "#ffffff";
    pen.fillStyle = COLOURS[mark.site.kind];
    pen.beginPath();
    pen.arc(mark.x, mark.y, closed ? 8 : RADIUS, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
    pen.fillStyle = "#ffffff";
    pen.font = "700 11px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(mark.site.n, mark.x, mark.y + 0.5);
    if (closed) drawCross(pen, mark);
  }

  function drawCross(pen, mark) {
    pen.strokeStyle = COLOURS.closed;
    pen.lineWidth = 2.5;
    pen.beginPath();
    pen.moveTo(mark.x - 10, mark.y - 10);
    pen.lineTo(mark.x + 10, mark.y + 10);
    pen.stroke();
  }

  /** The plan's mark under a canvas pixel, or null. */
  function markAt(marks, x, y) {
    for (let i = (marks || []).length - 1; i >= 0; i--) {
      if (Math.hypot(marks[i].x - x, marks[i].y - y) <= marks[i].radius + 2) return marks[i];
    }
    return null;
  }

  /** "lon,lat" as the server takes it. */
  function placeText(latlng) {
    return `${latlng.lng.toFixed(5)},${latlng.lat.toFixed(5)}`;
  }

  function withPlaces(text) {
    const box = document.getElementById("plan-places");
    const places = box && box.value !== "" ? Math.round(Number(box.value)) : NaN;
    return Number.isFinite(places) && places >= 0 ? `${text},${places}` : text;
  }

  /** Which provider a mark stands for: the plan's own, or one of the release; "" for none. */
  function providerOf(controller, mark) {
    if (!mark) return "";
    if (mark.site) return mark.site.id;
    const ids = controller.canvas.points && controller.canvas.points.ids;
    return (ids && ids[mark.point]) || "";
  }

  /** Uses the chosen tool; true when the click belongs to it. */
  function click(controller, event, mark) {
    if (!state.tool) return false;
    const provider = providerOf(controller, mark);
    if (state.tool === "add") send("plan_add", withPlaces(placeText(event.latlng)));
    else if (state.tool === "close") {
      if (provider) send(mark.site ? "plan_drop" : "plan_close", provider);
    } else if (!state.picked) {
      state.picked = provider || null;
      say(controller);
    } else {
      send("plan_move", `${state.picked},${placeText(event.latlng)}`);
      state.picked = null;
      say(controller);
    }
    return true;
  }

  function send(kind, code) {
    atlas.sendMapEvent(kind, code);
  }

  function say(controller) {
    if (!controller) return;
    const box = hintBox(controller.frame);
    box.textContent = state.tool ? `${state.hint}${state.picked ? " ●" : ""}` : "";
    box.hidden = !state.tool;
    controller.container.classList.toggle("has-tool", Boolean(state.tool));
  }

  function hintBox(frame) {
    let box = frame.querySelector(".atlas-map-hint");
    if (box) return box;
    box = document.createElement("div");
    box.className = "atlas-map-hint";
    box.setAttribute("role", "status");
    frame.appendChild(box);
    return box;
  }

  function choose(tool, hint) {
    state.tool = tool;
    state.hint = hint || "";
    state.picked = null;
    for (const button of document.querySelectorAll("[data-plan-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.planTool === tool));
    }
    say(atlas.map && atlas.map());
    // What is to be moved or closed must be seen.
    if (tool === "move" || tool === "close") {
      root.dash_clientside.set_props("points", { value: true });
    }
  }

  function addHere(button) {
    const controller = atlas.map && atlas.map();
    const code = controller ? controller.codeOf(controller.canvas.selected) : "";
    if (code) send("plan_add", withPlaces(code));
    else if (controller) {
      const box = hintBox(controller.frame);
      box.textContent = button.dataset.none;
      box.hidden = false;
      root.setTimeout(() => say(controller), 4000);
    }
  }

  function onClick(event) {
    const tool = event.target.closest && event.target.closest("[data-plan-tool]");
    if (tool) {
      const same = state.tool === tool.dataset.planTool;
      choose(same ? null : tool.dataset.planTool, tool.dataset.hint);
      return;
    }
    const here = event.target.closest && event.target.closest("[data-plan-here]");
    if (here) addHere(here);
    // Another tab has no tools: none stays chosen behind the reader's back.
    else if (state.tool && event.target.closest && event.target.closest(".panel-tab")) choose(null);
  }

  if (root.document) {
    document.addEventListener("click", onClick);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && state.tool) choose(null);
    });
  }

  atlas.plan = {
    placeSites,
    draw,
    markAt,
    placeText,
    click,
    active: () => Boolean(state.tool),
    stop: () => choose(null),
  };
  if (typeof module !== "undefined" && module.exports) module.exports = atlas.plan;
})(typeof window === "undefined" ? globalThis : window);
