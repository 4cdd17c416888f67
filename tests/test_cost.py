"""The cost of a gradient, counted by multiplying."""

import itertools
import json
import math

import pytest

from tests.cost import multiplications
from tests.repository import NOTEBOOKS, lesson


class Counted:
    """A number that counts how often numbers of its kind are multiplied."""

    made = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        Counted.made += 1
        return Counted(self.value * other.value)

    def __add__(self, other):
        return Counted(self.value + other.value)


def network(sizes):
    """Weights, what came in, and slopes of every layer, with small whole numbers in them."""
    number = itertools.count(1)

    def some():
        return Counted(next(number) % 5 - 2)

    pairs = list(itertools.pairwise(sizes))
    W = [[[some() for _ in range(into)] for _ in range(out)] for into, out in pairs]
    a = [[some() for _ in range(size)] for size in sizes[:-1]]
    slopes = [[some() for _ in range(size)] for size in sizes[1:]]
    return W, a, slopes, [some() for _ in range(sizes[-1])]


def added(terms):
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def multiplied(factors):
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    return product


def sweep(W, a, slopes, dL_da):
    """Backpropagation, as in the lessons."""
    gradients = []
    for l in reversed(range(len(W))):
        dL_dz = [d * s for d, s in zip(dL_da, slopes[l], strict=True)]
        gradients.insert(0, [[d * x for x in a[l]] for d in dL_dz])
        if l:
            dL_da = [
                added([W[l][i][j] * dL_dz[i] for i in range(len(dL_dz))]) for j in range(len(a[l]))
            ]
    return gradients


def by_paths(W, a, slopes, dL_da):
    """The derivative of each weight by its own: the sum over all paths to the outputs."""
    gradients = []
    for l in range(len(W)):
        widths = [range(len(layer)) for layer in slopes[l + 1 :]]
        gradients.append(
            [
                [
                    added(
                        [
                            multiplied(
                                [
                                    a[l][j],
                                    *(slopes[l + k][node] for k, node in enumerate((i, *path))),
                                    *(
                                        W[l + 1 + k][to][frm]
                                        for k, (frm, to) in enumerate(
                                            itertools.pairwise((i, *path))
                                        )
                                    ),
                                    dL_da[(i, *path)[-1]],
                                ]
                            )
                            for path in itertools.product(*widths)
                        ]
                    )
                    for j in range(len(a[l]))
                ]
                for i in range(len(W[l]))
            ]
        )
    return gradients


def counted(how, parts):
    Counted.made = 0
    gradients = how(*parts)
    return Counted.made, [[[x.value for x in row] for row in layer] for layer in gradients]


@pytest.mark.parametrize("sizes", [(3, 4), (2, 3, 2), (3, 2, 4, 2), (1, 2, 3, 2, 1), (2, 1, 1, 1)])
def test_both_ways_cost_what_is_said_and_give_the_same_gradient(sizes):
    parts, cost = network(sizes), multiplications(sizes)
    made, swept = counted(sweep, parts)
    assert made == cost.with_reuse
    made, summed = counted(by_paths, parts)
    assert made == cost.without_reuse
    assert swept == summed
    assert cost.forward == sum(into * out for into, out in itertools.pairwise(sizes))


def test_the_numbers_of_the_lesson():
    assert multiplications((10, 10))[1:] == (110, 200)
    assert multiplications((10,) * 4)[1:] == (530, 64_200)
    assert multiplications((10,) * 6)[1:] == (950, 10_864_200)
    assert multiplications((64, 32, 10)) == (2368, 2730, 82_560)
    with pytest.raises(ValueError, match="sizes is"):
        multiplications((3,))


def test_the_lessons_own_functions_count_the_same():
    cells = json.loads((NOTEBOOKS[0].parent / lesson("send_batch")).read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names = {"math": math}
    for source in sources:
        if source.startswith(("def with_reuse", "def without_reuse")):
            exec(source, names)
    for sizes in ((3, 4), (2, 3, 2), (64, 32, 10), (5, 1, 7, 2, 3)):
        _, with_reuse, without_reuse = multiplications(sizes)
        assert names["with_reuse"](sizes) == with_reuse
        assert names["without_reuse"](sizes) == without_reuse
