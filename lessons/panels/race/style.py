"""How each optimizer of a race is drawn: a colour, a line style and a marker of its own.

The colours keep apart for readers who see no red, no green or no blue as well, and a test holds
that; the marker and the line tell the same without any colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from lessons.panels.kit.palette import LANES

#: The size of the words in the picture, in CSS px.
FONT = 12.0
#: The width of a marker at the head of a line, in CSS px.
HEAD = 12.0


@dataclass(frozen=True, slots=True)
class Style:
    """Colours on a light and on a dark page, dashes in px (none for a whole line), a marker.

    ``key`` is the class of the style sheet that has the same two colours.
    """

    key: str
    light: str
    dark: str
    dashes: tuple[float, ...]
    marker: str

    def color(self, dark: bool) -> str:
        return self.dark if dark else self.light


STYLES: dict[str, Style] = {
    "gradient descent": Style("plain", *LANES["plain"], (), "o"),
    "clipped descent": Style("clipped", *LANES["clipped"], (5, 2), "s"),
    "momentum": Style("momentum", *LANES["momentum"], (), "^"),
    "averaged momentum": Style("averaged", *LANES["averaged"], (5, 2), "v"),
    "nesterov": Style("nesterov", *LANES["nesterov"], (7, 2, 1.5, 2), "D"),
    "rmsprop": Style("rmsprop", *LANES["rmsprop"], (1.5, 1.8), "p"),
    "adam": Style("adam", *LANES["adam"], (), "*"),
}
#: For an optimizer of the learner's own.
OWN = Style("own", *LANES["own"], (9, 2), "P")
ALL_STYLES = (*STYLES.values(), OWN)
_NAMES = {"nesterov": "Nesterov", "rmsprop": "RMSProp", "adam": "Adam"}


def shown_name(name: str) -> str:
    """The name of an optimizer as it is written in a sentence."""
    return _NAMES.get(name, name)


def styles(names: Sequence[str]) -> dict[str, Style]:
    """A style for each name, no two the same. Raises ``ValueError`` for more than there are.

    A name that the course does not know has the style of one's own, and each further one a style
    that no other name here has.
    """
    if len(names) > len(ALL_STYLES):
        raise ValueError(f"{len(names)} optimizers are too many to tell apart; the picture has "
                         f"room for {len(ALL_STYLES)}")  # fmt: skip
    free = [OWN, *(style for name, style in STYLES.items() if name not in names)]
    return {name: STYLES[name] if name in STYLES else free.pop(0) for name in names}


@lru_cache(maxsize=32)
def head(marker: str) -> Path:
    """The outline of a marker around (0, 0), in CSS px."""
    style = MarkerStyle(marker)
    size = {"o": 0.92, "s": 0.84, "D": 0.72, "*": 1.35, "p": 1.1, "P": 1.05}.get(marker, 1.0)
    return style.get_path().transformed(style.get_transform() + Affine2D().scale(HEAD * size))


@lru_cache(maxsize=2048)
def outline(words: str, size: float = FONT) -> Path:
    """Words as an outline that begins at x = 0 and is centred about y = 0, in CSS px.

    Drawn five times faster than text. TeX between dollar signs is set as mathematics.
    """
    drawn = TextPath((0, 0), words, size=size)
    return Path(drawn.vertices - (0.0, 0.36 * size), drawn.codes)


@lru_cache(maxsize=2048)
def width(words: str, size: float = FONT) -> float:
    """How wide the outline of words is, in CSS px."""
    return float(outline(words, size).get_extents().x1) if words.strip() else 0.0


def swatch(style: Style) -> str:
    """A short piece of the line with its marker, as SVG for a table; its colours are the page's."""
    outline_of = head(style.marker)
    points = (Affine2D().scale(0.82, -0.82).translate(17, 7)).transform_path(outline_of)
    path = _svg(points)
    dashes = " ".join(f"{dash:g}" for dash in style.dashes)
    broken = f' stroke-dasharray="{escape(dashes)}"' if dashes else ""
    return (
        f'<svg class="bp-lane bp-lane-{style.key}" viewBox="0 0 34 14" width="34" height="14" '
        f'aria-hidden="true"><path class="bp-lane-line" d="M0 7H34"{broken}></path>'
        f'<path class="bp-lane-head" d="{path}"></path></svg>'
    )


def _svg(path: Path) -> str:
    """A matplotlib path as the ``d`` of an SVG path."""
    letters = {
        Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z",
    }  # fmt: skip
    parts = []
    for points, code in path.iter_segments(simplify=False):
        letter = letters[code]
        numbers = "" if letter == "Z" else " ".join(f"{number:.2f}" for number in points)
        parts.append(letter + numbers)
    return "".join(parts)
