"""What a race panel holds and can do, without any widget: landscape, start, settings, the race."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from lessons.maths.checks import positive
from lessons.maths.optimizers.base import Optimizer
from lessons.maths.optimizers.optimizers import (
    Adam,
    GradientDescent,
    Momentum,
    Nesterov,
    RMSProp,
)
from lessons.maths.optimizers.schedules import Rate, checked_lr
from lessons.maths.surfaces.landscapes import LANDSCAPES, Landscape, checked_start, landscape
from lessons.maths.surfaces.race import Race, run_race
from lessons.maths.surfaces.surface import Place, Surface, surface
from lessons.panels.kit.bounds import short_step
from lessons.panels.kit.presets import preset_called, read_presets
from lessons.panels.race.lanes import Moment
from lessons.panels.race.picture import Ground
from lessons.panels.race.style import styles

#: Steps of one race: what a dragged start has to run again, many times a second.
MOST_STEPS = 400
#: The norm that clipped descent shortens a longer gradient to.
CLIP = 1.0
Make = Callable[[Rate, float], Optimizer]
#: The optimizers of the menu, each from a rate and mu.
COURSE: dict[str, Make] = {
    "gradient descent": lambda lr, mu: GradientDescent(lr),
    "clipped descent": lambda lr, mu: GradientDescent(lr, clip=CLIP),
    "momentum": lambda lr, mu: Momentum(lr, mu),
    "averaged momentum": lambda lr, mu: Momentum(lr, mu, form="average"),
    "nesterov": lambda lr, mu: Nesterov(lr, mu),
    "rmsprop": lambda lr, mu: RMSProp(lr),
    "adam": lambda lr, mu: Adam(lr, mu),
}
USUAL = ("gradient descent", "momentum", "rmsprop", "adam")
#: In the narrow valley gradient descent bounces with this rate, and arrives.
USUAL_RATE = 0.08
#: What a preset may name, and what ``set`` takes.
SETTINGS = ("landscape", "start", "optimizers", "lr", "mu", "steps")


class Choice(NamedTuple):
    """What a learner has chosen. ``own`` maps optimizers to a rate of their own."""

    landscape: Landscape
    start: Place
    names: tuple[str, ...]
    lr: float
    own: Mapping[str, Rate]
    mu: float
    steps: int


class Racing:
    """A race, and how much of it is shown.

    All that is held is a choice and a step; the race is computed from the choice. Every action
    either succeeds as a whole, or raises and leaves everything as it was.
    """

    def __init__(
        self,
        where: Landscape,
        optimizers: Iterable[str] | Mapping[str, Any] | None,
        *,
        start: Sequence[float] | None,
        lr: float | Mapping[str, Rate],
        mu: float,
        steps: int,
        presets: Mapping[str, Mapping[str, Any]],
        at: int | str | None,
    ) -> None:
        self.landscapes = {**LANDSCAPES, where.name: where}
        if LANDSCAPES.get(where.name) not in (None, where):
            raise ValueError(f"the course has a landscape called {where.name}; choose another name")
        entering = _listed(optimizers)
        #: Optimizers of the learner's own, by the names of their lanes.
        self.mine = _mine(entering)
        #: Every optimizer of the menu with its style.
        self.marks = styles(self._menu(entering))
        names, own = self._entered(entering)
        self._surfaces: dict[str, Surface] = {}
        given = Choice(where, where.start, names, USUAL_RATE, own, mu, steps)
        changes = {"lr": lr} if start is None else {"lr": lr, "start": start}
        begin = self._changed(given, changes)
        self._begin = begin
        self.presets = read_presets(presets, self._preset)
        self.choice, self.race, self.surface, self.at = begin, *self._run(begin), 0
        self.go("last" if at is None else at)
        self._begin_at = self.at

    @property
    def last(self) -> int:
        """The last step of the race."""
        return self.race.steps

    @property
    def ground(self) -> Ground:
        """What stays in the picture while the race is run or run anew."""
        return Ground(self.choice.landscape, self.surface, self.choice.steps)

    @property
    def moment(self) -> Moment:
        """What is shown of the race now."""
        return self.seen_at(self.at)

    def seen_at(self, at: int) -> Moment:
        """What would be shown of the race at another step."""
        return Moment(self.race, at, self.surface.most, self.marks)

    @property
    def bounds(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Low, high and step of the sliders for the start."""
        one, two = (
            (low, high, short_step((high - low) / 100))
            for low, high in self.choice.landscape.ranges
        )
        return one, two

    # Actions.

    def set(self, changes: Mapping[str, Any]) -> None:
        """Change some of ``SETTINGS``; all else stays, but another landscape has its own start."""
        self.take(self._changed(self.choice, changes))

    def go(self, where: int | str) -> None:
        """To a step, or to "first" or "last"."""
        if where in ("first", "last"):
            where = 0 if where == "first" else self.race.steps
        if isinstance(where, bool) or not isinstance(where, int):
            raise ValueError(f"{where!r} is no step; take a number, 'first' or 'last'")
        if not 0 <= where <= self.race.steps:
            raise ValueError(
                f"there is no step {where}; this race goes from 0 to {self.race.steps}"
            )
        self.at = where

    def move(self, by: int) -> None:
        """Some steps on or back, as far as there are any."""
        self.at = max(0, min(self.at + by, self.race.steps))

    def reset(self) -> None:
        """All as it was at the beginning, and the step too."""
        self.take(self._begin)
        self.at = self._begin_at

    def preset(self, name: str) -> None:
        """The settings of a preset; what it does not name is as at the beginning."""
        choice, at = preset_called(name, self.presets)
        self.take(choice)
        self.at = self._begin_at if at is None else at
        self.at = min(self.at, self.race.steps)

    def point(self, across: float, up: float) -> None:
        """The start goes to a place given as shares of the axes, to the nearest marks of both
        sliders. Shares beyond 0 and 1 end there."""
        place = []
        for (low, high, step), share in zip(self.bounds, (across, up), strict=True):
            marks = round(min(max(share, 0.0), 1.0) * (high - low) / step)
            place.append(min(float(f"{low + marks * step:.12g}"), high))
        self.set({"start": place})

    def tick(self, name: str, chosen: bool) -> None:
        """Put an optimizer into the race, in the order of the menu, or take it out."""
        names = [n for n in self.marks if (chosen if n == name else n in self.choice.names)]
        self.set({"optimizers": names})

    def take(self, choice: Choice) -> None:
        """Compute all that a choice gives, and only then hold it. The end stays the end."""
        race, seen = self._run(choice)
        ended = self.at == self.race.steps
        self.choice, self.race, self.surface = choice, race, seen
        self.at = race.steps if ended else min(self.at, race.steps)

    # How it works.

    def _run(self, choice: Choice) -> tuple[Race, Surface]:
        runners = {name: self._optimizer(name, choice) for name in choice.names}
        race = run_race(choice.landscape, choice.start, runners, choice.steps)
        return race, self._surface(choice.landscape)

    def _optimizer(self, name: str, choice: Choice) -> Optimizer:
        if name in self.mine:
            found = self.mine[name].fresh()
            if name in choice.own:
                found.lr = choice.own[name]
            return found
        return COURSE[name](choice.own.get(name, choice.lr), choice.mu)

    def _surface(self, where: Landscape) -> Surface:
        if LANDSCAPES.get(where.name) is where:
            return _known_surface(where.name)
        if where.name not in self._surfaces:
            self._surfaces[where.name] = surface(where.cut, where.ranges)
        return self._surfaces[where.name]

    def _changed(self, choice: Choice, changes: Mapping[str, Any]) -> Choice:
        for name in changes:
            if name not in SETTINGS:
                raise ValueError(f"{name} cannot be set; there are {', '.join(SETTINGS)}")
        where, start, names, lr, own, mu, steps = choice
        if "landscape" in changes:
            where = self._landscape(changes["landscape"])
            start = start if where is choice.landscape else where.start
        if "start" in changes:
            start = changes["start"]
        if "optimizers" in changes:
            names, new = self._entered(changes["optimizers"])
            own = {**own, **new}
        if isinstance(changes.get("lr"), Mapping):
            for name in changes["lr"]:
                self._require_known(name)
            own = {n: _own_rate(n, r) for n, r in changes["lr"].items()} | {
                n: r for n, r in own.items() if n not in changes["lr"]
            }
        elif "lr" in changes:
            lr = _shared_rate(changes["lr"])
        mu = changes.get("mu", mu)
        Momentum(lr, mu)  # it says what is wrong with mu
        steps = _number_of_steps(changes.get("steps", steps))
        return Choice(where, checked_start(where, start), names, lr, own, mu, steps)

    def _landscape(self, given: Any) -> Landscape:
        if isinstance(given, Landscape):
            given = given.name
        if given not in self.landscapes:
            raise ValueError(
                f"there is no landscape {given!r}; choose one of {', '.join(self.landscapes)}"
            )
        return self.landscapes[given]

    def _menu(self, optimizers: Any) -> list[str]:
        """What can be chosen: the course's and the learner's own, these last.

        From the second of one's own on, each takes the place of one of the course's that was not
        asked for, so that no two look the same.
        """
        spare = [name for name in COURSE if name not in optimizers]
        out = spare[max(0, len(spare) - max(0, len(self.mine) - 1)) :]
        return [*(name for name in COURSE if name not in out), *self.mine]

    def _entered(self, optimizers: Any) -> tuple[tuple[str, ...], dict[str, Rate]]:
        """The names of the lanes, and the rates that some have of their own."""
        optimizers = _listed(optimizers)
        names = list(optimizers)
        for name in names:
            self._require_known(name)
        if not names:
            raise ValueError("a race needs at least one optimizer; choose one")
        if len(set(names)) < len(names):
            raise ValueError(f"a name stands twice in {', '.join(names)}; each can run once")
        own: dict[str, Rate] = {}
        for name in names if isinstance(optimizers, Mapping) else ():
            given = optimizers[name]
            if given is not None and given is not self.mine.get(name):
                own[name] = _own_rate(name, given)
        return tuple(names), own

    def _require_known(self, name: Any) -> None:
        if name not in self.marks:
            raise ValueError(f"there is no optimizer {name!r}; choose from {', '.join(self.marks)}")

    def _preset(self, preset: Mapping[str, Any]) -> tuple[Choice, int | None]:
        given = dict(preset)
        at = given.pop("at", None)
        choice = self._changed(self._begin, given)
        if at is not None and (
            isinstance(at, bool) or not isinstance(at, int) or not 0 <= at <= choice.steps
        ):
            raise ValueError(f"at is {at!r}; give a step from 0 to {choice.steps}")
        return choice, at


