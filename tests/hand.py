"""What the page of a panel sends: keys and clicks, and a hand on its controls."""

from collections import defaultdict
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from ipywidgets import Widget

from lessons.panels.kit.panel import Panel

_numbers: WeakKeyDictionary[Panel, dict[str, count]] = WeakKeyDictionary()


def message(panel: Panel, event: dict[str, Any], page: str = "page") -> dict[str, Any]:
    """The next message of a page to a panel."""
    numbers = _numbers.setdefault(panel, defaultdict(lambda: count(1)))
    return {"page": page, "number": next(numbers[page]), "event": event}


def press(panel: Panel, page: str = "page", **event: Any) -> None:
    """A key, a click, a place in the picture, or a tick of the clock of a page."""
    if event["kind"] == "tick":
        event.setdefault("beat", panel._front.beat)
    panel._front._handle_custom_msg(message(panel, event, page), [])


def put(panel: Panel, control: Widget, page: str = "page", **state: Any) -> None:
    """A hand gives a control another state: the value of a slider, the index of a menu."""
    event = {"control": control.model_id, "data": {"method": "update", "state": state}}
    panel._front._handle_custom_msg(message(panel, event, page), [])


def click(panel: Panel, button: Widget, page: str = "page") -> None:
    """A press of a button."""
    _say(panel, button, "click", page)


def enter(panel: Panel, box: Widget, text: str, page: str = "page") -> None:
    """A text that is typed in a box, and Enter."""
    put(panel, box, page, value=text)
    _say(panel, box, "submit", page)


def _say(panel: Panel, control: Widget, event: str, page: str) -> None:
    data = {"method": "custom", "content": {"event": event}}
    told = {"control": control.model_id, "data": data}
    panel._front._handle_custom_msg(message(panel, told, page), [])
