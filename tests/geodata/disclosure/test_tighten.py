"""Bounds passed along rows, against the same in plain Python, one row and one cell at a time."""

import math
import subprocess
import sys

import numba
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from geodata.disclosure import System, tighten
from geodata.disclosure.compiled import FAR, compiled
from geodata.disclosure.tighten import implied_bounds


def random_system(seed: int, wide: bool = False) -> System:
    """Rows of sums with and without ends, pairs, and a solution that fits them all."""
    rng = np.random.default_rng(seed)
    n_rows, n = int(rng.integers(0, 8)), int(rng.integers(1, 9))
    signs = rng.choice([-1.0, 0.0, 1.0], (n_rows, n), p=[0.2, 0.4, 0.4])
    truth = rng.integers(0, 30, n).astype(float)
    sums = signs @ truth
    ends = [
        np.where(rng.random(n_rows) < 0.3, side * np.inf, sums + side * rng.integers(0, 4, n_rows))
        for side in (-1, 1)
    ]
    order = np.argsort(truth, kind="stable")
    pairs = np.array([sorted(rng.choice(n, 2)) for _ in range(3)]).reshape(-1, 2)
    upper = np.where(rng.random(n) < 0.6, np.inf, truth + rng.integers(0, 9, n))
    matrix = sparse.csr_array(signs)
    if wide:
        matrix.indices, matrix.indptr = (
            a.astype(np.int64) for a in (matrix.indices, matrix.indptr)
        )
    return System(
        matrix,
        *ends,
        np.maximum(truth - rng.integers(0, 9, n), rng.choice([0.0, -np.inf], n)),
        upper,
        np.zeros(n, dtype=np.int64),
        np.arange(n),
        ("count",),
        np.zeros((n_rows, 2), dtype=np.int32),
        order[pairs],
    )


def by_hand(system: System, rows, lower: list[float], upper: list[float]):
    """Bounds each row sets each of its unknowns: (unknown, least, most)."""
    dense = system.matrix.toarray()
    for row in rows:
        for unknown in np.flatnonzero(dense[row]):
            others = [(j, dense[row, j]) for j in np.flatnonzero(dense[row]) if j != unknown]
            least = sum(s * (lower[j] if s > 0 else upper[j]) for j, s in others)
            most = sum(s * (upper[j] if s > 0 else lower[j]) for j, s in others)
            ends = system.row_lower[row] - most, system.row_upper[row] - least
            below, above = ends if dense[row, unknown] > 0 else (-ends[1], -ends[0])
            yield int(unknown), below, above


def slowly(system: System) -> tuple[list[float], list[float]]:
    """Everything once more until nothing changes."""
    lower, upper = list(system.lower), list(system.upper)
    while True:
        before = lower.copy(), upper.copy()
        for low, high in system.pairs:
            upper[low] = min(upper[low], upper[high])
            lower[high] = max(lower[high], lower[low])
        for row in range(system.matrix.shape[0]):
            for unknown, below, above in list(by_hand(system, [row], lower, upper)):
                lower[unknown] = max(lower[unknown], below)
                upper[unknown] = min(upper[unknown], above)
        if (lower, upper) == before:
            return lower, upper


@given(st.integers(0, 100_000), st.booleans())
def test_the_bounds_are_those_of_plain_python(seed, wide):
    system = random_system(seed, wide)
    lower, upper = tighten(system, passes=10_000)
    expected = slowly(system)
    assert lower.tolist() == expected[0] and upper.tolist() == expected[1]


@given(st.integers(0, 100_000))
def test_a_few_passes_give_bounds_that_hold_and_change_nothing_of_the_system(seed):
    system = random_system(seed)
    given_before = system.lower.copy(), system.upper.copy()
    lower, upper = tighten(system, passes=1)
    tightest = tighten(system, passes=10_000)
    assert (lower <= tightest[0]).all() and (upper >= tightest[1]).all()
    assert np.array_equal(system.lower, given_before[0])
    assert np.array_equal(system.upper, given_before[1])


@given(st.integers(0, 100_000))
def test_bounds_of_some_rows(seed):
    system = random_system(seed)
    rows = np.flatnonzero(np.random.default_rng(seed).random(system.matrix.shape[0]) < 0.5)
    found = implied_bounds(system, system.lower, system.upper, rows)
    expected = list(by_hand(system, rows, system.lower, system.upper))
    assert found[0].tolist() == [unknown for unknown, _, _ in expected]
    for side, number in ((found[1], 1), (found[2], 2)):
        ends = [FAR if math.isinf(x) else x for x in (entry[number] for entry in expected)]
        assert np.where(np.abs(side) >= FAR, FAR, side).tolist() == ends


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(monkeypatch):
    compile_it = numba.njit

    def nowhere(*, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return compile_it(**options)

    monkeypatch.setattr(numba, "njit", nowhere)
    assert compiled(lambda x: x + 1)(41) == 42


def test_who_serves_pages_does_not_load_the_compiler():
    code = "import sys, dashboard.app, geodata.release; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=120).returncode == 0
