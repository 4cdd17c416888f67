"""Buttons, the stepper, and the column of values beside a front end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import ipywidgets

from lessons.panels.kit.controls import Button, Menu, ValueControl

SPEEDS = {"slow": 1800, "normal": 900, "fast": 350}
"""Milliseconds for each step while the panel plays."""


def button(key: str, tip: str, action: Callable[[], object], **options: Any) -> Button:
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
    speed = Menu(
        "speed",
        SPEEDS,
        lambda _, interval: on_speed(interval),
        label="Speed",
        style="bp-speed",
        value=SPEEDS["normal"],
    ).widget
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


def sidebar(
    menus: Sequence[ipywidgets.Dropdown],
    controls: Iterable[ValueControl],
    presets: Sequence[str],
    on_preset: Callable[[str], None],
    buttons: Sequence[Button],
    title: str = "Values",
) -> ipywidgets.Box:
    """The column of values: presets, sliders, and the buttons that change values."""
    controls = tuple(controls)
    rows: list[ipywidgets.Widget] = [*menus, *(control.row for control in controls)]
    if rows:
        rows = [heading(title), *([preset_menu(presets, on_preset)] if presets else []), *rows]
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


def heading(words: str) -> ipywidgets.HTML:
    """The heading of some controls."""
    widget = ipywidgets.HTML(f'<p class="bp-h">{words}</p>')
    widget.add_class("bp-title")
    return widget


def preset_menu(presets: Sequence[str], on_preset: Callable[[str], None]) -> ipywidgets.Dropdown:
    """A menu that leads to each preset, any number of times: it goes back to its heading."""

    def chosen(_name: str, preset: str) -> None:
        if preset != "Presets":
            menu.show("Presets")
            on_preset(preset)

    menu = Menu("presets", ["Presets", *presets], chosen, label="Presets", style="bp-presets")
    return menu.widget
