"""Schedules of the learning rate: their numbers by hand, and what is refused."""

import math

import numpy as np
import pytest

from lessons.maths.optimizers.optimizers import OPTIMIZERS, GradientDescent, optimizer
from lessons.maths.optimizers.schedules import constant, cosine, rate_at, step_decay, warm_up


def rates(schedule, steps):
    return [schedule(step) for step in range(steps)]


def test_constant():
    assert rates(constant(0.1), 3) == [0.1] * 3


def test_step_decay_comes_down_in_stairs():
    assert rates(step_decay(0.8, every=2, factor=0.5), 6) == [0.8, 0.8, 0.4, 0.4, 0.2, 0.2]
    assert step_decay(0.8, every=10)(9) == 0.8
    assert step_decay(0.8, every=10)(25) == pytest.approx(0.008, abs=1e-15)


def test_cosine_is_half_a_wave_and_stays_at_its_lowest():
    found = rates(cosine(0.2, steps=4), 7)
    half = math.sqrt(0.5)
    expected = [0.2, 0.1 * (1 + half), 0.1, 0.1 * (1 - half), 0.0, 0.0, 0.0]
    assert found == pytest.approx(expected, abs=1e-15)
    assert cosine(0.2, steps=4, lowest=0.1)(2) == pytest.approx(0.15, abs=1e-15)
    assert cosine(0.2, steps=4, lowest=0.1)(100) == 0.1


def test_warm_up_rises_in_a_line_and_hands_over():
    assert rates(warm_up(0.4, steps=4), 6) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.4])
    over = warm_up(cosine(0.4, steps=8), steps=2)
    assert over(0) == 0.2 and over(1) == cosine(0.4, steps=8)(1) and over(8) == 0.0


def test_a_schedule_says_how_it_was_made():
    assert repr(constant(0.1)) == "constant(0.1)"
    assert repr(step_decay(0.1, 30)) == "step_decay(0.1, every=30, factor=0.1)"
    assert repr(warm_up(cosine(0.1, 100), 5)) == "warm_up(cosine(0.1, steps=100), steps=5)"
    made = GradientDescent(cosine(0.1, 100, lowest=0.01))
    assert repr(made) == "GradientDescent(lr=cosine(0.1, steps=100, lowest=0.01))"


def test_an_optimizer_asks_with_the_number_of_its_step():
    asked = []

    def schedule(step):
        asked.append(step)
        return 1.0 / (step + 1)

    mover, theta = GradientDescent(schedule), np.array([0.0])
    for _ in range(3):
        mover.step(theta, np.array([1.0]))
    assert asked == [0, 1, 2]
    assert theta[0] == -(1.0 + 1 / 2 + 1 / 3)
    assert mover.rate == 0.25 and mover.lr is schedule


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_constant_schedule_is_a_constant_rate(name):
    places = []
    for lr in (0.1, constant(0.1)):
        mover, theta = optimizer(name, lr), np.array([1.0, 2.0])
        for _ in range(5):
            mover.step(theta, theta * [1.0, 3.0])
        places.append(theta.tolist())
    assert places[0] == places[1]


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (-0.1, "the schedule returned -0.1 for step 2; it must return a finite number, 0 or more"),
        (math.nan, "the schedule returned nan for step 2"),
        (math.inf, "the schedule returned inf for step 2"),
        (None, "the schedule is no number: it returned None for step 2"),
        ("0.1", "returned '0.1' for step 2"),
        (True, "returned True for step 2"),
    ],
)
def test_a_schedule_that_returns_nonsense_is_refused_at_its_step(rate, told):
    mover, theta = optimizer("momentum", lambda step: 0.1 if step < 2 else rate), np.array([1.0])
    mover.step(theta, np.array([1.0]))
    mover.step(theta, np.array([1.0]))
    before, velocity = theta.copy(), mover.state["v"].copy()
    with pytest.raises(ValueError, match=told):
        mover.step(theta, np.array([1.0]))
    assert theta == before and mover.state["v"] == velocity and mover.steps == 2


def test_a_schedule_may_end_at_0():
    assert rate_at(lambda step: 0, 5) == 0.0


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: constant(0), ValueError, "lr is 0; give a number above 0"),
        (lambda: constant("0.1"), TypeError, "lr is the text '0.1'; give it a number"),
        (
            lambda: step_decay(0.1, every=0),
            ValueError,
            "every is 0; give a whole number, 1 or more",
        ),
        (lambda: step_decay(0.1, every=1.5), TypeError, "every is 1.5; give a whole number"),
        (lambda: step_decay(0.1, 5, factor=2), ValueError, "factor is 2; a decay multiplies"),
        (lambda: step_decay(0.1, 5, factor=0), ValueError, "factor is 0; give a number above 0"),
        (lambda: cosine(0.1, steps=-1), ValueError, "steps is -1; give a whole number, 1 or more"),
        (lambda: cosine(0.1, 10, lowest=0.2), ValueError, "lowest is 0.2; give a rate from 0 to"),
        (lambda: cosine(math.nan, 10), ValueError, "lr is nan; give it a finite number"),
        (lambda: warm_up(-0.1, 10), ValueError, "lr is -0.1; give a number above 0: below 0 the"),
        (lambda: warm_up(0.1, True), TypeError, "steps is True; give a whole number"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make, error, told):
    with pytest.raises(error, match=told):
        make()
