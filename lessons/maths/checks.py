"""The one place where arguments are checked: each check gives the value back, or says why not.

A check is one call at the door of a public function, as in ``lr = finite("lr", lr)``. The name is
what the sentence of an error calls the value. ``TypeError`` is for what is no such thing at all,
``ValueError`` for the wrong one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any


def finite(name: str, value: Any) -> float:
    """A finite number, as a float."""
    if isinstance(value, str):
        raise TypeError(f"{name} is the text {value!r}; give it a number, without quotes")
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r}; give it a number")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{name} is too large for a float (the limit is about 1.8e308)") from None
    if not math.isfinite(number):
        raise ValueError(f"{name} is {number}; give it a finite number")
    return number


def positive(name: str, value: Any, why: str = "") -> float:
    """A finite number above 0. ``why`` ends the sentence."""
    number = finite(name, value)
    if number <= 0:
        raise ValueError(f"{name} is {number:g}; give a number above 0{why}")
    return number


def non_negative(name: str, value: Any) -> float:
    """A finite number, 0 or more."""
    number = finite(name, value)
    if number < 0:
        raise ValueError(f"{name} is {number:g}; give a finite number, 0 or more")
    return number


def whole_number(name: str, value: Any, low: int = 1, high: int | None = None) -> int:
    """A whole number from ``low``, up to ``high`` where that is given. 3.0 is none."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {value!r}; give a whole number")
    number = int(value)
    if number < low or (high is not None and number > high):
        bounds = f", {low} or more" if high is None else f" from {low} to {high}"
        raise ValueError(f"{name} is {number}; give a whole number{bounds}")
    return number


def whole_setting(name: str, value: Any, low: int = 1, high: int | None = None) -> int:
    """The same for a control, whose whole numbers may come as 3.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return whole_number(name, value, low, high)


def seed(value: Any) -> int:
    """A seed for NumPy's generator."""
    return whole_number("seed", value, 0)


def choice(kind: str, value: Any, choices: Iterable[str], advice: str = "") -> str:
    """One of the names that there are. ``advice`` ends the sentence."""
    names = list(choices)
    if value not in names:
        raise ValueError(f"there is no {kind} {value!r}; choose one of {', '.join(names)}{advice}")
    return str(value)
