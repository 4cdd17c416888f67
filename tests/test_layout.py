"""The diagram's layout: nothing overlaps, no edge is hidden, and it reads as written."""

import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.panels.explorer import layout as module
from lessons.panels.explorer.layering import best_layering
from lessons.panels.explorer.layout import Layout, Node, layout
from tests.counted import calls


def step(name: str, *sources: str, pill: float = 22.0) -> Node:
    return Node(name, sources, pill=pill)


def system_n() -> list[Node]:
    inputs = [step(name) for name in ("x0", "x1", "x2", "w0", "w1", "w2", "b")]
    products = [step(f"xw{i}", f"x{i}", f"w{i}") for i in range(3)]
    return [*inputs, *products, step("z", "xw0", "xw1", "xw2", "b"), step("y", "z", pill=44)]


def two_layers() -> list[Node]:
    inputs = [step(name) for name in ("x", "w1", "b1", "w2", "b2", "y")]
    return [
        *inputs,
        step("xw", "x", "w1"),
        step("z1", "xw", "b1"),
        step("a", "z1", pill=44),
        step("aw", "a", "w2"),
        step("yhat", "aw", "b2"),
        step("e", "yhat", "y"),
        step("L", "e", "e"),
    ]


def diamond() -> list[Node]:
    return [step("x"), step("a", "x"), step("b", "x"), step("c", "a", "b")]


def square() -> list[Node]:
    return [step("x"), step("y", "x", "x")]


def chain(length: int = 40) -> list[Node]:
    return [step("a0"), *(step(f"a{i + 1}", f"a{i}") for i in range(length))]


def weighted_chain(length: int = 12) -> list[Node]:
    inputs = [step("a0"), *(step(f"w{i}") for i in range(length))]
    return [*inputs, *(step(f"a{i + 1}", f"a{i}", f"w{i}") for i in range(length))]


def fan_out(count: int = 30) -> list[Node]:
    return [step("x"), *(step(f"y{i}", "x") for i in range(count))]


def wide_sum(count: int = 30) -> list[Node]:
    names = [f"x{i}" for i in range(count)]
    return [*map(step, names), step("s", *names)]


def shared_weight(length: int = 5) -> list[Node]:
    """A recurrent network: one weight read at every time."""
    nodes = [step("w"), step("h0"), *(step(f"x{i}") for i in range(length))]
    for i in range(length):
        nodes += [step(f"wh{i}", "w", f"h{i}"), step(f"h{i + 1}", f"wh{i}", f"x{i}")]
    return nodes


def dense(*sizes: int, products: bool = True) -> list[Node]:
    """A dense network as scalars: a sum for each unit, of products or straight of its inputs."""
    before = [f"x{i}" for i in range(sizes[0])]
    inputs, steps = [step(name) for name in before], []
    for layer, size in enumerate(sizes[1:], 1):
        units = []
        for j in range(size):
            terms = []
            for i, source in enumerate(before):
                inputs.append(step(f"w{layer}{j}{i}"))
                if products:
                    steps.append(step(f"p{layer}{j}{i}", source, f"w{layer}{j}{i}"))
                    terms.append(f"p{layer}{j}{i}")
                else:
                    terms += [source, f"w{layer}{j}{i}"]
            inputs.append(step(f"b{layer}{j}"))
            steps.append(step(f"z{layer}{j}", *terms, f"b{layer}{j}"))
            steps.append(step(f"a{layer}{j}", f"z{layer}{j}", pill=44))
            units.append(f"a{layer}{j}")
        before = units
    return inputs + steps


EXAMPLES = {
    "System N": system_n(),
    "two layers": two_layers(),
    "a diamond": diamond(),
    "x*x": square(),
    "a chain of 40": chain(),
    "a chain with weights": weighted_chain(),
    "a fan-out of 30": fan_out(),
    "a sum of 30": wide_sum(),
    "a shared weight": shared_weight(),
    "a dense 3-4-2-1 network": dense(3, 4, 2, 1),
    "a dense 3-4-2-1 network of wide sums": dense(3, 4, 2, 1, products=False),
    "one input": [step("x")],
    "x + x + x + x + x": [step("x"), step("y", *["x"] * 5)],
    "a square seen twice": [step("x"), step("s", "x", "x"), step("c", "x", "s", "x", "s")],
}
on_examples = pytest.mark.parametrize("nodes", EXAMPLES.values(), ids=EXAMPLES.keys())


