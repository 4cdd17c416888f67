"""The one door through which all that a hand does reaches a panel: in its order, and once.

The page sends every slider, box, menu, button, key and click over the line of the panel's front
end, with a number. Kernels may serve two messages on two threads, beside a cell on a third, and may
let one overtake another; what the page has sent may come twice. So a :class:`Door` applies events
in the order of their numbers, each one once, and one at a time: it holds the panel's :class:`Gate`.
What is shown then goes to the page as one message, which says which events it has seen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets

from lessons.panels.kit.frontend import Frontend

#: Pages whose numbers are remembered, and those that are told what was seen: the latest. A page
#: that is loaded anew is another one.
_MOST_PAGES, _TOLD_PAGES = 1000, 16
#: What makes the page's widget, and never changes.
_SENT_ONCE = ("_esm", "_css", "sheet", "key", "layout")


class Gate:
    """A lock that the thread which holds it may take again, and that says whether others wait."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._count = threading.Lock()
        self._waiting = 0

    @property
    def wanted(self) -> bool:
        """Whether somebody waits to come in."""
        return self._waiting > 0

    def enter_at_once(self) -> bool:
        """Come in if nobody is in; whether it worked."""
        return self._lock.acquire(blocking=False)

    def leave(self) -> None:
        self._lock.release()

    def __enter__(self) -> None:
        if self._lock.acquire(blocking=False):
            return
        with self._count:
            self._waiting += 1
        try:
            self._lock.acquire()
        finally:
            with self._count:
                self._waiting -= 1

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class _Page:
    """The events of one page: what came early waits until what is before it has come."""

    def __init__(self) -> None:
        self.seen = 0
        self._early: dict[int, dict[str, Any]] = {}

    def put(self, number: int, event: dict[str, Any]) -> None:
        if number > self.seen:
            self._early[number] = event

    def take(self) -> dict[str, Any] | None:
        """The next event in order, if it is there; it counts as seen from now on."""
        event = self._early.pop(self.seen + 1, None)
        if event is not None:
            self.seen += 1
        return event


