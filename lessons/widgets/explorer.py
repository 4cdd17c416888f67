"""``explore``: any scalar function as a panel with sliders, linked pictures and a stepper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets

from lessons.maths.backward import Gradient
from lessons.maths.descent import descended, entries_of
from lessons.maths.record import Record, record
from lessons.pictures import still, tex, words
from lessons.pictures.diagram import diagram, fold_note
from lessons.pictures.formula import formula
from lessons.pictures.history import history
from lessons.pictures.listing import listing
from lessons.pictures.scene import Phase, Scene
from lessons.pictures.steps import steps, steps_title
from lessons.pictures.timeline import timeline
from lessons.widgets.controls import Button, ValueControl, bounds_for
from lessons.widgets.front import Front

#: The parts that ``show`` may name. Without "gradient" the panel has no backward pass at all.
PARTS = ("values", "code", "diagram", "formula", "table", "gradient", "upstream", "update")
_SPEEDS = {"slow": 1800, "normal": 900, "fast": 350}
_RESERVED = ("upstream", "lr")


class Explorer(ipywidgets.Box):
    """The panel that :func:`explore` makes. Everything it shows is a function of its record.

    From Python: ``set``, ``go``, ``forward``, ``back``, ``choose``, ``update``, ``undo``,
    ``reset``, ``preset``; and to read, ``values``, ``record``, ``gradient``, ``scene``.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        values: Mapping[str, Any],
        *,
        update: Iterable[str] = (),
        lr: float = 0.1,
        upstream: float = 1.0,
        show: Iterable[str] | None = None,
        presets: Mapping[str, Mapping[str, Any]] | None = None,
        ranges: Mapping[str, Sequence[float]] | None = None,
        at: int | str | None = None,
    ) -> None:
        self._function = function
        self.record: Record = record(function, **values)
        self._shown = _parts(show, self.record, bool(update))
        self._updated = entries_of(self.record, update) if "update" in self._shown else ()
        self._values = dict(self.record.inputs)
        self._upstream, self._lr = float(upstream), float(lr)
        self.gradient: Gradient | None = self._backward(self.record)
        self._start = (dict(self._values), self._upstream, self._lr)
        self._presets = {
            name: self._checked_preset(name, preset) for name, preset in (presets or {}).items()
        }
        self._past: list[dict[str, float]] = []
        self._outputs: list[float] = []
        self._at, self._chosen = 0, ""
        self._at = self._position(at if at is not None else "last")
        self._front = Front(label=f"Explorer of {self.record.function}")
        self._controls = self._make_controls(ranges or {})
        self._buttons: dict[str, Button] = {}
        super().__init__([self._grid()])
        self.add_class("bp-panel")
        self._front.observe(self._on_event, "event")
        self._draw()

    # What can be read.

    @property
    def values(self) -> dict[str, float]:
        """The inputs as they stand, with the upstream gradient and lr where they are shown."""
        extra = {"upstream": self._upstream, "lr": self._lr}
        return dict(self._values) | {n: v for n, v in extra.items() if n in self._controls}

    @property
    def at(self) -> int:
        """The position of the stepper; 0 shows the inputs alone."""
        return self._at

    @property
    def outputs(self) -> tuple[float, ...]:
        """The output before the first update, and after each one."""
        return tuple(self._outputs)

    @property
    def scene(self) -> Scene:
        """What is on show, as data."""
        output = self.record.output
        of = output
        if "upstream" in self._shown:
            of = next(name for name in ("L", "J", "E", "loss") if name not in self.record.values)
        return Scene(
            self.record, self.gradient, self._at, of, self._chosen, self._updated, self._lr
        )

    @property
    def sentence(self) -> str:
        """The sentence about this moment."""
        return words.plain(words.sentence(self.scene))

    # What can be done. Each of these is also what a control or a key does.

    def set(self, **values: float | Sequence[float]) -> None:
        """Give values to inputs (a list sets all its entries), ``upstream`` or ``lr``."""
        with self._reported():
            self._take(self._flat(values))

    def go(self, where: int | str) -> None:
        """To a position, or to "first", "forward", "backward", "update" or "last"."""
        with self._reported():
            self._move(self._position(where))

    def forward(self) -> None:
        """One step on."""
        self._move(min(self._at + 1, self.scene.last))

    def back(self) -> None:
        """One step back."""
        self._move(max(self._at - 1, 0))

    def choose(self, name: str) -> None:
        """Pick out a value in all views; "" or the same name again lets it go."""
        with self._reported():
            if name and name not in self.record.values:
                raise ValueError(f"{name} is not a value of {self.record.function}")
            self._chosen = "" if name == self._chosen else name
            self._draw()

    def update(self) -> None:
        """One step of gradient descent on the chosen values, all at once."""
        with self._reported():
            if self.gradient is None or not self._updated:
                raise ValueError("this panel has nothing to update; give update=[...] to explore")
            before = dict(self._values)
            new = dict(descended(self.gradient, self._lr, self._updated))
            outputs = self._outputs or [self.record.value]
            self._recorded(before | new)
            self._past.append(before)
            self._outputs = [*outputs, self.record.value]
            self._draw()

    def undo(self) -> None:
        """Take the last update back."""
        with self._reported():
            if self._past:
                self._recorded(self._past.pop())
                self._outputs.pop()
                self._draw()

    def reset(self) -> None:
        """Everything as it was when the panel was made, but for the position."""
        with self._reported():
            values, upstream, lr = self._start
            self._take({**values, "upstream": upstream, "lr": lr})

    def preset(self, name: str) -> None:
        """The values of a preset; what it does not name is reset."""
        with self._reported():
            if name not in self._presets:
                raise ValueError(f"there is no preset {name!r}; there are {list(self._presets)}")
            values, upstream, lr = self._start
            self._take({**values, "upstream": upstream, "lr": lr, **self._presets[name]})

    def play(self) -> None:
        """Play the steps, or pause; from the start when all have been shown."""
        if not self._front.playing and self._at == self.scene.last:
            self._move(0)
        self._front.playing = not self._front.playing
        button = self._buttons["play"]
        button.icon = "pause" if self._front.playing else "play"
        button.tooltip = "Pause" if self._front.playing else "Play the steps"

    # How it works.

    def _take(self, values: Mapping[str, float]) -> None:
        """An edit by the learner: it starts the history of updates anew."""
        self._upstream = values.get("upstream", self._upstream)
        self._lr = values.get("lr", self._lr)
        inputs = {n: v for n, v in values.items() if n not in _RESERVED}
        if inputs:
            self._past, self._outputs = [], []
        self._recorded(self._values | inputs)
        self._draw()

    def _recorded(self, values: dict[str, float]) -> None:
        """Record the function anew; on an error the values stay, and the last good record."""
        self._values = values
        self._show_values()
        arguments = {
            name: [values[e] for e in entries] if entries != (name,) else values[name]
            for name, entries in self.record.groups.items()
        }
        new = record(self._function, **arguments)
        gradient = self._backward(new)
        if len(new.steps) != len(self.record.steps) and self._at == self.scene.last:
            self._at = 10**9  # another branch was taken: the end stays the end
        self.record, self.gradient = new, gradient
        self._at = min(self._at, self.scene.last)
        if self._chosen not in new.values:
            self._chosen = ""
        self._front.old, self._front.error = False, ""

    def _backward(self, new: Record) -> Gradient | None:
        return new.backward(self._upstream) if "gradient" in self._shown else None

    def _move(self, at: int) -> None:
        self._at, self._chosen = at, ""
        if at == self.scene.last and self._front.playing:
            self.play()
        self._draw()

    def _position(self, where: int | str) -> int:
        scene = self.scene
        if isinstance(where, int) and not isinstance(where, bool):
            if 0 <= where <= scene.last:
                return where
            raise ValueError(f"there is no step {where}; this panel goes from 0 to {scene.last}")
        phases: dict[str, Phase] = {"forward": "forward", "backward": "seed", "update": "update"}
        if where in phases:
            return scene.position(phases[where])
        if where in ("first", "last"):
            return 0 if where == "first" else self._last_step(scene)
        raise ValueError(
            f"{where!r} is no place to go to; take a number, or first, forward, backward, update, "
            f"last"
        )

    @staticmethod
    def _last_step(scene: Scene) -> int:
        """The end of the passes: the update is only told when one steps to it."""
        return scene.last - 1 if scene.moments[-1].phase == "update" else scene.last

    def _flat(self, values: Mapping[str, Any]) -> dict[str, float]:
        """Values by entry, checked; ``w=[1, 2]`` gives w0 and w1."""
        flat: dict[str, float] = {}
        for name, value in values.items():
            entries = self.record.groups.get(name, (name,))
            if name not in self.record.groups and name not in (*self._values, *_RESERVED):
                raise ValueError(
                    f"{name} cannot be set; there are {', '.join((*self._values, *_RESERVED))}"
                )
            given = value if isinstance(value, (list, tuple)) else [value]
            if len(given) != len(entries):
                raise ValueError(f"{name} takes {len(entries)} numbers, and got {len(given)}")
            flat.update({e: _number(e, v) for e, v in zip(entries, given, strict=True)})
        return flat

    def _checked_preset(self, name: str, preset: Mapping[str, Any]) -> dict[str, float]:
        try:
            return self._flat(preset)
        except (TypeError, ValueError) as error:
            raise ValueError(f"preset {name!r}: {error}") from error

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """An error becomes a sentence, the picture is marked as old, and the error is raised."""
        try:
            yield
        except Exception as error:
            self._front.playing = False
            self._front.show({"error": _told(error, self.record.function)})
            self._front.old = True
            raise

    def _draw(self) -> None:
        """Every part of the page from the scene. Nothing else writes to the front end."""
        with self._reported():
            scene, shown = self.scene, self._shown
            heading = f"<small>{words.title(scene)}</small>"
            parts = {
                "timeline": timeline(scene),
                "say": f"{heading}<span>{words.sentence(scene)}</span>",
                "diagram": "",
                "code": "",
                "steps": "",
                "formula": "",
                "history": history(self.record.output, self._outputs),
            }
            if "diagram" in shown:
                note = fold_note(scene)
                told = f'<p class="bp-muted">{note}</p>' if note else ""
                parts["diagram"] = _titled("Diagram", f"{told}{diagram(scene)}")
            if "code" in shown:
                parts["code"] = _titled("Your function", listing(scene))
            if "table" in shown:
                parts["steps"] = _titled(steps_title(scene), steps(scene))
            if "formula" in shown:
                written = formula(scene)
                parts["formula"] = f"<div>{tex.mathml(written.main)}</div>"
                if written.aside:
                    parts["formula"] += f'<div class="bp-aside">{tex.mathml(written.aside)}</div>'
            self._front.show(parts)
            if "undo" in self._buttons:
                self._buttons["undo"].disabled = not self._past

    def _show_values(self) -> None:
        shown = {**self._values, "upstream": self._upstream, "lr": self._lr}
        for name, control in self._controls.items():
            control.show(shown[name])

    def _on_event(self, change: dict[str, Any]) -> None:
        event = change["new"]
        match event.get("kind"):
            case "go":
                self.go(max(0, min(int(event["at"]), self.scene.last)))
            case "first" | "last" as where:
                self.go(where)
            case "forward":
                self.forward()
            case "back":
                self.back()
            case "play":
                self.play()
            case "tick" if self._front.playing:
                self.forward()
            case "choose" if event["name"] or self._chosen:
                self.choose(event["name"])
            case "slide":
                list(self._controls.values())[int(event["row"])].slide(float(event["value"]))
            case "line":
                self._choose_line(int(event["line"]))
            case "next" | "previous" as way:
                self._choose_beside(1 if way == "next" else -1)

    def _choose_line(self, line: int) -> None:
        """A line stands for the value that it names: the last of its steps."""
        names = [step.name for step in self.record.steps if step.line == line]
        if names:
            self.choose(names[-1])

    def _choose_beside(self, by: int) -> None:
        names = list(self.record.values)
        if self.scene.focus in names:
            self.choose(names[(names.index(self.scene.focus) + by) % len(names)])
        else:
            self.choose(names[0 if by > 0 else -1])

    # What it is made of.

    def _make_controls(self, ranges: Mapping[str, Sequence[float]]) -> dict[str, ValueControl]:
        if "values" not in self._shown:
            return {}
        known = {*self.record.groups, *self._values, *_RESERVED}
        for name in ranges:
            if name not in known:
                raise ValueError(f"ranges names {name}, which is not a value of this panel")
        controls = {}
        for group, entries in self.record.groups.items():
            for name in entries:
                value = self._values[name]
                given = ranges.get(name, ranges.get(group))
                bounds = bounds_for(name, value, given)
                controls[name] = ValueControl(name, value, bounds, self._on_value)
        if "upstream" in self._shown:
            bounds = bounds_for("upstream", self._upstream, ranges.get("upstream"))
            controls["upstream"] = ValueControl(
                "upstream",
                self._upstream,
                bounds,
                self._on_value,
                label=f"∂{self.scene.of}/∂{self.record.output}",
                tip="upstream gradient",
                style="bp-backward",
            )
        if self._updated:
            bounds = ranges.get("lr", (0.0, max(0.5, 5 * self._lr), 0.001))
            bounds = bounds_for("lr", self._lr, bounds)
            controls["lr"] = ValueControl(
                "lr", self._lr, bounds, self._on_value, tip="learning rate", style="bp-rate"
            )
        return controls

    def _on_value(self, name: str, value: float) -> None:
        self.set(**{name: value})

    def _grid(self) -> ipywidgets.Box:
        grid = ipywidgets.Box([self._toolbar(), self._sidebar(), self._front])
        grid.add_class("bp-grid")
        if not {"code", "table"} & self._shown:
            grid.add_class("bp-no-side")
        if "diagram" not in self._shown:
            grid.add_class("bp-no-diagram")
        return grid

    def _button(self, key: str, tip: str, action: Callable[[], None], **options: Any) -> Button:
        button = self._buttons[key] = Button(action, tooltip=tip, **options)
        button.add_class(f"bp-{key}")
        return button

    def _toolbar(self) -> ipywidgets.Box:
        buttons: list[ipywidgets.Widget] = [
            self._button("first", "To the start", lambda: self.go("first"), icon="fast-backward"),
            self._button("back", "One step back", self.back, icon="step-backward"),
            self._button("step", "One step forward", self.forward, description="Step"),
            self._button("last", "To the end", lambda: self.go("last"), icon="fast-forward"),
            self._button("play", "Play the steps", self.play, icon="play"),
        ]
        speed = ipywidgets.Dropdown(
            options=_SPEEDS, value=self._front.interval, description="Speed"
        )
        speed.observe(lambda change: setattr(self._front, "interval", change["new"]), "value")
        speed.add_class("bp-speed")
        buttons.append(speed)
        if self.gradient is not None:
            phases = ["forward", "backward", *(["update"] if self._updated else [])]
            for phase in phases:
                tip = f"Jump to the {phase} pass" if phase != "update" else "Jump to the update"
                action = _going(self, phase)
                buttons.append(
                    self._button(f"to-{phase}", tip, action, description=phase.capitalize())
                )
        bar = ipywidgets.HBox(buttons)
        bar.add_class("bp-bar")
        return bar

    def _sidebar(self) -> ipywidgets.Box:
        rows: list[ipywidgets.Widget] = []
        if self._controls:
            title = ipywidgets.HTML('<p class="bp-h">Values</p>')
            title.add_class("bp-title")
            rows.append(title)
        if self._presets and self._controls:
            rows.append(self._preset_menu())
        rows += [control.row for control in self._controls.values()]
        last: list[ipywidgets.Widget] = []
        if self._updated:
            label = f"Update {_short_names(self._updated)}"
            last.append(
                self._button("update", "One step of gradient descent", self.update,
                             description=label)
            )  # fmt: skip
            last.append(self._button("undo", "Take the last update back", self.undo,
                                     description="Undo", disabled=True))  # fmt: skip
        if self._controls:
            last.append(self._button("reset", "Back to the first values", self.reset,
                                     description="Reset"))  # fmt: skip
        if last:
            box = ipywidgets.HBox(last)
            box.add_class("bp-actions")
            rows.append(box)
        sidebar = ipywidgets.VBox(rows)
        sidebar.add_class("bp-controls")
        if not rows:
            sidebar.add_class("bp-empty")
        return sidebar

    def _preset_menu(self) -> ipywidgets.Dropdown:
        # The first entry is a heading, so that choosing the same preset twice is two choices.
        menu = ipywidgets.Dropdown(options=["Presets", *self._presets], description="Presets")
        menu.add_class("bp-presets")

        def chosen(change: dict[str, Any]) -> None:
            if change["new"] != "Presets":
                menu.value = "Presets"
                self.preset(change["new"])

        menu.observe(chosen, "value")
        return menu

    # What readers without a kernel see.

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = dict(super()._repr_mimebundle_(**options) or {})
        bundle["text/html"] = still.html(self.scene, self._shown)
        bundle["text/plain"] = still.table(self.scene)
        return bundle

    def __repr__(self) -> str:
        return f"Explorer of {self.record.function}, step {self._at} of {self.scene.last}"


