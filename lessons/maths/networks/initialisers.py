"""Where the weights of a network start: zeros, random with a given spread, Xavier, He."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

#: The names, in the order in which a menu shows them.
INITIALISERS: tuple[str, ...] = ("zeros", "normal", "xavier", "he")
#: The standard deviation of "normal" where none is given: "small random weights", with no scale.
SMALL = 0.01


def standard_deviation(how: Any, outputs: int, inputs: int) -> float:
    """How far the initial weights of a layer spread, as a standard deviation.

    ``how`` is a name of :data:`INITIALISERS` or ``("normal", std)``. He is sqrt(2 / inputs), made
    for ReLU, which blocks half of what comes; Xavier is sqrt(2 / (inputs + outputs)), halfway
    between what the way forward and the way back ask for. Raises ``ValueError`` for another
    ``how``, and for a std that is negative or not finite.
    """
    if isinstance(how, (tuple, list)) and len(how) == 2 and how[0] == "normal":
        std = how[1]
        if isinstance(std, bool) or not isinstance(std, (int, float, np.floating, np.integer)):
            raise ValueError(f'the std of ("normal", std) is {std!r}; give it a number, 0 or more')
        if not 0 <= std < math.inf:
            raise ValueError(f'the std of ("normal", std) is {std}; give a finite one, 0 or more')
        return float(std)
    if how == "zeros":
        return 0.0
    if how == "normal":
        return SMALL
    if how == "xavier":
        return math.sqrt(2.0 / (inputs + outputs))
    if how == "he":
        return math.sqrt(2.0 / inputs)
    raise ValueError(
        f"there is no initialiser {how!r}; choose one of {', '.join(INITIALISERS)}, or "
        f'("normal", std)'
    )


def initial_weights(how: Any, outputs: int, inputs: int, rng: np.random.Generator) -> np.ndarray:
    """Fresh weights of one layer, (outputs, inputs), normal around 0.

    Whatever ``how`` is, the generator gives the same draws, only scaled: with one seed, two
    initialisers differ in scale alone. Errors are those of :func:`standard_deviation`.
    """
    std = standard_deviation(how, outputs, inputs)
    return std * rng.standard_normal((outputs, inputs))
