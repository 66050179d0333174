"""Unknowns settled one by one: free, proved found out, or held by rows that say why."""

from dataclasses import replace

import numpy as np
import pytest

from geodata.disclosure.proof import Singly, singly
from tests.geodata.disclosure.test_intervals import solve
from tests.geodata.disclosure.test_walk import WIDTH, month_system, walk_over

NAMES = "_SMALL", "_MEDIUM", "_LARGE", "_WIDE", "_EXACT"


def settle(monkeypatch, seed: int, sizes: tuple[int, ...], few: float = np.inf, exact: int = 0):
    for name, size in zip(NAMES, (*sizes, exact)):
        monkeypatch.setattr(singly, name, size)
    system, truth = month_system(seed, 40.0)
    reached, walk = walk_over(system, truth)
    walk.take(np.arange(len(truth)), 1)
    found = Singly(reached, truth)
    found.settle(np.ones(len(truth), dtype=bool), few)
    return system, truth, reached, found


def is_narrow(system, unknown: int) -> bool:
    least, most = solve(system, unknown)
    return most - least < WIDTH - 1e-6


@pytest.mark.parametrize("exact", [0, 10**6])
@pytest.mark.parametrize("seed", [3, 7])
def test_each_is_free_or_found_out_as_a_program_for_it_says(monkeypatch, seed, exact):
    system, truth, reached, found = settle(monkeypatch, seed, (8, 30, 10**6, 10**6), exact=exact)
    sample = np.random.default_rng(seed).permutation(len(truth))[:40].tolist()
    assert 0 < len(found.proofs) < len(truth) / 2
    for unknown in {*sample, *list(found.proofs)[:20]}:
        assert reached.is_open(unknown) == is_narrow(system, unknown) == (unknown in found.proofs)


@pytest.mark.parametrize("seed", [3, 7])
def test_the_rows_of_a_proof_alone_are_enough(monkeypatch, seed):
    system, _, _, found = settle(monkeypatch, seed, (0, 0, 0, 0), few=0, exact=10**6)
    assert found.proofs
    for unknown, rows in found.proofs.items():
        rows = rows[rows < len(system.row_lower)]  # the rest are pairs, which stay
        limits = system.row_lower[rows], system.row_upper[rows]
        few = replace(system, matrix=system.matrix[rows], row_lower=limits[0], row_upper=limits[1])
        assert is_narrow(replace(few, origin=system.origin[rows]), unknown)


def test_what_only_a_wide_block_shows_is_free_without_a_proof(monkeypatch):
    """Few unknowns around one do not show all that is free, and prove little."""
    *_, near, _ = settle(monkeypatch, 7, (8, 8, 8, 8))
    system, _, wide, found = settle(monkeypatch, 7, (8, 8, 8, 10**6))
    more = np.flatnonzero(near.doubt & ~wide.doubt)
    assert len(more) > 2
    assert not any(is_narrow(system, unknown) for unknown in more.tolist()[:20])
    assert all(is_narrow(system, unknown) for unknown in list(found.proofs)[:20])


def test_where_many_are_in_doubt_only_the_nearest_are_looked_at(monkeypatch):
    *_, near, _ = settle(monkeypatch, 7, (8, 8, 8, 8))
    *_, first, found = settle(monkeypatch, 7, (8, 30, 10**6, 10**6), few=0)
    assert first.doubt.any()
    assert set(np.flatnonzero(first.doubt)) <= set(found.held)
    assert near.doubt.sum() <= first.doubt.sum()


def test_the_rows_that_hold_an_unknown_do_so_by_themselves(monkeypatch):
    """While only what is near moves: every other row is left out, and it goes no further."""
    system, truth, reached, found = settle(monkeypatch, 7, (8, 8, 8, 8), few=0)
    open_ones = np.flatnonzero(reached.doubt)[:10].tolist()
    assert open_ones
    for unknown in open_ones:
        block = found.near.find(unknown, 8)
        part = system.part(block, truth)
        own = np.isin(system.rows_with(block), found.held[unknown])
        assert not own.all()
        alone = replace(
            part,
            matrix=part.matrix[own],
            row_lower=part.row_lower[own],
            row_upper=part.row_upper[own],
            origin=part.origin[own],
        )
        place = int(np.flatnonzero(block == unknown)[0])
        np.testing.assert_allclose(solve(alone, place), solve(part, place), atol=1e-6)
