"""What a pad shows of a digit: what the network sees, what it says, why, and what would change it.

All of it is a function of a :class:`Sight`. The parts of the live page are HTML with the page's own
colours; the still picture of the same is in :mod:`lessons.panels.digits.still`.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from lessons.maths.data.drawn_digit import PIXELS, SIDE, WIDE
from lessons.maths.networks.digit_reading import CLASSES, Reading
from lessons.maths.text import MINUS
from lessons.panels.kit import tex
from lessons.panels.kit.images import as_image, pixels

Stroke = tuple[tuple[float, float], ...]

_SIDE, _BETWEEN = 200.0, 46.0
_BLOCKS = 8
#: So many units are listed one by one; the rest is one line.
_LISTED = 5
_THUMB = 40.0
_ONE_FORM = "Brought to one form, 32 by 32"
_FORM = (
    f'<p class="bp-muted">As in the data: stretched to {WIDE} by {SIDE}, its top left set above '
    f"its bottom left, and written with a pen that leaves {PIXELS} pixels of ink.</p>"
)


@dataclass(frozen=True, eq=False)
class Sight:
    """What is on a pad, as data. Before anything is drawn ``reading`` is None.

    ``strokes`` or ``given`` (a bitmap of any size) is on the page; neither for an example of the
    data, which ``caption`` names. ``bitmap`` (32, 32) is what was made of it, None for an example.
    ``nudges`` is how often the image was nudged, ``moved`` the largest change of a pixel by that.
    """

    strokes: tuple[Stroke, ...] = ()
    given: NDArray[np.bool_] | None = None
    bitmap: NDArray[np.bool_] | None = None
    reading: Reading | None = None
    caption: str = ""
    truth: int | None = None
    nudges: int = 0
    moved: float = 0.0


def probability(p: float) -> str:
    """A probability with three decimals, and never 0 or 1, which it never is.

    >>> probability(0.98649), probability(0.99999), probability(1e-9)
    ('0.986', '>0.999', '<0.001')
    """
    if p < 0.0005:
        return "<0.001"
    return ">0.999" if p >= 0.9995 else f"{p:.3f}"


def signed(value: float) -> str:
    """A number with two decimals, and a minus sign that is one."""
    told = f"{value:.2f}"
    return told.replace("-0.00", "0.00").replace("-", MINUS)


def sentence(sight: Sight) -> str:
    """What the network says, in words."""
    reading = sight.reading
    if reading is None:
        return "Draw a digit on the page, with the mouse, a finger or the keys."
    second = int(np.argsort(-reading.probabilities, kind="stable")[1])
    told = (
        f"The network says {reading.guess}, with probability "
        f"{_inline(reading.probabilities[reading.guess])}. "
        f"Its second thought is {second}, with {_inline(reading.probabilities[second])}."
    )
    if sight.truth is not None:
        told += " That is right." if sight.truth == reading.guess else f" It is a {sight.truth}."
    if sight.nudges:
        times = "once" if sight.nudges == 1 else f"{sight.nudges} times"
        told += (
            f" Nudged {times} towards {reading.towards}: no pixel has changed by more than "
            f"{sight.moved:.2f}."
        )
    return told


def _inline(p: float) -> str:
    """A probability within a sentence."""
    told = probability(float(p))
    return told.replace("<", "less than ").replace(">", "more than ")


def say(sight: Sight) -> str:
    """The sentence for the page, with the guess as the thing to see first."""
    if sight.reading is None:
        return f"<span>{sentence(sight)}</span>"
    guess = f'<b class="bp-pad-guess" aria-hidden="true">{sight.reading.guess}</b>'
    return f"{guess}<span>{escape(sentence(sight))}</span>"


# What the network sees.


def seen(sight: Sight) -> str:
    """The bitmap and the 64 numbers that are counted in it, side by side."""
    width, height = 2 * _SIDE + _BETWEEN + 2, _SIDE + 26
    body = [*_bitmap(sight, 1, 1), *_counts(sight, _SIDE + _BETWEEN + 1, 1)]
    if sight.bitmap is not None:
        arrow = _SIDE + _BETWEEN / 2 + 1
        body.append(
            f'<path class="pad-arrow" d="M{arrow - 11:g} {_SIDE / 2:g}h20m-6 -6l6 6l-6 6"/>'
        )
    return (
        f'<p class="bp-h">What the network sees</p>'
        f'<svg class="bp-svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(_seen_in_words(sight))}">{"".join(body)}</svg>'
        f"{'' if sight.caption else _FORM}"
    )


def _bitmap(sight: Sight, x: float, y: float) -> list[str]:
    parts, middle = [_paper(x, y)], x + _SIDE / 2
    if sight.caption:  # an example: the data hold what was counted, and not where the ink was
        truth = f"It is a {sight.truth}." if sight.truth is not None else ""
        told = [sight.caption, truth, "Counted already,", "when the data were made."]
        return parts + [
            f'<text class="im-more" x="{middle:g}" y="{y + _SIDE / 2 + 20 * (i - 1.2):g}">'
            f"{escape(words)}</text>"
            for i, words in enumerate(told)
        ]
    if sight.bitmap is not None:
        parts.append(f'<path class="im-ink" d="{ink_path(sight.bitmap, x, y, _SIDE)}"/>')
    cell = _SIDE / _BLOCKS
    lines = "".join(
        f"M{x + i * cell:g} {y:g}v{_SIDE:g}M{x:g} {y + i * cell:g}h{_SIDE:g}"
        for i in range(1, _BLOCKS)
    )
    parts.append(f'<path class="pad-blocks" d="{lines}"/>')
    parts.append(f'<text class="im-more" x="{middle:g}" y="{y + _SIDE + 18:g}">{_ONE_FORM}</text>')
    return parts


def _counts(sight: Sight, x: float, y: float) -> list[str]:
    told = "Ink in each block, from 0 to 16"
    label = f'<text class="im-more" x="{x + _SIDE / 2:g}" y="{y + _SIDE + 18:g}">{told}</text>'
    if sight.reading is None:
        return [_paper(x, y), label]
    image = as_image(sight.reading.x)
    parts = [pixels(image, x, y, _SIDE)]
    cell = _SIDE / _BLOCKS
    for (row, column), value in np.ndenumerate(image):
        if not (count := round(16 * float(value))):
            continue
        on = " pad-on" if value > 0.55 else ""
        parts.append(
            f'<text class="pad-count{on}" x="{x + (column + 0.5) * cell:g}" '
            f'y="{y + (row + 0.5) * cell + 3.5:g}">{count}</text>'
        )
    return [*parts, label]


def ink_path(bitmap: NDArray[np.bool_], x: float, y: float, side: float) -> str:
    """The ink of a bitmap as one path: a rectangle for each run of pixels in a row."""
    rows, columns = bitmap.shape
    cell = side / max(rows, columns)
    found = []
    for row, line in enumerate(bitmap.astype(np.int8)):
        edges = np.flatnonzero(np.diff(line, prepend=0, append=0))
        for start, end in edges.reshape(-1, 2).tolist():
            wide = (end - start) * cell
            found.append(f"M{x + start * cell:g} {y + row * cell:g}h{wide:g}v{cell:g}h{-wide:g}z")
    return "".join(found)


def _paper(x: float, y: float) -> str:
    return (
        f'<rect class="im-paper" x="{x - 0.5:g}" y="{y - 0.5:g}" width="{_SIDE + 1:g}" '
        f'height="{_SIDE + 1:g}" rx="2"/>'
    )


def _seen_in_words(sight: Sight) -> str:
    if sight.reading is None:
        return "Nothing yet: 64 numbers of 0"
    rows = [" ".join(f"{16 * v:.0f}" for v in row) for row in as_image(sight.reading.x)]
    return f"64 numbers from 0 to 16, row by row: {'; '.join(rows)}"


# What it says.


def bars(sight: Sight) -> str:
    """Ten rows: a digit, its probability as a bar, and as a number. A click compares with it."""
    reading, rows = sight.reading, []
    for digit in range(CLASSES):
        p = float(reading.probabilities[digit]) if reading else 0.0
        kind, mark = "", ""
        if reading and digit == reading.guess:
            kind, mark = ' class="pad-guess"', "says"
        elif reading and digit == reading.rival:
            kind, mark = ' class="pad-rival"', "or"
        rows.append(
            f'<tr{kind} data-name="{digit}"><td class="pad-mark">{mark}</td>'
            f'<th scope="row">{digit}</th>'
            f'<td class="pad-track"><i style="width:{100 * p:.1f}%"></i></td>'
            f"<td>{escape(probability(p)) if reading else '·'}</td></tr>"
        )
    head = (
        '<thead class="pad-hidden"><tr><th scope="col">mark</th><th scope="col">digit</th>'
        '<th scope="col">bar</th><th scope="col">probability</th></tr></thead>'
    )
    return (
        f'<p class="bp-h">What it says: ten probabilities</p>'
        f'<table class="pad-bars">{head}<tbody>{"".join(rows)}</tbody></table>'
    )


# Why.


def reasons(sight: Sight) -> str:
    """How the guess came to be, and not its rival: the largest of the numbers it is a sum of."""
    reading = sight.reading
    if reading is None:
        return ""
    guess, rival = reading.guess, reading.rival
    head = "".join(f'<th scope="col">{name}</th>' for name in _columns(reading))
    listed, others = reading.reasons[:_LISTED], reading.reasons[_LISTED:]
    rows = [_reason_row(reading, one.unit, one.a, one.for_guess, one.for_rival) for one in listed]
    if others:
        of = sum(one.for_guess for one in others), sum(one.for_rival for one in others)
        rows.append(_sum_row(reading, f"{len(others)} others", *of))
    b = reading.network.b[-1]
    rows.append(_sum_row(reading, "bias b", b[guess], b[rival]))
    rows.append(_sum_row(reading, "sum z", reading.z[guess], reading.z[rival], "pad-total"))
    return (
        f'<div class="pad-why"><p class="bp-h">Why {guess}, and not {rival}</p>'
        f"<p>{_layers_in_words(reading)}</p>"
        f'<div class="bp-scroll" tabindex="0" role="group" aria-label="Largest terms of both sums">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        f"<div>{tex.mathml(_softmax(reading))}</div></div>"
    )


def _has_thumbs(reading: Reading) -> bool:
    """Whether the units look at pixels, so that what each looks for is an image."""
    return len(reading.network.sizes) == 3


def _columns(reading: Reading) -> list[str]:
    thumbs = ["looks for"] if _has_thumbs(reading) else []
    unit = "unit" if len(reading.network.sizes) > 2 else "pixel"
    guess, rival = reading.guess, reading.rival
    a = f"a{len(reading.network.sizes) - 2}" if unit == "unit" else "x"
    return [unit, *thumbs, a, f"adds to z{guess}", f"adds to z{rival}", f"{guess} ahead by"]


def _reason_row(reading: Reading, unit: int, a: float, guess: float, rival: float) -> str:
    image = ""
    if _has_thumbs(reading):
        W = reading.network.W[0]
        drawn = pixels(
            as_image(W[unit]), 1, 1, _THUMB, signed=True, scale=float(np.abs(W[unit]).max()) or 1.0
        )
        image = (
            f'<td><svg class="bp-svg pad-thumb" viewBox="0 0 {_THUMB + 2:g} {_THUMB + 2:g}" '
            f'width="{_THUMB + 2:g}" height="{_THUMB + 2:g}" aria-hidden="true">{drawn}</svg></td>'
        )
    return (
        f'<tr><th scope="row">{unit}</th>{image}<td>{signed(a)}</td>'
        f"<td>{signed(guess)}</td><td>{signed(rival)}</td><td>{signed(guess - rival)}</td></tr>"
    )


def _sum_row(reading: Reading, name: str, guess: float, rival: float, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    wide = ' colspan="3"' if _has_thumbs(reading) else ' colspan="2"'
    return (
        f'<tr{style}><th scope="row"{wide}>{name}</th>'
        f"<td>{signed(guess)}</td><td>{signed(rival)}</td><td>{signed(guess - rival)}</td></tr>"
    )


def _layers_in_words(reading: Reading) -> str:
    """``64 numbers; 32 sums, of which relu lets 19 through; 10 sums z; softmax``."""
    parts = [f"{reading.network.sizes[0]} numbers"]
    for layer, name in enumerate(reading.network.activations[:-1]):
        a = reading.forward.a[layer]
        on = f", of which relu lets {int((a > 0).sum())} through" if name == "relu" else f", {name}"
        parts.append(f"{len(a)} sums z{layer + 1}{on}")
    parts.append(f"10 sums z{len(reading.network.W)}")
    return " → ".join([*parts, "softmax"])


def _softmax(reading: Reading) -> str:
    """p = 1 / (1 + sum of e^(z_k - z_guess)), which no size of z makes overflow."""
    guess, rival = reading.guess, reading.rival
    ahead = np.exp(reading.z - reading.z[guess])
    of_rival = float(ahead[rival])
    others = float(ahead.sum()) - 1.0 - of_rival
    p = probability(float(reading.probabilities[guess]))
    sign = {"<": "<", ">": ">"}.get(p[0], "=")
    return (
        rf"p_{{{guess}}} = \frac{{e^{{z_{guess}}}}}{{\sum_k e^{{z_k}}}} = "
        rf"\frac{{1}}{{1 + e^{{z_{rival} - z_{guess}}} + \ldots}} = "
        rf"\frac{{1}}{{1 + {_plain(of_rival)} + {_plain(others)}}} {sign} {p.lstrip('<>')}"
    )


def _plain(value: float) -> str:
    return f"{max(value, 0.0):.4f}"


# What would change it.


def change(sight: Sight) -> str:
    """The image of minus dL_dx: where more ink, and where less, would make it the other digit."""
    reading = sight.reading
    if reading is None:
        return ""
    slope = -as_image(reading.dL_dx)
    steepest = float(np.abs(slope).max())
    side = 168.0
    image = pixels(slope, 1, 1, side, signed=True, scale=steepest or 1.0)
    more = "more of " if reading.towards == reading.guess else ""
    told = f"Minus dL/dx for the target {reading.towards}, as an image of 8 by 8"
    return (
        f'<p class="bp-h">Which pixels would make it {more}a {reading.towards}</p>'
        f'<svg class="bp-svg" viewBox="0 0 {side + 2:g} {side + 2:g}" role="img" '
        f'aria-label="{told}">{image}</svg>'
        f'<p class="bp-muted">−dL_dx, with {reading.towards} as the target. Green: more ink. '
        f"Pink, struck through: less. Full colour: {steepest:.2g}.</p>"
    )
