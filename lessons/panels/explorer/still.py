"""The static output of an explorer: one SVG and one text table, for readers without a kernel."""

from __future__ import annotations

from html import escape

from lessons.panels.explorer import words
from lessons.panels.explorer.diagram import diagram, fold_note
from lessons.panels.explorer.scene import Scene
from lessons.panels.kit.prose import plain
from lessons.panels.kit.still_image import still_image, wrapped
from lessons.panels.kit.style import DIAGRAM_CSS, written_in

_PAD = 16.0
_CODE_LINE = 19.0
_CHARACTER = 7.3


def picture(scene: Scene, show: frozenset[str]) -> str:
    """A self-contained SVG on a white ground: the sentence, the diagram, and the code beside it."""
    drawn = diagram(scene) if "diagram" in show else ""
    width, height = _size(drawn)
    source = scene.record.source if "code" in show else ()
    code_width = max((len(line) for line in source), default=0) * _CHARACTER + 44 if source else 0.0
    beside = bool(drawn) and width + code_width < 1200
    told = wrapped(plain(words.sentence(scene)), max(width, code_width, 480.0))
    top = _PAD + 20 * len(told)
    code_x, code_y = (_PAD + width + 8, top + 12) if beside else (_PAD, top + height + 12)
    total_width = 2 * _PAD + max(
        width + 8 + code_width if beside else max(width, code_width), 480.0
    )
    code_height = len(source) * _CODE_LINE + 12
    total_height = top + (max(height, code_height) if beside else height + code_height) + _PAD
    body = [_line(text, _PAD, _PAD + 14 + 20 * i) for i, text in enumerate(told)]
    body.append(drawn.replace("<svg ", f'<svg x="{_PAD:g}" y="{top:g}" ', 1))
    body += _code(source, code_x, code_y)
    return (
        f'<svg class="bp-svg" xmlns="http://www.w3.org/2000/svg" width="{total_width:g}" '
        f'height="{total_height:g}" viewBox="0 0 {total_width:g} {total_height:g}">'
        f"<style>{written_in(DIAGRAM_CSS)}</style>"
        f'<rect class="ground" x=".5" y=".5" width="{total_width - 1:g}" '
        f'height="{total_height - 1:g}" rx="10"/>{"".join(body)}</svg>'
    )


def html(scene: Scene, show: frozenset[str]) -> str:
    """An image that every viewer shows, even of a notebook that it does not trust."""
    note = f" {fold_note(scene)}" if fold_note(scene) else ""
    alt = f"{plain(words.sentence(scene))} The numbers stand in the text below.{note}"
    return still_image(picture(scene, show), alt, note=note)


def table(scene: Scene) -> str:
    """The table of steps as text, forward and (where it is shown) backward."""
    parts = [scene.record.table()]
    if scene.gradient is not None:
        parts.append(scene.gradient.table())
    return "\n\n".join(parts)


def _size(drawn: str) -> tuple[float, float]:
    if not drawn:
        return 0.0, 0.0
    box = drawn.split('viewBox="0 0 ', 1)[1].split('"', 1)[0].split()
    return float(box[0]), float(box[1])


def _line(told: str, x: float, y: float) -> str:
    return f'<text class="caption" x="{x:g}" y="{y:g}">{escape(told)}</text>'


def _code(source: tuple[str, ...], x: float, y: float) -> list[str]:
    rows = []
    for number, line in enumerate(source, start=1):
        at = y + number * _CODE_LINE
        rows.append(f'<text class="code-line" x="{x + 18:g}" y="{at:g}">{number}</text>')
        rows.append(
            f'<text class="code" x="{x + 30:g}" y="{at:g}" xml:space="preserve">'
            f"{escape(line)}</text>"
        )
    return rows
