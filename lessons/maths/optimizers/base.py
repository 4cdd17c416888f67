"""What all optimizers share: the learning rate, clipping, weight decay, the memory, the checks."""

from __future__ import annotations

import copy
import math
from typing import Any, ClassVar

import numpy as np

from lessons.maths.checks import non_negative, positive
from lessons.maths.optimizers.schedules import Rate, checked_lr, rate_at


class Optimizer:
    """What all optimizers share. A subclass says in ``_move`` what it does with the gradient.

    ``lr`` is a float above 0, or a schedule: a function from the step number (0, 1, ...) to the
    rate. ``clip`` is the largest norm that a gradient may have, or None: a longer one is shortened
    to it, its direction kept. ``weight_decay`` times theta is added to the gradient, as PyTorch's
    SGD and Adam do; AdamW instead takes ``lr * weight_decay * theta`` off theta directly, past the
    scaling. All three may be changed between steps, and are checked when they are set.
    """

    #: The name for the factory and for pictures, and the formula of one step for a reader.
    name: ClassVar[str] = ""
    formula: ClassVar[str] = ""

    def __init__(self, lr: Rate, *, clip: float | None = None, weight_decay: float = 0.0) -> None:
        self.lr = lr
        self.clip = clip
        self.weight_decay = weight_decay
        #: How many steps were taken; the step under way has this number, counted from 0.
        self.steps = 0
        #: What is remembered: arrays of the shape of theta, by the letters of the formula.
        self.state: dict[str, np.ndarray] = {}

    @property
    def lr(self) -> Rate:
        """The learning rate as it was given: a number, or a schedule."""
        return self._lr

    @lr.setter
    def lr(self, lr: Rate) -> None:
        self._lr = checked_lr(lr)

    @property
    def rate(self) -> float:
        """The learning rate of the next step, a number. Raises where a schedule gives nonsense."""
        return rate_at(self._lr, self.steps)

    @property
    def clip(self) -> float | None:
        """The largest norm of a gradient, or None for no limit."""
        return self._clip

    @clip.setter
    def clip(self, clip: float | None) -> None:
        self._clip = None if clip is None else positive("clip", clip)

    @property
    def weight_decay(self) -> float:
        """The pull of every parameter towards 0; 0.0 for none."""
        return self._weight_decay

    @weight_decay.setter
    def weight_decay(self, weight_decay: float) -> None:
        self._weight_decay = non_negative("weight_decay", weight_decay)

    def step(self, theta: np.ndarray, dL_dtheta: np.ndarray) -> None:
        """Take one step: change ``theta`` in place, from a gradient of the same shape.

        Raises ``TypeError`` or ``ValueError``, and then nothing has changed.
        """
        try:
            shape = theta.shape
            fits = dL_dtheta.shape == shape and theta.dtype.kind == "f"
        except AttributeError:
            fits = False
        if not fits:
            raise _misfit(theta, dL_dtheta)
        rate = self._lr if type(self._lr) is float else rate_at(self._lr, self.steps)
        if self.steps and self.state:
            self._refuse_another_shape(shape)
        if self._clip is not None:
            dL_dtheta = clipped(dL_dtheta, self._clip)
        if self._weight_decay:
            dL_dtheta = dL_dtheta + self._weight_decay * theta
        self._move(theta, dL_dtheta, rate)
        self.steps += 1

    def _move(self, theta: np.ndarray, g: np.ndarray, lr: float) -> None:
        raise NotImplementedError("an optimizer says in _move(theta, g, lr) what its step is")

    def _memory(self, letter: str, like: np.ndarray) -> np.ndarray:
        """The remembered array of a letter; zeros before the first step."""
        if letter not in self.state:
            self.state[letter] = np.zeros_like(like)
        return self.state[letter]

    def _refuse_another_shape(self, shape: tuple[int, ...]) -> None:
        for letter, kept in self.state.items():
            if kept.shape != shape:
                raise ValueError(
                    f"theta has the shape {shape}, and {letter}, which this optimizer remembers, "
                    f"has {kept.shape}; take a new optimizer, or reset() this one"
                )

    def reset(self) -> None:
        """Forget: no steps taken, nothing remembered. The settings stay."""
        self.steps = 0
        self.state = {}

    def fresh(self) -> Optimizer:
        """Another optimizer with the same settings that has not taken a step."""
        other = copy.copy(self)
        other.reset()
        return other

    def settings(self) -> dict[str, Any]:
        """What it was made with, by the names of the arguments."""
        found: dict[str, Any] = {"lr": self._lr, **self._own_settings()}
        if self._clip is not None:
            found["clip"] = self._clip
        if self._weight_decay:
            found["weight_decay"] = self._weight_decay
        return found

    def _own_settings(self) -> dict[str, Any]:
        return {}

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
        return f"{type(self).__name__}({told})"


def clipped(g: np.ndarray, largest: float) -> np.ndarray:
    """A gradient whose norm is ``largest`` at most, its direction kept; ``g`` itself if it is.

    PyTorch's ``clip_grad_norm_`` divides by the norm plus 1e-6; here it is the norm itself, so
    that a clipped gradient has exactly the length that was asked for.
    """
    norm = norm_of(g)
    return g * (largest / norm) if norm > largest else g


def norm_of(g: np.ndarray) -> float:
    """The length of a gradient, over all its entries. Finite wherever the result is a float."""
    flat = g.ravel()
    with np.errstate(over="ignore"):
        norm = math.sqrt(flat @ flat)
    if norm == math.inf or norm < 1e-150:  # the squares left the range of a float, or may have
        size = float(np.abs(flat).max(initial=0.0))
        if 0.0 < size < math.inf:
            flat = flat / size
            norm = size * math.sqrt(flat @ flat)
    return norm


def _misfit(theta: Any, dL_dtheta: Any) -> Exception:
    """Why no step can be taken from this gradient."""
    for name, given in (("theta", theta), ("the gradient", dL_dtheta)):
        if not isinstance(given, np.ndarray):
            return TypeError(
                f"{name} is a {type(given).__name__}; give a NumPy array of floats, such as "
                f"np.array([3.0, 0.5])"
            )
    if theta.shape != dL_dtheta.shape:
        return ValueError(
            f"theta has the shape {theta.shape} and its gradient {dL_dtheta.shape}; a gradient has "
            f"the shape of its variable"
        )
    return TypeError(
        f"theta holds {theta.dtype}, which no step can change in place; make it an array of "
        f"floats: np.array([...], float)"
    )
