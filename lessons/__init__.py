"""The course in backpropagation: what a notebook may import, and where it lives.

    maths/      numbers: recording a scalar function, differentiating it, checking that; losses
    pictures/   records in; SVG diagrams, formulas, tables, code listings and sentences out
    widgets/    controls around the pictures: the explorer, the slope panel, the surface panel
    practice/   questions that are asked before a number is shown

Imports run one way: maths <- pictures <- widgets (and practice stands on maths alone). Everything
loads at its first use, so that ``import lessons`` needs nothing but the standard library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lessons.maths.check import gradient_check
    from lessons.maths.functions import (
        exp,
        identity,
        leaky_relu,
        log,
        maximum,
        minimum,
        relu,
        sigmoid,
        slope,
        softplus,
        sqrt,
        tanh,
    )
    from lessons.maths.loss_table import misfit
    from lessons.maths.losses import (
        binary_cross_entropy,
        binary_cross_entropy_as_written,
        binary_cross_entropy_from_logits,
        categorical_cross_entropy,
        categorical_cross_entropy_as_written,
        categorical_cross_entropy_from_logits,
        half_squared_error,
        loss_slope,
        mean_squared_error,
        softmax,
    )
    from lessons.maths.record import record
    from lessons.widgets.explorer import explore
    from lessons.widgets.predict import predict
    from lessons.widgets.slopes import measure_slope
    from lessons.widgets.surfaces import descend

_HOME = {
    "record": "lessons.maths.record",
    "gradient_check": "lessons.maths.check",
    **dict.fromkeys(
        (
            "identity", "relu", "leaky_relu", "sigmoid", "tanh", "softplus", "exp", "log", "sqrt",
            "maximum", "minimum", "slope",
        ),
        "lessons.maths.functions",
    ),
    **dict.fromkeys(
        (
            "half_squared_error", "mean_squared_error", "softmax", "loss_slope",
            "binary_cross_entropy", "categorical_cross_entropy",
            "binary_cross_entropy_from_logits", "categorical_cross_entropy_from_logits",
            "binary_cross_entropy_as_written", "categorical_cross_entropy_as_written",
        ),
        "lessons.maths.losses",
    ),
    "misfit": "lessons.maths.loss_table",
    "explore": "lessons.widgets.explorer",
    "measure_slope": "lessons.widgets.slopes",
    "descend": "lessons.widgets.surfaces",
    "predict": "lessons.widgets.predict",
}  # fmt: skip

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_as_written",
    "binary_cross_entropy_from_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_as_written",
    "categorical_cross_entropy_from_logits",
    "descend",
    "exp",
    "explore",
    "gradient_check",
    "half_squared_error",
    "identity",
    "leaky_relu",
    "log",
    "loss_slope",
    "maximum",
    "mean_squared_error",
    "measure_slope",
    "minimum",
    "misfit",
    "predict",
    "record",
    "relu",
    "sigmoid",
    "slope",
    "softmax",
    "softplus",
    "sqrt",
    "tanh",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(
            f"lessons has no {name!r}; a notebook may import {', '.join(sorted(_HOME))}"
        )
    found = globals()[name] = getattr(import_module(_HOME[name]), name)
    return found


def __dir__() -> list[str]:
    return __all__
