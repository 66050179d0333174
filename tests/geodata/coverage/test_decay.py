"""Weights by distance."""

import numpy as np
import pytest
from access import weights as pysal

from geodata.coverage import gaussian_decay, power_decay, ring_decay, within
from geodata.errors import SchemaError

METRES = np.array([0.0, 1, 299, 300, 300.001, 500, 501, 1000, 1000.5, 5000])


def test_rings_weigh_by_their_outer_edge():
    assert ring_decay()(METRES).tolist() == [1, 1, 1, 1, 0.68, 0.68, 0.22, 0.22, 0, 0]
    assert within(500)(METRES).tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (ring_decay(), pysal.step_fn({300: 1, 500: 0.68, 1000: 0.22})),
        (gaussian_decay(400), pysal.gaussian(400)),
        (power_decay(500, 1.5, 10), pysal.gravity(500, -1.5, 10)),
    ],
)
def test_weights_are_those_of_pysal(ours, theirs):
    np.testing.assert_allclose(ours(METRES), [theirs(m) for m in METRES], rtol=1e-12)


@pytest.mark.parametrize(
    ("rings", "weights"),
    [((), ()), ((500, 300), (1, 1)), ((300,), (1, 2)), ((300,), (-1,)), ((0, 5), (1, 1)),
     ((300,), (np.nan,))],
)  # fmt: skip
def test_senseless_rings_are_refused(rings, weights):
    with pytest.raises(SchemaError):
        ring_decay(rings, weights)


def test_senseless_widths_are_refused():
    for build in (lambda: gaussian_decay(0), lambda: power_decay(0), lambda: power_decay(5, 1, 0)):
        with pytest.raises(SchemaError):
            build()
