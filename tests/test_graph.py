"""The learner's own graph in the course's picture: their numbers, their names, their gradients."""

import re
from xml.etree import ElementTree

import pytest

from lessons import draw_graph, record, relu
from lessons.maths.scalar.value import Value
from lessons.panels.kit.still_image import Shown
from lessons.practice.wrong_engines import wrong_engines

SVG = "{http://www.w3.org/2000/svg}"


def boxes(shown: Shown) -> dict[str, list[str]]:
    """Of each box in the picture: the value, and the gradient where there is one."""
    found = {}
    for node in ElementTree.fromstring(shown.svg).iter(f"{SVG}g"):
        if "node" in (node.get("class") or ""):
            texts = {t.get("class"): "".join(t.itertext()) for t in node.iter(f"{SVG}text")}
            found[node.get("data-name")] = [
                texts[kind] for kind in ("value", "gradient") if kind in texts
            ]
    return found


def signs(shown: Shown) -> list[str]:
    root = ElementTree.fromstring(shown.svg)
    return [
        "".join(t.itertext())
        for t in root.iter(f"{SVG}text")
        if (t.get("class") or "").startswith("sign")
    ]


class Own:
    """A class as a learner may write it: other names of operations, no gradient, no repr."""

    def __init__(self, value, op="", inputs=(), partials=()):
        self.value, self.op, self.inputs, self.partials = value, op, inputs, partials


def test_system_t_is_drawn_as_the_recorder_would_draw_it():
    x, y, m1, m2 = (Value(value) for value in (2.0, 1.0, 3.0, 0.5))
    a1 = m1 * x
    z2 = m2 * a1
    yhat = z2.relu()
    error = yhat - y
    square = error**2
    L = 0.5 * square
    L.backward()
    shown = draw_graph(L)

    def two_layers(x, y, m1, m2):
        a1 = m1 * x
        z2 = m2 * a1
        yhat = relu(z2)
        error = yhat - y
        square = error**2
        L = 0.5 * square
        return L

    r = record(two_layers, x=2.0, y=1.0, m1=3.0, m2=0.5)
    g = r.backward()
    assert boxes(shown) == {
        name: [f"{value:.2f}", f"{g[name]:.2f}".replace("-", "−")]
        for name, value in r.values.items()
    }
    assert signs(shown) == ["×", "×", "ReLU", "−", "^2", "×0.5"]
    rows = [line.split() for line in str(g).splitlines()[2:]]
    assert sorted(map(str, rows)) == sorted(
        str(line.split()) for line in shown.text.partition("\n\n")[2].splitlines()[2:]
    )
    assert shown.alt.startswith("The graph of L, with its gradients. ")
    assert "m2 0.50, gradient 12.00." in shown.alt


def test_without_a_backward_pass_there_are_no_gradients():
    a = Value(2.0)
    b = a * a
    shown = draw_graph(b)
    assert boxes(shown) == {"a": ["2.00"], "b": ["4.00"]}
    assert "gradient" not in shown.text and "without gradients" in shown.alt
    b.backward()
    assert boxes(draw_graph(b)) == {"a": ["2.00", "4.00"], "b": ["4.00", "1.00"]}
    b.reset()
    assert boxes(draw_graph(b)) == {"a": ["2.00"], "b": ["4.00"]}


def test_a_wrong_gradient_is_shown_as_it_is():
    for name, wrong in (("B", "1.00"), ("D", "8.00")):
        a = wrong_engines[name](1.0)
        b = a + a
        c = b + b
        c.backward()
        assert boxes(draw_graph(c))["a"] == ["1.00", wrong]


