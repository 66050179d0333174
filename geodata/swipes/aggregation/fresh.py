"""What fresh uses add to the tables of a month, for cards that are otherwise as they were."""

from __future__ import annotations

from geodata.swipes.aggregation.state import BY_PURSE, BY_WEEKDAY, MASKS
from geodata.swipes.raw.records import AGE_BITS, HOME_BITS, NO_PROVIDER

_SUMS = ", ".join(f"sum({name})::BIGINT AS {name}" for name in ("uses", "amount", "subsidy"))
_ALL = "0::TINYINT AS category"

SPENT = f"SELECT card_token, category, purse, district, {_SUMS} FROM uses GROUP BY ALL"


def clean_cards_sql() -> str:
    """Cards of the fresh uses: home and age as they are, the bits of where they were before."""
    masks = ", ".join(f"coalesce(k.{name}, 0) AS {name}" for name in MASKS)
    last = "greatest(f.last, coalesce(k.last, f.last))"
    return (
        "SELECT card_token, home, home_district, age, was_there, "
        f"{', '.join(MASKS)} FROM (SELECT card_token, k.last IS NOT NULL AS was_there, {masks}, "
        f"({last} >> {AGE_BITS}) & {(1 << HOME_BITS) - 1} AS home, "
        f"({last} & {(1 << AGE_BITS) - 1})::TINYINT AS age "
        "FROM fresh_cards f LEFT JOIN known_cards k USING (card_token)) JOIN areas USING (home)"
    )


def _margin(columns: str, by: str, seen: str, spent: str = "spent", more: str = "") -> str:
    """One margin: cards by what they were not seen in before.

    Parameters
    ----------
    columns : str
        Of the table.
    by : str
        Columns of `spent` that say, with the card, what is counted.
    seen : str
        Whether the card has been counted there already.
    more : str
        A further join.
    """
    inner = f"SELECT card_token{by}, {_SUMS} FROM {spent} GROUP BY card_token{by}"
    return (
        f"SELECT {columns}, sum(uses)::BIGINT AS uses, "
        f"count(*) FILTER (NOT ({seen})) AS cards, sum(amount)::BIGINT AS amount, "
        f"sum(subsidy)::BIGINT AS subsidy FROM ({inner}) JOIN clean_cards "
        f"USING (card_token){more} GROUP BY ALL"
    )


def _bit(mask: str, number: str) -> str:
    return f"(({mask}) >> {number}) & 1 = 1"


def _chosen(masks: tuple[str, ...], number: str) -> str:
    cases = " ".join(f"WHEN {i} THEN {name}" for i, name in enumerate(masks))
    return f"CASE {number} {cases} END"


_ANY = " | ".join(BY_PURSE)
_PURSE = _chosen(BY_PURSE, "purse")
_PLACES = " LEFT JOIN known_places USING (card_token, district)"
MARGINS = {
    "homes": _margin("home, age, category", ", category", _bit(_ANY, "category"))
    + " UNION ALL BY NAME "
    + _margin(f"home, age, {_ALL}", "", "was_there"),
    "flows": _margin(
        "home_district, district, category",
        ", district, category",
        _bit("coalesce(categories, 0)", "category"),
        more=_PLACES,
    )
    + " UNION ALL BY NAME "
    + _margin(
        f"home_district, district, {_ALL}", ", district", "categories IS NOT NULL", more=_PLACES
    ),
    "purses": _margin(
        "home_district, category, purse", ", category, purse", _bit(_PURSE, "category")
    )
    + " UNION ALL BY NAME "
    + _margin(f"home_district, {_ALL}, purse", ", purse", f"({_PURSE}) <> 0"),
    "hours": _margin(
        "home_district, slot",
        ", slot",
        _bit(_chosen(BY_WEEKDAY, "slot // 24"), "(slot % 24)"),
        spent="uses",
    ),
    "paid": (
        "SELECT home, age, category, provider, sum(uses)::BIGINT AS uses FROM "
        "(SELECT card_token, category, provider, count(*) AS uses FROM uses "
        f"WHERE provider <> {NO_PROVIDER} AND amount > 0 GROUP BY ALL) "
        "JOIN clean_cards USING (card_token) GROUP BY ALL"
    ),
}
