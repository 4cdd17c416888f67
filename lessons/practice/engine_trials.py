"""What a step of the engine is made of: trials, what is asked after each, and known mistakes.

Each trial is Python text that a learner can run too; nothing else is run, so what is shown and
what is checked cannot differ. A mistake is the value that it gives, and the sentence that names it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: The sentence for each wrong value.
Mistakes = dict[Any, str]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that is asked after a trial.

    ``what`` is an expression, or ``dc_da``: the derivative that follows from the learner's own
    inputs and partials. Where ``how`` is given it is the expression, and ``what`` says it in words.
    ``answer`` is a number, a tuple of numbers, or the names of values in a row. ``question`` is
    what to think about when no known mistake gives what came out.
    """

    what: str
    answer: float | tuple[float, ...] | str
    mistakes: Mistakes = field(default_factory=dict)
    question: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """Some lines of code, and what is asked of the values that they made.

    ``told`` is the trial in a few words. ``watched`` names a value whose graph must not be walked
    again and again: whoever looks at its inputs too often is stopped.
    """

    code: str
    asks: tuple[Ask, ...]
    told: str = ""
    watched: str = ""

    @property
    def title(self) -> str:
        """What stands in a table: by itself the last line says what is tried."""
        return self.told or self.code.splitlines()[-1].strip()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the engine. ``function`` names the learner's function that it needs, or is ""."""

    name: str
    title: str
    trials: tuple[Trial, ...]
    function: str = ""
