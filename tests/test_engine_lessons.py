"""The engine's lessons without a kernel: it is the twin's, and the skeletons are a way to begin."""

import ast
import importlib.util
import json
import re

import pytest

import lessons
from lessons.maths.scalar.value import Value as Twin
from lessons.practice.engine_steps import STEPS
from tests import dual
from tests.repository import ROOT, ci_script
from tests.repository import lesson as file_of

text_of = ci_script("notebooks").text_of
SKELETON = re.compile(r"^# ?(?=def |    )", re.MULTILINE)


def code_cells(name: str) -> list[str]:
    path = ROOT / "notebooks" / file_of(name)
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = [text_of(cell["source"]) for cell in found if cell["cell_type"] == "code"]
    return [source for source in sources if not source.startswith("predict(")]


FORWARD, BACKWARD = code_cells("build_graph"), code_cells("walk_graph")
CELLS = FORWARD + BACKWARD
#: The cells that a learner fills in, and those in which each of these is checked.
OPEN = [n for n, source in enumerate(CELLS) if source.startswith("# def ")]
CHECKED = [next(m for m in range(n, len(CELLS)) if "check_engine(" in CELLS[m]) for n in OPEN]


def run(source: str, names: dict) -> object:
    """Run a cell, and give the value of its last line, as a notebook shows it."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


def before(cell: int) -> dict:
    """The names after all cells of its lesson before this one; pictures are left out."""
    names: dict = {}
    for source in CELLS[len(FORWARD) if cell >= len(FORWARD) else 0 : cell]:
        run(source.replace("draw_graph(c)", "c"), names)
    return names


@pytest.fixture(scope="module")
def lesson() -> dict:
    return before(CHECKED[-1] + 1)


def test_each_step_from_the_third_on_has_a_skeleton():
    checked = [re.search(r'check_engine\("(\w+)"', CELLS[n])[1] for n in CHECKED]
    assert checked == list(STEPS)[2:]


def test_the_lessons_engine_passes_every_step_and_is_the_twin_of_the_package(lesson):
    functions = {"neuron": lesson["neuron"], "train": lesson["train_step"]}
    for step in STEPS:
        assert lessons.check_engine(step, lesson["Value"], functions.get(step)).ok

    def formula(a, b, m):
        p = a / b - 3 / a + (2 - b) ** 2 - -a * b
        return m.tanh(p * 0.1) + m.log(a * b) * m.relu(b - a) + m.exp(p / -50) * p**-1

    # The dual numbers of the tests share no rule with either engine.
    _, expected, _ = dual.gradient(lambda a, b: formula(a, b, dual.FUNCTIONS), a=1.3, b=2.1)
    for Engine in (lesson["Value"], Twin):
        a, b = Engine(1.3), Engine(2.1)
        formula(a, b, Engine).backward(2.5)
        for one, name in ((a, "a"), (b, "b")):
            assert one.gradient == pytest.approx(2.5 * expected[name], rel=1e-12)


#: What is said to a skeleton whose dots were left: mostly that, and otherwise what is missing.
SAID = {
    "order": "Only the output is in it",
    "backward": "No gradient has arrived there",
    "reset": "a has kept its 4",
}


@pytest.mark.parametrize(("cell", "checked"), list(zip(OPEN, CHECKED, strict=True)))
def test_a_skeleton_without_its_signs_runs_and_is_told_what_it_lacks(cell, checked):
    names, found = before(cell), None
    opened = SKELETON.sub("", CELLS[cell])
    assert "\n#" not in opened and "..." in opened
    for source in (opened, *CELLS[cell + 1 : checked + 1]):
        found = run(source, names)
    assert not found.ok
    assert SAID.get(found.step.name, "There is still a blank in it") in found.mistake


def test_what_a_learner_writes_in_an_open_cell_is_what_is_checked():
    cell, names = OPEN[0], before(OPEN[0])
    wrong = CELLS[cell].replace("(..., ...)", "(self.value, other.value)")
    wrong = wrong.replace("value = ...", "value = self.value * other.value")
    found = run(SKELETON.sub("", wrong), names)
    assert "Each factor got itself" in found.mistake
    right = SKELETON.sub("", wrong).replace(
        "(self.value, other.value)", "(other.value, self.value)"
    )
    assert run(right, names).ok


def test_the_numbers_noted_from_pytorch_are_those_that_it_gives():
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    cells = code_cells("compare_engines")
    [source] = [source for source in cells if source.startswith("def by_torch")]
    [noted] = [source for source in cells if source.startswith("noted = ")]
    names: dict = {"torch": importlib.import_module("torch")}
    exec(source, names)
    exec(noted.splitlines()[0], names)
    assert names["by_torch"]() == names["noted"]
