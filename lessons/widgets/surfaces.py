"""``descend``: a function seen from above, over two of its values, and gradient descent on it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any, NamedTuple

import ipywidgets

from lessons.maths import text
from lessons.maths.inputs import entry
from lessons.maths.surface import Cut, Ends, Place, Surface, Walk, cut, surface, walk
from lessons.pictures import surface_words, words
from lessons.pictures.figure import Look
from lessons.pictures.surface import frame, height_for, surface_picture
from lessons.widgets.arrangement import button, sidebar
from lessons.widgets.controls import ValueControl, bounds_for
from lessons.widgets.front import Front

#: Steps that a panel keeps: what a moved start has to walk again, many times a second.
MOST_STEPS = 200
_STILL = Look(width=760, height=500, ratio=2.0, solid=True)


class _Choice(NamedTuple):
    """What a learner has chosen: all inputs (the two at the start), the rate, and the steps."""

    inputs: dict[str, float]
    lr: float
    steps: int


class SurfacePanel(ipywidgets.Box):
    """The panel that :func:`descend` makes.

    It holds a start, a learning rate and a number of steps; all else is computed from these, so
    that moving the start or the rate shows the whole path anew. From Python: ``set``, ``step``,
    ``undo``, ``reset``, ``preset``; and to read, ``values``, ``start``, ``lr``, ``path``, ``next``,
    ``sentence``.
    """

    def __init__(
        self,
        of: Cut,
        lr: float,
        steps: int,
        ranges: Mapping[str, Sequence[float]],
        presets: Mapping[str, Mapping[str, Any]],
    ) -> None:
        for name in ranges:
            if name not in (*of.along, "lr"):
                known = ", ".join((*of.along, "lr"))
                raise ValueError(
                    f"ranges names {name}, which has no slider here; there are {known}"
                )
        self._bounds = {
            name: bounds_for(name, value, ranges.get(name))
            for name, value in zip(of.along, of.here, strict=True)
        }
        usual = (0.0, max(0.5, 5 * abs(lr)), 0.001)
        self._bounds["lr"] = bounds_for("lr", lr, ranges.get("lr", usual))
        one, two = (self._bounds[name] for name in of.along)
        self._ends: Ends = (one[:2], two[:2])
        self._begin = _Choice(dict(of.inputs), lr, _steps(steps))
        self._require_inside(of, of.here)
        self._presets = {name: self._preset(of, name, given) for name, given in presets.items()}
        self._choice = self._begin
        self._surface: Surface = surface(of, self._ends)
        self._walk: Walk = walk(of, of.here, lr, steps)
        self._picture = surface_picture()
        self._look = Look()
        self._front = Front(label=f"Descent on {of.name}")
        self._controls = self._make_controls()
        super().__init__([self._grid()])
        self.add_class("bp-panel")
        self._front.observe(self._on_event, "event")
        self._front.observe(self._on_look, "look")
        self._draw()

    # What can be read.

    @property
    def values(self) -> dict[str, float]:
        """All inputs where the path has come to, and ``lr``."""
        one, two = self._walk.cut.along
        at = self._walk.now.at
        return {**self._walk.cut.inputs, one: at[0], two: at[1], "lr": self.lr}

    @property
    def start(self) -> dict[str, float]:
        """The two values where the path starts."""
        return dict(zip(self._walk.cut.along, self._walk.points[0].at, strict=True))

    @property
    def lr(self) -> float:
        """The learning rate."""
        return self._walk.lr

    @property
    def path(self) -> tuple[dict[str, float], ...]:
        """Every point from the start on: the two values, the output, and the two derivatives."""
        of = self._walk.cut
        by = [f"d{of.output}_d{name}" for name in of.along]
        return tuple(
            {
                **dict(zip(of.along, point.at, strict=True)),
                of.output: point.value,
                **dict(zip(by, point.slopes, strict=True)),
            }
            for point in self._walk.points
        )

    @property
    def next(self) -> dict[str, float] | None:
        """The two values after one more step; None where no float can hold them."""
        if self._walk.next is None:
            return None
        return dict(zip(self._walk.cut.along, self._walk.next, strict=True))

    @property
    def stopped(self) -> str:
        """At which step the path could not go on, and why; "" where it can."""
        return self._walk.stopped

    @property
    def surface(self) -> Surface:
        """The values on show, as data."""
        return self._surface

    @property
    def sentence(self) -> str:
        """The sentence about where the path has come to."""
        return words.plain(surface_words.sentence(self._walk, self._surface))

    # What can be done. Each of these is also what a control does.

    def set(self, **values: float | Sequence[float]) -> None:
        """Move the start, change ``lr``, or any other input of the function.

        As many steps as before are taken from there. A start outside the picture is refused.
        """
        with self._reported():
            inputs, lr, steps = self._choice
            given = _flat(self._surface.cut, values)
            lr = given.pop("lr", lr)
            self._take(_Choice({**inputs, **given}, lr, steps))

    def step(self, times: int = 1) -> None:
        """Take one step of gradient descent, or several."""
        with self._reported():
            self._take(self._choice._replace(steps=self._walk.steps + _steps(times, least=1)))

    def undo(self) -> None:
        """Take the last step back; nothing happens where there is none."""
        with self._reported():
            self._take(self._choice._replace(steps=max(0, self._walk.steps - 1)))

    def reset(self) -> None:
        """Start, rate and steps as they were when the panel was made."""
        with self._reported():
            self._take(self._begin)

    def preset(self, name: str) -> None:
        """The values of a preset; what it does not name is reset."""
        with self._reported():
            if name not in self._presets:
                known = ", ".join(self._presets) or "none in this panel"
                raise ValueError(f"there is no preset {name!r}; there are {known}")
            self._take(self._presets[name])

    # How it works.

    def _take(self, choice: _Choice) -> None:
        """Compute, and only then change what is on show: on an error all stays as it was."""
        if choice.steps > MOST_STEPS:
            raise ValueError(
                f"that would be {choice.steps} steps, and this panel keeps {MOST_STEPS}; move the "
                f"start, or take a larger lr"
            )
        seen, of = self._surface, self._surface.cut
        start = choice.inputs[of.along[0]], choice.inputs[of.along[1]]
        self._require_inside(of, start)
        if any(choice.inputs[name] != value for name, value in of.held.items()):
            of = of.moved(**choice.inputs)
            seen = surface(of, self._ends)
        way = walk(of, start, choice.lr, choice.steps, self._walk)
        self._choice, self._surface, self._walk = choice, seen, way
        self._front.old, self._front.error = False, ""
        self._draw()

    def _require_inside(self, of: Cut, start: Place) -> None:
        for name, value, (low, high) in zip(of.along, start, self._ends, strict=True):
            if not low <= value <= high:
                raise ValueError(
                    f"{name} = {text.short(value)} is outside this picture, which goes from "
                    f"{text.short(low)} to {text.short(high)}; give "
                    f"ranges={{{name!r}: (low, high)}} for another"
                )

    def _preset(self, of: Cut, name: str, preset: Mapping[str, Any]) -> _Choice:
        try:
            given = dict(preset)
            steps = _steps(given.pop("steps", self._begin.steps))
            flat = _flat(of, given)
            lr = flat.pop("lr", self._begin.lr)
            choice = _Choice({**of.inputs, **flat}, lr, steps)
            self._require_inside(of, (choice.inputs[of.along[0]], choice.inputs[of.along[1]]))
        except (TypeError, ValueError) as error:
            raise ValueError(f"preset {name!r}: {error}") from error
        return choice

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """An error becomes a sentence, the picture is marked as old, and the error is raised."""
        try:
            yield
        except Exception as error:
            # What was refused is named in the sentence; the controls stay with the picture.
            self._show_values()
            self._front.show({"error": _told(error)})
            self._front.old = True
            raise

    def _draw(self) -> None:
        """Every part of the page from the walk. Nothing else writes to the front end."""
        with self._reported():
            way, seen = self._walk, self._surface
            self._show_values()
            with self._front.hold_sync():
                self._front.plot = list(frame(self._look))
                self._front.show(
                    {
                        "say": f"<span>{surface_words.sentence(way, seen)}</span>",
                        "formula": surface_words.updates(way),
                        "steps": _scrolling("Path", surface_words.path_table(way)),
                        "picture": self._picture.png(seen, way, self._look),
                        "alt": surface_words.alt(way, seen),
                    }
                )

    def _show_values(self) -> None:
        shown = {**self._choice.inputs, "lr": self._choice.lr}
        for name, control in self._controls.items():
            control.show(shown[name])
        way = self._walk
        full = bool(way.stopped) or way.steps >= MOST_STEPS
        self._once.disabled = self._often.disabled = full
        self._undo.disabled = not way.steps

    def _often_more(self) -> None:
        self.step(min(10, MOST_STEPS - self._walk.steps))

    def _on_value(self, name: str, value: float) -> None:
        self.set(**{name: value})

    def _on_event(self, change: dict[str, Any]) -> None:
        """What the front end reports: a place in the picture, keys, a slider on its way."""
        event = change["new"]
        match event.get("kind"):
            case "point":
                self._point(float(event["x"]), float(event["y"]))
            case "forward" if not self._once.disabled:
                self.step()
            case "back" if self._walk.steps:
                self.undo()
            case "slide":
                list(self._controls.values())[int(event["row"])].slide(float(event["value"]))

    def _point(self, across: float, up: float) -> None:
        """The start goes to a place, given as shares of the axes, at the next marks of sliders."""
        given = {}
        for name, share in zip(self._surface.cut.along, (across, up), strict=True):
            low, high, step = self._bounds[name]
            marks = round(min(max(share, 0.0), 1.0) * (high - low) / step)
            given[name] = min(float(f"{low + marks * step:.12g}"), high)
        self.set(**given)

    def _on_look(self, change: dict[str, Any]) -> None:
        """The page says how wide, how fine and how dark it is."""
        seen = change["new"]
        width = min(1400, max(260, int(seen["width"])))
        ratio = min(3.0, max(1.0, float(seen["ratio"])))
        self._look = Look(width, height_for(width), ratio, bool(seen["dark"]))
        self._draw()

    # What it is made of.

    def _make_controls(self) -> dict[str, ValueControl]:
        one, two = self._surface.cut.along
        tips = {one: "start", two: "start", "lr": "learning rate"}
        shown = {**self._choice.inputs, "lr": self._choice.lr}
        return {
            name: ValueControl(
                name, shown[name], bounds, self._on_value, tip=tips[name],
                style="bp-rate" if name == "lr" else "",
            )
            for name, bounds in self._bounds.items()
        }  # fmt: skip

    def _grid(self) -> ipywidgets.Box:
        self._once = button("update", "One step of gradient descent", self.step, description="Step")
        self._often = button(
            "often", "Ten steps of gradient descent", self._often_more, description="10 steps"
        )
        self._undo = button("undo", "Take the last step back", self.undo, description="Undo")
        reset = button("reset", "Back to the first values", self.reset, description="Reset")
        column = sidebar(
            (),
            self._controls.values(),
            tuple(self._presets),
            self.preset,
            [self._once, self._often, self._undo, reset],
        )
        grid = ipywidgets.Box([column, self._front])
        grid.add_class("bp-grid")
        grid.add_class("bp-surface")
        return grid

    # What readers without a kernel see.

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = dict(super()._repr_mimebundle_(**options) or {})
        still = surface_picture().png(self._surface, self._walk, _STILL, level=9)
        bundle["image/png"] = base64.b64encode(still).decode()
        bundle["text/plain"] = surface_words.table(self._walk)
        told = surface_words.alt(self._walk, self._surface)
        about = {"width": _STILL.width, "height": _STILL.height, "alt": told}
        return bundle, {"image/png": about}

    def __repr__(self) -> str:
        of = self._walk.cut
        return f"SurfacePanel of {of.name} along {of.along[0]} and {of.along[1]}"


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
    return SurfacePanel(
        cut(function, along, **values), entry("lr", lr), steps, ranges or {}, presets or {}
    )


def _flat(of: Cut, values: Mapping[str, Any]) -> dict[str, float]:
    """Values by entry, checked; ``w=[1, 2]`` gives w0 and w1."""
    flat: dict[str, float] = {}
    for name, value in values.items():
        if name not in (*of.groups, *of.inputs, "lr"):
            raise ValueError(f"{name} cannot be set; there are {', '.join((*of.inputs, 'lr'))}")
        entries = of.groups.get(name, (name,))
        given = value if isinstance(value, (list, tuple)) else [value]
        if len(given) != len(entries):
            raise ValueError(f"{name} takes {len(entries)} numbers, and got {len(given)}")
        flat.update({e: entry(e, v) for e, v in zip(entries, given, strict=True)})
    return flat


def _steps(steps: Any, least: int = 0) -> int:
    """A number of steps, checked."""
    if isinstance(steps, bool) or not isinstance(steps, int) or not least <= steps <= MOST_STEPS:
        raise ValueError(
            f"steps is {steps!r}; give a whole number from {least} to {MOST_STEPS}, which is what "
            f"this panel keeps"
        )
    return steps


def _told(error: Exception) -> str:
    told = str(error)
    if type(error) not in (ValueError, TypeError, OverflowError):
        told = f"This stopped with {type(error).__name__}: {error}"
    return f"{escape(told)}. <span>The picture below is the last one that worked.</span>"


def _scrolling(title: str, body: str) -> str:
    """A part that scrolls within itself, reachable by keyboard."""
    return (
        f'<p class="bp-h">{title}</p>'
        f'<div class="bp-scroll" tabindex="0" role="group" aria-label="{title}">{body}</div>'
    )
