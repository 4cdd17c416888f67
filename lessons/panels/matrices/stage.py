"""The arrays of one step side by side, like an equation: z2 = W2 a1 + b2, each as a heat map.

What belongs together stands at one height, so that a row of W, its z and its b are one row on the
page. An outer product is laid out as a multiplication table instead: one vector down the side, the
other along the top. Lengths are in px.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.networks.trace import Step
from lessons.panels.kit.heat_cells import Cell, fitting_cell, number_width
from lessons.panels.kit.heatmap import HeatMap, Lie, laid, operator
from lessons.panels.matrices.scene import Scene

#: A matrix of more cells than this reports clicks by row, unless it is what is computed.
MOST_TARGETS = 400
_GAP = 9.0
_SIGN = 20.0  # the width of an operator
_WIDE, _TALL = 560.0, 420.0  # room for the widest matrix and the tallest map
_TOGETHER = 760.0  # room for the numbers of all maps of a step

Item = HeatMap | str


def stage(scene: Scene) -> tuple[str, float, float]:
    """The picture of a step: the body of an SVG, its width and its height."""
    step = scene.step
    if step is not None and step.kind == "outer" and not scene.trace.batch:
        return _table(scene, step)
    if step is not None and step.kind == "bias" and scene.trace.batch:
        return _column_sums(scene, step)
    return _in_a_row(_equation(scene))


def _equation(scene: Scene) -> list[Item]:
    step, batch = scene.step, scene.trace.batch
    if step is None:
        given = ["x", "y"] if "y" in scene.trace.arrays else ["x"]
        return [*_maps(scene, given)]
    one, *others = step.reads
    match step.kind:
        case "sum":
            source, added = others
            if batch:
                z, x, W, bias = _maps(
                    scene, [step.name, source, one, added], {one: "transposed", added: "row"}
                )
                return [z, "=", x, "·", W, "+", bias]
            z, W, x, bias = _maps(scene, [step.name, one, source, added])
            return [z, "=", W, "·", x, "+", bias]
        case "activation":
            a, z = _maps(scene, [step.name, one])
            return [a, "=", _symbol(scene, step), z]
        case "gate":
            slope = f"slope{step.layer}"
            dz, da, gate, z = _maps(scene, [step.name, one, slope, others[0]])
            return [dz, "=", da, "⊙", gate, "slope at", z]
        case "softmax gate":
            dz, a, da = _maps(scene, [step.name, others[0], one])
            return [dz, "=", a, "⊙", "(", da, "− its mean under a", ")"]
        case "loss":
            return _loss(scene, step)
        case "error":
            return _error(scene, step)
        case "outer":  # of a batch: a sum over the samples
            dW, dz, a = _maps(scene, [step.name, one, others[0]], {one: "transposed"})
            return [dW, "=", dz, "·", a]
        case "bias":
            db, dz = _maps(scene, [step.name, one])
            return [db, "=", dz]
        case "back":
            return _back(scene, step)
    raise AssertionError(step.kind)


def _back(scene: Scene, step: Step) -> list[Item]:
    """dL_da = W transposed times dL_dz; W itself beside it, where there is room, as it was."""
    W, dz = step.reads
    if scene.trace.batch:
        da, up, weights = _maps(scene, [step.name, dz, W])
        return [da, "=", up, "·", weights]
    da, turned, up = _maps(scene, [step.name, W, dz], {W: "transposed"})
    row: list[Item] = [da, "=", turned, "·", up]
    if turned.cell.numbers and turned.rows * turned.columns > 1 and turned.columns <= 6:
        (plain,) = _maps(scene, [W])
        row += ["where", replace(plain, note="as it is")]
    return row


def _loss(scene: Scene, step: Step) -> list[Item]:
    inside = ["p"] if "p" in scene.trace.arrays else []
    L, output, *p, y = _maps(scene, [step.name, step.reads[0], *inside, "y"])
    between: list[Item] = [f"{_squash(scene)} →", *p] if p else []
    return [L, "=", "loss of", output, *between, "and", y]


def _error(scene: Scene, step: Step) -> list[Item]:
    """The slope of the loss, in the parts that its formula has."""
    trace, loss = scene.trace, scene.trace.network.loss
    count = trace.samples
    if loss.endswith("_from_logits"):
        slope, p, y = _maps(scene, [step.name, "p", "y"])
        return [slope, "=", *_over(count, [p, "−", y])]
    slope, output, y = _maps(scene, [step.name, step.reads[0], "y"])
    if loss == "half_squared_error":
        return [slope, "=", *_over(count, [output, "−", y])]
    if loss == "mean_squared_error":
        each = trace.arrays[step.name].size
        return [slope, "=", "2 ·", *_over(each, [output, "−", y])]
    return [slope, "=", "slope of the loss at", output, "and", y]


def _over(count: int, row: list[Item]) -> list[Item]:
    return ["(", *row, f") / {count}"] if count > 1 else row


def _squash(scene: Scene) -> str:
    return "sigmoid" if scene.trace.network.loss.startswith("binary") else "softmax"


def _symbol(scene: Scene, step: Step) -> str:
    activation = scene.trace.network.activations[step.layer - 1]
    return text.word(activation) if activation in FUNCTIONS else activation


def _maps(scene: Scene, names: Sequence[str], lies: dict[str, Lie] | None = None) -> list[HeatMap]:
    """Heat maps of some arrays, with cells of one height."""
    made = [_map(scene, name, (lies or {}).get(name)) for name in names]
    images = [one for one in made if _is_image(scene, one.name)]
    cells = _cells([one for one in made if one not in images])
    fitted = [
        _in_cell(one, _image_cell(one) if one in images else cells(one), scene) for one in made
    ]
    return fitted


def _map(scene: Scene, name: str, lie: Lie | None) -> HeatMap:
    array = scene.trace.arrays[name]
    if lie is None:
        lie = "matrix" if array.ndim == 2 else "column"
        if _is_image(scene, name):
            lie = scene.image or lie
        elif array.ndim == 1 and scene.trace.batch:
            lie = "row"  # a parameter of a batch: added to every row
    step, result = scene.step, name == scene.result
    backward = name.startswith("dL_")
    given = name in ("x", "y") or name[0] in "Wb"
    kept = bool(step and step.backward and not backward)
    note = "parameter" if name[0] in "Wb" else ""
    if kept and name != "y":
        note = "as in the forward pass" if name[0] == "W" else "kept"
    return laid(
        name,
        array,
        lie,
        cell=Cell(34.0, 28.0),
        label=label(scene, name) + ("ᵀ" if lie == "transposed" else ""),
        shape=shape_words(array, lie == "transposed"),
        note=note,
        direction="backward" if backward else "given" if given else "forward",
        kept=kept,
        lit=scene.lit.get(name, ()) if not result else (),
        chosen=scene.chosen if result else None,
        targets="cells" if result or array.size <= MOST_TARGETS else "rows",
    )


def label(scene: Scene, name: str) -> str:
    """What stands above an array; the helpers of a step are called by what they are."""
    if name.startswith("slope"):
        activation = scene.trace.network.activations[int(name.removeprefix("slope")) - 1]
        return f"{activation}'(z{name.removeprefix('slope')})"
    return name


def shape_words(array: Any, transposed: bool = False) -> str:
    """``(4, 3)``, ``(4,)``, and nothing for a lone number."""
    shape = array.shape[::-1] if transposed else array.shape
    return str(tuple(shape)) if shape else ""


def _cells(maps: Sequence[HeatMap]) -> Any:
    """A function from a map to its cells: one height for all, and each as wide as its numbers."""
    if not maps:
        return lambda one: one.cell
    shared = fitting_cell([one.values for one in maps], _WIDE, _TALL)
    together = sum(one.columns * number_width(one.values) for one in maps)
    if shared.numbers and together > _TOGETHER:
        shared = Cell(24.0, 24.0, numbers=False)
    if shared.numbers:
        return lambda one: Cell(number_width(one.values), shared.height)
    side = shared.height

    def cell(one: HeatMap) -> Cell:
        if one.columns > 1:
            return shared
        if side >= 13:  # a column has room for its numbers all the same
            return Cell(number_width(one.values), side)
        return Cell(max(side, 14.0), side, numbers=False)

    return cell


def _in_cell(one: HeatMap, cell: Cell, scene: Scene) -> HeatMap:
    """A map with other cells. Where its numbers do not fit, its edges are not numbered."""
    labels = one.row_labels
    outputs = one.columns == 1 and one.rows == len(scene.names) == scene.trace.network.sizes[-1]
    if outputs and one.name[0] != "x" and (one.name in ("y", "p") or _is_last(scene, one.name)):
        labels = scene.names
    elif not cell.numbers or _is_image(scene, one.name):
        labels = ()
    columns = one.column_labels if cell.numbers and not _is_image(scene, one.name) else ()
    return replace(one, cell=cell, row_labels=labels, column_labels=columns)


def _is_last(scene: Scene, name: str) -> bool:
    """Whether a vector is one of the last layer, with an entry for each output."""
    return name.endswith(str(len(scene.trace.network.W))) and name[-2] in "zab"


def _is_image(scene: Scene, name: str) -> bool:
    return scene.image is not None and not scene.trace.batch and name in ("x", "dL_dx")


def _image_cell(one: HeatMap) -> Cell:
    side = max(5.0, min(22.0, 136.0 // max(one.rows, one.columns)))
    return Cell(side, side, numbers=False)


def _in_a_row(items: Sequence[Item]) -> tuple[str, float, float]:
    """Maps and operators beside each other, the middles of all cells at one height."""
    maps = [item for item in items if isinstance(item, HeatMap)]
    axis = max(one.top + one.inner[1] / 2 for one in maps)
    below = max(one.height - one.top - one.inner[1] / 2 for one in maps)
    parts, x = [], 0.0
    for item in items:
        if isinstance(item, str):
            width = _SIGN if len(item) <= 2 else 14 + 6.9 * len(item)
            parts.append(operator(item, x + width / 2, axis))
            x += width
        else:
            parts.append(item.drawn(x, axis - item.top - item.inner[1] / 2))
            x += item.width + _GAP
    return "".join(parts), x, axis + below


def _table(scene: Scene, step: Step) -> tuple[str, float, float]:
    """An outer product: dL_dz down the side, a along the top, every product where the two meet."""
    dW, dz, a = _maps(scene, [step.name, *step.reads], {step.reads[1]: "row"})
    numbers = dW.cell.numbers
    wide = max(dW.cell.width, a.cell.width) if numbers else dW.cell.width
    dW = _under(replace(dW, cell=replace(dW.cell, width=wide), row_labels=()))
    a = replace(a, cell=Cell(wide, dz.cell.height if numbers else 14.0, numbers), shape="")
    left = dz.width + 18 + max(dW.origin, a.origin)  # of the cells of both
    top = max(a.height + 4, dz.top - dW.top)
    body = (
        a.drawn(left - a.origin, 0.0)
        + dz.drawn(0.0, top + dW.top - dz.top)
        + dW.drawn(left - dW.origin, top)
        + operator("×", dz.width + 10, a.top + a.inner[1] / 2)
    )
    width = left + max(dW.width - dW.origin, a.width - a.origin)
    return body, width, top + max(dW.height, dW.top - dz.top + dz.height)


def _under(one: HeatMap) -> HeatMap:
    """A map whose name stands under it, for something else stands above."""
    return replace(one, label_below=True, column_labels=(), note="")


def _column_sums(scene: Scene, step: Step) -> tuple[str, float, float]:
    """The bias gradient of a batch: the rows of dL_dz added up, column by column."""
    db, dz = _maps(scene, [step.name, step.reads[0]])
    wide = max(db.cell.width, dz.cell.width)
    dz = replace(dz, cell=replace(dz.cell, width=wide))
    tall = dz.cell.height if dz.cell.numbers else 14.0
    db = _under(replace(db, cell=Cell(wide, tall, dz.cell.numbers)))
    left = max(dz.origin, db.origin, 78.0)
    middle = dz.height + 13
    body = (
        dz.drawn(left - dz.origin, 0.0)
        + operator("add up ↓", left - 44, middle)
        + db.drawn(left - db.origin, dz.height + 8)
    )
    width = left + max(dz.width - dz.origin, db.width - db.origin)
    return body, width, dz.height + 8 + db.height
