"""One column as delivered to one column as declared in the schema; what does not fit is a finding.

Text is dictionary-encoded, so that a million rows are checked on a few thousand distinct values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata.findings import finding
from geodata.schema import MISSING, Column

if TYPE_CHECKING:
    from geodata.tables import TableData

PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_CODE = re.compile(r"[0-9A-Za-z_-]*")
KINDS = {
    "count": ("非负整数（不带千分位、单位或小数）", "a whole number without separators or units"),
    "number": ("数字", "a number"),
    "lon": ("经度（度）", "a longitude in degrees"),
    "lat": ("纬度（度）", "a latitude in degrees"),
    "period": ("年月，如 2026-06", "year and month like 2026-06"),
    "code": ("由字母和数字组成的代码", "a code of letters and digits"),
}


@dataclass
class TextColumn:
    """Dictionary-encoded text: `values[indices[i]]` is row i; blank is ""."""

    indices: np.ndarray
    values: list[str]

    def at(self, row: int) -> str:
        """The text of one row."""
        return self.values[self.indices[row]]

    def to_numpy(self) -> np.ndarray:
        """All rows as an object array of str."""
        return np.array(self.values, dtype=object)[self.indices]

    def map(self, table: dict[str, int], default: int = -1) -> np.ndarray:
        """Rows mapped through a dict, int32; `default` where the dict has no entry."""
        lookup = np.array([table.get(v, default) for v in self.values], dtype=np.int32)
        return lookup[self.indices]

    def rows_with(self, test) -> np.ndarray:
        """Mask of the rows whose value passes `test`."""
        return np.array([bool(test(v)) for v in self.values], dtype=bool)[self.indices]


def conform_column(raw: pa.ChunkedArray, column: Column, data: TableData) -> None:
    """Put the column into `data` and report what is wrong with it."""
    if column.kind in ("count", "number", "lon", "lat"):
        _conform_number(raw, column, data)
    else:
        _conform_text(raw, column, data)


def _conform_text(raw: pa.ChunkedArray, column: Column, data: TableData) -> None:
    kind = raw.type.value_type if pa.types.is_dictionary(raw.type) else raw.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        if column.kind == "code":
            example = f"{column.name} is {kind}"
            data.findings.append(
                finding("number_as_code", data.name, len(raw), example, column=column.name)
            )
            return
        raw = raw.cast(pa.string())
    text = _encode(raw)
    stripped = [v.strip() for v in text.values]
    if stripped != text.values:
        if column.kind == "code":
            data.text[column.name] = text
            data.report("spaces_in_code", text.rows_with(lambda v: v != v.strip()), column.name)
        text = _merge_values(text, stripped)
    data.text[column.name] = text
    _check_text(text, column, data)


def _check_text(text: TextColumn, column: Column, data: TableData) -> None:
    if not column.may_be_blank:
        data.report("blank_cell", text.rows_with(lambda v: v == ""), column.name)
    if column.kind == "choice":
        allowed = {*column.choices, ""}
        data.report(
            "unknown_choice",
            text.rows_with(lambda v: v not in allowed),
            column.name,
            choices=", ".join(column.choices),
        )
    elif column.kind == "period":
        wrong = text.rows_with(lambda v: v != "" and not PERIOD.fullmatch(v))
        _report_type(wrong, column, data)
    elif column.kind == "code":
        wrong = text.rows_with(lambda v: not _CODE.fullmatch(v))
        _report_type(wrong, column, data)
    else:
        lost = text.rows_with(lambda v: "\ufffd" in v or "?" in v)
        data.report("lost_characters", lost, column.name)


def _conform_number(raw: pa.ChunkedArray, column: Column, data: TableData) -> None:
    values, blank, wrong = _to_numbers(raw)
    if column.kind == "count":
        with np.errstate(invalid="ignore"):
            wrong |= ~blank & ~(values == np.floor(values))
    bad = np.flatnonzero(wrong)
    if len(bad):
        cell = raw[int(bad[0])].as_py()
        example = f"{data.where(int(bad[0]))}: {column.name} = {cell!r}"
        _append_type(len(bad), example, column, data)
        return
    if column.kind == "count":
        values = np.where(blank, MISSING, values).astype(np.int64)
        data.numbers[column.name] = values
        data.report("negative_count", ~blank & (values < 0), column.name)
    else:
        data.numbers[column.name] = np.where(blank, np.nan, values)
    if not column.may_be_blank:
        data.report("blank_cell", blank, column.name)


def _to_numbers(raw: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, mask of blank cells, mask of cells that are no number."""
    none = np.zeros(len(raw), dtype=bool)
    if pa.types.is_dictionary(raw.type):
        raw = raw.cast(raw.type.value_type)
    if pa.types.is_integer(raw.type) and raw.null_count == 0:
        return raw.to_numpy(), none, none.copy()
    if pa.types.is_integer(raw.type) or pa.types.is_floating(raw.type):
        values = raw.cast(pa.float64()).to_numpy()
        return values, np.isnan(values), np.isinf(values)
    if pa.types.is_string(raw.type) or pa.types.is_large_string(raw.type):
        try:
            return raw.cast(pa.int64()).to_numpy(), none, none.copy()
        except pa.ArrowInvalid:
            text = pc.utf8_trim_whitespace(raw.fill_null("")).to_pandas()
            blank = (text == "").to_numpy(dtype=bool)
            values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)
            return values, blank, ~blank & ~np.isfinite(values)
    if pa.types.is_null(raw.type):
        return np.full(len(raw), np.nan), ~none, none
    return np.full(len(raw), np.nan), none, ~none


def _encode(raw: pa.ChunkedArray) -> TextColumn:
    if pa.types.is_null(raw.type):
        return TextColumn(np.zeros(len(raw), dtype=np.int32), [""])
    if not pa.types.is_dictionary(raw.type):
        raw = raw.dictionary_encode()
    array = raw.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], raw.type)
    values = ["" if v is None else str(v) for v in array.dictionary.to_pylist()]
    if array.null_count:
        if "" not in values:
            values.append("")
        indices = array.indices.fill_null(values.index("")).to_numpy()
    else:
        indices = array.indices.to_numpy()
    return TextColumn(indices.astype(np.int32, copy=False), values)


def _merge_values(text: TextColumn, values: list[str]) -> TextColumn:
    distinct = list(dict.fromkeys(values))
    position = {v: i for i, v in enumerate(distinct)}
    lookup = np.array([position[v] for v in values], dtype=np.int32)
    return TextColumn(lookup[text.indices], distinct)


def _report_type(mask: np.ndarray, column: Column, data: TableData) -> None:
    rows = np.flatnonzero(mask)
    if len(rows):
        cell = data.cell(column.name, int(rows[0]))
        example = f"{data.where(int(rows[0]))}: {column.name} = {cell}"
        _append_type(len(rows), example, column, data)


def _append_type(rows: int, example: str, column: Column, data: TableData) -> None:
    zh, en = KINDS[column.kind]
    data.findings.append(
        finding("wrong_type", data.name, rows, example, column=column.name, kind_zh=zh, kind_en=en)
    )
