"""The surface panel: controls in, pictures out, the same numbers as the explorer."""

import io
import math

import numpy as np
import pytest
from matplotlib.image import imread

from lessons import descend, explore, log, relu
from lessons.maths.surfaces import surface as surfaces
from lessons.panels.surface.picture import frame
from lessons.panels.surface.state import MOST_STEPS
from tests.hand import press, put
from tests.static_output import still

RANGES = {"m1": (-1, 5), "m2": (-1.5, 1.5), "lr": (0, 0.2, 0.001)}
VALUES = {"x": 2.0, "y": 1.0, "m1": 3.0, "m2": 0.5}


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
def panel():
    return descend(
        two_layers,
        along=("m1", "m2"),
        **VALUES,
        ranges=RANGES,
        presets={"it lives": {"lr": 0.01, "steps": 6}, "dead from the start": {"m2": -0.5}},
    )


@pytest.fixture
def round_one():
    return descend(bowl, along=("a", "b"), a=1.0, b=1.0)


def front(panel):
    return panel._front


def reported(panel, **event):
    """What the page sends for a click, a drag or a key."""
    press(panel, **event)


def shown(panel):
    """Everything that is on the page."""
    names = ("say", "steps", "formula", "picture", "alt", "error", "old")
    return {name: getattr(front(panel), name) for name in names}


# The same numbers as the explorer.


@pytest.mark.parametrize(
    ("start", "lr"),
    [((3.0, 0.5), 0.1), ((3.0, 0.5), 0.01), ((1.3, 0.7), 0.02), ((-0.7, -0.3), 0.05)],
)
def test_the_numbers_are_those_of_the_explorer(panel, start, lr):
    m1, m2 = start
    other = explore(two_layers, **VALUES, update=["m1", "m2"])
    for one in (panel, other):
        one.set(m1=m1, m2=m2, lr=lr)
    for _ in range(7):
        here = panel.path[-1]
        assert panel.values == {n: v for n, v in other.values.items() if n != "upstream"}
        assert here["L"] == other.record.value
        assert here["dL_dm1"] == other.gradient["m1"] and here["dL_dm2"] == other.gradient["m2"]
        panel.step()
        other.update()
    assert [point["L"] for point in panel.path] == list(other.outputs)


def test_system_t_dies_at_the_textbooks_step(panel):
    assert panel.path == ({"m1": 3.0, "m2": 0.5, "L": 2.0, "dL_dm1": 2.0, "dL_dm2": 12.0},)
    assert panel.next == pytest.approx({"m1": 2.8, "m2": -0.7})
    panel.step()
    panel.step(3)
    assert panel.values == pytest.approx({"x": 2.0, "y": 1.0, "m1": 2.8, "m2": -0.7, "lr": 0.1})
    assert [point["L"] for point in panel.path] == [2.0, 0.5, 0.5, 0.5, 0.5]
    assert "both derivatives are 0: nothing moves" in panel.sentence


def test_system_t_lives_at_a_hundredth(panel):
    panel.set(lr=0.01)
    panel.step(6)
    told = [round(point["L"], 4) for point in panel.path[1:]]
    assert told == [0.7999, 0.3278, 0.1359, 0.0567, 0.0237, 0.0100]


def test_the_rate_of_death_lies_between_two_marks_of_the_slider(panel):
    panel.step()
    for lr, alive in ((0.041, True), (0.042, False), (1 / 24 - 1e-9, True), (1 / 24 + 1e-9, False)):
        panel.set(lr=lr)
        assert (panel.path[-1]["dL_dm2"] != 0) == alive


# Controls.


def test_a_slider_moves_the_start_and_the_path_follows(panel):
    panel.set(lr=0.01)
    panel.step(2)
    panel._controls["m1"].slider.value = 2.0
    assert panel.start == {"m1": 2.0, "m2": 0.5} and len(panel.path) == 3
    panel._controls["m2"].box.set_state({"value": 0.123})
    assert panel.start == {"m1": 2.0, "m2": 0.123}
    panel._controls["lr"].slider.value = 0.02
    assert panel.lr == 0.02 and len(panel.path) == 3
    expected = descend(two_layers, ("m1", "m2"), **VALUES | panel.start, lr=0.02, steps=2)
    assert panel.path == expected.path


