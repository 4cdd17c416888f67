"""The picture of signals: three sizes over the layers, on one absolute log scale.

A number that a log scale has no place for is not dropped: exact zeros stand in a strip below the
axes, and what no float can hold in one above them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lessons.maths.networks.signals import KINDS, LayerSignals, Signals
from lessons.panels.kit.figure import Artists, FastFigure, Palette, RenderContext, px
from lessons.panels.kit.still_image import LIVE

#: How the three curves are written on the page.
NAMES = {"a": "a, the output", "dL_dz": "dL_dz", "dL_dW": "dL_dW, the weight gradient"}
ZERO, LOST, TOO_LARGE = "exactly 0", "too small for a float", "too large for a float"
#: Decades that are always shown, and by how many a larger picture grows.
_LOW, _HIGH, _MORE = -16, 3, 10
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 18, 40, 46  # px
_STRIP, _GAP, _CAPTION = 48, 8, 20
_FONT = 11.5
_MARKERS = {"a": "o", "dL_dz": "<", "dL_dW": "s"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What stays: the number of layers, the decades of the axis, and whether it has an upper strip.

    The lower strip, for zeros, is always there.
    """

    layers: int
    low: int = _LOW
    high: int = _HIGH
    too_large: bool = False


def height_for(width: int) -> int:
    """The height of the picture that suits a width, both in CSS px."""
    return max(380, min(500, round(0.6 * width)))


def frame_for(signals: Signals) -> Frame:
    """The frame that holds all sizes. It grows by ten decades at a time, so that it seldom does."""
    sizes = [size for kind in KINDS for size in signals.sizes(kind)]
    decades = [math.log10(size) for size in sizes if 0 < size < math.inf]
    low, high = _LOW, _HIGH
    while decades and min(decades) < low:
        low -= _MORE
    while decades and max(decades) > high:
        high += _MORE
    too_large = any(not math.isfinite(size) for size in sizes)
    return Frame(len(signals.layers), low, high, too_large)


def signal_picture() -> FastFigure[Frame, Signals]:
    """The picture of one panel; each panel keeps its own background."""
    return FastFigure(_draw, _move)


def _styles(p: Palette) -> dict[str, dict[str, Any]]:
    """Colour, line and marker of each curve: the way forward blue, the way back orange."""
    return {
        "a": {"color": p.forward, "lw": px(2.2), "ls": "-", "mfc": p.forward},
        "dL_dz": {"color": p.backward, "lw": px(1.7), "ls": (0, (4, 2.5)), "mfc": p.ground},
        "dL_dW": {"color": p.backward, "lw": px(3.0), "ls": "-", "mfc": p.backward},
    }


def _draw(figure: Figure, look: RenderContext, frame: Frame) -> Artists:
    p = look.palette
    across = _LEFT / look.width, 1 - (_LEFT + _RIGHT) / look.width
    upper = _STRIP + _GAP if frame.too_large else 0
    lowest = _BOTTOM + (_CAPTION if look.solid else 0)
    if look.solid:
        figure.text(12 / look.width, 10 / look.height, LIVE, fontsize=px(_FONT), color=p.muted)
    height = look.height - _TOP - lowest - _STRIP - _GAP - upper

    def axes_at(bottom: float, tall: float) -> Axes:
        place = (across[0], bottom / look.height, across[1], tall / look.height)
        return figure.add_axes(place)

    main = axes_at(lowest + _STRIP + _GAP, height)
    zero = axes_at(lowest, _STRIP)
    large = axes_at(lowest + _STRIP + _GAP + height + _GAP, _STRIP) if frame.too_large else None
    _scale(main, look, frame)
    for strip, label in ((zero, "0"), (large, "∞")):
        if strip is not None:
            _strip(strip, look, frame, label)
    _layers(zero, look, frame)
    _legend(figure, look)
    return _moving(main, zero, large, look, frame)


def _bare(axes: Axes, look: RenderContext, frame: Frame) -> None:
    p = look.palette
    axes.set_facecolor("none")
    axes.set_xlim(0.5, frame.layers + 0.5)
    axes.tick_params(labelsize=px(_FONT), labelcolor=p.muted, length=0, pad=px(6))
    axes.set_xticks([])
    for spine in axes.spines.values():
        spine.set(color=p.line, linewidth=px(1))


def _scale(axes: Axes, look: RenderContext, frame: Frame) -> None:
    """Decades as plain numbers of height: the axis of the curves, with a line at 1."""
    p = look.palette
    _bare(axes, look, frame)
    axes.set_ylim(frame.low - 0.5, frame.high + 0.5)
    decades = frame.high - frame.low
    every = next(step for step in (2, 5, 10, 20, 50, 100, 200) if decades / step <= 11)
    marks = [d for d in range(frame.low - 1, frame.high + 1) if d % every == 0 and d >= frame.low]
    axes.set_yticks(marks, [_decade(mark) for mark in marks])
    axes.grid(axis="y", color=p.line, lw=px(1), alpha=0.6)
    axes.axhline(0, color=p.muted, lw=px(1), zorder=1.5)
    axes.figure.text(
        16 / look.width, sum(axes.get_position().intervaly) / 2, "RMS, log scale", rotation=90,
        fontsize=px(_FONT), color=p.muted, ha="center", va="center",
    )  # fmt: skip


def _decade(exponent: int) -> str:
    return "1" if exponent == 0 else f"1e{exponent}".replace("-", "\N{MINUS SIGN}")


