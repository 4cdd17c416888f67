"""The benchmark of the race panel: that both sides run the same races."""

import ast

import numpy as np

from lessons.maths.surfaces.race import run_race
from lessons.panels.race.state import USUAL, USUAL_RATE
from lessons.panels.race.style import shown_name
from tests.bench import race as bench


def test_both_sides_run_the_same_races_on_the_same_surface():
    usual: dict = {}
    # Without its pyplot lines: those need a backend that the tests must not choose.
    kept = bench.USUAL.replace("import matplotlib.pyplot as plt\n", "")
    exec(compile(ast.parse(kept), "usual", "exec"), usual)
    race = run_race("narrow valley", (-3.0, 1.0), USUAL, 100, USUAL_RATE)
    found = usual["races"](-3.0, 1.0)
    assert list(found) == [shown_name(name) for name in USUAL]
    for lane in race.lanes:
        path = found[shown_name(lane.name)]
        # Where a path is at rest, RMSProp and Adam divide one rounding error by another.
        assert np.allclose(path, lane.path, rtol=1e-6, atol=1e-6)
        assert np.allclose(usual["loss"](*path.T), lane.losses, rtol=1e-5, atol=1e-6)
