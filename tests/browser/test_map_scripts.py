"""The pure functions of the map's scripts, run in Chromium, against shapely and plain counting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from playwright.sync_api import Browser, Page

ASSETS = Path(__file__).parents[2] / "assets"
SCRIPTS = ["map_geometry", "map_labels", "map_points", "map_tooltip", "map_loading", "page_address"]
FRAME = {"ratio": 1, "width": 800, "height": 600}


@pytest.fixture(scope="module")
def scripts(browser: Browser) -> Iterator[Page]:
    """A blank page with the scripts that need no map."""
    page = browser.new_page()
    page.goto("about:blank")
    for name in SCRIPTS:
        page.add_script_tag(path=ASSETS / f"{name}.js")
    yield page
    page.close()


def coverage(seed: int = 3, cells: int = 60) -> tuple[list[str], np.ndarray]:
    """A seeded Voronoi coverage near Beijing, two districts; one in two parts, one with a hole."""
    rng = np.random.default_rng(seed)
    box = shapely.box(116, 39.5, 117, 40.3)
    points = shapely.MultiPoint(rng.uniform([116, 39.5], [117, 40.3], (cells, 2)))
    parts = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=box))
    parts = shapely.set_precision(shapely.intersection(parts, box), 1e-4)
    parts = parts[np.argsort(shapely.get_x(shapely.centroid(parts)))]
    far = shapely.union_all([parts[0], parts[-1]])
    island = shapely.Point(shapely.centroid(parts[5])).buffer(0.01, quad_segs=2)
    island = shapely.set_precision(island, 1e-4)
    assert shapely.contains_properly(parts[5], island)
    shapes = np.array(
        [far, shapely.difference(parts[5], island), island, *parts[1:5], *parts[6:-1]]
    )
    half = len(shapes) // 2
    codes = [f"{'110101' if i < half else '110102'}{i + 1:03d}" for i in range(len(shapes))]
    return codes, shapes


def as_geojson(codes: list[str], shapes: np.ndarray) -> dict:
    """The layer as the release writes it."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "c": code,
                "n": f"第{i}街道",
                "e": f"Subdistrict {i}",
                "p": list(shapely.point_on_surface(shape).coords[0]),
            },
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for i, (code, shape) in enumerate(zip(codes, shapes, strict=True))
    ]
    return {"type": "FeatureCollection", "features": features}


def test_area_under_the_pointer_is_the_one_shapely_finds(scripts: Page):
    codes, shapes = coverage()
    rng = np.random.default_rng(8)
    points = rng.uniform([115.95, 39.45], [117.05, 40.35], (600, 2))
    found = scripts.evaluate(
        """([layer, points]) => {
          const g = SilverAtlas.geometry, read = g.readLayer(layer);
          let hint = -1;
          return points.map(([lon, lat]) =>
            (hint = g.areaAt(read, g.projectX(lon), g.projectY(lat), 0, read.n, hint)));
        }""",
        [as_geojson(codes, shapes), points.tolist()],
    )
    # Straight edges stay straight in Mercator, so the projected polygons are what is drawn.
    mercator = shapely.transform(shapes, to_mercator)
    wanted = np.full(len(points), -1)
    probes = shapely.points(to_mercator(points))
    for i, shape in enumerate(mercator):
        wanted[shapely.contains(shape, probes)] = i
    assert (wanted >= 0).sum() > 400
    assert found == wanted.tolist()


def test_areas_outside_the_active_range_are_not_found(scripts: Page):
    codes, shapes = coverage()
    inside = shapely.point_on_surface(shapes[10])
    found = scripts.evaluate(
        """([layer, lon, lat]) => {
          const g = SilverAtlas.geometry, read = g.readLayer(layer);
          const at = (first, stop) =>
            g.areaAt(read, g.projectX(lon), g.projectY(lat), first, stop, -1);
          return [at(0, 10), at(10, 11), at(11, read.n)];
        }""",
        [as_geojson(codes, shapes), inside.x, inside.y],
    )
    assert found == [-1, 10, -1]


