"""The formula of a step: in matrices, or for the one entry that is picked out, with its numbers."""

from __future__ import annotations

from lessons.maths.losses.losses import LOSSES
from lessons.maths.networks.trace import Step
from lessons.panels.kit import tex
from lessons.panels.kit.heat_cells import Index
from lessons.panels.kit.notation import LOSS_TEX, notation_of
from lessons.panels.matrices.scene import Scene
from lessons.panels.matrices.words import MOST_PRODUCTS, shortened


def formulas(scene: Scene) -> tuple[str, ...]:
    """TeX, line by line: the matrix form, or the entry in symbols and in numbers."""
    step = scene.step
    if step is None:
        return ()
    if step.kind == "loss":
        return _loss(scene)
    if scene.chosen is None:
        return (_matrix_form(scene, step), *_shapes(scene, step))
    return _entry_form(scene, step)


def symbol(name: str) -> str:
    r"""An array: ``W2`` -> ``W_{2}``, ``dL_da1`` as the derivative of L by a_1."""
    if name.startswith("dL_d"):
        return tex.total("L", name.removeprefix("dL_d"))
    if name.startswith("slope"):
        return rf"g'(z_{{{name.removeprefix('slope')}}})"
    return tex.name(name)


def entry(name: str, index: Index) -> str:
    r"""An entry, counted as in the code: ``z_{2}[1]``; of a gradient, by that entry."""
    if not index:
        return symbol(name)
    at = f"[{', '.join(map(str, index))}]"
    if name.startswith("dL_d"):
        below = f"{tex.name(name.removeprefix('dL_d'))}{at}"
        return rf"\frac{{\mathrm{{d}}L}}{{\mathrm{{d}}{below}}}"
    if name.startswith("slope"):
        return rf"g'(z_{{{name.removeprefix('slope')}}}{at})"
    return f"{symbol(name)}{at}"


def _matrix_form(scene: Scene, step: Step) -> str:
    batch, left = scene.trace.batch, symbol(step.name)
    first = symbol(step.reads[0])
    others = [symbol(name) for name in step.reads[1:]]
    match step.kind:
        case "sum":
            a, b = others
            return (
                f"{left} = {a} \\, {first}^T + {b}" if batch else f"{left} = {first} \\, {a} + {b}"
            )
        case "activation":
            return f"{left} = {_applied(scene, step, first)}"
        case "error":
            return f"{left} = {_error_symbols(scene)}"
        case "gate":
            slope = _applied(scene, step, others[0], slope=True)
            return rf"{left} = {first} \odot {slope}"
        case "softmax gate":
            a = others[0]
            return rf"{left} = {a} \odot \left({first} - \sum {a} \odot {first}\right)"
        case "outer":
            a = others[0]
            turned = rf"\left({first}\right)^T"
            return f"{left} = {turned} {a}" if batch else f"{left} = {first} \\; {a}^T"
        case "bias":
            over = rf"\sum_{{\text{{samples}}}} {first}" if batch else first
            return f"{left} = {over}"
    return f"{left} = {others[0]} \\, {first}" if batch else f"{left} = {first}^T \\, {others[0]}"


def _applied(scene: Scene, step: Step, inside: str, slope: bool = False) -> str:
    name = scene.trace.network.activations[step.layer - 1]
    if name == "softmax":
        return rf"\mathrm{{softmax}}({inside})"
    written = notation_of(name)
    return (written.slope_tex[0] if slope else written.tex).format(inside)


def _shapes(scene: Scene, step: Step) -> tuple[str, ...]:
    """The same with shapes for letters, for a product: (4, 3) times (3,)."""
    if step.kind not in ("sum", "outer", "back"):
        return ()
    shapes = [scene.trace.arrays[name].shape for name in step.reads[:2]]
    one, two = shapes
    if scene.trace.batch:
        one, two = {
            "sum": (two, one[::-1]),
            "outer": (one[::-1], two),
            "back": (two, one),
        }[step.kind]
    elif step.kind == "outer":
        one, two = (*one, 1), (1, *two)
    elif step.kind == "back":
        one = one[::-1]
    return (rf"\text{{{_shape(one)} times {_shape(two)} gives {_shape(scene.array.shape)}}}",)


def _shape(shape: tuple[int, ...]) -> str:
    return str(tuple(shape))


def _loss(scene: Scene) -> tuple[str, ...]:
    row = LOSSES[scene.trace.network.loss]
    output = f"{{{symbol(scene.trace.output)}}}"  # a group: the rule may add an index
    written = LOSS_TEX[row.name][0].format(output, "y")
    number = tex.number(float(scene.array), "f")
    if row.mean_over_outputs:  # its formula has the mean already
        return (f"L = {written} = {number}",)
    over = "" if scene.trace.samples == 1 else r"\text{the mean over the samples of } "
    each = "" if row.classes or scene.trace.network.sizes[-1] == 1 else r"\sum "
    return (f"L = {over}{each}{written} = {number}",)


