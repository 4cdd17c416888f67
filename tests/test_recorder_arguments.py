"""Bad input: each has a clear error that names the step and the fix, and leaves nothing behind."""

import math
import re

import numpy as np
import pytest

from lessons import exp, log, record, relu, sqrt
from tests.examples import SYSTEM_N, neuron


def affine(x, w, b):
    y = x * w + b
    return y


def dot(x, w):
    s = sum(xi * wi for xi, wi in zip(x, w, strict=False))
    return s


def indexed(x, w):
    s = 0.0
    for i in range(len(x)):
        s += x[i] * w[i]
    return s


GOOD = {"x": 1.0, "w": 2.0, "b": 3.0}


@pytest.mark.parametrize(
    ("function", "values", "error", "words"),
    [
        (affine, {"x": 1.0}, TypeError, "affine needs a value for w, b; add w=1.0, b=1.0"),
        (affine, GOOD | {"q": 1.0}, TypeError, "no value called q; it takes x, w, b"),
        (affine, GOOD | {"x": math.nan}, ValueError, "x is nan; give it a finite number"),
        (affine, GOOD | {"w": -math.inf}, ValueError, "w is -inf; give it a finite number"),
        (affine, GOOD | {"x": 10**400}, ValueError, "x is too large for a float"),
        (affine, GOOD | {"x": "1"}, TypeError, "x is the text '1'; give it a number"),
        (affine, GOOD | {"x": None}, TypeError, "x is None; give it a number"),
        (affine, GOOD | {"x": True}, TypeError, "x is True; give it a number"),
        (affine, GOOD | {"x": 1j}, TypeError, "x is 1j; give it a number"),
        (affine, GOOD | {"x": {"a": 1}}, TypeError, "x is {'a': 1}; give it a number"),
        (affine, GOOD | {"x": [1.0, 2.0]}, TypeError,
         "affine, line 2: x is a list, .* take its entries, as in x[0]"),
        (dot, {"x": [], "w": [1.0]}, ValueError, "x is an empty list; give it at least one number"),
        (dot, {"x": [1.0, "2"], "w": [1.0]}, TypeError, "x[1] is the text '2'"),
        (dot, {"x": [1.0, math.nan], "w": [1.0]}, ValueError, "x[1] is nan"),
        (dot, {"x": [[1.0]], "w": [1.0]}, TypeError, "x[0] is a list inside a list"),
        (dot, {"x": np.ones((2, 2)), "w": [1.0]}, TypeError, "x[0] is a list inside a list"),
        (dot, {"x": 1.0, "w": [1.0]}, TypeError,
         "dot, line 2: x is one number, and it is used as a list; .* x=[1.0, 2.0]"),
        (dot, {"x": [1.0, 2.0, 3.0], "w": [1.0, 2.0]}, ValueError,
         "x has 3 entries and w has 2; x2 is never used: give both lists the same length"),
        (dot, {"x": [1.0], "w": [1.0, 2.0, 3.0]}, ValueError,
         "w has 3 entries and x has 1; w1 and w2 are never used"),
        (indexed, {"x": [1.0, 2.0], "w": [1.0]}, ValueError,
         "indexed, line 4: it asks for an entry that is not there .* x has 2, w has 1; make"),
        (lambda x, x0: x[0] * x0, {"x": [1.0], "x0": 2.0}, ValueError,
         "x0 and x would both be shown as x0; rename one of them"),
        (lambda *x: x[0], {"x": 1.0}, TypeError, "takes *x; give each value a name of its own"),
        (lambda **x: x["a"], {"a": 1.0}, TypeError, "takes *x; give each value a name"),
        (lambda x, /: x, {"x": 1.0}, TypeError, "takes its values by position alone"),
        (math.exp, {"x": 1.0}, TypeError, "exp takes its values by position alone"),
        (max, {"x": 1.0}, TypeError, "max takes its values by position alone"),
        (3, {"x": 1.0}, TypeError, "first argument must be a function, and it is 3"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_name_and_the_fix(function, values, error, words):
    with pytest.raises(error, match=pattern(words)):
        record(function, **values)


def pattern(words):
    """The words as they stand, but for ``.*``."""
    return ".*".join(map(re.escape, words.split(".*")))


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (lambda x: None, "returned nothing; end it with `return y`"),
        (lambda x: [x], "returned a list; it must return one number"),
        (lambda x: (x, x), "returned a list; it must return one number"),
        (lambda x: "6", "returned '6'; it must return one number"),
        (lambda x: x > 0, "returned True; it must return one number"),
        (lambda x: math.nan, "returned nan, which is not finite"),
    ],
)
def test_a_function_that_returns_no_number_is_told_so(result, words):
    def named(x):
        return result(x)

    with pytest.raises(ValueError, match=f"named {words}"):
        record(named, x=1.0)


def stepwise(compute):
    def f(x):
        z = x - 2
        y = compute(z)
        return y

    return f


@pytest.mark.parametrize(
    ("compute", "x", "error", "words"),
    [
        (log, 1.0, ValueError, "log takes numbers above 0, and this one is -1.00; change"),
        (log, 2.0, ValueError, "log takes numbers above 0, and this one is 0.00"),
        (sqrt, 1.0, ValueError, "sqrt takes numbers above 0 (at 0 its slope is infinite)"),
        (sqrt, 2.0, ValueError, "and this one is 0.00; change its inputs"),
        (lambda z: 1 / z, 2.0, ValueError, "it divides by 0; change its inputs"),
        (lambda z: z / 0, 3.0, ValueError, "it divides by 0; change its inputs"),
        (lambda z: z**0.5, 1.0, ValueError, "-1.00 ** 0.50 is not a real number"),
        (lambda z: z**-1, 2.0, ValueError, "0.00 ** -1.00 is not a real number"),
        (lambda z: z**0.5, 2.0, ValueError, "power has no finite slope at 0.00, 0.50"),
        (lambda z: (-2.0) ** z, 4.0, ValueError, "power has no finite slope at -2.00, 2.00"),
        (exp, 1002.0, OverflowError, "exponential of 1000.00 is too large for a float"),
        (lambda z: z * 1e308, 1002.0, OverflowError, "make its inputs smaller"),
        (lambda z: z + 1.7e308, 1.7e308, OverflowError, "addition of .* is too large"),
        (lambda z: -1.7e308 - z, 1.7e308, OverflowError, "subtraction of .* is too large"),
        (lambda z: z**300, 1002.0, OverflowError, "power of 1000.00, 300.00 is too large"),
        (lambda z: 1e300 / z, 2.0 + 1e-9, OverflowError, "division of .* is too large"),
        (lambda z: math.exp(z), 3.0, TypeError,
         "a function of the math module, would lose the recording; use exp, log"),
        (lambda z: float(z), 3.0, TypeError, "float(...), or a function of the math module,"),
        (lambda z: int(z), 3.0, TypeError, "int(...) would lose the recording"),
        (lambda z: round(z, 2), 3.0, TypeError, "round(...) would lose the recording"),
        (lambda z: z // 2, 3.0, TypeError, "//, which has no useful slope, would lose"),
        (lambda z: z % 2, 3.0, TypeError, "%, which has no useful slope, would lose"),
        (lambda z: 2 % z, 3.0, TypeError, "%, which has no useful slope"),
        (lambda z: divmod(z, 2), 3.0, TypeError, "%, which has no useful slope"),
        (lambda z: np.sin(z), 3.0, TypeError, "np.sin would lose the recording"),
        (lambda z: np.array([1.0, 2.0]) * z, 3.0, TypeError, "multiplication needs numbers"),
        (lambda z: z + "1", 3.0, TypeError, "addition needs numbers, and one of them is '1'"),
        (lambda z: None * z, 3.0, TypeError, "multiplication needs numbers, .* is None"),
        (lambda z: [1.0] * z, 3.0, TypeError, "multiplication of a number and a list"),
        (lambda z: z * math.nan, 3.0, ValueError, "multiplication meets nan; use finite numbers"),
        (lambda z: z + math.inf, 3.0, ValueError, "addition meets inf; use finite numbers"),
        (lambda z: z + 10**400, 3.0, ValueError, "addition meets inf; use finite numbers"),
        (lambda z: z[0], 3.0, TypeError, "this is one number, and it is used as a list"),
        (lambda z: len(z), 3.0, TypeError, "this is one number, and it is used as a list"),
        (lambda z: relu(z, 2), 3.0, TypeError, "positional argument"),
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_computed_is_named_with_its_line_and_the_fix(
    compute, x, error, words
):
    with pytest.raises(error, match=pattern(words)) as caught:
        record(stepwise(compute), x=x)
    if "positional" not in words:
        assert str(caught.value).startswith(("f, line 3, y: ", "f, line 3: "))


def test_a_gradient_too_large_for_a_float_names_where_it_comes_from():
    def steep(x):
        a = x * 1e-200
        y = a * 1e200
        return y

    with pytest.raises(OverflowError, match=r"steep: the gradient of a is too large .* from y"):
        record(steep, x=1.0).backward(1e200)


def test_a_number_that_escaped_from_another_recording_is_refused():
    kept = []

    def leak(x):
        kept.append(x)
        return x

    record(leak, x=1.0)
    with pytest.raises(ValueError, match="belongs to another recording; pass it in as a value"):
        record(lambda y: y * kept[0], y=1.0)
    with pytest.raises(ValueError, match="returns a number that belongs to another recording"):
        record(lambda y: kept[0], y=1.0)


def test_recording_inside_of_a_recording_is_refused_in_words():
    with pytest.raises(TypeError, match="x is being recorded already; call the function itself"):
        record(lambda x: record(affine, x=x, w=1.0, b=1.0).value, x=1.0)


def test_errors_of_the_learners_own_come_through_untouched():
    with pytest.raises(ZeroDivisionError):
        record(lambda x: 1 / 0, x=1.0)
    with pytest.raises(NameError, match="relo"):
        record(lambda x: relo(x), x=1.0)  # noqa: F821
    with pytest.raises(IndexError):
        record(lambda x: [x][1], x=1.0)
    with pytest.raises(RecursionError):
        forever = lambda x: forever(x)  # noqa: E731
        record(forever, x=1.0)


def test_lists_of_different_lengths_may_be_used_in_part_on_purpose():
    def picks(x, w):
        y = x[0] * w[0] + x[0] * w[1]
        return y

    assert record(picks, x=[1.0, 5.0, 5.0], w=[2.0, 3.0]).value == 5.0
    assert record(lambda x, w: sum(x) * w[0], x=[1.0, 2.0, 3.0], w=[2.0]).value == 12.0


def test_after_an_error_the_next_two_records_are_right():
    before = record(neuron, **SYSTEM_N)
    for bad in ({"x0": math.nan}, {"x0": "1"}, {"x0": [1.0]}):
        with pytest.raises((TypeError, ValueError)):
            record(neuron, **(SYSTEM_N | bad))

    seen = []

    def breaks_late(x):
        y = x * 2
        seen.append(y)
        return log(y - 10)

    with pytest.raises(ValueError, match="log takes numbers above 0"):
        record(breaks_late, x=1.0)
    for _ in range(2):
        after = record(neuron, **SYSTEM_N)
        assert after == before
        assert after.backward() == before.backward()
    with pytest.raises(ValueError, match="another recording"):
        record(lambda x: x + seen[0], x=1.0)


def test_an_error_that_the_function_catches_leaves_no_step_behind():
    def careful(x):
        try:
            y = log(x)
        except ValueError:
            y = 0.5 * x
        return y

    assert [s.op for s in record(careful, x=-1.0).steps] == ["mul"]
    assert [s.op for s in record(careful, x=1.0).steps] == ["log"]
