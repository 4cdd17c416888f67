"""The picture of a training: the plane of the data, losses and gradient norms over epochs, weights.

Losses are blue, for the forward pass gives them, and gradients orange; the held-out loss is told
from the other by its dashes, and the layers by theirs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from lessons.maths import text
from lessons.maths.data.dataset import Data
from lessons.maths.training.run import Measured, Run, plane
from lessons.panels.kit.figure import Artists, FastFigure, RenderContext, px
from lessons.panels.kit.palette import COLOURS
from lessons.panels.training import decision_map
from lessons.panels.training.decision_map import Answers

#: Below this width, in px, everything stands in one column.
NARROW = 720
_FONT, _SMALL = px(12), px(11)
_DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 3)))

Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """What stays: the data, the form of the network, and the ends of the axes.

    ``epochs`` is the end of the axis of epochs; ``loss`` the ends of the losses, which are
    logarithmic if ``log``; ``decades`` the powers of ten that the norms lie between.
    """

    train: Data
    test: Data
    sizes: tuple[int, ...]
    epochs: int
    loss: tuple[float, float]
    log: bool
    decades: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What moves: answers, curves up to now, and the weights at ``place``, in epochs.

    ``losses`` is (3, n): epochs, of train and of held-out data. ``norms`` is (layers, n).
    ``left`` are further losses, of the ways that a branch has left. ``changes`` are the epochs at
    which settings changed.
    """

    said: Answers
    losses: np.ndarray
    norms: np.ndarray
    place: float
    weights: tuple[np.ndarray, ...]
    left: tuple[np.ndarray, ...] = ()
    changes: tuple[float, ...] = ()
    chosen: tuple[float, float] | None = None


def moment_of(run: Run, chosen: int | None = None) -> Moment:
    """What is to be seen of a run, at the epoch that it shows; ``chosen`` is a point of it."""
    kind, ends = decision_map.kind_of(run.train), decision_map.bounds(run.train, run.test)
    curve, spot = run.curve(), None
    if chosen is not None and kind != "none":
        at = np.concatenate([plane(part) for part in (run.train, run.test)])[chosen]
        spot = float(at[0]), float(at[1])
    network = run.looking()
    return Moment(
        decision_map.answers(network, kind, ends),
        _losses(curve),
        np.array([found.norms for _, found in curve]).T,
        run.place,
        tuple(np.column_stack(pair) for pair in zip(network.W, network.b, strict=True)),
        tuple(_losses(way) for way in run.left),
        tuple(run.changes),
        spot,
    )


def _losses(curve: Sequence[tuple[float, Measured]]) -> np.ndarray:
    return np.array([(at, found.train_loss, found.test_loss) for at, found in curve]).T


def height_for(width: int) -> int:
    """The height of the picture that suits a width, both in CSS px."""
    return 960 if width < NARROW else max(500, min(600, round(0.54 * width)))


def frame(look: RenderContext) -> Rect:
    """Where the plane lies: left, top, right, bottom, as shares, from the picture's top left."""
    left, bottom, width, height = _places(look)["map"]
    return left, 1 - bottom - height, left + width, 1 - bottom


def _places(look: RenderContext) -> dict[str, Rect]:
    """The axes in the shares of matplotlib: left, bottom, width, height."""
    w, h = look.width, look.height
    if look.width < NARROW:
        across = (52.0, w - 16.0)
        rows = {
            "map": (34, 0.40 * h - 40),
            "loss": (0.40 * h + 36, 0.62 * h - 24),
            "norms": (0.62 * h + 40, 0.82 * h - 24),
            "weights": (0.82 * h + 40, h - 12),
        }
        boxes = {name: (*across, *ends) for name, ends in rows.items()}
    else:
        middle = round(0.52 * w)
        across = (middle + 50.0, w - 14.0)
        boxes = {
            "map": (50.0, middle - 22.0, 34, h - 44),
            "loss": (*across, 34, 0.38 * h - 16),
            "norms": (*across, 0.38 * h + 42, 0.70 * h - 16),
            "weights": (*across, 0.70 * h + 44, h - 14),
        }  # fmt: skip
    return {
        name: (left / w, 1 - low / h, (right - left) / w, (low - top) / h)
        for name, (left, right, top, low) in boxes.items()
    }


