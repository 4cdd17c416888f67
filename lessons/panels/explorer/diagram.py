"""The diagram of a scene as an SVG string: values forward, gradients backward."""

from __future__ import annotations

from html import escape

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.scalar.gradient import BackwardStep
from lessons.maths.scalar.record import Step
from lessons.panels.explorer.layering import Node
from lessons.panels.explorer.layout import Box, Edge, Layout, Pill, layout
from lessons.panels.explorer.scene import Scene
from lessons.panels.explorer.words import local_words
from lessons.panels.kit.notation import notation_of

#: Up to this many values are drawn at once; a longer computation is folded to what lies near.
MOST_NODES = 60
#: How many values the fold shows at most, and how many links from the current one.
FOLD, FOLD_LINKS = 24, 3
#: A live diagram shrinks to this share of its size, where it must; then it scrolls.
LEAST = 0.7
#: A diagram that is wider than this, in px, takes the whole width of the panel.
WIDE = 900.0
#: Room for the longest number of :func:`lessons.maths.text.number`, in px.
_NUMBER = 62.0
_SIGNS = {"mul": "×", "div": "÷", "sum": "+", "neg": "−", "constant": "="}


def diagram(scene: Scene) -> str:
    """The diagram as ``<svg>``; beyond 60 values, the part around the current one, and a note."""
    names = shown_names(scene)
    placed = layout(_nodes(scene, names))
    body = "".join(_parts(scene, placed, names))
    w, h = placed.width, placed.height
    return (
        f'<svg class="bp-svg" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:g} {h:g}" '
        f'width="{w:g}" height="{h:g}" style="--bp-least:{LEAST * w:.0f}px;--bp-most:{w:.0f}px" '
        f'role="img" aria-label="{escape(description(scene))}">'
        f"{body}</svg>"
    )


def is_wide(scene: Scene) -> bool:
    """Whether the diagram needs the whole width of the panel."""
    return layout(_nodes(scene, shown_names(scene))).width > WIDE


def fold_note(scene: Scene) -> str:
    """What the diagram leaves out, in a sentence; "" when it shows everything."""
    names, every = shown_names(scene), len(scene.record.values)
    if len(names) == every:
        return ""
    return (
        f"This computation has {every:,} values. The diagram shows the {len(names)} nearest to the "
        f"current one; the table holds every step."
    )


def description(scene: Scene) -> str:
    """The diagram in words, for those who do not see it."""
    record = scene.record
    parts = [f"Diagram of {record.function}, step {scene.at} of {scene.last}."]
    for name in list(shown_names(scene)):
        value = text.number(record.values[name]) if name in scene.known else "not yet computed"
        part = f"{name} {value}"
        if name in scene.totals:
            part += f", gradient {text.number(scene.totals[name])}"
        parts.append(part + ".")
    return " ".join(parts)


def shown_names(scene: Scene) -> tuple[str, ...]:
    """The names in the diagram, in the order of the record."""
    record = scene.record
    if len(record.values) <= MOST_NODES:
        return tuple(record.values)
    users: dict[str, list[str]] = {}
    for step in record.steps:
        for name in step.inputs:
            users.setdefault(name, []).append(step.name)
    centre = scene.focus or record.steps[0].name
    found, ring = {centre: None}, [centre]
    for _ in range(FOLD_LINKS):
        near: list[str] = []
        for name in ring:
            source = record.by_name.get(name)
            # A wide sum would fill the fold alone: take a few of its terms, and a few users.
            for other in [*(source.inputs if source else ())[:6], *users.get(name, [])[:3]]:
                if other not in found and len(found) < FOLD:
                    found[other] = None
                    near.append(other)
        ring = near
    return tuple(name for name in record.values if name in found)


