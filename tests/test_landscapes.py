"""Landscapes: the gradient of each in its own line against record and central differences."""

import math

import numpy as np
import pytest

from lessons import log, record
from lessons.maths.scalar.gradient_check import gradient_check
from lessons.maths.surfaces.landscapes import LANDSCAPES, checked_start, landscape
from lessons.maths.surfaces.surface import surface

every_landscape = pytest.mark.parametrize("of", LANDSCAPES.values(), ids=list(LANDSCAPES))


def places(of, count=40):
    """SourceMap all over the picture, the start among them."""
    rng = np.random.default_rng(1)
    (left, right), (low, high) = of.ranges
    drawn = zip(rng.uniform(left, right, count), rng.uniform(low, high, count), strict=True)
    return [of.start, *((float(one), float(two)) for one, two in drawn)]


def test_the_race_has_its_five_landscapes():
    assert list(LANDSCAPES) == ["bowl", "narrow valley", "saddle", "two minima", "System T"]


@every_landscape
def test_the_gradient_in_a_line_is_the_recorded_one_and_that_of_nudges(of):
    for place in places(of):
        values = dict(zip(of.along, place, strict=True))
        recorded = record(of.function, **values).backward()
        loss, slopes = of.at(*place)
        assert loss == pytest.approx(recorded.record.value, abs=1e-12)
        assert slopes == pytest.approx([recorded[name] for name in of.along], abs=1e-12)
        against = dict(zip(of.along, slopes, strict=True))
        gradient_check(of.function, against=against, **values).require()
        assert of.loss(*place) == loss and of.gradient(*place) == slopes


@every_landscape
def test_its_start_lies_inside_and_has_somewhere_to_go(of):
    assert of.inside(of.start) and checked_start(of, of.start) == of.start
    assert math.hypot(*of.gradient(*of.start)) > 0.1 * of.usual_gradient


@every_landscape
def test_its_minima_and_saddles_are_what_they_are_said_to_be(of):
    losses = [of.loss(*place) for place in of.minima]
    assert losses == sorted(losses)
    for place in (*of.minima, *of.saddles):
        assert of.gradient(*place) == pytest.approx((0.0, 0.0), abs=1e-15)
    around = [(0.05 * math.cos(t), 0.05 * math.sin(t)) for t in np.linspace(0, 6.28, 24)]
    for kind, known in (("minimum", of.minima), ("saddle", of.saddles)):
        for one, two in known:
            rises = [of.loss(one + a, two + b) - of.loss(one, two) for a, b in around]
            assert max(rises) > 0
            assert (min(rises) > 0) == (kind == "minimum")


@every_landscape
def test_no_place_of_the_picture_lies_lower_than_its_least(of):
    grid = surface(of.cut, of.ranges)
    assert of.least is not None and grid.least >= of.least - 1e-12
    assert grid.least < of.least + 0.02 * (grid.most - grid.least)


def test_the_two_minima_are_one_deep_and_one_shallow():
    deep, shallow = LANDSCAPES["two minima"].minima
    of = LANDSCAPES["two minima"]
    assert of.loss(*deep) == 0.0 and of.loss(*shallow) == pytest.approx(1 / 3)
    assert of.loss(0.25, 0.0) > of.loss(*shallow)


def test_system_t_has_its_numbers_and_its_dead_region():
    of = LANDSCAPES["System T"]
    assert of.at(3.0, 0.5) == (2.0, (2.0, 12.0))
    assert of.at(2.8, -0.7) == (0.5, (0.0, 0.0))
    assert of.at(1.0, 0.0) == (0.5, (0.0, 0.0))  # on the kink, by the one convention
    assert of.loss(1.0, 0.5) == of.least
    assert surface(of.cut, of.ranges).flat is not None


def own(a, b, c):
    z = a * b
    L = (z - c) ** 2 + 0.1 * b**2
    return L


RANGES = ((-2.0, 2.0), (-1.0, 1.0))


