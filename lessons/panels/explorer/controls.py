"""The controls of an explorer: its sliders, its menus, and the words on its buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lessons.panels.explorer.state import SETTINGS, Exploration
from lessons.panels.kit.bounds import bounds_for
from lessons.panels.kit.controls import Menu, ValueControl

MOST_SLIDERS = 60


def value_controls(
    state: Exploration,
    ranges: Mapping[str, Sequence[float]],
    on_change: Callable[[str, float], None],
) -> dict[str, ValueControl]:
    """A slider with a box for every input, for the upstream gradient and for the learning rate."""
    if "values" not in state.shown:
        return {}
    for name in ranges:
        if name not in (*state.record.groups, *state.inputs, *SETTINGS):
            raise ValueError(f"ranges names {name}, which is not a value of this panel")
    if len(state.inputs) > MOST_SLIDERS:
        raise ValueError(
            f"{state.record.function} has {len(state.inputs)} inputs, and the panel has room for "
            f"{MOST_SLIDERS} sliders; give some of them a fixed value inside the function, or "
            f"leave the sliders out: show=['code', 'diagram', 'formula', 'table', 'gradient']"
        )
    controls = {}
    for group, entries in state.record.groups.items():
        for name in entries:
            value = state.inputs[name]
            bounds = bounds_for(name, value, ranges.get(name, ranges.get(group)))
            controls[name] = ValueControl(name, value, bounds, on_change)
    if "upstream" in state.shown:
        bounds = bounds_for("upstream", state.upstream, ranges.get("upstream"))
        controls["upstream"] = ValueControl(
            "upstream",
            state.upstream,
            bounds,
            on_change,
            label=f"d{state.of}/d{state.record.output}",
            tip="upstream gradient",
            style="bp-backward",
        )
    if state.updated:
        usual = (0.0, max(0.5, 5 * abs(state.lr)), 0.001)
        bounds = bounds_for("lr", state.lr, ranges.get("lr", usual))
        controls["lr"] = ValueControl(
            "lr", state.lr, bounds, on_change, tip="learning rate", style="bp-rate"
        )
    return controls


def menus(state: Exploration, on_pick: Callable[[str, str], None]) -> list[Menu]:
    """A drop-down for every function that the learner may exchange."""
    return [
        Menu(name, list(offered), on_pick, value=state.picked[name])
        for name, offered in state.menus.items()
    ]


def short_names(names: Sequence[str]) -> str:
    """``w0, w1, w2, b`` -> ``w and b``, for a button."""
    bases = list(dict.fromkeys(name.rstrip("0123456789") for name in names))
    if len(bases) > 3:
        return f"{len(names)} values"
    return bases[0] if len(bases) == 1 else f"{', '.join(bases[:-1])} and {bases[-1]}"
