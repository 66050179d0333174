/* Table and map point at each other: rows of the hovered and of the selected area are marked by a
   style rule on their id, which also holds for rows that scroll into sight later. */
(function () {
  "use strict";

  const TABLE = "table";
  const rules = {};

  function setRule(name, code, style) {
    if (!rules[name]) rules[name] = document.head.appendChild(document.createElement("style"));
    const safe = typeof code === "string" && /^[\w-]+$/.test(code) ? code : "";
    rules[name].textContent = safe ? `.ag-row[row-id="${safe}"] { ${style} }` : "";
  }

  function grid() {
    const api = window.dash_ag_grid && window.dash_ag_grid.getApi;
    try {
      return api ? window.dash_ag_grid.getApi(TABLE) : null;
    } catch (absent) {
      return null;
    }
  }

  function markRows(hover) {
    setRule("hovered", hover && hover.code, "background: #fdeeda !important;");
  }

  function markSelected(code) {
    setRule("selected", code, "background: #d7eaea !important; box-shadow: inset 3px 0 0 #d97706;");
    const api = grid();
    const node = api && code ? api.getRowNode(code) : null;
    if (node) api.ensureNodeVisible(node);
  }

  /* One area, two places: the row and the polygon. */
  function followPointer(hover) {
    markRows(hover);
    window.dash_clientside.atlas_map.highlightArea(hover);
  }

  function followSelection(code) {
    markSelected(code);
    window.dash_clientside.atlas_map.selectArea(code);
  }

  function reloadRows() {
    const api = grid();
    if (!api) return;
    api.ensureIndexVisible && api.getDisplayedRowCount() && api.ensureIndexVisible(0);
    api.purgeInfiniteCache();
  }

  let hovered = null;
  document.addEventListener("mouseover", (event) => {
    const row = event.target.closest && event.target.closest(".ag-row[row-id]");
    const code = row ? row.getAttribute("row-id") : null;
    if (code === hovered) return;
    hovered = code;
    window.dash_clientside.set_props("hover", { data: { code, by: "table" } });
  });

  /* An embedded page tells the site around it how high it would like to be: what stands around
     the map as it is, and a map in good proportion to the width. It never depends on the height
     it was given, so that a host that follows it does not start a chase. */
  function tellHeight() {
    if (window.parent === window) return;
    const page = document.querySelector(".atlas.embed");
    if (!page) return;
    const map = page.querySelector(".map-holder");
    if (!map) return;
    const around = page.scrollHeight - map.getBoundingClientRect().height;
    const wanted = Math.min(Math.max(0.62 * page.clientWidth, 300), 620);
    const height = Math.ceil(around + wanted);
    if (height === tellHeight.last) return;
    tellHeight.last = height;
    window.parent.postMessage({ type: "silver-atlas:height", height }, "*");
  }
  if (window.ResizeObserver) new ResizeObserver(tellHeight).observe(document.documentElement);
  document.addEventListener("atlas:drawn", tellHeight);

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    atlas_page: { followPointer, followSelection, reloadRows },
  });
})();
