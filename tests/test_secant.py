"""Secants, tangents and corners as numbers, against what can be worked out by hand."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lessons
from lessons import maximum, record, relu, slope
from lessons.maths.functions import ACTIVATIONS
from lessons.maths.scalar.secant import curve_of, domain, measured, samples

WITHIN = (-5.4, 7.2)


def square(x):
    y = x * x
    return y


def test_a_secant_of_a_square_has_the_slope_two_z_plus_h():
    m = measured(curve_of(square), 1.5, 0.5, WITHIN)
    assert (m.value, m.moved, m.left_moved) == (2.25, 4.0, 1.0)
    assert (m.secant, m.left_secant, m.tangent, m.difference) == (3.5, 2.5, 3.0, 0.5)
    assert not m.corner and not m.jump and not m.same and m.crossed is None


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("z", [-2.5, 0.0, 1.5])
def test_table_and_recording_agree(name, z):
    function = getattr(lessons, name)
    m = measured(curve_of(name), z, 0.25, WITHIN)
    run = record(lambda x: function(x), x=z)
    assert m.value == run.value
    assert m.tangent == slope(name, z)
    assert m.tangent == pytest.approx(run.backward()["x"], rel=1e-15)
    assert m.secant == (function(z + 0.25) - function(z)) / 0.25


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.sampled_from(ACTIVATIONS), st.floats(-4, 4), st.floats(1e-3, 1))
def test_the_secant_slope_lies_between_slopes_on_the_way(name, z, h):
    """The mean value theorem, with the kink's jump counted in."""
    m = measured(curve_of(name), z, h, WITHIN)
    passed = [slope(name, z + h * i / 50) for i in range(51)]
    assert min(passed) - 1e-6 <= m.secant <= max(passed) + 1e-6


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_a_tenth_of_h_leaves_about_a_tenth_of_the_difference(name):
    wide, narrow = (measured(curve_of(name), 1.0, h, WITHIN).difference for h in (1e-2, 1e-3))
    assert narrow == pytest.approx(wide / 10, rel=0.05)


@pytest.mark.parametrize(("name", "left"), [("relu", 0.0), ("leaky_relu", 0.01)])
def test_at_the_kink_there_are_two_slopes_and_a_convention(name, left):
    m = measured(curve_of(name), 0.0, 0.5, WITHIN)
    assert m.corner and not m.jump
    assert (m.secant, m.left_secant, m.tangent) == (1.0, left, left)
    assert (m.before, m.after) == (left, 1.0)


@pytest.mark.parametrize("z", [1e-9, -1e-9, 1e-300, 0.1])
def test_beside_the_kink_there_is_one_slope(z):
    assert not measured(curve_of("relu"), z, 0.5, WITHIN).corner


def test_a_secant_across_the_kink_says_so():
    m = measured(curve_of("relu"), -0.5, 1.0, WITHIN)
    assert m.crossed is not None and m.crossed.z == 0.0
    assert (m.secant, m.tangent) == (0.5, 0.0)
    assert measured(curve_of("relu"), -0.5, 0.25, WITHIN).crossed is None


def kinked(x):
    return relu(x - 1.25) + abs(x + 2) + maximum(0.5 * x, 1.5)


def test_the_corners_of_any_function_are_found():
    corners = samples(curve_of(kinked), *WITHIN).corners
    assert [c.z for c in corners] == [-2.0, 1.25, 3.0]
    assert [(c.left, c.right) for c in corners] == [(-1.0, 1.0), (1.0, 2.0), (2.0, 2.5)]
    assert [c.at for c in corners] == [0.0, 1.0, 2.0]  # at a tie the second counts


def test_a_branch_of_the_learner_makes_a_corner_or_a_jump():
    def bent(x):
        if x > 0:
            return 2 * x
        return x

    def stepped(x):
        return 1.0 if x > 0.5 else 0.0

    m = measured(curve_of(bent), 0.0, 0.5, WITHIN)
    assert m.corner and not m.jump and (m.before, m.after) == (1.0, 2.0)
    m = measured(curve_of(stepped), 0.5, 0.5, WITHIN)
    assert m.jump and not m.corner
    graph = samples(curve_of(stepped), *WITHIN)
    assert math.isnan(graph.values[graph.zs.index(0.5)])


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus"])
def test_a_smooth_function_has_no_corner(name):
    assert samples(curve_of(name), *WITHIN).corners == ()
    assert samples(curve_of(lambda x: lessons.tanh(20 * x)), *WITHIN).corners == ()


