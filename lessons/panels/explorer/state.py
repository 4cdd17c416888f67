"""What an explorer holds and can do, without any widget: values, record, position, updates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from lessons.maths.checks import finite
from lessons.maths.scalar.gradient import Gradient
from lessons.maths.scalar.record import Record, record
from lessons.maths.scalar.update import entries_of, gradient_step
from lessons.panels.explorer.scene import Phase, Scene
from lessons.panels.kit.presets import preset_called, read_presets

#: The parts that ``show`` may name. Without "gradient" there is no backward pass at all.
PARTS = ("values", "code", "diagram", "formula", "table", "gradient", "upstream", "update")
#: Values that are not inputs of the function.
SETTINGS = ("upstream", "lr")
#: What a menu offers: functions, or names for them.
Menu = Sequence[Callable[..., Any]] | Mapping[str, Callable[..., Any]]
_LOSS_NAMES = ("L", "J", "E", "loss", "cost")


class Exploration:
    """A recorded function, and where the learner is in it.

    Every action either succeeds as a whole, or raises and leaves the last good record in place;
    the values that the learner asked for are kept even then.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        values: Mapping[str, Any],
        *,
        update: Iterable[str],
        lr: float,
        upstream: float,
        show: Iterable[str] | None,
        presets: Mapping[str, Mapping[str, Any]],
        at: int | str | None,
        menus: Mapping[str, Menu] | None = None,
        fits: Callable[..., str] | None = None,
    ) -> None:
        self.function = function
        self.menus = {name: _menu(name, menu, values) for name, menu in (menus or {}).items()}
        self.picked = {name: next(iter(menu)) for name, menu in self.menus.items()}
        self._fits = fits
        self.record: Record = record(self._filled(), **values)
        self.shown = _parts(show, self.record, bool(update))
        self.updated = entries_of(self.record, update) if "update" in self.shown else ()
        self.inputs = dict(self.record.inputs)
        self.upstream, self.lr = upstream, lr
        self.gradient = self._backward(self.record)
        self.at, self.chosen = 0, ""
        self.past: list[dict[str, float]] = []
        self.outputs: list[float] = []
        self._start = {**self.inputs, "upstream": upstream, "lr": lr}
        self.presets = read_presets(presets, self._flat)
        self.at = self.position("last" if at is None else at)

    @property
    def of(self) -> str:
        """What is differentiated: the output, or L where an upstream gradient stands for more."""
        if "upstream" not in self.shown:
            return self.record.output
        return next(name for name in _LOSS_NAMES if name not in self.record.values)

    @property
    def last(self) -> int:
        """The position of the last step."""
        return self.scene.last

    @property
    def scene(self) -> Scene:
        """What is on show, as data."""
        return Scene(
            self.record, self.gradient, self.at, self.of, self.chosen, self.updated, self.lr
        )

    def set(self, values: Mapping[str, Any]) -> None:
        """Give values to inputs, ``upstream`` or ``lr``; a change of input ends the history."""
        flat = self._flat(values)
        self.upstream = flat.pop("upstream", self.upstream)
        self.lr = flat.pop("lr", self.lr)
        if flat:
            self.past, self.outputs = [], []
        self._run(self.inputs | flat)

    def reset(self) -> None:
        """The values that were there at the start."""
        self.set(self._start)

    def preset(self, name: str) -> None:
        """The values of a preset; what it does not name is reset."""
        self.set({**self._start, **preset_called(name, self.presets)})

    def pick(self, choices: Mapping[str, str]) -> None:
        """Put functions from the menus into the function, by their names."""
        for name, choice in choices.items():
            if name not in self.menus or choice not in self.menus[name]:
                known = ", ".join(self.menus.get(name, self.menus))
                raise ValueError(f"{name} cannot be {choice!r}; there are {known or 'no menus'}")
        self.picked = {**self.picked, **choices}
        self.past, self.outputs = [], []
        self._run(self.inputs)

    def update(self) -> None:
        """One step of gradient descent on the chosen inputs, all at once."""
        if self.gradient is None or not self.updated:
            raise ValueError("this panel has nothing to update; give update=[...] to explore")
        before, outputs = dict(self.inputs), self.outputs or [self.record.value]
        self._run({**before, **gradient_step(self.gradient, self.lr, self.updated)})
        self.past.append(before)
        self.outputs = [*outputs, self.record.value]

    def undo(self) -> None:
        """Take the last update back; nothing happens where there is none."""
        if self.past:
            self._run(self.past[-1])
            self.past.pop()
            self.outputs.pop()

    def go(self, where: int | str) -> None:
        """To a position, or to "first", "forward", "backward", "update" or "last"."""
        self.at, self.chosen = self.position(where), ""

    def move(self, by: int) -> None:
        """Some steps on or back, as far as there are any."""
        self.at, self.chosen = max(0, min(self.at + by, self.scene.last)), ""

    def position(self, where: int | str) -> int:
        """The number of a position. Raises ``ValueError`` for one that is not there."""
        scene = self.scene
        if isinstance(where, int) and not isinstance(where, bool):
            if 0 <= where <= scene.last:
                return where
            raise ValueError(f"there is no step {where}; this panel goes from 0 to {scene.last}")
        phases: dict[str, Phase] = {"forward": "forward", "backward": "seed", "update": "update"}
        if where in phases:
            return scene.position(phases[where])
        if where == "first":
            return 0
        if where == "last":
            return scene.end
        raise ValueError(
            f"{where!r} is no place to go to; take a number, or first, forward, backward, update, "
            f"last"
        )

    def choose(self, name: str) -> None:
        """Pick out a value in all views; "" or the same name again lets it go."""
        if name and name not in self.record.values:
            raise ValueError(f"{name} is not a value of {self.record.function}")
        self.chosen = "" if name == self.chosen else name

    def choose_line(self, line: int) -> None:
        """A line stands for the value that it names: the last of its steps."""
        names = [step.name for step in self.record.steps if step.line == line]
        if names:
            self.choose(names[-1])

    def choose_beside(self, by: int) -> None:
        """The next or the previous value, in the order of the record."""
        names = list(self.record.values)
        focus = self.scene.focus
        place = names.index(focus) + by if focus else (0 if by > 0 else -1)
        self.choose(names[place % len(names)])

    def _run(self, inputs: dict[str, float]) -> None:
        self.inputs = inputs  # kept even if the function fails on them
        arguments = {
            name: inputs[name] if entries == (name,) else [inputs[e] for e in entries]
            for name, entries in self.record.groups.items()
        }
        new = record(self._filled(), **arguments)
        gradient = self._backward(new)
        at_the_end = self.at == self.position("last")
        self.record, self.gradient = new, gradient
        # Where another branch was taken there are other steps: the end stays the end.
        self.at = self.position("last") if at_the_end else min(self.at, self.scene.last)
        if self.chosen not in new.values:
            self.chosen = ""

    def _filled(self) -> Callable[..., Any]:
        """The function with what was picked from the menus put in."""
        if not self.menus:
            return self.function
        picked = {name: self.menus[name][choice] for name, choice in self.picked.items()}
        objection = self._fits(**picked) if self._fits else ""
        if objection:
            raise ValueError(objection)
        return partial(self.function, **picked)

    def _backward(self, run: Record) -> Gradient | None:
        return run.backward(self.upstream) if "gradient" in self.shown else None

    def _flat(self, values: Mapping[str, Any]) -> dict[str, float]:
        """Values by entry, checked; ``w=[1, 2]`` gives w0 and w1."""
        flat: dict[str, float] = {}
        for name, value in values.items():
            if name not in (*self.record.groups, *self.inputs, *SETTINGS):
                known = ", ".join((*self.inputs, *SETTINGS))
                raise ValueError(f"{name} cannot be set; there are {known}")
            entries = self.record.groups.get(name, (name,))
            given: Sequence[Any] = value if isinstance(value, (list, tuple)) else [value]
            if len(given) != len(entries):
                raise ValueError(f"{name} takes {len(entries)} numbers, and got {len(given)}")
            flat.update({e: finite(e, v) for e, v in zip(entries, given, strict=True)})
        return flat


def _menu(name: str, menu: Menu, values: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """A menu as a mapping from what it says to what it puts in."""
    if name in values:
        raise ValueError(f"{name} is given as a value and as a menu; choose one")
    offered = dict(menu) if isinstance(menu, Mapping) else {f.__name__: f for f in menu}
    if not offered or not all(callable(function) for function in offered.values()):
        raise ValueError(f"the menu {name} must offer functions, as in {{'{name}': [relu, tanh]}}")
    return offered


def _parts(show: Iterable[str] | None, run: Record, updates: bool) -> frozenset[str]:
    """The parts on show; those that need the gradient go when it is not there."""
    chosen = set(PARTS if show is None else [show] if isinstance(show, str) else show)
    unknown = sorted(chosen - set(PARTS))
    if unknown:
        raise ValueError(f"show names {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
    if show is None and run.output == "L":
        chosen.discard("upstream")  # nothing comes after a loss
    if "gradient" not in chosen:
        chosen -= {"upstream", "update"}
    if not updates:
        chosen.discard("update")
    return frozenset(chosen)
