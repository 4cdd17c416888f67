"""The static output of a step of a network: one SVG with the sentence and the arrays."""

from __future__ import annotations

import re
from html import escape

from lessons.panels.kit.heat_style import still_css
from lessons.panels.kit.prose import plain
from lessons.panels.kit.still_image import wrapped
from lessons.panels.kit.style import DIAGRAM_CSS, written_in
from lessons.panels.matrices import words
from lessons.panels.matrices.nodes import has_nodes, nodes
from lessons.panels.matrices.scene import Scene
from lessons.panels.matrices.stage import stage

_PAD = 16.0
_TARGETS = re.compile(r'<g class="hm-hits">.*?</g>')  # nobody clicks on a still picture


def drawn(scene: Scene) -> tuple[str, float, float]:
    """The body of the picture in the view that is asked for, where this step has it."""
    if scene.view == "nodes" and has_nodes(scene):
        return nodes(scene)
    return stage(scene)


def picture(scene: Scene) -> str:
    """A self-contained SVG on a white ground."""
    body, width, height = drawn(scene)
    body = _TARGETS.sub("", body)
    told = wrapped(plain(words.sentence(scene)), max(width, 560.0))
    top = _PAD + 20 * len(told) + 6
    whole, tall = max(width, 560.0) + 2 * _PAD, top + height + _PAD
    lines = "".join(
        f'<text class="caption" x="{_PAD:g}" y="{_PAD + 14 + 20 * i:g}">{escape(line)}</text>'
        for i, line in enumerate(told)
    )
    return (
        f'<svg class="bp-svg" xmlns="http://www.w3.org/2000/svg" width="{whole:g}" '
        f'height="{tall:g}" viewBox="0 0 {whole:g} {tall:g}">'
        f"<style>{written_in(DIAGRAM_CSS)}{still_css()}</style>"
        f'<rect class="ground" x=".5" y=".5" width="{whole - 1:g}" height="{tall - 1:g}" rx="10"/>'
        f'{lines}<g transform="translate({_PAD:g} {top:g})">{body}</g></svg>'
    )
