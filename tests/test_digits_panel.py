"""The pad: what a hand draws comes to the network, and what it says comes to the page."""

import base64
import re
import tempfile
from itertools import count, pairwise

import numpy as np
import pytest

from lessons import Network, digits, draw_digit, load_weights, save_weights, split, train
from lessons.maths.data import drawn_digit
from lessons.maths.networks.digit_reading import nudged, read_digit
from lessons.panels.digits.picture import probability
from lessons.panels.digits.state import MOST_POINTS, NUDGE
from tests.drawn import DRAWN
from tests.hand import press

TRAIN, TEST = split(digits())
LOGITS = "categorical_cross_entropy_from_logits"


def trained(seed: int = 0) -> Network:
    network = Network((64, 32, 10), loss=LOGITS, seed=seed)
    for _ in train(network, TRAIN, epochs=30, lr=0.5, seed=seed):
        pass
    return network


@pytest.fixture(scope="module")
def network() -> Network:
    return trained()


@pytest.fixture
def pad(network: Network):
    return draw_digit(network, TEST)


NAMES = count()


def reported(pad, **event) -> None:
    """What the page sends."""
    press(pad, **event)


def drawn_by_hand(pad, strokes) -> None:
    """Strokes as a hand draws them: piece by piece, and then the end."""
    for number, stroke in enumerate(strokes):
        name = f"{next(NAMES)}-{number}"
        points = [list(point) for point in stroke]
        for end in range(1, len(points), 5):
            reported(pad, kind="stroke", name=name, points=points[:end], passing=True)
        reported(pad, kind="stroke", name=name, points=points, done=True)


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


def bars(pad) -> dict[int, str]:
    found = re.findall(r'data-name="(\d)".*?<td>([^<]*)</td></tr>', pad._front.steps)
    return {int(digit): told.replace("&lt;", "<").replace("&gt;", ">") for digit, told in found}


# -- training as the lesson does --------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_the_network_of_the_lesson_reads_96_percent_of_held_out_digits(seed: int) -> None:
    part, held = split(digits(), seed=seed)
    network = Network((64, 32, 10), loss=LOGITS, seed=seed)
    for _ in train(network, part, epochs=30, lr=0.5, seed=seed):
        pass
    assert network.accuracy(held.x, held.y) >= 0.96
    assert network.accuracy(part.x, part.y) >= 0.99


# -- what a hand draws ------------------------------------------------------------------------


def test_an_empty_page_says_nothing(pad) -> None:
    assert pad.image is None and pad.probabilities is None and pad.guess is None
    assert pad.bitmap is None and pad.strokes == []
    assert pad.sentence.startswith("Draw a digit")
    assert pad._front.formula == pad._front.history == ""
    assert set(bars(pad).values()) == {"·"}
    assert pad._clear.disabled and pad._undo.disabled


@pytest.mark.parametrize("digit", DRAWN)
def test_a_digit_drawn_by_hand_is_read_and_shown(pad, network: Network, digit: int) -> None:
    drawn_by_hand(pad, DRAWN[digit])
    assert pad.guess == digit
    assert np.array_equal(pad.image, drawn_digit.blocks(drawn_digit.from_strokes(DRAWN[digit])))
    assert np.array_equal(pad.probabilities, network.predict(pad.image))
    assert bars(pad) == {d: probability(p) for d, p in enumerate(pad.probabilities)}
    assert pad.strokes == [[tuple(map(float, point)) for point in s] for s in DRAWN[digit]]
    assert pad._front.pad["strokes"] == [[list(map(float, p)) for p in s] for s in DRAWN[digit]]
    assert f"The network says {digit}, with probability" in pad.sentence
    counts = [int(told) for told in re.findall(r">(\d+)</text>", pad._front.code)]
    assert counts == [value for value in (16 * pad.image).astype(int).tolist() if value]
    pad.draw(DRAWN[digit])
    assert pad.guess == digit


def test_a_stroke_under_way_is_read_and_left_to_the_hand(pad) -> None:
    reported(pad, kind="stroke", name="a", points=[[9, 6], [23, 6]], passing=True)
    assert pad.image is not None and pad._front.pad["strokes"] == []
    first = pad.image
    reported(pad, kind="stroke", name="a", points=[[9, 6], [23, 6], [15, 28]], passing=True)
    assert len(pad.strokes) == 1 and (pad.image != first).any()
    reported(pad, kind="stroke", name="a", points=[[9, 6], [23, 6], [15, 28]], done=True)
    assert pad._front.pad["last"] == "a" and len(pad._front.pad["strokes"]) == 1
    # An old part of it, which waited on its way, changes nothing.
    reported(pad, kind="stroke", name="a", points=[[9, 6]], passing=True)
    assert pad.strokes == [[(9, 6), (23, 6), (15, 28)]]


