"""The losses: the numbers of the facts, the limits, the gradients against central differences."""

import math

import numpy as np
import pytest

import lessons
from lessons import (
    binary_cross_entropy,
    binary_cross_entropy_as_written,
    binary_cross_entropy_from_logits,
    categorical_cross_entropy,
    categorical_cross_entropy_as_written,
    categorical_cross_entropy_from_logits,
    gradient_check,
    half_squared_error,
    loss_slope,
    mean_squared_error,
    record,
    sigmoid,
    slope,
    softmax,
)
from lessons.maths.losses.losses import LOSSES

NAMES = list(LOSSES)
SQUARED = ["half_squared_error", "mean_squared_error"]
BINARY = ["binary_cross_entropy", "binary_cross_entropy_from_logits"]
CLASSES = ["categorical_cross_entropy", "categorical_cross_entropy_from_logits"]
AS_WRITTEN = ["binary_cross_entropy_as_written", "categorical_cross_entropy_as_written"]
FROM_LOGITS = [BINARY[1], CLASSES[1]]
SOFT, TRUE_1 = [1.0, 2.0, 0.5], [0, 1, 0]


def loss(name):
    return getattr(lessons, name)


# Every number of the facts.

FACTS = [
    ("System T: L = (1/2)(yhat - y)^2 is 2", half_squared_error, (3.0, 1.0), 2.0),
    ("System T, dead: yhat = 0, L = 0.5", half_squared_error, (0.0, 1.0), 0.5),
    ("without the 1/2 System T's loss is 4", mean_squared_error, (3.0, 1.0), 4.0),
    ("BCE(1, 0.9) = 0.105361", binary_cross_entropy, (0.9, 1), 0.105361),
    ("BCE(1, 0.5) = 0.693147", binary_cross_entropy, (0.5, 1), 0.693147),
    ("BCE(1, 0.1) = 2.302585", binary_cross_entropy, (0.1, 1), 2.302585),
    ("CCE([0,1,0], [.1,.7,.2]) = 0.356675",
     categorical_cross_entropy, ([0.1, 0.7, 0.2], TRUE_1), 0.356675),
    ("the same for [.05,.7,.25]",
     categorical_cross_entropy, ([0.05, 0.7, 0.25], TRUE_1), 0.356675),
    ("softmax([1, 2, 0.5])", softmax, (SOFT,), [0.231224, 0.628532, 0.140244]),
]  # fmt: skip

FACTS_SLOPES = [
    ("System T: dL_dyhat = 2", "half_squared_error", 3.0, 1.0, 2.0),
    ("without the 1/2: 4", "mean_squared_error", 3.0, 1.0, 4.0),
    ("BCE(1, 0.9): -1.1111", "binary_cross_entropy", 0.9, 1, -1.1111),
    ("BCE(1, 0.5): -2", "binary_cross_entropy", 0.5, 1, -2.0),
    ("BCE(1, 0.1): -10", "binary_cross_entropy", 0.1, 1, -10.0),
    ("softmax([1, 2, 0.5]), true class 1: dL_dz", "categorical_cross_entropy_from_logits",
     SOFT, TRUE_1, [0.231224, -0.371468, 0.140244]),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "function", "given", "value"), FACTS, ids=[f[0] for f in FACTS])
def test_a_loss_has_the_value_of_the_facts(fact, function, given, value):
    digits = 5e-7 if isinstance(value, list) or value != round(value, 1) else 1e-15
    assert function(*given) == pytest.approx(value, rel=0, abs=digits)


@pytest.mark.parametrize(
    ("fact", "name", "prediction", "y", "value"), FACTS_SLOPES, ids=[f[0] for f in FACTS_SLOPES]
)
def test_a_loss_has_the_gradient_of_the_facts(fact, name, prediction, y, value):
    digits = 1e-13 if isinstance(value, float) and value == round(value) else 5e-5
    digits = 5e-7 if isinstance(value, list) else digits
    assert loss_slope(name, prediction, y) == pytest.approx(value, rel=0, abs=digits)
    recorded = record(lambda a: loss(name)(a, y), a=prediction).backward()
    assert recorded["a"] == pytest.approx(loss_slope(name, prediction, y), rel=1e-14)


