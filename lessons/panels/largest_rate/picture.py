"""The game of the largest learning rate: loss curves, the record as a table, and the words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lessons.maths import text
from lessons.maths.networks.largest_rate import SHARE, STEPS, Bound, Game, Trial
from lessons.panels.kit.figure import Artists, FastFigure, RenderContext, px
from lessons.panels.kit.still_image import LIVE

#: Decades of the loss that are shown; a curve that leaves them goes on outside.
_LOW, _HIGH = -6, 5
_LEFT, _RIGHT, _TOP, _BOTTOM, _CAPTION = 66, 18, 40, 48, 20  # px
_FONT = 11.5
#: The title of each verdict, and the mark at the end of its curve.
TITLES = {
    "converges": "Converges",
    "too slow": "Too slow",
    "bounces": "Bounces",
    "explodes": "Explodes",
}


def height_for(width: int) -> int:
    """The height of the picture that suits a width, both in CSS px."""
    return max(300, min(420, round(0.55 * width)))


def loss_picture() -> FastFigure[int, Game]:
    """The picture of one panel, for the number of steps and a game."""
    return FastFigure(_draw, _move)


def _draw(figure: Figure, look: RenderContext, steps: int) -> Artists:
    p = look.palette
    lowest = _BOTTOM + (_CAPTION if look.solid else 0)
    if look.solid:
        figure.text(12 / look.width, 10 / look.height, LIVE, fontsize=px(_FONT), color=p.muted)
    axes = figure.add_axes(
        (
            _LEFT / look.width,
            lowest / look.height,
            1 - (_LEFT + _RIGHT) / look.width,
            1 - (lowest + _TOP) / look.height,
        )
    )
    axes.set_facecolor("none")
    axes.set_xlim(-0.01 * steps, 1.02 * steps)
    axes.set_ylim(_LOW, _HIGH)
    axes.set_yticks(
        range(_LOW, _HIGH + 1), [_decade(d) if d % 2 == 0 else "" for d in range(_LOW, _HIGH + 1)]
    )
    axes.tick_params(labelsize=px(_FONT), labelcolor=p.muted, length=0, pad=px(6))
    axes.grid(color=p.line, lw=px(1), alpha=0.6)
    axes.set_xlabel("step", fontsize=px(_FONT + 0.5), color=p.text, labelpad=px(3))
    figure.text(
        15 / look.width, sum(axes.get_position().intervaly) / 2, "loss, log scale", rotation=90,
        fontsize=px(_FONT), color=p.muted, ha="center", va="center",
    )  # fmt: skip
    for spine in axes.spines.values():
        spine.set(color=p.line, linewidth=px(1))
    return _moving(axes, look)


def _decade(exponent: int) -> str:
    return "1" if exponent == 0 else f"1e{exponent}".replace("-", text.MINUS)


def _moving(axes: Axes, look: RenderContext) -> dict[str, Any]:
    p = look.palette

    def line(**options: Any) -> Any:
        return axes.plot([], [], **options)[0]

    small: dict[str, Any] = {"fontsize": px(_FONT), "color": p.muted}
    return {
        "title": axes.text(
            0, 1.03, "", transform=axes.transAxes, fontsize=px(13), color=p.text,
            fontweight="bold", va="bottom",
        ),
        "earlier": line(color=p.muted, lw=px(1.1), alpha=0.65, zorder=1),
        "goal": line(color=p.text, lw=px(1.3), ls=(0, (5, 3)), zorder=2),
        "goal words": axes.text(0, 0, "", ha="right", va="bottom", zorder=2, **small),
        "loss": line(color=p.forward, lw=px(2.4), zorder=3),
        "end": line(marker="o", ls="", ms=px(8), color=p.forward, zorder=4),
        "stop": line(marker="X", ls="", ms=px(12), mew=px(1.2), mec=p.ground, color=p.backward,
                     zorder=5),
        "stop words": axes.text(0, 0, "", va="center", zorder=5, fontsize=px(_FONT + 0.5),
                                color=p.backward, fontweight="bold"),
    }  # fmt: skip


def _move(artists: Any, game: Game) -> None:
    shown = game.shown
    artists["title"].set_text(f"Loss of {STEPS} steps at depth {game.depth}")
    earlier = [t for t in game.at(game.depth) if t is not shown]
    artists["earlier"].set_data(*_joined(earlier))
    first = next((t.losses[0] for t in game.at(game.depth)), None)
    goal = [] if first is None else [math.log10(SHARE * first)] * 2
    artists["goal"].set_data([0, STEPS] if goal else [], goal)
    artists["goal words"].set_text("a tenth of the first loss" if goal else "")
    artists["goal words"].set_position((STEPS, goal[0] + 0.08 if goal else 0))
    losses = () if shown is None else shown.losses
    heights = [_height(loss) for loss in losses]
    artists["loss"].set_data(range(len(losses)), heights)
    exploded = shown is not None and shown.stopped is not None
    last = [len(losses) - 1], [min(max(heights[-1], _LOW), _HIGH - 0.35)] if losses else []
    artists["end"].set_data(*(last if losses and not exploded else ([], [])))
    artists["stop"].set_data(*(last if exploded else ([], [])))
    artists["stop words"].set_text("")
    if exploded:
        assert shown is not None
        artists["stop words"].set_text(f"stopped after step {shown.stopped}")
        right = last[0][0] < 0.7 * STEPS
        artists["stop words"].set_ha("left" if right else "right")
        artists["stop words"].set_position((last[0][0] + (2.2 if right else -2.2), last[1][0]))


def _joined(trials: Sequence[Trial]) -> tuple[list[float], list[float]]:
    """Several curves as one line, with a gap between them."""
    xs: list[float] = []
    ys: list[float] = []
    for run in trials:
        xs += [*range(len(run.losses)), math.nan]
        ys += [*map(_height, run.losses), math.nan]
    return xs, ys


def _height(loss: float) -> float:
    """Decades; a loss of exactly 0 lies far below the picture."""
    return math.log10(loss) if loss > 0 else -400.0


# The words.


def sentence(game: Game) -> str:
    """What became of the run that is set, or the question before it, as HTML."""
    run = game.shown
    if run is None:
        return (
            f"<small>Your guess</small><span>Depth {game.depth}, lr = {_rate(game.lr)}: will "
            f"{STEPS} steps converge? Say it, then press <b>Try</b>.{_known(game)}</span>"
        )
    told = f"Depth {run.depth}, lr = {_rate(run.lr)}: {_TOLD[run.verdict](run)}{_known(game)}"
    return f"<small>{TITLES[run.verdict]}</small><span>{told}</span>"


def plain_sentence(game: Game) -> str:
    """The same as plain text."""
    told = sentence(game).replace("</small>", ". ")
    for mark in ("<small>", "<span>", "</span>", "<b>", "</b>"):
        told = told.replace(mark, "")
    return told


_TOLD = {
    "converges": lambda run: (
        f"the loss goes from {_loss(run.losses[0])} to {_loss(run.losses[-1])}."
    ),
    "too slow": lambda run: (
        f"the loss falls in every step, from {_loss(run.losses[0])} to {_loss(run.losses[-1])}, "
        f"and {STEPS} steps are not enough. A larger rate?"
    ),
    "bounces": lambda run: (
        f"the loss rises and falls between {_loss(min(run.losses[1:]))} and "
        f"{_loss(max(run.losses))}, and does not settle below a tenth of {_loss(run.losses[0])}."
    ),
    "explodes": lambda run: (
        f"after step {run.stopped} the loss was over a million times the first, "
        f"{_loss(run.losses[0])}, and the run was stopped."
    ),
}


def _known(game: Game) -> str:
    """The answer, where it was asked for, and how near the record is."""
    bound, best = game.bound(game.depth), game.best(game.depth)
    if bound is None:
        return ""
    told = (
        f" The largest rate here is about {_rate(bound.converges)}: {_rate(bound.fails)} fails "
        f"already."
    )
    if best is None:
        return told
    if best >= bound.fails:
        return f"{told} Your {_rate(best)} converges by luck: rates just below it fail."
    return f"{told} Your record is {_share(best, bound)} of it."


def record_table(game: Game) -> str:
    """The record by depth as an HTML table."""
    head = "".join(f'<th scope="col">{word}</th>' for word in _HEADER)
    rows = ""
    for depth in game.depths:
        here = ' class="bp-now"' if depth == game.depth else ""
        first, *cells = _cells(game, depth)
        rows += f'<tr{here}><th scope="row">{first}</th>'
        rows += "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="bp-muted">converges: the largest rate that you tried and that converged. '
        f"fails: the least above it that did not. largest: found by halving, to 1 %.</p>"
    )


_HEADER = ("depth", "tries", "converges", "fails", "largest", "yours")


def _cells(game: Game, depth: int) -> list[str]:
    best, fails, bound = game.best(depth), game.fails(depth), game.bound(depth)
    return [
        str(depth),
        str(len(game.at(depth))),
        "" if best is None else _rate(best),
        "" if fails is None else _rate(fails),
        "?" if bound is None else _rate(bound.converges),
        "" if bound is None or best is None else _share(best, bound),
    ]


def table(game: Game) -> str:
    """The record as aligned text."""
    rows = [_cells(game, depth) for depth in game.depths]
    title = f"Largest learning rate that converges in {STEPS} steps, seed {game.seed}"
    return f"{title}\n{text.table(list(_HEADER), rows, lean='>>>>>>')}"


def alt(game: Game) -> str:
    """The picture in words."""
    run, others = game.shown, len(game.at(game.depth)) - (game.shown is not None)
    head = f"The loss over {STEPS} steps at depth {game.depth}, on a log scale"
    if run is None:
        told = "no run with this rate yet"
    else:
        told = f"the run with lr = {_rate(run.lr)} starts at {_loss(run.losses[0])}"
        if run.stopped is None:
            told += f" and ends at {_loss(run.losses[-1])}: it {_VERBS[run.verdict]}"
        else:
            told += f" and is stopped after step {run.stopped}: it explodes"
    behind = "" if others == 0 else f"; {others} earlier run{'s' if others > 1 else ''} in grey"
    return f"{head}; {told}{behind}."


_VERBS = {"converges": "converges", "too slow": "is too slow", "bounces": "bounces"}


def _share(best: float, bound: Bound) -> str:
    return f"{100 * best / bound.converges:.0f} %"


def _rate(lr: float) -> str:
    return text.short(lr)


def _loss(loss: float) -> str:
    return text.number(loss)
