"""Functions of numbers and of arrays alike: one rule serves both.

A number is taken by the standard library, an array elementwise by NumPy, which is never imported
here: an array can only exist where it was imported. At the edges both give NumPy's limits.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any


def numpy_for(*values: Any) -> Any:
    """NumPy where one of the values is an array of it, else None."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and any(isinstance(value, numpy.ndarray) for value in values):
        return numpy
    return None


def _both(name: str, plain: Callable[[Any], float]) -> Callable[[Any], Any]:
    def either(x: Any) -> Any:
        numpy = numpy_for(x)
        return plain(x) if numpy is None else getattr(numpy, name)(x)

    return either


exp = _both("exp", math.exp)
log = _both("log", lambda x: math.log(x) if x else -math.inf)
log1p = _both("log1p", lambda x: math.log1p(x) if x != -1 else -math.inf)
sqrt = _both("sqrt", math.sqrt)
tanh = _both("tanh", math.tanh)
abs = _both("abs", abs)
sign = _both("sign", lambda x: float((x > 0) - (x < 0)))
reciprocal = _both("reciprocal", lambda x: 1.0 / x if x else math.inf)


def where(condition: Any, yes: Any, no: Any) -> Any:
    """``yes`` where the condition holds, else ``no``."""
    if isinstance(condition, bool):
        return yes if condition else no
    # A comparison of NumPy's scalars is no array, and neither is what it chooses.
    return sys.modules["numpy"].where(condition, yes, no)[()]


def maximum(a: Any, b: Any) -> Any:
    """The larger of two."""
    numpy = numpy_for(a, b)
    return max(a, b) if numpy is None else numpy.maximum(a, b)
