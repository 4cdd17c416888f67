"""The controls of a panel: ipywidgets' own, with errors that are raised instead of swallowed."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets

#: The marks of a slider over the logarithm: ten a decade, at preferred numbers, so that 1, 0.1 and
#: 0.01 are marks.
_MARKS = (1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0)


class Entry(ipywidgets.Text):
    """A box for a line of text. Enter calls ``action``, which may raise."""

    def __init__(self, action: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._action = action

    def _handle_custom_msg(self, content: dict[str, Any], buffers: list[Any]) -> None:
        if content.get("event") == "submit":
            self._action()


#: What a menu says, or pairs of what it says and what it stands for.
Options = Sequence[str] | Sequence[tuple[str, Any]] | Mapping[str, Any]


def _pairs(options: Options) -> list[tuple[str, Any]]:
    if isinstance(options, Mapping):
        return list(options.items())
    return [(one, one) if isinstance(one, str) else one for one in options]


class Button(ipywidgets.Button):
    """A button whose action raises: ipywidgets' own callbacks catch every exception."""

    def __init__(self, action: Callable[[], object], **options: Any) -> None:
        super().__init__(**options)
        self._action = action

    def click(self) -> None:
        self._action()

    def _handle_custom_msg(self, content: dict[str, Any], buffers: list[Any]) -> None:
        if content.get("event") == "click":
            self.click()


class Choice:
    """A menu or a box to tick, which tells what a hand or a cell sets, never what is shown.

    ``on_change`` is called with its name and the value that was chosen.
    """

    def __init__(
        self, widget: ipywidgets.Widget, name: str, on_change: Callable[[str, Any], None]
    ) -> None:
        self.widget, self.name, self._on_change = widget, name, on_change
        #: The thread that is showing something: a cell may set the control at the same moment.
        self._shows: int | None = None
        widget.observe(self._changed, "value")

    def show(self, value: Any) -> None:
        """Set it without telling the panel."""
        with self._showing():
            self.widget.value = value

    @contextmanager
    def _showing(self) -> Iterator[None]:
        self._shows = threading.get_ident()
        try:
            yield
        finally:
            self._shows = None

    def _changed(self, change: dict[str, Any]) -> None:
        if self._shows != threading.get_ident():
            self._on_change(self.name, change["new"])


class Menu(Choice):
    """A drop-down. ``options`` are what it says, or what it says with what it stands for."""

    def __init__(
        self,
        name: str,
        options: Options,
        on_change: Callable[[str, Any], None],
        *,
        label: str = "",
        tip: str = "",
        style: str = "bp-menu",
        value: Any = None,
    ) -> None:
        pairs = _pairs(options)
        widget = ipywidgets.Dropdown(
            options=pairs,
            value=pairs[0][1] if value is None else value,
            description=label or name,
            tooltip=tip or None,
        )
        widget.add_class(style)
        super().__init__(widget, name, on_change)

    def show(self, value: Any, options: Options | None = None) -> None:
        """Set it, and what it offers, without telling the panel."""
        with self._showing():
            if options is not None and list(self.widget.options) != _pairs(options):
                self.widget.options = _pairs(options)
            if self.widget.value != value:
                self.widget.value = value


class Tick(Choice):
    """A box to tick."""

    def __init__(self, name: str, label: str, on_change: Callable[[str, Any], None]) -> None:
        super().__init__(ipywidgets.Checkbox(description=label, indent=False), name, on_change)


class ValueControl:
    """A slider and a box with the number, for one value that the panel holds.

    The two only show the value: the slider stands at its nearest mark, and the box rounds to six
    digits. A value outside the slider's bounds widens them.

    What is shown is no change. A control knows that by the number, and not by a mark that says "now
    I am only showing", which would be as true for a cell that sets the slider at that moment.
    """

    def __init__(
        self,
        name: str,
        value: float,
        bounds: tuple[float, float, float],
        on_change: Callable[[str, float], None],
        *,
        label: str = "",
        tip: str = "",
        style: str = "",
    ) -> None:
        self.name = name
        self._low, self._high, self._step = bounds
        self._on_change = on_change
        self._mark = self._text = value
        self.slider = ipywidgets.FloatSlider(
            min=self._low,
            max=self._high,
            step=self._step,
            value=self._low,
            description=label or name,
            readout=False,
            continuous_update=False,
            tooltip=tip or None,
        )
        self.box = ipywidgets.FloatText(description=tip or f"{name}, the number", step=self._step)
        self.show(value)
        self.row = ipywidgets.HBox([self.slider, self.box])
        self.row.add_class("bp-row")
        if style:
            self.row.add_class(style)
        self.slider.observe(self._slid, "value")
        self.box.observe(self._typed, "value")

    def show(self, value: float) -> None:
        """Set both without telling the panel."""
        self._show(value, value)

    def _show(self, value: float, position: float) -> None:
        """The number in the box, and the slider at the mark next to a position."""
        self._widen(position)
        marks = round((position - self.slider.min) / self._step)
        self._mark = min(self.slider.min + marks * self._step, self.slider.max)
        self._text = float(f"{value:.6g}")
        self.box.value = self._text
        # It may stand there but for rounding, where a hand has put it.
        if abs(self.slider.value - self._mark) > 1e-6 * self._step:
            self.slider.value = self._mark

    def _widen(self, value: float) -> None:
        """Make room for a value beyond the bounds, by whole steps so that the marks stay put."""
        if value < self.slider.min:
            steps = math.ceil((self.slider.min - value) / self._step)
            self.slider.min -= steps * self._step
        if value > self.slider.max:
            steps = math.ceil((value - self.slider.max) / self._step)
            self.slider.max += steps * self._step

    def _slid(self, change: dict[str, Any]) -> None:
        self._changed(change["new"])

    def _changed(self, value: float) -> None:
        # Where the slider stands already is no change: the end of a slide reports it once more.
        if abs(value - self._mark) > 1e-6 * self._step:
            # A mark is a short number: 0.1 * 3 is meant as 0.3.
            self._on_change(self.name, float(f"{value:.12g}"))

    def _typed(self, change: dict[str, Any]) -> None:
        if change["new"] != self._text:
            self._on_change(self.name, change["new"])


class PowerControl(ValueControl):
    """A :class:`ValueControl` whose slider runs over the logarithm of the number."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.row.add_class("bp-power")

    def show(self, value: float) -> None:
        """Set slider and box without telling the panel."""
        # The nearest mark, as a short number: one that rounding moved would widen the slider.
        self._show(value, round(round(math.log10(value) / self._step) * self._step, 9))

    def _changed(self, value: float) -> None:
        if abs(value - self._mark) > 1e-6 * self._step:
            decade, mark = divmod(round(value / self._step), len(_MARKS))
            self._on_change(self.name, float(f"{_MARKS[mark]}e{decade}"))
