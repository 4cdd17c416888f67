"""The panel of a network's arrays and the shape puzzles, in the real JupyterLab."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator

from lessons import half_squared_error, record, relu
from lessons.maths import text
from tests.browser.lab import Lab, violations_text
from tests.repository import lesson

W1 = [[2, 1], [-1, 2], [1, 1]]
W2 = [[1, -2, 1], [2, 1, -1], [-1, 3, 2], [3, 1, -2]]
B1, B2, X, Y = [-2, -2, 0], [1, -1, -2, 2], [1.0, 2.0], [3.0, 3.0, 6.0, 0.0]

DIGITS = """
import numpy as np
from lessons import Network, trace_layers

network = Network((64, 32, 10), loss="categorical_cross_entropy_from_logits")
x = np.random.default_rng(0).uniform(size=64)
panel = trace_layers(network, x, np.eye(10)[3], image=(8, 8), names="0123456789")
panel
"""

BEYOND = """panel => [...panel.querySelectorAll("*")]
  .filter(el => !el.closest(".bp-stage > *, .bp-scroll > *, .bp-math > *"))
  .filter(el => el.getBoundingClientRect().right > panel.getBoundingClientRect().right + 0.5)
  .map(el => `${el.tagName} ${el.className}`)"""


def scalar(w, b, v, c, x, y):
    """The lesson's network, one number at a time."""
    a = []
    for i in range(3):
        s = b[i]
        for j in range(2):
            s = s + w[2 * i + j] * x[j]
        a.append(relu(s))
    z = []
    for i in range(4):
        s = c[i]
        for j in range(3):
            s = s + v[3 * i + j] * a[j]
        z.append(s)
    L = half_squared_error([z], [y])
    return L


@pytest.fixture(scope="module")
def recorded():
    w, v = ([float(n) for row in W for n in row] for W in (W1, W2))
    return record(
        scalar, w=w, b=[float(n) for n in B1], v=v, c=[float(n) for n in B2], x=X, y=Y
    ).backward()


def matrices(lab: Lab, n: int) -> Locator:
    """The n-th panel with arrays or nodes of a network, among the others."""
    return lab.page.locator(".bp-panel:has(.bp-matrices)").nth(n)


def puzzles(lab: Lab, n: int) -> Locator:
    return lab.page.locator(".bp-panel:has(.bp-puzzles)").nth(n)


def numbers(panel: Locator, name: str) -> list[str]:
    """The numbers in the cells of one map, row by row."""
    return panel.locator(f'[data-map="{name}"] .hm-number').all_text_contents()


def told(panel: Locator) -> str:
    """The sentence, without the word of its pass before it."""
    said = panel.get_by_role("status").locator("> span").inner_text()
    return said.replace("\N{MINUS SIGN}", "-")


def no_violations(lab: Lab, panel: Locator) -> None:
    found = lab.axe(panel)
    assert not found, violations_text(found)


def test_the_lesson_lights_what_an_entry_is_made_of(lab: Lab, recorded) -> None:
    lab.open(lesson("multiply_matrices")).run_all()
    # The first panel goes forward only: what comes back is asked for below it.
    first = matrices(lab, 0)
    assert told(first).startswith("z2[0]") and "= 4.00" in told(first)
    assert first.locator('[data-map="dL_dz2"]').count() == 0
    panel = matrices(lab, 1)
    panel.scroll_into_view_if_needed()
    panel.locator('.bp-dot[data-at="3"]').click()
    lab.settle()
    # A click on a weight means the entry that it goes into; the row lights up with all of a1.
    panel.locator('[data-name="W2[3, 1]"]').click()
    lab.settle()
    assert told(panel).startswith("z2[3]: row 3 of W2")
    assert panel.locator('[data-map="W2"] .hm-lit').bounding_box()["height"] < 50
    panel.locator(".bp-stage").focus()
    lab.press("ArrowDown").settle()
    assert told(panel).startswith("z2[0]")
    lab.press("Escape").settle()
    assert "Each entry of z2: a row of W2 times a1" in told(panel)
    # The whole way back by keys, each number as the scalar engine has it.
    flat = {"dL_dW2": "v", "dL_db2": "c", "dL_dW1": "w", "dL_db1": "b", "dL_dx": "x"}
    for name in (
        "L",
        "dL_dz2",
        "dL_dW2",
        "dL_db2",
        "dL_da1",
        "dL_dz1",
        "dL_dW1",
        "dL_db1",
        "dL_dx",
    ):
        lab.press("ArrowRight").settle()
        assert f"{name} = " in panel.locator(".bp-line.bp-now").inner_text()
        shown = [float(n.replace("\N{MINUS SIGN}", "-")) for n in numbers(panel, name)]
        if name in flat:
            assert shown == recorded[flat[name]]
    panel.locator('.bp-dot[data-at="8"]').click()
    lab.settle()
    panel.locator('[data-map="dL_da1"] [data-name="dL_da1[0]"]').click()
    lab.settle()
    assert "4 gradients come back and add" in told(panel) and "= 7.00" in told(panel)
    assert "2.00" in panel.locator(".bp-math").inner_text()
    panel.get_by_role("combobox", name="View").select_option("nodes and edges")
    lab.settle()
    tags = panel.locator(".bp-svg .tag text").all_text_contents()
    assert [tag.split("= ")[1].replace("\N{MINUS SIGN}", "-") for tag in tags] == [
        text.number(W2[i][0] * d, ascii=True)
        for i, d in enumerate(z - y for z, y in zip((4, 1, 5, 3), Y, strict=True))
    ]
    no_violations(lab, panel)
    lab.check()


