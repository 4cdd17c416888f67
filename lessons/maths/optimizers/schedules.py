"""Learning-rate schedules: the learning rate as a function of the step number, counted from 0.

Any function of one number may be the ``lr`` of an optimizer. The four here cover what is in use:
held, dropped in stairs, lowered along half a cosine, and warmed up from almost nothing. A schedule
that is one of these knows how it was made: ``print(cosine(0.1, 100))``.

A learning rate that is given as a number is above 0. A schedule may come down to 0 at its end,
which stops the weights; below 0 it would climb, and that is refused at the step where it happens.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from lessons.maths.checks import finite, positive, whole_number

#: A learning rate: a number above 0, or a function of the step number that gives one.
Rate = float | Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A function of the step number with a name: ``repr`` is the call that made it."""

    words: str
    rule: Callable[[int], float] = field(repr=False)

    def __call__(self, step: int) -> float:
        return self.rule(step)

    def __repr__(self) -> str:
        return self.words


def constant(lr: float) -> Schedule:
    """The same rate at every step. A plain number as ``lr`` does the same."""
    lr = positive_rate(lr)
    return Schedule(f"constant({lr:g})", lambda step: lr)


def step_decay(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """``lr`` times ``factor`` once for each ``every`` steps that are over: a stair downwards."""
    lr, every = positive_rate(lr), whole_number("every", every)
    factor = positive("factor", factor)
    if factor > 1:
        raise ValueError(f"factor is {factor:g}; a decay multiplies by a number from 0 to 1")
    words = f"step_decay({lr:g}, every={every}, factor={factor:g})"
    return Schedule(words, lambda step: lr * factor ** (step // every))


def cosine(lr: float, steps: int, lowest: float = 0.0) -> Schedule:
    """Half a wave from ``lr`` at step 0 down to ``lowest`` at ``steps``, and ``lowest`` from there.

    It lowers the rate slowly at first, fast in the middle, slowly at the end.
    """
    lr, steps = positive_rate(lr), whole_number("steps", steps)
    lowest = finite("lowest", lowest)
    if not 0 <= lowest <= lr:
        raise ValueError(f"lowest is {lowest:g}; give a rate from 0 to lr, which is {lr:g}")

    def rule(step: int) -> float:
        share = min(step / steps, 1.0)
        return lowest + (lr - lowest) * (1 + math.cos(math.pi * share)) / 2

    end = f", lowest={lowest:g}" if lowest else ""
    return Schedule(f"cosine({lr:g}, steps={steps}{end})", rule)


def warm_up(lr: Rate, steps: int) -> Schedule:
    """The first ``steps`` steps rise in a line to ``lr``, a number or another schedule.

    Step 0 takes 1/steps of the rate, not 0 of it: a step of length 0 would be wasted.
    """
    lr, steps = checked_lr(lr), whole_number("steps", steps)
    words = f"{lr:g}" if isinstance(lr, float) else repr(lr)

    def rule(step: int) -> float:
        return rate_at(lr, step) * min((step + 1) / steps, 1.0)

    return Schedule(f"warm_up({words}, steps={steps})", rule)


def checked_lr(lr: Any) -> Rate:
    """A learning rate as a float, or the schedule as it is. Raises for anything else."""
    return lr if callable(lr) else positive_rate(lr)


def rate_at(lr: Rate, step: int) -> float:
    """The learning rate of one step. Raises ``ValueError`` where a schedule returns nonsense."""
    if not callable(lr):
        return lr
    found = lr(step)
    is_number = isinstance(found, Real) and not isinstance(found, bool)
    if is_number and math.isfinite(found) and found >= 0:
        return float(found)
    kind = "" if is_number else "is no number: it "
    raise ValueError(
        f"the schedule {kind}returned {found!r} for step {step}; it must return a finite number, "
        f"0 or more, for every step number"
    )


def positive_rate(lr: Any) -> float:
    """A learning rate that is a number: above 0."""
    why = ": with 0 nothing would move" if lr == 0 else ": below 0 the loss would climb"
    return positive("lr", lr, why)
