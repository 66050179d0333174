"""A month's tables as files: those a source folder takes, and those of the data room's own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.periods import month_period
from geodata.schema import AGE_BANDS, PROVIDERS
from geodata.slots import CATEGORY_KEYS
from geodata.swipes.aggregation.engine import MonthTables
from geodata.swipes.aggregation.tables import ALL
from geodata.swipes.raw.contract import FATES, PURSES, SWIPE_TYPES
from geodata.swipes.raw.records import AGE, UNLISTED

SWIPE_FILES = ("community", "subdistrict", "flows")
OTHER_FILES = ("purses", "hours")
ACTIVE, FATES_FILE = "active", "fates"
_FIELDS = (
    "sum(uses)::BIGINT AS swipes_count, sum(cards)::BIGINT AS cards_count, "
    "sum(amount)::BIGINT AS amount_fen, sum(subsidy)::BIGINT AS subsidy_fen"
)
_ALL_AGES = AGE["all"]
# The home community by category and by age, and the subdistrict by both at once.
_MARGINS = (
    "GROUP BY GROUPING SETS (({area}, x.category), ({area}, x.category, x.age)) "
    f"HAVING x.category = {ALL} OR x.age IS NULL"
)
_CROSS = f"WHERE x.category <> {ALL} GROUP BY {{area}}, x.category, x.age"
_PAID = f"(FROM paid_ UNION ALL SELECT * REPLACE ({ALL}::TINYINT AS category) FROM paid_)"
_PAID_TO = f"greatest(count(DISTINCT provider) FILTER (provider <> {UNLISTED}), 1)"


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
    head, categories = f"SELECT '{period}' AS period, ", _words("category", CATEGORY_KEYS)
    order = "ORDER BY ALL"
    return {
        "community": f"{_cells(head, 'text', _MARGINS)} {order}",
        "subdistrict": f"{_cells(head, 'subdistrict', _CROSS)} {order}",
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


def _cells(head: str, area: str, by: str) -> str:
    """Query: swipes of home areas, and to how many providers each amount was paid, at least.

    All merchants that are not listed count as one, where no other was paid: they may be any.
    Who is paid for taps is not known: where an amount is of nothing else, it is left blank.
    """

    def of(table: str, sums: str) -> str:
        return (
            f"(SELECT c.{area} AS area, x.category AS category, "
            f"coalesce(x.age, {_ALL_AGES}) AS age, {sums} FROM {table} x "
            f"JOIN communities c ON x.home = c.code {by.format(area=f'c.{area}')})"
        )

    categories, ages = _words("category", CATEGORY_KEYS), _words("age", AGE_BANDS)
    return (
        f"{head} area AS home_area_code, '' AS service_area_code, {categories} AS category, "
        f"{ages} AS age_band, swipes_count, cards_count, amount_fen, subsidy_fen, "
        f"CASE WHEN amount_fen = 0 THEN 0 ELSE providers END AS {PROVIDERS} "
        f"FROM {of('homes_', _FIELDS)} "
        f"LEFT JOIN {of(_PAID, f'{_PAID_TO} AS providers')} USING (area, category, age)"
    )


def _words(column: str, words: tuple[str, ...]) -> str:
    """The words of a column of numbers."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"([{listed}])[{column} + 1]"
