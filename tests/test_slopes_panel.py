"""The slope panel: its controls, what it shows, its errors, and its still form."""

import io

import ipywidgets
import pytest
from matplotlib.image import imread

import lessons
from lessons import measure_slope, relu, sigmoid
from lessons.maths.functions import ACTIVATIONS
from lessons.panels.slopes.panel import SlopePanel
from lessons.panels.slopes.picture import slope_picture
from tests.dead import still
from tests.hand import put


def square(x):
    y = x**2
    return y


def control(panel, name):
    return panel._controls[name]


def front(panel):
    return panel._front


def picture(panel):
    return imread(io.BytesIO(front(panel).picture))


def find(widget, kind):
    found = [widget] if isinstance(widget, kind) else []
    return found + [f for child in getattr(widget, "children", ()) for f in find(child, kind)]


def test_it_starts_at_relu_with_z_2_and_h_1():
    panel = measure_slope()
    assert (panel.function, panel.z, panel.h) == ("relu", 2.0, 1.0)
    assert (panel.secant, panel.tangent) == (1.0, 1.0)
    assert repr(panel) == "SlopePanel of relu at z = 2 with h = 1"
    assert panel.sentence in front(panel).say.replace('<b class="bp-b">', "").replace("</b>", "")


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_can_be_measured_and_chosen(name):
    panel = measure_slope(name, z=-1.5, h=0.5)
    function = getattr(lessons, name)
    assert panel.secant == (function(-1.0) - function(-1.5)) / 0.5
    assert panel.tangent == lessons.slope(name, -1.5)
    (menu,) = find(panel, ipywidgets.Dropdown)
    assert menu.value == name
    other = "tanh" if name != "tanh" else "relu"
    menu.value = other
    assert panel.function == other and panel.z == -1.5


def test_sliders_and_boxes_move_z_and_h():
    panel = measure_slope("sigmoid")
    control(panel, "z").slider.value = -1.0
    assert panel.z == -1.0 and control(panel, "z").box.value == -1.0
    control(panel, "h").box.value = 0.03
    assert panel.h == 0.03
    put(panel, control(panel, "z").slider, value=0.5)
    assert (panel.z, panel.h) == (0.5, 0.03)
    put(panel, control(panel, "h").slider, value=-2.0)
    assert (panel.z, panel.h) == (0.5, 0.01)
    assert panel.secant == (sigmoid(0.51) - sigmoid(0.5)) / 0.01


def test_the_slider_of_h_runs_over_powers_of_ten_from_2_to_a_millionth():
    panel = measure_slope(h=2.0)
    slider = control(panel, "h").slider
    assert slider.value == slider.max == pytest.approx(0.3)
    marks = {}
    for mark in range(3, -61, -1):
        slider.value = mark / 10
        marks[mark] = panel.h
        assert control(panel, "h").box.value == panel.h
    assert [marks[10 * k] for k in range(0, -7, -1)] == [1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6]
    assert marks[3] == 2.0 and marks[-60] == 1e-6 and slider.min == pytest.approx(-6)
    assert sorted(marks.values(), reverse=True) == list(marks.values())


def test_setting_from_python_moves_the_controls_and_nothing_answers_back():
    panel = measure_slope()
    panel.set(function="tanh", z=0.25, h=0.02)
    assert (panel.function, panel.z, panel.h) == ("tanh", 0.25, 0.02)
    assert control(panel, "z").box.value == 0.25
    assert control(panel, "h").box.value == 0.02
    assert control(panel, "h").slider.value == pytest.approx(-1.7)
    assert find(panel, ipywidgets.Dropdown)[0].value == "tanh"
    put(
        panel, control(panel, "h").slider, value=-1.7
    )  # the slider tells where it was put: no change
    assert panel.h == 0.02


def test_a_slider_is_not_answered_with_the_place_it_reported():
    """An echo that differs by rounding would undo the next key on a busy machine."""
    panel = measure_slope()
    for mark in range(2, -60, -1):
        reported = 0.3
        for _ in range(3 - mark):
            reported -= 0.1  # as the page counts, with its rounding
        control(panel, "h").slider.value = reported
        assert control(panel, "h").slider.value == reported
    reported = 2.0
    for _ in range(60):
        reported -= 0.1
        control(panel, "z").slider.value = reported
        assert control(panel, "z").slider.value == reported
        assert panel.z == pytest.approx(reported, abs=1e-12)


def test_reset_goes_back_to_the_start():
    panel = measure_slope("sigmoid", z=1.0, h=0.5)
    panel.set(function=square, z=-2.0, h=0.1)
    (reset,) = find(panel, ipywidgets.Button)
    reset.click()
    assert (panel.function, panel.z, panel.h) == ("sigmoid", 1.0, 0.5)


def test_a_learners_function_is_first_in_the_menu_and_can_be_left_and_chosen_again():
    panel = measure_slope(square, z=1.0, h=0.5)
    assert (panel.secant, panel.tangent) == (2.5, 2.0)
    (menu,) = find(panel, ipywidgets.Dropdown)
    assert menu.options[0][0] == "square (yours)" and len(menu.options) == 1 + len(ACTIVATIONS)
    menu.value = "relu"
    assert panel.tangent == 1.0
    menu.value = menu.options[0][1]
    assert (panel.function, panel.tangent) == ("square", 2.0)


