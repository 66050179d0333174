"""What follows exactly from many sums together, against plain linear algebra on small systems."""

import numpy as np
import pytest
from scipy import sparse
from scipy.linalg import null_space

from geodata.disclosure import (
    DisclosureRule,
    MonthCounts,
    MonthGate,
    amounts,
    outsider,
    tighten,
)
from geodata.disclosure.determined import NullSpace
from geodata.disclosure.elimination import Elimination
from geodata.disclosure.system_builder import Shown, SystemBuilder
from geodata.source import read_source
from geodata.swipes import read_flows, read_month
from tests.geodata.disclosure.attack import make_tree
from tests.geodata.disclosure.random_month import make_month


def follows_exactly(matrix: np.ndarray) -> np.ndarray:
    """Columns whose unit vector is a combination of rows: raising the rank by it adds nothing."""
    rank = np.linalg.matrix_rank(matrix)
    unit = np.eye(matrix.shape[1])
    return np.array([np.linalg.matrix_rank(np.vstack([matrix, row])) == rank for row in unit])


def system_of(matrix: np.ndarray, hidden: np.ndarray):
    values = np.zeros(matrix.shape[1], dtype=np.int64)
    builder = SystemBuilder(Shown({"cards": values}, {"cards": hidden}), {"cards": 0.0})
    builder.add_sums({"cards": sparse.csr_array(matrix)})
    return builder.build()


@pytest.mark.parametrize("seed", range(12))
def test_it_finds_what_linear_algebra_finds_also_after_more_is_hidden(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(12, 40))
    matrix = rng.choice([-1.0, 0.0, 1.0], (int(n * rng.uniform(0.4, 0.9)), n), p=[0.1, 0.75, 0.15])
    hidden, space, found = rng.random(n) < 0.5, NullSpace(), 0
    for _ in range(4):
        system = system_of(matrix, hidden)
        determined = space.find_determined(system, {"cards": n})
        expected = system.cell[follows_exactly(system.matrix.toarray())]
        np.testing.assert_array_equal(system.cell[determined], expected)
        found += len(expected)
        hidden = hidden | (rng.random(n) < 0.15)
    assert found or seed


def test_bounds_do_not_see_what_follows_from_three_sums():
    """a + b, b + c and a + c are known, so each is; a row alone leaves each of them wide."""
    matrix = np.array([[1.0, 1, 0, -1, 0, 0], [0, 1, 1, 0, -1, 0], [1, 0, 1, 0, 0, -1]])
    values = np.array([50, 60, 70, 110, 130, 120])
    hidden = np.arange(6) < 3
    builder = SystemBuilder(Shown({"cards": values}, {"cards": hidden}), {"cards": 1.0})
    builder.add_sums({"cards": sparse.csr_array(matrix)})
    system = builder.build()
    lower, upper = tighten(system)
    assert (upper - lower > 40).all()
    found = NullSpace().find_determined(system, {"cards": 6})
    np.testing.assert_array_equal(found, [0, 1, 2])


def test_nothing_follows_exactly_in_a_protected_month():
    for seed in range(3):
        rng = np.random.default_rng(seed)
        tree = make_tree([[[[4, 3], [2, 5, 3]], [[3, 3], [4, 2]]]])
        counts, gate = make_month(tree, rng, 25.0), MonthGate(tree, DisclosureRule())
        cells = gate.cells(counts)
        system, _ = gate.knowledge.system(cells.values, cells.masks(gate.find_hidden(counts)))
        exact = np.flatnonzero(system.row_lower == system.row_upper)
        free = null_space(system.matrix[exact].toarray())
        assert (np.abs(free).max(axis=1) > 1e-9).all()