def test_every_border_is_drawn_once_and_of_the_right_kind(scripts: Page):
    codes, shapes = coverage()
    kinds = scripts.evaluate(
        """(layer) => {
          const g = SilverAtlas.geometry, read = g.readLayer(layer), sum = {};
          const kinds = g.sortLines(read, 0, read.n);
          for (const [name, kind] of Object.entries(g.LINE)) {
            sum[name] = 0;
            for (let i = 0; i < kinds.length - 1; i++) {
              if (kinds[i] !== kind) continue;
              const [x, y, nextX, nextY] = read.world.slice(2 * i, 2 * i + 4);
              sum[name] += Math.hypot(nextX - x, nextY - y);
            }
          }
          return sum;
        }""",
        as_geojson(codes, shapes),
    )
    projected = shapely.transform(shapes, to_mercator)
    district = np.array([code[:6] for code in codes])
    halves = [shapely.union_all(projected[district == d]) for d in np.unique(district)]
    rim = shapely.union_all(halves).length
    between = (sum(half.length for half in halves) - rim) / 2
    cells = (shapely.length(projected).sum() - rim) / 2 - between
    assert kinds["rim"] == pytest.approx(rim, rel=1e-6)
    assert kinds["parent"] == pytest.approx(between, rel=1e-6)
    assert kinds["cell"] == pytest.approx(cells, rel=1e-6)
    assert kinds["province"] == kinds["context"] == 0


def test_the_outline_of_an_active_part_is_its_rim(scripts: Page):
    codes, shapes = coverage()
    rim = scripts.evaluate(
        """([layer, first, stop]) => {
          const g = SilverAtlas.geometry, read = g.readLayer(layer);
          const kinds = g.sortLines(read, first, stop);
          let sum = 0;
          for (let i = 0; i < kinds.length - 1; i++) {
            const [x, y, nextX, nextY] = read.world.slice(2 * i, 2 * i + 4);
            if (kinds[i] === g.LINE.rim) sum += Math.hypot(nextX - x, nextY - y);
          }
          return sum;
        }""",
        [as_geojson(codes, shapes), 10, 25],
    )
    part = shapely.union_all(shapely.transform(shapes[10:25], to_mercator))
    assert rim == pytest.approx(part.length, rel=1e-6)


@pytest.mark.parametrize("zoom", [10, 12])
def test_names_never_overlap_and_lie_in_view(scripts: Page, zoom: int):
    codes, shapes = coverage(cells=300)
    labels = scripts.evaluate(
        """([layer, frame, zoom]) => {
          const g = SilverAtlas.geometry, read = g.readLayer(layer);
          const scale = 256 * 2 ** zoom;
          const left = g.projectX(116.5) * scale - 400, top = g.projectY(39.9) * scale - 300;
          return SilverAtlas.labels.place(read, 0, read.n, { ...frame, scale, left, top }, {
            text: (item) => item.n, measure: (text) => 12 * text.length, atMost: 50 });
        }""",
        [as_geojson(codes, shapes), FRAME, zoom],
    )
    assert 5 < len(labels) <= 50
    boxes = [
        shapely.box(
            p["x"] - 6 * len(p["text"]), p["y"] - 7, p["x"] + 6 * len(p["text"]), p["y"] + 7
        )
        for p in labels
    ]
    for i, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[:i])
    assert all(0 <= p["x"] <= 800 and 0 <= p["y"] <= 600 for p in labels)


@pytest.mark.parametrize("zoom", [6, 10, 14])
def test_clusters_lose_no_provider(scripts: Page, zoom: int):
    rng = np.random.default_rng(5)
    lon, lat = (rng.uniform([[116.4], [39.88]], [[116.42], [39.9]], (2, 500)) * 1e5).astype(int)
    clusters = scripts.evaluate(
        """([columns, frame, zoom]) => {
          const g = SilverAtlas.geometry, p = SilverAtlas.points;
          const scale = 256 * 2 ** zoom;
          const left = g.projectX(116.41) * scale - 400, top = g.projectY(39.89) * scale - 300;
          return p.clusterPoints(p.readPoints(columns), { ...frame, scale, left, top });
        }""",
        [
            {"lon": np.diff(lon, prepend=0).tolist(), "lat": np.diff(lat, prepend=0).tolist()},
            FRAME,
            zoom,
        ],
    )
    assert sum(cluster["count"] for cluster in clusters) == 500
    assert all((cluster["point"] >= 0) == (cluster["count"] == 1) for cluster in clusters)
    assert len(clusters) == 1 if zoom == 6 else len(clusters) > 1


