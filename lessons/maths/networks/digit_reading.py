"""How a network reads one image of a digit: its probabilities, what they are sums of, and what
would change them. All of it comes from one forward pass, and one backward pass for each target."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lessons.maths.networks.network import Forward, Network

Floats = NDArray[np.float64]

PIXELS, CLASSES = 64, 10
_LOSSES = ("categorical_cross_entropy_from_logits", "categorical_cross_entropy")


class Reason(NamedTuple):
    """What one unit before the last layer adds to two sums z: ``a`` times a weight, for each."""

    unit: int
    a: float
    for_guess: float
    for_rival: float

    @property
    def ahead(self) -> float:
        """By how much it puts the guess ahead of its rival."""
        return self.for_guess - self.for_rival


@dataclass(frozen=True, eq=False)
class Reading:
    """An image ``x`` (64,) as ``network`` reads it. Made by :func:`read_digit`.

    ``towards`` is the digit that the image could become: a given one, or the next probable after
    the guess. ``rival`` is the one that the guess is compared with: that digit, or the next
    probable where it is the guess already.
    """

    network: Network
    forward: Forward
    probabilities: Floats
    guess: int
    rival: int
    towards: int

    @property
    def x(self) -> Floats:
        """The image, (64,)."""
        return self.forward.x

    @property
    def z(self) -> Floats:
        """The sums of the last layer, (10,), before the softmax."""
        return self.forward.z[-1]

    @property
    def before(self) -> Floats:
        """What the last layer takes in: the hidden units, or the pixels where there are none."""
        return self.forward.a[-2] if len(self.forward.a) > 1 else self.forward.x

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """What each unit adds for the guess and for its rival, the most telling first."""
        W = self.network.W[-1]
        found = [
            Reason(unit, a, a * W[self.guess, unit], a * W[self.rival, unit])
            for unit, a in enumerate(self.before.tolist())
        ]
        # Rounded, so that equal ones stand in the same order on every machine.
        return tuple(sorted(found, key=lambda one: (-round(abs(one.ahead), 9), one.unit)))

    @cached_property
    def dL_dx(self) -> Floats:
        """The gradient of the loss by each pixel, (64,), as if the image were a ``towards``."""
        target = np.eye(CLASSES)[self.towards]
        return self.network.backward(self.forward, target).dL_dx


def read_digit(network: Network, x: Any, towards: int | None = None) -> Reading:
    """Read an image (64,), with ink from 0 to 1. ``towards`` None is the next probable digit.

    Raises ``ValueError`` where the network cannot read digits, or its weights are no numbers.
    """
    forward = network.forward(x)
    probabilities = network.read_output(forward.a[-1])
    if not np.isfinite(probabilities).all():
        raise ValueError(
            "the network's probabilities are not finite, for its weights are not; initialise it, "
            "and train it with a smaller learning rate"
        )
    guess, second = np.argsort(-probabilities, kind="stable")[:2].tolist()
    towards = second if towards is None else towards
    rival = second if towards == guess else towards
    return Reading(network, forward, probabilities, guess, rival, towards)


def check_reader(network: Any) -> Network:
    """The network, where it can read digits: 64 numbers in, 10 probabilities out."""
    if not isinstance(network, Network):
        raise TypeError(f"this is no Network but {type(network).__name__}; make one first")
    if (network.sizes[0], network.sizes[-1]) != (PIXELS, CLASSES):
        raise ValueError(
            f"the network has the sizes {network.sizes}, and one that reads digits takes {PIXELS} "
            f"pixels and has {CLASSES} outputs; make one such as Network((64, 32, 10), ...)"
        )
    if network.loss not in _LOSSES:
        raise ValueError(
            f"the network has the loss {network.loss!r}, so that its outputs are no probabilities; "
            f"make it with loss={_LOSSES[0]!r}"
        )
    return network


def nudged(reading: Reading, most: float) -> Floats:
    """The image one step against ``dL_dx``, nearer to ``towards``: (64,), within 0 and 1.

    The step is as long as it takes for the pixel with the steepest slope to change by ``most``.
    """
    slope = reading.dL_dx
    steepest = float(np.abs(slope).max())
    if steepest == 0:
        return reading.x.copy()
    return np.clip(reading.x - most / steepest * slope, 0.0, 1.0)
