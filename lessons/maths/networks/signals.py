"""How large the signals of a network are, layer by layer, on the way forward and on the way back.

The size of an array is its root mean square (RMS). Sizes are absolute: ten layers whose weight
gradients are all near 1e-12 differ from one another by next to nothing, and learn nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lessons.maths.checks import choice, finite, whole_number
from lessons.maths.networks.initialisers import standard_deviation
from lessons.maths.networks.network import HIDDEN, Backward, Forward, Network

Array = np.ndarray

#: The three curves, under the names that the sizes have in :class:`LayerSignals`.
KINDS: tuple[str, ...] = ("a", "dL_dz", "dL_dW")
#: Above this a size counts as exploded; a weight gradient below the other as too small to learn by.
LARGE, SMALL = 1e3, 1e-5
#: Weight gradients of two layers that differ by this factor are uneven.
UNEVEN = 1e3
#: How many samples a :class:`UniformNetwork` is measured with, and how large it may be.
SAMPLES = 32
LIMITS = {"depth": (1, 60), "width": (1, 256)}
#: Products below this are near the end of the floats: a 0 there stands for a number.
_UNDERFLOW = -300.0


@dataclass(frozen=True, slots=True)
class LayerSignals:
    """One layer, counted from 1: the RMS of its output, of dL_dz and of dL_dW, over the batch.

    ``zeros`` is the share of its outputs that are exactly 0. ``dead`` counts the units of a ReLU
    layer that give 0 for every sample: no gradient comes through these. ``alike`` says that all
    units give the same output, sample by sample. ``lost`` names the sizes that are 0 only because
    the number is too small for a float.
    """

    layer: int
    units: int
    a: float
    dL_dz: float
    dL_dW: float
    zeros: float
    dead: int
    alike: bool
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class Signals:
    """What :func:`measure_signals` found, layer by layer. ``loss`` may be infinite, or NaN."""

    layers: tuple[LayerSignals, ...]
    loss: float

    def sizes(self, kind: str) -> tuple[float, ...]:
        """One of the three curves: "a", "dL_dz" or "dL_dW", a number for each layer."""
        if kind not in KINDS:
            raise ValueError(f"there is no curve {kind!r}; choose one of {', '.join(KINDS)}")
        return tuple(getattr(layer, kind) for layer in self.layers)

    @property
    def dead(self) -> int:
        """Dead units in all layers together."""
        return sum(layer.dead for layer in self.layers)

    @property
    def units(self) -> int:
        """Units in all layers together."""
        return sum(layer.units for layer in self.layers)

    @property
    def first_too_large(self) -> str:
        """The first size on the way forward and then back that no float can hold; "" for none."""
        forward = [(layer.layer, "a", layer.a) for layer in self.layers]
        back = [(s.layer, kind, getattr(s, kind)) for s in self.layers[::-1] for kind in KINDS[1:]]
        for layer, kind, size in (*forward, *back):
            if not math.isfinite(size):
                return f"{kind} of layer {layer}"
        return ""

    @property
    def spread(self) -> float:
        """The largest weight gradient over the smallest: 1 where all are equal. NaN if any is 0."""
        sizes = self.sizes("dL_dW")
        if not all(math.isfinite(size) and size > 0 for size in sizes):
            return math.nan
        return max(sizes) / min(sizes)

    def factor(self, kind: str) -> float:
        """By what "a" is multiplied from layer to layer, or "dL_dz" on the way back: the geometric
        mean over all layers. NaN for one layer, and where a size is 0 or too large."""
        first, last = self.sizes(kind)[0], self.sizes(kind)[-1]
        if kind != "a":
            first, last = last, first
        if len(self.layers) < 2 or not (0 < first < math.inf and 0 < last < math.inf):
            return math.nan
        return math.exp((math.log(last) - math.log(first)) / (len(self.layers) - 1))

    @property
    def verdict(self) -> str:
        """What is the matter, in a word.

        "too large" and "too small": no float holds some size. "symmetric": all units of a layer
        are alike, in every layer but the last. "dead": a whole layer, or half of all units.
        "exploding": a size above 1000, or the first layer's weight gradient 1000 times the last
        one's. "vanishing": the reverse of that. "collapsed": every weight gradient below 1e-5.
        "healthy": none of these.
        """
        sizes = self.sizes("dL_dW")
        if self.first_too_large:
            return "too large"
        if any(layer.lost for layer in self.layers):
            return "too small"
        hidden = [layer for layer in self.layers[:-1] if layer.units > 1]
        if hidden and all(layer.alike for layer in hidden):
            return "symmetric"
        if self.dead >= self.units / 2 or any(s.dead == s.units for s in self.layers):
            return "dead"
        if max(max(self.sizes(kind)) for kind in KINDS) > LARGE or sizes[0] > UNEVEN * sizes[-1]:
            return "exploding"
        if sizes[0] * UNEVEN < sizes[-1]:
            return "vanishing"
        return "collapsed" if max(sizes) < SMALL else "healthy"


@dataclass(frozen=True, slots=True)
class UniformNetwork:
    """A network of equal layers, to look at: ``depth`` layers of ``width`` units, all alike.

    ``init`` is a name of ``INITIALISERS``, or ``("normal", std)``; ``bias`` is what every bias
    starts at. The inputs and the targets are standard normal numbers, :data:`SAMPLES` samples of
    ``width`` each, and the loss is the half squared error. One seed gives the same numbers every
    time, and layers that are added leave those before them as they are.
    """

    depth: int = 10
    width: int = 64
    activation: str = "relu"
    init: Any = "he"
    bias: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in {**LIMITS, "seed": (0, 2**32 - 1)}.items():
            object.__setattr__(self, name, whole_number(name, getattr(self, name), low, high))
        choice("activation", self.activation, HIDDEN)
        if isinstance(self.init, list):  # as a dataclass that may be a key, no list
            object.__setattr__(self, "init", tuple(self.init))
        standard_deviation(self.init, 1, 1)
        object.__setattr__(self, "bias", finite("bias", self.bias))

    @property
    def std(self) -> float:
        """The standard deviation of the initial weights."""
        return standard_deviation(self.init, self.width, self.width)

    def network(self) -> Network:
        """The network, fresh."""
        sizes = (self.width,) * (self.depth + 1)
        made = Network(sizes, self.activation, self.activation, init=self.init, seed=self.seed)
        for b in made.b:
            b += self.bias
        return made

    def batch(self) -> tuple[Array, Array]:
        """Inputs and targets, both (SAMPLES, width)."""
        rng = np.random.default_rng([self.seed, 1])
        shape = SAMPLES, self.width
        return rng.standard_normal(shape), rng.standard_normal(shape)

    def signals(self) -> Signals:
        """What goes through the network before the first step of training."""
        return measure_signals(self.network(), *self.batch())


class _Size(NamedTuple):
    """The largest entry of an array, and whether it is 0 only for want of smaller floats."""

    value: float
    lost: bool


def measure_signals(network: Network, x: Any, y: Any) -> Signals:
    """Run one batch forward and back through a network, and measure what goes through each layer.

    ``x`` is (n, in) and ``y`` the targets, of the shape of the output; one sample may be given
    without n. Nothing is trained. A signal that no float can hold is infinite or NaN in the
    result, and no error. Errors are those of ``network.forward`` and ``network.backward``.
    """
    with np.errstate(all="ignore"):
        forward = network.forward(x)
        backward = network.backward(forward, y)
        layers = tuple(_layers(network, forward, backward))
    return Signals(layers, float(backward.loss))


def _layers(network: Network, forward: Forward, backward: Backward) -> Iterator[LayerSignals]:
    lost_a = _lost_forward(network, forward)
    lost_back = _lost_back(network, backward, lost_a)
    inputs = (forward.x, *forward.a[:-1])
    lost_before = (False, *lost_a[:-1])
    before = [_Size(_largest(a), lost) for a, lost in zip(inputs, lost_before, strict=True)]
    for i, name in enumerate(network.activations):
        a = np.atleast_2d(forward.a[i])
        dL_dz = _Size(_largest(backward.dL_dz[i]), lost_back[i])
        dL_dW = backward.dL_dW[i]
        lost = (lost_a[i], dL_dz.lost, _is_lost(_largest(dL_dW), dL_dz, before[i]))
        zeros = a == 0
        yield LayerSignals(
            layer=i + 1,
            units=a.shape[1],
            a=rms(a),
            dL_dz=rms(backward.dL_dz[i]),
            dL_dW=rms(dL_dW),
            zeros=float(zeros.mean()),
            dead=int(zeros.all(axis=0).sum()) if name == "relu" and not lost_a[i] else 0,
            alike=bool((a == a[:, :1]).all()),
            lost=frozenset(kind for kind, gone in zip(KINDS, lost, strict=True) if gone),
        )


def _lost_forward(network: Network, forward: Forward) -> list[bool]:
    """For each layer, whether its output is all 0 although the numbers would not be."""
    before, found = _Size(_largest(forward.x), False), []
    for W, b, z, a, name in zip(
        network.W, network.b, forward.z, forward.a, network.activations, strict=True
    ):
        lost = not b.any() and _is_lost(_largest(z), before, _Size(_largest(W), False))
        # Only ReLU makes a true 0 of a number; the others come near it, and round.
        lost = lost or (name != "relu" and bool(z.any()) and not a.any())
        before = _Size(_largest(a), lost)
        found.append(lost)
    return found


def _lost_back(network: Network, backward: Backward, lost_a: list[bool]) -> list[bool]:
    """For each layer, whether its dL_dz is all 0 although the numbers would not be."""
    found: list[bool] = []
    behind: _Size | None = None
    for i in range(len(network.W) - 1, -1, -1):
        dL_da, dL_dz = _largest(backward.dL_da[i]), _largest(backward.dL_dz[i])
        lost = False
        if behind is not None:
            lost = _is_lost(dL_da, behind, _Size(_largest(network.W[i + 1]), False))
        # A true z below 0 shuts the gate of ReLU; a z that was lost says nothing of the gate.
        rounded = lost_a[i] or network.activations[i] != "relu"
        lost = lost or (rounded and dL_da > 0 and dL_dz == 0)
        behind = _Size(dL_dz, lost)
        found.append(lost)
    return found[::-1]


def _is_lost(product: float, one: _Size, two: _Size) -> bool:
    """Whether a product of two arrays is 0 only because its entries are too small for a float."""
    if product != 0 or any(size.value == 0 and not size.lost for size in (one, two)):
        return False
    if one.lost or two.lost:
        return True
    return math.log10(one.value) + math.log10(two.value) < _UNDERFLOW


def _largest(array: Array) -> float:
    """The largest absolute value; NaN where there is one."""
    return float(np.abs(array).max())


def rms(array: Array) -> float:
    """The root of the mean of the squares, right also where the squares leave the floats."""
    flat = array.ravel()
    with np.errstate(all="ignore"):
        total = float(flat @ flat)
    if 1e-280 < total < 1e280:
        return math.sqrt(total / flat.size)
    size = _largest(array)
    if size == 0 or not math.isfinite(size):
        return size
    flat = flat / size
    return size * math.sqrt(float(flat @ flat) / flat.size)
