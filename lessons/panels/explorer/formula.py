"""The formula of a moment: first in symbols, then the same with the numbers put in."""

from __future__ import annotations

from dataclasses import dataclass

from lessons.maths.scalar.gradient import BackwardStep
from lessons.panels.explorer.scene import Scene
from lessons.panels.kit import tex

#: A chain from the output is written out in full up to this many links.
MOST_LINKS = 5
#: The inputs alone are shown up to this many.
MOST_GIVEN = 8


@dataclass(frozen=True, slots=True)
class Formula:
    """TeX for one line of the formula strip, and for the smaller remark beside it ("" for none)."""

    main: str
    aside: str = ""


def formula(scene: Scene) -> Formula:
    """The formula for the chosen value, or for the step of this moment."""
    name = scene.focus
    if not name:
        return _update(scene) if scene.now.phase == "update" else _given(scene)
    if name in scene.totals and scene.gradient is not None:
        return _backward(scene, name)
    step = scene.record.by_name.get(name)
    if step is None:
        return Formula(f"{tex.name(name)} = {tex.number(scene.record.values[name], 'f')}")
    if name not in scene.known:
        return Formula(f"{tex.name(name)} = {tex.in_symbols(step)}")
    numbers = tex.in_numbers(step, scene.record.values)
    result = tex.number(step.value, "f")
    symbols = f"{tex.name(name)} = {tex.in_symbols(step)}"
    if not name.isidentifier():  # x0*w0 is its own formula
        symbols = tex.in_symbols(step)
    return Formula(f"{symbols} = {numbers} = {result}")


def _given(scene: Scene) -> Formula:
    """The inputs: x_0 = 1.00, x_1 = -2.00, ..."""
    given = [
        f"{tex.name(name)} = {tex.number(value, 'f')}"
        for name, value in list(scene.record.inputs.items())[:MOST_GIVEN]
    ]
    dots = [r"\ldots"] if len(scene.record.inputs) > MOST_GIVEN else []
    return Formula(r" ,\quad ".join(given + dots))


def _backward(scene: Scene, name: str) -> Formula:
    gradient = scene.gradient
    assert gradient is not None
    total = tex.number(scene.totals[name], "b")
    left = tex.total(scene.of, name)
    done = gradient.steps[: scene.backward_done]
    paths = [step for step in gradient.paths_to(name) if step in done]
    if not paths:
        if name == scene.record.output:
            given = r"\text{upstream}" if scene.of != name else "1"
            return Formula(f"{left} = {given} = {total}")
        return Formula(rf"{left} = 0", r"\text{no path leads from here to the output}")
    shown = paths if len(paths) <= 4 else [*paths[:3], paths[-1]]
    joint = " + " if len(shown) == len(paths) else r" + \cdots + "
    symbols = _joined([_link(scene, step) for step in shown], joint)
    numbers = _joined([_link_in_numbers(step) for step in shown], joint)
    so_far = r"\text{ so far}" if len(paths) < paths[0].paths else ""
    aside = _chain(scene, paths[0]) if len(paths) == 1 and not so_far else ""
    if not aside:
        aside = _local_words(scene, paths[-1])
    return Formula(f"{left} = {symbols} = {numbers} = {total}{so_far}", aside)


def _joined(parts: list[str], joint: str) -> str:
    return " + ".join(parts[:-1]) + joint + parts[-1] if len(parts) > 1 else parts[0]


def _link(scene: Scene, step: BackwardStep) -> str:
    upstream, slope = tex.total(scene.of, step.from_), tex.derivative(step.from_, step.to)
    return rf"{upstream} \cdot {slope}"


def _link_in_numbers(step: BackwardStep) -> str:
    upstream = tex.number(step.upstream, "b", inner=True)
    return rf"{upstream} \cdot {tex.number(step.local, 'f', inner=True)}"


def _local_words(scene: Scene, step: BackwardStep) -> str:
    """Where the local derivative comes from: the partial of xw0 by w0 is x0."""
    made = scene.record.by_name[step.from_]
    slope = tex.local(made, step.to, tex.place_of(made, step.argument))
    value = tex.number(step.local, "f")
    written = f"{tex.derivative(step.from_, step.to)} = {slope}"
    literal = slope.lstrip("-").replace(".", "", 1).isdigit()
    return written if literal else f"{written} = {value}"


def _chain(scene: Scene, step: BackwardStep) -> str:
    """The whole product from the output to the value, where only one path leads there."""
    gradient = scene.gradient
    assert gradient is not None
    links = [step]
    while len(paths := gradient.paths_to(links[0].from_)) == 1 and len(links) <= MOST_LINKS:
        links.insert(0, paths[0])
    if links[0].from_ != scene.record.output or not 2 <= len(links) <= MOST_LINKS:
        return ""
    symbols = [tex.derivative(link.from_, link.to) for link in links]
    numbers = [tex.number(link.local, inner=True) for link in links]
    if scene.of != scene.record.output:
        symbols.insert(0, tex.total(scene.of, scene.record.output))
        numbers.insert(0, tex.number(gradient.upstream, inner=True))
    times = r" \cdot "
    return f"= {times.join(symbols)} = {times.join(numbers)} = {tex.number(step.contribution)}"


def _update(scene: Scene) -> Formula:
    """The rule of the update, and the first of the new values."""
    if scene.gradient is None or not scene.updated:
        return Formula("")
    first = scene.updated[0]
    slope = tex.total(scene.of, first)
    old, new = scene.record.inputs[first], scene.gradient.totals[first]
    rule = rf"{tex.name(first)} \leftarrow {tex.name(first)} - \eta \cdot {slope}"
    numbers = (
        rf"{tex.number(old, 'f')} - {tex.number(scene.lr)} \cdot "
        rf"{tex.number(new, 'b', inner=True)} = {tex.number(old - scene.lr * new, 'f')}"
    )
    others = r"\text{and in the same way, at the same moment, for } " + ", ".join(
        tex.name(name) for name in scene.updated[1:6]
    )
    dots = r", \ldots" if len(scene.updated) > 6 else ""
    return Formula(f"{rule} = {numbers}", others + dots if len(scene.updated) > 1 else "")
