"""Boundary lines of a coverage, each drawn once, ranked by the levels they part."""

from __future__ import annotations

import numpy as np
import shapely

from dashboard.exports.paper import line_paths, unit_rings

OUTLINE = -1


def rank_edges(polygons: np.ndarray, owners: np.ndarray) -> dict[int, str]:
    """Path strings of the shared edges of a coverage, by what they part.

    Parameters
    ----------
    polygons : array of (multi)polygons, (n,)
        A coverage in page millimetres.
    owners : int array, (k, n)
        Ancestor of each polygon at k levels, topmost first, the polygon itself last.

    Returns
    -------
    dict
        Rank to path in whole path units. Rank r holds the edges between polygons whose ancestors
        first differ at level r; `OUTLINE` the edges that belong to one polygon only.
    """
    segments, left, right = _pair_segments(polygons)
    rank = np.full(len(segments), OUTLINE)
    inner = right >= 0
    differs = owners[:, left[inner]] != owners[:, right[inner]]
    rank[inner] = np.argmax(differs, axis=0)
    return {int(r): line_paths(_chain(segments[rank == r])) for r in np.unique(rank)}


def _pair_segments(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unique segments (m, 2, 2) and the polygons on both sides, -1 where there is none."""
    owners, rings = unit_rings(polygons)
    starts = np.concatenate([ring[:-1] for ring in rings])
    ends = np.concatenate([ring[1:] for ring in rings])
    owner = np.repeat(owners, [len(ring) - 1 for ring in rings])
    low, high = _point_keys(starts), _point_keys(ends)
    low, high = np.minimum(low, high), np.maximum(low, high)
    order = np.lexsort((owner, high, low))
    low, high, owner = low[order], high[order], owner[order]
    first = np.ones(len(low), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    at = np.flatnonzero(first)
    second = np.minimum(at + 1, len(low) - 1)
    paired = ~first[second] & (second > at)
    right = np.where(paired, owner[second], -1)
    # A spike runs over the same segment twice inside one polygon: no boundary.
    spike = right == owner[at]
    segments = np.stack([starts[order][at], ends[order][at]], axis=1)
    return segments[~spike], owner[at][~spike], right[~spike]


def _point_keys(points: np.ndarray) -> np.ndarray:
    return (points[:, 0] + 2**30) * 2**31 + points[:, 1] + 2**30


def _chain(segments: np.ndarray) -> np.ndarray:
    """Segments joined end to end into as few lines as possible."""
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(segments)))
    return shapely.get_parts(merged)
