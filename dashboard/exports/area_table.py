"""The table of a view with typed columns: what XLSX and the GIS formats are written from.

A cell that must not be shown has no number here at all, so that no format can leak it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dashboard.exports.sheet import legend_title, with_unit
from dashboard.exports.table_csv import parent_names, period_text, standard_name, state_word
from dashboard.text import age_name, category_name, t
from geodata.schema import STATE_OK

if TYPE_CHECKING:
    from dashboard.view import View


def area_table(view: View) -> pd.DataFrame:
    """One row per drawn area, in tree order.

    Returns
    -------
    DataFrame
        area_code, name, parent (str); value (float, screen units, NaN without a number); state
        (str, why there is none); base_count, rank (Int64, NA without); change_month, change_year
        (float, percent or points).
    """
    frame = view.table_frame()
    ok = (frame["state"] == STATE_OK).to_numpy()
    return pd.DataFrame(
        {
            "area_code": frame["code"].astype(str),
            "name": frame["name"].astype(str),
            "parent": parent_names(view),
            "value": np.where(ok, frame["value"].astype(float), np.nan),
            "state": [state_word(view, int(state)) for state in frame["state"]],
            "base_count": frame["base"].where(frame["base"] >= 0).astype("Int64"),
            "rank": frame["rank"].where(ok & (frame["rank"] > 0)).astype("Int64"),
            "change_month": np.where(ok, frame["change_month"].astype(float), np.nan),
            "change_year": np.where(ok, frame["change_year"].astype(float), np.nan),
        }
    )


def column_titles(view: View) -> dict[str, str]:
    """Heads of the columns in the view's language, with their units."""
    lang = view.state.lang
    unit = t(lang, "csv_points" if view.change_kind == "points" else "csv_ratio")
    titles = {
        "area_code": t(lang, "csv_area_code"),
        "name": t(lang, "csv_name"),
        "parent": t(lang, "csv_parent"),
        "value": legend_title(view),
        "state": t(lang, "csv_state"),
        "base_count": with_unit(lang, t(lang, "csv_base_count"), view.base_text),
        "rank": t(lang, "csv_rank"),
    }
    for key in ("change_month", "change_year"):
        titles[key] = with_unit(lang, t(lang, f"csv_{key}"), unit)
    return titles


def papers(view: View) -> list[tuple[str, str]]:
    """What must go with every file: title, method, source, release and the right to use it."""
    lang, notes, state = view.state.lang, view.notes, view.state
    rows = [
        ("paper_title", f"{view.title} · {view.subtitle}"),
        ("paper_headline", view.headline),
        ("csv_measure", view.name),
        ("csv_unit", view.unit_text),
        ("csv_period", period_text(view)),
        ("csv_category", category_name(lang, state.category)),
        ("csv_age", age_name(lang, state.age)),
        ("paper_method", notes.texts["method"]),
        ("csv_standard", standard_name(view)),
        ("csv_base", notes.texts["base"]),
        ("csv_source", notes.texts["source"]),
        ("csv_data_date", notes.texts["data_date"]),
        ("csv_release", view.dataset.release_id),
        ("paper_view", view.state.to_query()),
        ("paper_crs", "CGCS2000 / EPSG:4490"),
        ("csv_papers", notes.papers),
        ("csv_demonstration", notes.demonstration),
    ]
    return [(t(lang, key), text) for key, text in rows if text]
