"""Shape puzzles: which two matrices, in which order and which of them turned, give a gradient?

A puzzle is data: a layer with its numbers, what is asked for, and the factors on offer. A product
that a learner builds is judged by its shapes first and by its numbers then, which are compared with
those of the network. In a square layer the wrong product fits, and only the numbers tell.

Here every vector is a matrix too, as in the maths: a column (4, 1), which can be turned to a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lessons.maths.networks.network import Network
from lessons.maths.text import number

Kind = Literal["open", "mismatch_reason", "turned", "shape", "wrong", "right"]
#: The mark of a transposed factor.
TURNED = "ᵀ"
_CLOSE = 1e-9

#: The layer of the lesson: 3 nodes feed 4. From each of the 3, a column of W leads to the 4.
LAYER: Mapping[str, Any] = {
    "W1": [[1, -2, 1], [2, 1, -1], [-1, 3, 2], [3, 1, -2]],
    "b1": [1, -1, -2, 2],
}
_QUESTIONS = {
    "z - b": "Forward: what is `z - b`, the sums of the layer without their biases?",
    "dL_da": "Backward: what is `dL_da`, the gradient by what came in?",
    "dL_dW": "Backward: what is `dL_dW`, the gradient by the weights?",
}
#: What to ask of a product that is not the right one, by target, and whether there is a batch.
_ASKED = {
    ("z - b", False): ("Node i sums over all that comes in. Which index of W runs along a row?"),
    ("z - b", True): "Each sample is a row now. Which index must the two have in common?",
    ("dL_da", False): (
        "Node j collects from every node i that it feeds. Where in W do the weights from node j "
        "stand, in a row or in a column?"
    ),
    ("dL_da", True): (
        "A row of dL_dz has an entry for each node i. Which way round has W a row for each i?"
    ),
    ("dL_dW", False): (
        "Entry [i, j] is what arrived at node i, times what came from node j. Which of the two "
        "runs down the rows?"
    ),
    ("dL_dW", True): "Entry [i, j] is a sum over the samples. Which index must meet in the middle?",
}


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer with numbers. ``arrays`` are matrices all: W, a, dL_dz, and what may be asked for."""

    name: str
    told: str
    batch: bool
    arrays: Mapping[str, Any]

    def factor(self, name: str) -> Any:
        """A factor by its name, ``W`` or ``Wᵀ``. Raises ``ValueError`` for one not on offer."""
        if name not in FACTORS:
            raise ValueError(f"there is no factor {name!r}; there are {', '.join(FACTORS)}")
        plain = self.arrays[name.removesuffix(TURNED)]
        return plain.T if name.endswith(TURNED) else plain


#: What a product may be built from.
FACTORS: tuple[str, ...] = ("W", f"W{TURNED}", "a", f"a{TURNED}", "dL_dz", f"dL_dz{TURNED}")