def test_a_stroke_begun_before_the_last_one_was_answered_is_another(pad) -> None:
    reported(pad, kind="stroke", name="a", points=[[9, 6], [23, 6]], done=True)
    reported(pad, kind="stroke", name="b", points=[[23, 6], [15, 28]], passing=True)
    reported(pad, kind="stroke", name="b", points=[[23, 6], [15, 28]], done=True)
    assert len(pad.strokes) == 2
    reported(pad, kind="undo")
    assert pad.strokes == [[(9, 6), (23, 6)]]
    reported(pad, kind="clear")
    assert pad.strokes == [] and pad.guess is None
    reported(pad, kind="undo")  # nothing to take back
    assert pad.strokes == []


def test_buttons_do_what_keys_do(pad) -> None:
    pad.draw(DRAWN[4])
    pad._undo.click()
    assert len(pad.strokes) == 1
    pad._clear.click()
    assert pad.guess is None


def test_a_bitmap_is_read_and_shown_as_it_is(pad, network: Network) -> None:
    page = np.kron(drawn_digit.from_strokes(DRAWN[3]), np.ones((2, 2)))
    pad.draw(page)
    assert pad.guess == 3 and pad.strokes == []
    assert np.array_equal(pad.bitmap, drawn_digit.from_bitmap(page))
    assert pad._front.pad["pixels"] == page.astype(int).tolist()
    drawn_by_hand(pad, DRAWN[7])  # drawing on begins anew
    assert pad.guess == 7 and pad._front.pad["pixels"] == []


# -- examples ---------------------------------------------------------------------------------


def test_examples_come_in_order_and_are_the_data_themselves(pad, network: Network) -> None:
    for number in range(3):
        pad.example()
        assert np.array_equal(pad.image, TEST.x[number]) and pad.bitmap is None
        assert pad.guess == network.classify(TEST.x[number])[0]
    assert "digits, held out, number 2" in pad._front.code
    pad.example(len(TEST) - 1)
    pad.example()
    assert np.array_equal(pad.image, TEST.x[0])


def test_the_next_mistake_is_one(pad, network: Network) -> None:
    wrong = np.flatnonzero(network.classify(TEST.x) != TEST.labels)
    seen = []
    for _ in range(len(wrong)):
        pad.example(wrong=True)
        seen.append(pad._state.page.example)
        assert f"It is a {TEST.labels[seen[-1]]}." in pad.sentence
    assert seen == wrong.tolist()


# -- why, and what would change it ------------------------------------------------------------


def test_the_terms_of_both_sums_add_up(pad) -> None:
    pad.draw(DRAWN[5])
    reading = pad.reading
    b = reading.network.b[-1]
    for name, z in (("for_guess", reading.guess), ("for_rival", reading.rival)):
        total = sum(getattr(one, name) for one in reading.reasons) + b[z]
        assert total == pytest.approx(reading.z[z], abs=1e-12)
    ahead = [abs(one.ahead) for one in reading.reasons]
    assert all(one >= other - 1e-8 for one, other in pairwise(ahead))
    cells = [
        re.findall(r"[−\d.]+", plain(row))
        for row in re.findall(r"<tr.*?</tr>", pad._front.formula)[1:]
    ]
    numbers = [[float(told.replace("−", "-")) for told in row] for row in cells]
    listed = [row[-3:-1] for row in numbers[:-1]]
    assert np.allclose(np.sum(listed, axis=0), numbers[-1][-3:-1], atol=0.05)
    assert f"Why 5, and not {reading.rival}" in plain(pad._front.formula)


