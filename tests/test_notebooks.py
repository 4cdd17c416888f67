"""The committed notebooks: their form, their budgets, and what a learner may count on in each."""

import ast
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.repository import APPENDICES, LESSONS, NOTEBOOKS, ROOT, ci_script

form = ci_script("notebooks")
minutes = ci_script("minutes")

SAY_LINES = 8
COMPUTE_LINES = 8
# A cell that holds one function and nothing else: the learner's own, which cannot be cut in two.
FUNCTION_LINES = 10
# A question with its hints, which is data; folded away, because it holds the answer too.
QUESTION_LINES = 14
CODE_COLUMNS = 88
# The first cell and the last have a list of links and promises to hold.
FRAME_LINES = 14
# About what fits on a line of JupyterLab; a paragraph on one line counts as the lines it fills.
TEXT_COLUMNS = 120

NAME = re.compile(r"(?:\d\d|A\d)_[a-z]+(_[a-z]+)+\.ipynb")
# A table for looking things up is read row by row: the glossary would be no better in pieces.
TABLE = re.compile(r"\|.*\n\|(?: ?-+ ?\|)+\n(?:\|.*(?:\n|$))+")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# PyTorch is compared with where it is installed; the lessons run without it.
THIRD_PARTY = {"lessons", "numpy", "matplotlib", "ipywidgets", "IPython", "tqdm", "torch"}
NETWORK = {
    "asyncio", "ftplib", "http", "imaplib", "poplib", "smtplib", "socket", "socketserver", "ssl",
    "subprocess", "urllib", "webbrowser", "xmlrpc",
}  # fmt: skip

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str | None = None) -> list[tuple[int, str, dict[str, Any]]]:
    """Number, counted from 1, source and JSON of each cell, or of each cell of one kind."""
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    numbered = [(n, form.text_of(cell["source"]), cell) for n, cell in enumerate(found, 1)]
    return [entry for entry in numbered if kind in (None, entry[2]["cell_type"])]


def lines_of_text(source: str) -> int:
    """How many lines a text fills on the page. Empty lines are air, and free."""
    return sum(-(-len(line) // TEXT_COLUMNS) for line in source.splitlines() if line.strip())


def lines_of_code(source: str) -> int:
    return sum(1 for line in source.splitlines() if line.strip())


def is_one_function(source: str) -> bool:
    body = ast.parse(source).body
    return len(body) == 1 and isinstance(body[0], ast.FunctionDef)


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS, "notebooks/ is empty, so a run of nbval would check nothing"


def test_names_are_a_number_a_verb_and_an_object_in_the_order_of_the_course() -> None:
    names = [path.name for path in NOTEBOOKS]
    assert [name for name in names if not NAME.fullmatch(name)] == []
    assert len(LESSONS) + len(APPENDICES) == len(names)
    assert [int(path.name[:2]) for path in LESSONS] == list(range(1, len(LESSONS) + 1))
    assert [int(path.name[1]) for path in APPENDICES] == list(range(1, len(APPENDICES) + 1))


def test_the_id_of_a_cell_names_it_in_the_whole_course() -> None:
    ids = Counter(cell["id"] for path in NOTEBOOKS for _, _, cell in cells(path))
    assert [name for name, times in ids.items() if times > 1] == []


def is_folded_question(source: str, cell: dict[str, Any]) -> bool:
    body = ast.parse(source).body
    return (
        cell["metadata"].get("jupyter", {}).get("source_hidden") is True
        and len(body) == 1
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Call)
        and getattr(body[0].value.func, "id", "") == "predict"
    )


@every_notebook
def test_is_in_the_one_form(path: Path) -> None:
    found = form.problems(path)
    assert not found, f"run `make notebooks`; {path.name}:\n" + "\n".join(found)


@every_notebook
def test_every_cell_says_or_computes(path: Path) -> None:
    kinds = [cell["cell_type"] for _, _, cell in cells(path)]
    # The appendix with the words of the course has nothing to compute.
    assert set(kinds) == {"markdown", "code"} or (path in APPENDICES and set(kinds) == {"markdown"})
    assert kinds[0] == kinds[-1] == "markdown"


@every_notebook
def test_a_say_cell_is_short(path: Path) -> None:
    said = cells(path, "markdown")
    long = {
        number: lines
        for number, source, _ in said[1:-1]
        if (lines := lines_of_text(source)) > SAY_LINES
        and not (path in APPENDICES and TABLE.fullmatch(source))
    }
    assert long == {}, f"cells of more than {SAY_LINES} lines"
    assert lines_of_text(said[0][1]) <= FRAME_LINES
    assert lines_of_text(said[-1][1]) <= FRAME_LINES


@every_notebook
def test_a_code_cell_is_short_and_narrow(path: Path) -> None:
    long, wide = {}, {}
    for number, source, cell in cells(path, "code"):
        limit = FUNCTION_LINES if is_one_function(source) else COMPUTE_LINES
        limit = QUESTION_LINES if is_folded_question(source, cell) else limit
        if (lines := lines_of_code(source)) > limit:
            long[number] = lines
        if (columns := max(len(line) for line in source.splitlines())) > CODE_COLUMNS:
            wide[number] = columns
    assert long == {}, f"cells of more than {COMPUTE_LINES} lines"
    assert wide == {}, f"cells of more than {CODE_COLUMNS} columns"


@every_notebook
def test_opens_with_what_one_will_do_learn_and_need(path: Path) -> None:
    _, source, _ = cells(path)[0]
    assert source.startswith("# ")
    missing = [word for word in ("do", "learn", "need") if not re.search(rf"\b{word}\b", source)]
    assert missing == []


@every_notebook
def test_takes_at_most_35_minutes_and_the_first_cell_says_how_many(path: Path) -> None:
    found = minutes.counted(path)
    # An appendix is looked things up in, so it has no bound.
    assert path in APPENDICES or found.exact <= minutes.LONGEST == 35, found
    said = minutes.SAID.findall(cells(path)[0][1])
    assert said == [str(found.minutes)], "run `make notebooks`"


@every_notebook
def test_closes_with_something_to_try_and_the_next_lesson(path: Path) -> None:
    _, source, _ = cells(path)[-1]
    assert re.search(r"\btry\b", source, re.IGNORECASE)
    kin = APPENDICES if path in APPENDICES else LESSONS
    following = kin[kin.index(path) + 1 :]
    if following:
        assert f"]({following[0].name})" in source, f"no link to {following[0].name}"


@every_notebook
def test_links_lead_somewhere(path: Path) -> None:
    targets = [link for _, source, _ in cells(path, "markdown") for link in LINK.findall(source)]
    local = [target.partition("#")[0] for target in targets if "://" not in target]
    assert [target for target in local if target and not (path.parent / target).exists()] == []


@every_notebook
def test_a_code_cell_is_plain_python_without_install_shell_or_network(path: Path) -> None:
    bad = []
    for number, source, _ in cells(path, "code"):
        if re.search(r"^\s*[%!]|[?]\s*$", source, re.MULTILINE):
            bad.append(f"cell {number}: a magic or a shell command")
            continue
        for node in ast.walk(ast.parse(source)):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in {name.partition(".")[0] for name in names}:
                if name in NETWORK or name not in THIRD_PARTY | set(sys.stdlib_module_names):
                    bad.append(f"cell {number}: imports {name}")
    assert bad == []


@every_notebook
def test_lies_where_make_finds_it(path: Path) -> None:
    assert path.parent == ROOT / "notebooks"
