"""Curvature: System T's Hessian, known quadratics, Newton's step, and what it says on a kink."""

import math

import numpy as np
import pytest

from lessons import exp, hessian, newton_step, record, relu, sigmoid
from lessons.maths.surfaces.curvature import curvatures
from lessons.maths.surfaces.landscapes import LANDSCAPES, saddle, system_t, two_minima

T = {"m1": 3.0, "m2": 0.5}
M = ("m1", "m2")


def test_system_ts_hessian_and_its_eigenvalues():
    of = hessian(system_t, M, **T)
    assert of.matrix == pytest.approx(np.array([[1.0, 10.0], [10.0, 36.0]]), abs=1e-8)
    assert of.eigenvalues == pytest.approx([-1.6556, 38.6556], abs=5e-5)
    assert of.largest_rate == pytest.approx(0.0517, abs=5e-5)
    assert of.gradient.tolist() == [2.0, 12.0]
    assert of.names == M and of.at == (3.0, 0.5) and of.kink == ""
    assert "as a saddle does" in of.kind


def test_system_ts_newton_step():
    to = newton_step(system_t, M, **T)
    assert to == pytest.approx({"m1": 2.25, "m2": 0.375}, abs=1e-8)
    assert system_t(**to) == pytest.approx(0.2363, abs=5e-5)


def test_the_eigenvectors_are_directions_in_which_the_gradient_points_along_the_move():
    of = hessian(system_t, M, **T)
    for value, direction in zip(of.eigenvalues, of.eigenvectors.T, strict=True):
        assert of.matrix @ direction == pytest.approx(value * direction, abs=1e-7)
        assert math.hypot(*direction) == pytest.approx(1.0)


def test_a_quadratic_is_exact_and_newton_is_at_its_minimum_in_one_step():
    def tilted(a, b):
        L = 2 * a**2 + 3 * a * b + 4 * b**2 - a + 5 * b
        return L

    of = hessian(tilted, ("a", "b"), a=0.25, b=-2.0)
    assert of.matrix.tolist() == [[4.0, 3.0], [3.0, 8.0]]
    assert of.kind == "curves up in every direction"
    to = newton_step(tilted, ("a", "b"), a=0.25, b=-2.0)
    g = record(tilted, **to).backward()
    assert (g["a"], g["b"]) == pytest.approx((0.0, 0.0), abs=1e-12)


def test_second_derivatives_of_smooth_functions_by_another_way():
    def smooth(a, b):
        L = exp(a * b) + sigmoid(a) * b**2
        return L

    a, b = 0.7, -1.3
    s = 1 / (1 + math.exp(-a))
    ds, dds = s * (1 - s), s * (1 - s) * (1 - 2 * s)
    e = math.exp(a * b)
    expected = [
        [b * b * e + dds * b * b, e + a * b * e + 2 * ds * b],
        [e + a * b * e + 2 * ds * b, a * a * e + 2 * s],
    ]
    of = hessian(smooth, ("a", "b"), a=a, b=b)
    assert of.matrix == pytest.approx(np.array(expected), abs=1e-8)
    coarse = hessian(smooth, ("a", "b"), h=0.1, a=a, b=b)
    error = abs(coarse.matrix - np.array(expected)).max()
    assert 1e-4 < error < 1e-1  # the nudge is taken as it is given


def test_newton_goes_to_a_saddle_as_gladly_as_to_a_minimum():
    """Second-order methods do away with neither saddles nor local minima."""
    to = {"w0": 1.0, "w1": 0.3}
    for _ in range(6):
        to = newton_step(saddle, ("w0", "w1"), **to)
    assert (to["w0"], to["w1"]) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert hessian(saddle, ("w0", "w1"), **to).eigenvalues == pytest.approx([-1.0, 1.0], abs=1e-6)
    to = {"w0": 1.5, "w1": 1.0}
    for _ in range(8):
        to = newton_step(two_minima, ("w0", "w1"), **to)
    assert to["w0"] == pytest.approx(1.0, abs=1e-9)  # the shallow one


