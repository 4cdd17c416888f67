"""What a loss refuses: each time a sentence that names the entry and the fix, never a number."""

import math

import numpy as np
import pytest

import lessons
from lessons import loss_slope, record, sigmoid, softmax
from lessons.maths.losses.losses import LOSSES

BINARY = ["binary_cross_entropy", "binary_cross_entropy_from_logits"]
CLASSES = ["categorical_cross_entropy", "categorical_cross_entropy_from_logits"]
SQUARED = ["half_squared_error", "mean_squared_error"]
AS_WRITTEN = ["binary_cross_entropy_as_written", "categorical_cross_entropy_as_written"]
EVERY = [*LOSSES, *AS_WRITTEN]


def refused(name, prediction, y, kind=ValueError):
    """The message, which must be the same from the loss and from its slope."""
    with pytest.raises(kind) as caught:
        getattr(lessons, name)(prediction, y)
    said = str(caught.value)
    assert said.startswith(f"{name}: ")
    if name in LOSSES:
        with pytest.raises(kind) as again:
            loss_slope(name, prediction, y)
        assert str(again.value) == said
    return said


def good(name, n):
    """A batch of n good samples, as lists."""
    if "categorical" in name:
        return [[0.25, 0.75]] * n, [[0.0, 1.0]] * n
    return [0.25] * n, [1.0] * n


FORMS = pytest.mark.parametrize("form", [lambda v: v, np.array], ids=["lists", "arrays"])


@FORMS
@pytest.mark.parametrize("name", [*BINARY, AS_WRITTEN[0]])
@pytest.mark.parametrize("label", [0.3, -1.0, 2.0, 1.0000001])
def test_a_binary_label_is_0_or_1(name, label, form):
    said = refused(name, form([0.5, 0.5]), form([1.0, label]))
    assert f"y[1] is {label!r}, and a label is 0 or 1" in said
    assert f"y is {label!r}, and" in refused(name, 0.5, label)


def test_prediction_and_label_in_the_wrong_order_are_noticed():
    assert "the prediction comes first, the label second" in refused(BINARY[0], 1, 0.9)


@FORMS
@pytest.mark.parametrize("name", [*CLASSES, AS_WRITTEN[1]])
@pytest.mark.parametrize(
    ("y", "said"),
    [
        ([0.0, 0.0], "holds 0 ones"),
        ([1.0, 1.0], "holds 2 ones"),
        ([0.5, 0.5], "is 0.5, and a label"),
        ([2.0, -1.0], "is 2.0, and a label"),
    ],
)
def test_a_row_of_labels_is_one_hot(name, y, said, form):
    assert f"y {said}" in refused(name, form([0.5, 0.5]), form(y)).replace("[0]", "")
    batch = form([[0.5, 0.5], [0.5, 0.5]])
    assert f"y[1] {said}" in refused(name, batch, form([[0.0, 1.0], y])).replace("[1][0]", "[1]")


@FORMS
@pytest.mark.parametrize("p", [1.2, -0.1, 1.0000001, -1e-300])
def test_a_probability_lies_between_0_and_1(p, form):
    for name in (BINARY[0], AS_WRITTEN[0]):
        said = refused(name, form([0.5, p]), form([1, 0]))
        assert f"p[1] is {p!r}, and a probability lies between 0 and 1" in said
        assert said.endswith("for logits use binary_cross_entropy_from_logits")
    for name in (CLASSES[0], AS_WRITTEN[1]):
        said = refused(name, form([[0.5, 0.5], [1 - p, p]]), form([[0, 1], [0, 1]]))
        assert "p[1]" in said
        assert "lies between 0 and 1; for logits use categorical_cross_entropy_from_logits" in said


@FORMS
def test_the_probabilities_of_a_sample_sum_to_1(form):
    for name in (CLASSES[0], AS_WRITTEN[1]):
        said = refused(name, form([0.25, 0.5]), form([0, 1]))
        assert "the probabilities p sum to 0.75, and must sum to 1" in said
        said = refused(name, form([[0.5, 0.5], [0.75, 0.75]]), form([[0, 1], [0, 1]]))
        assert "the probabilities p[1] sum to 1.5" in said
        refused(name, form([0.5, 0.5 + 2e-9]), form([0, 1]))
        assert getattr(lessons, name)(form([0.5, 0.5 + 5e-10]), form([0, 1])) > 0