@st.composite
def graphs(draw) -> list[Node]:
    """Any graph of up to 24 nodes: boxes of many sizes, sources read twice, inputs never read."""
    nodes: list[Node] = []
    for v in range(draw(st.integers(1, 24))):
        names = st.sampled_from([node.name for node in nodes]) if nodes else st.nothing()
        sources = draw(st.lists(names, max_size=4)) if nodes else []
        width, height = draw(st.sampled_from([(112, 44), (60, 22), (150, 61), (33, 33)]))
        pill = draw(st.sampled_from([0, 22, 44]))
        nodes.append(Node(f"v{v}", tuple(sources), width, height, pill))
    return nodes


on_random_graphs = given(graphs())
few = settings(derandomize=True, max_examples=60, deadline=None)


def solids(drawn: Layout) -> list[tuple[str, str, float, float, float, float]]:
    """Kind, name and the sides of every box and pill."""
    return [
        (type(thing).__name__, thing.name, thing.x, thing.y, thing.x + thing.width,
         thing.y + thing.height)
        for thing in (*drawn.boxes, *drawn.pills)
    ]  # fmt: skip


def trace(path: str) -> list[tuple[float, float]]:
    """Many points along SVG path data, read from the text itself."""
    points: list[tuple[float, float]] = []
    for letter, numbers in re.findall(r"([MLC])([^MLC]*)", path):
        values = [float(number) for number in numbers.split()]
        ends = list(zip(values[::2], values[1::2], strict=True))
        if letter == "M":
            points += ends
            continue
        start = points[-1]
        controls = [start, *ends] if letter == "C" else [start, start, *ends, *ends]
        for i in range(1, 65):
            t = i / 64
            parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            points.append(tuple(sum(p * c[k] for p, c in zip(parts, controls, strict=True))
                                for k in (0, 1)))  # fmt: skip
    return points


def assert_nothing_overlaps(drawn: Layout) -> None:
    for one, other in combinations(solids(drawn), 2):
        across = max(other[2] - one[4], one[2] - other[4])
        down = max(other[3] - one[5], one[3] - other[5])
        if one[1] == other[1]:
            assert across == 4, f"the pill of {one[1]} is {across} px from its box"
        else:
            assert max(across, down) >= 6, f"{one[:2]} and {other[:2]} are too close"


def assert_edges_keep_clear(drawn: Layout) -> None:
    for edge in drawn.edges:
        for x, y in trace(edge.path):
            for kind, name, left, top, right, bottom in solids(drawn):
                inside = left - 2 < x < right + 2 and top - 2 < y < bottom + 2
                own = name == edge.source and kind == "Box" and x >= right
                own = own or (name == edge.target and x <= left + 0.01)
                assert own or not inside, f"{edge.source} to {edge.target} meets {kind} {name}"


def assert_margin(drawn: Layout) -> None:
    points = [point for edge in drawn.edges for point in trace(edge.path)]
    corners = [point for _, _, a, b, c, d in solids(drawn) for point in ((a, b), (c, d))]
    for reach, places in ((1, corners), (3, points)):
        for x, y in places:
            assert 8 + reach <= x <= drawn.width - 8 - reach
            assert 8 + reach <= y <= drawn.height - 8 - reach


def taken_labels(drawn: Layout) -> list[str]:
    taken = []
    for edge in drawn.edges:
        x, y = edge.label_at
        assert 58 <= x <= max(drawn.width - 58, 58) and 18 <= y <= drawn.height - 18
        for _, _, left, top, right, bottom in solids(drawn):
            if left < x + 50 and x - 50 < right and top < y + 10 and y - 10 < bottom:
                taken.append(f"{edge.source} to {edge.target}")
    return taken


