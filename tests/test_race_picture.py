"""The picture of a race and the words beside it."""

import io
import itertools
import math
import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

from lessons.maths.optimizers.optimizers import GradientDescent, Momentum
from lessons.maths.surfaces.landscapes import LANDSCAPES
from lessons.maths.surfaces.race import run_race
from lessons.maths.surfaces.surface import surface
from lessons.panels.kit.figure import DARK, LIGHT, RenderContext
from lessons.panels.kit.prose import plain
from lessons.panels.race import lanes as race_lanes
from lessons.panels.race import picture as pictures
from lessons.panels.race import style as race_style
from lessons.panels.race import words as race_words
from lessons.panels.race.label_placement import PITCH, label_places
from lessons.panels.race.lanes import Moment
from lessons.panels.race.panel import RacePanel
from lessons.panels.race.picture import Ground, frame, height_for, race_picture
from lessons.panels.race.scale import scale_of
from lessons.panels.race.style import ALL_STYLES, OWN, STYLES, styles, swatch
from tests.test_figure import contrast

LOOK = RenderContext(760, height_for(760))
FOUR = ["gradient descent", "momentum", "rmsprop", "adam"]


@pytest.fixture(scope="module")
def grounds():
    # A coarse grid: what is tested here is what moves on it.
    return {
        name: Ground(where, surface(where.cut, where.ranges, size=21), 40)
        for name, where in LANDSCAPES.items()
    }


def moment(grounds, name="narrow valley", at=40, optimizers=FOUR, lr=0.08, start=None):
    race = run_race(LANDSCAPES[name], start, optimizers, 40, lr)
    lanes = [lane.name for lane in race.lanes]
    return Moment(race, at, grounds[name].surface.most, styles(lanes))


def shown(ground, now, look=LOOK):
    """The artists of a picture, set to a moment."""
    figure = Figure(figsize=(look.width / 100, look.height / 100), dpi=100 * look.ratio)
    FigureCanvasAgg(figure)
    artists = pictures._draw(figure, look, ground)
    race_lanes.move(artists, now)
    return artists


def points(line):
    return np.column_stack(line.get_data())


# The picture.


@pytest.mark.parametrize(
    "look", [LOOK, RenderContext(420, height_for(420), 1.5, True, True)], ids=str
)
def test_the_fast_drawing_is_the_full_drawing_pixel_for_pixel(grounds, look):
    picture, ground = race_picture(), grounds["System T"]
    states = [(40, FOUR, 0.02), (3, FOUR[:2], 0.1), (0, FOUR, 0.02), (9, FOUR[2:], 3.0)]
    for at, optimizers, lr in states:
        now = moment(grounds, "System T", at, optimizers, lr)
        fast = imread(io.BytesIO(picture.png(ground, now, look)))
        full = imread(io.BytesIO(race_picture().fresh(ground, now, look)))
        assert np.array_equal(fast, full)


def test_the_background_is_drawn_once_while_the_race_changes(grounds, monkeypatch):
    drawn, whole = [], pictures._draw
    monkeypatch.setattr(pictures, "_draw", lambda *given: (drawn.append(1), whole(*given))[1])
    picture = race_picture()
    for x, at, lr in ((-4.0, 5, 0.08), (-3.5, 40, 0.08), (2.0, 40, 0.5)):
        now = moment(grounds, at=at, lr=lr, start=(x, 1.0))
        picture.png(grounds["narrow valley"], now, LOOK)
    assert len(drawn) == 1


def test_paths_and_losses_are_those_of_the_race_up_to_the_step_shown(grounds):
    now = moment(grounds, at=7)
    artists = shown(grounds["narrow valley"], now)
    for lane in now.race.lanes:
        key = STYLES[lane.name].key
        assert np.array_equal(points(artists[f"map {key}"]), lane.path[:8])
        steps, heights = artists[f"loss {key}"].get_data()
        assert list(steps) == list(range(8)) and np.allclose(10.0**heights, lane.losses[:8])
    for key in ("nesterov", "clipped", "averaged", "own"):
        assert len(points(artists[f"map {key}"])) == 0
    assert list(artists["step"].get_xdata()) == [7, 7]
    # Every head lies at the end of its line, on both sides.
    for side, axes in (("map", artists["start"].axes), ("loss", artists["step"].axes)):
        ends = [points(artists[f"{side} {STYLES[n].key}"])[-1] for n in FOUR]
        assert np.allclose(artists[f"{side} filled"].get_offsets(), axes.transData.transform(ends))
        assert len(artists[f"{side} labels"].get_paths()) == 4


