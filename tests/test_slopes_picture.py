"""The picture of a slope shows the measurement, and its words and tables say the same numbers."""

import io
import math
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread

from lessons import binary_cross_entropy, half_squared_error, log
from lessons.maths.functions import ACTIVATIONS
from lessons.maths.scalar.secant import curve_of, measured
from lessons.panels.kit.figure import RenderContext
from lessons.panels.kit.prose import plain
from lessons.panels.slopes import picture as curves
from lessons.panels.slopes import words
from lessons.panels.slopes.picture import Graph, height_for, slope_picture

WITHIN = (-5.4, 7.2)


def square(x):
    return x * x


def reciprocal(x):
    return 1 / x


def logarithm(x):
    return log(x)


def surprise(p):
    return binary_cross_entropy(p, 1)


def a_loss_with_a_long_name(yhat):
    return half_squared_error(yhat, 1)


FUNCTIONS = [*ACTIVATIONS, square, reciprocal, logarithm, a_loss_with_a_long_name]
NAMES = [function if isinstance(function, str) else function.__name__ for function in FUNCTIONS]


def measure(function, z=2.0, h=1.0, within=WITHIN):
    return measured(curve_of(function), z, h, within)


def drawn(m, look=None, others=False):
    """The artists of a picture, set to a measurement, and the two axes."""
    figure = Figure()
    FigureCanvasAgg(figure)
    artists = curves._draw(figure, look or RenderContext(), Graph(m.curve, *WITHIN, others))
    curves._move(artists, m)
    return artists, figure.axes


def data(artist):
    xs, ys = artist.get_data()
    return list(map(float, xs)), list(map(float, ys))


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
@pytest.mark.parametrize(
    "look", [RenderContext(700, 300), RenderContext(420, 460, 2.0, dark=True)], ids=str
)
def test_the_fast_drawing_is_the_full_drawing(function, look):
    picture = slope_picture()
    graph = Graph(curve_of(function), *WITHIN, others=function == "sigmoid")
    for z, h in [(2.0, 1.0), (0.5, 1e-6)]:
        m = measure(function, z, h)
        fast, full = (imread(io.BytesIO(d(graph, m, look))) for d in (picture.png, picture.fresh))
        assert np.array_equal(fast, full)


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_points_and_lines_lie_where_the_numbers_say(function):
    m = measure(function, 1.5, 0.5)
    artists, _ = drawn(m)
    assert data(artists["point"]) == ([1.5], [m.value])
    assert data(artists["moved"]) == ([2.0], [m.moved])
    assert data(artists["slope"]) == ([1.5], [m.tangent])
    assert data(artists["measured"]) == ([1.5], [m.secant])
    for name, slope in (("secant", m.secant), ("tangent", m.tangent)):
        xs, ys = data(artists[name])
        assert (ys[1] - ys[0]) / (xs[1] - xs[0]) == pytest.approx(slope, abs=1e-12)
        assert np.interp(1.5, xs, ys) == pytest.approx(m.value)
    xs, ys = data(artists["secant"])
    assert np.interp(2.0, xs, ys) == pytest.approx(m.moved)


def test_the_left_secant_is_there_at_the_kink_and_only_there():
    artists, _ = drawn(measure("relu", 0.0, 1.0))
    xs, ys = data(artists["left secant"])
    assert ys == [0.0, 0.0] and len(xs) == 2
    assert data(artists["left moved"]) == ([-1.0], [0.0])
    curves._move(artists, measure("relu", 1.0, 1.0))
    assert data(artists["left secant"]) == data(artists["left moved"]) == ([], [])


@pytest.mark.parametrize(("name", "left"), [("relu", 0.0), ("leaky_relu", 0.01)])
def test_the_jump_has_an_open_and_a_filled_end(name, left):
    _, (_, derivative) = drawn(measure(name))
    ends = [line for line in derivative.lines if data(line)[0] == [0.0]]
    filled = {
        data(e)[1][0]: e.get_markerfacecolor() == RenderContext().palette.backward for e in ends
    }
    assert filled == {left: True, 1.0: False}
    graph = max(derivative.lines, key=lambda line: len(data(line)[0]))
    assert math.isnan(np.interp(0.0, *data(graph)))


