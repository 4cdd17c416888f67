"""``check_engine``: run a learner's class through one step of the engine, and name what is wrong.

The names that a class must have: ``value``, ``inputs``, ``partials``, ``gradient``; the operators;
``relu()``, ``tanh()``, ``exp()``, ``log()``; ``order()``, ``backward(upstream=1.0)``, ``reset()``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from lessons.maths import text
from lessons.practice.engine_backward import BACKWARD, NEURON, ORDER, RESET, TRAIN
from lessons.practice.engine_forward import ADD, FUNCTIONS, HOLD, MIXED, MUL
from lessons.practice.engine_runs import Failure, Row, tried
from lessons.practice.engine_trials import Step

#: The ten steps, in the order in which the engine is built.
STEPS: dict[str, Step] = {
    step.name: step
    for step in (HOLD, ADD, MUL, MIXED, FUNCTIONS, ORDER, BACKWARD, RESET, NEURON, TRAIN)
}


@dataclass(frozen=True, slots=True)
class EngineCheck:
    """What :func:`check_engine` found: the trials that are right, and the first that is not."""

    step: Step
    rows: tuple[Row, ...]
    failure: Failure | None

    @property
    def ok(self) -> bool:
        """Whether every trial is right."""
        return self.failure is None

    @property
    def mistake(self) -> str:
        """The sentence that names the mistake, or asks about it; "" where there is none."""
        return self.failure.hint if self.failure else ""

    def _heading(self) -> tuple[str, str]:
        number = list(STEPS).index(self.step.name) + 1
        return (
            "Right." if self.ok else "Not yet.",
            f"Step {number} of {len(STEPS)}: {self.step.title}.",
        )

    def __repr__(self) -> str:
        parts = [" ".join(self._heading())]
        if self.rows:
            rows = [[row.title, row.yours.replace(text.MINUS, "-")] for row in self.rows]
            parts.append(text.table(["tried", "yours"], rows, lean="<<"))
        if self.failure:
            code = "\n".join(f"    {line}" for line in self.failure.code.splitlines())
            told = f"{self.failure.told} {self.failure.hint}".replace("`", "")
            parts.append(f"{code}\n{told.replace(text.MINUS, '-')}")
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        verdict, step = self._heading()
        parts = [f"<p><b>{verdict}</b> {escape(step)}</p>"]
        if self.rows:
            rows = "".join(
                f'<tr><th scope="row" style="text-align: left"><code>{escape(row.title)}</code>'
                f'</th><td style="text-align: left">{escape(row.yours)}</td></tr>'
                for row in self.rows
            )
            heads = "".join(
                f'<th scope="col" style="text-align: left">{word}</th>'
                for word in ("tried", "yours")
            )
            parts.append(f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
        if self.failure:
            parts.append(f"<pre>{escape(self.failure.code)}</pre>")
            parts.append(f"<p>{_marked(self.failure.told)}<br>{_marked(self.failure.hint)}</p>")
        return "\n".join(parts)


def check_engine(step: str, Value: type, function: Callable[..., Any] | None = None) -> EngineCheck:
    """Run a class through one step, and name the first mistake.

    ``step`` is one of "hold", "add", "mul", "mixed", "functions", "order", "backward", "reset",
    "neuron" and "train". The last two need the learner's function as well: ``neuron(w, b, x)``, and
    ``train_step(loss, parameters, lr)``. Whatever the class does, an answer comes back; errors are
    for the call itself: ``ValueError`` for an unknown step, ``TypeError`` for what is no class.
    """
    if step not in STEPS:
        raise ValueError(f"there is no step {step!r}; choose one of {', '.join(STEPS)}")
    if not isinstance(Value, type):
        raise TypeError(
            f"give the class itself, as in check_engine({step!r}, Value), not {Value!r}"
        )
    wanted = STEPS[step]
    if wanted.function and not callable(function):
        raise TypeError(
            f"step {step!r} tries a function of yours too: "
            f"check_engine({step!r}, Value, {wanted.function})"
        )
    rows, failure = tried(wanted, Value, function)
    return EngineCheck(wanted, rows, failure)


def _marked(told: str) -> str:
    """Plain text as HTML, with `code` between backticks and *stress* between stars."""
    told = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(told))
    return re.sub(r"(?<![\w*])\*(\w[\w ]*)\*(?![\w*])", r"<em>\1</em>", told)
