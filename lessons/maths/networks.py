"""Networks of dense layers: forward, what is kept for the way back, and backward.

A sample is a row: a batch x is (n, in). A layer has W (out, in) and b (out,), and computes
``z = a @ W.T + b`` and ``a = g(z)`` from the output a of the layer before. Layers count from 1 in
names (W1, b1) and from 0 in tuples. The loss is the mean over the batch.

All parameters lie in one vector, ``theta``: an optimizer moves that, and every W and b is a view
into it. A gradient has the same layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lessons.maths.array_rules import (
    ARRAY_ACTIVATIONS,
    ARRAY_LOSSES,
    Array,
    as_floats,
    checked_targets,
    refuse_not_finite,
    softmax,
)
from lessons.maths.functions import ACTIVATIONS
from lessons.maths.initialisers import initial_weights, standard_deviation
from lessons.maths.loss_table import LOSSES, misfit

#: What may stand behind a hidden layer; behind the last one, softmax too.
HIDDEN: tuple[str, ...] = ("identity", *ACTIVATIONS)


class Parameters:
    """One vector, and the W and b of every layer as views into it: of parameters, or a gradient."""

    def __init__(self, sizes: Sequence[int]) -> None:
        shapes = [(out, into) for into, out in pairwise(sizes)]
        self.flat = np.zeros(sum(out * into + out for out, into in shapes))
        layers, W, b, start = [], [], [], 0
        for out, into in shapes:
            layer = self.flat[start : start + out * into + out]
            layers.append(layer)
            W.append(layer[: out * into].reshape(out, into))
            b.append(layer[out * into :])
            start += len(layer)
        self.layers: tuple[Array, ...] = tuple(layers)
        self.W: tuple[Array, ...] = tuple(W)
        self.b: tuple[Array, ...] = tuple(b)

    def named(self) -> dict[str, Array]:
        """``{"W1": ..., "b1": ..., "W2": ...}``, views all of them."""
        named = {}
        for i, (W, b) in enumerate(zip(self.W, self.b, strict=True), start=1):
            named[f"W{i}"], named[f"b{i}"] = W, b
        return named


class Forward:
    """What a forward pass leaves: x, and for each layer z before and a after the activation.

    Each z and a is (n, out), or (out,) where one sample was given.
    """

    __slots__ = ("a", "theta", "x", "z")

    def __init__(self, x: Array, z: tuple[Array, ...], a: tuple[Array, ...], theta: Array) -> None:
        self.x = x
        self.z = z
        self.a = a
        #: The parameters that it was computed with: a way back through others would be wrong.
        self.theta = theta


class Backward:
    """What a backward pass leaves: the loss, and its gradient by everything on the way.

    ``dL_dW`` and ``dL_db`` have the shapes of W and b, ``dL_dz`` and ``dL_da`` those of z and a
    (``dL_da`` is by each layer's output), ``dL_dx`` that of x; ``dL_dtheta`` is flat.
    """

    __slots__ = (
        "dL_dW",
        "dL_da",
        "dL_db",
        "dL_dtheta",
        "dL_dx",
        "dL_dz",
        "gradients",
        "loss",
    )

    def __init__(
        self,
        loss: float,
        gradient: Parameters,
        dL_dz: tuple[Array, ...],
        dL_da: tuple[Array, ...],
        dL_dx: Array,
    ) -> None:
        self.loss = loss
        self.dL_dtheta = gradient.flat
        self.dL_dW = gradient.W
        self.dL_db = gradient.b
        self.gradients = gradient.named()
        self.dL_dz = dL_dz
        self.dL_da = dL_da
        self.dL_dx = dL_dx


class Network:
    """Dense layers of the given ``sizes``: (64, 32, 10) has 64 inputs and the layers 32 and 10.

    ``hidden`` is the activation of the hidden layers, one for all or one for each; ``output`` that
    of the last layer, and ``loss`` the loss behind it. ``init`` is "zeros", "normal", "xavier",
    "he", ("normal", std), or the parameters themselves: {"W1": ..., "b1": ..., ...}. Biases start
    at 0. Raises ``ValueError`` or ``TypeError`` for what does not fit, with the reason.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        hidden: str | Sequence[str] = "relu",
        output: str = "identity",
        loss: str = "half_squared_error",
        init: Any = "he",
        seed: int = 0,
    ) -> None:
        self.sizes = _checked_sizes(sizes)
        self.activations = _checked_activations(len(self.sizes) - 1, hidden, output)
        self.loss = _checked_loss(loss, output, self.sizes[-1])
        self.init = init
        self.seed = seed
        self._parameters = Parameters(self.sizes)
        self._activations = tuple(ARRAY_ACTIVATIONS[name] for name in self.activations)
        self._loss = ARRAY_LOSSES[loss]
        self.initialise()

    @property
    def theta(self) -> Array:
        """All parameters, (P,). Setting it copies the numbers in: W and b stay views of it."""
        return self._parameters.flat

    @theta.setter
    def theta(self, values: Any) -> None:
        values = as_floats("theta", values)
        if values.shape != self.theta.shape:
            raise ValueError(
                f"theta has the shape {self.theta.shape}, and the given one {values.shape}; take "
                f"the parameters of a network of the same sizes"
            )
        self.theta[:] = values

    @property
    def W(self) -> tuple[Array, ...]:
        """The weights of each layer, (out, in)."""
        return self._parameters.W

    @property
    def b(self) -> tuple[Array, ...]:
        """The biases of each layer, (out,)."""
        return self._parameters.b

    @property
    def parameters(self) -> dict[str, Array]:
        """``{"W1": ..., "b1": ..., "W2": ...}``: views, so that a change is one of the network."""
        return self._parameters.named()

    def initialise(self, seed: int | None = None) -> None:
        """Fresh parameters. One seed gives the same numbers every time."""
        seed = self.seed if seed is None else seed
        fresh = _initial(self.init, self.sizes, seed)
        self.theta[:] = fresh.flat
        self.seed = seed

    def copy(self) -> Network:
        """Another network with the same parameters, that changes on its own."""
        other = Network(
            self.sizes, self.activations[:-1], self.activations[-1], self.loss, "zeros", self.seed
        )
        other.init = self.init
        other.theta = self.theta
        return other

    def forward(self, x: Any) -> Forward:
        """The way forward for a batch (n, in) or one sample (in,)."""
        x = self._checked_inputs(x)
        z, a = self._forward(np.atleast_2d(x))
        if x.ndim == 1:
            z, a = [row[0] for row in z], [row[0] for row in a]
        return Forward(x, tuple(z), tuple(a), self.theta.copy())

    def backward(self, forward: Forward, y: Any) -> Backward:
        """The way back from the loss against the targets ``y``, of the shape of the output.

        Raises ``ValueError`` for targets that do not fit, and where the parameters have changed
        since the way forward.
        """
        if not np.array_equal(forward.theta, self.theta, equal_nan=True):
            raise ValueError(
                "the parameters have changed since this forward pass, and its numbers are of the "
                "old ones; run network.forward(x) again before network.backward"
            )
        y = checked_targets(self.loss, y, forward.a[-1].shape)
        one = forward.x.ndim == 1
        x, *rows = (np.atleast_2d(r) for r in (forward.x, *forward.z, *forward.a))
        z, a = rows[: len(self.W)], rows[len(self.W) :]
        gradient = Parameters(self.sizes)
        with np.errstate(all="ignore"):
            loss, dL_dz, dL_da = self._backward(x, z, a, np.atleast_2d(y), gradient)
            dL_dx = dL_dz[0] @ self.W[0]
        if one:
            dL_dz, dL_da, dL_dx = [r[0] for r in dL_dz], [r[0] for r in dL_da], dL_dx[0]
        return Backward(loss, gradient, tuple(dL_dz), tuple(dL_da), dL_dx)

    def _forward(self, a: Array) -> tuple[list[Array], list[Array]]:
        """z and a of every layer, for a batch."""
        every_z, every_a = [], []
        for W, b, activation in zip(self.W, self.b, self._activations):  # noqa: B905
            z = a @ W.T
            z += b
            a = activation.value(z)
            every_z.append(z)
            every_a.append(a)
        return every_z, every_a

    def _backward(
        self, x: Array, z: list[Array], a: list[Array], y: Array, gradient: Parameters
    ) -> tuple[float, list[Array], list[Array]]:
        """The loss, dL_dz and dL_da of every layer; the rest is written into ``gradient``."""
        loss, dL_da = self._loss(a[-1], y)
        every_dL_dz, every_dL_da = [], [dL_da]
        for layer in range(len(z) - 1, -1, -1):
            dL_dz = self._activations[layer].back(dL_da, z[layer], a[layer])
            every_dL_dz.append(dL_dz)
            before = a[layer - 1] if layer else x
            np.matmul(dL_dz.T, before, out=gradient.W[layer])
            np.add.reduce(dL_dz, axis=0, out=gradient.b[layer])
            if layer:
                dL_da = dL_dz @ self.W[layer]
                every_dL_da.append(dL_da)
        return loss, every_dL_dz[::-1], every_dL_da[::-1]

    def predict(self, x: Any) -> Array:
        """The output; probabilities where the loss takes logits. (n, out), or (out,)."""
        return self.as_predictions(self.forward(x).a[-1])

    def as_predictions(self, output: Array) -> Array:
        """What :meth:`predict` makes of an output of the last layer."""
        if self.loss == "categorical_cross_entropy_from_logits":
            return softmax(np.atleast_2d(output)).reshape(output.shape)
        if self.loss == "binary_cross_entropy_from_logits":
            return ARRAY_ACTIVATIONS["sigmoid"].value(output)
        return output

    def classify(self, x: Any) -> Array:
        """The class of each sample, (n,) of int: the largest output, or 1 above one half."""
        return _classes(self.predict(np.atleast_2d(self._checked_inputs(x))))

    def mean_loss(self, x: Any, y: Any) -> float:
        """The loss of a batch, the mean over its samples."""
        output = self.forward(x).a[-1]
        y = checked_targets(self.loss, y, output.shape)
        with np.errstate(all="ignore"):
            return self._loss(np.atleast_2d(output), np.atleast_2d(y))[0]

    def accuracy(self, x: Any, y: Any) -> float:
        """The share of samples that are classified right. ``y`` is 0/1 or one-hot, as in training.

        Raises ``ValueError`` for targets that are no labels.
        """
        found = self.predict(np.atleast_2d(self._checked_inputs(x)))
        y = np.atleast_2d(as_floats("y", y))
        if y.shape != found.shape:
            checked_targets(self.loss, y, found.shape)
        return share_right(found, y)

    def _checked_inputs(self, x: Any) -> Array:
        x = as_floats("x", x)
        into = self.sizes[0]
        if x.ndim not in (1, 2) or x.shape[-1] != into:
            raise ValueError(
                f"x has the shape {x.shape}, and layer 1 takes {into} inputs, for its W1 has the "
                f"shape {self.W[0].shape}; give a batch (n, {into}) or one sample ({into},)"
            )
        if not len(x):
            raise ValueError(f"the batch x is empty, {x.shape}; give one sample or more")
        refuse_not_finite("x", x)
        return x

    def __repr__(self) -> str:
        return (
            f"Network({self.sizes}, hidden={self.activations[:-1]}, "
            f"output={self.activations[-1]!r}, loss={self.loss!r}, init={self.init!r}, "
            f"seed={self.seed})"
        )


