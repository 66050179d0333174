"""standards.toml: what is accepted, what is refused and how it says so."""

import tomllib

import pytest

from geodata.coverage import check_standards, parse_standards
from geodata.errors import StandardError
from tests.grid_source import STANDARDS


def parse(text):
    return parse_standards(tomllib.loads(text))


def test_the_grid_standards():
    standards = parse(STANDARDS)
    meals = standards.of_category("meals")
    assert (meals.id, meals.radius_m, meals.counts) == ("grid-meals", 1000, "60plus")
    assert meals.straight_m == pytest.approx(1000 / 1.3)
    assert standards.of_category("day_care").capacity_per_1000 == 3.0
    assert standards.of_category("park") is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('category = "meals"', 'category = "dinner"', "dinner"),
        ('counts = "60plus"', 'counts = "50plus"', "50plus"),
        ("radius_m = 1000", "radius_m = 0", "radius_m"),
        ("radius_m = 1000", 'radius_m = "1 km"', "radius_m"),
        ("radius_m = 1000\n", "", "neither"),
        ('id = "grid-day-care"', 'id = "grid-meals"', "twice"),
        ('default = "grid-meals"', 'default = "other"', "other"),
        ("detour_factor = 1.3", "detour_factor = 0.5", "detour_factor"),
        ('source = "grid"\nname_zh = "网格助餐标准"', 'name_zh = "x"', "source"),
        ('status = "found"', 'status = "recalled"', "recalled"),
        ('version = "grid-1"', "", "version"),
    ],
)
def test_what_is_refused(old, new, says):
    assert old in STANDARDS
    broken = STANDARDS.replace(old, new, 1)
    with pytest.raises(StandardError, match=says) as caught:
        parse(broken)
    assert caught.value.fix
    assert [item.check for item in check_standards(tomllib.loads(broken))] == ["broken_standards"]


def test_a_standard_of_capacity_alone_has_no_reach():
    standards = parse(STANDARDS.replace("radius_m = 2000\n", ""))
    beds = standards.of_category("day_care")
    assert beds.radius_m is None
    assert beds.straight_m is None


def test_a_standard_with_a_radius_comes_before_one_without():
    text = STANDARDS.replace('category = "day_care"', 'categories = ["day_care", "meals"]')
    text = text.replace('default = "grid-meals"', 'default = "grid-day-care"')
    assert parse(text).of_category("meals").id == "grid-day-care"
    text = text.replace('default = "grid-day-care"', 'default = "grid-meals"')
    assert parse(text).of_category("day_care").id == "grid-day-care"
