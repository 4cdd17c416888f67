"""Where the boxes, pills and edges of a computation's diagram stand: a layered graph drawing.

The picture reads from left to right, in the standard phases of layered (Sugiyama) drawing: layer
assignment, crossing reduction, coordinate assignment, edge routing. A long edge is given a lane
(a chain of dummy vertices, one in each layer that it passes), so no edge runs through a box.
The result depends on the nodes alone: no randomness, no hash order. Every length is in px, and y
grows downwards, as in SVG.
"""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain as concat
from itertools import pairwise
from math import ceil, floor

MARGIN = 8.0  # free border of the whole picture
BOX_STROKE = 1.0  # half the width of a box's outline
EDGE_STROKE = 4.0  # half the width of the thickest edge, with some air
PILL_GAP = 4.0  # between a pill and its box
PILL_HEIGHT = 22.0
CLEARANCE = 6.0  # least distance between two boxes
LANE_TO_BOX = 12.0  # centre of a lane to the nearest side of a box
LANE_TO_LANE = 12.0
LANE_TO_TWIN = 9.0  # two lanes that leave the same box
BOW = 28.0  # between the control points of parallel edges
TAG_WIDTH, TAG_HEIGHT = 100.0, 20.0  # of the tag for which each edge has room
SHALLOW = 4  # up to this many columns, all the inputs stand in the left one
SWEEPS = 12
SAMPLES = 16  # points on a curve between two columns


@dataclass(frozen=True, slots=True)
class Node:
    """What is to be placed: an input (no sources) or a step, with the size of its box in px."""

    name: str
    sources: tuple[str, ...] = ()
    width: float = 112.0
    height: float = 44.0
    pill: float = 22.0


