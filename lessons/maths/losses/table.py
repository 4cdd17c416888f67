"""The table of losses: value, slope, TeX, and the outputs that each fits, on neighbouring lines.

As in the table of functions, a rule is written once, against a namespace ``m``: for plain numbers
:class:`Limits`, for arrays NumPy. What a record keeps is in
:mod:`lessons.maths.losses.recorded`, for the sake of the names there; tests hold that both are the
same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from lessons.maths.functions import FUNCTIONS, Plain
from lessons.maths.losses import recorded
from lessons.maths.losses.arguments import (
    Call,
    Given,
    refuse_labels,
    refuse_many_outputs,
    refuse_no_classes,
    refuse_no_distribution,
    refuse_no_probability,
    refuse_not_one_hot,
)


class Limits(Plain):
    """The namespace for plain numbers, with the limits that NumPy gives at the edges."""

    log = staticmethod(lambda x: math.log(x) if x > 0 else -math.inf)
    log1p = staticmethod(lambda x: math.log1p(x) if x > -1 else -math.inf)
    reciprocal = staticmethod(lambda x: 1.0 / x if x else math.inf)
    maximum = staticmethod(max)


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss with everything that is known about it.

    ``value`` and ``slope`` (the derivative by the prediction) are of one sample. They take a
    namespace, the prediction and the target, each a number or an array of numbers. For a loss over
    ``classes`` each is a list, one entry for each class. ``as_written`` is the textbook's formula.
    ``steps`` does what a record keeps, for a sample or a batch.

    ``letter`` is what the prediction is called in code. ``tex`` and ``slope_tex`` have a place {0}
    for it and {1} for the target. ``fits`` names the output functions F that belong before the
    loss; ``needs`` and ``advice`` say why another does not.
    """

    name: str
    word: str
    letter: str
    tex: str
    slope_tex: str
    value: Callable[..., Any]
    slope: Callable[..., Any]
    steps: Callable[[Call, Given], Any]
    checks: tuple[Callable[[Call, Given], None], ...]
    fits: tuple[str, ...]
    needs: str = ""
    advice: str = ""
    as_written: Callable[..., Any] | None = None
    steps_as_written: Callable[[Call, Given], Any] | None = None
    classes: bool = False
    mean_over_outputs: bool = False

    @property
    def formula(self) -> str:
        """The loss in TeX, in the course's letters."""
        return self.tex.format(_LETTERS.get(self.letter, self.letter), "y")

    @property
    def slope_formula(self) -> str:
        """The derivative by the prediction in TeX, in the course's letters."""
        return self.slope_tex.format(_LETTERS.get(self.letter, self.letter), "y")


_LETTERS = {"yhat": r"\hat{y}"}

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


def _sigmoid(m: Any, x: Any) -> Any:
    return FUNCTIONS["sigmoid"].value(m, x)


def softmax_of(m: Any, z: Sequence[Any]) -> list[Any]:
    # exp only ever sees a number <= 0, so +-1000 cannot overflow; one of them is 0, so the sum is
    # 1 or more.
    top = reduce(m.maximum, z)
    e = [m.exp(zi - top) for zi in z]
    total = sum(e)
    return [ei / total for ei in e]


def _cross_entropy_from_logits(m: Any, z: Sequence[Any], y: Sequence[Any]) -> Any:
    # log(sum of exp(z)) - z of the true class. The largest terms are counted and the rest goes
    # through log1p, so that a loss of 1e-30 has all of its digits.
    top = reduce(m.maximum, z)
    largest = sum(m.where(zi == top, 1.0, 0.0) for zi in z)
    rest = sum(m.where(zi == top, 0.0, m.exp(zi - top)) for zi in z)
    gap = top - sum(zi * yi for zi, yi in zip(z, y, strict=True))
    return gap + m.log(largest) + m.log1p(rest / largest)


def _one_output(call: Call, given: Given) -> None:
    refuse_many_outputs(call, given, most=1)


def _outputs(call: Call, given: Given) -> None:
    refuse_many_outputs(call, given, most=None)


