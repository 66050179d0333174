"""All measures. Bases and the counting of rides follow the rules of the atlas:

* every rate names its base; card rates rest on issued cards, rates per card on cards in use;
* distinct cards never add up over categories, ages or months, so each cell is its own count;
* a bus ride is one use, however often the card was tapped.
"""

from __future__ import annotations

from geodata.measures.compute import Facts, Query, subtract
from geodata.measures.measure import Measure
from geodata.measures.words import WORDS
from geodata.measures.words_of_supply import WORDS_OF_SUPPLY
from geodata.schema import AGE_ALL, CATEGORY_ALL

BUS = "bus"
_BAND = {AGE_ALL: "60plus"}


def _aged(facts: Facts, query: Query):
    return facts.aged(_BAND.get(query.age, query.age))


def _issued(facts: Facts, query: Query):
    return facts.issued(query.age)


def _users(facts: Facts, query: Query):
    return facts.swipe("cards_count", query.category, query.age)


def _swipe_field(field: str):
    return lambda facts, query: facts.swipe(field, query.category, query.age)


def _flow(field: str):
    return lambda facts, query: facts.flow(field, query.category)


def _capacity(facts: Facts, query: Query):
    return facts.provider("capacity", query)


def _covered(field: str):
    return lambda facts, query: facts.covered(field, query)


def _standard_base(facts: Facts, query: Query):
    return facts.aged(query.counts)


def _declare(key, unit, polarity, base, numerator, denominator=None, **options) -> Measure:
    texts = (WORDS | WORDS_OF_SUPPLY)[key]
    return Measure(
        key, unit, polarity, base, numerator, denominator, texts["zh"], texts["en"], **options
    )


_OF_STANDARD = {"by_category": True, "needs_category": True, "plannable": True}
_RADIUS = {**_OF_STANDARD, "needs": "radius"}

_DECLARED = (
    # who lives here
    _declare("elderly_count", "people", 0, "total", _aged, by_age=True),
    _declare(
        "elderly_share", "share", 0, "total", _aged, lambda f, q: f.aged("total"), by_age=True
    ),
    _declare(
        "aged_80_share",
        "share",
        0,
        "60plus",
        lambda f, q: f.aged("80plus"),
        lambda f, q: f.aged("60plus"),
    ),
    # who has and uses the card
    _declare("cards_count", "cards", 0, "cards", _issued, by_age=True),
    _declare("card_coverage", "share", 1, "60plus", _issued, _aged, by_age=True),
    _declare(
        "active_card_share",
        "share",
        1,
        "cards",
        lambda f, q: f.swipe("cards_count", CATEGORY_ALL, q.age),
        _issued,
        by_age=True,
    ),
    _declare(
        "silent_card_share",
        "share",
        -1,
        "cards",
        lambda f, q: f.silent(q.age),
        _issued,
        by_age=True,
    ),
    # what for, and what it costs
    _declare("users_share", "share", 1, "cards", _users, _issued, by_category=True, by_age=True),
    _declare(
        "swipes_per_card",
        "per_card",
        0,
        "users",
        _swipe_field("swipes_count"),
        _users,
        by_category=True,
        by_age=True,
    ),
    _declare(
        "rides_per_card",
        "per_card",
        0,
        "users",
        lambda f, q: f.swipe("swipes_count", BUS, q.age),
        lambda f, q: f.swipe("cards_count", BUS, q.age),
        by_age=True,
    ),
    _declare(
        "amount_per_card",
        "yuan",
        0,
        "users",
        _swipe_field("amount_fen"),
        _users,
        scale=0.01,
        by_category=True,
        by_age=True,
    ),
    _declare(
        "subsidy_share",
        "share",
        0,
        "amount",
        _swipe_field("subsidy_fen"),
        _swipe_field("amount_fen"),
        by_category=True,
        by_age=True,
    ),
    # where
    _declare(
        "outside_home_share",
        "share",
        0,
        "swipes",
        _flow("swipes_outside_district"),
        _flow("swipes_total"),
        by_category=True,
        levels_from="district",
    ),
    _declare(
        "cross_province_share",
        "share",
        0,
        "swipes",
        _flow("swipes_outside_province"),
        _flow("swipes_total"),
        by_category=True,
        levels_from="district",
    ),
    # whether providers meet it
    _declare(
        "providers_per_1000",
        "per_1000",
        1,
        "60plus",
        lambda f, q: f.provider("providers_count", q),
        lambda f, q: f.aged("60plus"),
        scale=1000.0,
        by_category=True,
        plannable=True,
    ),
    _declare("reach_share", "share", 1, "standard", _covered("reached"), _standard_base, **_RADIUS),
    _declare(
        "gap_people",
        "people",
        -1,
        "standard",
        lambda f, q: subtract(_standard_base(f, q), f.covered("reached", q)),
        **_RADIUS,
    ),
    _declare(
        "served_share",
        "share",
        1,
        "standard",
        _covered("served"),
        _standard_base,
        by_month=False,
        **_RADIUS,
    ),
    _declare(
        "capacity_per_1000",
        "places_per_1000",
        1,
        "standard",
        _capacity,
        _standard_base,
        scale=1000.0,
        **_OF_STANDARD,
    ),
    _declare(
        "capacity_gap",
        "places",
        -1,
        "standard",
        _covered("places_short"),
        needs="capacity",
        **_OF_STANDARD,
    ),
    # how near, and how full
    *(
        _declare(
            f"access_{method}",
            "times",
            1,
            "standard",
            _covered(f"access_{method}"),
            scale=0.001,
            by_month=False,
            **_RADIUS,
        )
        for method in ("e2sfca", "2sfca", "gravity")
    ),
    _declare(
        "users_per_place",
        "per_place",
        0,
        "places",
        lambda f, q: f.swipe("cards_count", q.category, AGE_ALL),
        _capacity,
        **_OF_STANDARD,
    ),
    _declare(
        "use_field",
        "field",
        0,
        "standard",
        _covered("use_field"),
        by_month=False,
        fields=("good", "far", "full", "unused"),
        **_RADIUS,
    ),
    _declare(
        "border_people",
        "people",
        0,
        "standard",
        _covered("border"),
        by_month=False,
        **_RADIUS,
    ),
)

MEASURES: dict[str, Measure] = {measure.key: measure for measure in _DECLARED}