@dataclass(frozen=True, eq=False)
class Puzzle:
    """What is asked for in a layer: ``target`` is a name in its arrays."""

    layer: Layer
    target: str

    @property
    def name(self) -> str:
        return f"{self.target}, {self.layer.name}"

    @property
    def question(self) -> str:
        return _QUESTIONS[self.target]

    @property
    def wanted(self) -> Any:
        """The matrix that is asked for, as the network computes it."""
        return self.layer.arrays[self.target]

    def judge(self, left: str, right: str) -> Judgement:
        """What is to be said about ``left`` times ``right``; either may still be ""."""
        if not left or not right:
            return Judgement("open", f"{self.target} has the shape {self.wanted.shape}.")
        one, two = self.layer.factor(left), self.layer.factor(right)
        written = f"{left} {one.shape} times {right} {two.shape}"
        if one.shape[1] != two.shape[0]:
            told = f"{written} does not fit: {one.shape[1]} is not {two.shape[0]}."
            return Judgement("mismatch_reason", told)
        product, wanted = one @ two, self.wanted
        if product.shape != wanted.shape:
            return self._other_shape(written, product)
        far = abs(product - wanted)
        if far.max() <= _CLOSE * max(1.0, abs(wanted).max()):
            count = f"all {wanted.size} numbers are" if wanted.size > 1 else "its number is"
            told = f"Right: {written} gives {wanted.shape}, and {count} those of the network."
            return Judgement("right", told, product)
        at = divmod(int(far.argmax()), wanted.shape[1])
        got, right_one = number(float(product[at])), number(float(wanted[at]))
        told = (
            f"It fits, and it is wrong. {written} has the shape of {self.target}, {wanted.shape}. "
            f"But entry [{at[0]}, {at[1]}] would be {got}, and the network says {right_one}. "
            f"{self._asked}"
        )
        return Judgement("wrong", told, product, at)

    def _other_shape(self, written: str, product: Any) -> Judgement:
        wanted = self.wanted
        told = f"{written} fits and gives {product.shape}, but {self.target} is {wanted.shape}."
        turned = product.T.shape == wanted.shape and abs(product.T - wanted).max() <= _CLOSE
        if turned:
            told += " These are the right numbers, turned: rows stand where columns should be."
            return Judgement("turned", told, product)
        return Judgement("shape", f"{told} {self._asked}", product)

    @property
    def _asked(self) -> str:
        return _ASKED[self.target, self.layer.batch]


@dataclass(frozen=True, eq=False)
class Judgement:
    """What is said about a product. ``product`` is None where there is none; ``at`` is the entry
    that is furthest from the right one."""

    kind: Kind
    told: str
    product: Any = None
    at: tuple[int, int] | None = None


#: The sets of puzzles by name, in the order of the lesson.
SETS: tuple[str, ...] = ("layer", "square", "batch")


@cache
def puzzles(name: str) -> tuple[Puzzle, ...]:
    """The puzzles of a set. Raises ``ValueError`` for a name that is not one of :data:`SETS`."""
    if name not in SETS:
        raise ValueError(f"there are no puzzles {name!r}; choose from {', '.join(SETS)}")
    layer = {"layer": _layer, "square": _square, "batch": _batch}[name]()
    targets = ("dL_da", "dL_dW") if name == "square" else ("z - b", "dL_da", "dL_dW")
    return tuple(Puzzle(layer, target) for target in targets)


def square_layer() -> tuple[Network, list[float], list[float]]:
    """System M, the layer of 10 that feeds 10: its network, what comes in, and its targets."""
    return Network((10, 10), seed=8), [(2 * j - 9) / 10 for j in range(10)], [0.0] * 10


def _layer() -> Layer:
    network = Network((3, 4), init=LAYER)
    told = "3 nodes feed 4"
    return _of(network, "3 to 4", told, [2.0, 1.0, 3.0], [3.0, 3.0, 6.0, 0.0])


def _square() -> Layer:
    network, a, y = square_layer()
    return _of(network, "10 to 10", "10 nodes feed 10", a, y)


def _batch() -> Layer:
    network = Network((3, 4), init=LAYER)
    a = [[2, 1, 3], [1, 0, 1], [0, 2, 1], [3, 1, 0], [1, 1, 2]]
    y = [[3, 3, 6, 0], [4, 0, -2, 2], [1, 2, 3, 4], [0, 5, 0, 9], [2, 2, 1, 0]]
    return _of(network, "a batch of 5", "5 samples, each a row, pass from 3 nodes to 4", a, y)


def _of(network: Network, name: str, told: str, a: Any, y: Any) -> Layer:
    """A layer from a network of one: its own backward pass is what a product is compared with."""
    forward = network.forward(a)
    back = network.backward(forward, y)
    batch = forward.x.ndim == 2

    def column(vector: Any) -> Any:
        return vector if batch else vector.reshape(-1, 1)

    arrays = {
        "W": network.W[0].copy(),
        "a": column(forward.x),
        "dL_dz": column(back.dL_dz[0]),
        "z - b": column(forward.z[0] - network.b[0]),
        "dL_da": column(back.dL_dx),
        "dL_dW": back.dL_dW[0],
    }
    return Layer(name, told, batch, arrays)