def share_right(prediction: Array, y: Array) -> float:
    """The share of rows whose class is that of the labels; ``ValueError`` where y holds others."""
    if not ((y == 0) | (y == 1)).all():
        wrong = float(y[(y != 0) & (y != 1)][0])
        raise ValueError(
            f"y holds {wrong:g}, and accuracy counts labels, 0 or 1; for other targets look at "
            f"the loss"
        )
    return float(np.mean(_classes(prediction) == _classes(y)))


def _classes(prediction: Array) -> Array:
    if prediction.shape[1] == 1:
        return (prediction[:, 0] > 0.5).astype(int)
    return np.argmax(prediction, axis=1)


def _checked_sizes(sizes: Any) -> tuple[int, ...]:
    try:
        found = tuple(sizes)
        if len(found) < 2 or any(isinstance(s, bool) or int(s) != s or s < 1 for s in found):
            raise ValueError
    except (TypeError, ValueError):
        raise ValueError(
            f"sizes is {sizes!r}; give the number of inputs and the width of every layer, whole "
            f"numbers from 1, such as (64, 32, 10)"
        ) from None
    return tuple(int(s) for s in found)


def _checked_activations(layers: int, hidden: Any, output: Any) -> tuple[str, ...]:
    each = [hidden] * (layers - 1) if isinstance(hidden, str) else list(hidden)
    if len(each) != layers - 1:
        raise ValueError(
            f"hidden names {len(each)} activations for {layers - 1} hidden layers; give one for "
            f"all, or one for each"
        )
    for i, name in enumerate(each, start=1):
        if name not in HIDDEN:
            raise ValueError(
                f"layer {i} has the activation {name!r}; choose one of {', '.join(HIDDEN)}"
            )
    if output not in ARRAY_ACTIVATIONS:
        raise ValueError(
            f"there is no output {output!r}; choose one of {', '.join(ARRAY_ACTIVATIONS)}"
        )
    return (*each, output)


