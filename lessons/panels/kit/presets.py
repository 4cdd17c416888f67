"""Presets: settings under a name, read when a panel is made, and taken when they are picked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Setting = TypeVar("Setting")


def read_presets(
    presets: Mapping[str, Mapping[str, Any]], read: Callable[[Mapping[str, Any]], Setting]
) -> dict[str, Setting]:
    """What each preset stands for; an error says which preset it is of."""
    settings = {}
    for name, values in presets.items():
        try:
            settings[name] = read(values)
        except (TypeError, ValueError) as error:
            raise type(error)(f"preset {name!r}: {error}") from error
    return settings


def preset_called(name: str, presets: Mapping[str, Setting]) -> Setting:
    """A preset by its name. Raises ``ValueError`` with the names that there are."""
    if name not in presets:
        known = ", ".join(presets) or "none in this panel"
        raise ValueError(f"there is no preset {name!r}; there are {known}")
    return presets[name]