def _nodes(scene: Scene, names: tuple[str, ...]) -> tuple[Node, ...]:
    shown = set(names)
    steps = scene.record.by_name
    tall = scene.gradient is not None
    nodes = []
    for name in names:
        step = steps.get(name)
        sources = tuple(s for s in step.inputs if s in shown) if step else ()
        label = max(7.6 * len(name), 6.3 * (len(name) + len(scene.of) + 3) if tall else 0)
        width = max(112.0, round(20 + label + 8 + _NUMBER))
        pill = _pill_width(sign_of(step)) if step and sources else 22.0
        nodes.append(Node(name, sources, width, 44.0 if tall else 30.0, pill))
    return tuple(nodes)


def sign_of(step: Step) -> str:
    """What stands in the operator's pill: ``×``, ``+``, ``ReLU``, ``×2``, ``^2``."""
    constants = [a for a in step.args if not isinstance(a, str)]
    match step.op, constants:
        case "sum", _ if len(step.args) == 2 and step.signs == (1, -1) and not constants:
            return "−"
        case "sum", [constant] if len(step.args) == 2:
            place = step.args.index(constant)
            if place == 1:
                return ("+" if step.signs[1] == 1 else "−") + text.short(constant)
            return f"{text.short(constant)}{'+' if step.signs[1] == 1 else '−'}"
        case "mul", [constant]:
            return "×" + text.short(constant)
        case "div", [constant]:
            before = not isinstance(step.args[0], str)
            return f"{text.short(constant)}÷" if before else f"÷{text.short(constant)}"
        case "pow", [constant]:
            before = not isinstance(step.args[0], str)
            return f"{text.short(constant)}^" if before else f"^{text.short(constant)}"
        case "pow", _:
            return "^"
    if step.op in FUNCTIONS and step.op not in _SIGNS:
        return notation_of(step.op).symbol
    return _SIGNS.get(step.op, step.op)  # an operation of the learner's own engine has its own name


def _pill_width(sign: str) -> float:
    return 22.0 if len(sign) == 1 else round(14 + 6.8 * len(sign))


def _parts(scene: Scene, placed: Layout, names: tuple[str, ...]) -> list[str]:
    shown = set(names)
    taken = _taken(scene)
    largest = max((abs(s.contribution) for s in taken.values()), default=0.0)
    parts, tags = [], []
    for edge in placed.edges:
        # In a fold the layout counts only the inputs that are shown; the record counts them all.
        argument = _argument(scene, edge, shown)
        parts.append(_forward_edge(scene, edge))
        step = taken.get((edge.target, argument))
        if step is not None:
            on = step is scene.backward_step or edge.source == scene.chosen
            parts.append(_backward_edge(edge, step, largest, on))
            if step is scene.backward_step:
                tags.append(_tag(scene, edge, step))
    parts += [_pill(scene, pill) for pill in placed.pills if scene.record.by_name[pill.name].inputs]
    for box in placed.boxes:
        parts.append(_node(scene, box))
        reached = sum(1 for step in taken.values() if step.to == box.name)
        if reached > 1:
            parts.append(_meeting(box))
    return parts + tags


def _argument(scene: Scene, edge: Edge, shown: set[str]) -> int:
    inputs = scene.record.by_name[edge.target].inputs
    return [i for i, name in enumerate(inputs) if name in shown][edge.index]


def _taken(scene: Scene) -> dict[tuple[str, int], BackwardStep]:
    """The backward steps taken so far, by the edge that they took."""
    if scene.gradient is None:
        return {}
    done = scene.gradient.steps[: scene.backward_done]
    return {(step.from_, step.argument): step for step in done}


def _forward_edge(scene: Scene, edge: Edge) -> str:
    on = scene.step is not None and scene.step.name == edge.target
    chosen = not scene.backwards and edge.source == scene.chosen
    return f'<path class="edge{" on" if on or chosen else ""}" d="{edge.path}"/>'


