"""The one door of a panel: order, once, one at a time, and one message for what is shown."""

import random
import threading
import time

import ipywidgets
import pytest

from lessons import explore, predict, race
from lessons.panels.kit.door import Door, Gate
from lessons.panels.kit.frontend import Frontend
from tests.hand import click, message, press, put


def neuron(x, w, b):
    z = x * w + b
    y = z * z
    return y


@pytest.fixture
def panel():
    return explore(neuron, x=1.0, w=2.0, b=0.5, update=["w"])


def slid(panel, name, value):
    slider = panel._controls[name].slider
    event = {"control": slider.model_id, "data": {"method": "update", "state": {"value": value}}}
    return message(panel, event)


def clicked(panel, description):
    return message(
        panel,
        {
            "control": button(panel, description).model_id,
            "data": {"method": "custom", "content": {"event": "click"}},
        },
    )


def button(panel, description):
    held = panel._door._widgets.values()
    return next(one for one in held if getattr(one, "description", "") == description)


def arrive(panel, *messages):
    for one in messages:
        panel._front._handle_custom_msg(one, [])


def test_events_are_applied_in_the_order_of_their_numbers_however_they_arrive(panel):
    way = [slid(panel, "w", value) for value in (1.0, 3.0, 2.5)]
    way += [clicked(panel, "Update w"), slid(panel, "b", 1.0)]
    expected = explore(neuron, x=1.0, w=2.5, b=0.5, update=["w"])
    expected.update()
    expected.set(b=1.0)
    random.Random(3).shuffle(way)
    arrive(panel, *way)
    assert panel.values == expected.values
    assert panel._front.shown["seen"] == {"page": 5}


def test_what_comes_twice_is_done_once(panel):
    update = clicked(panel, "Update w")
    arrive(panel, update, update)
    assert len(panel.outputs) == 2
    arrive(panel, clicked(panel, "Undo"), update)
    assert len(panel.outputs) == 1
    # Whoever sent it again hears that it is done.
    assert panel._front.shown["seen"] == {"page": 2}


def test_an_event_that_waits_for_another_is_not_said_to_be_seen(panel):
    first, second = slid(panel, "w", 1.0), slid(panel, "w", 3.0)
    arrive(panel, second)
    assert panel.values["w"] == 2.0 and panel._front.shown["seen"] == {"page": 0}
    arrive(panel, first)
    assert panel.values["w"] == 3.0 and panel._front.shown["seen"] == {"page": 2}


def test_two_pages_have_numbers_of_their_own(panel):
    slider = panel._controls["w"].slider
    put(panel, slider, page="one", value=1.0)
    put(panel, slider, page="two", value=3.0)
    put(panel, slider, page="one", value=4.0)
    assert panel.values["w"] == 4.0
    assert panel._front.shown["seen"] == {"one": 2, "two": 1}


def test_an_error_is_raised_and_holds_nothing_up():
    def root(x):
        y = x**0.5
        return y

    panel = explore(root, x=4.0)
    with pytest.raises(ValueError, match="not a real number"):
        arrive(panel, slid(panel, "x", -1.0))
    assert panel._front.error
    arrive(panel, slid(panel, "x", 1.0))
    assert panel.values["x"] == 1.0 and not panel._front.error
    late = slid(panel, "x", -2.0), slid(panel, "x", 2.25)
    with pytest.raises(ValueError, match="not a real number"):
        arrive(panel, *reversed(late))
    assert panel.values["x"] == 2.25


def test_a_refused_value_sends_the_control_back_to_where_it_stood():
    panel = race("bowl", steps=10)
    box = panel._controls["first"].box
    before = box.value
    with pytest.raises(ValueError, match="outside"):
        put(panel, box, value=99.0)
    assert panel._front.shown["states"][box.model_id] == {"value": before}


def test_the_page_hears_what_became_of_a_control_also_where_nothing_changed(panel):
    slider = panel._controls["w"].slider
    put(panel, slider, value=2.0)
    assert panel._front.shown["states"][slider.model_id] == {"value": 2.0}


def test_what_is_shown_goes_out_as_one_message(panel, monkeypatch):
    sent = []
    for widget in (panel._front, *panel._door._widgets.values()):
        line = getattr(widget.comm, "_comm", widget.comm)

        def send(*_, data=None, who=widget, **__):
            sent.append((who, data))

        monkeypatch.setattr(line, "send", send)
    put(panel, panel._controls["w"].slider, value=4.0)
    assert [(who, data["method"]) for who, data in sent] == [(panel._front, "update")]
    assert {"shown", "say", "diagram"} <= set(sent[0][1]["state"])


def test_a_control_set_in_a_cell_works_as_ever(panel):
    panel._controls["w"].slider.value = 4.0
    assert panel.values["w"] == 4.0
    panel._controls["w"].box.value = 4.125
    assert panel.values["w"] == 4.125


