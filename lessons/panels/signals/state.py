"""What a panel of signals shows and can do, without widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lessons.maths.checks import finite
from lessons.maths.networks.signals import LIMITS, Signals, UniformNetwork
from lessons.panels.kit.presets import preset_called, read_presets

_WHOLE = ("depth", "width", "seed")


class Following:
    """A network, what was measured in it, and the standard deviation that its slider stands at.

    Each action measures first, and only then changes what is on show.
    """

    def __init__(self, stack: UniformNetwork, presets: Mapping[str, Mapping[str, Any]]) -> None:
        self._begin = self.stack = stack
        self.signals: Signals = stack.signals()
        self.presets = read_presets(presets, lambda values: changed(stack, values))
        self.std = stack.std or 0.01

    def set(self, values: Mapping[str, Any]) -> None:
        """Change some values; what is not named stays."""
        self._take(changed(self.stack, values))

    def reset(self) -> None:
        """The network that the panel began with."""
        self._take(self._begin)

    def preset(self, name: str) -> None:
        """The values of a preset; what it does not name is as at the beginning."""
        self._take(preset_called(name, self.presets))

    def _take(self, stack: UniformNetwork) -> None:
        if stack != self.stack:
            self.signals = stack.signals()
        self.stack = stack
        self.std = stack.std or self.std


def changed(stack: UniformNetwork, values: Mapping[str, Any]) -> UniformNetwork:
    """A stack with some values changed, under the names that the panel has for them."""
    given = dict(values)
    known = (*LIMITS, "activation", "init", "std", "bias", "seed")
    for name in given:
        if name not in known:
            raise ValueError(f"{name} cannot be set; there are {', '.join(known)}")
    if "std" in given:
        if "init" in given:
            raise ValueError("std and init both say how the weights start; give one of them")
        std = finite("std", given.pop("std"))
        given["init"] = ("normal", std) if std else "zeros"
    for name in _WHOLE:
        # A slider and a box hold floats.
        if isinstance(given.get(name), float) and given[name].is_integer():
            given[name] = int(given[name])
    return replace(stack, **given)