@on_examples
def test_boxes_and_pills_stand_apart(nodes):
    assert_nothing_overlaps(layout(nodes))


@on_examples
def test_no_edge_runs_through_a_box_or_a_pill(nodes):
    assert_edges_keep_clear(layout(nodes))


@on_examples
def test_everything_stands_inside_the_margin(nodes):
    assert_margin(layout(nodes))


@few
@on_random_graphs
def test_any_graph_is_drawn_without_overlaps(nodes):
    drawn = layout(nodes)
    assert_nothing_overlaps(drawn)
    assert_margin(drawn)


@few
@on_random_graphs
def test_in_any_graph_edges_keep_clear_of_boxes(nodes):
    assert_edges_keep_clear(layout(nodes))


@few
@on_random_graphs
def test_edges_run_to_the_right_from_the_middle_of_a_box_to_the_middle_of_a_pill(nodes):
    drawn = layout(nodes)
    for edge in drawn.edges:
        box, end = drawn.box(edge.source), drawn.box(edge.target)
        left = next((pill.x for pill in drawn.pills if pill.name == edge.target), end.x)
        assert edge.points[0] == (box.x + box.width, box.y + box.height / 2)
        assert edge.points[-1] == (left, end.y + end.height / 2)
        assert all(a[0] < b[0] for a, b in pairwise(edge.points))


@on_examples
def test_the_points_of_an_edge_lie_on_its_path(nodes):
    for edge in layout(nodes).edges:
        traced = trace(edge.path)
        for x, y in edge.points:
            assert min(abs(x - a) + abs(y - b) for a, b in traced) < 8


@on_examples
def test_there_is_a_record_for_every_node_step_and_edge(nodes):
    drawn = layout(nodes)
    assert [box.name for box in drawn.boxes] == [node.name for node in nodes]
    assert [pill.name for pill in drawn.pills] == [node.name for node in nodes if node.sources]
    ends = [(edge.source, edge.target, edge.index) for edge in drawn.edges]
    assert ends == [(s, node.name, i) for node in nodes for i, s in enumerate(node.sources)]
    for pill in drawn.pills:
        box = drawn.box(pill.name)
        assert drawn.pill(pill.name) is pill
        assert pill.y + pill.height / 2 == box.y + box.height / 2


@on_examples
def test_most_edges_have_a_free_place_for_a_tag(nodes):
    drawn = layout(nodes)
    assert len(taken_labels(drawn)) <= len(drawn.edges) / 20


@pytest.mark.parametrize("nodes", [system_n(), two_layers(), diamond(), square(), chain()])
def test_in_a_small_diagram_every_edge_has_a_free_place_for_a_tag(nodes):
    assert taken_labels(layout(nodes)) == []


def test_system_n_stands_as_it_is_written():
    drawn = layout(system_n())
    column = sorted((box for box in drawn.boxes if box.x == drawn.box("x0").x), key=lambda b: b.y)
    assert [box.name for box in column] == ["x0", "w0", "x1", "w1", "x2", "w2", "b"]
    gaps = [below.y - above.y - above.height for above, below in pairwise(column)]
    assert gaps[0] == gaps[2] == gaps[4] == 8
    assert gaps[1] == gaps[3] == gaps[5] > 8
    xs = [drawn.box(name).x for name in ("x0", "xw0", "z", "y")]
    assert xs == sorted(set(xs)) and len({drawn.box(f"xw{i}").x for i in range(3)}) == 1
    assert drawn.box("xw1").y == drawn.box("z").y == drawn.box("y").y
    for i in range(3):
        pair = drawn.box(f"x{i}").y + drawn.box(f"w{i}").y
        assert drawn.box(f"xw{i}").y == pair / 2


def test_system_n_is_compact():
    drawn = layout(system_n())
    assert drawn.width <= 760 and drawn.height <= 392


