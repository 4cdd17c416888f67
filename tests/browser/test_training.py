"""The training panel in the real JupyterLab: it trains beside cells and sliders, and looks back."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Locator

from lessons import Network, moons, split, train
from lessons.maths import text
from tests.browser.lab import Lab, violations_text

WATCH = """
from lessons import watch_training

panel = watch_training(points=80, hidden=(4,), batch=16, lr=0.3, epochs={epochs}, speed={speed!r})
panel
"""
LOSS = "binary_cross_entropy_from_logits"


def opened(lab: Lab, *, epochs: int = 40, speed: str = "20 epochs a second", **how: Any) -> Locator:
    cell = WATCH.format(epochs=epochs, speed=speed)
    lab.open(lab.write("trainer.ipynb", cell), **how).run_all()
    return lab.panel(0)


def button(panel: Locator, name: str) -> Locator:
    # The icon of Play is a letter of its name.
    return panel.get_by_role("button", name=name, exact=name not in ("Play", "Pause")).first


def press(panel: Locator, name: str) -> None:
    button(panel, name).click()


def kernel(lab: Lab, value: str) -> Any:
    return json.loads(lab.kernel(f"import json; print(json.dumps({value}))"))


def wait_for(lab: Lab, condition: str, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not kernel(lab, f"bool({condition})"):
        assert time.monotonic() < end, f"it did not come to {condition}"
        time.sleep(0.05)


def losses(panel: Locator) -> list[str]:
    """The row of losses under the picture: of the training points, and of those held out."""
    return panel.locator(".bp-math tr:has-text('Loss') td").all_inner_texts()[:2]


def assert_page_shows(panel: Locator, theta: Any) -> None:
    """The page's losses are those of the bare network with these weights."""
    data, held = split(moons(80, noise=0.2, seed=0), 0.25, 0)
    network = Network((2, 4, 1), "tanh", loss=LOSS, init="xavier")
    network.theta = theta
    found = [network.mean_loss(part.x, part.y) for part in (data, held)]
    assert losses(panel) == [text.number(value) for value in found]


def bare_weights(epochs: int) -> list[Any]:
    """The weights after each epoch of the loop without a panel."""
    data, _ = split(moons(80, noise=0.2, seed=0), 0.25, 0)
    network = Network((2, 4, 1), "tanh", loss=LOSS, init="xavier")
    found = [network.theta.copy()]
    for progress in train(network, data, epochs=epochs, batch=16, lr=0.3, seed=0):
        if progress.ends_epoch:
            found.append(network.theta.copy())
    return found


def test_it_trains_scrubs_branches_and_opens_a_point_with_the_numbers_of_the_bare_loop(
    lab: Lab,
) -> None:
    panel, weights = opened(lab), bare_weights(40)
    assert_page_shows(panel, weights[0])
    press(panel, "1 epoch")
    lab.settle()
    assert_page_shows(panel, weights[1])
    first = panel.locator(".bp-picture img").get_attribute("src")
    press(panel, "Play")
    button(panel, "Pause").wait_for()
    wait_for(lab, "panel._run.latest > 4")
    bar = panel.get_by_role("progressbar")
    assert float(bar.get_attribute("value") or 0) > 1
    wait_for(lab, "not panel.playing")  # the last epoch
    lab.settle()
    assert button(panel, "Play").is_visible()
    assert "After epoch 40 of 40" in panel.get_by_role("status").inner_text()
    assert_page_shows(panel, weights[40])
    assert panel.locator(".bp-picture img").get_attribute("src") != first
    # Back by the slider, on by the branch.
    panel.get_by_role("slider", name="epoch", exact=True).focus()
    lab.press("ArrowLeft", times=3).settle()
    assert "Looking back at epoch 37 of 40" in panel.get_by_role("status").inner_text()
    assert_page_shows(panel, weights[37])
    press(panel, "Branch")
    press(panel, "1 epoch")
    lab.settle()
    assert kernel(lab, "[panel._run.latest, len(panel._run.left)]") == [38, 1]
    assert kernel(lab, "panel.network.theta.tolist()") != weights[38].tolist()
    # A point, chosen in the map: its backward pass at the epoch on show.
    left, top, right, bottom = kernel(lab, "panel._front.plot")
    box = panel.locator(".bp-picture img").bounding_box()
    assert box is not None
    lab.page.mouse.click(
        box["x"] + box["width"] * (left + right) / 2, box["y"] + box["height"] * (top + bottom) / 2
    )
    lab.settle()
    chosen = kernel(lab, "panel._chosen")
    assert f"Point {chosen}, " in panel.locator(".bp-history").inner_text()
    press(panel, "Open its backward pass")
    lab.settle()
    assert f"Point {chosen} at epoch 38" in panel.locator(".bp-below").inner_text()
    below = panel.locator(".bp-below .bp-panel")
    assert below.count() == 1 and "dL" in below.inner_text()
    assert kernel(lab, "panel._below.children[1].trace.network.theta.tolist()") == kernel(
        lab, "panel.network.theta.tolist()"
    )
    # Its sliders are its own: ours still answer for themselves.
    panel.get_by_role("slider", name="noise", exact=True).focus()
    lab.press("ArrowRight").settle()
    assert kernel(lab, "panel.settings.noise") == 0.22 and kernel(lab, "panel._run.latest") == 0
    press(panel, "Close")
    lab.settle()
    assert below.count() == 0
    # The same seed gives the same numbers.
    panel.get_by_role("slider", name="noise", exact=True).focus()
    lab.press("ArrowLeft").settle()
    press(panel, "Reset")
    for _ in range(3):
        press(panel, "1 epoch")
    lab.settle()
    assert kernel(lab, "panel.network.theta.tolist()") == weights[3].tolist()
    assert_page_shows(panel, weights[3])
    lab.check()


