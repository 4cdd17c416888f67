"""Optimizers: sequences computed by hand, System T's numbers for each, and what is refused."""

import math

import numpy as np
import pytest

from lessons import optimizer, record, relu
from lessons.maths.optimizers.base import Optimizer, clipped, norm_of
from lessons.maths.optimizers.optimizers import (
    OPTIMIZERS,
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSProp,
)

START = (3.0, 0.5)
every_optimizer = pytest.mark.parametrize("name", [*OPTIMIZERS, "averaged momentum"])


def two_layers(m1, m2, x=2.0, y=1.0):
    a1 = m1 * x
    z2 = a1 * m2
    yhat = relu(z2)
    L = 0.5 * (yhat - y) ** 2
    return L


def gradient_at(theta):
    m1, m2 = theta.tolist()
    g = record(two_layers, m1=m1, m2=m2).backward()
    return np.array([g["m1"], g["m2"]])


def loss_at(theta):
    return record(two_layers, m1=theta[0], m2=theta[1]).value


def descend(mover, steps, start=START, gradient=gradient_at):
    """The places after 0, 1, ... steps."""
    theta = np.array(start)
    path = [theta.copy()]
    for _ in range(steps):
        mover.step(theta, gradient(theta))
        path.append(theta.copy())
    return path


# Sequences by hand, on gradients that are given: 1, -2, 3 for one parameter.

GIVEN = (1.0, -2.0, 3.0)


def places(mover):
    theta, found = np.array([0.0]), []
    for g in GIVEN:
        mover.step(theta, np.array([g]))
        found.append(float(theta[0]))
    return found


def test_gradient_descent_by_hand():
    assert places(GradientDescent(0.5)) == [-0.5, 0.5, -1.0]


def test_momentum_by_hand_in_both_forms():
    # v = 0.5v + g: 1, -1.5, 2.25. v = 0.5v + 0.5g: 0.5, -0.75, 1.125.
    assert places(Momentum(1.0, mu=0.5)) == [-1.0, 0.5, -1.75]
    assert places(Momentum(1.0, mu=0.5, form="average")) == [-0.5, 0.25, -0.875]
    assert places(Momentum(1.0, mu=0.0)) == places(GradientDescent(1.0))


def test_nesterov_by_hand():
    # v as above: 1, -1.5, 2.25. Steps g + 0.5v: 1.5, -2.75, 4.125.
    assert places(Nesterov(1.0, mu=0.5)) == [-1.5, 1.25, -2.875]


def test_rmsprop_by_hand():
    # s = 0.75s + 0.25g^2: 0.25, 1.1875, 3.140625; epsilon is added to the root, not under it.
    steps = [1 / (0.5 + 0.5), -2 / (math.sqrt(1.1875) + 0.5), 3 / (math.sqrt(3.140625) + 0.5)]
    found = places(RMSProp(1.0, beta=0.75, epsilon=0.5))
    assert found == pytest.approx([-sum(steps[: i + 1]) for i in range(3)], abs=1e-15)


def test_adam_by_hand():
    # v = 0.5v + 0.5g: 0.5, -0.75, 1.125, over 0.5, 0.75, 0.875: 1, -1, 9/7.
    # s = 0.75s + 0.25g^2: 0.25, 1.1875, 3.140625, over 0.25, 0.4375, 0.578125.
    roots = [1.0, math.sqrt(1.1875 / 0.4375), math.sqrt(3.140625 / 0.578125)]
    steps = [v / (root + 0.25) for v, root in zip((1.0, -1.0, 9 / 7), roots, strict=True)]
    found = places(Adam(1.0, mu=0.5, beta=0.75, epsilon=0.25))
    assert found == pytest.approx([-sum(steps[: i + 1]) for i in range(3)], abs=1e-15)


def test_adams_first_step_has_the_length_lr_whatever_the_gradient():
    for size in (1e-4, 1.0, 1e6):
        theta = np.array([0.0, 0.0])
        Adam(0.1).step(theta, np.array([size, -3 * size]))
        assert theta == pytest.approx([-0.1, 0.1], rel=1e-3)


