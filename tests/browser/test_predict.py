"""The card that asks, in the real JupyterLab: answered by keyboard alone."""

import pytest

from tests.browser.lab import Lab

CARD = """
from lessons import predict
card = predict("What is `z`?", 6.0, mistakes={"Which term is missing?": 5.0}, reveal="The bias.")
card
"""


@pytest.mark.parametrize(("width", "theme"), [(1400, "light"), (700, "dark")])
def test_an_answer_by_keyboard_is_the_one_that_is_checked(lab: Lab, width: int, theme: str) -> None:
    lab.open(lab.write("card.ipynb", CARD), width=width, theme=theme).run_all()
    panel = lab.panel(0)
    said = panel.get_by_role("status")
    panel.get_by_role("textbox", name="Your answer").focus()
    for text, answer in (("5", "Which term is missing?"), ("1,5", "A comma"), ("-6", "sign")):
        lab.press("Control+a")
        lab.page.keyboard.type(text)
        lab.press("Enter").settle()
        assert answer in said.inner_text()
    # By the button: Tab leaves the box, which sends its text, and space presses.
    lab.press("Control+a")
    lab.page.keyboard.type("2*3")
    lab.press("Tab", "Space").settle()
    assert "The answer is 6.00. The bias." in said.inner_text()
    lab.press("Tab", "Enter").settle()
    assert lab.kernel("print([a.text for a in card.attempts], card.revealed)") == (
        "['5', '1,5', '-6', '2*3'] True\n"
    )
    assert lab.axe(panel) == []
    lab.check()


def test_an_exception_while_checking_is_shown_and_not_lost(lab: Lab) -> None:
    broken = "object.__setattr__(card.question, 'answer', 'six')"
    lab.open(lab.write("broken.ipynb", CARD, broken)).run_all()
    panel = lab.panel(0)
    panel.get_by_role("textbox").focus()
    lab.page.keyboard.type("6")
    lab.press("Enter").settle()
    assert "This stopped with TypeError" in panel.get_by_role("alert").inner_text()
    with pytest.raises(AssertionError, match="TypeError"):
        lab.check()
