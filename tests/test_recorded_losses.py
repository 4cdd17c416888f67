"""What a record keeps of a loss, and what the table of losses says of itself."""

import subprocess
import sys

import numpy as np
import pytest
from latex2mathml.converter import convert

import lessons
from lessons import (
    binary_cross_entropy,
    binary_cross_entropy_as_written,
    binary_cross_entropy_from_logits,
    categorical_cross_entropy,
    categorical_cross_entropy_as_written,
    categorical_cross_entropy_from_logits,
    half_squared_error,
    loss_slope,
    mean_squared_error,
    record,
    relu,
    sigmoid,
    softmax,
)
from lessons.maths.functions import ACTIVATIONS
from lessons.maths.losses.losses import LOSSES, mismatch_reason
from lessons.maths.losses.table import OUTPUTS
from lessons.maths.scalar.record import expression
from lessons.panels.kit.notation import LOSS_TEX


def kept(loss, y, **values):
    """The steps of ``L = loss(prediction, y)`` as text; the prediction is the one value."""

    def of_yhat(yhat):
        L = loss(yhat, y)
        return L

    def of_p(p):
        L = loss(p, y)
        return L

    def of_z(z):
        L = loss(z, y)
        return L

    (name,) = values
    made = record({"yhat": of_yhat, "p": of_p, "z": of_z}[name], **values)
    return [f"{step.name} = {expression(step)}" for step in made.steps]


@pytest.mark.parametrize(
    ("loss", "y", "values", "steps"),
    [
        (half_squared_error, 1, {"yhat": 3.0},
         ["error = yhat - 1", "square = error ** 2", "L = 0.5 * square"]),
        (mean_squared_error, 1, {"yhat": 3.0}, ["error = yhat - 1", "L = error ** 2"]),
        (mean_squared_error, [1, 2], {"yhat": [3.0, 4.0]},
         ["error0 = yhat0 - 1", "error1 = yhat1 - 2", "square0 = error0 ** 2",
          "square1 = error1 ** 2", "total = square0 + square1", "L = total / 2"]),
        (half_squared_error, [1, 2], {"yhat": [3.0, 4.0]},
         ["error0 = yhat0 - 1", "error1 = yhat1 - 2", "square0 = error0 ** 2",
          "square1 = error1 ** 2", "total = square0 + square1", "mean = total / 2",
          "L = 0.5 * mean"]),
        (binary_cross_entropy, 1, {"p": 0.9}, ["logp = log(p)", "L = -logp"]),
        (binary_cross_entropy, 0, {"p": 0.9}, ["q = 1 - p", "logq = log(q)", "L = -logq"]),
        (binary_cross_entropy, [1, 0], {"p": [0.9, 0.2]},
         ["right0 = 1 - p1", "logp0 = log(p0)", "logp1 = log(right0)", "total = logp0 + logp1",
          "mean = total / 2", "L = -mean"]),
        (binary_cross_entropy_as_written, 1, {"p": 0.9},
         ["logp = log(p)", "q = 1 - p", "logq = log(q)", "hit = 1 * logp", "miss = 0 * logq",
          "both = hit + miss", "L = -both"]),
        (binary_cross_entropy_from_logits, 1, {"z": 2.0}, ["minus = -z", "L = softplus(minus)"]),
        (binary_cross_entropy_from_logits, 0, {"z": 2.0}, ["L = softplus(z)"]),
        (binary_cross_entropy_from_logits, [0, 1], {"z": [2.0, 3.0]},
         ["minus0 = -z1", "loss0 = softplus(z0)", "loss1 = softplus(minus0)",
          "total = loss0 + loss1", "L = total / 2"]),
        (categorical_cross_entropy, [0, 1], {"p": [0.25, 0.75]}, ["logp = log(p1)", "L = -logp"]),
        (categorical_cross_entropy_as_written, [0, 1], {"p": [0.25, 0.75]},
         ["logp0 = log(p0)", "logp1 = log(p1)", "term0 = 0 * logp0", "term1 = 1 * logp1",
          "total = term0 + term1", "L = -total"]),
        (categorical_cross_entropy_from_logits, [0, 1, 0], {"z": [1.0, 2.0, 0.5]},
         ["e0 = exp(z0)", "e1 = exp(z1)", "e2 = exp(z2)", "total = e0 + e1 + e2",
          "logtotal = log(total)", "L = logtotal - z1"]),
        (categorical_cross_entropy_from_logits, [0, 1], {"z": [1000.0, -1000.0]},
         ["d0 = z0 - 1000", "d1 = z1 - 1000", "e0 = exp(d0)", "e1 = exp(d1)", "total = e0 + e1",
          "logtotal = log(total)", "L = logtotal - d1"]),
    ],
)  # fmt: skip
def test_a_loss_is_recorded_in_few_steps_with_names(loss, y, values, steps):
    assert kept(loss, y, **values) == steps


