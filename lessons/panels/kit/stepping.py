"""Panels of steps: one goes forth and back through them, and a clock plays them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from lessons.panels.kit.controls import Button
from lessons.panels.kit.panel import Panel
from lessons.panels.kit.toolbars import button


class Steps(Protocol):
    """The state of such a panel."""

    @property
    def at(self) -> int: ...

    @property
    def last(self) -> int: ...

    def go(self, where: int | str) -> None: ...

    def move(self, by: int) -> None: ...


class SteppingPanel(Panel):
    """A :class:`Panel` whose state has positions, from 0 to its last one.

    ``_plays`` is what the button plays. A panel makes that button with :meth:`_make_play`, and
    calls :meth:`_rest_at_the_end` where it draws.
    """

    _state: Any  # :class:`Steps`, and what else the panel holds
    _plays = "the steps"

    @property
    def at(self) -> int:
        """The position that is shown; 0 is the start."""
        return self._state.at

    def go(self, where: int | str) -> None:
        """To a position, or to one by its name, such as "first" or "last"."""
        self._act(self._state.go, where)

    def forward(self, steps: int = 1) -> None:
        """One step on, or several."""
        self._act(self._state.move, steps)

    def back(self) -> None:
        """One step back."""
        self._act(self._state.move, -1)

    def play(self) -> None:
        """Play, or pause; from the start where all has been shown."""
        starts = not self._front.playing
        if starts and self._all_shown:
            self.go("first")
        self._set_playing(starts)

    @property
    def _stride(self) -> int:
        """Steps from one picture to the next while it plays."""
        return 1

    @property
    def _all_shown(self) -> bool:
        """Whether playing begins anew."""
        return self.at == self._state.last

    def _make_play(self) -> Button:
        self._play_button = button("play", f"Play {self._plays}", self.play, icon="play")
        return self._play_button

    def _set_playing(self, playing: bool) -> None:
        self._front.playing = playing
        self._play_button.icon = "pause" if playing else "play"
        self._play_button.tooltip = "Pause" if playing else f"Play {self._plays}"

    def _rest_at_the_end(self) -> None:
        if self._front.playing and self.at == self._state.last:
            self._set_playing(False)

    def _set_interval(self, interval: int) -> None:
        self._front.interval = interval

    def _stepping(self, where: str) -> Callable[[], None]:
        """The action of a button of the toolbar."""
        actions: dict[str, Callable[[], None]] = {"on": self.forward, "back": self.back}
        return actions.get(where) or (lambda: self.go(where))

    def _on_event(self, event: dict[str, Any]) -> None:
        """What the front end reports: keys, a click on a position, and the clock."""
        match event.get("kind"):
            case "go":
                self.go(max(0, min(int(event["at"]), self._state.last)))
            case "first" | "last" as where:
                self.go(where)
            case "forward":
                self.forward()
            case "back":
                self.back()
            case "play":
                self.play()
            case "tick":
                self.forward(self._stride)
