"""Shape puzzles: which product fits, which is right, and what is said about the others."""

import base64
import itertools
import re
from collections import Counter
from xml.etree import ElementTree

import numpy as np
import pytest

from lessons import fit_shapes
from lessons.panels.puzzles.picture import drawn
from lessons.practice.shapes import FACTORS, SETS, puzzles, square_layer
from tests.hand import press

EVERY = [puzzle for name in SETS for puzzle in puzzles(name)]
#: What the maths says, written here once more by hand.
ANSWERS = {
    "z - b, 3 to 4": ("W", "a"),
    "dL_da, 3 to 4": ("Wᵀ", "dL_dz"),
    "dL_dW, 3 to 4": ("dL_dz", "aᵀ"),
    "dL_da, 10 to 10": ("Wᵀ", "dL_dz"),
    "dL_dW, 10 to 10": ("dL_dz", "aᵀ"),
    "z - b, a batch of 5": ("a", "Wᵀ"),
    "dL_da, a batch of 5": ("dL_dz", "W"),
    "dL_dW, a batch of 5": ("dL_dzᵀ", "a"),
}
every_puzzle = pytest.mark.parametrize("puzzle", EVERY, ids=lambda puzzle: puzzle.name)


def judged(puzzle):
    """The judgement on every product that can be built."""
    return {pair: puzzle.judge(*pair) for pair in itertools.product(FACTORS, repeat=2)}


@every_puzzle
def test_one_product_is_right_and_it_is_that_of_the_maths(puzzle):
    right = [pair for pair, found in judged(puzzle).items() if found.kind == "right"]
    assert right == [ANSWERS[puzzle.name]]


@every_puzzle
def test_the_numbers_asked_for_are_those_of_central_differences(puzzle):
    """The loss of the layer alone, nudged entry by entry."""
    arrays = puzzle.layer.arrays
    W, a, dL_dz = (np.array(arrays[name]) for name in ("W", "a", "dL_dz"))
    rows = a if puzzle.layer.batch else a.T
    errors = (dL_dz if puzzle.layer.batch else dL_dz.T) * len(rows)
    target = rows @ W.T - errors  # the y for which these are the errors, a bias included

    def loss(W, rows):
        return 0.5 * np.mean(np.sum((rows @ W.T - target) ** 2, axis=1))

    if puzzle.target == "z - b":
        wanted = np.array([[sum(W[i] * row) for i in range(len(W))] for row in rows])
    else:
        of = W if puzzle.target == "dL_dW" else rows
        wanted = np.zeros(of.shape)
        for at in np.ndindex(of.shape):
            nudge = np.zeros(of.shape)
            nudge[at] = 1e-6
            up, down = (
                loss(W + s * nudge, rows) if of is W else loss(W, rows + s * nudge) for s in (1, -1)
            )
            wanted[at] = (up - down) / 2e-6
    if puzzle.target != "dL_dW" and not puzzle.layer.batch:
        wanted = wanted.T
    assert puzzle.wanted == pytest.approx(wanted, abs=1e-6)


@every_puzzle
def test_a_product_is_refused_exactly_where_its_inner_sizes_differ(puzzle):
    for (left, right), found in judged(puzzle).items():
        one, two = puzzle.layer.factor(left).shape, puzzle.layer.factor(right).shape
        assert (found.kind == "mismatch_reason") == (one[1] != two[0])
        if found.kind == "mismatch_reason":
            told = f"{left} {one} times {right} {two} does not fit: {one[1]} is not {two[0]}."
            assert found.told == told and found.product is None
        else:
            assert np.array_equal(
                found.product, puzzle.layer.factor(left) @ puzzle.layer.factor(right)
            )


@pytest.mark.parametrize("name", ["layer", "batch"])
def test_where_the_sides_differ_a_wrong_product_cannot_have_the_right_shape(name):
    for puzzle in puzzles(name):
        kinds = Counter(found.kind for found in judged(puzzle).values())
        assert kinds["wrong"] == 0 and kinds["right"] == kinds["turned"] == 1


def test_in_the_square_layer_the_wrong_transpose_fits_and_is_wrong():
    by_a, by_w = puzzles("square")
    found = by_a.judge("W", "dL_dz")
    assert found.kind == "wrong" and found.product.shape == by_a.wanted.shape == (10, 1)
    assert abs(found.product - by_a.wanted).max() > 1
    i, j = found.at
    far = abs(found.product - by_a.wanted)
    assert far[i, j] == far.max() and f"entry [{i}, {j}] would be" in found.told
    assert by_w.judge("a", "dL_dzᵀ").kind == "wrong"
    assert sum(f.kind == "wrong" for f in judged(by_a).values()) == 3
    network, _, _ = square_layer()
    assert network.theta.size == 110