def explore(
    function: Callable[..., Any],
    /,
    *,
    update: Iterable[str] = (),
    lr: float = 0.1,
    upstream: float = 1.0,
    show: Iterable[str] | None = None,
    presets: Mapping[str, Mapping[str, Any]] | None = None,
    ranges: Mapping[str, Sequence[float]] | None = None,
    at: int | str | None = None,
    **values: Any,
) -> Explorer:
    """A panel for a scalar function: sliders, diagram, code, formula, table, stepper, update.

    ``values`` are as for ``record``. ``update`` names the inputs that the update button changes by
    gradient descent at the rate ``lr``; ``upstream`` is the gradient that arrives at the output.
    ``show`` chooses the parts (all of ``PARTS`` by default); ``presets`` maps names to values;
    ``ranges`` maps a value, ``"upstream"`` or ``"lr"`` to ``(low, high)`` or ``(low, high, step)``
    of its slider; ``at`` is the first position of the stepper. Errors are those of ``record``.

    >>> panel = explore(neuron, x=1.0, w=-3.0, update=["w"])  # doctest: +SKIP
    """
    return Explorer(
        function,
        values,
        update=[update] if isinstance(update, str) else list(update),
        lr=_number("lr", lr),
        upstream=_number("upstream", upstream),
        show=show,
        presets=presets,
        ranges=ranges,
        at=at,
    )


