"""The race as data: what each optimizer does from a shared start, and runs that are stopped."""

import math
from dataclasses import replace

import numpy as np
import pytest

from lessons import exp, log
from lessons.maths.optimizers.optimizers import OPTIMIZERS, Adam, GradientDescent, Momentum
from lessons.maths.surfaces.landscapes import LANDSCAPES, landscape
from lessons.maths.surfaces.race import run_race

FIVE = tuple(OPTIMIZERS)
every_landscape = pytest.mark.parametrize("name", LANDSCAPES)

#: What a race knows by name, in the order of the lesson. The first five and a second convention.
RUNNERS: tuple[str, ...] = (
    "gradient descent",
    "momentum",
    "averaged momentum",
    "nesterov",
    "rmsprop",
    "adam",
)
#: What can become of a lane.
OUTCOMES: tuple[str, ...] = (
    "at a minimum",
    "at a higher minimum",
    "at a saddle",
    "dead",
    "still going",
    "left the picture",
    "exploded",
    "no value",
)


@every_landscape
def test_every_lane_is_the_optimizer_fed_with_the_gradient(name):
    of = LANDSCAPES[name]
    race = run_race(name, None, RUNNERS, 25, 0.02)
    assert [lane.name for lane in race.lanes] == list(RUNNERS)
    for lane in race.lanes:
        mover, theta = lane.optimizer.fresh(), np.array(of.start)
        for place, loss, size in zip(lane.path, lane.losses, lane.gradients, strict=True):
            assert place.tolist() == theta.tolist()
            assert loss == of.loss(*place.tolist())
            assert size == math.hypot(*of.gradient(*place.tolist()))
            mover.step(theta, np.array(of.gradient(*theta.tolist())))
        assert lane.path.shape == (26, 2) and lane.losses.shape == (26,) and lane.steps == 25
        assert lane.stopped == "" and lane.stopped_at is None and lane.outcome in OUTCOMES


def test_system_t_at_a_tenth():
    race = run_race("System T", (3.0, 0.5), FIVE, 100, 0.1)
    plain, momentum, adam = (race[n] for n in ("gradient descent", "momentum", "adam"))
    assert plain.path[1] == pytest.approx([2.8, -0.7], abs=1e-12)
    assert plain.words == "dead since step 1, L = 0.50"
    assert momentum.outcome == "dead" and momentum.rests_from == 1
    assert (momentum.path[2] != momentum.path[1]).all()  # it drifts on
    assert adam.path[1] == pytest.approx([2.9, 0.4], abs=1e-8)
    assert adam.losses[1] == pytest.approx(0.8712, abs=1e-7)
    assert adam.outcome == "at a minimum"


def test_system_t_at_a_fiftieth_the_conventions_of_momentum_decide():
    race = run_race("System T", None, RUNNERS, 100, 0.02)
    assert race["gradient descent"].outcome == "at a minimum"
    assert race["momentum"].words == "dead since step 2, L = 0.50"
    average = race["averaged momentum"]
    assert average.path[1:4, 1] == pytest.approx([0.476, 0.4322, 0.37385], abs=5e-6)
    assert average.words == "dead since step 10, L = 0.50"
    slower = run_race("System T", None, RUNNERS, 200, 0.015)
    assert slower["momentum"].words == "dead since step 3, L = 0.50"
    assert slower["averaged momentum"].outcome == "at a minimum"


def test_clipping_saves_a_lane():
    movers = {"plain": GradientDescent(0.1), "clipped": GradientDescent(0.1, clip=1.0)}
    race = run_race("System T", None, movers, 100)
    assert race["plain"].outcome == "dead"
    assert race["clipped"].path[1] == pytest.approx([2.98356, 0.401361], abs=5e-7)
    # It lives, and bounces: each step is 0.1 long as long as the gradient is longer than 1.
    assert race["clipped"].outcome == "still going"
    assert 0.01 < race["clipped"].losses[3:].min() < race["clipped"].losses[3:].max() < 0.1