class TrainingPicture:
    """The picture of one panel, which keeps its own background."""

    def __init__(self) -> None:
        self._figure: FastFigure[Ground, tuple[Ground, RenderContext, Moment]] = FastFigure(
            _draw, _move
        )

    def png(self, ground: Ground, moment: Moment, look: RenderContext, *, level: int = 1) -> bytes:
        """The picture as PNG; ``level`` is zlib's."""
        return self._figure.png(ground, (ground, look, moment), look, level=level)

    def fresh(self, ground: Ground, moment: Moment, look: RenderContext) -> bytes:
        """The same picture drawn whole, with nothing kept."""
        return self._figure.fresh(ground, (ground, look, moment), look)


def ground_of(run: Run, moment: Moment) -> Ground:
    """The axes that suit what is to be seen.

    They start from what the fresh network gives and leave room for what usually follows, so that
    they seldom change: to draw them anew costs as much as several pictures.
    """
    every = [moment.losses[1:], *(way[1:] for way in moment.left)]
    found = np.concatenate([part.ravel() for part in every])
    found = found[np.isfinite(found) & (found > 0)]
    first, most = moment.losses[1:, 0].max(), found.max(initial=1e-300)
    log = bool(most > 8 * first > 0)
    loss = _log_ends(found) if log else (0.0, _round_up(float(max(1.35 * first, 1.05 * most))))
    norms = moment.norms[np.isfinite(moment.norms) & (moment.norms > 0)]
    ends = max([run.target, *(math.ceil(way[0, -1]) for way in moment.left)])
    return Ground(
        run.train, run.test, run.network.sizes, ends, loss, log, _decades(moment.norms[:, 0], norms)
    )


def _decades(first: np.ndarray, norms: np.ndarray) -> tuple[int, int]:
    """The powers of ten around all norms, and at the least from a hundredth of the first ones to
    ten times as much."""
    first = first[np.isfinite(first) & (first > 0)]
    if not len(first):
        first = np.ones(1)
    low, high = math.floor(math.log10(first.min())) - 2, math.ceil(math.log10(first.max())) + 1
    if len(norms):
        low = min(low, math.floor(math.log10(norms.min())))
        high = max(high, math.ceil(math.log10(norms.max())))
    return max(low, -300), min(high, 300)


def _log_ends(found: np.ndarray) -> tuple[float, float]:
    ends = math.floor(math.log10(found.min())), math.ceil(math.log10(found.max()) + 1e-9)
    return 10.0 ** max(ends[0], -300), 10.0 ** min(ends[1], 300)


def _round_up(value: float) -> float:
    unit = 10.0 ** math.floor(math.log10(value))
    return next(unit * m for m in (1, 1.5, 2, 3, 4, 5, 7, 10) if unit * m >= value)


def _draw(figure: Figure, look: RenderContext, ground: Ground) -> Artists:
    places = _places(look)
    plane, loss, norms = (figure.add_axes(places[name]) for name in ("map", "loss", "norms"))
    artists = decision_map.mapped(plane, look, ground.train, ground.test)
    line = decision_map.kind_of(ground.train) == "line"
    _title(plane, look, "What the network answers" + (", over x" if line else ""))
    _over_epochs(loss, look, ground, "Loss")
    loss.set_yscale("log" if ground.log else "linear")
    loss.set_ylim(*ground.loss)
    _over_epochs(norms, look, ground, "Gradient length")
    norms.set_yscale("log")
    norms.set_ylim(10.0 ** ground.decades[0], 10.0 ** ground.decades[1])
    for axes in (loss, norms):
        axes.minorticks_off()
    if ground.log:
        _few_decades(loss, tuple(round(math.log10(end)) for end in ground.loss))
    else:
        loss.locator_params(axis="y", nbins=4)
    _few_decades(norms, ground.decades)
    artists.update(_curves(loss, norms, look, ground))
    artists.update(_weights(figure, look, ground, places["weights"]))
    return artists


