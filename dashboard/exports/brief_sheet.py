"""The brief of one area as words, tables and drawings; no page layout here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.dataset import Dataset
from dashboard.exports.area_figures import area_figure
from dashboard.exports.brief_tables import (
    BriefTable,
    children_table,
    coverage_table,
    figures_table,
    flow_tables,
)
from dashboard.exports.brief_words import (
    Sites,
    write_beyond,
    write_extremes,
    write_flows,
    write_lead,
    write_sites,
)
from dashboard.exports.legend import LegendEntry, legend_entries
from dashboard.exports.map_geometry import BoundaryFolder
from dashboard.exports.map_svg import draw_map
from dashboard.exports.paper import Frame
from dashboard.exports.sheet import build_map_content, legend_title
from dashboard.exports.trend_svg import TrendLine, trend_svg
from dashboard.flows import Flows
from dashboard.text import category_name, period_name, t
from dashboard.text.numbers import format_number, format_of
from dashboard.view import View, build_view
from dashboard.view_state import parse_view
from geodata.measures import MEASURES
from geodata.schema import CATEGORY_ALL

MAP_FRAME = Frame(height=43.0, min_width=75.5, max_width=75.5, padding=2.0, plain=True)
TREND_SIZE = (56.0, 41.0)  # mm
MEASURE_TREND = "active_card_share"
LEAD = ("card_coverage", "active_card_share")
KEY_FIGURES = (
    *("elderly_count", "aged_80_share", "cards_count", "card_coverage", "active_card_share"),
    *("silent_card_share", "swipes_per_card", "amount_per_card", "subsidy_share"),
)
MAPS = ("card_coverage", "active_card_share", "reach_share", "silent_card_share")
CHILDREN = ("elderly_count", "card_coverage", "active_card_share", "reach_share")
MOST_CHILDREN = 40


@dataclass(frozen=True)
class BriefMap:
    """One small map with what its colours mean."""

    title: str
    svg: str
    width: float
    height: float
    legend: tuple[LegendEntry, ...]


@dataclass(frozen=True)
class Brief:
    """One area's brief in its language.

    Attributes
    ----------
    code : str
        Of the area.
    area, title, period, lead : str
    changes : tuple of str
        What changed, one sentence each.
    figures, children, coverage : BriefTable
    maps : tuple of BriefMap
    trend_title, trend, trend_above : str
        Head, SVG ("" without enough months) and the name of the area above.
    reach : str
        The sentence on reach.
    flows : tuple of two BriefTable
    flow_words : str
    flow_of : str
        Says so where the flows are the district's, or sums of those of districts.
    missing : tuple of str
        Characters on the maps that the faces lack.
    """

    code: str
    area: str
    title: str
    period: str
    lead: str
    changes: tuple[str, ...]
    figures: BriefTable
    maps: tuple[BriefMap, ...]
    trend_title: str
    trend: str
    trend_above: str
    children: BriefTable
    coverage: BriefTable
    reach: str
    flows: tuple[BriefTable, BriefTable]
    flow_words: str
    flow_of: str
    missing: tuple[str, ...] = ()


def build_brief(
    dataset: Dataset, folder: BoundaryFolder, position: int, period: str, lang: str
) -> Brief:
    """The brief of an area in a month.

    Raises
    ------
    BoundaryError
        If the release has no polygons of the area's natural level.
    """
    area = dataset.names(lang)[position]
    trail = dataset.trail(position)
    above = dataset.names(lang)[trail[-2]] if len(trail) > 1 else ""
    views = [_view(dataset, position, key, period, lang) for key in _usable(dataset, MAPS)]
    figures = {
        key: area_figure(dataset, position, key, period, lang)
        for key in _usable(dataset, KEY_FIGURES)
    }
    maps, missing = _maps(folder, views)
    flows = dataset.flows(position, period, CATEGORY_ALL, limit=1)
    flow_name = dataset.names(lang)[flows.position]
    return Brief(
        code=dataset.tree.codes[position],
        area=area,
        title=t(lang, "brief_title", area=area),
        period=period_name(lang, period),
        lead=write_lead(lang, area, figures["elderly_count"], [figures[k] for k in LEAD]),
        changes=_changes(dataset, position, period, lang, views),
        figures=figures_table(lang, list(figures.values()), above),
        maps=maps,
        trend_title=_trend_title(lang),
        trend=_trend(dataset, position, lang),
        trend_above=above,
        children=children_table(
            dataset,
            dataset.children(position, dataset.natural_level(position)),
            _usable(dataset, CHILDREN),
            period,
            lang,
            MOST_CHILDREN,
        ),
        coverage=coverage_table(dataset, position, period, lang),
        reach=_reach(dataset, position, period, lang),
        flows=flow_tables(dataset, position, period, lang),
        flow_words=write_flows(lang, flows.outside_share, flows.cross_share),
        flow_of=_flow_of(flows, flow_name, lang),
        missing=missing,
    )


def _usable(dataset: Dataset, keys: tuple[str, ...]) -> list[str]:
    """The measures that this release can show."""
    return [key for key in keys if key in dataset.measure_keys()]


def _view(dataset: Dataset, position: int, key: str, period: str, lang: str) -> View:
    asked = {"area": dataset.tree.codes[position], "measure": key, "period": period, "lang": lang}
    return build_view(dataset, parse_view(asked, dataset))


def _maps(
    folder: BoundaryFolder, views: list[View]
) -> tuple[tuple[BriefMap, ...], tuple[str, ...]]:
    maps, missing = [], set()
    for view in views:
        drawing = draw_map(folder, build_map_content(view, MAP_FRAME))
        missing |= set(drawing.missing)
        maps.append(
            BriefMap(
                legend_title(view), drawing.svg, drawing.width, drawing.height, legend_entries(view)
            )
        )
    return tuple(maps), tuple(sorted(missing))


def _changes(
    dataset: Dataset, position: int, period: str, lang: str, views: list[View]
) -> tuple[str, ...]:
    sentences = [
        write_extremes(
            lang, view.measure.text(lang)["name"], view.names, view.change_year, view.change_kind
        )
        for view in views
        if view.measure.key in LEAD
    ]
    sentences.append(write_sites(lang, count_sites(dataset, position, period)))
    return tuple(sentence for sentence in sentences if sentence)


def count_sites(dataset: Dataset, position: int, period: str) -> Sites:
    """Sites open in a month, and what opened and closed since the month before."""
    now = set(dataset.providers(position, CATEGORY_ALL, period)["provider_id"])
    earlier = dataset.earlier(period, 1)
    if earlier is None:
        return Sites(len(now), 0, 0)
    before = set(dataset.providers(position, CATEGORY_ALL, earlier)["provider_id"])
    return Sites(len(now), len(now - before), len(before - now))


def _reach(dataset: Dataset, position: int, period: str, lang: str) -> str:
    if "reach_share" not in dataset.measure_keys():
        return ""
    category = dataset.categories("reach_share")[0]
    query = dataset.query(MEASURES["reach_share"], category)
    found = dataset.coverages.summary(position, query, period)
    return write_beyond(lang, category_name(lang, category), found.beyond, found.share)


def _flow_of(flows: Flows, name: str, lang: str) -> str:
    if not flows.exact:
        return t(lang, "brief_flow_of", area=name)
    return "" if flows.partners == "district" else t(lang, "flows_summed")


def _trend_title(lang: str) -> str:
    measure = MEASURES[MEASURE_TREND]
    unit = t(lang, f"unit_{measure.unit}")
    return t(lang, "brief_trend", measure=measure.text(lang)["name"], unit=unit)


def _trend(dataset: Dataset, position: int, lang: str) -> str:
    measure, names = MEASURES[MEASURE_TREND], dataset.names(lang)
    form, trail = format_of(measure.unit), dataset.trail(position)

    def line(p: int) -> TrendLine:
        numbers = dataset.series(measure, p, dataset.query(measure, CATEGORY_ALL)).number
        return TrendLine(names[p], np.asarray(numbers, dtype=float) * form.scale)

    return trend_svg(
        dataset.periods,
        line(position),
        line(trail[-2]) if len(trail) > 1 else None,
        width=TREND_SIZE[0],
        height=TREND_SIZE[1],
        tick_text=format_number,
    )
