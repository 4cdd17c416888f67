"""The CSS of small images: ink and paper, captions, and the signs as the heat maps show them."""

from __future__ import annotations

from lessons.panels.kit import heat_style
from lessons.panels.kit.style import written_in

#: For the live page, where the variables of the panel answer.
IMAGE_CSS = """
.bp-svg .im-paper { fill: var(--bp-bg); stroke: var(--bp-line); stroke-width: 1; }
.bp-svg .im-ink { fill: var(--bp-fg); }
.bp-svg text.im-title { font: 600 13px var(--bp-sans); }
.bp-svg text.im-caption { fill: var(--bp-fg); font-size: 11.5px; text-anchor: middle; }
.bp-svg text.im-more { fill: var(--bp-muted); font-size: 11px; text-anchor: middle; }
.bp-svg text.im-note { fill: var(--bp-muted); font-size: 11.5px; }
"""

_GROUND = """
.bp-svg text { font: 12px var(--bp-sans); font-variant-numeric: tabular-nums; fill: var(--bp-fg); }
.bp-svg .ground { fill: var(--bp-bg); stroke: var(--bp-line); }
"""


def still_css() -> str:
    """The rules with all colours written in; of the heat maps' those for the colours of signs."""
    signs = [
        rule
        for rule in heat_style.still_css().splitlines()
        if any(f" .{name} " in rule for name in ("hm-p", "hm-n", "hm-stroke"))
    ]
    return written_in(_GROUND + IMAGE_CSS) + "\n".join(signs)
