"""The lessons on one neuron as a learner goes through them, in the real JupyterLab."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from lessons import record, relu
from lessons.maths import text
from tests.browser.lab import Lab, violations_text
from tests.repository import lesson

VALUES = {"x0": 1.0, "x1": -2.0, "x2": 3.0, "w0": -3.0, "w1": -1.0, "w2": 2.0, "b": 1.0}

# What stands out of the panel at the right, but for what scrolls within it.
BEYOND = """panel => [...panel.querySelectorAll("*")]
  .filter(el => !el.closest(".bp-stage > *, .bp-scroll > *, .bp-math > *"))
  .filter(el => el.getBoundingClientRect().right > panel.getBoundingClientRect().right + 0.5)
  .map(el => `${el.tagName} ${el.className}`)"""


def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y


def explorer(lab: Lab, n: int) -> Locator:
    """The n-th explorer of a lesson, among its other panels."""
    return lab.page.locator(".bp-panel:has(.bp-stage .bp-svg)").nth(n)


def shown(panel: Locator, kind: str) -> dict[str, str]:
    """The value or the gradient in each node of the diagram."""
    nodes = panel.locator(f".bp-svg .node:has(.{kind})")
    return {
        node.get_attribute("data-name") or "": node.locator(f".{kind}").text_content() or ""
        for node in nodes.all()
    }


def in_boxes(panel: Locator) -> dict[str, float]:
    """What the number boxes beside the sliders say."""
    found = {}
    for box in panel.get_by_role("spinbutton").all():
        label = box.evaluate("el => el.labels[0].textContent")  # "w0, the number"
        found[label.split(",")[0]] = float(box.input_value())
    return found


def at(panel: Locator, step: int) -> None:
    panel.locator(".bp-count", has_text=f"step {step} of").wait_for()


def walked(lab: Lab, panel: Locator, last: int) -> None:
    """To the start, to the end and back to the start, by keys."""
    panel.locator(".bp-stage").focus()
    lab.press("Home")
    at(panel, 0)
    for step in range(1, last + 1):
        lab.press("ArrowRight")
        at(panel, step)
    for step in range(last - 1, -1, -1):
        lab.press("ArrowLeft")
        at(panel, step)
    lab.press("End")
    at(panel, last)
    lab.settle()


def moved(lab: Lab, panel: Locator) -> dict[str, float]:
    """Every slider moved by keyboard; what the boxes then say."""
    for handle in panel.get_by_role("slider").all():
        before = handle.get_attribute("aria-valuenow")
        handle.focus()
        lab.press("ArrowRight", times=2).settle()
        assert handle.get_attribute("aria-valuenow") != before
    return in_boxes(panel)


@pytest.mark.parametrize("width", [1400, 700])
def test_forward_it_shows_what_record_says_after_every_slider(lab: Lab, width: int) -> None:
    lab.open(lesson("compute_neuron"), width=width).run_all()
    panel = explorer(lab, 1)  # the first one has only the diagram
    panel.scroll_into_view_if_needed()
    walked(lab, panel, last=5)
    now = moved(lab, panel)
    assert set(now) == set(VALUES) and all(now[n] != VALUES[n] for n in VALUES)
    r = record(neuron, **now)
    assert shown(panel, "value") == {name: text.number(v) for name, v in r.values.items()}
    assert shown(panel, "gradient") == {}  # this lesson knows no gradient yet
    found = lab.axe(panel)
    assert not found, violations_text(found)
    lab.check()


def test_backward_it_shows_what_record_says_after_every_slider(lab: Lab) -> None:
    lab.open(lesson("trace_gradient")).run_all()
    panel = explorer(lab, 1)  # the one with the upstream gradient at 5
    panel.scroll_into_view_if_needed()
    walked(lab, panel, last=17)
    now = moved(lab, panel)
    upstream = now.pop("upstream gradient")
    assert set(now) == set(VALUES) and upstream != 5.0
    r = record(neuron, **now)
    g = r.backward(upstream)
    assert shown(panel, "value") == {name: text.number(v) for name, v in r.values.items()}
    assert shown(panel, "gradient") == {name: text.number(g[name]) for name in r.values}
    lab.resize(700)
    assert shown(panel, "gradient") == {name: text.number(g[name]) for name in r.values}
    assert panel.evaluate(BEYOND) == []
    found = lab.axe(panel)
    assert not found, violations_text(found)
    lab.check()


def test_the_update_runs_down_to_the_corner(lab: Lab) -> None:
    lab.open(lesson("update_weights")).run_all()
    panel = explorer(lab, 0)
    panel.scroll_into_view_if_needed()
    update = panel.get_by_role("button", name="Update w and b")
    for expected in (4.5, 3.0, 1.5, 0.0, 0.0):
        update.click()
        lab.settle()
        assert shown(panel, "value")["y"] == text.number(expected)
    assert shown(panel, "gradient")["w0"] == "0.00"
    lab.check()
