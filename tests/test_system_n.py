"""Every number of System N, the neuron of lessons 1 to 5: recorded, and worked by hand."""

import math

import pytest

from lessons import gradient_check, record, slope
from lessons.maths.scalar.update import gradient_step
from tests.examples import SYSTEM_N, neuron

WEIGHTS = ["w0", "w1", "w2", "b"]


def test_the_forward_pass():
    made = record(neuron, **SYSTEM_N)
    assert {step.name: step.value for step in made.steps} == {
        "xw0": -3.0, "xw1": 2.0, "xw2": 6.0, "z": 6.0, "y": 6.0,
    }  # fmt: skip


def test_the_relu_slope_at_z_and_the_sums_local_derivatives():
    made = record(neuron, **SYSTEM_N)
    assert slope("relu", made["z"]) == 1.0
    assert made.by_name["y"].partials == (1.0,)
    assert made.by_name["z"].inputs == ("xw0", "xw1", "xw2", "b")
    assert made.by_name["z"].partials == (1.0, 1.0, 1.0, 1.0)


def test_the_gradient_with_upstream_1():
    gradient = record(neuron, **SYSTEM_N).backward(upstream=1.0)
    assert dict(gradient) == {
        "x0": -3.0, "x1": -1.0, "x2": 2.0,  # the weights
        "w0": 1.0, "w1": -2.0, "w2": 3.0,  # the inputs
        "b": 1.0,
        "xw0": 1.0, "xw1": 1.0, "xw2": 1.0, "z": 1.0, "y": 1.0,
    }  # fmt: skip


def test_the_last_factor_for_w0_is_x0_and_for_x0_it_is_w0():
    gradient = record(neuron, **SYSTEM_N).backward()
    (to_w0,), (to_x0,) = gradient.paths_to("w0"), gradient.paths_to("x0")
    assert (to_w0.local, to_x0.local) == (SYSTEM_N["x0"], SYSTEM_N["w0"]) == (1.0, -3.0)


def test_the_squared_length_of_the_gradient_is_15_and_z_falls_by_15_lr():
    made = record(neuron, **SYSTEM_N)
    gradient = made.backward()
    assert sum(gradient[name] ** 2 for name in WEIGHTS) == 15.0
    for lr in (0.001, 0.01, 0.1):
        after = record(neuron, **(SYSTEM_N | gradient_step(gradient, lr, WEIGHTS)))
        assert after["z"] == pytest.approx(6.0 - 15.0 * lr, rel=1e-12)


@pytest.mark.parametrize(
    ("lr", "weights", "y"),
    [
        (0.001, {"w0": -3.001, "w1": -0.998, "w2": 1.997, "b": 0.999}, 5.985),
        (0.01, {"w0": -3.01, "w1": -0.98, "w2": 1.97, "b": 0.99}, 5.85),
        (0.1, {"w0": -3.1, "w1": -0.8, "w2": 1.7, "b": 0.9}, 4.5),
    ],
)
def test_one_update(lr, weights, y):
    new = gradient_step(record(neuron, **SYSTEM_N).backward(), lr, WEIGHTS)
    assert new == pytest.approx(weights, rel=1e-12)
    assert record(neuron, **(SYSTEM_N | new)).value == pytest.approx(y, rel=1e-12)


def test_four_updates_end_beside_the_kink_in_float64_and_the_gradient_is_0_from_there():
    values, outputs, sums = dict(SYSTEM_N), [], []
    for _ in range(6):
        made = record(neuron, **values)
        outputs.append(made.value)
        sums.append(made["z"])
        gradient = made.backward()
        values |= gradient_step(gradient, 0.1, WEIGHTS)
    assert outputs == pytest.approx([6.0, 4.5, 3.0, 1.5, 0.0, 0.0], abs=1e-15)
    assert outputs[4] == outputs[5] == 0.0
    assert sums[4] == pytest.approx(-4.4e-16, rel=0.02)  # in exact arithmetic 0
    assert sums[5] == sums[4]
    assert {gradient[name] for name in gradient if name != "y"} == {0.0}


def test_in_exact_arithmetic_the_fourth_step_lands_on_the_kink():
    from fractions import Fraction

    x = [Fraction(int(SYSTEM_N[f"x{i}"])) for i in range(3)]
    w = [Fraction(int(SYSTEM_N[f"w{i}"])) for i in range(3)]
    b, lr, outputs = Fraction(1), Fraction(1, 10), []
    for _ in range(5):
        z = sum(xi * wi for xi, wi in zip(x, w, strict=True)) + b
        outputs.append(z)
        w = [wi - lr * xi for xi, wi in zip(x, w, strict=True)]
        b -= lr
    assert outputs == [6, Fraction(9, 2), 3, Fraction(3, 2), 0]


def test_the_gradient_check_calls_every_derivative_exact():
    assert {row.verdict for row in gradient_check(neuron, **SYSTEM_N).rows} == {"exact"}


def test_by_hand_in_plain_python_as_lesson_4_has_it():
    x, w, b, dvalue = [1.0, -2.0, 3.0], [-3.0, -1.0, 2.0], 1.0, 1.0
    z = x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + b
    dy_dz = dvalue * (1.0 if z > 0 else 0.0)
    by_hand = {f"w{i}": dy_dz * x[i] for i in range(3)} | {f"x{i}": dy_dz * w[i] for i in range(3)}
    gradient = record(neuron, **SYSTEM_N).backward(dvalue)
    assert {name: gradient[name] for name in by_hand} == by_hand
    assert math.isclose(z, record(neuron, **SYSTEM_N)["z"])
