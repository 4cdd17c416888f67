"""The two layers as a learner meets them, in the real JupyterLab: one step, the map, the menus."""

from __future__ import annotations

from functools import partial

from playwright.sync_api import Locator

from lessons import (
    binary_cross_entropy,
    descend,
    half_squared_error,
    identity,
    leaky_relu,
    mismatch_reason,
    record,
    relu,
    sigmoid,
)
from lessons.maths import text
from lessons.maths.scalar.record import Record
from lessons.maths.scalar.update import gradient_step
from tests.browser.lab import Lab, violations_text
from tests.repository import lesson

SYSTEM_T = {"x": 2.0, "y": 1.0, "m1": 3.0, "m2": 0.5}
GENERAL = SYSTEM_T | {"b1": 0.0, "b2": 0.0}
OWN = ["m1", "b1", "m2", "b2"]


def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = m2 * a1
    yhat = relu(z2)
    L = half_squared_error(yhat, y)
    return L


def network(x, y, m1, b1, m2, b2, g, F, loss):
    z1 = m1 * x + b1
    a1 = g(z1)
    z2 = m2 * a1 + b2
    yhat = F(z2)
    L = loss(yhat, y)
    return L


def updated(function, values, lr, names):
    return values | gradient_step(record(function, **values).backward(), lr, names)


def explorer(lab: Lab, n: int = 0) -> Locator:
    """The n-th explorer of the lesson, among its other panels."""
    return lab.page.locator(".bp-panel:has(.bp-stage .bp-svg)").nth(n)


def shown(panel: Locator) -> dict[str, tuple[str, str]]:
    """The value and the gradient in each node of the diagram."""
    return {
        node.get_attribute("data-name") or "": (
            node.locator(".value").text_content() or "",
            node.locator(".gradient").text_content() or "",
        )
        for node in panel.locator(".bp-svg .node").all()
    }


def told(run: Record) -> dict[str, tuple[str, str]]:
    """What the diagram has to say of a record when both passes are complete."""
    gradient = run.backward()
    return {name: (text.number(run[name]), text.number(gradient[name])) for name in run.values}


def test_one_step_kills_it(lab: Lab) -> None:
    lab.open(lesson("train_two_layers")).run_all()
    panel = explorer(lab, 1)  # the first one has other numbers, and no way back
    panel.get_by_role("button", name="To the end").click()
    lab.settle()
    assert shown(panel) == told(record(two_layers, **SYSTEM_T))
    after = updated(two_layers, SYSTEM_T, 0.1, ["m1", "m2"])
    for _ in range(3):  # nothing moves from the second one on
        panel.get_by_role("button", name="Update m").click()
        lab.settle()
        assert shown(panel) == told(record(two_layers, **after))
    assert shown(panel)["L"][0] == "0.50" and shown(panel)["m2"] == ("−0.70", "0.00")
    lab.check()


def test_the_map_agrees(lab: Lab) -> None:
    lab.open(lesson("choose_rate")).run_all()
    panel = lab.page.locator(".bp-panel:has(.bp-surface)").first
    expected = descend(two_layers, along=("m1", "m2"), lr=0.1, **SYSTEM_T)
    panel.get_by_role("button", name="Step", exact=True).click()
    lab.settle()
    expected.step()
    assert expected.path[-1]["dL_dm2"] == 0.0
    rows = panel.locator("table tbody tr").all_inner_texts()
    assert [row.split() for row in rows] == [
        [str(step), *map(text.number, point.values())] for step, point in enumerate(expected.path)
    ]
    lab.check()


def test_the_menus_bring_it_back(lab: Lab) -> None:
    lab.open(lesson("choose_functions")).run_all()
    panel = explorer(lab)

    def choose(menu: str, choice: str) -> None:
        box = panel.get_by_role("combobox", name=menu, exact=True)
        box.select_option(choice)
        lab.settle()

    for menu in ("g", "F", "loss"):  # which menu is which can be seen
        label = panel.locator(".bp-menu label", has_text=menu).filter(visible=True)
        size = label.first.bounding_box()
        assert size and min(size["width"], size["height"]) >= 8
    general = partial(network, g=identity, F=leaky_relu, loss=half_squared_error)
    choose("F", "leaky_relu")
    assert shown(panel) == told(record(general, **GENERAL))
    panel.get_by_role("button", name="Update m and b").click()
    lab.settle()
    after = updated(general, GENERAL, 0.1, OWN)
    assert shown(panel) == told(record(general, **after))
    assert shown(panel)["m2"][1] != "0.00"  # alive
    panel.get_by_role("button", name="Reset").click()
    lab.settle()
    lab.check()

    before = shown(panel)
    choose("loss", "binary cross-entropy")
    sentence = mismatch_reason("binary_cross_entropy", "leaky_relu")
    alert = panel.get_by_role("alert")
    assert sentence.rstrip(".") in alert.inner_text()
    assert shown(panel) == before
    choose("F", "sigmoid")
    assert not alert.is_visible()
    general = partial(network, g=identity, F=sigmoid, loss=binary_cross_entropy)
    assert shown(panel) == told(record(general, **GENERAL))
    assert any(sentence.rstrip(".") in error for error in lab.kernel_errors())
    assert lab.console_errors == [] and lab.output_errors() == []
    if found := lab.axe(panel):
        raise AssertionError(violations_text(found))
