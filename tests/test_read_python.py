"""The table of appendix A1: each line of Python is met first in the lesson that it names."""

import ast
import json
import re
from pathlib import Path

from tests.repository import APPENDICES, LESSONS

[APPENDIX] = [path for path in APPENDICES if path.stem[3:] == "read_python"]
ROW = re.compile(r"^\| `(.+)` \| .+ \| \[(\d+)\]\((.+)\) \|$", re.MULTILINE)

#: The functions and methods of the table that are told from others by their name.
CALLED = {"enumerate", "isinstance", "partial", "range", "zip", "append", "items"}


def code(path: Path, kind: str = "code") -> list[str]:
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == kind]


def is_question(tree: ast.Module) -> bool:
    """Whether a cell is a folded question and nothing else: nobody has to read its code."""
    match tree.body:
        case [ast.Expr(value=ast.Call(func=ast.Name(id="predict")))]:
            return True
    return False


def kinds(node: ast.AST) -> set[str]:
    """What the table can say of one node of a program."""
    found = {type(node).__name__}
    if isinstance(node, ast.FunctionDef):
        found |= {"default"} if node.args.defaults else set()
        found |= {"operator"} if node.name in ("__add__", "__mul__") else set()
    elif isinstance(node, ast.Call):
        found |= {getattr(node.func, "id", ""), getattr(node.func, "attr", "")} & CALLED
        found |= {"by name" for word in node.keywords if word.arg}
        found |= {"two stars" for word in node.keywords if not word.arg}
        found |= {"one star" for word in node.args if isinstance(word, ast.Starred)}
    elif isinstance(node, ast.Assign):
        found |= {"chained"} if len(node.targets) > 1 else set()
        found |= {"unpacked"} if isinstance(node.targets[0], ast.Tuple) else set()
    elif isinstance(node, ast.FormattedValue):
        found |= {"repr"} if node.conversion == ord("r") else set()
    return found


#: Nodes that other rows are made of too, so that their kind alone says nothing.
PARTS = {
    "AnnAssign", "Assign", "Attribute", "BinOp", "Call", "Compare", "Constant", "Expr",
    "FormattedValue", "Load", "Module", "Name", "Store", "Subscript", "Tuple", "arg", "arguments",
    "comprehension", "keyword", "Pass", "Add", "Mult", "Pow", "Gt", "USub", "UnaryOp",
    "ExceptHandler",
}  # fmt: skip


def trees(path: Path) -> list[ast.Module]:
    return [tree for tree in map(ast.parse, code(path)) if not is_question(tree)]


def met(tree: ast.AST) -> set[str]:
    return set().union(*map(kinds, ast.walk(tree)))


def sought(line: str) -> str:
    """The kind that a row of the table is about: the rarest that its line shows."""
    source = line.replace("\\|", "|")
    if source == "try:":
        source = "try: pass\nexcept ValueError: pass"
    elif source.endswith(":"):
        source += " pass"
    shown = met(ast.parse(source)) - PARTS
    for rare in ("operator", "default", "repr", "two stars", "one star", "by name", *CALLED):
        if rare in shown:
            return "partial" if "partial" in shown else rare
    known = shown - {"JoinedStr", "List", "FunctionDef"} or shown & {"JoinedStr", "FunctionDef"}
    assert len(known) == 1, (line, known)
    return known.pop()


def test_each_line_is_met_first_in_the_lesson_that_the_table_names() -> None:
    [table] = [text for text in code(APPENDIX, "markdown") if text.startswith("| ")]
    rows = ROW.findall(table)
    assert len(rows) == len(table.splitlines()) - 2 > 20
    uses = [set().union(*map(met, trees(path))) for path in LESSONS]
    wrong = {}
    for line, number, file in rows:
        first = next((n for n, used in enumerate(uses, 1) if sought(line) in used), None)
        if (first, file) != (int(number), LESSONS[int(number) - 1].name):
            wrong[line] = f"{sought(line)}: first in lesson {first}, not {number}"
    assert wrong == {}


def test_a_line_is_told_by_its_rarest_part() -> None:
    said = {
        "def f(x):": "FunctionDef",
        "a \\| b": "BitOr",
        'f"{z!r}"': "repr",
        "def __add__(self, other):": "operator",
        "partial(f, b=0.0)": "partial",
        "[z**2 for z in x]": "ListComp",
        "x[0:2]": "Slice",
        "try:": "Try",
    }
    assert {line: sought(line) for line in said} == said
