"""The picture of a surface and the words beside it."""

import io
import math

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

from lessons import log, relu
from lessons.maths.surfaces.surface import cut, surface, walk
from lessons.panels.kit.figure import DARK, LIGHT, RenderContext
from lessons.panels.kit.palette import SURFACE
from lessons.panels.kit.prose import plain
from lessons.panels.surface import path as surface_path
from lessons.panels.surface import picture as pictures
from lessons.panels.surface import words as surface_words
from lessons.panels.surface.picture import FLAT, frame, height_for, levels, surface_picture
from tests.test_figure import contrast

START = (3.0, 0.5)
LOOK = RenderContext(600, 400)


def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = a1 * m2
    yhat = relu(z2)
    L = 0.5 * (yhat - y) ** 2
    return L


def bowl(a, b):
    L = a**2 + 100 * b**2
    return L


def ridge(a, b):
    L = log(a) ** 2 + b**2
    return L


@pytest.fixture(scope="module")
def seen():
    of = cut(two_layers, ("m1", "m2"), x=2.0, y=1.0, m1=3.0, m2=0.5)
    return surface(of, ((-1.0, 5.0), (-1.5, 1.5)))


@pytest.fixture(scope="module")
def smooth():
    return surface(cut(bowl, ("a", "b"), a=1.0, b=1.0), ((-2.0, 2.0), (-1.0, 1.0)))


def way(seen, lr=0.1, steps=0, start=START):
    return walk(seen.cut, start, lr, steps)


def shown(seen, walked, look=LOOK):
    """The axes and the moving artists of a picture, set to a walk."""
    figure = Figure(figsize=(look.width / 100, look.height / 100), dpi=100 * look.ratio)
    FigureCanvasAgg(figure)
    artists = pictures._draw(figure, look, seen)
    surface_path.move(artists, walked)
    return artists["now"].axes, artists


def points(artist):
    return [tuple(map(float, place)) for place in zip(*artist.get_data(), strict=True)]


def numbered(artists, most):
    """The steps up to one that carry their number."""
    outlines = artists["numbers"].get_paths()
    return {n for n in range(most + 1) if any(surface_path.figures(n) is path for path in outlines)}


# The picture.


@pytest.mark.parametrize("look", [LOOK, RenderContext(420, 320, 2.0, True, True)], ids=str)
def test_the_fast_drawing_is_the_full_drawing_pixel_for_pixel(seen, look):
    picture = surface_picture()
    for lr, steps in ((0.1, 0), (0.01, 6), (0.1, 2), (0.3, 1), (0.01, 0)):
        walked = way(seen, lr, steps)
        fast = picture.png(seen, walked, look)
        full = surface_picture().fresh(seen, walked, look)
        assert np.array_equal(imread(io.BytesIO(fast)), imread(io.BytesIO(full)))


def test_the_background_is_drawn_once_for_a_surface(seen, monkeypatch):
    drawn, whole = [], pictures._draw
    monkeypatch.setattr(pictures, "_draw", lambda *given: (drawn.append(1), whole(*given))[1])
    picture = surface_picture()
    for start in np.linspace(0.5, 4.5, 5):
        picture.png(seen, way(seen, start=(float(start), 0.5)), LOOK)
    assert len(drawn) == 1


def test_the_axes_lie_where_the_frame_says(seen):
    axes, _ = shown(seen, way(seen))
    left, top, right, bottom = frame(LOOK)
    box = axes.get_position()
    assert (box.x0, 1 - box.y1, box.x1, 1 - box.y0) == pytest.approx((left, top, right, bottom))
    assert axes.get_xlim() == (-1.0, 5.0) and axes.get_ylim() == (-1.5, 1.5)


def test_the_arrow_points_along_the_negative_gradient_on_the_screen(seen):
    walked = way(seen)
    axes, artists = shown(seen, walked)
    (x0, y0), (x1, y1) = artists["arrow"]._posA_posB
    there = axes.transData.inverted().transform([(x0, y0), (x1, y1)])
    step = there[1] - there[0]
    assert there[0] == pytest.approx(START)
    assert step[0] * walked.now.slopes[1] == pytest.approx(step[1] * walked.now.slopes[0])
    assert step[0] < 0 and step[1] < 0
    assert math.dist((x0, y0), (x1, y1)) == pytest.approx(
        surface_path.arrow_length(walked.now.steepness)
    )


@pytest.mark.parametrize("size", [1e-300, 1e-12, 1e-3, 1.0, 10.0, 1e3, 1e300])
def test_the_arrow_is_long_enough_to_see_and_not_too_long(size):
    assert 34 <= surface_path.arrow_length(size) <= 110
    assert surface_path.arrow_length(size) <= surface_path.arrow_length(2 * size)


