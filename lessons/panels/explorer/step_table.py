"""The table of steps as HTML: the forward pass while it runs, then the backward pass."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lessons.maths import text
from lessons.maths.scalar.record import expression
from lessons.panels.explorer.scene import Scene
from lessons.panels.explorer.words import is_literal, local_words

#: Rows on the page at once; of a longer pass, those around the current step.
MOST_ROWS = 80


def steps_title(scene: Scene) -> str:
    return "Backward steps" if scene.backwards else "Forward steps"


def steps(scene: Scene) -> str:
    """The table of the pass that is on show; each row carries its value as ``data-name``."""
    return _backward(scene) if scene.backwards else _forward(scene)


def _forward(scene: Scene) -> str:
    current = scene.now.index if scene.now.phase == "forward" else -1
    rows = []
    start, end = _window(len(scene.record.steps), current)
    for place, step in enumerate(scene.record.steps[start:end], start=start):
        done = place < scene.forward_done
        cells = [
            f'<td class="bp-left">{escape(_pretty(expression(step)))}</td>',
            f"<td>{text.number(step.value) if done else _WAIT}</td>",
        ]
        rows.append(_row(scene, step.name, cells, place == current, "bp-ahead"))
    head = '<th scope="col">value</th><th scope="col" class="bp-left">computed as</th>'
    head += '<th scope="col">number</th>'
    return _table(head, rows, start, len(scene.record.steps) - end)


def _backward(scene: Scene) -> str:
    gradient = scene.gradient
    assert gradient is not None
    current = scene.now.index if scene.now.phase == "backward" else -1
    output = scene.record.output
    given = '<td colspan="3" class="bp-left">given: the upstream gradient</td>'
    if scene.of == output:
        given = f'<td colspan="3" class="bp-left">d{escape(output)}/d{escape(output)} = 1</td>'
    start, end = _window(len(gradient.steps), current)
    rows = []
    if start == 0:
        cells = [given, f"<td>{text.number(gradient.upstream)}</td>"]
        rows.append(_row(scene, output, cells, scene.now.phase == "seed"))
    for place, step in enumerate(gradient.steps[start:end], start=start):
        if place < scene.backward_done:
            made = scene.record.by_name[step.from_]
            word = "sum" if made.op == "sum" else text.word(made.op)
            local, number = local_words(made, step.argument), text.number(step.local)
            if not is_literal(local):
                local = f"<small>{escape(local)}</small> <span>{number}</span>"
            cells = [
                f"<td>{text.number(step.upstream)}</td>",
                f'<td title="the slope of the {word} {escape(step.from_)}">{local}</td>',
                f"<td>{text.number(step.contribution)}</td>",
                f"<td>{text.number(step.total)}</td>",
            ]
        else:
            cells = [f"<td>{_WAIT}</td>"] * 4
        rows.append(_row(scene, step.to, cells, place == current))
    head = "".join(
        f'<th scope="col">{word}</th>' for word in ("to", "upstream", "local", "product", "total")
    )
    return _table(head, rows, start, len(gradient.steps) - end)


_WAIT = '<span class="bp-wait">· · ·</span>'


def _row(scene: Scene, name: str, cells: Sequence[str], now: bool, ahead: str = "") -> str:
    classes = (f"bp-now {ahead}".strip() if now else "", name == scene.chosen and "bp-chosen")
    joined = " ".join(c for c in classes if c)
    return (
        f'<tr{f" class={chr(34)}{joined}{chr(34)}" if joined else ""} data-name="{escape(name)}">'
        f'<th scope="row">{escape(name)}</th>{"".join(cells)}</tr>'
    )


def _table(head: str, rows: Sequence[str], before: int, after: int) -> str:
    notes = [f"{number:,} more {where}" for number, where in ((before, "before"), (after, "after"))
             if number]  # fmt: skip
    note = f'<p class="bp-muted">{", ".join(notes)}</p>' if notes else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{note}"


def _window(length: int, current: int) -> tuple[int, int]:
    if length <= MOST_ROWS:
        return 0, length
    start = max(0, min(current - MOST_ROWS // 2, length - MOST_ROWS))
    return start, start + MOST_ROWS


def _pretty(written: str) -> str:
    return written.replace(" * ", " × ").replace("- ", f"{text.MINUS} ")
