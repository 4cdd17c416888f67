"""What a surface panel holds and can do, without any widget: start, rate, steps, and the path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lessons.maths import text
from lessons.maths.checks import finite
from lessons.maths.surfaces.surface import Cut, Ends, Place, Surface, Walk, surface, walk
from lessons.panels.kit.bounds import bounds_for, short_step
from lessons.panels.kit.presets import preset_called, read_presets

#: Steps that a panel keeps: what a moved start has to walk again, many times a second.
MOST_STEPS = 200

Bounds = tuple[float, float, float]


class Choice(NamedTuple):
    """What a learner has chosen: all inputs (the two at the start), the rate, and the steps."""

    inputs: dict[str, float]
    lr: float
    steps: int


class Descent:
    """A surface, and a walk on it.

    All that is held is a choice; surface and walk are computed from it. Every action either
    succeeds as a whole, or raises and leaves everything as it was.
    """

    def __init__(
        self,
        of: Cut,
        lr: float,
        steps: int,
        ranges: Mapping[str, Sequence[float]],
        presets: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.bounds = _bounds(of, lr, ranges)
        one, two = (self.bounds[name] for name in of.along)
        self.ends: Ends = (one[:2], two[:2])
        self._begin = self.choice = Choice(dict(of.inputs), lr, number_of_steps(steps))
        self._require_inside(of, of.here)
        self.presets = read_presets(presets, lambda values: self._preset(of, values))
        self.surface: Surface = surface(of, self.ends)
        self.walk: Walk = walk(of, of.here, lr, steps)

    @property
    def controlled(self) -> dict[str, float]:
        """What the sliders stand at: the start, and the rate."""
        shown = {**self.choice.inputs, "lr": self.choice.lr}
        return {name: shown[name] for name in self.bounds}

    def set(self, values: Mapping[str, Any]) -> None:
        """Move the start, change ``lr`` or another input; as many steps are taken from there."""
        inputs, lr, steps = self.choice
        given = _flat(self.surface.cut, values)
        lr = given.pop("lr", lr)
        self.take(Choice({**inputs, **given}, lr, steps))

    def step(self, times: int) -> None:
        """Some steps more."""
        times = number_of_steps(times, least=1)
        self.take(self.choice._replace(steps=self.walk.steps + times))

    def undo(self) -> None:
        """The last step back; nothing happens where there is none."""
        self.take(self.choice._replace(steps=max(0, self.walk.steps - 1)))

    def reset(self) -> None:
        """Start, rate and steps of the beginning."""
        self.take(self._begin)

    def preset(self, name: str) -> None:
        """The values of a preset; what it does not name is as at the beginning."""
        self.take(preset_called(name, self.presets))

    def point(self, across: float, up: float) -> None:
        """The start goes to a place given as shares of the axes, to the nearest marks of both
        sliders. Shares beyond 0 and 1 end there."""
        given = {}
        for name, share in zip(self.surface.cut.along, (across, up), strict=True):
            low, high, step = self.bounds[name]
            marks = round(min(max(share, 0.0), 1.0) * (high - low) / step)
            given[name] = min(float(f"{low + marks * step:.12g}"), high)
        self.set(given)

    def take(self, choice: Choice) -> None:
        """Compute all that a choice gives, and only then hold it."""
        if choice.steps > MOST_STEPS:
            raise ValueError(
                f"that would be {choice.steps} steps, and this panel keeps {MOST_STEPS}; move the "
                f"start, or take a larger lr"
            )
        seen, of = self.surface, self.surface.cut
        start = choice.inputs[of.along[0]], choice.inputs[of.along[1]]
        self._require_inside(of, start)
        if any(choice.inputs[name] != value for name, value in of.held.items()):
            of = of.moved(**choice.inputs)
            seen = surface(of, self.ends)
        way = walk(of, start, choice.lr, choice.steps, self.walk)
        self.choice, self.surface, self.walk = choice, seen, way

    def _require_inside(self, of: Cut, start: Place) -> None:
        for name, value, (low, high) in zip(of.along, start, self.ends, strict=True):
            if not low <= value <= high:
                raise ValueError(
                    f"{name} = {text.short(value)} is outside this picture, which goes from "
                    f"{text.short(low)} to {text.short(high)}; give "
                    f"ranges={{{name!r}: (low, high)}} for another"
                )

    def _preset(self, of: Cut, preset: Mapping[str, Any]) -> Choice:
        given = dict(preset)
        steps = number_of_steps(given.pop("steps", self._begin.steps))
        flat = _flat(of, given)
        lr = flat.pop("lr", self._begin.lr)
        choice = Choice({**of.inputs, **flat}, lr, steps)
        self._require_inside(of, (choice.inputs[of.along[0]], choice.inputs[of.along[1]]))
        return choice


def _bounds(of: Cut, lr: float, ranges: Mapping[str, Sequence[float]]) -> dict[str, Bounds]:
    """Low, high and step of the sliders: of the two values, which are the picture's edges, and of
    the rate."""
    for name in ranges:
        if name not in (*of.along, "lr"):
            known = ", ".join((*of.along, "lr"))
            raise ValueError(f"ranges names {name}, which has no slider here; there are {known}")
    bounds = {}
    for name, value in zip(of.along, of.here, strict=True):
        given = ranges.get(name)
        low, high, step = bounds_for(name, value, given)
        if given is not None and len(given) == 2:
            step = short_step(step)
        bounds[name] = low, high, step
    usual = (0.0, max(0.5, 5 * abs(lr)), 0.001)
    bounds["lr"] = bounds_for("lr", lr, ranges.get("lr", usual))
    return bounds


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
        flat.update({e: finite(e, v) for e, v in zip(entries, given, strict=True)})
    return flat


def number_of_steps(steps: Any, least: int = 0) -> int:
    """A number of steps, checked."""
    if isinstance(steps, bool) or not isinstance(steps, int) or not least <= steps <= MOST_STEPS:
        raise ValueError(
            f"steps is {steps!r}; give a whole number from {least} to {MOST_STEPS}, which is what "
            f"this panel keeps"
        )
    return steps
