"""The largest learning rate at which a training run still converges: one run, and the bound.

The task is always the same: 32 points of the plane, and a linear function of their two coordinates
that a tanh network of the given depth has to learn, all points in every step. A network of one
layer has no tanh: there the loss is a bowl, and the bound is 2 / (largest curvature).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median

import numpy as np

from lessons.maths.checks import finite, whole_setting
from lessons.maths.networks.network import Network
from lessons.maths.optimizers.optimizers import GradientDescent

STEPS = 100
WIDTH, SAMPLES = 64, 32
DEEPEST = 20
#: A run has converged when its late losses are this share of its first, or less.
SHARE = 0.1
#: A run is stopped when its loss is so many times the first, for it will not come back.
EXPLODED = 1e6
#: Rates of the search: the least one tried, the factor to the next, and how exact the bound is.
_LEAST, _FACTOR, _EXACT = 0.01, 1.3, 1.01
_MOST = 100.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One run. ``losses[i]`` is the loss after i steps, up to the last one that is a number.

    ``stopped`` is the step after which the run was given up, because its loss had exploded; None
    where it went all its steps.
    """

    depth: int
    lr: float
    seed: int
    losses: tuple[float, ...]
    stopped: int | None

    @property
    def verdict(self) -> str:
        """What became of the run.

        "converges": the loss has come down to a tenth of the first, and stays there. "explodes":
        it was stopped. "too slow": the loss fell in every step, but not so far. "bounces": it
        rose on its way, and did not come down for good.
        """
        if self.stopped is not None:
            return "explodes"
        if self.late <= SHARE * self.losses[0]:
            return "converges"
        falls = all(b <= a for a, b in zip(self.losses, self.losses[1:], strict=False))
        return "too slow" if falls else "bounces"

    @property
    def late(self) -> float:
        """The median of the last ten losses: a single spike among them does not count."""
        return median(self.losses[-10:])

    @property
    def converges(self) -> bool:
        return self.verdict == "converges"


@dataclass(frozen=True, slots=True)
class Bound:
    """``converges`` is the largest rate found to converge, ``fails`` one just above it that fails.

    Every rate that was tried below converged too, from the first that was not too slow. Beyond,
    single rates may converge by luck. ``trials`` are the runs that it took.
    """

    depth: int
    seed: int
    converges: float
    fails: float
    trials: int