@pytest.mark.parametrize("name", [*SQUARED, *BINARY, AS_WRITTEN[0]])
def test_a_column_and_a_flat_batch_are_never_broadcast(name):
    flat, column = np.ones(4), np.ones((4, 1))
    letter = "p" if name in (BINARY[0], AS_WRITTEN[0]) else "z" if name in BINARY else "yhat"
    said = refused(name, column, flat)
    assert f"{letter} has the shape (4, 1) and y has (4,)" in said
    assert f"write {letter}[:, 0], or y.reshape(-1, 1)" in said
    said = refused(name, flat, column)
    assert f"{letter} has the shape (4,) and y has (4, 1)" in said
    assert f"write y[:, 0], or {letter}.reshape(-1, 1)" in said
    loss = getattr(lessons, name)
    column /= 2
    assert loss(column[:, 0], flat) == loss(column, flat.reshape(-1, 1))  # the fixes work


@pytest.mark.parametrize("name", EVERY)
def test_other_shapes_that_differ_are_refused_with_both_named(name):
    a, y = good(name, 3)
    for form in (lambda v: v, np.array):
        said = refused(name, form(a), form(y[:2]))
        assert str(np.shape(a)) in said
        assert str(np.shape(y[:2])) in said
        assert "give both the same shape" in said
    assert "()" in refused(name, np.array(a), 1.0)  # a number would broadcast too
    assert "()" in refused(name, 0.5, np.array(y))


def test_a_class_number_in_place_of_a_one_hot_row_is_explained():
    for name in [*CLASSES, AS_WRITTEN[1]]:
        assert "write y one-hot" in refused(name, [0.25, 0.75], 1)
        assert "write y one-hot" in refused(name, np.full((3, 2), 0.5), np.array([0, 1, 1]))


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("form", [lambda v: v, np.array, lambda v: np.zeros((0, 2))])
def test_an_empty_batch_is_refused(name, form):
    assert "the batch is empty" in refused(name, form([]), form([]))


def test_rows_without_entries_are_empty_too():
    assert "the batch is empty" in refused(CLASSES[0], [[], []], [[], []])


@FORMS
@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_refused_in_prediction_and_target(name, bad, form):
    a, y = good(name, 2)
    spoilt = [a[0], [0.25, bad] if isinstance(a[0], list) else bad]
    place = "[1][1]" if isinstance(a[0], list) else "[1]"
    wanted = f"{place} is {bad!r}, and only finite numbers can be used"
    assert wanted in refused(name, form(spoilt), form(y))
    assert f"y{wanted}" in refused(name, form(a), form(spoilt))


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("bad", ["0.5", None, {}, {0.5}, 1j, b"1", np.array(["a"]), object()])
def test_what_is_no_number_is_a_type_error(name, bad):
    a, y = good(name, 2)
    assert "which is no number" in refused(name, bad, y, TypeError)
    assert "which is no number" in refused(name, a, bad, TypeError)
    assert "which is no number" in refused(name, [a[0], bad], y, TypeError)


@pytest.mark.parametrize("name", EVERY)
def test_uneven_rows_are_refused(name):
    assert "uneven" in refused(name, [[0.5, 0.5], [1.0]], [[0, 1], [1]])
    assert "uneven" in refused(name, [0.5, [0.5]], [1, 1])


@pytest.mark.parametrize("name", EVERY)
def test_more_dimensions_than_samples_and_outputs_are_refused(name):
    deep = np.full((2, 2, 2), 0.5)
    assert "(2, 2, 2)" in refused(name, deep, deep)


@FORMS
def test_binary_cross_entropy_takes_one_output_for_each_sample(form):
    for name in [*BINARY, AS_WRITTEN[0]]:
        said = refused(name, form([[0.5, 0.5]]), form([[1, 0]]))
        assert "(1, 2)" in said
        assert "for several classes use categorical_cross_entropy" in said


@FORMS
def test_one_class_is_no_choice(form):
    for name in [*CLASSES, AS_WRITTEN[1]]:
        assert "use sigmoid and binary_cross_entropy" in refused(name, form([1.0]), form([1]))
        assert "(2, 1)" in refused(name, form([[1.0], [1.0]]), form([[1], [1]]))
        assert "one number for each class" in refused(name, 0.5, 1)


@FORMS
@pytest.mark.parametrize(
    ("z", "said"),
    [
        ([], "z is empty"),
        ([[], []], "z is empty"),
        ([1.0], "one class"),
        ([[1.0], [2.0]], "one class"),
        ([1.0, math.nan], "z[1] is nan"),
        ([[1.0, 2.0], [math.inf, 1.0]], "z[1][0] is inf"),
        ([[[1.0, 2.0]]], "(1, 1, 2)"),
    ],
)
def test_softmax_refuses_what_is_no_row_of_logits(z, said, form):
    with pytest.raises(ValueError) as caught:
        softmax(form(z))
    assert str(caught.value).startswith("softmax: ")
    assert said in str(caught.value)


