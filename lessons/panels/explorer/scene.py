"""What is on show: a record, its gradient, and how far the learner has stepped through them.

A scene is a plain value. Every picture is a function of one, so that the diagram, the formula, the
table, the code and the sentence cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from lessons.maths.scalar.gradient import BackwardStep, Gradient
from lessons.maths.scalar.record import Record, Step

Phase = Literal["inputs", "forward", "seed", "backward", "update"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One position of the stepper: its phase, and which step of that phase it is (from 0)."""

    phase: Phase
    index: int = 0


@dataclass(frozen=True)
class Scene:
    """A record at one position of the stepper.

    ``gradient`` is None where no backward pass is shown. ``of`` is what is differentiated: the
    output itself, or ``L`` where an upstream gradient stands for what comes after. ``chosen`` is
    the value that the learner picked out ("" for none). ``updated`` names the inputs that a
    gradient step changes, ``lr`` is its learning rate.
    """

    record: Record
    gradient: Gradient | None
    at: int
    of: str
    chosen: str = ""
    updated: tuple[str, ...] = ()
    lr: float = 0.1

    # Positions: 0 shows the inputs, then come the forward steps, the seed of the backward pass, its
    # steps, and the update. They are counted, not listed: a long computation has many.

    @cached_property
    def last(self) -> int:
        """The highest position."""
        if self.gradient is None:
            return len(self.record.steps)
        return self._seed + len(self.gradient.steps) + bool(self.updated)

    @property
    def _seed(self) -> int:
        return len(self.record.steps) + 1

    @cached_property
    def now(self) -> Moment:
        return self.moment(self.at)

    def moment(self, at: int) -> Moment:
        """What a position shows."""
        if at == 0:
            return Moment("inputs")
        if at < self._seed:
            return Moment("forward", at - 1)
        if at == self._seed:
            return Moment("seed")
        if at == self.last and self.updated:
            return Moment("update")
        return Moment("backward", at - self._seed - 1)

    @property
    def end(self) -> int:
        """The position at which all passes are complete; the update is not a part of them."""
        return self.last - (self.gradient is not None and bool(self.updated))

    @property
    def forward_done(self) -> int:
        """How many forward steps have been taken."""
        return min(self.at, len(self.record.steps))

    @property
    def seeded(self) -> bool:
        """Whether the gradient has been put on the output."""
        return self.gradient is not None and self.at > len(self.record.steps)

    @property
    def backward_done(self) -> int:
        """How many backward steps have been taken."""
        if self.gradient is None:
            return 0
        return max(0, min(self.at - len(self.record.steps) - 1, len(self.gradient.steps)))

    @property
    def step(self) -> Step | None:
        """The forward step of this moment."""
        return self.record.steps[self.now.index] if self.now.phase == "forward" else None

    @property
    def backward_step(self) -> BackwardStep | None:
        """The backward step of this moment."""
        if self.gradient is None or self.now.phase != "backward":
            return None
        return self.gradient.steps[self.now.index]

    @property
    def backwards(self) -> bool:
        """Whether the backward pass, or what follows it, is on show."""
        return self.now.phase in ("seed", "backward", "update")

    @cached_property
    def known(self) -> frozenset[str]:
        """The names whose values have been computed."""
        done = (step.name for step in self.record.steps[: self.forward_done])
        return frozenset([*self.record.inputs, *done])

    @cached_property
    def totals(self) -> dict[str, float]:
        """For every name that the gradient has reached, the sum so far."""
        if self.gradient is None or not self.seeded:
            return {}
        totals = {self.record.output: self.gradient.upstream}
        for step in self.gradient.steps[: self.backward_done]:
            totals[step.to] = step.total
        if self.backward_done == len(self.gradient.steps):
            totals = {name: totals.get(name, 0.0) for name in self.record.values}
        return totals

    @cached_property
    def active(self) -> str:
        """The name that this moment is about ("" for the inputs and the update)."""
        if self.step:
            return self.step.name
        if self.backward_step:
            return self.backward_step.to
        return self.record.output if self.now.phase == "seed" else ""

    @property
    def focus(self) -> str:
        """The name whose chain is shown: the chosen one, otherwise the active one."""
        return self.chosen or self.active

    def position(self, phase: Phase) -> int:
        """The first position of a phase; the last of all where the phase is not shown."""
        places = {"inputs": 0, "forward": min(1, self.last)}
        if self.gradient is not None:
            places |= {"seed": self._seed, "backward": min(self._seed + 1, self.end)}
        return places.get(phase, self.last)

    def line_of(self, name: str) -> int | None:
        """The source line that computes a name; None for an input."""
        step = self.record.by_name.get(name)
        return step.line if step else None

    @property
    def active_line(self) -> int | None:
        """The line that this moment executes, or whose derivative it uses."""
        if self.step:
            return self.step.line
        if self.backward_step:
            return self.line_of(self.backward_step.from_)
        return self.line_of(self.record.output) if self.now.phase == "seed" else None

    @property
    def chosen_lines(self) -> frozenset[int]:
        """The lines of the chosen value: where it is computed, or for an input where it is used."""
        if not self.chosen:
            return frozenset()
        own = self.line_of(self.chosen)
        users = (s.line for s in self.record.steps if self.chosen in s.inputs)
        lines: Iterable[int | None] = users if own is None else [own]
        return frozenset(line for line in lines if line is not None)
