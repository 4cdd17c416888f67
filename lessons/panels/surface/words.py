"""The words, formulas and tables beside the picture of a surface."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import escape

from lessons.maths import text
from lessons.maths.surfaces.surface import Place, Point, Surface, Walk
from lessons.panels.kit import tex
from lessons.panels.kit.prose import backward, backward_number, forward_number
from lessons.panels.surface.picture import FLAT

#: Rows of the path on the page at once: the first, and the latest.
MOST_ROWS = 60


def sentence(way: Walk, seen: Surface) -> str:
    """Where the walk is, the gradient there, and where the next step goes, as HTML."""
    now, output = way.now, escape(way.cut.output)
    one, two = (escape(name) for name in way.cut.along)
    at = f"At {one} = {text.number(now.at[0])} and {two} = {text.number(now.at[1])}"
    after = f"After {steps(way.steps)}, at" + at[2:] if way.steps else at
    here = f"{after}, {output} is {forward_number(now.value)}"
    if way.stopped:
        return f"{here}. {escape(way.stopped)}"
    if now.flat:
        also = ""
        if now.value > seen.least + 1e-9 * max(1.0, abs(seen.least)):
            also = (
                f" That is not the lowest place: this picture goes down to about "
                f"{output} = {_about(seen.least, seen)}."
            )
        return f"{here}, and both derivatives are {backward('0')}: nothing moves, at any lr.{also}"
    slopes = (
        f"d{output}/d{name} = {backward_number(slope)}"
        for name, slope in zip((one, two), now.slopes, strict=True)
    )
    there = (
        "the next point is too far away for a float"
        if way.next is None
        else f"the next point is {one} = {text.number(way.next[0])}, "
        f"{two} = {text.number(way.next[1])}"
    )
    beyond = "" if way.next is None or inside(seen, way.next) else ", outside the picture"
    return f"{here}, {' and '.join(slopes)}; with lr = {_rate(way.lr)} {there}{beyond}."


def inside(seen: Surface, at: Place) -> bool:
    """Whether a place is on the picture."""
    return all(low <= x <= high for (low, high), x in zip(seen.ends, at, strict=True))


def updates(way: Walk) -> str:
    """The next step with its numbers, a formula for each of the two inputs, and the legend."""
    lines = []
    for i, name in enumerate(way.cut.along):
        old, slope = way.now.at[i], way.now.slopes[i]
        new = r"\text{too large}" if way.next is None else tex.number(way.next[i], "f")
        by = tex.total(way.cut.output, name)
        written = (
            rf"{tex.name(name)} - \mathrm{{lr}} \cdot {by} = {tex.number(old, 'f')} - "
            rf"{_rate_tex(way.lr)} \cdot {tex.number(slope, 'b', inner=True)} = {new}"
        )
        lines.append(f"<div>{tex.mathml(written)}</div>")
    return "".join(lines) + f'<p class="bp-muted bp-surface-legend">{legend(way)}</p>'


def legend(way: Walk) -> str:
    """What the marks of the picture mean."""
    arrow = (
        "The gradient is 0, so there is no arrow."
        if way.now.flat
        else f"The arrow points along the negative gradient, whose size is now "
        f"{text.number(way.now.steepness)}; the arrow grows with the logarithm of it."
    )
    return (
        f"Filled circle: now. Open circle: the next step. Numbers: the steps. {arrow} The stronger "
        f"the blue, the higher {escape(way.cut.output)}; the lines carry its value. "
        f"Hatched, within a broken line: {FLAT}."
    )


def path_table(way: Walk) -> str:
    """The path as an HTML table: step, the two values, the output, the two derivatives."""
    output = escape(way.cut.output)
    one, two = (escape(name) for name in way.cut.along)
    header = ("step", one, two, output, f"d{output}/d{one}", f"d{output}/d{two}")
    head = "".join(f'<th scope="col">{word}</th>' for word in header)
    points = list(enumerate(way.points))
    left_out = max(0, len(points) - MOST_ROWS)
    rows = [_row(step, point, step == way.steps) for step, point in points[:1]]
    if left_out:
        rows.append(f'<tr><td colspan="6" class="bp-left">{left_out:,} more steps</td></tr>')
    rows += [_row(step, point, step == way.steps) for step, point in points[1 + left_out :]]
    note = f'<p class="bp-muted">{escape(way.stopped)}</p>' if way.stopped else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{note}"


def _row(step: int, point: Point, now: bool) -> str:
    cells = "".join(f"<td>{text.number(n)}</td>" for n in (*point.at, point.value, *point.slopes))
    return f'<tr{_NOW if now else ""}><th scope="row">{step}</th>{cells}</tr>'


_NOW = ' class="bp-now"'


def table(way: Walk) -> str:
    """The path as aligned text."""
    output, (one, two) = way.cut.output, way.cut.along
    header = ["step", one, two, output, f"d{output}_d{one}", f"d{output}_d{two}"]
    rows = [
        [str(step), *(text.number(n, ascii=True) for n in (*point.at, point.value, *point.slopes))]
        for step, point in enumerate(way.points)
    ]
    held = ", ".join(f"{n} = {text.short(v, ascii=True)}" for n, v in way.cut.held.items())
    title = f"{way.cut.name} along {one} and {two}, lr = {text.short(way.lr, ascii=True)}"
    told = [f"{title}; {held}" if held else title, text.table(header, rows, lean=">>>>>>")]
    return "\n".join([*told, *([way.stopped] if way.stopped else [])])


def alt(way: Walk, seen: Surface) -> str:
    """The picture in words, without the sentence."""
    output, (one, two) = way.cut.output, way.cut.along
    ends = [f"{text.short(low)} to {text.short(high)}" for low, high in seen.ends]
    parts = [
        f"Contours of {output} for {one} from {ends[0]} and {two} from {ends[1]}",
        f"{output} goes from about {_about(seen.least, seen)} to {_about(seen.most, seen)} here",
    ]
    if seen.flat is not None:
        share = round(100 * float((seen.flat < 0).mean()))
        parts.append(f"a hatched region, about {share} % of the picture, has the gradient 0")
    parts.append(
        f"the path of {steps(way.steps)} starts at {_at(way.points[0].at)} and is now at "
        f"{_at(way.now.at)}"
        if way.steps
        else f"the point is at {_at(way.now.at)}"
    )
    outside = [step for step, point in enumerate(way.points) if not inside(seen, point.at)]
    if outside:
        parts.append(f"the path leaves the picture at step {outside[0]}")
    parts.append(
        "no arrow, since the gradient is 0"
        if way.now.flat
        else f"the arrow of the negative gradient points {_direction(way.now.slopes)}"
    )
    return "; ".join(parts) + "."


def _about(value: float, seen: Surface) -> str:
    """A value of the grid, which is no more exact than its nodes are close."""
    size = seen.most - seen.least
    unit = 10.0 ** math.floor(math.log10(size) - 3) if size else 0.0
    return text.number(round(value / unit) * unit + 0.0 if unit else value)


def _direction(slopes: Sequence[float]) -> str:
    across = "" if slopes[0] == 0 else "left" if slopes[0] > 0 else "right"
    up = "" if slopes[1] == 0 else "down" if slopes[1] > 0 else "up"
    return " and ".join(word for word in (up, across) if word)


def _at(place: Place) -> str:
    return f"({text.number(place[0])}, {text.number(place[1])})"


def steps(number: int) -> str:
    """A number of steps in words."""
    return "1 step" if number == 1 else f"{number} steps"


def _rate(lr: float) -> str:
    return text.short(lr)


def _rate_tex(lr: float) -> str:
    shown = text.short(lr, ascii=True)
    if "e" in shown:
        mantissa, exponent = shown.split("e")
        shown = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return f"({shown})" if shown.startswith("-") else shown
