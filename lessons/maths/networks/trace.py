"""Both passes of a network, step by step, as plain data: every array, and who reads whom.

A :class:`Trace` is one forward and one backward pass of a network over a sample or a small batch.
No derivative is computed here: all arrays are the network's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np

from lessons.maths.functions import slope
from lessons.maths.networks.network import Network

Kind = Literal[
    "sum",  # z = W a + b
    "activation",  # a = g(z)
    "loss",
    "error",  # the loss by the output
    "gate",  # dL_dz = dL_da * g'(z), entry by entry
    "softmax gate",  # every probability hangs on every logit
    "outer",  # dL_dW: what arrived times what came in
    "bias",  # dL_db
    "back",  # dL_da of the layer before, a sum over this layer
]
#: What a panel can draw: nodes of a layer, and samples of a batch.
MOST_NODES, MOST_SAMPLES = 160, 64


@dataclass(frozen=True, slots=True)
class Step:
    """One array, the layer that it belongs to (from 1), and the arrays that it is computed from."""

    name: str
    kind: Kind
    layer: int
    reads: tuple[str, ...]

    @property
    def backward(self) -> bool:
        return self.name.startswith("dL_")


class Term(NamedTuple):
    """One product of a sum: both factors with the entries that they are."""

    left: str
    right: str
    left_value: float
    right_value: float


@dataclass(frozen=True)
class Trace:
    """A network, its parameters at that moment, and every array of its two passes.

    ``arrays`` has ``x``, ``W1``, ``b1``, ``z1``, ``a1``, ... and, where there is a target, ``y``,
    ``L``, ``dL_dz1``, ``dL_dW1``, ..., ``dL_dx``; further ``slope1`` for g'(z1), and ``p`` for the
    probabilities inside a loss that takes logits. In a batch x, z and a are rows, (n, k); else
    (k,). ``output`` names what the loss takes.
    """

    network: Network
    arrays: Mapping[str, np.ndarray]
    steps: tuple[Step, ...]
    batch: bool
    output: str = field(repr=False)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The position of every step by its name; ``x``, which is given, stands at 0."""
        return {"x": 0, **{step.name: at for at, step in enumerate(self.steps, start=1)}}

    @property
    def samples(self) -> int:
        return len(self.arrays["x"]) if self.batch else 1

    def readers(self, name: str) -> tuple[str, ...]:
        """The steps that read an array."""
        return tuple(step.name for step in self.steps if name in step.reads)


def traced(network: Network, x: Any, y: Any = None) -> Trace:
    """Both passes of a network, or the forward pass alone where there is no target.

    ``x`` is one sample (in,) or a batch (n, in), ``y`` the target in the shape of the output. The
    network is copied: what happens to it later changes nothing here. Errors are those of the
    network; a layer or a batch too large to be drawn is a ``ValueError``.
    """
    network = network.copy()
    forward = network.forward(x)
    batch = forward.x.ndim == 2
    widest = max(network.sizes)
    if widest > MOST_NODES:
        raise ValueError(
            f"a layer of {widest} nodes is too wide to be drawn; this panel draws layers of up to "
            f"{MOST_NODES}"
        )
    if batch and len(forward.x) > MOST_SAMPLES:
        raise ValueError(
            f"x has {len(forward.x)} samples, and this panel draws up to {MOST_SAMPLES}; give some "
            f"of its rows, such as x[:4]"
        )
    arrays: dict[str, np.ndarray] = {"x": forward.x, **network.parameters}
    steps: list[Step] = []
    before, last = "x", len(network.W)
    for layer, activation in enumerate(network.activations, start=1):
        W, b, z, a = (f"{letter}{layer}" for letter in "Wbza")
        arrays[z] = forward.z[layer - 1]
        steps.append(Step(z, "sum", layer, (W, before, b)))
        before = z
        # An identity behind the last layer changes nothing: the output is z itself.
        if activation != "identity" or layer < last:
            arrays[a] = forward.a[layer - 1]
            steps.append(Step(a, "activation", layer, (z,)))
            before = a
    if y is not None:
        _trace_back(network, forward, y, before, arrays, steps)
    return Trace(network, MappingProxyType(arrays), tuple(steps), batch, before)


def _trace_back(
    network: Network,
    forward: Any,
    y: Any,
    output: str,
    arrays: dict[str, np.ndarray],
    steps: list[Step],
) -> None:
    """The loss and the backward pass, put into ``arrays`` and ``steps``."""
    back = network.backward(forward, y)
    arrays |= {"y": np.asarray(y, dtype=float), "L": np.asarray(back.loss)}
    against = (output, "y")
    if network.loss.endswith("_from_logits"):
        arrays["p"] = network.predict(forward.x)
    last = len(network.W)
    steps.append(Step("L", "loss", last, against))
    arrays[f"dL_d{output}"] = back.dL_da[-1]
    steps.append(Step(f"dL_d{output}", "error", last, against))
    for layer in range(last, 0, -1):
        activation, z = network.activations[layer - 1], f"z{layer}"
        if f"a{layer}" in arrays:
            arrays[f"dL_d{z}"] = back.dL_dz[layer - 1]
            if activation == "softmax":
                step = Step(f"dL_d{z}", "softmax gate", layer, (f"dL_da{layer}", f"a{layer}"))
            else:
                arrays[f"slope{layer}"] = slope(activation, arrays[z])
                step = Step(f"dL_d{z}", "gate", layer, (f"dL_da{layer}", z))
            steps.append(step)
        before = f"a{layer - 1}" if layer > 1 else "x"
        arrays[f"dL_dW{layer}"] = back.dL_dW[layer - 1]
        arrays[f"dL_db{layer}"] = back.dL_db[layer - 1]
        arrays[f"dL_d{before}"] = back.dL_da[layer - 2] if layer > 1 else back.dL_dx
        steps += [
            Step(f"dL_dW{layer}", "outer", layer, (f"dL_d{z}", before)),
            Step(f"dL_db{layer}", "bias", layer, (f"dL_d{z}",)),
            Step(f"dL_d{before}", "back", layer, (f"W{layer}", f"dL_d{z}")),
        ]
