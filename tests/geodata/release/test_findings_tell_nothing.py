"""Findings are published with a release: warnings must not say counts, hidden or not."""

import re

import pandas as pd

from geodata.release import build_release, open_release
from tests.grid_source import edit_table, write_grid_source

PERIOD = "2026-06"


def test_a_warning_names_the_area_and_no_count(tmp_path):
    """More cards used than issued: the finest area is named, where counts may be hidden."""
    source = write_grid_source(tmp_path / "source", months=1)
    few = {"cards_count": "40", "silent_cards_count": "0"}
    edit_table(source, f"cards/{PERIOD}", lambda f: f.assign(**few))
    edit_table(
        source,
        f"cards/{PERIOD}",
        lambda f: f.assign(cards_count=f["cards_count"].where(f["age_band"] != "all", "120")),
    )
    build_release(source, tmp_path / "releases")
    folder, _ = open_release(tmp_path / "releases")
    findings = pd.read_parquet(folder / "findings.parquet").set_index("check")
    examples = findings.loc[["used_over_issued"], "example"].tolist()
    assert len(examples) == 2  # communities, and the levels above
    for example in examples:
        assert re.fullmatch(rf"{PERIOD}, \w+: age band [\w-]+", example), example
