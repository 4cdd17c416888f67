"""The learning-rate axis: what stands where in it, its words, and what cannot be drawn."""

import re
import xml.etree.ElementTree as ET

import pytest

from lessons import hessian
from lessons.maths.surfaces.landscapes import bowl, narrow_valley, system_t
from lessons.panels.surface.curvature import show_rates

W, M = ("w0", "w1"), ("m1", "m2")
VALLEY = hessian(narrow_valley, W, w0=-4.0, w1=1.0)
T = hessian(system_t, M, m1=3.0, m2=0.5)


def corners(svg, kind):
    """The corners of a curve of the picture, in px."""
    path = re.search(rf'class="{kind}" d="M([^"]+)"', svg)[1]
    return [tuple(map(float, point.split())) for point in path.split("L")]


def words(svg):
    return "".join(ET.fromstring(svg).itertext())


def test_the_numbers_are_those_of_the_hessian():
    lines = show_rates(VALLEY).text.splitlines()
    assert lines[0] == "What one step leaves of the distance, for each direction"
    assert [line.split() for line in lines[3:]] == [
        ["1", "/", "20", "0.05", "0.0000", "0.9500"],
        ["2", "/", "20", "0.1", "1.0000", "0.9000"],
    ]
    assert "2 / 20 = 0.1" in words(show_rates(VALLEY).svg)
    assert "which is 2 / 20; beyond, the distance grows" in show_rates(VALLEY).alt


def test_system_t_with_the_rate_at_which_it_dies():
    shown = show_rates(T, {"dies above": 1 / 24})
    assert "2 / 38.66 = 0.05174" in words(shown.svg) and "dies above: 0.04167" in words(shown.svg)
    assert "curves down" in words(shown.svg) and "−1.656" in words(shown.svg)
    rows = [line.split() for line in shown.text.splitlines()[3:]]
    assert [row[-3:] for row in rows] == [
        ["0.02587", "0.0000", "1.0428"],
        ["0.04167", "0.6107", "1.0690"],
        ["0.05174", "1.0000", "1.0857"],
    ]
    assert "grows at every rate" in shown.alt and "Marked: dies above, at 0.04167." in shown.alt


def test_the_steep_curve_touches_the_floor_at_half_the_limit_and_crosses_1_at_the_limit():
    svg = show_rates(VALLEY).svg
    start, floor, top = corners(svg, "steep")
    one = start[1]  # at a rate of 0 all of the distance is left
    assert corners(svg, "flat")[0] == start
    limit = float(re.search(r'class="limit" d="M([\d.]+)', svg)[1])
    assert floor[0] == pytest.approx((start[0] + limit) / 2, abs=0.1)
    share = (limit - floor[0]) / (top[0] - floor[0])
    assert floor[1] + share * (top[1] - floor[1]) == pytest.approx(one, abs=0.2)
    assert top[1] == pytest.approx(floor[1] - 1.5 * (floor[1] - one), abs=0.1)


def test_a_bowl_has_one_line():
    shown = show_rates(hessian(bowl, W, w0=1.0, w1=1.0))
    assert 'class="flat"' not in shown.svg and "every direction" in words(shown.svg)


def test_it_is_an_image_with_words_in_every_viewer():
    bundle = show_rates(T, {'above <"24">': 1 / 24})._repr_mimebundle_()
    assert bundle["text/html"].startswith('<img alt="A chart over the learning rate.')
    assert "&lt;&quot;24&quot;&gt;" in bundle["text/html"]
    assert bundle["text/plain"].startswith("What one step leaves")


@pytest.mark.parametrize(
    ("of", "marks", "told"),
    [
        (hessian(system_t, M, m1=3.0, m2=0.0), {}, "system_t is on the kink of yhat"),
        (hessian(system_t, M, m1=2.8, m2=-0.7), {}, "place of system_t: flat in every direction"),
        (T, {"here": 0.0}, "here is at 0; give a learning rate above 0"),
        (T, {"here": float("nan")}, "here is nan; give it a finite number"),
    ],
)
def test_what_cannot_be_drawn_says_why(of, marks, told):
    with pytest.raises(ValueError, match=told):
        show_rates(of, marks)
