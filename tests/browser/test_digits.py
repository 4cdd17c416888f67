"""The pad in the real JupyterLab: a digit drawn with the mouse, a finger and the keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator

from lessons.panels.digits.picture import probability
from tests.browser.lab import Lab, violations_text
from tests.drawn import DRAWN, Stroke
from tests.repository import lesson

TRAINED = """
from lessons import Network, digits, draw_digit, split, train

part, held = split(digits())
network = Network((64, 32, 10), loss="categorical_cross_entropy_from_logits")
for _ in train(network, part, epochs=30, lr=0.5):
    pass
"""
PAD = "pad = draw_digit(network, digits=held)\npad"


@pytest.fixture
def panel(lab: Lab) -> Locator:
    lab.open(lab.write("pad.ipynb", TRAINED, PAD)).run_all()
    return lab.panel(0)


def kernel(lab: Lab, expression: str) -> Any:
    """What an expression is in the kernel."""
    return json.loads(lab.kernel(f"import json; print(json.dumps({expression}))"))


def bars(panel: Locator) -> list[str]:
    return panel.locator(".pad-bars tbody tr td:last-child").all_inner_texts()


def assert_page_says_what_predict_says(lab: Lab, panel: Locator) -> list[float]:
    """The bars, the large digit and the numbers in the blocks, against the network itself."""
    p = kernel(lab, "network.predict(pad.image).tolist()")
    assert bars(panel) == [probability(one) for one in p]
    assert panel.locator(".bp-pad-guess").inner_text() == str(p.index(max(p)))
    counts = [int(told) for told in panel.locator(".pad-count").all_text_contents()]
    assert counts == [n for n in kernel(lab, "[round(16 * v) for v in pad.image.tolist()]") if n]
    return p


def page_of(panel: Locator) -> Locator:
    return panel.get_by_role("application")


def on_page(panel: Locator, stroke: Stroke) -> list[tuple[float, float]]:
    """Where the points of a stroke lie in the window."""
    box = page_of(panel).bounding_box()
    assert box is not None
    return [
        (box["x"] + box["width"] * x / 32, box["y"] + box["height"] * y / 32) for x, y in stroke
    ]


def draw_with_mouse(lab: Lab, panel: Locator, strokes: list[Stroke]) -> None:
    mouse = lab.page.mouse
    for stroke in strokes:
        first, *others = on_page(panel, stroke)
        mouse.move(*first)
        mouse.down()
        for point in others:
            mouse.move(*point, steps=3)
        mouse.up()


FINGER = """async (page, places) => {
  // As a finger does it: pointer events of the kind "touch", without a mouse before them.
  const send = (type, [x, y]) => page.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: "touch", isPrimary: true, button: type === "pointermove" ? -1 : 0,
    clientX: x, clientY: y, bubbles: true, cancelable: true,
  }));
  page.setPointerCapture = () => {};
  send("pointerdown", places[0]);
  for (const place of places.slice(1)) {
    send("pointermove", place);
    await new Promise(requestAnimationFrame);
  }
  send("pointerup", places.at(-1));
}"""


def test_digits_drawn_with_the_mouse_in_the_lesson_are_read_while_they_are_drawn(lab: Lab) -> None:
    lab.open(lesson("draw_digits")).run_all()
    panel = lab.page.locator(".bp-panel:has(.bp-pad)").first
    panel.scroll_into_view_if_needed()
    page_of(panel).hover()
    lab.settle()
    assert assert_page_says_what_predict_says(lab, panel)[7] > 0.5  # drawn by the cell itself
    for digit in (7, 0, 4):
        panel.get_by_role("button", name="Clear").click()
        draw_with_mouse(lab, panel, DRAWN[digit])
        lab.settle()
        p = assert_page_says_what_predict_says(lab, panel)
        assert p.index(max(p)) == digit
        strokes = kernel(lab, "pad.strokes")
        assert len(strokes) == len(DRAWN[digit])
        for stroke, meant in zip(strokes, DRAWN[digit], strict=True):
            # The first place and the last have arrived; a pixel is a tenth of a unit here.
            assert stroke[0] == pytest.approx(meant[0], abs=0.2)
            assert stroke[-1] == pytest.approx(meant[-1], abs=0.5)
        assert panel.locator(".pad-done polyline").count() == len(DRAWN[digit])
        assert panel.locator(".pad-live polyline").count() == 0
    # A stroke that is not ended is read already, and drawn at once.
    panel.get_by_role("button", name="Clear").click()
    lab.settle()
    places = on_page(panel, DRAWN[1][0])
    lab.page.mouse.move(*places[0])
    lab.page.mouse.down()
    for place in places[1:]:
        lab.page.mouse.move(*place, steps=8)
    lab.settle()
    assert panel.locator(".pad-live polyline").count() == 1
    assert_page_says_what_predict_says(lab, panel)
    lab.page.mouse.up()
    lab.settle()
    panel.get_by_role("button", name="Clear").click()
    lab.settle()
    assert bars(panel) == ["·"] * 10 and panel.locator("polyline").count() == 0
    page_of(panel).evaluate(FINGER, on_page(panel, DRAWN[0][0]))
    lab.settle()
    assert assert_page_says_what_predict_says(lab, panel)[0] > 0.9
    assert page_of(panel).evaluate("el => getComputedStyle(el).touchAction") == "none"
    found = lab.axe(panel)
    assert not found, violations_text(found)
    lab.check()


def test_a_digit_drawn_with_the_keys_alone(lab: Lab, panel: Locator) -> None:
    page_of(panel).focus()
    told = panel.locator(".bp-pad [role=status]")
    lab.press("ArrowUp", times=5)
    lab.press("ArrowLeft", times=3)
    assert told.inner_text() == "Pen up, column 5, row 3 of 16"
    lab.press(" ")
    assert told.inner_text() == "Pen down, column 5, row 3 of 16"
    lab.press("ArrowRight", times=6)
    for _ in range(3):  # down and to the left, as on stairs
        lab.press("ArrowDown", times=3).press("ArrowLeft")
    lab.press("ArrowDown", " ").settle()
    assert told.inner_text().startswith("Pen up")
    p = assert_page_says_what_predict_says(lab, panel)
    assert p.index(max(p)) == 7
    [stroke] = kernel(lab, "pad.strokes")
    assert stroke[0] == [9, 5] and stroke[6] == [21, 5] and stroke[-1] == [15, 25]
    lab.press("ArrowUp", times=5)
    lab.press(" ", "ArrowLeft", "ArrowLeft", "Escape").settle()
    assert len(kernel(lab, "pad.strokes")) == 2
    assert_page_says_what_predict_says(lab, panel)
    lab.press("Backspace").settle()
    assert kernel(lab, "pad.strokes") == [stroke]
    lab.press("Delete").settle()
    assert kernel(lab, "pad.strokes") == [] and bars(panel) == ["·"] * 10
    # JupyterLab has not taken a key for its own: Delete and x cut cells, arrows walk through them.
    assert len(lab.counts()) == 2
    page_of(panel).focus()
    lab.press(" ").settle()
    lab.press("Tab").settle()  # who leaves the page lifts the pen
    assert told.inner_text().startswith("Pen down") and len(kernel(lab, "pad.strokes")) == 1
    names = []
    for _ in range(7):
        names.append(lab.page.evaluate("() => document.activeElement.textContent.trim()"))
        lab.press("Tab")
    buttons = ["Clear", "Undo", "Next example", "Next mistake"]
    assert [name for name in names if name in buttons] == buttons
    lab.check()


def test_examples_reasons_nudges_and_every_layer(lab: Lab, panel: Locator) -> None:
    said = panel.locator(".bp-say")
    panel.get_by_role("button", name="Next example").click()
    lab.settle()
    assert kernel(lab, "pad.image.tolist() == held.x[0].tolist()")
    assert panel.locator(".pad-done rect").count() == kernel(lab, "int((held.x[0] > 0).sum())")
    assert "That is right." in said.inner_text()
    assert_page_says_what_predict_says(lab, panel)
    panel.get_by_role("button", name="Next mistake").click()
    lab.settle()
    assert kernel(lab, "pad.guess != held.labels[pad._state.page.example].item()")
    # Another digit to compare with, by a click on its bar and by the menu.
    panel.locator(".pad-bars tbody tr").nth(5).click()
    lab.settle()
    if kernel(lab, "pad.guess") != 5:
        assert panel.get_by_role("combobox", name="Compare with").input_value() == "5"
    panel.get_by_role("combobox", name="Compare with").select_option("3")
    lab.settle()
    assert kernel(lab, "pad.reading.towards") == 3
    assert "Which pixels would make it" in panel.locator(".bp-history").inner_text()
    for _ in range(25):
        panel.get_by_role("button", name="Nudge the pixels").click()
    lab.settle()
    assert kernel(lab, "pad.guess") == 3 and "Nudged 25 times towards 3" in said.inner_text()
    assert_page_says_what_predict_says(lab, panel)
    panel.get_by_role("button", name="Open every layer").click()
    lab.settle()
    layers = panel.locator(".bp-matrices")
    assert layers.is_visible()
    assert kernel(lab, "(pad._trace.trace.arrays['dL_dx'] == pad.reading.dL_dx).all().item()")
    # Drawing begins anew, and the layers follow.
    draw_with_mouse(lab, panel, DRAWN[7])
    lab.settle()
    assert kernel(lab, "(pad._trace.trace.arrays['x'] == pad.image).all().item()")
    layers.get_by_role("button", name="One step back").click()
    lab.settle()
    assert kernel(lab, "pad._trace.at < pad._trace.scene.last")
    panel.get_by_role("button", name="Close the layers").click()
    lab.settle()
    assert layers.count() == 0
    lab.check()


def test_it_fits_when_narrow_and_dark_and_errors_are_told(lab: Lab) -> None:
    lab.open(lab.write("pad.ipynb", TRAINED, PAD), width=700, theme="dark").run_all()
    panel = lab.panel(0)
    found = lab.axe(lab.output_areas.nth(1))
    assert not found, violations_text(found)
    draw_with_mouse(lab, panel, DRAWN[3])
    lab.settle()
    assert_page_says_what_predict_says(lab, panel)
    found = lab.axe(lab.output_areas.nth(1))
    assert not found, violations_text(found)
    beyond = """panel => [...panel.querySelectorAll("*")]
      .filter(el => !el.closest(".bp-scroll > *, .pad-hidden, .bp-math > *"))
      .filter(el => el.getBoundingClientRect().right > panel.getBoundingClientRect().right + 0.5)
      .map(el => `${el.tagName} ${el.className}`)"""
    assert panel.evaluate(beyond) == []
    page = page_of(panel).bounding_box()
    assert page is not None and abs(page["width"] - page["height"]) < 1
    lab.check()
    # What is refused is told, and the stroke is not on the page.
    lab.kernel("import numpy as np; kept = network.b[1].copy(); network.b[1][:] = np.nan")
    draw_with_mouse(lab, panel, [DRAWN[1][0]])
    lab.settle()
    assert "not finite" in panel.get_by_role("alert").inner_text()
    assert panel.locator(".pad-live polyline").count() == 0
    assert len(kernel(lab, "pad.strokes")) == len(DRAWN[3])
    with pytest.raises(AssertionError, match="not finite"):
        lab.check()
    lab.kernel("network.b[1][:] = kept")
    panel.get_by_role("button", name="Clear").click()
    draw_with_mouse(lab, panel, DRAWN[3])
    lab.settle()
    assert not panel.get_by_role("alert").is_visible()
    assert_page_says_what_predict_says(lab, panel)
