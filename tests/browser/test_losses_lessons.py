"""The lessons on losses in the real JupyterLab: the panels show what the table of losses says."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from lessons import (
    binary_cross_entropy_from_logits,
    categorical_cross_entropy_from_logits,
    half_squared_error,
    loss_slope,
    mean_squared_error,
    sigmoid,
    softmax,
)
from lessons.maths import text
from tests.browser.lab import Lab, violations_text
from tests.repository import lesson


def panel_of(lab: Lab, function: str) -> Locator:
    """The explorer of one of the lesson's functions."""
    panel = lab.page.locator(".bp-panel", has=lab.page.get_by_text(f"def {function}(")).first
    panel.scroll_into_view_if_needed()
    return panel


def shown(panel: Locator, name: str, kind: str = "value") -> str:
    return panel.locator(f'.bp-svg .node[data-name="{name}"] .{kind}').text_content() or ""


def in_box(panel: Locator, name: str) -> float:
    return float(panel.get_by_role("spinbutton", name=f"{name}, the number").input_value())


def press_on_slider(lab: Lab, panel: Locator, name: str, key: str, times: int) -> float:
    """Move a slider by keyboard; gives what its box says then."""
    before = in_box(panel, name)
    panel.get_by_role("slider", name=name, exact=True).focus()
    lab.press(key, times=times).settle()
    assert in_box(panel, name) != before
    return in_box(panel, name)


def test_the_convention_changes_loss_gradient_and_step(lab: Lab) -> None:
    lab.open(lesson("measure_loss")).run_all()
    panel = panel_of(lab, "fit")
    w = press_on_slider(lab, panel, "w", "ArrowRight", 5)
    yhat, y = [w, 2 * w, w], [2.0, 4.0, 2.0]
    half, mean = half_squared_error(yhat, y), mean_squared_error(yhat, y)
    menu = panel.get_by_role("combobox", name="loss")
    expected = {"sum": 3 * mean, "half the sum": 3 * half, "mean": mean, "half the mean": half}
    for convention, loss in expected.items():
        menu.select_option(label=convention)
        lab.settle()
        assert shown(panel, "L") == text.number(loss)
        # The targets are 2x, so loss is (w - 2)**2 times a number, and its slope 2 / (w - 2) of it.
        assert shown(panel, "w", "gradient") == text.number(2 * loss / (w - 2))
    panel.get_by_role("button", name="Update w").click()
    lab.settle()
    assert in_box(panel, "w") == pytest.approx(w - 0.25 * 2 * half / (w - 2), rel=1e-5)
    found = lab.axe(panel)
    assert not found, violations_text(found)
    lab.check()


def test_behind_sigmoid_and_softmax_p_minus_y_arrives(lab: Lab) -> None:
    lab.open(lesson("score_probabilities")).run_all()
    panel = panel_of(lab, "classify")
    z = press_on_slider(lab, panel, "z", "ArrowLeft", 7)
    for label in (1, 0):
        if label == 0:
            assert press_on_slider(lab, panel, "y", "ArrowLeft", 1) == 0
        panel.locator(".bp-stage").focus()
        lab.press("End").settle()
        slope = loss_slope("binary_cross_entropy_from_logits", z, label)
        assert slope == pytest.approx(sigmoid(z) - label)
        assert shown(panel, "L") == text.number(binary_cross_entropy_from_logits(z, label))
        assert shown(panel, "z", "gradient") == text.number(slope)

    panel = panel_of(lab, "choose")
    logits = [1.0, press_on_slider(lab, panel, "z1", "ArrowLeft", 4), 0.5]
    panel.locator(".bp-stage").focus()
    lab.press("End").settle()
    y = [0, 1, 0]
    assert shown(panel, "L") == text.number(categorical_cross_entropy_from_logits(logits, y))
    for i, p in enumerate(softmax(logits)):
        assert shown(panel, f"p{i}") == text.number(p)
        assert shown(panel, f"z{i}", "gradient") == text.number(p - y[i])
    lab.check()
