"""``gradient_check``: exact, close, different, on a kink, and what it says of each."""

import pytest

from lessons import exp, gradient_check, log, maximum, record, relu, sigmoid, sqrt
from tests.examples import SYSTEM_N, neuron, square


def verdicts(check):
    return {row.name: row.verdict for row in check.rows}


def test_system_n_is_exact_for_every_input():
    check = gradient_check(neuron, **SYSTEM_N)
    assert verdicts(check) == dict.fromkeys(SYSTEM_N, "exact")
    assert {row.name: row.got for row in check.rows} == {
        "x0": -3.0, "x1": -1.0, "x2": 2.0, "w0": 1.0, "w1": -2.0, "w2": 3.0, "b": 1.0,
    }  # fmt: skip
    assert all(row.got == row.expected and row.relative_error == 0 for row in check.rows)
    assert check.ok
    check.require()


def test_a_curved_function_is_close_and_tells_how_close():
    check = gradient_check(lambda x, w: exp(x * w) + sigmoid(x), x=0.3, w=-1.2)
    assert set(verdicts(check).values()) == {"close"}
    assert check.ok
    for row in check.rows:
        assert 0 < row.relative_error < 1e-8
        assert row.relative_error == pytest.approx(abs(row.got - row.expected) / abs(row.got))
        assert row.words().startswith("close, relative error ")


def test_a_wrong_gradient_is_different_and_the_error_names_all_there_is_to_know():
    check = gradient_check(square, {"x": 3.0}, x=3.0)
    assert verdicts(check) == {"x": "different"}
    assert not check.ok
    with pytest.raises(AssertionError) as caught:
        check.require()
    expected = (
        "the gradient of square by x is wrong: got 3.0, expected 6.0 (relative error 5.0e-01)"
    )
    assert str(caught.value) == expected


@pytest.mark.parametrize("factor", [-1.0, 0.0, 0.5, 0.99, 1.001, 2.0])
@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: x * x, 3.0),
        (lambda x: exp(x), -2.0),
        (lambda x: sqrt(x), 1e6),
        (lambda x: x**3 * 1e-6, 2.0),
        (lambda x: 1 / x, 1e-6),
        (lambda x: x * 1e9 + 1.0, 1e-3),
        (lambda x: sigmoid(x), 0.0),
    ],
)
def test_a_gradient_that_is_wrong_by_a_factor_is_always_found(function, x, factor):
    gradient_check(function, x=x).require()
    claimed = factor * record(function, x=x).backward()["x"]
    assert verdicts(gradient_check(function, {"x": claimed}, x=x)) == {"x": "different"}


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: x - x / (x * x + 1), 0.0),  # flat at 0, and not a straight line
        (lambda x: (x - 1) ** 4, 1.0),
        (lambda x: 1 / x, 1e-9),
        (lambda x: log(x), 1e-12),
        (lambda x: sqrt(x), 1e-6),
        (lambda x: x**2, 1e-9),
        (lambda x: x * x, 1e12),
        (lambda x: relu(x) ** 2, 0.0),
        (lambda x: (x + 1e6) - 1e6, 1.0),
    ],
)
def test_a_right_gradient_is_not_taken_for_a_wrong_one(function, x):
    gradient_check(function, x=x).require()


def test_a_kink_is_named_and_the_message_says_what_to_do():
    def at_the_kink(x):
        z = x - 1
        y = relu(z)
        return y

    check = gradient_check(at_the_kink, x=1.0)
    (row,) = check.rows
    assert (row.got, row.expected, row.verdict, row.kink) == (0.0, 0.5, "different", "y")
    assert row.words() == "different, relative error 1e+00; on the kink of y"
    with pytest.raises(AssertionError, match=r"y sits on its kink, .* move x a little"):
        check.require()


@pytest.mark.parametrize(
    ("function", "kink"),
    [
        (lambda x: abs(x) + 1, "v0"),
        (lambda x: maximum(x, 0.0), "y"),
        (lambda x: x * 2 if x > 0 else x * 3, "y"),
        (lambda x: x + 1 if x > 0 else exp(x) * 1.0, "y"),
        (lambda x: x * (x > 0), "y"),
    ],
)
def test_every_sort_of_kink_is_noticed(function, kink):
    assert [row.kink for row in gradient_check(function, x=0.0).rows] == [kink]
    assert [row.kink for row in gradient_check(function, x=0.5).rows] == [""]


def test_lists_are_checked_entry_by_entry():
    def dot(x, w):
        return x[0] * w[0] + x[1] * w[1]

    check = gradient_check(dot, x=[1.0, 2.0], w=[3.0, 4.0])
    assert verdicts(check) == dict.fromkeys(("x0", "x1", "w0", "w1"), "exact")


def test_a_learners_own_gradient_is_checked_as_far_as_it_goes():
    def dot(x, w):
        return x[0] * w[0] + x[1] * w[1]

    values = {"x": [1.0, 2.0], "w": [3.0, 4.0]}
    assert verdicts(gradient_check(dot, {"w1": 2.0}, **values)) == {"w1": "exact"}
    swapped = gradient_check(dot, {"w": [2.0, 1.0]}, **values)
    assert verdicts(swapped) == {"w0": "different", "w1": "different"}
    assert gradient_check(dot, record(dot, **values).backward(), **values).ok


@pytest.mark.parametrize(
    ("against", "words"),
    [
        ({"q": 1.0}, "q is not an input of square; there are x"),
        ({"x": [1.0, 2.0]}, "x has 1 entries, and its derivative has 2"),
    ],
)
def test_a_gradient_of_something_else_or_of_another_shape_is_refused(against, words):
    with pytest.raises(ValueError, match=words):
        gradient_check(square, against, x=1.0)


def test_bad_values_are_refused_as_record_refuses_them():
    with pytest.raises(TypeError, match="square needs a value for x"):
        gradient_check(square)


def test_a_check_prints_as_an_aligned_table():
    assert (
        str(gradient_check(square, x=3.0))
        == repr(gradient_check(square, x=3.0))
        == """\
input  gradient  nudged  verdict
-----  --------  ------  -------
x          6.00    6.00  exact"""
    )
