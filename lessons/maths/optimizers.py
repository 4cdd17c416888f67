"""Optimizers: what is done with a gradient, once backpropagation has computed it.

All of them have one small interface, for two numbers on a surface and for all the parameters of a
network in one vector:

>>> import numpy as np
>>> theta, mover = np.array([3.0, 0.5]), GradientDescent(lr=0.01)
>>> mover.step(theta, np.array([2.0, 12.0]))
>>> theta.tolist()
[2.98, 0.38]

``step`` changes ``theta`` in place and never the gradient. What an optimizer remembers between
steps lies in ``state``, under the letters of its formula, as arrays of the shape of ``theta``.

In this order a step clips the gradient, adds the weight decay to it, and moves. SGD is no class of
its own: it is :class:`GradientDescent` fed with the gradient of a mini-batch. The formulas are
those of PyTorch, and agree with it to rounding; where the two differ, the class says so.
"""

from __future__ import annotations

import copy
import math
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from lessons.maths.schedules import Rate, checked_lr, positive, rate_at


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
        self._weight_decay = _from_0("weight_decay", weight_decay)

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


class GradientDescent(Optimizer):
    """``theta = theta - lr * g``: the plain step against the gradient, without memory."""

    name = "gradient descent"
    formula = "theta = theta - lr * g"

    def _move(self, theta: np.ndarray, g: np.ndarray, lr: float) -> None:
        theta -= lr * g


class Momentum(Optimizer):
    """A velocity ``v`` that keeps the share ``mu`` of itself; the step is ``lr * v``.

    There are two forms, and books name both "momentum". ``form="sum"``: ``v = mu*v + g``, as
    PyTorch has it; under a steady gradient v grows to g / (1 - mu), ten times g for mu = 0.9.
    ``form="average"``: ``v = mu*v + (1 - mu)*g``; v grows to g itself. One is the other with lr
    multiplied by 1 - mu. v begins at 0. (PyTorch's ``dampening=mu`` is the average, but for its
    first step, which takes the whole g.)
    """

    name = "momentum"
    formula = "v = mu*v + g;  theta = theta - lr * v"

    def __init__(self, lr: Rate, mu: float = 0.9, form: str = "sum", **settings: Any) -> None:
        super().__init__(lr, **settings)
        if form not in ("sum", "average"):
            raise ValueError(
                f"form is {form!r}; choose 'sum' for v = mu*v + g, or 'average' for "
                f"v = mu*v + (1 - mu)*g"
            )
        self.mu = _share("mu", mu)
        self.form = form

    def _move(self, theta: np.ndarray, g: np.ndarray, lr: float) -> None:
        v = self._memory("v", theta)
        v *= self.mu
        v += g if self.form == "sum" else (1 - self.mu) * g
        theta -= lr * v

    def _own_settings(self) -> dict[str, Any]:
        return {"mu": self.mu, "form": self.form}


class Nesterov(Optimizer):
    """Momentum that looks ahead: ``v = mu*v + g``, and the step is ``lr * (g + mu*v)``.

    The form of PyTorch, of Sutskever's and of most libraries: Nesterov's gradient "at the place
    where momentum will have led", written for the shifted parameters, so that no second gradient
    is needed. v begins at 0.
    """

    name = "nesterov"
    formula = "v = mu*v + g;  theta = theta - lr * (g + mu*v)"

    def __init__(self, lr: Rate, mu: float = 0.9, **settings: Any) -> None:
        super().__init__(lr, **settings)
        self.mu = _share("mu", mu)

    def _move(self, theta: np.ndarray, g: np.ndarray, lr: float) -> None:
        v = self._memory("v", theta)
        v *= self.mu
        v += g
        theta -= lr * (g + self.mu * v)

    def _own_settings(self) -> dict[str, Any]:
        return {"mu": self.mu}


class RMSProp(Optimizer):
    """Each parameter's step is divided by the size that its gradients have had lately.

    ``s = beta*s + (1 - beta)*g**2``, and the step is ``lr * g / (sqrt(s) + epsilon)``. s begins at
    0 and is not corrected for it, so the first step has the length lr / sqrt(1 - beta) in every
    parameter. As in PyTorch epsilon stands outside the root; its ``alpha`` is our ``beta``, and
    defaults to 0.99 there.
    """

    name = "rmsprop"
    formula = "s = beta*s + (1 - beta)*g**2;  theta = theta - lr * g / (sqrt(s) + epsilon)"

    def __init__(self, lr: Rate, beta: float = 0.9, epsilon: float = 1e-8, **settings: Any) -> None:
        super().__init__(lr, **settings)
        self.beta = _share("beta", beta)
        self.epsilon = positive("epsilon", epsilon)

    def _move(self, theta: np.ndarray, g: np.ndarray, lr: float) -> None:
        s = self._memory("s", theta)
        s *= self.beta
        s += (1 - self.beta) * g * g
        theta -= lr * g / (np.sqrt(s) + self.epsilon)

    def _own_settings(self) -> dict[str, Any]:
        return {"beta": self.beta, "epsilon": self.epsilon}


