"""The surface panel in the real JupyterLab: pointing, sliders, keys, themes and widths."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator

from lessons import record, relu
from lessons.maths import text
from tests.browser.lab import Lab, violations_text

FUNCTION = """
from lessons import descend, relu

def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = a1 * m2
    yhat = relu(z2)
    L = 0.5 * (yhat - y) ** 2
    return L
"""
DESCEND = """
panel = descend(
    two_layers, along=("m1", "m2"), x=2.0, y=1.0, m1=3.0, m2=0.5, lr=0.1,
    ranges={"m1": (-1, 5), "m2": (-1.5, 1.5), "lr": (0, 0.2, 0.001)},
    presets={"a rate that lives": {"lr": 0.01, "steps": 6}},
)
panel
"""
ENDS = ((-1.0, 5.0), (-1.5, 1.5))


def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = a1 * m2
    yhat = relu(z2)
    L = 0.5 * (yhat - y) ** 2
    return L


@pytest.fixture
def panel(lab: Lab) -> Locator:
    lab.open(lab.write("surface.ipynb", FUNCTION, DESCEND)).run_all()
    return lab.panel(0)


def path(lab: Lab) -> list[dict[str, float]]:
    """What the kernel holds."""
    return json.loads(lab.kernel("import json; print(json.dumps(panel.path))"))


def start(lab: Lab) -> tuple[float, float]:
    first = path(lab)[0]
    return first["m1"], first["m2"]


def rows(panel: Locator) -> list[list[str]]:
    found = panel.locator(".bp-steps tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in found]


def assert_page_says_what_record_says(lab: Lab, panel: Locator) -> None:
    """Each row of the path, against a record of the function made here."""
    expected = []
    for step, point in enumerate(path(lab)):
        gradient = record(two_layers, x=2.0, y=1.0, m1=point["m1"], m2=point["m2"]).backward()
        assert gradient.record.value == point["L"]
        numbers = (point["m1"], point["m2"], point["L"], gradient["m1"], gradient["m2"])
        expected.append([str(step), *(text.number(number) for number in numbers)])
    assert rows(panel) == expected


def picture(panel: Locator) -> str:
    """What the image shows now; another string after every change of its pixels."""
    return panel.locator(".bp-picture img").evaluate(
        """async image => {
          await image.decode();
          const canvas = document.createElement('canvas');
          canvas.width = image.naturalWidth;
          canvas.height = image.naturalHeight;
          const pen = canvas.getContext('2d');
          pen.drawImage(image, 0, 0);
          const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
          let sum = 0;
          for (let i = 0; i < pixels.length; i++) sum = (sum * 31 + pixels[i]) | 0;
          return `${canvas.width}x${canvas.height} ${sum}`;
        }"""
    )


def spot(lab: Lab, panel: Locator, m1: float, m2: float) -> tuple[float, float]:
    """Where a pair of values lies on the page."""
    left, top, right, bottom = json.loads(lab.kernel("print(panel._front.plot)"))
    box = panel.locator(".bp-picture img").bounding_box()
    assert box is not None
    shares = [(v - low) / (high - low) for v, (low, high) in zip((m1, m2), ENDS, strict=True)]
    x = box["x"] + box["width"] * (left + shares[0] * (right - left))
    y = box["y"] + box["height"] * (bottom - shares[1] * (bottom - top))
    return x, y


def test_every_slider_moves_by_keyboard_and_the_page_follows(lab: Lab, panel: Locator) -> None:
    panel.get_by_role("button", name="Step", exact=True).click()
    lab.settle()
    for name in ("m1", "m2", "lr"):
        before, seen = path(lab), picture(panel)
        panel.get_by_role("slider", name=name, exact=True).focus()
        lab.press("ArrowRight", times=3).settle()
        lab.press("ArrowLeft").settle()
        assert path(lab) != before and picture(panel) != seen
        assert len(path(lab)) == 2
        assert_page_says_what_record_says(lab, panel)
    lab.check()


def test_a_click_in_the_picture_moves_the_start(lab: Lab, panel: Locator) -> None:
    for m1, m2 in ((1.0, 1.0), (4.5, -1.2), (-0.9, -1.4)):
        seen = picture(panel)
        lab.page.mouse.click(*spot(lab, panel, m1, m2))
        lab.settle()
        # A pixel is some hundredths here, and the sliders' marks are as far apart.
        assert start(lab) == pytest.approx((m1, m2), abs=0.06)
        assert picture(panel) != seen
        assert_page_says_what_record_says(lab, panel)
        for name, value in zip(("m1", "m2"), start(lab), strict=True):
            handle = panel.get_by_role("slider", name=name, exact=True)
            assert float(handle.get_attribute("aria-valuenow") or "nan") == pytest.approx(value)
    lab.check()


def test_beside_the_axes_nothing_is_moved(lab: Lab, panel: Locator) -> None:
    x, y = spot(lab, panel, -1.0, -1.5)
    lab.page.mouse.click(x - 20, y - 40)
    lab.page.mouse.click(x + 60, y + 15)
    lab.settle()
    assert start(lab) == (3.0, 0.5)
    lab.check()


def test_a_held_drag_shows_the_way_and_ends_where_the_hand_ends(lab: Lab, panel: Locator) -> None:
    panel.get_by_role("button", name="Step", exact=True).click()
    lab.settle()
    lab.page.mouse.move(*spot(lab, panel, 3.0, 0.5))
    lab.page.mouse.down()
    lab.page.mouse.move(*spot(lab, panel, 1.0, 1.2), steps=30)
    lab.settle()
    held = start(lab)  # the button is still down
    assert held == pytest.approx((1.0, 1.2), abs=0.06)
    assert len(path(lab)) == 2
    assert_page_says_what_record_says(lab, panel)
    x, y = spot(lab, panel, 5.0, 0.0)
    lab.page.mouse.move(x + 90, y, steps=10)  # out of the picture: along its edge
    lab.settle()
    assert start(lab)[0] == 5.0
    lab.page.mouse.up()
    lab.page.mouse.move(*spot(lab, panel, 0.0, 0.0), steps=5)  # the hand has let go
    lab.settle()
    assert start(lab)[0] == 5.0
    lab.check()


def test_system_t_dies_in_the_page_and_lives_by_a_preset(lab: Lab, panel: Locator) -> None:
    said = panel.get_by_role("status")
    assert "the next point is m1 = 2.80, m2 = −0.70" in said.inner_text()
    panel.get_by_role("button", name="Step", exact=True).click()
    lab.settle()
    assert "L is 0.50, and both derivatives are 0: nothing moves" in said.inner_text()
    panel.get_by_role("button", name="10 steps").click()
    lab.settle()
    assert [row[3] for row in rows(panel)] == ["2.00", *["0.50"] * 11]
    panel.get_by_role("button", name="Undo").click()
    lab.settle()
    assert len(rows(panel)) == 11
    panel.get_by_role("combobox", name="Presets").select_option("a rate that lives")
    lab.settle()
    losses = [row[3] for row in rows(panel)]
    assert losses == ["2.00", "0.7999", "0.3278", "0.1359", "0.0567", "0.0237", "0.009958"]
    assert "hatched region" in (panel.locator(".bp-picture img").get_attribute("alt") or "")
    panel.get_by_role("button", name="Reset").click()
    lab.settle()
    assert start(lab) == (3.0, 0.5) and len(rows(panel)) == 1
    assert panel.get_by_role("button", name="Undo").is_disabled()
    lab.check()


def test_by_keyboard_alone(lab: Lab, panel: Locator) -> None:
    panel.locator(".bp-row input").first.focus()
    lab.press("Control+a")
    lab.page.keyboard.type("2")
    lab.press("Enter").settle()
    assert start(lab) == (2.0, 0.5)
    names = []
    for _ in range(12):
        lab.press("Tab")
        names.append(lab.page.evaluate("() => document.activeElement.textContent.trim()"))
        if names[-1] == "Step":
            break
    assert names[-1] == "Step", names
    lab.press("Enter").settle()
    assert len(path(lab)) == 2
    lab.press("ArrowRight").settle()
    assert len(path(lab)) == 3
    lab.press("ArrowLeft").settle()
    lab.press("ArrowLeft").settle()
    assert len(path(lab)) == 1
    assert_page_says_what_record_says(lab, panel)
    lab.check()


def test_a_number_outside_the_picture_is_refused_in_a_sentence(lab: Lab, panel: Locator) -> None:
    box = panel.locator(".bp-row input").first
    box.fill("9")
    box.press("Enter")
    lab.settle()
    assert "m1 = 9 is outside this picture" in panel.get_by_role("alert").inner_text()
    assert start(lab) == (3.0, 0.5) and box.input_value() == "3"
    with pytest.raises(AssertionError, match="m1 = 9 is outside this picture"):
        lab.check()
    panel.get_by_role("button", name="Step", exact=True).click()
    lab.settle()
    assert not panel.get_by_role("alert").is_visible() and panel.locator(".bp-old").count() == 0


@pytest.mark.parametrize(("width", "theme"), [(1400, "light"), (700, "dark")])
def test_it_fits_and_axe_finds_nothing(lab: Lab, width: int, theme: str) -> None:
    name = lab.write("surface.ipynb", FUNCTION, DESCEND)
    lab.open(name, width=width, theme=theme).run_all()
    panel = lab.panel(0)
    for button in ("Step", "10 steps"):
        assert panel.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
        found = lab.axe(lab.output_areas.nth(1))
        assert not found, violations_text(found)
        panel.get_by_role("button", name=button, exact=True).click()
        lab.settle()
    table = panel.locator(".bp-steps .bp-scroll")
    assert table.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
    lab.check()


def test_the_picture_follows_the_theme_and_the_width(lab: Lab, panel: Locator) -> None:
    light = picture(panel)
    lab.dress("dark").settle()
    dark = picture(panel)
    assert dark.split()[0] == light.split()[0] and dark != light
    assert json.loads(lab.kernel("import json; print(json.dumps(panel._look.dark))"))
    lab.resize(800)
    image = panel.locator(".bp-picture img")
    shown = image.evaluate("el => [el.clientWidth, el.naturalWidth / devicePixelRatio]")
    assert abs(shown[0] - shown[1]) <= 1
    # After a change of width a place in the picture is still the place.
    lab.page.mouse.click(*spot(lab, panel, 1.0, 1.0))
    lab.settle()
    assert start(lab) == pytest.approx((1.0, 1.0), abs=0.06)
    lab.check()


def test_two_panels_do_not_disturb_each_other(lab: Lab) -> None:
    other = "other = descend(two_layers, ('m1', 'm2'), x=2.0, y=1.0, m1=1.0, m2=1.0)\nother"
    lab.open(lab.write("two.ipynb", FUNCTION, DESCEND, other)).run_all()
    first, second = lab.panel(0), lab.panel(1)
    second.get_by_role("button", name="10 steps").click()
    lab.settle()
    assert len(rows(first)) == 1 and len(rows(second)) == 11
    first.get_by_role("slider", name="m1", exact=True).focus()
    lab.press("ArrowRight").settle()
    assert json.loads(lab.kernel("import json; print(json.dumps(other.start['m1']))")) == 1.0
    lab.check()


def test_an_exception_while_drawing_is_shown_and_not_lost(lab: Lab, panel: Locator) -> None:
    lab.kernel("panel._picture.png = lambda *_: 1 / 0")
    lab.page.mouse.click(*spot(lab, panel, 1.0, 1.0))
    lab.settle()
    assert "This stopped with ZeroDivisionError" in panel.get_by_role("alert").inner_text()
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab.check()
