"""Random expressions: the recorded gradient against dual numbers, nudges, and PyTorch."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lessons import gradient_check, record
from lessons.maths import functions
from tests import dual

BINARY = {
    "a + b": lambda m, a, b: a + b,
    "a - b": lambda m, a, b: a - b,
    "a * b": lambda m, a, b: a * b,
    "a / (b*b + 1)": lambda m, a, b: a / (b * b + 1.0),
    "(a*a + 1) ** tanh(b)": lambda m, a, b: (a * a + 1.0) ** m.tanh(b),
    "a**2 - b**3": lambda m, a, b: m.tanh(a) ** 2 - m.tanh(b) ** 3,
    "maximum": lambda m, a, b: m.maximum(a, b),
    "minimum": lambda m, a, b: m.minimum(a, b),
    "maximum(a, 0.5)": lambda m, a, b: m.maximum(a, 0.5) * b,
}
UNARY = {
    "-": lambda m, a: -a,
    "+ 2": lambda m, a: 2 + a,
    "1.5 -": lambda m, a: 1.5 - a,
    "* 0.5": lambda m, a: a * 0.5,
    "3 / (a*a + 2)": lambda m, a: 3 / (a * a + 2),
    "2 ** tanh": lambda m, a: 2 ** m.tanh(a),
    "abs": lambda m, a: m.abs(a),
    "relu": lambda m, a: m.relu(a),
    "leaky_relu": lambda m, a: m.leaky_relu(a),
    "sigmoid": lambda m, a: m.sigmoid(a),
    "tanh": lambda m, a: m.tanh(a),
    "softplus": lambda m, a: m.softplus(a),
    "exp(tanh)": lambda m, a: m.exp(m.tanh(a)),
    "log(a*a + 1)": lambda m, a: m.log(a * a + 1),
    "sqrt(a*a + 1)": lambda m, a: m.sqrt(1 + a * a),
}
NAMES = ("a", "b", "c")


def grown(inner):
    return st.one_of(
        st.tuples(st.sampled_from(sorted(BINARY)), inner, inner),
        st.tuples(st.sampled_from(sorted(UNARY)), inner),
    )


trees = st.recursive(st.sampled_from(NAMES), grown, max_leaves=8)
numbers = st.floats(-2.0, 2.0).map(lambda v: round(v, 3))


OURS = SimpleNamespace(**vars(functions), abs=abs)


def function_of(tree, m=OURS):
    """The expression as a function of a, b and c; ``m`` says whose tanh and relu it uses."""

    def value(node, given):
        if isinstance(node, str):
            return given[node]
        rule, *parts = node
        rules = UNARY if len(parts) == 1 else BINARY
        return rules[rule](m, *(value(part, given) for part in parts))

    def expression(a, b, c):
        return value(tree, {"a": a, "b": b, "c": c})

    return expression


EXAMPLES = settings(max_examples=150, deadline=None, derandomize=True, database=None)


@EXAMPLES
@given(tree=trees, a=numbers, b=numbers, c=numbers)
def test_random_expressions_agree_with_dual_numbers_and_with_nudges(tree, a, b, c):
    values = {"a": a, "b": b, "c": c}
    value, by, nearest = dual.gradient(function_of(tree, dual.FUNCTIONS), **values)
    assume(nearest > 1e-3 and abs(value) < 1e4 and max(map(abs, by.values())) < 1e4)
    recorded = function_of(tree)
    made = record(recorded, **values)
    assert made.value == recorded(a, b, c)  # the same operations on plain floats, bit for bit
    assert made.value == pytest.approx(value, rel=1e-9, abs=1e-12)
    gradient = made.backward()
    for name in NAMES:
        assert gradient[name] == pytest.approx(by[name], rel=1e-9, abs=1e-12), name
    gradient_check(recorded, **values).require()


@EXAMPLES
@given(tree=trees, a=numbers, b=numbers, c=numbers, upstream=numbers)
def test_the_backward_steps_of_random_expressions_add_up(tree, a, b, c, upstream):
    made = record(function_of(tree), a=a, b=b, c=c)
    gradient = made.backward(upstream)
    sums = dict.fromkeys(made.values, 0.0) | {made.output: upstream}
    for step in gradient.steps:
        assert step.upstream == gradient[step.from_]
        assert step.local == made.by_name[step.from_].partials[step.argument]
        assert step.contribution == step.upstream * step.local
        sums[step.to] += step.contribution
        assert step.total == sums[step.to]
    assert dict(gradient) == sums
    for name in gradient:
        paths = gradient.paths_to(name)
        assert [(s.path, s.paths) for s in paths] == [
            (i + 1, len(paths)) for i in range(len(paths))
        ]


def test_the_second_engine_is_right_about_what_is_known():
    """It must not be wrong in the same way as the first: its own rules, by hand."""
    value, by, nearest = dual.gradient(lambda a, b: a**b / (a + b), a=2.0, b=3.0)
    assert value == 8 / 5
    assert by["a"] == pytest.approx(12 / 5 - 8 / 25)
    assert by["b"] == pytest.approx(8 * math.log(2) / 5 - 8 / 25)
    assert nearest == math.inf
    assert dual.gradient(lambda a: dual.relu(a - 1), a=1.25)[2] == 0.25


def test_random_expressions_agree_with_pytorch():
    torch = pytest.importorskip("torch")
    torch.set_default_dtype(torch.float64)

    class Torch:
        abs, exp, log, sqrt, tanh = torch.abs, torch.exp, torch.log, torch.sqrt, torch.tanh
        relu, sigmoid = torch.relu, torch.sigmoid
        softplus, leaky_relu = torch.nn.functional.softplus, torch.nn.functional.leaky_relu

        @staticmethod
        def maximum(a, b):
            return torch.maximum(a, torch.as_tensor(b))

        @staticmethod
        def minimum(a, b):
            return torch.minimum(a, torch.as_tensor(b))

    @EXAMPLES
    @given(tree=trees, a=numbers, b=numbers, c=numbers)
    def agree(tree, a, b, c):
        values = {"a": a, "b": b, "c": c}
        assume(dual.gradient(function_of(tree, dual.FUNCTIONS), **values)[2] > 1e-3)
        given_ = {n: torch.tensor(v, requires_grad=True) for n, v in values.items()}
        function_of(tree, Torch)(**given_).backward()
        gradient = record(function_of(tree), **values).backward()
        for name, tensor in given_.items():
            theirs = 0.0 if tensor.grad is None else tensor.grad.item()
            assert gradient[name] == pytest.approx(theirs, rel=1e-9, abs=1e-12), name

    agree()
