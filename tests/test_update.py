"""One gradient step: simultaneous, of chosen values, with the numbers of System N."""

import pytest

from lessons import record
from lessons.maths.scalar.update import entries_of, gradient_step
from tests.examples import SYSTEM_N, neuron

WEIGHTS = ["w0", "w1", "w2", "b"]


def gradient(function=neuron, **values):
    return record(function, **(values or SYSTEM_N)).backward()


def dot(x, w, b):
    y = x[0] * w[0] + x[1] * w[1] + b
    return y


LISTS = {"x": [1.0, 2.0], "w": [3.0, 4.0], "b": 5.0}


def test_a_step_goes_against_the_gradient_by_lr():
    new = gradient_step(gradient(), 0.1, WEIGHTS)
    assert new == {"w0": -3.1, "w1": -0.8, "w2": 1.7, "b": 0.9}


def test_only_the_chosen_values_move():
    assert list(gradient_step(gradient(), 0.1, ["w1"])) == ["w1"]
    assert gradient_step(gradient(), 0.1, []) == {}


def test_every_derivative_is_of_the_values_before_the_step():
    """Misconception: the new m2 used for m1's gradient gives -2.8 instead of 2."""

    def two_layers(m1, m2):
        a1 = m1 * 2
        yhat = a1 * m2
        L = 0.5 * (yhat - 1) ** 2
        return L

    g = gradient(two_layers, m1=3.0, m2=0.5)
    new = gradient_step(g, 0.1, ["m2", "m1"])
    assert (g["m1"], g["m2"]) == (2.0, 12.0)
    assert new == {"m2": pytest.approx(-0.7), "m1": 2.8}
    one_after_the_other = gradient(two_layers, m1=3.0, m2=-0.7)["m1"]
    assert 3.0 - 0.1 * one_after_the_other != pytest.approx(new["m1"])


def test_a_list_and_its_entries_can_both_be_named_and_no_entry_moves_twice():
    made = record(dot, **LISTS)
    assert entries_of(made, ["w", "b"]) == ("w0", "w1", "b")
    assert entries_of(made, ["w1", "w", "w1"]) == ("w1", "w0")
    assert entries_of(made, "w") == ("w0", "w1")
    assert gradient_step(made.backward(), 1.0, ["w"]) == {"w0": 2.0, "w1": 2.0}


def test_the_upstream_gradient_takes_part():
    made = record(dot, **LISTS)
    assert gradient_step(made.backward(upstream=-2.0), 0.5, ["b"]) == {"b": 6.0}


def test_a_learning_rate_of_0_and_a_negative_one_do_what_they_say():
    assert gradient_step(gradient(), 0.0, ["b"]) == {"b": 1.0}
    assert gradient_step(gradient(), -1.0, ["b"]) == {"b": 2.0}


@pytest.mark.parametrize("lr", [float("nan"), float("inf"), "0.1", None, True])
def test_a_learning_rate_that_is_no_finite_number_is_refused(lr):
    with pytest.raises((TypeError, ValueError), match=r"the learning rate is .*; give it a"):
        gradient_step(gradient(), lr, WEIGHTS)


def test_what_is_no_input_cannot_be_updated():
    with pytest.raises(ValueError, match="z cannot be updated: it is not an input of neuron"):
        gradient_step(gradient(), 0.1, ["z"])


def test_a_step_out_of_the_range_of_floats_is_refused():
    g = record(lambda w: w * 1e300, w=1.0).backward()
    with pytest.raises(OverflowError, match="the update of w is too large for a float; lower lr"):
        gradient_step(g, 1e10, ["w"])
