"""``race``: several optimizers from one shared start on one surface, on a map and over time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets

from lessons.maths.optimizers.schedules import Rate
from lessons.maths.surfaces.landscapes import LANDSCAPES, Landscape
from lessons.maths.surfaces.race import Race
from lessons.panels.kit.bounds import bounds_for
from lessons.panels.kit.controls import Menu, PowerControl, Tick, ValueControl
from lessons.panels.kit.figure import RenderContext
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.palette import lanes_sheet
from lessons.panels.kit.panel import scrolling
from lessons.panels.kit.picture_panel import PicturePanel
from lessons.panels.kit.prose import plain
from lessons.panels.kit.stepping import SteppingPanel
from lessons.panels.kit.toolbars import button, heading, preset_menu
from lessons.panels.race import words
from lessons.panels.race.picture import frame, height_for, race_picture
from lessons.panels.race.scale import scale_of
from lessons.panels.race.state import USUAL_RATE, Racing, landscape_called, own_landscape
from lessons.panels.race.style import shown_name

#: How fast a race is played: ms from one picture to the next, and the steps between the two.
SPEEDS = {"slow": (500, 1), "normal": (160, 1), "fast": (160, 4)}
#: The width of the picture in CSS px, until the page says its own.
FIRST_WIDTH = 950


class RacePanel(SteppingPanel, PicturePanel):
    """The panel that :func:`race` makes.

    It holds a landscape, a start, the optimizers and their settings; the race is computed from
    these, whole, and the panel shows it up to a step. From Python: ``set``, ``go``, ``forward``,
    ``back``, ``play``, ``reset``, ``preset``; and to read, ``values``, ``at``, ``race``,
    ``sentence``.
    """

    _state: Racing
    _frontend = frontend(__file__, lanes_sheet())
    _plays = "the race"
    _still_look = RenderContext(width=1000, height=height_for(1000), ratio=1.5, solid=True)

    def __init__(self, state: Racing, rate_bounds: tuple[float, float, float]) -> None:
        self._state = state
        self._rate_bounds = rate_bounds
        self._speed = "normal"
        self._picture = race_picture()
        self._controls = {}
        self._suits: tuple[str, int] | None = None
        super().__init__("Race of optimizers", [self._bar(), self._column()], ["bp-race"])
        self._look = RenderContext(FIRST_WIDTH, height_for(FIRST_WIDTH))
        self._set_interval(SPEEDS[self._speed][0])
        self._draw()

    # What can be read.

    @property
    def values(self) -> dict[str, Any]:
        """The settings as they stand, as ``set`` takes them, and the step that is shown."""
        chosen = self._state.choice
        return {
            "landscape": chosen.landscape.name,
            "start": chosen.start,
            "optimizers": chosen.names,
            "lr": chosen.lr,
            "mu": chosen.mu,
            "steps": chosen.steps,
            "at": self.at,
        }

    @property
    def race(self) -> Race:
        """The whole race, as data, however much of it is shown."""
        return self._state.race

    @property
    def sentence(self) -> str:
        """The sentence about this moment."""
        return plain(words.sentence(self.race, self.at))

    # What can be done. Each of these is also what a control or a key does.

    def set(self, **changes: Any) -> None:
        """Change ``landscape``, ``start``, ``optimizers``, ``lr``, ``mu`` or ``steps``.

        The race is run anew, and shown up to the same step. ``lr`` is the shared rate, or rates of
        their own: ``lr={"adam": 0.3}``. A start outside the picture is refused.
        """
        self._act(self._state.set, changes)

    def reset(self) -> None:
        """All as it was when the panel was made."""
        self._set_playing(False)
        self._act(self._state.reset)

    def preset(self, name: str) -> None:
        """The settings of a preset; what it does not name is reset."""
        self._act(self._state.preset, name)

    # How it works.

    def _draw(self) -> None:
        state, race, at = self._state, self.race, self.at
        self._rest_at_the_end()
        self._show_values()
        with self._front.hold_sync():
            self._front.plot = list(frame(self._look))
            self._front.show(
                {
                    "say": f"<span>{words.sentence(race, at)}</span>",
                    "steps": scrolling("Standing", words.table_rows(race, at, state.marks)),
                    "history": words.legend(race, state.surface.flat is not None),
                    "picture": self._picture.png(state.ground, state.moment, self._look),
                    "alt": self._alt(at),
                }
            )

    def _alt(self, at: int) -> str:
        losses = [lane.losses for lane in self.race.lanes]
        return words.alt(self.race, at, scale_of(losses, self._state.surface.most).log)

    def _show_values(self) -> None:
        chosen = self._state.choice
        self._where.show(chosen.landscape.name)
        for name, box in self._entries.items():
            box.show(name in chosen.names)
        if self._suits != (chosen.landscape.name, chosen.steps):
            self._place_sliders()
        for name, value in self._controlled.items():
            self._controls[name].show(value)
        self._back.disabled = self._first.disabled = self.at == 0
        self._on.disabled = self._last.disabled = self.at == self.race.steps

    def _on_speed(self, _name: str, speed: str) -> None:
        self._speed = speed
        self._set_interval(SPEEDS[speed][0])

    def _on_value(self, name: str, value: Any) -> None:
        one, two = self._state.choice.start
        match name:
            case "step":
                self.go(round(value))
            case "first":
                self.set(start=(value, two))
            case "second":
                self.set(start=(one, value))
            case _:
                self.set(**{name: value})

    @property
    def _stride(self) -> int:
        return SPEEDS[self._speed][1]

    def _on_event(self, event: dict[str, Any]) -> None:
        """Beside the steps: a place in the map, which is the start from now on."""
        if event.get("kind") == "point":
            self._act(self._state.point, float(event["x"]), float(event["y"]))
        else:
            super()._on_event(event)

    def _height_for(self, width: int) -> int:
        return height_for(width)

    # What it is made of.

    @property
    def _controlled(self) -> dict[str, float]:
        """What the sliders stand at, in the order in which they stand on the page."""
        chosen = self._state.choice
        one, two = chosen.start
        return {"step": self.at, "first": one, "second": two, "lr": chosen.lr, "mu": chosen.mu}

    def _place_sliders(self) -> None:
        """Sliders that suit the landscape and the number of steps, in place of those before."""
        old, state = self._controls, self._state
        chosen = state.choice
        first, second = chosen.landscape.along
        bounds = dict(zip(("first", "second"), state.bounds, strict=True))
        bounds |= {"step": (0.0, float(chosen.steps), 1.0), "mu": (0.0, 0.99, 0.01)}
        bounds |= {"lr": self._rate_bounds}
        labels = {"first": first, "second": second}
        tips = {"lr": "learning rate", "mu": "share of the velocity that is kept"}
        self._controls = {
            name: (PowerControl if name == "lr" else ValueControl)(
                name,
                value,
                bounds[name],
                self._on_value,
                label=labels.get(name, ""),
                tip=tips.get(name, ""),
                style="bp-rate" if name == "lr" else "",
            )
            for name, value in self._controlled.items()
        }
        step, *others = (control.row for control in self._controls.values())
        self._track.children, self._rows.children = [step], others
        self._suits = chosen.landscape.name, chosen.steps
        longest = max(len(first), len(second))
        for width, wide in (("medium", 3 < longest <= 7), ("long", longest > 7)):
            change = self._rows.add_class if wide else self._rows.remove_class
            change(f"bp-names-{width}")
        for control in old.values():
            for widget in (control.slider, control.box, control.row):
                widget.close()

    def _bar(self) -> ipywidgets.Box:
        """Buttons to step and to play, and where in the race one is."""
        self._first = button("first", "To the start", lambda: self.go("first"),
                             icon="fast-backward")  # fmt: skip
        self._back = button("back", "One step back", self.back, icon="step-backward")
        self._on = button("step", "One step of every optimizer", self.forward, description="Step")
        self._last = button("last", "To the end", lambda: self.go("last"), icon="fast-forward")
        self._speeds = Menu(
            "speed", list(SPEEDS), self._on_speed, label="Speed", style="bp-speed",
            value=self._speed,
        )  # fmt: skip
        self._track = ipywidgets.Box()
        self._track.add_class("bp-step-shown")
        buttons = [self._first, self._back, self._on, self._last, self._make_play()]
        bar = ipywidgets.HBox([*buttons, self._speeds.widget, self._track])
        bar.add_class("bp-bar")
        return bar

    def _column(self) -> ipywidgets.Box:
        """The landscape, the start, the settings, and who takes part."""
        state = self._state
        mine = [name for name in state.landscapes if name not in LANDSCAPES]
        options = {f"{name} (yours)" if name in mine else name: name for name in state.landscapes}
        self._where = Menu(
            "landscape", options, self._on_value, label="Landscape", style="bp-presets",
            value=state.choice.landscape.name,
        )  # fmt: skip
        self._rows = ipywidgets.VBox()
        self._rows.add_class("bp-rows")
        self._entries = {}
        for name, style in state.marks.items():
            box = Tick(name, shown_name(name), self._on_entry)
            box.widget.add_class(f"bp-lane-{style.key}")
            self._entries[name] = box
        boxes = [box.widget for box in self._entries.values()]
        entries = ipywidgets.VBox([heading("Optimizers"), *boxes])
        entries.add_class("bp-entries")
        actions = ipywidgets.HBox(
            [button("reset", "Back to the first settings", self.reset, description="Reset")]
        )
        actions.add_class("bp-actions")
        presets = [preset_menu(tuple(state.presets), self.preset)] if state.presets else []
        settings = ipywidgets.VBox(
            [heading("Surface and start"), self._where.widget, *presets, self._rows]
        )
        column = ipywidgets.VBox([settings, entries, actions])
        column.add_class("bp-controls")
        return column

    def _on_entry(self, name: str, chosen: bool) -> None:
        self._act(self._state.tick, name, chosen)

    # What readers without a kernel see.

    def _still(self, look: RenderContext) -> tuple[bytes, str, str]:
        """The whole race, however much of it is shown: a still picture cannot be played."""
        state, race = self._state, self.race
        picture = race_picture().png(state.ground, state.seen_at(race.steps), look, level=9)
        return picture, self._alt(race.steps), words.table(race, race.steps)

    def __repr__(self) -> str:
        names = ", ".join(shown_name(lane.name) for lane in self.race.lanes)
        where = self._state.choice.landscape.name
        return f"RacePanel on {where}: {names}; step {self.at} of {self.race.steps}"


def race(
    where: str | Landscape | Callable[..., Any] = "narrow valley",
    /,
    *,
    optimizers: Iterable[str] | Mapping[str, Any] | None = None,
    lr: float | Mapping[str, Rate] = USUAL_RATE,
    mu: float = 0.9,
    steps: int = 100,
    start: Sequence[float] | None = None,
    at: int | str | None = None,
    presets: Mapping[str, Mapping[str, Any]] | None = None,
    along: Sequence[str] | None = None,
    ranges: Mapping[str, Sequence[float]] | None = None,
    **values: Any,
) -> RacePanel:
    """A panel that races optimizers from one start on one surface: paths and losses together.

    ``where`` is one of the course's landscapes (bowl, narrow valley, saddle, two minima,
    System T), or a function of your own: then ``along`` names its two inputs that move, ``ranges``
    maps them to (low, high), the edges of the picture, and ``values`` are as for ``record``; the
    two values of ``along`` are the start.

    ``optimizers`` are names (gradient descent, clipped descent, momentum, averaged momentum,
    nesterov, rmsprop, adam); or a mapping from names to a learning rate of their own (None for the
    shared one) or, under another name, to an optimizer that you made. ``lr`` is the shared
    learning rate, or a mapping from names to rates of their own. ``mu`` goes to all that have one.
    ``steps`` is the length of the race, ``at`` the step that is shown at first (the last, unless
    given), ``ranges["lr"]`` the (low, high) of the slider of lr. ``presets`` maps names to
    settings, as ``set`` takes them, and ``at``. Bad input raises ``ValueError`` or ``TypeError``
    with the fix.

    >>> panel = race("System T", lr=0.02, steps=40)  # doctest: +SKIP
    >>> panel.race["momentum"].outcome  # doctest: +SKIP
    'dead'
    """
    ranges = dict(ranges or {})
    rates = ranges.pop("lr", None)
    if isinstance(where, (str, Landscape)) or not callable(where):
        if along is not None or ranges or values:
            given = ", ".join([*(["along"] if along else []), *ranges, *values])
            raise ValueError(f"{given}: these go with a function of your own; {where} has its own")
        surface = landscape_called(where)
    else:
        surface = own_landscape(where, along, ranges, values)
    state = Racing(
        surface, optimizers, start=start, lr=lr, mu=mu, steps=steps, presets=presets or {}, at=at
    )
    return RacePanel(state, _rate_bounds(rates, state.choice.lr))


def _rate_bounds(given: Any, lr: float) -> tuple[float, float, float]:
    """Ends and step of the slider of lr, as logarithms."""
    low, high = (0.001, 1.0) if given is None else bounds_for("lr", lr, given)[:2]
    if low <= 0:
        raise ValueError(f"ranges['lr'] begins at {low:g}; give a number above 0, such as 0.001")
    return (
        min(math.floor(10 * math.log10(end) + 1e-9) / 10 for end in (low, lr)),
        max(math.ceil(10 * math.log10(end) - 1e-9) / 10 for end in (high, lr)),
        0.1,
    )
