"""A month's tables as files: those a source folder takes, and those of the data room's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.periods import month_period
from geodata.schema import AGE_BANDS, PROVIDERS
from geodata.slots import CATEGORY_KEYS
from geodata.swipes.aggregation.columns import ALL
from geodata.swipes.aggregation.engine import MonthTables
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
_IN_COMMUNITY = (  # over ages, and of all categories by age: those are there as they are
    f"(SELECT home AS area, category, {_ALL_AGES} AS age, uses, cards, amount, subsidy FROM homes_ "
    f"UNION ALL SELECT home, category, age, uses, cards, amount, subsidy FROM homes_ "
    f"WHERE category = {ALL}) x GROUP BY x.area, x.category, x.age"
)
_PROVIDERS = f"greatest(count(DISTINCT provider) FILTER (provider <> {UNLISTED}), 1) AS providers"
_CELL = "x.area, x.category, x.age"
_IN_SUBDISTRICT = (
    "(SELECT t.*, c.subdistrict AS area FROM {} t JOIN communities c ON t.home = c.code) x "
    f"WHERE x.category <> {ALL} GROUP BY x.area, x.category, x.age"
)


def write_month_files(result: MonthTables, month: int, communities: pa.Table, folder: Path) -> None:
    """Write a month's tables, sorted, so that equal tables are equal bytes.

    Parameters
    ----------
    result : MonthTables
    month : int
    communities : pa.Table
        `code` (int64) and `subdistrict` (text) of each community.
    folder : Path
        Must exist.
    """
    # Each table is written beside the query of the next.
    with ThreadPoolExecutor(1) as pool, duckdb.connect() as connection:
        for name, table in result.tables.items():
            connection.register(f"{name}_", table)
        connection.register("communities", communities)
        connection.register("fates_", result.fates)
        writes = []
        for name, query in _queries(month_period(month)).items():
            table = connection.sql(query).to_arrow_table()
            writes.append(pool.submit(write_parquet, table, folder / f"{name}.parquet"))
        for write in writes:
            write.result()


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table; the same table gives the same bytes."""
    pq.write_table(table, path, compression="zstd", write_page_index=False)


def _queries(period: str) -> dict[str, str]:
    head, categories = f"SELECT '{period}' AS period, ", _words("category", CATEGORY_KEYS)
    order = "ORDER BY ALL"
    paid = f"SELECT {_CELL}, {_PROVIDERS} FROM {_IN_SUBDISTRICT.format('paid_')}"
    return {
        # The home community by category and by age, and the subdistrict by both at once.
        "community": _cells(head, _IN_COMMUNITY, _paid_in_community()),
        "subdistrict": _cells(head, _IN_SUBDISTRICT.format("homes_"), paid),
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


def _cells(head: str, swipes: str, paid: str) -> str:
    """Query: swipes of home areas, in order, and to how many providers amounts were paid, at least.

    All merchants that are not listed count as one, where no other was paid: they may be any.
    Who is paid for taps is not known: where an amount is of nothing else, it is left blank.
    """
    categories, ages = _words("category", CATEGORY_KEYS), _words("age", AGE_BANDS)
    return (
        f"{head} area::VARCHAR AS home_area_code, '' AS service_area_code, "
        f"{categories} AS category, {ages} AS age_band, swipes_count, cards_count, amount_fen, "
        f"subsidy_fen, CASE WHEN amount_fen = 0 THEN 0 ELSE providers END AS {PROVIDERS} "
        f"FROM (SELECT {_CELL}, {_FIELDS} FROM {swipes}) s LEFT JOIN ({paid}) "
        "USING (area, category, age) ORDER BY s.area, s.category, s.age"
    )


def _paid_in_community() -> str:
    """Providers by community, by each of its categories and by each of its ages.

    A provider of two categories is one in all of them. Each community has one row for a provider,
    with a bit for every cell that it is counted in: to count them apart for each takes longer.
    """
    first_age = len(CATEGORY_KEYS)
    cells = {category: (category, _ALL_AGES) for category in range(first_age)}
    bands = (age for age in range(len(AGE_BANDS)) if age != _ALL_AGES)
    cells |= {first_age + age: (ALL, age) for age in bands}
    seen = (
        f"{1 << ALL} | bit_or(1::INTEGER << category::INTEGER) | "
        f"bit_or(1::INTEGER << ({first_age} + age::INTEGER))"
    )
    bits = range(first_age + len(AGE_BANDS))
    counts = ", ".join(f"sum((listed >> {bit}) & 1)::BIGINT" for bit in bits)
    rows = ", ".join(f"({bit}, {category}, {age})" for bit, (category, age) in cells.items())
    return (
        "SELECT area, category, age, greatest(counts[bit + 1], 1) AS providers FROM "
        f"(SELECT area, bit_or(seen) AS there, [{counts}] AS counts FROM "
        f"(SELECT *, CASE provider WHEN {UNLISTED} THEN 0 ELSE seen END AS listed FROM "
        f"(SELECT home AS area, provider, {seen} AS seen FROM paid_ GROUP BY home, provider)) "
        f"GROUP BY area) JOIN (VALUES {rows}) cells(bit, category, age) "
        "ON there & (1 << bit) > 0"
    )


def _words(column: str, words: tuple[str, ...]) -> str:
    """The words of a column of numbers."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"([{listed}])[{column} + 1]"