def test_where_the_gradient_is_zero_there_are_words_and_no_arrow(seen):
    _, alive = shown(seen, way(seen))
    assert alive["arrow"].get_visible() and alive["no arrow"].get_text() == ""
    assert points(alive["next"]) == [pytest.approx((2.8, -0.7))]
    _, dead = shown(seen, way(seen, steps=1))
    assert not dead["arrow"].get_visible() and dead["next"].get_xdata() == []
    assert dead["no arrow"].get_text() == "gradient 0: no arrow"


def test_the_path_goes_through_all_points_and_some_carry_their_number(seen):
    walked = way(seen, 0.01, 6)
    _, artists = shown(seen, walked)
    places = [point.at for point in walked.points]
    assert points(artists["path"]) == places
    assert points(artists["points"]) == places[:-1] and points(artists["now"]) == places[-1:]
    told = numbered(artists, 6)
    assert {0, 6} <= told < set(range(7))


def test_a_start_alone_has_no_number(seen):
    _, artists = shown(seen, way(seen))
    assert numbered(artists, 9) == set() and not artists["numbers"].get_visible()


@pytest.mark.parametrize(
    ("lr", "steps", "words"),
    [
        (0.3, 0, "the next step leaves the picture"),
        (0.3, 1, "step 1 leaves the picture"),
        (0.01, 3, ""),
    ],
)
def test_a_path_that_leaves_is_told_at_the_edge(seen, lr, steps, words):
    axes, artists = shown(seen, way(seen, lr, steps))
    assert artists["exit"].get_text() == words
    marks = points(artists["exits"])
    assert len(marks) == bool(words)
    for x, y in marks:  # on the edge, and on the line from the start along the gradient (2, 12)
        assert y == -1.5 and (x - 3.0) * 12 == pytest.approx((y - 0.5) * 2)
    figure = axes.figure
    figure.canvas.draw()
    if words:
        told = artists["exit"].get_window_extent()
        assert figure.bbox.x0 <= told.x0 and told.x1 <= figure.bbox.x1
        assert axes.bbox.y0 <= told.y0 and told.y1 <= axes.bbox.y1


def test_a_path_that_leaves_and_comes_back_is_marked_each_time():
    def fold(a, b):
        L = 2 * abs(a) + 0 * b
        return L

    seen = surface(cut(fold, ("a", "b"), a=0.5, b=0.0), ((-1.0, 1.0), (-1.0, 1.0)))
    walked = way(seen, 1.0, 4, (0.5, 0.0))
    assert [point.at[0] for point in walked.points] == [0.5, -1.5, 0.5, -1.5, 0.5]
    axes, artists = shown(seen, walked)
    # Two ways out and two back, and the next step is the third out.
    assert points(artists["exits"]) == [(-1.0, 0.0)] * 5
    assert artists["exit"].get_text() == "the next step leaves the picture"
    axes.figure.canvas.draw()
    assert artists["exit"].get_window_extent().x0 >= axes.bbox.x0


def test_the_flat_region_is_hatched_bordered_and_named(seen, smooth):
    axes, _ = shown(seen, way(seen))
    assert [patch for patch in axes.patches if patch.get_hatch()]
    said = [word for word in axes.texts if word.get_text().replace("\n", " ") == FLAT]
    assert len(said) == 1
    # The words stand in the region, all four corners of them.
    axes.figure.canvas.draw()
    box = said[0].get_window_extent()
    for x in (box.x0, box.x1):
        for y in (box.y0, box.y1):
            assert seen.cut.point(tuple(axes.transData.inverted().transform((x, y)))).flat
    other, _ = shown(smooth, way(smooth, start=(1.0, 0.5)))
    assert not [patch for patch in other.patches if patch.get_hatch()]
    assert FLAT not in [word.get_text() for word in other.texts]


def test_a_narrow_picture_has_the_words_in_lines(seen):
    axes, _ = shown(seen, way(seen), RenderContext(260, height_for(260)))
    assert FLAT in [word.get_text().replace("\n", " ") for word in axes.texts]


def test_where_there_is_no_value_the_picture_says_so():
    seen = surface(cut(ridge, ("a", "b"), a=1.0, b=1.0), ((-1.0, 3.0), (-1.0, 1.0)))
    axes, _ = shown(seen, way(seen, start=(1.0, 0.5)))
    assert "no value" in [word.get_text() for word in axes.texts]
    assert [patch.get_hatch() for patch in axes.patches if patch.get_hatch()] == [".."]


def test_a_surface_of_one_value_has_a_picture():
    def still(a, b):
        L = 0 * a + 0 * b + 1
        return L

    seen = surface(cut(still, ("a", "b"), a=0.0, b=0.0), ((-1.0, 1.0), (-1.0, 1.0)))
    assert levels(seen.values) == [] and (seen.flat < 0).all()
    assert surface_picture().png(seen, way(seen, start=(0.0, 0.0)), LOOK)[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    "values",
    [
        np.linspace(0, 1, 2500).reshape(50, 50),
        np.linspace(-3, 97, 2500).reshape(50, 50) ** 3,
        np.linspace(1000, 1000.5, 2500).reshape(50, 50),
        np.exp(np.linspace(-30, 10, 2500)).reshape(50, 50),
        np.where(np.eye(50) > 0, np.nan, np.linspace(-1e-9, 1e-9, 50)),
    ],
)
def test_levels_are_short_rising_numbers_within_the_values(values):
    found = levels(values)
    assert 4 <= len(found) <= 10 and found == sorted(set(found))
    assert np.nanmin(values) < found[0] and found[-1] < np.nanmax(values)
    assert all(len(f"{level:.12g}".lstrip("-").replace(".", "")) <= 7 for level in found)


