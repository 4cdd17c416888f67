"""The controls of a training panel, made and put in their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets

from lessons.maths.optimizers.optimizers import OPTIMIZERS
from lessons.maths.training.run import Run
from lessons.maths.training.settings import (
    CHOICES,
    FEWEST_POINTS,
    MADE,
    MOST_LAYERS,
    MOST_POINTS,
    MOST_WIDTH,
    OWN,
)
from lessons.panels.kit.controls import Menu, PowerControl, ValueControl
from lessons.panels.kit.toolbars import button
from lessons.panels.training.clock import SPEEDS

OnChange = Callable[[str, Any], None]
Action = Callable[[str], Callable[[], None]]


class TrainingControls:
    """All sliders, menus and buttons. ``sliders`` are in the order in which they stand on the page.

    ``on_change`` is told the name of a setting with its new value; ``act`` gives the action of a
    button by its name.
    """

    def __init__(self, run: Run, on_change: OnChange, act: Action) -> None:
        self._own = run.settings.data == OWN
        self.sliders = self._sliders(run, on_change)
        self.menus = self._menus(run, on_change)
        self.play = button("play", "Train, or pause", act("play"), description="Play", icon="play")
        self.branch = button(
            "branch", "Train on from the epoch on show", act("branch"), description="Branch"
        )
        self.open = button(
            "open",
            "Open the backward pass of this point, at the epoch on show",
            act("trace"),
            description="Open its backward pass",
        )
        self.close = button(
            "close", "Close the backward pass", act("close_trace"), description="Close"
        )
        steps = [
            button("iterate", "One iteration", act("iterate"), description="1 iteration"),
            button("epoch", "One epoch", act("epoch"), description="1 epoch"),
        ]
        reset = button("reset", "Begin anew from the seed", act("reset"), description="Reset")
        self.bar = _box(
            "bp-bar",
            [
                self.play,
                *steps,
                self.branch,
                reset,
                self.menus["speed"].widget,
                self.sliders["epoch"].row,
            ],
        )
        self.column = _box("bp-controls", self._rows())
        self.point = _box("bp-point", [self.sliders["point"].row, self.open, self.close])

    def _sliders(self, run: Run, on_change: OnChange) -> dict[str, ValueControl]:
        s = run.settings
        bounds = {
            "noise": (0.0, max(0.6, s.noise), 0.02),
            "points": (float(FEWEST_POINTS), float(MOST_POINTS), 4.0),
            "layers": (0.0, float(MOST_LAYERS), 1.0),
            "width": (1.0, float(MOST_WIDTH), 1.0),
        }
        tips = {
            "noise": "how far the points are scattered",
            "points": "how many points there are",
            "layers": "how many hidden layers there are",
            "width": "how many nodes a hidden layer has",
        }
        made = {
            "epoch": ValueControl(
                "epoch", 0.0, (0.0, float(run.target), 1.0), on_change, tip="look at"
            )
        }
        shown = _values(run)
        for name, ends in bounds.items():
            made[name] = ValueControl(name, shown[name], ends, on_change, tip=tips[name])
        made["lr"] = PowerControl("lr", s.lr, (-4, 1, 0.1), on_change, tip="learning rate")
        made["seed"] = ValueControl(
            "seed", float(s.seed), (0.0, 20.0, 1.0), on_change, tip="of all that is drawn at random"
        )
        made["point"] = ValueControl(
            "point", 0.0, (0.0, float(run.points - 1), 1.0), on_change, tip="choose a"
        )
        return made

    def _menus(self, run: Run, on_change: OnChange) -> dict[str, Menu]:
        data = [(name, name) for name in MADE]
        if self._own:
            data.insert(0, (f"{run.name} (yours)", OWN))
        named = [(name.replace("_", " "), name) for name in CHOICES]
        optimizers = [(name, name) for name in OPTIMIZERS]
        speeds = [(name, name) for name in SPEEDS]
        return {
            "data": Menu("data", data, on_change, tip="the data set"),
            "activation": Menu("activation", named, on_change, tip="of the hidden layers"),
            "optimizer": Menu("optimizer", optimizers, on_change),
            "batch": Menu("batch", _batches(run), on_change, tip="points in one iteration"),
            "speed": Menu("speed", speeds, on_change, style="bp-speed"),
        }

    def _rows(self) -> list[ipywidgets.Widget]:
        menu, row = (lambda name: self.menus[name].widget), (lambda name: self.sliders[name].row)
        return [
            _group("Data", [menu("data"), row("noise"), row("points")]),
            _group("Network", [row("layers"), row("width"), menu("activation")]),
            _group("Also while it runs", [row("lr"), menu("batch"), menu("optimizer")]),
            _group("Begin from", [row("seed")]),
        ]

    def show(self, run: Run, speed: str, playing: bool, chosen: int | None, opened: bool) -> None:
        """All controls as the run stands."""
        settings = run.settings
        for name, value in _values(run).items():
            self.sliders[name].show(value)
        made = settings.data != OWN
        for name in ("noise", "points"):
            for control in (self.sliders[name].slider, self.sliders[name].box):
                control.disabled = not made
        _show_up_to(self.sliders["point"], chosen or 0, run.points - 1)
        self.menus["data"].show(settings.data)
        self.menus["activation"].show(settings.activation)
        self.menus["optimizer"].show(settings.optimizer)
        self.menus["batch"].show(settings.batch, _batches(run))
        self.menus["speed"].show(speed)
        self.show_progress(run, playing)
        self.open.disabled = chosen is None
        self.close.layout.display = None if opened else "none"

    def show_progress(self, run: Run, playing: bool) -> None:
        """Only what moves while it trains."""
        _show_up_to(self.sliders["epoch"], int(run.place), run.target)
        self.play.description = "Pause" if playing else "Play"
        self.play.icon = "pause" if playing else "play"
        self.branch.disabled = playing or not run.looks_back


class Opened(ipywidgets.Box):
    """What is opened below a panel, under a title; what was there before is closed."""

    #: What is in the box: the widget library has no types.
    children: Sequence[ipywidgets.Widget]

    def __init__(self) -> None:
        super().__init__([])
        self.add_class("bp-below")

    def show(self, title: str, panel: ipywidgets.Widget) -> None:
        self._replace(ipywidgets.HTML(f'<p class="bp-below-title">{title}</p>'), panel)

    def clear(self) -> None:
        self._replace()

    def _replace(self, *widgets: ipywidgets.Widget) -> None:
        gone, self.children = self.children, widgets
        for widget in gone:
            widget.close()


def _show_up_to(control: ValueControl, value: float, most: float) -> None:
    """A value on a slider with another end. An end below its value would move it, as if by hand."""
    if control.slider.max < most:
        control.slider.max = float(most)
    control.show(float(value))
    if control.slider.max > most:
        control.slider.max = float(most)


def _values(run: Run) -> dict[str, float]:
    s = run.settings
    return {
        "noise": s.noise,
        "points": float(s.points),
        "layers": float(len(s.hidden)),
        "width": float(max(s.hidden, default=8)),
        "lr": s.lr,
        "seed": float(s.seed),
    }


def _batches(run: Run) -> list[tuple[str, int]]:
    """Powers of two, all points, and whatever is set now."""
    most = len(run.train)
    sizes = {2**k for k in range(10) if 2**k < most} | {most, run.settings.batch}
    return [(f"{size} (all)" if size == most else str(size), size) for size in sorted(sizes)]


def _group(title: str, rows: Sequence[ipywidgets.Widget]) -> ipywidgets.Box:
    heading = ipywidgets.HTML(f'<p class="bp-h">{title}</p>')
    heading.add_class("bp-title")
    return _box("bp-group", [heading, *rows])


def _box(name: str, children: Sequence[ipywidgets.Widget]) -> ipywidgets.Box:
    box = ipywidgets.Box(list(children))
    box.add_class(name)
    return box
