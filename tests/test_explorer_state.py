"""What an explorer holds and can do, without any widget."""

from __future__ import annotations

import pytest

from lessons import relu
from lessons.panels.explorer.state import Exploration

VALUES = {"x0": 1.0, "x1": -2.0, "x2": 3.0, "w0": -3.0, "w1": -1.0, "w2": 2.0, "b": 1.0}
WEIGHTS = ("w0", "w1", "w2", "b")


def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y


def explored(function=neuron, values=None, **settings):
    usual = {
        "update": (), "lr": 0.1, "upstream": 1.0, "show": None, "presets": {}, "at": None
    }  # fmt: skip
    return Exploration(function, VALUES if values is None else values, **(usual | settings))


def test_the_positions_are_inputs_forward_seed_backward_update():
    state = explored(update=WEIGHTS)
    assert state.scene.last == 5 + 12 + 1
    phases = [state.scene.moment(at).phase for at in range(state.scene.last + 1)]
    assert phases == ["inputs"] + ["forward"] * 5 + ["seed"] + ["backward"] * 11 + ["update"]
    assert state.at == 17  # both passes complete, the update not yet told


def test_without_the_gradient_there_is_no_way_back():
    state = explored(update=WEIGHTS, show=["values", "code"])
    assert state.gradient is None and state.scene.last == 5 and state.updated == ()


@pytest.mark.parametrize(
    ("where", "at"),
    [("first", 0), ("forward", 1), ("backward", 6), ("update", 18), ("last", 17), (13, 13)],
)
def test_go_knows_its_places(where, at):
    state = explored(update=WEIGHTS)
    state.go(where)
    assert state.at == at


@pytest.mark.parametrize("where", [-1, 19, "end", True, None, 2.5])
def test_a_place_that_is_not_there_is_refused_and_the_position_stays(where):
    state = explored(update=WEIGHTS, at=3)
    with pytest.raises(ValueError, match=r"there is no step|is no place to go to"):
        state.go(where)
    assert state.at == 3


def test_steps_stop_at_both_ends():
    state = explored(at="first")
    state.move(-1)
    assert state.at == 0
    state.move(1000)
    assert state.at == state.scene.last


@pytest.mark.parametrize(
    ("lr", "weights", "y"),
    [
        (0.001, (-3.001, -0.998, 1.997, 0.999), 5.985),
        (0.01, (-3.01, -0.98, 1.97, 0.99), 5.85),
        (0.1, (-3.1, -0.8, 1.7, 0.9), 4.5),
    ],
)
def test_one_update_of_system_n(lr, weights, y):
    state = explored(update=WEIGHTS, lr=lr)
    state.update()
    assert [state.inputs[n] for n in WEIGHTS] == pytest.approx(weights, abs=1e-12)
    assert state.record.value == pytest.approx(y, abs=1e-12)
    assert state.outputs == [6.0, state.record.value]


def test_updates_run_down_to_the_kink_and_stay_there():
    state = explored(update=WEIGHTS)
    for _ in range(6):
        state.update()
    assert state.outputs == pytest.approx([6, 4.5, 3, 1.5, 0, 0, 0], abs=1e-12)
    assert state.record["z"] == pytest.approx(-4.4e-16, rel=0.05)
    assert [state.gradient[n] for n in WEIGHTS] == [0, 0, 0, 0]


def test_the_update_is_simultaneous():
    def product(m1, m2):
        y = m1 * m2
        return y

    state = explored(product, {"m1": 3.0, "m2": 0.5}, update=["m1", "m2"], lr=1.0)
    state.update()
    assert (state.inputs["m1"], state.inputs["m2"]) == (2.5, -2.5)


def test_undo_takes_updates_back_one_by_one_and_then_does_nothing():
    state = explored(update=WEIGHTS)
    state.update()
    state.update()
    state.undo()
    assert state.record.value == 4.5 and state.outputs == [6.0, 4.5]
    state.undo()
    state.undo()
    assert state.inputs == VALUES


