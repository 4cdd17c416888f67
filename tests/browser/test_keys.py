"""The keys of a panel in the real JupyterLab: who gets the focus, and where Shift+Enter goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from tests.browser.lab import Lab

SQUARE = """\
from lessons import explore, predict

def square(x):
    y = x * x
    return y
"""
ACTIVE = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"


@pytest.fixture
def panel(lab: Lab) -> Locator:
    cells = (SQUARE, "panel = explore(square, x=3.0, at=0)\npanel", "predict('x?', 3.0)", "1 + 1")
    lab.open(lab.write("keys.ipynb", *cells)).run_all()
    return lab.panel(0)


@pytest.mark.parametrize("where", [".bp-say", ".bp-time", ".bp-title", ".bp-stage > p"])
def test_a_click_anywhere_in_the_panel_gives_it_the_arrow_keys(
    lab: Lab, panel: Locator, where: str
) -> None:
    panel.locator(where).first.click(position={"x": 3, "y": 3})
    before = lab.page.evaluate(ACTIVE)
    lab.press("ArrowRight", times=2).settle()
    assert lab.kernel("print(panel.at)") == "2\n"
    lab.press("ArrowLeft").settle()
    assert lab.kernel("print(panel.at)") == "1\n"
    lab.press("ArrowDown", "ArrowUp").settle()
    assert lab.page.evaluate(ACTIVE) == before
    lab.check()


def test_shift_and_enter_go_on_to_the_next_cell_and_run_nothing_again(
    lab: Lab, panel: Locator
) -> None:
    panel.get_by_role("button", name="Step", exact=True).click()
    counts = lab.settle().counts()
    lab.press("Shift+Enter").settle()
    assert lab.page.evaluate(ACTIVE) == 2 and lab.counts() == counts
    assert lab.kernel("print(panel.at)") == "1\n"  # the button was not pressed again
    entry = lab.panel(1).get_by_label("Your answer")
    entry.fill("3")
    entry.press("Shift+Enter")
    lab.settle()
    assert lab.page.evaluate(ACTIVE) == 3 and lab.counts() == counts
    lab.press("Shift+Enter").settle()  # and from there it is JupyterLab's own again
    assert lab.counts()[3] == 5
    lab.check()
