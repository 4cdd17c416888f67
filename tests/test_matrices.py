"""Both passes of a network, array by array: the data, the words, the pictures, and the panel."""

import base64
import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest

import lessons
from lessons import (
    Network,
    half_squared_error,
    loss_slope,
    record,
    relu,
    sigmoid,
    slope,
    softmax,
    trace_layers,
)
from lessons.maths.losses.losses import LOSSES
from lessons.maths.networks.trace import traced
from lessons.panels.kit.heat_cells import entry_name
from lessons.panels.kit.prose import plain
from lessons.panels.kit.tex import mathml
from lessons.panels.matrices import words
from lessons.panels.matrices.formula import formulas
from lessons.panels.matrices.nodes import has_nodes, nodes
from lessons.panels.matrices.scene import Scene
from lessons.panels.matrices.stage import stage
from lessons.panels.matrices.still import picture
from tests.hand import press

# The numbers of lesson 11: 3 nodes feed 4, behind 2 inputs.
PARAMETERS = {
    "W1": [[2, 1], [-1, 2], [1, 1]],
    "b1": [-2, -2, 0],
    "W2": [[1, -2, 1], [2, 1, -1], [-1, 3, 2], [3, 1, -2]],
    "b2": [1, -1, -2, 2],
}
X, Y = [1.0, 2.0], [3.0, 3.0, 6.0, 0.0]
BATCH = [X, [1.0, 1.0]], [Y, [2.0, -2.0, -1.0, 0.0]]


def lesson():
    return Network((2, 3, 4), init=PARAMETERS)


def one_hot(n, k):
    return np.eye(k)[np.arange(n) % k]


def case(sizes, n, hidden, output, loss, seed=3):
    """A network with biases, and n samples (None for one that is no batch) with targets."""
    rng = np.random.default_rng(seed)
    network = Network(sizes, hidden, output, loss, init=("normal", 0.7), seed=seed)
    network.theta[:] = rng.normal(scale=0.7, size=network.theta.size)
    x = rng.normal(size=(n or 1, sizes[0]))
    if LOSSES[loss].classes:
        y = one_hot(n or 1, sizes[-1])
    elif loss.startswith("binary"):
        y = rng.integers(0, 2, size=(n or 1, 1)).astype(float)
    else:
        y = rng.normal(size=(n or 1, sizes[-1]))
    return (network, x, y) if n else (network, x[0], y[0])


CASES = [
    case((2, 3, 4), None, "relu", "identity", "half_squared_error"),
    case((2, 3, 4), 3, "relu", "identity", "half_squared_error"),
    case((3, 2), None, "relu", "tanh", "mean_squared_error"),
    case((4, 3, 5, 2), 2, ["identity", "leaky_relu"], "softplus", "mean_squared_error"),
    case((2, 4, 1), None, "tanh", "sigmoid", "binary_cross_entropy"),
    case((2, 4, 1), 5, "sigmoid", "identity", "binary_cross_entropy_from_logits"),
    case((3, 4, 3), None, "relu", "identity", "categorical_cross_entropy_from_logits"),
    case((3, 4, 3), 4, "relu", "softmax", "categorical_cross_entropy"),
    case((3, 4, 3), None, "relu", "softmax", "half_squared_error"),
    case((2, 1), 1, "relu", "relu", "half_squared_error"),
]
every_case = pytest.mark.parametrize("given", CASES, ids=lambda given: repr(given[0])[:60])


def scenes(trace, **how):
    """Every step, without and with each entry picked out (of larger arrays, some)."""
    for at, step in enumerate(trace.steps, start=1):
        yield Scene(trace, at, **how)
        for index in itertools.islice(np.ndindex(trace.arrays[step.name].shape), 24):
            yield Scene(trace, at, index, **how)


# The data.


@every_case
def test_every_array_is_the_networks_own(given):
    network, x, y = given
    trace = traced(*given)
    forward = network.forward(x)
    back = network.backward(forward, y)
    for layer in range(len(network.W)):
        for name, own in (
            (f"W{layer + 1}", network.W[layer]),
            (f"z{layer + 1}", forward.z[layer]),
            (f"dL_dz{layer + 1}", back.dL_dz[layer]),
            (f"dL_dW{layer + 1}", back.dL_dW[layer]),
            (f"dL_db{layer + 1}", back.dL_db[layer]),
        ):
            assert np.array_equal(trace.arrays[name], own), name
    assert np.array_equal(trace.arrays["dL_dx"], back.dL_dx)
    assert trace.arrays["L"] == back.loss


