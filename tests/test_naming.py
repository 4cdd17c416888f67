"""Names and lines of steps: from the learner's own source, in a cell, a file, or the bytecode."""

import functools
import linecache

import pytest

from lessons import maximum, record, relu
from tests.examples import cell


def names(function, **values):
    return [step.name for step in record(function, **values).steps]


def named_lines(function, **values):
    return [(step.name, step.line) for step in record(function, **values).steps]


X, W = [1.0, -2.0, 3.0], [-3.0, -1.0, 2.0]


def test_assignments_name_the_steps_and_lines_count_from_the_def():
    def neuron(x, w, b):
        # A comment, and an empty line below it.

        xw = x * w
        z = xw + b
        return relu(z)

    assert named_lines(neuron, x=1.0, w=2.0, b=3.0) == [("xw", 4), ("z", 5), ("neuron", 6)]
    assert record(neuron, x=1.0, w=2.0, b=3.0).source[0] == "def neuron(x, w, b):"
    assert record(neuron, x=1.0, w=2.0, b=3.0).source[3] == "    xw = x * w"


def test_an_unnamed_part_is_called_by_its_expression_where_that_is_short():
    assert names(lambda x, w: relu(x) * w + 1, x=1.0, w=2.0) == ["relu(x)", "v0", "y"]
    assert names(lambda x, w: 2 * x + x * w, x=1.0, w=2.0) == ["2*x", "x*w", "y"]


def test_a_name_that_is_assigned_again_counts_on():
    def again(x):
        x = x * 2
        x = x * 2
        y = x_2 = x + 1
        return y * x_2

    made = record(again, x=1.0)
    assert [step.name for step in made.steps] == ["x_2", "x_3", "y", "again"]
    assert made["x"] == 1.0


def test_the_name_of_a_list_is_kept_for_the_list():
    def total(x):
        x = sum(x)
        return x

    made = record(total, x=X)
    assert made.output == "x_2"
    assert made.backward()["x"] == [1.0, 1.0, 1.0]


def test_an_entry_keeps_its_name_before_a_step_that_would_take_it():
    def clash(x):
        x0 = x[0] * 2
        return x0

    assert names(clash, x=X) == ["x0_2"]


def test_loops_comprehensions_and_append_name_entries():
    def comprehended(x, w):
        xw = [xi * wi for xi, wi in zip(x, w, strict=True)]
        z = sum(xw)
        return z

    def appended(x, w):
        xw = []
        for xi, wi in zip(x, w, strict=True):
            xw.append(xi * wi)
        z = sum(xw)
        return z

    def assigned(x, w):
        xw = [0.0] * 3
        for i in range(3):
            xw[i] = x[i] * w[i]
        z = sum(xw)
        return z

    def listed(x, w):
        xw = [x[0] * w[0], x[1] * w[1], x[2] * w[2]]
        z = sum(xw)
        return z

    for function in (comprehended, appended, assigned, listed):
        assert names(function, x=X, w=W) == ["xw0", "xw1", "xw2", "z"]


def test_a_generator_expression_and_a_nested_comprehension():
    def direct(x, w, b):
        z = sum(xi * wi for xi, wi in zip(x, w, strict=True)) + b
        return z

    assert named_lines(direct, x=X[:2], w=W[:2], b=1.0) == [("x0*w0", 2), ("x1*w1", 2), ("z", 2)]

    def nested(x, w):
        h = [sum([xi * wi for xi in x]) for wi in w]
        y = h[0] * h[1]
        return y

    assert [n for n in names(nested, x=X[:2], w=W[:2]) if "*" not in n] == ["h0", "h1", "y"]


def test_augmented_assignment_tuples_walrus_attributes_and_annotations():
    def several(x, w):
        a, b = x * w, x + w
        if (c := a - b) < 0:
            c -= 1
        d: float = c * 2
        e = f = d / 3
        return e * f

    expected = [("a", 2), ("b", 2), ("c", 3), ("c_2", 4), ("d", 5), ("e", 6), ("several", 7)]
    assert named_lines(several, x=1.0, w=2.0) == expected


def test_a_conditional_expression_names_what_it_takes():
    def either(x):
        y = x * 2 if x > 0 else x * 3
        return y

    assert names(either, x=1.0) == names(either, x=-1.0) == ["y"]


def test_a_helper_gives_its_own_names_and_takes_that_of_the_call():
    def layer(x, w):
        s = x * w
        return relu(s)

    def network(x, w, v):
        h = layer(x, w)
        y = layer(h, v)
        return y

    expected = [("s", 2), ("h", 2), ("s_2", 3), ("y", 3)]
    assert named_lines(network, x=1.0, w=2.0, v=3.0) == expected


def test_a_helper_that_is_a_lambda_or_a_generator_or_recursive():
    def network(x):
        twice = lambda v: 2 * v  # noqa: E731
        h = twice(x)
        return h + 1

    assert names(network, x=1.0) == ["h", "network"]

    def powers(x, n):
        for _ in range(n):
            yield x
            x = x * 2

    def summed(x):
        y = sum(powers(x, 3))
        return y

    assert record(summed, x=1.0).output == "y"

    def halved(x, n=3):
        if n == 0:
            return x
        h = x / 2
        return halved(h, n - 1)

    assert names(halved, x=8.0) == ["h", "h_2", "h_3"]
    assert record(halved, x=8.0).value == 1.0


