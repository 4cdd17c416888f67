"""The engine's lessons in the real JupyterLab: pictures, checks, and a learner's own mistake."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.lab import Lab, violations_text
from tests.repository import lesson

SOURCE = """([text, change]) => {
  const found = window.jupyterapp.shell.currentWidget.content.widgets
    .find(cell => cell.model.sharedModel.getSource().includes(text)).model.sharedModel;
  if (change) found.setSource(found.getSource().replace(change[0], change[1]));
  return found.getSource();
}"""


def cell_of(lab: Lab, text: str) -> Locator:
    """The code cell with this text in it."""
    return lab.page.locator(".jp-CodeCell", has=lab.page.get_by_text(text, exact=True)).first


def source(lab: Lab, text: str, *change: str) -> str:
    """The source of the cell with this text in it, with one piece changed where that is asked."""
    found: str = lab.page.evaluate(SOURCE, [text, list(change)])
    return found


def run_below(lab: Lab, cell: Locator) -> None:
    """Run this cell alone, as by its menu."""
    cell.locator(".jp-Cell-inputArea").click()
    lab.press("Control+Enter").settle()


def said(lab: Lab) -> list[str]:
    """The verdict of each check, in order."""
    checks = lab.page.locator(".jp-RenderedHTMLCommon p", has_text="of 10: ")
    return [words.split(".")[0] for words in checks.all_text_contents()]


def graphs(lab: Lab) -> Locator:
    return lab.page.locator('.jp-OutputArea-output img[alt^="The graph of"]')


def test_the_walk_back_is_right_and_its_graph_is_drawn(lab: Lab) -> None:
    lab.open(lesson("walk_graph"), width=1400).run_all()
    assert said(lab) == ["Right"] * 5
    pictures = graphs(lab)
    assert pictures.count() == 2
    alt = pictures.last.get_attribute("alt") or ""
    for words in (
        "The graph of L, with its gradients.",
        "m1 3.00, gradient 2.00.",
        "m2 0.50, gradient 12.00.",
    ):
        assert words in alt
    assert all(one.evaluate("el => el.naturalWidth") > 300 for one in pictures.all())

    # A wide picture shrinks, but not until it cannot be read: then it scrolls, by keyboard too.
    lab.resize(700)
    around = pictures.last.locator("xpath=..")
    assert around.evaluate("el => el.scrollWidth > el.clientWidth && el.tabIndex === 0")
    assert pictures.last.evaluate("el => el.width / el.naturalWidth") >= 0.69
    found = lab.axe(around)
    assert not found, violations_text(found)
    lab.check()


def test_the_engines_of_others_run_and_the_bug_of_one_is_named(lab: Lab) -> None:
    lab.open(lesson("compare_engines"), width=1400).run_all()
    assert said(lab) == ["Not yet"]
    lab.check()


def test_the_class_is_right_and_the_learners_own_mistake_is_named(lab: Lab) -> None:
    lab.open(lesson("build_graph"), width=1400).run_all()
    assert said(lab) == ["Right"] * 5
    pictures = graphs(lab)
    assert pictures.count() == 1
    assert pictures.first.evaluate("el => el.naturalWidth") > 300

    # As a learner does: take the signs away, fill in the dots, and run the cell.
    mul = cell_of(lab, "Value.__mul__ = mul")
    mul.locator(".cm-content").click()
    lab.press("Control+Home").press("Shift+ArrowDown", times=4).press("Control+Slash")
    assert source(lab, "Value.__mul__").startswith("def mul(self, other):\n    value = ...\n")
    run_below(lab, mul)
    output = mul.locator(".jp-Cell-outputArea")
    assert "There is still a blank in it" in output.inner_text()
    source(lab, "Value.__mul__", "value = ...", "value = self.value * other.value")
    source(lab, "Value.__mul__", "(..., ...)", "(self.value, other.value)")
    run_below(lab, mul)
    assert "c.partials is (2.00, −3.00), and (−3.00, 2.00) is right." in output.inner_text()
    assert "Each factor got itself." in output.inner_text()
    found = lab.axe(output)
    assert not found, violations_text(found)
    source(lab, "Value.__mul__", "(self.value, other.value)", "(other.value, self.value)")
    run_below(lab, mul)
    assert "Right. Step 3 of 10: multiplication." in output.inner_text()

    lab.resize(700)
    for shown in (pictures.first.locator("xpath=.."), output):
        found = lab.axe(shown)
        assert not found, violations_text(found)
    lab.check()
