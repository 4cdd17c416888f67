"""``draw_digit``: a page to draw a digit on, and a network that reads it while it is drawn."""

from __future__ import annotations

from typing import Any

import ipywidgets
import numpy as np
import traitlets
from numpy.typing import NDArray

from lessons.maths.data.dataset import Data
from lessons.maths.networks.digit_reading import CLASSES, Reading
from lessons.maths.networks.network import Network
from lessons.panels.digits import picture as pictures
from lessons.panels.digits import still
from lessons.panels.digits.picture import Sight
from lessons.panels.digits.state import Drawing
from lessons.panels.kit.controls import Menu
from lessons.panels.kit.frontend import Frontend, frontend
from lessons.panels.kit.heat_style import HEATMAP_CSS
from lessons.panels.kit.image_style import IMAGE_CSS
from lessons.panels.kit.images import as_image
from lessons.panels.kit.panel import Panel
from lessons.panels.kit.still_image import still_image
from lessons.panels.kit.style import DIAGRAM_CSS
from lessons.panels.kit.toolbars import button
from lessons.panels.matrices.panel import MatrixPanel, trace_layers

Floats = NDArray[np.float64]

#: In the menu: compare with the next probable digit. A menu takes None for no choice at all.
_NEXT = -1


class _PadFrontend(Frontend):
    """A front end with a page to draw on: ``pad`` is what is on it."""

    pad = traitlets.Dict().tag(sync=True)