def test_right_numbers_that_stand_the_wrong_way_are_named_so():
    found = puzzles("layer")[2].judge("a", "dL_dzᵀ")
    assert found.kind == "turned"
    assert found.told.startswith("a (3, 1) times dL_dzᵀ (1, 4) fits and gives (3, 4), but dL_dW is")


def test_an_unknown_factor_or_set_is_refused():
    with pytest.raises(ValueError, match="there is no factor 'x'; there are W, Wᵀ"):
        EVERY[0].judge("x", "W")
    with pytest.raises(ValueError, match="there are no puzzles 'cube'; choose from layer, square"):
        fit_shapes("cube")


# The panel.


@pytest.fixture
def panel():
    return fit_shapes("layer")


def test_menus_build_and_judge(panel):
    assert panel.built == ("", "") and panel.judgement.kind == "open"
    panel._which.widget.value = 1
    panel._left.widget.value, panel._right.widget.value = "W", "dL_dz"
    assert panel.sentence == "W (4, 3) times dL_dz (4, 1) does not fit: 3 is not 4."
    assert panel.sentence in panel._front.say
    panel._left.widget.set_state({"index": FACTORS.index("Wᵀ") + 1})  # as the page does
    assert panel.built == ("Wᵀ", "dL_dz") and panel.judgement.kind == "right"
    assert panel.solved == (False, True, False)


def test_what_was_built_for_a_puzzle_is_kept_and_so_is_that_it_was_solved(panel):
    panel.build("W", "a")
    panel.build(right="dL_dz")
    panel._next.click()
    assert panel.built == ("", "") and panel.puzzle.target == "dL_da"
    panel.go(0)
    assert panel.built == ("W", "dL_dz") and panel._right.widget.value == "dL_dz"
    assert panel.solved == (True, False, False)
    panel.build(left="")
    assert panel.judgement.kind == "open"


def test_keys_and_marks_go_from_puzzle_to_puzzle(panel):
    for event, at in (
        ({"kind": "forward"}, 1),
        ({"kind": "last"}, 2),
        ({"kind": "forward"}, 2),
        ({"kind": "back"}, 1),
        ({"kind": "first"}, 0),
        ({"kind": "go", "at": "2"}, 2),
    ):
        press(panel, **event)
        assert panel.puzzle is puzzles("layer")[at]
    assert panel._next.disabled


def test_a_wrong_name_changes_nothing(panel):
    panel.build("W", "a")
    with pytest.raises(ValueError, match="there is no factor 'V'"):
        panel.build("V", "a")
    assert panel.built == ("W", "a") and panel._left.widget.value == "W" and panel._front.old
    with pytest.raises(ValueError, match="there is no puzzle 3; there are 0 to 2"):
        panel.go(3)
    panel.build("aᵀ")
    assert not panel._front.old


@every_puzzle
def test_the_picture_shows_the_sizes_that_have_to_meet(puzzle):
    panel = fit_shapes()
    panel.go(EVERY.index(puzzle))
    for (left, right), found in judged(puzzle).items():
        panel.build(left, right)
        body, width, height = drawn(panel._build)
        svg = ElementTree.fromstring(f"<svg>{body}</svg>")
        clash = [
            text.text for text in svg.iter("text") if text.get("class") == "sh-shape sh-clashes"
        ]
        assert clash == (["≠"] if found.kind == "mismatch_reason" else [])
        assert 0 < width < 1300 and 0 < height < 500
        shown = {group.get("data-map") for group in svg.iter("g")} - {None}
        assert {left, right} <= shown
        assert ("yours" in shown) == (found.product is not None)
        assert (puzzle.target in shown) == (found.kind == "wrong")


def test_the_static_output_asks_and_does_not_tell(panel):
    bundle = panel._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[3].startswith("dL_da, 3 to 4  (3, 1)")
    assert "the sums of the layer without their biases" in bundle["text/html"]
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", bundle["text/html"])[1]).decode()
    ElementTree.fromstring(svg)
    assert "var(" not in svg
    assert repr(panel) == "Shape puzzles, 0 of 3 solved"
