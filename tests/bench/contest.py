"""What the contests of numbers have in common: how they are run alone, and how they are timed.

A contest is a module with ``measured(quick)``, and ``told(found)`` and ``bars(found)`` of what that
gives.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any


def run(contest: Any, name: str, arguments: Sequence[str]) -> int:
    """Measure one contest alone, print it, and give the status of the command."""
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description=contest.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="a few rounds, to see that it works")
    parser.add_argument("--no-bars", action="store_true", help="a missed bar is no failure")
    draw = getattr(contest, "draw", None)
    if draw is not None:
        parser.add_argument("--out", type=Path, help="write the picture into this PNG file")
    asked = parser.parse_args(arguments)
    found = contest.measured(asked.quick)
    bars = contest.bars(found)
    print("\n".join([contest.told(found), "", *(bar.words() for bar in bars)]).rstrip())
    if draw is not None and asked.out:
        draw(found, asked.out)
    return int(not asked.no_bars and any(not bar.met for bar in bars))


def in_turn(
    contenders: Mapping[str, Callable[[], Any]], rounds: int, warm_up: int = 1
) -> dict[str, list[float]]:
    """Milliseconds of each contender, one after the other in every round.

    Each round starts with another one, so that none always follows the same. What earlier ones
    left for the garbage collector is collected before the clock starts; while it runs, the
    collector works as it always does.
    """
    names = list(contenders)
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(warm_up + rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()
            began = time.perf_counter()
            contenders[name]()
            took = time.perf_counter() - began
            if turn >= warm_up:
                times[name].append(1000 * took)
    return times


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times ours takes what theirs takes: the median over the rounds.

    The two of a round met the same machine, so a slow moment moves both and not the ratio.
    """
    return median(a / b for a, b in zip(ours, theirs, strict=True))
