"""The race panel: controls in, the same race as the maths out, every action whole or nothing."""

import io
import math

import numpy as np
import pytest
from matplotlib.image import imread

from lessons import log, race
from lessons.maths.optimizers.optimizers import Momentum, optimizer
from lessons.maths.optimizers.schedules import cosine
from lessons.maths.surfaces.landscapes import LANDSCAPES
from lessons.maths.surfaces.race import run_race
from lessons.panels.race import state
from lessons.panels.race.panel import SPEEDS
from lessons.panels.race.picture import frame
from lessons.panels.race.state import COURSE, MOST_STEPS
from tests.hand import press, put
from tests.static_output import still

PRESETS = {
    "it lives": {"landscape": "System T", "lr": 0.02, "optimizers": ["gradient descent"], "at": 3},
    "far out": {"start": (4.0, -1.0), "steps": 30},
}


@pytest.fixture
def panel():
    return race("narrow valley", steps=40, presets=PRESETS)


def ends(axes, look, seen, shades, away_from):
    axes.set(xlim=seen.ends[0], ylim=seen.ends[1])


@pytest.fixture(autouse=True, scope="module")
def coarse():
    """Coarse surfaces without contours, in a small picture: these tests look at what is on them."""
    with pytest.MonkeyPatch.context() as patch:
        whole = state.surface
        patch.setattr(state, "surface", lambda of, ends: whole(of, ends, size=9))
        patch.setattr("lessons.panels.race.panel.FIRST_WIDTH", 430)
        patch.setattr("lessons.panels.race.picture.contours", ends)
        state._known_surface.cache_clear()
        yield
    state._known_surface.cache_clear()


def front(panel):
    return panel._front


def reported(panel, **event):
    """What the page sends for a drag, a key, or a tick of its clock."""
    press(panel, **event)


def shown(panel):
    """Everything that is on the page."""
    names = ("say", "steps", "history", "picture", "alt", "error", "old")
    return {name: getattr(front(panel), name) for name in names}


def same_races(one, other):
    assert [lane.name for lane in one.lanes] == [lane.name for lane in other.lanes]
    return all(
        np.array_equal(a.path, b.path) and np.array_equal(a.losses, b.losses)
        for a, b in zip(one.lanes, other.lanes, strict=True)
    )


# The same numbers as the maths.


def test_the_race_is_the_one_that_the_maths_runs(panel):
    names = ["gradient descent", "momentum", "averaged momentum", "nesterov", "rmsprop", "adam"]
    panel.set(optimizers=names, lr=0.03, start=(2.0, -0.5))
    expected = run_race(LANDSCAPES["narrow valley"], (2.0, -0.5), names, 40, 0.03)
    assert same_races(panel.race, expected)


def test_clipped_descent_is_gradient_descent_with_a_shortened_gradient():
    panel = race("System T", optimizers=["clipped descent"], lr=0.1, steps=1)
    assert panel.race["clipped descent"].path[1] == pytest.approx((2.98356, 0.401361), abs=1e-6)


def test_system_t_at_a_tenth_and_at_two_hundredths():
    panel = race("System T", optimizers=list(COURSE), lr=0.1, steps=20)
    dead = {lane.name for lane in panel.race.lanes if lane.outcome == "dead"}
    assert {"gradient descent", "momentum"} <= dead
    assert not dead & {"adam", "clipped descent"}
    assert panel.race["adam"].path[1] == pytest.approx((2.9, 0.4))
    assert panel.race["adam"].losses[1] == pytest.approx(0.8712, abs=5e-5)
    panel.set(lr=0.02)
    assert panel.race["momentum"].path[2][1] == pytest.approx(-0.01984, abs=5e-6)
    assert panel.race["averaged momentum"].path[1:4, 1] == pytest.approx(
        (0.476, 0.4322, 0.37385), abs=5e-6
    )
    assert panel.race["momentum"].outcome == "dead"
    assert panel.race["gradient descent"].outcome == "at a minimum"