def _table() -> dict[str, Loss]:
    rows = [
        Loss(
            "half_squared_error",
            "half squared error",
            "yhat",
            tex=r"\frac{{1}}{{2}} ({0} - {1})^2",
            slope_tex=r"{0} - {1}",
            value=lambda m, yhat, y: 0.5 * (yhat - y) ** 2,
            slope=lambda m, yhat, y: yhat - y,
            steps=recorded.half_squared_error,
            checks=(_outputs,),
            fits=tuple(OUTPUTS),
        ),
        Loss(
            "mean_squared_error",
            "mean squared error",
            "yhat",
            tex=r"\frac{{1}}{{n}} \sum_i ({0}_i - {1}_i)^2",
            slope_tex=r"\frac{{2}}{{n}} ({0}_i - {1}_i)",
            value=lambda m, yhat, y: (yhat - y) ** 2,
            slope=lambda m, yhat, y: 2.0 * (yhat - y),
            steps=recorded.mean_squared_error,
            checks=(_outputs,),
            fits=tuple(OUTPUTS),
            mean_over_outputs=True,
        ),
        Loss(
            "binary_cross_entropy",
            "binary cross-entropy",
            "p",
            tex=r"-{1} \log {0} - (1 - {1}) \log (1 - {0})",
            slope_tex=r"\frac{{{0} - {1}}}{{{0} (1 - {0})}}",
            # The label chooses the term: the other one, 0 * log(...), is left out.
            value=lambda m, p, y: m.where(y == 1, -m.log(p), -m.log1p(-p)),
            slope=lambda m, p, y: m.where(y == 1, -m.reciprocal(p), m.reciprocal(1.0 - p)),
            steps=recorded.binary_cross_entropy,
            checks=(_one_output, refuse_labels, refuse_no_probability),
            fits=("sigmoid",),
            needs="one probability between 0 and 1",
            advice="take the sigmoid as F",
            as_written=lambda m, p, y: -(y * m.log(p) + (1 - y) * m.log(1 - p)),
            steps_as_written=recorded.binary_cross_entropy_as_written,
        ),
        Loss(
            "categorical_cross_entropy",
            "categorical cross-entropy",
            "p",
            tex=r"-\sum_i {1}_i \log {0}_i",
            slope_tex=r"-\frac{{{1}_i}}{{{0}_i}}",
            value=lambda m, p, y: -m.log(sum(pi * yi for pi, yi in zip(p, y, strict=True))),
            slope=lambda m, p, y: [
                m.where(yi == 1, -m.reciprocal(pi), 0.0) for pi, yi in zip(p, y, strict=True)
            ],
            steps=recorded.categorical_cross_entropy,
            checks=(refuse_no_classes, refuse_not_one_hot, refuse_no_distribution),
            fits=("softmax",),
            needs="one probability for each class, with the sum 1",
            advice="take the softmax as F",
            as_written=lambda m, p, y: -sum(yi * m.log(pi) for pi, yi in zip(p, y, strict=True)),
            steps_as_written=recorded.categorical_cross_entropy_as_written,
            classes=True,
        ),
        Loss(
            "binary_cross_entropy_from_logits",
            "binary cross-entropy from logits",
            "z",
            tex=r"-{1} \log \sigma({0}) - (1 - {1}) \log (1 - \sigma({0}))",
            slope_tex=r"\sigma({0}) - {1}",
            value=lambda m, z, y: FUNCTIONS["softplus"].value(m, m.where(y == 1, -z, z)),
            # sigmoid(z) - 1 is -sigmoid(-z), without the digits that the subtraction loses.
            slope=lambda m, z, y: m.where(y == 1, -_sigmoid(m, -z), _sigmoid(m, z)),
            steps=recorded.binary_cross_entropy_from_logits,
            checks=(_one_output, refuse_labels),
            fits=("identity",),
            needs="the logit, any number, and has the sigmoid inside",
            advice="take the identity as F",
        ),
        Loss(
            "categorical_cross_entropy_from_logits",
            "categorical cross-entropy from logits",
            "z",
            tex=r"\log \sum_j e^{{{0}_j}} - \sum_i {1}_i {0}_i",
            slope_tex=r"\mathrm{{softmax}}({0})_i - {1}_i",
            value=_cross_entropy_from_logits,
            slope=lambda m, z, y: [
                pi - yi for pi, yi in zip(softmax_of(m, z), y, strict=True)
            ],
            steps=recorded.categorical_cross_entropy_from_logits,
            checks=(refuse_no_classes, refuse_not_one_hot),
            fits=("identity",),
            needs="the logits, one number of any size for each class, and has the softmax inside",
            advice="take the identity as F",
            classes=True,
        ),
    ]  # fmt: skip
    return {row.name: row for row in rows}


LOSSES: dict[str, Loss] = _table()


def row_of(name: str) -> Loss:
    """The row of a loss. Raises ``ValueError`` for a name that is not in the table."""
    if name not in LOSSES:
        raise ValueError(f"there is no loss {name!r}; choose one of {', '.join(LOSSES)}")
    return LOSSES[name]


def misfit(loss: str, output: str) -> str:
    """Why the output function F does not belong before the loss, in a sentence; "" where it does.

    Raises ``ValueError`` for a name that is in neither table (:data:`LOSSES`, :data:`OUTPUTS`).
    """
    row = row_of(loss)
    if output not in OUTPUTS:
        raise ValueError(f"there is no output {output!r}; choose one of {', '.join(OUTPUTS)}")
    if output in row.fits:
        return ""
    word, gives = OUTPUTS[output]
    return f"The {row.word} needs {row.needs}; {word} gives {gives}: {row.advice}."