def test_each_label_says_whose_it_is_and_who_is_dead(grounds):
    now = moment(grounds, "System T", 40, ["gradient descent", "adam"], 0.1)
    artists = shown(grounds["System T"], now)
    words = [race_style.outline(name, 12.0) for name in ("gradient descent, dead", "Adam")]
    assert all(a is b for a, b in zip(artists["map labels"].get_paths(), words, strict=True))
    colors = artists["map labels"].get_facecolor()
    assert not np.array_equal(colors[0], colors[1])


def test_a_lane_that_leaves_is_marked_hollow_where_it_left(grounds):
    now = moment(grounds, "bowl", 40, ["gradient descent"], 1.5, (-2.0, 1.0))
    [lane] = now.race.lanes
    assert lane.stopped_at == 5  # the place doubles at each step
    artists = shown(grounds["bowl"], now)
    assert len(artists["map filled"].get_paths()) == 0
    [spot] = artists["map hollow"].get_offsets()
    chart = artists["start"].axes
    # It goes along the line through the start and the minimum, and to the right at first.
    assert chart.transData.inverted().transform(spot) == pytest.approx((3.0, -1.5))
    assert (
        race_style.outline("gradient descent, stopped", 12.0) in artists["map labels"].get_paths()
    )


def test_a_lane_that_explodes_is_drawn_up_to_there_and_agg_can_draw_it(grounds):
    now = moment(grounds, "bowl", 40, {"mine": GradientDescent(1e9)}, None)
    [lane] = now.race.lanes
    assert lane.stopped and len(lane.losses) < 41
    artists = shown(grounds["bowl"], now)
    path = points(artists["map own"])
    assert np.abs(path).max() < 1e5
    a, b = lane.path[1] - lane.path[0], path[1] - path[0]
    assert a[0] * b[1] == pytest.approx(a[1] * b[0])  # the same direction
    assert race_picture().png(grounds["bowl"], now, LOOK)[:4] == b"\x89PNG"


def test_the_map_lies_where_the_frame_says_and_the_losses_beside_or_below(grounds):
    now = moment(grounds)
    for look in (LOOK, RenderContext(420, height_for(420))):
        artists = shown(grounds["narrow valley"], now, look)
        chart, losses = artists["start"].axes, artists["step"].axes
        left, top, right, bottom = frame(look)
        box = chart.get_position()
        assert (box.x0, 1 - box.y1, box.x1, 1 - box.y0) == pytest.approx((left, top, right, bottom))
        beside = losses.get_position().x0 > box.x1
        assert beside == (look is LOOK)
        assert beside or losses.get_position().y1 < box.y0


@pytest.mark.parametrize("name", LANDSCAPES)
@pytest.mark.parametrize("at", [0, 5, 40])
def test_no_label_lies_on_another_or_leaves_the_picture(grounds, name, at):
    now = moment(grounds, name, at, [*FOUR, "averaged momentum", "nesterov"], 0.05)
    artists = shown(grounds[name], now)
    figure = artists["start"].axes.figure
    for side in ("map", "loss"):
        labels = artists[f"{side} labels"]
        boxes = [
            (x, y, x + path.get_extents().x1, y)
            for path, (x, y) in zip(labels.get_paths(), labels.get_offsets(), strict=True)
        ]
        assert len(boxes) == 6
        for left, y, right, _ in boxes:
            assert 0 <= left and right <= figure.bbox.width and 0 <= y <= figure.bbox.height
        for a, b in itertools.combinations(boxes, 2):
            assert a[2] < b[0] or b[2] < a[0] or abs(a[1] - b[1]) > 0.9 * PITCH


