"""Where the boxes, pills and edges of a computation's diagram stand: a layered graph drawing.

The picture reads from left to right and is made in the usual phases of layered (Sugiyama) drawing:
layer assignment, crossing reduction, coordinate assignment, edge routing. A long edge is given a
lane (a chain of dummy vertices, one in each layer that it passes), so no edge runs through a box.
The result depends on the nodes alone: no randomness, no hash order. Lengths are in px, y grows
downwards, as in SVG.
"""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor, inf
from statistics import median

MARGIN = 8.0  # free border of the whole picture
BOX_STROKE = 1.0  # half the width of a box's outline
EDGE_STROKE = 4.0  # half the width of the thickest edge, and some air
PILL_GAP = 4.0  # between a pill and its box
PILL_HEIGHT = 22.0
CLEARANCE = 6.0  # least distance between two boxes
LANE_TO_BOX = 12.0  # from the centre of a lane to the nearest side of a box
LANE_TO_LANE = 12.0
LANE_TO_TWIN = 9.0  # two lanes that leave the same box
BOW = 28.0  # between the control points of parallel edges
TAG_WIDTH, TAG_HEIGHT = 100.0, 20.0  # of the tag for which each edge has room
SHALLOW = 4  # up to this many columns, all the inputs stand in the left one
SWEEPS = 12  # of crossing reduction, at most
PATIENCE = 3  # sweeps without success before it stops
SAMPLES = 16  # points on a curve between two columns

Point = tuple[float, float]
Rows = list[float]  # of each vertex, the y of its centre


@dataclass(frozen=True, slots=True)
class Node:
    """What is to be placed: an input (no sources) or a step; the sizes of its box and its pill."""

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
    graph = _best_layering(nodes, _indexed_sources(nodes))
    rows = _assign_rows(graph, max(row_gap, CLEARANCE))
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


# Layer assignment


class _Graph:
    """A proper layered graph: nodes and dummy vertices, each edge joining adjacent layers."""

    def __init__(
        self, nodes: tuple[Node, ...], sources: list[list[int]], depth: list[int], layer: list[int]
    ) -> None:
        self.nodes = nodes
        self.size = len(nodes)  # vertices from here on are dummies
        self.layer = list(layer)
        self.depth = list(depth)  # steps on the longest way from an input; a lane has its source's
        self.origin = list(range(self.size))  # the node itself, or the source of the lane
        self.up: list[list[int]] = [[] for _ in nodes]  # neighbours one layer to the left
        self.down: list[list[int]] = [[] for _ in nodes]
        self.chains = [self._add_chain(s, v) for v, reads in enumerate(sources) for s in reads]
        self.rank = self._reading_ranks(sources)
        self.columns: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
        for v in sorted(range(len(self.layer)), key=self.rank.__getitem__):
            self.columns[self.layer[v]].append(v)
        self.crossings = 0

    def _add_chain(self, source: int, target: int) -> list[int]:
        chain = [source]
        for layer in range(self.layer[source] + 1, self.layer[target]):
            chain.append(len(self.layer))
            self.layer.append(layer)
            self.depth.append(self.depth[source])
            self.origin.append(source)
            self.up.append([])
            self.down.append([])
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
                order.update(dict.fromkeys([*reads, v]))
        order.update(dict.fromkeys(range(self.size)))
        rank = {v: i for i, v in enumerate(order)}
        return [rank[v] for v in self.origin]


def _best_layering(nodes: tuple[Node, ...], sources: list[list[int]]) -> _Graph:
    """Inputs in the left column if there are few columns, else close to their readers.

    Close to the reader keeps a deep chain readable; where it costs crossings, left wins.
    """
    left = _longest_path_layers(sources)
    if max(left, default=0) < SHALLOW:
        return _reduce_crossings(_Graph(nodes, sources, left, left))
    close = _reduce_crossings(_Graph(nodes, sources, left, _pull_right(sources, left)))
    if close.crossings == 0:
        return close
    wide = _reduce_crossings(_Graph(nodes, sources, left, left))
    return wide if wide.crossings < close.crossings else close


def _longest_path_layers(sources: list[list[int]]) -> list[int]:
    layer: list[int] = []
    for reads in sources:
        layer.append(1 + max((layer[s] for s in reads), default=-1))
    return layer