class Pad(Panel):
    """The pad that :func:`draw_digit` makes.

    From Python: ``draw``, ``example``, ``undo``, ``clear``, ``compare``, ``nudge``, ``trace``,
    ``reread``; and to read, ``image``, ``probabilities``, ``guess``, ``reading``, ``bitmap``,
    ``strokes``, ``sentence``.
    """

    _frontend = frontend(__file__, DIAGRAM_CSS, HEATMAP_CSS, IMAGE_CSS, base=_PadFrontend)

    def __init__(self, state: Drawing) -> None:
        self._state = state
        self._controls = {}
        self._last = ""
        self._trace: MatrixPanel | None = None
        below = [self._tools(), self._turn()]
        super().__init__("A page to draw a digit on", below, ["bp-pad-grid"])
        self._grid.children = (self._front, *below)  # the page comes first, by Tab as by eye
        self._draw()

    # What can be read.

    @property
    def image(self) -> Floats | None:
        """The 64 numbers that the network sees, 0 to 1; None while the page is empty."""
        return None if self._state.image is None else self._state.image.copy()

    @property
    def bitmap(self) -> NDArray[np.bool_] | None:
        """The 32 by 32 pixels in which the ink is counted; None for an example of the data."""
        return None if self._state.bitmap is None else self._state.bitmap.copy()

    @property
    def strokes(self) -> list[list[tuple[float, float]]]:
        """What is drawn on the page: each stroke is a list of points (x, y), from 0 to 32."""
        return [list(stroke) for stroke in self._state.page.strokes]

    @property
    def probabilities(self) -> Floats | None:
        """The probability of each digit, (10,); None while the page is empty."""
        return None if self.reading is None else self.reading.probabilities.copy()

    @property
    def guess(self) -> int | None:
        """The digit that the network says; None while the page is empty."""
        return None if self.reading is None else self.reading.guess

    @property
    def reading(self) -> Reading | None:
        """Both passes for the image on show, as data; None while the page is empty."""
        return self._state.reading

    @property
    def sentence(self) -> str:
        """What the network says, in words."""
        return pictures.sentence(self._sight)

    # What can be done. Each of these is also what a control, a key or a hand does.

    def draw(self, given: Any) -> None:
        """Put strokes on the page, or a bitmap, in the place of what is there.

        A stroke is a list of points (x, y), x to the right and y down, from 0 to 32; several are a
        list of strokes. A bitmap is an array of any size, 0 for paper and anything else for ink.
        """
        self._act(self._state.draw, given)

    def example(self, number: int | None = None, *, wrong: bool = False) -> None:
        """An example of the data by its number, from 0; None: the next, or the next read wrong."""
        if number is None:
            self._act(lambda: self._state.next_example(wrong=wrong))
        else:
            self._act(self._state.example, number)

    def undo(self) -> None:
        """Take the last nudge back, or the last stroke."""
        self._act(self._state.undo)

    def clear(self) -> None:
        """An empty page."""
        self._act(self._state.clear)

    def compare(self, digit: int | None) -> None:
        """Compare the guess with this digit; None compares with the next probable."""
        self._act(self._state.compare, digit)

    def nudge(self) -> None:
        """Change the image by one small step, to make it more of the digit compared with."""
        self._act(self._state.nudge)

    def reread(self) -> None:
        """Read the same image again, for instance when the network was trained on."""
        self._act(self._state.reread)

    def trace(self) -> MatrixPanel | None:
        """Open every layer of the network below the page, or close it; gives the panel, if open."""
        with self._door.showing(), self._reported():
            if self._trace is None:
                self._open_trace()
            else:
                self._close_trace()
        return self._trace

    # How it works.

    @property
    def _sight(self) -> Sight:
        state = self._state
        page, data = state.page, state.examples
        number, truth, caption = page.example, None, ""
        if number is not None and data is not None:
            assert data.labels is not None  # examples without labels are refused at the start
            truth = int(data.labels[number])
            caption = f"{data.name}, number {number}"
        return Sight(
            page.strokes, page.bitmap, state.bitmap, state.reading, caption, truth, state.nudges,
            state.moved,
        )  # fmt: skip

    def _draw(self) -> None:
        """Every part of the page from the state. Nothing else writes to the front end."""
        sight = self._sight
        self._show_values()
        with self._front.hold_sync():
            if not self._state.page.open:  # a stroke under way is drawn by the hand that draws it
                self._front.pad = self._page()
                self._follow_with_trace()
            self._front.show(
                {
                    "say": pictures.say(sight),
                    "code": pictures.seen(sight),
                    "steps": pictures.bars(sight),
                    "formula": pictures.reasons(sight),
                    "history": pictures.change(sight),
                }
            )

    def _page(self) -> dict[str, Any]:
        """What is on the page, for the front end to draw."""
        page, rows = self._state.page, []
        if page.bitmap is not None:
            rows = page.bitmap.astype(int).tolist()
        elif page.example is not None:
            rows = as_image(self._state.images[0]).tolist()
        strokes = [[list(point) for point in stroke] for stroke in page.strokes]
        return {"strokes": strokes, "pixels": rows, "last": self._last}

    def _show_values(self) -> None:
        state = self._state
        empty = state.reading is None
        self._undo.disabled = self._clear.disabled = empty
        self._compared.show(_NEXT if state.chosen is None else state.chosen)
        (self._turning.add_class if empty else self._turning.remove_class)("bp-pad-none")
        self._open.description = "Close the layers" if self._trace else "Open every layer"

    def _on_event(self, event: dict[str, Any]) -> None:
        """What the front end reports: a stroke, some keys, and a click on a bar."""
        match event.get("kind"):
            case "stroke":
                self._on_stroke(event)
            case "undo":
                self.undo()
            case "clear":
                self.clear()
            case "choose" if event.get("name") and self.reading is not None:
                digit = int(event["name"])
                self.compare(None if digit == self.reading.guess else digit)

    def _on_stroke(self, event: dict[str, Any]) -> None:
        name, done = str(event["name"]), bool(event.get("done"))
        if self._state.is_over(name):
            return
        if done:
            self._last = name
        self._act(self._state.stroke, name, event["points"], done)

    def _on_compared(self, _name: str, digit: int) -> None:
        self.compare(None if digit == _NEXT else digit)

    # Every layer, below.

    def _open_trace(self) -> None:
        reading = self.reading
        if reading is None:
            raise ValueError("there is no digit to follow through the layers; draw one first")
        self._trace = trace_layers(
            reading.network, reading.x, self._target(reading), at="last", image=(8, 8),
            names=[str(digit) for digit in range(CLASSES)],
        )  # fmt: skip
        self.children = (self._grid, self._trace)
        self._show_values()

    def _close_trace(self) -> None:
        self._trace = None
        self.children = (self._grid,)
        self._show_values()

    def _follow_with_trace(self) -> None:
        if self._trace is None:
            return
        if self.reading is None:
            self._close_trace()
        else:
            self._trace.set(
                network=self.reading.network, x=self.reading.x, y=self._target(self.reading)
            )

    @staticmethod
    def _target(reading: Reading) -> Floats:
        """One-hot: the digit of the picture of dL_dx."""
        return np.eye(CLASSES)[reading.towards]

    # What it is made of.

    def _tools(self) -> ipywidgets.Box:
        self._clear = button("clear", "Clear the page", self.clear, description="Clear")
        self._undo = button("undo", "Take the last stroke back", self.undo, description="Undo")
        tools = [self._clear, self._undo]
        if self._state.examples is not None:
            tools.append(
                button("next", "The next example", self.example, description="Next example")
            )
            tools.append(
                button(
                    "wrong",
                    "The next example that the network reads wrong",
                    lambda: self.example(wrong=True),
                    description="Next mistake",
                )
            )
        box = ipywidgets.HBox(tools)
        box.add_class("bp-pad-tools")
        return box

    def _turn(self) -> ipywidgets.Box:
        digits = [(str(digit), digit) for digit in range(CLASSES)]
        self._compared = Menu(
            "compared", [("the next probable", _NEXT), *digits], self._on_compared,
            label="Compare with", style="bp-compared",
        )  # fmt: skip
        self._nudge = button(
            "nudge", "One small step against dL_dx", self.nudge, description="Nudge the pixels"
        )
        self._open = button(
            "open", "Follow this digit through every layer", self.trace, description="Open"
        )
        self._turning = ipywidgets.HBox([self._compared.widget, self._nudge, self._open])
        self._turning.add_class("bp-pad-turn")
        return self._turning

    # What readers without a kernel see.

    def _static_output(self) -> tuple[str, str]:
        sight = self._sight
        html = still_image(still.picture(sight), pictures.sentence(sight))
        return html, still.table(sight)

    def __repr__(self) -> str:
        return f"Pad: {self.sentence}"


def draw_digit(network: Network, digits: Data | None = None) -> Pad:
    """A page to draw a digit on, read by ``network`` while it is drawn.

    The network takes 64 pixels and gives the probabilities of 10 digits, and it is the one that is
    read from: train it further, then draw on, or ``reread``. ``digits`` are examples to go through,
    such as the test part of ``split(digits())``. Raises ``ValueError`` or ``TypeError`` for a
    network that cannot read digits, or for other data.

    >>> pad = draw_digit(network, digits=test)  # doctest: +SKIP
    >>> pad.draw([(9, 6), (23, 6), (15, 28)]); pad.guess  # doctest: +SKIP
    7
    """
    return Pad(Drawing(network, digits))
