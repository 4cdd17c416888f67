"""The checks of arguments: what passes, and one wording for what does not."""

import ast
import math
import re

import numpy as np
import pytest

from lessons.maths import checks
from tests.repository import ROOT

BAD = [
    (checks.finite, ("1",), TypeError, "x is the text '1'; give it a number, without quotes"),
    (checks.finite, (True,), TypeError, "x is True; give it a number"),
    (checks.finite, (math.nan,), ValueError, "x is nan; give it a finite number"),
    (checks.finite, (10**400,), ValueError, "x is too large for a float"),
    (checks.positive, (0,), ValueError, "x is 0; give a number above 0"),
    (checks.non_negative, (-1,), ValueError, "x is -1; give a finite number, 0 or more"),
    (checks.whole_number, (1.0,), TypeError, "x is 1.0; give a whole number"),
    (checks.whole_number, (0,), ValueError, "x is 0; give a whole number, 1 or more"),
    (checks.whole_number, (9, 1, 8), ValueError, "x is 9; give a whole number from 1 to 8"),
    (checks.whole_setting, (1.5,), TypeError, "x is 1.5; give a whole number"),
    (checks.choice, ("b", ["a", "c"]), ValueError, "there is no x 'b'; choose one of a, c"),
]


@pytest.mark.parametrize(("check", "arguments", "error", "words"), BAD)
def test_what_does_not_pass_is_told_in_one_wording(check, arguments, error, words):
    with pytest.raises(error, match=re.escape(words)):
        check("x", *arguments)


def test_what_passes_comes_back_as_the_plain_number_that_it_is():
    assert (checks.finite("x", np.float64(2.0)), checks.finite("x", 3)) == (2.0, 3.0)
    assert type(checks.finite("x", 3)) is type(checks.positive("x", np.float64(2.0))) is float
    assert (checks.whole_number("x", np.int64(2)), checks.whole_setting("x", 3.0)) == (2, 3)
    assert type(checks.whole_number("x", np.int64(2))) is int
    assert (checks.seed(0), checks.choice("x", "a", "ab"), checks.non_negative("x", 0)) == (
        0,
        "a",
        0,
    )


def said(node):
    """The words of a message as they stand in the source, a gap for each value."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "lessons").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT))
)
def test_no_error_names_a_file_of_the_house_or_what_is_private(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    raised = [node for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc]
    nodes = [node for one in raised for node in ast.walk(one.exc)]
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    texts = [said(node) for node in nodes if isinstance(node, ast.JoinedStr)]
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            texts.append(node.value)
    # `_move` is the one that whoever adds an optimizer has to write.
    for text in texts:
        assert not re.search(r"\w\.py\b|lessons[./]\w+[./]|(?<![\w}])_(?!move\b)[a-z]\w+", text), (
            text
        )
