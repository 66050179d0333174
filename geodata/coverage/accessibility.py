"""Places per person within reach, counting who else may want them: floating catchments, gravity.

All functions take the pairs within a limit (`compute_distances`) and give one number for each
demand point: places per person. Beyond the limit nothing counts, whatever the decay says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geodata.coverage.decay import RING_WEIGHTS, RINGS_M, Decay, ring_decay, within
from geodata.coverage.distances import Distances
from geodata.errors import SchemaError


def compute_2sfca(
    distances: Distances, people: np.ndarray, capacity: np.ndarray, walk_m: float
) -> np.ndarray:
    """Two-step floating catchment: places per person of all providers within `walk_m`.

    Parameters
    ----------
    distances : Distances
        All pairs up to at least `walk_m`.
    people : ndarray of float, (n_points,)
    capacity : ndarray of float, (n_providers,)
        Places; see `require_amounts`.
    walk_m : float

    Returns
    -------
    ndarray of float, (n_points,)
        0 where no provider is in reach.

    Raises
    ------
    SchemaError
        If people or capacity are unknown, negative or of another number.

    Source
    ------
    Luo and Wang 2003, Environment and Planning B 30: 865-884 (Radke and Mu 2000).
    """
    return compute_gravity(distances, people, capacity, within(walk_m))


def compute_e2sfca(
    distances: Distances,
    people: np.ndarray,
    capacity: np.ndarray,
    rings_m: Sequence[float] = RINGS_M,
    weights: Sequence[float] = RING_WEIGHTS,
) -> np.ndarray:
    """Enhanced two-step floating catchment: a nearer ring weighs more, in both steps.

    Parameters and errors as `compute_2sfca`; `distances` up to at least the last ring.

    Source
    ------
    Luo and Qi 2009, Health & Place 15: 1100-1107.
    """
    return compute_gravity(distances, people, capacity, ring_decay(rings_m, weights))


def compute_gravity(
    distances: Distances, people: np.ndarray, capacity: np.ndarray, decay: Decay
) -> np.ndarray:
    """Gravity model with competition: A_i = sum_j S_j f(d_ij) / sum_k P_k f(d_kj).

    A provider around which nobody lives adds nothing (its ratio would be infinite).

    Source
    ------
    Joseph and Bantock 1982, Social Science & Medicine 16: 85-90.
    """
    people = require_amounts(people, distances.n_points, "people")
    capacity = require_amounts(capacity, distances.n_providers, "capacity")
    weights = _weigh(distances, decay)
    wanted = np.bincount(
        distances.provider, people[distances.point] * weights, minlength=distances.n_providers
    )
    ratio = np.divide(capacity, wanted, out=np.zeros(len(capacity)), where=wanted > 0)
    return _sum_at_points(distances, ratio, weights)


def compute_potential(distances: Distances, capacity: np.ndarray, decay: Decay) -> np.ndarray:
    """Gravity model without competition: places around a point, weighted by distance.

    Source
    ------
    Hansen 1959, Journal of the American Institute of Planners 25: 73-76.
    """
    capacity = require_amounts(capacity, distances.n_providers, "capacity")
    return _sum_at_points(distances, capacity, _weigh(distances, decay))


def compare_with_mean(access: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Accessibility over the mean of all people: 1 is as good as the region.

    Parameters
    ----------
    access : ndarray of float, (n,)
        NaN where there is none; left out of the mean.
    people : ndarray of float, (n,)

    Returns
    -------
    ndarray of float, (n,)
        NaN everywhere if nobody has access to anything. Below 0.5 is called short, below 0.8 low.
    """
    access, people = np.asarray(access, float), np.asarray(people, float)
    counted = np.isfinite(access) & (people > 0)
    total = people[counted].sum()
    mean = (access[counted] * people[counted]).sum() / total if total > 0 else 0.0
    return access / mean if mean > 0 else np.full(len(access), np.nan)


def require_amounts(values: np.ndarray, length: int, what: str) -> np.ndarray:
    """Values as floats, one for each row, all known and not negative.

    An unknown capacity is no zero: leave the provider out, or give it a number and say so.

    Raises
    ------
    SchemaError
    """
    values = np.asarray(values, dtype=float)
    if values.shape != (length,):
        raise SchemaError(f"{what}: {values.shape} values for {length} rows", "one for each row")
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if len(wrong):
        raise SchemaError(
            f"{what}: row {wrong[0]} is {values[wrong[0]]:g} ({len(wrong)} such rows)",
            "a number of at least 0; leave rows out where it is not known",
        )
    return values


def _weigh(distances: Distances, decay: Decay) -> np.ndarray:
    weights = np.asarray(decay(distances.walk_m), dtype=float)
    if weights.shape != distances.walk_m.shape or not (np.isfinite(weights) & (weights >= 0)).all():
        raise SchemaError("decay gives a weight that is no number of at least 0", "correct it")
    return weights


def _sum_at_points(distances: Distances, amount: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.bincount(
        distances.point, amount[distances.provider] * weights, minlength=distances.n_points
    )
