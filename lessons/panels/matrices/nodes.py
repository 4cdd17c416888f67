"""Who sends what to whom: the two columns of nodes that a layer joins, and an edge for each weight.

Forward, the edges carry ``w * a`` to the right, and meet in a z. Backward, each carries
``w * dL_dz`` to the left, and what meets in a node adds up. The width of an edge is the size of its
weight, and a negative weight is a broken line. Lengths are in px.
"""

from __future__ import annotations

from html import escape

from lessons.maths import text
from lessons.maths.networks.trace import Step
from lessons.panels.kit.heat_cells import entry_name
from lessons.panels.matrices.scene import Scene

#: Layers of up to this many nodes are drawn.
MOST_NODES = 8
_KINDS = ("sum", "outer", "back")
_BOX_WIDTH, _BOX_HEIGHT = 148.0, 44.0
_ROW = 66.0
_EDGE = 300.0  # from one column of boxes to the other
_TOP = 26.0


def has_nodes(scene: Scene) -> bool:
    """Whether this step is a move along the edges of a layer, few enough to be drawn."""
    step = scene.step
    if step is None or step.kind not in _KINDS or scene.trace.batch:
        return False
    return max(scene.trace.arrays[f"W{step.layer}"].shape) <= MOST_NODES


def nodes(scene: Scene) -> tuple[str, float, float]:
    """The picture of a step: the body of an SVG, its width and its height."""
    step = scene.step
    assert step is not None and has_nodes(scene)
    out, into = scene.trace.arrays[f"W{step.layer}"].shape
    height = _TOP + _ROW * max(out, into)
    left = [_TOP + (height - _TOP - _ROW * into) / 2 + _ROW * (j + 0.5) for j in range(into)]
    right = [_TOP + (height - _TOP - _ROW * out) / 2 + _ROW * (i + 0.5) for i in range(out)]
    edges, tags = _edges(scene, step, left, right)
    column = _BOX_WIDTH + _EDGE
    parts = [
        *edges,
        *(_node(scene, step, scene.before, j, 0.0, y) for j, y in enumerate(left)),
        *(_node(scene, step, f"z{step.layer}", i, column, y) for i, y in enumerate(right)),
        *_meeting(scene, step, left, right),
        *tags,
        _heading(f"{into} nodes: {scene.before}", _BOX_WIDTH / 2),
        _heading(f"{out} nodes: z{step.layer}", column + _BOX_WIDTH / 2),
        _heading(f"an edge for each weight of W{step.layer}", _BOX_WIDTH + _EDGE / 2),
    ]
    return "".join(parts), column + _BOX_WIDTH + 2, height


def _heading(words: str, x: float) -> str:
    return f'<text class="hm-shape" x="{x:g}" y="14">{escape(words)}</text>'


def _edges(
    scene: Scene, step: Step, left: list[float], right: list[float]
) -> tuple[list[str], list[str]]:
    """A line for each weight, and beside each that is lit what it carries."""
    W = scene.trace.arrays[f"W{step.layer}"]
    largest = float(abs(W).max()) or 1.0
    plain: list[str] = []
    lit: list[str] = []
    tags, chosen = [], scene.chosen is not None
    for i, y_right in enumerate(right):
        for j, y_left in enumerate(left):
            weight = float(W[i, j])
            x0, x1 = _BOX_WIDTH, _BOX_WIDTH + _EDGE
            width = 1.0 + 3.6 * abs(weight) / largest
            on = _is_lit(scene, step, i, j)
            kind = ("back" if step.backward else "ahead") if on else "faint" if chosen else ""
            broken = ' stroke-dasharray="7 4"' if weight < 0 else ""
            array = step.name if step.kind == "outer" else f"W{step.layer}"
            line = (
                f'<path class="wire {kind}" d="M{x0:g} {y_left:g}L{x1:g} {y_right:g}" '
                f'stroke-width="{width:.1f}"{broken} data-name="{array}[{i}, {j}]"/>'
            )
            (lit if on else plain).append(line)
            if on:
                tags.append(_tag(scene, step, i, j, (x0, y_left), (x1, y_right)))
    return plain + lit, tags


def _is_lit(scene: Scene, step: Step, i: int, j: int) -> bool:
    chosen = scene.chosen
    if chosen is None:
        return False
    if step.kind == "outer":
        return chosen == (i, j)
    return chosen[-1] == (i if step.kind == "sum" else j)