def _backward_edge(edge: Edge, step: BackwardStep, largest: float, on: bool) -> str:
    lit = " on" if on else ""
    if step.contribution == 0:
        drawn = f'<path class="edge none" d="{edge.path}"/>'
        # The gate that closed is the one where something arrived and nothing left.
        return drawn + (_stop(edge) if step.upstream != 0 else "")
    width = 1.6 + 4.4 * abs(step.contribution) / largest
    x, y = edge.points[0]
    size = 3.5 + width / 2
    head = f"M{x + 1:.1f} {y:.1f} l{size + 4:.1f} {-size:.1f} v{2 * size:.1f} z"
    return (
        f'<path class="edge back{lit}" d="{edge.path}" style="stroke-width:{width:.1f}"/>'
        f'<path class="head{lit}" d="{head}"/>'
    )


def _stop(edge: Edge) -> str:
    """A bar across the end of a blocked edge, just before the operator that blocks it."""
    x, y = edge.points[-1]
    return f'<path class="stop" d="M{x - 7:.1f} {y - 9:.1f} v18"/>'


def _meeting(box: Box) -> str:
    """A plus where the gradients of several paths meet at a value."""
    x, y = box.x + box.width, box.y + box.height / 2
    return (
        f'<circle class="plus" cx="{x:g}" cy="{y:g}" r="7"/>'
        f'<text class="plus-sign" x="{x:g}" y="{y + 4:g}">+</text>'
    )


def _pill(scene: Scene, pill: Pill) -> str:
    sign = sign_of(scene.record.by_name[pill.name])
    long = " long" if len(sign) > 1 else ""
    middle, y = pill.x + pill.width / 2, pill.y + pill.height / 2
    return (
        f'<rect class="pill" x="{pill.x:g}" y="{pill.y:g}" width="{pill.width:g}" '
        f'height="{pill.height:g}" rx="{pill.height / 2:g}"/>'
        f'<text class="sign{long}" x="{middle:g}" y="{y + 4.5:g}">{escape(sign)}</text>'
    )


def _node(scene: Scene, box: Box) -> str:
    name = box.name
    classes = ["node"]
    if name == scene.active:
        classes.append("now" if scene.backwards else "now ahead")
    if scene.backward_step and name == scene.backward_step.from_:
        classes.append("from")
    if name == scene.chosen:
        classes.append("chosen")
    left, right = box.x + 10, box.x + box.width - 10
    first = box.y + (19 if scene.gradient is not None else 20)
    known = name in scene.known
    value = text.number(scene.record.values[name]) if known else "· · ·"
    parts = [
        f'<g class="{" ".join(classes)}" data-name="{escape(name)}">',
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8"/>',
        f'<text class="name" x="{left:g}" y="{first:g}">{escape(name)}</text>',
        f'<text class="value{"" if known else " wait"}" x="{right:g}" y="{first:g}">{value}</text>',
    ]
    if scene.gradient is not None:
        total = scene.totals.get(name)
        shown = "· · ·" if total is None else text.number(total)
        wait = " wait" if total is None else ""
        parts += [
            f'<text class="by" x="{left:g}" y="{box.y + 37:g}">d{escape(scene.of)}/d'
            f"{escape(name)}</text>",
            f'<text class="gradient{wait}" x="{right:g}" y="{box.y + 37:g}">{shown}</text>',
        ]
    return "".join(parts) + "</g>"


def _tag(scene: Scene, edge: Edge, step: BackwardStep) -> str:
    """upstream × local = contribution, beside the edge that the gradient has just taken."""
    made = scene.record.by_name[step.from_]
    local = local_words(made, step.argument)
    if len(local) > 9:
        local = text.number(step.local)
    shown = f"{text.number(step.upstream)} × {local} = {text.number(step.contribution)}"
    width = 16 + 6.0 * len(shown)
    x, y = edge.label_at
    x = max(x, width / 2 + 2)  # a long tag beside the first column stays inside the picture
    return (
        f'<g class="tag"><rect x="{x - width / 2:g}" y="{y - 10:g}" width="{width:g}" '
        f'height="20" rx="10"/><text x="{x:g}" y="{y + 4:g}">{escape(shown)}</text></g>'
    )
