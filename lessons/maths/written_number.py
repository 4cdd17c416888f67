"""A number as people write it: 1/2, 2*3 + 1, log(2), with the minus of print."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any

from lessons.maths.text import MINUS

#: Sums are small: a longer text is no number, and would only keep the parser busy.
LONGEST = 100
_EXAMPLES = f"Write a number such as {MINUS}3, 1/2 or 3e-2, or a small sum such as 2*3 + 1."
_TOO_LARGE = "That number is too large to be held. Is a power or an exponent too high?"
_TOO_SMALL = "That number is too small to be held, and would count as 0. Is the exponent right?"

#: The functions that may stand in it; log is the natural logarithm, as in the whole course.
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "log": math.log,
    "ln": math.log,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
}
_OPERATIONS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_SIGNS = {
    MINUS: "-",
    "\N{EN DASH}": "-",
    "\N{MULTIPLICATION SIGN}": "*",
    "\N{MIDDLE DOT}": "*",
    "\N{DOT OPERATOR}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{SUPERSCRIPT TWO}": "**2",
    "\N{SUPERSCRIPT THREE}": "**3",
    "\N{NO-BREAK SPACE}": " ",
}
_FRACTIONS = {
    "\N{VULGAR FRACTION ONE HALF}": "1/2",
    "\N{VULGAR FRACTION ONE QUARTER}": "1/4",
    "\N{VULGAR FRACTION THREE QUARTERS}": "3/4",
}
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)


def value_of(text: str) -> float:
    """The number that a text says: ``-3``, ``1/2``, ``3e-2``, ``log(2)``, or a sum, ``2*3 + 1``.

    Only + - * / ** and brackets are read, and the functions of :data:`FUNCTIONS`; nothing is ever
    run. Raises ``ValueError`` with a sentence for the learner when there is no finite number in it.

    >>> value_of("2*3 + 1"), value_of("\N{MINUS SIGN}1/2")
    (7.0, -0.5)
    """
    written = _plain(text)
    if not written:
        raise ValueError(f"There is nothing to check yet. {_EXAMPLES}")
    if len(written) > LONGEST:
        raise ValueError(f"That is more than {LONGEST} characters. {_EXAMPLES}")
    if "," in written:
        raise ValueError("A comma is not understood here. Write decimals with a point, as in 1.5.")
    if "=" in written:
        raise ValueError("Write the number alone, without the equals sign.")
    if "^" in written:
        raise ValueError("A power is written with two stars here: 2**3.")
    _require_known(written)
    for found in _NUMBER.findall(written):
        if float(found) == 0 and re.search("[1-9]", re.split("[eE]", found)[0]):
            raise ValueError(_TOO_SMALL)
    try:
        value = _computed(ast.parse(written, mode="eval").body)
    except (SyntaxError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(f"That cannot be read as a number. {_EXAMPLES}") from error
    except ZeroDivisionError as error:
        raise ValueError(
            "That divides by 0, so it has no value. Which divisor is meant?"
        ) from error
    except OverflowError as error:
        raise ValueError(_TOO_LARGE) from error
    if not math.isfinite(value):
        raise ValueError(_TOO_LARGE)
    return value


def _plain(text: str) -> str:
    """The text in the signs that Python reads."""
    written = text.strip()[: LONGEST + 1]
    for sign, plain in _SIGNS.items():
        written = written.replace(sign, plain)
    for sign, plain in _FRACTIONS.items():
        written = re.sub(rf"(\d+) ?{sign}", rf"(\1+{plain})", written)  # two and a half
        written = written.replace(sign, f"({plain})")
    return written


def _require_known(written: str) -> None:
    """Refuse what is neither a number, an operation nor a function."""
    rest = _NUMBER.sub(" ", written)
    words = re.findall(r"[^\W\d_]+", rest)
    unknown = [word for word in words if word not in FUNCTIONS]
    if unknown:
        for word in unknown:
            if f"{word}(" in written and word in dir(math):
                known = ", ".join(FUNCTIONS)
                raise ValueError(f"{word} is not understood here; there are {known}.")
        raise ValueError("Letters are not understood here. Put the numbers in their places.")
    if any(f"{word}(" not in written.replace(" ", "") for word in words):
        raise ValueError(f"{words[0]} is of something: write {words[0]}(2), with brackets.")
    if re.search(r"[^-+*/(). ]", re.sub(r"[^\W\d_]+", " ", rest)):
        raise ValueError(f"That cannot be read as a number. {_EXAMPLES}")


def _computed(node: ast.expr) -> float:
    """The value of a sum, in floats, so that 9**9**9 overflows at once instead of growing."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATIONS:
            return float(_OPERATIONS[type(op)](_computed(operand)))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            # A root of a negative number is complex: float() makes that a TypeError.
            return float(_OPERATIONS[type(op)](_computed(left), _computed(right)))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            return _applied(name, _computed(argument))
    raise TypeError(f"{type(node).__name__} is not arithmetic")


def _applied(name: str, argument: float) -> float:
    try:
        return FUNCTIONS[name](argument)
    except ValueError as error:
        what = "of 0 or of a negative number" if name in ("log", "ln") else "of a negative number"
        raise ValueError(f"{name} has no value {what}. Is a sign wrong?") from error
