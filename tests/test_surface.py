"""A function over two of its inputs: grids, flat regions, the way down; System T's numbers."""

import math

import numpy as np
import pytest

from lessons import exp, leaky_relu, log, record, relu, sigmoid
from lessons.maths.scalar.update import gradient_step
from lessons.maths.surfaces import surface as surfaces
from lessons.maths.surfaces.surface import cut, surface, walk

START = (3.0, 0.5)
ENDS = ((-1.0, 5.0), (-1.5, 1.5))
DEATH = 1 / 24


def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = a1 * m2
    yhat = relu(z2)
    L = 0.5 * (yhat - y) ** 2
    return L


def bowl(a, b):
    L = a**2 + 3 * b**2
    return L


@pytest.fixture
def system_t():
    return cut(two_layers, ("m1", "m2"), x=2.0, y=1.0, m1=3.0, m2=0.5)


# The way down.


def test_system_ts_gradient_and_the_step_that_kills_it(system_t):
    way = walk(system_t, START, 0.1, 3)
    assert way.points[0].value == 2.0 and way.points[0].slopes == (2.0, 12.0)
    assert way.points[1].at == pytest.approx((2.8, -0.7), abs=1e-12)
    for dead in way.points[1:]:
        assert dead.value == 0.5 and dead.slopes == (0.0, 0.0) and dead.flat
        assert dead.at == way.points[1].at
    assert way.next == way.now.at


def test_system_ts_six_small_steps(system_t):
    way = walk(system_t, START, 0.01, 6)
    told = [round(point.value, 4) for point in way.points[1:]]
    assert told == [0.7999, 0.3278, 0.1359, 0.0567, 0.0237, 0.0100]


@pytest.mark.parametrize(
    ("lr", "loss"),
    [
        (0.001, 1.854830), (0.005, 1.330407), (0.01, 0.799860), (0.02, 0.145368),
        (0.03, 0.015629), (0.04, 0.390021), (0.05, 0.5), (0.1, 0.5),
        ((37 - math.sqrt(1273)) / 48, 0.0),
    ],
)  # fmt: skip
def test_system_ts_loss_after_one_step(system_t, lr, loss):
    assert walk(system_t, START, lr, 1).now.value == pytest.approx(loss, abs=5e-7)


def test_system_t_lives_just_below_the_rate_of_death_and_not_just_above(system_t):
    below, above = (walk(system_t, START, DEATH + d, 1).now for d in (-1e-9, 1e-9))
    assert not below.flat and below.at[1] > 0
    assert above.flat and above.at[1] < 0


def test_every_step_is_that_of_the_explorer(system_t):
    way, inputs = walk(system_t, START, 0.02, 8), dict(system_t.inputs)
    for point in way.points:
        gradient = record(two_layers, **inputs).backward()
        assert point.at == (inputs["m1"], inputs["m2"])
        assert point.value == gradient.record.value
        assert point.slopes == (gradient["m1"], gradient["m2"])
        inputs |= gradient_step(gradient, 0.02, ["m1", "m2"])


def test_what_is_walked_already_is_not_walked_again(system_t, monkeypatch):
    way = walk(system_t, START, 0.01, 4)
    recorded = []
    monkeypatch.setattr(
        surfaces, "record", lambda *a, **v: (recorded.append(v), record(*a, **v))[1]
    )
    longer = walk(system_t, START, 0.01, 6, way)
    assert len(recorded) == 2
    shorter = walk(system_t, START, 0.01, 1, longer)
    assert len(recorded) == 2
    monkeypatch.undo()
    assert longer == walk(system_t, START, 0.01, 6)
    assert shorter == walk(system_t, START, 0.01, 1)
    for start, lr in (
        ((2.0, 0.5), 0.01),
        (START, 0.02),
    ):  # of another start or rate it says nothing
        assert walk(system_t, start, lr, 3, way) == walk(system_t, start, lr, 3)


def test_the_way_of_another_cut_is_not_taken_for_known(system_t):
    way, other = walk(system_t, START, 0.01, 4), system_t.moved(x=1.0)
    assert walk(other, START, 0.01, 4, way) == walk(other, START, 0.01, 4)


