/* Layer files by URL: fetched once, read once, the last few kept; the last request wins. */
(function (root) {
  "use strict";

  const KEPT = 8;

  /** A loader with its own small cache; `read` turns the JSON of a file into what is kept. */
  function createLoader(read, fetchJson) {
    const kept = new Map();

    function remember(url, promise) {
      kept.delete(url);
      kept.set(url, promise);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value);
      return promise;
    }

    /** Resolves to the layer; rejects with an Error that has `status` (0 when there is no answer). */
    function load(url) {
      if (!url) return Promise.resolve(null);
      const known = kept.get(url);
      if (known) return remember(url, known);
      const promise = fetchJson(url).then(read);
      promise.catch(() => kept.delete(url));
      return remember(url, promise);
    }

    return { load };
  }

  async function fetchJson(url) {
    let response;
    try {
      response = await fetch(url, { credentials: "same-origin" });
    } catch (failure) {
      throw Object.assign(new Error(`no answer for ${url}`), { status: 0, cause: failure });
    }
    if (!response.ok) {
      throw Object.assign(new Error(`${response.status} for ${url}`), { status: response.status });
    }
    return response.json();
  }

  /** A full address for a file name or query of ours; addresses that are full already stay. */
  function addressOf(name, folder, prefix) {
    if (!name || name.startsWith("/") || name.includes("://")) return name || "";
    return `${prefix}${folder}${name}`;
  }

  /** The path prefix the page was served under, as Dash's own configuration has it. */
  function pathPrefix() {
    const config = root.document && root.document.getElementById("_dash-config");
    return (config && JSON.parse(config.textContent).requests_pathname_prefix) || "/";
  }

  const LATE = 'meta[name="atlas-late-script"]';
  let late = null;

  /* Dash checks its callbacks against every component before the first drawing; until the
     table's own script is there, this stands in for it. The script replaces it. */
  if (root.document && document.querySelector(LATE) && !root.dash_ag_grid) {
    root.dash_ag_grid = { AgGrid: () => null };
  }

  function addScript(source) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`no answer for ${source}`));
      document.head.appendChild(script);
    });
  }

  /** Scripts that the page names for after the map (the table's); resolves when they are there. */
  function loadLateScripts() {
    if (!document.getElementById("table-holder")) return Promise.resolve();
    if (!late) {
      const named = [...document.querySelectorAll(LATE)];
      late = Promise.all(named.map((meta) => addScript(meta.content)));
      late.catch(() => (late = null));
    }
    return late;
  }

  const api = { createLoader, fetchJson, addressOf, pathPrefix, loadLateScripts };
  root.SilverAtlas = Object.assign(root.SilverAtlas || {}, { loading: api });
  if (typeof module !== "undefined" && module.exports) module.exports = api;
})(typeof window === "undefined" ? globalThis : window);
