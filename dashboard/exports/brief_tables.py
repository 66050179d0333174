"""The tables of a brief, in finished texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.dataset import Dataset
from dashboard.exports.area_figures import NONE, AreaFigure
from dashboard.flows import OTHER, FlowRow
from dashboard.text import category_name, state_text, t
from dashboard.text.numbers import format_number, format_of
from dashboard.view.wording import Wording
from geodata.measures import MEASURES, Query, Values
from geodata.schema import (
    AGE_ALL,
    CATEGORY_ALL,
    CATEGORY_CODES,
    STATE_OK,
    STATE_SUPPRESSED,
)

FLOW_ROWS = 5


@dataclass(frozen=True)
class BriefTable:
    """Heads and rows of finished texts; the first column is left-aligned, the others right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def figures_table(lang: str, figures: list[AreaFigure], above: str) -> BriefTable:
    """Key figures: now, changes, and the area above (its name, "" for the region)."""
    heads = [t(lang, f"brief_col_{key}") for key in ("figure", "value", "month", "year")]
    rows = []
    for figure in figures:
        cells = [figure.short, figure.text, figure.month_text, figure.year_text]
        rows.append(tuple([*cells, figure.above_text] if above else cells))
    return BriefTable(tuple([*heads, above] if above else heads), tuple(rows))


def children_table(
    dataset: Dataset, children: slice, keys: list[str], period: str, lang: str, most: int
) -> BriefTable:
    """One row per child: name and one figure per measure, in the order of the tree.

    Parameters
    ----------
    keys : list of str
        Of the measures; the default category of each.
    most : int
        Rows at most; the children with most older people are kept.
    """
    columns = {key: _column(dataset, key, children, period) for key in keys}
    kept = np.arange(children.stop - children.start)
    if len(kept) > most:
        people = dataset.cells(period, children).aged("60plus")
        kept = np.sort(np.argsort(-people, kind="stable")[:most])
    names = dataset.names(lang)[children]
    words = {key: _words(dataset, key, lang) for key in keys}
    rows = tuple(
        (
            names[i],
            *(
                _cell(words[key], float(columns[key].number[i]), int(columns[key].state[i]))
                for key in keys
            ),
        )
        for i in kept.tolist()
    )
    left = len(names) - len(rows)
    note = t(lang, "brief_left_out", count=format_number(left)) if left else ""
    heads = (t(lang, "brief_col_area"), *(MEASURES[key].text(lang)["short"] for key in keys))
    return BriefTable(heads, rows, note)


def coverage_table(dataset: Dataset, position: int, period: str, lang: str) -> BriefTable:
    """Reach, capacity and use side by side, one row per category with sites in the area."""
    keys = ("category", "standard", "people", "reach", "beyond", "sites", "places", "users")
    rows = []
    for category in CATEGORY_CODES:
        standard = dataset.standard_of(category)
        if standard is None:
            rows += _row_without_standard(dataset, position, period, lang, category)
            continue
        found = dataset.coverages.summary(position, Query(category, standard=standard), period)
        rows.append(
            (
                category_name(lang, category),
                standard.name_zh if lang == "zh-CN" else standard.name_en,
                _count(found.elderly),
                NONE if found.share is None else f"{format_number(found.share * 100, 1)}%",
                _count(found.beyond),
                _count(found.providers),
                NONE
                if found.capacity_per_1000 is None
                else format_number(found.capacity_per_1000, 1),
                _users(lang, found.users, found.users_state),
            )
        )
    heads = tuple(t(lang, f"brief_col_{key}") for key in keys)
    return BriefTable(heads, tuple(rows))


def _row_without_standard(
    dataset: Dataset, position: int, period: str, lang: str, category: str
) -> list[tuple[str, ...]]:
    """Sites and use alone; nothing for a category that knows no sites."""
    if category not in dataset.categories("providers_per_1000"):
        return []
    facts = dataset.cells(period, position)
    users = int(facts.swipe("cards_count", category, AGE_ALL))
    sites = int(facts.provider("providers_count", Query(category)))
    return [
        (
            category_name(lang, category),
            t(lang, "brief_no_standard"),
            *(NONE,) * 3,
            _count(sites if sites >= 0 else None),
            NONE,
            _users(lang, users if users >= 0 else None, max(-users, 0)),
        )
    ]


def _users(lang: str, users: int | None, state: int) -> str:
    """A number of cards, or that it is protected."""
    if users is None and state == STATE_SUPPRESSED:
        return t(lang, "brief_protected")
    return _count(users)


def flow_tables(
    dataset: Dataset, position: int, period: str, lang: str
) -> tuple[BriefTable, BriefTable]:
    """Where the area's cards are used, and whose cards are used in it."""
    flows = dataset.flows(position, period, CATEGORY_ALL, limit=FLOW_ROWS)
    return (
        _flow_table(lang, "brief_flow_out", flows.out),
        _flow_table(lang, "brief_flow_in", flows.into),
    )


def _flow_table(lang: str, title: str, lines: tuple[FlowRow, ...]) -> BriefTable:
    heads = (t(lang, title), t(lang, "brief_col_swipes"), t(lang, "brief_col_share"))
    rows = []
    for line in lines:
        name = line.name if lang == "zh-CN" else line.name_en
        if line.code == OTHER:
            name = t(lang, "flow_other")
        if line.swipes is None:
            rows.append((name, t(lang, "brief_protected"), NONE))
            continue
        share = NONE if line.share is None else f"{format_number(line.share * 100, 1)}%"
        rows.append((name, format_number(line.swipes), share))
    return BriefTable(heads, tuple(rows), "" if rows else t(lang, "brief_no_flows"))


def _column(dataset: Dataset, key: str, children: slice, period: str) -> Values:
    category = dataset.categories(key)[0]
    measure = MEASURES[key]
    return dataset.values(measure, children, dataset.query(measure, category), period)


def _words(dataset: Dataset, key: str, lang: str) -> Wording:
    unit = MEASURES[key].unit
    shown = t(lang, f"unit_{unit}") if unit == "share" else ""
    return Wording(lang, shown, format_of(unit), dataset.k)


def _cell(words: Wording, number: float, state: int) -> str:
    """A number, or its reason in as few words as a column holds."""
    if state == STATE_OK:
        return words.value(number).strip()
    if state == STATE_SUPPRESSED:
        return t(words.lang, "brief_protected")
    return state_text(words.lang, state)


def _count(number: int | None) -> str:
    return NONE if number is None else format_number(number)