@every_case
def test_a_step_reads_only_what_is_there_and_a_gradient_has_the_shape_of_its_variable(given):
    trace = traced(*given)
    there = {"x", "y", *given[0].parameters}
    for step in trace.steps:
        assert set(step.reads) <= there, step
        assert step.name not in there
        there.add(step.name)
        if step.backward:
            variable = trace.arrays[step.name.removeprefix("dL_d")]
            assert trace.arrays[step.name].shape == variable.shape
    wanted = {f"dL_d{name}" for name in given[0].parameters} | {"dL_dx"}
    assert wanted <= there


@every_case
def test_the_lines_of_numpy_compute_what_the_network_computes(given):
    """The panel's code, run as it stands, against the arrays of the panel."""
    trace = traced(*given)
    names = {
        **{name: trace.arrays[name] for name in ("x", "y", *given[0].parameters)},
        "np": np, "slope": slope, "softmax": softmax, "sigmoid": sigmoid, "loss_slope": loss_slope,
    }  # fmt: skip
    for name in {*given[0].activations, given[0].loss}:
        names[name] = getattr(lessons, name)
    for step in trace.steps:
        line = words.code(trace, step)
        exec(line, names)
        assert np.shape(names[step.name]) == trace.arrays[step.name].shape, line
        np.testing.assert_allclose(names[step.name], trace.arrays[step.name], atol=1e-12)


@every_case
def test_the_products_of_an_entry_add_up_to_it_and_are_what_is_lit(given):
    trace = traced(*given)
    for scene in scenes(trace):
        if scene.chosen is None or scene.step.kind not in ("sum", "outer", "back"):
            continue
        total = sum(term.left_value * term.right_value for term in scene.terms)
        if scene.step.kind == "sum":
            total += trace.arrays[scene.step.reads[2]][scene.chosen[-1]]
        assert total == pytest.approx(scene.value, abs=1e-12)
        lit = {entry_name(name, index) for name, some in scene.lit.items() for index in some}
        assert {term.left for term in scene.terms} <= lit
        assert {term.right for term in scene.terms} <= lit
        assert len({(term.left, term.right) for term in scene.terms}) == len(scene.terms)


def test_a_node_of_the_hidden_layer_lights_its_column_and_all_of_the_next_layer():
    trace = traced(lesson(), X, Y)
    scene = Scene(trace, trace.places["dL_da1"], (1,))
    assert scene.lit == {
        "W2": frozenset((i, 1) for i in range(4)),
        "dL_dz2": frozenset((i,) for i in range(4)),
    }
    weight = Scene(trace, trace.places["dL_dW2"], (3, 1))
    assert weight.lit == {"dL_dz2": frozenset([(3,)]), "a1": frozenset([(1,)])}
    out = Scene(trace, trace.places["z2"], (2,))
    assert out.lit["W2"] == frozenset((2, j) for j in range(3))
    assert out.lit["b2"] == frozenset([(2,)])


def test_in_a_batch_a_weight_and_a_bias_collect_from_every_sample():
    trace = traced(lesson(), *BATCH)
    weight = Scene(trace, trace.places["dL_dW2"], (3, 1))
    assert weight.lit == {
        "dL_dz2": frozenset([(0, 3), (1, 3)]),
        "a1": frozenset([(0, 1), (1, 1)]),
    }
    bias = Scene(trace, trace.places["dL_db2"], (3,))
    assert bias.lit == {"dL_dz2": frozenset([(0, 3), (1, 3)])}


def test_a_trace_does_not_change_with_the_network():
    network = lesson()
    trace = traced(network, X, Y)
    before = {name: array.copy() for name, array in trace.arrays.items()}
    network.theta[:] = 0.0
    for name, array in before.items():
        assert np.array_equal(trace.arrays[name], array)


def test_what_cannot_be_drawn_is_refused_with_a_way_out():
    with pytest.raises(ValueError, match="a layer of 200 nodes is too wide"):
        traced(Network((2, 200, 1)), [1.0, 2.0], [0.0])
    with pytest.raises(ValueError, match=r"x has 65 samples.*x\[:4\]"):
        traced(Network((2, 1)), np.ones((65, 2)), np.ones((65, 1)))


# The lesson's own numbers, held against the scalar engine.


