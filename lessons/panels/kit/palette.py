"""The colours of the course: the one place from which CSS, SVG and matplotlib take them.

Forward is blue and backward is orange-red. Position, line style, sign and marker tell the same, so
that nothing hangs on colour alone. Each colour is a pair, for a light page and for a dark one.
"""

from __future__ import annotations

Pair = tuple[str, str]

#: By the name that the style sheets know, as in ``var(--bp-forward)``. ``backward`` is for words
#: and numbers, which need more contrast than the lines and heads of ``arrow``.
COLOURS: dict[str, Pair] = {
    "fg": ("#1f2328", "#e6e9ec"),
    "muted": ("#59626b", "#a3adb6"),
    "line": ("#d5dade", "#3a4249"),
    "bg": ("#ffffff", "#111111"),
    "soft": ("#f6f8f9", "#1e2327"),
    "forward": ("#0072B2", "#56B4E9"),
    "backward": ("#B84E00", "#F59A52"),
    "arrow": ("#D55E00", "#F08A3C"),
    "now": ("#FFF4E8", "#33261A"),
    "now-line": ("#F0B37E", "#8A5A2E"),
    "ahead": ("#EAF4FA", "#14283A"),
    "on-accent": ("#ffffff", "#16191c"),
    "positive": ("#00805d", "#2fc79a"),
    "negative": ("#a8508f", "#d98cc4"),
}
#: What JupyterLab itself has for a theme comes before ours.
_JUPYTER = {"fg": "--jp-ui-font-color1", "bg": "--jp-layout-color0"}

#: From the least to the largest value on a map: of a surface, of a surface under seven paths, and
#: of what a network answers.
SURFACE: tuple[Pair, Pair] = ("#f4f8fb", "#86aecb"), ("#15222b", "#43677f")
RACE: tuple[Pair, Pair] = ("#fbfcfd", "#bcd2e0"), ("#13191e", "#2f4757")
ANSWERS: tuple[Pair, Pair] = ("#f4f8fb", "#5d93b8"), ("#15222b", "#5b93b5")
#: The strokes over a region where nothing moves.
HATCH: Pair = ("#b3bac1", "#555f68")
#: The classes of a data set. Blue and orange are left to the two passes.
CLASSES: tuple[tuple[str, ...], tuple[str, ...]] = (
    ("#5a52a3", "#a87600", "#1d7f7a", "#8c4a5e", "#55616b"),
    ("#b3acf2", "#e3b63f", "#5cc0b7", "#d995ab", "#a9b4bd"),
)
#: Up to three clouds of gradients, which are drawn on a light ground alone.
CLOUDS: tuple[str, ...] = (COLOURS["muted"][0], COLOURS["arrow"][0], "#0b6e4f")
#: The optimizers of a race. They keep apart for readers who see no red, no green or no blue.
LANES: dict[str, Pair] = {
    "plain": ("#1f2328", "#f2f4f6"),
    "clipped": ("#6b4f1d", "#e6d58a"),
    "momentum": ("#0077bb", "#4aa3df"),
    "averaged": ("#3a2f9a", "#c3c0ff"),
    "nesterov": ("#c4267a", "#f0659f"),
    "rmsprop": ("#006e50", "#35d6a4"),
    "adam": ("#cc4900", "#ff8f3c"),
    "own": ("#973df2", "#bf40ff"),
}

#: What stands around a panel on a dark page, in JupyterLab, VS Code and Colab.
_DARK = ':is([data-jp-theme-light="false"], .vscode-dark, html[theme="dark"])'


def sheet() -> str:
    """The colours as CSS variables of a panel and of what it opens below itself."""
    light = "".join(f"--bp-{name}: {_on_page(name, pair[0])}; " for name, pair in COLOURS.items())
    dark = "".join(f"--bp-{name}: {_on_page(name, pair[1])}; " for name, pair in COLOURS.items())
    ink, paper = COLOURS["fg"][0], COLOURS["bg"][0]  # of a menu, which is light in either theme
    panels = ":is(.bp-panel, .bp-below)"
    return (
        f"{panels} {{ {light}--bp-ink: {ink}; --bp-paper: {paper}; }}\n"
        f"{_DARK} {panels} {{ {dark}}}\n"
    )


def lanes_sheet() -> str:
    """The colours of the optimizers as CSS: ``var(--bp-lane)`` within ``.bp-lane-adam``."""
    rules = []
    for around, dark in ((".bp-panel", 0), (f"{_DARK} .bp-panel", 1)):
        rules += [
            f"{around} .bp-lane-{key} {{ --bp-lane: {pair[dark]}; }}\n"
            for key, pair in LANES.items()
        ]
    return "".join(rules)


def _on_page(name: str, colour: str) -> str:
    return f"var({_JUPYTER[name]}, {colour})" if name in _JUPYTER else colour
