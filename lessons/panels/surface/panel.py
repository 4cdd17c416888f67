"""``descend``: a function seen from above, over two of its values, and gradient descent on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets

from lessons.maths.checks import finite
from lessons.maths.surfaces.surface import Surface, cut
from lessons.panels.kit.controls import ValueControl
from lessons.panels.kit.figure import RenderContext
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.panel import scrolling
from lessons.panels.kit.picture_panel import PicturePanel
from lessons.panels.kit.prose import plain
from lessons.panels.kit.toolbars import button, sidebar
from lessons.panels.surface import words
from lessons.panels.surface.picture import frame, height_for, surface_picture
from lessons.panels.surface.state import MOST_STEPS, Descent


class SurfacePanel(PicturePanel):
    """The panel that :func:`descend` makes.

    It holds a start, a learning rate and a number of steps; all else is computed from these, so
    that moving the start or the rate shows the whole path anew. From Python: ``set``, ``step``,
    ``undo``, ``reset``, ``preset``; and to read, ``values``, ``start``, ``lr``, ``path``, ``next``,
    ``stopped``, ``surface``, ``sentence``.
    """

    _frontend = frontend(__file__)

    def __init__(self, state: Descent) -> None:
        self._state = state
        self._picture = surface_picture()
        self._controls = self._make_controls()
        super().__init__(f"Descent on {state.surface.cut.name}", [self._column()], ["bp-surface"])
        self._draw()

    # What can be read.

    @property
    def values(self) -> dict[str, float]:
        """All inputs where the path has come to, and ``lr``."""
        way = self._state.walk
        now = dict(zip(way.cut.along, way.now.at, strict=True))
        return {**way.cut.inputs, **now, "lr": way.lr}

    @property
    def start(self) -> dict[str, float]:
        """The two values where the path starts."""
        way = self._state.walk
        return dict(zip(way.cut.along, way.points[0].at, strict=True))

    @property
    def lr(self) -> float:
        """The learning rate."""
        return self._state.walk.lr

    @property
    def path(self) -> tuple[dict[str, float], ...]:
        """Every point from the start on: the two values, the output, and the two derivatives."""
        of = self._state.walk.cut
        names = (*of.along, of.output, *(f"d{of.output}_d{name}" for name in of.along))
        return tuple(
            dict(zip(names, (*point.at, point.value, *point.slopes), strict=True))
            for point in self._state.walk.points
        )

    @property
    def next(self) -> dict[str, float] | None:
        """The two values after one more step; None where no float can hold them."""
        way = self._state.walk
        return None if way.next is None else dict(zip(way.cut.along, way.next, strict=True))

    @property
    def stopped(self) -> str:
        """At which step the path could not go on, and why; "" where it can."""
        return self._state.walk.stopped

    @property
    def surface(self) -> Surface:
        """The values on show, as data."""
        return self._state.surface

    @property
    def sentence(self) -> str:
        """The sentence about where the path has come to."""
        return plain(words.sentence(self._state.walk, self.surface))

    # What can be done. Each of these is also what a control does.

    def set(self, **values: float | Sequence[float]) -> None:
        """Move the start, change ``lr``, or any other input of the function.

        As many steps as before are taken from there. A start outside the picture is refused.
        """
        self._act(self._state.set, values)

    def step(self, times: int = 1) -> None:
        """Take one step of gradient descent, or several."""
        self._act(self._state.step, times)

    def undo(self) -> None:
        """Take the last step back; nothing happens where there is none."""
        self._act(self._state.undo)

    def reset(self) -> None:
        """Start, rate and steps as they were when the panel was made."""
        self._act(self._state.reset)

    def preset(self, name: str) -> None:
        """The values of a preset; what it does not name is reset."""
        self._act(self._state.preset, name)

    # How it works.

    def _draw(self) -> None:
        """Every part of the page from the walk. Nothing else writes to the front end."""
        way, seen = self._state.walk, self.surface
        with self._front.hold_sync():
            self._front.plot = list(frame(self._look))
            self._front.show(
                {
                    "say": f"<span>{words.sentence(way, seen)}</span>",
                    "formula": words.updates(way),
                    "steps": scrolling("Path", words.path_table(way)),
                    "picture": self._picture.png(seen, way, self._look),
                    "alt": words.alt(way, seen),
                }
            )
        # The picture goes first: the controls are messages of their own, one for each.
        self._show_values()

    def _show_values(self) -> None:
        for name, value in self._state.controlled.items():
            self._controls[name].show(value)
        way = self._state.walk
        self._once.disabled = self._often.disabled = not self._can_step
        self._undo.disabled = not way.steps

    @property
    def _can_step(self) -> bool:
        return not self.stopped and self._state.walk.steps < MOST_STEPS

    def _step_often(self) -> None:
        self.step(min(10, MOST_STEPS - self._state.walk.steps))

    def _on_value(self, name: str, value: float) -> None:
        self.set(**{name: value})

    def _on_event(self, event: dict[str, Any]) -> None:
        """What the front end reports: a place in the picture, and keys."""
        match event.get("kind"):
            case "point":
                self._act(self._state.point, float(event["x"]), float(event["y"]))
            case "forward" if self._can_step:
                self.step()
            case "back":
                self.undo()

    def _height_for(self, width: int) -> int:
        return height_for(width)

    # What it is made of.

    def _make_controls(self) -> dict[str, ValueControl]:
        return {
            name: ValueControl(
                name,
                value,
                self._state.bounds[name],
                self._on_value,
                tip="learning rate" if name == "lr" else "",
                style="bp-rate" if name == "lr" else "",
            )
            for name, value in self._state.controlled.items()
        }

    def _column(self) -> ipywidgets.Box:
        self._once = button("update", "One step of gradient descent", self.step, description="Step")
        self._often = button(
            "often", "Ten steps of gradient descent", self._step_often, description="10 steps"
        )
        self._undo = button("undo", "Take the last step back", self.undo, description="Undo")
        reset = button("reset", "Back to the first values", self.reset, description="Reset")
        return sidebar(
            (),
            self._controls.values(),
            tuple(self._state.presets),
            self.preset,
            [self._once, self._often, self._undo, reset],
            title="Start and learning rate",
        )

    # What readers without a kernel see.

    def _still(self, look: RenderContext) -> tuple[bytes, str, str]:
        way, seen = self._state.walk, self.surface
        picture = surface_picture().png(seen, way, look, level=9)
        return picture, words.alt(way, seen), words.table(way)

    def __repr__(self) -> str:
        of = self.surface.cut
        steps = words.steps(self._state.walk.steps)
        return f"SurfacePanel of {of.name} along {of.along[0]} and {of.along[1]}, {steps}"


def descend(
    function: Callable[..., Any],
    /,
    along: Sequence[str],
    *,
    lr: float = 0.1,
    steps: int = 0,
    ranges: Mapping[str, Sequence[float]] | None = None,
    presets: Mapping[str, Mapping[str, Any]] | None = None,
    **values: Any,
) -> SurfacePanel:
    """A panel that shows a function over two of its values, and gradient descent on these two.

    ``values`` are as for ``record``; ``along`` names the two that span the picture, and the others
    keep theirs. ``lr`` is the learning rate, ``steps`` how many steps are taken at first.
    ``ranges`` maps one of the two or ``"lr"`` to (low, high) or (low, high, step) of its slider,
    which for the two are the edges of the picture. ``presets`` maps names to values of inputs,
    ``lr`` or ``steps``. Errors are those of ``record``; a setting that does not fit raises
    ``ValueError`` with the fix.

    >>> panel = descend(two_layers, along=("m1", "m2"), m1=3.0, m2=0.5)  # doctest: +SKIP
    >>> panel.step(); panel.path[-1]  # doctest: +SKIP
    """
    of = cut(function, along, **values)
    return SurfacePanel(Descent(of, finite("lr", lr), steps, ranges or {}, presets or {}))
