"""Rows that follow from others: they are true, say nothing new, and make the bounds narrower."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.disclosure import DisclosureRule, MonthGate, find_intervals, tighten
from geodata.disclosure.knowledge import CARDS, DERIVED, ISSUED, PLAIN, SILENT, SWIPES
from geodata.schema import AGE_BANDS
from geodata.slots import SLOT_INDEX
from tests.geodata.disclosure.attack import make_tree
from tests.geodata.disclosure.random_month import make_month

WIDTH = DisclosureRule().width


def build(seed: int, scale: float):
    """A gate, the true counts by kind, and masks that hide far too little."""
    rng = np.random.default_rng(seed)
    tree = make_tree([[[[int(n) for n in rng.integers(2, 6, rng.integers(2, 4))]]]])
    gate, counts = MonthGate(tree), make_month(tree, rng, scale)
    cells = gate.cells(counts)
    masks = cells.masks(gate.hide_one_by_one(counts, gate._start(counts)))
    return gate, cells.values, masks


def bounds(gate, values, masks, rows, **options):
    system, _ = gate.knowledge.system(values, masks, rows=rows, **options)
    truth = np.concatenate([values[kind][masks[kind]] for kind in system.kinds]).astype(float)
    return system, truth, *tighten(system)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from([4.0, 12.0, 30.0]))
def test_they_are_true_and_follow(seed, scale):
    gate, values, masks = build(seed, scale)
    plain, truth, *_ = bounds(gate, values, masks, PLAIN)
    system, _, lower, upper = bounds(gate, values, masks, DERIVED)
    rows, least, most = system.all_rows()
    assert (rows @ truth >= least - 1e-9).all() and (rows @ truth <= most + 1e-9).all()
    assert (lower <= truth).all() and (truth <= upper).all()
    one, other = (find_intervals(s, WIDTH, point=truth, seed=1) for s in (plain, system))
    np.testing.assert_array_equal(one.narrow(WIDTH), other.narrow(WIDTH))


def test_they_are_the_same_near_some_cells():
    """What is looked at around a few cells is bound there as it is in the whole month."""
    gate, values, masks = build(3, 12.0)
    system, *_ = bounds(gate, values, masks, DERIVED)
    rng = np.random.default_rng(0)
    near = {kind: mask & (rng.random(len(mask)) < 0.1) for kind, mask in masks.items()}
    part, _ = gate.knowledge.system(values, masks, rows=DERIVED, near=near)
    for kind in system.kinds:
        unknowns = system.find(kind, np.flatnonzero(near[kind]))
        own = part.find(kind, np.flatnonzero(near[kind]))
        assert _sizes(system, unknowns) == _sizes(part, own)


def _sizes(system, unknowns):
    """Lengths of the rows in which each unknown occurs."""
    columns, sizes = system.matrix.tocsc(), np.diff(system.matrix.indptr)
    return [
        tuple(sorted(sizes[columns.indices[columns.indptr[u] : columns.indptr[u + 1]]]))
        for u in unknowns
    ]


class Street:
    """One subdistrict with communities a, b ..., everything shown; numbers are put in by hand."""

    def __init__(self, communities: int = 4) -> None:
        tree = make_tree([[[[communities]]]])
        self.gate, self.first = MonthGate(tree), tree.level_slices["community"].start
        month = make_month(tree, np.random.default_rng(0), 60.0)
        self.values = {k: counts.copy() for k, counts in self.gate.cells(month).values.items()}
        self.masks = {kind: np.zeros(len(c), dtype=bool) for kind, c in self.values.items()}

    def cell(self, kind: str, band: int, area: int) -> int:
        """The number of a cell; area -1 is the subdistrict."""
        slot = band if kind in (ISSUED, SILENT) else SLOT_INDEX["all", AGE_BANDS[band]]
        position = np.array([self.first + area])
        return int(self.gate.knowledge.sums_of(kind).number(slot, position)[0])

    def put(self, kind: str, counts: np.ndarray, hidden: str) -> None:
        """Counts of areas by band, (3, n_areas), with their sums; hidden: e.g. "1a 2a 2b"."""
        n_areas = counts.shape[1]
        table = np.concatenate([counts.sum(axis=0, keepdims=True), counts])
        table = np.concatenate([table, table.sum(axis=1, keepdims=True)], axis=1)
        for band in range(len(AGE_BANDS)):
            for area in range(n_areas + 1):
                cell = self.cell(kind, band, -1 if area == n_areas else area)
                self.values[kind][cell] = table[band, area]
        for name in hidden.split():
            self.masks[kind][self.cell(kind, int(name[0]), "abcde".index(name[1]))] = True

    def widths(self, kind: str, band: int, area: int, *, fits: bool = True) -> list[float]:
        """Of a cell's interval, without and with the derived rows."""
        found = []
        for rows in (PLAIN, DERIVED):
            system, _, lower, upper = bounds(
                self.gate, self.values, self.masks, rows, issued_fits=fits
            )
            unknown = system.find(kind, np.array([self.cell(kind, band, area)]))[0]
            found.append(float(upper[unknown] - lower[unknown]))
        return found


