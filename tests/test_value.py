"""The engine of one class: its gradients are the recorder's, and its walk needs no recursion."""

import math
import sys

import numpy as np
import pytest

from lessons import exp, log, maximum, record, relu, sigmoid, sqrt, tanh
from lessons.maths.scalar.value import Value, ordered
from tests.examples import DEAD, SYSTEM_N, neuron, three_paths


def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = m2 * a1
    yhat = relu(z2)
    return 0.5 * (yhat - y) ** 2


def mixed(a, b):
    p = a / b - 3 / a + (2 - b) ** 2 - 2**b + a**b - -a
    return exp(-p / 50) + log(a) * tanh(b) + sqrt(a) - sigmoid(p) + maximum(a, b) - 1


@pytest.mark.parametrize(
    ("function", "values"),
    [
        (neuron, SYSTEM_N),
        (neuron, DEAD),
        (two_layers, {"x": 2.0, "y": 1.0, "m1": 3.0, "m2": 0.5}),
        (three_paths, {"x": 0.7}),
        (mixed, {"a": 1.3, "b": 2.1}),
    ],
)
@pytest.mark.parametrize("upstream", [1.0, -2.5])
def test_the_gradients_are_those_of_the_recorder(function, values, upstream):
    made = {name: Value(value) for name, value in values.items()}
    output = function(**made)
    output.backward(upstream)
    r = record(function, **values)
    g = r.backward(upstream)
    assert output.value == pytest.approx(r.value, rel=1e-14)
    for name, value in made.items():
        assert value.gradient == pytest.approx(g[name], rel=1e-12, abs=1e-14)
    output.reset()
    assert all(value.gradient == 0.0 for value in output.order())


def test_partials_are_the_recorders_step_by_step():
    x, y, m1, m2 = (Value(value) for value in (2.0, 1.0, 3.0, 0.5))
    a1 = m1 * x
    z2 = m2 * a1
    yhat = z2.relu()
    r = record(two_layers, x=2.0, y=1.0, m1=3.0, m2=0.5)
    assert [step.partials for step in r.steps[:3]] == [v.partials for v in (a1, z2, yhat)]
    assert [v.op for v in (x, a1, yhat - y, y + 1, yhat)] == ["", "mul", "-", "+", "relu"]


def test_methods_are_the_functions_of_the_course():
    for method, function in (("relu", relu), ("tanh", tanh), ("exp", exp), ("log", log)):
        a = Value(0.7)
        made, other = getattr(a, method)(), function(a)
        assert (made.value, made.partials) == (other.value, other.partials)
    assert Value(0.0).relu().partials == (0.0,)


def test_where_paths_meet_the_gradients_add():
    a = Value(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.gradient, b.gradient, c.gradient) == (4.0, 2.0, 1.0)
    c = b + a
    c.backward()
    assert a.gradient == 4.0 + 2.0 * 3.0 + 1.0  # b had 2 of the pass before, and was not reset


def test_the_order_has_each_value_once_and_after_all_that_use_it():
    a, b = Value(1.3), Value(2.1)
    output = mixed(a, b)
    order = output.order()
    place = {id(value): i for i, value in enumerate(order)}
    assert order[0] is output and len(place) == len(order)
    for value in order:
        assert all(place[id(one)] > place[id(value)] for one in value.inputs)
    assert [id(v) for v in ordered(output)] != [] and {*map(id, ordered(output))} == {*place}


def test_a_deep_graph_and_a_tall_one_take_no_recursion():
    a = x = Value(1.0)
    for _ in range(20 * sys.getrecursionlimit()):
        x = x + a
    x.backward()
    assert a.gradient == x.value == len(ordered(x))
    a = x = Value(1.0)
    for _ in range(60):
        x = x + x
    x.backward()
    assert a.gradient == 2.0**60 and len(ordered(x)) == 61


def test_what_a_walk_finds_comes_before_what_uses_it():
    a, b = Value(1.0), Value(2.0)
    c = a * b
    d = c + a
    assert [id(v) for v in ordered(d)] == [id(v) for v in (a, b, c, d)]
    assert ordered(3.0) == [3.0]


def test_a_value_made_of_itself_is_refused():
    a = Value(1.0)
    b = a + 1
    a.inputs = (b,)
    with pytest.raises(ValueError, match="made of itself"):
        ordered(b)


def test_plain_numbers_are_constants_also_numpys():
    a = Value(3.0)
    for made in (np.float64(2.0) * a, a * np.float64(2.0), 2 * a, a * True * 2):
        assert made.value == 6.0
    assert [one.op for one in (2 - a).inputs] == ["constant", ""]
    assert ((-a) ** 3).value == -27.0
    assert repr(a) == "Value(3)"


@pytest.mark.parametrize(
    ("attempt", "error", "says"),
    [
        (lambda a: a + "b", TypeError, "cannot be computed with 'b'"),
        (lambda a: [1.0] * a, TypeError, "cannot be computed with"),
        (lambda a: (a - 2).log(), ValueError, "log takes numbers above 0"),
        (lambda a: a / 0, ValueError, "divides by 0"),
    ],
)
def test_bad_input_is_refused_in_words(attempt, error, says):
    with pytest.raises(error, match=says):
        attempt(Value(1.0))


def test_exp_is_never_silently_infinite():
    with pytest.raises(OverflowError):
        Value(1000.0).exp()
    assert math.isfinite(Value(700.0).exp().value)
