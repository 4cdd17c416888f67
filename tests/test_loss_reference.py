"""The losses against references of their own, and all forms of a loss against each other."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lessons
from lessons import (
    binary_cross_entropy_from_logits,
    categorical_cross_entropy_from_logits,
    loss_slope,
    record,
    sigmoid,
    softmax,
)
from lessons.maths.losses.losses import LOSSES

NAMES = list(LOSSES)
SQUARED = ["half_squared_error", "mean_squared_error"]
BINARY = ["binary_cross_entropy", "binary_cross_entropy_from_logits"]
CLASSES = ["categorical_cross_entropy", "categorical_cross_entropy_from_logits"]
AS_WRITTEN = ["binary_cross_entropy_as_written", "categorical_cross_entropy_as_written"]
FROM_LOGITS = [BINARY[1], CLASSES[1]]


def loss(name):
    return getattr(lessons, name)


# An independent reference, in decimal numbers of 50 digits.


def reference(name, a, y):
    """One sample, from the definition."""
    with localcontext() as context:
        context.prec, one = 50, Decimal(1)
        if name in CLASSES:
            a = [Decimal(x) for x in a]
            if name in FROM_LOGITS:
                total = sum(x.exp() for x in a)
                return float(-(a[y.index(1)] - total.ln()))
            return float(-(a[y.index(1)].ln()))
        a, y = Decimal(a), Decimal(y)
        if name in SQUARED:
            return float((a - y) ** 2 / (2 if name == "half_squared_error" else 1))
        p = one / (one + (-a).exp()) if name in FROM_LOGITS else a
        if name in FROM_LOGITS and y == 1:
            return float((one + (-a).exp()).ln())
        return float(-p.ln() if y == 1 else -(one - p).ln())


numbers = st.floats(-50, 50, allow_subnormal=False)
probabilities = st.floats(1e-12, 1 - 1e-12)


def row(draw, name, k):
    """The prediction and the target of one sample."""
    if name in SQUARED:
        return draw(numbers), draw(numbers)
    if name in BINARY:
        drawn = numbers if name in FROM_LOGITS else probabilities
        return draw(drawn), float(draw(st.integers(0, 1)))
    logits = draw(st.lists(numbers, min_size=k, max_size=k))
    true = draw(st.integers(0, k - 1))
    p = [math.exp(z / 10) for z in logits]
    p = [each / math.fsum(p) for each in p]
    return logits if name in FROM_LOGITS else p, [float(i == true) for i in range(k)]


@st.composite
def samples(draw, name, most=4):
    k, n = draw(st.integers(2, 4)), draw(st.integers(1, most))
    rows = [row(draw, name, k) for _ in range(n)]
    return [a for a, _ in rows], [y for _, y in rows]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_loss_agrees_with_fifty_decimals_to_1e_12(name, data):
    (a,), (y,) = data.draw(samples(name, most=1))
    assert loss(name)(a, y) == pytest.approx(reference(name, a, y), rel=1e-12, abs=1e-45)


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize(
    "z", [-1000.0, -745.0, -100.0, -37.0, -1e-9, 0.0, 1e-9, 40.0, 90.0, 1000.0]
)
def test_losses_from_logits_keep_their_digits_far_out(z, y):
    expected = reference(BINARY[1], z if y == 1 else -z, 1)
    assert binary_cross_entropy_from_logits(z, y) == pytest.approx(expected, rel=1e-12, abs=1e-45)
    rows, one_hot = [0.0, z, -1.0], [0.0, float(y), 1.0 - y]
    expected = reference(CLASSES[1], rows, one_hot)
    found = categorical_cross_entropy_from_logits(rows, one_hot)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-45)


def test_tied_logits_are_counted_each():
    for k in (2, 3, 10):
        y = [1.0] + [0.0] * (k - 1)
        assert categorical_cross_entropy_from_logits([7.0] * k, y) == pytest.approx(math.log(k))


@pytest.mark.parametrize("name", NAMES)
def test_a_loss_and_its_gradient_agree_with_pytorch(name):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    generator = np.random.default_rng(5)
    z = generator.normal(size=(6, 3)) * 4
    one_hot = np.eye(3)[generator.integers(0, 3, size=6)]
    a, y = {
        "half_squared_error": (z, z[::-1].copy()),
        "mean_squared_error": (z, z[::-1].copy()),
        "binary_cross_entropy": (sigmoid(z[:, 0]), one_hot[:, 0]),
        "binary_cross_entropy_from_logits": (z[:, 0], one_hot[:, 0]),
        "categorical_cross_entropy": (softmax(z), one_hot),
        "categorical_cross_entropy_from_logits": (z, one_hot),
    }[name]
    t, target = torch.tensor(a, requires_grad=True), torch.tensor(y)
    theirs = {
        "half_squared_error": lambda: functional.mse_loss(t, target, reduction="sum") / 12,
        "mean_squared_error": lambda: functional.mse_loss(t, target),
        "binary_cross_entropy": lambda: functional.binary_cross_entropy(t, target),
        "binary_cross_entropy_from_logits": lambda: functional.binary_cross_entropy_with_logits(
            t, target
        ),
        "categorical_cross_entropy": lambda: functional.nll_loss(t.log(), target.argmax(1)),
        "categorical_cross_entropy_from_logits": lambda: functional.cross_entropy(t, target),
    }[name]()
    theirs.backward()
    assert loss(name)(a, y) == pytest.approx(theirs.item(), rel=1e-12)
    assert loss_slope(name, a, y) == pytest.approx(t.grad.numpy(), rel=1e-10, abs=1e-14)


# One loss, four forms.


@pytest.mark.parametrize("name", [*NAMES, *AS_WRITTEN])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_numbers_lists_arrays_and_records_agree_to_1e_12(name, data):
    base = name.removesuffix("_as_written")
    a, y = data.draw(samples(base))
    function, n = loss(name), len(a)
    as_list, one_by_one = function(a, y), [function(*each) for each in zip(a, y, strict=True)]
    recorded = [
        record(lambda v, y=each_y: function(v, y), v=each_a)
        for each_a, each_y in zip(a, y, strict=True)
    ]
    agree = {"rel": 1e-12, "abs": 1e-12}
    assert sum(one_by_one) / n == pytest.approx(as_list, **agree)
    assert function(np.array(a), np.array(y)) == pytest.approx(as_list, **agree)
    assert function(tuple(a), tuple(y)) == as_list
    assert [made.value for made in recorded] == pytest.approx(one_by_one, **agree)
    assert type(as_list) is type(function(np.array(a), np.array(y))) is float

    by = loss_slope(base, a, y)
    assert np.array(by) == pytest.approx(loss_slope(base, np.array(a), np.array(y)), rel=1e-12)
    for made, each, label, slope_of_batch in zip(recorded, a, y, by, strict=True):
        single = loss_slope(base, each, label)
        assert np.array(slope_of_batch) * n == pytest.approx(np.array(single), rel=1e-12)
        # 1 - p has the digits of 1, and so has a gradient through it.
        assert np.array(made.backward()["v"]) == pytest.approx(
            np.array(single), rel=1e-9 if name in AS_WRITTEN else 1e-12, abs=1e-12
        )


@pytest.mark.parametrize("name", [*NAMES, *AS_WRITTEN])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_recorded_batch_has_the_value_and_the_gradient_of_the_plain_one(name, data):
    base = name.removesuffix("_as_written")
    a, y = data.draw(samples(base))
    flat = [float(v) for v in np.ravel(a)]
    k = len(a[0]) if base in CLASSES else 0

    def batch(v):
        rows = [v[i : i + k] for i in range(0, len(v), k)] if k else v
        L = loss(name)(rows, np.array(y))
        return L

    made = record(batch, v=flat)
    assert made.output == "L"
    assert {step.line for step in made.steps} == {3}
    assert made.value == pytest.approx(loss(name)(a, y), rel=1e-12, abs=1e-12)
    expected = np.ravel(loss_slope(base, a, y))
    assert np.array(made.backward()["v"]) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(z=st.lists(st.floats(-1000, 1000), min_size=2, max_size=5))
def test_softmax_gives_probabilities_in_every_form(z):
    p = softmax(z)
    assert all(0 <= each <= 1 for each in p)
    assert sum(p) == pytest.approx(1.0, abs=1e-15 * len(z))
    assert softmax(tuple(z)) == p
    assert softmax([z, z]) == [p, p]
    assert softmax(np.array(z)) == pytest.approx(np.array(p), rel=1e-12, abs=1e-300)
    assert softmax(np.array([z, z[::-1]]))[1] == pytest.approx(np.array(p[::-1]), abs=1e-15)
    for i, each in enumerate(p):
        assert record(lambda z, i=i: softmax(z)[i], z=z).value == pytest.approx(each, abs=1e-12)
    assert softmax([each + 3.0 for each in z]) == pytest.approx(p, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_loss_is_negative(name, data):
    assert loss(name)(*data.draw(samples(name))) >= 0
