"""One sentence for every moment: what this step does, with its numbers."""

from __future__ import annotations

from markupsafe import escape

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.scalar.record import Step, expression
from lessons.panels.explorer.scene import Scene
from lessons.panels.kit import tex
from lessons.panels.kit.notation import notation_of
from lessons.panels.kit.prose import (
    backward,
    backward_number,
    bold,
    bracketed,
    forward,
    forward_number,
    listed,
)

TITLES = {
    "inputs": "Inputs",
    "forward": "Forward",
    "seed": "Backward",
    "backward": "Backward",
    "update": "Update",
}


def sentence(scene: Scene) -> str:
    """The sentence as HTML; numbers of the two passes are marked as such."""
    if scene.chosen:
        return _chosen(scene)
    match scene.now.phase:
        case "inputs":
            return _inputs(scene)
        case "forward":
            assert scene.step is not None
            return _forward(scene, scene.step)
        case "seed":
            return _seed(scene)
        case "backward":
            return _backward(scene)
    return _update(scene)


def title(scene: Scene) -> str:
    """The word before the sentence: which pass this is."""
    return "Chosen" if scene.chosen else TITLES[scene.now.phase]


def local_words(step: Step, argument: int) -> str:
    """The local derivative in terms of the inputs, as in a table: ``x0``, ``relu'(z)``, ``1``."""
    place = tex.place_of(step, argument)
    if step.op == "sum":
        return "1" if step.signs[place] == 1 else text.MINUS + "1"
    words = [a if isinstance(a, str) else text.short(a) for a in step.args]
    if step.op in ("pow", "div", "log"):  # 1 / (a*b), and not 1 / a*b
        words = [
            f"({w})" if "*" in w or (w.startswith(text.MINUS) and i == 0) else w
            for i, w in enumerate(words)
        ]
    if tex.is_constant_power(step):  # 2 * d, and not 2 * d**(2 - 1)
        left = text.short(float(step.args[1]) - 1)
        return f"{words[1]} * {words[0]}" + (f"**{left}" if left != "1" else "")
    return notation_of(step.op).slope_text[place].format(*words)


def is_literal(local: str) -> bool:
    """Whether a slope is written as a number: ``1`` is its own value, ``x0`` wants it beside it."""
    return local.lstrip(text.MINUS).replace(".", "", 1).isdigit()


def _inputs(scene: Scene) -> str:
    given = [f"{escape(n)} = {forward_number(v)}" for n, v in scene.record.inputs.items()]
    if not given:
        return "This function takes no inputs."
    return f"The inputs are given: {listed(given)}. Nothing has been computed yet."


def _forward(scene: Scene, step: Step) -> str:
    name, result = bold(step.name), forward_number(step.value)
    named = step.name.isidentifier()  # x0*w0 says already how it is computed
    values = scene.record.values
    args = [text.number(values[a]) if isinstance(a, str) else text.short(a) for a in step.args]
    written = f"{name} = {escape(_pretty(expression(step)))}" if named else name
    match step.op:
        case "sum" if len(step.args) <= 6:
            parts = [
                ("" if sign == 1 else text.MINUS) + arg
                if i == 0
                else f"{'+' if sign == 1 else text.MINUS} {bracketed(arg)}"
                for i, (arg, sign) in enumerate(zip(args, step.signs, strict=True))
            ]
            verb = "Add" if all(s == 1 for s in step.signs) else "Add and subtract"
            verb = "Subtract" if len(args) == 2 and step.signs == (1, -1) else verb
            return f"{verb}: {written} = {escape(' '.join(parts))} = {result}."
        case "sum":
            return f"Add {len(step.args)} terms: {name} = {result}."
        case "mul":
            factors = f"{escape(args[0])} × {escape(bracketed(args[1]))}"
            return f"Multiply: {written} = {factors} = {result}."
        case "relu":
            inside = escape(step.inputs[0])
            if values[step.inputs[0]] > 0:
                told = "is above 0, so ReLU lets it through"
            else:
                told = "is not above 0, so ReLU gives 0"
            return f"{inside} = {forward(args[0])} {told}: {name} = {result}."
        case "constant":
            return f"{name} is the constant {result}: no input takes part in it."
    word = text.word(step.op)
    given = listed([f"{escape(a)} = {forward_number(values[a])}" for a in step.inputs])
    return f"Apply the {word} to {given}: {written} = {result}."