def test_a_chain_is_one_straight_line():
    drawn = layout(chain())
    assert len({box.y for box in drawn.boxes}) == 1
    assert all("C" not in edge.path for edge in drawn.edges)


def test_in_a_deep_chain_each_weight_stands_below_the_value_that_it_multiplies():
    drawn = layout(weighted_chain())
    assert len({drawn.box(f"a{i}").y for i in range(1, 13)}) == 1
    for i in range(12):
        value, weight = drawn.box(f"a{i}"), drawn.box(f"w{i}")
        assert weight.x == value.x and weight.y == value.y + value.height + 8


def test_in_a_shallow_graph_all_inputs_stand_in_the_left_column():
    drawn = layout(system_n())
    assert len({drawn.box(name).x for name in ("x0", "w2", "b")}) == 1


def test_x_times_x_is_two_visible_curves():
    upper, lower = layout(square()).edges
    apart = [abs(a[1] - b[1]) for a, b in zip(upper.points, lower.points, strict=True)]
    assert upper.path != lower.path and max(apart) >= 16
    assert (upper.index, lower.index) == (0, 1)
    assert upper.label_at[1] < upper.points[0][1] < lower.label_at[1]


def test_long_edges_from_one_box_have_a_lane_each():
    edges = [edge for edge in layout(shared_weight()).edges if edge.source == "w"]
    heights = {min(y for _, y in edge.points) for edge in edges[1:]}
    heights |= {max(y for _, y in edge.points) for edge in edges[1:]}
    assert len(heights) >= len(edges) - 1


def test_crossings_that_can_be_avoided_are_avoided():
    nodes = [step("a"), step("b"), step("c"), step("d")]
    nodes += [step("p", "a", "d"), step("q", "b", "c"), step("r", "a", "d"), step("s", "q", "b")]
    graph = best_layering(tuple(nodes), module._indexed_sources(tuple(nodes)))
    assert graph.crossings <= 1


def test_the_same_nodes_give_the_same_layout_object():
    assert layout(system_n()) is layout(system_n())
    first = layout(dense(3, 4, 2, 1))
    module._layout.cache_clear()
    assert layout(dense(3, 4, 2, 1)) == first


def test_gaps_are_settings():
    tight, airy = layout(system_n(), gap=40, row_gap=6), layout(system_n(), gap=90, row_gap=20)
    assert tight.width < layout(system_n()).width < airy.width
    assert tight.height < layout(system_n()).height < airy.height
    assert_nothing_overlaps(tight)


def test_no_nodes_give_an_empty_picture():
    drawn = layout([])
    assert drawn.boxes == drawn.pills == drawn.edges == ()
    assert drawn.width > 0 and drawn.height > 0


def test_two_hundred_nodes_in_a_row_need_no_recursion():
    drawn = layout(chain(199))
    assert len(drawn.boxes) == 200 and drawn.width > 30000


def test_a_layout_is_little_work_and_grows_with_the_diagram():
    def work(nodes):
        module._layout.cache_clear()
        return calls(lambda: layout(nodes))

    # Twice what is usual here: another Python may call a little more.
    assert work(system_n()) < 8_000
    assert work(dense(3, 4, 2, 1, products=False)) < 55_000
    assert work(chain(100)) < 2.2 * work(chain(50)) < 2.2 * 2.2 * work(chain(25))


@pytest.mark.parametrize(
    ("nodes", "sentence"),
    [
        ([step("y", "x")], "'y' reads 'x', which is not a node: add a Node named 'x' before 'y'"),
        ([step("y", "x"), step("x")], "move 'x' in front of 'y'"),
        ([step("x", "x")], "move 'x' in front of 'x'"),
        ([step("x"), step("x")], "two nodes are named 'x': give each its own name"),
    ],
)
def test_unusable_nodes_are_refused_with_what_to_do(nodes, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        layout(nodes)


def test_an_unknown_name_is_named():
    with pytest.raises(KeyError, match="no box is named 'q'"):
        layout(system_n()).box("q")