@dataclass(frozen=True, slots=True)
class Box:
    """A placed box; x, y is its top left corner."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pill:
    """The operator pill of the step with that name; x, y is its top left corner."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A routed edge into place `index` of the target's sources.

    `path` is SVG path data and `points` a polyline along it. `label_at` is the centre of a free
    place of 100 x 20 px near the source.
    """

    source: str
    target: str
    index: int
    path: str
    points: tuple[tuple[float, float], ...]
    label_at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished layout: boxes in the order of the nodes, pills and edges in the order of steps."""

    boxes: tuple[Box, ...]
    pills: tuple[Pill, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float

    def box(self, name: str) -> Box:
        return _named(self.boxes, name, "box")

    def pill(self, name: str) -> Pill:
        return _named(self.pills, name, "pill")


def _named(things, name: str, kind: str):
    for thing in things:
        if thing.name == name:
            return thing
    raise KeyError(f"no {kind} is named {name!r}")


def layout(nodes: Sequence[Node], *, gap: float = 64.0, row_gap: float = 8.0) -> Layout:
    """Place `nodes`, which stand in the order in which they are computed.

    `gap` is the least distance in px between two columns, `row_gap` between two related boxes.
    """
    return _layout(tuple(nodes), float(gap), float(row_gap))


@lru_cache(maxsize=256)
def _layout(nodes: tuple[Node, ...], gap: float, row_gap: float) -> Layout:
    sources = _indexed_sources(nodes)
    graph = _best_layering(sources)
    rows = _assign_rows(graph, nodes, max(row_gap, CLEARANCE))
    return _draw(graph, nodes, rows, max(gap, 2 * CLEARANCE))


def _indexed_sources(nodes: tuple[Node, ...]) -> list[list[int]]:
    """The sources of each node as positions in `nodes`; ValueError if they are not usable."""
    names = {node.name for node in nodes}
    index: dict[str, int] = {}
    sources = []
    for v, node in enumerate(nodes):
        if node.name in index:
            raise ValueError(f"two nodes are named {node.name!r}: give each its own name")
        for name in node.sources:
            if name not in names:
                raise ValueError(
                    f"{node.name!r} reads {name!r}, which is not a node: "
                    f"add a Node named {name!r} before {node.name!r}"
                )
            if name not in index:
                raise ValueError(
                    f"{node.name!r} reads {name!r}, which is not computed before it: "
                    f"move {name!r} in front of {node.name!r}"
                )
        index[node.name] = v
        sources.append([index[name] for name in node.sources])
    return sources


# Layer assignment


class _Graph:
    """A proper layered graph: nodes and dummy vertices, each edge joining adjacent layers."""

    def __init__(self, sources: list[list[int]], depth: list[int], layer: list[int]):
        self.size = len(sources)  # vertices from here on are dummies
        self.depth = list(depth)  # steps on the longest way from an input; of a lane, its source's
        self.layer = list(layer)
        self.up: list[list[int]] = [[] for _ in sources]  # neighbours one layer to the left
        self.down: list[list[int]] = [[] for _ in sources]
        self.origin = list(range(self.size))  # the node at which a vertex's edge starts
        self.chains = [self._add_chain(s, v) for v, reads in enumerate(sources) for s in reads]
        self.rank = self._reading_ranks(sources)
        self.columns: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
        for v in sorted(range(len(self.layer)), key=self.rank.__getitem__):
            self.columns[self.layer[v]].append(v)
        self.crossings = 0

    def _add_chain(self, source: int, target: int) -> list[int]:
        chain = [source]
        for level in range(self.layer[source] + 1, self.layer[target]):
            chain.append(len(self.layer))
            self.layer.append(level)
            self.up.append([])
            self.down.append([])
            self.origin.append(source)
            self.depth.append(self.depth[source])
        chain.append(target)
        for u, v in pairwise(chain):
            self.down[u].append(v)
            self.up[v].append(u)
        return chain

    def _reading_ranks(self, sources: list[list[int]]) -> list[int]:
        """Natural order: steps as written, each input just before the step that first reads it."""
        order: dict[int, None] = {}
        for v, reads in enumerate(sources):
            if reads:
                order.update(dict.fromkeys(reads))
                order[v] = None
        order.update(dict.fromkeys(range(self.size)))
        rank = {v: i for i, v in enumerate(order)}
        return [rank[v] for v in self.origin]


def _best_layering(sources: list[list[int]]) -> _Graph:
    """Inputs in the left column if there are few columns, else close to their readers.

    Close to the reader keeps a deep chain readable; where it costs crossings, left wins.
    """
    left = _longest_path_layers(sources)
    if max(left, default=0) < SHALLOW:
        return _reduce_crossings(_Graph(sources, left, left))
    close = _reduce_crossings(_Graph(sources, left, _pull_right(sources, left)))
    if close.crossings == 0:
        return close
    wide = _reduce_crossings(_Graph(sources, left, left))
    return wide if wide.crossings < close.crossings else close


def _longest_path_layers(sources: list[list[int]]) -> list[int]:
    layer: list[int] = []
    for reads in sources:
        layer.append(1 + max((layer[s] for s in reads), default=-1))
    return layer


def _pull_right(sources: list[list[int]], left: list[int]) -> list[int]:
    """Move each vertex next to its first reader if that shortens the edges as a whole."""
    layer = list(left)
    readers: list[list[int]] = [[] for _ in sources]
    for v, reads in enumerate(sources):
        for s in reads:
            readers[s].append(v)
    for v in reversed(range(len(sources))):
        if readers[v]:
            # An input that only this step reads comes along, so it does not hold the step back.
            held = sum(1 for s in sources[v] if sources[s] or len(set(readers[s])) > 1)
            # Where it is all one, a step of inputs alone stands near its reader.
            if held < len(readers[v]) + (not any(sources[s] for s in sources[v])):
                layer[v] = min(layer[r] for r in readers[v]) - 1
    return layer


# Crossing reduction


def _reduce_crossings(graph: _Graph) -> _Graph:
    """Barycentre sweeps with transposition; the natural order wins whenever crossings tie."""
    best = [list(column) for column in graph.columns]
    best_count = _count_crossings(graph)
    stale = 0
    for sweep in range(SWEEPS):
        if best_count == 0 or stale == 4:
            break
        _sweep(graph, rightwards=sweep % 2 == 0)
        _transpose(graph)
        count = _count_crossings(graph)
        stale += 1
        if count < best_count:
            best, best_count, stale = [list(column) for column in graph.columns], count, 0
    graph.columns, graph.crossings = best, best_count
    return graph


def _positions(columns: list[list[int]]) -> dict[int, int]:
    return {v: i for column in columns for i, v in enumerate(column)}


def _count_crossings(graph: _Graph) -> int:
    """Inversions among the edge ends, between each pair of adjacent layers."""
    position = _positions(graph.columns)
    crossings = 0
    for column in graph.columns:
        ends: list[int] = []
        for u in column:
            for end in sorted(position[v] for v in graph.down[u]):
                crossings += len(ends) - bisect_right(ends, end)
                insort(ends, end)
    return crossings


def _sweep(graph: _Graph, *, rightwards: bool) -> None:
    """Sort each column by the barycentres of its neighbours in the column before it."""
    columns = graph.columns if rightwards else graph.columns[::-1]
    near = graph.up if rightwards else graph.down
    for fixed, free in pairwise(columns):
        place = {v: i for i, v in enumerate(fixed)}
        scale = len(fixed) / len(free)
        centre = {}
        for i, v in enumerate(free):
            ends = near[v]
            # A vertex with no neighbour there keeps its relative height.
            centre[v] = sum(place[u] for u in ends) / len(ends) if ends else i * scale
        free.sort(key=lambda v, centre=centre: (centre[v], graph.rank[v]))


def _transpose(graph: _Graph) -> None:
    """Swap vertical neighbours while that removes crossings, or restores the reading order."""
    position = _positions(graph.columns)
    changed = True
    while changed:
        changed = False
        for column in graph.columns:
            for i in range(len(column) - 1):
                u, v = column[i], column[i + 1]
                gain = _swap_gain(graph.up[u], graph.up[v], position)
                gain += _swap_gain(graph.down[u], graph.down[v], position)
                if gain > 0 or (gain == 0 and graph.rank[u] > graph.rank[v]):
                    column[i], column[i + 1] = v, u
                    position[u], position[v] = i + 1, i
                    changed = True


def _swap_gain(upper: list[int], lower: list[int], position: dict[int, int]) -> int:
    """Crossings between the edges of two vertical neighbours that a swap would remove."""
    gain = 0
    for a in upper:
        above = position[a]
        for b in lower:
            below = position[b]
            gain += (above > below) - (above < below)
    return gain


# Coordinate assignment


def _assign_rows(graph: _Graph, nodes: tuple[Node, ...], row_gap: float) -> list[float]:
    """The y of each vertex's centre: near its neighbours, in order, never too close."""
    offset = _packed_offsets(graph, nodes, row_gap)
    rows = list(offset)
    # Inputs and lanes give way to steps, and the more a step builds on, the more it stays put.
    weight = [depth + 0.001 for depth in graph.depth]
    # A step stands level with those of its sources that took the most steps to compute: its
    # inputs gather round it, and a chain whose every step reads one more weight stays straight.
    anchors = []
    for ups in graph.up:
        deepest = max((graph.depth[u] for u in ups), default=0)
        anchors.append([u for u in ups if graph.depth[u] == deepest])
    rightwards, leftwards = graph.columns, graph.columns[::-1]
    for columns, near, far in (
        (rightwards, anchors, graph.down),
        (leftwards, graph.down, anchors),
        (rightwards, anchors, graph.down),
        (leftwards, graph.down, anchors),
        (rightwards[1:], anchors, graph.down),
        (
            leftwards,
            [[] if ups else down for ups, down in zip(graph.up, graph.down)],
            [[]] * len(rows),
        ),
    ):
        for column in columns:
            wishes = [_median([rows[u] for u in near[v] or far[v]] or [rows[v]]) for v in column]
            _settle(column, wishes, weight, offset, rows)
    # Separations are whole numbers, so rounding keeps them, and lines fall on whole pixels.
    rows = [floor(y + 0.5) for y in rows]
    _straighten(graph, _threads(graph, anchors), offset, rows)
    return rows


def _packed_offsets(graph: _Graph, nodes: tuple[Node, ...], row_gap: float) -> list[float]:
    """The y of each vertex if its column were packed from 0 downwards."""
    offset = [0.0] * len(graph.layer)
    for column in graph.columns:
        for u, v in pairwise(column):
            offset[v] = offset[u] + _separation(graph, nodes, u, v, row_gap)
    return offset


def _separation(graph: _Graph, nodes: tuple[Node, ...], u: int, v: int, row_gap: float) -> int:
    """Least distance between the centres of two vertical neighbours."""
    half = sum(max(nodes[w].height, PILL_HEIGHT) / 2 for w in (u, v) if w < graph.size)
    if u < graph.size and v < graph.size:
        related = set(graph.down[u]) & set(graph.down[v]) or set(graph.up[u]) & set(graph.up[v])
        return ceil(half + (row_gap if related else 1.5 * row_gap))
    if u < graph.size or v < graph.size:
        return ceil(half + LANE_TO_BOX)
    return ceil(LANE_TO_TWIN if graph.origin[u] == graph.origin[v] else LANE_TO_LANE)


def _median(values: list[float]) -> float:
    values.sort()
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _settle(column, wishes, weight, offset, rows) -> None:
    """Least squares under the separations: isotonic regression by pooling adjacent violators."""
    pools: list[tuple[float, float, int]] = []  # mean, weight, size
    for v, wish in zip(column, wishes, strict=True):
        mean, total, size = wish - offset[v], weight[v], 1
        while pools and pools[-1][0] > mean:
            other, heft, count = pools.pop()
            mean = (mean * total + other * heft) / (total + heft)
            total, size = total + heft, size + count
        pools.append((mean, total, size))
    vertices = iter(column)
    for mean, _, size in pools:
        for _ in range(size):
            v = next(vertices)
            rows[v] = offset[v] + mean


def _threads(graph: _Graph, anchors: list[list[int]]) -> list[list[int]]:
    """What should be level: lanes, the longest first, and steps each following from the last."""
    threads = [chain[1:-1] for chain in graph.chains if len(chain) > 2]
    threads.sort(key=len, reverse=True)
    follows = {}
    for v in range(graph.size):
        if len(anchors[v]) == 1 and graph.depth[anchors[v][0]]:
            follows.setdefault(anchors[v][0], v)
    later = set(follows.values())
    for v in sorted(follows):
        if v not in later:
            thread = [v]
            while thread[-1] in follows:
                thread.append(follows[thread[-1]])
            threads.append(thread)
    return threads


def _straighten(graph: _Graph, threads, offset: list[float], rows: list[float]) -> None:
    """Level each thread over as many columns as the boxes and lanes around it allow."""
    top, bottom = float("-inf"), float("inf")
    room = {}
    for column in graph.columns:
        for above, v, below in zip([None, *column[:-1]], column, [*column[1:], None], strict=True):
            room[v] = above, below
    for thread in threads:
        run: list[int] = []
        low, high = top, bottom
        for v in thread:
            above, below = room[v]
            least = top if above is None else rows[above] + offset[v] - offset[above]
            most = bottom if below is None else rows[below] + offset[v] - offset[below]
            if max(low, least) > min(high, most):
                _level(run, low, high, graph, rows)
                run, low, high = [], top, bottom
            run.append(v)
            low, high = max(low, least), min(high, most)
        _level(run, low, high, graph, rows)


def _level(run: list[int], low: float, high: float, graph: _Graph, rows: list[float]) -> None:
    """Put a run on one height, if it can be that of the vertex before it or after it."""
    ends = graph.up[run[0]][:1] + graph.down[run[-1]][:1]
    if run[0] < graph.size:
        ends = run[:1]
    wish = next((rows[v] for v in ends if low <= rows[v] <= high), rows[run[0]])
    for v in run:
        rows[v] = min(max(wish, low), high)


# Edge routing


@dataclass(frozen=True, slots=True)
class _Column:
    box: float  # left side of its boxes
    left: float  # where curves into the column end: left of its widest pill
    right: float  # where curves out of the column start: right of its widest box


def _draw(graph: _Graph, nodes: tuple[Node, ...], rows: list[float], gap: float) -> Layout:
    """Columns beside each other, boxes and pills in them, edges between them, room for tags."""
    columns = _place_columns(graph, nodes, rows, gap)
    width = columns[-1].right + BOX_STROKE + MARGIN if columns else 2 * MARGIN
    reach = [max(node.height, PILL_HEIGHT) / 2 + BOX_STROKE for node in nodes]
    reach += [EDGE_STROKE] * (len(rows) - len(nodes))
    top = min((y - r for y, r in zip(rows, reach, strict=True)), default=0)
    bottom = max((y + r for y, r in zip(rows, reach, strict=True)), default=0)
    tags = _place_tags(graph, nodes, rows, columns, (MARGIN, top, width - MARGIN, bottom))
    top = floor(min([top, *(y - TAG_HEIGHT / 2 for _, y in tags)]))
    bottom = ceil(max([bottom, *(y + TAG_HEIGHT / 2 for _, y in tags)]))
    shift = MARGIN - top
    rows = [y + shift for y in rows]
    tags = [(x, y + shift) for x, y in tags]
    boxes, pills = _place_boxes(graph, nodes, rows, columns)
    edges = _route_edges(graph, nodes, rows, columns, tags)
    return Layout(boxes, pills, edges, width, bottom + shift + MARGIN)


def _place_columns(graph, nodes: tuple[Node, ...], rows, gap: float) -> list[_Column]:
    columns: list[_Column] = []
    left = MARGIN + BOX_STROKE
    for column in graph.columns:
        real = [v for v in column if v < graph.size]
        box = left + max((_pill_room(nodes[v]) for v in real), default=0)
        right = box + max(nodes[v].width for v in real)
        columns.append(_Column(box, left, right))
        # Steep edges need more room, or they run into one another; level ones need less.
        steepest = max((abs(rows[u] - rows[v]) for u in column for v in graph.down[u]), default=0)
        left = right + gap + round(min(0.12 * max(steepest - 240, 0), 96))
    return columns


def _pill_room(node: Node) -> float:
    return node.pill + PILL_GAP if node.sources and node.pill > 0 else 0.0


def _place_boxes(graph, nodes, rows, columns) -> tuple[tuple[Box, ...], tuple[Pill, ...]]:
    boxes, pills = [], []
    for node, y, layer in zip(nodes, rows, graph.layer, strict=False):
        x = columns[layer].box
        boxes.append(Box(node.name, x, y - node.height / 2, node.width, node.height))
        if room := _pill_room(node):
            pills.append(Pill(node.name, x - room, y - PILL_HEIGHT / 2, node.pill, PILL_HEIGHT))
    return tuple(boxes), tuple(pills)


def _route_edges(graph, nodes, rows, columns, tags) -> tuple[Edge, ...]:
    edges = []
    places = zip(graph.chains, tags, strict=True)
    for node in nodes:
        twins = Counter(node.sources)
        drawn: Counter[str] = Counter()
        for index, source in enumerate(node.sources):
            chain, tag = next(places)
            bow = 0.0
            if len(chain) == 2 and twins[source] > 1:
                height = min(nodes[chain[0]].height, node.height)
                step = min(BOW, height / (twins[source] - 1))
                bow = step * (drawn[source] - (twins[source] - 1) / 2)
                drawn[source] += 1
            spots = [(columns[graph.layer[v]], rows[v]) for v in chain]
            leave = spots[0][0].box + nodes[chain[0]].width
            path, points = _route(spots, leave, spots[-1][0].box - _pill_room(node), bow)
            edges.append(Edge(source, node.name, index, path, points, tag))
    return tuple(edges)


# A cubic curve that leaves and arrives level, at SAMPLES places: how far along and how far down
# it is, both as parts of 1, and how much of its bow it shows there.
_CURVE = tuple(
    (1.5 * t * (1 - t) + t**3, 3 * t**2 - 2 * t**3, 3 * t * (1 - t))
    for t in (i / SAMPLES for i in range(1, SAMPLES + 1))
)


def _route(spots: list[tuple[_Column, float]], leave: float, arrive: float, bow: float):
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
    ((dx, dy) for dx in (56, 50, 64, 40, 76, 24) for dy in (16, 20, 24, 28, 34, 40, 48, 58)),
    key=lambda place: (abs(place[0] - 56) + place[1], place),
)


