"""What a pad holds and can do, without any widget: strokes, the image made of them, its reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lessons.maths.data import drawn_digit
from lessons.maths.data.dataset import Data
from lessons.maths.networks.digit_reading import (
    CLASSES,
    PIXELS,
    Reading,
    check_reader,
    nudged,
    read_digit,
)
from lessons.maths.networks.network import Network

Floats = NDArray[np.float64]
Stroke = tuple[tuple[float, float], ...]

#: By how much a nudge changes the pixel that it changes most.
NUDGE = 0.05
#: Points that a pad keeps: far more than a digit has, and few enough to stay quick.
MOST_POINTS = 3000


class Page(NamedTuple):
    """What is on the page: ``strokes``, or a ``bitmap``, or the ``example`` of that number.

    ``open`` is the stroke that is being drawn, and "" when the pen is up.
    """

    strokes: tuple[Stroke, ...] = ()
    bitmap: NDArray[np.bool_] | None = None
    example: int | None = None
    open: str = ""


class Drawing:
    """A page, the image that it makes, and how a network reads it.

    Every action computes all that follows from it, and only then holds it: it succeeds as a whole,
    or raises and leaves everything as it was.
    """

    def __init__(self, network: Network, examples: Data | None) -> None:
        self.network = check_reader(network)
        self.examples = _checked_examples(examples)
        self.page = Page()
        #: The digit that the learner has chosen to compare with, if any.
        self.chosen: int | None = None
        #: The digit that the nudges so far went towards.
        self._pinned: int | None = None
        self.bitmap: NDArray[np.bool_] | None = None
        self.images: tuple[Floats, ...] = ()
        self.reading: Reading | None = None
        self._over: set[str] = set()

    @property
    def image(self) -> Floats | None:
        """The 64 numbers that the network is given; None while the page is empty."""
        return self.images[-1] if self.images else None

    @property
    def nudges(self) -> int:
        """How often the image was nudged since it was drawn."""
        return max(0, len(self.images) - 1)

    @property
    def moved(self) -> float:
        """The largest change of a pixel by all nudges together."""
        return float(np.abs(self.images[-1] - self.images[0]).max()) if self.images else 0.0

    def stroke(self, name: str, points: Any, done: bool) -> None:
        """A stroke so far, all of it. The same ``name`` again is the same stroke, some way on.

        After its end, or after it was refused, it :meth:`is_over`.
        """
        strokes = self.page.strokes[:-1] if self.page.open == name else self.page.strokes
        try:
            line = _checked_stroke(points)
            self._take(Page((*strokes, line), open="" if done else name))
        except Exception:
            self._over.add(name)
            raise
        if done:
            self._over.add(name)

    def is_over(self, name: str) -> bool:
        """Whether nothing more can come of a stroke: what comes late is an old part of it."""
        return name in self._over

    def draw(self, given: Any) -> None:
        """Strokes, one stroke or a bitmap, in the place of what was on the page."""
        if _is_bitmap(given):
            self._take(Page(bitmap=drawn_digit.as_bitmap(given)))
        else:
            self._take(Page(tuple(map(_checked_stroke, _as_strokes(given)))))

    def clear(self) -> None:
        """An empty page."""
        self.page, self.bitmap, self.images, self.reading = Page(), None, (), None
        self._pinned = None

    def undo(self) -> None:
        """The last nudge back, or the last stroke; nothing happens where there is neither."""
        if self.nudges:
            pinned = self._pinned if self.nudges > 1 else None
            self._show(self.images[:-1], pinned if self.chosen is None else self.chosen)
            self._pinned = pinned
        elif len(self.page.strokes) > 1:
            self._take(Page(self.page.strokes[:-1]))
        else:
            self.clear()

    def example(self, number: int) -> None:
        """An example of the data, by its number from 0."""
        data = self._required_examples()
        if not 0 <= number < len(data):
            raise ValueError(f"there are {len(data)} examples; give a number below that, from 0")
        self._take(Page(example=number))

    def next_example(self, *, wrong: bool = False) -> None:
        """The example after the one on show; ``wrong``: the next one that is read wrong."""
        data = self._required_examples()
        order = np.roll(np.arange(len(data)), -1 - (self._last_example(data)))
        if wrong:
            order = order[(self.network.classify(data.x) != data.labels)[order]]
            if not len(order):
                raise ValueError(f"the network reads all {len(data)} examples right")
        self.example(int(order[0]))

    def compare(self, digit: int | None) -> None:
        """Compare the guess with another digit; None compares with the next probable."""
        if digit is not None and (isinstance(digit, bool) or digit not in range(CLASSES)):
            raise ValueError(f"{digit!r} is no digit; give one of 0 to 9, or None")
        before = self.chosen, self._pinned
        self.chosen, self._pinned = digit, None
        try:
            self.reread()
        except Exception:
            self.chosen, self._pinned = before
            raise

    def nudge(self) -> None:
        """The image one small step against dL_dx, towards the digit that it is compared with."""
        if self.reading is None:
            raise ValueError("there is no image to nudge; draw a digit first")
        # It stays the same digit, also when it has become the guess.
        towards = self.reading.towards
        self._show((*self.images, nudged(self.reading, NUDGE)), towards)
        self._pinned = towards

    def reread(self) -> None:
        """Read the same image again, after the network was trained on."""
        if self.images:
            self._show(self.images, self._pinned if self.chosen is None else self.chosen)

    def _take(self, page: Page) -> None:
        """All that a page gives."""
        if sum(map(len, page.strokes)) > MOST_POINTS:
            raise ValueError(
                f"that is more than {MOST_POINTS} points, which is more than a digit; clear the "
                f"page and draw again"
            )
        bitmap = None
        if page.example is not None:
            image = self._required_examples().x[page.example].copy()
        else:
            made = (
                drawn_digit.from_strokes(page.strokes)
                if page.strokes
                else drawn_digit.from_bitmap(page.bitmap)
            )
            bitmap, image = made, drawn_digit.blocks(made)
        reading = read_digit(self.network, image, self.chosen)
        self.page, self.bitmap, self.images, self.reading = page, bitmap, (image,), reading
        self._pinned = None

    def _show(self, images: tuple[Floats, ...], towards: int | None) -> None:
        self.reading = read_digit(self.network, images[-1], towards)
        self.images = images

    def _required_examples(self) -> Data:
        if self.examples is None:
            raise ValueError(
                "this pad has no examples; give them: draw_digit(network, digits=test)"
            )
        return self.examples

    def _last_example(self, data: Data) -> int:
        return len(data) - 1 if self.page.example is None else self.page.example


def _checked_examples(examples: Data | None) -> Data | None:
    if examples is None:
        return None
    if not isinstance(examples, Data) or examples.labels is None:
        raise TypeError("digits must be Data with labels, such as the test part of split(digits())")
    if examples.x.shape[1] != PIXELS or len(examples.classes) != CLASSES:
        raise ValueError(
            f"{examples.name} has {examples.x.shape[1]} inputs and {len(examples.classes)} "
            f"classes, and digits have 64 and 10; give digits() or a part of it"
        )
    return examples


def _is_bitmap(given: Any) -> bool:
    """Whether it is a table of rows and columns, and not a list of points or of strokes."""
    try:
        shape = np.shape(given)
    except ValueError:  # strokes of different lengths
        return False
    return len(shape) == 2 and shape[1] != 2


def _as_strokes(given: Any) -> Sequence[Any]:
    """Several strokes, where one stroke may have been given alone."""
    try:
        strokes = list(given)
        alone = bool(strokes) and np.ndim(strokes[0]) == 1
    except (TypeError, ValueError):
        strokes, alone = [], False
    if not strokes:
        raise ValueError("there is no stroke; give a list of points, such as [(10, 4), (16, 28)]")
    return [strokes] if alone else strokes


def _checked_stroke(points: Any) -> Stroke:
    try:
        line = np.asarray(points, dtype=float)
    except (TypeError, ValueError):
        line = np.empty(0)
    if line.ndim != 2 or line.shape[-1] != 2 or not len(line) or not np.isfinite(line).all():
        raise ValueError(
            "a stroke is a list of points, pairs of finite numbers (x, y), such as "
            "[(10, 4), (16, 28)]; a bitmap is an array of rows and columns"
        )
    if line.min() < 0 or line.max() > drawn_digit.SIDE:
        x, y = line[np.argmax(np.abs(line - drawn_digit.SIDE / 2).max(axis=1))]
        raise ValueError(
            f"the point ({x:g}, {y:g}) is outside the page; x and y go from 0 to {drawn_digit.SIDE}"
        )
    return tuple((float(x), float(y)) for x, y in line)
