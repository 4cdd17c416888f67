"""The tape: steps are made when they are looked at, a sweep gives what the steps give, places."""

import gc
import weakref

import numpy as np
import pytest

from lessons import exp, leaky_relu, maximum, record, relu, sigmoid, tanh
from lessons.maths.recorder import frames
from lessons.maths.recorder.source import code_of
from lessons.maths.scalar.record import record_of
from tests.examples import cell


def busy(x, w, b):
    h = [tanh(xi * wi - b) for xi, wi in zip(x, w, strict=True)]
    total = sum(h) / 3 - 2 * b
    for hi in h:
        total = total + hi * hi * total - (hi - total) * 0.5
    y = maximum(total, b) ** 2 + leaky_relu(-total) + exp(sigmoid(total)) - abs(b) + 1 / total
    return y


BUSY = {"x": [0.3, -1.2, 0.7], "w": [1.1, 0.4, -0.6], "b": 0.25}


def stepped(made, upstream):
    """The derivatives by Kahn's order over the named steps: another walk, and another sum."""
    waiting = {}
    for step in made.steps:
        for name in step.inputs:
            waiting[name] = waiting.get(name, 0) + 1
    totals = dict.fromkeys(made.values, 0.0) | {made.output: upstream}
    ready = [name for name in made.values if not waiting.get(name)]
    while ready:
        step = made.by_name.get(ready.pop(0))
        for name, partial in zip(step.inputs, step.partials, strict=True) if step else ():
            totals[name] += totals[step.name] * partial
            waiting[name] -= 1
            if not waiting[name]:
                ready.append(name)
    return totals


def test_a_pass_over_the_tape_gives_what_the_named_steps_give():
    made = record(busy, **BUSY)
    gradient = made.backward(1.5)
    assert dict(gradient.totals) == pytest.approx(stepped(made, 1.5), rel=1e-14)
    assert gradient["x"] == [gradient["x0"], gradient["x1"], gradient["x2"]]
    assert [gradient[name] for name in gradient] == list(gradient.totals.values())


def test_the_steps_of_a_pass_are_those_of_the_record_from_the_last_to_the_first():
    made = record(busy, **BUSY)
    edges = [(s.name, to, i) for s in reversed(made.steps) for i, to in enumerate(s.inputs)]
    assert [(s.from_, s.to, s.argument) for s in made.backward().steps] == edges


def test_a_record_of_given_steps_has_the_same_pass():
    made = record(busy, **BUSY)
    again = record_of(made.function, made.inputs, made.steps)
    assert (again.steps, again.output, again.values) == (made.steps, made.output, made.values)
    assert dict(again.backward(1.5)) == pytest.approx(dict(made.backward(1.5)), rel=1e-14)
    assert [(s.from_, s.to) for s in again.backward().steps] == [
        (s.from_, s.to) for s in made.backward().steps
    ]


def test_steps_and_totals_of_a_sweep_agree_to_the_last_digit():
    made = record(busy, **BUSY)
    gradient = made.backward()
    last = {step.to: step.total for step in gradient.steps}
    assert {name: gradient[name] for name in last} == last
    for step in gradient.steps:
        assert step.upstream == gradient[step.from_]
        assert step.contribution == step.upstream * step.local
    half = len(gradient.steps) // 2
    assert made.backward(stop=half).steps == gradient.steps[:half]


def test_gradients_by_inputs_are_had_without_making_a_step():
    made = record(busy, **BUSY)
    gradient = made.backward()
    assert isinstance(gradient["b"], float)
    assert len(gradient["w"]) == 3
    assert gradient["x1"] == gradient["x"][1]
    assert made.value == made.tape.values[-1]
    assert "_named" not in vars(made)
    assert made.output == "y"
    assert "_named" in vars(made)


def test_a_record_and_a_gradient_show_their_names():
    made = record(lambda x, w: x * w, x=2.0, w=3.0)
    assert repr(made).startswith("Record(function='the function', groups=mappingproxy({'x': ('x',)")
    assert repr(made).endswith("partials=(3.0, 2.0), line=1),), output='y')")
    assert repr(made.backward()).startswith("Gradient(upstream=1.0, complete=True, totals=")


