"""The sentence of every moment: it holds the numbers of the record, and says what they mean."""

from html.parser import HTMLParser

import pytest

from lessons import log, relu
from lessons.maths import text
from lessons.panels.explorer.words import local_words, sentence, title
from lessons.panels.kit.prose import plain
from tests.examples import DEAD, SYSTEM_N, every_scene, neuron, scene, square, three_paths

UPDATED = ("w0", "w1", "w2", "b")
CASES = [
    (neuron, SYSTEM_N, {"updated": UPDATED, "of": "L"}),
    (neuron, SYSTEM_N, {"upstream": -2.5}),
    (neuron, DEAD, {"upstream": 7.0, "updated": UPDATED}),
    (square, {"x": -3.0}, {"updated": ("x",)}),
    (three_paths, {"x": 1.0}, {}),
]


def said(shown):
    return plain(sentence(shown))


def at(phase, index=0, function=neuron, values=SYSTEM_N, **options):
    first = scene(function, values, **options)
    return said(scene(function, values, first.position(phase) + index, **options))


def test_system_n_forward():
    assert at("inputs") == (
        "The inputs are given: x0 = 1.00, x1 = −2.00, x2 = 3.00, w0 = −3.00, w1 = −1.00, "
        "w2 = 2.00 and b = 1.00. Nothing has been computed yet."
    )
    assert at("forward") == "Multiply: xw0 = x0 × w0 = 1.00 × (−3.00) = −3.00."
    assert at("forward", 3) == ("Add: z = xw0 + xw1 + xw2 + b = −3.00 + 2.00 + 6.00 + 1.00 = 6.00.")
    assert at("forward", 4) == "z = 6.00 is above 0, so ReLU lets it through: y = 6.00."


def test_system_n_backward():
    assert at("seed") == ("The backward pass starts at y: the derivative of y by itself is 1.00.")
    assert at("seed", upstream=4.0, of="L") == (
        "The backward pass starts at y: what comes after it sends back the upstream gradient 4.00."
    )
    assert at("backward", 10) == (
        "The gradient reaches w0: what arrived at xw0, 1.00, times the slope of this "
        "multiplication by w0, which is x0 = 1.00: 1.00 × 1.00 = 1.00."
    )


def test_system_n_update():
    assert at("update", updated=UPDATED, lr=0.01) == (
        "The update moves every chosen value against its gradient, all at once, by lr = 0.01 times "
        "it: w0 to −3.01, w1 to −0.98, w2 to 1.97 and b to 0.99."
    )


def test_a_dead_neuron_blocks_and_the_sentence_says_where():
    assert at("forward", 4, values=DEAD) == "z = −1.00 is not above 0, so ReLU gives 0: y = 0.00."
    assert at("backward", values=DEAD, upstream=7.0) == (
        "The slope of this ReLU by z is 0: nothing passes. "
        "What arrived at y, 7.00, is blocked here."
    )


def test_paths_that_meet_are_counted_and_summed():
    assert at("backward", 1, square, {"x": 3.0}).endswith(
        "This is path 2 of 2, and paths add: the sum so far is 6.00."
    )


@pytest.mark.parametrize(("function", "values", "options"), CASES)
def test_at_every_moment_the_sentence_holds_the_numbers_of_the_record(function, values, options):
    for shown in every_scene(function, values, **options):
        told = said(shown)
        assert told.endswith(".")
        if shown.step:
            assert text.number(shown.step.value) in told
            assert shown.step.name in told
        if shown.backward_step:
            step = shown.backward_step
            assert text.number(step.upstream) in told
            if step.local != 0:
                assert f"= {text.number(step.contribution)}" in told
            if step.paths > 1:
                assert f"path {step.path} of {step.paths}" in told
                assert text.number(step.total) in told
        if shown.now.phase == "seed":
            assert text.number(shown.gradient.upstream) in told
        if shown.now.phase == "update":
            for name in shown.updated:
                new = shown.record.inputs[name] - shown.lr * shown.gradient[name]
                assert f"{name} to {text.number(new)}" in told


@pytest.mark.parametrize(("function", "values", "options"), CASES)
def test_a_chosen_value_is_told_with_its_value_its_paths_and_their_sum(function, values, options):
    for name in scene(function, values, **options).record.values:
        for shown in every_scene(function, values, chosen=name, **options):
            told = said(shown)
            assert told.startswith(name)
            if name in shown.known:
                assert f"{name} = {text.number(shown.record.values[name])}" in told
            else:
                assert f"{name} is not computed yet" in told
            if name in shown.totals:
                assert text.number(shown.totals[name]) in told
            elif shown.gradient is not None:
                assert "The gradient has not reached it yet" in told


