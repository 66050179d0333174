"""A build takes over what was made of the same files, and the result is that of a build anew."""

import json

import pytest

from geodata.errors import CheckError
from geodata.release import build_release, months, open_release, places
from tests.grid_source import edit_config, write_grid_source

LAST = "2026-06"


@pytest.fixture
def source(tmp_path):
    return write_grid_source(tmp_path / "source", months=3)


@pytest.fixture
def built(monkeypatch):
    """Periods that were built, and "places" when they were."""
    found = []
    of_month, of_places = months.MonthBuilder.build, places.PlacesBuilder.write
    of_supply = places.PlacesBuilder.write_supply

    def build(self, period):
        found.append(period)
        return of_month(self, period)

    def write(self):
        found.append("places")
        return of_places(self)

    def supply(self, standards, periods, wanted):
        found.append(f"reach {' '.join(wanted)}")
        return of_supply(self, standards, periods, wanted)

    monkeypatch.setattr(months.MonthBuilder, "build", build)
    monkeypatch.setattr(places.PlacesBuilder, "write", write)
    monkeypatch.setattr(places.PlacesBuilder, "write_supply", supply)
    return found


def month_file(source, kind, period=LAST):
    (path,) = [p for p in (source / "swipes").iterdir() if kind in p.name and period in p.name]
    return path


def files_of(releases):
    """Content of all files of the current release; of the manifest what is not the past's."""
    folder, manifest = open_release(releases)
    content = {name: (folder / name).read_bytes() for name in manifest["files"]}
    manifest.pop("kept_hidden", None)
    return {**content, "manifest.json": json.dumps(manifest).encode()}


def assert_as_anew(source, releases, tmp_path):
    build_release(source, tmp_path / "anew")
    taken_over, anew = files_of(releases), files_of(tmp_path / "anew")
    assert taken_over.keys() == anew.keys()
    for name, content in anew.items():
        assert taken_over[name] == content, name


def test_only_a_month_whose_file_has_changed_is_built_again(source, tmp_path, built):
    build_release(source, tmp_path / "releases")
    periods = open_release(tmp_path / "releases")[1]["periods"]
    assert sorted(built) == sorted(["places", f"reach {' '.join(periods)}", *periods])
    path = month_file(source, "flows")
    path.write_bytes(path.read_bytes() + b"\n")  # a blank line: another file, the same counts
    built.clear()
    build_release(source, tmp_path / "releases")
    assert built == [LAST]
    assert_as_anew(source, tmp_path / "releases", tmp_path)


def test_a_month_more_costs_a_month(tmp_path, built):
    longer = write_grid_source(tmp_path / "longer", months=3)
    taken = [p for kind in ("cards", "swipes") for p in (longer / kind).iterdir() if LAST in p.name]
    kept = {path: path.read_bytes() for path in taken}
    for path in taken:
        path.unlink()
    build_release(longer, tmp_path / "releases")
    for path, content in kept.items():
        path.write_bytes(content)
    built.clear()
    build_release(longer, tmp_path / "releases")
    assert sorted(built) == [LAST, f"reach {LAST}"]
    assert_as_anew(longer, tmp_path / "releases", tmp_path)


def test_other_providers_leave_the_months_as_they_are(source, tmp_path, built):
    build_release(source, tmp_path / "releases")
    path = source / "providers.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    built.clear()
    build_release(source, tmp_path / "releases")
    assert "places" in built and LAST not in built
    assert_as_anew(source, tmp_path / "releases", tmp_path)


def test_another_rule_takes_over_nothing(source, tmp_path, built):
    build_release(source, tmp_path / "releases")
    edit_config(source, "[population]", "[disclosure]\nk = 12\n[population]")
    built.clear()
    build_release(source, tmp_path / "releases")
    assert "places" in built and len(built) == 5
    _, manifest = open_release(tmp_path / "releases")
    assert manifest["rules"]["disclosure"]["k"] == 12


def test_what_was_found_is_told_of_the_file_as_it_is_named_now(source, tmp_path, built):
    edit_config(source, 'bus_counted_as = "rides"', 'bus_counted_as = "taps"')
    build_release(source, tmp_path / "releases")
    path = month_file(source, "community")
    path.rename(path.with_name(f"renamed-{LAST}{path.suffix}"))
    built.clear()
    build_release(source, tmp_path / "releases")
    assert built == []
    assert_as_anew(source, tmp_path / "releases", tmp_path)
    findings = files_of(tmp_path / "releases")["findings.parquet"]
    assert b"renamed-2026-06" in findings and path.name.encode() not in findings


def test_a_file_twice_is_found_although_nothing_is_new(source, tmp_path):
    build_release(source, tmp_path / "releases")
    path = month_file(source, "community")
    path.with_name(f"copy-{path.name}").write_bytes(path.read_bytes())
    with pytest.raises(CheckError):
        build_release(source, tmp_path / "releases")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"months": {}, "places": {}}'])
def test_a_release_that_does_not_say_what_it_was_made_of_offers_nothing(
    source, tmp_path, built, text
):
    build_release(source, tmp_path / "releases")
    folder, _ = open_release(tmp_path / "releases")
    (folder / "made_of.json").write_text(text)
    path = month_file(source, "flows")
    path.write_bytes(path.read_bytes() + b"\n")
    built.clear()
    build_release(source, tmp_path / "releases")
    assert "places" in built and len(built) == 5