def test_a_pole_and_the_end_of_a_domain_are_gaps_without_a_corner():
    for function in (lambda x: 1 / x, lambda x: lessons.log(x)):
        graph = samples(curve_of(function), *WITHIN)
        assert graph.corners == ()
        assert any(math.isnan(v) for v in graph.values)
        assert any(math.isfinite(v) for v in graph.values)
    assert math.isnan(measured(curve_of(lambda x: lessons.log(x)), 0.5, 1.0, WITHIN).left_secant)


def surprise(p):
    return lessons.binary_cross_entropy(p, 1)


def test_the_domain_ends_at_the_last_place_with_a_value():
    low, high = domain(curve_of(surprise), -0.5, 2.0)
    assert 0 < low < 1e-11 and high == pytest.approx(1.0, abs=1e-11) and high <= 1
    assert domain(curve_of(surprise), 0.25, 0.75) == (0.25, 0.75)
    assert domain(curve_of(lambda x: 1 / x), *WITHIN) == WITHIN  # a hole further in
    assert domain(curve_of(lambda x: lessons.log(-x - 50)), *WITHIN) == WITHIN  # nowhere
    assert measured(curve_of(surprise), 0.5, 0.25, (-0.5, 2.0)).domain == (low, high)


def test_a_width_that_leaves_the_domain_is_refused_with_the_reason():
    told = r"at p \+ h = 1.15 there is no value.*take a smaller h, or another p \(.*p is 1.15"
    with pytest.raises(ValueError, match=told):
        measured(curve_of(surprise), 0.9, 0.25, (0.0, 1.5))
    assert math.isnan(measured(curve_of(surprise), 0.1, 0.25, (0.0, 1.5)).left_secant)


def test_the_letter_is_the_learners_own_unless_it_is_taken():
    assert curve_of("relu").letter == curve_of(relu).letter == "z"
    assert curve_of(surprise).letter == "p"
    width = curve_of(lambda h: h * h)
    assert width.letter == "z" and width.at(3.0) == (9.0, 6.0)


def test_samples_are_the_table():
    graph = samples(curve_of("tanh"), *WITHIN)
    for z, value, at in zip(graph.zs, graph.values, graph.slopes, strict=True):
        assert (value, at) == (math.tanh(z), slope("tanh", z))
    assert (graph.zs[0], graph.zs[-1]) == WITHIN


def test_rounding_is_told_from_a_difference():
    straight = measured(curve_of("relu"), 2.0, 1e-6, WITHIN)
    assert straight.same and 0 < abs(straight.difference) < 1e-9
    assert not measured(curve_of("sigmoid"), 2.0, 1e-6, WITHIN).same


def test_an_h_that_is_lost_in_rounding_is_refused():
    with pytest.raises(ValueError, match=r"too small.*take a larger h"):
        measured(curve_of("relu"), 2.0, 1e-17, WITHIN)


def test_an_activation_is_known_by_name_and_as_a_function():
    assert curve_of(relu) == curve_of("relu")
    assert not curve_of(lambda x: relu(x)).in_table


def test_a_learners_constant_is_level():
    m = measured(curve_of(lambda x: 3.0), 1.0, 0.5, WITHIN)
    assert (m.secant, m.tangent) == (0.0, 0.0) and m.same


def test_a_second_argument_with_a_default_is_left_at_it():
    def scaled(x, by=3.0):
        return x * by

    assert measured(curve_of(scaled), 1.0, 0.5, WITHIN).tangent == 3.0


def two(x, y):
    return x * y


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("swish", "no activation 'swish'; choose one of relu"),
        ("exp", "no activation 'exp'"),
        (two, r"two takes x, y, .* lambda z: two\(z, 1.0\)"),
        (lambda: 1.0, "takes nothing"),
        (lambda *x: 1.0, "function of one number"),
        (3.0, "3.0 is no function"),
        (max, "cannot be recorded"),
    ],
)
def test_what_is_no_function_of_one_number_is_refused(given, told):
    with pytest.raises(ValueError, match=told):
        curve_of(given)