def test_an_edit_by_hand_starts_the_history_anew_but_a_new_rate_does_not():
    state = explored(update=WEIGHTS)
    state.update()
    state.set({"lr": 0.2, "upstream": 2.0})
    assert len(state.outputs) == 2 and state.lr == 0.2
    state.set({"b": 2.0})
    assert state.outputs == [] and state.past == []


def test_a_list_is_set_as_a_whole_or_by_entry():
    def dot(x, w):
        y = x[0] * w[0] + x[1] * w[1]
        return y

    state = explored(dot, {"x": [1.0, 2.0], "w": [3.0, 4.0]}, update=["w"])
    assert state.updated == ("w0", "w1")
    state.set({"w": [5.0, 6.0], "x1": 0.0})
    assert state.record.value == 5.0
    with pytest.raises(ValueError, match="w takes 2 numbers, and got 3"):
        state.set({"w": [1.0, 2.0, 3.0]})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"w9": 1.0}, "w9 cannot be set; there are x0"),
        ({"w0": "3"}, "w0 is the text '3'"),
        ({"w0": float("nan")}, "w0 is nan"),
    ],
)
def test_a_bad_value_is_refused_in_words(values, words):
    state = explored()
    with pytest.raises((ValueError, TypeError), match=words):
        state.set(values)
    assert state.inputs == VALUES


def test_presets_start_from_the_first_values():
    state = explored(presets={"dead": {"b": -10.0}, "upstream": {"upstream": 25.0}})
    state.set({"w0": 4.0})
    state.preset("dead")
    assert state.inputs == VALUES | {"b": -10.0} and state.record.value == 0
    state.preset("upstream")
    assert state.inputs == VALUES and state.gradient["w2"] == 75.0
    state.reset()
    assert state.upstream == 1.0
    with pytest.raises(ValueError, match="there is no preset 'alive'"):
        state.preset("alive")


def test_a_bad_preset_says_its_name():
    with pytest.raises(ValueError, match="preset 'odd': w9 cannot be set"):
        explored(presets={"odd": {"w9": 1.0}})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"show": ["slides"]}, "show names slides; the parts are values, code"),
        ({"update": ["q"]}, "q cannot be updated"),
        ({"at": "middle"}, "'middle' is no place"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        explored(**settings)


def test_another_branch_keeps_the_end_at_the_end():
    def folded(x):
        y = x * 1.0
        if x > 0:
            y = y * y + x
        return y

    state = explored(folded, {"x": -1.0})
    state.set({"x": 2.0})
    assert state.at == state.scene.end and state.record.value == 6.0
    state.set({"x": -1.0})
    assert state.at == state.scene.end == state.scene.last


def test_a_failing_function_keeps_the_last_record_and_the_value_that_was_asked_for():
    def inverse(x):
        y = 1 / x
        return y

    state = explored(inverse, {"x": 2.0})
    with pytest.raises(ValueError, match="it divides by 0"):
        state.set({"x": 0.0})
    assert state.inputs == {"x": 0.0} and state.record.value == 0.5
    state.set({"x": 4.0})
    assert state.record.value == 0.25


def test_a_choice_toggles_and_goes_with_a_step():
    state = explored()
    state.choose("z")
    assert state.scene.focus == "z"
    state.choose("z")
    assert state.chosen == ""
    state.choose_line(5)
    assert state.chosen == "z"
    state.choose_beside(1)
    assert state.chosen == "y"
    state.choose_beside(1)
    assert state.chosen == "x0"  # around the end
    state.move(-1)
    assert state.chosen == ""
    with pytest.raises(ValueError, match="q is not a value"):
        state.choose("q")


def test_what_is_differentiated_is_the_output_unless_something_comes_after_it():
    def loss(yhat):
        L = (yhat - 1) ** 2
        return L

    assert explored().of == "L"
    assert explored(show=["diagram", "gradient"]).of == "y"
    assert explored(loss, {"yhat": 3.0}).of == "L"  # nothing comes after a loss
    assert explored(loss, {"yhat": 3.0}, show=["gradient", "upstream"]).of == "J"
