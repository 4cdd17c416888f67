"""How long each lesson takes, computed from its notebook and written where a learner reads it.

    python .ci/minutes.py      write the minutes into the first cells and the table of README.md

The minutes of a lesson are the sum of

- words / 150: the words of its text cells. A word is what stands between two spaces and has a
  letter or a digit in it, so that `|`, `##` and `=` are none;
- lines / 10: the lines of its code cells, without the empty ones. A folded cell (`source_hidden`)
  is not counted: it holds a question, one solution, or what an earlier lesson has shown;
- 1.25 for a question: a call of `predict`;
- 2 for a panel: a call of one of PANELS, where the notebook has imported that name from `lessons`;
- 1 for a task in a panel: an item of a numbered list in a text that stands next to the panel's
  code, before or after it, with only code between. A numbered list elsewhere is a derivation.

Practice is counted apart: the cells from a heading that begins with "Practise" to the next heading
are left out. No lesson takes more than LONGEST minutes. An appendix, whose name begins with A, has
no bound, and is left out of the sum of all.
"""

import ast
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks"
README = ROOT / "README.md"

LONGEST = 35

# What a learner moves, presses or writes into and then reads: a check of an engine is one as well.
PANELS = {
    "check_engine",
    "descend",
    "draw_digit",
    "explore",
    "find_largest_rate",
    "fit_shapes",
    "follow_signals",
    "measure_slope",
    "race",
    "trace_layers",
    "watch_training",
}

WORD = re.compile(r"\S*[^\W_]\S*")
TASK = re.compile(r"^\d+\. ", re.MULTILINE)
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)

# The first cell of a lesson says it once, in these words.
SAID = re.compile(r"\bAbout (\d+) minutes\.")
# The table of lessons, and that of the appendices, with a row for each; the second column is ours.
TABLE = re.compile(r"(?<=<!-- lessons -->\n).*?(?=<!-- end of lessons -->)", re.DOTALL)
ROW = re.compile(r"^(\| \[A?\d+\]\(notebooks/(\S+?)\) \| )\d+( \|)", re.MULTILINE)
ALL = re.compile(r"\b\d+ to \d+ minutes a lesson, \d+ hours in all\b")

Cell = dict[str, Any]


@dataclass(frozen=True)
class Count:
    """What a notebook holds of each kind, and the minutes that it comes to."""

    words: int
    lines: int
    questions: int
    panels: int
    tasks: int

    @property
    def exact(self) -> float:
        reading = self.words / 150 + self.lines / 10
        return reading + 1.25 * self.questions + 2 * self.panels + self.tasks

    @property
    def minutes(self) -> int:
        """To the nearest whole one; a half counts up."""
        return int(self.exact + 0.5)


def text_of(cell: Cell) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def without_practice(cells: list[Cell]) -> list[Cell]:
    kept, practice = [], False
    for cell in cells:
        if cell["cell_type"] == "markdown" and (found := HEADING.search(text_of(cell))):
            practice = found[1].startswith("Practise")
        if not practice:
            kept.append(cell)
    return kept


def imported(trees: list[ast.Module]) -> set[str]:
    """The names that come from `lessons`; a function of the notebook's own may be named alike."""
    return {
        alias.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "lessons"
        for alias in node.names
    }


def calls(tree: ast.Module, names: set[str]) -> int:
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
        for node in ast.walk(tree)
    )


def beside_a_panel(cells: list[Cell], n: int, panels: dict[int, int]) -> bool:
    """Whether the code that leads up to text n, or that follows it, holds a panel."""
    for way in (-1, 1):
        other = n + way
        while 0 <= other < len(cells) and cells[other]["cell_type"] == "code":
            if panels[other]:
                return True
            other += way
    return False


def count(notebook: dict[str, Any]) -> Count:
    """What a notebook holds, by the rules above."""
    cells = without_practice(notebook["cells"])
    texts = {n: text_of(cell) for n, cell in enumerate(cells) if cell["cell_type"] == "markdown"}
    code = {n: cell for n, cell in enumerate(cells) if cell["cell_type"] == "code"}
    trees = {n: ast.parse(text_of(cell)) for n, cell in code.items()}
    known = imported(list(trees.values()))
    panels = {n: calls(tree, PANELS & known) for n, tree in trees.items()}
    return Count(
        words=sum(len(WORD.findall(text)) for text in texts.values()),
        lines=sum(
            1
            for cell in code.values()
            if not cell["metadata"].get("jupyter", {}).get("source_hidden")
            for line in text_of(cell).splitlines()
            if line.strip()
        ),
        questions=sum(calls(tree, {"predict"} & known) for tree in trees.values()),
        panels=sum(panels.values()),
        tasks=sum(
            len(TASK.findall(text)) for n, text in texts.items() if beside_a_panel(cells, n, panels)
        ),
    )


def counted(path: Path) -> Count:
    return count(json.loads(path.read_text(encoding="utf-8")))


def with_minutes(text: str, minutes: int) -> str:
    """The text of a notebook's file, with its minutes in the first cell."""
    return SAID.sub(f"About {minutes} minutes.", text, count=1)


def table_with_minutes(readme: str, minutes: dict[str, int]) -> str:
    """The text of the README, with the minutes of each lesson and of all in its table."""

    def row(found: re.Match[str]) -> str:
        return f"{found[1]}{minutes[found[2]]}{found[3]}"

    lessons = [whole for name, whole in minutes.items() if name[0].isdigit()]
    low, high = min(lessons), max(lessons)
    hours = round(sum(lessons) / 60)
    said = f"{low} to {high} minutes a lesson, {hours} hours in all"
    return TABLE.sub(lambda table: ALL.sub(said, ROW.sub(row, table[0])), readme)


def rewrite(path: Path, new: str) -> None:
    if new != path.read_text(encoding="utf-8"):
        # Not write_text: on Windows that would end each line in two characters.
        path.write_bytes(new.encode("utf-8"))


def main() -> int:
    minutes = {path.name: counted(path).minutes for path in sorted(FOLDER.glob("*.ipynb"))}
    for name, whole in minutes.items():
        path = FOLDER / name
        rewrite(path, with_minutes(path.read_text(encoding="utf-8"), whole))
        print(f"{name}: {whole} minutes")
    rewrite(README, table_with_minutes(README.read_text(encoding="utf-8"), minutes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
