"""The table beside the map: only the rows on screen travel; sorting and filtering stay here."""

from __future__ import annotations

import dash_ag_grid as dag
import numpy as np
from dash import html

from dashboard import ids
from dashboard.components.legend import measure_short
from dashboard.table_rows import select_rows
from dashboard.text import t
from dashboard.view import View
from geodata.schema import STATE_OK

NUMBER_FILTER = {
    "filter": "agNumberColumnFilter",
    "filterParams": {
        "filterOptions": ["greaterThanOrEqual", "lessThanOrEqual", "inRange", "blank"],
        "maxNumConditions": 1,
    },
}
TEXT_FILTER = {
    "filter": "agTextColumnFilter",
    "filterParams": {"filterOptions": ["contains"], "maxNumConditions": 1},
}
RIGHT = {"type": "rightAligned"}
UNSORTED = {"sortable": False}


def area_table(view: View) -> dag.AgGrid:
    """The grid, empty: rows are asked for as they come into sight."""
    return dag.AgGrid(
        id=ids.TABLE,
        rowModelType="infinite",
        columnDefs=table_columns(view),
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressHeaderMenuButton": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,  # English heads take three lines
        },
        getRowId="params.data.code",
        columnSize="responsiveSizeToFit",
        style={"height": "100%", "width": "100%"},
        dashGridOptions={
            "cacheBlockSize": 40,
            "rowHeight": 29,
            "headerHeight": 40,
            "maxBlocksInCache": 20,
            "cacheOverflowSize": 1,
            "suppressCellFocus": False,
            "animateRows": False,
            "enableCellTextSelection": True,
        },
    )


def table_columns(view: View) -> list[dict]:
    """Column definitions; the headers name the measure, its unit and its base."""
    lang = view.state.lang
    room = 92 if lang == "zh-CN" else 110  # English names are longer
    return [
        _column("rank", t(lang, "col_rank"), 50, initialSort="asc", width=50, **RIGHT),
        _column("name", t(lang, "col_name"), room, flex=6, tooltipField="name", **TEXT_FILTER),
        _column(
            "value",
            measure_head(view),
            104 if lang == "zh-CN" else 118,  # "coverage (%)" and the filter beside it
            headerTooltip=view.title,
            flex=4,
            cellRenderer="AtlasValue",
            **NUMBER_FILTER,
        ),
        _column("base", _base_head(view), 92, headerTooltip=view.base_text, flex=3, **RIGHT),
        _change_column(lang, "month"),
        _change_column(lang, "year"),
        _column("spark", t(lang, "col_spark"), 60, width=60, cellRenderer="AtlasSpark", **UNSORTED),
    ]


def _base_head(view: View) -> str:
    """The base as far as three lines of a head hold it; the tooltip and the foot say it whole."""
    return view.base_text if view.state.lang == "zh-CN" else view.base_text.partition(" (")[0]


def _column(field: str, header: str, least: int, **more) -> dict:
    return {"field": field, "headerName": header, "minWidth": least, **more}


def _change_column(lang: str, which: str) -> dict:
    title = t(lang, f"col_{which}_title")
    header = t(lang, f"col_{which}")
    return _column(
        f"change_{which}",
        header,
        72,  # an arrow and "−12.3%"
        headerTooltip=title,
        flex=3,
        cellRenderer="AtlasChange",
        **RIGHT,
    )


def table_page(view: View, request: dict) -> dict:
    """The rows a grid asks for, as AG Grid takes them.

    Only what is on screen is formatted; an area without a number carries the reason as text and
    no number at all.
    """
    rows, count = select_rows(sort_columns(view), request, {"value": view.scale})
    return {"rowData": [table_row(view, int(i)) for i in rows], "rowCount": count}


def sort_columns(view: View) -> dict[str, np.ndarray]:
    """The columns that can be sorted and filtered, one array each."""
    ranks = view.ranks.astype(float)
    base = view.base.astype(float)
    return {
        "rank": np.where(ranks > 0, ranks, np.nan),
        "name": np.array(view.names, dtype=object),
        "value": view.values.number,
        "base": np.where(base >= 0, base, np.nan),
        "change_month": view.change_month.number,
        "change_year": view.change_year.number,
    }


def table_row(view: View, i: int) -> dict:
    """One row as the cell renderers take it."""
    index = int(view.classes.index[i])
    number = view.values.number[i]
    state, lang = int(view.values.state[i]), view.state.lang
    return {
        "code": view.codes[i],
        "name": view.names[i],
        "rank": int(view.ranks[i]) or None,
        "value": None if np.isnan(number) else round(float(number) * view.scale, view.decimals),
        "text": view.words.number(number) if state == STATE_OK else t(lang, f"cell_{state}"),
        "reason": "" if state == STATE_OK else view.value_text(i),
        "state": state,
        "colour": view.classes.colours[index] if index >= 0 else None,
        "base": base_text(view, i),
        "change_month": change_cell(view, i, "month"),
        "change_year": change_cell(view, i, "year"),
        "spark": [None if np.isnan(n) else round(float(n), 5) for n in view.spark[i]],
    }


def measure_head(view: View) -> str:
    """Short name of the measure with the unit of its numbers."""
    name, unit, show = measure_short(view), view.unit_text.strip(), view.state.show
    if show != "value":
        name = t(view.state.lang, f"show_{show}")  # the measure's name has no room beside it
    return f"{name} ({unit})" if unit and unit.lower() not in name.lower() else name


def change_cell(view: View, i: int, which: str) -> str:
    """A change with its sign, or in one word why there is none."""
    change = view.change_month if which == "month" else view.change_year
    state = int(change.state[i])
    return view.change_text(i, which) if state == STATE_OK else t(view.state.lang, f"cell_{state}")


def base_text(view: View, i: int) -> str:
    """The base of a rate as it stands in the table; empty where it may not or cannot be shown."""
    count = int(view.base[i])
    return f"{count:,}" if count >= 0 else "—"


def table_head(view: View) -> list:
    """Heading of the table with the number of areas."""
    lang = view.state.lang
    return [
        html.H2(t(lang, "table")),
        html.Small(t(lang, "table_count", count=f"{len(view.codes):,}")),
    ]
