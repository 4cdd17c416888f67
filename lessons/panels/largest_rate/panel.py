"""``find_largest_rate``: a game. How large may the learning rate be, at each depth?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets

from lessons.maths.checks import seed as checked_seed
from lessons.maths.checks import whole_setting
from lessons.maths.networks.largest_rate import DEEPEST, STEPS, Bound, Game, Trial
from lessons.panels.kit.controls import Menu, PowerControl
from lessons.panels.kit.figure import RenderContext
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.panel import scrolling
from lessons.panels.kit.picture_panel import PicturePanel
from lessons.panels.kit.toolbars import button, sidebar
from lessons.panels.largest_rate import picture as pictures
from lessons.panels.largest_rate.state import Playing

_SEARCHING = "<small>Searching</small><span>Some twenty runs are made to find the largest.</span>"


class RatePanel(PicturePanel):
    """The panel that :func:`find_largest_rate` makes. Everything it shows is one :class:`Game`.

    From Python: ``set``, ``attempt``, ``reveal``; and to read, ``game``, ``record``, ``trials``,
    ``bounds``, ``sentence``.
    """

    _frontend = frontend(__file__)
    _subject = "This run"
    _still_look = RenderContext(width=760, height=420, ratio=1.5, solid=True)

    def __init__(self, game: Game) -> None:
        self._state = Playing(game)
        self._picture = pictures.loss_picture()
        self._controls = {
            "lr": PowerControl(
                "lr", game.lr, (-3.0, 1.0, 0.1), self._on_value, tip="learning rate",
                style="bp-rate",
            )
        }  # fmt: skip
        super().__init__("The largest learning rate", [self._column()], ("bp-largest",))
        self._draw()

    # What can be read.

    @property
    def game(self) -> Game:
        """All that was tried, and what is on show, as data."""
        return self._state.game

    @property
    def record(self) -> dict[int, float | None]:
        """For each depth the largest rate that was tried and converged; None for none."""
        return {depth: self.game.best(depth) for depth in self.game.depths}

    @property
    def trials(self) -> tuple[Trial, ...]:
        """All runs so far, the latest last."""
        return self.game.trials

    @property
    def bounds(self) -> dict[int, Bound]:
        """The answers that were asked for, by depth."""
        return {bound.depth: bound for bound in self.game.bounds}

    @property
    def sentence(self) -> str:
        """The sentence about the run on show."""
        return pictures.plain_sentence(self.game)

    # What can be done. Each of these is also what a control does.

    def set(self, *, depth: int | None = None, lr: float | None = None) -> None:
        """Choose the depth and the rate of the next run; what is not named stays."""
        self._act(self._state.set, depth, lr)

    def attempt(self, lr: float | None = None, depth: int | None = None) -> Trial:
        """Make a run, and keep it: with the rate and the depth that are set, or with others."""
        self._act(self._state.attempt, depth, lr)
        assert self.game.shown is not None
        return self.game.shown

    def reveal(self) -> Bound:
        """Put the largest rate at this depth on the table."""
        self._front.say = _SEARCHING
        self._door.flush()
        self._act(self._state.reveal)
        return self.bounds[self.game.depth]

    # How it works.

    def _draw(self) -> None:
        self._show_values()
        self._front.show(
            {
                "say": pictures.sentence(self.game),
                "steps": scrolling("Your record", pictures.record_table(self.game)),
                "picture": self._picture.png(STEPS, self.game, self._look),
                "alt": pictures.alt(self.game),
            }
        )

    def _show_values(self) -> None:
        self._controls["lr"].show(self.game.lr)
        self._depth.show(self.game.depth)

    def _height_for(self, width: int) -> int:
        return pictures.height_for(width)

    # What it is made of.

    def _on_value(self, name: str, value: Any) -> None:
        self.set(**{name: value})

    def _column(self) -> ipywidgets.Box:
        options = {str(depth): depth for depth in self.game.depths}
        self._depth = Menu("depth", options, self._on_value, value=self.game.depth)
        return sidebar(
            (self._depth.widget,),
            self._controls.values(),
            (),
            lambda name: None,
            [
                button("update", "Run with this rate", self.attempt, description="Try"),
                button("reveal", "Search for it", self.reveal, description="Show the largest"),
            ],
            title="Next run",
        )

    # What readers without a kernel see.

    def _still(self, look: RenderContext) -> tuple[bytes, str, str]:
        picture = pictures.loss_picture().png(STEPS, self.game, look, level=9)
        return picture, pictures.alt(self.game), pictures.table(self.game)

    def __repr__(self) -> str:
        return f"RatePanel of the depths {', '.join(map(str, self.game.depths))}"


def find_largest_rate(
    depths: Sequence[int] = (1, 2, 4, 8, 16), *, lr: float = 0.1, seed: int = 0
) -> RatePanel:
    """A game: at each depth, find the largest learning rate with which 100 steps still converge.

    The network is tanh with Xavier weights, 64 units wide, and learns a linear function: see
    :mod:`lessons.maths.networks.largest_rate`. ``depths`` are the depths of the game, ``lr`` is
    where the slider starts, ``seed`` makes another network. Bad input raises ``ValueError`` or
    ``TypeError`` with the fix.

    >>> panel = find_largest_rate()  # doctest: +SKIP
    >>> panel.attempt(lr=0.5, depth=4).verdict  # doctest: +SKIP
    'converges'
    """
    found = tuple(whole_setting("depth", depth, 1, DEEPEST) for depth in depths)
    if not found or len(set(found)) != len(found):
        raise ValueError(f"depths is {depths!r}; give different whole numbers, such as (1, 2, 4)")
    return RatePanel(Game(found, checked_seed(seed), found[0], lr))