def scalar(w, b, v, c, x, y):
    """Both layers of the lesson, one number at a time."""
    a = []
    for i in range(3):
        s = b[i]
        for j in range(2):
            s = s + w[2 * i + j] * x[j]
        a.append(relu(s))
    z = []
    for i in range(4):
        s = c[i]
        for j in range(3):
            s = s + v[3 * i + j] * a[j]
        z.append(s)
    L = half_squared_error([z], [y])
    return L


def test_the_lessons_numbers_are_those_of_the_scalar_engine():
    for x, y in zip(*BATCH, strict=True):
        flat = {
            "w": np.ravel(PARAMETERS["W1"]).astype(float),
            "b": np.array(PARAMETERS["b1"], float),
            "v": np.ravel(PARAMETERS["W2"]).astype(float),
            "c": np.array(PARAMETERS["b2"], float),
        }
        g = record(scalar, **flat, x=x, y=y).backward()
        arrays = traced(lesson(), x, y).arrays
        assert g.record.value == arrays["L"]
        for theirs, ours in (("w", "W1"), ("b", "b1"), ("v", "W2"), ("c", "b2"), ("x", "x")):
            np.testing.assert_allclose(g[theirs], arrays[f"dL_d{ours}"].ravel(), atol=1e-12)


def test_the_lessons_numbers_are_those_that_its_text_says():
    one = traced(lesson(), X, Y).arrays
    assert one["a1"].tolist() == [2, 1, 3] and one["z2"].tolist() == [4, 1, 5, 3]
    assert one["dL_dz2"].tolist() == [1, -2, -1, 3] and one["L"] == 7.5
    assert one["dL_da1"].tolist() == [7, -4, -5] and one["dL_dW2"][2, 0] == -2
    two = traced(lesson(), BATCH[0][1], BATCH[1][1]).arrays
    assert two["z1"].tolist() == [1, -1, 2] and two["dL_da1"].tolist() == [5, 4, 3]
    assert two["dL_dz1"].tolist() == [5, 0, 3]
    both = traced(lesson(), *BATCH).arrays
    assert both["dL_dz2"][:, 0].tolist() == [0.5, 1.0] and both["L"] == 6.25
    assert both["dL_db2"].tolist() == [1.5, -0.5, 0.5, 2.0]


# Words, formulas and pictures.


@every_case
def test_every_step_and_entry_has_a_sentence_a_formula_and_a_picture(given):
    trace = traced(*given)
    for scene in scenes(trace, names=tuple("abcdefgh"[: given[0].sizes[-1]])):
        told = plain(words.sentence(scene))
        assert told.endswith((".", "?")) and "nan" not in told and "<b" not in told
        for line in formulas(scene):
            ElementTree.fromstring(mathml(line))
        body, width, height = stage(scene)
        svg = ElementTree.fromstring(f"<svg>{body}</svg>")
        assert {part.get("data-map") for part in svg.iter("g")} & {scene.result}
        assert 0 < width < 1200 and 0 < height < 700
        # What is read stands on the page, but for what g'(z) or p stands in for.
        shown = {part.get("data-map") for part in svg.iter("g")}
        if "p" not in trace.arrays:
            assert set(scene.step.reads) <= shown
        assert words.description(scene).startswith(f"Step {scene.at} of {scene.last}.")


def test_what_is_kept_from_the_forward_pass_is_marked_and_named():
    trace = traced(lesson(), X, Y)
    kept = {"dL_dz2": "z2", "dL_dW2": "a1", "dL_da1": "W2", "dL_dz1": "z1", "dL_dW1": "x"}
    for name, read in kept.items():
        scene = Scene(trace, trace.places[name])
        assert f"Reads {read}," in plain(words.sentence(scene))
        marked = re.findall(r'data-map="(\w+)">(?:(?!data-map).)*hm-kept', stage(scene)[0])
        assert read in marked
    forward = Scene(trace, trace.places["z2"])
    assert "hm-kept" not in stage(forward)[0]


def test_the_sentences_say_the_numbers():
    trace = traced(lesson(), X, Y)

    def told(name, *index):
        return plain(words.sentence(Scene(trace, trace.places[name], index))).replace("−", "-")

    assert "2.00 × 2.00 + 1.00 × 1.00 + (-1.00) × 3.00 - 1.00 = 1.00" in told("z2", 1)
    assert "a1[0] feeds all 4 nodes of layer 2, and 4 gradients come back" in told("dL_da1", 0)
    assert "= 7.00. The weights are column 0 of W2" in told("dL_da1", 0)
    assert "from node 0 to node 2" in told("dL_dW2", 2, 0)
    shut = Scene(traced(lesson(), BATCH[0][1], BATCH[1][1]), trace.places["dL_dz1"], (1,))
    assert "the gate is shut" in words.sentence(shut)


