"""The benchmark's own parts: its statistics, its verdicts, and the notebook that it drives."""

import ast
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

import nbformat
import pytest

from lessons import record
from tests.bench import __main__ as bench
from tests.bench import report
from tests.bench.contenders import (
    CONTENDERS,
    ECHO,
    EXPLORER,
    PART,
    PYPLOT,
    USUAL,
    VALUES,
    cell_of,
    sources,
)
from tests.bench.figures import Bar, Summary, middle_of, percentile, summary
from tests.bench.growth import Growth, growth
from tests.bench.kernel import neuron, shares
from tests.bench.page import MOVES, Drag, _sweep
from tests.browser.lab import Lab


def test_the_percentile_agrees_with_the_standard_library() -> None:
    values = [31.0, 4.0, 15.0, 9.0, 26.0, 5.0, 35.0]
    for place, expected in enumerate(quantiles(values, n=20, method="inclusive"), start=1):
        assert percentile(values, place / 20) == pytest.approx(expected)
    assert percentile(values, 0) == 4.0
    assert percentile(values, 1) == 35.0
    assert percentile([7.0], 0.95) == 7.0


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], -0.1), ([1.0], 95)])
def test_the_percentile_refuses_what_has_none(values: list[float], share: float) -> None:
    with pytest.raises(ValueError):
        percentile(values, share)


def test_a_summary_is_not_moved_by_one_slow_press() -> None:
    found = summary([30.0] * 99 + [5000.0])
    assert found == Summary(100, 30.0, 30.0, 5000.0)


def test_the_middle_is_taken_column_by_column() -> None:
    assert middle_of([[1.0, 9.0], [2.0, 7.0], [50.0, 8.0]]) == [2.0, 8.0]
    with pytest.raises(ValueError):
        middle_of([[1.0, 9.0], [2.0]])


@pytest.mark.parametrize(
    ("measured", "limit", "at_least", "met"),
    [
        (4.0, 4.0, True, True),
        (3.99, 4.0, True, False),
        (1.5, 1.5, False, True),
        (1.51, 1.5, False, False),
        (float("nan"), 150.0, False, False),
        (float("nan"), 4.0, True, False),
    ],
)
def test_a_bar_is_met_or_missed(measured: float, limit: float, at_least: bool, met: bool) -> None:
    bar = Bar("a promise", measured, limit, " ms", at_least)
    assert bar.met is met
    assert bar.words().startswith("met: " if met else "MISSED: ")
    assert bench.status([bar], no_bars=False) == (0 if met else 1)
    assert bench.status([bar], no_bars=True) == 0


def measured(explorer: float, usual: float, echo: float, drags: list[Drag]) -> list[bool]:
    """Which bars are met: four times faster, near the echo, the drag, none lost, time, memory."""
    times = {EXPLORER: explorer, PYPLOT: usual, ECHO: echo, PART: explorer}
    seen = {contender: summary([ms]) for contender, ms in times.items()}
    grown = [Growth(1000, 1.0, 1.0, 100.0), Growth(100_000, 2.0, 1.9, 201.0)]
    return [bar.met for bar in report.bars(seen, drags, grown)]


def test_each_promise_has_its_bar() -> None:
    good, slow, lost = Drag(60.0, 20, True), Drag(151.0, 20, True), Drag(60.0, 20, False)
    assert measured(40.0, 160.0, 27.0, [good]) == [True, True, True, True, True, False]
    assert measured(40.0, 159.0, 26.0, [good, slow]) == [False, False, False, True, True, False]
    assert measured(40.0, 160.0, 27.0, [good, lost]) == [True, True, True, False, True, False]


def test_the_notebook_can_be_built(tmp_path: Path) -> None:
    class Server:
        root = tmp_path

    name = Lab(Server(), None).write("bench.ipynb", *sources())  # type: ignore[arg-type]
    notebook = nbformat.read(tmp_path / name, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        ast.parse(cell.source)
    for contender in CONTENDERS:
        assert notebook.cells[cell_of(contender)].source == contender.source


def test_the_usual_way_draws_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    monkeypatch.setattr(pyplot, "show", lambda: None)
    monkeypatch.setattr("inspect.getsource", lambda function: "def neuron(...): ...")
    cell: dict = {"neuron": neuron}
    exec(compile(USUAL, "usual", "exec"), cell)
    values = {**VALUES, "w0": -2.4, "b": 0.7}
    r = record(neuron, **values)
    v, g = cell["computed"](**values)
    assert v == pytest.approx(dict(r.values))
    assert g == pytest.approx(dict(r.backward().totals))

    cell["draw"](**values)
    figure = pyplot.gcf()
    try:
        words = [w.get_text() for w in figure.axes[0].texts]
    finally:
        pyplot.close(figure)
    for name, value in r.values.items():
        assert {name, f"{value:.2f}", f"{r.backward()[name]:.2f}"} <= set(words)
    assert cell["drawn"] == [values]


def test_the_last_move_of_a_drag_is_always_a_change() -> None:
    for ahead in (True, False):
        places = [_sweep(move, ahead) for move in range(1, MOVES + 1)]
        assert all(a != b for a, b in pairwise(places))
        assert abs(places[-1] - places[-2]) > 1
        assert places[-1] != 0


def test_the_time_in_python_is_told_part_by_part() -> None:
    found = shares(3)
    assert {"record", "backward", "diagram", "table", "formula", "MathML", "whole"} <= set(found)
    assert all(ms > 0 for name, ms in found.items() if name != "the rest")
    parts = sum(ms for name, ms in found.items() if name != "whole")
    assert parts == pytest.approx(found["whole"])
    assert "MathML" in report.python(found)


def test_growth_is_told_for_each_operation() -> None:
    found = growth(200, rounds=1)
    assert found.operations == 200
    assert found.record_us > 0 and found.backward_us > 0
    # Each step keeps its name, its value and its arguments: more than a word, less than a page.
    assert 100 < found.peak_bytes < 100_000