def test_softmax_of_one_number_is_refused():
    with pytest.raises(ValueError, match="one number for each class"):
        softmax(2.0)
    with pytest.raises(TypeError, match="z holds 'a', which is no number"):
        softmax(["a", 1.0])


@pytest.mark.parametrize("name", [*SQUARED, CLASSES[1]])
@pytest.mark.parametrize("form", [lambda v: v, np.array])
def test_a_loss_that_is_too_large_for_a_float_is_an_overflow(name, form):
    a, y = ([1.7e308, -1.7e308], [0.0, 1.0])
    with pytest.raises(OverflowError, match=f"{name}: the loss is too large for a float"):
        getattr(lessons, name)(form(a), form(y))
    if name == "mean_squared_error":
        with pytest.raises(OverflowError, match=f"the slope of {name} is too large"):
            loss_slope(name, form(a), form(y))


def test_a_slope_of_an_unknown_loss_names_the_known_ones():
    with pytest.raises(ValueError, match="no loss 'hinge'; choose one of half_squared_error, mean"):
        loss_slope("hinge", 1.0, 1.0)


def test_a_slope_of_recorded_numbers_is_sent_to_backward():
    with pytest.raises(TypeError, match=r"comes from record\(...\).backward\(\)"):
        record(lambda p: loss_slope("binary_cross_entropy", p, 1), p=0.5)


# The same in a record, with the line of the learner.


def network(p, y):
    q = 2 * p
    L = lessons.binary_cross_entropy(q, y)
    return L


@pytest.mark.parametrize(
    ("p", "y", "said"),
    [
        (0.6, 1.0, "p is 1.2, and a probability lies between 0 and 1"),
        (0.25, 0.5, "y is 0.5, and a label is 0 or 1"),
        (0.25, [1.0], "p has the shape () and y has (1,)"),
        (0.0, 1.0, "log(p) meets p = 0: the prediction calls the true label impossible"),
        (0.5, 0.0, "log(1 - p) meets 1 - p = 0: the prediction calls the true label impossible"),
    ],
)
def test_in_a_record_the_line_of_the_learner_is_named(p, y, said):
    with pytest.raises(ValueError) as caught:
        record(network, p=p, y=y)
    assert str(caught.value).startswith(f"network, line 3: binary_cross_entropy: {said}")


def test_in_a_record_an_infinite_loss_over_classes_names_the_step_and_the_fix():
    def surprised(p):
        L = lessons.categorical_cross_entropy([p, 1 - p], [0, 1])
        return L

    with pytest.raises(ValueError) as caught:
        record(surprised, p=1.0)
    said = str(caught.value)
    assert said.startswith("surprised, line 2: categorical_cross_entropy: log(p of the true class)")
    assert "infinity cannot be recorded" in said
    assert said.endswith("use categorical_cross_entropy_from_logits")


def test_in_a_record_the_textbooks_form_stops_at_the_log_of_0():
    def perfect(p):
        L = lessons.binary_cross_entropy_as_written(p, 1)
        return L

    with pytest.raises(ValueError, match="perfect, line 2, logq: log takes numbers above 0"):
        record(perfect, p=1.0)


def test_in_a_record_probabilities_and_one_hot_rows_are_checked_by_their_numbers():
    def classes(p, y):
        return lessons.categorical_cross_entropy(p, y)

    with pytest.raises(ValueError, match=r"classes, line 2: .* p sum to 0.75"):
        record(classes, p=[0.25, 0.5], y=[0.0, 1.0])
    with pytest.raises(ValueError, match=r"classes, line 2: .* y holds 2 ones"):
        record(classes, p=[0.5, 0.5], y=[1.0, 1.0])
    with pytest.raises(ValueError, match=r"classes, line 2: .* p\[0\] is 1.5"):
        record(classes, p=[1.5, -0.5], y=[0.0, 1.0])


def test_a_label_that_is_nudged_says_that_it_is_a_label():
    def labelled(z, y):
        return lessons.binary_cross_entropy(sigmoid(z), y)

    assert record(labelled, z=0.5, y=1.0).backward()["y"] == 0.0
    with pytest.raises(ValueError, match="a label is 0 or 1"):
        lessons.gradient_check(labelled, z=0.5, y=1.0)
    made = {"z": record(labelled, z=0.5, y=1.0).backward()["z"]}
    lessons.gradient_check(labelled, against=made, z=0.5, y=1.0).require()
