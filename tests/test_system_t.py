"""Every number of System T, the two layers of lessons 8 and 9, under plain gradient descent."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from itertools import product

import pytest

from lessons import (
    binary_cross_entropy,
    binary_cross_entropy_from_logits,
    gradient_check,
    half_squared_error,
    identity,
    leaky_relu,
    loss_slope,
    mean_squared_error,
    mismatch_reason,
    record,
    relu,
    sigmoid,
    slope,
    tanh,
)
from lessons.maths.scalar.update import gradient_step

SYSTEM_T = {"x": 2.0, "y": 1.0, "m1": 3.0, "m2": 0.5}
WEIGHTS = ("m1", "m2")
OWN = ("m1", "b1", "m2", "b2")


def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = m2 * a1
    yhat = relu(z2)
    L = half_squared_error(yhat, y)
    return L


def without_half(x, y, m1, m2):
    yhat = relu(m2 * (m1 * x))
    L = mean_squared_error(yhat, y)
    return L


def leaking(x, y, m1, m2):
    yhat = leaky_relu(m2 * (m1 * x))
    L = half_squared_error(yhat, y)
    return L


def network(x, y, m1, b1, m2, b2, g, F, loss):
    z1 = m1 * x + b1
    a1 = g(z1)
    z2 = m2 * a1 + b2
    yhat = F(z2)
    L = loss(yhat, y)
    return L


def gradient_at(values, function=two_layers):
    return record(function, **values).backward()


def stepped(values, lr, function=two_layers, names=WEIGHTS):
    return values | gradient_step(gradient_at(values, function), lr, names)


def losses(lr, steps, function=two_layers, names=WEIGHTS, values=SYSTEM_T):
    found = []
    for _ in range(steps):
        values = stepped(values, lr, function, names)
        found.append(record(function, **values).value)
    return found


def test_the_forward_pass():
    made = record(two_layers, **SYSTEM_T)
    assert [made[name] for name in ("a1", "z2", "yhat", "L")] == [6.0, 3.0, 3.0, 2.0]


def test_the_backward_pass():
    gradient = gradient_at(SYSTEM_T)
    assert [gradient[name] for name in ("yhat", "m2", "m1")] == [2.0, 12.0, 2.0]
    (to_z2,), (to_m2,), (to_a1,), (to_m1,) = map(gradient.paths_to, ("z2", "m2", "a1", "m1"))
    assert (to_z2.upstream, to_z2.local, to_m2.local) == (2.0, 1.0, 6.0)  # 2 * 1 * 6
    assert (to_a1.local, to_m1.local) == (0.5, 2.0)  # 2 * 1 * 0.5 * 2


def test_the_gradient_check_agrees_with_every_derivative():
    check = gradient_check(two_layers, **SYSTEM_T)
    assert {row.verdict for row in check.rows} <= {"exact", "close"}
    assert {row.name for row in check.rows} == set(SYSTEM_T)


def test_the_update_at_a_tenth_and_what_it_has_done():
    after = stepped(SYSTEM_T, 0.1)
    assert (after["m2"], after["m1"]) == pytest.approx((-0.7, 2.8), rel=1e-12)
    made = record(two_layers, **after)
    assert (made["a1"], made["z2"]) == pytest.approx((5.6, -3.92), rel=1e-12)
    assert (made["yhat"], made["L"]) == (0.0, 0.5)
    for _ in range(100):  # for ever
        gradient = gradient_at(after)
        assert (gradient["m1"], gradient["m2"]) == (0.0, 0.0)
        following = stepped(after, 0.1)
        assert following == after
        after = following


@pytest.mark.parametrize(
    ("lr", "loss"),
    [
        (0.001, 1.854830),
        (0.005, 1.330407),
        (0.01, 0.799860),
        (0.02, 0.145368),
        (0.03, 0.015629),
        (0.04, 0.390021),
    ],
)
def test_the_loss_after_one_step_for_each_rate(lr, loss):
    assert losses(lr, 1)[0] == pytest.approx(loss, abs=5e-7)


def test_it_lives_below_one_twenty_fourth_and_dies_from_there_up():
    death = 1 / 24
    assert death == pytest.approx(0.041667, abs=5e-7)
    for lr in (0.001, 0.01, 0.03, 0.04, death - 1e-9):
        assert record(two_layers, **stepped(SYSTEM_T, lr))["z2"] > 0
        assert gradient_at(stepped(SYSTEM_T, lr))["m2"] != 0
    for lr in (death + 1e-9, 0.05, 0.1, 1.0, 1.5 - 1e-9):
        after = stepped(SYSTEM_T, lr)
        assert record(two_layers, **after).value == 0.5
        assert [gradient_at(after)[name] for name in WEIGHTS] == [0.0, 0.0]


def test_in_exact_arithmetic_the_gate_shuts_at_one_twenty_fourth():
    m2, slope_of_m2 = Fraction(1, 2), Fraction(int(gradient_at(SYSTEM_T)["m2"]))
    assert m2 / slope_of_m2 == Fraction(1, 24)


def test_far_beyond_both_weights_are_negative_and_it_lives_with_a_huge_loss():
    made = record(two_layers, **stepped(SYSTEM_T, 2.0))
    assert (made["m1"], made["m2"], made["yhat"], made.value) == (-1.0, -23.5, 47.0, 1058.0)


def test_the_best_single_step():
    best = (37 - math.sqrt(1273)) / 48
    assert best == pytest.approx(0.0275182, abs=5e-8)
    assert losses(best, 1)[0] == pytest.approx(0.0, abs=1e-24)
    around = [losses(best + d, 1)[0] for d in (-1e-4, 1e-4)]
    assert min(around) > 1e-5


def test_six_steps_at_a_hundredth():
    assert losses(0.01, 6) == pytest.approx(
        [0.7999, 0.3278, 0.1359, 0.0567, 0.0237, 0.0100], abs=5e-5
    )


def test_gradients_that_are_not_reset_look_better_first_and_then_kill():
    values, kept, found = dict(SYSTEM_T), dict.fromkeys(WEIGHTS, 0.0), []
    for _ in range(20):
        gradient = gradient_at(values)
        kept = {name: kept[name] + gradient[name] for name in WEIGHTS}
        values |= {name: values[name] - 0.01 * kept[name] for name in WEIGHTS}
        found.append(record(two_layers, **values).value)
    assert found[:2] == pytest.approx([0.7999, 0.0040], abs=5e-5)
    assert found[1] < losses(0.01, 2)[1]
    assert found[2:] == [0.5] * 18


def test_updating_as_one_goes_uses_the_new_m2_for_the_gradient_of_m1():
    gradient = gradient_at(SYSTEM_T)
    new_m2 = gradient_step(gradient, 0.1, ["m2"])["m2"]
    wrong = gradient["z2"] * new_m2 * SYSTEM_T["x"]
    assert (gradient["m2"], gradient["m1"]) == (12.0, 2.0)
    assert wrong == pytest.approx(-2.8, rel=1e-12)
    assert SYSTEM_T["m1"] - 0.1 * wrong == pytest.approx(3.28, rel=1e-12)


def test_without_the_half():
    gradient = gradient_at(SYSTEM_T, without_half)
    assert (gradient["m1"], gradient["m2"]) == (4.0, 24.0)
    assert record(without_half, **stepped(SYSTEM_T, 1 / 48 + 1e-9, without_half))["yhat"] == 0.0


# The general form: z1 = m1*x + b1, a1 = g(z1), z2 = m2*a1 + b2, yhat = F(z2), L = loss(yhat, y).

ACTIVATIONS = (identity, relu, leaky_relu, sigmoid, tanh)
LOSSES = (
    half_squared_error,
    mean_squared_error,
    binary_cross_entropy,
    binary_cross_entropy_from_logits,
)
FITTING = [
    pytest.param(g, F, loss, id=f"{g.__name__}-{F.__name__}-{loss.__name__}")
    for g, F, loss in product(ACTIVATIONS, ACTIVATIONS, LOSSES)
    if not mismatch_reason(loss.__name__, F.__name__)
]
PLACES = (
    {"m1": 0.5, "b1": -0.2, "m2": -0.8, "b2": 0.3},
    {"m1": 0.6, "b1": 0.1, "m2": 0.7, "b2": -0.15},
    {"m1": -0.4, "b1": 0.35, "m2": 1.1, "b2": 0.25},
)


def test_every_combination_that_fits_is_tried():
    assert len(FITTING) == 5 * (5 + 5 + 1 + 1)


@pytest.mark.parametrize(("g", "F", "loss"), FITTING)
@pytest.mark.parametrize("place", PLACES)
def test_the_general_form_against_central_differences(g, F, loss, place):
    chosen = partial(network, y=1.0, g=g, F=F, loss=loss)
    values = {"x": 2.0, **place}
    gradient = gradient_at(values, chosen)
    for name in values:
        h = 1e-5
        up, down = (record(chosen, **(values | {name: values[name] + d})).value for d in (h, -h))
        assert gradient[name] == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("g", "F", "loss"), FITTING)
def test_the_general_form_as_it_is_written(g, F, loss):
    chosen = partial(network, g=g, F=F, loss=loss)
    values = {"x": 2.0, "y": 1.0, **PLACES[0]}
    made = record(chosen, **values)
    dL_dyhat = loss_slope(loss.__name__, made["yhat"], 1.0)
    dL_dz2 = dL_dyhat * slope(F.__name__, made["z2"])
    dL_dz1 = dL_dz2 * values["m2"] * slope(g.__name__, made["z1"])
    by_hand = {
        "m2": dL_dz2 * made["a1"],
        "b2": dL_dz2,
        "z2": dL_dz2,
        "m1": dL_dz1 * values["x"],
        "b1": dL_dz1,
        "z1": dL_dz1,
    }
    gradient = made.backward()
    assert {name: gradient[name] for name in by_hand} == pytest.approx(by_hand, rel=1e-12)
    new = gradient_step(gradient, 0.1, OWN)
    assert new == pytest.approx({n: values[n] - 0.1 * by_hand[n] for n in OWN}, rel=1e-12)


def test_without_biases_the_general_form_is_system_t_and_the_biases_do_not_save_it():
    chosen = partial(network, g=identity, F=relu, loss=half_squared_error)
    values = SYSTEM_T | {"b1": 0.0, "b2": 0.0}
    gradient = gradient_at(values, chosen)
    assert [gradient[name] for name in OWN] == [2.0, 1.0, 12.0, 2.0]
    assert set(losses(0.1, 20, chosen, OWN, values)) == {0.5}


def test_leaky_relu_brings_it_back_to_life():
    chosen = partial(network, g=identity, F=leaky_relu, loss=half_squared_error)
    values = SYSTEM_T | {"b1": 0.0, "b2": 0.0}
    found = losses(0.05, 60, chosen, OWN, values)
    assert found[0] > 0.5 and found[-1] < 1e-6
    after = stepped(SYSTEM_T, 0.1, leaking)
    assert record(leaking, **after)["yhat"] < 0
    assert all(gradient_at(after, leaking)[name] != 0 for name in WEIGHTS)
