"""The one place where arguments are checked: each check gives the value back, or says why not.

A check is one call at the door of a public function, ``lr = finite("lr", lr)``. The name is what
the sentence of an error calls the value. ``TypeError`` is for what is no number, ``ValueError`` for
the wrong number.
"""

from __future__ import annotations

import math
from typing import Any


def one_number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} is {value!r}; give one number")
    if not math.isfinite(value):
        raise ValueError(f"{name} is {value}; give a finite number")
    return float(value)