def test_the_narrow_valley_bounces_for_ever_at_2_over_its_largest_curvature():
    lane = run_race("narrow valley", (-4.0, 1.0), ["gradient descent"], 50, 0.1).lanes[0]
    assert lane.path[:, 1] == pytest.approx([(-1.0) ** i for i in range(51)], abs=1e-12)
    assert lane.outcome == "still going" and lane.rests_from is None
    below = run_race("narrow valley", (-4.0, 1.0), ["gradient descent"], 50, 0.09).lanes[0]
    assert below.path[:, 1] == pytest.approx([(-0.8) ** i for i in range(51)], abs=1e-12)
    assert below.outcome == "at a minimum"


def test_an_exploding_run_is_stopped_and_kept_up_to_there():
    lane = run_race("narrow valley", (-4.0, 1.0), ["gradient descent"], 100, 0.11).lanes[0]
    at = lane.stopped_at
    assert lane.outcome == "exploded" and at is not None and 10 < at < 30
    assert lane.stopped.startswith(f"step {at}: it is 10 pictures away, with L = ")
    assert lane.words == lane.stopped
    assert lane.path.shape == (at + 1, 2) and lane.steps == at
    assert lane.path[:, 1] == pytest.approx([(-1.2) ** i for i in range(at + 1)])
    others = run_race("narrow valley", (-4.0, 1.0), FIVE, 100, 0.11)
    assert others["adam"].outcome == "at a minimum"  # one that is stopped stops no other


def test_what_grows_too_large_for_a_float_is_stopped_before_it():
    def steep(a, b):
        L = exp(a**2) + b**2
        return L

    of = landscape(steep, ("a", "b"), ((-20.0, 20.0), (-1.0, 1.0)), a=2.0, b=1.0)
    lane = run_race(of, None, ["gradient descent"], 10, 0.5).lanes[0]
    assert lane.stopped == "step 1: the loss is too large for a float"
    assert lane.stopped_at == 1 and lane.outcome == "exploded"
    assert lane.path.tolist() == [[2.0, 1.0]]


def test_where_the_loss_has_no_value_a_run_is_stopped():
    def logs(a, b):
        L = log(a) + b**2
        return L

    of = landscape(logs, ("a", "b"), ((0.1, 3.0), (-1.0, 1.0)), a=0.5, b=0.5)
    lane = run_race(of, None, ["gradient descent"], 50, 0.2).lanes[0]
    assert lane.outcome == "no value"
    assert lane.stopped == (
        f"step {lane.stopped_at}: the loss has no value there ({lane.stopped.split('(', 1)[1]}"
    )
    assert "log takes numbers above 0" in lane.stopped
    assert len(lane.losses) == lane.stopped_at


def test_a_surface_without_a_floor_is_left():
    def ramp(a, b):
        L = a + 0.5 * b**2
        return L

    of = landscape(ramp, ("a", "b"), ((-1.0, 1.0), (-1.0, 1.0)))
    lane = run_race(of, (0.0, 0.5), ["gradient descent"], 500, 0.2).lanes[0]
    assert lane.outcome == "left the picture"
    assert "10 pictures away" in lane.stopped and lane.losses[-1] < -20


def test_a_dead_run_that_drifts_out_of_the_picture_is_called_dead():
    lane = run_race("System T", None, ["momentum"], 100, 0.2).lanes[0]
    assert lane.outcome == "dead" and lane.stopped_at is not None
    assert lane.gradients[-1] == 0.0


def test_the_saddle_holds_a_run_that_starts_on_its_ridge():
    race = run_race("saddle", (-1.6, 0.0), FIVE, 200, 0.05)
    assert race["gradient descent"].outcome == "at a saddle"
    assert race["adam"].outcome == "at a saddle"
    off = run_race("saddle", (-1.6, 0.02), FIVE, 400, 0.05)
    assert off["gradient descent"].outcome == "at a minimum"


def test_the_shallow_minimum_keeps_one_and_the_deep_one_gets_another():
    race = run_race("two minima", None, FIVE, 200, 0.05)
    assert race["gradient descent"].outcome == "at a higher minimum"
    assert race["momentum"].outcome == "at a minimum"
    assert race["momentum"].path[-1] == pytest.approx([-1.0, 0.0], abs=0.02)


