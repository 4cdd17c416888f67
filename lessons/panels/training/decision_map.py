"""A network's answers over the plane of its data, as bands or a curve, and the points.

What can be drawn hangs on the data. With two inputs it is a map: for classes the margin of each
class over the others, for real numbers the prediction. With one input it is the prediction as a
curve. With more inputs there is no plane, and the picture says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from contourpy import FillType, LineType, contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.path import Path

from lessons.maths.data.dataset import Data
from lessons.maths.networks.network import Network
from lessons.maths.training.run import plane
from lessons.panels.kit.figure import Artists, RenderContext, px
from lessons.panels.kit.palette import ANSWERS, CLASSES

Kind = Literal["classes", "values", "line", "none"]
Bounds = tuple[tuple[float, float], tuple[float, float]]

#: Columns and rows of the grid that the network is asked on.
GRID = 64
_ALONG = 200
#: Rows of the grid that are asked at once.
_ROWS = 4
#: Where a band of a class begins: at the boundary, and at margins of this size.
_MARGINS = (0.0, 0.35, 0.7, 0.95)
_VALUES = 9
MARKERS = "o^sDvPX*<>"
_MANY = 170
#: Shapes of one area look alike in size when their widths do not.
_WIDER = {"^": 1.25, "v": 1.25, "<": 1.25, ">": 1.25, "D": 0.92, "*": 1.4, "P": 1.1, "X": 1.1}


class Answers(NamedTuple):
    """What a network says: of each class over the grid, (classes, rows, columns); along a line,
    (2, n); or nothing."""

    kind: Kind
    found: np.ndarray | None


def kind_of(data: Data) -> Kind:
    """What can be drawn of a network for this data."""
    inputs = data.x.shape[1]
    if inputs == 2:
        return "classes" if data.labels is not None else "values"
    # Labels over one input are a curve too: that of the probability.
    return "line" if inputs == 1 and data.y.shape[1] == 1 else "none"


def bounds(train: Data, test: Data) -> Bounds:
    """The ends of both axes: all points, with room around them."""
    points = np.concatenate([plane(train), plane(test)])
    ends = []
    for low, high in zip(points.min(axis=0), points.max(axis=0), strict=True):
        room = 0.12 * (high - low) or 1.0
        ends.append((float(low - room), float(high + room)))
    return ends[0], ends[1]


def answers(network: Network, kind: Kind, ends: Bounds) -> Answers:
    """Ask the network over the plane."""
    if kind == "none":
        return Answers(kind, None)
    with np.errstate(all="ignore"):
        if kind == "line":
            x = np.linspace(*ends[0], _ALONG)
            return Answers(kind, np.stack([x, network.predict(x[:, None])[:, 0]]))
        xs, ys = (np.linspace(*end, GRID) for end in ends)
        grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        # In parts so small that the BLAS uses one thread: its others would spin on, and the
        # training beside them would be slower.
        found = np.concatenate([network.predict(rows) for rows in np.split(grid, GRID // _ROWS)])
    if kind == "values":
        return Answers(kind, found[:, 0].reshape(1, GRID, GRID))
    return Answers(kind, _margins(found).reshape(-1, GRID, GRID))


def _margins(p: np.ndarray) -> np.ndarray:
    """By how much each class leads the best of the others, (classes, n), from -1 to 1."""
    if p.shape[1] == 1:
        one = 2 * p[:, 0] - 1
        return np.stack([-one, one])
    order = np.partition(p, -2, axis=1)
    best, second = order[:, -1:], order[:, -2:-1]
    return (p - np.where(p == best, second, best)).T


def mapped(axes: Axes, look: RenderContext, train: Data, test: Data) -> dict[str, Any]:
    """Axes of the plane, and the artists in it that move, with nothing to show yet."""
    kind, p = kind_of(train), look.palette
    axes.set_facecolor("none")
    if kind == "none":
        axes.set_axis_off()
        axes.text(
            0.5, 0.5, f"The data has {train.x.shape[1]} inputs.\nA map shows two.", ha="center",
            va="center", fontsize=px(13), color=p.muted, transform=axes.transAxes,
        )  # fmt: skip
        return {}
    ends = bounds(train, test)
    axes.set_xlim(*ends[0])
    axes.set_ylim(*ends[1])
    names = ("x", "y") if kind == "line" else ("x0", "x1")
    axes.set_xlabel(names[0], fontsize=px(12), color=p.text, labelpad=px(2))
    axes.set_ylabel(names[1], fontsize=px(12), color=p.text, labelpad=px(1))
    axes.tick_params(labelsize=px(11), labelcolor=p.muted, color=p.line, length=0, pad=px(5))
    axes.locator_params(nbins=6)
    for spine in axes.spines.values():
        spine.set(color=p.line, linewidth=px(1))
    bands = PathCollection([], linewidths=0, zorder=1)
    axes.add_collection(bands, autolim=False)
    artists = {
        "bands": bands,
        "boundary": axes.plot([], [], color=p.text, lw=px(1.6), zorder=2)[0],
        "curve": axes.plot([], [], color=p.forward, lw=px(2.4), zorder=8)[0],
        "chosen": axes.plot(
            [], [], "o", ms=px(17), mfc="none", mec=p.text, mew=px(2), zorder=9,
        )[0],
    }  # fmt: skip
    artists.update(_points(axes, look, kind, train, test))
    return artists


def ink(look: RenderContext, label: int) -> str:
    """The colour of a class."""
    inks = CLASSES[look.dark]
    return inks[label % len(inks)]


def _points(axes: Axes, look: RenderContext, kind: Kind, train: Data, test: Data) -> dict[str, Any]:
    """The points: filled to train with, hollow where held out; a colour and a shape a class.

    They do not change, but they lie on bands that do, and so they are drawn each time.
    """
    p = look.palette
    made: dict[str, Any] = {}
    if kind == "values":
        every = np.concatenate([train.y[:, 0], test.y[:, 0]])
        for name, part in (("train", train), ("test", test)):
            x, y = plane(part).T
            made[f"points {name}"] = axes.scatter(
                x, y, c=part.y[:, 0], vmin=every.min(), vmax=every.max(),
                cmap=_shades(look), marker="o" if name == "train" else "D", s=px(6.5) ** 2,
                edgecolors=p.text, linewidths=px(0.9), zorder=4,
            )  # fmt: skip
        return made
    for name, part in (("train", train), ("test", test)):
        labels = np.zeros(len(part), int) if part.labels is None else part.labels
        for label in range(max(1, len(train.classes))):
            color = p.text if part.labels is None else ink(look, label)
            filled, marker = name == "train", MARKERS[label % len(MARKERS)]
            # Many points are drawn smaller, so that they do not hide the others.
            size = min(1.0, max(0.6, (_MANY / len(part)) ** 0.5)) * _WIDER.get(marker, 1.0)
            made[f"points {name} {label}"] = axes.plot(
                *plane(part)[labels == label].T,
                marker,
                ms=px((7 if filled else 6.8) * size),
                mfc=color if filled else p.ground,
                mec=p.ground if filled else color,
                mew=px(0.8 if filled else 1.6 * size),
                zorder=5 if filled else 4,
            )[0]
    return made


def _shades(look: RenderContext) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("values", ANSWERS[look.dark])


def move(artists: Artists, said: Answers, look: RenderContext, data: Data, ends: Bounds) -> None:
    """Show these answers."""
    if said.kind == "none":
        return
    assert said.found is not None
    line = said.kind == "line"
    artists["curve"].set_data(*(said.found if line else ([], [])))
    if line:
        return
    xs, ys = (np.linspace(*end, GRID) for end in ends)
    bands, edges = (_values if said.kind == "values" else _classes)(said.found, xs, ys, look, data)
    artists["bands"].set_paths([path for path, _ in bands])
    artists["bands"].set_facecolors([color for _, color in bands])
    artists["boundary"].set_data(*edges)


Banded = tuple[list[tuple[Path, Any]], tuple[Any, Any]]


def _classes(found: np.ndarray, xs: Any, ys: Any, look: RenderContext, data: Data) -> Banded:
    """For each class nested bands, each on the one before, and the line where its margin is 0."""
    bands: list[Any] = []
    edges: list[Any] = []
    for label, margin in enumerate(found):
        contours = _contours(xs, ys, margin)
        for depth, least in enumerate(_MARGINS):
            path = _filled(contours, least, 2.0)
            if path is not None:
                bands.append((path, _tint(look, label, depth)))
        if len(found) > 2 or label == 0:
            edges += contours.lines(0.0)[0] or []
    broken = [piece for edge in edges if edge is not None for piece in (edge, _GAP)]
    joined = np.concatenate(broken) if broken else np.empty((0, 2))
    return bands, (joined[:, 0], joined[:, 1])


_GAP = np.full((1, 2), np.nan)


def _values(found: np.ndarray, xs: Any, ys: Any, look: RenderContext, data: Data) -> Banded:
    """Bands of the prediction, between the least and the largest target of the data."""
    contours = _contours(xs, ys, found[0])
    shades = _shades(look)
    low, high = float(data.y.min()), float(data.y.max())
    bands = []
    for share in np.arange(_VALUES) / _VALUES:
        least = -np.inf if share == 0 else low + share * (high - low)
        path = _filled(contours, least, np.inf)
        if path is not None:
            bands.append((path, shades(share)))
    return bands, ([], [])


def _contours(xs: np.ndarray, ys: np.ndarray, z: np.ndarray) -> Any:
    return contour_generator(
        xs,
        ys,
        np.ma.masked_invalid(z),
        fill_type=FillType.ChunkCombinedCode,
        line_type=LineType.ChunkCombinedNan,
    )


def _filled(contours: Any, low: float, high: float) -> Path | None:
    points, codes = contours.filled(low, high)
    return None if points[0] is None else Path(points[0], codes[0])


def _tint(look: RenderContext, label: int, depth: int) -> tuple[float, float, float]:
    """The colour of a band: the class's ink, thinner with the page's ground."""
    share = (0.08, 0.15, 0.22, 0.29)[depth] * (1.25 if look.dark else 1.0)
    ground, color = (np.array(to_rgb(c)) for c in (look.palette.ground, ink(look, label)))
    return tuple((1 - share) * ground + share * color)


def told(data: Data, said: Answers) -> str:
    """What the map shows, in words."""
    if said.kind == "none":
        return f"No map, for the data has {data.x.shape[1]} inputs"
    if said.kind == "line":
        return "The prediction as a curve over x, with the points"
    if said.kind == "values":
        return "The prediction as bands over both inputs, with the points"
    assert said.found is not None
    shares = np.bincount(said.found.argmax(axis=0).ravel(), minlength=len(said.found))
    shares = shares / shares.sum()
    named: Mapping[str, float] = dict(zip(data.classes, shares, strict=True))
    parts = ", ".join(f"{name} {100 * share:.0f} %" for name, share in named.items())
    return f"The plane by the class that the network chooses: {parts}; with the points"
