"""What every panel is made of: controls beside one front end, and one way in which it changes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets

from lessons.panels.kit.controls import ValueControl
from lessons.panels.kit.door import Door, Gate, controls_in
from lessons.panels.kit.frontend import Frontend


class Panel(ipywidgets.Box):
    """Controls around one :class:`Frontend`.

    A panel holds a state without widgets, and shows it. It makes its controls first, calls
    ``super().__init__``, then ``self._draw()``. All that changes it goes through :meth:`_act`. It
    gives:

    - ``_draw``: every part of the page from the state; nothing else writes to the front end;
    - ``_show_values``: the controls from the state, also after an error;
    - ``_static_output``: what readers without a kernel see;
    - ``_on_event``: keys and clicks; what a hand does to a control is told by the control.

    Cells, controls and a training in the background may reach a panel from several threads. Every
    public method and property of a panel therefore waits at its one :class:`Gate`, as a hand does.
    """

    #: The front end, made by ``frontend(__file__)`` beside the panel.
    _frontend: type[Frontend] = Frontend
    #: What is in the box: the widget library has no types.
    children: Sequence[ipywidgets.Widget]
    #: The sliders by name, in the order in which they stand on the page.
    _controls: dict[str, ValueControl]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, member in list(vars(cls).items()):
            if not name.startswith("_") or name in ("_repr_mimebundle_", "__repr__"):
                setattr(cls, name, _within_the_gate(member))

    def __new__(cls, *arguments: Any, **options: Any) -> Panel:
        panel = super().__new__(cls, *arguments, **options)
        panel._gate = Gate()
        return panel

    def __init__(
        self,
        label: str,
        children: Sequence[ipywidgets.Widget],
        classes: Sequence[str] = (),
        frame: str = "bp-grid",
    ) -> None:
        """``children`` stand before the front end in a box with the given style classes."""
        self._front = self._frontend(label=label, controls=controls_in(*children))
        self._grid = ipywidgets.Box([*children, self._front])
        for name in (frame, *classes):
            self._grid.add_class(name)
        super().__init__([self._grid])
        self.add_class("bp-panel")
        self._door = Door(self._front, self._gate, self._on_hand)
        self._door.adopt(self._grid)

    def _draw(self) -> None:
        raise NotImplementedError

    def _show_values(self) -> None:
        """Nothing to show for a panel without controls."""

    def _on_event(self, event: dict[str, Any]) -> None:
        """Nothing to do for a panel without keys and clicks."""

    def _static_output(self) -> tuple[str, str]:
        """What readers without a kernel see: an image as HTML, and the numbers as text."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = dict(super()._repr_mimebundle_(**options) or {})
        bundle["text/html"], bundle["text/plain"] = self._static_output()
        return bundle

    def _act(self, action: Callable[..., None], *arguments: Any) -> None:
        """Do something, then show all of it. The one way in which a panel changes."""
        with self._door.showing(), self._reported():
            self._do(action, *arguments)

    def _do(self, action: Callable[..., None], *arguments: Any) -> None:
        action(*arguments)
        self._front.old, self._front.error = False, ""
        self._draw()

    @property
    def _subject(self) -> str:
        """What an error of somebody else's code is said to have stopped."""
        return "This"

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """An error becomes a sentence, the picture is marked as old, and the error is raised.

        What was refused is named in the sentence; the controls stay with the picture.
        """
        try:
            yield
        except Exception as error:
            self._show_values()
            self._front.report(error, self._subject)
            raise

    def _on_hand(self, event: dict[str, Any]) -> None:
        """What the page reports: keys, clicks, and the clock that plays the steps."""
        if event["kind"] == "tick":
            # Each page has a clock, and two pages may show one panel.
            if not self._front.playing or event["beat"] != self._front.beat:
                return
            self._front.beat += 1
        self._on_event(event)


def _within_the_gate(member: Any) -> Any:
    """A method or a property of a panel that waits at its gate; anything else as it is."""
    if isinstance(member, property):
        fget, fset, fdel = map(_within_the_gate, (member.fget, member.fset, member.fdel))
        return property(fget, fset, fdel, member.__doc__)
    if not inspect.isfunction(member) or inspect.iscoroutinefunction(member):
        return member

    @functools.wraps(member)
    def waits(self: Panel, /, *arguments: Any, **options: Any) -> Any:
        with self._gate:
            return member(self, *arguments, **options)

    return waits


def scrolling(title: str, body: str) -> str:
    """A part of the page that scrolls within itself, reachable by keyboard."""
    return (
        f'<p class="bp-h">{title}</p>'
        f'<div class="bp-scroll" tabindex="0" role="group" aria-label="{title}">{body}</div>'
    )