def _place_tags(graph, nodes, rows, columns, bounds) -> list[tuple[float, float]]:
    """A place for each edge's tag: inside `bounds` if there is one, else above or below them."""
    # A tag is free if its centre is outside every rectangle widened by half a tag.
    wide, high = TAG_WIDTH / 2 + 2, TAG_HEIGHT / 2 + 2
    obstacles = [
        (
            thing.x - wide,
            thing.y - high,
            thing.x + thing.width + wide,
            thing.y + thing.height + high,
        )
        for things in _place_boxes(graph, nodes, rows, columns)
        for thing in things
    ]
    left, top, right, bottom = bounds
    tags = []
    for chain in graph.chains:
        x, y = columns[graph.layer[chain[0]]].box + nodes[chain[0]].width, rows[chain[0]]
        near = [
            r for r in obstacles if r[0] < x + 80 and r[2] > x and r[1] < y + 60 and r[3] > y - 60
        ]
        # The tag stands on the side from which the edge bends away.
        sides = (1, -1) if rows[chain[1]] < y else (-1, 1)
        places = [
            (min(max(x + dx, left + wide), right - wide), y + side * dy)
            for dx, dy in _TAG_PLACES
            for side in sides
        ]
        inside = (place for place in places if top + high <= place[1] <= bottom - high)
        free = (place for place in concat(inside, places) if not _overlap(place, near))
        tags.append(
            next(free, None) or min(places, key=lambda place, near=near: _overlap(place, near))
        )
    return tags


def _overlap(place: tuple[float, float], near) -> float:
    """How deep a point lies in the rectangles `near`; 0 if it is free."""
    x, y = place
    return sum(
        min(x - left, right - x) * min(y - top, bottom - y)
        for left, top, right, bottom in near
        if left < x < right and top < y < bottom
    )
