"""The pad for readers without a kernel: one SVG picture, and its numbers as text."""

from __future__ import annotations

from lessons.maths import text
from lessons.maths.networks.digit_reading import CLASSES
from lessons.panels.digits import picture as live
from lessons.panels.digits.picture import Sight
from lessons.panels.kit.images import as_image, line, pixels, sheet
from lessons.panels.kit.style import LIGHT

_SIDE, _GAP, _PAD = 200.0, 34.0, 18.0
_TOP = 62.0
_BAR, _ROW = 190.0, 20.0


def picture(sight: Sight) -> str:
    """The page, the image that the network sees, and the ten probabilities, on a white ground."""
    across = [_PAD + i * (_SIDE + _GAP) for i in range(3)]
    told = ["Drawn", "Seen by the network", "Probabilities"]
    if sight.reading and not sight.strokes and sight.given is None:
        told[0] = sight.caption or "An example"
    body = [line("im-title", _PAD, _PAD + 12, live.sentence(sight))]
    body += [line("im-note", x, _TOP - 8, words) for x, words in zip(across, told, strict=True)]
    body += _page(sight, across[0])
    body += _image(sight, across[1])
    body += _bars(sight, across[2])
    width = max(across[2] + _BAR + 90 + _PAD, 2 * _PAD + 7.4 * len(live.sentence(sight)))
    return sheet("".join(body), width, _TOP + _SIDE + _PAD)


def _page(sight: Sight, x: float) -> list[str]:
    place = f'x="{x:g}" y="{_TOP:g}" width="{_SIDE:g}" height="{_SIDE:g}"'
    parts = [f'<rect class="im-paper" {place} rx="8"/>']
    if sight.given is not None:
        parts.append(f'<path class="im-ink" d="{live.ink_path(sight.given, x, _TOP, _SIDE)}"/>')
    elif sight.reading is not None and not sight.strokes:
        parts.append(pixels(as_image(sight.reading.x), x, _TOP, _SIDE))
    unit = _SIDE / 32
    for stroke in sight.strokes:
        points = stroke if len(stroke) > 1 else (*stroke, *stroke)
        path = " ".join(f"{x + unit * px:.1f},{_TOP + unit * py:.1f}" for px, py in points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{LIGHT["fg"]}" '
            f'stroke-width="{2.6 * unit:g}" stroke-linecap="round" stroke-linejoin="round"/>'
        )
    return parts


def _image(sight: Sight, x: float) -> list[str]:
    if sight.reading is None:
        place = f'x="{x:g}" y="{_TOP:g}" width="{_SIDE:g}" height="{_SIDE:g}"'
        return [f'<rect class="im-paper" {place}/>']
    return [pixels(as_image(sight.reading.x), x, _TOP, _SIDE)]


def _bars(sight: Sight, x: float) -> list[str]:
    parts = []
    for digit in range(CLASSES):
        y = _TOP + digit * _ROW
        parts.append(line("im-caption", x + 6, y + 14, str(digit)))
        p = float(sight.reading.probabilities[digit]) if sight.reading else 0.0
        says = sight.reading is not None and digit == sight.reading.guess
        colour = LIGHT["forward"] if says else LIGHT["muted"]
        place = f'x="{x + 20:g}" y="{y + 4:g}" height="12" rx="3"'
        parts.append(f'<rect {place} width="{_BAR:g}" fill="{LIGHT["soft"]}"/>')
        if round(p, 2):
            parts.append(f'<rect {place} width="{_BAR * round(p, 2):.1f}" fill="{colour}"/>')
        if sight.reading:
            parts.append(line("im-note", x + _BAR + 30, y + 14, live.probability(p)))
    return parts


def table(sight: Sight) -> str:
    """The sentence, and the ten probabilities as a text table."""
    told = live.sentence(sight)
    if sight.reading is None:
        return told
    rows = [
        [str(digit), live.probability(float(p)), f"{z:.2f}"]
        for digit, (p, z) in enumerate(
            zip(sight.reading.probabilities, sight.reading.z, strict=True)
        )
    ]
    return f"{told}\n\n{text.table(['digit', 'probability', 'z'], rows, lean='<>>')}"