def test_labels_keep_off_words_that_stand_there_and_off_other_points():
    box = (0.0, 0.0, 400.0, 300.0)
    [free] = label_places([(100.0, 100.0)], [80.0], box)
    assert (free.x, free.y, free.right) == (112.0, 100.0, True)
    [moved] = label_places([(100.0, 100.0)], [80.0], box, [(150.0, 96.0, 300.0, 104.0)])
    assert abs(moved.y - 100.0) >= PITCH / 2 + 4
    [left] = label_places([(390.0, 100.0)], [80.0], box)
    assert not left.right and left.near == 378.0
    two = label_places([(100.0, 100.0), (130.0, 100.0)], [80.0, 80.0], box)
    assert abs(two[0].y - two[1].y) >= PITCH - 1e-6
    assert all(label.x > 130.0 for label in two)


# The axis of the losses.


def test_the_axis_is_logarithmic_where_no_loss_is_negative():
    lanes = [np.array([18.0, 3.0, 2e-7]), np.array([18.0, 20.0, 30.0])]
    scale = scale_of(lanes, 35.0)
    assert scale.log and not scale.below and scale.low <= math.log10(2e-7)
    assert scale.high >= math.log10(30.0) and 4 <= len(scale.ticks) <= 7
    assert scale.words(scale.ticks[0]) == "$10^{-8}$"
    below = scale_of([np.array([18.0, 0.0])], 35.0)
    assert below.log and below.below and below.words(below.ticks[0]).startswith("≤ ")
    assert below.heights(np.array([0.0])) == below.low
    few = scale_of([np.array([0.6, 0.08])], 1.0)
    assert [few.words(tick) for tick in few.ticks] == ["0.05", "0.1", "0.2", "0.5", "1"]


def test_the_axis_is_linear_where_a_loss_is_negative_and_explosions_do_not_stretch_it():
    lanes = [np.array([1.0, -0.5, -1.0]), np.array([1.0, 50.0, 1e200])]
    scale = scale_of(lanes, 2.0)
    assert not scale.log and scale.low < -1.0 and 1.0 < scale.high < 10.0
    assert np.array_equal(scale.heights(lanes[0]), lanes[0])
    assert [scale.words(tick) for tick in scale.ticks] == ["−1", "0", "1", "2", "3", "4", "5"]
    # One value alone, 0 alone, and a lane that begins at the largest of floats, have an axis too.
    for losses in ([2.0, 2.0], [0.0], [1e308, 1e308]):
        flat = scale_of([np.array(losses)], max(losses))
        assert flat.low < flat.high and all(map(math.isfinite, (flat.low, flat.high)))


# Told apart.


def machado(kind):
    """How a colour looks to an eye that lacks one kind of cone: linear RGB to linear RGB."""
    return {
        "all": np.eye(3),
        "no red": np.array(
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        ),
        "no green": np.array(
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        ),
        "no blue": np.array(
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ]
        ),
    }[kind]