def test_mu_goes_to_all_that_have_one():
    panel = race("bowl", optimizers=list(COURSE), mu=0.5, steps=5)
    own = {name: getattr(panel.race[name].optimizer, "mu", None) for name in COURSE}
    assert {name for name, mu in own.items() if mu == 0.5} == {
        "momentum", "averaged momentum", "nesterov", "adam",
    }  # fmt: skip
    panel._controls["mu"].slider.value = 0.7
    assert panel.values["mu"] == 0.7 and panel.race["nesterov"].optimizer.mu == 0.7


def test_rates_of_their_own_stay_while_the_shared_one_moves(panel):
    panel.set(lr={"adam": 0.3})
    panel._controls["lr"].slider.value = -2.0
    rates = {lane.name: lane.optimizer.lr for lane in panel.race.lanes}
    assert rates == {"gradient descent": 0.01, "momentum": 0.01, "rmsprop": 0.01, "adam": 0.3}
    assert "<td>0.3</td>" in front(panel).steps and "<td>0.01</td>" in front(panel).steps
    other = race("narrow valley", optimizers={"adam": 0.3, "momentum": None}, steps=40, lr=0.01)
    assert same_races(other.race, run_race("narrow valley", None, ["adam", "momentum"], 40,
                                           {"adam": 0.3, "momentum": 0.01}))  # fmt: skip
    panel.set(lr={"adam": cosine(0.3, 40)})
    assert "a schedule" in front(panel).steps


def test_an_optimizer_of_ones_own_runs_beside_them():
    mine = Momentum(0.02, 0.5)
    panel = race("bowl", optimizers={"gradient descent": None, "half": mine}, lr=0.05, steps=10)
    assert [lane.name for lane in panel.race.lanes] == ["gradient descent", "half"]
    assert mine.steps == 0 and panel.race["half"].optimizer.lr == 0.02
    panel._entries["half"].widget.value = False
    panel._entries["half"].widget.value = True
    assert "half" in panel.values["optimizers"]
    # From the second on, each takes the place of one that nobody asked for.
    several = {f"mu {mu}": Momentum(0.02, mu) for mu in (0.5, 0.8, 0.95)}
    panel = race("bowl", optimizers={"adam": None, **several}, steps=5)
    assert len(panel._entries) == 8 and {"adam", *several} <= set(panel._entries)


def test_a_function_of_ones_own():
    def mine(a, b, c):
        L = (a - c) ** 2 + 2 * (b + 1) ** 2
        return L

    ends = {"a": (-2, 3), "b": (-2, 2)}
    panel = race(mine, along=("a", "b"), ranges=ends, a=-1.0, b=1.0, c=1.0, lr=0.1, steps=30)
    assert panel.values["start"] == (-1.0, 1.0)
    assert panel.race["gradient descent"].path[1] == pytest.approx((-0.6, 0.2))
    assert panel._where.widget.label == "mine (yours)" and "bowl" in dict(
        panel._where.widget.options
    )
    panel.set(landscape="bowl")
    assert panel._controls["first"].slider.description == "w0"
    panel.set(landscape="mine")
    assert panel._controls["first"].slider.description == "a"
    assert panel._controls["second"].slider.min == -2.0


# Controls.


def test_menu_sliders_and_boxes_do_what_set_does(panel):
    panel._where.widget.value = "System T"
    assert panel.values["landscape"] == "System T" and panel.values["start"] == (3.0, 0.5)
    panel._controls["first"].slider.value = 2.0
    panel._controls["second"].box.set_state({"value": 0.123})
    assert panel.values["start"] == (2.0, 0.123)
    panel._controls["step"].slider.value = 7.0
    assert panel.at == 7
    panel._entries["nesterov"].widget.value = True
    panel._entries["momentum"].widget.value = False
    chosen = ("gradient descent", "nesterov", "rmsprop", "adam")
    assert panel.values["optimizers"] == chosen and panel.at == 7
    expected = run_race("System T", (2.0, 0.123), list(chosen), 40, 0.08)
    assert same_races(panel.race, expected)


