"""The published tables of a month, from its uses.

Every distinct count is a count of rows: uses are first summed by card, category, purse and
district of service; from these few rows each margin is one more grouping by card, after which a
card is one row. Cards are counted at home, by community, age and category; over home areas and
ages they add up, as a card has one of each in a month. Over categories, purses, hours and places
of service they do not, so those margins are groupings of their own.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
from ibis import _
from ibis.expr.types import Table

from geodata.swipes.aggregation.columns import ALL, AREAS, SUMS, TABLE_COLUMNS, TABLE_SUMS
from geodata.swipes.raw.records import AGE_BITS, HOME_BITS, NO_PROVIDER

Keep = Callable[[str, Table], Table]


def month_tables(uses: Table, areas: Table, keep: Keep) -> dict[str, Table]:
    """Tables of one month as expressions.

    Parameters
    ----------
    uses : ibis Table
        Columns `USES`; one row a use.
    areas : ibis Table
        Columns `AREAS`.
    keep : callable
        `keep(name, expression)` has the engine work out a table that several others read, and
        returns it as a table.

    Returns
    -------
    dict of ibis Table
        By name as in `TABLE_COLUMNS`: those columns and `TABLE_SUMS`; `cards`, the distinct cards
        in use with their home and age. No order. Parts of the cards may be worked out apart and
        their tables added up.
    """
    spent = keep(
        "spent",
        uses.group_by("card_token", "category", "purse", "district").agg(
            **_sums(uses), last=_.last.max()
        ),
    )
    cards = spent.group_by("card_token").agg(last=_.last.max())
    cards = cards.mutate(
        home=(_.last >> AGE_BITS) & ((1 << HOME_BITS) - 1),
        age=(_.last & ((1 << AGE_BITS) - 1)).cast("int8"),
    ).drop("last")
    cards = keep("cards", cards.join(areas, "home").select("card_token", *AREAS, "age"))
    hours = uses.group_by("card_token", "slot").agg(**_sums(uses))
    return {
        "homes": _both(spent, cards, ["category"], TABLE_COLUMNS["homes"]),
        "flows": _both(spent, cards, ["district", "category"], TABLE_COLUMNS["flows"]),
        "purses": _both(spent, cards, ["category", "purse"], TABLE_COLUMNS["purses"]),
        "hours": _count_cards(hours, cards, TABLE_COLUMNS["hours"]),
        "paid": _by_provider(uses, cards),
        "cards": cards,
    }


def _both(spent: Table, cards: Table, by: list[str], columns: tuple[str, ...]) -> Table:
    """A table by category, and the same over all categories."""
    rest = [name for name in by if name != "category"]
    each = spent.group_by("card_token", *by).agg(**_again(spent))
    every = spent.group_by("card_token", *rest).agg(**_again(spent))
    every = every.mutate(category=ibis.literal(ALL, "int8"))
    each, every = (_count_cards(part, cards, columns) for part in (each, every))
    return each.union(every.select(each.columns), distinct=False)


def _count_cards(by_card: Table, cards: Table, columns: tuple[str, ...]) -> Table:
    joined = by_card.join(cards, "card_token")
    counted = joined.group_by(*columns).agg(cards=joined.count(), **_again(joined))
    return counted.select(*columns, *SUMS)


def _by_provider(uses: Table, cards: Table) -> Table:
    paid = uses.filter((_.provider != NO_PROVIDER) & (_.amount > 0))
    by_card = paid.group_by("card_token", "category", "provider").agg(uses=_.count())
    joined = by_card.join(cards, "card_token")
    return joined.group_by(*TABLE_COLUMNS["paid"]).agg(uses=_.uses.sum().cast("int64"))


def _sums(table: Table) -> dict:
    return {
        "uses": table.uses.cast("int64").sum().cast("int64"),
        "amount": table.amount.sum().cast("int64"),
        "subsidy": table.subsidy.sum().cast("int64"),
    }


def _again(table: Table) -> dict:
    return {name: table[name].sum().cast("int64") for name in ("uses", "amount", "subsidy")}


def add_parts(parts: Table, name: str) -> Table:
    """Add up tables of parts of the cards: no card is in two of them."""
    sums = {column: parts[column].sum().cast("int64") for column in TABLE_SUMS[name]}
    return parts.group_by(*TABLE_COLUMNS[name]).agg(**sums)
