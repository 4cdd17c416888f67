"""The helper itself: what it promises to the tests that stand on it, in the real JupyterLab."""

from pathlib import Path

import pytest

from tests.browser.lab import Lab

SLIDER = """
import ipywidgets as widgets

slider = widgets.FloatSlider(value=1.0, min=0.0, max=5.0, step=0.5, description="w0")
label = widgets.Label("start")

def moved(change):
    label.value = f"w0 is {change['new']:.1f}"
    if change["new"] >= 3.0:
        raise ValueError("planted")

slider.observe(moved, "value")
widgets.VBox([slider, label])
"""


def test_a_slider_moved_by_keyboard_changes_the_text_that_the_kernel_writes(lab: Lab) -> None:
    lab.open(lab.write("tiny.ipynb", "a = 2", SLIDER)).run_all()
    assert lab.counts() == [1, 2]
    panel = lab.panel(0)
    assert "start" in panel.inner_text()
    panel.get_by_role("slider").focus()
    lab.press("ArrowRight", times=2).settle()
    assert "w0 is 2.0" in panel.inner_text()
    assert lab.kernel("print(slider.value)") == "2.0\n"
    lab.check()


def test_an_exception_in_a_callback_is_not_lost(lab: Lab) -> None:
    lab.open(lab.write("planted.ipynb", SLIDER)).run_all()
    lab.check()
    lab.panel(0).get_by_role("slider").focus()
    lab.press("End").settle()
    assert any("planted" in error for error in lab.kernel_errors())
    with pytest.raises(AssertionError, match="planted"):
        lab.check()


def test_an_exception_in_a_button_is_not_lost(lab: Lab) -> None:
    source = """
import ipywidgets as widgets
button = widgets.Button(description="Update")
button.on_click(lambda _: 1 / 0)
button
"""
    lab.open(lab.write("button.ipynb", source)).run_all()
    lab.panel(0).get_by_role("button", name="Update").click()
    lab.settle()
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab.check()


def test_a_cell_that_fails_fails_the_run_and_names_the_cell(lab: Lab) -> None:
    lab.open(lab.write("fails.ipynb", "a = 1", "a / 0", "a = 2"))
    with pytest.raises(AssertionError, match="code cell 2: ZeroDivisionError"):
        lab.run_all()


def test_an_error_in_the_browsers_console_is_not_lost(lab: Lab) -> None:
    lab.open(lab.write("console.ipynb", "a = 1")).run_all()
    lab.check()
    lab.page.evaluate("() => console.error('planted in the page')")
    with pytest.raises(AssertionError, match="planted in the page"):
        lab.check()


def test_axe_sees_what_is_wrong_in_an_output_and_only_there(lab: Lab) -> None:
    good = "from IPython.display import HTML\nHTML('<p>all well</p>')"
    lab.open(lab.write("axe.ipynb", SLIDER, good)).run_all()
    # ipywidgets leaves the handle of a slider without a name: a finding that is sure to be there.
    found = lab.axe(lab.output_areas.nth(0))
    assert "aria-input-field-name" in [violation["id"] for violation in found]
    assert lab.axe(lab.output_areas.nth(1)) == []


@pytest.mark.parametrize(("theme", "dark"), [("light", False), ("dark", True)])
def test_theme_and_width_are_the_ones_asked_for(lab: Lab, theme: str, dark: bool) -> None:
    name = lab.write("theme.ipynb", "print('hello')")
    lab.open(name, width=700, theme=theme)
    assert lab.page.evaluate("() => window.innerWidth") == 700
    background = lab.page.evaluate(
        "() => getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()"
    )
    assert background in (["#111111", "#111"] if dark else ["white", "#fff", "#ffffff"])


def test_the_settings_of_binder_are_in_force_and_no_pop_up_asks_about_news(lab: Lab) -> None:
    lab.open(lab.write("calm.ipynb", "a = 1")).run_all()
    assert lab.page.locator(".jp-Dialog").count() == 0
    assert lab.page.locator(".Toastify__toast").count() == 0
    answer = lab.server.request("GET", "/lab/api/settings/@jupyterlab/notebook-extension:tracker")
    assert answer.json()["schema"]["properties"]["windowingMode"]["default"] == "defer"


def test_pictures_show_the_whole_notebook_and_the_window_is_as_before(
    lab: Lab, tmp_path: Path
) -> None:
    from PIL import Image

    tall = "from IPython.display import HTML\nHTML('<div style=\"height: 1800px\">tall</div>')"
    lab.open(lab.write("tall.ipynb", tall, "print('below')")).run_all()
    with Image.open(lab.screenshot(tmp_path / "page.png")) as picture:
        assert picture.height > 1900
    with Image.open(lab.screenshot(tmp_path / "out.png", lab.output_areas.nth(0))) as picture:
        assert 1800 <= picture.height < 1900
    assert lab.page.viewport_size == {"width": 1400, "height": 1000}


def test_a_run_does_not_touch_the_notebooks_of_the_tree(lab: Lab) -> None:
    from tests.browser.server import ROOT

    assert not lab.server.root.is_relative_to(ROOT)
