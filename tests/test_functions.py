"""The table of functions: values, slopes, conventions, on plain floats and on arrays."""

import inspect
import math
import re

import numpy as np
import pytest
from latex2mathml.converter import convert

import lessons
from lessons import leaky_relu, log, maximum, minimum, record, relu, sigmoid, slope, softplus
from lessons.maths import functions
from lessons.maths.functions import ACTIVATIONS, FUNCTIONS
from lessons.maths.text import word
from lessons.panels.kit.notation import NOTATIONS, notation_of
from tests import dual

EXPECTED = {
    "identity": lambda x: x,
    "relu": lambda x: max(x, 0.0),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "sigmoid": lambda x: 0.5 * (1 + math.tanh(x / 2)),
    "tanh": lambda x: (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x)),
    "softplus": lambda x: math.log(1 + math.exp(x)),
    "exp": lambda x: math.e**x,
    "log": lambda x: math.log2(x) / math.log2(math.e),
    "sqrt": lambda x: x**0.5,
}
POINTS = [-2.5, -1.0, -0.25, 0.5, 1.0, 3.0]
#: What a learner can call with one number.
ONE = sorted(
    name
    for name, row in FUNCTIONS.items()
    if len(row.slopes) - len(row.defaults) == 1 and hasattr(functions, name)
)


def test_every_function_of_one_number_is_tested_here():
    assert set(ONE) == set(EXPECTED)
    assert set(functions.ACTIVATIONS) <= set(ONE)


def points(name):
    return [x for x in POINTS if x > 0 or name not in ("log", "sqrt")]


def pairs():
    return [(name, x) for name in ONE for x in points(name)]


@pytest.mark.parametrize(("name", "x"), pairs())
def test_a_function_has_its_value_on_floats_and_on_recorded_numbers(name, x):
    function = getattr(functions, name)
    assert function(x) == pytest.approx(EXPECTED[name](x), rel=1e-14)
    assert record(lambda x: function(x), x=x).value == function(x)


@pytest.mark.parametrize(("name", "x"), pairs())
def test_a_slope_is_that_of_the_second_engine_and_of_a_small_nudge(name, x):
    function, h = getattr(functions, name), 2.0**-17
    nudged = (function(x + h) - function(x - h)) / (2 * h)
    assert slope(name, x) == pytest.approx(nudged, rel=1e-7)
    _, by, _ = dual.gradient(getattr(dual.FUNCTIONS, name), x=x)
    assert slope(name, x) == pytest.approx(by["x"], rel=1e-13)


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (3, 1, 2), (0,)])
def test_arrays_go_elementwise_in_values_and_in_slopes(name, shape):
    size = math.prod(shape)
    x = np.resize(points(name), size).reshape(shape) if size else np.zeros(shape)
    for function in (getattr(functions, name), lambda x: slope(name, x)):
        found = function(x)
        assert found.shape == shape
        one_by_one = [function(float(v)) for v in x.flat]
        np.testing.assert_allclose(found.ravel(), one_by_one, rtol=4e-16)


def test_maximum_and_minimum_go_elementwise_and_broadcast():
    a, b = np.array([[1.0], [3.0]]), np.array([2.0, 3.0, 4.0])
    np.testing.assert_array_equal(maximum(a, b), [[2, 3, 4], [3, 3, 4]])
    np.testing.assert_array_equal(minimum(a, b), [[1, 1, 1], [2, 3, 3]])
    assert (maximum(2.0, -1.0), minimum(2.0, -1.0)) == (2.0, -1.0)


@pytest.mark.parametrize("name", ["neg", "abs"])
def test_a_slope_of_an_array_has_its_shape_also_where_it_is_constant(name):
    assert slope(name, np.ones((2, 3))).shape == (2, 3)


@pytest.mark.parametrize("wrap", [float, np.array, lambda x: np.array([x])])
def test_sigmoid_and_softplus_do_not_overflow(wrap):
    assert sigmoid(wrap(1000.0)) == 1.0
    assert sigmoid(wrap(-1000.0)) == 0.0
    assert softplus(wrap(1000.0)) == 1000.0
    assert softplus(wrap(-1000.0)) == 0.0
    assert slope("sigmoid", wrap(1000.0)) == slope("sigmoid", wrap(-1000.0)) == 0.0
    assert slope("softplus", wrap(1000.0)) == 1.0
    assert slope("softplus", wrap(-1000.0)) == 0.0
    assert slope("tanh", wrap(1000.0)) == 0.0


@pytest.mark.parametrize("x", [-1000.0, 1000.0])
@pytest.mark.parametrize("function", [sigmoid, softplus])
def test_recorded_sigmoid_and_softplus_do_not_overflow_either(function, x):
    made = record(lambda x: function(x), x=x)
    assert made.value == function(x)
    assert made.backward()["x"] == slope(function.__name__, x)


