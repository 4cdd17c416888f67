"""From the steps of a computation to columns of boxes: layers, order in each layer, heights.

These are the first three phases of a layered (Sugiyama) drawing: layer assignment, crossing
reduction, coordinate assignment. A long edge is given a lane, a chain of dummy vertices, one in
each layer that it passes. Lengths are in px.
"""

from bisect import bisect_right, insort
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, inf
from statistics import median

PILL_HEIGHT = 22.0
LANE_TO_BOX = 12.0  # from the centre of a lane to the nearest side of a box
LANE_TO_LANE = 12.0
LANE_TO_TWIN = 9.0  # two lanes that leave the same box
SHALLOW = 4  # up to this many columns, all the inputs stand in the left one
SWEEPS = 12  # of crossing reduction, at most
PATIENCE = 3  # sweeps without success before it stops

Rows = list[float]  # of each vertex, the y of its centre


@dataclass(frozen=True, slots=True)
class Node:
    """What is to be placed: an input (no sources) or a step; the sizes of its box and its pill."""

    name: str
    sources: tuple[str, ...] = ()
    width: float = 112.0
    height: float = 44.0
    pill: float = 22.0


# Layer assignment


class Graph:
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


def best_layering(nodes: tuple[Node, ...], sources: list[list[int]]) -> Graph:
    """Inputs in the left column if there are few columns, else close to their readers.

    Close to the reader keeps a deep chain readable; where it costs crossings, left wins.
    """
    left = _longest_path_layers(sources)
    if max(left, default=0) < SHALLOW:
        return _reduce_crossings(Graph(nodes, sources, left, left))
    close = _reduce_crossings(Graph(nodes, sources, left, _pull_right(sources, left)))
    if close.crossings == 0:
        return close
    wide = _reduce_crossings(Graph(nodes, sources, left, left))
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


def _reduce_crossings(graph: Graph) -> Graph:
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


def _count_crossings(graph: Graph) -> int:
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


def _sweep(graph: Graph, *, rightwards: bool) -> None:
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


def _transpose(graph: Graph) -> None:
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


def assigned_rows(graph: Graph, row_gap: float) -> Rows:
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


def _packed_offsets(graph: Graph, row_gap: float) -> list[float]:
    """The y of each vertex if its column were packed from 0 downwards."""
    offset = [0.0] * len(graph.layer)
    for column in graph.columns:
        for u, v in pairwise(column):
            offset[v] = offset[u] + _separation(graph, u, v, row_gap)
    return offset


def _separation(graph: Graph, u: int, v: int, row_gap: float) -> int:
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


def _threads(graph: Graph, anchors: list[list[int]]) -> list[list[int]]:
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


def _straighten(graph: Graph, threads: list[list[int]], offset: list[float], rows: Rows) -> None:
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


def _level(graph: Graph, run: list[int], low: float, high: float, rows: Rows) -> None:
    """Put a run at one height: a lane at that of its source or target, if there is room."""
    is_lane = run[0] >= graph.size
    ends = [graph.up[run[0]][0], graph.down[run[-1]][0]] if is_lane else []
    wish = next((rows[v] for v in ends if low <= rows[v] <= high), rows[run[0]])
    for v in run:
        rows[v] = min(max(wish, low), high)