def test_a_learners_function_may_have_the_name_of_an_activation():
    def relu(x):
        return 3 * x

    panel = measure_slope(relu)
    (menu,) = find(panel, ipywidgets.Dropdown)
    assert panel.tangent == 3.0
    menu.value = "relu"
    assert panel.tangent == 1.0
    menu.value = menu.options[0][1]
    assert panel.tangent == 3.0


def test_the_function_itself_stands_for_its_name():
    assert measure_slope(relu).function == "relu"
    assert len(find(measure_slope(relu), ipywidgets.Dropdown)[0].options) == len(ACTIVATIONS)


def test_the_others_can_be_shown():
    panel = measure_slope("tanh")
    (box,) = find(panel, ipywidgets.Checkbox)
    before = front(panel).picture
    box.value = True
    assert front(panel).picture != before
    panel.show_others(False)
    assert front(panel).picture == before and box.value is False


def test_what_is_seen_is_of_the_new_values():
    panel = measure_slope("sigmoid", z=0.0, h=1.0)
    shown = {name: getattr(front(panel), name) for name in ("say", "formula", "picture", "alt")}
    panel.set(z=1.0)
    for name, before in shown.items():
        assert getattr(front(panel), name) != before, name
    panel.set(z=0.0)
    for name, before in shown.items():
        assert getattr(front(panel), name) == before, name


def test_the_picture_is_the_measurement_drawn_whole():
    panel = measure_slope("leaky_relu", z=1.0)
    for z, h in [(0.0, 1.0), (-3.0, 0.01), (4.0, 2.0)]:
        panel.set(z=z, h=h)
        fresh = slope_picture().fresh(panel._graph, panel.measurement, panel._look)
        assert front(panel).picture == fresh


@pytest.mark.parametrize(
    ("width", "ratio", "shape"), [(668, 2, (600, 1336)), (400, 1, (460, 400)), (9000, 9, None)]
)
def test_the_picture_follows_the_page(width, ratio, shape):
    panel = measure_slope()
    front(panel).look = {"width": width, "ratio": ratio, "dark": False}
    shape = shape or (340 * 3, 1400 * 3)
    # Before 3.11.2, matplotlib cuts 459.99 dots off where it now rounds.
    height, *others = picture(panel).shape
    assert abs(height - shape[0]) <= 1 and others == [shape[1], 4]
    light = front(panel).picture
    front(panel).look = {"width": width, "ratio": ratio, "dark": True}
    assert front(panel).picture != light


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"z": 50}, "outside this picture.*at_z_range"),
        ({"z": float("nan")}, "z is nan"),
        ({"h": 0}, "h = 0 does not work here.*above 0 and up to 2"),
        ({"h": -1}, "above 0"),
        ({"h": 3}, "up to 2"),
        ({"h": float("inf")}, "h is inf; give it a finite number"),
        ({"h": 1e-18}, "too small"),
        ({"function": "swish"}, "no activation 'swish'; choose one of"),
        ({"function": lambda x, y: x}, "function of one number"),
        ({"function": lambda x: lessons.log(x), "z": -1.0}, "log"),
    ],
)
def test_bad_input_is_told_and_raised_and_the_last_picture_stays(values, told):
    panel = measure_slope("sigmoid", z=1.0, h=0.5)
    before = front(panel).picture, panel.measurement
    with pytest.raises(ValueError, match=told):
        panel.set(**values)
    assert (front(panel).picture, panel.measurement) == before
    assert front(panel).old and "the last one that worked" in front(panel).error
    panel.set(z=2.0)
    assert not front(panel).old and front(panel).error == ""


def test_a_number_that_cannot_be_used_is_told_when_it_is_typed_and_raised():
    panel = measure_slope()
    with pytest.raises(ValueError, match="h = 0 does not work"):
        control(panel, "h").box.set_state({"value": 0})
    assert "h = 0 does not work" in front(panel).error
    control(panel, "h").box.set_state({"value": 0.5})
    assert panel.h == 0.5 and front(panel).error == ""


def test_an_error_of_the_learners_function_is_shown_and_raised():
    def broken(x):
        if x > 3:
            return {}["missing"]
        return x

    with pytest.raises(KeyError):
        measure_slope(broken)  # the graph needs it everywhere


@pytest.mark.parametrize(
    "given", [(5, -5), (1, 1), (1,), 3, ("a", "b"), (0, float("inf")), (1, 2, 3)]
)
def test_a_range_that_is_none_is_refused(given):
    with pytest.raises(ValueError, match="give \\(low, high\\) with low below high"):
        measure_slope(at_z_range=given)


@pytest.mark.parametrize("values", [{"h": 0}, {"z": 9.0}, {"function": "swish"}])
def test_bad_values_are_refused_at_the_start(values):
    with pytest.raises(ValueError):
        measure_slope(**values)


