"""Cell-key noise: consistent, unbiased, bounded, and nothing without the secret."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from geodata.cli import main
from geodata.disclosure.noise import CellKeyNoise, cell_keys
from geodata.disclosure.rounding import CellKeyRounding
from geodata.errors import SourceError
from geodata.release.noisy import noisy_cards
from geodata.source import read_source
from tests.geodata.disclosure.small_table import RULE, SmallTable
from tests.grid_source import LAST_PERIOD

SECRET = bytes(range(32))
NOISE = CellKeyNoise()


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 9, 40, 4000])
def test_noise_is_unbiased_bounded_and_of_the_variance(count):
    counts = np.full(40_000, count)
    added = (
        NOISE.perturb(counts, cell_keys(SECRET, [f"c{i}" for i in range(40_000)], counts)) - count
    )
    assert np.abs(added).max() <= NOISE.most
    results = set((count + added).tolist())
    assert not results & set(range(1, NOISE.least))
    assert min(results) >= 0
    assert abs(added.mean()) < 4 * np.sqrt(max(added.var(), 0.01) / len(added)) + 0.01
    if count >= NOISE.most + NOISE.least:
        assert added.var() == pytest.approx(NOISE.variance, rel=0.05)


@pytest.mark.parametrize("count", [1, 4, 9, 10, 11, 137])
def test_rounding_is_unbiased_and_to_the_two_multiples_around(count):
    counts = np.full(40_000, count)
    keys = cell_keys(SECRET, [f"c{i}" for i in range(len(counts))], counts)
    rounded = CellKeyRounding(10).perturb(counts, keys)
    below = count // 10 * 10
    assert set(rounded.tolist()) <= {below, below + 10}
    assert rounded.mean() == pytest.approx(count, abs=4 * 5 / np.sqrt(len(counts)))
    special = np.array([0, 10, 300, -1, -2])
    np.testing.assert_array_equal(CellKeyRounding(10).perturb(special, np.zeros(5)), special)


def test_all_sums_of_a_rounded_table_leave_nearly_every_small_count_open():
    """Who knows the method and takes all sums together: linear programming on small tables."""
    rng, narrow, small = np.random.default_rng(4), 0, 0
    for seed in range(6):
        table = SmallTable(np.random.default_rng(seed), 5, 4)
        counts = table.values.ravel()
        rounded = CellKeyRounding(10).perturb(counts, rng.random(len(counts)))
        bounds = [(max(r - 9, 0), r + 9) if r else (0, 9) for r in rounded.tolist()]
        matrix = table.sums.toarray()
        for number in np.flatnonzero((counts > 0) & (counts < 10)):
            goal = np.zeros(len(counts))
            goal[number] = 1
            ends = [
                s * linprog(s * goal, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=bounds).fun
                for s in (1, -1)
            ]
            assert ends[0] - 1e-6 <= counts[number] <= ends[1] + 1e-6
            narrow += ends[1] - ends[0] < RULE.width
            small += 1
    assert small > 40
    assert narrow <= 0.02 * small


def test_zero_and_what_is_no_number_stay():
    counts = np.array([0, -1, -2, -3])
    np.testing.assert_array_equal(NOISE.perturb(counts, np.full(4, 0.99)), counts)


def test_keys_are_spread_evenly_and_hang_on_secret_name_and_count():
    names = [f"2026-06|{i}|bus|all" for i in range(20_000)]
    counts = np.full(len(names), 7)
    keys = cell_keys(SECRET, names, counts)
    assert ((keys >= 0) & (keys < 1)).all()
    assert np.histogram(keys, 10, (0, 1))[0] == pytest.approx(2000, rel=0.1)
    for other in (cell_keys(SECRET[::-1], names, counts), cell_keys(SECRET, names, counts + 1)):
        assert abs(np.corrcoef(keys, other)[0, 1]) < 0.03
    np.testing.assert_array_equal(keys, cell_keys(SECRET, names, counts))


def test_the_same_cell_has_the_same_noise_in_every_table(grid_source):
    source = read_source(grid_source)
    coarse = noisy_cards(source, LAST_PERIOD, SECRET, level="city")
    fine = noisy_cards(source, LAST_PERIOD, SECRET, level="subdistrict")
    key = ["area_code", "category", "age_band"]
    both = coarse.merge(fine, on=key, suffixes=("_coarse", "_fine"))
    assert len(both) == len(coarse) > 100
    assert (both["cards_count_coarse"] == both["cards_count_fine"]).all()


def test_a_short_secret_is_refused():
    with pytest.raises(SourceError, match="16"):
        cell_keys(b"short", ["a"], np.array([1]))


def test_the_command_writes_a_table_and_not_the_secret(grid_source, tmp_path, capsys):
    secret, out = tmp_path / "secret", tmp_path / "noisy.csv"
    secret.write_bytes(SECRET)
    arguments = ["noise", str(grid_source), "--month", LAST_PERIOD, "--secret", str(secret)]
    assert main([*arguments, "--out", str(out)]) == 0
    table = pd.read_csv(out, dtype={"area_code": str})
    assert len(table) > 500
    assert SECRET not in out.read_bytes()
    rule = json.loads(out.with_suffix(".json").read_text())
    assert (rule["rule"], rule["variance"], rule["synthetic"]) == ("cell-key noise", 4.0, True)
    assert main([*arguments, "--rounding", "10", "--out", str(out)]) == 0
    rounded = pd.read_csv(out, dtype={"area_code": str})
    assert len(rounded) == len(table)
    assert (rounded["cards_count"] % 10 == 0).all()
    rule = json.loads(out.with_suffix(".json").read_text())
    assert (rule["rule"], rule["base"]) == ("cell-key rounding", "cards used in the month")
    assert main([*arguments, "--rounding", "9", "--out", str(out)]) == 1
    assert main([*arguments[:3], "1999-01", *arguments[4:], "--out", str(out)]) == 1
    assert "1999-01" in capsys.readouterr().err
