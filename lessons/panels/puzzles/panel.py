"""``fit_shapes``: build a product from two menus, and see whether its shapes and numbers fit."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

from lessons.maths import text
from lessons.panels.kit.controls import Menu
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.heat_style import HEATMAP_CSS, still_css
from lessons.panels.kit.heatmap import picture
from lessons.panels.kit.panel import Panel
from lessons.panels.kit.prose import with_code
from lessons.panels.kit.still_image import still_image
from lessons.panels.kit.style import DIAGRAM_CSS, written_in
from lessons.panels.kit.toolbars import button, heading
from lessons.panels.puzzles.picture import Build, Factor, alt, drawn
from lessons.panels.puzzles.state import Puzzling
from lessons.practice.shapes import FACTORS, SETS, Judgement, Puzzle, puzzles

#: What a menu says while nothing has been chosen in it.
_NOTHING = "choose"


class PuzzlePanel(Panel):
    """The panel that :func:`fit_shapes` makes.

    From Python: ``go``, ``build``; and to read, ``puzzle``, ``built``, ``judgement``, ``solved``,
    ``sentence``.
    """

    _frontend = frontend(__file__, DIAGRAM_CSS, HEATMAP_CSS)

    def __init__(self, state: Puzzling) -> None:
        self._state = state
        self._controls = {}
        names = [(puzzle.name, at) for at, puzzle in enumerate(state.puzzles)]
        self._which = Menu("at", names, self._picked, label="Puzzle", style="bp-presets")
        factors = [(_NOTHING, ""), *((name, name) for name in FACTORS)]
        self._left = Menu("left", factors, self._picked)
        self._right = Menu("right", factors, self._picked)
        self._next = button("next", "To the next puzzle", self._forward, description="Next puzzle")
        row = ipywidgets.HBox([self._next])
        row.add_class("bp-actions")
        menus = [menu.widget for menu in (self._which, self._left, self._right)]
        column = ipywidgets.VBox([heading("Build a product"), *menus, row])
        column.add_class("bp-controls")
        column.add_class("bp-names-medium")
        super().__init__("Shape puzzles", [column], ["bp-puzzles"])
        self._draw()

    @property
    def puzzle(self) -> Puzzle:
        """The puzzle on show."""
        return self._state.puzzle

    @property
    def built(self) -> tuple[str, str]:
        """The names of both factors; "" where none has been chosen."""
        return self._state.built[self._state.at]

    @property
    def judgement(self) -> Judgement:
        """What is said about the product."""
        return self._state.judgement

    @property
    def solved(self) -> tuple[bool, ...]:
        """Which of the puzzles have been solved so far."""
        return tuple(self._state.solved)

    @property
    def sentence(self) -> str:
        """The sentence about what has been built."""
        return self.judgement.told

    def go(self, at: int) -> None:
        """To a puzzle by its number, from 0."""
        self._act(self._state.go, at)

    def build(self, left: str | None = None, right: str | None = None) -> None:
        """Choose a factor on the left, on the right, or both, such as "W" or "Wᵀ"."""
        self._act(self._state.build, left, right)

    def _forward(self) -> None:
        self._act(self._state.move, 1)

    def _picked(self, name: str, choice: Any) -> None:
        """A menu has moved."""
        if name == "at":
            self.go(choice)
        else:
            self.build(**{name: choice})

    def _show_values(self) -> None:
        left, right = self.built
        self._which.show(self._state.at)
        self._left.show(left)
        self._right.show(right)
        self._next.disabled = self._state.at == len(self._state.puzzles) - 1

    def _draw(self) -> None:
        """Every part of the page from the puzzle and what was built for it."""
        self._show_values()
        build = self._build
        body, width, height = drawn(build)
        told = picture(body, width, height, alt(build))
        question = with_code(self.puzzle.question)
        layer = escape(self.puzzle.layer.told)
        self._front.show(
            {
                "say": f"<small>{_TITLES[self.judgement.kind]}</small>"
                f"<span>{escape(self.sentence)}</span>",
                "diagram": f'<p class="bp-h">{layer}</p><p class="bp-asked">{question}</p>{told}',
                "formula": _progress(self._state),
            }
        )

    @property
    def _build(self) -> Build:
        layer, (left, right) = self.puzzle.layer, self.built
        return Build(
            Factor(left, layer.factor(left) if left else None),
            Factor(right, layer.factor(right) if right else None),
            self.judgement.product,
            Factor(self.puzzle.target, self.puzzle.wanted),
            self.judgement.kind,
            self.judgement.at,
        )

    def _on_event(self, event: dict[str, Any]) -> None:
        """Arrow keys go from puzzle to puzzle, and a click on a mark goes to its puzzle."""
        state = self._state
        match event.get("kind"):
            case "forward":
                self._forward()
            case "back":
                self._act(state.move, -1)
            case "first":
                self.go(0)
            case "last":
                self.go(len(state.puzzles) - 1)
            case "go":
                self.go(int(event["at"]))

    def _static_output(self) -> tuple[str, str]:
        build = self._build
        body, width, height = drawn(build)
        html = (
            f"<p><b>{escape(self.puzzle.name)}.</b> {with_code(self.puzzle.question)}</p>\n"
            f"{still_image(_still(body, width, height), alt(build))}"
        )
        return html, _table(self._state)

    def __repr__(self) -> str:
        done = sum(self._state.solved)
        return f"Shape puzzles, {done} of {len(self._state.puzzles)} solved"


_TITLES = {
    "open": "To build",
    "mismatch_reason": "Not yet",
    "turned": "Not yet",
    "shape": "Not yet",
    "wrong": "Not yet",
    "right": "Solved",
}


def fit_shapes(*sets: str) -> PuzzlePanel:
    """A panel of shape puzzles: build a gradient as a product of two matrices, from menus.

    ``sets`` names the puzzles: "layer" (3 nodes feed 4, where a wrong transpose cannot fit),
    "square" (10 feed 10, where it fits and is wrong), "batch" (rows instead of columns); none
    means all of them. Raises ``ValueError`` for another name.

    >>> panel = fit_shapes("layer")  # doctest: +SKIP
    >>> panel.build("W", "dL_dz"); panel.sentence  # doctest: +SKIP
    """
    return PuzzlePanel(Puzzling(tuple(p for name in sets or SETS for p in puzzles(name))))


def _progress(state: Puzzling) -> str:
    """A mark for each puzzle: solved, open, and the one on show."""
    marks = []
    for at, (puzzle, solved) in enumerate(zip(state.puzzles, state.solved, strict=True)):
        here = " bp-here" if at == state.at else ""
        done = "✓ " if solved else ""
        look = " bp-solved" if solved else ""
        marks.append(
            f'<span class="bp-puzzle{here}{look}" data-at="{at}">{done}{escape(puzzle.name)}</span>'
        )
    return f'<div class="bp-progress">{"".join(marks)}</div>'


def _table(state: Puzzling) -> str:
    """Every puzzle as text, with the shapes of what is on offer."""
    rows = []
    for puzzle in state.puzzles:
        arrays = puzzle.layer.arrays
        shapes = ", ".join(f"{name} {arrays[name].shape}" for name in ("W", "a", "dL_dz"))
        rows.append([puzzle.name, str(puzzle.wanted.shape), shapes])
    return text.table(["asked for", "shape", "from (each may be turned)"], rows, lean="<<<")


def _still(body: str, width: float, height: float) -> str:
    """A self-contained SVG on a white ground."""
    pad = 12.0
    whole, tall = width + 2 * pad, height + 2 * pad
    return (
        f'<svg class="bp-svg" xmlns="http://www.w3.org/2000/svg" width="{whole:g}" '
        f'height="{tall:g}" viewBox="0 0 {whole:g} {tall:g}">'
        f"<style>{written_in(DIAGRAM_CSS)}{still_css()}</style>"
        f'<rect class="ground" x=".5" y=".5" width="{whole - 1:g}" height="{tall - 1:g}" rx="10"/>'
        f'<g transform="translate({pad:g} {pad:g})">{body}</g></svg>'
    )
