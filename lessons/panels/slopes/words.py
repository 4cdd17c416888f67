"""The words, formulas and tables beside the picture of a slope."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from markupsafe import escape

from lessons.maths import text
from lessons.maths.functions import ACTIVATIONS, FUNCTIONS
from lessons.maths.scalar.secant import Curve, Measurement, defined
from lessons.panels.kit import tex
from lessons.panels.kit.notation import notation_of
from lessons.panels.kit.prose import backward_number

#: The widths of the table in the still form.
WIDTHS = (1.0, 0.1, 0.01, 0.001, 1e-6)
#: What the table shows where the function is not defined.
OUTSIDE = "outside"

#: Slopes that the table of functions computes from a rule but writes with a prime.
#: {0} is the argument, {1} minus the argument.
_RULES = {"sigmoid": r"\sigma({0}) \cdot \sigma({1})", "tanh": r"1 - \tanh({0})^2"}


def called(curve: Curve) -> str:
    """The name of the function in a sentence."""
    return text.word(curve.name) if curve.in_table else curve.name


def sentence(m: Measurement) -> str:
    """What is seen, in one or two sentences, as HTML."""
    z, h = text.number(m.z), text.number(m.h)
    name, letter = escape(called(m.curve)), m.curve.letter
    if m.jump:
        return f"At {letter} = {z} {name} jumps: it has no slope here, and no secant comes to rest."
    if m.corner:
        return _at_corner(m, f"{letter} = {z}", name)
    secant, tangent = backward_number(m.secant), backward_number(m.tangent)
    if m.crossed is not None:
        return (
            f"The secant from {letter} = {z} to {letter} + h = {_precise(m.z + m.h, m.h)} runs "
            f"across the kink at {text.short(m.crossed.z)}: its slope {secant} mixes the slopes of "
            f"the two sides. The tangent at {letter} has slope {tangent}."
        )
    if m.same:
        why = "the function is straight here" if m.h >= 1e-3 else "only rounding sets them apart"
        return f"At {letter} = {z} secant and tangent have the same slope, {tangent}: {why}."
    away = text.number(abs(m.difference))
    side = "above" if m.difference > 0 else "below"
    if abs(m.difference) < 1e-4 * max(1.0, abs(m.tangent)):
        return (
            f"At {letter} = {z} with h = {h} the secant has become the tangent: both slopes are "
            f"{tangent}, but for {away}."
        )
    return (
        f"At {letter} = {z} with h = {h} the secant has slope {secant}, {away} {side} the "
        f"tangent's {tangent}. A smaller h turns the secant into the tangent."
    )


def _at_corner(m: Measurement, place: str, name: str) -> str:
    low, high = sorted((m.before, m.after))
    left = (
        f", from the left {backward_number(m.left_secant)}" if math.isfinite(m.left_secant) else ""
    )
    return (
        f"{place} is a kink of {name}: from the right the secant has slope "
        f"{backward_number(m.secant)}{left}. There is no one tangent. The slope "
        f"{backward_number(m.tangent)} here is a convention; any value in "
        f"[{text.short(low)}, {text.short(high)}] would do."
    )


def numbers(m: Measurement) -> str:
    """Secant slope, tangent slope and their difference, as an HTML table with formulas."""
    f, letter = _symbol(m.curve), tex.name(m.curve.letter)
    a, b = _precise(m.moved, m.h, True), _precise(m.value, m.h, True)
    z, moved = (f"{{{_precise(place, m.h, True)}}}" for place in (m.z, m.z + m.h))
    h = tex.number(m.h)
    rows = [
        _row(
            "secant",
            "Secant slope, from the right" if m.corner else "Secant slope",
            [
                rf"\frac{{{f(f'{letter} + h')} - {f(letter)}}}{{h}}",
                rf"\frac{{{f(moved)} - {f(z)}}}{{{h}}}",
                rf"\frac{{{_f(a)} - {_f(b, inner=True)}}}{{{h}}}",
            ],
            m.secant,
        )
    ]
    if m.corner and math.isfinite(m.left_secant):
        c = _precise(m.left_moved, m.h, True)
        rows.append(
            _row(
                "left",
                "Secant slope, from the left",
                [
                    rf"\frac{{{f(letter)} - {f(f'{letter} - h')}}}{{h}}",
                    rf"\frac{{{_f(b)} - {_f(c, inner=True)}}}{{{h}}}",
                ],
                m.left_secant,
            )
        )
    rows.append(
        _row(
            "tangent",
            "Slope at the kink, by convention" if m.corner else "Tangent slope",
            [_tangent(m)],
            m.tangent,
        )
    )
    if not m.corner:
        slopes = (text.number(slope, ascii=True) for slope in (m.secant, m.tangent))
        less = " - ".join(_marked("b", slope, inner=bool(i)) for i, slope in enumerate(slopes))
        rows.append(_row("", "Difference", [less], m.difference))
    return f'<table class="bp-slope-numbers"><tbody>{"".join(rows)}</tbody></table>'


def _tangent(m: Measurement) -> str:
    """Where the tangent's slope comes from: its rule in symbols, then with the number put in."""
    prime = _symbol(m.curve, prime=True)
    at = f"{{{tex.number(m.z)}}}"
    if not m.curve.in_table:
        return f"{prime(tex.name(m.curve.letter))} = {prime(at)}"
    row = FUNCTIONS[m.curve.name]
    if row.corner is not None:
        sign = "=" if m.z == 0 else ">" if m.z > 0 else "<"
        return rf"{prime('z')} \quad \text{{for }} z {sign} 0"
    rule = _RULES.get(m.curve.name, notation_of(m.curve.name).slope_tex[0])
    minus = f"{{{tex.number(-m.z)}}}"
    return f"{prime('z')} = {rule.format('z', '{-z}')} = {rule.format(at, minus)}"


