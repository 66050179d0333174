"""Tables as networks, against maximum flows and linear programs on small ones."""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from geodata.disclosure import MonthGate
from geodata.disclosure.arcs import Arcs
from geodata.disclosure.cycles import Room, _components, close_cycles
from geodata.disclosure.flows import FAR, FIRST, OUTSIDE, TOTAL, FlowGate
from geodata.source import read_source
from geodata.swipes import read_flows, read_month
from tests.geodata.disclosure.attack import make_tree
from tests.geodata.disclosure.random_month import make_month
from tests.grid_source import LAST_PERIOD

WIDTH = 8


def draw_table(seed: int) -> np.ndarray:
    """A table with its margins last, small and large counts, some nothing."""
    rng = np.random.default_rng(seed)
    shape = rng.integers(3, 7), rng.integers(3, 6)
    cells = rng.poisson(rng.choice([1.0, 4.0, 60.0], shape, p=[0.45, 0.25, 0.3]))
    cells = np.vstack([cells, cells.sum(axis=0)])
    return np.hstack([cells, cells.sum(axis=1, keepdims=True)])


def arcs_of(table: np.ndarray) -> Arcs:
    """Rows to columns; what is a sum of columns leads to its row, a column to the sum of rows."""
    n_rows, n_columns = table.shape
    parts = []
    for (row, column), cell in np.ndenumerate(np.arange(table.size).reshape(table.shape)):
        ends = np.array([row]), np.array([n_rows + column])
        if (row == n_rows - 1) != (column == n_columns - 1):
            ends = ends[::-1]
        parts.append((*ends, np.array([0]), np.array([cell])))
    return Arcs.of(parts, n_rows + n_columns)


