"""Small data sets made from a seed: two moons, two circles, spirals, and a line with noise.

The points lie about the origin, within 2 of it or so. ``noise`` is the standard deviation of what
is added to each coordinate (to y alone, for the line). The same seed gives the same points, and
another ``noise`` with the same seed moves the same points further along the same directions.
"""

from __future__ import annotations

import numpy as np

from lessons.maths import checks
from lessons.maths.checks import non_negative, whole_number
from lessons.maths.data.dataset import Data, Floats, of_classes

#: The line of ``noisy_line``: y = SLOPE * x + INTERCEPT.
SLOPE, INTERCEPT = 2.0, 0.5


def moons(n: int = 200, noise: float = 0.1, seed: int = 0) -> Data:
    """Two half circles of radius 1 that reach into one another: x (n, 2), y (n, 1) of 0 and 1."""
    up, down = (np.linspace(0, np.pi, count) for count in _counts(n, 2))
    arms = [
        np.column_stack([np.cos(up) - 0.5, np.sin(up) - 0.25]),
        np.column_stack([0.5 - np.cos(down), 0.25 - np.sin(down)]),
    ]
    return _scattered("moons", arms, ("upper", "lower"), noise, seed)


def circles(n: int = 200, noise: float = 0.1, seed: int = 0) -> Data:
    """A ring of radius 1 and a ring of radius 0.4 in it: x (n, 2), y (n, 1) of 0 and 1."""
    rings = []
    for radius, count in zip((1.0, 0.4), _counts(n, 2), strict=True):
        turn = 2 * np.pi * np.arange(count) / count
        rings.append(radius * np.column_stack([np.cos(turn), np.sin(turn)]))
    return _scattered("circles", rings, ("outer", "inner"), noise, seed)


def spirals(n: int = 200, noise: float = 0.1, seed: int = 0, classes: int = 3) -> Data:
    """Arms of three quarters of a turn: x (n, 2); y (n, classes), or (n, 1) for two arms."""
    whole_number("classes", classes, 2)
    if classes > 8:
        raise ValueError(f"classes is {classes}; more than 8 spirals cannot be told apart")
    arms = []
    for arm, count in enumerate(_counts(n, classes)):
        along = np.linspace(0.1, 1, count)
        turn = 1.5 * np.pi * along + 2 * np.pi * arm / classes
        arms.append(2 * along[:, None] * np.column_stack([np.cos(turn), np.sin(turn)]))
    names = tuple(f"arm {arm}" for arm in range(classes))
    return _scattered("spirals", arms, names, noise, seed)


def noisy_line(n: int = 50, noise: float = 0.2, seed: int = 0) -> Data:
    """y = 2 x + 0.5 with noise, at random x from -1 to 1: x (n, 1), y (n, 1)."""
    whole_number("n", n, 2)
    rng = np.random.default_rng(checks.seed(seed))
    x = rng.uniform(-1, 1, (n, 1))
    y = SLOPE * x + INTERCEPT + non_negative("noise", noise) * rng.standard_normal((n, 1))
    source = f"y = {SLOPE:g} x + {INTERCEPT:g} and noise of {noise:g}, made from seed {seed}"
    return Data("noisy line", x, y, source=source)


def _scattered(
    name: str, arms: list[Floats], classes: tuple[str, ...], noise: float, seed: int
) -> Data:
    """The points of all arms, with noise, shuffled so that a batch holds every class."""
    rng = np.random.default_rng(checks.seed(seed))
    x = np.concatenate(arms)
    labels = np.repeat(np.arange(len(arms)), [len(arm) for arm in arms])
    x = x + non_negative("noise", noise) * rng.standard_normal(x.shape)
    order = rng.permutation(len(x))
    return of_classes(name, x[order], labels[order], classes, f"made from seed {seed}")


def _counts(n: int, classes: int) -> list[int]:
    """n points over the classes, as evenly as it goes."""
    whole_number("n", n, 2 * classes)
    return [n // classes + (one < n % classes) for one in range(classes)]
