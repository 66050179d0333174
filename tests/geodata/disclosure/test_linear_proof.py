"""The rule proof = "linear": whole months in which linear programming finds nothing narrow."""

import copy
import sys
from dataclasses import replace

import numpy as np
import pytest

from geodata.disclosure import DisclosureRule, MonthGate, find_intervals, outsider, tighten
from geodata.disclosure.linear_proof import LinearProof
from geodata.disclosure.proof import Search, settle
from geodata.disclosure.repair import find_in_proofs
from geodata.errors import ProtectionError
from tests.geodata.disclosure.attack import make_tree
from tests.geodata.disclosure.random_month import make_month
from tests.geodata.disclosure.test_intervals import solve

TWO_CITIES = [[[[5, 4, 6], [4, 5, 5], [6, 4]], [[5, 3, 4], [4, 6, 3]]], [[[4, 5, 4], [3, 4]]]]
ONE_CITY = [[[[4, 3], [2, 5, 3]], [[3, 3], [4, 2]]]]


def hide(shape: list, seed: int, scale: float, proof: str):
    """The system of a month after the gate, its true counts, and what is narrow all the same."""
    counts = make_month(make_tree(shape), np.random.default_rng(seed), scale)
    gate = MonthGate(make_tree(shape), DisclosureRule(proof=proof))
    cells, hidden = gate.cells(counts), gate.find_hidden(counts)
    masks = cells.masks(hidden)
    system, _ = gate.knowledge.system(cells.values, masks, issued_fits=cells.issued_fits)
    truth = np.concatenate([cells.values[kind][masks[kind]] for kind in system.kinds])
    width = gate.rule.width
    narrow = find_intervals(system, width, point=truth.astype(float)).narrow(width)
    return system, narrow, sum(int(mask.sum()) for mask in masks.values())


@pytest.mark.parametrize(("shape", "seed", "scale"), [(TWO_CITIES, 1, 12.0), (ONE_CITY, 1, 12.0)])
def test_what_bounds_leave_is_closed(shape, seed, scale, monkeypatch):
    monkeypatch.setattr(outsider, "PROVED_UP_TO", 0)  # as in months of a whole region
    _, narrow, n_hidden = hide(shape, seed, scale, "bounds")
    assert len(narrow)
    system, narrow, n_now = hide(shape, seed, scale, "linear")
    assert not len(narrow)
    assert n_hidden < n_now < 1.1 * n_hidden
    for number in np.random.default_rng(seed).permutation(system.n_hidden)[:40]:
        least, most = solve(system, number)
        assert most - least >= 8 - 1e-6


def test_where_nothing_is_narrow_nothing_more_is_hidden(monkeypatch):
    monkeypatch.setattr(outsider, "PROVED_UP_TO", 0)
    assert hide(ONE_CITY, 4, 60.0, "linear")[2] == hide(ONE_CITY, 4, 60.0, "bounds")[2]


def where_nothing_may_be_hidden(cells):
    cells = copy.copy(cells)
    cells.weights = {kind: np.zeros_like(cost) for kind, cost in cells.weights.items()}
    return cells


@pytest.mark.parametrize(
    ("undecided", "message"), [(0, None), (1, "could not be proved safe, and nothing is left")]
)
def test_where_nothing_is_left_to_hide_each_is_looked_at_to_the_end(undecided, message):
    """What is only undecided is no reason to hide, nor to refuse, before all was done for it."""
    tree = make_tree(ONE_CITY)
    gate, counts = MonthGate(tree), make_month(tree, np.random.default_rng(4), 60.0)
    cells = gate.cells(counts)
    masks = cells.masks(gate.find_hidden(counts))
    proof = LinearProof(where_nothing_may_be_hidden(cells), gate.rule.width)
    decide, asked = proof.settler.find_weak, []

    def find_weak(system, bounds, among, *, thorough=False):
        weak = decide(system, bounds, among, thorough=True)
        asked.append((thorough, len(among)))
        return among[: undecided if thorough else 3] if not len(weak) else weak

    proof.settler.find_weak = find_weak
    if message is None:
        assert proof.find_further(masks) is None
    else:
        with pytest.raises(ProtectionError, match=message) as refused:
            proof.find_further(masks)
        assert 'proof = "bounds"' in refused.value.fix
    assert asked[0][0] is False and asked[1:] == [(True, 3)]


def test_a_month_that_comes_to_no_end_is_refused_with_what_to_do(found_out, monkeypatch):
    cells, masks, *_ = found_out
    monkeypatch.setattr(sys.modules[LinearProof.__module__], "LOOKS", 2)
    proof = LinearProof(cells, 8)
    for _ in range(2):  # hidden in vain: the masks stay as they are
        assert any(map(len, proof.find_further(masks).values()))
    with pytest.raises(ProtectionError, match="not proved safe after more was hidden") as refused:
        proof.find_further(masks)
    assert 'proof = "bounds"' in refused.value.fix