def _pull_right(sources: list[list[int]], left: list[int]) -> list[int]:
    """Move a vertex next to its first reader where that makes the edges as a whole no longer."""
    layer = list(left)
    readers: list[list[int]] = [[] for _ in sources]
    for v, reads in enumerate(sources):
        for s in reads:
            readers[s].append(v)
    for v in reversed(range(len(sources))):
        # An input that this step alone reads comes along, so it does not hold the step back.
        held = sum(1 for s in sources[v] if sources[s] or len(set(readers[s])) > 1)
        # Where it makes no odds, a step made of inputs alone stands near its reader.
        free = not any(sources[s] for s in sources[v])
        if readers[v] and held < len(readers[v]) + free:
            layer[v] = min(layer[r] for r in readers[v]) - 1
    return layer


# Crossing reduction


def _reduce_crossings(graph: _Graph) -> _Graph:
    """Barycentre sweeps with transposition; the natural order wins whenever crossings tie."""
    best, stale = [list(column) for column in graph.columns], 0
    graph.crossings = _count_crossings(graph)
    for sweep in range(SWEEPS):
        if graph.crossings == 0 or stale == PATIENCE:
            break
        _sweep(graph, rightwards=sweep % 2 == 0)
        _transpose(graph)
        crossings = _count_crossings(graph)
        stale += 1
        if crossings < graph.crossings:
            best, stale = [list(column) for column in graph.columns], 0
            graph.crossings = crossings
    graph.columns = best
    return graph


def _count_crossings(graph: _Graph) -> int:
    """Inversions among the ends of the edges between each pair of adjacent layers."""
    position = {v: i for column in graph.columns for i, v in enumerate(column)}
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
    near = graph.up if rightwards else graph.down
    for fixed, free in pairwise(graph.columns if rightwards else graph.columns[::-1]):
        place = {v: i for i, v in enumerate(fixed)}
        key = {}
        for i, v in enumerate(free):
            ends = [place[u] for u in near[v]]
            # A vertex with no neighbour there keeps its relative height.
            centre = sum(ends) / len(ends) if ends else i * len(fixed) / len(free)
            key[v] = centre, graph.rank[v]
        free.sort(key=key.__getitem__)


def _transpose(graph: _Graph) -> None:
    """Swap vertical neighbours while that removes crossings, or restores the reading order."""
    position = {v: i for column in graph.columns for i, v in enumerate(column)}
    todo = set(range(len(graph.columns)))
    while todo:
        layer = min(todo)
        todo.remove(layer)
        column = graph.columns[layer]
        for i in range(len(column) - 1):
            u, v = column[i], column[i + 1]
            gain = _swap_gain(graph.up[u], graph.up[v], position)
            gain += _swap_gain(graph.down[u], graph.down[v], position)
            if gain > 0 or (gain == 0 and graph.rank[u] > graph.rank[v]):
                column[i], column[i + 1] = v, u
                position[u], position[v] = i + 1, i
                todo.update(w for w in (layer - 1, layer, layer + 1) if 0 <= w < len(graph.columns))


def _swap_gain(upper: list[int], lower: list[int], position: dict[int, int]) -> int:
    """How many crossings between the edges of two vertical neighbours a swap would remove."""
    gain = 0
    for a in upper:
        above = position[a]
        for b in lower:
            below = position[b]
            gain += (above > below) - (above < below)
    return gain


# Coordinate assignment


def _assign_rows(graph: _Graph, row_gap: float) -> Rows:
    """The y of each vertex's centre: near its neighbours, in order, never too close."""
    offset = _packed_offsets(graph, row_gap)
    rows = list(offset)
    # A step stands level with those of its sources that took the most steps to compute: its
    # inputs gather round it, and a chain whose every step reads one more weight stays straight.
    anchors = []
    for ups in graph.up:
        deepest = max((graph.depth[u] for u in ups), default=0)
        anchors.append([u for u in ups if graph.depth[u] == deepest])
    # The more steps a vertex builds on, the less it gives way; an input always does.
    weight = [depth + 0.001 for depth in graph.depth]
    readers = graph.down
    readers_of_inputs = [[] if ups else down for ups, down in zip(graph.up, readers, strict=True)]
    rightwards, leftwards = graph.columns, graph.columns[::-1]
    for columns, near, far in (
        (rightwards, anchors, readers),
        (leftwards, readers, anchors),
        (rightwards, anchors, readers),
        (leftwards, readers, anchors),
        (rightwards[1:], anchors, readers),
        (leftwards, readers_of_inputs, readers_of_inputs),
    ):
        for column in columns:
            wishes = [median([rows[u] for u in near[v] or far[v] or [v]]) for v in column]
            _settle(column, wishes, weight, offset, rows)
    # Separations are whole numbers, so rounding keeps them, and lines fall on whole pixels.
    rows = [float(floor(y + 0.5)) for y in rows]
    _straighten(graph, _threads(graph, anchors), offset, rows)
    return rows


