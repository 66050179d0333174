"""The same optimum as spopt's models, on a small grid."""

import numpy as np
import pulp
import pytest
from spopt.locate import LSCP, MCLP

from geodata.coverage import compute_distances
from geodata.coverage.siting import build_problem, choose_for_share, choose_sites

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # spopt's use of PuLP


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(6)
    xy, people = rng.uniform(0, 4000, (60, 2)), rng.integers(1, 900, 60)
    cost = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    return xy, people, cost


def solver():
    return pulp.HiGHS(msg=False)


@pytest.mark.parametrize("n_sites", [3, 8])
def test_maximal_covering(case, n_sites):
    xy, people, cost = case
    theirs = MCLP.from_cost_matrix(cost, people, 800, p_facilities=n_sites).solve(solver())
    ours = choose_sites(build_problem(compute_distances(xy, xy, 800), people), n_sites)
    assert ours.people == pytest.approx(theirs.problem.objective.value())


def test_set_cover(case):
    xy, people, cost = case
    theirs = LSCP.from_cost_matrix(cost, 800).solve(solver())
    ours = choose_for_share(build_problem(compute_distances(xy, xy, 800), people), 1.0)
    assert len(ours.sites.chosen) == theirs.problem.objective.value()
