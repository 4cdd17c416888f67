"""Names, steps and derivatives as TeX, and TeX as MathML for the page."""

from __future__ import annotations

import re
from functools import lru_cache

from lessons.maths import text
from lessons.maths.scalar.record import Step
from lessons.panels.kit.notation import notation_of

_GREEK = frozenset(
    "alpha beta gamma delta epsilon eta theta kappa lambda mu nu xi pi rho sigma tau phi psi omega "
    "Gamma Delta Theta Lambda Sigma Phi Psi Omega".split()
)
#: A sum with more terms than this is shortened in the middle.
MOST_TERMS = 7


def name(raw: str) -> str:
    r"""A name of the learner's: ``w0`` -> ``w_{0}``, ``yhat`` -> ``\hat{y}``, ``x0*w0``."""
    if "*" in raw:
        return r"\,".join(name(part) for part in raw.split("*"))
    if raw.endswith(")") and "(" in raw:
        outer, inner = raw[:-1].split("(", 1)
        return rf"\text{{{outer}}}({name(inner)})"
    base, subscript = text.split_subscript(raw)
    if base in _GREEK:
        base = "\\" + base
    elif base.endswith("hat") and len(base) == 4:
        base = rf"\hat{{{base[0]}}}"
    elif len(base) > 1:
        base = rf"\text{{{base}}}"  # inside of it an underscore needs no backslash
    return f"{base}_{{{subscript}}}" if subscript else base


def number(value: float, kind: str = "", *, inner: bool = False) -> str:
    """A number; ``kind`` "f" or "b" gives it the colour of the forward or backward pass.

    ``inner`` puts a negative number into brackets, as it stands after another sign.
    """
    shown = text.number(value, ascii=True)
    if "e" in shown:
        mantissa, exponent = shown.split("e")
        shown = rf"{mantissa} \cdot 10^{{{exponent}}}"
    if shown.startswith("-"):
        shown = f"{{{shown}}}"  # a group of its own: a sign, and not a subtraction
        if inner:
            shown = f"({shown})"
    return rf"\class{{bp-{kind}}}{{{shown}}}" if kind else shown


def total(of: str, by: str) -> str:
    """The total derivative, over all paths, with a straight d."""
    return _fraction(of, by, r"\mathrm{d}")


def derivative(of: str, by: str) -> str:
    """The local derivative of one step, all its other inputs held still, with a curly d."""
    return _fraction(of, by, r"\partial ")


def _fraction(of: str, by: str, d: str) -> str:
    above, below = (f"({name(raw)})" if "*" in raw else name(raw) for raw in (of, by))
    return rf"\frac{{{d}{above}}}{{{d}{below}}}"


def in_symbols(step: Step) -> str:
    """What a step computes: ``x_0 \\cdot w_0``."""
    return _written(step, [_symbol(step, place) for place in range(len(step.args))])


def in_numbers(step: Step, values: dict[str, float] | object) -> str:
    """The same with the numbers put in."""
    operator = step.op in ("sum", "mul", "neg", "pow")
    written = []
    for place, arg in enumerate(step.args):
        if isinstance(arg, str):
            first = place == 0 and step.op != "pow" and not (step.op == "neg")
            value = values[arg]  # type: ignore[index]
            bracket = operator and (not first or (step.op == "sum" and step.signs[0] == -1))
            if step.op == "pow" and place == 0:
                bracket = True
            written.append(number(value, "f", inner=bracket))
        else:
            written.append(_symbol(step, place))
    return _written(step, written)


def _symbol(step: Step, place: int) -> str:
    """An argument, in brackets where what stands around it would take a part of it away."""
    arg = step.args[place]
    if isinstance(arg, str):
        tight = "*" in arg and step.op == "pow" and place == 0
        return f"({name(arg)})" if tight else name(arg)
    tight = arg < 0 and step.op in (("sum", "mul") if place else ("pow",))
    return f"({_constant(arg)})" if tight else _constant(arg)


def local(step: Step, argument: str, place: int) -> str:
    """The local derivative of a step by one of its arguments, in terms of its inputs."""
    if step.op == "sum":
        return "1" if step.signs[place] == 1 else "-1"
    names = [_symbol(step, at) for at in range(len(step.args))]
    other = step.args[1 - place] if step.op == "mul" else ""
    if not isinstance(other, str):
        return _constant(other)
    if step.op == "div" and place == 1 and "*" in str(step.args[1]):
        names[1] = f"({names[1]})"  # it is squared
    if is_constant_power(step):
        left = _constant(float(step.args[1]) - 1)
        return rf"{names[1]} \cdot {names[0]}" + (f"^{{{left}}}" if left != "1" else "")
    return notation_of(step.op).slope_tex[place].format(*names)


def is_constant_power(step: Step) -> bool:
    """Whether a step is ``x ** 2``: its rule is shorter to write than that of ``x ** w``."""
    return step.op == "pow" and not isinstance(step.args[1], str) and step.args[1] != 1


def place_of(step: Step, argument: int) -> int:
    """The place among all arguments of the ``argument``-th recorded input."""
    return [i for i, arg in enumerate(step.args) if isinstance(arg, str)][argument]


def _written(step: Step, words: list[str]) -> str:
    if step.op == "sum":
        return _sum(words, step.signs)
    if step.op == "constant":
        return words[0]
    return notation_of(step.op).tex.format(*words)


def _sum(words: list[str], signs: tuple[int, ...]) -> str:
    parts = [
        ("" if sign == 1 else "-") + word if i == 0 else ("+ " if sign == 1 else "- ") + word
        for i, (word, sign) in enumerate(zip(words, signs, strict=True))
    ]
    if len(parts) > MOST_TERMS:
        parts = [*parts[: MOST_TERMS - 3], r"+ \cdots", *parts[-2:]]
    return " ".join(parts)


def _constant(value: float) -> str:
    return text.short(value, ascii=True)


def mathml(tex: str) -> str:
    """TeX as a MathML element, to be put into a page; nothing for nothing.

    While a slider moves, only the numbers of a formula change. So a formula is converted once,
    with stand-ins for its decimals, and the numbers are put into the result.
    """
    numbers: list[str] = []

    def stand_in(found: re.Match[str]) -> str:
        numbers.append(found[0])
        return f"90{len(numbers) - 1:03d}.5"

    template = _DECIMAL.sub(stand_in, tex)
    return _STAND_IN.sub(lambda found: numbers[int(found[1])], _converted(template))


_DECIMAL = re.compile(r"\d+\.\d+")
_STAND_IN = re.compile(r"90(\d{3})\.5")


@lru_cache(maxsize=4096)
def _converted(tex: str) -> str:
    from latex2mathml.converter import convert

    return convert(tex) if tex else ""