PAYLOAD = {
    "values": [64.2, None, None, 0, 12345.6],
    "states": "01200",
    "ranks": [3, 0, 0, 4, 1],
    "rank_count": 17,
    "unit": "%",
    "decimals": 1,
    "parent": {"name": "北京市", "text": "62.9%", "number": 62.9},
    "reasons": {"1": "已保护", "2": "无数据", "3": "本级不发布"},
    "lang": "zh-CN",
}


@pytest.mark.parametrize(
    ("k", "changes", "value", "notes"),
    [
        (0, {}, "64.2%", ["第3/17", "北京市 62.9%（高 1.3 个百分点）"]),
        (3, {}, "0.0%", ["第4/17", "北京市 62.9%（低 62.9 个百分点）"]),
        (1, {}, "已保护", ["北京市 62.9%"]),
        (2, {}, "无数据", ["北京市 62.9%"]),
        (4, {"unit": "人"}, "12,345.6人", ["第1/17", "北京市 62.9%（高 12,282.7）"]),
        (0, {"parent": None}, "64.2%", ["第3/17"]),
        (
            0,
            {"lang": "en", "unit": "yuan"},
            "64.2 yuan",
            ["rank 3 of 17", "北京市 62.9% (1.3 above)"],
        ),
    ],
)
def test_hover_card_says_value_or_reason(scripts: Page, k: int, changes: dict, value: str, notes):
    card = scripts.evaluate(
        "([payload, k]) => SilverAtlas.tooltip.areaCard(payload, { c: '1', n: '东城区' }, k)",
        [PAYLOAD | changes, k],
    )
    assert (card["name"], card["value"], card["notes"]) == ("东城区", value, notes)


def test_a_file_is_fetched_once_and_a_failure_is_not_kept(scripts: Page):
    asked = scripts.evaluate(
        """async () => {
          const asked = [];
          let broken = true;
          const fetchJson = async (url) => {
            asked.push(url);
            if (url === "bad" && broken) throw Object.assign(new Error(), { status: 0 });
            return { url };
          };
          const loader = SilverAtlas.loading.createLoader((json) => json.url, fetchJson);
          await Promise.all([loader.load("a"), loader.load("a")]);
          await loader.load("bad").catch(() => null);
          broken = false;
          return [asked, await loader.load("bad"), asked.length, await loader.load(null)];
        }"""
    )
    assert asked == [["a", "bad", "bad"], "bad", 3, None]


def to_mercator(lonlat: np.ndarray) -> np.ndarray:
    """Web Mercator scaled to 0..1, y down; shapely's own polygons stay polygons in it."""
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    north = np.log(np.tan(np.pi / 4 + lat / 2))
    return np.column_stack([lon / (2 * np.pi) + 0.5, 0.5 - north / (2 * np.pi)])


@pytest.mark.parametrize(
    ("address", "query", "step"),
    [
        ("?area=11", "?area=11&select=110101", "replace"),
        ("?select=110101&area=11", "?area=11&select=110102", "replace"),
        ("?select=11", "", "replace"),
        ("?area=11&select=110101", "?area=110101", "push"),
        ("", "?area=11", "push"),
        ("?area=11", "?area=11&select=110101&tab=flows", "push"),
        ("?select=110101&area=11", "?area=11&select=110101", ""),
        ("?area=11&select=", "?area=11", ""),
    ],
)
def test_a_mark_alone_corrects_the_address_in_place(scripts: Page, address, query, step):
    taken = scripts.evaluate("both => SilverAtlas.address.step(...both)", [address, query])
    assert taken == step
