"""A month's tables as files: those a source folder takes, and those of the data room's own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.periods import month_period
from geodata.schema import AGE_BANDS, PROVIDERS, TABLES
from geodata.slots import CATEGORY_KEYS
from geodata.swipes.aggregation.engine import MonthTables
from geodata.swipes.aggregation.tables import ALL
from geodata.swipes.raw.contract import FATES, PURSES, SWIPE_TYPES

SWIPE_FILES = ("community", "subdistrict", "flows")
OTHER_FILES = ("purses", "hours")
ACTIVE, FATES_FILE = "active", "fates"
_SWIPES = tuple(c.name for c in TABLES["swipes"].columns if c.name != PROVIDERS)
_FIELDS = (
    "sum(uses)::BIGINT AS swipes_count, sum(cards)::BIGINT AS cards_count, "
    "sum(amount)::BIGINT AS amount_fen, sum(subsidy)::BIGINT AS subsidy_fen"
)


def write_month_files(result: MonthTables, month: int, communities: pa.Table, folder: Path) -> None:
    """Write a month's tables, sorted, so that equal tables are equal bytes.

    Parameters
    ----------
    result : MonthTables
    month : int
    communities : pa.Table
        `code` (int64), `text`, `district` (int32) and `subdistrict` (text) of each community.
    folder : Path
        Must exist.
    """
    with duckdb.connect() as connection:
        for name, table in result.tables.items():
            connection.register(f"{name}_", table)
        connection.register("communities", communities)
        connection.register("fates_", result.fates)
        for name, query in _queries(month_period(month)).items():
            table = connection.sql(query).to_arrow_table()
            write_parquet(table, folder / f"{name}.parquet")


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table; the same table gives the same bytes."""
    pq.write_table(table, path, compression="zstd", write_page_index=False)


def _queries(period: str) -> dict[str, str]:
    ages, categories = _words("age", AGE_BANDS), _words("category", CATEGORY_KEYS)
    head = f"SELECT '{period}' AS period, "
    at_home = "homes_ JOIN communities c ON home = c.code"
    order = "ORDER BY ALL"
    margins = "GROUP BY GROUPING SETS ((c.text, category), (c.text, category, age))"
    return {
        "community": f"SELECT {', '.join(_SWIPES)} FROM ({head} c.text AS home_area_code, "
        f"'' AS service_area_code, {categories} AS category, "
        f"coalesce({ages}, 'all') AS age_band, {_FIELDS} FROM {at_home} {margins} "
        f"HAVING category = {ALL} OR age IS NULL) {order}",
        "subdistrict": f"{head} c.subdistrict AS home_area_code, '' AS service_area_code, "
        f"{categories} AS category, {ages} AS age_band, {_FIELDS} FROM {at_home} "
        f"WHERE category <> {ALL} GROUP BY c.subdistrict, category, age {order}",
        "flows": f"{head} home_district::VARCHAR AS home_area_code, "
        f"district::VARCHAR AS service_area_code, {categories} AS category, 'all' AS age_band, "
        f"{_FIELDS} FROM flows_ GROUP BY home_district, district, category {order}",
        "purses": f"{head} home_district::VARCHAR AS home_area_code, {categories} AS category, "
        f"{_words('purse', PURSES)} AS purse, {_FIELDS} FROM purses_ "
        f"GROUP BY home_district, category, purse {order}",
        "hours": f"{head} home_district::VARCHAR AS home_area_code, "
        f"(slot // 24 + 1)::TINYINT AS weekday, (slot % 24)::TINYINT AS hour, {_FIELDS} "
        f"FROM hours_ GROUP BY home_district, slot {order}",
        ACTIVE: "SELECT card_token FROM cards_ ORDER BY card_token",
        FATES_FILE: f"SELECT {_words('fate', FATES)} AS fate, {_words('kind', SWIPE_TYPES)} AS "
        'txn_type, "rows", gross AS gross_fen FROM fates_ ORDER BY ALL',
    }


def _words(column: str, words: tuple[str, ...]) -> str:
    """The words of a column of numbers."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"([{listed}])[{column} + 1]"
