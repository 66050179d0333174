"""The attack on finished releases: whole months, from nothing but what is published."""

import shutil

import numpy as np
import pytest

from geodata.cli import main
from geodata.release import audit_release, open_release
from geodata.schema import SUPPRESSED
from tests.grid_source import LAST_PERIOD


def lay_open(folder, name, number):
    """Show one hidden cell of a copied release; returns how many were hidden."""
    path = folder / "cube" / f"{name}.npy"
    cube = np.load(path)
    hidden = np.argwhere(cube[number] == SUPPRESSED)
    cube[(number, *hidden[len(hidden) // 2])] = 12
    np.save(path, cube)
    return len(hidden)


def test_the_square_cells_are_proved_month_by_month(grid_releases):
    folder, manifest = open_release(grid_releases)
    found = audit_release(folder, manifest, exact=True)
    assert [month.period for month in found] == manifest["periods"]
    assert sum(month.hidden for month in found) > 0
    for month in found:
        assert month.found_out == 0, month.examples


def test_every_month_of_the_small_demonstration(demo_releases):
    folder, manifest = open_release(demo_releases)
    found = audit_release(folder, manifest)
    assert len(found) == 36
    assert sum(month.hidden for month in found) > 100_000
    assert [m.examples for m in found if m.found_out] == []


def test_whole_months_of_the_whole_demonstration(full_releases):
    folder, manifest = open_release(full_releases)
    found = audit_release(folder, manifest, periods=manifest["periods"][::7])
    assert len(found) == 6
    assert min(month.hidden for month in found) > 1_000_000
    assert [m.examples for m in found if m.found_out] == []


def test_a_release_that_shows_one_cell_too_many_is_found_out(grid_releases, tmp_path, capsys):

    releases = shutil.copytree(grid_releases, tmp_path / "releases")
    folder, manifest = open_release(releases)
    number = manifest["periods"].index(LAST_PERIOD)
    assert lay_open(folder, "community.cards_count", number)
    assert lay_open(folder, "community.swipes_count", number)
    (month,) = audit_release(folder, manifest, periods=[LAST_PERIOD])
    assert month.found_out
    assert "between" in month.examples[0]
    assert main(["audit", str(releases), "--months", LAST_PERIOD]) == 1
    assert "found out" in capsys.readouterr().out


def test_the_command_line_says_what_was_tried(grid_releases, capsys):
    assert main(["audit", str(grid_releases), "--months", LAST_PERIOD]) == 0
    assert "0 of" in capsys.readouterr().out
    assert main(["audit", str(grid_releases), "--months", "1999-01"]) == 1
    assert "1999-01" in capsys.readouterr().err


@pytest.mark.parametrize("fixture", ["grid_releases", "demo_releases"])
def test_two_releases_together_give_away_what_either_shows(fixture, request):
    """The same months twice: nothing more is known than from one of them."""
    opened = open_release(request.getfixturevalue(fixture))
    period = opened[1]["periods"][-1:]
    alone = audit_release(*opened, periods=period)
    both = audit_release(*opened, periods=period, before=opened)
    assert both == alone
