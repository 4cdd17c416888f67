"""The controls of a panel: ipywidgets' own, with errors that are raised instead of swallowed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import ipywidgets

#: The marks of a slider over the logarithm: ten a decade, at preferred numbers, so that 1, 0.1 and
#: 0.01 are marks.
_MARKS = (1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0)


class Button(ipywidgets.Button):
    """A button whose action raises: ipywidgets' own callbacks catch every exception."""

    def __init__(self, action: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._action = action

    def click(self) -> None:
        self._action()

    def _handle_custom_msg(self, content: dict[str, Any], buffers: list[Any]) -> None:
        if content.get("event") == "click":
            self.click()


class ValueControl:
    """A slider and a box with the number, for one value that the panel holds.

    The two only show the value: the slider stands at its nearest mark, and the box rounds to six
    digits. A value outside the slider's bounds widens them.

    ipywidgets' continuous slider sends its mark back when Python sets it, late enough to undo the
    next change. So it reports only what a hand or a key did, and the front end sends what it
    passes on the way (:meth:`slide`).
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
        self._showing = self._sliding = False
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
        self._showing = True
        try:
            self._widen(value)
            marks = round((value - self.slider.min) / self._step)
            self._mark = min(self.slider.min + marks * self._step, self.slider.max)
            self._text = float(f"{value:.6g}")
            self.box.value = self._text
            self._place()
        finally:
            self._showing = False

    def _place(self) -> None:
        """The slider on its mark, unless a hand holds it or it stands there but for rounding.

        The echo of a place that differs by rounding would reach the page late, and undo the next
        key: a handle must not be pulled back.
        """
        if not self._sliding and abs(self.slider.value - self._mark) > 1e-6 * self._step:
            self.slider.value = self._mark

    def slide(self, value: float) -> None:
        """The handle passes a value on its way."""
        self._sliding = True
        try:
            self._changed(value)
        finally:
            self._sliding = False

    def _widen(self, value: float) -> None:
        """Make room for a value beyond the bounds, by whole steps so that the marks stay put."""
        if value < self.slider.min:
            steps = math.ceil((self.slider.min - value) / self._step)
            self.slider.min -= steps * self._step
        if value > self.slider.max:
            steps = math.ceil((value - self.slider.max) / self._step)
            self.slider.max += steps * self._step

    def _slid(self, change: dict[str, Any]) -> None:
        if not self._showing:
            self._changed(change["new"])

    def _changed(self, value: float) -> None:
        # Where the slider stands already is no change: the end of a slide reports it once more.
        if abs(value - self._mark) > 1e-6 * self._step:
            # A mark is a short number: 0.1 * 3 is meant as 0.3.
            self._on_change(self.name, float(f"{value:.12g}"))

    def _typed(self, change: dict[str, Any]) -> None:
        if not self._showing and change["new"] != self._text:
            self._on_change(self.name, change["new"])


class PowerControl(ValueControl):
    """A :class:`ValueControl` whose slider runs over the logarithm of the number."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.row.add_class("bp-power")

    def show(self, value: float) -> None:
        """Set slider and box without telling the panel."""
        self._showing = True
        try:
            # The nearest mark, as a short number: one that rounding moved would widen the slider.
            self._mark = round(round(math.log10(value) / self._step) * self._step, 9)
            self._widen(self._mark)
            self._text = float(f"{value:.6g}")
            self.box.value = self._text
            self._place()
        finally:
            self._showing = False

    def _changed(self, value: float) -> None:
        if abs(value - self._mark) > 1e-6 * self._step:
            decade, mark = divmod(round(value / self._step), len(_MARKS))
            self._on_change(self.name, float(f"{_MARKS[mark]}e{decade}"))
