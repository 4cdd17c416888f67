"""Places for labels beside points: none on another, and each still near its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

#: From one line of words to the next, and from a point to its words, in CSS px.
PITCH = 16.0
GAP = 12.0
#: Points nearer than this are neighbours.
_NEAR = 130.0
_ROUNDS = 12
#: How far a column moves, at most, to show a point.
_SHIFTS = sorted(range(-64, 65, 8), key=abs)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """Where the words of a point begin, the height of their middle, and on which side they are."""

    x: float
    y: float
    width: float
    right: bool

    @property
    def near(self) -> float:
        """Where the words end that is nearer to the point."""
        return self.x if self.right else self.x + self.width


def label_places(
    points: Sequence[tuple[float, float]],
    widths: Sequence[float],
    box: Box,
    taken: Sequence[Box] = (),
) -> list[Label]:
    """A label for each point, to its right, or to its left where the box has no room on the right.

    ``box`` is left, bottom, right, top, and so are the boxes that are ``taken`` by other words,
    which the labels keep off where there is room. Labels of neighbours that would meet stand below
    one another in one column, in the order of their points from the top down; columns that would
    still meet give way up and down. Few places change much while the points move a little.
    """
    stacks = [_stacked([i], points, widths, box) for i in range(len(points))]
    while pair := _pair(stacks, points):
        a, b = pair
        stacks[a] = _stacked([*stacks[a], *stacks.pop(b)], points, widths, box)
    for _ in range(_ROUNDS):
        if not _give_way(stacks, box):
            break
    for a in range(len(stacks)):
        _clear(a, stacks, points, box, taken)
    found = {i: label for stack in stacks for i, label in stack.items()}
    return [found[i] for i in range(len(points))]


def _pair(
    stacks: Sequence[dict[int, Label]], points: Sequence[tuple[float, float]]
) -> tuple[int, int] | None:
    """Two columns that meet, and hold labels of neighbours."""
    for a, b in combinations(range(len(stacks)), 2):
        if _meet(stacks[a], stacks[b]) and any(
            abs(points[i][0] - points[j][0]) < _NEAR and abs(points[i][1] - points[j][1]) < _NEAR
            for i in stacks[a]
            for j in stacks[b]
        ):
            return a, b
    return None


def _stacked(
    which: Sequence[int],
    points: Sequence[tuple[float, float]],
    widths: Sequence[float],
    box: Box,
) -> dict[int, Label]:
    left, bottom, right, top = box
    order = sorted(which, key=lambda i: (-points[i][1], i))
    widest = max(widths[i] for i in order)
    column = max(points[i][0] for i in order) + GAP
    on_right = column + widest <= right
    if not on_right:
        column = min(points[i][0] for i in order) - GAP
        if column - widest < left:  # no room on either side: as far to the right as it goes
            on_right, column = True, right - widest
    reach = PITCH * (len(order) - 1) / 2
    middle = sum(points[i][1] for i in order) / len(order)
    middle = _within(middle, bottom + reach + PITCH / 2, top - reach - PITCH / 2)
    return {
        i: Label(
            column if on_right else column - widths[i],
            middle + reach - PITCH * row,
            widths[i],
            on_right,
        )
        for row, i in enumerate(order)
    }


def _give_way(stacks: list[dict[int, Label]], box: Box) -> bool:
    """Move columns that meet apart, each by half of what they share; whether there were any."""
    moved = False
    for a, b in combinations(range(len(stacks)), 2):
        if not _meet(stacks[a], stacks[b]):
            continue
        moved = True
        upper, lower = (a, b) if _middle(stacks[a]) >= _middle(stacks[b]) else (b, a)
        shared = max(label.y for label in stacks[lower].values()) + PITCH
        shared -= min(label.y for label in stacks[upper].values())
        stacks[upper] = _shifted(stacks[upper], shared / 2, box)
        stacks[lower] = _shifted(stacks[lower], -shared / 2, box)
    return moved


def _clear(
    which: int,
    stacks: list[dict[int, Label]],
    points: Sequence[tuple[float, float]],
    box: Box,
    taken: Sequence[Box],
) -> None:
    """Move a column up or down as little as it takes to cover nothing; it stays if that fails."""
    for by in _SHIFTS:
        moved = _shifted(stacks[which], by, box)
        others = (stack for i, stack in enumerate(stacks) if i != which)
        covers = any(
            label.x - 7 < right
            and left < label.x + label.width + 7
            and bottom - PITCH / 2 < label.y < top + PITCH / 2
            for label in moved.values()
            for left, bottom, right, top in (*((x, y - 5, x, y + 5) for x, y in points), *taken)
        )
        if not covers and not any(_meet(moved, other) for other in others):
            stacks[which] = moved
            return


def _shifted(stack: dict[int, Label], by: float, box: Box) -> dict[int, Label]:
    _, bottom, _, top = box
    heights = [label.y for label in stack.values()]
    by = _within(by, bottom + PITCH / 2 - min(heights), top - PITCH / 2 - max(heights))
    return {i: replace(label, y=label.y + by) for i, label in stack.items()}


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high) if low <= high else (low + high) / 2


def _middle(stack: dict[int, Label]) -> float:
    return sum(label.y for label in stack.values()) / len(stack)


def _meet(one: dict[int, Label], other: dict[int, Label]) -> bool:
    return any(
        a.x < b.x + b.width + 6 and b.x < a.x + a.width + 6 and abs(a.y - b.y) < PITCH - 1e-6
        for a in one.values()
        for b in other.values()
    )
