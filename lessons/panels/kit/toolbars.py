"""The controls of an explorer, made and put in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets

from lessons.panels.explorer.state import SETTINGS, Exploration
from lessons.panels.kit.controls import Button, ValueControl, bounds_for

SPEEDS = {"slow": 1800, "normal": 900, "fast": 350}
"""Milliseconds for each step while the panel plays."""
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


def button(key: str, tip: str, action: Callable[[], None], **options: Any) -> Button:
    """A button of the panel; ``bp-<key>`` is its class in the style sheet."""
    made = Button(action, tooltip=tip, **options)
    made.add_class(f"bp-{key}")
    return made


def toolbar(
    step: Callable[[str], Callable[[], None]],
    play: Button,
    on_speed: Callable[[int], None],
    phases: Iterable[str],
) -> ipywidgets.Box:
    """The stepper. ``step(where)`` gives the action of a button; ``phases`` are the jumps."""
    speed = ipywidgets.Dropdown(options=SPEEDS, value=SPEEDS["normal"], description="Speed")
    speed.observe(lambda change: on_speed(change["new"]), "value")
    speed.add_class("bp-speed")
    jumps = [
        button(f"to-{phase}", f"Jump to: {phase}", step(phase), description=phase.capitalize())
        for phase in phases
    ]
    bar = ipywidgets.HBox(
        [
            button("first", "To the start", step("first"), icon="fast-backward"),
            button("back", "One step back", step("back"), icon="step-backward"),
            button("step", "One step forward", step("on"), description="Step"),
            button("last", "To the end", step("last"), icon="fast-forward"),
            play,
            speed,
            *jumps,
        ]
    )
    bar.add_class("bp-bar")
    return bar


def menus(state: Exploration, on_pick: Callable[[str, str], None]) -> list[ipywidgets.Dropdown]:
    """A drop-down for every function that the learner may exchange."""
    made = []
    for name, offered in state.menus.items():
        menu = ipywidgets.Dropdown(
            options=list(offered), value=state.picked[name], description=name
        )
        menu.add_class("bp-menu")
        menu.observe(lambda change, name=name: on_pick(name, change["new"]), "value")
        made.append(menu)
    return made


def sidebar(
    menus: Sequence[ipywidgets.Dropdown],
    controls: Iterable[ValueControl],
    presets: Sequence[str],
    on_preset: Callable[[str], None],
    buttons: Sequence[Button],
) -> ipywidgets.Box:
    """The column of values: presets, sliders, and the buttons that change values."""
    controls = tuple(controls)
    rows: list[ipywidgets.Widget] = [*menus, *(control.row for control in controls)]
    if rows:
        title = ipywidgets.HTML('<p class="bp-h">Values</p>')
        title.add_class("bp-title")
        rows = [title, *([preset_menu(presets, on_preset)] if presets else []), *rows]
    if buttons:
        actions = ipywidgets.HBox(buttons)
        actions.add_class("bp-actions")
        rows.append(actions)
    column = ipywidgets.VBox(rows)
    column.add_class("bp-controls" if rows else "bp-empty")
    labels = [menu.description for menu in menus]
    labels += [control.slider.description for control in controls]
    longest = max((len(label) for label in labels), default=0)
    if longest > 3:  # the names stand in one column, as wide as they need
        column.add_class("bp-names-medium" if longest <= 7 else "bp-names-long")
    return column


def preset_menu(presets: Sequence[str], on_preset: Callable[[str], None]) -> ipywidgets.Dropdown:
    # The first entry is a heading, so that choosing the same preset twice is two choices.
    menu = ipywidgets.Dropdown(options=["Presets", *presets], description="Presets")
    menu.add_class("bp-presets")

    def chosen(change: dict[str, Any]) -> None:
        if change["new"] != "Presets":
            menu.value = "Presets"
            on_preset(change["new"])

    menu.observe(chosen, "value")
    return menu


def short_names(names: Sequence[str]) -> str:
    """``w0, w1, w2, b`` -> ``w and b``, for a button."""
    bases = list(dict.fromkeys(name.rstrip("0123456789") for name in names))
    if len(bases) > 3:
        return f"{len(names)} values"
    return bases[0] if len(bases) == 1 else f"{', '.join(bases[:-1])} and {bases[-1]}"
