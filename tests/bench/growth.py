"""How recording and differentiating grow with the number of operations."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

from lessons import record

SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True, slots=True)
class Growth:
    """A chain of operations: time and peak memory of record and backward, for each operation."""

    operations: int
    record_us: float
    backward_us: float
    peak_bytes: float

    @property
    def both_us(self) -> float:
        return self.record_us + self.backward_us


def growth(operations: int, rounds: int = 3) -> Growth:
    """The best of a few rounds in the processor's time, which other work does not change.

    The peak of memory has a round of its own, for watching it slows the work down.
    """
    function = chain(operations)
    recorded, backward = [], []
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        run = record(function, x=1.0, w=1.0)
        between = time.process_time()
        run.backward()
        recorded.append(between - began)
        backward.append(time.process_time() - between)
    tracemalloc.start()
    try:
        kept = record(function, x=1.0, w=1.0).backward()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    del kept
    micro = 1e6 / operations
    return Growth(operations, micro * min(recorded), micro * min(backward), peak / operations)


def chain(operations: int) -> Callable[..., object]:
    """A function of x and w that multiplies x by w so many times, one after the other."""

    def chain(x, w):
        y = x
        for _ in range(operations):
            y = y * w
        return y

    return chain