def test_a_hand_on_each_slider_does_what_it_says_on_every_landscape(panel):
    for landscape in ("narrow valley", "System T"):
        panel.set(landscape=landscape)
        rows = [*panel._track.children, *panel._rows.children]
        assert [control.row for control in panel._controls.values()] == rows
        places = {"step": 3.0, "first": 1.5, "second": 0.6, "lr": -1.0, "mu": 0.5}
        for name, value in places.items():
            put(panel, panel._controls[name].slider, value=value)
        assert panel.values["start"] == (1.5, 0.6) and panel.at == 3
        assert panel.values["lr"] == 0.1 and panel.values["mu"] == 0.5


def test_stepping_and_keys(panel):
    reported(panel, kind="first")
    assert panel.at == 0 and panel._back.disabled and not panel._on.disabled
    reported(panel, kind="forward")
    panel._on.click()
    assert panel.at == 2
    reported(panel, kind="back")
    panel.back()
    panel.back()  # nothing before the start
    assert panel.at == 0
    panel._last.click()
    assert panel.at == 40 and panel._on.disabled
    panel.forward()
    assert panel.at == 40
    panel.go(5)
    for kind in ("next", "previous", "choose", "line"):
        before = shown(panel)
        reported(panel, kind=kind, name="", line=1)
        assert shown(panel) == before


def test_playing_goes_from_the_start_to_the_end_and_stops(panel):
    assert panel.at == 40
    panel._play_button.click()
    assert front(panel).playing and panel.at == 0 and panel._play_button.icon == "pause"
    reported(panel, kind="tick")
    assert panel.at == 1
    panel._play_button.click()
    assert not front(panel).playing
    reported(panel, kind="tick")  # one that was under way
    assert panel.at == 1
    reported(panel, kind="play")
    look = panel._look
    panel._speeds.widget.value = "fast"
    assert panel._look is look
    assert front(panel).interval == SPEEDS["fast"][0]
    for _ in range(20):
        reported(panel, kind="tick")
    assert panel.at == 40 and not front(panel).playing and panel._play_button.icon == "play"


def test_settings_that_change_keep_the_step_and_the_end_stays_the_end(panel):
    panel.set(lr=0.01)
    assert panel.at == 40
    panel.set(steps=60)
    assert panel.at == 60 and panel._controls["step"].slider.max == 60
    panel.go(50)
    panel.set(steps=20)
    assert panel.at == 20
    panel.go(7)
    panel.set(lr=0.05, start=(1.0, 1.0))
    assert panel.at == 7


def test_presets_and_reset(panel):
    panel.preset("it lives")
    assert panel.values == {
        "landscape": "System T", "start": (3.0, 0.5), "optimizers": ("gradient descent",),
        "lr": 0.02, "mu": 0.9, "steps": 40, "at": 3,
    }  # fmt: skip
    panel.preset("far out")
    assert panel.values["start"] == (4.0, -1.0) and panel.at == panel.race.steps == 30
    assert panel.values["landscape"] == "narrow valley" and panel.values["lr"] == 0.08
    panel.play()
    panel.reset()
    assert not front(panel).playing
    assert panel.values["start"] == (-4.0, 1.0) and panel.at == 40
    with pytest.raises(ValueError, match="there is no preset 'x'; there are it lives, far out"):
        panel.preset("x")


def test_a_place_in_the_map_becomes_the_start(panel):
    places = {
        (0.0, 0.0): (-5.0, -1.5),
        (1.0, 1.0): (5.0, 1.5),
        (0.251, 0.75): (-2.5, 0.74),
        (-0.4, 3.0): (-5.0, 1.5),  # a drag ends at the edge
    }
    for (x, y), start in places.items():
        reported(panel, kind="point", x=x, y=y)
        now = panel.values["start"]
        assert now == pytest.approx(start, abs=0.011)
        assert tuple(panel._controls[n].box.value for n in ("first", "second")) == now
        assert all(len(f"{value!r}") <= 6 for value in now)
        assert tuple(panel.race.lanes[0].path[0]) == now


