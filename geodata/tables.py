"""Table files: CSV or Parquet as delivered, columns renamed, codes kept as text.

`TableFile.load` never raises for what a file holds: what is wrong becomes findings. `read` is the
strict way for a caller that needs the whole table right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from geodata.columns import TextColumn, conform_column
from geodata.errors import SchemaError
from geodata.findings import ERROR, Finding, finding
from geodata.schema import Table

UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class TableData:
    """A loaded table: text columns dictionary-encoded, numbers as arrays, and its findings.

    Only columns that could be read are there; `complete` says whether all are.
    """

    name: str
    schema: Table
    n_rows: int
    text: dict[str, TextColumn] = field(default_factory=dict)
    numbers: dict[str, np.ndarray] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    skipped: tuple[int, ...] = ()  # line numbers that hold no row
    is_csv: bool = True

    def where(self, row: int) -> str:
        """How an operator finds a row: its line in a CSV file, its number in a Parquet file."""
        if not self.is_csv:
            return f"row {row + 1}"
        line = row + 2
        for skipped in self.skipped:
            line += skipped <= line
        return f"line {line}"

    def report(self, check: str, mask: np.ndarray, column: str, **words: object) -> None:
        """Add a finding for the rows in `mask`, with the first one as the example."""
        rows = np.flatnonzero(mask)
        if len(rows):
            example = f"{self.where(int(rows[0]))}: {column} = {self.cell(column, int(rows[0]))}"
            words = {"column": column, **words}
            self.findings.append(finding(check, self.name, len(rows), example, **words))

    def cell(self, column: str, row: int) -> str:
        """One cell as text, for examples."""
        if column in self.text:
            return repr(self.text[column].at(row))
        return str(self.numbers[column][row]) if column in self.numbers else "?"

    @property
    def complete(self) -> bool:
        """Whether every column of the schema could be read."""
        return all(c.name in self.text or c.name in self.numbers for c in self.schema.columns)

    def frame(self) -> pd.DataFrame:
        """As a DataFrame with columns in the order of the schema; blank text is "", counts -2."""
        names = [c.name for c in self.schema.columns if c.name in self.text | self.numbers]
        series = {n: self.text[n].to_numpy() if n in self.text else self.numbers[n] for n in names}
        return pd.DataFrame(series)

    def sound_frame(self) -> pd.DataFrame:
        """The same.

        Raises
        ------
        SchemaError
            If there is any finding of severity error.
        """
        for item in self.findings:
            if item.severity == ERROR:
                raise SchemaError(f"{item.table}: {item.check}: {item.example}", item.fix_en)
        return self.frame()


@dataclass(frozen=True)
class TableFile:
    """One table file of a source: where it is, its schema, encoding and their column names."""

    path: Path
    name: str
    schema: Table
    encoding: str = "utf-8"
    renames: Mapping[str, str] = field(default_factory=dict)  # ours -> theirs

    def load(self) -> TableData:
        """Read the file and make its columns conform; what is wrong is in `findings`."""
        data = TableData(self.name, self.schema, 0, is_csv=self.path.suffix.lower() != ".parquet")
        if not self.path.is_file():
            data.findings.append(finding("missing_file", self.name, 0, self.name, file=self.name))
            return data
        try:
            raw = self._read_csv(data) if data.is_csv else self._read_parquet()
        except (pa.ArrowException, OSError, ValueError) as error:
            text = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            data.findings.append(finding("unreadable_file", self.name, 0, text))
            return data
        if raw is not None:
            self._conform(raw, data)
        return data

    def read(self) -> pd.DataFrame:
        """The table as a DataFrame.

        Raises
        ------
        SchemaError
            If the file has any finding of severity error.
        """
        return self.load().sound_frame()

    @cached_property
    def first_row(self) -> dict[str, str]:
        """The first row as text by our column names; empty when the file cannot be read.

        Without the counts where they need not be read.
        """
        try:
            if self.path.suffix.lower() == ".parquet":
                file = pa.parquet.ParquetFile(self.path)
                counts = {column.name for column in self.schema.columns if column.kind == "count"}
                names = [n for n in file.schema_arrow.names if self.renames.get(n, n) not in counts]
                batch = next(file.iter_batches(batch_size=1, columns=names))
                row = {k: v[0] for k, v in batch.to_pydict().items()}
            else:
                with self.path.open("rb") as file:
                    head = file.read(65536).rpartition(b"\n")[0] + b"\n"
                text = _decode(head, self.encoding)[0]
                table = _parse_csv(text, [])
                row = {k: v[0] for k, v in table.slice(0, 1).to_pydict().items()}
        except (pa.ArrowException, OSError, ValueError, StopIteration, IndexError):
            return {}
        ours = {theirs: name for name, theirs in self.renames.items()}
        return {ours.get(k, k): "" if v is None else str(v).strip() for k, v in row.items()}

    def _read_parquet(self) -> pa.Table:
        codes = [self.renames.get(c.name, c.name) for c in self.schema.columns if c.kind != "count"]
        return pa.parquet.read_table(self.path, read_dictionary=codes, use_threads=False)

    def _read_csv(self, data: TableData) -> pa.Table | None:
        raw = self.path.read_bytes()
        if not raw.strip(b"\r\n\t ,;" + UTF8_BOM):
            data.findings.append(finding("empty_table", self.name, 0, self.name))
            return None
        text, problem = _decode(raw, self.encoding)
        if problem:
            example = f"encoding = {self.encoding!r}"
            data.findings.append(finding(problem, self.name, 0, example))
        if text is None:
            return None
        invalid: list[pa.csv.InvalidRow] = []
        table = _parse_csv(text, invalid)
        table, data.skipped = self._sort_out_invalid(table, invalid, data)
        return table

    def _sort_out_invalid(self, table, invalid, data) -> tuple[pa.Table, tuple[int, ...]]:
        blank = [row.number for row in invalid if not row.text.strip(" \t,;")]
        ragged = [row for row in invalid if row.text.strip(" \t,;")]
        if ragged:
            example = f"line {ragged[0].number}: {ragged[0].text[:80]}"
            data.findings.append(finding("ragged_row", self.name, len(ragged), example))
        skipped = sorted(row.number for row in invalid)
        empty = np.ones(table.num_rows, dtype=bool)
        for column in table.columns:
            if not empty.any():
                break
            lengths = pa.compute.binary_length(pa.compute.utf8_trim_whitespace(column))
            empty &= lengths.to_numpy() == 0
        if empty.any():
            where = TableData("", self.schema, 0, skipped=tuple(skipped)).where
            hollow = [int(where(int(i)).removeprefix("line ")) for i in np.flatnonzero(empty)]
            blank, skipped = blank + hollow, sorted(skipped + hollow)
            table = table.filter(pa.array(~empty))
        if blank:
            example = f"line {min(blank)}"
            data.findings.append(finding("blank_rows", self.name, len(blank), example))
        return table, tuple(skipped)

    def _conform(self, raw: pa.Table, data: TableData) -> None:
        data.n_rows = raw.num_rows
        names = [name.strip() for name in raw.column_names]
        raw = raw.rename_columns(names)
        for name in {n for n in names if names.count(n) > 1}:
            data.findings.append(finding("double_column", self.name, 0, name, column=name))
        if not raw.num_rows:
            data.findings.append(finding("empty_table", self.name, 0, self.name))
        for column in self.schema.columns:
            theirs = self.renames.get(column.name, column.name)
            if names.count(theirs) == 1:
                conform_column(raw.column(theirs), column, data)
            elif theirs in names:
                continue
            elif column.required:
                example = f"columns found: {', '.join(names)[:200]}"
                words = {"column": theirs, "section": self.schema.name}
                data.findings.append(finding("missing_column", self.name, 0, example, **words))
            elif column.kind == "count":
                data.numbers[column.name] = np.full(raw.num_rows, -2, dtype=np.int64)
            else:
                data.text[column.name] = TextColumn(np.zeros(raw.num_rows, dtype=np.int32), [""])


def _parse_csv(text: str, invalid: list) -> pa.Table:
    """CSV text to a table of strings; rows with another number of fields go to `invalid`."""

    def note(row: pa.csv.InvalidRow) -> str:
        invalid.append(row)
        return "skip"

    header = re.split(r"\r\n|\n|\r", text, maxsplit=1)[0]
    delimiter = max(",\t;", key=header.count)
    source = pa.BufferReader(text.encode("utf-8"))
    parse = pa.csv.ParseOptions(
        delimiter=delimiter,
        newlines_in_values='"' in text,
        ignore_empty_lines=False,
        invalid_row_handler=note,
    )
    names = pa.csv.read_csv(
        pa.BufferReader((header + "\n").encode("utf-8")),
        parse_options=pa.csv.ParseOptions(delimiter=delimiter),
    ).column_names
    types = pa.csv.ConvertOptions(
        column_types={name: pa.string() for name in names},
        strings_can_be_null=False,
        quoted_strings_can_be_null=False,
    )
    options = pa.csv.ReadOptions(use_threads=False, block_size=1 << 24)
    return pa.csv.read_csv(source, options, parse, types)


def _decode(raw: bytes, encoding: str) -> tuple[str | None, str]:
    """Text and the name of a check that failed ("" if none); text is None when hopeless."""
    declared = encoding.lower().replace("_", "-")
    chinese = declared in ("gbk", "gb2312", "gb18030", "cp936", "936")
    if raw.startswith(UTF16_BOMS):
        return None, "wrong_encoding"
    if raw.startswith(UTF8_BOM):
        try:
            return raw.decode("utf-8-sig"), "byte_order_mark" if chinese else ""
        except UnicodeDecodeError:
            return None, "wrong_encoding"
    if chinese and _is_chinese_utf8(raw):
        return raw.decode("utf-8"), "wrong_encoding"
    try:
        # GB18030 reads all of GBK and GB2312, and rare characters besides.
        return raw.decode("gb18030" if chinese else declared), ""
    except (UnicodeDecodeError, LookupError):
        return None, "wrong_encoding"


def _is_chinese_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return False
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return re.search("[\u4e00-\u9fff]", text) is not None
