"""Questions: what is read, what is right, and what is said to everything else."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.maths.written_number import LONGEST, value_of
from lessons.practice.questions import Question

BIAS = "That is z before the bias. Which term is missing?"
GATE = "That is what enters ReLU. What does ReLU do to it?"


def asked(answer: float, **mistakes: float) -> Question:
    """A question whose hints are the names of its mistakes."""
    return Question("What is z?", answer, tuple(mistakes.items()))


# -- what is read ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "1,5", "six", "2 3", "1/0", "1e999", "(" * LONGEST])
def test_what_cannot_be_read_is_said_in_a_sentence_and_is_no_attempt(text: str) -> None:
    feedback = asked(6.0).check(text)
    assert (feedback.verdict, feedback.value, feedback.text) == ("unreadable", None, text)
    with pytest.raises(ValueError, match=r"[.?]$") as caught:
        value_of(text)
    assert feedback.told == str(caught.value)


@given(st.text(max_size=30) | st.text("0123456789.eE+-*/() ", max_size=30))
def test_no_text_makes_a_question_raise_or_warn(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        feedback = asked(6.0, bias=5.0).check(text)
    assert feedback.told
    assert (feedback.value is None) == (feedback.verdict == "unreadable")
    assert feedback.value is None or math.isfinite(feedback.value)


# -- what is said ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "text", "verdict"),
    [
        (6.0, "6", "right"),
        (6.0, "2*3", "right"),
        (6.0, "6.005", "right"),
        (6.0, "6.006", "large"),
        (6.0, "5.994", "small"),
        (6.0, "-6", "sign"),
        (6.0, "12", "factor"),
        (6.0, "3", "factor"),
        (6.0, "60", "factor"),
        (6.0, "0.6", "factor"),
        (6.0, "7", "large"),
        (6.0, "-1", "small"),
        (-3.0, "3", "sign"),
        (-3.0, "-6", "factor"),
        (-3.0, "-1", "large"),
        (-3.0, "-4", "small"),
        (0.0, "0", "right"),
        (0.0, "-0.005", "right"),
        (0.0, "1", "large"),
        (0.0, "-1", "small"),
        # What is left of an exact 0 in floats.
        (-4.4e-16, "0", "right"),
        (-4.4e-16, "1", "large"),
        # A small answer is not taken for 0, nor for another one of its size.
        (0.003, "0", "small"),
        (0.003, "0.003", "right"),
        (0.003, "0.004", "large"),
        (0.105361, "0.105", "right"),
        (1e300, "1e301", "factor"),
    ],
)
def test_the_verdict_on_a_number(answer: float, text: str, verdict: str) -> None:
    feedback = asked(answer).check(text)
    assert feedback.verdict == verdict
    assert feedback.right == (verdict == "right")


def test_a_known_mistake_is_named_and_the_number_is_told_back() -> None:
    question = Question("What is z?", 6.0, ((BIAS, 5.0), (GATE, -1.0)))
    feedback = question.check("2*3 - 1")
    assert (feedback.verdict, feedback.hints) == ("mistake", (BIAS,))
    assert feedback.told == f"You wrote 2*3 \N{MINUS SIGN} 1, which is 5.00. {BIAS}"
    assert question.check("-1").told == f"You wrote \N{MINUS SIGN}1. {GATE}"


def test_a_known_mistake_goes_before_a_sign_or_a_factor() -> None:
    assert asked(6.0, sign=-6.0).check("-6").hints == ("sign",)
    assert asked(6.0, half=3.0).check("3").hints == ("half",)


def test_two_mistakes_with_one_number_are_both_named() -> None:
    feedback = asked(6.0, one=5.0, other=5.0, third=4.0).check("5")
    assert feedback.hints == ("one", "other")
    assert feedback.told.endswith("one other")


@pytest.mark.parametrize("wrong", [6.0, 6.004, 6.0000001])
def test_a_mistake_that_gives_the_right_number_is_never_matched(wrong: float) -> None:
    question = asked(6.0, harmless=wrong)
    for text in ("6", "6.001", "5.996", "6.004"):
        feedback = question.check(text)
        assert (feedback.verdict, feedback.hints) == ("right", ())


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_a_mistake_that_gives_no_number_is_never_matched(wrong: float) -> None:
    question = asked(6.0, broken=wrong)
    assert question.check("6").right
    assert question.check("5").verdict == "small"


def test_feedback_on_a_wrong_number_says_more_than_that_it_is_wrong() -> None:
    for text in ("7", "5", "-6", "12", "3", "60", "0.6"):
        told = asked(6.0).check(text).told
        assert "wrong" not in told.lower()
        assert told.endswith("?") or "lies above" in told or "lies below" in told


def test_within_is_the_teachers() -> None:
    assert not Question("?", 6.0, within=0.5).check("5").right
    assert Question("?", 6.0, within=0.5).check("5.5").right


# -- what a teacher may hand over -----------------------------------------------------------


def test_numbers_of_numpy_become_pythons_own() -> None:
    question = Question("?", np.float32(0.5), (("a", np.float64(2.0)),))
    assert (type(question.answer), question.answer) == (float, 0.5)
    assert question.mistakes == (("a", 2.0),)
    assert hash(question) == hash(Question("?", 0.5, (("a", 2.0),)))


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"text": " "}, ValueError, "question is empty"),
        ({"answer": math.nan}, ValueError, "the answer is nan"),
        ({"answer": math.inf}, ValueError, "the answer is inf"),
        ({"answer": "6"}, TypeError, "without quotes"),
        ({"within": 0.0}, ValueError, "above 0"),
        ({"within": -1.0}, ValueError, "above 0"),
        ({"mistakes": (("", 1.0),)}, ValueError, "empty hint"),
        ({"mistakes": (("a", "b"),)}, ValueError, "could not convert"),
    ],
)
def test_what_is_no_question_is_refused(settings: dict, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        Question(**({"text": "What is z?", "answer": 6.0} | settings))
