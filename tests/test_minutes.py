"""How the minutes of a lesson are counted, on notebooks made up for the purpose."""

from typing import Any

import pytest

from tests.repository import ci_script

minutes = ci_script("minutes")

IMPORT = "from lessons import explore, predict"


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def code(source: str, folded: bool = False) -> dict[str, Any]:
    metadata = {"jupyter": {"source_hidden": True}} if folded else {}
    return {"cell_type": "code", "source": source, "metadata": metadata}


def counted(*cells: dict[str, Any]) -> Any:
    return minutes.count({"cells": list(cells)})


def test_the_minutes_are_the_sum_of_all_that_is_read_and_done() -> None:
    found = minutes.Count(words=300, lines=30, questions=2, panels=3, tasks=4)
    assert found.exact == 2 + 3 + 2.5 + 6 + 4
    assert found.minutes == 18
    assert minutes.Count(words=60, lines=1, questions=0, panels=0, tasks=0).minutes == 1


def test_a_word_has_a_letter_or_a_digit() -> None:
    assert counted(text("## Two words\n\n| a | $x = 1$ |\n| --- | --- |")).words == 5


def test_a_line_is_not_empty_and_not_folded() -> None:
    assert counted(code("a = 1\n\n\nb = 2\n# a sign"), code("c = 3", folded=True)).lines == 3


def test_a_question_is_a_call_of_predict_folded_or_not() -> None:
    cells = [code(IMPORT), code('predict("z?", 1)', folded=True), code("def predict_it(): ...")]
    assert counted(*cells).questions == 1


@pytest.mark.parametrize(
    ("source", "panels"),
    [
        ("explore(f, x=1)", 1),
        ("explore(f)\nexplore(g)", 2),
        ("panel = explore(f)\npanel", 1),
        ("descend(f, 0.1)", 0),  # a function of the notebook's own: it is not imported here
        ("record(f)", 0),
    ],
)
def test_a_panel_is_a_call_of_a_verb_from_the_package(source: str, panels: int) -> None:
    assert counted(code(IMPORT), code(source)).panels == panels


def test_a_task_is_a_numbered_item_beside_a_panel() -> None:
    tasks = text("Look.\n\n1. Press it.\n2. Press it again,\n   and once more.")
    panel, other = code("explore(f)"), code("ranges = {}")
    assert counted(code(IMPORT), tasks, panel).tasks == 2
    assert counted(code(IMPORT), tasks, other, panel).tasks == 2
    assert counted(code(IMPORT), panel, tasks, other).tasks == 2
    assert counted(code(IMPORT), tasks, text("No."), panel).tasks == 0
    assert counted(code(IMPORT), tasks, other).tasks == 0


def test_practice_is_counted_apart() -> None:
    cells = [code(IMPORT), text("# A lesson"), text("## Practise\n\nOne by one."), code("a = 1")]
    assert counted(*cells, text("## What to take with you")) == counted(
        *cells[:2], text("## What to take with you")
    )


def test_every_panel_is_a_verb_of_the_package() -> None:
    import lessons

    assert set(lessons.__all__) >= minutes.PANELS


def test_the_first_cell_and_the_table_are_written() -> None:
    notebook = '["need [lesson 1](01_a_b.ipynb). About 0 minutes.\\n", "About 5 minutes."]'
    assert minutes.with_minutes(notebook, 24) == notebook.replace("About 0", "About 24")
    row = "| [1](notebooks/01_a_b.ipynb) | {} | a | b |\n"
    readme = "| [1](notebooks/01_a_b.ipynb) | 7 |\n<!-- lessons -->\n{} a lesson, {} in all.\n"
    readme += row + "<!-- end of lessons -->\n"
    expected = readme.format("90 to 90 minutes", "2 hours", 90)
    found = minutes.table_with_minutes(
        readme.format("0 to 0 minutes", "1 hours", 0), {"01_a_b.ipynb": 90}
    )
    assert found == expected


def test_an_appendix_has_a_row_and_counts_in_no_sum() -> None:
    row = "| [A1](notebooks/A1_a_b.ipynb) | {} | a |\n"
    lesson = "| [1](notebooks/01_a_b.ipynb) | 20 | a |\n{} a lesson, {} in all.\n"
    readme = "<!-- lessons -->\n" + lesson + row + "<!-- end of lessons -->\n"
    found = minutes.table_with_minutes(
        readme.format("0 to 0 minutes", "1 hours", 0), {"01_a_b.ipynb": 20, "A1_a_b.ipynb": 90}
    )
    assert found == readme.format("20 to 20 minutes", "0 hours", 90)
