"""Numbers and tables as text, the same wherever the course writes one."""

import doctest
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.maths import text
from lessons.maths.scalar import record


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.00"), (-0.0, "0.00"), (6.0, "6.00"), (-3.0, "-3.00"), (5.985, "5.985"),
        (0.5, "0.50"), (0.1, "0.10"), (1 / 3, "0.3333"), (2 / 3, "0.6667"), (0.05, "0.05"),
        (0.00123456, "0.001235"), (0.0001, "0.0001"), (0.00009999, "1.00e-4"),
        (-4.4e-16, "-4.40e-16"), (0.009999, "0.009999"), (-1000.0, "-1000.00"),
        (99.99999, "100.00"), (123.456, "123.456"), (1234.5678, "1234.57"), (99999.99, "99999.99"),
        (100000.0, "1.00e5"), (-1e300, "-1.00e300"), (1e-300, "1.00e-300"),
        (math.inf, "inf"), (-math.inf, "-inf"), (math.nan, "nan"),
    ],
)  # fmt: skip
def test_a_number_has_two_to_four_decimals_or_an_exponent(value, shown):
    assert text.number(value, ascii=True) == shown
    assert text.number(value) == shown.replace("-", "\N{MINUS SIGN}")


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.floats(-1.7e308, 1.7e308))
def test_a_number_is_short_and_says_what_it_is(value):
    shown = text.number(value, ascii=True)
    assert len(shown.lstrip("-")) <= 9
    assert float(shown) == pytest.approx(value, rel=6e-3, abs=1e-323)
    assert "." in shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2.0, "2"), (-1.0, "-1"), (0.5, "0.5"), (0.1 + 0.2, "0.3"), (1e6, "1e+06"), (1e-7, "1e-07")],
)
def test_a_constant_is_written_as_in_the_source(value, shown):
    assert text.short(value, ascii=True) == shown
    assert text.short(value) == shown.replace("-", "\N{MINUS SIGN}")


def test_a_table_is_aligned_and_its_decimal_points_stand_below_each_other():
    rows = [["a", "1.5"], ["long name", "-10.25"], ["b", "given"]]
    assert text.table(["name", "number"], rows, lean="<>") == (
        "name       number\n"
        "---------  ------\n"
        "a            1.5\n"
        "long name  -10.25\n"
        "b           given"
    )


def test_no_line_of_a_table_ends_in_spaces():
    shown = text.table(["a", "b"], [["1", ""], ["", "2"]], lean="<<")
    assert [line for line in shown.split("\n") if line != line.rstrip()] == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("xw0", ("xw", "0")), ("z", ("z", "")), ("total_2", ("total", "2")), ("w10", ("w", "10")),
        ("a_b", ("a_b", "")), ("x0*w0", ("x0*w0", "")), ("h1_2", ("h1_2", "")),
    ],
)  # fmt: skip
def test_the_digits_at_the_end_of_a_name_are_its_subscript(name, parts):
    assert text.split_subscript(name) == parts


@pytest.mark.parametrize("module", [text, record], ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_are_right(module):
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
