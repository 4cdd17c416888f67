"""What a watched training can be set to, checked, and the data and the network made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from lessons.maths import checks
from lessons.maths.checks import choice, whole_setting
from lessons.maths.data.dataset import Data, split
from lessons.maths.data.toy import circles, moons, noisy_line, spirals
from lessons.maths.functions import ACTIVATIONS
from lessons.maths.networks.network import HIDDEN, Network
from lessons.maths.optimizers.optimizers import OPTIMIZERS, optimizer
from lessons.maths.training.loop import Training, train

#: The data sets that a panel can make, each with the noise that it has at first.
MADE: dict[str, tuple[Callable[..., Data], float]] = {
    "moons": (moons, 0.2),
    "circles": (circles, 0.1),
    "spirals": (spirals, 0.1),
    "noisy line": (noisy_line, 0.3),
}
#: The name of the learner's own data in menus and settings.
OWN = "yours"
#: The activations of a menu: the table's, and the identity, which makes a straight network.
CHOICES = (*ACTIVATIONS, "identity")
#: The weights of every epoch are kept, so there is a last one.
MOST_EPOCHS = 2000
MOST_LAYERS, MOST_WIDTH = 4, 32
FEWEST_POINTS, MOST_POINTS = 12, 600
#: What a network for this panel may take in and give.
_MOST_INPUTS = 1000
_HELD_OUT = 0.25

#: The learner's own: all samples, or those to train with and those held out.
Own = Data | tuple[Data, Data] | None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a learner has chosen. ``noise`` and ``points`` are of the data that a panel makes."""

    data: str
    noise: float
    points: int
    hidden: tuple[int, ...]
    activation: str
    optimizer: str
    lr: float
    batch: int
    seed: int


#: The names of all settings.
NAMES = tuple(field.name for field in fields(Settings))
#: What may change while it trains; a change of anything else begins anew.
LIVE = ("lr", "batch", "optimizer")


def changed(settings: Settings, own: Own, **changes: Any) -> Settings:
    """Other settings, checked. Another data set comes with its own noise.

    Raises ``ValueError`` or ``TypeError`` with the fix.
    """
    for name in changes:
        if name not in NAMES:
            raise ValueError(f"{name} cannot be set; there are {', '.join(NAMES)}")
    data = changes.get("data", settings.data)
    if data != settings.data and data in MADE:
        changes.setdefault("noise", MADE[data][1])
    return checked(replace(settings, **changes), own)


def checked(settings: Settings, own: Own) -> Settings:
    """The settings, each of them of its type and within its bounds.

    Raises ``ValueError`` or ``TypeError`` with the fix.
    """
    if settings.data not in MADE and not (settings.data == OWN and own is not None):
        known = ", ".join([*MADE, *([OWN] if own is not None else [])])
        raise ValueError(
            f"there is no data set {settings.data!r}; choose one of {known}, or give your own Data "
            f"to watch_training"
        )
    if settings.activation not in HIDDEN:
        raise ValueError(
            f"there is no activation {settings.activation!r}; choose one of {', '.join(CHOICES)}"
        )
    choice("optimizer", settings.optimizer, OPTIMIZERS)
    lr = optimizer(settings.optimizer, settings.lr).lr
    if not isinstance(lr, float):
        raise TypeError(f"lr is {settings.lr!r}; give one number, which the slider can change")
    noise = settings.noise
    if isinstance(noise, bool) or not isinstance(noise, (int, float)) or not 0 <= noise < np.inf:
        raise ValueError(f"noise is {noise!r}; give a finite number of 0 or more")
    return Settings(
        settings.data,
        float(noise),
        whole_setting("points", settings.points, FEWEST_POINTS, MOST_POINTS),
        _widths(settings.hidden),
        settings.activation,
        settings.optimizer,
        lr,
        whole_setting("batch", settings.batch, 1),
        checks.seed(settings.seed),
    )


def _widths(hidden: Any) -> tuple[int, ...]:
    if not isinstance(hidden, (tuple, list)):
        raise TypeError(
            f"hidden is {hidden!r}; give the width of each hidden layer, as in (8, 8), or () for "
            f"none"
        )
    if len(hidden) > MOST_LAYERS:
        raise ValueError(
            f"hidden has {len(hidden)} layers, and this panel shows {MOST_LAYERS} at most"
        )
    return tuple(whole_setting("a width in hidden", width, 1, MOST_WIDTH) for width in hidden)


def fitting(settings: Settings, samples: int, *, strict: bool) -> Settings:
    """The settings with a batch that so many samples can fill: smaller, or refused if strict."""
    if settings.batch <= samples:
        return settings
    if strict:
        raise ValueError(
            f"batch is {settings.batch}, and there are {samples} points to train with; give "
            f"{samples} at most, which is all of them at once"
        )
    return replace(settings, batch=samples)


def parts(settings: Settings, own: Own) -> tuple[Data, Data]:
    """The samples to train with, and those held out."""
    if settings.data == OWN:
        assert own is not None
        return own if isinstance(own, tuple) else split(own, _HELD_OUT, settings.seed)
    make, _ = MADE[settings.data]
    made = make(settings.points, noise=settings.noise, seed=settings.seed)
    return split(made, _HELD_OUT, settings.seed)


def network_for(settings: Settings, data: Data) -> Network:
    """A fresh network that fits the data: logits for classes, a plain number for a regression."""
    inputs, outputs = data.x.shape[1], data.y.shape[1]
    if inputs > _MOST_INPUTS:
        raise ValueError(f"the data has {inputs} inputs, and this panel takes {_MOST_INPUTS}")
    loss = "half_squared_error"
    if data.labels is not None:
        kind = "binary" if outputs == 1 else "categorical"
        loss = f"{kind}_cross_entropy_from_logits"
    # Each activation starts from the scale of weights that suits it.
    init = "he" if settings.activation in ("relu", "leaky_relu") else "xavier"
    sizes = (inputs, *settings.hidden, outputs)
    return Network(sizes, settings.activation, loss=loss, init=init, seed=settings.seed)


def training_of(network: Network, data: Data, settings: Settings, tries: int) -> Training:
    """The iterator over iterations. Each try draws the order of the samples anew."""
    return train(
        network,
        data,
        epochs=MOST_EPOCHS,
        batch=settings.batch,
        optimizer=optimizer(settings.optimizer, settings.lr),
        seed=settings.seed + tries,
    )
