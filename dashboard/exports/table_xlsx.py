"""The table of a view as a workbook: typed cells, units in the heads, a sheet of papers."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from dashboard.exports.area_table import area_table, column_titles, papers
from dashboard.exports.table_csv import safe_text
from dashboard.exports.typesetting import date_parts
from dashboard.text import t
from geodata.schema import STATE_OK

if TYPE_CHECKING:
    from dashboard.view import View

TEXTS = ("area_code", "name", "parent", "state")
WIDTHS = {"area_code": 16, "name": 24, "parent": 16, "state": 26}
USUAL_WIDTH = 17


def export_xlsx(view: View) -> bytes:
    """The table of a view as .xlsx; the same view of the same release gives the same bytes.

    Areas without a number have a marked empty value and say why in the column beside it; nothing
    of a protected value is in the file.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, _options()) as book:
        book.set_properties({"title": view.title, "created": _created(view)})
        _write_table(book, view)
        _write_papers(book, view)
    return stream.getvalue()


def _options() -> dict[str, Any]:
    # Texts are written as texts: a name that begins with "=" is no formula, one that looks like an
    # address no link.
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }


def _created(view: View) -> datetime:
    """The data's date, not today's: the bytes must not depend on the day of the export."""
    parts = date_parts(str(view.dataset.manifest.get("data_date", "")))
    return datetime(*parts) if parts else datetime(2000, 1, 1)


def _write_table(book: xlsxwriter.Workbook, view: View) -> None:
    lang, frame = view.state.lang, area_table(view)
    sheet = book.add_worksheet(t(lang, "sheet_table"))
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF2F3"}
    )
    formats = _number_formats(book, view)
    lacking = book.add_format({"pattern": 14, "fg_color": "#B0B0B0", "bg_color": "#FFFFFF"})
    text = book.add_format({"num_format": "@"})
    shown = (view.values.state == STATE_OK).tolist()
    for column, (key, title) in enumerate(column_titles(view).items()):
        sheet.set_column(column, column, WIDTHS.get(key, USUAL_WIDTH))
        sheet.write_string(0, column, title, head)
        for row, cell in enumerate(frame[key].tolist(), start=1):
            if key in TEXTS:
                sheet.write_string(row, column, safe_text(cell), text)
            elif pd.isna(cell):
                sheet.write_blank(row, column, None, None if shown[row - 1] else lacking)
            else:
                sheet.write_number(row, column, cell, formats[key])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _number_formats(book: xlsxwriter.Workbook, view: View) -> dict[str, Any]:
    value = "#,##0" + ("." + "0" * view.decimals if view.decimals else "")
    count, change = "#,##0", "+0.0;-0.0;0.0"
    kinds = {"value": value, "base_count": count, "rank": "0"}
    kinds |= {"change_month": change, "change_year": change}
    return {key: book.add_format({"num_format": kind}) for key, kind in kinds.items()}


def _write_papers(book: xlsxwriter.Workbook, view: View) -> None:
    sheet = book.add_worksheet(t(view.state.lang, "sheet_papers"))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 100)
    for row, (name, content) in enumerate(papers(view)):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, safe_text(content), wrapped)
