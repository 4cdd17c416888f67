"""Activations and losses over a whole batch: the rules of the tables, each in a few array calls.

A batch is (n, k), a row for each sample. Most are the table's own rules. Where those do more work
than a batch needs, there is a twin here, and tests hold that both give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from lessons.maths.functions import ACTIVATIONS, FUNCTIONS
from lessons.maths.losses.losses import LOSSES
from lessons.maths.losses.table import Loss

Array = np.ndarray

#: 0 as an array of no dimensions: a plain 0.0 would be made into one in every call.
_ZERO = np.zeros(())


@dataclass(frozen=True, slots=True)
class Activation:
    """``value(z)`` is a; ``back(dL_da, z, a)`` is dL_dz. All of them are (n, k)."""

    value: Callable[[Array], Array]
    back: Callable[[Array, Array, Array], Array]


def _from_table(name: str) -> Activation:
    function = FUNCTIONS[name]
    slope, defaults = function.slopes[0], function.defaults
    return Activation(
        lambda z: function.value(z, *defaults),
        lambda dL_da, z, a: dL_da * slope(z, *defaults),
    )


@cache
def ones(n: int) -> Array:
    """(n,) ones, made once. For small matrices a product with them is the fastest sum."""
    found = np.ones(n)
    found.flags.writeable = False
    return found


def softmax(z: Array) -> Array:
    """Each row of logits as probabilities, without overflow at any z."""
    p = np.exp(z - np.maximum.reduce(z, axis=1, keepdims=True))
    p /= np.add.reduce(p, axis=1, keepdims=True)
    return p


def _softmax_back(dL_da: Array, z: Array, a: Array) -> Array:
    # Each probability depends on every logit of its row: da_i/dz_j = a_i * ([i = j] - a_j).
    product = dL_da * a
    return product - a * np.add.reduce(product, axis=1, keepdims=True)


#: Every activation and output function of a network, by name.
ARRAY_ACTIVATIONS: dict[str, Activation] = {
    # z itself, and no copy of it: nothing is written into either.
    "identity": Activation(lambda z: z, lambda dL_da, z, a: dL_da),
    **{name: _from_table(name) for name in ACTIVATIONS},
    # The slope is the sign of a: 1 where z came through, else 0.
    "relu": Activation(lambda z: np.maximum(z, _ZERO), lambda dL_da, z, a: dL_da * np.sign(a)),
    "tanh": Activation(np.tanh, lambda dL_da, z, a: dL_da * (1.0 - a * a)),
    "softmax": Activation(softmax, _softmax_back),
}

#: The mean loss of a batch, and its gradient by the prediction, from prediction and targets.
LossRule = Callable[[Array, Array], tuple[float, Array]]


def _loss_from_table(row: Loss) -> LossRule:
    def rule(prediction: Array, y: Array) -> tuple[float, Array]:
        count = prediction.size if row.mean_over_outputs else len(prediction)
        if not row.classes:
            total = np.add.reduce(row.value(prediction, y), axis=None)
            return float(total) / count, row.slope(prediction, y) / count
        columns, labels = list(prediction.T), list(y.T)
        total = np.add.reduce(row.value(columns, labels))
        return float(total) / count, np.stack(row.slope(columns, labels), axis=1) / count

    return rule


#: exp takes logits up to this size as they are: no sum overflows, and none is lost as 0.
_LARGEST_LOGIT = 300.0


def _categorical_from_logits(z: Array, y: Array) -> tuple[float, Array]:
    # log(sum of exp(z)) - z of the true class, and softmax(z) - y, from the same exponentials.
    n, classes = z.shape
    # The sum of the squares is quick, and no logit is larger than its root.
    if not np.vdot(z, z) < _LARGEST_LOGIT**2:
        z = z - np.maximum.reduce(z, axis=1, keepdims=True)
    p = np.exp(z)
    total = np.dot(p, ones(classes))
    loss = (np.dot(ones(n), np.log(total)) - np.vdot(z, y)) / n
    p /= total[:, None]
    p -= y
    p /= float(n)
    return float(loss), p


#: Every loss of the table, by name.
ARRAY_LOSSES: dict[str, LossRule] = {
    **{name: _loss_from_table(row) for name, row in LOSSES.items()},
    "categorical_cross_entropy_from_logits": _categorical_from_logits,
}