@pytest.mark.parametrize(("p", "by_z"), [(0.9, -0.1), (0.5, -0.5), (0.1, -0.9)])
def test_through_the_sigmoid_the_gradient_of_the_facts_is_p_minus_y(p, by_z):
    z = math.log(p / (1 - p))
    assert loss_slope("binary_cross_entropy", p, 1) * slope("sigmoid", z) == pytest.approx(by_z)
    assert loss_slope("binary_cross_entropy_from_logits", z, 1) == pytest.approx(by_z)
    composed = record(lambda z: binary_cross_entropy(sigmoid(z), 1), z=z)
    inside = record(lambda z: binary_cross_entropy_from_logits(z, 1), z=z)
    for made in (composed, inside):
        assert made.value == pytest.approx(-math.log(p), rel=1e-13)
        assert made.backward()["z"] == pytest.approx(p - 1, rel=1e-13)


def test_through_the_softmax_the_gradient_is_p_minus_y_and_sums_to_0():
    def network(z):
        p = softmax(z)
        L = categorical_cross_entropy(p, TRUE_1)
        return L

    composed = record(network, z=SOFT).backward()
    inside = record(lambda z: categorical_cross_entropy_from_logits(z, TRUE_1), z=SOFT).backward()
    expected = [0.231224, -0.371468, 0.140244]
    for got in (composed["z"], inside["z"], loss_slope(CLASSES[1], SOFT, TRUE_1)):
        assert got == pytest.approx(expected, abs=5e-7)
        assert got == pytest.approx(
            [p - y for p, y in zip(softmax(SOFT), TRUE_1, strict=True)], rel=1e-14
        )
        assert sum(got) == pytest.approx(0.0, abs=1e-15)


def test_only_the_true_class_counts_in_the_value_and_yet_every_logit_gets_a_gradient():
    assert loss_slope(CLASSES[0], [0.1, 0.7, 0.2], TRUE_1) == [0.0, -1 / 0.7, 0.0]
    assert all(loss_slope(CLASSES[1], SOFT, TRUE_1))


def test_the_textbooks_form_is_nan_on_a_perfect_prediction_and_the_stable_form_is_0():
    for form in (float, lambda v: [v], lambda v: np.array([v])):
        assert math.isnan(binary_cross_entropy_as_written(form(1.0), form(1.0)))
        assert math.isnan(binary_cross_entropy_as_written(form(0.0), form(0.0)))
        assert binary_cross_entropy(form(1.0), form(1.0)) == 0.0
        assert binary_cross_entropy(form(0.0), form(0.0)) == 0.0
    for form in (list, lambda row: [row], np.array, lambda row: np.array([row])):
        assert math.isnan(categorical_cross_entropy_as_written(form([0.0, 1.0]), form([0, 1])))
        assert categorical_cross_entropy(form([0.0, 1.0]), form([0, 1])) == 0.0


def test_the_textbooks_form_is_infinite_on_a_hopeless_prediction():
    assert binary_cross_entropy_as_written(0.0, 1) == math.inf
    assert binary_cross_entropy_as_written(np.array([1.0]), np.array([0])) == math.inf


# The limits.


@pytest.mark.parametrize(
    ("p", "y", "value", "by_p"),
    [(1, 1, 0.0, -1.0), (0, 0, 0.0, 1.0), (0, 1, math.inf, -math.inf), (1, 0, math.inf, math.inf)],
)
def test_a_probability_of_0_or_1_gives_the_limit_in_value_and_gradient(p, y, value, by_p):
    for zero in (0.0, -0.0):
        p = float(p) + zero if p else zero
        for form in (lambda v: v, lambda v: [v], np.atleast_1d, lambda v: np.array([[v]])):
            found = binary_cross_entropy(form(p), form(y))
            assert found == value
            assert math.copysign(1, found) == 1
            by = np.asarray(loss_slope("binary_cross_entropy", form(p), form(y)))
            assert by.shape == np.shape(form(p))
            assert (by == by_p).all()


def test_probabilities_of_0_and_1_give_the_limit_over_classes():
    for form in (list, np.array, lambda row: [row], lambda row: np.array([row])):
        sure = form([1.0, 0.0, 0.0])
        right, wrong = categorical_cross_entropy(sure, form([1, 0, 0])), form([0, 0, 1])
        assert right == 0.0
        assert math.copysign(1, right) == 1
        assert categorical_cross_entropy(sure, wrong) == math.inf
        by = np.ravel(loss_slope(CLASSES[0], sure, wrong))
        assert by.tolist() == [0.0, 0.0, -math.inf]


