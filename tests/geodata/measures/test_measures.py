"""Every measure against an independent computation with pandas on the source files."""

import numpy as np
import pandas as pd
import pytest

from dashboard.text.numbers import FORMATS
from geodata.coverage import adjust_standard
from geodata.measures import MEASURES, Query, compute_measure
from geodata.schema import (
    CATEGORY_CODES,
    COARSER,
    MISSING,
    STATE_COARSER,
    STATE_MISSING,
    STATE_OK,
    STATE_SUPPRESSED,
    SUPPRESSED,
)
from tests.grid_source import LAST_PERIOD, make_areas

WANTED = {
    "elderly_count",
    "elderly_share",
    "aged_80_share",
    "cards_count",
    "card_coverage",
    "active_card_share",
    "silent_card_share",
    "swipes_per_card",
    "users_share",
    "rides_per_card",
    "amount_per_card",
    "subsidy_share",
    "outside_home_share",
    "cross_province_share",
    "providers_per_1000",
    "reach_share",
    "gap_people",
    "served_share",
    "capacity_per_1000",
    "capacity_gap",
    "access_e2sfca",
    "access_2sfca",
    "access_gravity",
    "users_per_place",
    "use_field",
    "border_people",
}


OF_THE_OLDEST = adjust_standard(None, "meals", detour_factor=1, counts="80plus")


class DictFacts:
    """Facts from a dict of arrays; what is not in it fails the test."""

    def __init__(self, **counts):
        self.counts = {name: np.array(values) for name, values in counts.items()}

    def swipe(self, field, category, age):
        return self.counts[f"{field}_{category}_{age}"]

    def issued(self, age):
        return self.counts[f"issued_{age}"]

    def silent(self, age):
        return self.counts[f"silent_{age}"]

    def aged(self, band):
        return self.counts[f"aged_{band}"]

    def provider(self, field, query):
        return self.counts[f"{field}_{query.category}"]

    def covered(self, field, query):
        return self.counts[field]

    def flow(self, field, category):
        return self.counts[f"{field}_{category}"]


class FrameFacts(DictFacts):
    """Facts of the subdistricts of the grid source, summed by pandas from its files."""

    def __init__(self, folder):
        self.folder = folder
        areas = make_areas()
        self.homes = areas.loc[areas["level"] == "subdistrict", "area_code"].tolist()

    def read(self, name):
        codes = {"home_area_code": str, "area_code": str, "service_area_code": str}
        return pd.read_csv(self.folder / f"{name}.csv", dtype=codes, keep_default_na=False)

    def by_home(self, frame, column, key="home_area_code"):
        return frame.groupby(frame[key].str[:9])[column].sum().reindex(self.homes).to_numpy()

    def swipe(self, field, category, age):
        margin = "all" in (category, age)
        frame = self.read(f"swipes/{'community' if margin else 'subdistrict'}-{LAST_PERIOD}")
        rows = frame[(frame["category"] == category) & (frame["age_band"] == age)]
        return self.by_home(rows, field)

    def issued(self, age):
        frame = self.read(f"cards/{LAST_PERIOD}")
        return self.by_home(frame[frame["age_band"] == age], "cards_count")

    def silent(self, age):
        frame = self.read(f"cards/{LAST_PERIOD}")
        return self.by_home(frame[frame["age_band"] == age], "silent_cards_count")

    def aged(self, band):
        frame = self.read("population")
        frame = frame[frame["area_code"].str.len() == 12]
        names = {"60plus": "aged_60_count", "80plus": "aged_80_count", "total": "population_count"}
        if band in names:
            return self.by_home(frame, names[band], "area_code")
        old, young = {"60-69": (60, 70), "70-79": (70, 80)}[band]
        column = frame[f"aged_{old}_count"] - frame[f"aged_{young}_count"]
        return self.by_home(frame.assign(n=column), "n", "area_code")

    def provider(self, field, query):
        return np.arange(45)

    def covered(self, field, query):
        return np.arange(45) * 10

    def flow(self, field, category):
        return np.full(45, {"swipes_total": 400}.get(field, 100))


def value(key, query=None, **counts):
    values = compute_measure(MEASURES[key], DictFacts(**counts), query or Query())
    return values.number.tolist(), values.state.tolist()


def test_all_measures_of_the_atlas_are_declared():
    assert set(MEASURES) == WANTED
    assert all(key == measure.key for key, measure in MEASURES.items())


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_declarations_are_complete(measure):
    for text in (measure.text("zh-CN"), measure.text("en")):
        assert set(text) == {"name", "short", "what", "formula", "base"}
        assert all(text.values())
    assert any("\u4e00" <= c <= "\u9fff" for c in measure.text_zh["name"])
    assert measure.text_en["name"].isascii()
    assert measure.unit in FORMATS
    assert measure.needs in ("", "radius", "capacity")
    assert bool(measure.fields) == (measure.unit == "field")
    assert measure.polarity in (-1, 0, 1)