def test_the_slider_is_called_what_the_function_calls_its_number():
    def near(yhat):
        return (yhat - 1) ** 2

    def far(prediction):
        return (prediction - 1) ** 2

    panel = measure_slope(near, z=3.0)
    z, (menu,) = control(panel, "z"), find(panel, ipywidgets.Dropdown)

    def widths():
        return [name for name in panel._sidebar._dom_classes if name.startswith("bp-names")]

    assert (z.slider.description, z.box.description) == ("yhat", "yhat, the number")
    assert panel.sentence.startswith("At yhat = 3.00") and widths() == ["bp-names-medium"]
    assert repr(panel) == "SlopePanel of near at yhat = 3 with h = 1"
    menu.value = "tanh"
    assert (z.slider.description, z.box.description) == ("z", "z, the number")
    assert "z + h" in front(panel).alt and "yhat" not in front(panel).alt and widths() == []
    panel.set(function=far)
    assert z.slider.description == "prediction" and widths() == ["bp-names-long"]
    menu.value = menu.options[0][1]
    panel.reset()
    assert z.slider.description == "yhat" and widths() == ["bp-names-medium"]
    z.box.value = -2.0
    assert panel.z == -2.0
    with pytest.raises(ValueError, match="yhat = 50 is outside this picture"):
        panel.set(yhat=50)


def test_the_start_can_be_given_by_the_functions_own_name():
    panel = measure_slope(square, x=3.0)
    assert (panel.z, panel.tangent) == (3.0, 6.0)
    panel.set(x=-1.0, h=0.5)
    assert (panel.z, panel.h) == (-1.0, 0.5)
    panel.set(function="tanh", z=1.0)
    panel.set(function=square, x=0.5)
    assert (panel.function, panel.z) == ("square", 0.5)
    for bad in (lambda: measure_slope(square, y=3.0), lambda: panel.set(y=3.0)):
        with pytest.raises(ValueError, match="square has no number called y; give it as x or z"):
            bad()
    assert "no number called y" in front(panel).error
    with pytest.raises(ValueError, match="relu has no number called x; give it as z"):
        measure_slope("relu", x=3.0)
    with pytest.raises(ValueError, match="x and z are the same number here"):
        measure_slope(square, x=3.0, z=3.0)


def test_a_loss_of_a_probability_can_be_shown_and_saved():
    def surprise(p):
        return lessons.binary_cross_entropy(p, 1)

    panel = measure_slope(surprise, p=0.05, h=0.1, at_z_range=(0.05, 1))
    table = panel._repr_mimebundle_()["text/plain"].splitlines()
    assert table[0] == "surprise at p = 0.05" and table[3].split()[1] == "outside"
    panel.set(h=0.15)
    before = front(panel).picture
    with pytest.raises(ValueError, match=r"at p \+ h = 1.1 there is no value.*smaller h"):
        panel.set(p=0.95)
    assert front(panel).picture == before and panel.z == 0.05


def test_another_range_moves_the_slider_and_the_width_of_h():
    panel = measure_slope(square, z=10.0, h=1.0, at_z_range=(0, 20))
    assert (control(panel, "z").slider.min, control(panel, "z").slider.max) == (0, 20)
    panel.set(h=4.0)
    with pytest.raises(ValueError, match="up to 4"):
        panel.set(h=4.1)


def test_the_still_form_is_a_light_picture_and_a_table():
    panel = measure_slope("relu", z=0.0)
    front(panel).look = {"width": 500, "ratio": 1, "dark": True}
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {
        "text/plain", "text/html", "application/vnd.jupyter.widget-view+json",
    }  # fmt: skip
    pixels, alt, width = still(bundle)
    assert pixels.shape[0] in (488, 489) and pixels.shape[1] == 1140  # as above
    assert pixels[0, 0].tolist() == [1, 1, 1]
    assert width == 760 and "graph of ReLU" in alt
    assert bundle["text/plain"].splitlines()[0].startswith("relu at z = 0.00, a kink")
    again = measure_slope("relu", z=0.0)._repr_mimebundle_()
    for form in ("text/plain", "text/html"):
        assert again[form] == bundle[form]


def test_the_still_form_shows_the_values_of_this_moment():
    panel = measure_slope("sigmoid")
    panel.set(z=0.0)
    assert panel._repr_mimebundle_()["text/plain"].splitlines()[0] == "sigmoid at z = 0.00"


def test_two_panels_do_not_disturb_each_other():
    one, two = measure_slope("relu"), measure_slope("tanh")
    before = front(one).picture
    two.set(z=-1.0, h=0.1)
    assert (one.z, one.h, front(one).picture) == (2.0, 1.0, before)


def test_every_control_has_a_name():
    panel = measure_slope()
    for kind in (ipywidgets.FloatSlider, ipywidgets.FloatText, ipywidgets.Dropdown,
                 ipywidgets.Checkbox, ipywidgets.Button):  # fmt: skip
        widgets = find(panel, kind)
        assert widgets and all(widget.description for widget in widgets)


def test_it_can_be_imported_from_lessons():
    assert isinstance(lessons.measure_slope(), SlopePanel)
