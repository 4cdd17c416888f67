"""Whose frame is whose: the machinery by the name of its module, all else is the learner's."""

import sys
from importlib import import_module, util
from pathlib import Path

import pytest

from lessons import record, relu, softplus
from lessons.maths.recorder import frames
from lessons.maths.recorder.number import Number
from lessons.maths.recorder.tape import Tape
from lessons.maths.surfaces.landscapes import LANDSCAPES

OWN = """\
from lessons import relu

def neuron(x, w):
    z = x * w
    y = relu(z)
    return y
"""


def test_the_modules_that_are_looked_for_are_there() -> None:
    for name in (*frames._MACHINERY, frames._RECORDER):
        import_module(name)
    recorder = sys.modules[frames._RECORDER]
    assert recorder.record is record
    assert {relu.__module__, Number.__module__, Tape.__module__} == frames._MACHINERY


@pytest.mark.parametrize("name", ["number", "tape", "functions", "record", "frames"])
def test_a_file_of_the_learner_may_have_the_name_of_one_of_the_course(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"{name}.py"
    path.write_text(OWN, encoding="utf-8")
    spec = util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = record(module.neuron, x=2.0, w=3.0)
    assert [(step.name, step.line) for step in made.steps] == [("z", 2), ("y", 3)]


@pytest.mark.parametrize("given", [{}, {"__name__": None}, {"__name__": 7}])
def test_a_function_of_a_namespace_without_a_name_is_recorded(given: dict) -> None:
    exec(compile(OWN, "<nowhere>", "exec"), given)
    made = record(given["neuron"], x=2.0, w=3.0)
    assert [step.name for step in made.steps] == ["z", "y"]


def test_a_function_of_the_table_itself_has_a_name_and_no_line() -> None:
    for function in (relu, softplus):
        (step,) = record(function, x=2.0).steps
        assert (step.name, step.op, step.line) == (function.__name__, function.__name__, None)


def test_a_function_that_the_course_records_is_followed_like_a_learners() -> None:
    steps = record(LANDSCAPES["narrow valley"].function, w0=1.0, w1=2.0).steps
    assert [step.name for step in steps if not step.name.startswith("v")] == [
        "along", "across", "L",
    ]  # fmt: skip
    assert sorted({step.line for step in steps}) == [2, 3, 4]
