"""The table of a view as CSV that Excel opens right: UTF-8 with BOM, codes as text, no formulas.

Every row carries its papers (period, source, release, ...), so that a row copied into another file
still says what it is. Areas without a number have an empty value and say why in the state column.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np

from dashboard.text import age_name, category_name, state_text, t
from dashboard.view.standard_words import standard_name as standard_words
from geodata.schema import STATE_OK

if TYPE_CHECKING:
    from dashboard.view import View

BOM = "\ufeff"
# What Excel, LibreOffice and WPS take for the start of a formula, wide forms included (OWASP,
# "CSV injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def export_csv(view: View) -> bytes:
    """The table of a view.

    Parameters
    ----------
    view : View

    Returns
    -------
    bytes
        UTF-8 with BOM, CRLF, one row per area in tree order, heads in the view's language.
        Values are in screen units, rounded as on screen. A code ends with a tab: without it Excel
        shows twelve digits as 1.101E+11 and saves them so.
    """
    columns = _columns(view)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([t(view.state.lang, f"csv_{key}") for key in columns])
    writer.writerows(zip(*columns.values()))
    return (BOM + stream.getvalue()).encode("utf-8")


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> safe_text("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def code_text(code: str) -> str:
    """A code that a spreadsheet keeps as text."""
    return f"{safe_text(code)}\t"


def _columns(view: View) -> dict[str, list[str]]:
    frame, state, lang = view.table_frame(), view.state, view.state.lang
    manifest, count = view.dataset.manifest, len(frame)
    ok = (frame["state"] == STATE_OK).to_numpy()
    same = {
        "period": period_text(view),
        "category": category_name(lang, state.category),
        "age": age_name(lang, state.age),
        "standard": standard_name(view),
        "source": str(manifest["source_zh" if lang == "zh-CN" else "source_en"]),
        "data_date": str(manifest["data_date"]),
        "release": view.dataset.release_id,
        "papers": view.notes.papers,
        "demonstration": view.notes.demonstration,
    }
    change_unit = t(lang, "csv_points" if view.change_kind == "points" else "csv_ratio")
    return {
        "area_code": [code_text(code) for code in frame["code"]],
        "name": [safe_text(name) for name in frame["name"]],
        "parent": [safe_text(name) for name in parent_names(view)],
        "measure": [safe_text(view.name)] * count,
        "value": _numbers(frame["value"], ok, view.decimals),
        "unit": [unit_words(view)] * count,
        "state": [state_word(view, int(code)) for code in frame["state"]],
        "base": [safe_text(view.base_text)] * count,
        "base_count": [str(int(n)) if n >= 0 else "" for n in frame["base"].fillna(-1)],
        "rank": [str(int(n)) if n > 0 else "" for n in frame["rank"].fillna(0)],
        "change_month": _numbers(frame["change_month"], ok, 1),
        "change_year": _numbers(frame["change_year"], ok, 1),
        "change_unit": [change_unit] * count,
        **{key: [safe_text(text)] * count for key, text in same.items()},
    }


def _numbers(values: object, ok: np.ndarray, decimals: int) -> list[str]:
    """Numbers with a point and no separators; "" where there is none or it may not be shown."""
    numbers = np.asarray(values, dtype=float)
    shown = ok & np.isfinite(numbers)
    return [f"{n + 0.0:.{decimals}f}" if s else "" for n, s in zip(numbers.tolist(), shown)]


def state_word(view: View, state: int) -> str:
    """Whether there is a number, or why there is none."""
    if state == STATE_OK:
        return t(view.state.lang, "csv_state_ok")
    rules = view.dataset.manifest.get("rules", {}).get("disclosure", {})
    return state_text(view.state.lang, state, int(rules.get("k", 10)))


def period_text(view: View) -> str:
    """The month; for figures that do not change by month, the day of the population count."""
    if view.dataset.is_timeless(view.measure.key):
        return str(view.dataset.manifest["population"]["as_of"])
    return view.state.period


def standard_name(view: View) -> str:
    """Name of the written standard that a measure of coverage rests on."""
    standard = view.query.standard
    return "" if standard is None else standard_words(view.state.lang, standard)


def unit_words(view: View) -> str:
    """The unit; of a measure without one what its numbers stand for."""
    labels = view.words.labels
    return " ".join(f"{i}={label}" for i, label in enumerate(labels)) or view.unit_text


def parent_names(view: View) -> list[str]:
    """Name of the area above each drawn one."""
    tree = view.dataset.tree
    names = view.dataset.names(view.state.lang)
    return [names[p] if p >= 0 else "" for p in tree.parents[view.positions].tolist()]
