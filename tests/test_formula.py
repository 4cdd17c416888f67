"""The formula strip and its TeX: the numbers of the record, in MathML that parses."""

from xml.etree import ElementTree

import pytest

from lessons import log, relu, sigmoid
from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.panels.explorer.formula import MOST_GIVEN, formula
from lessons.panels.kit import tex
from lessons.panels.kit.notation import notation_of
from tests.examples import DEAD, SYSTEM_N, chain, every_scene, neuron, scene, square, three_paths

MATH = "{http://www.w3.org/1998/Math/MathML}"
UPDATED = ("w0", "w1", "w2", "b")
CASES = [
    (neuron, SYSTEM_N, {"updated": UPDATED}),
    (neuron, SYSTEM_N, {"upstream": -2.5, "of": "L"}),
    (neuron, DEAD, {"upstream": 7.0}),
    (square, {"x": -3.0}, {"updated": ("x",)}),
    (three_paths, {"x": 1.0}, {}),
]


def every():
    return [shown for f, values, options in CASES for shown in every_scene(f, values, **options)]


def read(written):
    """TeX as the text that a reader sees, by way of MathML."""
    root = ElementTree.fromstring(tex.mathml(written))
    assert root.tag == f"{MATH}math"
    return "".join("".join(root.itertext()).split())


def shown_number(value):
    return text.number(value)


def at(position, function=neuron, values=SYSTEM_N, **options):
    return formula(scene(function, values, position, **options))


def test_the_forward_formula_stands_in_symbols_then_in_numbers():
    assert at(1).main == (
        r"\text{xw}_{0} = x_{0} \cdot w_{0} = \class{bp-f}{1.00} \cdot \class{bp-f}{({-3.00})}"
        r" = \class{bp-f}{{-3.00}}"
    )
    assert read(at(4).main) == "z=xw0+xw1+xw2+b=−3.00+2.00+6.00+1.00=6.00"
    assert read(at(5).main) == "y=ReLU(z)=ReLU(6.00)=6.00"


def test_the_backward_formula_multiplies_upstream_and_local_and_the_chain_stands_beside_it():
    to_w0 = at(17)
    assert read(to_w0.main) == "dydw0=dydxw0·∂xw0∂w0=1.00·1.00=1.00"
    assert read(to_w0.aside) == "=∂y∂z·∂z∂xw0·∂xw0∂w0=1.00·1.00·1.00=1.00"
    assert read(at(6).main) == "dydy=1=1.00"
    assert read(at(6, of="L", upstream=4.0).main) == "dLdy=upstream=4.00"


def test_the_chain_begins_with_the_upstream_gradient_where_there_is_one():
    beside = at(17, of="L", upstream=4.0).aside
    assert read(beside) == "=dLdy·∂y∂z·∂z∂xw0·∂xw0∂w0=4.00·1.00·1.00·1.00=4.00"


def test_paths_stand_as_a_sum_and_an_unfinished_one_says_so_far():
    values = {"x": 3.0}
    assert read(at(3, square, values).main).endswith("=3.00sofar")
    assert read(at(4, square, values).main) == ("dydx=dydy·∂y∂x+dydy·∂y∂x=1.00·3.00+1.00·3.00=6.00")


def test_many_paths_are_shortened_in_the_middle():
    def many(x):
        s = x + x + x + x + x + x
        return s

    shown = scene(many, {"x": 2.0})
    written = formula(scene(many, {"x": 2.0}, shown.last)).main
    assert r"\cdots" in written
    assert read(written).endswith("=6.00")


def test_the_update_formula_has_the_rule_and_the_new_value():
    update = at(18, updated=UPDATED, lr=0.01)
    assert read(update.main) == "w0←w0−η·dydw0=−3.00−0.01·1.00=−3.01"
    assert read(update.aside).endswith("w1,w2,b")


def test_the_inputs_are_given_and_a_long_list_ends_in_dots():
    assert read(at(0).main).startswith("x0=1.00,")
    many = formula(scene(lambda x: sum(x), {"x": [1.0] * (MOST_GIVEN + 1)})).main
    assert read(many).endswith(f"x{MOST_GIVEN - 1}=1.00,…")


@pytest.mark.parametrize("part", ["main", "aside"])
def test_every_formula_is_mathml_that_parses(part):
    for shown in every():
        written = getattr(formula(shown), part)
        if written:
            read(written)
        else:
            assert tex.mathml(written) == ""


def test_at_every_moment_the_formula_ends_in_the_number_of_the_record():
    for shown in every():
        written = read(formula(shown).main)
        if shown.step:
            assert written.endswith(f"={shown_number(shown.step.value)}")
        elif shown.backward_step:
            total = shown_number(shown.backward_step.total)
            assert written.removesuffix("sofar").endswith(f"={total}")
            more = shown.backward_step.path < shown.backward_step.paths
            assert written.endswith("sofar") == more