def test_what_a_slider_passes_on_its_way_is_shown(panel):
    before = front(panel).picture
    put(panel, panel._controls["m2"].slider, value=0.8)
    assert panel.start["m2"] == 0.8 and front(panel).picture != before


def test_buttons_step_take_back_and_reset(panel):
    panel.set(lr=0.01)
    panel._once.click()
    panel._often.click()
    assert len(panel.path) == 12
    panel._undo.click()
    assert len(panel.path) == 11
    panel.set(m1=1.0)
    panel.reset()
    assert panel.start == {"m1": 3.0, "m2": 0.5} and panel.lr == 0.1 and len(panel.path) == 1
    assert panel._undo.disabled and not panel._once.disabled
    panel.undo()  # nothing to take back
    assert len(panel.path) == 1


def test_arrow_keys_step_and_take_back(panel):
    reported(panel, kind="forward")
    reported(panel, kind="forward")
    reported(panel, kind="back")
    assert len(panel.path) == 2
    for kind in ("first", "last", "play", "choose", "line"):
        before = shown(panel)
        reported(panel, kind=kind, name="", at=1, line=1)
        assert shown(panel) == before


def test_presets_name_values_rate_and_steps(panel):
    panel.set(m1=1.0, lr=0.07)
    panel.preset("it lives")
    assert panel.lr == 0.01 and len(panel.path) == 7 and panel.start["m1"] == 3.0
    panel.preset("dead from the start")
    assert panel.start == {"m1": 3.0, "m2": -0.5} and panel.lr == 0.1 and len(panel.path) == 1
    with pytest.raises(ValueError, match="there is no preset 'other'; there are it lives, dead"):
        panel.preset("other")


def test_first_steps_are_taken_at_once_and_by_reset():
    panel = descend(two_layers, ("m1", "m2"), **VALUES, lr=0.01, steps=6)
    assert len(panel.path) == 7
    panel.step()
    panel.reset()
    assert len(panel.path) == 7


# Pointing in the picture.


@pytest.mark.parametrize(
    ("x", "y", "start"),
    [
        (0.0, 0.0, (-1.0, -1.5)),
        (1.0, 1.0, (5.0, 1.5)),
        (0.5, 0.5, (2.0, 0.0)),
        (0.751, 0.333, (3.5, -0.5)),
        (-0.3, 7.0, (-1.0, 1.5)),  # a drag ends at the edge
    ],
)
def test_a_place_in_the_picture_becomes_the_start_at_the_marks_of_the_sliders(panel, x, y, start):
    reported(panel, kind="point", x=x, y=y)
    assert tuple(panel.start.values()) == start
    assert tuple(panel._controls[n].slider.value for n in ("m1", "m2")) == pytest.approx(start)
    # Short numbers, as a learner would have typed them.
    assert all(len(f"{value!r}") <= 6 for value in panel.start.values())
    assert not front(panel).error


def test_steps_of_a_slider_that_do_not_fill_its_range_stay_inside():
    panel = descend(bowl, ("a", "b"), a=0.0, b=0.0, ranges={"a": (0, 1, 0.3), "b": (0, 1)})
    for x in np.linspace(0, 1, 21):
        reported(panel, kind="point", x=float(x), y=0.5)
        assert 0 <= panel.start["a"] <= 1
    assert panel.start["a"] == 0.9


def test_the_page_knows_where_the_axes_lie(panel):
    front(panel).set_state({"look": {"width": 500, "ratio": 2, "dark": True}})
    assert front(panel).plot == list(frame(panel._look))
    assert panel._look.width == 500 and panel._look.dark
    assert imread(io.BytesIO(front(panel).picture)).shape[1] == 1000


# What is on the page.