@pytest.mark.parametrize(
    ("key", "query", "by_hand"),
    [
        ("elderly_count", Query(), lambda f: f.aged("60plus")),
        ("elderly_count", Query(age="70-79"), lambda f: f.aged("70-79")),
        ("elderly_share", Query(), lambda f: f.aged("60plus") / f.aged("total")),
        ("aged_80_share", Query(), lambda f: f.aged("80plus") / f.aged("60plus")),
        ("card_coverage", Query(age="80plus"), lambda f: f.issued("80plus") / f.aged("80plus")),
        (
            "active_card_share",
            Query(age="60-69"),
            lambda f: f.swipe("cards_count", "all", "60-69") / f.issued("60-69"),
        ),
        ("silent_card_share", Query(), lambda f: f.silent("all") / f.issued("all")),
        (
            "users_share",
            Query("meals", "70-79"),
            lambda f: f.swipe("cards_count", "meals", "70-79") / f.issued("70-79"),
        ),
        (
            "swipes_per_card",
            Query("food"),
            lambda f: (
                f.swipe("swipes_count", "food", "all") / f.swipe("cards_count", "food", "all")
            ),
        ),
        (
            "rides_per_card",
            Query("food"),  # asks for another category: a ride is a bus ride
            lambda f: f.swipe("swipes_count", "bus", "all") / f.swipe("cards_count", "bus", "all"),
        ),
        (
            "amount_per_card",
            Query("meals"),
            lambda f: (
                f.swipe("amount_fen", "meals", "all") / 100 / f.swipe("cards_count", "meals", "all")
            ),
        ),
        (
            "subsidy_share",
            Query(),
            lambda f: f.swipe("subsidy_fen", "all", "all") / f.swipe("amount_fen", "all", "all"),
        ),
        ("outside_home_share", Query(), lambda f: np.full(45, 0.25)),
        ("cross_province_share", Query("park"), lambda f: np.full(45, 0.25)),
        (
            "providers_per_1000",
            Query("meals"),
            lambda f: np.arange(45) / f.aged("60plus") * 1000,
        ),
        (
            "reach_share",
            Query("meals"),
            lambda f: np.arange(45) * 10 / f.aged("60plus"),
        ),
        ("served_share", Query("meals"), lambda f: np.arange(45) * 10 / f.aged("60plus")),
        ("capacity_per_1000", Query("meals"), lambda f: np.arange(45) / f.aged("60plus") * 1000),
        ("capacity_gap", Query("care_home"), lambda f: np.arange(45) * 10),
        ("access_e2sfca", Query("meals"), lambda f: np.arange(45) / 100),
        ("access_2sfca", Query("meals"), lambda f: np.arange(45) / 100),
        ("access_gravity", Query("meals"), lambda f: np.arange(45) / 100),
        ("border_people", Query("meals"), lambda f: np.arange(45) * 10),
        (
            "gap_people",
            Query("meals", standard=OF_THE_OLDEST),
            lambda f: np.maximum(f.aged("80plus") - np.arange(45) * 10, 0),
        ),
    ],
)
def test_measures_agree_with_pandas(grid_source, key, query, by_hand):
    facts = FrameFacts(grid_source)
    values = compute_measure(MEASURES[key], facts, query)
    np.testing.assert_allclose(values.number, by_hand(facts))
    assert (values.state == STATE_OK).all()


def test_states_pass_through_a_rate():
    number, state = value(
        "silent_card_share",
        silent_all=[5, 0, SUPPRESSED, 20, MISSING, 20, COARSER, SUPPRESSED],
        issued_all=[50, 50, 50, SUPPRESSED, 50, 0, 50, MISSING],
    )
    assert number[:2] == [0.1, 0.0]
    assert np.isnan(number[2:]).all()
    assert state == [
        STATE_OK,
        STATE_OK,
        STATE_SUPPRESSED,
        STATE_SUPPRESSED,
        STATE_MISSING,
        STATE_MISSING,  # no cards: no share
        STATE_COARSER,
        STATE_SUPPRESSED,
    ]


def test_states_pass_through_a_count_and_a_difference():
    number, state = value("elderly_count", aged_60plus=[7, MISSING])
    assert number[0] == 7
    assert state == [STATE_OK, STATE_MISSING]
    number, state = value(
        "gap_people",
        Query("meals"),
        aged_60plus=[30, MISSING, 30, 30],
        reached=[12, 12, MISSING, 35],
    )
    assert number[0] == 18
    assert number[3] == 0
    assert state == [STATE_OK, STATE_MISSING, STATE_MISSING, STATE_OK]


def test_load_is_unknown_without_places():
    number, state = value(
        "users_per_place",
        Query("meals"),
        cards_count_meals_all=[30, SUPPRESSED, 12],
        capacity_meals=[20, 20, 0],
    )
    assert number[0] == 1.5
    assert state == [STATE_OK, STATE_SUPPRESSED, STATE_MISSING]


def test_zero_is_a_number():
    number, state = value("users_share", Query("meals"), cards_count_meals_all=[0], issued_all=[9])
    assert (number, state) == ([0.0], [STATE_OK])


def test_every_category_can_be_asked_for(grid_source):
    facts = FrameFacts(grid_source)
    for category in CATEGORY_CODES:
        values = compute_measure(MEASURES["users_share"], facts, Query(category))
        assert (values.number >= 0).all()
