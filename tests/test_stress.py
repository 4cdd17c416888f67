"""The stress itself: its twin comparison finds a panel whose door is not in order."""

from __future__ import annotations

import pytest

from lessons import explore
from tests.stress import inside


def neuron(x, w, b):
    z = x * w + b
    return z


def made():
    return explore(neuron, x=1.0, w=2.0, b=1.0, update=["w"])


def pressed(panel, *events):
    for number, event in enumerate(events, 1):
        panel._door.receive({"page": "page", "number": number, "event": event})


def moves(panel):
    """A slider to 3, and then a press of Update: in the other order w is another number."""
    slider = panel._controls["w"].slider
    [update] = [
        one for one in inside.controls(panel) if getattr(one, "description", "") == "Update w"
    ]
    return [
        {"control": slider.model_id, "data": {"method": "update", "state": {"value": 3.0}}},
        {"control": update.model_id, "data": {"method": "custom", "content": {"event": "click"}}},
    ]


def test_a_panel_that_is_in_order_is_as_its_twin():
    panel = made()
    diary = inside.Diary(panel)
    pressed(panel, *moves(panel))
    assert diary.replayed_on(made()) == []


def test_a_door_that_swaps_two_events_is_found():
    panel = made()
    apply, held = panel._door._apply, []

    def swapped(event):
        held.append(event)
        if len(held) == 2:
            for late in reversed(held):
                apply(late)

    panel._door._apply = swapped
    diary = inside.Diary(panel)  # hears the events in the order of their numbers
    events = moves(panel)
    pressed(panel, *events)
    assert [event["data"] for event in diary.events] == [event["data"] for event in events]
    assert diary.replayed_on(made()) != []


@pytest.mark.parametrize("lost", [0, 1])
def test_a_door_that_loses_an_event_is_found(lost):
    panel = made()
    apply, count = panel._door._apply, iter(range(2))
    panel._door._apply = lambda event: None if next(count) == lost else apply(event)
    diary = inside.Diary(panel)
    pressed(panel, *moves(panel))
    assert diary.replayed_on(made()) != []