def _tag(
    scene: Scene,
    step: Step,
    i: int,
    j: int,
    start: tuple[float, float],
    end: tuple[float, float],
) -> str:
    """What an edge carries, written near the end where the lit edges are apart."""
    arrays = scene.trace.arrays
    weight = float(arrays[f"W{step.layer}"][i, j])
    a = float(arrays[scene.before][j])
    share = 0.5
    if step.kind == "outer":
        up = float(arrays[f"dL_dz{step.layer}"][i])
        shown = f"{_short(up)} × {_bracketed(a)} = {_short(up * a)}"
    elif step.kind == "sum":
        shown, share = f"{_short(weight)} × {_bracketed(a)} = {_short(weight * a)}", 0.3
    else:
        up = float(arrays[f"dL_dz{step.layer}"][i])
        shown, share = f"{_short(weight)} × {_bracketed(up)} = {_short(weight * up)}", 0.7
    width = 14 + 6.2 * len(shown)
    x = start[0] + share * (end[0] - start[0])
    y = start[1] + share * (end[1] - start[1])
    kind = "tag" if step.backward else "tag ahead"
    return (
        f'<g class="{kind}"><rect x="{x - width / 2:g}" y="{y - 10:g}" width="{width:g}" '
        f'height="20" rx="10"/><text x="{x:g}" y="{y + 4:g}">{escape(shown)}</text></g>'
    )


def _short(value: float) -> str:
    return text.number(value)


def _bracketed(value: float) -> str:
    shown = text.number(value)
    return f"({shown})" if value < 0 else shown


def _node(scene: Scene, step: Step, name: str, place: int, x: float, middle: float) -> str:
    """A node with its value, and below it its bias, or on the way back its gradient."""
    arrays, y = scene.trace.arrays, middle - _BOX_HEIGHT / 2
    called = entry_name(name, (place,))
    classes = ["node"]
    result = scene.chosen is not None and scene.result in (name, f"dL_d{name}")
    if result and scene.chosen == (place,):
        classes.append("now" if step.backward else "now ahead")
    left, right, gradient = x + 10, x + _BOX_WIDTH - 10, f"dL_d{name}"
    reached = scene.trace.places.get(gradient, scene.last + 1) <= scene.at
    second, number, look = "", 0.0, ""
    if step.backward and reached:
        second, number, look = f"dL/d{called}", float(arrays[gradient][place]), "gradient"
    elif not step.backward and name != scene.before:
        second, number, look = f"b{step.layer}[{place}]", *_bias(scene, step, place)
    first = y + (19 if second else 26)
    rows = [
        _word("name", left, first, called),
        _word("value", right, first, text.number(float(arrays[name][place]))),
    ]
    if second:
        rows += [
            _word("by", left, y + 37, second),
            _word(look, right, y + 37, text.number(number)),
        ]
    # On the way back a node of this layer stands for what arrived at it.
    on_the_way_back = (step.backward and name != scene.before) or scene.result == gradient
    target = entry_name(gradient, (place,)) if on_the_way_back else called
    return (
        f'<g class="{" ".join(classes)}" data-name="{escape(target)}">'
        f'<rect x="{x:g}" y="{y:g}" width="{_BOX_WIDTH:g}" height="{_BOX_HEIGHT:g}" rx="8"/>'
        f"{''.join(rows)}</g>"
    )


def _bias(scene: Scene, step: Step, place: int) -> tuple[float, str]:
    return float(scene.trace.arrays[f"b{step.layer}"][place]), "by hm-rows"


def _word(kind: str, x: float, y: float, words: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>'


def _meeting(scene: Scene, step: Step, left: list[float], right: list[float]) -> list[str]:
    """A plus where the lit edges meet, and an arrow's head on the way back."""
    if scene.chosen is None or step.kind == "outer":
        return []
    kind = "plus" if step.backward else "plus ahead"
    x = _BOX_WIDTH if step.backward else _BOX_WIDTH + _EDGE
    y = (left if step.backward else right)[scene.chosen[-1]]
    return [
        f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="8"/>'
        f'<text class="plus-sign" x="{x:g}" y="{y + 4:g}">+</text>'
    ]
