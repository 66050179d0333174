"""`python -m geodata`: exit codes, and words instead of tracebacks."""

import shutil

import pytest

from geodata.cli import main
from tests import grid_source
from tests.grid_source import edit_table, write_grid_source


@pytest.fixture
def source(grid_source, tmp_path):
    return shutil.copytree(grid_source, tmp_path / "source")


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    return code, printed.out, printed.err


def test_check_of_a_clean_source(capsys, source):
    code, out, _ = run(capsys, "check", source)
    assert code == 0
    assert "0 errors" in out


def test_check_names_table_row_and_remedy(capsys, source):
    edit_table(source, "population", lambda f: f.assign(aged_60_count="many"))
    code, out, _ = run(capsys, "check", source)
    assert code == 1
    assert "population" in out
    assert "wrong_type" in out


def test_check_finds_broken_standards(capsys, source):
    path = source / "standards.toml"
    path.write_text(path.read_text().replace("radius_m = 1000", 'radius_m = "far"'))
    code, out, _ = run(capsys, "check", source)
    assert code == 1
    assert "radius_m" in out


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_folder_that_is_none(capsys, tmp_path, command):
    code, out, err = run(capsys, command, tmp_path / "nowhere")
    assert code == 1
    assert "nowhere" in out + err


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["check"], ["build", "--into"], ["releases", "x"]]
)
def test_usage(capsys, arguments):
    assert run(capsys, *arguments)[0] == 2


def test_help_is_no_error(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert "rollback" in out


def test_build_releases_rollback(capsys, tmp_path):
    folder = tmp_path / "releases"
    built = []
    for months in (1, 2):
        source = write_grid_source(tmp_path / f"source{months}", months=months)
        code, out, err = run(capsys, "build", source, "--into", folder)
        assert code == 0, err
        built.append(out.split()[-1])
    code, out, _ = run(capsys, "releases", "--in", folder)
    assert code == 0
    assert all(name in out for name in built)
    code, out, _ = run(capsys, "rollback", "--in", folder)
    assert (code, out.strip()) == (0, built[0])
    code, _, err = run(capsys, "rollback", "no-such", "--in", folder)
    assert code == 1
    assert built[0] in err


def test_a_build_says_which_months_were_held_back(capsys, tmp_path, monkeypatch):
    source, releases = write_grid_source(tmp_path / "first", months=1), tmp_path / "releases"
    _, before, _ = run(capsys, "build", source, "--into", releases)
    monkeypatch.setattr(grid_source, "SMALL_COMMUNITY", "110105001004")
    corrected = write_grid_source(tmp_path / "corrected", months=1)
    code, out, err = run(capsys, "build", corrected, "--into", releases)
    assert code == 0 and out.strip() != before.strip()
    assert f"held back: 2026-06, as in {before.strip()}" in err
    assert "two releases" in err


def test_a_refused_build_prints_its_findings(capsys, source, tmp_path):
    edit_table(source, "cards/2026-06", lambda f: f.assign(silent_cards_count="99999"))
    code, out, err = run(capsys, "build", source, "--into", tmp_path / "releases")
    assert code == 1
    assert "silent_over_issued" in out
    assert "nothing was published" in err


def test_releases_of_an_empty_folder(capsys, tmp_path):
    code, out, _ = run(capsys, "releases", "--in", tmp_path)
    assert code == 0
    assert "no releases" in out


def test_a_folder_that_cannot_be_written(capsys, source, tmp_path):
    (tmp_path / "file").write_text("x")
    code, _, err = run(capsys, "build", source, "--into", tmp_path / "file")
    assert code == 1
    assert err.startswith("error: ") or "error: " in err
