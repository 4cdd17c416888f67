"""The ten digits as a hand might draw them: strokes on a page of 32 by 32, y down."""

from __future__ import annotations

import math

Stroke = list[tuple[float, float]]


def arc(
    x: float, y: float, across: float, down: float, start: float, end: float, points: int = 20
) -> Stroke:
    """A part of an ellipse about (x, y), from one angle to another, in degrees clockwise."""
    angles = [math.radians(start + (end - start) * i / (points - 1)) for i in range(points)]
    return [(x + across * math.cos(a), y + down * math.sin(a)) for a in angles]


DRAWN: dict[int, list[Stroke]] = {
    0: [arc(16, 16, 7, 11, -90, 270)],
    1: [[(11, 10), (16, 5), (16, 27)]],
    2: [[*arc(16, 11, 6.5, 6, -170, 30), (10, 27), (23, 27)]],
    3: [[*arc(15, 10.5, 6, 5.5, -150, 80), *arc(15, 21.5, 6.5, 5.5, -80, 150)]],
    4: [[(17, 5), (9, 20), (23, 20)], [(18.5, 13), (18.5, 28)]],
    5: [[(22, 5), (12, 5), (11, 14), *arc(15, 20.5, 7, 7, -120, 140)]],
    6: [[(19, 5), (13, 12), (10.5, 19), *arc(16, 21, 6, 6, 180, -180)]],
    7: [[(9, 6), (23, 6), (15, 28)], [(12, 17), (21, 17)]],
    8: [[*arc(16, 10.5, 5, 5.5, 90, 450), *arc(16, 21.5, 6.5, 5.5, -90, 270)]],
    9: [[*arc(16, 11.5, 6, 6, 0, -360), (22, 11.5), (21.5, 28)]],
}


def moved(
    strokes: list[Stroke], scale: float = 1.0, slant: float = 0.0, by: tuple[float, float] = (0, 0)
) -> list[Stroke]:
    """The same strokes, larger or smaller, leaning to the right, and somewhere else."""
    return [
        [(scale * (x + slant * (16 - y)) + by[0], scale * y + by[1]) for x, y in stroke]
        for stroke in strokes
    ]
