"""Networks of dense layers: forward, what is kept for the way back, and backward.

A sample is a row: a batch x is (n, in). A layer has W (out, in) and b (out,). It takes the output a
of the layer before and computes ``z = a @ W.T + b``, then ``a = g(z)``. The loss is the mean over
the batch. Layers count from 1 in names (W1, b1) and from 0 in tuples.

All parameters lie in one vector, ``theta``: an optimizer moves that, and every W and b is a view
into it. The gradient by them has the same layout.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lessons.maths import checks
from lessons.maths.networks.activations import ARRAY_ACTIVATIONS, ARRAY_LOSSES, Array, softmax
from lessons.maths.networks.arguments import (
    HIDDEN,
    as_floats,
    checked_activations,
    checked_inputs,
    checked_loss,
    checked_sizes,
    checked_targets,
    refuse_no_labels,
    refuse_not_finite,
    shapes_of,
)
from lessons.maths.networks.initialisers import initial_weights

__all__ = ["HIDDEN", "Backward", "Forward", "Network", "Parameters"]


class Parameters:
    """One vector, and each layer's W (out, in) and b (out,) as views into it.

    It holds the parameters of a network, or the gradient by them. ``layers`` are the parts of the
    vector that belong to one layer each.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        shapes = shapes_of(sizes)
        self.flat = np.zeros(sum(out * into + out for out, into in shapes))
        self.layers: list[Array] = []
        self.W: tuple[Array, ...] = ()
        self.b: tuple[Array, ...] = ()
        start = 0
        for out, into in shapes:
            layer = self.flat[start : start + out * into + out]
            self.layers.append(layer)
            self.W += (layer[: out * into].reshape(out, into),)
            self.b += (layer[out * into :],)
            start += len(layer)

    def named(self) -> dict[str, Array]:
        """The views by name: ``{"W1": ..., "b1": ..., "W2": ...}``."""
        found = {}
        for i, (W, b) in enumerate(zip(self.W, self.b, strict=True), start=1):
            found[f"W{i}"], found[f"b{i}"] = W, b
        return found


class Forward:
    """What a forward pass leaves: ``x``, and each layer's ``z`` and ``a``; a[-1] is the output.

    Each is (n, out), or (out,) where one sample was given. ``theta`` is a copy of the parameters
    that it was computed with: the way back has to go through the same ones. In a training, which
    goes back at once, it is None.
    """

    __slots__ = ("a", "theta", "x", "z")

    def __init__(
        self, x: Array, z: Sequence[Array], a: Sequence[Array], theta: Array | None
    ) -> None:
        self.x = x
        self.z = tuple(z)
        self.a = tuple(a)
        self.theta = theta


class Backward:
    """What a backward pass leaves: the ``loss``, and its gradient by everything on the way.

    ``dL_dW`` and ``dL_db`` have the shapes of W and b, ``dL_dz`` and ``dL_da`` those of z and a
    (dL_da is by the layer's output), ``dL_dx`` that of x. ``dL_dtheta`` is the flat one, and
    ``gradients`` has its parts by name.
    """

    __slots__ = ("_parameters", "dL_da", "dL_dtheta", "dL_dx", "dL_dz", "loss")

    def __init__(
        self,
        loss: float,
        gradient: Parameters,
        dL_dz: Sequence[Array],
        dL_da: Sequence[Array],
        dL_dx: Array,
    ) -> None:
        self.loss = loss
        self._parameters = gradient
        self.dL_dtheta = gradient.flat
        self.dL_dz = tuple(dL_dz)
        self.dL_da = tuple(dL_da)
        self.dL_dx = dL_dx

    @property
    def dL_dW(self) -> tuple[Array, ...]:
        return self._parameters.W

    @property
    def dL_db(self) -> tuple[Array, ...]:
        return self._parameters.b

    @property
    def gradients(self) -> dict[str, Array]:
        return self._parameters.named()

    @property
    def norms(self) -> tuple[float, ...]:
        """The length of each layer's part of the gradient, its weights and bias together."""
        return tuple(math.sqrt(layer.dot(layer)) for layer in self._parameters.layers)


def as_given(x: Array, *results: Any) -> tuple[Any, ...]:
    """Rows as they are for a batch; for one sample each array without its first dimension."""
    if x.ndim == 2:
        return results
    return tuple(r[0] if isinstance(r, np.ndarray) else [each[0] for each in r] for r in results)


