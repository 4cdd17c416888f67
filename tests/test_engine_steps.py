"""Checking an engine: the right one passes, and every mistake that is foreseen is named."""

import pytest

from lessons import check_engine, record, relu
from lessons.maths.scalar.value import Value
from lessons.practice.engine_steps import STEPS, EngineCheck
from lessons.practice.wrong_engines import wrong_engines
from tests.broken_engines import (
    SPOILT,
    SPOILT_FUNCTIONS,
    binary,
    engine,
    first,
    made,
    neuron,
    second,
    times,
    train_step,
)

OWN_FUNCTIONS = {"neuron": neuron, "train": train_step}


def checked(step, Engine, function=None) -> EngineCheck:
    return check_engine(step, Engine, function or OWN_FUNCTIONS.get(step))


# -- the right one -----------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("Engine", [Value, engine()], ids=["twin", "lesson"])
def test_the_right_engine_passes_every_step(step, Engine):
    found = checked(step, Engine)
    assert found.ok and found.mistake == ""
    assert len(found.rows) == len(STEPS[step].trials)
    number = list(STEPS).index(step) + 1
    assert repr(found).startswith(f"Right. Step {number} of 10: ")


def test_other_ways_to_write_it_pass_too():
    class Short:  # a creation number gives an order, and minus is plus times -1
        count = 0

        def __init__(self, value, op="", inputs=(), partials=()):
            self.value, self.inputs, self.partials, self.gradient = value, inputs, partials, 0.0
            Short.count += 1
            self.number = Short.count

        def __add__(self, other):
            other = other if isinstance(other, Short) else Short(other)
            return Short(self.value + other.value, "", [self, other], [1, 1])

        def __mul__(self, other):
            other = other if isinstance(other, Short) else Short(other)
            return Short(self.value * other.value, "", [self, other], [other.value, self.value])

        def __pow__(self, n):
            return Short(self.value**n, "", [self], [n * self.value ** (n - 1)])

        def __truediv__(self, other):
            return self * other**-1

        def __rtruediv__(self, other):
            return self**-1 * other

        def __neg__(self):
            return self * -1

        def __sub__(self, other):
            return self + -other

        def __rsub__(self, other):
            return -self + other

        __radd__, __rmul__ = __add__, __mul__
        relu = engine().relu

        def order(self):
            seen, todo = {self}, [self]
            while todo:
                todo += [one for one in todo.pop().inputs if one not in seen and not seen.add(one)]
            return sorted(seen, key=lambda one: -one.number)

        def backward(self, upstream=1):
            self.gradient = upstream
            for step in self.order():
                for one, local in zip(step.inputs, step.partials, strict=True):
                    one.gradient += step.gradient * local

        def reset(self):
            for step in self.order():
                step.gradient = 0

    for step in ("hold", "add", "mul", "mixed", "order", "backward", "reset"):
        assert check_engine(step, Short).ok, check_engine(step, Short)


def test_a_gate_that_is_true_or_false_is_right_too():
    def relu(a):
        return made(a, max(0, a.value), (a,), (a.value > 0,))

    found = check_engine("functions", engine(relu=relu))
    assert found.ok and "c.partials = 1.00" in repr(found)


def test_the_answers_are_those_of_the_recorder():
    def two_layers(m1, m2):
        return (relu(m2 * (m1 * 2)) - 1) ** 2 * 0.5

    values = {"m1": 3.0, "m2": 0.5}
    losses = []
    for _ in range(3):
        r = record(two_layers, **values)
        g = r.backward()
        losses.append(r.value)
        values = {name: value - 0.01 * g[name] for name, value in values.items()}
    asks = [ask for trial in STEPS["train"].trials for ask in trial.asks]
    assert [asks[0].answer, asks[-1].answer] == pytest.approx([losses[0], losses[2]], rel=1e-9)
    assert [f"{loss:.4f}" for loss in losses] == ["2.0000", "0.7999", "0.3278"]  # FACTS