def _symbol(curve: Curve, *, prime: bool = False) -> Callable[[str], str]:
    """The curve (or its derivative) at an argument, as TeX."""
    mark = "′" if prime else ""
    if curve.in_table:
        written = notation_of(curve.name).tex.replace("({0})", f"{mark}({{0}})")
        return lambda at: written.format(at)
    return lambda at: rf"{tex.name(curve.name)}{mark}({at})"


def _row(kind: str, title: str, formulas: Sequence[str], value: float) -> str:
    """One line; the formulas are equal to each other, and a narrow page breaks between them."""
    mark = f'<i class="bp-mark bp-mark-{kind}"></i>' if kind else ""
    return (
        f'<tr><th scope="row">{mark}{title}</th><td>{text.number(value)}</td>'
        f"<td>{' '.join(tex.mathml(f'= {formula}') for formula in formulas)}</td></tr>"
    )


def _marked(kind: str, shown: str, *, inner: bool = False) -> str:
    """A number as TeX in the colour of the forward ("f") or backward ("b") pass."""
    if "e" in shown:
        shown = r"{} \cdot 10^{{{}}}".format(*shown.split("e"))
    # The braces make the minus a sign and not an operation, which sets it close to its number.
    shown = f"({{{shown}}})" if inner and shown.startswith("-") else shown
    return rf"\class{{bp-{kind}}}{{{shown}}}"


def _f(shown: str, *, inner: bool = False) -> str:
    return _marked("f", shown, inner=inner)


def _precise(value: float, h: float, ascii: bool = False) -> str:
    """A number with the digits that a step of h changes: ``2.000001`` when h is 1e-6."""
    decimals = max(4, 2 - math.floor(math.log10(h)))
    if decimals <= 4:
        return text.number(value, ascii=ascii)
    whole, fraction = f"{value:.{decimals}f}".split(".")
    shown = f"{whole}.{fraction.rstrip('0'):0<2}"
    return shown if ascii else shown.replace("-", text.MINUS)


def alt(m: Measurement) -> str:
    """The picture in words, without the sentence."""
    name, letter = called(m.curve), m.curve.letter
    return (
        f"Left, the graph of {name} with the points at {letter} = {text.number(m.z)} and "
        f"{letter} + h = {_precise(m.z + m.h, m.h)}, the secant through them and the tangent at "
        f"{letter}. Right, the derivative of {name} with its value {text.number(m.tangent)} at "
        f"{letter}."
    )


def table(m: Measurement) -> str:
    """Secant slopes for smaller and smaller h beside the tangent slope, as aligned text.

    Where h leads out of the function's domain stands "outside".
    """
    header = ["h", "secant slope", "tangent slope", "difference"]
    title = f"{m.curve.name} at {m.curve.letter} = {text.number(m.z, ascii=True)}"
    if m.corner:
        header = ["h", "from the left", "from the right", "tangent slope"]
        title += ", a kink: the tangent slope there is a convention"
    rows = [[text.short(h, ascii=True), *_slopes(m, h)] for h in WIDTHS]
    return f"{title}\n{text.table(header, rows, lean='<' + '>' * (len(header) - 1))}"


def _slopes(m: Measurement, h: float) -> list[str]:
    """One row of the table, without its h."""
    tangent = _six(m.tangent)
    if m.corner:
        return [_secant(m, -h), _secant(m, h), tangent]
    secant, difference = _secant(m, h), _secant(m, h, less=m.tangent)
    return [secant, tangent, "" if secant == difference == OUTSIDE else difference]


def _secant(m: Measurement, h: float, less: float = 0.0) -> str:
    """The slope of the secant from z to z + h, also for a negative h, less another slope."""
    if m.z + h == m.z:
        return "too small"  # for float64
    if not defined(m.curve, m.z + h):
        return OUTSIDE
    return _six((m.curve.at(m.z + h)[0] - m.value) / h - less)


def _six(value: float) -> str:
    """Six decimals: fewer than rounding could touch at h = 1e-6, the same on every machine."""
    shown = f"{value:.6f}"
    return shown[1:] if shown.strip("-0.") == "" and shown.startswith("-") else shown


def choices() -> dict[str, str]:
    """What a menu shows for each activation, and its name."""
    return {text.word(name): name for name in ACTIVATIONS}
