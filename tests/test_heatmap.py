"""Heat maps: which cell is which entry, how its sign and size are told, what can be clicked."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from lessons.panels.digits.panel import Pad
from lessons.panels.kit.heat_cells import cell_number, entry_name, fitting_cell, number_width
from lessons.panels.kit.heat_style import HEATMAP_CSS, still_css
from lessons.panels.kit.heatmap import laid, operator, picture
from lessons.panels.matrices.panel import MatrixPanel
from lessons.panels.puzzles.panel import PuzzlePanel

W = np.array([[1.0, -2.0, 0.5], [0.0, 3.25, -1.5]])
VECTOR = np.array([0.25, -4.0, 0.0, 7.0, 1.5, -0.125])
LIES = [(W, "matrix"), (W, "transposed"), (VECTOR, "column"), (VECTOR, "row"), (VECTOR, (2, 3))]


def parsed(one, x=0.0, y=0.0):
    return ElementTree.fromstring(one.drawn(x, y))


def targets(svg):
    """Every entry that can be clicked, with the middle of its rectangle."""
    found = {}
    for rect in svg.iterfind(".//rect[@data-name]"):
        x, y, w, h = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
        found[rect.get("data-name")] = (x + w / 2, y + h / 2)
    return found


def numbers(svg):
    """Every number by the middle of its cell."""
    return {
        (float(text.get("x")), float(text.get("y")) - 4): text.text
        for text in svg.iterfind(".//text")
        if "hm-number" in text.get("class")
    }


@pytest.mark.parametrize(("array", "lie"), LIES)
def test_each_cell_shows_the_number_of_the_entry_that_it_reports(array, lie):
    svg = parsed(laid("A", array, lie), x=13.0, y=7.0)
    shown, clicked = numbers(svg), targets(svg)
    assert len(clicked) == array.size
    for index, value in np.ndenumerate(array):
        x, y = clicked[entry_name("A", index)]
        near = [text for (tx, ty), text in shown.items() if abs(tx - x) + abs(ty - y) < 0.01]
        assert near == [cell_number(float(value))]


def test_a_transposed_matrix_keeps_the_names_of_its_entries():
    one = laid("W", W, "transposed")
    assert (one.rows, one.columns) == (3, 2)
    assert one.values[1] == (-2.0, 3.25) and one.indices[1] == ((0, 1), (1, 1))
    assert one.row_labels == ("0", "1", "2") and one.column_labels == ("0", "1")


def test_a_lone_number_is_a_map_of_one_cell():
    one = laid("L", np.asarray(7.5))
    assert one.indices == (((),),) and one.entry(()) == "L"
    assert one.row_labels == one.column_labels == ()


@pytest.mark.parametrize(
    ("lie", "array", "problem"),
    [
        ("column", W, "W is a matrix"),
        ("matrix", VECTOR, "W is a vector"),
        ((2, 2), VECTOR, "6 entries, and an image of 2 by 2 needs 4"),
    ],
)
def test_an_array_that_cannot_lie_so_is_refused(lie, array, problem):
    with pytest.raises(ValueError, match=problem):
        laid("W", array, lie)


# Sign and size.


@pytest.mark.parametrize("rows", [3, 40])
def test_every_negative_entry_is_told_twice(rows):
    array = np.random.default_rng(1).normal(size=(rows, 30))
    array[0, :3] = 0.0, 1.0, -1.0
    one = laid("A", array)
    svg = parsed(one)
    cells = {
        sign: sum(path.get("d").count("M") for path in svg.iterfind(f".//path[@class='hm-{sign}']"))
        for sign in "pn"
    }
    assert cells == {"p": (array > 0).sum(), "n": (array < 0).sum()}
    assert not one.cell.numbers
    strokes = svg.find(".//path[@class='hm-stroke']").get("d").count("M")
    assert strokes == (array < 0).sum()


def test_with_numbers_the_minus_tells_the_sign_and_there_are_no_strokes():
    svg = parsed(laid("W", W))
    assert svg.find(".//path[@class='hm-stroke']") is None
    assert sum(text.startswith("\N{MINUS SIGN}") for text in numbers(svg).values()) == 2


def test_a_larger_number_has_the_deeper_colour_and_zero_has_none():
    shades = []
    for size in (0.0, 0.1, 0.4, 0.7, 1.0):
        svg = parsed(laid("a", np.array([size]), "column", scale=1.0))
        path = svg.find(".//path[@class='hm-p']")
        shades.append(0.0 if path is None else float(path.get("fill-opacity")))
    assert shades[0] == 0.0 and shades == sorted(shades) and len(set(shades)) == 5


def test_what_no_float_can_hold_is_written_and_breaks_nothing():
    svg = parsed(laid("a", np.array([np.nan, np.inf, -np.inf, 1.0]), "column"))
    assert sorted(numbers(svg).values()) == ["1", "inf", "nan", "\N{MINUS SIGN}inf"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (7.0, "7"),
        (0.1454321, "0.145"),
        (-12.345, "\N{MINUS SIGN}12.3"),
        (99.96, "100"),
        (1234.4, "1234"),
        (123456.0, "1.2e5"),
        (0.00012, "1.2e\N{MINUS SIGN}4"),
    ],
)
def test_a_number_in_a_cell_has_three_digits(value, shown):
    assert cell_number(value) == shown


# Room.


def test_numbers_stand_in_the_cells_where_they_fit():
    ten = np.round(np.random.default_rng(0).normal(size=(10, 10)), 1)
    assert fitting_cell([ten.tolist()]).numbers
    assert not fitting_cell([np.ones((40, 3)).tolist()]).numbers
    large = fitting_cell([np.ones((32, 64)).tolist()])
    assert not large.numbers and large.width == large.height == 6.0
    assert number_width([[-0.00012]]) > number_width([[1.0]])


@pytest.mark.parametrize(("array", "lie"), [*LIES, (np.ones((32, 64)), "matrix")])
def test_nothing_is_drawn_outside_the_size_that_a_map_claims(array, lie):
    one = laid("name", array, lie, label="a label of its own", shape="(2, 3)", note="kept")
    svg = parsed(one)
    for rect in svg.iterfind(".//rect"):
        x, y, w, h = (float(rect.get(key)) for key in ("x", "y", "width", "height"))
        assert 0 <= x and x + w <= one.width + 0.01 and 0 <= y and y + h <= one.height + 0.01
    for text in svg.iterfind(".//text"):
        assert 0 < float(text.get("y")) <= one.height


# What is lit.


def test_a_lit_row_and_a_chosen_entry_are_framed():
    row = [(1, j) for j in range(3)]
    for lie in ("matrix", "transposed"):  # a row of the array is a column of its transpose
        one = laid("W", W, lie, lit=row, chosen=(0, 1))
        w, h = one.cell.width, one.cell.height
        assert one.box(row) == ((0, h, 3 * w, h) if lie == "matrix" else (w, 0, w, 3 * h))
        svg = parsed(one)
        assert len(svg.findall(".//rect[@class='hm-lit']")) == 1
        assert len(svg.findall(".//rect[@class='hm-chosen']")) == 1
    assert laid("W", W).box([]) is None and laid("W", W).box([(9, 9)]) is None


def test_a_large_operand_reports_its_rows():
    one = laid("W", np.ones((32, 64)), targets="rows")
    assert list(targets(parsed(one))) == [f"W[{i}, 0]" for i in range(32)]
    assert not targets(parsed(laid("W", W, targets="")))


# The page.


def test_the_rules_are_on_the_page_of_every_panel_with_heat_maps():
    for panel in (MatrixPanel, PuzzlePanel, Pad):
        assert HEATMAP_CSS in panel._frontend._css


def test_a_still_picture_has_every_colour_written_in():
    css = still_css()
    assert "var(" not in css
    used = set(re.findall(r"\.(hm-[a-z]+)", css))
    drawn = laid("W", W, lit=[(0, 0)], chosen=(0, 0), label="W", shape="(2, 3)", kept=True).drawn(
        0, 0
    )
    for kind in re.findall(r'class="([^"]+)"', drawn):
        assert set(kind.split()) <= used | {"hm", "hm-hits", "hm-backward"}


def test_a_live_picture_says_how_far_it_shrinks_and_what_it_shows():
    svg = picture(operator("=", 10, 10), 400.0, 100.0, 'W "times" a')
    assert "--bp-least:280px" in svg and "--bp-most:540px" in svg
    assert ElementTree.fromstring(svg).get("aria-label") == 'W "times" a'