def test_the_two_forms_of_momentum_are_one_with_another_lr():
    """Misconception: momentum has one formula."""
    one = descend(Momentum(0.02, mu=0.9, form="average"), 30)
    two = descend(Momentum(0.02 * (1 - 0.9), mu=0.9, form="sum"), 30)
    assert np.array(one) == pytest.approx(np.array(two), abs=1e-12)


# System T, the numbers of the course.


def test_plain_gradient_descent_at_a_tenth_dies_at_the_first_step():
    path = descend(GradientDescent(0.1), 3)
    assert path[1] == pytest.approx([2.8, -0.7], abs=1e-12)
    assert loss_at(path[1]) == 0.5 and not gradient_at(path[1]).any()
    assert (path[3] == path[1]).all()


def test_momentum_at_a_tenth_dies_and_drifts_on():
    path = descend(Momentum(0.1), 3)
    assert path[1] == pytest.approx([2.8, -0.7], abs=1e-12)
    assert not any(gradient_at(place).any() for place in path[1:])
    # The velocity (2, 12) fades by 0.9 a step, and still moves the weights.
    assert path[2] == pytest.approx([2.8 - 0.18, -0.7 - 1.08], abs=1e-12)
    assert path[3] == pytest.approx([2.62 - 0.162, -1.78 - 0.972], abs=1e-12)


def test_adam_at_a_tenth_takes_a_tenth_of_each_weight_and_lives():
    path = descend(Adam(0.1), 100)
    assert path[1] == pytest.approx([2.9, 0.4], abs=1e-8)
    assert loss_at(path[1]) == pytest.approx(0.8712, abs=1e-7)
    assert all(gradient_at(place).any() for place in path)
    assert loss_at(path[-1]) < 1e-3


def test_clipping_to_norm_1_saves_gradient_descent_at_a_tenth():
    path = descend(GradientDescent(0.1, clip=1.0), 100)
    assert path[1] == pytest.approx([2.98356, 0.401361], abs=5e-7)
    assert math.dist(path[1], path[0]) == pytest.approx(0.1, abs=1e-15)
    assert all(gradient_at(place).any() for place in path[:-1])


def test_at_a_fiftieth_gradient_descent_converges():
    path = descend(GradientDescent(0.02), 30)
    assert loss_at(path[1]) == pytest.approx(0.145368, abs=5e-7)
    assert loss_at(path[-1]) < 1e-12


def test_at_a_fiftieth_the_sum_of_momentum_dies_at_step_2():
    path = descend(Momentum(0.02), 2)
    assert path[1][1] == pytest.approx(0.26, abs=1e-12) and gradient_at(path[1]).any()
    assert path[2][1] == pytest.approx(-0.01984, abs=5e-6) and not gradient_at(path[2]).any()


def test_at_a_fiftieth_the_average_of_momentum_lives_longer_and_dies_at_step_10():
    path = descend(Momentum(0.02, form="average"), 10)
    assert [place[1] for place in path[1:4]] == pytest.approx([0.476, 0.4322, 0.37385], abs=5e-6)
    alive = [bool(gradient_at(place).any()) for place in path]
    assert alive == [True] * 10 + [False]
    assert loss_at(path[6]) < 1e-4  # it was almost there, and too fast to stay
    slower = descend(Momentum(0.015, form="average"), 100)
    assert all(gradient_at(place).any() for place in slower) and loss_at(slower[-1]) < 1e-3


def test_rmsprop_and_nesterov_on_system_t():
    # The first step of RMSProp is lr / sqrt(1 - beta) in each weight.
    first = descend(RMSProp(0.1), 1)[1]
    assert first == pytest.approx([3 - math.sqrt(0.1), 0.5 - math.sqrt(0.1)], abs=1e-8)
    # The first step of Nesterov is 1 + mu gradients long: 0.02 * 1.9 * (2, 12).
    first = descend(Nesterov(0.02), 1)[1]
    assert first == pytest.approx([3 - 0.076, 0.5 - 0.456], abs=1e-12)


# What a step does, and what it leaves alone.