class Door:
    """Takes in what a hand does, and sends out what is shown.

    ``on_event`` is called with each event of the front end itself, a key or a click; an event of a
    control is given to that control, as ipywidgets would.
    """

    def __init__(
        self, front: Frontend, gate: Gate, on_event: Callable[[dict[str, Any]], None]
    ) -> None:
        self._front, self._gate, self._on_event = front, gate, on_event
        self._pages: dict[str, _Page] = {}
        self._widgets: dict[str, ipywidgets.Widget] = {}
        self._depth = 0
        #: What changed in the controls since the page was last told: names by widget.
        self._changed: dict[str, set[str]] = {}
        front.receive = self.receive

    def receive(self, message: dict[str, Any]) -> None:
        """A message of the page: an event with the number that it has there.

        An error of an event is raised when all that could be done is done: it must not hold up what
        comes after it.
        """
        errors: list[Exception] = []
        with self._gate, self.showing():
            page, number = self._page(str(message["page"])), int(message["number"])
            if number <= page.seen:
                self._repeat()
            page.put(number, message["event"])
            while (event := page.take()) is not None:
                try:
                    self._apply(event)
                except Exception as error:
                    errors.append(error)
            self._say_seen()
        if errors:
            raise errors[0]

    @contextmanager
    def showing(self) -> Iterator[None]:
        """What changes in front end and controls within this goes to the page as one message."""
        with self._gate, self._front.hold_sync():
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._changed:
                    self._say_seen()

    def flush(self) -> None:
        """Send what has changed so far, and go on: for a word before a long computation."""
        with self._gate:
            names = {name for name in self._front._states_to_send if name != "shown"}
            self._front._states_to_send -= names
            self._front.send_state(names)

    def adopt(self, widget: ipywidgets.Widget) -> None:
        """Take in a widget and all that it holds, now and later."""
        # What a panel has closed is not kept alive by its door.
        self._widgets = {key: one for key, one in self._widgets.items() if one.comm is not None}
        for one in widgets_in(widget):
            if one is self._front or one.model_id in self._widgets or one.comm is None:
                continue
            _Turn(one, self._gate)
            if isinstance(one, ipywidgets.Box):
                # A box is in no hand, and what it holds is for ipywidgets to send.
                one.observe(lambda change: self.adopt(change["owner"]), "children")
                self._widgets[one.model_id] = one
                continue
            self._widgets[one.model_id] = one
            one.comm = _Collected(one, self._collect)
        controls = controls_in(*self._widgets.values())
        if controls != self._front.controls:
            self._front.controls = controls

    def _repeat(self) -> None:
        """Show everything anew: a page that sends again has not heard the answer."""
        for key in controls_in(*self._widgets.values()):
            widget = self._widgets[key]
            plain = {name for name in widget.keys if not name.startswith("_")}
            self._changed.setdefault(key, set()).update(plain - {"layout", "style"})
        self._front.send_state(set(self._front.keys) - set(_SENT_ONCE))

    def _page(self, name: str) -> _Page:
        page = self._pages.pop(name, None) or _Page()
        self._pages[name] = page  # the latest last
        while len(self._pages) > _MOST_PAGES:
            self._pages.pop(next(iter(self._pages)))
        return page

    def _apply(self, event: dict[str, Any]) -> None:
        if "control" not in event:
            self._on_event(event)
            return
        key, data = event["control"], event["data"]
        widget = self._widgets.get(key)
        if widget is None or widget.comm is None:
            return  # it was closed while the event was on its way
        if data["method"] == "custom":
            widget._handle_custom_msg(data["content"], [])
            return
        try:
            widget.set_state(data["state"])
        finally:
            # The page hears what became of it, also where that is what it was before.
            self._changed.setdefault(key, set()).update(set(data["state"]) & set(widget.keys))

    def _collect(self, widget: ipywidgets.Widget, data: dict[str, Any]) -> bool:
        """Keep back what a control would send now; whether that was done."""
        if self._depth == 0 or data.get("method") not in ("update", "echo_update"):
            return False
        if data["method"] == "update":
            self._changed.setdefault(widget.model_id, set()).update(data["state"])
        return True

    def _say_seen(self) -> None:
        states = {}
        for key, names in self._changed.items():
            widget = self._widgets.get(key)
            if widget is not None and widget.comm is not None:
                states[key] = widget.get_state(names)
        self._changed = {}
        latest = list(self._pages.items())[-_TOLD_PAGES:]
        seen = {name: page.seen for name, page in latest}
        old = self._front.shown
        self._front.shown = {"seen": seen, "states": states, "turn": old.get("turn", 0) + 1}


class _Turn:
    """What a page sends on a widget's own line waits at the gate until its turn has come."""

    def __init__(self, widget: ipywidgets.Widget, gate: Gate) -> None:
        self._handle, self._gate = widget._handle_msg, gate
        widget.comm.on_msg(self)

    def __call__(self, message: Any) -> None:
        with self._gate:
            self._handle(message)


class _Collected:
    """The line of a control to the page, which keeps back what is to be shown at once."""

    def __init__(
        self,
        widget: ipywidgets.Widget,
        collect: Callable[[ipywidgets.Widget, dict[str, Any]], bool],
    ) -> None:
        self._widget, self._comm, self._collect = widget, widget.comm, collect

    def send(self, data: Any = None, metadata: Any = None, buffers: Any = None) -> None:
        if not self._collect(self._widget, data):
            self._comm.send(data=data, metadata=metadata, buffers=buffers)

    def on_msg(self, callback: Callable[[Any], None]) -> None:
        """ipywidgets would take the line anew; whoever has it keeps it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._comm, name)


def controls_in(*widgets: ipywidgets.Widget) -> list[str]:
    """The ids of all that a hand can change or that is shown, without the boxes around it."""
    held = {one.model_id: one for widget in widgets for one in widgets_in(widget) if one.comm}
    return [key for key, one in held.items() if not isinstance(one, (ipywidgets.Box, Frontend))]


def widgets_in(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """A widget and all that it holds."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_in(child)
