"""What all losses share: the table of them, how they are called, and the outputs that fit."""

from __future__ import annotations

import functools
import inspect
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from lessons.maths.checks import choice
from lessons.maths.losses.arguments import Call, Given, read

Rule = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss with everything that is known about it.

    ``value`` and ``slope`` (the derivative by the prediction) are of one sample. They take the
    prediction and the target, each a number or an array of numbers. For a loss over ``classes``
    each is a list, one entry for each class. ``steps`` does what a record keeps, for a sample or a
    batch. ``letter`` is what the prediction is called in code.
    """

    name: str
    letter: str
    value: Rule
    slope: Rule
    steps: Callable[[Call, Given], Any]
    checks: tuple[Callable[[Call, Given], None], ...]
    classes: bool = False
    mean_over_outputs: bool = False

    @property
    def word(self) -> str:
        """What it is called in a sentence."""
        return self.name.replace("_", " ").replace("cross entropy", "cross-entropy")


#: The losses by name, in the order of the menus.
LOSSES: dict[str, Loss] = {}


def loss(
    slope: Rule | None = None, *, steps: Callable[[Call, Given], Any], checks: Any, **kind: bool
) -> Callable[[Rule], Rule]:
    """Enter the value of one sample with its slope, and make of it the loss that learners call.

    What has no slope is another form of one that has, and stands in no menu.
    """

    def entered(value: Rule) -> Rule:
        signature = inspect.signature(value)
        letter = next(iter(signature.parameters))
        by = slope or value  # of a form without one nobody asks for it
        row = Loss(value.__name__, letter, value, by, steps, tuple(checks), **kind)
        if slope is not None:
            LOSSES[row.name] = row

        @functools.wraps(value)
        def called(*args: Any, **named: Any) -> Any:
            return _loss(row, *signature.bind(*args, **named).args)

        return called

    return entered


def checked(call: Call, row: Loss, prediction: Any, target: Any) -> Given:
    given = read(call, prediction, target)
    for check in row.checks:
        check(call, given)
    return given


def divisor(row: Loss, given: Given) -> float:
    """What the sum over all samples (and outputs) is divided by."""
    if row.classes:
        return float(given.shape[0]) if len(given.shape) == 2 else 1.0
    return float(math.prod(given.shape) if row.mean_over_outputs else given.samples)


def _loss(row: Loss, prediction: Any, target: Any) -> Any:
    call = Call(row.name, row.letter)
    given = checked(call, row, prediction, target)
    if given.kind == "recorded":
        # Returned from call to call, the last step takes the name that the learner gives it.
        return row.steps(call, given)
    losses = by_sample(row.classes, given, row.value, total=True)
    mean = float(losses / divisor(row, given))
    if math.isinf(mean) and row.letter != "p":
        raise OverflowError(
            f"{row.name}: the loss is too large for a float; make its inputs smaller"
        )
    return mean


def by_sample(classes: bool, given: Given, rule: Callable[..., Any], total: bool = False) -> Any:
    """``rule`` of every sample, in the shape of what was given; or the ``total`` of all."""
    a, y = given.prediction, given.target
    if given.kind == "array":
        numpy = sys.modules["numpy"]
        # A limit at the edge is meant, and both sides of a `where` are computed.
        with numpy.errstate(all="ignore"):
            if classes:
                columns = [None if x is None else list(x.T) for x in (a, y)]
                results = rule(*columns)
                return numpy.sum(results) if total else numpy.stack(results, axis=-1)
            results = rule(a, y)
            return numpy.sum(results) if total else results
    results = _nested(a, y, 1 if classes else 0, rule, len(given.shape))
    return sum(leaves(results)) if total else results


def _nested(a: Any, y: Any, depth: int, rule: Callable[..., Any], dimensions: int) -> Any:
    """``rule`` at every number of nested lists (depth 0), or at every innermost row (depth 1)."""
    if dimensions == depth:
        try:
            return rule(a, y)
        except OverflowError:
            return math.inf
    targets = [None] * len(a) if y is None else y
    return [
        _nested(each, label, depth, rule, dimensions - 1)
        for each, label in zip(a, targets, strict=True)
    ]


def leaves(found: Any) -> list[float]:
    if hasattr(found, "ravel"):
        return found.ravel().tolist()
    if not isinstance(found, list):
        return [found]
    return [leaf for each in found for leaf in leaves(each)]


# Which output functions F belong before which loss.

#: Every output function F, with its name in a sentence and what it can give.
OUTPUTS: dict[str, tuple[str, str]] = {
    "identity": ("the identity", "any number"),
    "relu": ("ReLU", "any number from 0 up"),
    "leaky_relu": ("leaky ReLU", "any number"),
    "sigmoid": ("sigmoid", "one number between 0 and 1"),
    "tanh": ("tanh", "a number between -1 and 1"),
    "softplus": ("softplus", "any number above 0"),
    "softmax": ("softmax", "one probability for each class"),
}


class Fit(NamedTuple):
    """The outputs that belong before a loss, and in words why another does not."""

    outputs: tuple[str, ...]
    needs: str
    advice: str


#: The losses that do not fit to every output.
FITS: dict[str, Fit] = {
    "binary_cross_entropy": Fit(
        ("sigmoid",), "one probability between 0 and 1", "take the sigmoid as F"
    ),
    "categorical_cross_entropy": Fit(
        ("softmax",), "one probability for each class, with the sum 1", "take the softmax as F"
    ),
    "binary_cross_entropy_from_logits": Fit(
        ("identity",),
        "the logit, any number, and has the sigmoid inside",
        "take the identity as F",
    ),
    "categorical_cross_entropy_from_logits": Fit(
        ("identity",),
        "the logits, one number of any size for each class, and has the softmax inside",
        "take the identity as F",
    ),
}


def row_of(name: str) -> Loss:
    """The row of a loss. Raises ``ValueError`` for a name that is not in the table."""
    return LOSSES[choice("loss", name, LOSSES)]


def mismatch_reason(loss: str, output: str) -> str:
    """Why the output function F does not belong before the loss, in a sentence; "" where it does.

    Raises ``ValueError`` for a name that is in neither table (:data:`LOSSES`, :data:`OUTPUTS`).
    """
    word = row_of(loss).word
    choice("output", output, OUTPUTS)
    if loss not in FITS or output in FITS[loss].outputs:
        return ""
    (called, gives), fit = OUTPUTS[output], FITS[loss]
    return f"The {word} needs {fit.needs}; {called} gives {gives}: {fit.advice}."