def _few_decades(axes: Axes, decades: Sequence[int]) -> None:
    """At most four powers of ten on an axis, evenly spaced."""
    low, high = decades
    step = max(1, -(-(high - low) // 4))
    axes.set_yticks([10.0**at for at in range(low, high + 1, step)])


def _title(axes: Axes, look: RenderContext, words: str) -> None:
    axes.set_title(
        words, loc="left", y=1.0, fontsize=px(13), color=look.palette.text, fontweight="bold",
        pad=px(8),
    )  # fmt: skip


def _over_epochs(axes: Axes, look: RenderContext, ground: Ground, title: str) -> None:
    p = look.palette
    axes.set_facecolor("none")
    axes.set_xlim(0, ground.epochs)
    _title(axes, look, title)
    axes.tick_params(labelsize=_SMALL, labelcolor=p.muted, color=p.line, length=0, pad=px(4))
    axes.locator_params(axis="x", nbins=6, integer=True)
    axes.grid(color=p.line, lw=px(1), alpha=0.55)
    axes.text(
        1, px(-27) / px(1) / _axes_height(axes, look), "epoch", fontsize=_SMALL, color=p.muted,
        ha="right", va="bottom", transform=axes.transAxes,
    )  # fmt: skip
    for spine in axes.spines.values():
        spine.set_visible(False)


def _axes_height(axes: Axes, look: RenderContext) -> float:
    return axes.bbox.height / look.ratio


def _curves(loss: Axes, norms: Axes, look: RenderContext, ground: Ground) -> dict[str, Any]:
    p = look.palette

    def line(axes: Axes, **options: Any) -> Any:
        return axes.plot([], [], **options)[0]

    faint = {"color": p.muted, "lw": px(1), "alpha": 0.7}
    made: dict[str, Any] = {
        "left train": line(loss, **faint, zorder=1),
        "left test": line(loss, **faint, ls=_DASHES[1], zorder=1),
        "train": line(loss, color=p.forward, lw=px(2), label="training", zorder=3),
        "test": line(
            loss, color=p.forward, lw=px(2), ls=_DASHES[1], label="held out", zorder=4
        ),
    }  # fmt: skip
    for layer in range(1, len(ground.sizes)):
        made[f"norm {layer}"] = line(
            norms, color=p.backward, lw=px(1.9), ls=_DASHES[(layer - 1) % len(_DASHES)],
            label="layer 1" if layer == 1 else str(layer), zorder=3,
        )  # fmt: skip
    for axes, name in ((loss, "loss"), (norms, "norms")):
        handles = axes.get_legend_handles_labels()[0]
        axes.legend(
            handles, [str(handle.get_label()) for handle in handles], loc="lower right",
            bbox_to_anchor=(1.0, 1.0), ncols=len(handles), fontsize=_SMALL, labelcolor=p.muted,
            frameon=False, borderaxespad=0.0, handlelength=2.2, columnspacing=1.1,
            handletextpad=0.5, borderpad=0.25,
        )  # fmt: skip
        made[f"now {name}"] = line(axes, color=p.text, lw=px(1.2), zorder=2)
        made[f"changes {name}"] = line(axes, color=p.muted, lw=px(1), ls=_DASHES[2], zorder=1)
    dot = {
        "marker": "o",
        "ls": "",
        "ms": px(7.5),
        "mew": px(1.4),
        "mec": p.ground,
        "clip_on": False,
    }
    made["dot train"] = line(loss, **dot, color=p.forward, zorder=6)
    made["dot test"] = line(loss, **{**dot, "mec": p.forward, "mfc": p.ground}, zorder=7)
    return made


def _weights(figure: Figure, look: RenderContext, ground: Ground, place: Rect) -> dict[str, Any]:
    """For each layer its W as a small heat map, rows are nodes; the bias is its last column."""
    p = look.palette
    wide, high = place[2] * look.width, place[3] * look.height
    axes = figure.add_axes(place)
    axes.set_axis_off()
    axes.set_xlim(0, wide)  # px, from the top left
    axes.set_ylim(high, 0)
    _title(axes, look, "Weights of each layer, with its bias")
    shapes = [(out, into + 1) for into, out in pairwise(ground.sizes)]
    gap, below = 16.0, 18.0
    # One size of cell for all, square, as large as the room gives.
    room = (wide - gap * (len(shapes) - 1)) / sum(columns for _, columns in shapes)
    cell = min(room, (high - below) / max(rows for rows, _ in shapes), 16.0)
    made: dict[str, Any] = {}
    left = 0.0
    for layer, (rows, columns) in enumerate(shapes, start=1):
        right, bottom = left + cell * columns, cell * rows
        made[f"W{layer}"] = axes.imshow(
            np.ones((rows, columns, 3)),
            extent=(left, right, bottom, 0.0),
            aspect="auto",
            interpolation="nearest",
        )
        axes.text(
            (left + right) / 2, bottom + 4, str(layer), fontsize=_SMALL, color=p.muted,
            ha="center", va="top",
        )  # fmt: skip
        left = right + gap
    axes.set_xlim(0, wide)  # imshow has moved them
    axes.set_ylim(high, 0)
    return made


def _move(artists: Artists, given: tuple[Ground, RenderContext, Moment]) -> None:
    ground, look, moment = given
    if ground.train.x.shape[1] <= 2 and "bands" in artists:
        ends = decision_map.bounds(ground.train, ground.test)
        decision_map.move(artists, moment.said, look, ground.train, ends)
        artists["chosen"].set_data(*([[v] for v in moment.chosen] if moment.chosen else ([], [])))
    epochs, train, test = moment.losses
    artists["train"].set_data(epochs, train)
    artists["test"].set_data(epochs, test)
    for layer, norms in enumerate(moment.norms, start=1):
        artists[f"norm {layer}"].set_data(epochs, np.where(norms > 0, norms, np.nan))
    for name, row in (("left train", 1), ("left test", 2)):
        artists[name].set_data(*_joined([way[[0, row]] for way in moment.left]))
    for name in ("loss", "norms"):
        low, high = artists[f"now {name}"].axes.get_ylim()
        artists[f"now {name}"].set_data([moment.place, moment.place], [low, high])
        marks = [np.array([[at, at], [low, high]]) for at in moment.changes]
        artists[f"changes {name}"].set_data(*_joined(marks))
    for name, losses in (("dot train", train), ("dot test", test)):
        artists[name].set_data([moment.place], [np.interp(moment.place, epochs, losses)])
    most = max((float(np.abs(W).max()) for W in moment.weights), default=1.0) or 1.0
    for layer, W in enumerate(moment.weights, start=1):
        artists[f"W{layer}"].set_data(_heat(W, most, look))


def _joined(pieces: Sequence[np.ndarray]) -> np.ndarray:
    """Lines of (2, n) as one, with gaps between them."""
    if not pieces:
        return np.empty((2, 0))
    gap = np.full((2, 1), np.nan)
    return np.concatenate([part for piece in pieces for part in (piece, gap)], axis=1)


def _heat(W: np.ndarray, most: float, look: RenderContext) -> np.ndarray:
    """Colours of a matrix, (rows, columns, 3) from 0 to 1: its sign as hue, its size as depth."""
    ground = np.array(to_rgb(look.palette.ground))
    inks = [np.array(to_rgb(COLOURS[sign][look.dark])) for sign in ("positive", "negative")]
    depth = np.clip(np.abs(W) / most, 0, 1)[..., None] ** 0.7
    ink = np.where((W >= 0)[..., None], *inks)
    return (1 - depth) * ground + depth * ink


def alt(ground: Ground, moment: Moment) -> str:
    """The picture in words."""
    epochs, train, test = moment.losses
    parts = [
        decision_map.told(ground.train, moment.said),
        f"the loss over {text.short(float(epochs[-1]))} epochs, from {text.number(train[0])} to "
        f"{text.number(train[-1])} for the training points and from {text.number(test[0])} to "
        f"{text.number(test[-1])} for those held out",
        "the length of the gradient, now "
        + ", ".join(
            f"{text.number(norms[-1])} in layer {layer}"
            for layer, norms in enumerate(moment.norms, start=1)
        ),
        f"the weights of {len(moment.weights)} layers as heat maps",
    ]
    return "; ".join(parts) + "."
