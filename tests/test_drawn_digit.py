"""Drawn digits in the form of the data: its statistics, what makes no difference, what is wrong."""

import re

import numpy as np
import pytest

from lessons import Network, digits, split, train
from lessons.maths.data import drawn_digit
from tests.drawn import DRAWN, moved

DATA = digits()
LEANING = [
    moved(strokes, 0.6, slant, (4, 6)) for strokes in DRAWN.values() for slant in (-0.2, 0.2)
]


@pytest.fixture(scope="module")
def network() -> Network:
    trained = Network((64, 32, 10), loss="categorical_cross_entropy_from_logits")
    for _ in train(trained, split(DATA)[0], epochs=30, lr=0.5):
        pass
    return trained


def enlarged(image: np.ndarray) -> np.ndarray:
    """A bitmap (32, 32) with as much ink in each block as the image (64,) says."""
    smooth = np.kron(image.reshape(8, 8), np.ones((4, 4)))
    for _ in range(2):
        p = np.pad(smooth, 1, mode="edge")
        around = p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:]
        smooth = (around + 4 * p[1:-1, 1:-1]) / 8
    page = np.zeros((32, 32), dtype=bool)
    for place, value in enumerate(image):
        row, column = 4 * (place // 8), 4 * (place % 8)
        block = smooth[row : row + 4, column : column + 4].ravel()
        inked = np.zeros(16, dtype=bool)
        inked[np.argsort(-block, kind="stable")[: round(16 * value)]] = True
        page[row : row + 4, column : column + 4] = inked.reshape(4, 4)
    return page


# -- the form, and the data it is that of -----------------------------------------------------


def test_the_constants_are_those_of_the_data() -> None:
    images = (DATA.x * 16).reshape(-1, 8, 8)
    assert round(images.sum(axis=(1, 2)).mean()) == drawn_digit.PIXELS
    by_digit = [images[DATA.labels == digit].sum(axis=(1, 2)).mean() for digit in range(10)]
    assert np.ptp(by_digit) < 0.1 * drawn_digit.PIXELS  # about the same for each
    assert (images.sum(axis=2) > 0).all()  # every row has ink: the whole height is filled
    # The leftmost ink of the top row and of the bottom row, in blocks: above each other.
    left = [(row > 0).argmax(1) + 1 - row[np.arange(1797), (row > 0).argmax(1)] / 16
            for row in (images[:, 0], images[:, 7])]  # fmt: skip
    assert abs(np.mean(left[0] - left[1])) < 0.05 and np.std(left[0] - left[1]) < 0.3
    # A digit that fills its width, as every 0 does, is 20 pixels wide: 2 in the outer blocks.
    zeros = images[DATA.labels == 0]
    assert not zeros[:, :, [0, 7]].any() and (zeros[:, :, [1, 6]].sum(axis=1) > 0).mean() > 0.95


@pytest.mark.parametrize("strokes", [*DRAWN.values(), *LEANING])
def test_a_drawn_digit_has_that_form(strokes) -> None:
    page = drawn_digit.from_strokes(strokes)
    assert page.shape == (32, 32) and page.sum() == drawn_digit.PIXELS
    rows = np.flatnonzero(page.any(axis=1))
    assert rows[0] <= 1 and rows[-1] >= 30
    columns = np.flatnonzero(page.any(axis=0))
    assert abs((columns[0] + columns[-1]) / 2 - 15.5) <= 1.5
    assert 8 <= columns[-1] - columns[0] + 1 <= 32
    top, bottom = (page[rows[i] : rows[i] + 1 or None].any(axis=0).argmax() for i in (0, -1))
    assert abs(int(top) - int(bottom)) <= 5


def test_the_mean_of_drawn_digits_is_near_the_mean_of_the_data() -> None:
    drawn = np.array(
        [drawn_digit.blocks(drawn_digit.from_strokes(strokes)) for strokes in DRAWN.values()]
    )
    means = np.array([DATA.x[DATA.labels == digit].mean(axis=0) for digit in DRAWN])
    apart = np.abs(drawn[:, None] - means[None]).mean(axis=2)
    assert (apart.argmin(axis=1) == np.arange(10)).sum() >= 8
    assert np.diag(apart).mean() < 0.7 * apart[~np.eye(10, dtype=bool)].mean()


# -- what makes no difference -----------------------------------------------------------------


@pytest.mark.parametrize("digit", DRAWN)
def test_place_and_size_make_no_difference(digit: int) -> None:
    page = drawn_digit.from_strokes(DRAWN[digit])
    for scale, by in ((0.3, (1, 20)), (1.1, (-2, -2)), (7.0, (100, 3))):
        other = drawn_digit.from_strokes(moved(DRAWN[digit], scale, 0.0, by))
        assert (page != other).sum() <= 4  # pixels as far from the line as the last with ink


def test_a_network_reads_what_was_drawn_and_not_what_was_not_prepared(network: Network) -> None:
    drawn = [drawn_digit.blocks(drawn_digit.from_strokes(strokes)) for strokes in DRAWN.values()]
    assert network.classify(np.array(drawn)).tolist() == list(range(10))
    leaning = [drawn_digit.blocks(drawn_digit.from_strokes(strokes)) for strokes in LEANING]
    assert (network.classify(np.array(leaning)) == np.repeat(np.arange(10), 2)).sum() >= 18
    # Smaller ones, counted where they stand on the page.
    middles = np.stack(np.meshgrid(*2 * [np.arange(32) + 0.5]), axis=-1)
    plain = []
    for strokes in DRAWN.values():
        strokes = moved(strokes, 0.6, 0.0, (10, 2))
        dense = np.concatenate([_dense(stroke) for stroke in strokes])
        far = np.hypot(*(middles[:, :, None, :] - dense).transpose(3, 0, 1, 2)).min(axis=2)
        plain.append(drawn_digit.blocks(far <= 1.3))
    assert (network.classify(np.array(plain)) == np.arange(10)).sum() <= 6


def _dense(stroke) -> np.ndarray:
    points = np.array(stroke)
    along = np.linspace(0, len(points) - 1, 10 * len(points))
    return np.column_stack([np.interp(along, range(len(points)), axis) for axis in points.T])


def test_a_bitmap_of_the_data_comes_out_much_as_it_went_in(network: Network) -> None:
    test = split(DATA)[1].part(slice(0, 200))
    pages = [enlarged(image) for image in test.x]
    assert np.array_equal([drawn_digit.blocks(page) for page in pages], test.x)
    again = np.array([drawn_digit.blocks(drawn_digit.from_bitmap(page)) for page in pages])
    assert np.abs(again - test.x).mean() < 0.1
    assert network.accuracy(again, test.y) > 0.85
    larger = [np.pad(np.kron(page, np.ones((3, 2))), ((5, 40), (60, 1))) for page in pages]
    moved_again = np.array([drawn_digit.blocks(drawn_digit.from_bitmap(page)) for page in larger])
    assert np.abs(moved_again - again).mean() < 0.02


def test_a_bitmap_of_strokes_is_read_as_the_strokes_are(network: Network) -> None:
    pages = [drawn_digit.from_strokes(strokes) for strokes in DRAWN.values()]
    again = [drawn_digit.from_bitmap(page) for page in pages]
    assert all(page.sum() == drawn_digit.PIXELS or page.any(axis=1).all() for page in again)
    said = network.classify(np.array([drawn_digit.blocks(page) for page in again]))
    assert (said == np.arange(10)).sum() >= 8


# -- small things, and wrong ones -------------------------------------------------------------


SMALL = [[(16, 16)]], [[(3, 3), (3, 3)]], [[(2, 9), (30, 9)]], [[(5, 1), (5, 30)]]


@pytest.mark.parametrize("strokes", [*SMALL, [[(0, 0)], [(32, 32)]]])
def test_a_dot_and_a_line_are_no_error(strokes) -> None:
    assert drawn_digit.from_strokes(strokes).sum() == drawn_digit.PIXELS


def test_a_lone_pixel_and_a_full_page_are_no_error() -> None:
    for page in (np.eye(1), np.ones((50, 3)), np.eye(32)):
        assert drawn_digit.from_bitmap(page).any(axis=1).all()


def test_blocks_count_ink() -> None:
    page = np.zeros((32, 32), dtype=bool)
    page[4:8, 8:11] = True
    counted = drawn_digit.blocks(page).reshape(8, 8)
    assert counted[1, 2] == 12 / 16 and counted.sum() == 12 / 16


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: drawn_digit.from_strokes([]), "there is no stroke"),
        (lambda: drawn_digit.from_strokes([[(1, 2)], []]), "stroke 2 is no list of points"),
        (lambda: drawn_digit.from_strokes([[(1, 2, 3)]]), "stroke 1 is no list of points"),
        (lambda: drawn_digit.from_strokes([[(1, float("nan"))]]), "stroke 1 is no list of points"),
        (lambda: drawn_digit.from_strokes([["ab"]]), "stroke 1 is no list of points"),
        (lambda: drawn_digit.from_bitmap(np.zeros((8, 8))), "holds no ink"),
        (lambda: drawn_digit.from_bitmap(np.ones(8)), "has the shape (8,)"),
        (lambda: drawn_digit.from_bitmap([[1, float("inf")]]), "not finite"),
        (lambda: drawn_digit.blocks(np.ones((8, 8), dtype=bool)), "the bitmap is (8, 8)"),
    ],
)
def test_what_is_no_drawing_is_refused(call, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        call()
