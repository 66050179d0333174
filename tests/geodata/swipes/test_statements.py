"""The statements of DuckDB are kept, and are always those of the definitions."""

import subprocess
import sys

from geodata.swipes.aggregation import statements
from geodata.swipes.aggregation.definitions import duckdb_sql, make_statements
from geodata.swipes.aggregation.statements import duckdb_statements, read_or_make

ASK = "import geodata.swipes.store, sys; print('ibis' in sys.modules)"


def test_kept_ones_are_those_of_the_definitions(tmp_path, monkeypatch):
    made = make_statements(duckdb_sql)
    assert duckdb_statements() == made
    assert read_or_make(tmp_path / "new") == made
    monkeypatch.setattr(statements, "_make", None)  # nothing is made a second time
    assert read_or_make(tmp_path / "new") == made


def test_other_definitions_make_other_ones_and_the_old_ones_go(tmp_path, monkeypatch):
    read_or_make(tmp_path)
    (old,) = tmp_path.iterdir()
    text = old.read_text()
    monkeypatch.setattr(statements, "_digest", lambda: "other")
    read_or_make(tmp_path)
    (new,) = tmp_path.iterdir()
    assert new != old and new.read_text() == text


def test_a_damaged_file_is_made_anew(tmp_path):
    made = read_or_make(tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_text()
    for damaged in (whole[:-9], "{}", "[]"):
        path.write_text(damaged)
        assert read_or_make(tmp_path) == made
        assert path.read_text() == whole


def test_where_nothing_can_be_kept_they_are_made(tmp_path):
    (tmp_path / "file").write_text("")
    assert read_or_make(tmp_path / "file") == duckdb_statements()


def test_ibis_is_not_loaded_for_them():
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