@pytest.mark.parametrize(("name", "panels"), [("multiply_matrices", 3), ("send_batch", 3)])
def test_a_lesson_fits_a_narrow_dark_page_and_every_panel_is_accessible(
    lab: Lab, name: str, panels: int
) -> None:
    lab.open(lesson(name), width=700, theme="dark").run_all()
    areas = lab.output_areas.all()
    for area in areas:
        if (box := area.bounding_box()) and box["height"] > 2:
            no_violations(lab, area)
    for panel in lab.page.locator(".bp-panel").all():
        assert panel.evaluate(BEYOND) == []
    # What is saved can be read without a kernel.
    saved = [output["data"] for cell in lab.outputs() for output in cell if "data" in output]
    traced = [d for d in saved if "".join(d.get("text/plain", "")).startswith("array ")]
    assert len(traced) == panels
    assert all("data:image/svg+xml" in "".join(data["text/html"]) for data in traced)
    lab.check()


def test_a_bias_collects_from_both_samples_of_a_batch(lab: Lab) -> None:
    lab.open(lesson("send_batch"), width=700, theme="dark").run_all()
    panel = matrices(lab, 2)
    panel.scroll_into_view_if_needed()
    # A column of dL_dz2.
    assert "column 0 of dL_dz2, added up: 0.50 + 1.00 = 1.50" in told(panel)
    panel.locator('[data-map="dL_dz2"] [data-name="dL_dz2[1, 3]"]').click()
    lab.settle()
    assert "dL_db2[3]" in told(panel) and "= 2.00" in told(panel)
    lab.check()


def test_a_puzzle_is_solved_by_keyboard_and_the_square_one_misleads(lab: Lab) -> None:
    cells = ["from lessons import fit_shapes\npanel = fit_shapes('layer', 'square')\npanel"]
    lab.open(lab.write("puzzles.ipynb", *cells)).run_all()
    panel = puzzles(lab, 0)
    left = panel.get_by_role("combobox", name="left")
    right = panel.get_by_role("combobox", name="right")
    panel.get_by_role("combobox", name="Puzzle").select_option("dL_da, 3 to 4")
    left.select_option("W")
    right.select_option("dL_dz")
    lab.settle()
    assert "W (4, 3) times dL_dz (4, 1) does not fit: 3 is not 4." in told(panel)
    assert panel.locator(".sh-shape.sh-clashes").text_content() == "≠"
    left.focus()
    lab.press("ArrowDown").settle()  # to the transpose
    assert left.input_value() == "Wᵀ" and "Right: Wᵀ (3, 4) times dL_dz (4, 1)" in told(panel)
    assert numbers(panel, "yours") == ["7", "\N{MINUS SIGN}4", "\N{MINUS SIGN}5"]
    assert panel.locator(".bp-solved").inner_text() == "✓ dL_da, 3 to 4"
    panel.locator(".bp-puzzle", has_text="dL_da, 10 to 10").click()
    lab.settle()
    left.select_option("W")
    right.select_option("dL_dz")
    lab.settle()
    assert "It fits, and it is wrong." in told(panel)
    assert panel.locator(".hm-chosen").count() == 2
    held = json.loads(lab.kernel("import json; print(json.dumps([*panel.built, panel.solved]))"))
    assert held == ["W", "dL_dz", [False, True, False, False, False]]
    no_violations(lab, panel)
    lab.resize(700)
    assert panel.evaluate(BEYOND) == []
    lab.check()


def test_a_network_for_digits_answers_each_key(lab: Lab) -> None:
    lab.open(lab.write("digits.ipynb", DIGITS)).run_all()
    panel = matrices(lab, 0)
    panel.locator(".bp-stage").focus()
    for step in range(1, 13):
        lab.press("ArrowRight").settle()
        assert f"step {step} of 12" in panel.locator(".bp-count").inner_text()
    lab.kernel("panel.go('dL_dW1')")
    lab.settle()
    cell = panel.locator('[data-name="dL_dW1[5, 7]"]')
    cell.click()
    lab.settle()
    assert "the weight from node 7 to node 5" in told(panel)
    assert panel.get_by_role("combobox", name="View").count() == 0
    lab.kernel("panel.go('z1')")
    lab.settle()
    row = panel.locator('[data-name="W1[9, 0]"]')  # of a large matrix each row reports
    row.click(position={"x": 200, "y": 2})
    lab.settle()
    assert "z1[9]: row 9 of W1 times x" in told(panel) and "60 more" in told(panel)
    no_violations(lab, panel)
    lab.resize(700)
    assert panel.evaluate(BEYOND) == []
    lab.check()
