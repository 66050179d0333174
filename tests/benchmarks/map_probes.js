/* Probes of the benchmark: how long until the canvas shows something else. */
(() => {
  const map = () => SilverAtlas.map();

  /* A fingerprint of what is on the canvas, areas and outlines, around the middle. */
  function fingerprint() {
    let sum = 0;
    for (const pen of map().canvas._pens) {
      const { width, height } = pen.canvas;
      const data = pen.getImageData(width / 2 - 150, height / 2 - 150, 300, 300).data;
      for (let i = 0; i < data.length; i += 97) sum = (Math.imul(sum, 31) + data[i]) | 0;
    }
    return sum;
  }

  /* Milliseconds from an action to the frame after the canvas first differs. */
  function untilChanged(act) {
    const before = fingerprint();
    const start = performance.now();
    act();
    return new Promise((resolve, reject) => {
      const look = () => {
        if (performance.now() - start > 15000) reject(new Error("nothing changed"));
        else if (fingerprint() === before) requestAnimationFrame(look);
        else requestAnimationFrame(() => resolve(performance.now() - start));
      };
      requestAnimationFrame(look);
    });
  }

  /* Seconds from the start of navigation to the first drawing, and what had been asked for by
     then: headers and compressed bodies. */
  function untilDrawn() {
    const at = SilverAtlas.lastDraw.at;
    const kinds = ["navigation", "resource"];
    const entries = kinds.flatMap((kind) => performance.getEntriesByType(kind));
    const before = entries.filter((entry) => entry.startTime <= at);
    const bytes = before.reduce((sum, entry) => sum + entry.transferSize, 0);
    return { drawn_s: at / 1000, bytes };
  }

  function recolour() {
    const payload = map().payload;
    const colours = [...payload.colours.slice(1), payload.colours[0]];
    return untilChanged(() => dash_clientside.set_props("map-data", { data: { ...payload, colours } }));
  }

  function changeMeasure(key) {
    return untilChanged(() => dash_clientside.set_props("measure", { value: key }));
  }

  /* From a click on the k-th area seen to the server's answer that it is marked. */
  function click(k) {
    const controller = map();
    const area = 40 + 7 * k;
    const [lon, lat] = controller.properties(area).p;
    const latlng = L.latLng(lat, lon);
    const seen = controller.codeOf(area);
    const start = performance.now();
    controller.map.fire("click", {
      latlng,
      layerPoint: controller.map.latLngToLayerPoint(latlng),
      containerPoint: controller.map.latLngToContainerPoint(latlng),
      originalEvent: { detail: 1 },
    });
    return new Promise((resolve, reject) => {
      const look = () => {
        if (performance.now() - start > 15000) reject(new Error("no answer"));
        else if (!location.search.includes(`select=${seen}`)) setTimeout(look, 1);
        else resolve(performance.now() - start);
      };
      look();
    });
  }

  let frames = [];
  let running = false;

  function startFrames() {
    frames = [];
    running = true;
    let last = performance.now();
    const tick = (now) => {
      frames.push(now - last);
      last = now;
      if (running) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  function stopFrames() {
    running = false;
    return frames.slice(1);
  }

  function heap() {
    if (window.gc) window.gc();
    return performance.memory.usedJSHeapSize / 1e6;
  }

  window.probes = { untilDrawn, recolour, changeMeasure, click, startFrames, stopFrames, heap };
})();
