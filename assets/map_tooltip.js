/* The hover card: what it says (pure) and where it stands (DOM). */
(function (root) {
  "use strict";

  const WORDS = {
    "zh-CN": {
      rank: (rank, of) => `第${rank}/${of}`,
      above: (text) => `高 ${text}`,
      below: (text) => `低 ${text}`,
      points: (text) => `${text} 个百分点`,
      same: "持平",
      capacity: (count) => `容量 ${count}`,
      cluster: (count) => `${count} 处服务点，点击放大`,
    },
    en: {
      rank: (rank, of) => `rank ${rank} of ${of}`,
      above: (text) => `${text} above`,
      below: (text) => `${text} below`,
      points: (text) => `${text} points`,
      same: "the same",
      capacity: (count) => `capacity ${count}`,
      cluster: (count) => `${count} providers, click to zoom in`,
    },
  };

  function wordsOf(lang) {
    return WORDS[lang] || WORDS["zh-CN"];
  }

  function formatNumber(value, decimals) {
    const parts = Math.abs(value).toFixed(decimals || 0).split(".");
    parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
    return (value < 0 ? "−" : "") + parts.join(".");
  }

  function formatValue(payload, value) {
    const unit = payload.unit || "";
    const close = payload.lang !== "en" || !unit || unit === "%";
    const space = close ? "" : " ";
    return formatNumber(value, payload.decimals) + space + unit;
  }

  /** The text for one value or the reason there is none. */
  function valueText(payload, k) {
    const state = payload.states ? payload.states[k] : "0";
    if (state && state !== "0") return (payload.reasons || {})[state] || "—";
    const value = payload.values[k];
    if (value === null || value === undefined) return "—";
    return (payload.labels || [])[value] || formatValue(payload, value);
  }

  function rankText(payload, k) {
    const rank = payload.ranks ? payload.ranks[k] : 0;
    if (!rank) return "";
    const of = payload.rank_count || payload.ranks.filter((each) => each > 0).length;
    return wordsOf(payload.lang).rank(rank, of);
  }

  function parentText(payload, k) {
    const parent = payload.parent;
    if (!parent || !parent.text) return "";
    const value = payload.values[k];
    const start = `${parent.name} ${parent.text}`;
    if (typeof parent.number !== "number" || typeof value !== "number") return start;
    if ((payload.labels || []).length) return start;
    const words = wordsOf(payload.lang);
    const gap = Number((value - parent.number).toFixed(payload.decimals || 0));
    const number = formatNumber(Math.abs(gap), payload.decimals);
    const size = (payload.unit || "").trim() === "%" ? words.points(number) : number;
    const note = gap > 0 ? words.above(size) : gap < 0 ? words.below(size) : words.same;
    return payload.lang === "en" ? `${start} (${note})` : `${start}（${note}）`;
  }

  /** The lines of the card for the k-th area of the active range: {name, value, notes: []}. */
  function areaCard(payload, properties, k) {
    return {
      name: (payload.lang === "en" && properties.e) || properties.n || properties.c,
      value: valueText(payload, k),
      plain: Boolean(payload.states && payload.states[k] !== "0"),
      notes: [rankText(payload, k), parentText(payload, k)].filter(Boolean),
    };
  }

  /** The card of a change of the plan: the server has written its lines. */
  function siteCard(site) {
    return { name: site.name, value: site.value, plain: true, notes: site.notes || [] };
  }

  function pointCard(payload, points, mark) {
    const words = wordsOf(payload.lang);
    if (mark.point < 0) return { name: words.cluster(mark.count), value: "", notes: [] };
    const capacity = points.capacity[mark.point];
    return {
      name: points.names[mark.point] || "",
      value: "",
      notes: capacity > 0 ? [words.capacity(formatNumber(capacity, 0))] : [],
    };
  }

  function addLine(card, className, text) {
    if (!text) return;
    const line = document.createElement("div");
    line.className = className;
    line.textContent = text;
    card.appendChild(line);
  }

  /** A hover card inside `frame`; show(card, x, y) in the frame's pixels, hide(). */
  function createTooltip(frame) {
    const card = document.createElement("div");
    card.className = "atlas-tooltip";
    card.hidden = true;
    card.setAttribute("role", "status");
    frame.appendChild(card);
    let shown = null;

    function fill(content) {
      if (content === shown) return;
      shown = content;
      card.replaceChildren();
      addLine(card, "atlas-tooltip-name", content.name);
      addLine(card, content.plain ? "atlas-tooltip-reason" : "atlas-tooltip-value", content.value);
      for (const note of content.notes) addLine(card, "atlas-tooltip-note", note);
    }

    function show(content, x, y) {
      fill(content);
      card.hidden = false;
      const wide = card.offsetWidth;
      const high = card.offsetHeight;
      const left = x + 16 + wide > frame.clientWidth ? x - 16 - wide : x + 16;
      const top = y + 16 + high > frame.clientHeight ? y - 12 - high : y + 16;
      card.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
    }

    function hide() {
      card.hidden = true;
    }

    return { show, hide, remove: () => card.remove(), element: card };
  }

  const api = { areaCard, pointCard, siteCard, formatNumber, valueText, createTooltip };
  root.SilverAtlas = Object.assign(root.SilverAtlas || {}, { tooltip: api });
  if (typeof module !== "undefined" && module.exports) module.exports = api;
})(typeof window === "undefined" ? globalThis : window);
