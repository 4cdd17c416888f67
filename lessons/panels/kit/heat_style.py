"""The CSS of heat maps and of a layer's edges, live and in a still picture.

Two hues tell the signs apart, and neither is that of a pass: blue and orange stay with the forward
and the backward pass, in brackets and labels.
"""

from __future__ import annotations

from lessons.panels.kit.style import written_in

#: For the live page, where the variables of the panel answer.
HEATMAP_CSS = """
.bp-svg .hm-ground { fill: var(--bp-bg); stroke: var(--bp-line); stroke-width: 1; }
.bp-svg .hm-p { fill: var(--bp-positive); }
.bp-svg .hm-n { fill: var(--bp-negative); }
.bp-svg .hm-stroke { fill: none; stroke: var(--bp-fg); stroke-width: .7; opacity: .4; }
.bp-svg .hm-lines { fill: none; stroke: var(--bp-bg); stroke-width: 1; }
.bp-svg .hm-number { text-anchor: middle; pointer-events: none; }
.bp-svg .hm-small { font-size: 10.5px; }
.bp-svg .hm-index { fill: var(--bp-muted); font-size: 10px; text-anchor: middle; }
.bp-svg .hm-rows { text-anchor: end; }
.bp-svg .hm-label { font: 600 12.5px var(--bp-mono); text-anchor: middle; }
.bp-svg .hm-shape, .bp-svg .hm-note { fill: var(--bp-muted); font-size: 11px; text-anchor: middle; }
.bp-svg .hm-bracket { fill: none; stroke-width: 1.8; }
.bp-svg .hm-kept { stroke-dasharray: 3 2.5; }
.bp-svg .hm-forward { stroke: var(--bp-forward); }
.bp-svg .hm-backward { stroke: var(--bp-arrow); }
.bp-svg .hm-given { stroke: var(--bp-muted); }
.bp-svg .hm-label.hm-forward { stroke: none; fill: var(--bp-forward); }
.bp-svg .hm-label.hm-backward { stroke: none; fill: var(--bp-backward); }
.bp-svg .hm-label.hm-given { stroke: none; fill: var(--bp-fg); }
.bp-svg .hm-lit { fill: none; stroke: var(--bp-fg); stroke-width: 2; pointer-events: none; }
.bp-svg .hm-chosen { fill: none; stroke: var(--bp-fg); stroke-width: 3; pointer-events: none; }
.bp-svg .hm-hits rect { fill: transparent; cursor: pointer; }
.bp-svg .hm-hits rect:hover { stroke: var(--bp-fg); stroke-width: 1.2; }
.bp-svg .wire { fill: none; stroke: var(--bp-line); cursor: pointer; }
.bp-svg .wire.faint { opacity: .45; }
.bp-svg .wire.ahead { stroke: var(--bp-forward); }
.bp-svg .wire.back { stroke: var(--bp-arrow); }
.bp-svg .tag.ahead rect, .bp-svg .plus.ahead { fill: var(--bp-forward); }
.bp-svg .sh-empty { fill: none; stroke: var(--bp-muted); stroke-dasharray: 4 4; }
.bp-svg .sh-shape { font-size: 16px; text-anchor: middle; }
.bp-svg .sh-meets { fill: var(--bp-forward); font-weight: 700; }
.bp-svg .sh-clashes { fill: var(--bp-backward); font-weight: 700; }
.bp-svg .hm-operator { font-size: 17px; text-anchor: middle; }
.bp-svg .hm-operator.hm-word { font-size: 12.5px; }
"""


def still_css() -> str:
    """The rules with all colours written in, for a picture on a light ground of its own."""
    return written_in(HEATMAP_CSS)