def test_two_age_bands_of_a_family_together():
    """Bands 2 and 3 together are known of c and d, so they are of a and b, where 3 is shown."""
    street = Street()
    counts = np.array([[60, 60, 60, 60], [4, 4, 50, 50], [30, 30, 50, 50]])
    street.put(ISSUED, counts, "0a 1a 2a 0b 1b 2b 2c 3c 2d 3d")
    street.put(SILENT, np.full((3, 4), 1), "")
    wide, narrow = street.widths(ISSUED, 2, 0, fits=False)
    assert wide > 50 and narrow == 6  # each at least 1, together 8


def test_two_age_bands_of_an_area_together():
    """Bands 2 and 3 of issued and used cards are known together, so the most that is silent is."""
    street = Street()
    street.put(ISSUED, np.array([[90] * 4, [40] * 4, [30] * 4]), "2a 3a 2b 3b")
    street.put(CARDS, np.array([[50] * 4, [35] * 4, [27] * 4]), "2a 3a 2b 3b")
    street.put(SWIPES, np.array([[500] * 4, [350] * 4, [270] * 4]), "2a 3a 2b 3b")
    street.put(SILENT, np.array([[20] * 4, [4] * 4, [2] * 4]), "1a 2a 3a 1b 2b 3b")
    wide, narrow = street.widths(SILENT, 1, 0)
    # Of both bands 2 to 70 - 62 are silent, in a and b together 12.
    assert wide == 8 and narrow == 4


def test_some_children_together():
    """Used cards of a and b are known together, so the most that is silent there is."""
    street = Street()
    some = np.array([[60] * 4, [60] * 4])
    street.put(ISSUED, np.vstack([some + 40, [23, 31, 18, 18]]), "")
    street.put(CARDS, np.vstack([some, [15, 21, 8, 8]]), "3a 3b 2a 2b")
    street.put(SWIPES, np.vstack([some, [15, 21, 8, 8]]) * 10, "3a 3b 2a 2b")
    street.put(SILENT, np.vstack([some - 50, [7, 8, 8, 8]]), "3a 3b 3c 3d 2a 2b 2c 2d")
    wide, narrow = street.widths(SILENT, 3, 2)
    assert wide == 9 and narrow == 7  # 1 to 10; 31 - 18 - 10 to 10


def test_some_children_together_though_the_others_are_fewer():
    """Silent cards of a, b and c are bound together, not only those of d and e beside them.

    Linear programming found this in a month of the demonstration.
    """
    street = Street(5)
    some = np.array([[300] * 5, [200] * 5])
    street.put(ISSUED, np.vstack([some, [9, 6, 6, 300, 218]]), "2a 3a 2b 3b 2c 3c")
    street.put(CARDS, np.vstack([some // 2, [6, 2, 4, 149, 102]]), "2a 3a 2b 3b 2c 3c")
    street.put(SWIPES, np.vstack([some * 5, [60, 20, 40, 1490, 1020]]), "2a 3a 2b 3b 2c 3c")
    hidden = "2a 3a 2b 3b 2c 3c 2d 3d 2e 3e"
    street.put(SILENT, np.vstack([some // 4, [2, 1, 1, 80, 60]]), hidden)
    wide, narrow = street.widths(SILENT, 3, 0)
    assert wide > 8 and narrow == 6  # at most 21 - 12 in all three, at least 1 in the two others


def test_two_age_bands_that_the_other_children_leave():
    """Of issued cards bands 2 and 3 of a are what b, c and d leave, though nothing else shows."""
    street = Street()
    counts = np.array([[60, 60, 60, 60], [10, 40, 50, 50], [8, 30, 50, 50]])
    street.put(ISSUED, counts, "0a 1a 2a 3a 2b 3b 2c 3c 0d 1d")
    cards = np.array([[10, 10, 10, 10], [5, 20, 30, 30], [6, 20, 30, 30]])
    street.put(CARDS, cards, "")
    street.put(SWIPES, cards * 10, "")
    street.put(SILENT, np.array([[40] * 4, [2, 8, 9, 9], [2, 8, 9, 9]]), "1a 2a 3a 1b 2b 3b")
    wide, narrow = street.widths(SILENT, 2, 0)
    assert wide == 8 and narrow == 5  # 1 to 9, as b has one at least; 1 to 18 - 11 - 1


def test_cards_of_two_age_bands_are_not_more_than_their_uses():
    """Cards of bands 2 and 3 are known together, so their uses in a are 12, in b 11 at least."""
    street = Street()
    cards = np.array([[9, 9, 9, 9], [6, 5, 30, 30], [6, 6, 30, 30]])
    uses = np.array([[50, 30, 60, 60], [8, 10, 40, 40], [9, 12, 40, 40]])
    street.put(CARDS, cards, "2a 3a 2b 3b 2c 3c")
    street.put(SWIPES, uses, "1a 2a 3a 1b 2b 3b 2c 3c")
    wide, narrow = street.widths(SWIPES, 1, 1)
    # In a band 1 is 67 - 12 at most, in b 52 - 11; in both 80. By single bands 67 - 2 and 52 - 2.
    assert wide == 35 and narrow == 16
