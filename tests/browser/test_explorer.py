"""The explorer as a learner meets it: keys, clicks and sliders in the real JupyterLab."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from lessons import record, relu
from lessons.maths import text
from tests.browser.lab import Lab, violations_text

NEURON = """
from lessons import explore, relu

def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y
"""
EXPLORE = """
panel = explore(
    neuron, x0=1.0, x1=-2.0, x2=3.0, w0=-3.0, w1=-1.0, w2=2.0, b=1.0,
    update=["w0", "w1", "w2", "b"],
    presets={"A dead neuron": {"b": -10.0}, "A large upstream gradient": {"upstream": 25.0}},
)
panel
"""
VALUES = {"x0": 1.0, "x1": -2.0, "x2": 3.0, "w0": -3.0, "w1": -1.0, "w2": 2.0, "b": 1.0}


def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y


@pytest.fixture
def panel(lab: Lab) -> Locator:
    lab.open(lab.write("explorer.ipynb", NEURON, EXPLORE)).run_all()
    return lab.panel(0)


def state(lab: Lab) -> dict:
    """What the kernel holds: values, position, chosen name."""
    source = "import json; print(json.dumps([panel.values, panel.at, panel.scene.chosen]))"
    values, at, chosen = json.loads(lab.kernel(source))
    return {"values": values, "at": at, "chosen": chosen}


def shown_nodes(panel: Locator) -> dict[str, tuple[str, str]]:
    """The value and the gradient in each node of the diagram."""
    nodes = {}
    for node in panel.locator(".bp-svg .node").all():
        name = node.get_attribute("data-name") or ""
        value = node.locator(".value").text_content() or ""
        gradient = node.locator(".gradient")
        nodes[name] = (value, (gradient.text_content() or "") if gradient.count() else "")
    return nodes


def assert_page_says_what_record_says(panel: Locator, values: dict[str, float]) -> None:
    """All nodes of a panel that shows both passes to their end."""
    upstream = values.get("upstream", 1.0)
    r = record(neuron, **{n: values[n] for n in VALUES})
    g = r.backward(upstream)
    expected = {n: (text.number(r[n]), text.number(g[n])) for n in r.values}
    assert shown_nodes(panel) == expected


def test_every_slider_moves_by_keyboard_and_the_page_follows(lab: Lab, panel: Locator) -> None:
    handles = panel.get_by_role("slider").all()
    assert len(handles) == 9
    for name, handle in zip([*VALUES, "upstream", "lr"], handles, strict=True):
        before = state(lab)["values"]
        handle.focus()
        lab.press("ArrowRight", times=2).settle()
        lab.press("ArrowLeft").settle()
        after = state(lab)["values"]
        assert after[name] > before[name]
        assert {n: v for n, v in after.items() if n != name} == {
            n: v for n, v in before.items() if n != name
        }
        assert_page_says_what_record_says(panel, after)
    lab.check()


def test_a_held_drag_ends_where_the_hand_ends(lab: Lab, panel: Locator) -> None:
    handle = panel.get_by_role("slider", name="b", exact=True)
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    for i in range(1, 26):
        lab.page.mouse.move(x + i, y)
    lab.settle()
    # The hand still holds the handle: the last position must be on the page already.
    held = state(lab)["values"]
    assert held["b"] > 1.0
    assert_page_says_what_record_says(panel, held)
    lab.page.mouse.up()
    lab.settle()
    assert state(lab)["values"] == held
    lab.check()


def test_stepping_to_the_start_and_the_end_by_keys(lab: Lab, panel: Locator) -> None:
    stage = panel.locator(".bp-stage")
    stage.focus()
    lab.press("Home").settle()
    assert "step 0 of 18" in panel.inner_text()
    nodes = shown_nodes(panel)
    assert nodes["x0"] == ("1.00", "· · ·") and nodes["y"] == ("· · ·", "· · ·")
    for at in range(1, 19):
        lab.press("ArrowRight").settle()
        assert f"step {at} of 18" in panel.inner_text()
    assert_page_says_what_record_says(panel, VALUES)
    for at in range(17, -1, -1):
        lab.press("ArrowLeft").settle()
        assert f"step {at} of 18" in panel.inner_text()
    lab.press("End").settle()
    assert "step 17 of 18" in panel.inner_text()
    assert stage.evaluate("el => el === document.activeElement")
    lab.check()


def test_one_step_lights_line_node_and_row_together(lab: Lab, panel: Locator) -> None:
    panel.locator(".bp-stage").focus()
    lab.press("Home").settle()
    for _ in range(13):
        lab.press("ArrowRight").settle()
    assert panel.locator(".node.now").get_attribute("data-name") == "w2"
    assert panel.locator("tr.bp-now").get_attribute("data-name") == "w2"
    assert panel.locator(".bp-line.bp-now").inner_text().split() == [
        "4",
        "xw2",
        "=",
        "x2",
        "*",
        "w2",
    ]
    assert "The gradient reaches w2" in panel.locator(".bp-say").inner_text()
    assert "3.00" in panel.locator(".bp-math").inner_text()
    lab.check()


def test_buttons_step_jump_play_and_pause(lab: Lab, panel: Locator) -> None:
    panel.get_by_role("button", name="To the start").click()
    lab.settle()
    assert state(lab)["at"] == 0
    panel.get_by_role("button", name="Backward", exact=True).click()
    lab.settle()
    assert state(lab)["at"] == 6
    panel.get_by_role("button", name="Update", exact=True).click()
    lab.settle()
    assert state(lab)["at"] == 18
    panel.get_by_role("combobox", name="Speed").select_option("fast")
    panel.get_by_role("button", name="Play the steps").click()
    lab.page.wait_for_function(
        "() => Number(document.querySelector('.bp-count').innerText.match(/step (\\d+)/)[1]) >= 3"
    )
    panel.get_by_role("button", name="Pause").click()
    lab.settle()
    paused = state(lab)["at"]
    lab.page.wait_for_timeout(900)
    assert state(lab)["at"] == paused < 18
    lab.check()


@pytest.mark.parametrize("view", [".node[data-name=z]", "tr[data-name=z]", ".bp-line >> nth=4"])
def test_a_choice_in_one_view_is_made_in_all(lab: Lab, panel: Locator, view: str) -> None:
    panel.locator(view).click()
    lab.settle()
    assert state(lab)["chosen"] == "z"
    assert panel.locator(".node.chosen").get_attribute("data-name") == "z"
    assert panel.locator("tr.bp-chosen").get_attribute("data-name") == "z"
    assert "z = xw0" in panel.locator(".bp-line.bp-chosen").inner_text()
    assert "Its gradient is 1.00 × 1.00 from y" in panel.locator(".bp-say").inner_text()
    panel.locator(".bp-stage").focus()
    lab.press("Escape").settle()
    assert state(lab)["chosen"] == ""
    lab.press("ArrowDown").settle()
    assert state(lab)["chosen"] != ""
    lab.check()


def test_update_undo_reset_and_presets(lab: Lab, panel: Locator) -> None:
    update = panel.get_by_role("button", name="Update w and b")
    for expected in (4.5, 3.0, 1.5):
        update.click()
        lab.settle()
        after = state(lab)["values"]
        assert_page_says_what_record_says(panel, after)
        assert shown_nodes(panel)["y"][0] == text.number(expected)
    assert panel.locator(".bp-history svg").get_attribute("aria-label") == (
        "y over 3 updates, from 6.00 to 1.50"
    )
    panel.get_by_role("button", name="Undo").click()
    lab.settle()
    assert shown_nodes(panel)["y"][0] == "3.00"
    panel.get_by_role("button", name="Reset").click()
    lab.settle()
    assert {n: state(lab)["values"][n] for n in VALUES} == VALUES
    panel.get_by_role("combobox", name="Presets").select_option("A dead neuron")
    lab.settle()
    assert shown_nodes(panel)["w0"] == ("−3.00", "0.00")
    assert panel.locator(".bp-svg .stop").count() == 1
    lab.check()


def test_a_number_box_takes_what_the_slider_cannot_show(lab: Lab, panel: Locator) -> None:
    box = panel.get_by_role("spinbutton", name="w0, the number")
    box.fill("-12.345")
    box.press("Enter")
    lab.settle()
    assert state(lab)["values"]["w0"] == -12.345
    assert_page_says_what_record_says(panel, state(lab)["values"])
    handle = panel.get_by_role("slider", name="w0")
    assert float(handle.get_attribute("aria-valuemin") or 0) <= -12.345
    lab.check()


def test_the_panel_holds_at_700_px_and_in_the_dark(lab: Lab, tmp_path: Path) -> None:
    lab.open(lab.write("explorer.ipynb", NEURON, EXPLORE), width=700, theme="dark").run_all()
    panel = lab.panel(0)
    assert_page_says_what_record_says(panel, VALUES)
    wide = panel.evaluate("el => el.scrollWidth - el.clientWidth")
    assert wide <= 0, "the panel is wider than its place"
    found = lab.axe(lab.output_areas.nth(1))
    assert not found, violations_text(found)
    lab.resize(1400).settle()
    found = lab.axe(lab.output_areas.nth(1))
    assert not found, violations_text(found)
    lab.check()


def test_axe_finds_nothing_in_the_panel_in_the_light(lab: Lab, panel: Locator) -> None:
    for key in ("Home", "End"):
        panel.locator(".bp-stage").focus()
        lab.press(key).settle()
        found = lab.axe(lab.output_areas.nth(1))
        assert not found, violations_text(found)


def test_two_panels_and_one_shown_twice_do_not_disturb_each_other(lab: Lab) -> None:
    other = "other = explore(neuron, **{**panel.record.inputs, 'b': 2.0})\nother"
    lab.open(lab.write("twice.ipynb", NEURON, EXPLORE, other, "panel")).run_all()
    first, second, third = (lab.panel(i) for i in range(3))
    second.locator(".bp-stage").focus()
    lab.press("Home").settle()
    assert "step 0 of 17" in second.inner_text()
    assert "step 17 of 18" in first.inner_text() and "step 17 of 18" in third.inner_text()
    third.locator(".bp-stage").focus()
    lab.press("Home").settle()
    lab.press("ArrowRight").settle()
    # One model, two views: they show the same, and one key is one step.
    assert "step 1 of 18" in first.inner_text() and "step 1 of 18" in third.inner_text()
    third.get_by_role("slider", name="b", exact=True).focus()
    lab.press("ArrowRight").settle()
    assert shown_nodes(first)["b"][0] == shown_nodes(third)["b"][0] == "1.10"
    assert shown_nodes(second)["b"][0] == "2.00"
    lab.check()


def test_an_error_becomes_a_sentence_and_is_raised(lab: Lab) -> None:
    source = """