def test_what_the_output_does_not_need_is_left_out_of_a_sweep():
    def partly(x, w):
        y = x * w
        after = y * x  # noqa: F841
        return y

    gradient = record(partly, x=2.0, w=3.0).backward()
    assert dict(gradient.totals) == {"x": 3.0, "w": 2.0, "y": 1.0, "after": 0.0}


def test_an_input_or_a_constant_that_is_returned_has_its_gradient():
    assert record(lambda x, w: w, x=1.0, w=2.0).backward(3.0)["w"] == 3.0
    assert dict(record(lambda x: 7.0, x=1.0).backward().totals) == {"x": 0.0, "y": 1.0}


def test_a_gradient_too_large_for_a_float_names_the_step_it_comes_from():
    made = record(lambda x, w: x * w * 1e300, x=1e-300, w=1e200)
    with pytest.raises(
        OverflowError, match=r"the gradient of x is too large .* it comes from x\*w"
    ):
        made.backward()
    # Each derivative is a float, and only the sum of all is not one.
    made = record(lambda x, w: x * 1e308 + w * 1e308, x=1e-308, w=1e-308)
    assert (made.backward()["x"], made.backward()["w"]) == (1e308, 1e308)


@pytest.mark.parametrize("number", [True, 2, 10**400, -(2**60), 0.5, np.float64(2.0), np.int64(3)])
def test_numbers_of_every_kind_are_constants(number):
    for function in (lambda x: x * number, lambda x: number + x, lambda x: number - x):
        if type(number) is int and number > 2**1024:
            with pytest.raises(ValueError, match="meets inf"):
                record(function, x=2.0)
        else:
            made = record(function, x=2.0)
            assert made.value == function(2.0)
            assert [type(arg) for arg in made.steps[0].args if arg != "x"] == [float]


def test_the_places_of_two_functions_of_the_same_code_are_kept_apart():
    # The bytecode and the line are the same, and so are equal code objects; the names are not.
    made = [
        cell(f"def f(x):\n    {name} = [xi * xi for xi in x]\n    return sum({name})\n")["f"]
        for name in ("first", "other")
    ]
    for _ in range(2):
        names = [[step.name for step in record(f, x=[1.0, 2.0]).steps] for f in made]
        assert names == [["first0", "first1", "f"], ["other0", "other1", "f"]]


def test_a_helper_called_from_two_lines_lights_both_each_time():
    helper = cell("def helper(x):\n    def gen():\n        yield x * x\n    return next(gen())\n")
    f = cell("def f(x):\n    a = helper(x)\n    b = helper(a)\n    return a + b\n", **helper)["f"]
    for _ in range(3):
        assert [step.line for step in record(f, x=2.0).steps] == [2, 3, 4]


def test_places_are_remembered_for_a_while_and_not_for_ever(monkeypatch):
    monkeypatch.setattr(frames, "_FUNCTIONS", 4)
    monkeypatch.setattr(frames, "_SOURCE_MAPS", {})
    for i in range(9):
        f = cell(f"def f(x):\n    y{i} = x * {i + 2}.0\n    return y{i}\n")["f"]
        assert [step.name for step in record(f, x=1.0).steps] == [f"y{i}"]
    assert len(frames._SOURCE_MAPS) == 4
    assert frames.source_map_of(code_of(f)) is frames.source_map_of(code_of(f))


def test_a_deep_recursion_is_not_remembered_place_by_place():
    def deep(x):
        def down(x, n):
            return down(x * 1.5, n - 1) if n else relu(x)

        return down(x, 300)

    assert record(deep, x=1.0).value == pytest.approx(1.5**300)
    assert len(frames.source_map_of(code_of(deep)).known) < 60


def test_nothing_of_a_run_is_left_when_its_record_is_gone():
    class Kept(list):
        pass

    found = []

    def f(x):
        big = Kept([x])
        found.append(weakref.ref(big))
        return sum(big * 3)

    gc.disable()
    try:
        record(f, x=1.0).backward()
        assert found[0]() is None
    finally:
        gc.enable()
