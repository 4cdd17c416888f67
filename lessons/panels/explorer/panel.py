"""``explore``: any scalar function as a panel with sliders, linked pictures and a stepper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from lessons.maths.checks import finite
from lessons.maths.scalar.gradient import Gradient
from lessons.maths.scalar.record import Record
from lessons.panels.explorer import still, words
from lessons.panels.explorer.code import listing
from lessons.panels.explorer.controls import menus, short_names, value_controls
from lessons.panels.explorer.diagram import diagram, fold_note, is_wide
from lessons.panels.explorer.formula import formula
from lessons.panels.explorer.history import history
from lessons.panels.explorer.scene import Scene
from lessons.panels.explorer.state import Exploration, Menu
from lessons.panels.explorer.step_table import steps, steps_title
from lessons.panels.explorer.timeline import timeline
from lessons.panels.kit import tex
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.panel import scrolling
from lessons.panels.kit.prose import plain
from lessons.panels.kit.stepping import SteppingPanel
from lessons.panels.kit.style import DIAGRAM_CSS
from lessons.panels.kit.toolbars import button, sidebar, toolbar


class Explorer(SteppingPanel):
    """The panel that :func:`explore` makes. Everything it shows is a function of its record.

    From Python: ``set``, ``go``, ``forward``, ``back``, ``play``, ``choose``, ``pick``, ``update``,
    ``undo``, ``reset``, ``preset``; and to read, ``values``, ``at``, ``record``, ``gradient``,
    ``scene``, ``outputs``, ``sentence``.
    """

    _state: Exploration
    _frontend = frontend(__file__, DIAGRAM_CSS)

    def __init__(self, state: Exploration, ranges: Mapping[str, Sequence[float]]) -> None:
        self._state = state
        self._controls = value_controls(state, ranges, self._on_value)
        self._undo_button = button(
            "undo", "Take the last update back", self.undo, description="Undo"
        )
        buttons = [button("reset", "Back to the first values", self.reset, description="Reset")]
        if state.updated:
            label = f"Update {short_names(state.updated)}"
            tip = "One step of gradient descent"
            buttons = [
                button("update", tip, self.update, description=label),
                self._undo_button,
                *buttons,
            ]
        self._menus = menus(state, lambda name, choice: self.pick(**{name: choice}))
        phases = ["forward", "backward", "update"] if state.gradient is not None else []
        bar = toolbar(
            self._stepping,
            self._make_play(),
            self._set_interval,
            phases if state.updated else phases[:2],
        )
        column = sidebar(
            [menu.widget for menu in self._menus],
            self._controls.values(),
            tuple(state.presets),
            self.preset,
            buttons if self._controls or state.updated else [],
        )
        label = f"Explorer of {state.record.function}"
        super().__init__(label, [bar, column], self._layout_classes())
        self._show_values()
        self._draw()

    # What can be read.

    @property
    def record(self) -> Record:
        """The record of the function at the current values (the last good one after an error)."""
        return self._state.record

    @property
    def gradient(self) -> Gradient | None:
        """The whole backward pass, however far it is stepped through; None where none is shown."""
        return self._state.gradient

    @property
    def values(self) -> dict[str, float]:
        """The inputs as they stand, with ``upstream`` and ``lr`` where they have a slider."""
        settings = {"upstream": self._state.upstream, "lr": self._state.lr}
        return self._state.inputs | {n: v for n, v in settings.items() if n in self._controls}

    @property
    def outputs(self) -> tuple[float, ...]:
        """The output before the first update, and after each one."""
        return tuple(self._state.outputs)

    @property
    def scene(self) -> Scene:
        """What is on show, as data."""
        return self._state.scene

    @property
    def sentence(self) -> str:
        """The sentence about this moment."""
        return plain(words.sentence(self.scene))

    # What can be done. Each of these is also what a control or a key does.

    def set(self, **values: float | Sequence[float]) -> None:
        """Give values to inputs (a list sets all its entries), ``upstream`` or ``lr``."""
        self._act(self._state.set, values)

    def reset(self) -> None:
        """The values as they were when the panel was made; the position stays."""
        self._act(self._state.reset)

    def preset(self, name: str) -> None:
        """The values of a preset; what it does not name is reset."""
        self._act(self._state.preset, name)

    def pick(self, **choices: str) -> None:
        """Put other functions into this one, by their names in the menus."""
        self._act(self._state.pick, choices)

    def update(self) -> None:
        """One step of gradient descent on the chosen inputs, all at once."""
        self._act(self._state.update)

    def undo(self) -> None:
        """Take the last update back."""
        self._act(self._state.undo)

    def choose(self, name: str) -> None:
        """Pick out a value in all views; "" or the same name again lets it go."""
        self._act(self._state.choose, name)

    # How it works.

    def _do(self, action: Callable[..., None], *arguments: Any) -> None:
        record = self.record
        try:
            action(*arguments)
        finally:  # also after an error: what the learner asked for stays in the controls
            self._show_values()
        if self.record is not record:  # a new good record ends an error
            self._front.show({"error": ""})
            self._front.old = False
        self._rest_at_the_end()
        self._draw()

    @property
    def _all_shown(self) -> bool:
        """Both passes are all there is to play; the update is a step beyond them."""
        return self.at >= self._state.position("last")

    @property
    def _subject(self) -> str:
        return self.record.function

    @contextmanager
    def _reported(self) -> Iterator[None]:
        with super()._reported():
            try:
                yield
            except Exception:
                self._set_playing(False)
                raise

    def _show_values(self) -> None:
        values = self.values
        for name, control in self._controls.items():
            control.show(values[name])
        for menu in self._menus:
            menu.show(self._state.picked[menu.name])
        self._undo_button.disabled = not self._state.past

    def _draw(self) -> None:
        """Every part of the page from the scene. Nothing else writes pictures to the front end."""
        scene, shown = self.scene, self._state.shown
        parts = {
            "timeline": timeline(scene),
            "say": f"<small>{words.title(scene)}</small><span>{words.sentence(scene)}</span>",
            "history": history(self.record.output, self._state.outputs),
        }
        if "diagram" in shown:
            note = fold_note(scene)
            told = f'<p class="bp-muted">{note}</p>' if note else ""
            parts["diagram"] = f'<p class="bp-h">Diagram</p>{told}{diagram(scene)}'
        if "code" in shown:
            parts["code"] = scrolling("Your function", listing(scene))
        if "table" in shown:
            parts["steps"] = scrolling(steps_title(scene), steps(scene))
        if "formula" in shown:
            written = formula(scene)
            parts["formula"] = f"<div>{tex.mathml(written.main)}</div>"
            if written.aside:
                parts["formula"] += f'<div class="bp-aside">{tex.mathml(written.aside)}</div>'
        self._front.show(parts)

    def _on_value(self, name: str, value: float) -> None:
        self.set(**{name: value})

    def _on_event(self, event: dict[str, Any]) -> None:
        """Beside the steps: what is picked out, by a click or a key."""
        state = self._state
        match event.get("kind"):
            case "choose" if event["name"] or state.chosen:
                self.choose(event["name"])
            case "line":
                self._act(state.choose_line, int(event["line"]))
            case "next":
                self._act(state.choose_beside, 1)
            case "previous":
                self._act(state.choose_beside, -1)
            case _:
                super()._on_event(event)

    def _layout_classes(self) -> list[str]:
        """How the parts on show share the room."""
        shown = self._state.shown
        classes = [] if {"code", "table"} & shown else ["bp-no-side"]
        if "diagram" not in shown:
            classes.append("bp-no-diagram")
        elif is_wide(self.scene):
            classes.append("bp-wide")
        if not self._controls and not self._state.updated:
            classes.append("bp-no-values")
        return classes

    # What readers without a kernel see.

    def _static_output(self) -> tuple[str, str]:
        html = still.html(self.scene, self._state.shown)
        return html, still.table(self.scene)

    def __repr__(self) -> str:
        return f"Explorer of {self.record.function}, step {self.at} of {self.scene.last}"


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
    menus: Mapping[str, Menu] | None = None,
    fits: Callable[..., str] | None = None,
    **values: Any,
) -> Explorer:
    """A panel for a scalar function: sliders, diagram, code, formula, table, stepper, update.

    ``values`` are as for ``record``. ``update`` names the inputs that the update button changes by
    gradient descent at the rate ``lr``; ``upstream`` is the gradient that arrives at the output.
    ``show`` chooses the parts (by default all of ``exploration.PARTS``); ``presets`` maps names to
    values; ``ranges`` maps a value, ``"upstream"`` or ``"lr"`` to ``(low, high)`` or
    ``(low, high, step)`` of its slider; ``at`` is the first position of the stepper.

    ``menus`` maps parameters of the function that are themselves functions to what a learner may
    put in for them: ``menus={"g": [relu, tanh]}``. ``fits`` is called with what was picked, and
    returns a sentence where it does not fit together, "" where it does. Errors are those of
    ``record``; a setting that does not fit raises ``ValueError``.

    >>> panel = explore(neuron, x=1.0, w=-3.0, update=["w"])  # doctest: +SKIP
    """
    state = Exploration(
        function,
        values,
        update=[update] if isinstance(update, str) else list(update),
        lr=finite("lr", lr),
        upstream=finite("upstream", upstream),
        show=show,
        presets=presets or {},
        at=at,
        menus=menus,
        fits=fits,
    )
    return Explorer(state, ranges or {})
