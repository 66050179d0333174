/* The address and the store that speaks for it. What the server writes there becomes an entry of the
   history, unless only the marked area changed: then the entry is corrected in place, for the first
   click of a double click marks, and Back would have to be pressed twice. Back and Forward are
   written into the store; Dash's own Location knows no correction in place. */
(function (root) {
  "use strict";

  const MARK = "select";

  function unmarked(query) {
    const rest = new URLSearchParams(query);
    rest.delete(MARK);
    rest.sort();
    return rest.toString();
  }

  /** How the history takes a query: "push", "replace", or "" when the address says it already. Pure. */
  function step(address, query) {
    if (unmarked(address) !== unmarked(query)) return "push";
    const [old, wanted] = [address, query].map((text) => new URLSearchParams(text).get(MARK) || "");
    return old === wanted ? "" : "replace";
  }

  let known = root.location ? root.location.search : ""; // what store and server know of

  function followAddress(search) {
    if (typeof search !== "string") return;
    const { pathname, hash } = root.location;
    const taken = step(root.location.search, search);
    if (taken) root.history[`${taken}State`](null, "", pathname + search + hash);
    known = root.location.search;
  }

  function travel() {
    if (root.location.search === known) return; // a jump within the page
    known = root.location.search;
    root.dash_clientside.set_props("address", { data: known });
  }

  if (root.document) {
    root.addEventListener("popstate", travel);
    root.dash_clientside = Object.assign(root.dash_clientside || {}, { atlas_address: { followAddress } });
  }
  root.SilverAtlas = Object.assign(root.SilverAtlas || {}, { address: { step } });
})(typeof window === "undefined" ? globalThis : window);
