"""What is handed to a network, read and checked before anything is computed.

Whatever would lead to a silent wrong number is refused here, in a sentence that names the shapes,
the layer or the row, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lessons.maths.checks import choice
from lessons.maths.functions import ACTIVATIONS
from lessons.maths.losses.arguments import Call, Given, refuse_labels, refuse_not_one_hot
from lessons.maths.losses.losses import LOSSES
from lessons.maths.losses.table import Loss, mismatch_reason
from lessons.maths.networks.activations import ARRAY_ACTIVATIONS, Array

#: What may stand behind a hidden layer; behind the last one, softmax too.
HIDDEN: tuple[str, ...] = ("identity", *ACTIVATIONS)


def checked_sizes(sizes: Any) -> tuple[int, ...]:
    """The inputs and the width of each layer: two whole numbers or more, each 1 or more."""
    try:
        found = tuple(sizes)
        if len(found) < 2 or any(isinstance(s, bool) or int(s) != s or s < 1 for s in found):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"sizes is {sizes!r}; give the number of inputs and the width of every layer, whole "
            f"numbers from 1, such as (64, 32, 10)"
        ) from None
    return tuple(int(s) for s in found)


def checked_activations(layers: int, hidden: Any, output: Any) -> tuple[str, ...]:
    """The name of each layer's activation; ``hidden`` is one for all, or one for each."""
    each = [hidden] * (layers - 1) if isinstance(hidden, str) else list(hidden)
    if len(each) != layers - 1:
        raise ValueError(
            f"hidden names {len(each)} activations, and there are {layers - 1} hidden layers; "
            f"give one for all, or one for each"
        )
    for i, name in enumerate(each, start=1):
        if name not in HIDDEN:
            raise ValueError(
                f"layer {i} has the activation {name!r}; choose one of {', '.join(HIDDEN)}"
            )
    choice("output", output, ARRAY_ACTIVATIONS)
    return (*each, output)


def checked_loss(loss: str, output: str, outputs: int) -> str:
    """The loss, where it fits the output function and the number of ``outputs``."""
    said = mismatch_reason(loss, output)
    if said:
        raise ValueError(said)
    if outputs != 1 and loss.startswith("binary"):
        raise ValueError(
            f"{loss} takes one output, and the last layer has {outputs}; for several classes use "
            f"{loss.replace('binary', 'categorical')}"
        )
    if outputs < 2 and LOSSES[loss].classes:
        raise ValueError(
            f"{loss} takes one output for each class, and the last layer has {outputs}; for one "
            f"output use {loss.replace('categorical', 'binary')}"
        )
    return loss


def checked_inputs(x: Any, shape: tuple[int, ...]) -> Array:
    """A batch (n, in) or one sample (in,), for a first layer whose W has the ``shape``."""
    x = as_floats("x", x)
    into = shape[1]
    if x.ndim not in (1, 2) or x.shape[-1] != into:
        raise ValueError(
            f"x has the shape {x.shape}, and W1 of layer 1 has {shape}, so it takes {into} "
            f"inputs; give a batch (n, {into}) or one sample ({into},)"
        )
    if not len(x):
        raise ValueError(f"the batch x is empty, {x.shape}; give one sample or more")
    refuse_not_finite("x", x)
    return x


def checked_targets(loss: str, y: Any, shape: tuple[int, ...], layers: int) -> Array:
    """The targets, in the ``shape`` of the output of the last of ``layers``.

    Raises ``ValueError`` where the shape is another (NumPy would stretch (n, 1) against (n,) to a
    table without a word), where a number is not finite, and for a label that is none.
    """
    y = as_floats("y", y)
    row = LOSSES[loss]
    if y.shape != shape:
        raise ValueError(
            f"y has the shape {y.shape}, and the output of layer {layers}, the last one, has "
            f"{shape}; {_advice(row, y.shape, shape)}"
        )
    refuse_not_finite("y", y)
    call, given = Call(loss, row.letter), Given("array", y.shape, y, y)
    for check in (refuse_labels, refuse_not_one_hot):
        if check in row.checks:
            check(call, given)
    return y


def _advice(row: Loss, given: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    if len(wanted) == 2 and given == wanted[:1]:
        if row.classes:
            return "write y one-hot: for each sample a row with a 1 for the true class, else 0"
        if wanted[1] == 1:
            return (
                "NumPy would make a table of them, every sample against every other: write "
                "y.reshape(-1, 1)"
            )
    if len(given) == len(wanted) == 2 and given[1] == wanted[1]:
        return "give one row of y for each row of x"
    return f"give one target for each output, {wanted}"


def refuse_no_labels(y: Array) -> None:
    """Raise ``ValueError`` where (n, k) targets are no labels: 0 or 1, or one-hot rows."""
    if not ((y == 0) | (y == 1)).all() or (y.shape[1] > 1 and not (y.sum(axis=1) == 1).all()):
        raise ValueError(
            "accuracy counts labels, 0 or 1 for one output and one-hot rows for more, and y holds "
            "other targets; look at the loss instead"
        )


def checked_pair(data: Any, name: str) -> tuple[Any, Any]:
    """x and y of a ``Data``, or of a pair."""
    if hasattr(data, "x") and hasattr(data, "y"):
        return data.x, data.y
    if isinstance(data, (tuple, list)) and len(data) == 2:
        return data[0], data[1]
    raise TypeError(f"{name} is a {type(data).__name__}; give a Data or a pair (x, y)")


def as_floats(name: str, given: Any) -> Array:
    """``given`` as a float64 array. Raises ``TypeError`` for what holds anything but numbers."""
    try:
        array = np.asarray(given)
    except ValueError:
        raise TypeError(f"{name} is uneven; give each row as many numbers as the others") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} holds what is no real number ({array.dtype}); give it floats")
    return array.astype(np.float64, copy=False)


def refuse_not_finite(name: str, array: Array) -> None:
    """Raise ``ValueError`` for the first NaN or infinity, with its place: ``x[3, 0] is nan``."""
    wrong = ~np.isfinite(array)
    if not wrong.any():
        return
    place = tuple(np.argwhere(wrong)[0].tolist())
    at = ", ".join(map(str, place))
    rows = np.unique(np.argwhere(wrong)[:, 0])
    more = f", and {len(rows) - 1} more rows are like it" if len(rows) > 1 else ""
    raise ValueError(
        f"{name}[{at}] is {array[place]}{more if array.ndim > 1 else ''}, and only finite numbers "
        f"can be used; repair row {place[0]}, or leave it out"
    )


def shapes_of(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """The shape of each layer's W, (out, in)."""
    return [(out, into) for into, out in pairwise(sizes)]
