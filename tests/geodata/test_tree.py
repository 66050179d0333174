"""The tree of areas: order and ancestors, against loops over single areas."""

import numpy as np

from geodata.schema import LEVELS
from tests.geodata.disclosure.attack import make_tree


def draw_tree(seed):
    rng = np.random.default_rng(seed)

    def draw(depth):
        n = int(rng.integers(1, 4))
        return [draw(depth - 1) for _ in range(n)] if depth else n

    return make_tree(draw(4))


def test_ancestors_of_many_are_those_of_each():
    for seed in range(5):
        tree = draw_tree(seed)
        for below, name in enumerate(LEVELS):
            areas = np.arange(len(tree))[tree.level_slices[name]]
            for level in LEVELS[: below + 1]:
                expected = [tree.ancestor(area, level) for area in areas.tolist()]
                assert tree.ancestors_at(areas, level).tolist() == expected


def test_areas_lie_by_level_then_by_parent_then_by_code():
    tree = draw_tree(3)
    keys = [
        (int(level), int(parent), code)
        for level, parent, code in zip(tree.level_index, tree.parents, tree.codes)
    ]
    assert keys == sorted(keys)