def test_a_start_at_the_minimum_is_at_rest_from_the_start():
    lane = run_race("bowl", (0.0, 0.0), ["momentum"], 10, 0.1).lanes[0]
    assert lane.outcome == "at a minimum" and lane.rests_from == 0
    assert run_race("bowl", (1.0, 0.0), ["momentum"], 0, 0.1).lanes[0].outcome == "still going"


def test_each_lane_may_have_its_own_rate_and_optimizers_of_ones_own_are_not_moved():
    rates = {"gradient descent": 0.01, "adam": 0.3}
    race = run_race("bowl", None, ["gradient descent", "adam"], 5, rates)
    assert [lane.optimizer.lr for lane in race.lanes] == [0.01, 0.3]
    mine = {"heavy": Momentum(0.05, mu=0.99), "light": Momentum(0.05, mu=0.5), "a": Adam(0.1)}
    race = run_race("bowl", None, mine, 5)
    assert [lane.name for lane in race.lanes] == ["heavy", "light", "a"]
    assert race["heavy"].optimizer.steps == 5
    assert all(mover.steps == 0 and mover.state == {} for mover in mine.values())
    assert run_race("bowl", None, mine, 5, 0.2)["a"].optimizer.lr == 0.2
    assert mine["a"].lr == 0.1


def test_a_schedule_races():
    lane = run_race("bowl", (1.0, 0.0), ["gradient descent"], 3, lambda step: 0.5 / (step + 1))
    assert lane.lanes[0].path[1].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"landscape": "hill"}, ValueError, "no landscape 'hill'; choose one of bowl, narrow val"),
        ({"landscape": lambda a, b: a}, TypeError, r"make one of your function with landscape\("),
        ({"start": (9.0, 0.0)}, ValueError, "w0 = 9, outside the surface: here w0 goes from -3"),
        ({"optimizers": ["adam", "adamw"]}, ValueError, "there is no optimizer 'adamw'; choose"),
        ({"optimizers": []}, ValueError, "needs at least one optimizer"),
        ({"optimizers": ["adam", "adam"]}, ValueError, "a name stands twice in adam, adam"),
        ({"optimizers": {"mine": 3}}, TypeError, "mine is 3; give an optimizer"),
        ({"lr": -0.1}, ValueError, "lr is -0.1; give a number above 0"),
        ({"lr": math.nan}, ValueError, "lr is nan"),
        ({"lr": 0.0}, ValueError, "lr is 0; give a number above 0"),
        ({"lr": None}, ValueError, "there is no learning rate for adam"),
        ({"lr": {"momentum": 0.1}}, ValueError, "there is no learning rate for adam"),
        ({"steps": -1}, ValueError, "steps is -1; give a whole number from 0 to"),
        ({"steps": 1.5}, ValueError, "steps is 1.5; give a whole number"),
        ({"steps": 10**6}, ValueError, "give a whole number from 0 to 2000"),
    ],
)
def test_a_race_that_cannot_be_run_says_why(changes, error, told):
    given = {"landscape": "bowl", "start": None, "optimizers": ["adam"], "steps": 5, "lr": 0.1}
    with pytest.raises(error, match=told):
        run_race(**{**given, **changes})


def test_a_lane_that_is_not_there_is_named():
    with pytest.raises(KeyError, match="no lane is called 'nadam'; there are adam"):
        run_race("bowl", None, ["adam"], 1, 0.1)["nadam"]


def test_a_race_asks_for_one_gradient_a_step():
    asked = []

    def slopes(one, two):
        asked.append((one, two))
        return valley.slopes(one, two)

    valley = LANDSCAPES["narrow valley"]
    counted = replace(valley, slopes=slopes)
    assert counted.usual_gradient > 0  # measured once for each surface, from a grid of it
    asked.clear()
    # A race is run anew for each place of a start that is dragged.
    race = run_race(counted, None, FIVE, 100, 0.05)
    assert [lane.steps for lane in race.lanes] == [100] * 5
    # One at each place, and a few around the last one to say what became of the run.
    assert 5 * 101 <= len(asked) < 1.1 * 5 * 101
