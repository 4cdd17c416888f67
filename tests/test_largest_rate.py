"""The game of the largest rate: its bound against a known one, its record, its panel."""

import io
import math

import numpy as np
import pytest
from matplotlib.image import imread

from lessons import find_largest_rate
from lessons.maths.networks.largest_rate import (
    EXPLODED,
    STEPS,
    Bound,
    Game,
    Trial,
    largest_rate,
    network,
    task,
    trial,
)
from lessons.panels.kit.figure import RenderContext
from lessons.panels.largest_rate import picture as pictures
from tests.static_output import still

LOOK = RenderContext(600, 330)


@pytest.fixture
def panel():
    return find_largest_rate((1, 2, 4))


def run(losses, stopped=None):
    return Trial(1, 0.1, 0, tuple(losses), stopped)


# One run.


def test_at_depth_1_the_bound_is_2_over_the_largest_curvature():
    """One linear layer: the loss is a bowl, whose Hessian is the mean of [x, 1] [x, 1]^T."""
    for seed in (0, 1, 2):
        x, _ = task(seed)
        rows = np.hstack([x, np.ones((len(x), 1))])
        exact = 2 / np.linalg.eigvalsh(rows.T @ rows / len(x))[-1]
        found = largest_rate(1, seed)
        assert found.converges < exact * 1.005 and found.fails > exact * 0.97


def test_a_run_is_plain_gradient_descent():
    made, (x, y) = network(3, 0), task(0)
    found = trial(3, 0.2, steps=5)
    for step in range(6):
        assert found.losses[step] == pytest.approx(made.mean_loss(x, y), rel=1e-12)
        gradients = made.backward(made.forward(x), y).gradients
        for name, view in made.parameters.items():
            view -= 0.2 * gradients[name]
    assert found.stopped is None and len(found.losses) == 6


def test_a_run_that_explodes_is_stopped_and_says_after_which_step():
    found = trial(4, 5.0)
    assert found.verdict == "explodes" and found.stopped is not None
    assert found.stopped < 10
    # All up to there is kept and is a number; one step earlier it had not exploded.
    assert all(math.isfinite(loss) for loss in found.losses)
    before = found.losses[: found.stopped]
    assert len(before) == found.stopped and max(before) <= EXPLODED * found.losses[0]
    huge = trial(4, 1e200)
    assert huge.stopped is not None and len(huge.losses) >= 1


@pytest.mark.parametrize(
    ("losses", "stopped", "verdict"),
    [
        ([1.0, 0.1, 0.1], None, "converges"),
        ([1.0, 0.5, 0.11], None, "too slow"),
        ([1.0, 0.05, 0.9, 0.5], None, "bounces"),
        ([1.0, *[0.05] * 5, 3.0, *[0.05] * 4], None, "converges"),
        ([1.0, *[0.05] * 4, *[0.5] * 6], None, "bounces"),
        ([1.0, 5.0], 1, "explodes"),
    ],
)
def test_the_verdicts(losses, stopped, verdict):
    assert run(losses, stopped).verdict == verdict


# The bound.


@pytest.mark.parametrize("depth", [2, 4])
def test_the_bound_converges_and_the_rate_above_it_fails(depth):
    found = largest_rate(depth)
    assert trial(depth, found.converges).converges and not trial(depth, found.fails).converges
    assert 1 < found.fails / found.converges <= 1.01


def test_the_bound_falls_with_the_depth_and_is_the_same_every_time():
    bounds = [largest_rate(depth).converges for depth in (1, 2, 4)]
    assert bounds[0] > bounds[1] > bounds[2]
    assert bounds == pytest.approx([1.51, 0.972, 0.512], rel=0.03)
    largest_rate.cache_clear()
    assert [largest_rate(depth).converges for depth in (1, 2, 4)] == bounds


