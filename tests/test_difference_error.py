"""The error of a gradient check against h: slopes of the curves, rounding, and a kink."""

import base64
import math
import re
from xml.etree import ElementTree

import pytest

from lessons import log, show_check_error
from lessons.maths.scalar.difference_error import HS, PER_DECADE, ROUNDING, check_errors, table
from lessons.panels.slopes import difference_error as pictures


def cube(z):
    y = z * z * z
    return y


def grows(errors, low, high):
    """The power of h with which an error falls between two powers of ten."""
    one, two = errors[-low * PER_DECADE], errors[-high * PER_DECADE]
    return math.log10(two / one) / (high - low)


def test_the_widths_are_four_a_decade_and_hit_the_powers_of_ten():
    assert HS[0] == 1.0 and HS[-1] == 1e-16 and len(HS) == 65
    assert HS[::PER_DECADE] == tuple(float(f"1e-{n}") for n in range(17))


@pytest.mark.parametrize(("function", "at"), [(cube, 2.0), ("sigmoid", 0.7), ("tanh", -0.4)])
def test_forward_falls_with_h_and_central_with_its_square(function, at):
    errors = check_errors(function, at)
    assert grows(errors.forward, -4, -2) == pytest.approx(1.0, abs=0.02)
    assert grows(errors.central, -3, -1) == pytest.approx(2.0, abs=0.02)


def test_the_errors_of_the_cube_are_known_exactly():
    """((z + h)**3 - z**3) / h is 3 z**2 + 3 z h + h**2; the central one 3 z**2 + h**2."""
    errors = check_errors(cube, 2.0)
    assert errors.slope == 12.0
    for n in range(4):
        h = 10.0**-n
        assert errors.forward[n * PER_DECADE] == pytest.approx(6 * h + h * h, rel=1e-6)
        assert errors.central[n * PER_DECADE] == pytest.approx(h * h, rel=1e-4)


@pytest.mark.parametrize(("function", "at"), [(cube, 2.0), ("sigmoid", 0.7), ("tanh", -0.4)])
def test_the_best_h_is_near_a_root_of_the_rounding(function, at):
    errors = check_errors(function, at)
    h, error = errors.best_central
    assert 0.1 < h / (2 * ROUNDING) ** (1 / 3) < 10
    assert error < 1e-9
    h, worse = errors.best_forward
    assert 0.03 < h / math.sqrt(2 * ROUNDING) < 30
    assert worse > 10 * error


def test_below_the_best_h_rounding_takes_over():
    errors = check_errors(cube, 2.0)
    for n in range(7, 16):
        worst = max(errors.central[n * PER_DECADE - 2 : n * PER_DECADE + 2])
        assert worst <= 8 * errors.rounding(HS[n * PER_DECADE + 1])
    assert errors.central[12 * PER_DECADE] > 1e4 * errors.central[5 * PER_DECADE]


def test_at_the_kink_both_are_wrong_at_every_h():
    errors = check_errors("relu", 0.0)
    assert errors.at_corner and errors.slope == 0.0
    assert set(errors.forward) == {1.0} and set(errors.central) == {0.5}


def test_beside_the_kink_the_check_is_wrong_while_h_reaches_across():
    errors = check_errors("relu", 1e-4)
    assert not errors.at_corner and errors.corner.z == 0.0
    for h, central in zip(errors.hs, errors.central, strict=True):
        # (z + h - 0) / 2h - 1 across the kink, rounding on this side of it.
        expected = abs((1e-4 + h) / (2 * h) - 1) if h > 1e-4 else 0.0
        assert central == pytest.approx(expected, abs=1e-12 + 4 * errors.rounding(h))


def test_where_the_function_ends_there_is_no_error_to_measure():
    errors = check_errors(lambda x: log(x), 0.05)
    assert math.isnan(errors.central[0]) and math.isfinite(errors.forward[0])
    assert "none" in table(errors)
    assert errors.best_central[1] < 1e-6
    assert pictures.picture(errors)


@pytest.mark.parametrize(
    ("function", "at", "error", "told"),
    [
        ("relo", 0.0, ValueError, "no activation 'relo'"),
        (lambda a, b: a * b, 0.0, ValueError, "needs a function of one number"),
        (cube, math.nan, ValueError, "at is nan"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(function, at, error, told):
    with pytest.raises(error, match=told):
        check_errors(function, at)


# The picture.


@pytest.mark.parametrize(
    ("function", "at"), [(cube, 2.0), ("relu", 0.0), ("relu", 1e-4), (lambda x: 3 * x, 0.0)]
)
def test_every_power_of_ten_has_its_mark_and_zeros_lie_in_the_strip(function, at):
    errors = check_errors(function, at)
    root = ElementTree.fromstring(pictures.picture(errors))
    ns = "{http://www.w3.org/2000/svg}"
    circles = [c for c in root.iter(f"{ns}circle") if c.get("class") == "f"]
    squares = [r for r in root.iter(f"{ns}rect") if r.get("class") == "c"]
    assert len(circles) == len(squares) == 17 + 1  # and one in the legend
    strip = next(r for r in root.iter(f"{ns}rect") if r.get("class") == "strip")
    top = float(strip.get("y"))
    zeros = sum(error == 0 for error in errors.forward[::PER_DECADE])
    assert sum(float(c.get("cy")) > top for c in circles) == zeros
    assert all(0 < float(c.get("cy")) < pictures._HEIGHT for c in circles)


def test_the_slopes_are_named_where_they_hold_and_only_there():
    smooth = pictures.picture(check_errors(cube, 2.0))
    assert "with h<" in smooth and "with h²<" in smooth and "best h, about 6e−6" in smooth
    for at in (0.0, 1e-4):
        kinked = pictures.picture(check_errors("relu", at))
        assert "with h<" not in kinked and "best h" not in kinked


def test_what_is_shown_has_words_and_numbers():
    shown = show_check_error(cube, 2.0)
    assert "near h = 6e−6" in shown.alt and "rounding" in shown.alt
    assert shown.text.splitlines()[4].split() == ["1e-1", "6e-1", "1e-2"]
    bundle = shown._repr_mimebundle_()
    data = re.search(r"base64,([^\"]+)", bundle["text/html"])[1]
    assert base64.b64decode(data).decode() == shown.svg
    assert "off by 1 and the central one by 0.5 at every h" in show_check_error("relu", 0.0).alt
    assert "A corner lies at 0" in show_check_error("relu", 1e-4).alt