def test_sigmoid_keeps_its_small_values():
    assert sigmoid(-700.0) == pytest.approx(math.exp(-700.0), rel=1e-12)
    assert slope("sigmoid", 40.0) == pytest.approx(math.exp(-40.0), rel=1e-12)
    assert softplus(-40.0) == pytest.approx(math.exp(-40.0), rel=1e-12)


def test_relu_gate_looks_at_z_not_at_y():
    z = np.array([-2.0, 0.0, 2.0])
    y = relu(z)
    assert list(y >= 0) == [True, True, True]  # read from the output with >=, the gate never closes
    assert list(slope("relu", z)) == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("wrap", [float, np.array])
def test_conventions_at_the_kinks(wrap):
    zero = wrap(0.0)
    assert slope("relu", zero) == 0.0
    assert slope("abs", zero) == 0.0
    assert slope("leaky_relu", zero) == 0.01


def test_at_a_tie_the_second_argument_counts():
    for function in (maximum, minimum):
        g = record(lambda a, b, function=function: function(a, b), a=2.0, b=2.0).backward()
        assert (g["a"], g["b"]) == (0.0, 1.0)


def test_maximum_of_z_and_0_agrees_with_relu_everywhere():
    for z in (-1.0, 0.0, 1.0):
        by_max = record(lambda z: maximum(z, 0.0), z=z).backward()["z"]
        assert by_max == record(lambda z: relu(z), z=z).backward()["z"]


def test_leaky_relu_takes_its_slope_and_differentiates_by_it():
    g = record(lambda x, a: leaky_relu(x, a), x=-2.0, a=0.1).backward()
    assert (g["x"], g["a"]) == (0.1, -2.0)
    assert leaky_relu(-2.0, 0.5) == leaky_relu(-2.0, slope=0.5) == -1.0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_hides_no_nan(name):
    assert math.isnan(getattr(functions, name)(math.nan))
    assert np.isnan(getattr(functions, name)(np.array([math.nan]))).all()


WORDS = {**vars(functions), "sign": lambda x: (x > 0) - (x < 0), "min": min}
INSIDE = [
    (name, x)
    for name in sorted(FUNCTIONS)
    for x in [(-1.5, 2.0), (0.75, 3.0), (2.5, 0.5)]
    if x[0] > 0 or name not in ("log", "sqrt", "pow")
]


@pytest.mark.parametrize(("name", "x"), INSIDE)
def test_the_words_for_a_slope_say_what_is_computed(name, x):
    function = FUNCTIONS[name]
    x = x[: len(function.slopes)]
    for compute, words in zip(function.slopes, notation_of(name).slope_text, strict=True):
        written = re.sub(r"(\w+)'\(", r"slope('\1', ", words.format(*(f"({v})" for v in x)))
        if name == "leaky_relu" and written.startswith("slope"):
            written = f"1.0 if {x[0]} > 0 else {x[1]}"
        found = eval(written, dict(WORDS))
        found = found[0] if isinstance(found, list) else found
        assert compute(*x) == pytest.approx(float(found)), words


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_row_of_the_table_is_whole(name):
    function = FUNCTIONS[name]
    arguments = len(function.slopes)
    assert function.name == name
    written = NOTATIONS[name]
    assert word(name) and written.symbol
    assert len(written.slope_tex) == len(written.slope_text) == arguments
    for tex in (written.tex, *written.slope_tex):
        assert convert(tex.format("u", "v")).startswith("<math")


def test_a_function_that_has_no_notation_is_written_with_its_own_name():
    new = notation_of("hard_tanh")
    assert new.symbol == "hard_tanh"
    for written in (new.tex, *new.slope_tex):
        assert convert(written.format("u")).startswith("<math")
    assert new.slope_text[0].format("z") == "hard_tanh'(z)"


@pytest.mark.parametrize("name", [n for n in sorted(FUNCTIONS) if hasattr(lessons, n)])
def test_the_source_of_a_function_shows_its_value_and_its_slope(name):
    source = inspect.getsource(getattr(lessons, name))
    assert "lambda" in source and "return" in source and source.startswith("@")
    assert str(inspect.signature(getattr(lessons, name))).startswith("(")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: relu("1"), TypeError, "relu takes a number, and got '1'"),
        (lambda: relu(None), TypeError, "relu takes a number, and got None"),
        (lambda: sigmoid([1.0]), TypeError, r"sigmoid takes a number, and got \[1.0\]"),
        (lambda: maximum(1.0, "a"), TypeError, "maximum takes a number"),
        (lambda: log(0.0), ValueError, "log takes numbers above 0"),
        (lambda: log(-1), ValueError, "this one is -1"),
        (lambda: lessons.sqrt(-4.0), ValueError, "sqrt takes numbers above 0"),
        (lambda: lessons.exp(1000.0), OverflowError, r"exp\(1000\) is too large"),
        (lambda: slope("maximum", 1.0), ValueError, "no function 'maximum' of one variable"),
        (lambda: slope("cosine", 1.0), ValueError, "choose one of identity, relu"),
    ],
)
def test_bad_input_is_refused_in_plain_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