def task(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The points (SAMPLES, 2) and their targets (SAMPLES, 1)."""
    x = np.random.default_rng([seed, 2]).standard_normal((SAMPLES, 2))
    return x, x @ np.array([[0.6], [-0.3]])


def network(depth: int, seed: int) -> Network:
    """The network of a depth, fresh: ``depth`` layers of weights, Xavier, tanh between them."""
    sizes = (2, *(WIDTH,) * (depth - 1), 1)
    return Network(sizes, "tanh", "identity", "half_squared_error", "xavier", seed)


def trial(depth: int, lr: float, seed: int = 0, steps: int = STEPS) -> Trial:
    """Train a fresh network of ``depth`` layers with the rate ``lr``, for so many steps.

    Raises ``ValueError`` or ``TypeError`` for a depth that is no whole number from 1 to 20, a rate
    that is not above 0, and a number of steps below 1.
    """
    depth, seed = (
        whole_setting("depth", depth, 1, DEEPEST),
        whole_setting("seed", seed, 0, 2**32 - 1),
    )
    steps, lr = whole_setting("steps", steps, 1, 10_000), finite("lr", lr)
    if lr <= 0:
        raise ValueError(f"lr is {lr:g}; give a learning rate above 0, such as 0.1")
    losses, stopped = _run(depth, lr, seed, steps)
    return Trial(depth, lr, seed, losses, stopped)


def _run(depth: int, lr: float, seed: int, steps: int) -> tuple[tuple[float, ...], int | None]:
    made, mover, (x, y) = network(depth, seed), GradientDescent(lr), task(seed)
    losses: list[float] = []
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            forward = made.forward(x)
            if step == steps:
                losses.append(made.mean_loss(x, y))
                break
            back = made.backward(forward, y)
            losses.append(back.loss)
            if not back.loss <= EXPLODED * losses[0]:  # NaN is not below it either
                break
            mover.step(made.theta, back.dL_dtheta)
    stopped = len(losses) - 1 if not losses[-1] <= EXPLODED * losses[0] else None
    while not math.isfinite(losses[-1]):
        losses.pop()
    return tuple(losses), stopped


@lru_cache(maxsize=64)
def largest_rate(depth: int, seed: int = 0) -> Bound:
    """The largest rate that converges: climb by a third until one fails, then halve the gap.

    It is exact to 1 %, and the same for the same depth and seed. Raises ``ArithmeticError`` where
    no rate converges at all; other errors are those of :func:`trial`.
    """
    low, high, trials = 0.0, _LEAST, 0
    while high < _MOST:
        trials += 1
        if trial(depth, high, seed).converges:
            low = high
        elif low:
            break
        high = _short(high * _FACTOR)
    if not low:
        raise ArithmeticError(
            f"no learning rate converges at depth {depth} with seed {seed}; take another seed"
        )
    while high / low > _EXACT:
        middle = _short(math.sqrt(low * high))
        if middle in (low, high):
            break
        trials += 1
        if trial(depth, middle, seed).converges:
            low = middle
        else:
            high = middle
    return Bound(depth, seed, low, high, trials)


def _short(lr: float) -> float:
    """A rate of three digits, as one would write it."""
    return float(f"{lr:.3g}")


@dataclass(frozen=True, slots=True)
class Game:
    """What a learner has tried, and stands before: plain values, from which all is shown.

    ``trials`` are all runs so far, the latest last, and ``bounds`` the answers that were asked for.
    """

    depths: tuple[int, ...]
    seed: int
    depth: int
    lr: float
    trials: tuple[Trial, ...] = ()
    bounds: tuple[Bound, ...] = ()

    def __post_init__(self) -> None:
        if self.depth not in self.depths:
            known = ", ".join(map(str, self.depths))
            raise ValueError(f"depth {self.depth} is not in this game; there are {known}")
        lr = finite("lr", self.lr)
        if lr <= 0:
            raise ValueError(f"lr is {lr:g}; give a learning rate above 0, such as 0.1")
        object.__setattr__(self, "lr", lr)

    def tried(self) -> Game:
        """The game after a run with the depth and the rate that are set."""
        run = trial(self.depth, self.lr, self.seed)
        others = tuple(t for t in self.trials if (t.depth, t.lr) != (run.depth, run.lr))
        return replace(self, trials=(*others, run))

    def revealed(self) -> Game:
        """The game with the largest rate at this depth on the table."""
        if self.bound(self.depth) is not None:
            return self
        return replace(self, bounds=(*self.bounds, largest_rate(self.depth, self.seed)))

    @property
    def shown(self) -> Trial | None:
        """The run with the depth and the rate that are set; None before it was tried."""
        return next((t for t in self.at(self.depth) if t.lr == self.lr), None)

    def at(self, depth: int) -> tuple[Trial, ...]:
        """The runs at a depth."""
        return tuple(t for t in self.trials if t.depth == depth)

    def best(self, depth: int) -> float | None:
        """The record at a depth: the largest rate tried that converged; None for none."""
        return max((t.lr for t in self.at(depth) if t.converges), default=None)

    def fails(self, depth: int) -> float | None:
        """The least rate tried above the record that did not converge; None for none."""
        best = self.best(depth) or 0.0
        above = (t for t in self.at(depth) if t.lr > best and not t.converges)
        return min((t.lr for t in above if t.verdict != "too slow"), default=None)

    def bound(self, depth: int) -> Bound | None:
        """The answer at a depth; None where it was not asked for."""
        return next((b for b in self.bounds if b.depth == depth), None)