@cache
def _known_surface(name: str) -> Surface:
    """The sampled surface of one of the course's landscapes, for all panels."""
    where = LANDSCAPES[name]
    return surface(where.cut, where.ranges)


def landscape_called(given: Any) -> Landscape:
    """A landscape of the course by its name; one that was made already is itself."""
    if isinstance(given, Landscape):
        return given
    if not isinstance(given, str) or given not in LANDSCAPES:
        raise ValueError(
            f"there is no landscape {given!r}; choose one of {', '.join(LANDSCAPES)}, or give a "
            f"function of your own with along=('a', 'b')"
        )
    return LANDSCAPES[given]


def own_landscape(
    function: Callable[..., Any],
    along: Sequence[str] | None,
    ranges: Mapping[str, Sequence[float]],
    values: Mapping[str, Any],
) -> Landscape:
    """A landscape of a learner's function, from the arguments of ``race``."""
    if along is None:
        raise ValueError("name the two numbers that move: along=('a', 'b')")
    ends = []
    for name in [along] if isinstance(along, str) else along:
        if name not in ranges:
            raise ValueError(
                f"ranges does not say how far the picture goes along {name}; give "
                f"ranges={{{name!r}: (low, high), ...}}"
            )
        ends.append(tuple(ranges[name])[:2])
    return landscape(function, along, ends, **values)


