"""What is kept of a month so that more files can be added to it without reading all its records.

Distinct cards are the difficulty: whether a card adds to a count depends on whether it has been
there before. For each card the state holds where it has been as bits: categories by purse, hours by
weekday, and in a table of its own categories by district of service. Beside them lie the records of
events of which several files know: when one of their cards is done again they are all needed, and
they lie scattered over the files of five months.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq

from geodata.durable import link_or_copy
from geodata.swipes.aggregation.duckdb_session import Session
from geodata.swipes.aggregation.engine import MonthTables
from geodata.swipes.raw.contract import PURSES

BY_PURSE = tuple(f"p{purse}" for purse in range(len(PURSES)))
BY_WEEKDAY = tuple(f"h{weekday}" for weekday in range(7))
MASKS = (*BY_PURSE, *BY_WEEKDAY)


def _bits(position: str, where: str = "true") -> str:
    return f"bit_or(CASE WHEN {where} THEN 1::INTEGER << ({position})::INTEGER ELSE 0 END)::INTEGER"


_OF_USES = [
    *(_bits("category", f"purse = {purse}") for purse in range(len(PURSES))),
    *(_bits("slot % 24", f"slot // 24 = {weekday}") for weekday in range(7)),
]

# From table `uses`.
CARDS = (
    "SELECT card_token, max(last) AS last, "
    + ", ".join(f"{sql} AS {name}" for name, sql in zip(MASKS, _OF_USES))
    + " FROM uses GROUP BY card_token"
)
PLACES = (
    f"SELECT card_token, district, {_bits('category')} AS categories "
    "FROM uses GROUP BY card_token, district"
)
# The same of several such tables put together.
CARDS_AGAIN = "SELECT card_token, max(last) AS last, " + ", ".join(
    f"bit_or({name}) AS {name}" for name in MASKS
)
PLACES_AGAIN = "SELECT card_token, district, bit_or(categories) AS categories"

CARDS_FILE, PLACES_FILE, FATES_FILE = "cards.parquet", "places.parquet", "fates.parquet"
DISPUTED_FILE = "disputed-{}.parquet"
_WRITING = {"compression": "zstd"}


def table_file(name: str) -> str:
    """File of one of the month's tables, in numbers as engines have them."""
    return f"table-{name}.parquet"


def disputed_files(state: Path) -> tuple[Path, ...]:
    """Files of a state with the records of contested events, columns `records.CHECKED`."""
    return tuple(sorted(state.glob(DISPUTED_FILE.format("*"))))


def write_disputed(session: Session, sql: str, before: Path | None, to: Path) -> None:
    """Keep the records of a query with those of the state before, which are not written again."""
    files = disputed_files(before) if before else ()
    for path in files:
        link_or_copy(path, to / path.name)
    session.copy(sql, to / DISPUTED_FILE.format(f"{len(files):06d}"))


def write_state(session: Session, cards: str, places: str, result: MonthTables, to: Path) -> None:
    """Write the state of a month.

    Parameters
    ----------
    session : Session
    cards, places : str
        Names of its tables, with the columns of `CARDS` and `PLACES`.
    result : MonthTables
        What the month came to.
    to : Path
        Folder; must exist.
    """
    session.copy(f"FROM {cards}", to / CARDS_FILE)
    session.copy(f"FROM {places}", to / PLACES_FILE)
    tables = {table_file(name): table for name, table in result.tables.items() if name != "cards"}
    tables[FATES_FILE] = result.fates
    with ThreadPoolExecutor(2) as pool:  # a table is written by one thread
        list(pool.map(lambda name: pq.write_table(tables[name], to / name, **_WRITING), tables))
