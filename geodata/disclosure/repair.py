"""Which further cells to hide so that all sums together give no hidden cell back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from geodata.disclosure.knowledge import FLOWS
from geodata.disclosure.system import Rows, System
from geodata.disclosure.tighten import implied_bounds

Sums = Sequence[Mapping[str, Rows]]
_NONE = np.iinfo(np.int64).max
RING, BEYOND = 40, 12  # hidden cells of a sum that is called small
FURTHEST = 8  # steps outward from sum to sum; beyond it there is nothing
PATIENCE = 3  # looks after which more is hidden at a time


def find_further(
    system: System,
    sums: Sums,
    bounds: tuple[np.ndarray, np.ndarray],
    weak: np.ndarray,
    weights: Mapping[str, np.ndarray],
    hidden: Mapping[str, np.ndarray],
    *,
    tied_first: bool = False,
) -> dict[str, np.ndarray]:
    """One further cell for each row that holds a weak unknown too tightly.

    Parameters
    ----------
    system, sums
        As `Knowledge.system` returns them.
    bounds : tuple of ndarray, (n_hidden,) each
        From `tighten`.
    weak : ndarray of int
        Unknowns whose interval is too narrow.
    weights : mapping of kind to ndarray of int, (n_cells,)
        What hiding a cell costs: the cards it rests on; not above zero: it cannot be hidden.
    hidden : mapping of kind to ndarray of bool, (n_cells,)
    tied_first : bool
        Whether to loosen first what that row hides already and what follows exactly from other
        rows, as much does of which an outsider knows the rest.

    Returns
    -------
    mapping of kind to ndarray of int
        Numbers of the cells to hide.
    """
    shown = _may_be_hidden(weights, hidden, system.kinds)
    is_flow = _of_flows(system, weak)
    if is_flow.any() and not is_flow.all():
        one, other = (
            find_further(system, sums, bounds, part, weights, hidden, tied_first=tied_first)
            for part in (weak[is_flow], weak[~is_flow])
        )
        return {kind: np.union1d(cells, other[kind]) for kind, cells in one.items()}
    for allowed in _at_first_flows(shown) if is_flow.any() else (shown,):
        rows = _tightest_rows(system, sums, bounds, weak, allowed)
        if tied_first:
            rows = _rows_of_tied(system, sums, bounds, rows, weak, allowed)
        found = _cheapest_of_rows(system, sums, rows, weights, allowed)
        if any(map(len, found.values())):
            break
    return found


def _may_be_hidden(
    weights: Mapping[str, np.ndarray], hidden: Mapping[str, np.ndarray], kinds: Sequence[str]
) -> dict[str, np.ndarray]:
    return {kind: ~hidden[kind] & (weights[kind] > 0) for kind in kinds}


def _at_first_flows(shown: Mapping[str, np.ndarray]):
    """What may be hidden for the sake of flows: others first; totals of areas are on the map."""
    yield {k: mask if k in FLOWS else np.zeros_like(mask) for k, mask in shown.items()}
    yield shown


def find_around(
    system: System,
    sums: Sums,
    determined: np.ndarray,
    weights: Mapping[str, np.ndarray],
    hidden: Mapping[str, np.ndarray],
    *,
    reach: int,
) -> dict[str, np.ndarray]:
    """One further cell in every sum around unknowns that follow exactly from many sums.

    No single sum holds such an unknown, so none of them is the one to loosen.

    Parameters
    ----------
    system, sums, weights, hidden
        As of `find_further`, which also says what is returned.
    determined : ndarray of int
    reach : int
        0: their own sums; 1: also the small sums of the unknowns they share a small sum with;
        more: all sums of the unknowns in those, and so on outward.
    """
    shown = _may_be_hidden(weights, hidden, system.kinds)
    rows = system.rows_with(determined)
    sizes = np.diff(system.matrix.indptr)
    for step in range(reach):
        small = rows if step else rows[sizes[rows] <= RING]
        beyond = system.rows_with(system.unknowns_of(small))
        rows = np.union1d(rows, beyond if step else beyond[sizes[beyond] <= BEYOND])
    for allowed in _at_first_flows(shown) if _of_flows(system, determined).all() else (shown,):
        loose = rows[_are_loosenable(system, sums, rows, allowed)]
        found = _cheapest_of_rows(system, sums, loose, weights, allowed)
        if any(map(len, found.values())):
            break
    return found


def find_in_proofs(
    system: System,
    sums: Sums,
    proofs: Sequence[np.ndarray],
    many: Sequence[int],
    weights: Mapping[str, np.ndarray],
    hidden: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """Of all sums each proof rests on the cells that cost least: one sum less, and it is none.

    Parameters
    ----------
    system, sums, weights, hidden
        As of `find_further`, which also says what is returned.
    proofs : sequence of ndarray of int
        Rows of the system. Where nothing is left to hide in any of them nothing is found.
    many : sequence of int
        How many cells of each.
    """
    shown = _may_be_hidden(weights, hidden, system.kinds)
    found: dict[str, set[int]] = {kind: set() for kind in system.kinds}
    for rows, most in zip(proofs, many):
        loose = rows[_are_loosenable(system, sums, rows, shown)]
        cells = _cheapest_of_rows(system, sums, loose, weights, shown)
        options = [(weights[k][c], k, c) for k, own in cells.items() for c in own.tolist()]
        for _, kind, cell in sorted(options)[:most]:
            found[kind].add(cell)
    return {kind: np.array(sorted(cells), dtype=int) for kind, cells in found.items()}


class Outward:
    """Hides around unknowns that no single sum gives away, further out the longer it takes.

    How long is counted for each of them: what is found for the first time has not been tried yet.

    Parameters
    ----------
    weights : mapping of kind to ndarray of int, (n_cells,)
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self.weights = weights
        self.looks = {kind: np.zeros(len(cost), dtype=np.int16) for kind, cost in weights.items()}

    def find_further(
        self, system: System, sums: Sums, found: np.ndarray, hidden: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """First in their own sums; what follows still is loosened further and further out."""
        looks = system.of_unknowns(self.looks)[found]
        steps = np.minimum(-(-looks // PATIENCE), FURTHEST - 1)
        for kind, cells in system.by_kind(found).items():
            self.looks[kind][cells] += 1
        parts = [
            self._find_from(int(step), system, sums, found[steps == step], hidden)
            for step in np.unique(steps)
        ]
        return {kind: np.unique(np.concatenate([p[kind] for p in parts])) for kind in parts[0]}

    def _find_from(
        self, first: int, system: System, sums: Sums, found: np.ndarray, hidden
    ) -> dict[str, np.ndarray]:
        for reach in range(first, FURTHEST):
            further = find_around(system, sums, found, self.weights, hidden, reach=reach)
            if any(map(len, further.values())):
                break
        return further


def _of_flows(system: System, unknowns: np.ndarray) -> np.ndarray:
    flows = [number for number, kind in enumerate(system.kinds) if kind in FLOWS]
    return np.isin(system.kind[unknowns], flows)


def _cheapest_of_rows(system, sums, rows, weights, shown) -> dict[str, np.ndarray]:
    """The cell that costs least of the sum each row comes from."""
    found: dict[str, list[np.ndarray]] = {kind: [] for kind in system.kinds}
    for block in np.unique(system.origin[rows, 0]):
        numbers = system.origin[rows[system.origin[rows, 0] == block], 1]
        for kind, cells in _cheapest(sums[block], numbers, weights, shown).items():
            found[kind].append(cells)
    return {k: np.unique(np.concatenate([[], *cells])).astype(int) for k, cells in found.items()}


def _are_loosenable(
    system: System, sums: Sums, rows: np.ndarray, shown: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Whether the sum each row comes from has a shown cell that may be hidden."""
    found = np.zeros(len(rows), dtype=bool)
    for block in np.unique(system.origin[rows, 0]):
        own = system.origin[rows, 0] == block
        numbers = system.origin[rows[own], 1]
        counts = [abs(m[numbers]) @ shown[k].astype(float) for k, m in sums[block].items()]
        found[own] = sum(counts) > 0
    return found


def _tightest_rows(
    system: System, sums: Sums, bounds, weak: np.ndarray, shown: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Of the rows that contain a weak unknown, the tightest one in which a cell is left to hide.

    Where none is left in any, the rows of the unknowns it shares a row with are looked at, and
    so on outward: from a community to the region it is five steps.
    """
    for _ in range(FURTHEST):
        rows = system.rows_with(weak)
        if not len(rows):
            break
        column, below, above = implied_bounds(system, *bounds, rows)
        sizes = system.matrix.indptr[rows + 1] - system.matrix.indptr[rows]
        row = np.repeat(rows, sizes)
        width = above - np.maximum(below, system.lower[column])
        is_weak = np.zeros(system.n_hidden, dtype=bool)
        is_weak[weak] = True
        loosenable = np.repeat(_are_loosenable(system, sums, rows, shown), sizes)
        entries = np.flatnonzero(is_weak[column] & loosenable)
        order = entries[np.lexsort((width[entries], column[entries]))]
        first = order[np.flatnonzero(np.diff(column[order], prepend=-1))]
        stuck = np.setdiff1d(weak, column[first])
        if len(first) or not len(stuck):
            return np.unique(row[first])
        further = system.unknowns_of(system.rows_with(stuck))
        if np.array_equal(further, weak):
            break
        weak = further
    return np.zeros(0, dtype=np.int64)


def _rows_of_tied(
    system: System, sums: Sums, bounds, rows: np.ndarray, weak: np.ndarray, shown
) -> np.ndarray:
    """Rows from which other unknowns of some rows follow exactly; where none do, those rows."""
    tied = np.setdiff1d(system.unknowns_of(rows), weak)
    tied = tied[bounds[0][tied] == bounds[1][tied]]
    others = np.setdiff1d(system.rows_with(tied), rows)
    others = others[_are_loosenable(system, sums, others, shown)]
    return others if len(others) else rows


def _cheapest(
    sums: Mapping[str, Rows],
    numbers: np.ndarray,
    weights: Mapping[str, np.ndarray],
    shown: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """For each sum the cell that costs least, whatever its kind."""
    costs, cells = [], []
    for kind, matrix in sums.items():
        part = matrix[numbers]
        cost = np.where(shown[kind][part.indices], weights[kind][part.indices], _NONE)
        sizes = np.diff(part.indptr)
        least, place = np.full(len(numbers), _NONE), np.zeros(len(numbers), dtype=np.int64)
        full = np.flatnonzero(sizes)
        starts = part.indptr[full]
        least[full] = np.minimum.reduceat(cost, starts)
        is_least = cost == np.repeat(least[full], sizes[full])
        index = np.where(is_least, np.arange(len(cost)), _NONE)
        place[full] = part.indices[np.minimum.reduceat(index, starts)]
        costs.append(least)
        cells.append(place)
    best = np.argmin(costs, axis=0)
    return {kind: cells[i][(best == i) & (costs[i] < _NONE)] for i, kind in enumerate(sums)}
