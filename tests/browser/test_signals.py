"""The panel of signals and the game of rates in the real JupyterLab."""

from __future__ import annotations

import json
import math

import pytest
from playwright.sync_api import Locator

from lessons.maths.networks.largest_rate import largest_rate, trial
from lessons.maths.networks.signals import UniformNetwork
from lessons.panels.kit.prose import plain
from lessons.panels.signals import words
from tests.browser.lab import Lab, violations_text
from tests.browser.test_surface import picture

SIGNALS = "from lessons import follow_signals\npanel = follow_signals()\npanel"
GAME = "from lessons import find_largest_rate\ngame = find_largest_rate((1, 2, 4))\ngame"


def rows(panel: Locator) -> list[list[str]]:
    found = panel.locator(".bp-steps tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in found]


def stack_of(lab: Lab) -> UniformNetwork:
    """What the kernel holds."""
    given = json.loads(
        lab.kernel("import dataclasses, json; print(json.dumps(dataclasses.asdict(panel.stack)))")
    )
    return UniformNetwork(**given)


def assert_page_says_what_is_measured(lab: Lab, panel: Locator, expected: UniformNetwork) -> None:
    """Sentence and table, against a network that is made and measured here."""
    assert stack_of(lab) == expected
    signals = expected.signals()
    said = panel.get_by_role("status").inner_text()
    assert said.startswith(words.TITLES[signals.verdict])
    assert plain(words._told(expected, signals)) in said.replace("\n", " ")
    assert rows(panel) == [words._cells(s, ascii=False) for s in signals.layers]
    alt = panel.locator(".bp-picture img").get_attribute("alt")
    assert alt == words.alt(expected, signals)


def test_signals_by_keyboard_sliders_menus_and_presets(lab: Lab) -> None:
    lab.open(lab.write("signals.ipynb", SIGNALS)).run_all()
    panel = lab.panel(0)
    assert_page_says_what_is_measured(lab, panel, UniformNetwork())
    for name, changed in (
        ("depth", UniformNetwork(depth=12)),
        ("width", UniformNetwork(depth=12, width=72)),
        ("bias", UniformNetwork(depth=12, width=72, bias=0.1)),
        ("seed", UniformNetwork(depth=12, width=72, bias=0.1, seed=2)),
    ):
        seen = picture(panel)
        panel.locator(".bp-row").filter(has_text=name).get_by_role("slider").focus()
        lab.press("ArrowRight", times=3).settle()
        lab.press("ArrowLeft").settle()
        assert picture(panel) != seen
        assert_page_says_what_is_measured(lab, panel, changed)
    panel.get_by_role("button", name="Reset").press("Enter")
    lab.settle()
    # The std that is in use stands on its slider; a key makes it the learner's own.
    slider = panel.locator(".bp-row").filter(has_text="std").get_by_role("slider")
    slider.focus()
    lab.press("ArrowRight").settle()
    assert_page_says_what_is_measured(lab, panel, UniformNetwork(init=("normal", 0.2)))
    assert slider.get_attribute("aria-valuetext") == "0.2"
    start = panel.get_by_role("combobox", name="start")
    chosen = start.evaluate("el => el.selectedOptions[0].text")
    assert chosen.replace("\xa0", " ") == "normal, std below"
    start.select_option("normal, std 0.01")
    lab.settle()
    assert_page_says_what_is_measured(lab, panel, UniformNetwork(init="normal"))
    assert "Every weight gradient lies near 9.5e−13" in panel.get_by_role("status").inner_text()
    panel.get_by_role("combobox", name="activation").select_option("sigmoid")
    start.select_option("Xavier")
    lab.settle()
    expected = UniformNetwork(activation="sigmoid", init="xavier")
    assert_page_says_what_is_measured(lab, panel, expected)
    panel.get_by_role("combobox", name="Presets").select_option("low biases: dead ReLU")
    lab.settle()
    assert_page_says_what_is_measured(lab, panel, UniformNetwork(bias=-0.35))
    assert "exactly 0 in 10 of 10 layers" in (
        panel.locator(".bp-picture img").get_attribute("alt") or ""
    )
    lab.check()
    # A number that is none is refused in a sentence, and all stays as it was.
    box = panel.locator(".bp-row").filter(has_text="depth").locator("input")
    box.fill("2.5")
    box.press("Enter")
    lab.settle()
    assert "depth is 2.5; give a whole number" in panel.get_by_role("alert").inner_text()
    assert stack_of(lab) == UniformNetwork(bias=-0.35) and box.input_value() == "10"


def test_the_game_is_played_by_keyboard_and_its_record_kept(lab: Lab) -> None:
    lab.open(lab.write("game.ipynb", GAME)).run_all()
    panel = lab.panel(0)
    said = panel.get_by_role("status")
    assert "Depth 1, lr = 0.1: will 100 steps converge?" in said.inner_text()
    tries = ((1.0, "Converges"), (3.0, "Explodes"), (0.002, "Too slow"), (1.4, "Converges"))
    for lr, title in tries:
        panel.locator(".bp-row input").focus()
        lab.press("Control+a")
        lab.page.keyboard.type(str(lr))
        lab.press("Enter").settle()
        seen = picture(panel)
        lab.press("Tab")  # to the next control, the button
        assert lab.page.evaluate("() => document.activeElement.textContent.trim()") == "Try"
        lab.press("Enter").settle()
        assert said.inner_text().startswith(title) and picture(panel) != seen
        run = trial(1, lr)
        assert json.loads(lab.kernel("import json; print(json.dumps(game.trials[-1].losses))")) == (
            pytest.approx(run.losses, rel=1e-6)
        )
        if run.stopped is not None:
            assert f"after step {run.stopped} the loss" in said.inner_text()
    assert rows(panel)[0] == ["1", "4", "1.4", "3", "?", ""]
    panel.get_by_role("button", name="Show the largest").press("Enter")
    lab.settle()
    bound = largest_rate(1)
    shown = rows(panel)[0]
    assert math.isclose(float(shown[4]), bound.converges, rel_tol=0.02)
    assert shown[5] == f"{140 / float(shown[4]):.0f} %"
    panel.get_by_role("combobox", name="depth").select_option("4")
    lab.settle()
    assert "Depth 4, lr = 1.4" in said.inner_text()
    assert rows(panel)[0] == shown  # the record of the other depth stays
    panel.get_by_role("slider").focus()
    lab.press("ArrowLeft", times=3).settle()
    assert lab.kernel("print(game.game.lr)").strip() == "0.63"  # 1.25, three marks down
    lab.check()


@pytest.mark.parametrize(("width", "theme"), [(1400, "light"), (700, "dark")])
def test_both_fit_axe_finds_nothing_and_a_picture_is_saved(
    lab: Lab, width: int, theme: str
) -> None:
    name = lab.write("both.ipynb", SIGNALS, f"{GAME}.attempt(0.5)\ngame.attempt(3.0)\ngame")
    lab.open(name, width=width, theme=theme).run_all()
    lab.kernel("panel.preset('all weights 0: alike'); game.reveal()")
    lab.settle()
    for n in (0, 1):
        panel, area = lab.panel(n), lab.output_areas.nth(n)
        assert panel.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
        table = panel.locator(".bp-steps .bp-scroll")
        assert table.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
        found = lab.axe(area)
        assert not found, violations_text(found)
        image = panel.locator(".bp-picture img")
        shown = image.evaluate("el => [el.clientWidth, el.naturalWidth / devicePixelRatio]")
        assert abs(shown[0] - shown[1]) <= 1
    assert (
        json.loads(
            lab.kernel("import json; print(json.dumps([panel._look.dark, game._look.dark]))")
        )
        == [theme == "dark"] * 2
    )
    for outputs in lab.outputs():
        assert set(outputs[-1]["data"]) >= {"text/html", "text/plain"}
    lab.check()
