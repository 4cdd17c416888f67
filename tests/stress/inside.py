"""What runs within the kernel: it keeps a diary of what arrived, and replays it on a twin."""

from __future__ import annotations

import random
from typing import Any

import ipywidgets

from lessons.panels.kit.door import controls_in
from lessons.panels.kit.panel import Panel

PARTS = ("timeline", "say", "diagram", "code", "steps", "formula", "history", "error", "alt", "old")


class Diary:
    """Every event that a panel has taken in, in its order, with controls by their place."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.events: list[dict[str, Any]] = []
        apply = panel._door._apply

        def noted(event: dict[str, Any]) -> None:
            self.events.append(placed(panel, event))
            apply(event)

        panel._door._apply = noted

    def replayed_on(self, twin: Panel) -> list[str]:
        """Where the panel and a twin that met the same events one by one are not alike."""
        for event in self.events:
            try:
                twin._door.receive(
                    {"page": "", "number": self.number(twin), "event": addressed(twin, event)}
                )
            except Exception:
                pass  # refused, as it was in the panel; both show the sentence
        mine, other = snapshot(self.panel), snapshot(twin)
        return [name for name in mine if mine[name] != other.get(name)]

    @staticmethod
    def number(twin: Panel) -> int:
        return twin._door._pages[""].seen + 1 if "" in twin._door._pages else 1


def controls(panel: Panel) -> list[ipywidgets.Widget]:
    held = panel._door._widgets
    return [held[key] for key in controls_in(*held.values())]


def placed(panel: Panel, event: dict[str, Any]) -> dict[str, Any]:
    """An event with the place of its control instead of its id; None for one that is gone."""
    if "control" not in event:
        return event
    keys = [one.model_id for one in controls(panel)]
    place = keys.index(event["control"]) if event["control"] in keys else None
    return {**event, "control": place}


def addressed(panel: Panel, event: dict[str, Any]) -> dict[str, Any]:
    if "control" not in event or event["control"] is None:
        return event
    return {**event, "control": controls(panel)[event["control"]].model_id}


def snapshot(panel: Panel) -> dict[str, Any]:
    """All that is on the page."""
    shown = {name: getattr(panel._front, name) for name in PARTS}
    for place, one in enumerate(controls(panel)):
        for name in ("value", "min", "max", "index", "disabled", "description"):
            if name in one.keys:
                shown[f"{place} {type(one).__name__} {name}"] = one.get_state(name)[name]
    return shown


def actions(panel: Panel, count: int, seed: int) -> list[dict[str, Any]]:
    """Random things that a hand can do, over all controls, keys and places of a panel."""
    draw = random.Random(seed)
    offered: list[Any] = [
        one for one in controls(panel) if not isinstance(one, (ipywidgets.HTML, ipywidgets.Label))
    ]
    keys = ["back", "forward", "previous", "next", "first", "last"]
    made = []
    for number in range(count):
        one = draw.choice([*offered, None])
        made.append(_key(draw, keys, number) if one is None else _use(draw, one))
    return made


def _key(draw: random.Random, keys: list[str], number: int) -> dict[str, Any]:
    kind = draw.choice([*keys, "point", "choose", "stroke"])
    if kind == "point":
        return {"kind": kind, "x": round(draw.random(), 3), "y": round(draw.random(), 3)}
    if kind == "choose":
        return {"kind": kind, "name": ""}
    if kind == "stroke":
        points = [[draw.uniform(4, 28), draw.uniform(4, 28)] for _ in range(4)]
        return {"kind": kind, "name": str(number), "points": points, "done": True}
    return {"kind": kind}


def _use(draw: random.Random, one: Any) -> dict[str, Any]:
    if isinstance(one, ipywidgets.Button):
        # A button to play is a matter of time, and not of order.
        event = "nothing" if one.icon in ("play", "pause") else "click"
        return _event(one, {"method": "custom", "content": {"event": event}})
    if isinstance(one, ipywidgets.Text):
        if draw.random() < 0.4:
            return _event(one, {"method": "custom", "content": {"event": "submit"}})
        state: dict[str, Any] = {"value": draw.choice(["6", "-6", "2*3", "x", ""])}
    elif isinstance(one, ipywidgets.Dropdown):
        state = {"index": draw.randrange(len(one.options))}
    elif isinstance(one, ipywidgets.Checkbox):
        state = {"value": draw.random() < 0.5}
    elif isinstance(one, ipywidgets.FloatSlider):
        marks = round((one.max - one.min) / one.step)
        state = {"value": one.min + draw.randint(0, marks) * one.step}
    else:
        state = {"value": draw.choice([0.0, 1.0, 2.0, 0.5, -1.0, 3.0])}
    return _event(one, {"method": "update", "state": state})


def _event(one: Any, data: dict[str, Any]) -> dict[str, Any]:
    return {"control": one.model_id, "data": data}
