"""``measure_slope``: a function, its secant and its tangent, with sliders for z and h."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets

from lessons.maths import text
from lessons.maths.checks import finite
from lessons.maths.scalar.secant import Measurement, curve_of
from lessons.panels.kit.controls import Button, Menu, PowerControl, Tick, ValueControl
from lessons.panels.kit.figure import RenderContext
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.picture_panel import PicturePanel
from lessons.panels.kit.prose import plain
from lessons.panels.kit.toolbars import heading
from lessons.panels.slopes import words
from lessons.panels.slopes.picture import height_for, slope_picture
from lessons.panels.slopes.state import Measuring, start_of

_LEAST = -6
#: The menu's value for a learner's own function, which may have the name of another.
_OWN = "(yours)"


class SlopePanel(PicturePanel):
    """The panel that :func:`measure_slope` makes. Everything it shows is one measurement.

    From Python: ``set``; and to read, ``secant``, ``tangent``, ``sentence``, ``measurement``.
    """

    _frontend = frontend(__file__)
    _subject = "The function"
    _still_look = RenderContext(width=760, height=326, ratio=1.5, solid=True)

    def __init__(self, state: Measuring) -> None:
        self._state = state
        self._picture = slope_picture()
        self._controls = self._make_controls()
        self._sidebar = self._make_sidebar()
        super().__init__("Slope of a function", [self._sidebar], ["bp-slopes"])
        self._draw()

    # What can be read.

    @property
    def measurement(self) -> Measurement:
        """What was measured, as data."""
        return self._state.measurement

    @property
    def function(self) -> str:
        """The name of the function on show."""
        return self.measurement.curve.name

    @property
    def z(self) -> float:
        return self.measurement.z

    @property
    def h(self) -> float:
        return self.measurement.h

    @property
    def secant(self) -> float:
        """The slope of the secant from z to z + h."""
        return self.measurement.secant

    @property
    def tangent(self) -> float:
        """The slope at z, from the table of functions or from the recorded gradient."""
        return self.measurement.tangent

    @property
    def sentence(self) -> str:
        """The sentence about what is seen."""
        return plain(words.sentence(self.measurement))

    # What can be done. Each of these is also what a control does.

    def set(
        self,
        *,
        function: str | Callable[[Any], Any] | None = None,
        z: float | None = None,
        h: float | None = None,
        **named: float,
    ) -> None:
        """Change the function, z or h; what is not named stays.

        The number of a learner's function can be given as ``z`` or by the name it has there.
        """
        self._act(self._state.set, function, z, h, named)

    def show_others(self, shown: bool = True) -> None:
        """Draw the other activations behind the function, thin and grey, or leave them out."""
        self._act(self._state.show_others, shown)

    def reset(self) -> None:
        """Function, z and h as they were when the panel was made."""
        self._act(self._state.reset)

    # How it works.

    def _draw(self) -> None:
        """Every part of the page from the measurement. Nothing else writes to the front end."""
        m = self.measurement
        self._show_values()
        self._front.show(
            {
                "say": f"<span>{words.sentence(m)}</span>",
                "formula": words.numbers(m),
                "picture": self._picture.png(self._state.graph, m, self._look),
                "alt": words.alt(m),
            }
        )

    @property
    def _choice(self) -> str:
        """The entry of the menu for the function on show."""
        return self.function if self.measurement.curve.in_table else _OWN

    def _show_values(self) -> None:
        self._name_controls(self.measurement.curve.letter)
        self._controls["z"].show(self.z)
        self._controls["h"].show(self.h)
        options = words.choices()
        if self._state.own:
            options = {f"{self._state.own.name} (yours)": _OWN} | options
        self._menu.show(self._choice, options)
        self._box.show(self._state.others)

    def _name_controls(self, letter: str) -> None:
        """The slider for z is called what the function on show calls its number."""
        control = self._controls["z"]
        control.slider.description = letter
        control.box.description = f"{letter}, the number"
        wide = "" if len(letter) <= 2 else "medium" if len(letter) <= 7 else "long"
        for width in ("medium", "long"):
            change = self._sidebar.add_class if width == wide else self._sidebar.remove_class
            change(f"bp-names-{width}")

    def _height_for(self, width: int) -> int:
        return height_for(width)

    # What it is made of.

    def _make_controls(self) -> dict[str, ValueControl]:
        low, high = self._state.ends
        most = math.floor(10 * math.log10(self._state.widest) + 1e-9) / 10
        return {
            "z": ValueControl("z", self.z, (low, high, (high - low) / 100), self._on_value),
            "h": PowerControl(
                "h", self.h, (_LEAST, most, 0.1), self._on_value, style="bp-backward"
            ),
        }

    def _on_value(self, name: str, value: float) -> None:
        if name == "z":
            self.set(z=value)
        else:
            self.set(h=value)

    def _make_sidebar(self) -> ipywidgets.Box:
        self._menu = Menu("function", {"": ""}, self._on_menu, label="Function", style="bp-presets")
        self._box = Tick("others", "Show the others too", self._on_box)
        reset = Button(self.reset, description="Reset", tooltip="Back to the first values")
        reset.add_class("bp-reset")
        actions = ipywidgets.HBox([reset])
        actions.add_class("bp-actions")
        rows = [heading("Function"), self._menu.widget, self._box.widget]
        rows += [*(control.row for control in self._controls.values()), actions]
        sidebar = ipywidgets.VBox(rows)
        sidebar.add_class("bp-controls")
        return sidebar

    def _on_box(self, _name: str, shown: bool) -> None:
        self.show_others(shown)

    def _on_menu(self, _name: str, choice: str) -> None:
        own = self._state.own.function if self._state.own and choice == _OWN else None
        self.set(function=own or choice)

    # What readers without a kernel see.

    def _still(self, look: RenderContext) -> tuple[bytes, str, str]:
        m = self.measurement
        picture = slope_picture().png(self._state.graph, m, look, level=9)
        return picture, words.alt(m), words.table(m)

    def __repr__(self) -> str:
        z, h = text.short(self.z, ascii=True), text.short(self.h, ascii=True)
        letter = self.measurement.curve.letter
        return f"SlopePanel of {self.function} at {letter} = {z} with h = {h}"


def measure_slope(
    function: str | Callable[[Any], Any] = "relu",
    *,
    z: float | None = None,
    h: float = 1.0,
    at_z_range: Sequence[float] = (-5, 5),
    **named: float,
) -> SlopePanel:
    """A panel that measures the slope of a function at z by a secant of width h.

    ``function`` is the name of an activation, or any Python function of one number that ``record``
    can run. ``z`` is where to start, 2 if it is not given. The panel calls this number z for an
    activation, and otherwise what the function calls it; by that name the start can be given too.
    (A function that calls it h keeps z.) ``at_z_range`` is (low, high) of the slider for z; h goes
    up to a fifth of its length. Bad input raises ``ValueError`` with the fix; other errors are
    those of ``record``.

    >>> panel = measure_slope("sigmoid", z=0.0, h=0.5)  # doctest: +SKIP
    >>> panel.secant, panel.tangent  # doctest: +SKIP
    >>> def square_loss(yhat):
    ...     L = (yhat - 1) ** 2
    ...     return L
    >>> measure_slope(square_loss, yhat=3.0)  # doctest: +SKIP
    """
    try:
        low, high = (finite("at_z_range", end) for end in at_z_range)
    except (TypeError, ValueError):
        low, high = 0.0, 0.0
    if low >= high:
        raise ValueError(
            f"at_z_range is {at_z_range!r}; give (low, high) with low below high, such as (-5, 5)"
        )
    start = start_of(curve_of(function), z, named)
    return SlopePanel(Measuring(function, 2.0 if start is None else start, h, (low, high)))
