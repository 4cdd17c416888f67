"""The race panel in the real JupyterLab: dragging the start, stepping, playing, menus, keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator

from lessons import record
from lessons.maths import text
from lessons.maths.surfaces.landscapes import LANDSCAPES, narrow_valley
from lessons.maths.surfaces.race import run_race
from lessons.panels.race.words import loss, outcome, place, standing
from tests.browser.lab import Lab, violations_text
from tests.browser.test_surface import picture

CELL = """
from lessons import race
panel = race("narrow valley", steps=30, presets={"System T": {"landscape": "System T", "lr": 0.1}})
panel
"""


def opened(lab: Lab, width: int = 1400, theme: str = "light") -> Locator:
    lab.open(lab.write("race.ipynb", CELL), width=width, theme=theme).run_all()
    return lab.panel(0)


def values(lab: Lab) -> dict[str, Any]:
    """What the kernel holds."""
    return json.loads(lab.kernel("import json; print(json.dumps(panel.values))"))


def spot(lab: Lab, panel: Locator, one: float, two: float) -> tuple[float, float]:
    """Where a pair of values lies on the page."""
    left, top, right, bottom = json.loads(lab.kernel("print(panel._front.plot)"))
    panel.locator(".bp-picture").scroll_into_view_if_needed()
    # The image is another one after every picture, so it is looked for and measured at once.
    box = panel.evaluate(
        "el => el.querySelector('.bp-picture img').getBoundingClientRect().toJSON()"
    )
    ends = LANDSCAPES[values(lab)["landscape"]].ranges
    shares = [(v - low) / (high - low) for v, (low, high) in zip((one, two), ends, strict=True)]
    x = box["x"] + box["width"] * (left + shares[0] * (right - left))
    y = box["y"] + box["height"] * (bottom - shares[1] * (bottom - top))
    return x, y


def rows(panel: Locator) -> list[list[str]]:
    found = panel.locator(".bp-steps tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in found]


def assert_page_shows_the_race(lab: Lab, panel: Locator) -> None:
    """Each row of the standing, against a race that is run here."""
    now = values(lab)
    names, at = list(now["optimizers"]), now["at"]
    race = run_race(now["landscape"], tuple(now["start"]), names, now["steps"], now["lr"])
    expected = [
        [
            str(rank),
            {"adam": "Adam", "rmsprop": "RMSProp", "nesterov": "Nesterov"}.get(
                lane.name, lane.name
            ),
            text.short(now["lr"]),
            str(min(at, lane.steps)),
            *(text.number(v) for v in (*place(lane, at), loss(lane, at))),
            outcome(lane, at),
        ]
        for rank, lane in standing(race, at)
    ]
    assert rows(panel) == expected


def recorded(start: tuple[float, float], lr: float, steps: int) -> tuple[float, float]:
    """Where gradient descent comes to in the narrow valley, by the recorded gradient."""
    w0, w1 = start
    for _ in range(steps):
        gradient = record(narrow_valley, w0=w0, w1=w1).backward()
        w0, w1 = w0 - lr * gradient["w0"], w1 - lr * gradient["w1"]
    return w0, w1


def test_the_start_is_dragged_and_the_page_follows_while_the_hand_moves(lab: Lab) -> None:
    panel = opened(lab)
    assert_page_shows_the_race(lab, panel)
    before = picture(panel)
    lab.page.mouse.move(*spot(lab, panel, -4.0, 1.0))
    lab.page.mouse.down()
    lab.page.mouse.move(*spot(lab, panel, 2.0, -0.8), steps=25)
    lab.settle()
    held = values(lab)["start"]  # the button is still down
    assert held == pytest.approx((2.0, -0.8), abs=0.06) and picture(panel) != before
    assert_page_shows_the_race(lab, panel)
    [row] = [row for row in rows(panel) if row[1] == "gradient descent"]
    expected = recorded((held[0], held[1]), 0.08, 30)
    assert row[4:6] == [text.number(value) for value in expected]
    x, y = spot(lab, panel, 5.0, 0.0)
    lab.page.mouse.move(x + 70, y, steps=5)  # out of the map: along its edge
    lab.page.mouse.up()
    lab.page.mouse.move(*spot(lab, panel, 0.0, 0.0), steps=3)  # the hand has let go
    lab.settle()
    assert values(lab)["start"][0] == 5.0
    # The losses are no map.
    lab.page.mouse.click(x + 200, y)
    lab.settle()
    assert values(lab)["start"][0] == 5.0
    for name, value in zip(("w0", "w1"), values(lab)["start"], strict=True):
        handle = panel.get_by_role("slider", name=name, exact=True)
        assert float(handle.get_attribute("aria-valuenow") or "nan") == pytest.approx(value)
    lab.check()


def test_play_step_menus_optimizers_and_what_is_refused(lab: Lab) -> None:
    panel = opened(lab)
    seen = picture(panel)
    panel.get_by_role("combobox", name="Speed").select_option("fast")
    panel.get_by_role("button", name="Play the race").click()
    pause = panel.get_by_role("button", name="Pause")
    pause.wait_for()
    lab.page.wait_for_function(
        "() => document.querySelector('.bp-say').innerText.startsWith('After all 30 steps')"
    )
    panel.get_by_role("button", name="Play the race").wait_for()  # it has stopped by itself
    lab.settle()
    assert values(lab)["at"] == 30 and picture(panel) == seen
    panel.get_by_role("button", name="To the start").click()
    panel.get_by_role("button", name="Step", exact=True).click()
    lab.settle()
    assert values(lab)["at"] == 1 and picture(panel) != seen
    assert_page_shows_the_race(lab, panel)

    panel.get_by_role("checkbox", name="Nesterov").check()
    panel.get_by_role("checkbox", name="momentum", exact=True).uncheck()
    panel.get_by_role("combobox", name="Landscape").select_option("two minima")
    lab.settle()
    assert values(lab)["optimizers"] == ["gradient descent", "nesterov", "rmsprop", "adam"]
    assert values(lab)["start"] == [1.8, 1.2]
    assert_page_shows_the_race(lab, panel)
    panel.get_by_role("combobox", name="Presets").select_option("System T")
    panel.get_by_role("button", name="To the end").click()
    lab.settle()
    assert_page_shows_the_race(lab, panel)
    said = panel.get_by_role("status").inner_text()
    assert "Gradient descent (since step 1) and momentum (since step 1) are dead" in said
    assert "dead since step 1" in (panel.locator(".bp-picture img").get_attribute("alt") or "")

    box = panel.locator(".bp-rows .bp-row input").first
    box.fill("9")
    box.press("Enter")
    lab.settle()
    assert "m1 = 9, outside the surface" in panel.get_by_role("alert").inner_text()
    assert values(lab)["start"] == [3.0, 0.5] and box.input_value() == "3"
    panel.get_by_role("button", name="Reset").click()
    lab.settle()
    assert not panel.get_by_role("alert").is_visible() and picture(panel) == seen
    with pytest.raises(AssertionError, match="m1 = 9, outside the surface"):
        lab.check()  # that one error, and no other
    assert len(lab.errors()) == 1


def test_by_keyboard_alone(lab: Lab) -> None:
    panel = opened(lab)
    for name in ("step", "w0", "w1", "lr", "mu"):
        before = values(lab)
        panel.get_by_role("slider", name=name, exact=True).focus()
        lab.press("ArrowLeft", times=3).settle()
        lab.press("ArrowRight").settle()
        after = values(lab)
        assert [key for key in after if after[key] != before[key]] == [
            {"step": "at", "w0": "start", "w1": "start"}.get(name, name.split()[-1])
        ]
    assert values(lab)["start"] == pytest.approx([-4.2, 0.96]) and values(lab)["at"] == 28
    handle = panel.get_by_role("slider", name="lr", exact=True)
    assert float(handle.get_attribute("aria-valuetext") or "nan") == values(lab)["lr"]
    lab.press("Tab")
    for _ in range(20):
        focused = lab.page.evaluate("() => document.activeElement.closest('label')?.innerText")
        if focused == "Nesterov":
            break
        lab.press("Tab")
    lab.press(" ").settle()
    assert "nesterov" in values(lab)["optimizers"]
    panel.get_by_role("button", name="Step", exact=True).focus()
    lab.press("Home").settle()
    assert values(lab)["at"] == 0
    lab.press("ArrowRight", times=3).settle()
    lab.press("ArrowLeft").settle()
    assert values(lab)["at"] == 2
    lab.press("End").settle()
    assert values(lab)["at"] == 30
    lab.check()


def test_it_fits_in_a_narrow_dark_page_and_axe_finds_nothing(lab: Lab) -> None:
    panel = opened(lab, width=700, theme="dark")
    for landscape in ("narrow valley", "System T"):
        panel.get_by_role("combobox", name="Landscape").select_option(landscape)
        lab.settle()
        assert panel.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
        table = panel.locator(".bp-steps .bp-scroll")
        assert table.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
        found = lab.axe(lab.output_areas.nth(0))
        assert not found, violations_text(found)
    # The map is above the losses now, and a place in it is still the place.
    lab.page.mouse.click(*spot(lab, panel, 2.0, 0.4))
    lab.settle()
    assert values(lab)["start"] == pytest.approx((2.0, 0.4), abs=0.03)
    lab.resize(1400)
    found = lab.axe(lab.output_areas.nth(0))
    assert not found, violations_text(found)
    assert panel.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
    [output] = lab.outputs()[0]
    assert set(output["data"]) >= {"text/html", "text/plain"}
    assert "gradient descent" in "".join(output["data"]["text/plain"])
    lab.check()