def _checked_loss(loss: str, output: str, outputs: int) -> str:
    said = misfit(loss, output)
    if said:
        raise ValueError(said)
    if loss.startswith("binary") and outputs != 1:
        raise ValueError(
            f"{loss} takes one output, and the last layer has {outputs}; for several classes use "
            f"{loss.replace('binary', 'categorical')}"
        )
    if LOSSES[loss].classes and outputs < 2:
        raise ValueError(
            f"{loss} takes one output for each class, and the last layer has {outputs}; for one "
            f"output use {loss.replace('categorical', 'binary')}"
        )
    return loss


def _initial(init: Any, sizes: tuple[int, ...], seed: int) -> Parameters:
    fresh = Parameters(sizes)
    if isinstance(init, Mapping):
        named = fresh.named()
        if set(init) != set(named):
            raise ValueError(
                f"init has {', '.join(map(str, init)) or 'nothing'}, and the network has "
                f"{', '.join(named)}"
            )
        for name, view in named.items():
            given = as_floats(name, init[name])
            if given.shape != view.shape:
                raise ValueError(
                    f"{name} has the shape {given.shape}, and layer {name[1:]} of the sizes "
                    f"{sizes} needs {view.shape}"
                )
            refuse_not_finite(name, given)
            view[...] = given
        return fresh
    rng = np.random.default_rng(seed)
    for W in fresh.W:
        out, into = W.shape
        standard_deviation(init, out, into)
        W[...] = initial_weights(init, out, into, rng)
    return fresh
