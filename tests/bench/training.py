"""How long training 64-32-10 on the digits takes, beside PyTorch, scikit-learn and bare NumPy.

    python -m tests.bench.training [--quick] [--no-bars]

The peers are installed by the benchmark, into an environment of its own.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

from lessons.maths import text
from tests.bench import loops, peers
from tests.bench.contest import in_turn, ratio, run
from tests.bench.figures import Bar, summary

OURS, BARE, SKLEARN = "lessons", "bare NumPy", "scikit-learn"
TORCH_ONE, TORCH_ALL = "PyTorch, one thread", "PyTorch, all threads"
#: Those that take the samples in our order, and must find our weights.
SAME_ORDER = (BARE, TORCH_ONE, TORCH_ALL)
FRAMEWORKS = (TORCH_ONE, TORCH_ALL, SKLEARN)

#: The promises: ours beside the bare loop, and the fastest framework beside ours.
TO_BARE = 1.3
TIMES_FASTER = 4.0
#: How far weights may be apart after all updates, from rounding alone.
SAME_WEIGHTS = 1e-9

MODULE = "tests.bench.training"
CONTEST = "--contest"


@dataclass(frozen=True)
class Found:
    """Milliseconds of each round and accuracy on held-out digits, by contender.

    ``apart`` is the largest difference from our weights, of those with the same order.
    """

    versions: Mapping[str, str]
    times: Mapping[str, Sequence[float]]
    accuracy: Mapping[str, float]
    apart: Mapping[str, float]

    def times_ours(self, name: str) -> float:
        """How many times ours a contender takes."""
        return ratio(self.times[name], self.times[OURS])

    @property
    def fastest(self) -> str:
        """The framework that takes least."""
        return min(FRAMEWORKS, key=self.times_ours)


def measured(quick: bool) -> Found:
    return Found(**peers.contest(MODULE, CONTEST, "3" if quick else "25"))


def bars(found: Found) -> list[Bar]:
    return [
        Bar(
            "training beside the loop by hand in bare NumPy",
            ratio(found.times[OURS], found.times[BARE]),
            TO_BARE,
            " times",
        ),
        Bar(
            f"training is faster than the fastest framework, {found.fastest}",
            found.times_ours(found.fastest),
            TIMES_FASTER,
            " times",
            at_least=True,
        ),
    ]


def told(found: Found) -> str:
    rows = []
    for name, times in found.times.items():
        taken = summary(times)
        rows.append(
            [
                name,
                f"{taken.median:.1f}",
                f"{min(times):.1f}",
                f"{ratio(times, found.times[BARE]):.2f}",
                f"{found.times_ours(name):.2f}",
                f"{100 * found.accuracy[name]:.1f} %",
            ]
        )
    versions = ", ".join(f"{name} {number}" for name, number in found.versions.items())
    title = (
        f"Training 64-32-10 on the digits, {loops.EPOCHS} epochs of batches of {loops.BATCH} with "
        f"lr = {loops.LR}, float64, in ms: medians of\n{len(found.times[OURS])} rounds taken in "
        f"turn. {versions}.\nThe bare loop and PyTorch, which take the samples in the same order, "
        f"end with our weights, but for {max(found.apart.values()):.0e}."
    )
    header = ["", "median", "least", "to bare NumPy", "to ours", "accuracy, held out"]
    return f"{title}\n\n{text.table(header, rows, lean='<>>>>>')}"


def contest(rounds: int) -> Found:
    """Run all five in turn. Here PyTorch and scikit-learn are to be had."""
    import torch

    at = loops.given()
    threads = max(torch.get_num_threads(), os.cpu_count() or 1)
    contenders = {
        OURS: lambda: loops.ours(at),
        BARE: lambda: loops.bare(at),
        TORCH_ONE: loops.by_torch(at, 1),
        TORCH_ALL: loops.by_torch(at, threads),
        SKLEARN: loops.by_sklearn(at),
    }
    weights = {name: loop() for name, loop in contenders.items()}
    apart = {name: loops.apart(weights[name], weights[OURS]) for name in SAME_ORDER}
    if max(apart.values()) > SAME_WEIGHTS:
        raise AssertionError(f"the contenders do not compute the same: weights apart by {apart}")
    return Found(
        {
            "Python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "torch", "scikit-learn")},
            "threads": f"{threads}",
        },
        in_turn(contenders, rounds),
        {name: loops.accuracy(at, found) for name, found in weights.items()},
        apart,
    )


if __name__ == "__main__":
    if CONTEST in sys.argv:
        print(json.dumps(asdict(contest(int(sys.argv[-1])))))
    else:
        sys.exit(run(sys.modules["__main__"], MODULE, sys.argv[1:]))