from lessons import explore, log

def f(x):
    y = log(x)
    return y

panel = explore(f, x=0.1, ranges={"x": (-1, 1, 0.1)})
panel
"""
    lab.open(lab.write("error.ipynb", source)).run_all()
    panel = lab.panel(0)
    panel.get_by_role("slider", name="x", exact=True).focus()
    lab.press("ArrowLeft").settle()
    alert = panel.get_by_role("alert").inner_text()
    assert "log takes numbers above 0" in alert and "line 2" in alert
    assert panel.locator(".bp-old").count() == 1
    with pytest.raises(AssertionError, match="log takes numbers above 0"):
        lab.check()
    lab.press("ArrowRight", times=3).settle()
    assert panel.locator(".bp-old").count() == 0 and not panel.get_by_role("alert").is_visible()


def test_a_planted_exception_in_a_callback_fails_the_check(lab: Lab, panel: Locator) -> None:
    lab.kernel("panel._draw = lambda: 1 / 0")
    panel.get_by_role("slider", name="b", exact=True).focus()
    lab.press("ArrowRight").settle()
    assert "ZeroDivisionError" in panel.get_by_role("alert").inner_text()
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab.check()


def test_no_key_is_lost_while_the_kernel_is_busy(lab: Lab, panel: Locator) -> None:
    panel.locator(".bp-stage").focus()
    lab.press("Home").settle()
    lab.kernel(
        "import time\n"
        "draw = panel._draw\n"
        "def slow():\n"
        "    time.sleep(0.2)\n"
        "    draw()\n"
        "panel._draw = slow\n"
    )
    lab.press("ArrowRight", times=7)
    panel.locator(".bp-count", has_text="step 7 of 18").wait_for()
    lab.settle()
    assert state(lab)["at"] == 7
    lab.check()