def test_a_drag_draws_no_background_and_samples_no_surface(panel, monkeypatch):
    key, seen = panel._picture._key, panel._state.surface
    monkeypatch.setattr(state, "surface", lambda *_: pytest.fail("the surface was sampled"))
    for x in (0.3, 0.4):
        reported(panel, kind="point", x=x, y=0.5)
        panel.set(lr=0.02 + x / 10)
        panel.go(10)
        assert panel._picture._key is key and panel._state.surface is seen


def test_the_page_knows_where_the_map_lies(panel):
    front(panel).set_state({"look": {"width": 500, "ratio": 2, "dark": True}})
    assert front(panel).plot == list(frame(panel._look))
    assert imread(io.BytesIO(front(panel).picture)).shape[1] == 1000


# What is on the page.


def test_all_parts_are_of_the_same_race_and_step(panel):
    panel.go(5)
    page = front(panel)
    assert "After 5 of 40 steps" in page.say and "After 5 steps" in page.alt
    assert page.steps.count("<tr>") == 1 + 4 and "two numbers" in page.history
    before = shown(panel)
    panel.forward()
    assert page.picture != before["picture"] and page.steps != before["steps"]
    panel.back()
    assert shown(panel) == before


def test_an_exploding_run_says_at_which_step_and_the_rest_goes_on():
    panel = race("bowl", lr=1.5, steps=30, optimizers=["gradient descent", "adam"])
    lane = panel.race["gradient descent"]
    assert lane.stopped_at is not None and len(lane.losses) <= lane.stopped_at + 1
    assert f"Gradient descent was stopped at step {lane.stopped_at}: " in panel.sentence
    assert len(panel.race["adam"].losses) == 31 and not front(panel).error
    panel.go(lane.stopped_at - 1)
    assert "stopped" not in panel.sentence


# Errors.


REFUSED = [
    ({"start": (9.0, 0.0)}, ValueError, "w0 = 9, outside the surface"),
    ({"start": 3.0}, ValueError, "the start is 3.0; give two numbers"),
    ({"start": (math.nan, 0.0)}, ValueError, "w0 is nan"),
    ({"lr": -0.1}, ValueError, "lr is -0.1"),
    ({"lr": math.nan}, ValueError, "lr is nan"),
    ({"lr": "fast"}, TypeError, "lr is the text 'fast'"),
    ({"lr": cosine(0.1, 10)}, TypeError, "the shared learning rate is a number"),
    ({"lr": {"adam": 0.0}}, ValueError, "adam: lr is 0"),
    ({"lr": {"sgd": 0.1}}, ValueError, "there is no optimizer 'sgd'; choose from gradient"),
    ({"mu": 1.0}, ValueError, "mu is 1; give a share from 0 up to 1"),
    ({"steps": 0}, ValueError, f"steps is 0; give a whole number from 1 to {MOST_STEPS}"),
    ({"steps": True}, ValueError, "steps is True"),
    ({"optimizers": []}, ValueError, "at least one optimizer"),
    ({"optimizers": ["adam", "adam"]}, ValueError, "stands twice"),
    ({"optimizers": ["adagrad"]}, ValueError, "there is no optimizer 'adagrad'"),
    ({"landscape": "sea"}, ValueError, "there is no landscape 'sea'; choose one of bowl"),
    ({"speed": 1}, ValueError, "speed cannot be set; there are landscape, start"),
    # A change that fits does not come with one that does not.
    ({"landscape": "bowl", "mu": -1.0}, ValueError, "mu is -1"),
    ({"optimizers": {"adam": 0.3, "momentum": -1.0}}, ValueError, "momentum: lr is -1"),
]


def test_what_does_not_fit_is_told_and_raised_and_changes_nothing(panel):
    panel.go(7)
    values, before, was = panel.values, shown(panel), panel.race
    for given, error, said in REFUSED:
        with pytest.raises(error, match=said):
            panel.set(**given)
        assert front(panel).old and "last one that worked" in front(panel).error
        assert panel.values == values and panel.race is was
        assert front(panel).picture == before["picture"] and front(panel).steps == before["steps"]
    panel.set(lr=0.02)
    assert not front(panel).old and not front(panel).error