def cielab(color, kind):
    """A colour such as #0077bb in CIELAB, where a distance of 2 is about the least that is seen."""
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ np.clip(machado(kind) @ linear, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", ["all", "no red", "no green", "no blue"])
def test_the_colours_keep_apart_for_every_eye(dark, kind):
    for one, other in itertools.combinations(ALL_STYLES, 2):
        apart = np.linalg.norm(cielab(one.color(dark), kind) - cielab(other.color(dark), kind))
        assert apart > 11, (one.key, other.key, apart)


@pytest.mark.parametrize(("dark", "ground"), [(False, LIGHT.ground), (True, DARK.ground)])
def test_each_colour_can_be_read_as_words_on_the_page(dark, ground):
    for style in ALL_STYLES:
        assert contrast(style.color(dark), ground) >= 4.5, style


def test_no_two_lanes_share_a_marker_or_a_colour_and_lines_of_one_kind_differ():
    for part in ("key", "light", "dark", "marker"):
        assert len({getattr(style, part) for style in ALL_STYLES}) == len(ALL_STYLES)
    for one, other in (("momentum", "averaged momentum"), ("gradient descent", "clipped descent")):
        assert STYLES[one].dashes != STYLES[other].dashes


def test_lanes_of_ones_own_get_styles_that_nobody_else_has():
    found = styles(["adam", "mine", "other"])
    assert found["adam"] is STYLES["adam"] and found["mine"] is OWN
    assert found["other"] not in (OWN, STYLES["adam"])
    with pytest.raises(ValueError, match="9 optimizers are too many to tell apart"):
        styles([f"lane {i}" for i in range(9)])


def test_the_style_sheet_has_the_colours_of_the_picture():
    found = re.findall(r"\.bp-lane-(\w+) \{\s*--bp-lane: (#\w+);\s*\}", RacePanel._frontend._css)
    light, dark = found[: len(ALL_STYLES)], found[len(ALL_STYLES) :]
    assert dict(light) == {style.key: style.light for style in ALL_STYLES}
    assert dict(dark) == {style.key: style.dark for style in ALL_STYLES}


def test_a_swatch_is_the_line_and_the_marker():
    assert 'stroke-dasharray="5 2"' in swatch(STYLES["averaged momentum"])
    assert "stroke-dasharray" not in swatch(STYLES["adam"])
    assert swatch(STYLES["adam"]).count("L") >= 9  # a star of five points


# The words.


def test_the_sentence_says_who_is_lowest_and_who_is_dead(grounds):
    now = moment(
        grounds, "System T", 40, ["gradient descent", "momentum", "averaged momentum"], 0.02
    )
    assert plain(race_words.sentence(now.race, 0)) == (
        "Gradient descent, momentum and averaged momentum start at m1 = 3.00 and m2 = 0.50, where "
        "L is 2.00."
    )
    told = plain(race_words.sentence(now.race, 5))
    assert told.startswith("After 5 of 40 steps gradient descent is lowest, with L = ")
    assert told.endswith("Momentum (since step 2) is dead: the gradient there is 0.")
    assert plain(race_words.sentence(now.race, 40)).startswith("After all 40 steps ")


def test_equals_share_a_rank_and_stopped_ones_come_last(grounds):
    given = {"a": GradientDescent(0.1), "b": GradientDescent(0.1), "c": Momentum(30.0)}
    race = moment(grounds, "bowl", 40, given, None).race
    ranks = [(rank, lane.name) for rank, lane in race_words.standing(race, 40)]
    assert ranks == [(1, "a"), (1, "b"), (3, "c")]
    told = plain(race_words.sentence(race, 40))
    assert "a and b are lowest".lower() in told.lower() and "C was stopped at step " in told
    assert race_words.status(race["c"], 0) == "still going"
    alone = moment(grounds, "bowl", 40, {"c": Momentum(30.0)}, None).race
    assert "nobody is left" in plain(race_words.sentence(alone, 40))


def test_the_tables_hold_name_rate_step_place_loss_and_outcome(grounds):
    now = moment(grounds, "System T", 40, ["gradient descent", "adam"], 0.1)
    assert race_words.table(now.race, 1) == (
        "System T from (3, 0.5), after 1 of 40 steps\n"
        "rank  optimizer          lr  step    m1     m2       L  outcome\n"
        "----  ----------------  ---  ----  ----  -----  ------  -----------------\n"
        "   1  gradient descent  0.1     1  2.80  -0.70  0.50    dead since step 1\n"
        "   2  Adam              0.1     1  2.90   0.40  0.8712  still going"
    )
    page = race_words.table_rows(now.race, 1, now.marks)
    assert page.count("<tr>") == 3 and "bp-lane-adam" in page and "dead since step 1" in page


def test_the_alternative_text_tells_both_sides_and_every_lane(grounds):
    now = moment(grounds, "System T", 1, ["gradient descent", "adam"], 0.1)
    told = race_words.alt(now.race, 1, True)
    assert "from (3.00, 0.50)" in told and "a logarithmic axis" in told
    assert "gradient descent at (2.80, −0.70) with L = 0.50, dead since step 1" in told
    assert "Adam at (2.90, 0.40) with L = 0.8712" in told
    assert "two numbers" in race_words.LIMITS and "mini-batch" in race_words.LIMITS


def test_names_are_escaped_where_they_meet_html(grounds):
    race = moment(grounds, "bowl", 40, {"<b>": GradientDescent(0.1)}, None).race
    marks = styles(["<b>"])
    for told in (race_words.sentence(race, 3), race_words.table_rows(race, 3, marks)):
        assert "&lt;b&gt;" in told and "<b></b>" not in told
