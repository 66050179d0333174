"""How a provider counts less the farther it is: weights as functions of walking metres.

A decay is any function from distances (ndarray, metres) to weights (ndarray, finite, >= 0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from geodata.errors import SchemaError

Decay = Callable[[np.ndarray], np.ndarray]

RINGS_M = (300.0, 500.0, 1000.0)  # the circles of 5, 8 and 15 minutes on foot
RING_WEIGHTS = (1.0, 0.68, 0.22)  # of Luo and Qi's slow decay; a parameter, not a standard


def within(walk_m: float) -> Decay:
    """1 up to a distance, 0 beyond."""
    return lambda distance_m: (np.asarray(distance_m) <= walk_m).astype(float)


def ring_decay(
    rings_m: Sequence[float] = RINGS_M, weights: Sequence[float] = RING_WEIGHTS
) -> Decay:
    """One weight for each ring, 0 beyond the last; the outer edge belongs to the ring.

    Raises
    ------
    SchemaError
        If the rings do not ascend or a weight is missing or negative.
    """
    edges, steps = np.asarray(rings_m, dtype=float), np.asarray(weights, dtype=float)
    if not len(edges) or len(edges) != len(steps) or (np.diff(edges) <= 0).any() or edges[0] <= 0:
        raise SchemaError(
            f"rings {tuple(rings_m)} with weights {tuple(weights)}",
            "ascending distances, one weight for each",
        )
    if not (np.isfinite(steps) & (steps >= 0)).all():
        raise SchemaError(f"ring weights {tuple(weights)}", "weights of at least 0")
    steps = np.append(steps, 0.0)
    return lambda distance_m: steps[np.searchsorted(edges, distance_m)]


def gaussian_decay(sigma_m: float) -> Decay:
    """exp(-d^2 / 2 sigma^2): 1 at the door, 0.61 at sigma."""
    if not sigma_m > 0:
        raise SchemaError(f"width {sigma_m} m", "give a positive number of metres")
    return lambda distance_m: np.exp(-np.square(distance_m) / (2 * sigma_m**2))


def power_decay(scale_m: float, exponent: float = 2.0, nearest_m: float = 1.0) -> Decay:
    """(max(d, nearest) / scale) ^ -exponent, the gravity model's own.

    `nearest_m` keeps a provider next door from weighing infinitely.
    """
    if not (scale_m > 0 and nearest_m > 0):
        raise SchemaError(f"scale {scale_m} m, nearest {nearest_m} m", "give positive metres")
    return lambda distance_m: (np.maximum(distance_m, nearest_m) / scale_m) ** -exponent
