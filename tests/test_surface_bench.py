"""The benchmark of the surface panel: that both sides draw the same surface."""

import ast

import numpy as np
import pytest

from lessons import descend, relu
from tests.bench import surface as bench


def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = a1 * m2
    yhat = relu(z2)
    L = 0.5 * (yhat - y) ** 2
    return L


def test_both_sides_show_the_same_surface_and_the_same_path():
    usual: dict = {}
    # Without its pyplot lines: those need a backend that the tests must not choose.
    kept = bench.USUAL.replace("import matplotlib.pyplot as plt\n", "")
    exec(compile(ast.parse(kept), "usual", "exec"), usual)
    panel = descend(
        two_layers, ("m1", "m2"), x=2.0, y=1.0, m1=3.0, m2=0.5, lr=0.01, steps=6,
        ranges={"m1": (-1, 5, 0.05), "m2": (-1.5, 1.5)},
    )  # fmt: skip
    assert np.allclose(usual["grid"], panel.surface.values, rtol=1e-12, atol=1e-12)
    assert np.array_equal(usual["flat"] > 0, panel.surface.flat < 0)
    for point in panel.path:
        expected = point["dL_dm1"], point["dL_dm2"]
        assert usual["gradient"](point["m1"], point["m2"]) == pytest.approx(expected)