def test_without_a_gradient_a_chosen_value_says_where_it_goes():
    assert said(scene(neuron, SYSTEM_N, chosen="b", upstream=None)) == "b = 1.00. It goes into z."
    last = scene(neuron, SYSTEM_N, 5, chosen="y", upstream=None)
    assert said(last) == "y = 6.00. It is the output."


def test_what_is_not_the_output_is_not_called_the_output():
    def partly(x, unused):
        y = 2 * x
        return y

    shown = scene(partly, {"x": 1.0, "unused": 1.0}, 1, chosen="unused", upstream=None)
    assert said(shown) == "unused = 1.00. Nothing uses it."
    first = scene(partly, {"x": 1.0, "unused": 1.0}, 3, chosen="unused")
    assert "the output does not depend on it" in said(first)


class Marks(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add((tag, dict(attrs).get("class")))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize(("function", "values", "options"), CASES)
def test_a_sentence_is_sound_html_with_two_marks_and_none_are_left_in_plain(
    function, values, options
):
    for chosen in ("", "x" if function is not neuron else "w0"):
        for shown in every_scene(function, values, chosen=chosen, **options):
            parser = Marks()
            parser.feed(sentence(shown))
            assert parser.open == []
            assert parser.seen <= {("b", "bp-f"), ("b", "bp-b"), ("b", None)}
            assert "<" not in said(shown)
            assert "&" not in said(shown)


def test_signs_that_html_takes_for_its_own_are_escaped():
    def compares(a, b):
        from lessons import maximum

        y = maximum(a, b)
        return y

    shown = scene(compares, {"a": 2.0, "b": 1.0}, 3)
    assert "[a &gt; b]" in sentence(shown)
    assert "[a > b]" in said(shown)


def test_the_words_of_other_steps():
    def several(x, k):
        a = 3 - x
        b = x**2 / k
        c = log(b) - a - 1
        return c * 2

    values = {"x": 2.0, "k": 4.0}
    told = [said(shown) for shown in every_scene(several, values, upstream=None)]
    assert told[1:] == [
        "Subtract: a = 3 − x = 3 − 2.00 = 1.00.",
        "Apply the power to x = 2.00: v0 = x ** 2 = 4.00.",
        "Apply the division to v0 = 4.00 and k = 4.00: b = v0 / k = 1.00.",
        "Apply the logarithm to b = 1.00: log(b) = 0.00.",
        "Add and subtract: c = log(b) − a − 1 = 0.00 − 1.00 − 1 = −2.00.",
        "Multiply: several = c × 2 = −2.00 × 2 = −4.00.",
    ]


def test_a_wide_sum_and_a_constant():
    def wide(x):
        s = sum(x)
        return s

    def fixed(x):
        return 3

    assert at("forward", 0, wide, {"x": [1.0] * 7}) == "Add 7 terms: s = 7.00."
    assert at("forward", 0, fixed, {"x": 1.0}) == (
        "fixed is the constant 3.00: no input takes part in it."
    )
    assert said(scene(lambda: 3.0, {})) == "This function takes no inputs."


def test_the_local_derivative_in_words_is_that_of_its_place():
    made = scene(lambda a, b: 2 - a * b, {"a": 2.0, "b": 3.0}).record
    product, difference = made.steps
    assert [local_words(product, i) for i in (0, 1)] == ["b", "a"]
    assert local_words(difference, 0) == "−1"
    assert local_words(scene(lambda z: relu(z), {"z": 1.0}).record.steps[0], 0) == "relu'(z)"


def test_a_power_of_a_constant_is_written_as_one_writes_it():
    def powers(x):
        a = x**2 + x**3
        return a

    square_, cube, _ = scene(powers, {"x": 2.0}).record.steps
    assert [local_words(step, 0) for step in (square_, cube)] == ["2 * x", "3 * x**2"]


def test_a_corner_is_called_a_convention():
    told = at("backward", values=SYSTEM_N | {"b": -5.0})
    assert told.endswith("This ReLU has a corner here, and its slope is a convention.")


def test_titles_name_the_pass():
    titles = [title(s) for s in every_scene(square, {"x": 1.0}, updated=("x",))]
    assert titles == ["Inputs", "Forward", "Backward", "Backward", "Backward", "Update"]
    assert title(scene(square, {"x": 1.0}, chosen="x")) == "Chosen"
