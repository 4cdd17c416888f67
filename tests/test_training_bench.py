"""The benchmark of the training panel measures what it says: the same arithmetic both ways."""

import ast
import json

import numpy as np
import pytest

from tests.bench import trainer as bench
from tests.bench.trainer import Round

BUSY = (0.9, 1.0)


def test_the_bare_loop_and_the_panel_learn_the_same_weights(capsys, monkeypatch):
    names = {}
    short = [source.replace(str(bench.EPOCHS), "3") for source in (bench.PANEL, bench.BARE)]
    exec(bench.SETUP, names)
    for source in short:
        exec(source, names)
    assert all(seconds > 0 for seconds in json.loads(capsys.readouterr().out))
    names["panel"].run()
    assert len(names["panel"].history) == 4
    assert np.array_equal(names["panel"].network.theta, names["network"].theta)


def test_the_cells_are_python():
    for source in (*bench.sources(), bench.BARE, bench.SAME):
        ast.parse(source)
    compile(bench.WATCHED, "", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def test_the_verdict_is_the_median_of_the_rounds():
    rounds = [Round(1.0, 1.1, BUSY, 5), Round(2.0, 2.4, BUSY, 6), Round(1.0, 9.0, BUSY, 7)]
    assert bench.ratio(rounds) == pytest.approx(1.2)
    [bar] = bench.bars(rounds)
    assert bar.met and not bench.bars([Round(1.0, 1.31, BUSY, 5)])[0].met
    told = bench.told(rounds)
    assert "1.20" in told and "23,200 iterations of 16" in told