def test_system_ts_levels_show_the_valley_and_the_walls(seen):
    found = levels(seen.values)
    assert found[0] < 0.1 and sum(level < 0.5 for level in found) >= 3
    assert sum(level > 1 for level in found) >= 3


@pytest.mark.parametrize(("dark", "palette"), [(False, LIGHT), (True, DARK)])
def test_what_lies_on_the_bands_stands_out(dark, palette):
    for shade in SURFACE[dark]:
        assert contrast(palette.text, shade) >= 4.5
    # The arrow and the path have a halo of the ground, which sets them off from any band.
    assert contrast(palette.backward, palette.ground) >= 3


# The words.


def test_the_sentence_says_where_and_where_to(seen):
    assert plain(surface_words.sentence(way(seen), seen)) == (
        "At m1 = 3.00 and m2 = 0.50, L is 2.00, dL/dm1 = 2.00 and dL/dm2 = 12.00; with lr = 0.1 "
        "the next point is m1 = 2.80, m2 = −0.70."
    )
    assert plain(surface_words.sentence(way(seen, 0.3), seen)).endswith(
        "m1 = 2.40, m2 = −3.10, outside the picture."
    )


def test_the_sentence_of_a_dead_point_does_not_call_it_a_minimum(seen):
    assert plain(surface_words.sentence(way(seen, steps=1), seen)) == (
        "After 1 step, at m1 = 2.80 and m2 = −0.70, L is 0.50, and both derivatives are 0: nothing "
        "moves, at any lr. That is not the lowest place: this picture goes down to about L = 0.00."
    )


def test_at_the_lowest_place_nothing_is_said_about_lower_ones(smooth):
    told = plain(surface_words.sentence(way(smooth, start=(0.0, 0.0)), smooth))
    assert told.endswith("both derivatives are 0: nothing moves, at any lr.")


def test_a_walk_that_stopped_says_so_in_all_words(smooth):
    walked = way(smooth, 1e100, 9, (1.0, 1.0))
    assert walked.stopped.startswith("Step 2 cannot be taken")
    told = plain(surface_words.sentence(walked, smooth))
    assert told.startswith("After 1 step") and "Step 2 cannot be taken: " in told
    assert "Step 2 cannot" in surface_words.table(walked)
    assert "Step 2 cannot" in surface_words.path_table(walked)


def test_a_next_point_beyond_floats_is_told(smooth):
    told = plain(surface_words.sentence(way(smooth, 1e308, 0, (1.0, 1.0)), smooth))
    assert told.endswith("the next point is too far away for a float.")
    written = surface_words.updates(way(smooth, 1e308, 0, (1.0, 1.0)))
    assert "too&#x000A0;large" in written or "too large" in written


def test_the_text_table_holds_the_path(seen):
    assert surface_words.table(way(seen, steps=2)) == (
        "two_layers along m1 and m2, lr = 0.1; x = 2, y = 1\n"
        "step    m1     m2     L  dL_dm1  dL_dm2\n"
        "----  ----  -----  ----  ------  ------\n"
        "   0  3.00   0.50  2.00    2.00   12.00\n"
        "   1  2.80  -0.70  0.50    0.00    0.00\n"
        "   2  2.80  -0.70  0.50    0.00    0.00"
    )


def test_a_long_path_shows_its_start_and_its_latest_steps(smooth):
    table = surface_words.path_table(way(smooth, 0.001, 100, (1.0, 1.0)))
    assert table.count("<tr") == 1 + 1 + 1 + surface_words.MOST_ROWS - 1
    assert "41 more steps" in table
    for step in (0, 42, 100):
        assert f'<th scope="row">{step}</th>' in table
    assert '<th scope="row">41</th>' not in table


def test_the_alternative_text_says_what_the_picture_shows(seen):
    assert surface_words.alt(way(seen), seen) == (
        "Contours of L for m1 from −1 to 5 and m2 from −1.5 to 1.5; L goes from about 0.00 to "
        "98.00 here; a hatched region, about 51 % of the picture, has the gradient 0; the point is "
        "at (3.00, 0.50); the arrow of the negative gradient points down and left."
    )
    left = surface_words.alt(way(seen, 0.3, 1), seen)
    assert "leaves the picture at step 1" in left and "no arrow, since the gradient is 0" in left


def test_names_are_escaped_where_they_meet_html(seen):
    assert "<" not in surface_words.sentence(way(seen), seen).replace("<b", "").replace("</b", "")