# -- every mistake that is foreseen ------------------------------------------------------------


@pytest.mark.parametrize(("step", "changed", "says"), SPOILT)
def test_a_mistake_in_the_class_is_named(step, changed, says):
    found = checked(step, engine(**changed))
    assert not found.ok and says in found.mistake, found
    assert repr(found).startswith("Not yet. ")


@pytest.mark.parametrize(("step", "function", "says"), SPOILT_FUNCTIONS)
def test_a_mistake_in_a_function_is_named(step, function, says):
    found = checked(step, engine(), function)
    assert not found.ok and says in found.mistake, found


def test_every_sentence_for_a_wrong_value_is_reached_by_a_real_mistake():
    said = {checked(step, engine(**changed)).mistake for step, changed, _ in SPOILT}
    said |= {checked(step, engine(), function).mistake for step, function, _ in SPOILT_FUNCTIONS}
    foreseen = {
        hint
        for step in STEPS.values()
        for trial in step.trials
        for ask in trial.asks
        for hint in ask.mistakes.values()
    }
    assert foreseen - said == set()


# -- what is said, and what is refused ---------------------------------------------------------


def test_the_code_that_was_run_the_number_and_the_place_are_told():
    found = check_engine("backward", wrong_engines["B"])
    assert repr(found).splitlines() == [
        "Not yet. Step 7 of 10: backward.",
        "",
        "tried            yours",
        "---------------  --------------------------------------------------------",
        "c = a * b        c.gradient = 1.00; a.gradient = -3.00; b.gradient = 2.00",
        "c.backward(5.0)  c.gradient = 5.00; a.gradient = -15.00",
        "",
        "    a = Value(1.0)",
        "    b = a + a",
        "    c = b + b",
        "    c.backward()",
        "a.gradient is 1.00, and 4.00 is right. The last path has overwritten the others: that is "
        "what = does. Where paths meet, their gradients are added: use +=.",
    ]
    page = found._repr_html_()
    assert "<pre>a = Value(1.0)\nb = a + a\nc = b + b\nc.backward()</pre>" in page
    assert "<code>a.gradient</code> is 1.00, and 4.00 is right.<br>" in page
    assert "use <code>+=</code>" in page
    assert (
        "<em>beside</em>"
        in check_engine("mul", engine(__mul__=binary(times, first, second)))._repr_html_()
    )


def test_an_error_in_the_learners_code_is_told_with_its_line():
    def mul(self, other):
        number = other.value
        return nothing(number)  # noqa: F821

    found = check_engine("mul", engine(__mul__=mul))
    assert "This stopped with NameError: name 'nothing' is not defined, in mul, line 3." in repr(
        found
    )
    assert "in <code>mul</code>, line 3" in found._repr_html_()


def test_no_answer_holds_an_address():
    for spoil in (lambda a, b: object(), lambda a, b: made(a, object(), (a, b), (1.0, 1.0))):
        found = check_engine("add", engine(__add__=spoil))
        assert not found.ok and " at 0x" not in repr(found) + found._repr_html_()


def test_the_learners_class_is_left_as_it_was():
    Engine = engine()
    before = dict(vars(Engine))
    for step in STEPS:
        checked(step, Engine)
    assert dict(vars(Engine)) == before


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("adding", Value), ValueError, "no step 'adding'; choose one of hold, add, mul"),
        (
            ("add", Value(1.0)),
            TypeError,
            r"give the class itself, as in check_engine\('add', Value\)",
        ),
        (("neuron", Value), TypeError, r"check_engine\('neuron', Value, neuron\)"),
        (("train", Value, 3), TypeError, r"check_engine\('train', Value, train_step\)"),
    ],
)
def test_a_wrong_call_is_refused_in_words(arguments, error, says):
    with pytest.raises(error, match=says):
        check_engine(*arguments)


def test_an_interrupt_is_not_an_answer():
    def add(self, other):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_engine("add", engine(__add__=add))
