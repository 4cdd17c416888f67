"""A cloud of gradients: dots where they belong, how far they are off, and what is refused."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from lessons.panels.training.gradient_cloud import show_cloud

TRUE = (1.0, -2.0)
WIDE = [[1.0, 1.0], [1.0, -5.0]]
CLOSE = [[1.5, -2.0], [0.5, -2.0], [1.0, -2.0]]


def circles(svg):
    found = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)
    return [(float(x), float(y)) for x, y in found]


def test_the_table_says_how_far_each_cloud_is_off():
    shown = show_cloud({"batches of 1": WIDE, "batches of 10": CLOSE}, TRUE)
    rows = [line.split() for line in shown.text.splitlines()]
    assert rows[2] == ["all", "samples", "1.00", "-2.00"]
    assert rows[3] == ["batches", "of", "1", "2", "1.00", "-2.00", "3.00"]
    assert rows[4] == ["batches", "of", "10", "3", "1.00", "-2.00", "0.4082"]
    assert "batches of 1: 2 dots, off by 3.00; batches of 10: 3 dots" in shown.alt


def test_every_gradient_is_a_dot_at_its_place_around_the_cross():
    svg = show_cloud({"one": WIDE, "ten": CLOSE}, TRUE).svg
    dots = circles(svg)
    assert len(dots) == len(WIDE) + 1 + len(CLOSE) + 1  # and one for each word
    top, low = dots[0], dots[1]
    right, left, middle = dots[3], dots[4], dots[5]
    assert top[0] == low[0] == middle[0] and top[1] < middle[1] < low[1]
    assert left[1] == right[1] == middle[1] and left[0] < middle[0] < right[0]
    assert middle[0] - left[0] == pytest.approx(right[0] - middle[0], abs=0.2)
    cross = re.search(r'class="halo" d="M([\d.]+) ([\d.]+)h16', svg)
    assert (float(cross[1]) + 8, float(cross[2])) == pytest.approx(middle, abs=0.1)
    ET.fromstring(svg)


def test_clouds_of_one_dot_and_of_any_size_can_be_drawn():
    for size in (1e-9, 1.0, 1e9):
        svg = show_cloud({"one": np.array([[size, size]])}, (size, size)).svg
        assert all(0 <= x <= 760 and 0 <= y <= 420 for x, y in circles(svg))
    ET.fromstring(show_cloud({"zero": [[0.0, 0.0]]}, (0.0, 0.0)).svg)


def test_the_names_of_the_axes_are_the_learners():
    svg = show_cloud({"one": WIDE}, TRUE, names=("dL_dm1", "<b>")).svg
    assert "dL_dm1" in svg and "&lt;b&gt;" in svg


@pytest.mark.parametrize(
    ("clouds", "true", "told"),
    [
        ({}, TRUE, "there are 0 clouds; give one to 3"),
        (dict.fromkeys("abcd", WIDE), TRUE, "there are 4 clouds"),
        ({"one": [1.0, 2.0]}, TRUE, r"one has the shape \(2,\); give gradients as rows, \(n, 2\)"),
        ({"one": np.zeros((0, 2))}, TRUE, r"one has the shape \(0, 2\)"),
        ({"one": [[1.0, float("nan")]]}, TRUE, "one holds a number that is not finite"),
        ({"one": WIDE}, (1.0, 2.0, 3.0), r"true has the shape \(1, 3\)"),
    ],
)
def test_what_cannot_be_drawn_says_why(clouds, true, told):
    with pytest.raises(ValueError, match=told):
        show_cloud(clouds, true)