def test_the_others_are_drawn_behind_and_named():
    _, (function, derivative) = drawn(measure("sigmoid"), others=True)
    named = [text.get_text() for text in function.get_legend().get_texts()]
    assert named == ["ReLU", "leaky ReLU", "tanh", "softplus"]
    assert function.get_ylim()[0] < -1 and derivative.get_ylim()[1] > 1
    _, (function, _) = drawn(measure("sigmoid"))
    assert function.get_legend() is None


def shown_ticks(axis):
    low, high = sorted(axis.get_view_interval())
    return [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
@pytest.mark.parametrize("width", [280, 668, 1400])
def test_no_word_is_cut_off_and_none_is_small(function, width):
    look = RenderContext(width, height_for(width))
    figure = Figure(figsize=(look.width / 100, look.height / 100), dpi=100)
    canvas = FigureCanvasAgg(figure)
    artists = curves._draw(figure, look, Graph(curve_of(function), *WITHIN, True))
    curves._move(artists, measure(function))
    canvas.draw()
    for axes in figure.axes:
        ticks = [tick.label1 for axis in (axes.xaxis, axes.yaxis) for tick in shown_ticks(axis)]
        assert len(ticks) >= 6
        for text in [*ticks, axes.xaxis.label, axes._left_title]:
            if text.get_text():
                box = text.get_window_extent()
                assert 0 <= box.x0 and box.x1 <= look.width, text
                assert 0 <= box.y0 and box.y1 <= look.height, text
                assert text.get_fontsize() * 100 / 72 >= 11


@pytest.mark.parametrize(
    ("function", "z", "h", "told"),
    [
        ("relu", 2.0, 1.0, "the same slope, 1.00: the function is straight here"),
        ("relu", 2.0, 1e-6, "the same slope, 1.00: only rounding sets them apart"),
        ("relu", -0.5, 1.0, "across the kink at 0: its slope 0.50 mixes"),
        ("relu", 0.0, 1.0, "from the right the secant has slope 1.00, from the left 0.00"),
        ("relu", 0.0, 1.0, "The slope 0.00 here is a convention; any value in [0, 1] would do"),
        ("leaky_relu", 0.0, 1.0, "any value in [0.01, 1] would do"),
        (square, 1.0, 0.5, "slope 2.50, 0.50 above the tangent's 2.00. A smaller h"),
        ("sigmoid", 2.0, 1.0, "below the tangent's 0.105"),
        (square, 1.0, 1e-6, "the secant has become the tangent: both slopes are 2.00"),
        (lambda x: 1.0 if x > 1 else 0.0, 1.0, 0.5, "At x = 1.00 f jumps: it has no slope here"),
    ],
)
def test_the_sentence_says_what_is_seen(function, z, h, told):
    assert told in plain(words.sentence(measure(function, z, h)))


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
@pytest.mark.parametrize("h", [1.0, 0.001, 1e-6])
def test_the_numbers_are_well_formed_and_lead_to_the_slopes(function, h):
    html = words.numbers(measure(function, 1.5, h)).replace("&nbsp;", " ")
    rows = ElementTree.fromstring(html).findall(".//tr")
    assert len(rows) == 3
    m = measure(function, 1.5, h)
    # The fraction with the numbers put in gives the secant's slope back.
    fraction = html.split("<mfrac>")[3]
    above = [float(n) for n in re.findall(r"<mn>([\d.]+)</mn>", fraction)[:2]]
    signs = [-1 if m.moved < 0 else 1, -1 if m.value < 0 else 1]
    rise = above[0] * signs[0] - above[1] * signs[1]
    assert rise / h == pytest.approx(m.secant, abs=0.02 * max(1, abs(m.secant)))


def test_small_steps_are_written_with_enough_digits():
    html = words.numbers(measure("relu", 2.0, 1e-6))
    assert "<mn>2.000001</mn>" in html


def test_the_rule_of_the_tangent_gives_the_tangent():
    """What _RULES says beside the table, put into numbers."""
    sigmoid, tanh = curve_of("sigmoid").function, math.tanh
    for z in (-2.0, 0.0, 0.7):
        assert sigmoid(z) * sigmoid(-z) == pytest.approx(measure("sigmoid", z).tangent)
        assert 1 - tanh(z) ** 2 == pytest.approx(measure("tanh", z).tangent)
    assert set(words._RULES) == {"sigmoid", "tanh"}


def test_a_negative_number_is_put_into_a_formula_once():
    html = words.numbers(measure("sigmoid", -1.0))
    tangent = html.split("<tr>")[2]
    assert tangent.count("<mo>&#x02212;</mo><mn>1.00</mn>") == 1


def test_the_table_of_a_square():
    assert words.table(measure(square, 3.0)) == (
        "square at x = 3.00\n"
        "h      secant slope  tangent slope  difference\n"
        "-----  ------------  -------------  ----------\n"
        "1          7.000000       6.000000    1.000000\n"
        "0.1        6.100000       6.000000    0.100000\n"
        "0.01       6.010000       6.000000    0.010000\n"
        "0.001      6.001000       6.000000    0.001000\n"
        "1e-06      6.000001       6.000000    0.000001"
    )


def test_the_table_at_a_kink_has_both_sides():
    table = words.table(measure("leaky_relu", 0.0)).splitlines()
    assert "a kink" in table[0]
    assert table[1].split() == "h from the left from the right tangent slope".split()
    assert all(line.split()[1:] == ["0.010000", "1.000000", "0.010000"] for line in table[3:])


def test_a_width_that_leaves_the_domain_is_left_out_of_the_table():
    rows = words.table(measure(surprise, 0.75, 0.1, (0.0, 1.0))).splitlines()
    assert rows[0] == "surprise at p = 0.75"
    assert rows[3].split() == ["1", "outside", "-1.333333"]
    slope = (math.log(0.75) - math.log(0.85)) / 0.1
    assert rows[4].split() == ["0.1", f"{slope:.6f}", "-1.333333", f"{slope + 1 / 0.75:.6f}"]


def test_at_a_kink_a_side_outside_the_domain_is_left_out_of_the_table():
    def bent(p):
        return abs(p - 0.5) + 0 * log(p)

    rows = words.table(measure(bent, 0.5, 0.1, (0.0, 2.0))).splitlines()
    assert rows[3].split() == ["1", "outside", "1.000000", "0.000000"]
    assert rows[4].split() == ["0.1", "-1.000000", "1.000000", "0.000000"]


def test_nothing_is_drawn_beyond_the_domain():
    within = (-0.5, 2.0)
    m = measure(surprise, 0.5, 0.1, within)
    figure = Figure()
    FigureCanvasAgg(figure)
    artists = curves._draw(figure, RenderContext(), Graph(m.curve, *within))
    curves._move(artists, m)
    for axes in figure.axes:
        low, high = axes.get_xlim()
        assert -0.05 < low < 0 and 1 < high < 1.05
        for line in axes.lines:
            xs = [x for x, y in zip(*data(line), strict=True) if math.isfinite(y)]
            if line.get_transform() == axes.transData and len(xs) > 1:
                assert 0 < min(xs) and max(xs) <= 1
    assert data(artists["secant"])[0] == data(artists["tangent"])[0] == list(m.domain)


def test_a_learners_function_is_shown_with_its_own_letter():
    m = measure(surprise, 0.5, 0.25, (0.01, 1.0))
    _, axes = drawn(m)
    assert [a.get_xlabel() for a in axes] == ["p", "p"]
    assert [a._left_title.get_text() for a in axes] == ["surprise(p)", "surprise′(p), its slope"]
    artists, _ = drawn(m)
    assert [artists[name].get_text() for name in ("z", "z + h")] == ["p", "p + h"]
    assert plain(words.sentence(m)).startswith("At p = 0.50 with h = 0.25")
    assert "p = 0.50 and p + h = 0.75" in words.alt(m) and "z" not in words.alt(m)
    assert "<mi>p</mi>" in words.numbers(m) and "<mi>z</mi>" not in words.numbers(m)
    assert "<mi>z</mi>" in words.numbers(measure("sigmoid"))


def test_a_name_with_a_hat_has_its_hat_in_the_formula():
    html = words.numbers(measure(a_loss_with_a_long_name, 1.0))
    assert "<mover" in html and "yhat" not in html


def test_a_table_shows_no_minus_zero():
    assert "-0.000000" not in words.table(measure("softplus", -4.0))


def test_the_alternative_text_has_the_numbers():
    told = words.alt(measure("sigmoid", -1.0, 2.0))
    assert "z = −1.00" in told and "z + h = 1.00" in told and "0.1966" in told
