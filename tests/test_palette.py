"""One palette: every colour of the course stands in one file, and reads on its ground."""

import re
from pathlib import Path

import pytest
from matplotlib.colors import CSS4_COLORS, to_rgb

from lessons.panels.kit import palette
from lessons.panels.kit.palette import COLOURS
from tests.repository import ROOT

PALETTE = Path(palette.__file__)
SOURCES = [
    path
    for path in sorted((ROOT / "lessons").rglob("*"))
    if path.suffix in (".py", ".css", ".js") and path != PALETTE
]
HEX = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b(?!\w)")
FUNCTION = re.compile(r"\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(\s*[\d.]")
# A named colour counts where a colour is meant: in a rule, in an attribute, as an argument.
NAMED = re.compile(
    r"(?:color|colour|fill|stroke|background|border|outline|shadow|mfc|mec|facecolor|edgecolor)"
    rf"[\w-]*\s*[:=]\s*[^;{{}},\n]*?(?<![\w-])({'|'.join(CSS4_COLORS)})(?![\w-])",
    re.IGNORECASE,
)


def colours_in(text: str) -> list[str]:
    found = [match[0] for kind in (HEX, FUNCTION) for match in kind.finditer(text)]
    return found + [match[1] for match in NAMED.finditer(text)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_colour_is_written_anywhere_else(path):
    assert colours_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "color: #fff;", "fill: #0072B2", "background: rgba(0, 0, 0, .5)", "stroke: hsl(20 50% 50%)",
        'style="fill: white"', 'axes.plot(x, y, color="red")', "border: 1px solid grey;",
        "background: linear-gradient(#abcd, transparent)",
    ],
)  # fmt: skip
def test_a_colour_is_seen_however_it_is_written(text):
    assert colours_in(text)


@pytest.mark.parametrize(
    "text",
    ["color: var(--bp-fg);", "fill: none", "background: transparent", "white-space: nowrap",
     "the gradient is in red", "stroke: currentcolor", "#: Rows at once"],
)  # fmt: skip
def test_what_is_no_colour_is_left_alone(text):
    assert colours_in(text) == []


def contrast(one: str, two: str) -> float:
    def light(colour: str) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                 for c in to_rgb(colour)]  # fmt: skip
        return sum(
            weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    dark, bright = sorted((light(one), light(two)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["bg", "soft", "now"])
def test_words_can_be_read_on_every_ground_and_lines_be_seen(dark, ground):
    on = COLOURS[ground][dark]
    for name in ("fg", "muted", "forward", "backward"):
        assert contrast(COLOURS[name][dark], on) >= 4.5, name
    for name in ("arrow", "positive", "negative"):
        assert contrast(COLOURS[name][dark], on) >= 3, name


def test_every_variable_of_the_sheets_and_pictures_is_in_the_palette():
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    known = set(re.findall(r"--bp-([\w-]+):", text + palette.sheet() + palette.lanes_sheet()))
    assert set(re.findall(r"var\(--bp-([\w-]+)[,)]", text)) - known == set()
    for name in COLOURS:
        assert palette.sheet().count(f"--bp-{name}: ") == 2
