"""What a learner may hand to ``record``: checked, named, and given the shape of the function."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from lessons.maths.checks import finite


def checked(
    function: Callable[..., Any], values: Mapping[str, Any]
) -> dict[str, float | list[float]]:
    """The values in the order of the function's parameters, as floats and lists of floats.

    A parameter with a default that was not given is left alone: it stays a constant of the
    function. Raises ``TypeError`` or ``ValueError`` that says which value is wrong, and the fix.
    """
    name = name_of(function)
    if not callable(function):
        raise TypeError(f"the first argument must be a function, and it is {function!r}")
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:  # some built-ins do not tell
        raise TypeError(f"{name} {_NOT_ITSELF}") from None
    for parameter in parameters.values():
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise TypeError(f"{name} {_NOT_ITSELF}")
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(
                f"{name} takes *{parameter.name}; give each value a name of its own, or pass a list"
            )
    known = ", ".join(parameters)
    for given in values:
        if given not in parameters:
            raise TypeError(
                f"{name} has no value called {given}; it takes {known or 'no values at all'}"
            )
    missing = [p.name for p in parameters.values() if p.default is p.empty and p.name not in values]
    if missing:
        raise TypeError(
            f"{name} needs a value for {', '.join(missing)}; add "
            + ", ".join(f"{m}=1.0" for m in missing)
        )
    return {p: _entry_or_list(p, values[p]) for p in parameters if p in values}


_NOT_ITSELF = (
    "takes its values by position alone, and they cannot be given by name; record a function of "
    "your own that calls it"
)


def name_of(function: object) -> str:
    """The name to use in sentences; a lambda is called "the function"."""
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__name__", type(function).__name__)
    return "the function" if name == "<lambda>" else name


def _entry_or_list(name: str, value: Any) -> float | list[float]:
    if hasattr(value, "tolist") and not isinstance(value, (int, float)):
        value = value.tolist()  # a NumPy array or scalar
    if type(value) is list and {*map(type, value)} == {float} and all(map(math.isfinite, value)):
        return value.copy()  # the usual case, at once: weights of a network, for example
    if isinstance(value, (list, tuple)):
        if not value:
            raise ValueError(f"{name} is an empty list; give it at least one number")
        return [_entry(f"{name}[{i}]", number) for i, number in enumerate(value)]
    return _entry(name, value)


def _entry(name: str, value: Any) -> float:
    """One number as a finite float; ``name`` is what an error calls it."""
    if hasattr(value, "_recorded"):
        raise TypeError(
            f"{name} is being recorded already; call the function itself instead of record(...)"
        )
    if isinstance(value, (list, tuple)):
        raise TypeError(f"{name} is a list inside a list; give it a number, or a list of numbers")
    return finite(name, value)


def flat_names(values: Mapping[str, float | list[float]]) -> dict[str, tuple[str, ...]]:
    """For each argument the names of its entries: ``w=[..]`` gives ``("w0", "w1")``."""
    sizes = ((name, len(v) if isinstance(v, list) else None) for name, v in values.items())
    return dict(_groups(tuple(sizes)))


@lru_cache(maxsize=64)
def _groups(sizes: tuple[tuple[str, int | None], ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The names of the entries, from the length of each list."""
    groups = {
        name: (name,) if size is None else tuple(f"{name}{i}" for i in range(size))
        for name, size in sizes
    }
    seen: dict[str, str] = {}
    for name, entries in groups.items():
        for entry in entries:
            if entry in seen:
                raise ValueError(
                    f"{name} and {seen[entry]} would both be shown as {entry}; rename one of them"
                )
            seen[entry] = name
    return tuple(groups.items())
