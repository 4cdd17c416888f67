"""What moves in the picture of a race: paths on the map, losses over the steps, and their heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba_array
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform

from lessons.maths.surfaces.race import Lane, Race
from lessons.panels.kit.figure import RenderContext, px
from lessons.panels.race.label_placement import Box, label_places
from lessons.panels.race.scale import Scale, scale_of
from lessons.panels.race.style import ALL_STYLES, Style, head, outline, shown_name, width
from lessons.panels.race.words import status

#: Room for the words at the right of the losses, in CSS px.
ROOM = 150.0
#: A point so many sizes of the picture away is drawn nearer, in its direction: Agg counts in int.
_FAR = 1e3
_TICK = 11.5


@dataclass(frozen=True)
class Moment:
    """A race, the number of steps of it that are shown, and the largest loss on its map.

    ``marks`` is the style of every lane, by its name.
    """

    race: Race
    at: int
    most: float
    marks: Mapping[str, Style]


def moving(chart: Axes, losses: Axes, look: RenderContext) -> dict[str, Any]:
    """The artists of every style on both sides, by name, with nothing to show yet."""
    p = look.palette
    halo = [withStroke(linewidth=px(4.0), foreground=p.ground)]
    made: dict[str, Any] = {}

    def words(axes: Axes, color: str, zorder: int, halo: Any = halo) -> PathCollection:
        found = PathCollection(
            [], facecolors=color, linewidths=0, offsets=[(0.0, 0.0)],
            offset_transform=IdentityTransform(), path_effects=halo, zorder=zorder, clip_on=False,
        )  # fmt: skip
        axes.add_collection(found, autolim=False)
        return found

    def lines(axes: Axes, transform: Any, zorder: int, **options: Any) -> LineCollection:
        found = LineCollection([], transform=transform, zorder=zorder, clip_on=False, **options)
        axes.add_collection(found, autolim=False)
        return found

    for side, axes in (("map", chart), ("loss", losses)):
        for style in ALL_STYLES:
            made[f"{side} {style.key}"] = axes.plot(
                [], [], color=style.color(look.dark), lw=px(2.1), solid_joinstyle="round",
                ls=(0, style.dashes) if style.dashes else "-", zorder=2, path_effects=halo,
            )[0]  # fmt: skip
        made[f"{side} leaders"] = lines(axes, IdentityTransform(), 4, linewidths=px(1.0))
        # Filled on the picture; hollow where a lane has left it.
        for kind in ("filled", "hollow"):
            heads = words(axes, p.ground, 5, None)
            heads.set(linewidth=px(1.3 if kind == "filled" else 1.8), edgecolor=p.ground)
            made[f"{side} {kind}"] = heads
        made[f"{side} labels"] = words(axes, p.text, 6)
    made["dots"] = PathCollection(
        [Path.circle(radius=1.9)], offsets=[(0.0, 0.0)], offset_transform=chart.transData,
        linewidths=0, zorder=3,
    )  # fmt: skip
    chart.add_collection(made["dots"], autolim=False)
    made["start"] = chart.plot(
        [], [], ls="", marker="o", ms=px(19), mew=px(1.8), mec=p.text, mfc="none", zorder=3,
        path_effects=[withStroke(linewidth=px(4.6), foreground=p.ground)],
    )[0]  # fmt: skip
    made["grid"] = lines(
        losses, losses.get_yaxis_transform(), 0, linewidths=px(1.0), colors=[p.line]
    )
    made["numbers"] = words(losses, p.muted, 1, None)
    made["step"] = losses.plot([], [], color=p.muted, lw=px(1.0), ls=(0, (2, 3)), zorder=1)[0]
    return made


def move(artists: Any, moment: Moment) -> None:
    """Set all of them to a moment."""
    race, at = moment.race, moment.at
    chart, losses = artists["start"].axes, artists["step"].axes
    ratio = chart.figure.dpi / 100.0
    marked = [moment.marks[lane.name] for lane in race.lanes]
    scale = scale_of([lane.losses for lane in race.lanes], moment.most)
    _axis(artists, losses, scale, ratio)
    for style in ALL_STYLES:
        for side in ("map", "loss"):
            artists[f"{side} {style.key}"].set_data([], [])
    artists["start"].set_data([race.start[0]], [race.start[1]])
    artists["step"].set_data([at, at], [scale.low, scale.high])

    places, beyond, names, paths = [], [], [], []
    for lane, style in zip(race.lanes, marked, strict=True):
        path = near(lane.path[: at + 1], race)
        artists[f"map {style.key}"].set_data(path[:, 0], path[:, 1])
        paths.append(path)
        place, outside = last_seen(path, race)
        places.append(place)
        beyond.append(outside)
        names.append(_label(lane, at, outside))
    colors = [artists[f"map {style.key}"].get_color() for style in marked]
    artists["dots"].set_offsets(np.concatenate(paths))
    artists["dots"].set_facecolor(
        np.repeat(to_rgba_array(colors), [len(path) for path in paths], axis=0)
    )
    artists["dots"].set_transform(Affine2D().scale(ratio))
    box = _box(chart, ratio, 0.0)
    _heads(artists, "map", chart, places, beyond, names, marked, box, ratio)

    places, beyond = [], []
    for lane, style in zip(race.lanes, marked, strict=True):
        heights = scale.heights(lane.losses[: at + 1])
        artists[f"loss {style.key}"].set_data(np.arange(len(heights)), heights)
        places.append((len(heights) - 1.0, min(float(heights[-1]), scale.high)))
        beyond.append(bool(heights[-1] > scale.high))
    names = [shown_name(lane.name) for lane in race.lanes]
    box = _box(losses, ratio, ROOM)
    _heads(artists, "loss", losses, places, beyond, names, marked, box, ratio)


def near(path: np.ndarray, race: Race) -> np.ndarray:
    """A path, (points, 2), whose points are all near enough to be drawn."""
    size = np.array(race.landscape.size)
    far = (np.abs(path - np.array(race.start)) > _FAR * size).any(axis=1)
    if not far.any():
        return path
    path = path.copy()
    for i in np.flatnonzero(far):
        step = path[i] - path[i - 1]
        away = float((np.abs(step) / size).max())
        path[i] = path[i - 1] + step * min(1.0, _FAR / away)
    return path


def last_seen(path: np.ndarray, race: Race) -> tuple[tuple[float, float], bool]:
    """Where a path has come to; where that is outside, the place at which it left the picture."""
    ends = np.array(race.landscape.ranges)
    inside = np.all((path >= ends[:, 0]) & (path <= ends[:, 1]), axis=1)
    if inside[-1]:
        return (float(path[-1, 0]), float(path[-1, 1])), False
    last = int(np.flatnonzero(inside)[-1])  # a race starts inside
    a, b = path[last], path[last + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.concatenate([(ends[:, side] - a) / (b - a) for side in (0, 1)])
    beyond = np.concatenate([b < ends[:, 0], b > ends[:, 1]])
    x, y = a + float(shares[beyond].min()) * (b - a)
    return (float(x), float(y)), True


def _label(lane: Lane, at: int, outside: bool) -> str:
    said = {"dead": "dead", "stopped": "stopped"}.get(status(lane, at), "")
    if outside and not said:
        said = "outside"
    return f"{shown_name(lane.name)}, {said}" if said else shown_name(lane.name)


def _axis(artists: Any, losses: Axes, scale: Scale, ratio: float) -> None:
    """Grid and numbers of the losses, which change with the race."""
    losses.set_ylim(scale.low, scale.high)
    artists["grid"].set_segments([[(0.0, tick), (1.0, tick)] for tick in scale.ticks])
    said = [scale.words(tick) for tick in scale.ticks]
    left = losses.bbox.x0
    middles = losses.transData.transform([(0.0, tick) for tick in scale.ticks])[:, 1]
    places = [
        (left - (8 + width(words, _TICK)) * ratio, middle)
        for words, middle in zip(said, middles, strict=True)
    ]
    _write(artists["numbers"], said, places, ratio, _TICK)


def _box(axes: Axes, ratio: float, beyond: float) -> Box:
    """The axes in CSS px from the lower left of the figure, with more room on the right."""
    x0, y0, x1, y1 = (end / ratio for end in axes.bbox.extents)
    return x0 + 3, y0 + 2, x1 - 3 + beyond, y1 - 2


def _heads(
    artists: Any,
    side: str,
    axes: Axes,
    places: Sequence[tuple[float, float]],
    beyond: Sequence[bool],
    names: Sequence[str],
    marked: Sequence[Style],
    box: Box,
    ratio: float,
) -> None:
    """Markers at the heads of the lanes, hollow for one that is beyond, and their names beside."""
    colors = [artists[f"{side} {style.key}"].get_color() for style in marked]
    spots = axes.transData.transform(places)
    for kind, out in (("filled", False), ("hollow", True)):
        those = [i for i, hollow in enumerate(beyond) if hollow == out]
        heads = artists[f"{side} {kind}"]
        heads.set_paths([head(marked[i].marker) for i in those])
        heads.set_offsets([spots[i] for i in those] or [(0.0, 0.0)])
        heads.set_transform(Affine2D().scale(ratio))
        change = heads.set_edgecolor if out else heads.set_facecolor
        change([colors[i] for i in those] or "none")

    # Words that stand in the picture already, such as those of the flat region.
    plates = [word.get_window_extent() for word in axes.texts if word.get_bbox_patch()]
    found = label_places(
        [tuple(spot) for spot in spots / ratio],
        [width(name) for name in names],
        box,
        [_around(plate, ratio) for plate in plates],
    )
    _write(artists[f"{side} labels"], names, [(w.x * ratio, w.y * ratio) for w in found], ratio)
    artists[f"{side} labels"].set_facecolor(colors)
    leaders = []
    for spot, label in zip(spots, found, strict=True):
        end = (label.near + (-3 if label.right else 3)) * ratio, label.y * ratio
        apart = abs(end[0] - spot[0]) > 14 * ratio or abs(end[1] - spot[1]) > 7 * ratio
        leaders.append([tuple(spot), end if apart else tuple(spot)])
    artists[f"{side} leaders"].set_segments(leaders)
    artists[f"{side} leaders"].set_color(colors)


def _around(plate: Bbox, ratio: float) -> Box:
    """The box of words on the page in CSS px, with some air."""
    left, bottom, right, top = plate.padded(4 * ratio).extents
    return left / ratio, bottom / ratio, right / ratio, top / ratio


def _write(
    collection: PathCollection,
    words: Sequence[str],
    places: Sequence[tuple[float, float]],
    ratio: float,
    size: float = 12.0,
) -> None:
    collection.set_paths([outline(word, size) for word in words])
    collection.set_offsets(places)
    collection.set_transform(Affine2D().scale(ratio))