class Network:
    """Dense layers of the given ``sizes``: (64, 32, 10) takes 64 inputs, and has 32 and 10 units.

    ``hidden`` is the activation of the hidden layers, one for all or one for each; ``output`` is
    that of the last layer, and ``loss`` what stands behind it. ``init`` is "zeros", "normal",
    "xavier", "he" or ("normal", std), with biases of 0; or the parameters themselves, by name:
    ``{"W1": ..., "b1": ..., ...}``. Raises ``ValueError`` or ``TypeError`` for what does not fit.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        hidden: str | Sequence[str] = "relu",
        output: str = "identity",
        loss: str = "half_squared_error",
        init: str | tuple[str, float] | Mapping[str, Any] = "he",
        seed: int = 0,
    ) -> None:
        self.sizes = checked_sizes(sizes)
        self.activations = checked_activations(len(self.sizes) - 1, hidden, output)
        self.loss = checked_loss(loss, output, self.sizes[-1])
        self.init = init
        self.seed = checks.seed(seed)
        self._parameters = Parameters(self.sizes)
        self._loss = ARRAY_LOSSES[loss]
        rules = [ARRAY_ACTIVATIONS[name] for name in self.activations]
        self._layers = [(W, W.T, b, rule) for W, b, rule in zip(self.W, self.b, rules, strict=True)]
        self._reversed_layers = list(enumerate(self._layers))[::-1]
        self.initialise()

    # The parameters.

    @property
    def theta(self) -> Array:
        """All parameters, (P,). What is assigned is copied in, so that W and b stay views."""
        return self._parameters.flat

    @theta.setter
    def theta(self, values: Any) -> None:
        values = as_floats("theta", values)
        if values.shape != self.theta.shape:
            raise ValueError(
                f"theta has the shape {values.shape}, and this network with the sizes {self.sizes} "
                f"has {self.theta.shape}; take the parameters of one of the same sizes"
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
        """``{"W1": ..., "b1": ..., "W2": ...}``, views all of them."""
        return self._parameters.named()

    def initialise(self, seed: int | None = None) -> None:
        """Fresh parameters. The same seed gives the same numbers, every time."""
        seed = self.seed if seed is None else checks.seed(seed)
        self.theta = _initial(self.init, self.sizes, seed).flat
        self.seed = seed

    def copy(self) -> Network:
        """Another network with the same parameters, which changes on its own."""
        *hidden, output = self.activations
        other = Network(self.sizes, hidden, output, self.loss, self.init, self.seed)
        other.theta = self.theta
        return other

    def __deepcopy__(self, memo: Any) -> Network:
        return self.copy()  # entry by entry, the views would come loose from theta

    __copy__ = copy

    # Forward and backward: all the arithmetic there is. Training runs on it too.

    @np.errstate(all="ignore")
    def forward(self, x: Any) -> Forward:
        """The way forward, for a batch (n, in) or one sample (in,)."""
        x = checked_inputs(x, self.W[0].shape)
        z, a = self._layer_by_layer(np.atleast_2d(x))
        z, a = as_given(x, z, a)
        return Forward(x, z, a, self.theta.copy())

    def _layer_by_layer(self, a: Array) -> tuple[list[Array], list[Array]]:
        """z and a of every layer, for a batch."""
        all_z, all_a = [], []
        for _, W_T, b, rule in self._layers:
            z = np.dot(a, W_T)  # a @ W.T, said in the fastest way
            z += b
            a = rule.value(z)
            all_z.append(z)
            all_a.append(a)
        return all_z, all_a

    def backward(self, forward: Forward, y: Any, into: Parameters | None = None) -> Backward:
        """The way back, from the loss against the targets ``y`` of the shape of the output.

        Raises ``ValueError`` for targets that do not fit, and where the parameters are no longer
        those of the way forward. The gradient is written ``into`` what is given, if anything.
        """
        x, z, a, y = self._rows_of(forward, y)
        into_layer, trains = [x, *a], forward.theta is None
        gradient, all_dL_dz, all_dL_da = into or Parameters(self.sizes), [], []
        with np.errstate(all="ignore"):
            # The loss is the mean over the rows: its 1/n is in dL_da, and in all that comes of it.
            loss, dL_da = self._loss(a[-1], y)
            for i, (W, _, _, rule) in self._reversed_layers:
                all_dL_da.append(dL_da)
                dL_dz = rule.back(dL_da, z[i], a[i])  # dL_da * g'(z)
                gradient.W[i][:] = dL_dz.T @ into_layer[i]
                gradient.b[i][:] = dL_dz.sum(axis=0)
                if i or not trains:  # the gradient by the inputs trains nothing
                    dL_da = dL_dz @ W  # of the layer before
                all_dL_dz.append(dL_dz)
        dL_dx = np.empty(0) if trains else dL_da
        dL_dz, dL_da, dL_dx = as_given(forward.x, all_dL_dz[::-1], all_dL_da[::-1], dL_dx)
        return Backward(loss, gradient, dL_dz, dL_da, dL_dx)

    def _rows_of(
        self, forward: Forward, y: Any
    ) -> tuple[Array, Sequence[Array], Sequence[Array], Array]:
        """x, z, a and y as rows, checked: the parameters are the same, and the targets fit."""
        if forward.theta is None:  # a batch of training, whose data were checked before
            return forward.x, forward.z, forward.a, y
        if not np.array_equal(forward.theta, self.theta, equal_nan=True):
            raise ValueError(
                "the parameters of this network are not those of this forward pass (they were "
                "updated, or it is of another network); run forward(x) again before backward"
            )
        y = self._checked_targets(y, forward.a[-1].shape)
        z, a = (list(map(np.atleast_2d, rows)) for rows in (forward.z, forward.a))
        return np.atleast_2d(forward.x), z, a, np.atleast_2d(y)

    # What the outputs say.

    def predict(self, x: Any) -> Array:
        """The output, or probabilities where the loss takes logits: (n, out), or (out,)."""
        return self.read_output(self.forward(x).a[-1])

    def read_output(self, output: Array) -> Array:
        """What :meth:`predict` makes of an output of the last layer, (n, out) or (out,)."""
        if self.loss == "categorical_cross_entropy_from_logits":
            return softmax(np.atleast_2d(output)).reshape(output.shape)
        if self.loss == "binary_cross_entropy_from_logits":
            return ARRAY_ACTIVATIONS["sigmoid"].value(output)
        return output

    def classify(self, x: Any) -> Array:
        """The class of each sample, (n,) of int: the largest output; of one output, 1 above 1/2."""
        return _classes(np.atleast_2d(self.predict(x)))

    def mean_loss(self, x: Any, y: Any) -> float:
        """The loss of a batch or a sample, the mean over the samples. Infinity where it is."""
        output = self.forward(x).a[-1]
        y = self._checked_targets(y, output.shape)
        with np.errstate(all="ignore"):
            return self._loss(np.atleast_2d(output), np.atleast_2d(y))[0]

    def accuracy(self, x: Any, y: Any) -> float:
        """The share of samples that are classified right, 0 to 1. ``ValueError`` for no labels."""
        output = self.forward(x).a[-1]
        y = self._checked_targets(y, output.shape)
        return self.accuracy_of(np.atleast_2d(output), np.atleast_2d(y))

    def accuracy_of(self, output: Array, y: Array) -> float:
        """The share of the rows of an output (n, out) that agree with the labels, (n, out)."""
        refuse_no_labels(y)
        return float(np.mean(_classes(self.read_output(output)) == _classes(y)))

    def _checked_targets(self, y: Any, shape: tuple[int, ...]) -> Array:
        return checked_targets(self.loss, y, shape, len(self.W))

    def __repr__(self) -> str:
        *hidden, output = self.activations
        init = "given" if isinstance(self.init, Mapping) else repr(self.init)
        return (
            f"Network({self.sizes}, hidden={hidden}, output={output!r}, loss={self.loss!r}, "
            f"init={init}, seed={self.seed})"
        )


def _classes(prediction: Array) -> Array:
    if prediction.shape[1] == 1:
        return (prediction[:, 0] > 0.5).astype(int)
    return np.argmax(prediction, axis=1)


def _initial(init: Any, sizes: Sequence[int], seed: int) -> Parameters:
    """The parameters to start with; layer after layer draws from one generator."""
    fresh = Parameters(sizes)
    if not isinstance(init, Mapping):
        rng = np.random.default_rng(seed)
        for W in fresh.W:
            W[...] = initial_weights(init, W.shape[0], W.shape[1], rng)
        return fresh
    named = fresh.named()
    if set(init) != set(named):
        raise ValueError(
            f"init holds {', '.join(map(str, init)) or 'nothing'}, and a network of the sizes "
            f"{sizes} has {', '.join(named)}; give each of them"
        )
    for name, view in named.items():
        given = as_floats(name, init[name])
        if given.shape != view.shape:
            raise ValueError(
                f"{name} has the shape {given.shape}, and layer {name[1:]} of the sizes {sizes} "
                f"needs {view.shape}"
            )
        refuse_not_finite(name, given)
        view[...] = given
    return fresh
