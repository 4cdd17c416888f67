"""The course in backpropagation: what a notebook may import, and where it lives.

    maths/      numbers: recording a scalar function, differentiating it, checking that; losses;
                with NumPy: networks, training, optimizers, data
    pictures/   records and arrays in; SVG diagrams, formulas, tables, maps and sentences out
    widgets/    controls around the pictures: one panel each for a neuron, a slope, a surface, the
                layers of a network, a training, a race of optimizers, signals, a drawn digit
    practice/   exercises as data: questions, shape puzzles, the steps of an engine, wrong engines

Imports run one way: maths <- pictures <- widgets (and practice stands on maths alone). Everything
loads at its first use, so that ``import lessons`` needs nothing but the standard library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lessons.maths.check import gradient_check
    from lessons.maths.curvature import hessian, newton_step
    from lessons.maths.data import circles, digits, moons, noisy_line, read_csv, spirals, split
    from lessons.maths.forward_mode import forward_mode
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
    from lessons.maths.networks import Network
    from lessons.maths.optimizers import optimizer
    from lessons.maths.record import record
    from lessons.maths.schedules import cosine, step_decay, warm_up
    from lessons.maths.signals import measure_signals
    from lessons.maths.training import train
    from lessons.maths.weights import load_weights, save_weights
    from lessons.pictures.check_error import show_check_error
    from lessons.pictures.cloud import show_cloud
    from lessons.pictures.confusion import show_confusion
    from lessons.pictures.curvature import show_rates
    from lessons.pictures.graphs import draw_graph
    from lessons.pictures.images import show_images
    from lessons.practice.engine_steps import check_engine
    from lessons.practice.wrong_engines import wrong_engines
    from lessons.widgets.explorer import explore
    from lessons.widgets.largest_rate import find_largest_rate
    from lessons.widgets.matrices import trace_layers
    from lessons.widgets.pad import draw_digit
    from lessons.widgets.predict import predict
    from lessons.widgets.puzzles import fit_shapes
    from lessons.widgets.race import race
    from lessons.widgets.signals import follow_signals
    from lessons.widgets.slopes import measure_slope
    from lessons.widgets.surfaces import descend
    from lessons.widgets.trainer import watch_training

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
    "Network": "lessons.maths.networks",
    "train": "lessons.maths.training",
    **dict.fromkeys(
        ("load_weights", "save_weights"),
        "lessons.maths.weights",
    ),
    **dict.fromkeys(
        ("circles", "digits", "moons", "noisy_line", "read_csv", "spirals", "split"),
        "lessons.maths.data",
    ),
    "optimizer": "lessons.maths.optimizers",
    **dict.fromkeys(
        ("hessian", "newton_step"),
        "lessons.maths.curvature",
    ),
    **dict.fromkeys(
        ("cosine", "step_decay", "warm_up"),
        "lessons.maths.schedules",
    ),
    "forward_mode": "lessons.maths.forward_mode",
    "measure_signals": "lessons.maths.signals",
    "check_engine": "lessons.practice.engine_steps",
    "wrong_engines": "lessons.practice.wrong_engines",
    "show_cloud": "lessons.pictures.cloud",
    "show_rates": "lessons.pictures.curvature",
    "draw_graph": "lessons.pictures.graphs",
    "show_confusion": "lessons.pictures.confusion",
    "show_check_error": "lessons.pictures.check_error",
    "show_images": "lessons.pictures.images",
    "trace_layers": "lessons.widgets.matrices",
    "fit_shapes": "lessons.widgets.puzzles",
    "watch_training": "lessons.widgets.trainer",
    "race": "lessons.widgets.race",
    "follow_signals": "lessons.widgets.signals",
    "find_largest_rate": "lessons.widgets.largest_rate",
    "draw_digit": "lessons.widgets.pad",
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
    "misfit",
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
