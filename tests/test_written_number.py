"""Numbers as people write them, and sentences about what is none."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.maths.written_number import LONGEST, value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-3", -3.0),
        ("\N{MINUS SIGN}3", -3.0),
        ("  6 ", 6.0),
        ("+6", 6.0),
        ("6.", 6.0),
        (".5", 0.5),
        ("1/2", 0.5),
        ("-1/2", -0.5),
        ("3e-2", 0.03),
        ("3E\N{MINUS SIGN}2", 0.03),
        ("2*3 + 1", 7.0),
        ("2 × 3 − 1", 5.0),
        ("6 ÷ 4", 1.5),
        ("2*(3 - (-1))", 8.0),
        ("2**3", 8.0),
        ("-2**2", -4.0),
        ("2**-1", 0.5),
        ("1*-3 + -2*-1 + 3*2 + 1", 6.0),
        ("log(2)", math.log(2)),
        ("-log(0.1)", -math.log(0.1)),
        ("ln(2)", math.log(2)),
        ("1/(1 + exp(-2))", 1 / (1 + math.exp(-2))),
        ("sqrt (10)", math.sqrt(10)),
        ("exp(log(3) + log(2))", math.exp(math.log(3) + math.log(2))),
        ("½", 0.5),
        ("2½", 2.5),
        ("\N{MINUS SIGN}¾", -0.75),
        ("3²", 9.0),
        ("2*3³", 54.0),
        ("0", 0.0),
        ("0e5", 0.0),
        ("1e-300", 1e-300),
    ],
)
def test_numbers_and_small_sums_are_read(text: str, value: float) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "nothing to check yet"),
        (" \t ", "nothing to check yet"),
        ("1,5", "point, as in 1.5"),
        ("z = 6", "without the equals sign"),
        ("2^3", "two stars"),
        ("six", "Letters"),
        ("x0*w0", "Letters"),
        ("nan", "Letters"),
        ("inf", "Letters"),
        ("1e", "Letters"),
        ("e5", "Letters"),
        ("1j", "Letters"),
        ("0x10", "Letters"),
        ("1_000", "cannot be read"),
        ("__import__('os')", "Letters"),
        ("2 3", "cannot be read"),
        ("2(3)", "cannot be read"),
        ("2 +", "cannot be read"),
        ("(2", "cannot be read"),
        ("()", "cannot be read"),
        ("7 // 2", "cannot be read"),
        ("5%", "cannot be read"),
        ("'6'", "cannot be read"),
        ("2\n3", "cannot be read"),
        ("(-8)**0.5", "cannot be read"),
        ("1/0", "divides by 0"),
        ("0**-1", "divides by 0"),
        ("9**9**9", "too large to be held"),
        ("1e999", "too large to be held"),
        ("1e200*1e200", "too large to be held"),
        ("9" * (LONGEST + 1), f"more than {LONGEST}"),
        ("(" * LONGEST, "cannot be read"),
        ("1e-400", "too small to be held"),
        ("2 + 1e-999", "too small to be held"),
        ("log", "write log(2), with brackets"),
        ("log 2", "write log(2), with brackets"),
        ("log(0)", "no value of 0 or of a negative number"),
        ("sqrt(-1)", "no value of a negative number"),
        ("exp(1000)", "too large to be held"),
        ("log1p(2)", "Letters"),
        ("tan(1)", "there are log, ln, exp"),
        ("log(2, 3)", "point, as in 1.5"),
        ("log()", "cannot be read"),
        ("\N{ARABIC-INDIC DIGIT SIX}", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=r"[.?]$") as caught:
        value_of(text)
    assert told in str(caught.value)


def test_a_text_of_millions_of_characters_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="more than"):
        value_of("9" * 10_000_000)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_that_python_writes_is_read_back(value: float) -> None:
    assert value_of(repr(value)) == value
