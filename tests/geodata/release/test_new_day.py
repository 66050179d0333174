"""A month that was published grows: what do both releases tell of its small counts together?"""

import shutil

import pytest

from geodata.demo.raw import RawPlan
from geodata.release import audit_release, build_release, open_release
from geodata.release.published_month import PublishedMonths
from geodata.swipes.store import aggregate
from tests.geodata.release.differencing import find_out, months_of
from tests.geodata.swipes.raw_folder import write_ground, write_small_raw

PLAN = RawPlan(n_cards=30_000, n_rows=450_000, first_day="2026-01-01", n_days=90)
LATER = 16  # files that come after the first release


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """The same months without and with the last files."""
    folder = tmp_path_factory.mktemp("new-day")
    source = write_ground(folder / "source")
    write_small_raw(folder / "raw", source, PLAN, 90)
    later = sorted((folder / "raw" / "swipes").iterdir())[-LATER:]
    aside = folder / "aside"
    aside.mkdir()
    moved = [path.rename(aside / path.name) for path in later]
    aggregate(folder / "raw", source, folder / "store")
    before = shutil.copytree(source, folder / "before")
    for path in moved:
        path.rename(folder / "raw" / "swipes" / path.name)
    aggregate(folder / "raw", source, folder / "store")
    return before, source


def build_both(sources, releases):
    return [open_release(releases, build_release(source, releases)) for source in sources]


def audit_both(opened, sources):
    periods = opened[1][1]["periods"][-1:]
    return audit_release(*opened[1], periods=periods, source=sources[1], before=opened[0])


def test_who_has_both_releases_finds_no_small_count_out(sources, tmp_path):
    opened = build_both(sources, tmp_path)
    assert opened[1][1]["kept_hidden"]["periods"] == opened[1][1]["periods"][-1:]
    assert "held_back" not in opened[1][1]
    widths = find_out(opened, sources)
    assert len(widths) > 1_000
    assert (widths >= months_of(opened[1]).gate.rule.linked_width).all()
    (month,) = audit_both(opened, sources)
    assert (month.hidden, month.found_out) == (len(widths), 0)


def test_protected_against_the_later_release_alone_some_would_be_known_exactly(
    sources, tmp_path, monkeypatch
):
    monkeypatch.setattr(PublishedMonths, "known", lambda *_: {})
    opened = build_both(sources, tmp_path)
    widths = find_out(opened, sources)
    assert (widths < 1).any()
    (month,) = audit_both(opened, sources)
    assert month.found_out == (widths < months_of(opened[1]).gate.rule.linked_width).sum()
    assert month.examples