def test_a_walk_that_diverges_says_at_which_step_and_keeps_the_last_good_point():
    way = walk(cut(bowl, ("a", "b"), a=1.0, b=1.0), (1.0, 1.0), 1e40, 20)
    assert way.steps == 3 and math.isfinite(way.now.value)
    assert way.stopped.startswith("Step 4 cannot be taken: ") and "too large" in way.stopped
    assert way.next is None


def test_a_walk_that_leaves_the_domain_says_so():
    def slide(a, b):
        L = log(a) + b**2
        return L

    way = walk(cut(slide, ("a", "b"), a=1.0, b=0.0), (1.0, 0.0), 0.6, 5)
    assert "log takes numbers above 0" in way.stopped and way.stopped.startswith("Step 2")
    assert way.now.at == (0.4, 0.0)


def test_an_error_in_the_function_itself_is_raised(system_t):
    def broken(a, b):
        return {}["no"] if a < 0 else a * b

    with pytest.raises(KeyError):
        walk(cut(broken, ("a", "b"), a=1.0, b=3.0), (1.0, 3.0), 1.0, 2)


# Grids.


def test_the_grid_holds_the_recorded_values(system_t):
    seen = surface(system_t, ENDS)
    assert seen.values.shape == (len(seen.ys), len(seen.xs))
    for i, j in [(0, 0), (10, 70), (80, 80), (55, 3)]:
        there = record(two_layers, x=2.0, y=1.0, m1=float(seen.xs[j]), m2=float(seen.ys[i]))
        assert seen.values[i, j] == there.value
    assert seen.least == seen.values.min() < 1e-3 and seen.most == seen.values.max() == 98.0


def test_a_function_that_needs_recording_is_recorded():
    def own(a, b):
        L = (a * b)._value if False else a * b  # runs on floats
        return L

    def recorded_only(a, b):
        assert not isinstance(a, float)
        L = a * b
        return L

    plain, slow = (cut(f, ("a", "b"), a=1.0, b=1.0) for f in (own, recorded_only))
    assert plain.runs_plain() and not slow.runs_plain()
    ends = ((-1.0, 1.0), (-1.0, 1.0))
    seen = surface(slow, ends)
    assert len(seen.xs) == surfaces.SLOW_SIZE
    assert np.array_equal(seen.values, surface(plain, ends, surfaces.SLOW_SIZE).values)


def test_one_entry_of_a_list_may_move():
    def neuron(x, w):
        L = relu(x[0] * w[0] + x[1] * w[1]) ** 2
        return L

    of = cut(neuron, ("w1", "x0"), x=[1.0, 2.0], w=[3.0, 4.0])
    assert of.point((0.5, -1.0)).value == record(neuron, x=[-1.0, 2.0], w=[3.0, 0.5]).value
    assert of.held == {"x1": 2.0, "w0": 3.0}
    assert of.plain((4.0, 1.0)) == 121.0


def test_where_the_function_has_no_value_the_grid_is_nan():
    def edge(a, b):
        L = log(a) + (1 / b) ** 2
        return L

    seen = surface(cut(edge, ("a", "b"), a=1.0, b=1.0), ((-1.0, 3.0), (-1.0, 1.0)))
    missing = np.isnan(seen.values)
    assert missing[:, seen.xs <= 0].all() and missing[40].all()
    assert not missing[:40, seen.xs > 0].any()


def test_a_picture_with_no_value_at_all_is_refused():
    def edge(a, b):
        L = log(a) + b
        return L

    with pytest.raises(ValueError, match="edge has no value anywhere on this picture; give other"):
        surface(cut(edge, ("a", "b"), a=1.0, b=1.0), ((-2.0, -1.0), (0.0, 1.0)))


# Flat regions.


