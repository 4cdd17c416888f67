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

from typing import Any

import numpy as np

from lessons.maths.checks import non_negative, positive
from lessons.maths.optimizers.base import Optimizer
from lessons.maths.optimizers.schedules import Rate


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


def _share(name: str, value: Any) -> float:
    value = non_negative(name, value)
    if value >= 1:
        raise ValueError(
            f"{name} is {value:g}; give a share from 0 up to 1, such as 0.9: with 1 nothing that "
            f"it remembers would ever fade"
        )
    return value
