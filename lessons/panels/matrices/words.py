"""What is said about a step of a network: the sentence, its line of NumPy, the table of all steps.

The line of code is what a learner would write, for one sample with columns in mind, or for a batch
with a row for each sample.
"""

from __future__ import annotations

import numpy as np
from markupsafe import escape

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.losses.losses import LOSSES
from lessons.maths.networks.trace import Step, Term, Trace
from lessons.panels.kit.heat_cells import entry_name
from lessons.panels.kit.prose import (
    backward,
    backward_number,
    bold,
    bracketed,
    forward,
    forward_number,
    plain,
)
from lessons.panels.matrices.scene import Scene

#: A sum is written out with this many products; of a longer one, the first three and the last.
MOST_PRODUCTS = 5
#: An array with more numbers, or more columns, than this is told by its range in the table.
MOST_NUMBERS, MOST_COLUMNS = 48, 12


def title(scene: Scene) -> str:
    """The word before the sentence: which pass this is."""
    if scene.step is None:
        return "Input"
    return "Backward" if scene.step.backward else "Forward"


def sentence(scene: Scene) -> str:
    """The sentence as HTML: about the whole array, or about the entry that is picked out."""
    step = scene.step
    if step is None:
        return _input(scene)
    if scene.chosen is None or step.kind == "loss":
        return _whole(scene, step)
    told = _entry(scene, step)
    return f"{bold(scene.entry)}: {told}"


def _value(scene: Scene) -> str:
    is_gradient = scene.step and scene.step.backward
    return (backward_number if is_gradient else forward_number)(scene.value)


def _input(scene: Scene) -> str:
    trace = scene.trace
    x = trace.arrays["x"]
    if scene.chosen is not None:
        return f"{bold(scene.entry)} = {forward_number(scene.value)}, which is given."
    if trace.batch:
        told = (
            f"A batch of {x.shape[0]} samples: each is a <b>row</b> of x, "
            f"with {x.shape[1]} {_numbers(x.shape[1])}."
        )
    else:
        told = f"One sample x with {x.size} {_numbers(x.size)}."
    target = " The target y is given too." if "y" in trace.arrays else ""
    return f"{told}{target} Nothing has been computed yet."


def _numbers(count: int) -> str:
    return "number" if count == 1 else "numbers"


def _whole(scene: Scene, step: Step) -> str:
    network, batch, layer = scene.trace.network, scene.trace.batch, step.layer
    name = bold(step.name)
    first = step.reads[0]
    match step.kind:
        case "sum":
            _, a, b = step.reads
            if batch:
                return (
                    f"A row of {name} for each sample: its row of {a}, times every row of W{layer}"
                    f" (a column of W{layer}ᵀ), plus {b}."
                )
            return f"Each entry of {name}: a row of W{layer} times {a}, added up, plus {b}."
        case "activation":
            word = _activation(scene, layer)
            return f"The {word} of {first}, entry by entry, gives {name}."
        case "loss":
            mean = f", the mean over the {scene.trace.samples} samples" if batch else ""
            word, number = LOSSES[network.loss].word, text.number(float(scene.array))
            return f"The {word} of {first} against y{mean}: {name} = {forward(number)}."
        case "error":
            mean = " Each has its share of the mean." if scene.trace.samples > 1 else ""
            return (
                f"The backward pass starts: how the loss changes with each entry of {first}. "
                f"Reads {forward(first)}, kept from the forward pass, and y.{mean}"
            )
        case "gate":
            kept = step.reads[1]
            return (
                f"What arrived at a{layer}, times the slope at z{layer}, <b>entry by entry</b>: "
                f"the elementwise product ⊙. Reads {forward(kept)}, kept from the forward pass."
            )
        case "softmax gate":
            return (
                f"Every probability hangs on every logit, so each entry of {name} collects from "
                f"all of {first}. Reads {forward(step.reads[1])}, kept from the forward pass."
            )
        case "outer":
            kept = forward(step.reads[1])
            if batch:
                return (
                    f"For each weight, what arrived times what came in, <b>added up over the "
                    f"{scene.trace.samples} samples</b>. Reads {kept}, kept from the forward pass."
                )
            return (
                f"The outer product: every entry of {first} times every entry of {step.reads[1]}. "
                f"Reads {kept}, kept from the forward pass."
            )
        case "bias":
            if batch:
                return (
                    f"One bias serves every sample, so their {scene.trace.samples} gradients add: "
                    f"the sum over the rows of {first}. It reads nothing that was kept."
                )
            return f"A bias is added as it is, with the slope 1: {name} equals {first}."
    out = scene.trace.arrays[f"W{layer}"].shape[0]
    return (
        f"Each node of {scene.before} feeds {_nodes(out)} of layer {layer}, so its gradient is a "
        f"<b>sum</b> over them, down its column of W{layer}. Reads {forward(first)}, as it was in "
        f"the forward pass."
    )


