/* Cell renderers of the table, named in columnDefs: a swatch with the value, a change, a line. */
(function () {
  "use strict";

  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const element = () => window.React.createElement;

  /** Points of a polyline in a width x height box; a gap where a month has no number. */
  function sparkSegments(numbers, width, height) {
    const known = numbers.filter((number) => number !== null);
    const low = Math.min(...known);
    const span = Math.max(...known) - low;
    const step = width / Math.max(numbers.length - 1, 1);
    const segments = [[]];
    numbers.forEach((number, i) => {
      if (number === null) {
        if (segments[segments.length - 1].length) segments.push([]);
        return;
      }
      const y = span ? height - ((number - low) / span) * height : height / 2;
      segments[segments.length - 1].push([i * step, y]);
    });
    for (const segment of segments) {
      if (segment.length === 1) segment.push([segment[0][0] + 0.8, segment[0][1]]); // a lone month
    }
    return segments.filter((segment) => segment.length);
  }

  cells.AtlasSpark = function (props) {
    const create = element();
    if (!props.value || !props.value.some((number) => number !== null)) return null;
    const width = 50;
    const height = 18;
    const lines = sparkSegments(props.value, width, height).map((points, i) =>
      create("polyline", { key: i, points: points.map((p) => p.map((v) => v.toFixed(1))).join(" ") })
    );
    return create(
      "svg",
      { className: "spark", viewBox: `-2 -2 ${width + 4} ${height + 4}`, width: width + 4, height: height + 4, "aria-hidden": true },
      lines
    );
  };

  cells.AtlasValue = function (props) {
    const create = element();
    if (!props.data) return create("span", { className: "cell-wait" });
    const { text, colour, state, reason } = props.data;
    return create(
      "span",
      { className: state ? "cell-value without-number" : "cell-value", title: reason || undefined },
      create("i", { className: `swatch state-${state}`, style: state ? {} : { background: colour } }),
      text
    );
  };

  cells.AtlasChange = function (props) {
    const create = element();
    if (!props.data || !props.value) return null;
    const first = props.value[0];
    if (!/[+−\d]/.test(first)) return create("span", { className: "change none", title: props.value }, "—");
    const sign = first === "+" ? "up" : first === "−" ? "down" : "same";
    return create("span", { className: `change ${sign}` }, props.value);
  };

  window.atlasTable = { sparkSegments };
})();