def test_one_infinite_loss_makes_the_mean_infinite():
    p, y = [0.0, 0.5], [1, 1]
    assert binary_cross_entropy(p, y) == binary_cross_entropy(np.array(p), np.array(y)) == math.inf


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("z", [1000.0, -1000.0, 1e300, -1e300])
def test_binary_logits_of_any_size_give_a_finite_loss(z, y):
    expected, by = (0.0, 0.0) if (z > 0) == (y == 1) else (abs(z), 1.0 - 2 * y)
    forms = [(z, y), ([z], [y]), (np.array([z]), np.array([y]))]
    for a, b in forms:
        assert binary_cross_entropy_from_logits(a, b) == expected
        assert np.ravel(loss_slope(BINARY[1], a, b))[0] == pytest.approx(by, abs=1e-300)
    made = record(lambda z: binary_cross_entropy_from_logits(z, y), z=z)
    assert (made.value, made.backward()["z"]) == (expected, pytest.approx(by, abs=1e-300))


@pytest.mark.parametrize("true", range(3))
def test_logits_of_classes_of_any_size_give_a_finite_loss(true):
    z, y = [1000.0, -1000.0, 999.0], [float(i == true) for i in range(3)]
    expected = [gap + math.log1p(math.exp(-1)) for gap in (0, 2000, 1)]
    p = [1 / (1 + math.exp(-1)), 0.0, math.exp(-1) / (1 + math.exp(-1))]
    by = [a - b for a, b in zip(p, y, strict=True)]
    for form in (list, np.array, lambda row: [row], lambda row: np.array([row])):
        found = categorical_cross_entropy_from_logits(form(z), form(y))
        assert found == pytest.approx(expected[true], rel=1e-15)
        assert np.ravel(loss_slope(CLASSES[1], form(z), form(y))) == pytest.approx(by, rel=1e-15)
        assert np.ravel(softmax(form(z))) == pytest.approx(p, rel=1e-15)
    made = record(lambda z: categorical_cross_entropy_from_logits(z, y), z=z)
    assert made.value == pytest.approx(expected[true], rel=1e-12)
    assert made.backward()["z"] == pytest.approx(by, rel=1e-12)


# Gradients against central differences.


@pytest.mark.parametrize("name", [*SQUARED, *BINARY, AS_WRITTEN[0]])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_recorded_gradient_of_a_number_and_of_a_batch_passes_the_check(name, y):
    gradient_check(lambda a: loss(name)(a, y), a=0.3).require()
    gradient_check(lambda a: loss(name)(a, [y, 1 - y, 1.0]), a=[0.3, 0.8, 0.6]).require()
    gradient_check(lambda a: loss(name)([[a[0]], [a[1]]], [[y], [1 - y]]), a=[0.3, 0.8]).require()


@pytest.mark.parametrize("true", range(3))
def test_the_recorded_gradient_over_classes_passes_the_check(true):
    y = [float(i == true) for i in range(3)]
    both = [y, y[::-1]]

    def rows(z):
        return [[z[0], z[1], z[2]], [z[1] * z[2], z[0], 0.5]]

    for form in (categorical_cross_entropy, categorical_cross_entropy_as_written):
        gradient_check(lambda z, f=form: f(softmax(z), y), z=SOFT).require()
        gradient_check(lambda z, f=form: f(softmax(rows(z)), both), z=SOFT).require()
    for z in (SOFT, [1000.0, 999.0, 998.5], [-500.0, -501.0, -499.5]):
        gradient_check(lambda z: categorical_cross_entropy_from_logits(z, y), z=z).require()
        gradient_check(lambda z: categorical_cross_entropy(softmax(z), y), z=z).require()
    gradient_check(lambda z: categorical_cross_entropy_from_logits(rows(z), both), z=SOFT).require()


def test_the_squared_errors_have_a_gradient_by_the_target_too():
    for form in (half_squared_error, mean_squared_error):
        gradient_check(form, yhat=3.0, y=1.0).require()
        made = record(form, yhat=[3.0, 1.0], y=[1.0, 5.0])
        assert made.backward()["y"] == [-slope for slope in made.backward()["yhat"]]


