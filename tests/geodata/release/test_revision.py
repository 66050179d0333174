"""Two releases of the same months, and rules that the source asks for."""

import numpy as np
import pandas as pd
import pytest

from geodata.errors import SourceError
from geodata.release import audit_release, build_release, open_release
from geodata.schema import SUPPRESSED
from geodata.source import read_source
from tests import grid_source as grid
from tests.geodata.release.differencing import a_card_more
from tests.grid_source import edit_config, write_grid_source

MEALS = ("meals", "all")
ELSEWHERE = "110101001003"


def cell(opened, code):
    """Cards of the meals cell of a community in the last month, as published."""
    folder, manifest = opened
    areas = pd.read_parquet(folder / "areas.parquet", columns=["area_code", "level"])
    column = areas.index[areas["area_code"] == code][0] - (areas["level"] != "community").sum()
    slot = manifest["slots"]["community"].index(list(MEALS))
    return np.load(folder / "cube" / "community.cards_count.npy")[-1, slot, column]


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """The same months with more cards and the small cell elsewhere; and where both are built."""
    folder = tmp_path_factory.mktemp("revised")
    first = write_grid_source(folder / "first", months=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid, "SMALL_COMMUNITY", ELSEWHERE)
        patch.setattr(grid, "make_cube", a_card_more)
        second = write_grid_source(folder / "second", months=2)
    return first, second, folder / "releases"


def test_what_was_hidden_stays_hidden_when_a_month_is_revised(revised, tmp_path):
    first, second, releases = revised
    before = build_release(first, releases)
    after = build_release(second, releases)
    alone = build_release(second, tmp_path / "alone")
    assert cell(open_release(releases, before), grid.SMALL_COMMUNITY) == SUPPRESSED
    assert cell(open_release(releases, after), grid.SMALL_COMMUNITY) == SUPPRESSED
    assert cell(open_release(tmp_path / "alone", alone), grid.SMALL_COMMUNITY) > 10
    kept = open_release(releases, after)[1]["kept_hidden"]
    assert kept == {"release": before, "periods": open_release(releases, after)[1]["periods"]}
    assert "kept_hidden" not in open_release(releases, before)[1]
    opened, earlier = open_release(releases, after), open_release(releases, before)
    for month in audit_release(*opened, before=earlier):
        assert month.found_out == 0, month.examples


def test_the_same_source_again_is_the_same_release(revised, tmp_path):
    first, _, _ = revised
    releases = tmp_path / "releases"
    assert build_release(first, releases) == build_release(first, releases)


def build_with_rule(folder, section: str):
    """A source that asks for a rule, and what was built from it."""
    source = write_grid_source(folder / "source", months=1)
    edit_config(source, "[population]", f"[disclosure]\n{section}\n[population]")
    build_release(source, folder / "releases")
    return source, *open_release(folder / "releases")


def test_k_of_the_source_is_what_is_applied(tmp_path):
    _, folder, manifest = build_with_rule(tmp_path, 'name = "bureau"\nk = 20')
    rule = manifest["rules"]["disclosure"]
    assert (rule["name"], rule["k"]) == ("bureau", 20)
    assert (rule["zeros"], rule["least_providers"]) == ("shown", 3)
    cards = np.load(folder / "cube" / "upper.cards_count.npy")
    assert not ((cards > 0) & (cards < 20)).any()
    (month,) = audit_release(folder, manifest)
    assert month.hidden and not month.found_out


def test_a_source_can_ask_for_linear_proof_of_counts_and_amounts(tmp_path):
    source, folder, manifest = build_with_rule(tmp_path, 'proof = "linear"')
    rule = manifest["rules"]["disclosure"]
    assert rule["proof"] == "linear"
    assert "linear programming" in rule["all_sums"]
    (month,) = audit_release(folder, manifest, exact=True, source=source)
    assert month.proved == month.hidden > 0
    assert (month.found_out, month.undecided) == (0, 0)


@pytest.mark.parametrize(
    ("section", "word"),
    [
        ("k = 2", "k = 2"),
        ('k = "10"', "k = "),
        ("kk = 3", "kk"),
        ("name = 1", "name"),
        ("zeros = 0", "zeros"),
        ('proof = "luck"', "proof"),
        ("least_providers = -1", "least_providers"),
    ],
)
def test_a_wrong_rule_is_refused(tmp_path, section, word):
    source = write_grid_source(tmp_path / "source", months=1)
    edit_config(source, "[population]", f"[disclosure]\n{section}\n[population]")
    with pytest.raises(SourceError, match=word):
        read_source(source)