@every_optimizer
def test_theta_changes_in_place_and_the_gradient_does_not(name):
    mover = optimizer(name, 0.1, clip=0.5, weight_decay=0.1)
    theta, g = np.array([1.0, -2.0]), np.array([3.0, 4.0])
    view = theta[:1]
    for _ in range(3):
        mover.step(theta, g)
    assert view[0] == theta[0] != 1.0
    assert g.tolist() == [3.0, 4.0]
    assert mover.steps == 3


@every_optimizer
def test_each_parameter_is_moved_as_if_it_were_alone(name):
    rng = np.random.default_rng(0)
    thetas, gradients = rng.normal(size=50), rng.normal(size=(4, 50))
    together, mover = thetas.copy(), optimizer(name, 0.1)
    for g in gradients:
        mover.step(together, g)
    for i in (0, 17, 49):
        alone, mover = thetas[i : i + 1].copy(), optimizer(name, 0.1)
        for g in gradients:
            mover.step(alone, g[i : i + 1])
        assert alone[0] == together[i]


@every_optimizer
def test_a_gradient_of_0_from_the_start_moves_nothing(name):
    theta = np.array([1.0, 2.0])
    optimizer(name, 0.1).step(theta, np.zeros(2))
    assert theta.tolist() == [1.0, 2.0]


@every_optimizer
def test_reset_and_fresh_forget_and_keep_the_settings(name):
    mover = optimizer(name, 0.02, clip=5.0)
    path = descend(mover, 5)
    other = mover.fresh()
    assert repr(other) == repr(mover)
    assert other.steps == 0 and other.state == {} and mover.steps == 5
    assert np.array_equal(descend(other, 5), path)
    mover.reset()
    assert np.array_equal(descend(mover, 5), path)


def test_the_state_can_be_looked_at():
    adam = Adam(0.1, mu=0.5, beta=0.75)
    assert adam.state == {}
    adam.step(np.zeros(2), np.array([1.0, -2.0]))
    assert adam.state["v"].tolist() == [0.5, -1.0]
    assert adam.state["s"].tolist() == [0.25, 1.0]
    assert GradientDescent(0.1).state == {}


def test_the_rate_may_change_while_it_runs_and_the_velocity_stays():
    mover, theta = Momentum(0.5, mu=0.5), np.array([0.0])
    mover.step(theta, np.array([1.0]))
    mover.lr = 0.25
    mover.step(theta, np.array([1.0]))
    assert theta[0] == -0.5 - 0.25 * 1.5
    assert mover.state["v"][0] == 1.5


def test_weight_decay_is_added_to_the_gradient():
    theta = np.array([2.0, -4.0])
    GradientDescent(0.5, weight_decay=0.25).step(theta, np.array([1.0, 1.0]))
    assert theta.tolist() == [2.0 - 0.5 * (1 + 0.5), -4.0 - 0.5 * (1 - 1.0)]
    # In Adam it is scaled with the rest, as AdamW does not.
    theta = np.array([2.0, -4.0])
    Adam(0.1, weight_decay=0.25).step(theta, np.array([1.0, 3.0]))
    assert theta == pytest.approx([1.9, -4.1], abs=1e-7)


def test_the_gradient_is_clipped_before_the_decay_is_added():
    theta = np.array([2.0])
    GradientDescent(1.0, clip=1.0, weight_decay=0.5).step(theta, np.array([10.0]))
    assert theta[0] == 2.0 - (1.0 + 1.0)


@pytest.mark.parametrize("g", [[3.0, 4.0], [3e200, 4e200], [3e-200, 4e-200], [0.0, 0.0]])
def test_clipping_shortens_to_the_norm_and_keeps_the_direction(g):
    g = np.array(g)
    size = math.hypot(*g)
    assert norm_of(g) == pytest.approx(size, rel=1e-15)
    short = clipped(g, size / 2 or 1.0)
    assert norm_of(short) == pytest.approx(size / 2, rel=1e-15)
    assert clipped(g, size * 2 or 1.0) is g
    assert short == pytest.approx(g / 2, rel=1e-15)


# What is refused, and that nothing has changed then.