def test_where_nothing_converges_the_search_says_so(monkeypatch):
    monkeypatch.setattr("lessons.maths.networks.largest_rate._run", lambda *_: ((1.0, 2.0), None))
    with pytest.raises(ArithmeticError, match="no learning rate converges at depth 7"):
        largest_rate(7, 99)


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"depth": 0, "lr": 0.1}, ValueError, "depth is 0; give a whole number from 1 to 20"),
        ({"depth": 1.5, "lr": 0.1}, TypeError, "depth is 1.5; give a whole number"),
        ({"depth": 1, "lr": 0.0}, ValueError, "lr is 0; give a learning rate above 0"),
        ({"depth": 1, "lr": math.nan}, ValueError, "lr is nan"),
        ({"depth": 1, "lr": "fast"}, TypeError, "lr"),
        ({"depth": 1, "lr": 0.1, "steps": 0}, ValueError, "steps is 0"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(given, error, told):
    with pytest.raises(error, match=told):
        trial(**given)


# The record.


def test_the_record_is_the_largest_rate_that_converged():
    game = Game((1, 2), 0, 1, 0.5)
    assert game.shown is None and game.best(1) is None and game.fails(1) is None
    for lr in (0.5, 3.0, 1.0, 2.0, 0.001):
        game = Game(game.depths, 0, 1, lr, game.trials).tried()
        assert game.shown is not None and game.shown.lr == lr
    assert game.best(1) == 1.0 and game.fails(1) == 2.0
    assert len(game.tried().trials) == 5  # the same run again is no new try
    assert game.best(2) is None and game.at(2) == ()


def test_a_rate_that_is_too_slow_is_no_upper_end():
    game = Game((1,), 0, 1, 0.001).tried()
    assert game.shown.verdict == "too slow" and game.fails(1) is None


# The panel.


def shown(panel):
    names = ("say", "steps", "picture", "alt", "error", "old")
    return {name: getattr(panel._front, name) for name in names}


def test_the_learner_guesses_tries_and_asks(panel):
    assert panel.sentence.startswith("Your guess. Depth 1, lr = 0.1: will 100 steps converge?")
    assert panel.attempt(lr=1.0).verdict == "converges"
    assert panel.attempt(lr=3.0).verdict == "explodes"
    assert "the run was stopped" in panel.sentence
    assert panel.record == {1: 1.0, 2: None, 4: None} and panel.bounds == {}
    assert "?" in pictures.table(panel.game)
    bound = panel.reveal()
    assert panel.bounds == {1: bound} and isinstance(bound, Bound)
    assert f"{100 / bound.converges:.0f} %" in panel.sentence
    assert f"{100 / bound.converges:.0f} %" in panel._front.steps
    panel.set(depth=2)
    assert "Your guess. Depth 2" in panel.sentence and len(panel.trials) == 2


def test_the_controls_do_what_the_methods_do(panel):
    panel._controls["lr"].slider.value = 0.0  # the slider runs over the logarithm
    assert panel.game.lr == 1.0
    panel._controls["lr"].box.set_state({"value": 0.7})
    panel._depth.widget.value = 4
    assert (panel.game.depth, panel.game.lr) == (4, 0.7)
    buttons = {b.description: b for b in panel._grid.children[0].children[-1].children}
    buttons["Try"].click()
    assert panel.trials[-1].lr == 0.7 and panel.trials[-1].depth == 4
    buttons["Show the largest"].click()
    assert panel.bounds[4] == largest_rate(4)


def test_a_lucky_rate_beyond_the_bound_is_called_luck(panel):
    panel.attempt(lr=1.0, depth=1)
    panel._state.game = Game((1, 2, 4), 0, 1, 1.0, panel.trials, (Bound(1, 0, 0.9, 0.91, 9),))
    assert "converges by luck" in panel.sentence


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (lambda p: p.set(depth=3), "depth 3 is not in this game; there are 1, 2, 4"),
        (lambda p: p.set(lr=-1.0), "give a learning rate above 0"),
        (lambda p: p.attempt(lr=math.nan, depth=4), "lr is nan"),
        (lambda p: p._controls["lr"].box.set_state({"value": 0.0}), "lr is 0"),
    ],
)
def test_an_error_is_told_and_leaves_the_record(panel, action, told):
    panel.attempt(lr=1.0)
    before, game = shown(panel), panel.game
    with pytest.raises((ValueError, TypeError), match=told):
        action(panel)
    assert told in panel._front.error and panel._front.old and panel.game == game
    assert panel._controls["lr"].box.value == 1.0
    panel.set()
    assert shown(panel) == before


def test_the_game_refuses_depths_that_are_none():
    for depths in ((), (1, 1)):
        with pytest.raises(ValueError, match="give different whole numbers"):
            find_largest_rate(depths)
    with pytest.raises(TypeError, match="depth is 'deep'"):
        find_largest_rate(("deep",))


@pytest.mark.parametrize("look", [LOOK, RenderContext(400, 300, 2.0, True, True)], ids=str)
def test_the_fast_drawing_is_the_full_drawing_pixel_for_pixel(panel, look):
    picture = pictures.loss_picture()
    for lr in (None, 1.0, 3.0, 0.001):
        if lr is not None:
            panel.attempt(lr=lr)
        fast = picture.png(STEPS, panel.game, look)
        full = pictures.loss_picture().fresh(STEPS, panel.game, look)
        assert np.array_equal(imread(io.BytesIO(fast)), imread(io.BytesIO(full)))


def test_the_curve_ends_where_the_run_was_stopped(panel):
    picture = pictures.loss_picture()
    found = panel.attempt(lr=3.0)
    picture.png(STEPS, panel.game, LOOK)
    artists = picture._artists
    assert artists["stop words"].get_text() == f"stopped after step {found.stopped}"
    assert list(artists["loss"].get_xdata()) == list(range(len(found.losses)))
    heights = [math.log10(loss) for loss in found.losses]
    assert list(artists["loss"].get_ydata()) == pytest.approx(heights)
    panel.attempt(lr=0.5)
    picture.png(STEPS, panel.game, LOOK)
    assert artists["stop words"].get_text() == "" and len(artists["loss"].get_xdata()) == 101
    # The run before stays, in grey.
    assert len(artists["earlier"].get_xdata()) == len(found.losses) + 1


def test_the_static_output_is_the_same_every_time(panel):
    panel.attempt(lr=1.0)
    data = panel._repr_mimebundle_()
    again = panel._repr_mimebundle_()
    assert data["text/html"] == again["text/html"]
    assert data["text/plain"].splitlines()[0].endswith("100 steps, seed 0")
    assert "starts at" in still(data)[1]
    assert repr(panel) == "RatePanel of the depths 1, 2, 4"
