"""The backward pass as data: every contribution, sums over paths, upstream, stopping early."""

import pytest

from lessons import exp, record, relu
from lessons.maths.scalar.gradient import BackwardStep
from tests.examples import DEAD, SYSTEM_N, neuron, square, three_paths


def told(gradient):
    return [(s.from_, s.to, s.upstream, s.local, s.contribution, s.total) for s in gradient.steps]


def test_a_backward_step_holds_upstream_local_contribution_and_the_sum_so_far():
    gradient = record(lambda x, w: x * w, x=3.0, w=2.0).backward(upstream=5.0)
    assert gradient.steps == (
        BackwardStep("y", "x", 0, 5.0, 2.0, 10.0, 10.0, 1, 1),
        BackwardStep("y", "w", 1, 5.0, 3.0, 15.0, 15.0, 1, 1),
    )


def test_a_value_used_twice_collects_its_contributions_with_plus():
    gradient = record(square, x=3.0).backward()
    assert told(gradient) == [("y", "x", 1.0, 3.0, 3.0, 3.0), ("y", "x", 1.0, 3.0, 3.0, 6.0)]
    assert [(s.path, s.paths, s.argument) for s in gradient.steps] == [(1, 2, 0), (2, 2, 1)]
    assert gradient["x"] == 6.0


def test_three_paths_add():
    gradient = record(three_paths, x=1.0).backward()
    into_x = gradient.paths_to("x")
    assert [(s.path, s.paths) for s in into_x] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [s.contribution for s in into_x] == [exp(1.0), 1.0, 1.0, 2.0]
    assert [s.total for s in into_x] == pytest.approx(
        [exp(1.0), exp(1.0) + 1.0, exp(1.0) + 2.0, exp(1.0) + 4.0], rel=1e-15
    )
    assert gradient["x"] == into_x[-1].total
    assert gradient.paths_to("y") == ()


def test_a_gradient_moves_on_only_when_all_of_it_has_arrived():
    """a = 1, b = a + a, c = b + b: along every edge alone it would be 8, overwritten 1."""

    def doubled_twice(a):
        b = a + a
        c = b + b
        return c

    gradient = record(doubled_twice, a=1.0).backward()
    assert gradient["a"] == 4.0
    assert [s.to for s in gradient.steps] == ["b", "b", "a", "a"]
    assert [s.upstream for s in gradient.steps] == [1.0, 1.0, 2.0, 2.0]


def test_a_long_and_a_short_path_to_the_same_value_wait_for_each_other():
    def skip(x):
        a = 2 * x
        b = 3 * a
        y = b + a + x
        return y

    gradient = record(skip, x=1.0).backward()
    assert gradient["x"] == 9.0
    (through,) = [s for s in gradient.steps if s.from_ == "a"]
    assert through.upstream == gradient["a"] == 4.0


def test_upstream_multiplies_every_derivative():
    once, more = record(neuron, **SYSTEM_N).backward(), record(neuron, **SYSTEM_N).backward(-2.5)
    assert more["y"] == more.upstream == -2.5
    for name in once:
        assert more[name] == -2.5 * once[name]


def test_upstream_1_hides_a_forgotten_factor_and_2_does_not():
    made = record(neuron, **SYSTEM_N)
    local = made.by_name["xw0"].partials[1]
    assert local == made.backward(1.0)["w0"]
    assert local != made.backward(2.0)["w0"] == 2.0


def test_a_pass_can_be_stopped_after_any_step():
    made = record(three_paths, x=1.0)
    whole = made.backward()
    for stop in range(len(whole.steps) + 1):
        part = made.backward(stop=stop)
        assert part.steps == whole.steps[:stop]
        assert part.complete == (stop == len(whole.steps))
        sums = {made.output: 1.0}
        for step in part.steps:
            sums[step.to] = step.total
        assert dict(part.totals) == sums
    assert made.backward(stop=1000) == whole


def test_a_name_that_a_stopped_pass_has_not_reached_is_told_as_such():
    part = record(neuron, **SYSTEM_N).backward(stop=1)
    assert part["z"] == 1.0
    assert "w0" not in part
    with pytest.raises(KeyError, match="the gradient has not reached w0 yet"):
        part["w0"]
    with pytest.raises(KeyError, match="q is not a value of neuron"):
        part["q"]


def test_what_the_output_does_not_depend_on_has_the_derivative_0():
    def partly(x, unused):
        a = x * 3
        y = x * 2
        return y if a > 0 else a

    gradient = record(partly, x=1.0, unused=5.0).backward()
    assert dict(gradient) == {"x": 2.0, "unused": 0.0, "a": 0.0, "y": 1.0}
    assert [s.to for s in gradient.steps] == ["x"]


def test_a_dead_neuron_passes_nothing_on():
    gradient = record(neuron, **DEAD).backward(upstream=7.0)
    assert gradient["y"] == 7.0
    assert {gradient[name] for name in gradient if name != "y"} == {0.0}
    assert (gradient.steps[0].upstream, gradient.steps[0].local) == (7.0, 0.0)


def test_a_gradient_has_the_shape_of_its_variable():
    gradient = record(lambda x, w, b: x[0] * w[0] + x[1] * w[1] + b, x=[1, 2], w=[3, 4], b=5)
    gradient = gradient.backward()
    assert (gradient["x"], gradient["w"], gradient["b"]) == ([3.0, 4.0], [1.0, 2.0], 1.0)


def test_a_gradient_is_a_mapping_over_every_name():
    made = record(neuron, **SYSTEM_N)
    gradient = made.backward()
    assert list(gradient) == list(made.values)
    assert len(gradient) == len(made.values)
    assert gradient.get("w1") == -2.0
    assert gradient.get("q") is None


def test_gradients_of_two_passes_do_not_mix():
    made = record(square, x=3.0)
    assert [made.backward()["x"] for _ in range(3)] == [6.0, 6.0, 6.0]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"upstream": "1"}, TypeError, "upstream is the text '1'; give it a number"),
        ({"upstream": True}, TypeError, "upstream is True; give it a number"),
        ({"upstream": float("nan")}, ValueError, "upstream is nan; give it a finite number"),
        ({"stop": -1}, ValueError, "stop is -1; give the number of backward steps"),
        ({"stop": 1.5}, ValueError, "stop is 1.5; give the number of backward steps"),
    ],
)
def test_bad_options_are_refused(options, error, words):
    with pytest.raises(error, match=words):
        record(square, x=1.0).backward(**options)


def test_the_order_is_the_same_each_time_and_each_edge_is_taken_once():
    def tangled(x, w):
        a = relu(x * w)
        b = a * x + w
        c = a - b * a
        return b * c + a

    made = record(tangled, x=1.5, w=2.0)
    gradient = made.backward()
    assert gradient == made.backward()
    edges = [(s.name, i) for s in made.steps for i in range(len(s.inputs))]
    assert sorted((s.from_, s.argument) for s in gradient.steps) == sorted(edges)
