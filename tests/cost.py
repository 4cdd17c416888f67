"""What a gradient costs, in multiplications: one sweep backwards, or each weight by its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import NamedTuple


class Multiplications(NamedTuple):
    """How many multiplications each pass takes, for one sample."""

    forward: int
    with_reuse: int
    without_reuse: int


def multiplications(sizes: Sequence[int]) -> Multiplications:
    """The cost of a network's passes, for one sample and an activation behind every layer.

    ``with_reuse`` is the backward sweep: in each layer dL_dz from dL_da (one multiplication for
    each node), dL_dW (one for each weight), and the dL_da of the layer before (one for each weight
    too, but for the first layer, whose inputs nobody asks about).

    ``without_reuse`` is the derivative of each weight by its own: a sum over all paths from the
    weight to the outputs, each path a product of its factors. Behind a weight of layer l there is
    one node of each later layer on a path, so there are as many paths as the product of their
    widths. A path from layer l on passes n layers; its factors are the incoming value, the slope of
    each of these layers, the weight of each but the first, and dL_da at the end: 2n + 1 factors.

    >>> multiplications((64, 32, 10))
    Multiplications(forward=2368, with_reuse=2730, without_reuse=82560)
    """
    if len(sizes) < 2:
        raise ValueError(f"sizes is {tuple(sizes)}; give the inputs and the width of every layer")
    layers = list(pairwise(sizes))
    weights = [into * out for into, out in layers]
    with_reuse = sum(out for _, out in layers) + 2 * sum(weights) - weights[0]
    without_reuse = 0
    for l, count in enumerate(weights):
        paths, passed = prod(sizes[l + 2 :]), len(layers) - l
        without_reuse += count * paths * 2 * passed
    return Multiplications(sum(weights), with_reuse, without_reuse)
