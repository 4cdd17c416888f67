"""The wrong engines: forward they are right, backward each fails in its own classic way."""

import pytest

from lessons import check_engine, gradient_check
from lessons.maths.scalar.value import Value
from lessons.practice.wrong_engines import MISTAKES, wrong_engines


def diamond(Engine):
    a = Engine(1.0)
    b = a + a
    c = b + b
    c.backward()
    return a.gradient


def detour(Engine):
    a = Engine(1.0)
    b = a + a
    c = b + b
    d = b + c
    d.backward()
    return a.gradient


def two_passes(Engine):
    m = Engine(0.5)
    for _ in range(2):
        L = (m * 6 - 1) ** 2 * 0.5
        L.reset()
        L.backward()
    return m.gradient


#: What each gives on the three probes, and the step of the engine that finds it out.
FOUND = {
    "A": ((4.0, 2.0, 12.0), "order", "b stands before c"),
    "B": ((1.0, 1.0, 12.0), "backward", "overwritten"),
    "C": ((4.0, 6.0, 24.0), "reset", "do not reset themselves"),
    "D": ((8.0, 14.0, 12.0), "backward", "not along every edge"),
}


def test_the_right_engine_on_the_three_probes():
    assert (diamond(Value), detour(Value), two_passes(Value)) == (4.0, 6.0, 12.0)


@pytest.mark.parametrize("name", FOUND)
def test_each_gives_its_own_numbers_and_is_found_out_by_one_step(name):
    Engine, (numbers, step, says) = wrong_engines[name], FOUND[name]
    assert (diamond(Engine), detour(Engine), two_passes(Engine)) == numbers
    for other in ("hold", "add", "mul", "mixed", "functions"):
        assert check_engine(other, Engine).ok
    found = check_engine(step, Engine)
    assert not found.ok and says in found.mistake


def test_no_two_give_the_same_numbers():
    assert list(FOUND) == list(wrong_engines) == list(MISTAKES)
    assert len({numbers for numbers, _, _ in FOUND.values()}) == len(FOUND)


@pytest.mark.parametrize("name", FOUND)
def test_nothing_that_a_learner_sees_gives_the_mistake_away(name):
    Engine = wrong_engines[name]
    seen = f"{Engine!r} {Engine(1.0)!r} {Engine.__doc__} {Engine.__name__} {Engine.__qualname__}"
    for word in ("verwrite", "dge", "eset", "earest", "rder", "+="):
        assert word not in seen
    assert issubclass(Engine, Value)
    assert all(type(one) is Engine for one in (1 + Engine(1.0)).inputs)


def detoured(a):
    b = a * a
    c = b * 3
    d = b + c * b
    return d


def chained(a):
    b = a * 3
    return b


def by_engine(Engine, function, at):
    a = Engine(at)
    function(a).backward()
    return {"a": a.gradient}


@pytest.mark.parametrize("name", FOUND)
def test_a_gradient_check_finds_all_but_the_one_that_forgets_to_reset(name):
    Engine = wrong_engines[name]
    # On a straight chain every one of them is right: it trains, and that proves little.
    assert gradient_check(chained, against=by_engine(Engine, chained, 1.5), a=1.5).ok
    found = gradient_check(detoured, against=by_engine(Engine, detoured, 1.5), a=1.5)
    assert found.ok is (name == "C")
    assert gradient_check(detoured, against=by_engine(Value, detoured, 1.5), a=1.5).ok
