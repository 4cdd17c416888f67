"""``record``: what is written down, that it stays as it is, and how it prints."""

import dataclasses
import sys
import tracemalloc

import numpy as np
import pytest

from lessons import exp, record, relu
from lessons.maths.scalar.record import expression
from tests.examples import SYSTEM_N, chain, neuron


def written(function, **values):
    """The last step as text, its value, and its local derivatives."""
    made = record(function, **values)
    step = made.steps[-1]
    return expression(step), step.value, step.partials


@pytest.mark.parametrize(
    ("function", "text", "value", "slopes"),
    [
        (lambda x, y: x + y, "x + y", 7.0, (1.0, 1.0)),
        (lambda x, y: x - y, "x - y", 3.0, (1.0, -1.0)),
        (lambda x, y: x * y, "x * y", 10.0, (2.0, 5.0)),
        (lambda x, y: x / y, "x / y", 2.5, (0.5, -1.25)),
        (lambda x, y: y**x, "y ** x", 32.0, (80.0, pytest.approx(22.18070977791825))),
        (lambda x, y: x + 2, "x + 2", 7.0, (1.0,)),
        (lambda x, y: 2 + x, "2 + x", 7.0, (1.0,)),
        (lambda x, y: x - 2, "x - 2", 3.0, (1.0,)),
        (lambda x, y: 2 - x, "2 - x", -3.0, (-1.0,)),
        (lambda x, y: x * 2, "x * 2", 10.0, (2.0,)),
        (lambda x, y: 2 * x, "2 * x", 10.0, (2.0,)),
        (lambda x, y: x / 2, "x / 2", 2.5, (0.5,)),
        (lambda x, y: 2 / x, "2 / x", 0.4, (pytest.approx(-0.08),)),
        (lambda x, y: x**2, "x ** 2", 25.0, (10.0,)),
        (lambda x, y: x**-1, "x ** (-1)", 0.2, (pytest.approx(-0.04),)),
        (lambda x, y: 2**x, "2 ** x", 32.0, (pytest.approx(22.18070977791825),)),
        (lambda x, y: -x, "-x", -5.0, (-1.0,)),
        (lambda x, y: abs(-x), "abs(v0)", 5.0, (-1.0,)),
        (lambda x, y: True * x, "1 * x", 5.0, (1.0,)),
    ],
)
def test_an_operator_is_recorded_with_constants_on_either_side(function, text, value, slopes):
    assert written(function, x=5.0, y=2.0) == (text, value, slopes)


def test_a_plus_sign_before_a_number_changes_nothing():
    assert record(lambda x: +x, x=2.0).steps == ()


def test_a_power_of_a_negative_number_and_of_zero_has_its_slope():
    assert written(lambda x: x**3, x=-2.0)[1:] == (-8.0, (12.0,))
    assert written(lambda x: x**2, x=0.0)[1:] == (0.0, (0.0,))
    assert written(lambda x: x**0, x=0.0)[1:] == (1.0, (0.0,))
    assert written(lambda x: x**1, x=0.0)[1:] == (0.0, (1.0,))


def test_a_comparison_takes_a_branch_and_the_branch_is_recorded():
    def bend(x):
        if x > 1:
            y = 3 * x
        elif not x <= 0:
            y = 2 * x
        else:
            y = -x
        return y

    assert [record(bend, x=x).steps[-1].op for x in (2.0, 0.5, -1.0)] == ["mul", "mul", "neg"]
    assert [record(bend, x=x).backward()["x"] for x in (2.0, 0.5, -1.0)] == [3.0, 2.0, -1.0]


def test_comparisons_are_those_of_the_values():
    def compares(x, y):
        assert x < y and x <= y and y > x and y >= x and x != y and not x == y
        assert x == 1 and 1 == x and 0 < x < 2 and max(x, y) is y and sorted([y, x])[0] is x
        assert bool(x) and not bool(x - 1)
        assert {x: "found"}[x] == "found"
        assert f"{x:.2f} {x}" == "1.00 1.0"
        return x + y

    assert record(compares, x=1.0, y=2.0).value == 3.0


def test_a_gate_written_as_a_comparison_is_a_constant_factor():
    gate = record(lambda z: z * (z > 0), z=3.0)
    assert (gate.value, gate.backward()["z"]) == (3.0, 1.0)
    assert record(lambda z: z * (z > 0), z=-3.0).backward()["z"] == 0.0


def test_max_of_pythons_own_takes_one_of_the_two():
    def clipped(x):
        z = x - 3
        y = max(0, z)
        return y

    assert record(clipped, x=4.0).output == "z"
    closed = record(clipped, x=1.0)
    assert (closed.value, closed.steps[-1].op, closed.backward()["x"]) == (0.0, "constant", 0.0)


