"""A learner's loop without end is stopped, and nothing else is."""

import sys
import time

import pytest

from lessons import check_engine
from lessons.maths.scalar.value import Value
from lessons.practice.limits import TooLong, limited


def test_a_loop_without_end_is_stopped() -> None:
    grown = []
    with pytest.raises(TooLong, match=r"line \d+ of "), limited(lines=10_000):
        (lambda: [grown.append(1) for _ in iter(int, 1)])()
    assert 1_000 < len(grown) <= 10_000


def test_no_except_of_the_code_itself_catches_it() -> None:
    def stubborn() -> None:
        while True:
            try:
                raise ValueError
            except Exception:
                continue

    with pytest.raises(TooLong), limited(lines=5_000):
        stubborn()


def test_time_is_a_limit_too() -> None:
    def slow() -> None:
        while True:
            time.sleep(0.0001)

    with pytest.raises(TooLong), limited(seconds=0.2):
        slow()


def test_what_comes_to_an_end_is_left_alone_and_the_tracer_before_is_put_back() -> None:
    before = sys.gettrace()

    def short() -> int:
        return sum(range(1000))

    with limited():
        assert short() == 499500
    assert sys.gettrace() is before
    with pytest.raises(ZeroDivisionError), limited():
        short() / 0
    assert sys.gettrace() is before


def test_an_engine_that_walks_for_ever_is_told_and_does_not_take_the_kernel_along() -> None:
    class Endless(Value):
        def order(self):
            ready = [self]
            for step in ready:
                ready.append(step)  # without asking whether it is ready
            return ready

    found = check_engine("order", Endless)
    assert not found.ok
    assert "was stopped after a million lines, in `order`, line" in found.failure.told
    assert "does not come to an end" in found.mistake