def test_all_parts_are_of_the_same_walk(panel):
    panel.set(lr=0.01)
    panel.step(6)
    page = front(panel)
    assert "0.7999" in page.steps and page.steps.count("<tr") == 1 + 7
    assert "After 6 steps" in page.say and "the path of 6 steps" in page.alt
    assert "0.1844" in page.formula
    before = page.picture
    panel.undo()
    panel.step()
    assert page.picture == before
    panel.undo()
    assert page.picture != before and "After 5 steps" in page.say


def test_a_slider_draws_no_background_and_samples_no_surface(panel, monkeypatch):
    seen = panel.surface
    key = panel._picture._key
    monkeypatch.setattr(
        surfaces.Cut, "plain", lambda *_: pytest.fail("the surface was sampled anew")
    )
    for lr in (0.02, 0.03):
        panel.set(lr=lr, m1=2.0 + lr)
        assert panel.surface is seen and panel._picture._key is key


def test_another_value_of_a_held_input_gives_another_surface(panel):
    before = panel.surface
    panel.step()
    panel.set(x=1.0)
    assert panel.surface is not before and panel.values["x"] == 1.0
    expected = descend(two_layers, ("m1", "m2"), **VALUES | {"x": 1.0}, steps=1, ranges=RANGES)
    assert panel.path == expected.path and front(panel).alt == front(expected).alt
    panel.reset()
    assert panel.values["x"] == 2.0


def test_a_walk_that_diverges_stops_and_says_so(round_one):
    round_one.set(lr=1e40)
    round_one.step(20)
    assert len(round_one.path) == 4 and math.isfinite(round_one.path[-1]["L"])
    assert round_one.stopped.startswith("Step 4 cannot be taken")
    assert "Step 4 cannot be taken" in front(round_one).say and not front(round_one).error
    assert round_one._once.disabled and round_one._often.disabled and not round_one._undo.disabled
    reported(round_one, kind="forward")
    assert len(round_one.path) == 4
    round_one.set(lr=0.1)  # the steps that were asked for can now be taken
    assert len(round_one.path) == 21 and not round_one.stopped
    round_one.set(lr=1e40)
    round_one.undo()
    assert len(round_one.path) == 3 and not round_one.stopped


def test_a_panel_keeps_so_many_steps_and_the_buttons_know(round_one):
    round_one.step(MOST_STEPS - 4)
    round_one._often.click()
    assert len(round_one.path) == MOST_STEPS + 1 and round_one._once.disabled
    with pytest.raises(ValueError, match="that would be 201 steps, and this panel keeps 200"):
        round_one.step()


def test_the_picture_says_where_a_path_leaves_and_the_table_goes_on(panel):
    panel.set(lr=0.3)
    assert "outside the picture" in panel.sentence
    panel.step(2)
    assert "leaves the picture at step 1" in front(panel).alt
    assert front(panel).steps.count("−3.10") == 2


# Errors.


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"m1": 5.5}, ValueError, r"m1 = 5.5 is outside this picture, which goes from −1 to 5; "),
        ({"m2": -2.0}, ValueError, "m2 = −2 is outside this picture"),
        ({"lr": math.nan}, ValueError, "lr is nan; give it a finite number"),
        ({"lr": math.inf}, ValueError, "lr is inf"),
        ({"m1": "3"}, TypeError, "m1 is the text '3'"),
        ({"m3": 1.0}, ValueError, "m3 cannot be set; there are x, y, m1, m2, lr"),
        ({"m1": [1.0, 2.0]}, ValueError, "m1 takes 1 numbers, and got 2"),
    ],
)
def test_what_does_not_fit_is_told_and_raised_and_changes_nothing(panel, given, error, said):
    panel.step()
    path, picture = panel.path, front(panel).picture
    with pytest.raises(error, match=said):
        panel.set(**given)
    assert front(panel).old and "last one that worked" in front(panel).error
    assert panel.path == path and front(panel).picture == picture
    assert panel._controls["m1"].box.value == 3.0
    panel.set(m1=2.0)
    assert not front(panel).old and not front(panel).error


