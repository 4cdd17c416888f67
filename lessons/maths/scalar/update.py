"""One step of gradient descent on the inputs of a recorded function."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from lessons.maths import text
from lessons.maths.checks import finite
from lessons.maths.scalar.gradient import Gradient
from lessons.maths.scalar.record import Record


def entries_of(record: Record, names: Iterable[str]) -> tuple[str, ...]:
    """Names of arguments and entries as names of entries: ``["w", "b"]`` -> ``w0, w1, b``."""
    if isinstance(names, str):
        names = [names]
    found: list[str] = []
    for name in names:
        entries = record.groups.get(name, (name,) if name in record.inputs else ())
        if not entries:
            raise ValueError(
                f"{name} cannot be updated: it is not an input of {record.function}, which has "
                f"{text.listed(record.inputs)}"
            )
        found.extend(entry for entry in entries if entry not in found)
    return tuple(found)


def gradient_step(gradient: Gradient, lr: float, names: Iterable[str]) -> Mapping[str, float]:
    """The new values ``w - lr * dL_dw`` of the chosen inputs, all computed from the old ones.

    The update is simultaneous: every derivative is of the values before the step. Raises
    ``ValueError`` for an unknown name or a rate that is not a finite number.
    """
    lr = finite("the learning rate", lr)
    record = gradient.record
    new = {n: record.inputs[n] - lr * gradient.totals[n] for n in entries_of(record, names)}
    for name, value in new.items():
        if not math.isfinite(value):
            raise OverflowError(f"the update of {name} is too large for a float; lower lr")
    return new