def test_a_control_made_later_sends_through_the_door_too():
    panel = race("bowl", steps=10)
    panel.set(landscape="System T")
    slider = panel._controls["first"].slider
    assert slider.model_id in panel._front.controls
    put(panel, slider, value=2.5)
    assert panel.values["start"][0] == 2.5


def test_an_event_for_a_control_that_is_gone_is_no_error():
    panel = race("bowl", steps=10)
    old = panel._controls["first"].slider
    late = message(
        panel, {"control": old.model_id, "data": {"method": "update", "state": {"value": 1.0}}}
    )
    panel.set(landscape="System T")
    arrive(panel, late)
    assert panel._front.shown["seen"] == {"page": 1}
    assert old.comm is None


def test_two_clocks_make_one_beat(panel):
    panel.go("first")
    press(panel, kind="play")
    beat = panel._front.beat
    press(panel, page="one", kind="tick", beat=beat)
    press(panel, page="two", kind="tick", beat=beat)
    assert panel.at == 1
    press(panel, page="two", kind="tick", beat=beat + 1)
    assert panel.at == 2


def test_pages_that_are_gone_are_forgotten(panel):
    for number in range(200):
        put(panel, panel._controls["w"].slider, page=f"page {number}", value=1.0)
    assert len(panel._front.shown["seen"]) < 100 and "page 199" in panel._front.shown["seen"]


def test_messages_on_a_controls_own_line_wait_at_the_gate():
    seen, gate = [], Gate()
    slider = ipywidgets.FloatSlider(max=10.0)
    box = ipywidgets.Box([ipywidgets.Box([slider])])
    slider.observe(lambda change: seen.append((change["new"], gate.enter_at_once())), "value")
    line = slider.comm
    Door(Frontend(), gate, lambda event: None).adopt(box)
    told = {"content": {"data": {"method": "update", "state": {"value": 4.0}}}}
    gate.__enter__()  # somebody is in
    thread = threading.Thread(target=lambda: line.handle_msg(told))
    thread.start()
    end = time.perf_counter() + 5
    while not gate.wanted and time.perf_counter() < end:
        time.sleep(0.001)
    assert gate.wanted and seen == []
    gate.leave()
    thread.join()
    assert seen == [(4.0, True)] and slider.value == 4.0


def test_every_public_method_and_property_of_a_panel_waits_at_its_gate(panel):
    """What a cell reads or does while another thread is at the panel."""
    card = predict("How much?", 2.0)
    uses = (
        (panel, lambda: panel.values),
        (panel, lambda: panel.set(w=1.0)),
        (panel, panel._repr_mimebundle_),
        (card, lambda: card.answer_with("2")),
    )
    for one, use in uses:
        done = threading.Event()
        thread = threading.Thread(target=lambda use=use, done=done: (use(), done.set()))
        with one._gate:
            thread.start()
            end = time.perf_counter() + 5
            while not one._gate.wanted and time.perf_counter() < end:
                time.sleep(0.001)
            assert one._gate.wanted and not done.is_set()
        thread.join(5)
        assert done.is_set()


def test_threads_that_press_and_cells_that_set_leave_one_state(panel):
    """Both of two threads end, nothing is torn, and picture and controls agree."""
    slider, errors = panel._controls["w"].slider, []

    def hand():
        try:
            for number in range(150):
                put(panel, slider, value=float(number % 7) / 2)
                click(panel, button(panel, "Update w"))
        except Exception as error:
            errors.append(error)

    def cell():
        try:
            for number in range(150):
                slider.value = float(number % 5) / 2
                panel.set(b=number / 100)
                panel.undo()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=hand), threading.Thread(target=cell)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert panel.record.value == neuron(*(panel.values[name] for name in ("x", "w", "b")))
    control = panel._controls["w"]
    assert control.box.value == pytest.approx(panel.values["w"], rel=1e-5)
    assert abs(control.slider.value - panel.values["w"]) <= control.slider.step / 2 + 1e-9


def test_a_page_that_sends_again_is_shown_everything_anew(panel, monkeypatch):
    update = clicked(panel, "Update w")
    arrive(panel, update)
    sent = []
    monkeypatch.setattr(panel._front.comm, "send", lambda data, **_: sent.append(data["state"]))
    arrive(panel, update)
    last = {name: value for state in sent for name, value in state.items()}
    states = last["shown"]["states"]
    assert states[panel._controls["w"].slider.model_id]["value"] == pytest.approx(1.5)
    assert states[button(panel, "Undo").model_id]["disabled"] is False
    assert last["diagram"] and last["say"] and "_esm" not in last
    assert len(panel.outputs) == 2


def test_a_door_does_not_keep_what_its_panel_has_closed():
    panel = race("bowl", steps=10)
    sizes = []
    for _ in range(3):
        for landscape in ("System T", "bowl"):
            panel.set(landscape=landscape)
        sizes.append(len(panel._door._widgets))
    assert sizes[0] == sizes[1] == sizes[2]