def test_an_unknown_optimizer_names_those_that_there_are():
    with pytest.raises(ValueError, match=r"no optimizer 'adamw'; choose one of gradient descent, "):
        optimizer("adamw", 0.1)
    with pytest.raises(ValueError, match="SGD is 'gradient descent' with the gradient of a mini"):
        optimizer("SGD", 0.1)
    with pytest.raises(TypeError, match="the optimizer's name is 3; give it as text"):
        optimizer(3, 0.1)
    assert isinstance(optimizer("Gradient_Descent", 0.1), GradientDescent)


@every_optimizer
@pytest.mark.parametrize("lr", [0.0, -0.1, math.nan, math.inf])
def test_a_learning_rate_that_is_no_number_above_0_is_refused(name, lr):
    with pytest.raises(ValueError, match=r"lr is \S+; give (it )?a "):
        optimizer(name, lr)
    mover = optimizer(name, 0.1)
    with pytest.raises(ValueError, match=r"lr is \S+; give (it )?a "):
        mover.lr = lr
    assert mover.lr == 0.1


@pytest.mark.parametrize("lr", ["0.1", None, True, [0.1]])
def test_a_learning_rate_that_is_no_number_is_refused(lr):
    with pytest.raises(TypeError, match=r"lr is .*; give it a number"):
        GradientDescent(lr)


@pytest.mark.parametrize(
    ("name", "settings", "error", "told"),
    [
        ("momentum", {"mu": 1.0}, ValueError, "mu is 1; give a share from 0 up to 1"),
        ("momentum", {"mu": -0.1}, ValueError, "mu is -0.1; give a finite number, 0 or more"),
        ("momentum", {"form": "mean"}, ValueError, "choose 'sum' for v = mu"),
        ("momentum", {"beta": 0.9}, TypeError, "momentum has no setting beta; it has lr, mu, form"),
        ("adam", {"beta": math.nan}, ValueError, "beta is nan; give it a finite number"),
        ("adam", {"epsilon": 0.0}, ValueError, "epsilon is 0; give a number above 0"),
        ("rmsprop", {"beta": "0.9"}, TypeError, "beta is the text '0.9'; give it a number"),
        ("nesterov", {"clip": 0}, ValueError, "clip is 0; give a number above 0"),
        ("nesterov", {"clip": -1.0}, ValueError, "clip is -1; give a number above 0"),
        ("adam", {"weight_decay": -1}, ValueError, "weight_decay is -1; give a finite number, 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(name, settings, error, told):
    with pytest.raises(error, match=told):
        optimizer(name, 0.1, **settings)


@pytest.mark.parametrize(
    ("theta", "g", "error", "told"),
    [
        (np.zeros(3), np.zeros(2), ValueError, r"shape \(3,\) and its gradient \(2,\)"),
        (np.zeros(3), np.zeros((3, 1)), ValueError, r"shape \(3,\) and its gradient \(3, 1\)"),
        (np.zeros(2), [1.0, 2.0], TypeError, "the gradient is a list; give a NumPy array"),
        ([1.0, 2.0], np.zeros(2), TypeError, "theta is a list; give a NumPy array"),
        (np.zeros(2, int), np.ones(2), TypeError, "theta holds int64"),
    ],
)
@every_optimizer
def test_a_gradient_of_another_shape_is_refused(name, theta, g, error, told):
    mover = optimizer(name, 0.1)
    with pytest.raises(error, match=told):
        mover.step(theta, g)
    assert mover.steps == 0 and mover.state == {}


@pytest.mark.parametrize("name", ["momentum", "nesterov", "rmsprop", "adam"])
def test_one_optimizer_is_for_one_theta(name):
    mover, small = optimizer(name, 0.1), np.ones(2)
    mover.step(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"theta has the shape \(2,\), and ., which this optimize"):
        mover.step(small, np.ones(2))
    assert small.tolist() == [1.0, 1.0] and mover.steps == 1
    mover.reset()
    mover.step(small, np.ones(2))


def test_a_subclass_has_to_say_what_its_step_is():
    with pytest.raises(NotImplementedError, match="says in _move"):
        Optimizer(0.1).step(np.zeros(1), np.zeros(1))
