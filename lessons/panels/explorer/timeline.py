"""Where the learner is: a dot for each step, or a bar when there are too many for dots."""

from __future__ import annotations

from lessons.panels.explorer.scene import Scene

MOST_DOTS = 48


def timeline(scene: Scene) -> str:
    """The positions as HTML; each dot carries its position as ``data-at``."""
    count = f'<span class="bp-count">step {scene.at} of {scene.last}</span>'
    if scene.last > MOST_DOTS:
        share = 100 * scene.at / scene.last
        border = 100 * (len(scene.record.steps) + 0.5) / scene.last
        return (
            f'<span class="bp-track" data-last="{scene.last}">'
            f'<span class="bp-fill" style="width:{share:.2f}%"></span>'
            f'<span class="bp-border" style="left:{min(border, 100):.2f}%"></span></span>{count}'
        )
    dots = []
    for place in range(1, scene.last + 1):
        moment = scene.moment(place)
        if moment.phase in ("seed", "update"):
            dots.append('<span class="bp-dash"></span>')
        kind = {"forward": "f", "update": "u"}.get(moment.phase, "b")
        state = " bp-todo" if place > scene.at else " bp-here" if place == scene.at else ""
        dots.append(f'<span class="bp-dot bp-dot-{kind}{state}" data-at="{place}"></span>')
    return f'<span class="bp-dots">{"".join(dots)}</span>{count}'
