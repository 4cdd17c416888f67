"""The learner's own source, with the current line lit, as HTML."""

from __future__ import annotations

from html import escape

from lessons.panels.explorer.scene import Scene

#: A longer function is shown from a few lines before the current one.
MOST_LINES = 40


def listing(scene: Scene) -> str:
    """The lines of the function; each carries its number as ``data-line``."""
    source = scene.record.source
    if not source:
        return '<p class="bp-muted">The source of this function is not to be had here.</p>'
    first = 0
    if len(source) > MOST_LINES:
        first = max(0, min((scene.active_line or 1) - 12, len(source) - MOST_LINES))
    rows = []
    for number, line in list(enumerate(source, start=1))[first : first + MOST_LINES]:
        classes = ["bp-line"]
        if number == scene.active_line:
            classes.append("bp-now" if scene.backwards else "bp-now bp-ahead")
        if number in scene.chosen_lines:
            classes.append("bp-chosen")
        rows.append(
            f'<div class="{" ".join(classes)}" data-line="{number}">'
            f"<i>{number}</i>{escape(line) or ' '}</div>"
        )
    return "".join(rows)
