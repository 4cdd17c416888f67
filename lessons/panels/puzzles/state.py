"""What a panel of shape puzzles shows and can do, without widgets."""

from __future__ import annotations

from lessons.practice.shapes import Judgement, Puzzle


class Puzzling:
    """The puzzles of a panel, the one on show, what was built for each, and which are solved."""

    def __init__(self, some: tuple[Puzzle, ...]) -> None:
        self.puzzles = some
        self.at = 0
        self.built: list[tuple[str, str]] = [("", "") for _ in some]
        self.solved: list[bool] = [False for _ in some]
        self.judgement: Judgement = self._judged()

    @property
    def puzzle(self) -> Puzzle:
        return self.puzzles[self.at]

    def go(self, at: int) -> None:
        """To a puzzle by its number, from 0."""
        if not 0 <= at < len(self.puzzles):
            raise ValueError(f"there is no puzzle {at}; there are 0 to {len(self.puzzles) - 1}")
        self.at = at
        self.judgement = self._judged()

    def move(self, by: int) -> None:
        """Some puzzles on or back, as far as there are any."""
        self.go(max(0, min(self.at + by, len(self.puzzles) - 1)))

    def build(self, left: str | None, right: str | None) -> None:
        """Another factor on the left or on the right; None leaves it, "" takes it away."""
        one, two = self.built[self.at]
        one, two = one if left is None else left, two if right is None else right
        judgement = self.puzzle.judge(one, two)
        self.built[self.at], self.judgement = (one, two), judgement
        self.solved[self.at] |= judgement.kind == "right"

    def _judged(self) -> Judgement:
        return self.puzzle.judge(*self.built[self.at])
