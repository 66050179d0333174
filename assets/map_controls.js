/* What stands on the map beside the areas: fit button, messages, and all their words. */
(function (root) {
  "use strict";

  const atlas = (root.SilverAtlas = root.SilverAtlas || {});

  const WORDS = {
    "zh-CN": {
      map: "地图：方向键平移，加减键缩放，Shift+方向键选择，回车进入，退格返回上级",
      zoomIn: "放大",
      zoomOut: "缩小",
      fit: "全图",
      failed: "地图数据未能载入，请刷新页面。",
      empty: "本级没有可显示的区域。",
    },
    en: {
      map: "Map: arrows pan, plus and minus zoom, Shift+arrows select, Enter opens, Backspace goes up",
      zoomIn: "Zoom in",
      zoomOut: "Zoom out",
      fit: "Whole area",
      failed: "The map data could not be loaded. Please reload the page.",
      empty: "No areas to show at this level.",
    },
  };

  /* Four corners, drawn: no font has the sign everywhere. */
  function fitIcon() {
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 16 16");
    icon.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4");
    icon.appendChild(path);
    return icon;
  }

  function fitButton(controller, L) {
    const link = document.createElement("a");
    link.href = "#";
    link.setAttribute("role", "button");
    link.appendChild(fitIcon());
    const control = new L.Control({ position: "topleft" });
    control.onAdd = () => {
      const bar = L.DomUtil.create("div", "leaflet-bar atlas-map-fit");
      bar.appendChild(link);
      L.DomEvent.on(link, "click", (event) => {
        L.DomEvent.stop(event);
        controller.fit(true);
      });
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    };
    control.addTo(controller.map);
    return link;
  }

  function messageBox(frame) {
    const box = document.createElement("div");
    box.className = "atlas-map-message";
    box.setAttribute("role", "status");
    box.hidden = true;
    frame.appendChild(box);
    return box;
  }

  function label(link, text) {
    if (!link) return;
    link.title = text;
    link.setAttribute("aria-label", text);
  }

  /** Adds button and message box; say(key) shows a message, translate(lang, title) changes words. */
  function addControls(controller, L) {
    const fit = fitButton(controller, L);
    const message = messageBox(controller.frame);
    let words = WORDS["zh-CN"];

    function translate(lang, title) {
      words = WORDS[lang] || WORDS["zh-CN"];
      const container = controller.container;
      container.setAttribute("aria-label", [title, words.map].filter(Boolean).join(". "));
      container.setAttribute("role", "application");
      const zoom = controller.map.zoomControl || {};
      label(zoom._zoomInButton, words.zoomIn);
      label(zoom._zoomOutButton, words.zoomOut);
      label(fit, words.fit);
    }

    function say(key) {
      message.textContent = key ? words[key] : "";
      message.hidden = !key;
    }

    return { translate, say, remove: () => message.remove() };
  }

  atlas.controls = { addControls };
})(window);