def test_numpy_functions_of_a_number_are_recorded_as_the_courses_own():
    made = record(lambda x: np.exp(x) + np.float64(2.0) * x - np.maximum(x, 0.0), x=1.0)
    assert [step.op for step in made.steps] == ["exp", "mul", "maximum", "sum"]
    assert made.backward()["x"] == pytest.approx(exp(1.0) + 1.0)


@pytest.mark.parametrize("x", [[1.0, -2.0, 3.0], (1, -2, 3), np.array([1.0, -2.0, 3.0])])
def test_a_list_becomes_entries_with_names_of_their_own(x):
    def dot(x, w, b):
        return sum(xi * wi for xi, wi in zip(x, w, strict=True)) + b + x[0] * len(x)

    made = record(dot, x=x, w=[-3.0, -1.0, 2.0], b=1.0)
    assert dict(made.groups) == {"x": ("x0", "x1", "x2"), "w": ("w0", "w1", "w2"), "b": ("b",)}
    assert list(made.inputs) == ["x0", "x1", "x2", "w0", "w1", "w2", "b"]
    assert made["w"] == [-3.0, -1.0, 2.0]
    assert made["w1"] == -1.0
    assert made.value == 9.0
    g = made.backward()
    assert g["w"] == [1.0, -2.0, 3.0]
    assert g["x"] == [0.0, -1.0, 2.0]


def test_the_sum_of_a_list_is_one_sum_without_the_zero_it_starts_from():
    def total(x):
        s = sum(x)
        return s

    (step,) = record(total, x=[1.0, 2.0, 3.0]).steps
    assert (step.name, step.args, step.signs) == ("s", ("x0", "x1", "x2"), (1, 1, 1))


def test_integers_and_numpy_scalars_are_numbers():
    made = record(
        lambda a, b, c, d: a + b + c + d, a=1, b=np.float64(2), c=np.int32(3), d=np.array(4)
    )
    assert (made.value, dict(made.inputs)) == (10.0, {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0})
    assert all(type(value) is float for value in made.values.values())


@pytest.mark.parametrize(
    ("function", "args", "signs"),
    [
        (lambda a, b, c: a + b + c, ("a", "b", "c"), (1, 1, 1)),
        (lambda a, b, c: a + (b + c), ("a", "b", "c"), (1, 1, 1)),
        (lambda a, b, c: a - b + c - 1, ("a", "b", "c", 1.0), (1, -1, 1, -1)),
        (lambda a, b, c: a - (b - c), ("a", "b", "c"), (1, -1, 1)),
        (lambda a, b, c: (a - b) - (c - (a + 2)), ("a", "b", "c", "a", 2.0), (1, -1, -1, 1, 1)),
        (lambda a, b, c: 1 + sum([a, b, c]) - a, (1.0, "a", "b", "c", "a"), (1, 1, 1, 1, -1)),
        (lambda a, b, c: sum([b, c], a), ("a", "b", "c"), (1, 1, 1)),
    ],
)
def test_the_additions_of_one_expression_are_one_sum(function, args, signs):
    (step,) = record(function, a=1.0, b=2.0, c=4.0).steps
    assert (step.op, step.args, step.signs) == ("sum", args, signs)
    assert step.value == function(1.0, 2.0, 4.0)
    named = [sign for arg, sign in zip(args, signs, strict=True) if isinstance(arg, str)]
    assert step.partials == tuple(map(float, named))


def test_additions_of_two_statements_stay_two_sums():
    def two(a, b, c):
        s = a + b
        s += c
        return s

    assert [step.name for step in record(two, a=1.0, b=2.0, c=3.0).steps] == ["s", "s_2"]


def test_a_part_of_a_sum_that_is_used_again_stays_a_step():
    made = record(lambda a, b: (t := a + b) + t * 2 + 1, a=1.0, b=2.0)
    assert made.steps[0].name == "t"
    assert made.backward()["a"] == 3.0


def test_two_calls_of_a_helper_that_adds_keep_their_sums_apart():
    def affine(x):
        return x * 2 + 1

    made = record(lambda x: affine(x) + affine(x) * 3, x=1.0)
    assert made.value == 12.0
    assert made.backward()["x"] == 8.0


def test_an_input_may_be_returned_and_a_constant_too():
    same = record(lambda x, y: x, x=1.0, y=2.0)
    assert (same.output, same.value, same.steps) == ("x", 1.0, ())
    assert dict(same.backward(2.0).totals) == {"x": 2.0, "y": 0.0}
    fixed = record(lambda x: 3, x=1.0)
    assert (fixed.value, fixed.backward()["x"]) == (3.0, 0.0)
    assert record(lambda: 3.0).value == 3.0