def _strip(axes: Axes, look: RenderContext, frame: Frame, label: str) -> None:
    """A strip with a row for each curve, for numbers that are on no log scale."""
    _bare(axes, look, frame)
    axes.set_ylim(-0.7, 2.7)
    axes.set_yticks([1], [label])
    axes.set_facecolor(look.palette.line)
    axes.patch.set_alpha(0.28)


def _layers(axes: Axes, look: RenderContext, frame: Frame) -> None:
    room = (look.width - _LEFT - _RIGHT) / 26
    every = next(step for step in (1, 2, 5, 10, 20) if frame.layers / step <= room)
    between = [n for n in range(every, frame.layers, every) if frame.layers - n > every / 2]
    marks = [*([1] if every > 2 else []), *between, frame.layers]
    axes.set_xticks(marks, [str(mark) for mark in marks])
    axes.set_xlabel("layer", fontsize=px(_FONT + 0.5), color=look.palette.text, labelpad=px(3),
                    loc="left")  # fmt: skip


def _legend(figure: Figure, look: RenderContext) -> None:
    """The three names above the axes, each with a piece of its line."""
    p = look.palette
    x = float(_LEFT)
    y = 1 - 20 / look.height
    for kind, style in _styles(p).items():
        name = NAMES[kind] if look.width >= 600 else NAMES[kind].split(",")[0]
        line = figure.add_artist(_piece(look, kind, style, x, y))
        line.set_clip_on(False)
        told = figure.text(
            (x + 42) / look.width, y, name, fontsize=px(12.5), color=p.text, va="center_baseline"
        )
        x += 42 + told.get_window_extent().width / look.ratio + 26


def _piece(look: RenderContext, kind: str, style: dict[str, Any], x: float, y: float) -> Any:
    places = [(x + dx) / look.width for dx in (0, 17, 34)]
    return Line2D(places, [y] * 3, marker=_MARKERS[kind], markevery=[1], ms=px(8),
                  mec=style["color"], mew=px(1.6), **style)  # fmt: skip


def _moving(
    main: Axes, zero: Axes, large: Axes | None, look: RenderContext, frame: Frame
) -> dict[str, Any]:
    p = look.palette
    size = px(8 if frame.layers <= 24 else 5.5 if frame.layers <= 40 else 4)
    artists: dict[str, Any] = {}
    for order, (kind, style) in enumerate(_styles(p).items()):
        mark = {"marker": _MARKERS[kind], "ms": size, "mec": style["color"], "mew": px(1.6)}
        artists[kind] = main.plot([], [], zorder=order, **mark, **style)[0]
        hollow = {**mark, "ls": "", "mfc": "none"}
        artists[f"{kind} zero"] = zero.plot([], [], zorder=order, **hollow)[0]
        hollow = {**hollow, "marker": "v"}
        artists[f"{kind} lost"] = zero.plot([], [], zorder=order, **hollow)[0]
        if large is not None:
            hollow = {**hollow, "marker": "^"}
            artists[f"{kind} large"] = large.plot([], [], zorder=order, **hollow)[0]
    told: dict[str, Any] = {"fontsize": px(_FONT), "color": p.muted, "ha": "right", "zorder": 9}
    # What the marks of a strip mean stands beside it, where no mark can be: below it, and in the
    # corner of the axes for layers that are too large for them.
    artists["zero words"] = zero.text(1, -0.5, "", transform=zero.transAxes, va="top", **told)
    if large is not None:
        artists["large words"] = main.text(
            0.99, 0.97, "", transform=main.transAxes, va="top", **told
        )
    return artists


def _move(artists: Any, signals: Signals) -> None:
    for row, kind in enumerate(KINDS):
        sizes = signals.sizes(kind)
        places = [layer.layer for layer in signals.layers]
        artists[kind].set_data(places, [_height(size) for size in sizes])
        at = 2 - row
        lost = [kind in layer.lost for layer in signals.layers]
        zeros = [size == 0 and not gone for size, gone in zip(sizes, lost, strict=True)]
        _row(artists[f"{kind} zero"], signals.layers, zeros, at)
        _row(artists[f"{kind} lost"], signals.layers, lost, at)
        if f"{kind} large" in artists:
            large = [not math.isfinite(size) for size in sizes]
            _row(artists[f"{kind} large"], signals.layers, large, at)
    words = strip_words(signals)
    artists["zero words"].set_text(f"above: {words}" if words else "")
    if "large words" in artists:
        artists["large words"].set_text(f"above: {TOO_LARGE}")


def _row(artist: Any, layers: Sequence[LayerSignals], which: Sequence[bool], at: float) -> None:
    places = [layer.layer for layer, chosen in zip(layers, which, strict=True) if chosen]
    artist.set_data(places, [at] * len(places))
    artist.set_visible(bool(places))  # an empty line costs as much as a full one


def _height(size: float) -> float:
    """Decades; NaN, which leaves a gap in the line, for what is in one of the strips."""
    return math.log10(size) if 0 < size < math.inf else math.nan


def strip_words(signals: Signals) -> str:
    """What the marks in the lower strip mean; "" where there are none."""
    lost = any(layer.lost for layer in signals.layers)
    true = any(
        getattr(layer, kind) == 0 and kind not in layer.lost
        for layer in signals.layers
        for kind in KINDS
    )
    if true and lost:
        return f"{ZERO};  \N{WHITE DOWN-POINTING TRIANGLE} {LOST}"
    return LOST if lost else ZERO if true else ""