def test_an_expression_over_several_lines_stands_on_the_line_of_its_operation():
    def spread(x, w, b):
        z = (
            x * w
            + b
            - 1
        )  # fmt: skip
        y = maximum(
            z,
            0,
        )
        return y

    made = record(spread, x=1.0, w=2.0, b=3.0)
    assert [step.name for step in made.steps] == ["x*w", "z", "y"]
    assert [made.source[step.line - 1].strip() for step in made.steps] == [
        "x * w",
        "x * w",
        "y = maximum(",
    ]


def test_a_function_of_one_line_and_statements_with_semicolons():
    names_ = cell("def f(x): a = 2*x; b = a + 1; return a*b\n")
    assert named_lines(names_["f"], x=1.0) == [("a", 1), ("b", 1), ("f", 1)]


def test_two_lambdas_of_one_line_show_their_own_source():
    first, second = (lambda x: x * 2), (lambda x: x + 1)
    assert record(first, x=1.0).source == ("lambda x: x * 2",)
    assert record(second, x=1.0).source == ("lambda x: x + 1",)


def test_a_notebook_cell_that_defines_a_function_again_shows_the_new_source():
    for k in (2, 3):
        f = cell(f"def f(x):\n    y = {k} * x\n    return y\n")["f"]
        assert record(f, x=1.0).source == ("def f(x):", f"    y = {k} * x", "    return y")
        assert named_lines(f, x=1.0) == [("y", 2)]


def test_a_function_deep_in_a_cell_counts_from_its_own_def():
    above = "import math\n\n\nif True:\n    @staticmethod\n"
    f = cell(above + "    def f(x):\n        y = 2 * x\n        return y\n")["f"]
    assert named_lines(f, x=1.0) == [("y", 2)]
    assert record(f, x=1.0).source == ("def f(x):", "    y = 2 * x", "    return y")


def test_a_helper_from_another_cell_lights_the_line_that_calls_it():
    helper = cell("def helper(x):\n\n\n    s = 2 * x\n    return s\n")["helper"]
    f = cell("def f(x):\n    h = helper(x)\n    return h\n", helper=helper)["f"]
    assert named_lines(f, x=1.0) == [("s", 2)]


class Scaled:
    k = 2.0

    def method(self, x):
        y = self.k * x
        return y

    @staticmethod
    def static(x):
        y = 2.0 * x
        return y

    @classmethod
    def of_class(cls, x):
        y = cls.k * x
        return y

    def __call__(self, x):
        y = self.k * x
        return y


def wrapped(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner


@wrapped
def decorated(x):
    y = 2.0 * x
    return y


def partly(k, x):
    y = k * x
    return y


def closure():
    k = 2.0

    def inside(x):
        y = k * x
        return y

    return inside


@pytest.mark.parametrize(
    "function",
    [
        Scaled().method,
        Scaled.static,
        Scaled.of_class,
        Scaled(),
        decorated,
        functools.partial(partly, 2.0),
        functools.partial(partly, k=2.0),
        functools.lru_cache(Scaled.static),
        wrapped(functools.partial(partly, 2.0)),
        closure(),
    ],
    ids=lambda f: getattr(f, "__qualname__", type(f).__name__),
)
def test_whatever_is_called_its_own_source_is_shown(function):
    made = record(function, x=3.0)
    assert [(s.name, s.args, s.line) for s in made.steps] == [("y", (2.0, "x"), 2)]
    assert made.source[1].strip().startswith("y = ")
    assert made.backward()["x"] == 2.0


def test_a_function_of_the_course_can_be_recorded_itself():
    made = record(relu, x=2.0)
    assert [(s.name, s.op) for s in made.steps] == [("relu", "relu")]


SOURCELESS = """
def f(x, w, b):
    z = (t := x[0] * w[0]) + relu(b) - 3
    a = c = z * 2
    s = sum(xi * wi for xi, wi in zip(x, w)) + b
    p, q = a * s, c + s
    s += p + q
    s -= (x[0] + x[1]) * 2
    def helper(k):
        return k * 3
    v = helper(s)
    return v + t
"""


def test_without_source_the_bytecode_gives_the_same_names_and_sums():
    spaces = {"relu": relu}
    exec(SOURCELESS, spaces)
    values = {"x": [1.0, 2.0], "w": [2.0, 3.0], "b": 3.0}
    blind = record(spaces["f"], **values)
    seeing = record(cell(SOURCELESS, relu=relu)["f"], **values)
    assert blind.source == ()
    assert {step.line for step in blind.steps} == {None}
    assert [(s.name, s.args, s.signs) for s in blind.steps] == [
        (s.name, s.args, s.signs) for s in seeing.steps
    ]
    assert blind.backward().totals == seeing.backward().totals


def test_a_source_that_no_longer_fits_costs_names_but_not_numbers():
    f = cell("def f(x):\n    y = 2 * x\n    z = y + x\n    return z\n")["f"]
    name = f.__code__.co_filename
    for text in ("", "not python (", "# another text altogether\n"):
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        assert record(f, x=1.0).backward()["x"] == 3.0


def test_names_are_unique_and_each_step_uses_only_what_came_before():
    def busy(x, w):
        h = [xi * wi + xi for xi, wi in zip(x, w, strict=True)]
        for _ in range(3):
            h = [relu(hi * 2) + 1 for hi in h]
        y = sum(h) * sum(h)
        return y

    made = record(busy, x=X, w=W)
    seen = set(made.inputs)
    for step in made.steps:
        assert set(step.inputs) <= seen
        assert step.name not in seen
        seen.add(step.name)
    assert list(made.values) == [*made.inputs, *(step.name for step in made.steps)]