def intervals(table: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Width of the interval of each hidden cell, by two linear programs."""
    grid = np.arange(table.size).reshape(table.shape)
    matrix = np.zeros((sum(table.shape), table.size))
    for row, line in zip(matrix, [*grid, *grid.T]):
        row[line[:-1]], row[line[-1]] = 1, -1
    values, own = table.ravel(), np.flatnonzero(hidden)
    known = -(matrix @ np.where(hidden, 0, values))
    found = []
    for number in range(len(own)):
        cost = np.eye(len(own))[number]
        ends = []
        for sign in (1, -1):
            end = linprog(sign * cost, A_eq=matrix[:, own], b_eq=known, bounds=(1, None))
            ends.append(sign * end.fun if end.status == 0 else np.inf)
        found.append(ends[1] - ends[0])
    return np.array(found)


@pytest.mark.parametrize("seed", range(12))
def test_no_interval_is_narrow_once_cycles_are_closed(seed):
    table = draw_table(seed)
    values = table.ravel()
    hidden = (values > 0) & (values < 10)
    room = Room(values, values, 1, WIDTH)
    found = close_cycles(arcs_of(table), hidden, room)
    assert not hidden[found].any()
    hidden[found] = True
    assert not len(close_cycles(arcs_of(table), hidden, room))
    strong = values[hidden] > WIDTH  # a large one alone between two parts: exact sums find it
    assert (strong | (intervals(table, hidden) >= WIDTH - 1e-6)).all()


@pytest.mark.parametrize("seed", range(8))
def test_tables_that_are_settled_need_no_second_look(seed):
    """Several tables, of which ever more is hidden; what is closed is told and not looked at."""
    tables = [draw_table(8 * seed + i) for i in range(4)]
    first_cell = np.cumsum([0, *(table.size for table in tables)])
    parts, first_node = [], 0
    for i, (table, cell) in enumerate(zip(tables, first_cell)):
        own = arcs_of(table)
        place = np.full(len(own.cell), i)
        parts.append((own.tail + first_node, own.head + first_node, place, own.cell + cell))
        first_node += sum(table.shape)
    arcs, rng = Arcs.of(parts, first_node), np.random.default_rng(seed)
    values = np.concatenate([table.ravel() for table in tables])
    room = Room(values, values, 1, WIDTH)
    hidden, settled, looks = (values > 0) & (values < 10), None, 0
    for _ in range(5):
        found = close_cycles(arcs, hidden, room, settled=settled)
        np.testing.assert_array_equal(found, close_cycles(arcs, hidden, room))
        hidden[found] = True
        settled, looks = hidden.copy(), looks + len(found)
        hidden[rng.choice(np.flatnonzero(~hidden & (values > 0)), 2)] = True
    assert looks


def test_some_were_narrow_before():
    found = 0
    for seed in range(12):
        table = draw_table(seed)
        hidden = (table.ravel() > 0) & (table.ravel() < 10)
        if hidden.any():
            found += int((intervals(table, hidden) < WIDTH).sum())
    assert found > 20


@pytest.mark.parametrize("seed", range(20))
def test_between_nodes_of_one_label_the_width_can_pass(seed):
    rng = np.random.default_rng(seed)
    n, n_arcs = 9, 18
    pairs = rng.permutation(n * n)[:n_arcs]
    tail, head = pairs[pairs // n != pairs % n] // n, pairs[pairs // n != pairs % n] % n
    back = rng.integers(0, 12, len(tail))
    label = _components(tail, head, back, WIDTH, n)
    capacity = np.zeros((n, n), dtype=np.int32)
    np.add.at(capacity, (tail, head), 1_000)
    np.add.at(capacity, (head, tail), back)
    graph = csr_array(capacity)
    for one in range(n):
        for other in np.flatnonzero(label == label[one]):
            if one != other:
                assert maximum_flow(graph, one, int(other)).flow_value >= WIDTH


def balance(arcs: Arcs, values: np.ndarray) -> np.ndarray:
    into, out_of = (
        np.bincount(ends, values[arcs.cell], arcs.n_nodes) for ends in (arcs.head, arcs.tail)
    )
    return into - out_of


def test_what_goes_into_a_node_of_the_cube_goes_out():
    tree = make_tree([[[[4, 3], [2, 5, 3]], [[3, 3], [4, 2]]]])
    counts, gate = make_month(tree, np.random.default_rng(0)), MonthGate(tree)
    cells = gate.cells(counts)
    assert set(gate.arcs) == {"cards_count", "swipes_count", "issued_cards_count", "silent"}
    for kind, arcs in gate.arcs.items():
        assert len(arcs.cell) > 100
        assert not balance(arcs, np.maximum(cells.values[kind], 0)).any()


def test_what_goes_into_a_node_of_the_flows_goes_out(grid_source):
    source = read_source(grid_source)
    files, gate = source.month_files(LAST_PERIOD), FlowGate(source.tree)
    month = read_month(files["cards"], files["swipes"], source.tree)
    flows = read_flows(files["flows"], source.tree, []).fields["swipes_count"]
    stacked = gate.stack(flows)
    stacked[:, TOTAL] = month.upper["swipes_count"][: len(flows), : gate.n_homes]
    assert stacked[:, OUTSIDE].any() and stacked[:, FIRST:].any()
    of_outside = gate.cycles.of_outside
    assert not balance(gate.cycles.of_districts, stacked.ravel()).any()
    assert not balance(of_outside, stacked.ravel()).any()
    touched = np.zeros(stacked.shape, dtype=bool).ravel()
    touched[of_outside.cell] = True
    used = stacked[:, OUTSIDE:FIRST]
    assert touched.reshape(stacked.shape)[:, OUTSIDE:FIRST][used > 0].all()


def test_what_is_used_outside_is_at_least_what_its_parts_are(grid_source):
    """Of districts by place of service, of homes above by home; by hand from the definition."""
    source = read_source(grid_source)
    gate, tree = FlowGate(source.tree), source.tree
    files = source.month_files(LAST_PERIOD)
    uses = gate.stack(read_flows(files["flows"], tree, []).fields["swipes_count"])
    hidden = (uses > 0) & (np.random.default_rng(0).random(uses.shape) < 0.5)

    def known(category: int, slot: int, home: int) -> int:
        own = int(uses[category, slot, home])
        return least(category, slot, home) if hidden[category, slot, home] else own

    def least(category: int, slot: int, home: int) -> int:
        used = int(uses[category, slot, home] > 0)
        if slot >= FIRST:
            return used
        if gate.is_district[home]:
            places = np.flatnonzero((gate.distant if slot == FAR else gate.near)[:, home])
            parts = sum(known(category, FIRST + place, home) for place in places.tolist())
        else:
            children = np.flatnonzero(tree.parents[: gate.n_homes] == home).tolist()
            parts = sum(known(category, slot, child) for child in children)
        if slot == OUTSIDE:
            beyond = known(category, FAR, home)
            parts = parts + beyond if gate.is_district[home] else max(parts, beyond)
        return max(parts, used)

    found = gate.cycles._least_of_parts(uses, hidden)[:, OUTSIDE:FIRST]
    for (category, slot, home), count in np.ndenumerate(found):
        assert count == least(category, slot + OUTSIDE, home)
    assert (found > 1).any() and (found <= uses[:, OUTSIDE:FIRST]).all()