def test_names_come_from_variables_lists_arguments_and_expressions():
    w, x, b = [Value(-3.0), Value(-1.0)], (Value(1.0), Value(-2.0)), Value(1.0)
    z = w[0] * x[0] + w[1] * x[1] + b
    assert set(boxes(draw_graph(z))) == {"w0", "w1", "x0", "x1", "b", "w0*x0", "w1*x1", "v0", "z"}
    assert "first" in boxes(draw_graph(z, first=w[0])) and "p1" in boxes(draw_graph(z, p=w))
    W = [[Value(1.0)], [Value(2.0)]]
    assert set(boxes(draw_graph(W[0][0] * W[1][0]))) == {"W0_0", "W1_0", "output"}
    made = Own(1.0)
    made.name = "mine"
    del b
    assert "mine" in boxes(draw_graph(Own(2.0, "sin", (made,), (0.5,))))


def test_an_operation_that_the_course_does_not_know_keeps_its_name():
    a = Own(2.0)
    c = Own(0.9, "sin", (a,), (-0.4,))
    d = Own(1.8, "", (c, c), (1.0, 1.0))
    shown = draw_graph(d)
    assert boxes(shown) == {"a": ["2.00"], "c": ["0.90"], "d": ["1.80"]}
    assert "sin" in signs(shown)


@pytest.mark.parametrize(
    ("make", "sign"),
    [
        (lambda a: a - 2, "−2"),
        (lambda a: 2 - a, "2−"),
        (lambda a: a + 2, "+2"),
        (lambda a: a / 4, "÷4"),
        (lambda a: 4 / a, "4÷"),
        (lambda a: a**3, "^3"),
        (lambda a: -a, "−"),
        (lambda a: Own(9.0, "**2", (a,), (6.0,)), "^2"),
        (lambda a: Own(-3.0, "-", (a,), (-1.0,)), "−"),
    ],
)
def test_constants_stand_in_the_operation(make, sign):
    a = Value(3.0)
    c = make(a)
    shown = draw_graph(c)
    assert signs(shown) == [sign] and list(boxes(shown)) == ["a", "c"]


def test_a_given_value_alone_and_a_constant_alone():
    a = Value(3.0)
    assert boxes(draw_graph(a)) == {"a": ["3.00"]}
    a.backward()
    assert boxes(draw_graph(a)) == {"a": ["3.00", "1.00"]}
    assert boxes(draw_graph(Value(2.0, "constant"))) == {"output": ["2.00"]}


def test_a_large_graph_is_folded_round_its_output_and_says_so():
    a = x = Value(1.0)
    for _ in range(100):
        x = x + a
    x.backward()
    shown = draw_graph(x)
    assert "x" in boxes(shown) and len(boxes(shown)) <= 24
    assert "This graph has 101 values" in shown.svg and "This graph has 101 values" in shown.alt
    assert len(shown.text.splitlines()) == 2 + 101 + 1 + 2 + 201


def test_the_picture_stands_on_its_own_and_does_not_shrink_away():
    a = Value(1.0)
    b = a + a
    shown = draw_graph(b)
    assert "var(" not in shown.svg and not re.search(r"(href|src|url\()", shown.svg)
    bundle = shown._repr_mimebundle_()
    assert bundle["text/plain"] == shown.text
    least = re.search(r"min-width: (\d+)px", bundle["text/html"])
    width = float(ElementTree.fromstring(shown.svg).get("width") or 0)
    assert least and int(least[1]) == round(0.7 * width)
    assert 'tabindex="0"' in bundle["text/html"]
    plain = Shown("<svg/>", "a picture", "text")._repr_mimebundle_()["text/html"]
    assert plain.startswith("<img ") and "min-width" not in plain


@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        (
            3.0,
            TypeError,
            "draw_graph takes a value of your engine, and 3.0 has no value",
        ),
        (object(), TypeError, "and a object has no value"),
        (Own(1.0, "+", (Own(1.0),), ()), ValueError, "1 inputs and 0 partials"),
        (Own(1.0, "+", (2.0,), (1.0,)), TypeError, "2.0 has no value"),
    ],
)
def test_what_is_no_value_is_refused_in_words(value, error, says):
    with pytest.raises(error, match=says):
        draw_graph(value)