@pytest.mark.parametrize("seed", [3, 4])
def test_without_the_look_at_all_sums_some_would_follow(seed, monkeypatch):
    """Each sum leaves them wide, and all together give them away; with the look nothing is."""
    one_city = [[[5, 4, 6], [4, 5, 5], [6, 4]], [[5, 3, 4], [4, 6, 3]]]
    tree = make_tree([one_city, [[[4, 5, 4], [3, 4]]]])
    counts, gate = make_month(tree, np.random.default_rng(seed), 60.0), MonthGate(tree)
    cells = gate.cells(counts)
    n_cells = {kind: len(values) for kind, values in cells.values.items()}
    monkeypatch.setattr(outsider, "PROVED_UP_TO", 0)  # nor would linear programming see them

    def count(hidden) -> int:
        system, _ = gate.knowledge.system(cells.values, cells.masks(hidden))
        lower, upper = tighten(system)
        assert (upper - lower >= gate.rule.width).all()
        return len(NullSpace(seed=7).find_determined(system, n_cells))

    assert count(gate.find_hidden(counts)) == 0
    monkeypatch.setattr(outsider.ExactSums, "find_further", lambda *_: None)
    assert count(gate.find_hidden(counts)) > 0


def test_nothing_follows_in_a_month_with_flows(demo_source):
    source = read_source(demo_source)
    counts, gate = read_counts(source, source.periods[-1]), MonthGate(source.tree)
    cells = gate.cells(counts)
    masks = cells.masks(gate.find_hidden(counts))
    assert masks["flow_swipes_count"].sum() > 100
    system, _ = gate.knowledge.system(cells.values, masks)
    n_cells = {kind: len(values) for kind, values in cells.values.items()}
    assert not len(NullSpace(seed=7).find_determined(system, n_cells))


def read_counts(source, period: str) -> MonthCounts:
    files = source.month_files(period)
    month = read_month(files["cards"], files["swipes"], source.tree)
    flows = read_flows(files["flows"], source.tree, [])
    blocks = month.upper_cards, month.community_cards
    cards = [tuple(b[name] for b in blocks) for name in ("cards_count", "silent_cards_count")]
    return MonthCounts(month.upper, month.community, *cards, flows.fields)


@pytest.mark.parametrize("seed", range(12))
def test_what_elimination_leaves_says_the_same(seed):
    """Any vector of the core becomes one that keeps all sums; none of those is lost."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(10, 60))
    matrix = np.zeros((int(0.8 * n), n))
    for row in matrix:  # as in a release: most sums hold two or three hidden counts
        own = rng.choice(n, int(rng.choice([2, 2, 3, 3, 5])), replace=False)
        row[own] = rng.choice([-1.0, 1.0], len(own))
    sums = sparse.csr_array(matrix)
    elimination = Elimination(sums)
    np.testing.assert_array_equal(sums.toarray(), matrix)  # what it was given is as it was
    core = null_space(elimination.sums[:, elimination.core].toarray())
    assert len(elimination.core) < n - 2
    vectors = [elimination.extend(core @ rng.normal(size=core.shape[1]), rng) for _ in range(2 * n)]
    np.testing.assert_allclose(matrix @ np.transpose(vectors), 0, atol=1e-9)
    assert np.linalg.matrix_rank(np.array(vectors)) == null_space(matrix).shape[1]


def test_around_an_amount_that_follows_exactly_more_is_hidden(monkeypatch):
    """Amounts have masks of their own, and what follows among them is loosened in the same way."""
    tree = make_tree([[[[4, 3], [2, 5, 3]], [[3, 3], [4, 2]]]])
    counts, gate = make_month(tree, np.random.default_rng(1), 25.0), MonthGate(tree)
    before = gate.find_hidden(counts)
    asked = []

    def first_one(_, system, n_cells, among):
        """Of one field, for the fields are looked at side by side."""
        if "amount_fen" not in n_cells:
            return np.zeros(0, dtype=np.int64)
        asked.append(n_cells)
        return np.array([0] if len(asked) == 1 else [], dtype=np.int64)

    monkeypatch.setattr(amounts.NullSpace, "find_determined", first_one)
    after = gate.amounts_gate.of_month(counts).find_hidden(before.swipes)
    assert len(asked) > 1
    more = [int((one & ~other).sum()) for one, other in zip(after, before.amounts)]
    assert sum(more) > 0