def test_a_long_sum_is_shortened_and_still_right():
    rng = np.random.default_rng(0)
    network = Network((64, 32, 10), loss="categorical_cross_entropy_from_logits")
    trace = traced(network, rng.uniform(size=64), np.eye(10)[3])
    scene = Scene(trace, 1, (5,))
    assert len(scene.terms) == 64
    assert "… 60 more …" in words.products(scene) and words.products(scene).count("×") == 4
    assert r"\cdots" in formulas(scene)[0] and "W_{1}[5, 63]" in formulas(scene)[0]


def test_the_table_holds_every_number_of_a_small_network_and_ranges_of_a_large_one():
    told = words.table(traced(lesson(), X, Y))
    assert re.search(r"^dL_da1 +\(3,\) +W2\.T @ dL_dz2 +7\.00 +-4\.00 +-5\.00$", told, re.M)
    assert told.count("\n") == 2 + 14 + 3 + 2 - 1
    network = Network((64, 32, 10), seed=1)
    told = words.table(traced(network, np.ones(64), np.ones(10)))
    assert "2048 numbers from" in told and max(map(len, told.splitlines())) < 150


# Nodes and edges.


def drawn_nodes(name, *index):
    trace = traced(lesson(), X, Y)
    scene = Scene(trace, trace.places[name], index or None)
    return ElementTree.fromstring(f"<svg>{nodes(scene)[0]}</svg>")


def test_a_layer_of_3_and_4_has_7_nodes_and_12_edges():
    svg = drawn_nodes("z2")
    edges = [path for path in svg.iter("path") if "wire" in path.get("class")]
    assert len(edges) == 12
    W = np.array(PARAMETERS["W2"])
    assert sum(edge.get("stroke-dasharray") is not None for edge in edges) == (W < 0).sum()
    widths = {edge.get("data-name"): float(edge.get("stroke-width")) for edge in edges}
    assert widths["W2[2, 1]"] == max(widths.values()) and widths["W2[0, 0]"] == min(widths.values())
    names = {g.get("data-name") for g in svg.iter("g") if g.get("class", "").startswith("node")}
    assert names == {f"a1[{j}]" for j in range(3)} | {f"z2[{i}]" for i in range(4)}


@pytest.mark.parametrize(
    ("name", "index", "carried"),
    [
        ("z2", (1,), ["2.00 × 2.00 = 4.00", "1.00 × 1.00 = 1.00", "-1.00 × 3.00 = -3.00"]),
        (
            "dL_da1",
            (0,),
            ["1.00 × 1.00 = 1.00", "2.00 × (-2.00) = -4.00", "-1.00 × (-1.00) = 1.00",
             "3.00 × 3.00 = 9.00"],
        ),
        ("dL_dW2", (3, 1), ["3.00 × 1.00 = 3.00"]),
    ],
)  # fmt: skip
def test_the_lit_edges_say_what_they_carry(name, index, carried):
    svg = drawn_nodes(name, *index)
    tags = [g.find("text").text for g in svg.iter("g") if "tag" in g.get("class", "")]
    assert [tag.replace("−", "-") for tag in tags] == carried
    lit = [p for p in svg.iter("path") if p.get("class") in ("wire ahead", "wire back")]
    assert len(lit) == len(carried)
    assert len(list(svg.iter("circle"))) == (0 if name == "dL_dW2" else 1)


def test_nodes_are_drawn_where_a_step_runs_along_edges_and_there_are_few():
    trace = traced(lesson(), X, Y)
    with_nodes = {s.name for at, s in enumerate(trace.steps, 1) if has_nodes(Scene(trace, at))}
    assert with_nodes == {"z1", "z2", "dL_dW2", "dL_da1", "dL_dW1", "dL_dx"}
    batch = traced(lesson(), *BATCH)
    assert not any(has_nodes(Scene(batch, at)) for at in range(1, 13))
    wide = traced(Network((9, 2)), np.ones(9))
    assert not has_nodes(Scene(wide, 1))


# The panel.


@pytest.fixture
def panel():
    return trace_layers(lesson(), X, Y)


def reported(panel, **event):
    press(panel, **event)