def _nodes(count: int) -> str:
    return "the one node" if count == 1 else f"all {count} nodes"


def _activation(scene: Scene, layer: int) -> str:
    name = scene.trace.network.activations[layer - 1]
    return text.word(name) if name in FUNCTIONS else name


def _entry(scene: Scene, step: Step) -> str:
    arrays, chosen = scene.trace.arrays, scene.chosen
    assert chosen is not None
    value, first = _value(scene), step.reads[0]

    def at(name: str) -> str:
        return text.number(float(arrays[name][chosen]))

    match step.kind:
        case "sum":
            bias = float(arrays[step.reads[2]][chosen[-1]])
            sign = text.MINUS if bias < 0 else "+"
            written = f"{products(scene)} {sign} {text.number(abs(bias))}"
            return (
                f"row {chosen[-1]} of {first} times {_whose(scene, step.reads[1])}, and its bias: "
                f"{escape(written)} = {value}."
            )
        case "activation":
            word = _activation(scene, step.layer)
            if word == "ReLU":
                through = float(arrays[first][chosen]) > 0
                told = "is above 0 and passes" if through else "is not above 0, and ReLU gives 0"
                return f"{escape(at(first))} {told}: {value}."
            return f"the {word} of {forward(at(first))} is {value}."
        case "error":
            told = f"{entry_name(first, chosen)} is {forward(at(first))}"
            return f"{told}, and the loss changes by {value} for each unit of it."
        case "gate":
            slope = float(arrays[f"slope{step.layer}"][chosen])
            blocked = " Nothing passes: the gate is shut." if slope == 0 else ""
            return (
                f"{backward(at(first))} arrived, and the slope at z = {forward(at(step.reads[1]))} "
                f"is {forward_number(slope)}: together {value}.{blocked}"
            )
        case "softmax gate":
            return f"{backward(at(first))} arrived, less the mean that p gives, times p: {value}."
        case "outer":
            told = (
                f"the weight from node {chosen[1]} to node {chosen[0]}. What arrived, times what "
                f"came in"
            )
            over = f", over {scene.trace.samples} samples" if scene.trace.batch else ""
            return f"{told}{over}: {escape(products(scene))} = {value}."
        case "bias":
            if not scene.trace.batch:
                return f"what arrived at z{step.layer}[{chosen[0]}], times 1: {value}."
            column = [text.number(float(v)) for v in arrays[first][:, chosen[0]]]
            return f"column {chosen[0]} of {first}, added up: {escape(_sum(column))} = {value}."
    count = len(scene.terms)
    node = entry_name(scene.before, chosen)
    return (
        f"{node} feeds {_nodes(count)} of layer {step.layer}, and {_gradients(count)}: "
        f"{escape(products(scene))} = {value}. The weights are column {chosen[-1]} of {first}."
    )


def _gradients(count: int) -> str:
    return "one gradient comes back" if count == 1 else f"{count} gradients come back and add"


def _whose(scene: Scene, name: str) -> str:
    if not scene.trace.batch or scene.chosen is None:
        return name
    return f"row {scene.chosen[0]} of {name}"


def products(scene: Scene) -> str:
    """The products of the chosen entry with their numbers: ``2.00 × 1.00 + (-1.00) × 3.00``."""
    kept = shortened(scene.terms)
    factors = [[text.number(value) for value in (t.left_value, t.right_value)] for t in kept]
    return _sum(
        [" × ".join(map(bracketed, pair)) for pair in factors],
        left_out=len(scene.terms) - len(kept),
        brackets=False,
    )


