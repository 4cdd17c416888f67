"""``watch_training``: a network trained in a panel, on data of the course or of the learner."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

from lessons.maths.data.dataset import Data
from lessons.maths.training.run import Run
from lessons.maths.training.settings import MADE, OWN, Own, Settings
from lessons.panels.training.clock import USUAL_SPEED
from lessons.panels.training.panel import TrainingPanel


def watch_training(
    data: str | Data | Sequence[Data] = "moons",
    *,
    hidden: tuple[int, ...] | list[int] = (8, 8),
    activation: str = "tanh",
    lr: float = 0.3,
    batch: int = 16,
    epochs: int = 100,
    optimizer: str = "gradient descent",
    seed: int = 0,
    noise: float | None = None,
    points: int = 200,
    speed: str = USUAL_SPEED,
) -> TrainingPanel:
    """A panel in which a network is trained, paused, looked at in every epoch, and opened.

    ``data`` is "moons", "circles", "spirals" or "noisy line", made of so many ``points`` with this
    ``noise``; or your own ``Data``, of which a quarter is held out; or a pair of them, to train
    with and held out. ``hidden`` are the widths of the hidden layers, up to 4 of up to 32 nodes.
    ``seed`` draws the points, the first weights and the order of the samples. ``speed`` is one of
    the menu's. Bad input raises ``ValueError`` or ``TypeError`` with the fix.

    >>> panel = watch_training("circles", hidden=(6,), lr=0.1)  # doctest: +SKIP
    >>> panel.run(50); panel.sentence  # doctest: +SKIP
    """
    own: Own = None
    if isinstance(data, str):
        name = data
    else:
        own, name = _own(data), OWN
    usual = MADE[name][1] if name in MADE else 0.0
    settings = Settings(
        name,
        usual if noise is None else noise,
        points,
        tuple(hidden) if isinstance(hidden, list) else hidden,
        activation,
        optimizer,
        lr,
        batch,
        seed,
    )
    panel = TrainingPanel(Run(settings, epochs, own), speed)
    _take_the_place_of_earlier(panel)
    return panel


def _own(data: Any) -> Data | tuple[Data, Data]:
    """The learner's data, checked: one Data, or two that fit together."""
    if isinstance(data, Data):
        return data
    if not isinstance(data, (tuple, list)) or [type(part) for part in data] != [Data, Data]:
        raise TypeError(
            f"data is a {type(data).__name__}; give a name such as 'moons', a Data (read_csv makes "
            f"one), or two of them, to train with and held out (split makes them)"
        )
    one, two = data
    forms = [(part.x.shape[1], part.y.shape[1], part.classes) for part in (one, two)]
    if forms[0] != forms[1]:
        raise ValueError(
            f"to train with there is x {one.x.shape} and y {one.y.shape}, and held out x "
            f"{two.x.shape} and y {two.y.shape}, with classes {one.classes} and {two.classes}; "
            f"give two parts of one data set, as split does"
        )
    return one, two


#: The panels that a cell has made in its latest run, by the cell.
_made: dict[str, tuple[str, weakref.WeakSet[TrainingPanel]]] = {}


def _take_the_place_of_earlier(panel: TrainingPanel) -> None:
    """A cell that is run anew shows new panels: those of its last run must not train on unseen."""
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    parent = kernel.get_parent() if kernel is not None else {}
    cell = parent.get("metadata", {}).get("cellId")
    if not cell:
        return
    run = parent["header"]["msg_id"]
    before, panels = _made.get(cell, (run, weakref.WeakSet()))
    if before != run:
        for earlier in panels:
            earlier.pause()
        panels = weakref.WeakSet()
    panels.add(panel)
    _made[cell] = run, panels
