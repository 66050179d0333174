"""standards.toml: what is accepted, what is refused and how it says so."""

import tomllib

import pytest

from geodata.coverage import OWN, adjust_standard, check_standards, parse_standards
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


def with_lines(*lines: str) -> str:
    """The grid's standards with more lines for meals."""
    return STANDARDS.replace("radius_m = 1000\n", "\n".join(["radius_m = 1000", *lines, ""]), 1)


def test_a_standard_may_bring_its_own_detour_and_rings():
    lines = ("detour_factor = 1.1", "rings_m = [400, 1000]", "ring_weights = [1, 0.5]")
    meals = parse(with_lines(*lines)).of_category("meals")
    assert meals.detour_factor == 1.1
    assert meals.straight_m == pytest.approx(1000 / 1.1)
    assert meals.rings() == ((400.0, 1000.0), (1.0, 0.5))


def test_without_rings_those_of_the_method_end_at_the_radius():
    found = parse(STANDARDS.replace("radius_m = 1000", "radius_m = 500", 1)).of_category("meals")
    assert found.rings() == ((150.0, 250.0, 500.0), (1.0, 0.68, 0.22))
    assert found.detour_factor == 1.3


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["rings_m = [300, 1000]"], "as many weights"),
        (["rings_m = [300, 900]", "ring_weights = [1, 0.5]"], "radius_m"),
        (["rings_m = [1000, 1000]", "ring_weights = [1, 0.5]"], "ascending"),
        (["rings_m = [300, 1000]", "ring_weights = [1, -1]"], "weights"),
        (['rings_m = "near"'], "lists of numbers"),
        (["detour_factor = 0.9"], "detour_factor"),
    ],
)
def test_bad_rings_are_refused_with_a_remedy(lines, says):
    with pytest.raises(StandardError) as caught:
        parse(with_lines(*lines))
    assert says in str(caught.value)
    assert caught.value.fix


def test_nobody_takes_the_id_of_own_values():
    with pytest.raises(StandardError, match="own values"):
        parse(STANDARDS.replace("grid-day-care", OWN))


def test_own_values_stand_in_place_of_the_written_ones():
    written = parse(STANDARDS).of_category("meals")
    own = adjust_standard(written, "meals", detour_factor=1.2, walk_m=800.0, counts="80plus")
    assert (own.id, own.radius_m, own.counts, own.detour_factor) == (OWN, 800.0, "80plus", 1.2)
    assert own.source == "", "nothing may be cited for own values"
    assert own.name_zh == written.name_zh
    free = adjust_standard(None, "park", detour_factor=1.3, walk_m=500.0)
    assert (free.categories, free.counts, free.radius_m) == (("park",), "60plus", 500.0)


def test_all_standards_of_a_category_the_usual_one_first():
    text = STANDARDS.replace('category = "day_care"', 'categories = ["day_care", "meals"]')
    ids = [item.id for item in parse(text).all_of_category("meals")]
    assert ids == ["grid-meals", "grid-day-care"]
    assert parse(text).all_of_category("park") == ()