def test_the_flat_region_of_system_t_is_where_the_record_says_zero(system_t):
    seen = surface(system_t, ENDS)
    for i in range(0, 81, 5):
        for j in range(0, 81, 5):
            at = float(seen.xs[j]), float(seen.ys[i])
            assert (seen.flat[i, j] < 0) == system_t.point(at).flat, at
    # Zero exactly where m1 * m2 <= 0, which is half of this picture and a little more.
    products = np.outer(seen.ys, seen.xs)
    assert np.array_equal(seen.flat < 0, products <= 0)


@pytest.mark.parametrize("corner", [0.013, 0.5, -0.7371])
def test_the_border_of_a_flat_region_is_drawn_where_it_is(corner):
    def ramp(a, b):
        L = relu(a - corner) * exp(b)
        return L

    seen = surface(cut(ramp, ("a", "b"), a=1.0, b=0.0), ((-2.0, 2.0), (-1.0, 1.0)))
    row = seen.flat[40]
    j = int(np.argmax(row > 0))
    share = -row[j - 1] / (row[j] - row[j - 1])
    cell = seen.xs[1] - seen.xs[0]
    assert seen.xs[j - 1] + share * cell == pytest.approx(corner, abs=0.02 * cell)


def test_a_small_flat_region_between_blocks_is_found():
    def dent(a, b):
        L = relu(a**2 + b**2 - 0.0397)
        return L

    seen = surface(cut(dent, ("a", "b"), a=1.0, b=1.0), ((-1.0, 1.0), (-1.0, 1.0)))
    inside = np.add.outer(seen.ys**2, seen.xs**2) < 0.0397
    assert np.array_equal(seen.flat < 0, inside)


def test_a_smooth_surface_has_no_flat_region():
    assert surface(cut(bowl, ("a", "b"), a=1.0, b=1.0), ((-1.0, 1.0), (-1.0, 1.0))).flat is None


def test_what_only_looks_constant_is_not_called_flat():
    def saturated(a, b):
        L = sigmoid(40 + a) + 0 * b
        return L

    of = cut(saturated, ("a", "b"), a=1.0, b=1.0)
    seen = surface(of, ((-1.0, 1.0), (-1.0, 1.0)))
    assert seen.most - seen.least < 1e-12
    assert of.point((0.0, 0.0)).slopes[0] > 0 and seen.flat is None

    def leaky(a, b):
        L = leaky_relu(a * b, 1e-14)
        return L

    leak = surface(cut(leaky, ("a", "b"), a=1.0, b=1.0), ((-1.0, 1.0), (-1.0, 1.0)))
    # Only at the origin, and there are both derivatives 0.
    assert leak.flat is None or (leak.flat < 0).sum() == 1


def test_a_flat_region_is_cheap_to_find(system_t, monkeypatch):
    recorded = []
    monkeypatch.setattr(
        surfaces, "record", lambda *a, **v: (recorded.append(1), record(*a, **v))[1]
    )
    surface(system_t, ENDS)
    assert len(recorded) < 81 * 81 / 6


# What is refused.


@pytest.mark.parametrize(
    ("along", "said"),
    [
        (("m1",), "give the names of two different inputs of two_layers, which has x, y, m1, m2"),
        (("m1", "m1"), "two different inputs"),
        (("m1", "m2", "x"), "two different inputs"),
        ("m1", "two different inputs"),
        (("m1", "m3"), "along names m3, which is not one number of two_layers; there are x, y, m1"),
        (("m1", "L"), "along names L"),
    ],
)
def test_along_must_name_two_inputs(along, said):
    with pytest.raises(ValueError, match=said):
        cut(two_layers, along, x=2.0, y=1.0, m1=3.0, m2=0.5)


def test_a_list_is_not_one_number():
    def neuron(x, w):
        L = x[0] * w
        return L

    with pytest.raises(ValueError, match=r"along names x, .* name one entry of it: x0, x1"):
        cut(neuron, ("x", "w"), x=[1.0, 2.0], w=1.0)


@pytest.mark.parametrize("lr", [math.nan, math.inf])
def test_a_rate_must_be_finite(system_t, lr):
    with pytest.raises(ValueError, match=r"lr is .*finite"):
        walk(system_t, START, lr, 1)