def _error_symbols(scene: Scene) -> str:
    row = LOSSES[scene.trace.network.loss]
    written = LOSS_TEX[row.name][1].format(f"{{{symbol(scene.trace.output)}}}", "y")
    n = scene.trace.samples
    if n > 1 and not row.mean_over_outputs:
        return rf"\frac{{1}}{{{n}}} \left({written}\right)"
    return written


def _entry_form(scene: Scene, step: Step) -> tuple[str, ...]:
    arrays, chosen = scene.trace.arrays, scene.chosen
    assert chosen is not None
    kind = "b" if step.backward else "f"
    left = entry(step.name, chosen)
    result = tex.number(scene.value, kind)

    def number(name: str, index: Index = chosen, inner: bool = True) -> str:
        colour = "b" if name.startswith("dL_") else "f"
        return tex.number(float(arrays[name][index]), colour, inner=inner)

    first = step.reads[0]
    match step.kind:
        case "sum" | "outer" | "back":
            symbols, numbers = _products(scene)
            if step.kind == "sum":
                bias = step.reads[2]
                symbols += f" + {entry(bias, chosen[-1:])}"
                numbers += f" + {number(bias, chosen[-1:])}"
            return f"{left} = {symbols}", f"= {numbers} = {result}"
        case "activation":
            inside = _applied(scene, step, entry(first, chosen))
            put_in = _applied(scene, step, number(first, inner=False))
            return (f"{left} = {inside} = {put_in} = {result}",)
        case "gate":
            z = step.reads[1]
            slope = _applied(scene, step, entry(z, chosen), slope=True)
            numbers = rf"{number(first)} \cdot {number(f'slope{step.layer}')}"
            return (rf"{left} = {entry(first, chosen)} \cdot {slope} = {numbers} = {result}",)
        case "error":
            return (f"{left} = {_error_entry(scene, chosen)} = {result}",)
        case "bias":
            if not scene.trace.batch:
                return (f"{left} = {entry(first, chosen)} = {result}",)
            rows = [(s, *chosen) for s in range(scene.trace.samples)]
            shown = rows if len(rows) <= MOST_PRODUCTS else [*rows[:3], rows[-1]]
            cut = len(rows) > len(shown)
            symbols = _joined([entry(first, index) for index in shown], cut)
            numbers = _joined([number(first, index) for index in shown], cut)
            return f"{left} = {symbols}", f"= {numbers} = {result}"
    a = step.reads[1]
    sample = chosen[:-1]
    total = float(sum(arrays[first][sample] * arrays[a][sample]))
    inside = rf"\sum_j {symbol(a)}[j] \, {symbol(first)}[j]"
    symbols = rf"{entry(a, chosen)} \left({entry(first, chosen)} - {inside}\right)"
    numbers = rf"{number(a)} \left({number(first)} - {tex.number(total, 'b', inner=True)}\right)"
    return (f"{left} = {symbols} = {numbers} = {result}",)


def _products(scene: Scene) -> tuple[str, str]:
    """The sum of products for the chosen entry, in symbols and in numbers."""
    pairs, terms = scene.pairs, scene.terms
    cut = len(terms) > MOST_PRODUCTS
    shown = [*pairs[:3], pairs[-1]] if cut else pairs
    symbols = [rf"{entry(*one)} \cdot {entry(*two)}" for one, two in shown]
    numbers = []
    for (one, two), term in zip(shown, shortened(terms), strict=True):
        left, right = (
            tex.number(value, "b" if name.startswith("dL_") else "f", inner=True)
            for (name, _), value in zip(
                (one, two), (term.left_value, term.right_value), strict=True
            )
        )
        numbers.append(rf"{left} \cdot {right}")
    return _joined(symbols, cut), _joined(numbers, cut)


def _joined(parts: list[str], cut: bool) -> str:
    joint = r" + \cdots + " if cut else " + "
    return " + ".join(parts[:-1]) + joint + parts[-1] if len(parts) > 1 else parts[0]


def _error_entry(scene: Scene, chosen: Index) -> str:
    """The slope of the loss at one entry: its rule, and where it is a difference, its numbers."""
    arrays, loss = scene.trace.arrays, scene.trace.network.loss
    output, n = scene.trace.output, scene.trace.samples
    name = "p" if "p" in arrays else output
    if loss not in ("half_squared_error", "mean_squared_error") and name != "p":
        return _error_symbols(scene)
    symbols = f"{entry(name, chosen)} - {entry('y', chosen)}"
    numbers = " - ".join(
        tex.number(float(arrays[one][chosen]), "f", inner=place > 0)
        for place, one in enumerate((name, "y"))
    )
    count = arrays[f"dL_d{output}"].size if loss == "mean_squared_error" else n
    above = "2" if loss == "mean_squared_error" else "1"
    if (above, count) == ("1", 1):
        return f"{symbols} = {numbers}"
    share = above if count == 1 else rf"\frac{{{above}}}{{{count}}}"
    return rf"{share} ({symbols}) = {share} ({numbers})"