def test_a_default_that_is_not_given_is_a_constant_and_a_given_one_an_input():
    def scaled(x, k=2.0):
        y = k * x
        return y

    assert record(scaled, x=3.0).steps[0].args == (2.0, "x")
    assert record(scaled, x=3.0, k=5.0).steps[0].args == ("k", "x")


def test_a_given_list_is_left_as_it_was():
    def greedy(x, w):
        x[0] = x[0] * w
        x.append(3 * w)
        return sum(x)

    given = [1.0, 2.0]
    assert record(greedy, x=given, w=2.0).value == 10.0
    assert given == [1.0, 2.0]


def test_a_record_and_a_gradient_cannot_be_changed():
    made = record(neuron, **SYSTEM_N)
    gradient = made.backward()
    for frozen in (made, made.steps[0], made.listing, gradient, gradient.steps[0]):
        for field in dataclasses.fields(frozen):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(frozen, field.name, None)
    for mapping in (made.values, made.inputs, made.groups, made.by_name, gradient.totals):
        with pytest.raises(TypeError):
            mapping["w0"] = 1.0
    with pytest.raises(TypeError):
        gradient["w0"] = 1.0
    for several in (made.steps, made.source, gradient.steps, made.steps[0].args):
        assert isinstance(several, tuple)


def test_a_record_holds_plain_numbers_and_text_alone():
    made = record(neuron, **SYSTEM_N)
    for step in made.steps:
        assert type(step.value) is float
        assert {type(part) for part in step.args} <= {str, float}
        assert {type(part) for part in step.partials} <= {float}


FORWARD = """\
value  computed as          number
-----  -------------------  ------
x0                            1.00
x1                           -2.00
x2                            3.00
w0                           -3.00
w1                           -1.00
w2                            2.00
b                             1.00
xw0    x0 * w0               -3.00
xw1    x1 * w1                2.00
xw2    x2 * w2                6.00
z      xw0 + xw1 + xw2 + b    6.00
y      relu(z)                6.00"""

BACKWARD = """\
to   from  upstream  local  product  total
---  ----  --------  -----  -------  -----
y             given                   1.00
z    y         1.00   1.00     1.00   1.00
xw0  z         1.00   1.00     1.00   1.00
xw1  z         1.00   1.00     1.00   1.00
xw2  z         1.00   1.00     1.00   1.00
b    z         1.00   1.00     1.00   1.00
x2   xw2       1.00   2.00     2.00   2.00
w2   xw2       1.00   3.00     3.00   3.00
x1   xw1       1.00  -1.00    -1.00  -1.00
w1   xw1       1.00  -2.00    -2.00  -2.00
x0   xw0       1.00  -3.00    -3.00  -3.00
w0   xw0       1.00   1.00     1.00   1.00"""


def test_system_n_prints_as_aligned_tables():
    made = record(neuron, **SYSTEM_N)
    assert str(made) == made.table() == FORWARD
    assert str(made.backward()) == made.backward().table() == BACKWARD


def test_the_repr_of_a_record_holds_no_address():
    assert repr(record(neuron, **SYSTEM_N)) == repr(record(neuron, **SYSTEM_N))
    assert " at 0x" not in repr(record(neuron, **SYSTEM_N))


def test_a_name_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(KeyError, match="q is not a value of neuron; there are x0, x1"):
        record(neuron, **SYSTEM_N)["q"]


def run_chain(n):
    made = record(lambda x: chain(x, n), x=1.5)
    gradient = made.backward()
    assert (made.value, gradient["x"], len(made.steps), len(gradient.steps)) == (1.5, 1.0, n, n)


def test_a_chain_of_100_000_operations_works_without_recursion():
    run_chain(100_000)


def test_memory_grows_linearly_with_the_number_of_operations():
    def peak(n):
        tracemalloc.start()
        try:
            run_chain(n)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(10_000) < 13 * peak(1_000)


def lines_executed(work):
    """How many lines of Python run: a measure of time that no other program disturbs."""
    lines = 0

    def count(frame, event, arg):
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(lambda frame, event, arg: count)
    try:
        work()
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize(
    "function",
    [
        lambda n: lambda x: chain(x, n),
        lambda n: lambda x: sum(x * 1.0 for _ in range(n)),
        lambda n: lambda x: relu(sum([x] * n)),
    ],
    ids=["a chain", "a sum of steps", "one value many times"],
)
def test_the_work_grows_linearly_with_the_number_of_operations(function):
    def run(n):
        made = record(function(n), x=1.5)
        assert len(made.backward().steps) >= n

    run(10)
    assert lines_executed(lambda: run(3000)) < 11 * lines_executed(lambda: run(300))


def test_a_chain_that_is_written_as_one_line_keeps_its_names_short():
    def doubled(x):
        for _ in range(300):
            x = x + x
        return x

    made = record(doubled, x=2.0**-300)
    assert made.output == "x_301"
    assert made.backward()["x"] == 2.0**300