def test_controls_that_are_refused_show_what_is_held_again(panel):
    with pytest.raises(ValueError, match="outside the surface"):
        panel._controls["first"].box.set_state({"value": 50.0})
    assert panel._controls["first"].box.value == -4.0 and panel._controls["first"].slider.max == 5
    panel.set(optimizers=["adam"])
    with pytest.raises(ValueError, match="at least one optimizer"):
        panel._entries["adam"].widget.value = False
    assert panel._entries["adam"].widget.value is True
    with pytest.raises(ValueError, match="lr is -1"):
        panel._controls["lr"].box.set_state({"value": -1.0})
    assert panel._controls["lr"].box.value == 0.08


def test_there_is_no_other_step(panel):
    for where in (-1, 41, 1.5, True, "end"):
        with pytest.raises(ValueError, match=r"there is no step|is no step"):
            panel.go(where)
        assert panel.at == 40


def edge(a, b):
    L = log(a) + b**2
    return L


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "said"),
    [
        (["sea"], {}, ValueError, "there is no landscape 'sea'; choose one of bowl"),
        ([3], {}, ValueError, "there is no landscape 3"),
        ([], {"a": 1.0}, ValueError, "a: these go with a function of your own"),
        ([], {"along": ("a", "b")}, ValueError, "along: these go with a function"),
        ([edge], {}, ValueError, r"name the two numbers that move: along="),
        ([edge], {"along": ("a", "b"), "ranges": {"a": (1, 2)}}, ValueError, "along b; give"),
        (
            [edge],
            {"along": ("a", "b"), "ranges": {"a": (-3, 2), "b": (0, 1)}, "a": -1.0},
            ValueError,
            "log takes numbers above 0",
        ),
        ([], {"lr": 0.0}, ValueError, "lr is 0"),
        ([], {"ranges": {"lr": (0, 1)}}, ValueError, r"ranges\['lr'\] begins at 0"),
        ([], {"at": 200}, ValueError, "there is no step 200"),
        ([], {"presets": {"p": {"start": (99, 0)}}}, ValueError, "preset 'p': the start has w0"),
        ([], {"presets": {"p": {"lr": "x"}}}, TypeError, "preset 'p': lr is the text 'x'"),
        ([], {"presets": {"p": {"at": -1}}}, ValueError, "preset 'p': at is -1"),
        ([], {"optimizers": {"adam": Momentum(0.1)}}, ValueError, "adam is the course's"),
        (
            [],
            {"optimizers": {f"m{i}": optimizer("momentum", 0.1) for i in range(9)}},
            ValueError,
            "9 optimizers are too many",
        ),
    ],
)
def test_a_race_that_does_not_fit_is_refused(arguments, settings, error, said):
    with pytest.raises(error, match=said):
        race(*arguments, **settings)


def test_an_error_while_drawing_is_told_and_raised(panel, monkeypatch):
    monkeypatch.setattr(panel._picture, "png", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        panel._controls["lr"].slider.value = -1.0
    assert "This stopped with ZeroDivisionError" in front(panel).error and front(panel).old


# What readers without a kernel see.


def test_the_static_output_is_the_whole_race_however_much_is_shown(panel):
    panel.go(0)
    bundle = panel._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    lines = bundle["text/plain"].splitlines()
    assert lines[0] == "narrow valley from (-4, 1), after 40 of 40 steps" and len(lines) == 3 + 4
    picture, alt, width = still(bundle)
    assert width == 1000 and picture.shape[:2] == (750, 1500) and np.allclose(picture[0, 0], 1.0)
    assert "After 40 steps: " in alt
    front(panel).set_state({"look": {"width": 500, "ratio": 1, "dark": True}})
    assert panel._repr_mimebundle_()["text/html"] == bundle["text/html"]


def test_the_repr_is_stable(panel):
    panel.go(3)
    assert repr(panel) == (
        "RacePanel on narrow valley: gradient descent, momentum, RMSProp, Adam; step 3 of 40"
    )
