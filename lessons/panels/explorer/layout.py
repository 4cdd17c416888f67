"""Where the boxes, pills and edges of a computation's diagram stand: a layered graph drawing.

The picture reads from left to right. Columns, order and heights come from layering.py; here they
become boxes, pills, routed edges and places for tags. A long edge has a lane of its own, so no edge
runs through a box. The result depends on the nodes alone: no randomness, no hash order. Lengths
are in px, y grows downwards, as in SVG.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor, inf

from lessons.panels.explorer.layering import (
    PILL_HEIGHT,
    Graph,
    Node,
    Rows,
    assigned_rows,
    best_layering,
)

MARGIN = 8.0  # free border of the whole picture
BOX_STROKE = 1.0  # half the width of a box's outline
EDGE_STROKE = 4.0  # half the width of the thickest edge, and some air
PILL_GAP = 4.0  # between a pill and its box
CLEARANCE = 6.0  # least distance between two boxes
BOW = 28.0  # between the control points of parallel edges
TAG_WIDTH, TAG_HEIGHT = 100.0, 20.0  # of the tag for which each edge has room
SAMPLES = 16  # points on a curve between two columns

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A placed box; x, y is its top left corner."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pill(Box):
    """The operator pill of the step with that name, left of its box."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A routed edge into place `index` of the target's sources.

    `path` is SVG path data and `points` a polyline along it; `label_at` is the centre of a free
    place of 100 x 20 px near the source.
    """

    source: str
    target: str
    index: int
    path: str
    points: tuple[Point, ...]
    label_at: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """The finished layout: boxes and pills in the order of the nodes, edges by target and index."""

    boxes: tuple[Box, ...]
    pills: tuple[Pill, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float

    def box(self, name: str) -> Box:
        for box in self.boxes:
            if box.name == name:
                return box
        raise KeyError(f"no box is named {name!r}")

    def pill(self, name: str) -> Pill:
        for pill in self.pills:
            if pill.name == name:
                return pill
        raise KeyError(f"no step with a pill is named {name!r}")


def layout(nodes: Sequence[Node], *, gap: float = 64.0, row_gap: float = 8.0) -> Layout:
    """Place `nodes`, which stand in the order in which they are computed.

    `gap` is the usual distance in px between two columns, `row_gap` between two related boxes.
    """
    return _layout(tuple(nodes), float(gap), float(row_gap))


@lru_cache(maxsize=256)
def _layout(nodes: tuple[Node, ...], gap: float, row_gap: float) -> Layout:
    graph = best_layering(nodes, _indexed_sources(nodes))
    rows = assigned_rows(graph, max(row_gap, CLEARANCE))
    return _draw(graph, rows, max(gap, 2 * CLEARANCE))


def _indexed_sources(nodes: tuple[Node, ...]) -> list[list[int]]:
    """The sources of each node as positions in `nodes`; ValueError if they cannot be used."""
    names = {node.name for node in nodes}
    index: dict[str, int] = {}
    for v, node in enumerate(nodes):
        name = node.name
        if name in index:
            raise ValueError(f"two nodes are named {name!r}: give each its own name")
        for source in node.sources:
            if source not in names:
                advice = f"which is not a node: add a Node named {source!r} before {name!r}"
                raise ValueError(f"{name!r} reads {source!r}, {advice}")
            if source not in index:
                advice = f"which is not computed before it: move {source!r} in front of {name!r}"
                raise ValueError(f"{name!r} reads {source!r}, {advice}")
        index[name] = v
    return [[index[source] for source in node.sources] for node in nodes]


# Edge routing


@dataclass(frozen=True, slots=True)
class _Column:
    box: float  # left side of its boxes
    left: float  # where curves into the column end: left of its widest pill
    right: float  # where curves out of the column start: right of its widest box


def _draw(graph: Graph, rows: Rows, gap: float) -> Layout:
    """Columns beside each other, boxes and pills in them, room for tags, edges between."""
    columns = _place_columns(graph, rows, gap)
    reach = [max(node.height, PILL_HEIGHT) / 2 + BOX_STROKE for node in graph.nodes]
    reach += [EDGE_STROKE] * (len(rows) - graph.size)
    top = min((y - r for y, r in zip(rows, reach, strict=True)), default=0)
    bottom = max((y + r for y, r in zip(rows, reach, strict=True)), default=0)
    tags = _place_tags(graph, rows, columns, top, bottom)
    top = floor(min([top, *(y - TAG_HEIGHT / 2 for _, y in tags)]))
    bottom = ceil(max([bottom, *(y + TAG_HEIGHT / 2 for _, y in tags)]))
    rows = [y + MARGIN - top for y in rows]
    tags = [(x, y + MARGIN - top) for x, y in tags]
    width = max((column.right for column in columns), default=0) + BOX_STROKE + MARGIN
    boxes, pills = _place_boxes(graph, rows, columns)
    edges = _route_edges(graph, rows, columns, tags)
    return Layout(boxes, pills, edges, width, bottom - top + 2 * MARGIN)


def _place_columns(graph: Graph, rows: Rows, gap: float) -> list[_Column]:
    columns: list[_Column] = []
    left = MARGIN + BOX_STROKE
    for column in graph.columns:
        nodes = [graph.nodes[v] for v in column if v < graph.size]
        box = left + max(_pill_room(node) for node in nodes)
        columns.append(_Column(box, left, box + max(node.width for node in nodes)))
        # Steep edges need more room, or they run into one another; level ones need less.
        steepest = max((abs(rows[u] - rows[v]) for u in column for v in graph.down[u]), default=0)
        factor = 1 + min(max(steepest - 240, 0) / 480, 1.5) if steepest else 0.75
        left = columns[-1].right + round(factor * gap)
    return columns


def _pill_room(node: Node) -> float:
    return node.pill + PILL_GAP if node.sources and node.pill > 0 else 0.0


def _place_boxes(
    graph: Graph, rows: Rows, columns: list[_Column]
) -> tuple[tuple[Box, ...], tuple[Pill, ...]]:
    boxes, pills = [], []
    for v, node in enumerate(graph.nodes):
        x, y = columns[graph.layer[v]].box, rows[v]
        boxes.append(Box(node.name, x, y - node.height / 2, node.width, node.height))
        if room := _pill_room(node):
            pills.append(Pill(node.name, x - room, y - PILL_HEIGHT / 2, node.pill, PILL_HEIGHT))
    return tuple(boxes), tuple(pills)


def _route_edges(
    graph: Graph, rows: Rows, columns: list[_Column], tags: list[Point]
) -> tuple[Edge, ...]:
    edges = []
    chains = iter(zip(graph.chains, tags, strict=True))
    for target in graph.nodes:
        twins, drawn = Counter(target.sources), Counter[str]()
        for index, name in enumerate(target.sources):
            chain, tag = next(chains)
            source, bow = graph.nodes[chain[0]], 0.0
            if len(chain) == 2 and twins[name] > 1:
                step = min(BOW, min(source.height, target.height) / (twins[name] - 1))
                bow = step * (drawn[name] - (twins[name] - 1) / 2)
                drawn[name] += 1
            spots = [(columns[graph.layer[v]], rows[v]) for v in chain]
            leave, arrive = spots[0][0].box + source.width, spots[-1][0].box - _pill_room(target)
            path, points = _route(spots, leave, arrive, bow)
            edges.append(Edge(name, target.name, index, path, points, tag))
    return tuple(edges)


# A cubic curve that leaves and arrives level, at SAMPLES places: how far along and how far down
# it is, both as parts of 1, and how much of its bow it shows there.
_CURVE = tuple(
    (1.5 * t * (1 - t) + t**3, 3 * t**2 - 2 * t**3, 3 * t * (1 - t))
    for t in (i / SAMPLES for i in range(1, SAMPLES + 1))
)


def _route(
    spots: list[tuple[_Column, float]], leave: float, arrive: float, bow: float
) -> tuple[str, tuple[Point, ...]]:
    """Level across each column, a curve between two columns: path data and points along it."""
    x, y = leave, spots[0][1]
    path, points = [f"M{x:g} {y:g}"], [(x, y)]
    for (here, y), (there, below) in pairwise(spots):
        if y == below and not bow:
            continue
        if x < here.right:
            path.append(f"L{here.right:g} {y:g}")
            points.append((here.right, y))
        x, run, fall = there.left, there.left - here.right, below - y
        middle = here.right + run / 2
        path.append(f"C{middle:g} {y + bow:g} {middle:g} {below + bow:g} {x:g} {below:g}")
        points += [(here.right + run * a, y + fall * b + bow * c) for a, b, c in _CURVE]
    y = spots[-1][1]
    if x < arrive:
        path.append(f"L{arrive:g} {y:g}")
        points.append((arrive, y))
    return " ".join(path), tuple(points)


# Centres of a tag, seen from the point where an edge leaves its box, the best first: close to the
# edge but not on it, and just right of the box.
_TAG_PLACES = sorted(
    ((dx, dy) for dx in (56, 50, 64, 40, 76, 24) for dy in (15, 20, 24, 28, 34, 40, 48, 58)),
    key=lambda place: (abs(place[0] - 56) + place[1], place),
)


def _place_tags(
    graph: Graph, rows: Rows, columns: list[_Column], top: float, bottom: float
) -> list[Point]:
    """A place for each edge's tag: between `top` and `bottom` if there is one, else beyond."""
    # A tag is free if its centre lies outside every rectangle that is widened by half a tag.
    wide, high = TAG_WIDTH / 2 + 2, TAG_HEIGHT / 2 + 2
    solid = [
        (s.x - wide, s.y - high, s.x + s.width + wide, s.y + s.height + high)
        for solids in _place_boxes(graph, rows, columns)
        for s in solids
    ]
    tags = []
    drawn: Counter[tuple[int, int]] = Counter()
    leaving = Counter(chain[0] for chain in {(c[0], c[-1]): c for c in graph.chains}.values())
    for chain in graph.chains:
        x, y = columns[graph.layer[chain[0]]].box + graph.nodes[chain[0]].width, rows[chain[0]]
        near = [s for s in solid if s[0] < x + 80 and s[2] > x and s[1] < y + 60 and s[3] > y - 60]
        # A lone edge has its tag on the side from which it bends away. Where several leave a box,
        # the tag goes with its own edge, or it would stand at another; parallel edges take turns.
        ends = chain[0], chain[-1]
        upwards = rows[chain[1]] < y
        if leaving[chain[0]] > 1 and rows[chain[1]] != y:
            upwards = not upwards
        sides = (1, -1) if upwards != drawn[ends] % 2 else (-1, 1)
        least, right = MARGIN + wide, columns[-1].right - wide
        places = [
            (max(min(x + dx, right), least), y + side * dy)
            for dx, dy in _TAG_PLACES
            for side in sides
        ]
        tags.append(_freest(places, near, top + high - 6, bottom - high + 6))
        drawn[ends] += 1
    return tags


def _freest(
    places: list[Point], solid: list[tuple[float, float, float, float]], top: float, bottom: float
) -> Point:
    """The first free place between `top` and `bottom`, or else anywhere, or else the best."""
    best, least = places[0], inf
    for low, high in ((top, bottom), (-inf, inf)):
        for x, y in places:
            if low <= y <= high:
                overlap = 0.0
                for a, b, c, d in solid:
                    if a < x < c and b < y < d:
                        overlap += min(x - a, c - x) * min(y - b, d - y)
                if not overlap:
                    return x, y
                if overlap < least:
                    best, least = (x, y), overlap
    return best
