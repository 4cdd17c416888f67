"""The losses of the course, softmax, and the gradient of a loss by its prediction.

Every loss is called as ``loss(prediction, target)``, and its gradient with respect to the
prediction is ``loss_slope("loss", prediction, target)``. Both take

- one sample as a number (a list of k for the losses over classes), recorded or not;
- a batch as a list, a list of rows, or a NumPy array: (n,) or (n, k), the target of the same shape.

A loss is one number: the mean over the samples of a batch, and the sum over the classes of a
sample. 1/2 stands in the half squared error alone; ``log`` is the natural logarithm.

A probability of exactly 0 or 1 gives the limit: 0.0 where it is right, infinity where it is wrong.
Only the forms ``..._as_written`` give NaN there, as the textbook's formula does. Bad input raises
``ValueError`` (``TypeError`` for what is no number): see :mod:`lessons.maths.losses.arguments`.
Infinity cannot be recorded: in a record it is an error that names the step.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from lessons.maths.losses import recorded
from lessons.maths.losses.arguments import Call, Given, read, read_one
from lessons.maths.losses.table import LOSSES, Limits, Loss, row_of, softmax_of


def loss_slope(name: str, prediction: Any, target: Any) -> Any:
    """The gradient of a loss of the table by its prediction (by the logits for ``_from_logits``).

    It has the shape of the prediction: a float for a number, a list for a list, lists for rows, an
    array for an array. In a batch of n each entry has its 1/n. Where the true label was given the
    probability 0 it is infinite. Errors are those of the loss itself; a recorded number is a
    ``TypeError``, for its gradient comes from ``record(...).backward()``.

    >>> from lessons import loss_slope
    >>> loss_slope("binary_cross_entropy", 0.5, 1)
    -2.0
    """
    row = row_of(name)
    call = Call(name, row.letter)
    given = _checked(call, row, prediction, target)
    if given.kind == "recorded":
        raise TypeError(
            f"loss_slope({name!r}, ...) takes plain numbers; the gradient of a recorded "
            f"computation comes from record(...).backward()"
        )
    count = _divisor(row, given)

    def rule(m: Any, a: Any, y: Any) -> Any:
        slope = row.slope(m, a, y)
        return [each / count for each in slope] if row.classes else slope / count

    found = _by_sample(row.classes, given, rule)
    if row.letter != "p" and any(map(math.isinf, _leaves(found))):
        raise OverflowError(
            f"the slope of {name} is too large for a float; make its inputs smaller"
        )
    return found


def softmax(z: Any) -> Any:
    """exp(z_i) / (sum of all exp(z_j)): logits to probabilities, without overflow at any z.

    ``z`` is a list of k >= 2 numbers, recorded or not, or a list of such rows, or an array of the
    shape (k,) or (n, k), a row for each sample. The result is of the same kind and shape. In a
    record the steps are the exponentials ``e0, e1, ...``, their sum ``total`` and the quotients
    ``p0, p1, ...``; for logits beyond +-100 the largest is subtracted first (``d0, d1, ...``).
    """
    call = Call("softmax", "z")
    given = read_one(call, z)
    if given.kind == "recorded":
        return recorded.softmax(call, given)
    return _by_sample(True, given, lambda m, z, _: softmax_of(m, z))


def half_squared_error(yhat: Any, y: Any) -> Any:
    """(1/2)(yhat - y)**2. Slope: yhat - y.

    Numbers, (n,) or (n, k): the sum over the k outputs, the mean over the n samples.
    """
    return _loss("half_squared_error", yhat, y)


def mean_squared_error(yhat: Any, y: Any) -> Any:
    """The mean of (yhat - y)**2 over samples and outputs. Slope: 2(yhat - y) / count.

    Numbers, (n,) or (n, k); the count is 1, n or n * k.
    """
    return _loss("mean_squared_error", yhat, y)


def binary_cross_entropy(p: Any, y: Any) -> Any:
    """-y log(p) - (1 - y) log(1 - p), the mean over the samples. Slope: (p - y) / (p(1 - p)).

    ``p`` in [0, 1], ``y`` 0 or 1: numbers, (n,) or (n, 1). A record holds the one term that the
    label chooses, ``-log(p)`` or ``-log(1 - p)``; the label itself gets no gradient.
    """
    return _loss("binary_cross_entropy", p, y)


def categorical_cross_entropy(p: Any, y: Any) -> Any:
    """-sum_i y_i log(p_i) over the classes, the mean over the samples. Slope: -y_i / p_i.

    ``p`` holds probabilities that sum to 1, ``y`` is one-hot: (k,) for a sample, (n, k) for a
    batch. A record holds ``-log`` of the true class's probability.
    """
    return _loss("categorical_cross_entropy", p, y)


def binary_cross_entropy_from_logits(z: Any, y: Any) -> Any:
    """``binary_cross_entropy(sigmoid(z), y)``, exact for any z. Slope: p - y, with p = sigmoid(z).

    Numbers, (n,) or (n, 1). It is softplus(-z) for y = 1 and softplus(z) for y = 0; so it is
    recorded.
    """
    return _loss("binary_cross_entropy_from_logits", z, y)


def categorical_cross_entropy_from_logits(z: Any, y: Any) -> Any:
    """``categorical_cross_entropy(softmax(z), y)``, exact for any z. Slope: p - y, p = softmax(z).

    (k,) for a sample, (n, k) for a batch, ``y`` one-hot. It is recorded as log(total) minus the
    logit of the true class, where total is the sum of the exponentials.
    """
    return _loss("categorical_cross_entropy_from_logits", z, y)


def binary_cross_entropy_as_written(p: Any, y: Any) -> Any:
    """The textbook's formula with both terms: NaN for a perfect prediction, from 0 * log(0).

    Shapes and checks of :func:`binary_cross_entropy`. In a record log(0) is an error.
    """
    return _loss("binary_cross_entropy", p, y, as_written=True)


def categorical_cross_entropy_as_written(p: Any, y: Any) -> Any:
    """The textbook's formula with all terms: NaN where a class has the probability 0.

    Shapes and checks of :func:`categorical_cross_entropy`. In a record log(0) is an error.
    """
    return _loss("categorical_cross_entropy", p, y, as_written=True)


def _checked(call: Call, row: Loss, prediction: Any, target: Any) -> Given:
    given = read(call, prediction, target)
    for check in row.checks:
        check(call, given)
    return given


def _divisor(row: Loss, given: Given) -> float:
    """What the sum over all samples (and outputs) is divided by."""
    if row.classes:
        return float(given.shape[0]) if len(given.shape) == 2 else 1.0
    return float(math.prod(given.shape) if row.mean_over_outputs else given.samples)


def _loss(name: str, prediction: Any, target: Any, as_written: bool = False) -> Any:
    row = LOSSES[name]
    call = Call(name + ("_as_written" if as_written else ""), row.letter)
    given = _checked(call, row, prediction, target)
    if given.kind == "recorded":
        # Returned from call to call, the last step takes the name that the learner gives it.
        steps = row.steps_as_written if as_written else row.steps
        return steps(call, given)  # type: ignore[misc]
    rule = row.as_written if as_written else row.value
    losses = _by_sample(row.classes, given, rule, total=True)
    loss = float(losses / _divisor(row, given))
    if math.isinf(loss) and row.letter != "p":
        raise OverflowError(f"{name}: the loss is too large for a float; make its inputs smaller")
    return loss


def _by_sample(classes: bool, given: Given, rule: Callable[..., Any], total: bool = False) -> Any:
    """``rule`` of every sample, in the shape of what was given; or the ``total`` of all."""
    a, y = given.prediction, given.target
    if given.kind == "array":
        numpy = sys.modules["numpy"]
        # A limit at the edge is meant, and both sides of a `where` are computed.
        with numpy.errstate(all="ignore"):
            if classes:
                columns = [None if x is None else list(x.T) for x in (a, y)]
                found = rule(numpy, *columns)
                return numpy.sum(found) if total else numpy.stack(found, axis=-1)
            found = rule(numpy, a, y)
            return numpy.sum(found) if total else found
    found = _nested(a, y, 1 if classes else 0, rule, len(given.shape))
    return sum(_leaves(found)) if total else found


def _nested(a: Any, y: Any, depth: int, rule: Callable[..., Any], dimensions: int) -> Any:
    """``rule`` at every number of nested lists (depth 0), or at every innermost row (depth 1)."""
    if dimensions == depth:
        try:
            return rule(Limits, a, y)
        except OverflowError:
            return math.inf
    targets = [None] * len(a) if y is None else y
    return [
        _nested(each, label, depth, rule, dimensions - 1)
        for each, label in zip(a, targets, strict=True)
    ]


def _leaves(found: Any) -> list[float]:
    if hasattr(found, "ravel"):
        return found.ravel().tolist()
    if not isinstance(found, list):
        return [found]
    return [leaf for each in found for leaf in _leaves(each)]
