"""The diagram says what the record says, at every moment, and is well-formed."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from lessons import leaky_relu, maximum
from lessons.maths import text
from lessons.panels.explorer.diagram import (
    FOLD,
    MOST_NODES,
    description,
    diagram,
    fold_note,
    shown_names,
    sign_of,
)
from tests.examples import DEAD, SYSTEM_N, chain, every_scene, neuron, scene, square, three_paths

SVG = "{http://www.w3.org/2000/svg}"
WAIT = "· · ·"
CASES = [
    (neuron, SYSTEM_N, {"updated": ("w0",)}),
    (neuron, SYSTEM_N, {"upstream": -2.5, "of": "L"}),
    (neuron, DEAD, {"upstream": 7.0}),
    (neuron, SYSTEM_N, {"upstream": None}),
    (square, {"x": -3.0}, {}),
    (three_paths, {"x": 1.0}, {}),
]


class Drawn:
    """A diagram taken apart again."""

    def __init__(self, shown):
        self.root = ElementTree.fromstring(diagram(shown))
        groups = list(self.root.iter(f"{SVG}g"))
        self.nodes = {g.get("data-name"): g for g in groups if g.get("data-name")}
        self.tags = ["".join(g.itertext()) for g in groups if g.get("class") == "tag"]

    def text(self, name, kind):
        """The text of a class inside the box of a name; None where there is none."""
        found = [e for e in self.nodes[name].iter(f"{SVG}text") if kind in e.get("class").split()]
        return "".join(found[0].itertext()) if found else None

    def classed(self, *classes):
        return [e for e in self.root.iter() if set(classes) <= set(e.get("class", "").split())]

    def with_class(self, kind):
        return [name for name, g in self.nodes.items() if kind in g.get("class").split()]


def every(cases=CASES):
    return [shown for f, values, options in cases for shown in every_scene(f, values, **options)]


def test_each_box_holds_the_value_and_the_gradient_of_the_record():
    for shown in every():
        drawn = Drawn(shown)
        assert set(drawn.nodes) == set(shown.record.values)
        for name, value in shown.record.values.items():
            assert drawn.text(name, "name") == name
            expected = text.number(value) if name in shown.known else WAIT
            assert drawn.text(name, "value") == expected
            if shown.gradient is None:
                assert drawn.text(name, "gradient") is None
                continue
            total = shown.totals.get(name)
            assert drawn.text(name, "gradient") == (WAIT if total is None else text.number(total))
            assert drawn.text(name, "by") == f"d{shown.of}/d{name}"


def test_each_backward_step_is_one_arrow_or_one_blocked_edge():
    for shown in every():
        drawn = Drawn(shown)
        taken = shown.gradient.steps[: shown.backward_done] if shown.gradient else ()
        zero = [step for step in taken if step.contribution == 0]
        assert len(drawn.classed("edge", "back")) == len(taken) - len(zero)
        assert len(drawn.classed("head")) == len(taken) - len(zero)
        assert len(drawn.classed("edge", "none")) == len(zero)
        assert len(drawn.classed("stop")) == sum(step.upstream != 0 for step in zero)
        forward = [
            e for e in drawn.classed("edge") if not {"back", "none"} & set(e.get("class").split())
        ]
        assert len(forward) == sum(len(step.inputs) for step in shown.record.steps)


def test_a_dead_neuron_has_one_bar_and_no_arrow():
    shown = scene(neuron, DEAD, upstream=7.0)
    drawn = Drawn(scene(neuron, DEAD, shown.last, upstream=7.0))
    assert len(drawn.classed("stop")) == 1
    assert drawn.classed("edge", "back") == []
    assert len(drawn.classed("edge", "none")) == 11
    assert drawn.text("y", "gradient") == "7.00"
    assert drawn.text("w0", "gradient") == "0.00"


def widths(drawn):
    style = [e.get("style") for e in drawn.classed("edge", "back")]
    return [float(s.removeprefix("stroke-width:").removesuffix("px")) for s in style]


def test_an_arrow_is_as_wide_as_its_gradient_is_large():
    for shown in every():
        if shown.backward_done == 0:
            continue
        found = widths(Drawn(shown))
        steps = shown.gradient.steps[: shown.backward_done]
        sizes = [abs(step.contribution) for step in steps if step.contribution != 0]
        assert sorted(found) == sorted(round(1.6 + 4.4 * size / max(sizes), 1) for size in sizes)


def test_the_tag_says_upstream_times_local_is_the_contribution():
    for shown in every():
        drawn, step = Drawn(shown), shown.backward_step
        if step is None:
            assert drawn.tags == []
            continue
        (tag,) = drawn.tags
        upstream, rest = tag.split(" × ", 1)
        assert upstream == text.number(step.upstream)
        assert rest.rsplit(" = ", 1)[1] == text.number(step.contribution)


def test_paths_meet_in_a_plus_and_single_paths_do_not():
    assert [len(Drawn(s).classed("plus")) for s in every_scene(square, {"x": 3.0})] == [
        0,
        0,
        0,
        0,
        1,
    ]
    last = scene(three_paths, {"x": 1.0}).last
    assert len(Drawn(scene(three_paths, {"x": 1.0}, last)).classed("plus")) == 1
    assert len(Drawn(scene(neuron, SYSTEM_N, 17)).classed("plus")) == 0


def test_one_box_is_lit_and_it_is_that_of_the_moment():
    for shown in every():
        drawn = Drawn(shown)
        assert drawn.with_class("now") == ([shown.active] if shown.active else [])
        assert drawn.with_class("ahead") == ([shown.step.name] if shown.step else [])
        step = shown.backward_step
        assert drawn.with_class("from") == ([step.from_] if step else [])
        lit = len(drawn.classed("edge", "on"))
        if shown.step:
            assert lit == len(shown.step.inputs)
        elif step:
            assert lit == (step.contribution != 0)


def test_the_chosen_box_is_marked():
    assert Drawn(scene(neuron, SYSTEM_N, 3, chosen="w1")).with_class("chosen") == ["w1"]
    assert Drawn(scene(neuron, SYSTEM_N, 3)).with_class("chosen") == []


@pytest.mark.parametrize(
    ("function", "signs"),
    [
        (lambda a, b: a * b, ["×"]),
        (lambda a, b: a / b, ["÷"]),
        (lambda a, b: a**b, ["^"]),
        (lambda a, b: a + b, ["+"]),
        (lambda a, b: a - b, ["−"]),
        (lambda a, b: a + b - 1, ["+"]),
        (lambda a, b: 2 * a, ["×2"]),
        (lambda a, b: a * -2, ["×−2"]),
        (lambda a, b: a / 4, ["÷4"]),
        (lambda a, b: 4 / a, ["4÷"]),
        (lambda a, b: a**2, ["^2"]),
        (lambda a, b: 2**a, ["2^"]),
        (lambda a, b: a + 1, ["+1"]),
        (lambda a, b: a - 1, ["−1"]),
        (lambda a, b: 1 + a, ["1+"]),
        (lambda a, b: 1 - a, ["1−"]),
        (lambda a, b: -a, ["−"]),
        (lambda a, b: abs(a), ["|·|"]),
        (lambda a, b: maximum(a, b), ["max"]),
        (lambda a, b: leaky_relu(a), ["leaky"]),
    ],
)
def test_the_sign_of_an_operator_shows_its_constant(function, signs):
    assert [sign_of(step) for step in scene(function, {"a": 2.0, "b": 3.0}).record.steps] == signs


def test_every_operator_has_one_pill_and_inputs_have_none():
    drawn = Drawn(scene(neuron, SYSTEM_N))
    signs = ["".join(e.itertext()) for e in drawn.classed("sign")]
    assert sorted(signs) == sorted(["×", "×", "×", "+", "ReLU"])
    assert len(drawn.classed("pill")) == 5


def test_a_constant_and_a_returned_input_can_be_drawn():
    assert set(Drawn(scene(lambda x: 3, {"x": 1.0}, 1)).nodes) == {"x", "y"}
    assert set(Drawn(scene(lambda x: x, {"x": 1.0}, 1)).nodes) == {"x"}


def long(n):
    return lambda x: chain(x, n)


def test_up_to_60_values_all_are_drawn_and_beyond_that_those_near_the_current_one():
    whole = scene(long(MOST_NODES - 1), {"x": 1.0}, 30)
    assert len(shown_names(whole)) == len(whole.record.values) == MOST_NODES
    assert fold_note(whole) == ""
    folded = scene(long(MOST_NODES), {"x": 1.0}, 30)
    names = shown_names(folded)
    assert folded.active in names
    assert len(names) <= FOLD
    assert fold_note(folded) == (
        f"This computation has 61 values. The diagram shows the {len(names)} nearest to the "
        f"current one; the table holds every step."
    )


@pytest.mark.parametrize("at", [0, 1, 500, 1000, 1001, 1002, 1500, 2001])
def test_a_fold_shows_the_current_value_its_numbers_and_its_arrows(at):
    shown = scene(long(1000), {"x": 1.0}, at)
    drawn, names = Drawn(shown), shown_names(shown)
    assert set(drawn.nodes) == set(names)
    assert 2 <= len(names) <= FOLD
    if shown.active:
        assert drawn.with_class("now") == [shown.active]
    places = [list(shown.record.values).index(name) for name in names]
    assert all(two - one == 1 for one, two in pairwise(places))
    if shown.backward_step:
        assert len(drawn.tags) == 1


def test_a_fold_of_a_wide_sum_keeps_the_arrows_at_their_terms():
    def wide(x):
        s = sum(x)
        y = s * x[50]
        return y

    shown = scene(wide, {"x": [float(i) for i in range(80)]}, chosen="x50")
    last = scene(wide, {"x": [float(i) for i in range(80)]}, shown.last, chosen="x50")
    drawn = Drawn(last)
    assert {"x50", "s", "y"} <= set(drawn.nodes)
    assert drawn.text("x50", "gradient") == text.number(last.gradient["x50"])
    assert len(drawn.classed("plus")) == 1


def test_the_description_says_in_words_what_is_drawn():
    told = description(scene(square, {"x": -3.0}, 4))
    assert told == "Diagram of square, step 4 of 4. x −3.00, gradient −6.00. y 9.00, gradient 1.00."
    assert "y not yet computed" in description(scene(square, {"x": -3.0}))
    assert Drawn(scene(square, {"x": -3.0}, 4)).root.get("aria-label") == told


def test_the_diagram_is_the_same_each_time():
    for shown, again in zip(every(CASES[:1]), every(CASES[:1]), strict=True):
        assert diagram(shown) == diagram(again)


def test_a_tag_with_signs_of_html_is_escaped():
    def larger(a, b):
        y = maximum(a, b)
        return y

    drawn = Drawn(scene(larger, {"a": 2.0, "b": 1.0}, 3))
    assert drawn.tags == ["1.00 × [a > b] = 1.00"]
    assert "[a &gt; b]" in diagram(scene(larger, {"a": 2.0, "b": 1.0}, 3))
