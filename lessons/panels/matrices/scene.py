"""One step of a pass through a network, with one entry of its result picked out.

Every picture, sentence and formula is a function of such a scene. No derivative is computed here:
all arrays are those of the :class:`lessons.maths.networks.trace.Trace`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lessons.maths.networks.trace import Step, Term, Trace
from lessons.panels.kit.heat_cells import Index, entry_name


@dataclass(frozen=True)
class Scene:
    """One position of a trace, and the entry of its result that is picked out (None for none).

    At position 0 the input alone is there. ``image`` is the shape in which x is drawn, if it is an
    image; ``names`` are those of the outputs. ``view`` is "arrays" or "nodes".
    """

    trace: Trace
    at: int = 0
    chosen: Index | None = None
    image: tuple[int, int] | None = None
    names: tuple[str, ...] = ()
    view: str = "arrays"

    @property
    def last(self) -> int:
        return len(self.trace.steps)

    @property
    def step(self) -> Step | None:
        return self.trace.steps[self.at - 1] if self.at else None

    @property
    def result(self) -> str:
        """The array of this step."""
        return self.step.name if self.step else "x"

    @property
    def array(self) -> np.ndarray:
        return self.trace.arrays[self.result]

    @property
    def before(self) -> str:
        """What the layer of this step takes in: x, or the output of the layer before."""
        layer = self.step.layer if self.step else 1
        return f"a{layer - 1}" if layer > 1 else "x"

    @property
    def value(self) -> float:
        """The number of the chosen entry."""
        assert self.chosen is not None
        return float(self.array[self.chosen])

    @property
    def entry(self) -> str:
        """What the chosen entry is called."""
        assert self.chosen is not None
        return entry_name(self.result, self.chosen)

    @cached_property
    def lit(self) -> Mapping[str, frozenset[Index]]:
        """By array, the entries that the chosen one is computed from."""
        step, chosen = self.step, self.chosen
        if step is None or chosen is None:
            return {}
        if step.kind in ("sum", "outer", "back"):
            lit: dict[str, set[Index]] = {name: set() for name in step.reads}
            for left, right in self.pairs:
                lit[left[0]].add(left[1])
                lit[right[0]].add(right[1])
            if step.kind == "sum":
                lit[step.reads[2]].add(chosen[-1:])
            return {name: frozenset(found) for name, found in lit.items()}
        if step.kind == "bias":
            return {step.reads[0]: frozenset((*s, *chosen) for s in self._samples)}
        if step.kind == "loss":
            return {
                name: frozenset(np.ndindex(self.trace.arrays[name].shape)) for name in step.reads
            }
        same = frozenset([chosen])
        if step.kind == "softmax gate":
            row = frozenset((*chosen[:-1], j) for j in range(self.array.shape[-1]))
            return {step.reads[0]: row, step.reads[1]: row}
        return {**dict.fromkeys(step.reads, same), f"slope{step.layer}": same, "p": same}

    @cached_property
    def pairs(self) -> tuple[tuple[tuple[str, Index], tuple[str, Index]], ...]:
        """The factors of each product in the sum for the chosen entry, as (array, index)."""
        step, chosen = self.step, self.chosen
        assert step is not None and chosen is not None
        if step.kind == "outer":
            z, a = step.reads
            i, j = chosen
            return tuple(((z, (*s, i)), (a, (*s, j))) for s in self._samples)
        W, other = step.reads[:2]
        out, into = self.trace.arrays[W].shape
        sample = chosen[:-1]  # () without a batch
        if step.kind == "sum":
            return tuple(((W, (chosen[-1], j)), (other, (*sample, j))) for j in range(into))
        return tuple(((W, (i, chosen[-1])), (other, (*sample, i))) for i in range(out))

    @property
    def _samples(self) -> list[Index]:
        return [(s,) for s in range(self.trace.samples)] if self.trace.batch else [()]

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The products whose sum is the chosen entry, with their numbers (a bias stands apart)."""
        arrays = self.trace.arrays
        return tuple(
            Term(
                entry_name(*left),
                entry_name(*right),
                float(arrays[left[0]][left[1]]),
                float(arrays[right[0]][right[1]]),
            )
            for left, right in self.pairs
        )

    def target(self, name: str, index: Index) -> Index | None:
        """The entry of the result that a click on any entry on the page means; None for none.

        Where an operand's entry goes into several, the one nearest to the chosen one is meant.
        """
        step, now = self.step, self.chosen
        if name == self.result:
            return index
        if step is None or name not in (*step.reads, f"slope{step.layer}", "p"):
            return None
        sample = (now or (0, 0))[:1] if self.trace.batch else ()
        kind = step.kind
        if kind == "sum" and name != step.reads[1]:
            return (*sample, index[0])
        if kind == "back" and name == step.reads[0]:
            return (*sample, index[1])
        if kind in ("sum", "back"):
            return (*index[:-1], (now or (0,))[-1]) if self.trace.batch else now
        if kind == "outer":
            i, j = now or (0, 0)
            return (index[-1], j) if name == step.reads[0] else (i, index[-1])
        if kind == "bias":
            return index[-1:]
        return () if kind == "loss" else index
