"""Forward mode: its slopes are those of reverse mode, and its cost is counted."""

import math

import numpy as np
import pytest

from lessons import exp, forward_mode, log, record, relu, sigmoid, sqrt, tanh
from lessons.maths.scalar.forward_mode import Dual
from lessons.maths.scalar.value import Value
from tests import dual
from tests.examples import DEAD, SYSTEM_N, neuron, three_paths


def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = m2 * a1
    yhat = relu(z2)
    return 0.5 * (yhat - y) ** 2


def mixed(a, b):
    p = a / b - 3 / a + (2 - b) ** 2 - 2**b + a**b
    return exp(-p / 50) + log(a) * tanh(b) + sqrt(a) - sigmoid(p) + abs(b - a) - 1


def weigh(w, b, x):
    z = b
    for wi, xi in zip(w, x, strict=True):
        z = z + wi * xi
    return z


SYSTEM_T = {"x": 2.0, "y": 1.0, "m1": 3.0, "m2": 0.5}


@pytest.mark.parametrize(
    ("function", "values"),
    [
        (neuron, SYSTEM_N),
        (neuron, DEAD),
        (two_layers, SYSTEM_T),
        (three_paths, {"x": 0.7}),
        (mixed, {"a": 1.3, "b": 2.1}),
        (weigh, {"w": [1.0, -2.0], "b": 0.5, "x": [3.0, 4.0]}),
    ],
)
def test_its_slopes_are_those_of_the_backward_pass(function, values):
    forward = forward_mode(function, **values)
    r = record(function, **values)
    g = r.backward()
    assert forward.value == pytest.approx(r.value, rel=1e-14)
    assert list(forward) == list(r.inputs)
    for name in r.inputs:
        assert forward[name] == pytest.approx(g[name], rel=1e-12, abs=1e-14)


def test_system_t_has_the_gradients_of_its_table():
    forward = forward_mode(two_layers, **SYSTEM_T)
    assert (forward.value, forward["m1"], forward["m2"]) == (2.0, 2.0, 12.0)


def test_an_engine_that_shares_no_rule_with_it_says_the_same():
    values = {"a": 1.3, "b": 2.1}

    def formula(a, b, m=dual.FUNCTIONS):
        return m.tanh(a * b) / (1 + b**2) - m.exp(-a) + m.relu(b - a)

    def ours(a, b):
        return tanh(a * b) / (1 + b**2) - exp(-a) + relu(b - a)

    value, found, _ = dual.gradient(formula, **values)
    forward = forward_mode(ours, **values)
    assert forward.value == pytest.approx(value, rel=1e-13)
    assert dict(forward) == pytest.approx(found, rel=1e-13)


@pytest.mark.parametrize("n", [1, 2, 10, 40])
def test_one_pass_for_each_input_and_as_many_products_as_reverse_mode_has_in_all(n):
    w, x = [0.1 * (i + 1) for i in range(n)], [1.0 - i for i in range(n)]
    forward = forward_mode(weigh, w=w, b=0.5, x=x)
    made = weigh([Value(one) for one in w], Value(0.5), [Value(one) for one in x])
    edges = sum(len(step.inputs) for step in made.order())
    assert (forward.passes, forward.operations) == (2 * n + 1, 2 * n)
    assert forward.products == edges == 4 * n
    assert forward.all_products == (2 * n + 1) * edges


def test_plain_numbers_cost_no_product():
    forward = forward_mode(lambda a: 2 * a + 1 - a / 3, a=3.0)
    assert (forward.operations, forward.products) == (4, 5)
    assert forward["a"] == pytest.approx(2 - 1 / 3)


def test_a_list_has_a_list_of_derivatives_and_a_table_names_each_pass():
    forward = forward_mode(weigh, w=[1.0, -2.0], b=0.5, x=[3.0, 4.0])
    assert forward["w"] == [3.0, 4.0] and forward["x"] == [1.0, -2.0] and forward["b"] == 1.0
    assert len(forward) == forward.passes == 5
    assert str(forward).splitlines()[-1].split() == ["5", "x1", "-2.00"]
    with pytest.raises(KeyError, match="v is not an input of weigh; there are w, b, x"):
        forward["v"]


def test_numpy_numbers_and_branches():
    def bent(a):
        y = np.float64(2.0) * a
        return y if a > 0 else -y

    assert forward_mode(bent, a=3.0)["a"] == 2.0
    assert forward_mode(bent, a=-3.0)["a"] == -2.0
    assert (Dual(1.0) < 2, Dual(1.0) <= 1, Dual(1.0) >= 2) == (True, True, False)
    assert repr(Dual(2.0, 1.0)) == "Dual(2, slope 1)"


def test_a_constant_result_has_the_slope_0():
    assert dict(forward_mode(lambda a: 3.0, a=1.0)) == {"a": 0.0}


@pytest.mark.parametrize(
    ("function", "values", "error", "says"),
    [
        (lambda a: [a], {"a": 1.0}, ValueError, "must return one number"),
        (lambda a: None, {"a": 1.0}, ValueError, "returned None"),
        (lambda: 1.0, {}, ValueError, "takes no inputs"),
        (lambda a: a + "b", {"a": 1.0}, TypeError, "cannot be computed with 'b'"),
        (lambda a: log(a), {"a": -1.0}, ValueError, "log takes numbers above 0"),
        (lambda a: 1 / a, {"a": 0.0}, ValueError, "it divides by 0"),
        (lambda a: exp(a), {"a": 1000.0}, OverflowError, "too large for a float"),
        (lambda a: a**0.5, {"a": 0.0}, OverflowError, "too large for a float"),
        (lambda a: a, {"a": math.nan}, ValueError, "a is nan; give it a finite number"),
        (lambda a: a, {"b": 1.0}, TypeError, "no value called b"),
    ],
)
def test_bad_input_is_refused_in_words(function, values, error, says):
    with pytest.raises(error, match=says):
        forward_mode(function, **values)
