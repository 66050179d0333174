"""Boundary lines: each once, ranked by what they part."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from dashboard.exports.edges import OUTLINE, rank_edges
from tests.dashboard.exports.test_paper import read_path


def length_mm(path: str) -> float:
    """Length of all lines of a path, closing segments of closed ones included."""
    total = 0.0
    for piece in path.split("M")[1:]:
        (line,) = read_path("M" + piece)
        xy = np.array(line + (line[:1] if piece.endswith("z") else []))
        total += np.hypot(*np.diff(xy, axis=0).T).sum()
    return total / 100


def test_edges_of_a_grid():
    """4 x 4 cells of 2 mm in 2 x 2 blocks: outline 32, between blocks 16, inside blocks 32 mm."""
    cells = [shapely.box(2 * x, 2 * y, 2 * x + 2, 2 * y + 2) for y in range(4) for x in range(4)]
    blocks = np.array([(y // 2) * 2 + x // 2 for y in range(4) for x in range(4)])
    paths = rank_edges(np.array(cells, dtype=object), np.array([blocks, np.arange(16)]))
    lengths = {rank: length_mm(path) for rank, path in paths.items()}
    assert lengths == {OUTLINE: pytest.approx(32), 0: pytest.approx(16), 1: pytest.approx(32)}


def test_a_hole_belongs_to_the_outline():
    cells = [
        shapely.box(x, y, x + 1, y + 1) for y in range(3) for x in range(3) if (x, y) != (1, 1)
    ]
    paths = rank_edges(np.array(cells, dtype=object), np.arange(8)[None, :])
    assert length_mm(paths[OUTLINE]) == pytest.approx(16)
    assert length_mm(paths[0]) == pytest.approx(8)


def test_one_area_alone_has_an_outline_only():
    paths = rank_edges(np.array([shapely.box(0, 0, 3, 3)], dtype=object), np.array([[0]]))
    assert set(paths) == {OUTLINE}