@pytest.mark.parametrize("towards", [None, 2, 5])
def test_the_picture_of_change_is_the_gradient_by_the_pixels(network: Network, towards) -> None:
    x = drawn_digit.blocks(drawn_digit.from_strokes(DRAWN[5]))
    reading = read_digit(network, x, towards)
    y = np.eye(10)[reading.towards]
    by_difference = np.empty(64)
    for pixel in range(64):
        step = 1e-5 * np.eye(64)[pixel]
        ends = [network.mean_loss(x + sign * step, y) for sign in (1, -1)]
        by_difference[pixel] = (ends[0] - ends[1]) / 2e-5
    assert np.allclose(reading.dL_dx, by_difference, atol=1e-6)
    assert reading.rival != reading.guess == 5


def test_nudges_change_its_mind_and_can_be_taken_back(pad) -> None:
    pad.draw(DRAWN[5])
    first, rival = pad.image, pad.reading.rival
    times = 0
    while pad.guess != rival and times < 40:
        before, times = pad.image, times + 1
        pad.nudge()
        assert np.abs(pad.image - before).max() <= NUDGE + 1e-12
    assert pad.guess == rival
    # On it goes the same way, although the rival is the guess now.
    p = pad.probabilities[rival]
    pad.nudge()
    assert pad.probabilities[rival] > p and pad.reading.towards == rival
    assert f"towards {rival}: no pixel has changed by more than" in pad.sentence
    assert pad.image.min() >= 0 and pad.image.max() <= 1
    assert pad.strokes == [[tuple(map(float, point)) for point in s] for s in DRAWN[5]]
    for _ in range(times + 1):
        pad.undo()
    assert np.array_equal(pad.image, first) and pad.guess == 5 and "Nudged" not in pad.sentence


def test_it_is_compared_with_the_digit_that_was_chosen(pad) -> None:
    pad.draw(DRAWN[5])
    reported(pad, kind="choose", name="8")
    assert pad.reading.rival == 8 and pad._compared.widget.value == 8
    assert "Which pixels would make it a 8" in plain(pad._front.history)
    pad._compared.widget.value = 1
    assert pad.reading.rival == 1
    pad.draw(DRAWN[0])
    assert pad.reading.rival == 1  # until another is chosen
    reported(pad, kind="choose", name="0")  # the guess itself: the next probable again
    assert pad._compared.widget.value == -1 and pad.reading.rival == pad._state.reading.towards
    with pytest.raises(ValueError, match="10 is no digit"):
        pad.compare(10)


def test_a_gradient_of_nothing_leaves_the_image() -> None:
    flat = Network((64, 32, 10), loss=LOGITS, init="zeros")
    reading = read_digit(flat, TEST.x[0])
    assert (reading.dL_dx == 0).all()
    assert np.array_equal(nudged(reading, 0.05), TEST.x[0])


# -- every layer, below -----------------------------------------------------------------------


def test_every_layer_opens_on_the_digit_and_follows_it(pad) -> None:
    with pytest.raises(ValueError, match="draw one first"):
        pad.trace()
    pad.draw(DRAWN[5])
    panel = pad.trace()
    assert pad.children[-1] is panel
    assert np.array_equal(panel.trace.arrays["x"], pad.image)
    pad.draw(DRAWN[6])
    assert np.array_equal(panel.trace.arrays["x"], pad.image)
    pad.clear()
    assert len(pad.children) == 1
    pad.draw(DRAWN[6])
    pad.trace()
    pad.trace()
    assert len(pad.children) == 1


# -- other networks ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        Network((64, 10), loss=LOGITS),
        Network((64, 16, 12, 10), hidden="tanh", loss=LOGITS),
        Network((64, 8, 10), hidden="sigmoid", output="softmax", loss="categorical_cross_entropy"),
    ],
)
def test_any_network_that_gives_ten_probabilities_can_read(other: Network) -> None:
    pad = draw_digit(other)
    pad.draw(DRAWN[2])
    assert np.array_equal(pad.probabilities, other.predict(pad.image))
    total = sum(one.for_guess for one in pad.reading.reasons) + other.b[-1][pad.guess]
    assert total == pytest.approx(pad.reading.z[pad.guess])
    pad.nudge()
    assert "Why" in pad._front.formula


def test_a_network_that_is_trained_on_is_read_anew() -> None:
    network = Network((64, 32, 10), loss=LOGITS, seed=3)
    pad = draw_digit(network)
    pad.draw(DRAWN[8])
    before = pad.probabilities
    for _ in train(network, TRAIN, epochs=30, lr=0.5):
        pass
    assert np.array_equal(pad.probabilities, before)
    pad.reread()
    assert pad.guess == 8 and np.array_equal(pad.probabilities, network.predict(pad.image))