def test_a_number_box_that_is_refused_shows_the_start_again(panel):
    box = panel._controls["m1"].box
    with pytest.raises(ValueError, match="m1 = 9 is outside"):
        box.set_state({"value": 9.0})
    assert box.value == 3.0 and "m1 = 9 is outside" in front(panel).error
    assert panel._controls["m1"].slider.max == 5.0


@pytest.mark.parametrize("times", [0, -1, 1.5, True, "2", 201])
def test_steps_are_whole_numbers(panel, times):
    with pytest.raises(ValueError, match="give a whole number from 1 to 200"):
        panel.step(times)


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"along": ("m1", "m1")}, ValueError, "two different inputs of two_layers"),
        ({"along": ("m1", "L")}, ValueError, "along names L"),
        ({"ranges": {"m1": (5, -1)}}, ValueError, r"give \(low, high\) .*low below high"),
        ({"ranges": {"m1": (4, 5)}}, ValueError, r"m1 = 3 is outside .*ranges=\{'m1': \(low"),
        ({"ranges": {"x": (0, 1)}}, ValueError, "ranges names x, which has no slider here"),
        ({"lr": math.inf}, ValueError, "lr is inf"),
        ({"lr": "fast"}, TypeError, "lr is the text"),
        ({"steps": -1}, ValueError, "steps is -1"),
        ({"presets": {"far": {"m1": 99.0}}}, ValueError, "preset 'far': m1 = 99 is outside"),
        ({"presets": {"odd": {"m9": 1.0}}}, ValueError, "preset 'odd': m9 cannot be set"),
        ({"presets": {"odd": {"steps": 0.5}}}, ValueError, "preset 'odd': steps is 0.5"),
        ({"m1": math.nan}, ValueError, "m1 is nan"),
    ],
)
def test_settings_that_do_not_fit_are_refused(changed, error, said):
    given = {"along": ("m1", "m2"), **VALUES, "ranges": {"m1": (-1, 5)}} | changed
    with pytest.raises(error, match=said):
        descend(two_layers, **given)


def test_a_function_that_fails_where_the_start_goes_is_told():
    def edge(a, b):
        L = log(a) + b**2
        return L

    panel = descend(edge, ("a", "b"), a=1.0, b=0.0)
    with pytest.raises(ValueError, match="log takes numbers above 0"):
        panel.set(a=-1.0)
    assert "log takes numbers above 0" in front(panel).error and front(panel).old
    assert panel.start["a"] == 1.0


def test_an_error_while_drawing_is_told_and_raised(panel, monkeypatch):
    monkeypatch.setattr(panel._picture, "png", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        panel._controls["lr"].slider.value = 0.05
    assert "This stopped with ZeroDivisionError" in front(panel).error and front(panel).old


# What readers without a kernel see.


def test_the_static_output_is_a_light_picture_and_the_table(panel):
    panel.step()
    bundle = panel._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"].splitlines()[-1].split() == [
        "1", "2.80", "-0.70", "0.50", "0.00", "0.00",
    ]  # fmt: skip
    picture, alt, width = still(bundle)
    assert width == 760 and picture.shape[:2] == (750, 1140) and np.allclose(picture[0, 0], 1.0)
    assert alt == front(panel).alt
    assert panel._repr_mimebundle_() == bundle


def test_the_static_output_is_the_same_in_a_dark_page(panel):
    light = panel._repr_mimebundle_()
    front(panel).set_state({"look": {"width": 500, "ratio": 1, "dark": True}})
    dark = panel._repr_mimebundle_()
    assert dark["text/html"] == light["text/html"]


def test_the_repr_is_stable(panel):
    assert repr(panel) == "SurfacePanel of two_layers along m1 and m2, 0 steps"
    panel.step()
    assert repr(panel) == "SurfacePanel of two_layers along m1 and m2, 1 step"


def test_two_panels_do_not_disturb_each_other(panel, round_one):
    before = shown(panel)
    round_one.step(3)
    round_one.set(lr=0.2)
    assert shown(panel) == before