def _parts(show: Iterable[str] | None, run: Record, updates: bool) -> frozenset[str]:
    """The parts on show; those that need the gradient go when it is not there."""
    chosen = set(PARTS if show is None else [show] if isinstance(show, str) else show)
    unknown = chosen - set(PARTS)
    if unknown:
        raise ValueError(f"show names {sorted(unknown)}; the parts are {', '.join(PARTS)}")
    if show is None and run.output == "L":
        chosen.discard("upstream")  # nothing comes after a loss
    if "gradient" not in chosen:
        chosen -= {"upstream", "update"}
    if not updates:
        chosen.discard("update")
    return frozenset(chosen)


def _number(name: str, value: Any) -> float:
    """A finite float, checked as ``record`` checks its inputs."""
    from lessons.maths.inputs import entry

    return entry(name, value)


def _told(error: Exception, function: str) -> str:
    """An exception as a sentence: our own errors speak for themselves."""
    if type(error) in (ValueError, TypeError, OverflowError):
        told = str(error)
    else:
        told = f"{function} stopped with {type(error).__name__}: {error}"
    return f"{escape(told)} <span>The picture below is the last one that worked.</span>"


def _titled(title: str, body: str) -> str:
    return f'<p class="bp-h">{title}</p><div class="bp-scroll">{body}</div>'


def _going(panel: Explorer, where: str) -> Callable[[], None]:
    return lambda: panel.go(where)


def _short_names(names: Sequence[str]) -> str:
    """``w0, w1, w2, b`` -> ``w and b``."""
    bases = list(dict.fromkeys(name.rstrip("0123456789") for name in names))
    if len(bases) > 3:
        return f"{len(names)} values"
    return bases[0] if len(bases) == 1 else f"{', '.join(bases[:-1])} and {bases[-1]}"
