"""A scene: what is known, collected and lit at each position of the stepper."""

import pytest

from lessons.panels.explorer.scene import Moment, Scene
from tests.examples import DEAD, SYSTEM_N, every_scene, neuron, scene, square

UPDATED = ("w0", "w1", "w2", "b")


def moments(shown):
    return [shown.moment(at) for at in range(shown.last + 1)]


def test_the_stepper_goes_through_inputs_forward_seed_backward_and_update():
    first = scene(neuron, SYSTEM_N, updated=UPDATED)
    phases = [moment.phase for moment in moments(first)]
    expected = ["inputs", *["forward"] * 5, "seed", *["backward"] * 11, "update"]
    assert phases == expected
    assert first.last == 18
    assert first.moment(3) == Moment("forward", 2)


def test_without_a_gradient_there_is_no_backward_pass_and_no_update():
    shown = scene(neuron, SYSTEM_N, upstream=None, updated=UPDATED)
    assert [m.phase for m in moments(shown)] == ["inputs", *["forward"] * 5]
    assert (shown.backward_done, shown.seeded, shown.totals) == (0, False, {})


def test_without_values_to_update_the_pass_ends_at_the_inputs():
    assert moments(scene(neuron, SYSTEM_N))[-1] == Moment("backward", 10)


def test_a_value_is_known_once_its_step_is_taken():
    names = ["xw0", "xw1", "xw2", "z", "y"]
    for shown in every_scene(neuron, SYSTEM_N, updated=UPDATED):
        taken = names[: min(shown.at, 5)]
        assert shown.known == {*SYSTEM_N, *taken}
        assert shown.forward_done == len(taken)


@pytest.mark.parametrize("values", [SYSTEM_N, DEAD])
def test_the_totals_of_a_scene_are_those_of_a_pass_stopped_there(values):
    for shown in every_scene(neuron, values, upstream=3.0, updated=UPDATED):
        if not shown.seeded:
            assert shown.totals == {}
            continue
        assert shown.totals == dict(shown.record.backward(3.0, stop=shown.backward_done).totals)


def test_a_scene_is_about_the_value_of_its_step():
    shown = list(every_scene(neuron, SYSTEM_N, updated=UPDATED))
    assert [s.active for s in shown] == [
        "", "xw0", "xw1", "xw2", "z", "y",
        "y", "z", "xw0", "xw1", "xw2", "b", "x2", "w2", "x1", "w1", "x0", "w0", "",
    ]  # fmt: skip
    assert [s.active_line for s in shown] == [
        None, 2, 3, 4, 5, 6, 6, 6, 5, 5, 5, 5, 4, 4, 3, 3, 2, 2, None,
    ]  # fmt: skip
    assert [s.backwards for s in shown] == [False] * 6 + [True] * 13
    for s in shown:
        assert (s.step is not None) == (s.now.phase == "forward")
        assert (s.backward_step is not None) == (s.now.phase == "backward")


def test_the_chosen_value_has_the_focus_and_lights_its_lines():
    assert scene(neuron, SYSTEM_N, 3).focus == "xw2"
    chosen = scene(neuron, SYSTEM_N, 3, chosen="z")
    assert (chosen.focus, chosen.active) == ("z", "xw2")
    assert chosen.chosen_lines == {5}
    assert scene(neuron, SYSTEM_N, chosen="x0").chosen_lines == {2}
    assert scene(square, {"x": 3.0}, chosen="x").chosen_lines == {2}
    assert scene(neuron, SYSTEM_N).chosen_lines == frozenset()


def test_positions_of_the_phases():
    shown = scene(neuron, SYSTEM_N, updated=UPDATED)
    phases = ("inputs", "forward", "seed", "backward", "update")
    assert [shown.position(phase) for phase in phases] == [0, 1, 6, 7, 18]
    assert scene(neuron, SYSTEM_N, upstream=None).position("update") == 5
    assert (shown.end, shown.last) == (17, 18)
    assert (scene(neuron, SYSTEM_N).end, scene(neuron, SYSTEM_N, upstream=None).end) == (17, 5)


def test_what_the_output_does_not_depend_on_gets_its_0_when_the_pass_is_over():
    def partly(x, unused):
        y = 2 * x
        return y

    shown = scene(partly, {"x": 1.0, "unused": 1.0})
    over = Scene(shown.record, shown.gradient, shown.last, "y")
    before = Scene(shown.record, shown.gradient, shown.last - 1, "y")
    assert "unused" not in before.totals
    assert over.totals["unused"] == 0.0
