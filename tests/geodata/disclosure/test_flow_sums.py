"""Sums of the flows: they are true, and those that follow from others say nothing new."""

import numpy as np
import pytest
from scipy import sparse

from geodata.disclosure import MonthGate
from geodata.disclosure.flows import TOTAL
from geodata.source import read_source
from geodata.swipes import read_flows, read_month
from tests.grid_source import LAST_PERIOD


@pytest.fixture(scope="module")
def month(grid_source):
    """The sums of a month's flows; their true uses, and those of the cube, flat."""
    source = read_source(grid_source)
    files, gate = source.month_files(LAST_PERIOD), MonthGate(source.tree)
    cells = read_month(files["cards"], files["swipes"], source.tree)
    flows = read_flows(files["flows"], source.tree, []).fields["swipes_count"]
    uses = gate.knowledge.swipes.flatten(
        cells.upper["swipes_count"], cells.community["swipes_count"]
    )
    return gate.knowledge.flows, gate.flow_gate.stack(flows).ravel(), uses


def test_they_are_true(month):
    flows, uses, cube = month
    assert uses.any() and not uses.reshape(flows.shape)[:, TOTAL].any()
    for rows in (flows.over_homes, flows.all_categories, flows.near_of_whole_areas):
        assert rows.shape[0] and not (rows @ uses).any()
    for rows, totals in (flows.over_services, flows.of_whole_areas):
        assert rows.shape[0] and not (rows @ uses + totals @ cube).any()


def test_those_of_whole_areas_follow_from_the_others(month):
    """They are for bounds along single rows, and must not forbid what the others allow."""
    flows, *_ = month
    rows, totals = flows.over_services
    others = sparse.vstack([rows[np.diff(totals.indptr) == 0], flows.over_homes])
    near = flows.near_of_whole_areas
    n_each = flows.n_cells // flows.shape[0]  # categories are alike: one is enough
    one = [part[:, :n_each].toarray() for part in (others, near)]
    one = [part[np.abs(part).sum(axis=1) > 0] for part in one]
    assert len(one[1]) == (~flows.gate.is_district).sum()
    assert np.linalg.matrix_rank(np.vstack(one)) == np.linalg.matrix_rank(one[0])