def test_it_steps_through_both_passes(panel):
    order = ["x"]
    while panel.at < panel.scene.last:
        panel.forward()
        order.append(panel.scene.result)
    assert order == [
        "x", "z1", "a1", "z2", "L", "dL_dz2", "dL_dW2", "dL_db2", "dL_da1", "dL_dz1", "dL_dW1",
        "dL_db1", "dL_dx",
    ]  # fmt: skip
    panel.forward()
    panel.back()
    assert panel.scene.result == "dL_db1"
    panel.go("backward")
    assert panel.scene.result == "dL_dz2"


def test_without_a_target_there_is_the_forward_pass_alone():
    panel = trace_layers(lesson(), X, at="last")
    assert panel.scene.result == "z2" and panel.scene.last == 3
    with pytest.raises(ValueError, match="'backward' is no step of this panel"):
        panel.go("backward")


def test_choosing_an_entry_goes_to_its_step_and_choosing_it_again_lets_go(panel):
    panel.choose("dL_da1[0]")
    assert (panel.scene.result, panel.chosen) == ("dL_da1", "dL_da1[0]")
    assert "= 7.00" in panel.sentence
    panel.choose("dL_da1[0]")
    assert panel.chosen == ""
    panel.choose("L")
    assert panel.scene.result == "L"


@pytest.mark.parametrize(
    ("at", "clicked", "chosen"),
    [
        ("z2", "z2[3]", "z2[3]"),
        ("z2", "W2[3, 1]", "z2[3]"),
        ("z2", "b2[1]", "z2[1]"),
        ("z2", "a1[1]", ""),
        ("dL_dz1", "z1[2]", "dL_dz1[2]"),
        ("dL_dz1", "slope1[2]", "dL_dz1[2]"),
        ("dL_da1", "W2[3, 1]", "dL_da1[1]"),
        ("dL_dW2", "dL_dz2[3]", "dL_dW2[3, 0]"),
        ("dL_dW2", "a1[2]", "dL_dW2[0, 2]"),
        ("dL_db2", "dL_dz2[2]", "dL_db2[2]"),
    ],
)
def test_a_click_on_an_operand_means_the_entry_that_it_goes_into(panel, at, clicked, chosen):
    panel.go(at)
    reported(panel, kind="choose", name=clicked)
    assert (panel.scene.result, panel.chosen) == (at, chosen)


def test_a_click_in_a_batch_keeps_the_sample():
    panel = trace_layers(lesson(), *BATCH, at="z2[1, 2]")
    reported(panel, kind="choose", name="W2[0, 1]")
    assert panel.chosen == "z2[1, 0]"
    reported(panel, kind="choose", name="a1[0, 1]")
    assert panel.chosen == "z2[0, 0]"
    panel.go("dL_db2")
    reported(panel, kind="choose", name="dL_dz2[1, 3]")
    assert panel.chosen == "dL_db2[3]"


def test_the_arrow_keys_go_through_the_entries_row_by_row(panel):
    panel.go("dL_dW2")
    found = []
    for _ in range(13):
        reported(panel, kind="next")
        found.append(panel.chosen)
    assert found[:4] == ["dL_dW2[0, 0]", "dL_dW2[0, 1]", "dL_dW2[0, 2]", "dL_dW2[1, 0]"]
    assert found[12] == found[0]
    reported(panel, kind="previous")
    assert panel.chosen == "dL_dW2[3, 2]"
    reported(panel, kind="choose", name="")
    assert panel.chosen == ""
    reported(panel, kind="forward")
    assert panel.scene.result == "dL_db2"
    reported(panel, kind="go", at=999)
    assert panel.at == panel.scene.last
    for kind, at in (("first", 0), ("last", 12), ("back", 11)):
        reported(panel, kind=kind)
        assert panel.at == at


def test_it_plays_to_the_end_and_stops_there(panel):
    panel.play()
    for _ in range(20):
        reported(panel, kind="tick")
    assert panel.at == panel.scene.last and not panel._front.playing
    panel.play()
    assert panel.at == 0 and panel._front.playing
    panel.play()
    reported(panel, kind="tick")
    assert panel.at == 0