@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_quick_curvatures_of_a_race_are_those_of_the_hessian(name):
    of = LANDSCAPES[name]
    for place in (of.start, (0.3, 0.7), *of.minima, *of.saddles):
        slow = hessian(of.function, of.along, **dict(zip(of.along, place, strict=True)))
        quick = curvatures(of.gradient, place)
        assert quick == pytest.approx(slow.eigenvalues, abs=1e-8)


def test_any_number_of_inputs_and_lists():
    def dots(w, c):
        L = w[0] ** 2 + w[0] * w[1] * c + 3 * w[2] ** 2
        return L

    of = hessian(dots, ["w"], w=[1.0, 2.0, 3.0], c=4.0)
    assert of.names == ("w0", "w1", "w2")
    assert of.matrix == pytest.approx(np.array([[2.0, 4, 0], [4, 0, 0], [0, 0, 6]]), abs=1e-8)
    one = hessian(dots, "w2", w=[1.0, 2.0, 3.0], c=4.0)
    assert one.matrix == pytest.approx(np.array([[6.0]])) and one.largest_rate == pytest.approx(
        1 / 3
    )


def test_where_nothing_curves_upwards_there_is_no_limit():
    def hill(a, b):
        L = -(a**2) - b**2
        return L

    of = hessian(hill, ("a", "b"), a=1.0, b=1.0)
    assert of.largest_rate == math.inf and of.kind == "curves down in every direction"
    dead = hessian(system_t, M, m1=2.8, m2=-0.7)
    assert dead.kind == "flat in every direction" and dead.largest_rate == math.inf
    bottom = hessian(system_t, M, m1=2.0, m2=0.25)
    assert "flat in one direction" in bottom.kind


def test_on_a_kink_it_says_so_and_gives_no_numbers():
    of = hessian(system_t, M, m1=3.0, m2=0.0)
    assert of.kink == "yhat"
    assert "on the kink of yhat" in str(of) and "[" not in str(of)
    assert np.isnan(of.matrix).all() and np.isnan(of.eigenvalues).all()
    with pytest.raises(ValueError, match="no Newton step on the kink of yhat: the slope jumps"):
        newton_step(system_t, M, m1=3.0, m2=0.0)


def test_newton_has_no_step_along_a_flat_direction():
    for flat in ({"m1": 2.8, "m2": -0.7}, {"m1": 2.0, "m2": 0.25}):
        with pytest.raises(ValueError, match="along a flat direction the step would have no end"):
            newton_step(system_t, M, **flat)


def test_the_table_reads():
    assert str(hessian(system_t, M, **T)).splitlines() == [
        "       m1     m2",
        "--  -----  -----",
        "m1   1.00  10.00",
        "m2  10.00  36.00",
        "eigenvalues -1.6556, 38.6556: curves up one way and down another, as a saddle does",
    ]


@pytest.mark.parametrize(
    ("along", "options", "error", "told"),
    [
        (("m1", "m3"), T, ValueError, "m3 is not an input of system_t; there are m1, m2"),
        ((), T, ValueError, r"along is \(\); name at least one input of system_t"),
        (M, {**T, "h": 0.0}, ValueError, "h is 0; give a number above 0"),
        (M, {**T, "h": -1e-3}, ValueError, "h is -0.001; give a number above 0"),
        (M, {**T, "h": math.nan}, ValueError, "h is nan; give it a finite number"),
        (M, {"m1": 3.0}, TypeError, "system_t needs a value for m2"),
    ],
)
def test_bad_input_says_what_to_do(along, options, error, told):
    with pytest.raises(error, match=told):
        hessian(system_t, along, **options)


def test_a_learners_relu_away_from_its_kink():
    def gate(a):
        L = relu(a) ** 2
        return L

    assert hessian(gate, ["a"], a=2.0).matrix.tolist() == [[2.0]]
    assert hessian(gate, ["a"], a=-2.0).matrix.tolist() == [[0.0]]
    assert hessian(gate, ["a"], a=0.0).kink == "relu(a)"
