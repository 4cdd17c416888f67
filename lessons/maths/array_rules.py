"""Activations and losses over a whole batch: the rules of the tables, each in a few array calls.

A batch is (n, k), a row for each sample. Where the table's own rule is as fast as it can be, it is
taken as it stands; the others have a twin here, and tests hold that both give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.maths.functions import ACTIVATIONS, FUNCTIONS
from lessons.maths.loss_inputs import Call, Given, refuse_labels, refuse_not_one_hot
from lessons.maths.loss_table import LOSSES, Loss

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Activation:
    """``value(z)`` is a; ``back(dL_da, z, a)`` is dL_dz. All are (n, k)."""

    value: Callable[[Array], Array]
    back: Callable[[Array, Array, Array], Array]


def _from_table(name: str) -> Activation:
    function = FUNCTIONS[name]
    slope, defaults = function.slopes[0], function.defaults
    return Activation(
        lambda z: function.value(np, z, *defaults),
        lambda dL_da, z, a: dL_da * slope(np, z, *defaults),
    )


def softmax(z: Array) -> Array:
    """Each row of logits as probabilities, without overflow at any z."""
    e = np.exp(z - np.maximum.reduce(z, axis=1, keepdims=True))
    e /= np.add.reduce(e, axis=1, keepdims=True)
    return e


def _softmax_back(dL_da: Array, z: Array, a: Array) -> Array:
    # Each probability depends on every logit of its row: da_i/dz_j = a_i ([i = j] - a_j).
    product = dL_da * a
    return product - a * np.add.reduce(product, axis=1, keepdims=True)


#: Every activation and output function of a network, by name.
ARRAY_ACTIVATIONS: dict[str, Activation] = {
    **{name: _from_table(name) for name in ACTIVATIONS},
    "identity": Activation(lambda z: z, lambda dL_da, z, a: dL_da),
    "relu": Activation(lambda z: np.maximum(z, 0.0), lambda dL_da, z, a: dL_da * (z > 0)),
    "tanh": Activation(np.tanh, lambda dL_da, z, a: dL_da * (1.0 - a * a)),
    "softmax": Activation(softmax, _softmax_back),
}

#: A loss: the mean over the batch, and its gradient by the prediction, from both and from y.
LossRule = Callable[[Array, Array], tuple[float, Array]]


def _categorical_from_logits(z: Array, y: Array) -> tuple[float, Array]:
    # log(sum of exp(z)) - z of the true class, and softmax(z) - y, from the same exponentials.
    n = len(z)
    z = z - np.maximum.reduce(z, axis=1, keepdims=True)
    p = np.exp(z)
    total = np.add.reduce(p, axis=1, keepdims=True)
    z *= y
    loss = (np.add.reduce(np.log(total), axis=None) - np.add.reduce(z, axis=None)) / n
    p /= total
    p -= y
    p /= n
    return float(loss), p


def _rule(row: Loss) -> LossRule:
    """The table's own rule for a batch; a loss over classes takes its columns."""

    def rule(prediction: Array, y: Array) -> tuple[float, Array]:
        n, outputs = prediction.shape
        count = n * outputs if row.mean_over_outputs else n
        if row.classes:
            a, b = list(prediction.T), list(y.T)
            slope = np.stack(row.slope(np, a, b), axis=1)
            return float(np.sum(row.value(np, a, b))) / count, slope / count
        value, slope = row.value(np, prediction, y), row.slope(np, prediction, y)
        return float(np.sum(value)) / count, slope / count

    return rule


#: Every loss of the table, by name.
ARRAY_LOSSES: dict[str, LossRule] = {
    **{name: _rule(row) for name, row in LOSSES.items()},
    "categorical_cross_entropy_from_logits": _categorical_from_logits,
}


def checked_targets(loss: str, y: Any, shape: tuple[int, ...]) -> Array:
    """The targets of a loss, as float64 in the ``shape`` of the prediction.

    Raises ``ValueError`` where the shape is another (NumPy would stretch (n, 1) against (n,) to a
    table without a word), where a number is not finite, and for a label that is none.
    """
    y = as_floats("y", y)
    row = LOSSES[loss]
    if y.shape != shape:
        raise ValueError(f"y has the shape {y.shape} and the network's output {shape}; "
                         f"{_advice(row, y.shape, shape)}")  # fmt: skip
    refuse_not_finite("y", y)
    call, given = Call(loss, row.letter), Given("array", y.shape, y, y)
    for check in (refuse_labels, refuse_not_one_hot):
        if check in row.checks:
            check(call, given)
    return y


def _advice(row: Loss, given: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    if len(given) == 1 and wanted == (given[0], 1):
        return (
            "NumPy would make a table of them, every sample against every other: write "
            "y.reshape(-1, 1)"
        )
    if row.classes and len(given) == len(wanted) - 1:
        return "write y one-hot: for each sample a row with a 1 for the true class, else 0"
    if len(given) == len(wanted) and given[-1] == wanted[-1]:
        return "give one row of y for each row of x"
    return f"the last layer has {wanted[-1]} outputs, so give one target for each, {wanted}"


def as_floats(name: str, given: Any) -> Array:
    """``given`` as a float64 array. Raises ``TypeError`` for what holds anything but numbers."""
    try:
        array = np.asarray(given)
        if array.dtype.kind not in "biuf":
            raise TypeError
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} must hold numbers alone, each row as many as the others; give a NumPy array "
            f"of floats"
        ) from None
    return array.astype(np.float64, copy=False)


def refuse_not_finite(name: str, array: Array) -> None:
    """Raise ``ValueError`` for the first NaN or infinity, with its place: ``x[3, 0] is nan``."""
    if np.isfinite(array).all():
        return
    place = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
    at = ", ".join(map(str, place))
    row = f" (row {place[0]}, counted from 0)" if array.ndim > 1 else ""
    raise ValueError(
        f"{name}[{at}] is {array[place]}{row}, and only finite numbers can be used; repair that "
        f"row or leave it out"
    )
