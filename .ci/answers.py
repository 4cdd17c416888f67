"""Which saved outputs would give away the answer of a question above them.

A reader who opens a notebook that was never run sees its saved outputs. One that prints the answer
of a question is therefore hidden, by the metadata with which JupyterLab hides it until its cell is
run. An output gives an answer away if it holds a number that the question would take as right.

An output is searched from its question to the next question or heading. An author hides any other
output by the tag "answer", and keeps one that only happens to hold the number by the tag "shown".
"""

import html
import re
from collections.abc import Iterator
from typing import Any

Cell = dict[str, Any]

#: How far off an answer still counts as right, and for a small one, as a share of it.
WITHIN, SHARE = 0.005, 0.1
HIDES, KEEPS = "answer", "shown"

ANSWER = re.compile(r"<summary>Show the answer</summary>\s*<p>The answer is ([^ <]*\d)")
NUMBER = re.compile(r"(?<![\w.])[-\N{MINUS SIGN}]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]*\d)")
IMAGE = re.compile(r"<img[^>]*>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def text_of(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def read(number: str) -> float:
    return float(number.replace("\N{MINUS SIGN}", "-"))


def answer_of(cell: Cell) -> float | None:
    """The answer of the question that a cell asks; None where it asks none."""
    for output in cell.get("outputs", []):
        page = text_of(output.get("data", {}).get("text/html", ""))
        if found := ANSWER.search(page):
            return read(found[1])
    return None


def numbers_in(cell: Cell) -> Iterator[float]:
    """Every number that a reader sees in the outputs of a cell."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        page = TAG.sub(" ", IMAGE.sub(" ", text_of(data.get("text/html", ""))))
        for text in (output.get("text", ""), data.get("text/plain", ""), html.unescape(page)):
            for found in NUMBER.finditer(text_of(text)):
                yield read(found[0])


def is_right(number: float, answer: float) -> bool:
    """Whether a reader who types the number is told that it is right."""
    within = min(WITHIN, SHARE * abs(answer)) if answer else WITHIN
    return abs(number - answer) <= within


def starts_section(cell: Cell) -> bool:
    return cell["cell_type"] == "markdown" and bool(
        re.search(r"^#{1,6} ", text_of(cell["source"]), re.MULTILINE)
    )


def gives_away(cells: list[Cell]) -> Iterator[tuple[int, float]]:
    """Each cell, by its place from 0, whose outputs hold the answer of a question above it."""
    answer = None
    for place, cell in enumerate(cells):
        if starts_section(cell):
            answer = None
        if cell["cell_type"] != "code":
            continue
        asked = answer_of(cell)
        if asked is not None:
            answer = asked
        elif answer is not None and any(is_right(n, answer) for n in numbers_in(cell)):
            yield place, answer


def to_hide(cells: list[Cell]) -> set[int]:
    """The places of the code cells whose outputs are saved hidden."""
    tags = [cell.get("metadata", {}).get("tags", []) for cell in cells]
    found = {place for place, _ in gives_away(cells) if KEEPS not in tags[place]}
    return found | {place for place, some in enumerate(tags) if HIDES in some}