def test_another_sample_or_target_or_network_keeps_the_step_and_the_entry(panel):
    panel.choose("dL_dz1[1]")
    panel.set(x=BATCH[0][1], y=BATCH[1][1])
    assert panel.chosen == "dL_dz1[1]" and "the gate is shut" in panel.sentence
    panel.set(network=Network((2, 2, 4), "tanh"))
    assert panel.scene.result == "dL_dz1" and panel.chosen == "dL_dz1[1]"
    panel.set(x=BATCH[0], y=BATCH[1])
    assert panel.scene.result == "dL_dz1" and panel.chosen == ""


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        (lambda panel: panel.set(x=[1.0, 2.0, 3.0]), r"x has the shape \(3,\)"),
        (lambda panel: panel.set(y=[1.0]), r"y has the shape \(1,\)"),
        (lambda panel: panel.set(lr=0.1), "lr cannot be set; there are network, x and y"),
        (lambda panel: panel.choose("z2[4]"), r"z2 has no entry \[4\]: its shape is \(4,\)"),
        (lambda panel: panel.choose("z2[0, 1]"), r"z2 has no entry \[0, 1\]"),
        (lambda panel: panel.choose("q[1]"), "there is no step q; there are x, z1"),
        (lambda panel: panel.choose("z2[1"), r"'z2\[1' is no entry; write it as in z1\[2\]"),
        (lambda panel: panel.go(13), "there is no step 13; this panel goes from 0 to 12"),
        (lambda panel: panel.go("dL"), "'dL' is no step of this panel"),
        (lambda panel: panel.show("graph"), "there is no view 'graph'"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(panel, act, problem):
    panel.choose("dL_da1[1]")
    before = panel.trace, panel.at, panel.chosen, panel._front.diagram
    with pytest.raises(ValueError, match=problem):
        act(panel)
    assert (panel.trace, panel.at, panel.chosen, panel._front.diagram) == before
    assert panel._front.old and re.sub("<.*", "", panel._front.error)
    panel.go("z2")
    assert not panel._front.old and not panel._front.error


def test_settings_are_checked():
    for how, problem in (
        ({"image": (3, 3)}, "image is .*x has 2 entries"),
        ({"names": ("a",)}, "names has 1 names for 4 outputs"),
        ({"at": "z9"}, "'z9' is no step"),
    ):
        with pytest.raises(ValueError, match=problem):
            trace_layers(lesson(), X, Y, **how)
    with pytest.raises(TypeError, match="trace_layers takes a Network, and got list"):
        trace_layers([1], X, Y)


def test_the_views_share_the_step_and_the_entry(panel):
    panel.choose("dL_da1[0]")
    arrays = panel._front.diagram
    panel._views.widget.value = "nodes"
    assert "wire back" in panel._front.diagram and panel.chosen == "dL_da1[0]"
    panel.go("L")
    assert "This step runs along no edges" in panel._front.diagram
    panel.show("arrays")
    panel.choose("dL_da1[0]")
    assert panel._front.diagram == arrays and panel._views.widget.value == "arrays"
    with pytest.raises(ValueError, match="too many to be drawn one by one"):
        trace_layers(lesson(), *BATCH).show("nodes")


def test_the_static_output_is_a_picture_and_the_numbers(panel):
    panel.choose("dL_da1[0]")
    bundle = panel._repr_mimebundle_()
    data = re.search(r"base64,([^\"]+)", bundle["text/html"])[1]
    svg = base64.b64decode(data).decode()
    ElementTree.fromstring(svg)
    assert "var(" not in svg and "data-name" not in svg and svg == picture(panel.scene)
    assert 'alt="dL_da1[0]: a1[0] feeds all 4 nodes' in bundle["text/html"]
    assert bundle["text/plain"] == words.table(panel.trace)
    assert repr(panel) == "Layers of a network (2, 3, 4), step 8 of 12"
    assert (
        trace_layers(lesson(), X, Y, at="dL_da1[0]")._repr_mimebundle_()["text/html"]
        == (bundle["text/html"])
    )


def test_a_network_for_digits_is_drawn_with_few_bytes_for_each_step():
    rng = np.random.default_rng(0)
    network = Network((64, 32, 10), loss="categorical_cross_entropy_from_logits")
    digit = rng.uniform(size=64), np.eye(10)[3]
    panel = trace_layers(network, *digit, image=(8, 8), names="0123456789")
    for at in range(panel.scene.last + 1):
        panel.go(at)
        assert len(panel._front.diagram) < 200_000
    panel.go("dL_dW1[5, 7]")
    assert 'data-name="dL_dW1[31, 63]"' in panel._front.diagram
    assert not panel._state.has_views
    still = panel._repr_mimebundle_()["text/html"]
    assert len(still) < 150_000