def test_a_function_of_ones_own_takes_its_gradient_from_the_record():
    of = landscape(own, ("a", "b"), RANGES, c=1.0)
    assert (of.name, of.along, of.ranges) == ("own", ("a", "b"), RANGES)
    assert of.start == (-1.0, -0.5)  # a quarter of the way in
    for place in places(of, 5):
        g = record(own, a=place[0], b=place[1], c=1.0).backward()
        assert of.at(*place) == (g.record.value, (g["a"], g["b"]))
    assert of.least is None and of.minima == ()
    assert of.usual_gradient > 0
    assert of.cut.held == {"c": 1.0}


def test_its_start_and_entries_of_lists_can_be_given():
    assert landscape(own, ("a", "b"), RANGES, a=1.0, b=0.5, c=1.0).start == (1.0, 0.5)

    def lists(w, c):
        L = (w[0] - c) ** 2 + w[1] ** 2
        return L

    of = landscape(lists, ("w0", "w1"), RANGES, w=[1.0, 0.5], c=0.0)
    assert of.start == (1.0, 0.5) and of.at(1.0, 0.5) == (1.25, (2.0, 1.0))


@pytest.mark.parametrize(
    ("along", "ranges", "values", "error", "told"),
    [
        (("a", "b"), RANGES, {}, TypeError, "own needs a value for c"),
        (
            ("a", "d"),
            RANGES,
            {"b": 0.0, "c": 1.0},
            ValueError,
            "along names d, which is not one number",
        ),
        (("a", "a"), RANGES, {"b": 0.0, "c": 1.0}, ValueError, "two different inputs"),
        ("a", RANGES, {"b": 0.0, "c": 1.0, "a": 0.0}, ValueError, "two different inputs"),
        (("a", "b"), (-2, 2), {"c": 1.0}, ValueError, r"ranges is \(-2, 2\); give two ends for"),
        (("a", "b"), ((2, -2), (0, 1)), {"c": 1.0}, ValueError, "goes from 2 to -2; give the sma"),
        (("a", "b"), ((0, 1), (1, 1)), {"c": 1.0}, ValueError, "goes from 1 to 1"),
        (("a", "b"), ((0, math.inf), (0, 1)), {"c": 1.0}, ValueError, "the upper end is inf"),
        (("a", "b"), RANGES, {"c": 1.0, "a": 3.0}, ValueError, "a = 3, outside the surface: here"),
    ],
)
def test_a_landscape_that_cannot_be_made_says_why(along, ranges, values, error, told):
    with pytest.raises(error, match=told):
        landscape(own, along, ranges, **values)


@pytest.mark.parametrize(
    ("start", "error", "told"),
    [
        (
            (9.0, 0.5),
            ValueError,
            "the start has m1 = 9, outside the surface: here m1 goes from 1.5",
        ),
        ((3.0, -2.0), ValueError, "the start has m2 = -2, outside the surface: here m2 goes from"),
        ((math.nan, 0.5), ValueError, "m1 is nan; give it a finite number"),
        (("3", 0.5), TypeError, "m1 is the text '3'"),
        (3.0, ValueError, r"the start is 3.0; give two numbers, such as \(3.0, 0.5\)"),
        ((1.0, 2.0, 3.0), ValueError, "give two numbers"),
    ],
)
def test_a_start_outside_the_surface_is_refused(start, error, told):
    with pytest.raises(error, match=told):
        checked_start(LANDSCAPES["System T"], start)


def test_a_start_where_the_function_has_no_value_is_refused():
    def logs(a, b):
        L = log(a) ** 2 + b**2
        return L

    of = landscape(logs, ("a", "b"), ((-1.0, 3.0), (-1.0, 1.0)), a=2.0)
    assert of.usual_gradient > 0  # measured where there is one
    with pytest.raises(ValueError, match=r"logs has no value at the start \(-0.5, 0\): .*log"):
        checked_start(of, (-0.5, 0.0))
    # Left out, the start falls on a = 0, and the error is that of the recording.
    with pytest.raises(ValueError, match="log takes numbers above 0"):
        landscape(logs, ("a", "b"), ((-1.0, 3.0), (-1.0, 1.0)))
