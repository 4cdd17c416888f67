"""Numbers and tables as text: how the course writes a number, everywhere the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MINUS = "\N{MINUS SIGN}"


def number(value: float, *, ascii: bool = False) -> str:
    """A number as the course shows it: two to four decimals, and never more than nine signs.

    >>> number(6.0), number(5.985), number(0.00123456), number(-4.4e-16, ascii=True)
    ('6.00', '5.985', '0.001235', '-4.40e-16')
    """
    size = abs(value)
    if size != size or size == float("inf"):
        text = str(value)
    elif size == 0:
        text = "0.00"
    elif size < 1e-4 or size >= 99999.995:
        mantissa, exponent = f"{value:.2e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        decimals = 2 if size >= 1000 else 3 if size >= 100 else 4 if size >= 0.01 else 6
        text = f"{value:.{decimals}f}"
        whole, fraction = text.split(".")
        text = f"{whole}.{fraction.rstrip('0'):0<2}"
    return text if ascii else text.replace("-", MINUS)


def short(value: float, *, ascii: bool = False) -> str:
    """A constant from the source as the learner would write it: ``2``, not ``2.00``."""
    if value == int(value) and abs(value) < 1e6:
        text = str(int(value))
    else:
        text = f"{value:.6g}"
    return text if ascii else text.replace("-", MINUS)


def listed(names: Iterable[str], most: int = 12) -> str:
    """The first names, for a sentence: ``a, b, c and more``."""
    shown = list(names)
    return ", ".join(shown[:most]) + (" and more" if len(shown) > most else "")


#: What functions and operators are called in a sentence, where that is not their own name.
WORDS: dict[str, str] = {
    "add": "addition",
    "sub": "subtraction",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "exp": "exponential",
    "log": "logarithm",
    "sqrt": "square root",
    "abs": "absolute value",
    "mul": "multiplication",
    "div": "division",
    "pow": "power",
    "neg": "minus sign",
}


def word(name: str) -> str:
    """What a function or an operator is called in a sentence."""
    return WORDS.get(name, name.replace("_", " "))


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, lean: str) -> str:
    """An aligned text table. ``lean`` has one mark a column: ``<`` text, ``>`` numbers.

    Numbers stand with their decimal points below each other.
    """
    columns = [list(column) for column in zip(*rows, strict=True)]
    columns = [_on_the_point(c) if m == ">" else c for c, m in zip(columns, lean, strict=True)]
    lines = [list(header), *(list(line) for line in zip(*columns, strict=True))]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(f"{cell:{m}{w}}" for cell, m, w in zip(line, lean, widths, strict=True)).rstrip()
        for line in lines
    )


def _on_the_point(cells: list[str]) -> list[str]:
    """Cells padded on the right, so that right-aligned decimal points meet."""
    tails = [len(cell) - cell.index(".") if "." in cell else 0 for cell in cells]
    most = max(tails, default=0)
    return [
        cell + " " * (most - tail) if tail else cell
        for cell, tail in zip(cells, tails, strict=True)
    ]


_SUBSCRIPT = re.compile(r"^([A-Za-z]+?)_?(\d+)$")


def split_subscript(name: str) -> tuple[str, str]:
    """``xw0`` -> ``("xw", "0")``, ``total_2`` -> ``("total", "2")``, ``z`` -> ``("z", "")``."""
    match = _SUBSCRIPT.match(name)
    return (match[1], match[2]) if match else (name, "")
