"""What the game of the largest rate shows and can do, without widgets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lessons.maths.checks import whole_setting
from lessons.maths.networks.largest_rate import DEEPEST, Game


class Playing:
    """A game, which each action replaces by the next one, or leaves as it is."""

    def __init__(self, game: Game) -> None:
        self.game = game

    def set(self, depth: int | None, lr: float | None) -> None:
        """Choose the depth and the rate of the next run; what is None stays."""
        self.game = self._changed(depth, lr)

    def attempt(self, depth: int | None, lr: float | None) -> None:
        """Make a run with the rate and the depth that are set, or with others, and keep it."""
        self.game = self._changed(depth, lr).tried()

    def reveal(self) -> None:
        """Put the largest rate at this depth on the table."""
        self.game = self.game.revealed()

    def _changed(self, depth: int | None, lr: float | None) -> Game:
        changes: dict[str, Any] = {}
        if depth is not None:
            changes["depth"] = whole_setting("depth", depth, 1, DEEPEST)
        if lr is not None:
            changes["lr"] = lr
        return replace(self.game, **changes)
