/* What the reader does outside the map, told to the server as one kind of event:
   any element with data-atlas="<kind>" and data-code="<area code>". */
(function () {
  "use strict";

  const EVENT_STORE = "map-event";
  let count = 0;

  function tell(kind, code) {
    count += 1;
    window.dash_clientside.set_props(EVENT_STORE, { data: { kind, code, n: `${Date.now()}-${count}` } });
  }

  function rowCode(target) {
    const row = target.closest && target.closest(".ag-row[row-id]");
    return row ? row.getAttribute("row-id") : null;
  }

  function isPlainClick(event) {
    return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  }

  document.addEventListener("click", (event) => {
    if (!isPlainClick(event)) return;
    const link = event.target.closest && event.target.closest("[data-atlas]");
    if (link) {
      event.preventDefault();
      tell(link.dataset.atlas, link.dataset.code);
      if (link.closest("#search-hits")) closeSearch(true);
      return;
    }
    const code = rowCode(event.target);
    if (code && event.detail < 2) tell("select", code);
    if (!event.target.closest || !event.target.closest(".search")) closeSearch(false);
  });

  document.addEventListener("dblclick", (event) => {
    const code = rowCode(event.target);
    if (code) tell("drill", code);
  });

  /* The search box: arrow keys walk through the hits, Escape closes, Enter takes the first. */
  function closeSearch(clear) {
    const box = document.querySelector(".search");
    if (!box) return;
    box.classList.remove("open");
    if (clear) window.dash_clientside.set_props("search-text", { value: "" });
  }

  document.addEventListener("focusin", (event) => {
    const box = event.target.closest && event.target.closest(".search");
    if (box) box.classList.add("open");
  });

  document.addEventListener("keydown", (event) => {
    const box = event.target.closest && event.target.closest(".search");
    if (box) {
      walkHits(event, box);
      return;
    }
    const row = rowCode(event.target);
    if (row && event.key === "Enter") tell("drill", row);
    else if (row && event.key === " ") tell("select", row);
  });

  function walkHits(event, box) {
    const hits = [...box.querySelectorAll(".hit")];
    const at = hits.indexOf(document.activeElement);
    if (event.key === "Escape") {
      closeSearch(true);
      document.activeElement.blur();
    } else if (event.key === "Enter" && at < 0 && hits.length) {
      event.preventDefault();
      hits[0].click();
    } else if (event.key === "ArrowDown" && hits.length) {
      event.preventDefault();
      hits[Math.min(at + 1, hits.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (at ? hits[at - 1] : box.querySelector("input")).focus();
    }
  }

  window.atlasPage = { tell };
})();