class Adam(Optimizer):
    """Momentum in the average form, divided by RMSProp's root, both corrected for their zero start.

    ``v = mu*v + (1 - mu)*g`` and ``s = beta*s + (1 - beta)*g**2``; after step t (from 1) they hold
    only the shares 1 - mu**t and 1 - beta**t of a full average, so both are divided by these. The
    step is ``lr * v_hat / (sqrt(s_hat) + epsilon)``: epsilon outside the root. The first step has
    the length lr in every parameter, however small or large the gradient is. PyTorch calls v and s
    ``exp_avg`` and ``exp_avg_sq``, the paper m and v; mu and beta are beta1 and beta2.
    """

    name = "adam"
    formula = (
        "v = mu*v + (1 - mu)*g;  s = beta*s + (1 - beta)*g**2;  "
        "theta = theta - lr * (v / (1 - mu**t)) / (sqrt(s / (1 - beta**t)) + epsilon)"
    )

    def __init__(
        self,
        lr: Rate,
        mu: float = 0.9,
        beta: float = 0.999,
        epsilon: float = 1e-8,
        **settings: Any,
    ) -> None:
        super().__init__(lr, **settings)
        self.mu = _share("mu", mu)
        self.beta = _share("beta", beta)
        self.epsilon = positive("epsilon", epsilon)

    def _move(self, theta: np.ndarray, g: np.ndarray, lr: float) -> None:
        v, s = self._memory("v", theta), self._memory("s", theta)
        t = self.steps + 1
        v *= self.mu
        v += (1 - self.mu) * g
        s *= self.beta
        s += (1 - self.beta) * g * g
        v_hat, s_hat = v / (1 - self.mu**t), s / (1 - self.beta**t)
        theta -= lr * v_hat / (np.sqrt(s_hat) + self.epsilon)

    def _own_settings(self) -> dict[str, Any]:
        return {"mu": self.mu, "beta": self.beta, "epsilon": self.epsilon}


#: The optimizers of the course by name, in the order of the lesson and of the menus.
OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.name: kind for kind in (GradientDescent, Momentum, Nesterov, RMSProp, Adam)
}


def optimizer(name: str, lr: Rate, **settings: Any) -> Optimizer:
    """An optimizer by name: gradient descent, momentum, nesterov, rmsprop or adam.

    ``settings`` are those of its class: ``mu``, ``form``, ``beta``, ``epsilon``, ``clip``,
    ``weight_decay``. Raises ``ValueError`` for an unknown name, ``TypeError`` for a setting that
    this optimizer does not have; each names those that there are.

    >>> optimizer("momentum", lr=0.1)
    Momentum(lr=0.1, mu=0.9, form='sum')
    """
    if not isinstance(name, str):
        raise TypeError(f"the optimizer's name is {name!r}; give it as text, such as 'adam'")
    kind = OPTIMIZERS.get(name.lower().replace("_", " ").replace("-", " "))
    if kind is None and name == "averaged momentum":
        return optimizer("momentum", lr, **{"form": "average", **settings})
    if kind is None:
        hint = ""
        if name.lower() == "sgd":
            hint = "; SGD is 'gradient descent' with the gradient of a mini-batch"
        raise ValueError(
            f"there is no optimizer {name!r}; choose one of {', '.join(OPTIMIZERS)}{hint}"
        )
    try:
        return kind(lr, **settings)
    except TypeError as error:
        if "unexpected keyword" not in str(error):
            raise
        known = [*kind(1.0)._own_settings(), "clip", "weight_decay"]
        wrong = [given for given in settings if given not in known]
        raise TypeError(
            f"{kind.name} has no setting {', '.join(wrong)}; it has lr, {', '.join(known)}"
        ) from None


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


def _share(name: str, value: Any) -> float:
    value = _from_0(name, value)
    if value >= 1:
        raise ValueError(
            f"{name} is {value:g}; give a share from 0 up to 1, such as 0.9: with 1 nothing that "
            f"it remembers would ever fade"
        )
    return value


def _from_0(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r}; give it a number")
    value = float(value)
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{name} is {value:g}; give a finite number, 0 or more")
    return value


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