def shortened(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """All terms of a short sum; of a longer one, the first three and the last."""
    return terms if len(terms) <= MOST_PRODUCTS else (*terms[:3], terms[-1])


def _sum(parts: list[str], left_out: int = 0, brackets: bool = True) -> str:
    if brackets:
        if len(parts) > MOST_PRODUCTS:
            left_out, parts = len(parts) - 4, [*parts[:3], parts[-1]]
        parts = [parts[0], *(f"({p})" if p.startswith(text.MINUS) else p for p in parts[1:])]
    if left_out:
        parts = [*parts[:-1], f"… {left_out} more …", parts[-1]]
    return " + ".join(parts)


def code(trace: Trace, step: Step) -> str:
    """The step as a line of NumPy."""
    name, layer, batch = step.name, step.layer, trace.batch
    first = step.reads[0]
    activation = trace.network.activations[layer - 1]
    match step.kind:
        case "sum":
            W, a, b = step.reads
            return f"{name} = {a} @ {W}.T + {b}" if batch else f"{name} = {W} @ {a} + {b}"
        case "activation":
            return f"{name} = {activation}({first})"
        case "loss":
            return f"L = {_loss_code(trace, first)}"
        case "error":
            return f"{name} = {_error_code(trace, first)}"
        case "gate":
            return f'{name} = {first} * slope("{activation}", {step.reads[1]})'
        case "softmax gate":
            a = step.reads[1]
            total = f"({first} * {a}).sum({'axis=1, keepdims=True' if batch else ''})"
            return f"{name} = {a} * ({first} - {total})"
        case "outer":
            a = step.reads[1]
            return f"{name} = {first}.T @ {a}" if batch else f"{name} = np.outer({first}, {a})"
        case "bias":
            return f"{name} = {first}.sum(axis=0)" if batch else f"{name} = {first}"
    W, dz = step.reads
    return f"{name} = {dz} @ {W}" if batch else f"{name} = {W}.T @ {dz}"


def _loss_code(trace: Trace, output: str) -> str:
    """The loss, where one sample with several outputs is not taken for several samples."""
    if trace.network.loss != "half_squared_error":
        return f"{trace.network.loss}({output}, y)"
    mean = f" / {trace.samples}" if trace.samples > 1 else ""
    return f"0.5 * (({output} - y) ** 2).sum(){mean}"


def _error_code(trace: Trace, output: str) -> str:
    loss = trace.network.loss
    over = f" / {trace.samples}" if trace.samples > 1 else ""
    inner = {
        "half_squared_error": f"{output} - y",
        "binary_cross_entropy_from_logits": f"sigmoid({output}) - y",
        "categorical_cross_entropy_from_logits": f"softmax({output}) - y",
    }.get(loss)
    if inner is None:
        return f'loss_slope("{loss}", {output}, y)'
    return f"({inner}){over}" if over else inner


def listing(scene: Scene) -> str:
    """The lines of both passes as HTML; each carries its position, and the current one is lit."""
    rows = []
    for at, step in enumerate(scene.trace.steps, start=1):
        now = ""
        if at == scene.at:
            now = " bp-now" if step.backward else " bp-now bp-ahead"
        rows.append(
            f'<div class="bp-line{now}" data-at="{at}"><i>{at}</i>'
            f"{escape(code(scene.trace, step))}</div>"
        )
    return "".join(rows)


def table(trace: Trace) -> str:
    """Both passes as text: every array with its shape, how it is computed, and its numbers."""
    rows = [["x", str(trace.arrays["x"].shape), "given", *_first(trace.arrays["x"])]]
    rows += _more(trace.arrays["x"])
    if "y" in trace.arrays:
        rows += [["y", str(trace.arrays["y"].shape), "given", *_first(trace.arrays["y"])]]
        rows += _more(trace.arrays["y"])
    for step in trace.steps:
        array = trace.arrays[step.name]
        shape = str(array.shape) if array.shape else ""
        line = code(trace, step).split(" = ", 1)[1]
        rows += [[step.name, shape, line, *_first(array)], *_more(array)]
    return text.table(["array", "shape", "computed as", "numbers"], rows, lean="<<<<")


def _lines(array: np.ndarray) -> list[str]:
    if array.size > MOST_NUMBERS or (array.ndim and array.shape[-1] > MOST_COLUMNS):
        least, most = (text.number(float(v), ascii=True) for v in (array.min(), array.max()))
        return [f"{array.size} numbers from {least} to {most}"]
    rows = np.atleast_2d(array).tolist()
    cells = [[text.number(value, ascii=True) for value in row] for row in rows]
    wide = max(len(cell) for row in cells for cell in row)
    return ["  ".join(f"{cell:>{wide}}" for cell in row) for row in cells]


def _first(array: np.ndarray) -> list[str]:
    return _lines(array)[:1]


def _more(array: np.ndarray) -> list[list[str]]:
    return [["", "", "", line] for line in _lines(array)[1:]]


def description(scene: Scene) -> str:
    """The picture in words, for those who do not see it."""
    step = scene.step
    names = [scene.result, *(step.reads if step else ())]
    shapes = ", ".join(
        f"{name} {scene.trace.arrays[name].shape}" if scene.trace.arrays[name].shape else name
        for name in names
    )
    return f"Step {scene.at} of {scene.last}. {plain(sentence(scene))} Shown: {shapes}."


def timeline(scene: Scene) -> str:
    """The positions as HTML; each dot carries its position."""
    dots = []
    for at, step in enumerate(scene.trace.steps, start=1):
        if step.kind == "error":
            dots.append('<span class="bp-dash"></span>')
        kind = "b" if step.backward else "f"
        state = " bp-todo" if at > scene.at else " bp-here" if at == scene.at else ""
        dots.append(f'<span class="bp-dot bp-dot-{kind}{state}" data-at="{at}"></span>')
    count = f'<span class="bp-count">step {scene.at} of {scene.last}</span>'
    return f'<span class="bp-dots">{"".join(dots)}</span>{count}'
