"""No saved output gives away the answer of a question above it."""

import json

import pytest

from tests.repository import NOTEBOOKS, ci_script

answers = ci_script("answers")


def card(answer):
    """A question as it is saved."""
    page = (
        f"<details><summary>Show the answer</summary><p>The answer is {answer}. So.</p></details>"
    )
    return code({"data": {"text/html": ["<p>What is <code>z</code>?</p>\n", page]}})


def code(*outputs, tags=()):
    metadata = {"tags": list(tags)} if tags else {}
    return {"cell_type": "code", "source": "f()", "outputs": list(outputs), "metadata": metadata}


def printed(text, **options):
    return code({"output_type": "stream", "name": "stdout", "text": text}, **options)


HEADING = {"cell_type": "markdown", "source": "## On", "metadata": {}}
TEXT = {"cell_type": "markdown", "source": "So it is 6.", "metadata": {}}


@pytest.mark.parametrize(
    ("answer", "text", "hidden"),
    [
        ("6.00", "z = 6.00", True),
        ("6.00", "z = 6", True),
        ("6.00", "z = 16.00, w6 = 60", False),
        ("6.00", "z = -6.0", False),
        ("\N{MINUS SIGN}5.00", "b = -5.0", True),
        ("\N{MINUS SIGN}5.00", "b = \N{MINUS SIGN}5", True),
        ("0.3162", "about 0.32", True),
        ("0.3162", "about 0.3", False),
        ("5.85e-06", "0.00", False),
        ("5.85e-06", "5.85e-06", True),
        ("0.00", "y = 0.00", True),
        ("12.0", "[1.0, 12.0]", True),
    ],
)
def test_a_number_that_would_be_taken_as_right_is_hidden(answer, text, hidden):
    assert answers.to_hide([card(answer), TEXT, printed(text)]) == ({2} if hidden else set())


def test_the_table_of_a_panel_counts_and_its_picture_does_not():
    table = {
        "data": {"text/plain": "z | 6.00", "text/html": '<img alt="z is 6.00" src="data:6.00">'}
    }
    picture = {"data": {"text/plain": "Panel", "text/html": '<img alt="no 6.00" src="data:6.00">'}}
    assert answers.to_hide([card("6.00"), code(table)]) == {1}
    assert answers.to_hide([card("6.00"), code(picture)]) == set()


def test_it_is_searched_up_to_the_next_question_or_heading():
    assert answers.to_hide([card("6.00"), HEADING, printed("6.00")]) == set()
    assert answers.to_hide([card("6.00"), card("2.00"), printed("6.00"), printed("2.0")]) == {3}
    assert answers.to_hide([printed("6.00"), card("6.00")]) == set()


def test_an_author_hides_and_keeps_by_a_tag():
    cells = [card("6.00"), printed("6.00", tags=["shown"]), printed("7.00", tags=["answer"])]
    assert answers.to_hide(cells) == {2}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_lesson_shows_an_answer_below_its_question(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    hidden = {
        place
        for place, cell in enumerate(cells)
        if cell["metadata"].get("jupyter", {}).get("outputs_hidden")
    }
    kept = {p for p, cell in enumerate(cells) if "shown" in cell["metadata"].get("tags", [])}
    assert {place for place, _ in answers.gives_away(cells)} <= hidden | kept
    assert hidden == answers.to_hide(cells)
