"""The fast figure: the quick drawing is the full drawing, and the PNG is what was drawn."""

import io

import numpy as np
import pytest
from matplotlib.image import imread

from lessons.panels.kit.figure import DARK, LIGHT, FastFigure, RenderContext, px


def draw(figure, look, title):
    left, right = figure.subplots(1, 2)
    for axes in (left, right):
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_title(title, color=look.palette.text, fontsize=px(12))
        axes.grid(color=look.palette.line)
    left.plot([0, 1], [1, 0], color=look.palette.forward)
    return {
        "line": left.plot([], [], color=look.palette.backward, lw=3)[0],
        "dot": right.plot([], [], "o", color=look.palette.backward)[0],
        "word": left.text(0, 0, "", color=look.palette.text),
    }


def move(artists, place):
    x, y = place
    artists["line"].set_data([0, x], [0, y])
    artists["dot"].set_data([x], [y])
    artists["word"].set_text(f"{x:g}")
    artists["word"].set_position((x, y))


def pixels(png):
    return imread(io.BytesIO(png))


LOOKS = [
    RenderContext(420, 200),
    RenderContext(420, 200, ratio=2.0, dark=True),
    RenderContext(333, 181, ratio=1.25, solid=True),
    RenderContext(420, 200, dark=True, solid=True),
]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_fast_drawing_is_the_full_drawing_pixel_for_pixel(look):
    picture = FastFigure(draw, move)
    for place in [(0.2, 0.9), (0.7, 0.4), (0.2, 0.9), (1.5, -0.3)]:
        fast, full = picture.png("A", place, look), FastFigure(draw, move).fresh("A", place, look)
        assert np.array_equal(pixels(fast), pixels(full))


def test_nothing_of_an_earlier_state_is_left():
    picture = FastFigure(draw, move)
    first = picture.png("A", (0.2, 0.9))
    assert picture.png("A", (0.8, 0.1)) != first
    assert picture.png("A", (0.2, 0.9)) == first


def test_what_stays_is_drawn_once_and_anew_when_it_changes():
    drawn = []

    def counted(figure, look, title):
        drawn.append((title, look.dark))
        return draw(figure, look, title)

    picture = FastFigure(counted, move)
    for title, dark in [("A", False), ("A", False), ("B", False), ("B", True), ("B", True)]:
        for x in (0.1, 0.5):
            picture.png(title, (x, x), RenderContext(200, 100, dark=dark))
    assert drawn == [("A", False), ("B", False), ("B", True)]


@pytest.mark.parametrize("broken", ["draw", "move"])
def test_after_an_error_the_next_picture_is_whole(broken):
    fail = True

    def failing_draw(figure, look, title):
        if fail and broken == "draw":
            raise ValueError("draw")
        return draw(figure, look, title)

    def failing_move(artists, place):
        if fail and broken == "move":
            raise ValueError("move")
        move(artists, place)

    picture = FastFigure(failing_draw, failing_move)
    with pytest.raises(ValueError, match=broken):
        picture.png("A", (0.5, 0.5))
    fail = False
    assert picture.png("A", (0.5, 0.5)) == FastFigure(draw, move).png("A", (0.5, 0.5))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_size_is_in_css_pixels_times_the_ratio(ratio):
    png = FastFigure(draw, move).png("A", (0.5, 0.5), RenderContext(400, 200, ratio))
    assert pixels(png).shape == (200 * ratio, 400 * ratio, 4)


def test_the_ground_is_clear_or_the_palettes_own():
    picture = FastFigure(draw, move)
    assert pixels(picture.png("A", (0.5, 0.5), RenderContext(400, 200)))[0, 0, 3] == 0
    for dark, palette in ((False, LIGHT), (True, DARK)):
        corner = pixels(
            picture.png("A", (0.5, 0.5), RenderContext(400, 200, dark=dark, solid=True))
        )[0, 0]
        shown = "#" + "".join(f"{round(255 * float(part)):02x}" for part in corner)
        assert shown == palette.ground


def test_a_saved_picture_is_smaller_and_the_same():
    picture = FastFigure(draw, move)
    fast, small = (picture.png("A", (0.5, 0.5), level=level) for level in (1, 9))
    assert len(small) < len(fast)
    assert np.array_equal(pixels(small), pixels(fast))


def test_the_png_holds_no_date_and_no_version():
    one, two = (FastFigure(draw, move).png("A", (0.5, 0.5)) for _ in range(2))
    assert one == two
    assert b"tEXt" not in one and b"tIME" not in one


def test_the_png_is_what_the_canvas_holds():
    """Read back by another decoder: the chunks and their checksums are right."""
    picture = FastFigure(draw, move)
    png = picture.png("A", (0.5, 0.5), RenderContext(400, 200, dark=True))
    canvas = np.asarray(picture._canvas.buffer_rgba())
    assert np.array_equal(np.round(255 * pixels(png)).astype(np.uint8), canvas)


def test_two_pictures_do_not_disturb_each_other():
    one, two = FastFigure(draw, move), FastFigure(draw, move)
    before = one.png("A", (0.3, 0.3))
    two.png("B", (0.9, 0.9), RenderContext(300, 300, dark=True))
    assert one.png("A", (0.3, 0.3)) == before


def contrast(one, two):
    def light(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_lines_stand_out_from_the_ground(palette):
    for words in (palette.text, palette.muted):
        assert contrast(words, palette.ground) >= 4.5
    for lines in (palette.forward, palette.backward):
        assert contrast(lines, palette.ground) >= 3.0
