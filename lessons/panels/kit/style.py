"""The CSS of the diagram, once for the live panel and for the still picture.

The live panel gives the variables their values; a still picture has them written in, since nothing
can be looked up from inside an image.
"""

from __future__ import annotations

import re

from lessons.panels.kit.palette import COLOURS

#: The values that stand in a still picture, which always has a white ground of its own.
LIGHT = {name: light for name, (light, _) in COLOURS.items()} | {
    "sans": "Inter, system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif",
    "mono": "'JetBrains Mono', ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
}

DIAGRAM_CSS = """
.bp-svg text { font: 12px var(--bp-sans); font-variant-numeric: tabular-nums; fill: var(--bp-fg); }
.bp-svg .edge { fill: none; stroke: var(--bp-line); stroke-width: 1.5; }
.bp-svg .edge.on { stroke: var(--bp-forward); stroke-width: 2; }
.bp-svg .edge.back { stroke: var(--bp-arrow); opacity: .42; }
.bp-svg .edge.back.on { stroke: var(--bp-arrow); opacity: 1; }
.bp-svg .edge.none { stroke: var(--bp-muted); stroke-width: 1.3; stroke-dasharray: 2 5; }
.bp-svg .head { fill: var(--bp-arrow); opacity: .55; }
.bp-svg .head.on { opacity: 1; }
.bp-svg .stop { stroke: var(--bp-arrow); stroke-width: 4; stroke-linecap: round; }
.bp-svg .node rect { fill: var(--bp-bg); stroke: var(--bp-line); stroke-width: 1.2; }
.bp-svg .node { cursor: pointer; }
.bp-svg .node:hover rect { stroke: var(--bp-muted); }
.bp-svg .node.now rect { fill: var(--bp-now); stroke: var(--bp-arrow); stroke-width: 2; }
.bp-svg .node.now.ahead rect { fill: var(--bp-soft); stroke: var(--bp-forward); }
.bp-svg .node.from rect { stroke: var(--bp-now-line); stroke-width: 1.6; }
.bp-svg .node.chosen rect { stroke: var(--bp-fg); stroke-width: 2.4; }
.bp-svg .name { font: 600 12.5px var(--bp-mono); }
.bp-svg .value { fill: var(--bp-forward); font-weight: 600; text-anchor: end; }
.bp-svg .by { fill: var(--bp-muted); font-size: 11px; }
.bp-svg .gradient { fill: var(--bp-backward); font-weight: 600; text-anchor: end; }
.bp-svg .wait { fill: var(--bp-muted); font-weight: 400; opacity: .6; }
.bp-svg .pill { fill: var(--bp-soft); stroke: var(--bp-line); }
.bp-svg .sign { font-weight: 600; text-anchor: middle; }
.bp-svg .sign.long { font-size: 11px; }
.bp-svg .plus { fill: var(--bp-arrow); }
.bp-svg .plus-sign { fill: var(--bp-on-accent); font-weight: 700; text-anchor: middle; }
.bp-svg .tag rect { fill: var(--bp-backward); }
.bp-svg .tag text { fill: var(--bp-on-accent); font-weight: 600; font-size: 10.5px; }
.bp-svg .tag text { text-anchor: middle; }
.bp-svg .ground { fill: var(--bp-bg); stroke: var(--bp-line); }
.bp-svg .code { font: 12px var(--bp-mono); white-space: pre; }
.bp-svg .code-line { fill: var(--bp-muted); font-size: 10.5px; text-anchor: end; }
.bp-svg .caption { fill: var(--bp-muted); font-size: 12px; }
"""


def written_in(css: str) -> str:
    """The CSS with every variable replaced by its light value."""
    return re.sub(r"var\(--bp-([a-z-]+)\)", lambda found: LIGHT[found[1]], css)