def test_a_chosen_value_has_its_own_formula_at_every_moment():
    for f, values, options in CASES:
        for name in scene(f, values, **options).record.values:
            for shown in every_scene(f, values, chosen=name, **options):
                written = read(formula(shown).main)
                if name in shown.totals:
                    ending = written.removesuffix("sofar")
                    assert ending.endswith(f"={shown_number(shown.totals[name])}") or (
                        shown.totals[name] == 0 and ending.endswith("=0")
                    )
                elif name in shown.known:
                    assert written.endswith(f"={shown_number(shown.record.values[name])}")
                else:
                    assert not any(digit in written.split("=", 1)[1] for digit in ".")


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("w0", "w0"), ("z", "z"), ("yhat", "y^"), ("eta", "η"), ("Sigma_2", "Σ2"), ("xw0", "xw0"),
        ("dL_dw", "dL_dw"), ("x0*w0", "x0w0"), ("relu(z)", "relu(z)"), ("total_2", "total2"),
    ],
)  # fmt: skip
def test_names_become_tex(raw, seen):
    assert read(tex.name(raw)).replace("\u2009", "") == seen


@pytest.mark.parametrize("value", [0.0, 6.0, -3.0, 1e-9, -4.4e-16, 1e12, 123.456])
def test_numbers_become_tex_and_read_as_they_were(value):
    seen = read(tex.number(value)).replace("−", "-")
    mantissa, _, power = seen.partition("·10")
    assert float(f"{mantissa}e{power or 0}") == float(text.number(value, ascii=True))
    assert read(tex.number(value, inner=True)).startswith("(") == (value < 0)


def test_a_sum_with_more_than_seven_terms_is_shortened():
    step = scene(lambda x: sum(x), {"x": [1.0] * 9}).record.steps[0]
    assert read(tex.in_symbols(step)) == "x0+x1+x2+x3+⋯+x7+x8"
    step = scene(lambda x: sum(x), {"x": [1.0] * 7}).record.steps[0]
    assert read(tex.in_symbols(step)) == "x0+x1+x2+x3+x4+x5+x6"


@pytest.mark.parametrize(
    ("function", "symbols", "numbers"),
    [
        (lambda a, b: a - b, "a−b", "−2.00−(−3.00)"),
        (lambda a, b: 1 - a, "1−a", "1−(−2.00)"),
        (lambda a, b: -a, "−a", "−(−2.00)"),
        (lambda a, b: a**2, "a2", "(−2.00)2"),
        (lambda a, b: a / b, "ab", "−2.00−3.00"),
        (lambda a, b: a * b, "a·b", "−2.00·(−3.00)"),
        (lambda a, b: sigmoid(a), "σ(a)", "σ(−2.00)"),
        (lambda a, b: abs(a), "|a|", "|−2.00|"),
    ],
)
def test_negative_numbers_are_put_into_brackets_where_a_sign_precedes(function, symbols, numbers):
    made = scene(function, {"a": -2.0, "b": -3.0}).record
    assert read(tex.in_symbols(made.steps[0])) == symbols
    assert read(tex.in_numbers(made.steps[0], made.values)) == numbers


@pytest.mark.parametrize(
    ("function", "argument", "local"),
    [
        (lambda a, b: a * b, 0, "b"),
        (lambda a, b: a - b, 1, "−1"),
        (lambda a, b: 2 * b, 0, "2"),
        (lambda a, b: a / b, 1, "−ab2"),
        (lambda a, b: a**2, 0, "2·a"),
        (lambda a, b: a**3, 0, "3·a2"),
        (lambda a, b: 2**b, 0, "2b·log2"),
        (lambda a, b: relu(a), 0, "ReLU′(a)"),
        (lambda a, b: log(a), 0, "1a"),
    ],
)
def test_the_local_derivative_stands_in_terms_of_its_inputs(function, argument, local):
    step = scene(function, {"a": 2.0, "b": 3.0}).record.steps[-1]
    place = tex.place_of(step, argument)
    seen = read(tex.local(step, step.inputs[argument], place)).replace("'", "′")
    assert seen == local


def test_a_name_inside_of_a_larger_expression_keeps_its_brackets():
    """A part without a name is called by its expression, and stands in the place of a name."""

    def nested(a, b):
        y = (a * b) ** 2
        return y

    made = scene(nested, {"a": 2.0, "b": 3.0}).record
    assert made.steps[-1].args == ("a*b", 2.0)
    assert read(tex.in_symbols(made.steps[-1])) == "(ab)2"


@pytest.mark.parametrize(
    ("function", "symbols", "local"),
    [
        (lambda a, b: 1 / (a * b), "1ab", "−1(ab)2"),
        (lambda a, b: (a * b) ** 3, "(ab)3", "3·(ab)2"),
        (lambda a, b: log(a * b), "log(ab)", "1ab"),
        (lambda a, b: b * -2, "b·(−2)", "−2"),
        (lambda a, b: b + -2, "b+(−2)", "1"),
        (lambda a, b: b**-2, "b−2", "−2·b−3"),
    ],
)
def test_a_product_or_a_minus_sign_is_read_as_a_whole(function, symbols, local):
    made = scene(function, {"a": 2.0, "b": 3.0}).record
    step = made.steps[-1]
    assert read(tex.in_symbols(step)) == symbols
    assert read(tex.local(step, step.inputs[0], tex.place_of(step, 0))) == local


def test_a_long_chain_is_not_written_out():
    shown = scene(lambda x: chain(x, 20), {"x": 1.0})
    last = scene(lambda x: chain(x, 20), {"x": 1.0}, shown.last)
    assert read(formula(last).aside) == "∂x2∂x=1"


def test_every_function_has_a_formula():
    for name in FUNCTIONS:
        written = notation_of(name).tex.format("u", "v")
        assert ElementTree.fromstring(tex.mathml(written)) is not None, name