def test_softmax_is_recorded_as_exponentials_their_sum_and_the_quotients():
    def probability(z):
        y = softmax(z)
        return y[1]

    made = record(probability, z=[1.0, 2.0, 0.5])
    assert [f"{step.name} = {expression(step)}" for step in made.steps] == [
        "e0 = exp(z0)",
        "e1 = exp(z1)",
        "e2 = exp(z2)",
        "total = e0 + e1 + e2",
        "p0 = e0 / total",
        "p1 = e1 / total",
        "p2 = e2 / total",
    ]
    assert [made.values[f"p{i}"] for i in range(3)] == pytest.approx(softmax([1.0, 2.0, 0.5]))
    # A probability falls when another logit rises.
    p = softmax([1.0, 2.0, 0.5])
    expected = [-p[1] * p[0], p[1] * (1 - p[1]), -p[1] * p[2]]
    assert made.backward()["z"] == pytest.approx(expected, rel=1e-13)


def test_logits_beyond_100_are_shifted_first_and_the_gradient_is_the_same():
    def lost(z):
        L = categorical_cross_entropy(softmax(z), [0, 1, 0])
        return L

    plain = record(lost, z=[99.0, 100.0, 98.5])
    shifted = record(lost, z=[100.0, 101.0, 99.5])
    assert [step.name for step in shifted.steps[:3]] == ["d0", "d1", "d2"]
    assert "d0" not in plain.values
    assert shifted.value == pytest.approx(plain.value, rel=1e-12)
    assert shifted.backward()["z"] == pytest.approx(plain.backward()["z"], rel=1e-12)


def test_every_step_of_a_loss_has_the_learners_line_and_the_last_the_learners_name():
    def network(x, w, b, y):
        z = w * x + b
        p = sigmoid(z)
        loss_of_mine = binary_cross_entropy(p, y)
        return loss_of_mine

    made = record(network, x=1.0, w=0.5, b=0.2, y=1.0)
    assert [(step.name, step.line) for step in made.steps] == [
        ("w*x", 2),
        ("z", 2),
        ("p", 3),
        ("logp", 4),
        ("loss_of_mine", 4),
    ]
    assert made.output == "loss_of_mine"


def test_a_loss_that_is_returned_at_once_is_called_as_the_function():
    def cost(yhat):
        return half_squared_error(yhat, 1.0)

    assert record(cost, yhat=3.0).output == "cost"


def test_a_loss_can_be_recorded_itself():
    made = record(half_squared_error, yhat=3.0, y=1.0)
    assert (made.output, made.value) == ("half_squared_error", 2.0)
    assert record(binary_cross_entropy, p=0.5, y=1.0).backward()["p"] == -2.0
    assert record(categorical_cross_entropy, p=[0.5, 0.5], y=[0.0, 1.0]).backward()["p"] == [0, -2]


def test_names_of_the_learners_that_are_taken_already_stay_unique():
    def busy(e, total, p):
        z = [e, total, p]
        L = categorical_cross_entropy(softmax(z), [0, 1, 0])
        return L

    made = record(busy, e=1.0, total=2.0, p=0.5)
    assert len(made.values) == len(made.inputs) + len(made.steps)
    assert made.value == pytest.approx(
        categorical_cross_entropy_from_logits([1.0, 2.0, 0.5], [0, 1, 0])
    )


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("p", [1e-9, 0.1, 0.5, 0.7, 1 - 1e-9])
def test_the_recorded_gradient_is_the_fraction_of_the_table_for_either_label(p, y):
    def lost(p, y):
        L = binary_cross_entropy(p, y)
        return L

    by = record(lost, p=p, y=y).backward()["p"]
    assert by == loss_slope("binary_cross_entropy", p, y)
    assert by == pytest.approx((p - y) / (p * (1 - p)), rel=1e-15)


@pytest.mark.parametrize("y", [0.0, 1.0])
@pytest.mark.parametrize("z", [-800.0, -3.0, 0.0, 0.25, 40.0, 800.0])
def test_the_recorded_gradient_by_the_logit_is_p_minus_y_exactly(z, y):
    by = record(lambda z: binary_cross_entropy_from_logits(z, y), z=z).backward()["z"]
    assert by == loss_slope("binary_cross_entropy_from_logits", z, y)
    assert by == pytest.approx(sigmoid(z) - y, rel=0, abs=2e-16)


