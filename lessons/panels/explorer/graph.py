"""``draw_graph``: the graph behind a learner's own value, in the course's own picture.

Nothing is differentiated here. The values, local derivatives and gradients are those that the
learner's class holds, right or wrong; they are only put into the form that the diagram takes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.scalar.gradient import Gradient
from lessons.maths.scalar.record import Record, Step, record_of
from lessons.maths.scalar.value import ordered
from lessons.panels.explorer.diagram import LEAST, MOST_NODES, description, diagram, shown_names
from lessons.panels.explorer.scene import Scene
from lessons.panels.kit.still_image import Shown
from lessons.panels.kit.style import DIAGRAM_CSS, written_in

#: What a learner may call an operation, and what the course calls it.
_OPS = {"+": "sum", "add": "sum", "*": "mul", "/": "div", "truediv": "div"}
_DIFFERENCES = ("-", "sub")
_LONGEST_NAME = 10
#: So many entries of a learner's list are looked at for values: a longer one holds data.
_LONGEST_LIST = 1000
_PAD = 16.0


def draw_graph(value: Any, /, **names: Any) -> Shown:
    """Draw what a value was made of, with its gradients where there are any.

    ``value`` is one of the learner's class: it has ``value``, ``inputs`` and ``partials``, and it
    may have ``op`` and ``gradient``. A value is called as the variable that holds it where this is
    called from (``w[0]`` is ``w0``), or as it is given here: ``draw_graph(L, m1=weight)``. What was
    made with ``op="constant"`` is written into the operation that uses it.

    Raises ``TypeError`` for what is no such value, ``ValueError`` for inputs and partials that are
    not one for one, and for a value that was made of itself.
    """
    values = ordered(_checked(value))
    for one in values:
        _checked(one)
    caller = sys._getframe(1)
    called = _names(values, names, {**caller.f_globals, **caller.f_locals})
    record = _record(values, called)
    gradient = _gradient(values, called, record)
    last = len(record.steps) + (0 if gradient is None else 2 + len(gradient.steps))
    # One position beyond the last step, so that no step is lit: all of it is over.
    updated = () if gradient is None else (record.output,)
    # A large graph is folded to what lies near the chosen value.
    chosen = record.output if len(record.values) > MOST_NODES else ""
    scene = Scene(record, gradient, last, record.output, chosen, updated)
    note = _fold_note(scene)
    drawn = diagram(scene)
    return Shown(
        svg=_framed(drawn, note),
        alt=f"{_headed(scene)} {note}".strip(),
        text=_table(record, gradient),
        least=LEAST * (_size(drawn)[0] + 2 * _PAD),
    )


def _checked(value: Any) -> Any:
    missing = [name for name in ("value", "inputs", "partials") if not hasattr(value, name)]
    if missing:
        shown = (
            f"{value!r}" if isinstance(value, (int, float, str)) else f"a {type(value).__name__}"
        )
        raise TypeError(
            f"draw_graph takes a value of your engine, and {shown} has no {missing[0]}; a value "
            f"has value, inputs and partials"
        )
    if len(value.inputs) != len(value.partials):
        raise ValueError(
            f"a value has {len(value.inputs)} inputs and {len(value.partials)} partials; give it "
            f"one local derivative for each input"
        )
    return value


# -- names ------------------------------------------------------------------------------------


def _names(
    values: Sequence[Any], given: Mapping[str, Any], around: Mapping[str, Any]
) -> dict[int, str]:
    """A unique name for every value: given, the learner's variable, or made of its inputs."""
    inside = {id(value) for value in values}
    called: dict[int, str] = {}
    taken: set[str] = set()
    own = ((getattr(value, "name", ""), value) for value in values)
    learners = (
        (name, one) for name, one in around.items() if name.isidentifier() and name[0] != "_"
    )
    for name, value in (*_listed(given.items()), *own, *_listed(learners)):
        known = id(value) in called or name in taken
        if id(value) in inside and not known and isinstance(name, str) and name:
            called[id(value)] = name
            taken.add(name)
    for value in values:
        if id(value) in called or _is_constant(value):
            continue
        name = "output" if value is values[-1] else _expression(value, called)
        number = 0
        while not name or name in taken:
            name, number = f"v{number}", number + 1
        called[id(value)] = name
        taken.add(name)
    return called


def _listed(pairs: Any) -> Iterator[tuple[str, Any]]:
    """Names and values; the entries of lists by name and place: ``w0``, or ``W0_1`` in two deep."""
    for name, value in pairs:
        if isinstance(value, (list, tuple)):
            for i, one in enumerate(value[:_LONGEST_LIST]):
                inner = [(f"{name}{i}", one)]
                if isinstance(one, (list, tuple)):
                    inner = [(f"{name}{i}_{j}", each) for j, each in enumerate(one)]
                yield from inner
        else:
            yield name, value


