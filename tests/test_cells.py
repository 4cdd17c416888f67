"""Names and lines in the cells of a real IPython, as a notebook's kernel runs them."""

import pytest
from IPython.core.interactiveshell import InteractiveShell


@pytest.fixture
def shell():
    made = InteractiveShell()
    made.run_cell("from lessons import record, relu", silent=True)
    yield made
    made.history_manager.enabled = False
    made.history_manager.end_session()


CELL = """\
def neuron(x, w, b):
    xw = [xi * wi for xi, wi in zip(x, w)]
    z = sum(xw) + b
    y = relu(z)
    return y
"""
RUN = "r = record(neuron, x=[1.0, -2.0], w=[-3.0, -1.0], b=1.0)"
EXPECTED = [("xw0", 2), ("xw1", 2), ("z", 3), ("y", 4)]


def test_names_and_lines_in_a_real_ipython_cell(shell):
    shell.run_cell(CELL).raise_error()
    shell.run_cell("\n" + RUN).raise_error()
    made = shell.user_ns["r"]
    assert [(step.name, step.line) for step in made.steps] == EXPECTED
    assert made.source == tuple(CELL.splitlines())


def test_a_cell_with_a_line_magic_keeps_its_source(shell):
    shell.run_cell("%precision 3\n" + CELL + RUN).raise_error()
    assert [(s.name, s.line) for s in shell.user_ns["r"].steps] == EXPECTED


def test_a_timed_cell_has_no_source_and_keeps_the_names(shell, capsys):
    shell.run_cell("%%time\n" + CELL + RUN).raise_error()
    made = shell.user_ns["r"]
    assert made.source == ()
    assert [step.name for step in made.steps][-2:] == ["z", "y"]
    assert made.steps[-2].args[-1] == "b"