def test_a_perfect_recorded_prediction_costs_0():
    for p, y in ((1.0, 1), (0.0, 0)):
        made = record(lambda p, y=y: binary_cross_entropy(p, y), p=p)
        assert made.value == 0.0
        assert made.backward()["p"] == 1.0 - 2 * y
    made = record(lambda p: categorical_cross_entropy(p, [1, 0]), p=[1.0, 0.0])
    assert (made.value, made.backward()["p"]) == (0.0, [-1.0, 0.0])


def test_system_t_is_recorded_with_the_numbers_of_the_facts():
    def network(x, m1, m2, y):
        a1 = m1 * x
        z2 = a1 * m2
        yhat = relu(z2)
        L = half_squared_error(yhat, y)
        return L

    system_t = {"x": 2.0, "m1": 3.0, "m2": 0.5, "y": 1.0}
    made = record(network, **system_t)
    by = made.backward()
    assert [made[name] for name in ("a1", "z2", "yhat", "L")] == [6.0, 3.0, 3.0, 2.0]
    assert (by["yhat"], by["m2"], by["m1"]) == (2.0, 12.0, 2.0)
    dead = record(network, x=2.0, m1=2.8, m2=-0.7, y=1.0)
    assert (dead["yhat"], dead["L"]) == (0.0, 0.5)
    assert (dead.backward()["m1"], dead.backward()["m2"]) == (0.0, 0.0)


def test_recorded_numbers_and_plain_ones_mix_with_arrays():
    def mixed(z):
        L = categorical_cross_entropy_from_logits([z, 0.0, 1.0], np.array([1, 0, 0]))
        return L

    by = loss_slope("categorical_cross_entropy_from_logits", [0.5, 0.0, 1.0], [1, 0, 0])
    assert record(mixed, z=0.5).backward()["z"] == pytest.approx(by[0], rel=1e-14)
    objects = record(
        lambda p: binary_cross_entropy(np.array([p, 0.5], dtype=object), [1, 1]), p=0.5
    )
    assert objects.backward()["p"] == -1.0


# The table.


@pytest.mark.parametrize("name", LOSSES)
def test_a_row_of_the_table_has_tex_that_can_be_shown(name):
    row = LOSSES[name]
    assert row.name == name
    assert getattr(lessons, name).__doc__
    letter = {"yhat": r"\hat{y}"}.get(row.letter, row.letter)
    for tex in (written.format(letter, "y") for written in LOSS_TEX[name]):
        shown = convert(tex)
        assert "\\" not in shown
        assert "{" not in shown
        assert "y" in tex
        assert letter in tex
    assert row.word.replace("-", "_").replace(" ", "_") == name


def test_every_activation_is_an_output_and_has_a_word():
    assert {"identity", "softmax", *ACTIVATIONS} == set(OUTPUTS)


@pytest.mark.parametrize(
    ("loss", "fits"),
    [
        ("half_squared_error", set(OUTPUTS)),
        ("mean_squared_error", set(OUTPUTS)),
        ("binary_cross_entropy", {"sigmoid"}),
        ("categorical_cross_entropy", {"softmax"}),
        ("binary_cross_entropy_from_logits", {"identity"}),
        ("categorical_cross_entropy_from_logits", {"identity"}),
    ],
)
def test_a_loss_says_in_a_plain_sentence_which_outputs_do_not_fit(loss, fits):
    for output, (word, gives) in OUTPUTS.items():
        said = mismatch_reason(loss, output)
        assert (said == "") == (output in fits)
        if said:
            assert said.startswith(f"The {LOSSES[loss].word} needs ")
            assert f"{word} gives {gives}: take the " in said


def test_the_sentence_for_an_output_that_does_not_fit_reads_well():
    assert mismatch_reason("binary_cross_entropy", "relu") == (
        "The binary cross-entropy needs one probability between 0 and 1; ReLU gives any number "
        "from 0 up: take the sigmoid as F."
    )


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="no loss 'hinge'; choose one of half_squared_error"):
        mismatch_reason("hinge", "relu")
    with pytest.raises(ValueError, match="no output 'step'; choose one of identity, relu"):
        mismatch_reason("half_squared_error", "step")


def test_losses_and_their_records_need_no_numpy():
    code = (
        "import sys; from lessons import binary_cross_entropy, categorical_cross_entropy;"
        "from lessons import loss_slope, record, softmax;"
        "record(lambda z: categorical_cross_entropy(softmax(z), [0, 1]), z=[1.0, 2.0]).backward();"
        "assert binary_cross_entropy(0.5, 1) and loss_slope('binary_cross_entropy', [0.5], [1]);"
        "assert 'numpy' not in sys.modules"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