def _is_constant(value: Any) -> bool:
    return getattr(value, "op", "") == "constant" and not value.inputs


def _expression(value: Any, called: Mapping[int, str]) -> str:
    """``w0*x0`` or ``relu(z)`` for a value that has no name of its own, where that is short."""
    words = [called.get(id(one)) or text.short(one.value, ascii=True) for one in value.inputs]
    op, _ = _op_of(value)
    if not all(re.fullmatch(r"\w+", word) for word in words):
        return ""
    name = "*".join(words) if op == "mul" else ""
    if op in FUNCTIONS and len(words) == 1 and op != "neg":
        name = f"{op}({words[0]})"
    return name if len(name) <= _LONGEST_NAME else ""


# -- the plain data that the diagram takes ----------------------------------------------------


def _op_of(value: Any) -> tuple[str, tuple[float, ...]]:
    """The course's name of an operation, and the constants that the learner's name for it holds."""
    op = str(getattr(value, "op", "") or "of")
    if op in _DIFFERENCES:
        return ("neg" if len(value.inputs) == 1 else "sum"), ()
    power = re.fullmatch(r"\*\*\s*(-?\d+(?:\.\d+)?)?|pow", op)
    if power:
        return "pow", (float(power[1]),) if power[1] else ()
    return _OPS.get(op, op), ()


def _record(values: Sequence[Any], called: Mapping[int, str]) -> Record:
    inputs, steps = {}, []
    for value in values:
        name = called.get(id(value))
        if name is None:  # a constant, which stands in the steps that use it
            continue
        if not value.inputs:
            inputs[name] = float(value.value)
            continue
        op, constants = _op_of(value)
        # A float stands for what has no name: the diagram writes it into the operation.
        args = tuple(called.get(id(one), float(one.value)) for one in value.inputs) + constants
        signs = (1,) * len(args) if op == "sum" else ()
        if getattr(value, "op", "") in _DIFFERENCES and op == "sum":
            signs = (1, *(-1,) * (len(args) - 1))
        kept = zip(value.inputs, value.partials, strict=True)
        partials = tuple(float(local) for one, local in kept if id(one) in called)
        steps.append(Step(name, op, args, signs, float(value.value), partials, None))
    if not called:  # a constant alone
        inputs["output"] = float(values[-1].value)
    return record_of("your graph", inputs, steps)


def _gradient(values: Sequence[Any], called: Mapping[int, str], record: Record) -> Gradient | None:
    """What the learner's backward pass has left, or None where there is nothing but zeros."""
    totals = {
        called[id(value)]: float(getattr(value, "gradient", 0.0) or 0.0)
        for value in values
        if id(value) in called
    }
    if not any(totals.values()):
        return None
    by_index = [totals.get(record.names.get(i, ""), 0.0) for i in range(len(record.tape.values))]
    return Gradient(record, totals[record.output], by_index)


# -- the picture ------------------------------------------------------------------------------


def _size(drawn: str) -> tuple[float, float]:
    width, height = re.findall(r'viewBox="0 0 (\S+) (\S+)"', drawn)[0]
    return float(width), float(height)


def _framed(drawn: str, note: str) -> str:
    """The diagram on a ground of its own, with its style written in."""
    width, height = _size(drawn)
    under = 22.0 if note else 0.0
    wide, high = width + 2 * _PAD, height + 2 * _PAD + under
    told = ""
    if note:
        wide = max(wide, 6.4 * len(note) + 2 * _PAD)
        told = f'<text class="caption" x="{_PAD:g}" y="{high - 14:g}">{escape(note)}</text>'
    placed = drawn.replace("<svg ", f'<svg x="{_PAD:g}" y="{_PAD:g}" ', 1)
    return (
        f'<svg class="bp-svg" xmlns="http://www.w3.org/2000/svg" width="{wide:g}" '
        f'height="{high:g}" viewBox="0 0 {wide:g} {high:g}">'
        f"<style>{written_in(DIAGRAM_CSS)}</style>"
        f'<rect class="ground" x=".5" y=".5" width="{wide - 1:g}" height="{high - 1:g}" rx="10"/>'
        f"{placed}{told}</svg>"
    )


def _fold_note(scene: Scene) -> str:
    shown, every = len(shown_names(scene)), len(scene.record.values)
    if shown == every:
        return ""
    return (
        f"This graph has {every:,} values. The picture shows the {shown} nearest to "
        f"{scene.record.output}; the text holds all of them."
    )


def _headed(scene: Scene) -> str:
    told = description(scene).partition(". ")[2]
    what = "with its gradients" if scene.gradient else "without gradients"
    return f"The graph of {scene.record.output}, {what}. {told}"


def _table(record: Record, gradient: Gradient | None) -> str:
    return record.table() if gradient is None else f"{record.table()}\n\n{gradient.table()}"
