"""What every duel of a panel with pyplot has in common: its verdict and its table."""

import ast

import pytest

from tests.bench.__main__ import DUELS
from tests.bench.figures import Summary
from tests.bench.page import Answer
from tests.bench.versus import Contender, Versus, summaries

DUEL = Versus(
    what="some panel",
    slider="m1",
    setup=("a = 1",),
    panel=Contender("panel", "ours", "b = 2", "b"),
    pyplot=Contender("pyplot", "theirs", "c = 3", "c"),
)


@pytest.mark.parametrize(("panel", "met"), [(100.0, True), (99.0, True), (101.0, False)])
def test_the_bar_is_three_times(panel, met):
    seen = {DUEL.panel: Summary(9, panel, 0, 0), DUEL.pyplot: Summary(9, 300.0, 0, 0)}
    [bar] = DUEL.bars(seen)
    assert bar.met == met and "times" in bar.words() and "the some panel's median" in bar.words()


def test_the_table_has_a_row_for_each_and_the_ratio():
    answers = {DUEL.panel: [Answer(1, 50.0)] * 4, DUEL.pyplot: [Answer(1, 200.0)] * 4}
    told = DUEL.told(summaries(answers))
    for contender in DUEL.contenders:
        assert contender.told in told
    assert "4.00" in told and "Medians of 4 presses" in told


def test_the_cells_come_in_order_after_those_that_they_need():
    assert DUEL.sources == ["a = 1", "b = 2", "c = 3"]


@pytest.mark.parametrize("duel", DUELS, ids=lambda duel: duel.what)
def test_the_cells_are_python(duel):
    for source in duel.sources:
        ast.parse(source)


def test_no_two_duels_open_the_same_notebook():
    assert len({duel.what for duel in DUELS}) == len(DUELS)
