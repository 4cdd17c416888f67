"""The explorer's widgets: controls in, pictures out, errors raised and told."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree

import pytest

from lessons import explore, log, relu, sigmoid, tanh
from lessons.maths import text
from lessons.panels.kit.bounds import bounds_for
from tests.hand import press, put

VALUES = {"x0": 1.0, "x1": -2.0, "x2": 3.0, "w0": -3.0, "w1": -1.0, "w2": 2.0, "b": 1.0}
WEIGHTS = ["w0", "w1", "w2", "b"]


def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y


@pytest.fixture
def panel():
    return explore(neuron, **VALUES, update=WEIGHTS, presets={"dead": {"b": -10.0}})


def front(panel):
    return panel._front


def reported(panel, **event):
    """What the page sends for a key or a click."""
    press(panel, **event)


def node(panel, name):
    """The texts in a node of the diagram that is on the page."""
    svg = re.search(r"<svg class=\"bp-svg\".*</svg>", front(panel).diagram)
    for group in ElementTree.fromstring(svg[0]).iter("{http://www.w3.org/2000/svg}g"):
        if group.get("data-name") == name:
            return [text.text for text in group.iter("{http://www.w3.org/2000/svg}text")]
    raise AssertionError(f"no node {name}")


# Controls.


def test_moving_a_slider_changes_the_record_and_the_page(panel):
    panel._controls["b"].slider.value = 3.0
    assert panel.record["z"] == 8.0
    assert node(panel, "z") == ["z", "8.00", "dL/dz", "1.00"]
    assert panel._controls["b"].box.value == 3.0


def test_what_a_slider_passes_on_its_way_is_shown_in_one_message_that_says_so(panel):
    slider = panel._controls["b"].slider
    put(panel, slider, value=2.5)
    put(panel, slider, value=2.0)
    assert panel.values["b"] == 2.0 and panel._controls["b"].box.value == 2.0
    shown = front(panel).shown
    assert shown["seen"] == {"page": 2} and shown["states"][slider.model_id] == {"value": 2.0}
    put(panel, slider, value=2.0)  # and lets it go
    assert panel.values["b"] == 2.0 and front(panel).shown["seen"] == {"page": 3}


def test_the_box_takes_an_exact_number_and_widens_the_slider(panel):
    control = panel._controls["w0"]
    control.box.set_state({"value": -12.3456})
    assert panel.values["w0"] == -12.3456
    assert control.slider.min <= -12.3456
    marks = (control.slider.value - control.slider.min) / control.slider.step
    assert marks == pytest.approx(round(marks), abs=1e-6)


def test_a_slider_never_rounds_the_value_that_the_panel_holds(panel):
    panel.set(lr=0.001)
    panel.update()
    assert panel.values["w0"] == pytest.approx(-3.001, abs=1e-12)
    # The page reports the mark at which it stands: that is no change.
    panel._controls["w0"].slider.set_state({"value": panel._controls["w0"].slider.value})
    assert panel.values["w0"] == pytest.approx(-3.001, abs=1e-12)


def test_upstream_and_rate_have_controls_of_their_own(panel):
    panel._controls["upstream"].slider.value = 5.0
    panel._controls["lr"].slider.value = 0.2
    assert panel.gradient["w2"] == 15.0
    assert panel.values["lr"] == 0.2


@pytest.mark.parametrize(
    ("given", "bounds"),
    [
        (None, (-5.0, 5.0, 0.1)),
        ((0, 1), (0.0, 1.0, 0.01)),
        ((-2, 2, 0.5), (-2.0, 2.0, 0.5)),
    ],
)
def test_bounds_of_a_slider(given, bounds):
    assert bounds_for("x", 1.0, given) == pytest.approx(bounds)


@pytest.mark.parametrize("given", [5, (1, 1), (2, 1), (0, 1, 0), (0, float("inf")), "ab"])
def test_bounds_that_make_no_slider_are_refused(given):
    with pytest.raises(ValueError, match=r"ranges\['x'\] is"):
        bounds_for("x", 1.0, given)


def test_ranges_and_inputs_that_do_not_fit_the_panel_are_refused():
    with pytest.raises(ValueError, match="ranges names q"):
        explore(neuron, **VALUES, ranges={"q": (0, 1)})

    def many(x):
        return sum(x)

    with pytest.raises(ValueError, match="has 61 inputs, and the panel has room for 60"):
        explore(many, x=[1.0] * 61)
    assert explore(many, x=[1.0] * 61, show=["diagram", "gradient"]).record.value == 61


# Keys, clicks and the clock.


def test_keys_walk_through_the_same_steps_as_the_buttons(panel):
    reported(panel, kind="first")
    assert panel.at == 0
    reported(panel, kind="forward")
    reported(panel, kind="forward")
    reported(panel, kind="back")
    assert panel.at == 1 and panel.sentence.startswith("Multiply: xw0")
    reported(panel, kind="last")
    assert panel.at == 17
    reported(panel, kind="go", at=18)
    assert panel.sentence.startswith("The update moves")


def test_a_choice_lights_node_row_and_line_and_shows_its_chain(panel):
    reported(panel, kind="choose", name="xw2")
    assert 'class="node chosen" data-name="xw2"' in front(panel).diagram
    assert 'class="bp-chosen" data-name="xw2"' in front(panel).steps
    assert 'class="bp-line bp-chosen" data-line="4"' in front(panel).code
    assert panel.sentence == "xw2 = 6.00. Its gradient is 1.00 × 1.00 from z, which is 1.00."
    reported(panel, kind="choose", name="")
    assert "chosen" not in front(panel).diagram
    reported(panel, kind="line", line=6)
    assert panel.scene.chosen == "y"
    reported(panel, kind="next")
    reported(panel, kind="previous")
    assert panel.scene.chosen == "y"


def test_playing_steps_with_the_clock_and_pauses_at_the_end(panel):
    reported(panel, kind="tick")
    assert panel.at == 17  # the clock is not running
    panel.play()
    assert panel.at == 0 and front(panel).playing
    assert panel._play_button.icon == "pause"
    for _ in range(18):
        reported(panel, kind="tick")
    assert panel.at == 18 and not front(panel).playing
    assert panel._play_button.tooltip == "Play the steps"


def test_the_update_button_the_history_and_undo(panel):
    assert panel._undo_button.disabled and front(panel).history == ""
    panel.update()
    assert panel.outputs == (6.0, 4.5) and not panel._undo_button.disabled
    assert "y over 1 updates, from 6.00 to 4.50" in front(panel).history
    assert panel._controls["w0"].box.value == -3.1
    panel.undo()
    assert panel.values["w0"] == -3.0 and front(panel).history == ""


def test_a_button_press_from_the_page_raises_what_its_action_raises(panel):
    panel._play_button._handle_custom_msg({"event": "click"}, [])
    assert front(panel).playing
    panel._state.update = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        panel.update()
    assert "ZeroDivisionError" in front(panel).error and front(panel).old


# Errors.


def test_an_error_is_told_marks_the_picture_old_and_is_raised():
    def f(x):
        y = log(x)
        return y

    panel = explore(f, x=1.0)
    before = front(panel).diagram
    with pytest.raises(ValueError, match="log takes numbers above 0"):
        panel._controls["x"].slider.value = -1.0
    assert "log takes numbers above 0, and this one is -1.00" in front(panel).error
    assert front(panel).old and front(panel).diagram == before
    assert panel._controls["x"].box.value == -1.0  # what the learner did is not lost
    panel.set(x=2.0)
    assert not front(panel).old and front(panel).error == ""


def test_a_bad_place_or_name_is_told_too(panel):
    for action in (lambda: panel.go(99), lambda: panel.choose("q"), lambda: panel.preset("q")):
        with pytest.raises(ValueError, match=r"99|q"):
            action()
        assert front(panel).error
        panel.reset()
        assert front(panel).error == ""


# What is shown.


def test_show_chooses_the_parts():
    panel = explore(neuron, **VALUES, show=["values", "code"])
    assert front(panel).code and not front(panel).diagram and not front(panel).formula
    assert not front(panel).steps and panel.gradient is None
    panel = explore(neuron, **VALUES, show="diagram")
    assert front(panel).diagram and panel._controls == {} and "by" not in front(panel).diagram


def test_only_parts_that_changed_are_sent(panel):
    sent = []
    front(panel).observe(lambda change: sent.append(change["name"]))
    panel.set(lr=0.3)  # no picture depends on the rate before the update
    assert sent == ["shown"]  # the slider and its box
    panel.go(16)
    assert {"timeline", "say", "diagram", "steps", "formula"} == set(sent) - {"shown"}


def test_two_panels_share_nothing(panel):
    other = explore(neuron, **VALUES)
    other.set(b=4.0)
    other.go("first")
    assert panel.values["b"] == 1.0 and panel.at == 17


def test_the_static_output_is_one_picture_and_one_table(panel):
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {
        "text/plain", "text/html", "application/vnd.jupyter.widget-view+json"
    }  # fmt: skip
    data = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', bundle["text/html"])
    svg = ElementTree.fromstring(base64.b64decode(data[1]))
    texts = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "xw0" in texts and "    z = xw0 + xw1 + xw2 + b" in texts
    assert "var(" not in ElementTree.tostring(svg, encoding="unicode").split("</style>")[0]
    assert "Run the cell to make it live" in bundle["text/html"]
    assert bundle["text/plain"] == f"{panel.record}\n\n{panel.gradient}"
    again = explore(neuron, **VALUES, update=WEIGHTS, presets={"dead": {"b": -10.0}})
    same = again._repr_mimebundle_()
    assert same["text/html"] == bundle["text/html"]
    assert repr(panel) == "Explorer of neuron, step 17 of 18"


def test_from_python_the_panel_is_driven_as_by_hand(panel):
    panel.set(w0=0.0, upstream=2.0)
    panel.go("backward")
    panel.forward()
    panel.back()
    panel.choose("z")
    assert panel.at == 6 and panel.scene.chosen == "z" and panel.values["upstream"] == 2.0
    panel.preset("dead")
    assert panel.record.value == 0.0
    panel.reset()
    assert panel.record.value == 6.0


# Menus: functions that the learner may exchange.


def network(x, m, *, g):
    z = x * m
    y = g(z)
    return y


def not_sigmoid(g):
    return "sigmoid does not fit here" if g is sigmoid else ""


def test_a_menu_puts_another_function_in():
    panel = explore(network, menus={"g": [relu, tanh]}, x=1.0, m=-2.0, update=["m"])
    panel.update()
    assert node(panel, "y")[1] == "0.00"
    panel._menus[0].widget.value = "tanh"
    assert node(panel, "y")[1] == text.number(tanh(-2.0))
    assert panel.outputs == () and panel.gradient["m"] == pytest.approx(1 - tanh(-2.0) ** 2)
    panel.pick(g="relu")
    assert panel._menus[0].widget.value == "relu" and panel.record.value == 0.0
    with pytest.raises(ValueError, match="g cannot be 'sigmoid'; there are relu, tanh"):
        panel.pick(g="sigmoid")
    with pytest.raises(ValueError, match="h cannot be 'relu'; there are g"):
        panel.pick(h="relu")


def test_what_does_not_fit_together_is_said_in_words_and_the_menu_stays():
    menu = {"ReLU": relu, "sigmoid": sigmoid}
    panel = explore(network, menus={"g": menu}, fits=not_sigmoid, x=1.0, m=2.0)
    before = front(panel).diagram
    with pytest.raises(ValueError, match="sigmoid does not fit here"):
        panel._menus[0].widget.value = "sigmoid"
    assert "sigmoid does not fit here" in front(panel).error and front(panel).old
    assert panel._menus[0].widget.value == "sigmoid" and front(panel).diagram == before
    panel._menus[0].widget.value = "ReLU"
    assert front(panel).error == "" and not front(panel).old


@pytest.mark.parametrize("menu", [[], {}, {"half": 0.5}])
def test_a_menu_without_functions_is_refused(menu):
    with pytest.raises(ValueError, match="the menu g must offer functions"):
        explore(network, menus={"g": menu}, x=1.0, m=2.0)
    with pytest.raises(ValueError, match="x is given as a value and as a menu"):
        explore(network, menus={"x": [relu]}, x=1.0, m=2.0)