def batch(name):
    generator = np.random.default_rng(11)
    z = generator.normal(size=(5, 3))
    one_hot = np.eye(3)[[0, 2, 1, 1, 0]]
    if name in SQUARED:
        return z, z[::-1].copy()
    if name in BINARY:
        return (z if name in FROM_LOGITS else sigmoid(z))[:, 0], one_hot[:, 0]
    return (z if name in FROM_LOGITS else softmax(z)), one_hot


def columns(name):
    """The batch in every shape that the loss takes."""
    a, y = batch(name)
    shapes = [(a, y)]
    if name in SQUARED:
        shapes += [(a[:, 0], y[:, 0]), (a[:, :1], y[:, :1])]
    if name in BINARY:
        shapes += [(a[:, None], y[:, None])]
    if name in CLASSES:
        shapes += [(a[0], y[0])]
    return shapes


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_of_a_numpy_batch_is_that_of_a_nudge(name):
    for a, y in columns(name):
        by = loss_slope(name, a, y)
        assert by.shape == a.shape
        for place in np.ndindex(a.shape):
            nudge = np.zeros_like(a)
            nudge[place] = 2.0**-17
            expected = by[place]
            if name == "categorical_cross_entropy":  # the row must go on to sum to 1
                other = (*place[:-1], (place[-1] + 1) % 3)
                nudge[other], expected = -nudge[place], by[place] - by[other]
            found = (loss(name)(a + nudge, y) - loss(name)(a - nudge, y)) / 2.0**-16
            assert found == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_the_mean_is_over_samples_and_a_half_squared_error_sums_its_outputs():
    yhat, y = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.0, 0.0], [0.0, 1.0]])
    assert half_squared_error(yhat, y) == 0.5 * (1 + 4 + 9 + 16) / 2
    assert mean_squared_error(yhat, y) == (1 + 4 + 9 + 16) / 4
    assert loss_slope("half_squared_error", yhat, y).tolist() == [[0.5, 1.0], [1.5, 2.0]]
    assert loss_slope("mean_squared_error", yhat, y).tolist() == [[0.5, 1.0], [1.5, 2.0]]
    for form in (half_squared_error, mean_squared_error):
        rows = record(lambda v, f=form: f([v[:2], v[2:]], y), v=[1.0, 2.0, 3.0, 5.0])
        assert rows.value == form(yhat.tolist(), y.tolist()) == 7.5
        assert rows.backward()["v"] == [0.5, 1.0, 1.5, 2.0]
    assert half_squared_error(yhat[:, 0], y[:, 0]) == 2.5
    assert mean_squared_error(yhat[:, 0], y[:, 0]) == 5.0


def test_whole_numbers_booleans_float32_and_zero_dimensions_are_taken():
    assert binary_cross_entropy(np.float32(0.5), True) == pytest.approx(math.log(2))
    assert binary_cross_entropy(np.array(0.5), np.int64(1)) == pytest.approx(math.log(2))
    half = np.full((2,), 0.5, dtype=np.float32)
    assert loss_slope("binary_cross_entropy", half, np.array([True, False])).dtype == np.float64
    assert mean_squared_error([1, 2], np.array([0, 0])) == 2.5


def test_what_is_given_stays_as_it_is():
    a, y = batch("categorical_cross_entropy_from_logits")
    before = a.copy(), y.copy()
    for function in (softmax, lambda z: categorical_cross_entropy_from_logits(z, y)):
        function(a)
    loss_slope(CLASSES[1], a, y)
    assert (a == before[0]).all()
    assert (y == before[1]).all()


def test_with_four_outputs_the_two_squared_errors_part():
    yhat, y = [[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 2.0]], [[0.0] * 4] * 2
    expected = {half_squared_error: (0.5 * 34 / 2, 0.5), mean_squared_error: (34 / 8, 0.25)}
    for form, (value, factor) in expected.items():
        made = record(lambda v, f=form: f([v[:4], v[4:]], y), v=[*yhat[0], *yhat[1]])
        assert made.value == form(yhat, y) == form(np.array(yhat), np.array(y)) == value
        by = [factor * each for each in (*yhat[0], *yhat[1])]
        assert made.backward()["v"] == by
        assert np.ravel(loss_slope(form.__name__, yhat, y)).tolist() == by
