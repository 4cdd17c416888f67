"""The course in backpropagation: what a notebook may import, and where it lives.

    maths/      numbers in, numbers out, by topic: functions.py, scalar, recorder and losses in
                pure Python; with NumPy: networks, optimizers, training, surfaces, data
    practice/   exercises as data: questions, shape puzzles, the steps of an engine, wrong engines
    panels/     what a learner sees, one folder for each panel: its pictures and words, its state,
                its widgets, its style sheet; in kit what all of them share

Imports run one way: maths <- practice <- panels; in a panel: pictures and words <- state <-
widgets; the kit knows no panel. Everything loads at its first use, so that ``import lessons`` needs
nothing but the standard library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lessons.maths.data.csv_file import read_csv
    from lessons.maths.data.dataset import split
    from lessons.maths.data.digits import digits
    from lessons.maths.data.toy import circles, moons, noisy_line, spirals
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
    from lessons.maths.losses.losses import (
        binary_cross_entropy,
        binary_cross_entropy_as_written,
        binary_cross_entropy_from_logits,
        categorical_cross_entropy,
        categorical_cross_entropy_as_written,
        categorical_cross_entropy_from_logits,
        half_squared_error,
        loss_slope,
        mean_squared_error,
        mismatch_reason,
        softmax,
    )
    from lessons.maths.networks.network import Network
    from lessons.maths.networks.signals import measure_signals
    from lessons.maths.networks.weights import load_weights, save_weights
    from lessons.maths.optimizers.optimizers import optimizer
    from lessons.maths.optimizers.schedules import cosine, step_decay, warm_up
    from lessons.maths.scalar.forward_mode import forward_mode
    from lessons.maths.scalar.gradient_check import gradient_check
    from lessons.maths.scalar.record import record
    from lessons.maths.surfaces.curvature import hessian, newton_step
    from lessons.maths.training.loop import train
    from lessons.panels.digits.panel import draw_digit
    from lessons.panels.explorer.graph import draw_graph
    from lessons.panels.explorer.panel import explore
    from lessons.panels.kit.images import show_images
    from lessons.panels.largest_rate.panel import find_largest_rate
    from lessons.panels.matrices.panel import trace_layers
    from lessons.panels.predict.panel import predict
    from lessons.panels.puzzles.panel import fit_shapes
    from lessons.panels.race.panel import race
    from lessons.panels.signals.panel import follow_signals
    from lessons.panels.slopes.difference_error import show_check_error
    from lessons.panels.slopes.panel import measure_slope
    from lessons.panels.surface.curvature import show_rates
    from lessons.panels.surface.panel import descend
    from lessons.panels.training.confusion import show_confusion
    from lessons.panels.training.gradient_cloud import show_cloud
    from lessons.panels.training.watch import watch_training
    from lessons.practice.engine_steps import check_engine
    from lessons.practice.wrong_engines import wrong_engines

_HOME = {
    "record": "lessons.maths.scalar.record",
    "gradient_check": "lessons.maths.scalar.gradient_check",
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
        "lessons.maths.losses.losses",
    ),
    "mismatch_reason": "lessons.maths.losses.losses",
    "explore": "lessons.panels.explorer.panel",
    "measure_slope": "lessons.panels.slopes.panel",
    "descend": "lessons.panels.surface.panel",
    "predict": "lessons.panels.predict.panel",
    "Network": "lessons.maths.networks.network",
    "train": "lessons.maths.training.loop",
    **dict.fromkeys(
        ("load_weights", "save_weights"),
        "lessons.maths.networks.weights",
    ),
    "digits": "lessons.maths.data.digits",
    "read_csv": "lessons.maths.data.csv_file",
    "split": "lessons.maths.data.dataset",
    **dict.fromkeys(
        ("circles", "moons", "noisy_line", "spirals"),
        "lessons.maths.data.toy",
    ),
    "optimizer": "lessons.maths.optimizers.optimizers",
    **dict.fromkeys(
        ("hessian", "newton_step"),
        "lessons.maths.surfaces.curvature",
    ),
    **dict.fromkeys(
        ("cosine", "step_decay", "warm_up"),
        "lessons.maths.optimizers.schedules",
    ),
    "forward_mode": "lessons.maths.scalar.forward_mode",
    "measure_signals": "lessons.maths.networks.signals",
    "check_engine": "lessons.practice.engine_steps",
    "wrong_engines": "lessons.practice.wrong_engines",
    "show_cloud": "lessons.panels.training.gradient_cloud",
    "show_rates": "lessons.panels.surface.curvature",
    "draw_graph": "lessons.panels.explorer.graph",
    "show_confusion": "lessons.panels.training.confusion",
    "show_check_error": "lessons.panels.slopes.difference_error",
    "show_images": "lessons.panels.kit.images",
    "trace_layers": "lessons.panels.matrices.panel",
    "fit_shapes": "lessons.panels.puzzles.panel",
    "watch_training": "lessons.panels.training.watch",
    "race": "lessons.panels.race.panel",
    "follow_signals": "lessons.panels.signals.panel",
    "find_largest_rate": "lessons.panels.largest_rate.panel",
    "draw_digit": "lessons.panels.digits.panel",
}  # fmt: skip

__all__ = [
    "Network",
    "binary_cross_entropy",
    "binary_cross_entropy_as_written",
    "binary_cross_entropy_from_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_as_written",
    "categorical_cross_entropy_from_logits",
    "check_engine",
    "circles",
    "cosine",
    "descend",
    "digits",
    "draw_digit",
    "draw_graph",
    "exp",
    "explore",
    "find_largest_rate",
    "fit_shapes",
    "follow_signals",
    "forward_mode",
    "gradient_check",
    "half_squared_error",
    "hessian",
    "identity",
    "leaky_relu",
    "load_weights",
    "log",
    "loss_slope",
    "maximum",
    "mean_squared_error",
    "measure_signals",
    "measure_slope",
    "minimum",
    "mismatch_reason",
    "moons",
    "newton_step",
    "noisy_line",
    "optimizer",
    "predict",
    "race",
    "read_csv",
    "record",
    "relu",
    "save_weights",
    "show_check_error",
    "show_cloud",
    "show_confusion",
    "show_images",
    "show_rates",
    "sigmoid",
    "slope",
    "softmax",
    "softplus",
    "spirals",
    "split",
    "sqrt",
    "step_decay",
    "tanh",
    "trace_layers",
    "train",
    "warm_up",
    "watch_training",
    "wrong_engines",
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