def test_cells_and_sliders_answer_while_it_trains_and_an_interrupt_pauses_it(lab: Lab) -> None:
    panel = opened(lab, epochs=2000, speed="4 epochs a second")
    lab.kernel("panel.set(points=600, batch=1)")  # a minute's work
    press(panel, "Play")
    wait_for(lab, "panel.playing")
    panel.get_by_role("combobox", name="speed").select_option("full speed")
    wait_for(lab, "panel._run.latest > 3")
    # A slider, on its way to the sentence and the kernel.
    panel.get_by_role("slider", name="lr", exact=True).focus()
    for _ in range(4):
        before = panel.get_by_role("status").inner_text()
        lab.press("ArrowLeft")
        lab.page.wait_for_function(
            "before => document.querySelector('.bp-training .bp-say').innerText !== before",
            arg=before,
        )
    assert kernel(lab, "panel.settings.lr") == pytest.approx(0.125)
    assert kernel(lab, "panel.playing")
    # Pressing it again and again does not start two.
    module = "lessons.panels.training.background"
    tasks = f"len(__import__('sys').modules['{module}']._tasks)"
    lab.kernel("panel.play(); panel.play()")
    assert kernel(lab, tasks) == 1
    press(panel, "Pause")
    wait_for(lab, f"not panel.playing and {tasks} == 0")
    press(panel, "Play")
    wait_for(lab, f"panel.playing and {tasks} == 1")
    # Other cells run meanwhile, and the kernel answers between two pieces.
    assert lab.kernel("print(6 * 7)") == "42\n" and kernel(lab, "panel.playing")
    lab.command("notebook:interrupt-kernel")
    wait_for(lab, "not panel.playing")
    lab.settle()
    assert panel.get_by_role("status").inner_text().startswith("Interrupted.")
    at = kernel(lab, "panel._run.iteration")
    assert kernel(lab, "panel._run.iteration") == at  # it stays where it is
    # Between cells the kernel ignores interrupts again.
    saved = "get_ipython().kernel.saved_sigint_handler"
    assert kernel(lab, f"{saved} == __import__('signal').SIG_IGN")
    # A cell that is run anew stops what its last run has left behind.
    press(panel, "Play")
    wait_for(lab, "panel.playing")
    lab.kernel("earlier = panel")
    lab.command("notebook:run-all-cells")
    wait_for(lab, "earlier is not panel and not earlier.playing")
    lab.check()


def test_an_error_or_a_loss_out_of_bounds_is_told_on_the_page(lab: Lab) -> None:
    panel = opened(lab)
    lab.kernel("panel.set(data='noisy line', activation='identity', lr=10.0)")
    press(panel, "Play")
    wait_for(lab, "not panel.playing")
    lab.settle()
    said = panel.get_by_role("status").inner_text()
    assert said.startswith("Stopped at iteration ") and "Take a smaller learning rate" in said
    assert not panel.get_by_role("alert").is_visible()
    lab.check()
    lab.kernel("panel.set(data='moons', lr=0.1); panel._picture.png = lambda *_: 1 / 0")
    press(panel, "Play")
    lab.page.wait_for_function("() => window.kernelErrors.length > 0")
    lab.settle()
    assert "The training stopped with ZeroDivisionError" in panel.get_by_role("alert").inner_text()
    assert not kernel(lab, "panel.playing")
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab.check()


def test_it_fits_in_the_dark_at_700_and_axe_finds_nothing(lab: Lab) -> None:
    panel = opened(lab, width=700, theme="dark")
    for do in ("1 iteration", "1 epoch", "Reset"):
        assert panel.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
        found = lab.axe(lab.output_areas.first)
        assert not found, violations_text(found)
        press(panel, do)
        lab.settle()
    image = panel.locator(".bp-picture img")
    shown = image.evaluate("el => [el.clientWidth, el.naturalWidth / devicePixelRatio]")
    assert abs(shown[0] - shown[1]) <= 1 and kernel(lab, "panel._look.dark")
    assert "training points" in (image.get_attribute("alt") or "")
    lab.resize(1400)
    found = lab.axe(lab.output_areas.first)
    assert not found, violations_text(found)
    lab.check()