def _packed_offsets(graph: _Graph, row_gap: float) -> list[float]:
    """The y of each vertex if its column were packed from 0 downwards."""
    offset = [0.0] * len(graph.layer)
    for column in graph.columns:
        for u, v in pairwise(column):
            offset[v] = offset[u] + _separation(graph, u, v, row_gap)
    return offset


def _separation(graph: _Graph, u: int, v: int, row_gap: float) -> int:
    """Least distance between the centres of two vertical neighbours."""
    half = sum(max(graph.nodes[w].height, PILL_HEIGHT) / 2 for w in (u, v) if w < graph.size)
    if max(u, v) < graph.size:
        related = {*graph.down[u]} & {*graph.down[v]} or {*graph.up[u]} & {*graph.up[v]}
        return ceil(half + (row_gap if related else 1.5 * row_gap))
    if min(u, v) < graph.size:
        return ceil(half + LANE_TO_BOX)
    return ceil(LANE_TO_TWIN if graph.origin[u] == graph.origin[v] else LANE_TO_LANE)


def _settle(
    column: list[int], wishes: Rows, weight: list[float], offset: list[float], rows: Rows
) -> None:
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
    threads = sorted((chain[1:-1] for chain in graph.chains), key=len, reverse=True)
    follows: dict[int, int] = {}
    for v in range(graph.size):
        if len(anchors[v]) == 1 and graph.depth[anchors[v][0]]:
            follows.setdefault(anchors[v][0], v)
    for v in sorted(follows.keys() - follows.values()):
        threads.append([v])
        while v in follows:
            v = follows[v]
            threads[-1].append(v)
    return [thread for thread in threads if thread]


def _straighten(graph: _Graph, threads: list[list[int]], offset: list[float], rows: Rows) -> None:
    """Level each thread over as many columns as the boxes and lanes around it allow."""
    above = {v: u for column in graph.columns for u, v in pairwise(column)}
    below = {u: v for v, u in above.items()}
    for thread in threads:
        run: list[int] = []
        low, high = -inf, inf
        for v in thread:
            least = rows[above[v]] + offset[v] - offset[above[v]] if v in above else -inf
            most = rows[below[v]] + offset[v] - offset[below[v]] if v in below else inf
            if max(low, least) > min(high, most):
                _level(graph, run, low, high, rows)
                run, low, high = [], -inf, inf
            run.append(v)
            low, high = max(low, least), min(high, most)
        _level(graph, run, low, high, rows)


def _level(graph: _Graph, run: list[int], low: float, high: float, rows: Rows) -> None:
    """Put a run at one height: a lane at that of its source or target, if there is room."""
    is_lane = run[0] >= graph.size
    ends = [graph.up[run[0]][0], graph.down[run[-1]][0]] if is_lane else []
    wish = next((rows[v] for v in ends if low <= rows[v] <= high), rows[run[0]])
    for v in run:
        rows[v] = min(max(wish, low), high)


# Edge routing


@dataclass(frozen=True, slots=True)
class _Column:
    box: float  # left side of its boxes
    left: float  # where curves into the column end: left of its widest pill
    right: float  # where curves out of the column start: right of its widest box


def _draw(graph: _Graph, rows: Rows, gap: float) -> Layout:
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


def _place_columns(graph: _Graph, rows: Rows, gap: float) -> list[_Column]:
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
    graph: _Graph, rows: Rows, columns: list[_Column]
) -> tuple[tuple[Box, ...], tuple[Pill, ...]]:
    boxes, pills = [], []
    for v, node in enumerate(graph.nodes):
        x, y = columns[graph.layer[v]].box, rows[v]
        boxes.append(Box(node.name, x, y - node.height / 2, node.width, node.height))
        if room := _pill_room(node):
            pills.append(Pill(node.name, x - room, y - PILL_HEIGHT / 2, node.pill, PILL_HEIGHT))
    return tuple(boxes), tuple(pills)


def _route_edges(
    graph: _Graph, rows: Rows, columns: list[_Column], tags: list[Point]
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
    graph: _Graph, rows: Rows, columns: list[_Column], top: float, bottom: float
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
    for chain in graph.chains:
        x, y = columns[graph.layer[chain[0]]].box + graph.nodes[chain[0]].width, rows[chain[0]]
        near = [s for s in solid if s[0] < x + 80 and s[2] > x and s[1] < y + 60 and s[3] > y - 60]
        # The side from which the edge bends away comes first; parallel edges take turns.
        ends = chain[0], chain[-1]
        sides = (1, -1) if (rows[chain[1]] < y) != drawn[ends] % 2 else (-1, 1)
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