def _pretty(written: str) -> str:
    return written.replace(" * ", " × ").replace(" - ", f" {text.MINUS} ")


def _seed(scene: Scene) -> str:
    assert scene.gradient is not None
    output, upstream = escape(scene.record.output), text.number(scene.gradient.upstream)
    if scene.of == scene.record.output:
        return (
            f"The backward pass starts at {bold(output)}: the derivative of {output} by itself "
            f"is {backward(upstream)}."
        )
    return (
        f"The backward pass starts at {bold(output)}: what comes after it sends back the upstream "
        f"gradient {backward(upstream)}."
    )


def _backward(scene: Scene) -> str:
    step = scene.backward_step
    assert step is not None
    made = scene.record.by_name[step.from_]
    word = "sum" if made.op == "sum" else text.word(made.op)
    to, from_ = escape(step.to), escape(step.from_)
    local = local_words(made, step.argument)
    slope = text.number(step.local)
    shown = local if is_literal(local) else f"{local} = {slope}"
    corner = ""
    if _on_the_kink(scene, made):
        corner = f" This {word} has a corner here, and its slope is a convention."
    if step.local == 0 and step.upstream != 0:
        return (
            f"The slope of this {word} by {to} is {forward('0')}: nothing passes. "
            f"What arrived at {from_}, {backward_number(step.upstream)}, is blocked "
            f"here.{corner}"
        )
    product = (
        f"{text.number(step.upstream)} × {bracketed(slope)} = {text.number(step.contribution)}"
    )
    told = (
        f"The gradient reaches {backward(step.to)}: what arrived at {from_}, "
        f"{backward_number(step.upstream)}, times the slope of this {word} by {to}, "
        f"which is {forward(shown)}: {backward(product)}.{corner}"
    )
    if step.paths > 1:
        told += (
            f" This is path {step.path} of {step.paths}, and paths add: "
            f"the sum so far is {backward_number(step.total)}."
        )
    return told


def _on_the_kink(scene: Scene, step: Step) -> bool:
    kink = FUNCTIONS[step.op].corner if step.op in FUNCTIONS else None
    values = scene.record.values
    if kink is None:
        return False
    return kink(*(values[a] if isinstance(a, str) else a for a in step.args)) == 0


def _update(scene: Scene) -> str:
    assert scene.gradient is not None
    inputs, totals = scene.record.inputs, scene.gradient.totals
    moves = [
        f"{escape(n)} to {forward_number(inputs[n] - scene.lr * totals[n])}" for n in scene.updated
    ]
    return (
        f"The update moves every chosen value against its gradient, all at once, by lr = "
        f"{escape(text.number(scene.lr))} times it: {listed(moves, 6)}."
    )


def _chosen(scene: Scene) -> str:
    name = scene.chosen
    shown = bold(name)
    value = forward_number(scene.record.values[name]) if name in scene.known else "not computed yet"
    told = f"{shown} = {value}" if name in scene.known else f"{shown} is {value}"
    if scene.gradient is None:
        users = [escape(s.name) for s in scene.record.steps if name in s.inputs]
        unused = "It is the output." if name == scene.record.output else "Nothing uses it."
        return f"{told}. " + (f"It goes into {listed(users)}." if users else unused)
    if name not in scene.totals:
        return f"{told}. The gradient has not reached it yet."
    total = backward_number(scene.totals[name])
    paths = [s for s in scene.gradient.steps[: scene.backward_done] if s.to == name]
    if not paths:
        if name == scene.record.output:
            return f"{told}. Its gradient {total} is where the backward pass starts."
        return f"{told}. Its gradient is {total}: the output does not depend on it."
    sums = [
        f"{text.number(s.upstream)} × {bracketed(text.number(s.local))} from {s.from_}"
        for s in paths
    ]
    if len(paths) == 1:
        return f"{told}. Its gradient is {backward(sums[0])}, which is {total}."
    return (
        f"{told}. Its gradient adds {len(paths)} paths: {backward(listed(sums, 4))}, "
        f"together {total}."
    )
