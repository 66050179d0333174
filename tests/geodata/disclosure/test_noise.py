"""Cell-key noise: consistent, unbiased, bounded, and nothing without the secret."""

import numpy as np
import pandas as pd
import pytest

from geodata.cli import main
from geodata.disclosure.noise import CellKeyNoise, cell_keys
from geodata.errors import SourceError
from geodata.release.noisy import noisy_cards
from geodata.source import read_source
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
    assert main([*arguments[:3], "1999-01", *arguments[4:], "--out", str(out)]) == 1
    assert "1999-01" in capsys.readouterr().err