def _listed(optimizers: Any) -> Sequence[str] | Mapping[str, Any]:
    """Optimizers as a list of names, or as the mapping that they were given as."""
    if optimizers is None:
        return USUAL
    if isinstance(optimizers, Mapping):
        return optimizers
    return [optimizers] if isinstance(optimizers, str) else list(optimizers)


def _mine(optimizers: Any) -> dict[str, Optimizer]:
    """The optimizers of the learner's own, among those that enter a race."""
    found = {}
    for name, given in optimizers.items() if isinstance(optimizers, Mapping) else ():
        if isinstance(given, Optimizer):
            if name in COURSE:
                raise ValueError(f"{name} is the course's; give your own optimizer another name")
            found[name] = given
    return found


def _own_rate(name: str, given: Any) -> Rate:
    try:
        return checked_lr(given)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from error


def _shared_rate(lr: Any) -> float:
    if callable(lr):
        raise TypeError(
            "the shared learning rate is a number, since it has a slider; give a schedule to one "
            "optimizer, as in lr={'momentum': cosine(0.1, 100)}"
        )
    return positive("lr", lr)


def _number_of_steps(steps: Any) -> int:
    if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
        raise ValueError(f"steps is {steps!r}; give a whole number from 1 to {MOST_STEPS}")
    return steps
