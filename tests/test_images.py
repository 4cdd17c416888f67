"""Images, the confusion table, and what they refuse: pictures against the arrays they show."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from lessons import digits, show_confusion, show_images
from lessons.panels.kit.images import as_image
from lessons.panels.training.confusion import confusion

SVG = "{http://www.w3.org/2000/svg}"
CELL = re.compile(r"M([-\d.]+) ([-\d.]+)h([-\d.]+)v")


def cells(shown) -> dict[str, dict[tuple[int, int, int], float]]:
    """What is painted: for each kind, (image, row, column) and how deep its colour is."""
    root = ET.fromstring(shown.svg)
    found: dict[str, dict[tuple[int, int, int], float]] = {}
    groups = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}rect") is not None]
    for number, group in enumerate(groups):
        paper = group.find(f"{SVG}rect")
        left, top = float(paper.get("x")) + 0.5, float(paper.get("y")) + 0.5
        for path in group.findall(f"{SVG}path"):
            for x, y, side in CELL.findall(path.get("d")):
                row = round((float(y) - top) / float(side))
                column = round((float(x) - left) / float(side))
                kind = found.setdefault(path.get("class"), {})
                kind[number, row, column] = float(path.get("fill-opacity"))
    return found


def strokes(shown) -> int:
    root = ET.fromstring(shown.svg)
    paths = [p for p in root.iter(f"{SVG}path") if p.get("class") == "hm-stroke"]
    return sum(path.get("d").count("M") for path in paths)


def test_every_pixel_of_ink_is_painted_as_deep_as_it_is() -> None:
    x = digits().x[:12]
    painted = cells(show_images(x))["im-ink"]
    assert len(painted) == (x > 0).sum()
    images = x.reshape(-1, 8, 8)
    for (number, row, column), deep in painted.items():
        assert deep == pytest.approx(images[number, row, column], abs=1 / 32)


def test_a_sign_is_told_by_hue_and_by_a_stroke() -> None:
    values = np.array([[0.5, -1.0, 0.0], [-0.5, 0.25, 1.0], [0.0, 0.0, -0.25]])
    shown = show_images(values)
    painted = cells(shown)
    assert painted["hm-p"] == {(0, 0, 0): 0.5, (0, 1, 1): 0.25, (0, 1, 2): 1.0}
    assert painted["hm-n"] == {(0, 0, 1): 1.0, (0, 1, 0): 0.5, (0, 2, 2): 0.25}
    assert strokes(shown) == 3
    assert "im-ink" not in painted and "below 0" in shown.svg


def test_all_images_share_one_scale() -> None:
    painted = cells(show_images(np.array([[[1.0, -1.0]], [[0.5, 0.0]]])))
    assert painted["hm-p"] == {(0, 0, 0): 1.0, (1, 0, 0): 0.5}
    deeper = cells(show_images(np.array([[[1.0, -1.0]], [[0.5, 0.0]]]), scale=0.5))
    assert set(deeper["hm-p"].values()) == {1.0}
    # Ink is never made darker than it is.
    assert set(cells(show_images(np.full((8, 8), 0.5)))["im-ink"].values()) == {0.5}


def test_ink_can_be_shown_with_the_middle_at_zero() -> None:
    assert set(cells(show_images(np.eye(3), signed=True))) == {"hm-p"}


def test_ink_and_signs_can_stand_side_by_side() -> None:
    shown = show_images([[[0.5, 1.0]], [[-4.0, 2.0]]], ["x", "dL_dx"], signed=[False, True])
    painted = cells(shown)
    assert painted["im-ink"] == {(0, 0, 0): 0.5, (0, 0, 1): 1.0}
    assert painted["hm-n"] == {(1, 0, 0): 1.0} and painted["hm-p"] == {(1, 0, 1): 0.5}
    assert "Full colour: 4 away" in shown.svg
    assert "ink on paper and numbers with a sign: x; dL_dx" in shown.alt


@pytest.mark.parametrize(
    ("shape", "count"),
    [((64,), 1), ((8, 8), 1), ((5, 64), 5), ((64, 64), 64), ((16, 16), 1), ((3, 7, 5), 3)],
)
def test_an_image_is_a_row_of_pixels_or_a_table(shape: tuple[int, ...], count: int) -> None:
    shown = show_images(np.ones(shape))
    assert len(cells(shown)["im-ink"]) == np.prod(shape)
    assert len({number for number, _, _ in cells(shown)["im-ink"]}) == count


def test_the_picture_is_told_in_words_and_in_numbers() -> None:
    shown = show_images(digits().x[:3], ["a 0\nread as 8", "a 1", ""], title="Three <digits>")
    assert shown.alt.startswith("Three <digits>. 3 images of 8 by 8 pixels, ink on paper: a 0,")
    assert shown.text.splitlines()[0] == "a 0, read as 8: 0.29 of it is ink"
    assert "Three &lt;digits&gt;" in shown.svg
    one = show_images([[0.25, -0.5]], ["dL_dx"])
    assert one.text == "dL_dx\n 0.25 -0.50"
    html = one._repr_mimebundle_()["text/html"]
    assert html.startswith('<img alt="An image of 1 by 2 pixels, numbers with a sign: dL_dx."')


def test_nothing_in_the_picture_stands_outside_of_it() -> None:
    for count in (1, 2, 3, 10, 32):
        shown = show_images(np.ones((count, 64)), ["a long caption here"] * count, title="T" * 30)
        root = ET.fromstring(shown.svg)
        width, height = float(root.get("width")), float(root.get("height"))
        for text in root.iter(f"{SVG}text"):
            middle = text.get("class") in ("im-caption", "im-more")
            half = 3.2 * len(text.text) * (1 if middle else 2)
            assert 0 <= float(text.get("x")) - (half if middle else 0)
            assert float(text.get("x")) + half <= width
            assert float(text.get("y")) <= height - 6


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: show_images(np.ones((2, 3, 4, 5))), "shape (2, 3, 4, 5)"),
        (lambda: show_images(np.ones((0, 64))), "shape (0, 8, 8)"),
        (lambda: show_images(np.ones(60)), "60 pixels make no square"),
        (lambda: show_images([[1.0, float("nan")]]), "not finite"),
        (lambda: show_images([[1.0], [1.0, 2.0]]), "no array of numbers"),
        (lambda: show_images(np.ones((2, 64)), ["one"]), "1 captions and 2 images"),
        (lambda: show_images(np.ones(64), scale=0), "scale is 0"),
        (lambda: show_images(np.ones(64), signed=[True, False]), "signed has 2 entries"),
        (lambda: show_images(np.ones(64), columns=0), "columns is 0"),
        (lambda: as_image([1.0, 2.0]), "2 pixels"),
        (lambda: show_confusion([0, 1], [0]), "labels is (2,) and guesses is (1,)"),
        (lambda: show_confusion([0, 10], [0, 1]), "labels[1] is 10, and there are 10 classes"),
        (lambda: show_confusion([0, 1], [0, -1]), "guesses[1] is -1"),
        (lambda: show_confusion([0.0], [0]), "labels is an array (1,) of float64"),
        (lambda: show_confusion([], []), "labels is an array (0,)"),
    ],
)
def test_what_does_not_fit_is_refused(call, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        call()


# -- the confusion table ----------------------------------------------------------------------

LABELS, GUESSES = np.array([0, 0, 1, 2, 2, 2, 2]), np.array([0, 1, 1, 2, 0, 0, 2])


def test_rows_are_what_it_is_and_columns_what_was_said() -> None:
    table = confusion(LABELS, GUESSES, 3)
    assert table.tolist() == [[1, 1, 0], [0, 1, 0], [2, 0, 2]]
    by_hand = np.zeros((3, 3), dtype=int)
    for label, guess in zip(LABELS, GUESSES, strict=True):
        by_hand[label, guess] += 1
    assert (table == by_hand).all()


def test_the_table_as_picture_and_as_text() -> None:
    shown = show_confusion(LABELS, GUESSES, ["cat", "dog", "eel"])
    assert shown.text.splitlines() == [
        "     cat dog eel  right",
        " cat   1   1   .  1 of 2",
        " dog   .   1   .  1 of 1",
        " eel   2   .   2  2 of 4",
    ]
    assert "4 of 7 are right, 3 are wrong" in shown.alt
    assert "eel taken for cat: 2, cat taken for dog: 1." in shown.alt
    root = ET.fromstring(shown.svg)
    counts = [t.text for t in root.iter(f"{SVG}text") if (t.text or "").isdigit()]
    assert counts == ["1", "1", "1", "2", "2"]


def test_nothing_wrong_is_no_mistake() -> None:
    shown = show_confusion(LABELS, LABELS, "abc")
    assert shown.alt == "A confusion table. 7 of 7 are right, 0 are wrong."