@pytest.mark.parametrize(("late", "rest"), [(0, 10**6), (0, 0), (1, 10**6)])
def test_what_is_left_late_is_looked_at_to_the_end(found_out, monkeypatch, late, rest):
    cells, masks, *_ = found_out
    module = sys.modules[LinearProof.__module__]
    monkeypatch.setattr(module, "_LATE", late)
    monkeypatch.setattr(module, "_REST", rest)
    proof, asked = LinearProof(cells, 8), []
    decide = proof.settler.find_weak

    def find_weak(system, bounds, among, *, thorough=False):
        asked.append(thorough)
        return decide(system, bounds, among, thorough=thorough)

    proof.settler.find_weak = find_weak
    further = proof.find_further(masks)
    assert any(map(len, further.values()))
    assert asked == ([False, True] if late == 0 and rest else [False])


def test_what_is_found_out_where_nothing_is_left_to_hide_is_for_others_to_refuse(found_out):
    cells, masks, *_ = found_out
    further = LinearProof(where_nothing_may_be_hidden(cells), 8).find_further(masks)
    assert further is not None and not any(map(len, further.values()))


@pytest.fixture(scope="module")
def found_out():
    """A month that the rules sum by sum have gone over, and what is found out about it."""
    tree = make_tree(ONE_CITY)
    gate, counts = MonthGate(tree), make_month(tree, np.random.default_rng(1), 12.0)
    cells, hidden = gate.cells(counts), gate.hide_one_by_one(counts, gate._start(counts))
    masks = cells.masks(hidden)
    system, sums = gate.knowledge.system(cells.values, masks, issued_fits=cells.issued_fits)
    bounds, truth = tighten(system), system.of_unknowns(cells.values).astype(float)
    tight = bounds[1] - bounds[0] < gate.rule.width
    verdict = settle(gate.knowledge, system, bounds, tight, truth, gate.rule.width)
    return cells, masks, system, sums, bounds, verdict


def test_where_counts_are_few_each_is_decided_however_many_are_in_doubt(found_out, monkeypatch):
    cells, _, system, _, bounds, expected = found_out
    monkeypatch.setattr(sys.modules[settle.__module__], "_MANY", -1)
    truth = system.of_unknowns(cells.values).astype(float)
    tight = bounds[1] - bounds[0] < 8
    found = settle(cells.knowledge, system, bounds, tight, truth, 8.0, few=100)
    np.testing.assert_array_equal(found.tight, expected.tight)
    np.testing.assert_array_equal(found.free, expected.free)


def test_where_counts_are_many_all_that_is_left_is_taken_together(found_out, monkeypatch):
    """A program over what is near all in doubt, whatever is free by it is free."""
    cells, _, system, _, bounds, expected = found_out
    widened, widen = [], Search.widen_around

    def widen_around(self, among, fixed, **options):
        widened.append(options)
        widen(self, among, fixed, **options)

    monkeypatch.setattr(Search, "widen_around", widen_around)
    monkeypatch.setattr(sys.modules[settle.__module__], "_WHOLE", 0)
    truth = system.of_unknowns(cells.values).astype(float)
    tight = bounds[1] - bounds[0] < 8
    found = settle(cells.knowledge, system, bounds, tight, truth, 8.0)
    assert {"crowd": 1} in widened
    np.testing.assert_array_equal(found.tight, expected.tight)
    np.testing.assert_array_equal(found.free, expected.free)


def test_the_rows_of_a_proof_are_enough(found_out):
    """Every other row is left out: the interval is too narrow all the same."""
    *_, system, _, bounds, verdict = found_out
    assert len(verdict.proofs) > 3
    known = replace(system, lower=bounds[0], upper=bounds[1])
    for unknown, rows in verdict.proofs.items():
        limits = known.row_lower[rows], known.row_upper[rows]
        alone = replace(known, matrix=known.matrix[rows], row_lower=limits[0], row_upper=limits[1])
        least, most = solve(alone, unknown)
        assert most - least < 8 - 1e-6


def test_a_proof_is_broken_in_one_of_its_sums(found_out):
    cells, masks, system, sums, _, verdict = found_out
    for rows in verdict.proofs.values():
        (kind, cell), *more = [
            (kind, cell)
            for kind, found in find_in_proofs(
                system, sums, [rows], [1], cells.weights, masks
            ).items()
            for cell in found.tolist()
        ]
        assert not more and not masks[kind][cell] and cells.weights[kind][cell] > 0
        origins = system.origin[rows].tolist()
        held = [
            np.flatnonzero(matrix[[row]].toarray()[0])
            for block, row in origins
            for of_kind, matrix in sums[block].items()
            if of_kind == kind
        ]
        assert cell in np.concatenate(held)


def test_the_cells_that_cost_least_are_hidden_first(found_out):
    cells, masks, system, sums, _, verdict = found_out
    rows = max(verdict.proofs.values(), key=len)
    one, more = (
        {
            (kind, cell)
            for kind, found in find_in_proofs(
                system, sums, [rows], [many], cells.weights, masks
            ).items()
            for cell in found.tolist()
        }
        for many in (1, 3)
    )
    assert one < more and 1 < len(more) <= 3
    (cheapest,) = one
    assert all(cells.weights[k][c] >= cells.weights[cheapest[0]][cheapest[1]] for k, c in more)