def test_saved_weights_read_the_same(network: Network, pad) -> None:
    with tempfile.TemporaryDirectory() as folder:
        save_weights(network, f"{folder}/mine.npz")
        again = draw_digit(load_weights(f"{folder}/mine.npz"))
    for one in (pad, again):
        one.draw(DRAWN[9])
    assert np.array_equal(pad.probabilities, again.probabilities)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: draw_digit("a network"), TypeError, "no Network but str"),
        (lambda: draw_digit(Network((2, 10), loss=LOGITS)), ValueError, "sizes (2, 10)"),
        (lambda: draw_digit(Network((64, 10))), ValueError, "'half_squared_error'"),
        (lambda: draw_digit(Network((64, 10), loss=LOGITS), TEST.x), TypeError, "must be Data"),
    ],
)
def test_a_network_that_cannot_read_digits_is_refused(call, error, said: str) -> None:
    with pytest.raises(error, match=re.escape(said)):
        call()


# -- what goes wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "there is no stroke"),
        (7, "there is no stroke"),
        ([[(9, 6), (40, 6)]], "the point (40, 6) is outside the page"),
        ([[(9, 6), (float("nan"), 6)]], "finite numbers"),
        (["ab"], "pairs of finite numbers"),
        (np.zeros((32, 32)), "holds no ink"),
        ([[(x % 32, 5) for x in range(MOST_POINTS + 1)]], "more than a digit"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(pad, given, said: str) -> None:
    pad.draw(DRAWN[6])
    before = pad.strokes, pad.image.tolist(), pad._front.say
    with pytest.raises(ValueError, match=re.escape(said)):
        pad.draw(given)
    assert (pad.strokes, pad.image.tolist(), pad._front.say) == before
    assert said.replace("(", "(") in plain(pad._front.error) and pad._front.old
    pad.undo()
    assert pad._front.error == "" and not pad._front.old


def test_a_stroke_of_the_page_without_an_end_is_refused_once(pad) -> None:
    endless = [[x % 32, (x // 32) % 32] for x in range(MOST_POINTS + 1)]
    with pytest.raises(ValueError, match="more than a digit"):
        reported(pad, kind="stroke", name="a", points=endless, passing=True)
    reported(pad, kind="stroke", name="a", points=endless, done=True)  # its end comes as well
    assert pad.strokes == [] and "more than a digit" in pad._front.error


def test_without_examples_there_are_no_buttons_for_them(network: Network) -> None:
    pad = draw_digit(network)
    tips = [widget.tooltip for widget in pad._grid.children[1].children]
    assert tips == ["Clear the page", "Take the last stroke back"]
    with pytest.raises(ValueError, match="no examples"):
        pad.example()


def test_weights_that_are_no_numbers_are_told_and_the_page_stays() -> None:
    network = trained()
    pad = draw_digit(network)
    pad.draw(DRAWN[1])
    network.W[0][:] = np.inf
    network.b[1][:] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        pad.draw(DRAWN[2])
    assert pad.guess == 1 and "not finite" in pad._front.error


# -- readers without a kernel -----------------------------------------------------------------


def test_the_still_picture_is_the_same_each_time_and_tells_the_numbers(network: Network) -> None:
    bundles = []
    for _ in range(2):
        pad = draw_digit(network, TEST)
        pad.draw(DRAWN[7])
        bundles.append(pad._repr_mimebundle_())
    assert bundles[0]["text/html"] == bundles[1]["text/html"]
    text = bundles[0]["text/plain"]
    assert text.splitlines()[0] == pad.sentence
    assert [line.split()[1] for line in text.splitlines()[4:]] == list(bars(pad).values())
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", bundles[0]["text/html"])[1]).decode()
    assert (
        svg.count("<polyline") == 2
        and "var(" not in svg
        and "Run the cell" in text + str(bundles[0]["text/html"])
    )
    assert repr(pad) == f"Pad: {pad.sentence}"


def test_an_empty_pad_and_an_example_have_a_still_picture_too(pad) -> None:
    assert "Draw a digit" in pad._repr_mimebundle_()["text/plain"]
    pad.example(3)
    assert (
        "digits, held out, number 3"
        in base64.b64decode(
            re.search(r"base64,([^\"]+)", pad._repr_mimebundle_()["text/html"])[1]
        ).decode()
    )
