"""How the time grows: with the width of a network, its depth, the batch, and recorded operations.

    python -m tests.bench.scaling [--quick] [--out FILE.png]

Each size is measured several times, all sizes in turn, and the least of each counts. The slope of
a line through the points of a log-log plot is the power that the time grows with: 1 is in
proportion. It is given for the smaller and the larger half of the sizes, for in small ones the time
does not depend on the size, but on the number of calls. NumPy's matrix products run in one thread:
how many there are, and what else they have to do, is no matter of the size.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lessons import record
from lessons.maths import text
from lessons.maths.networks.network import Network
from tests.bench.contest import in_turn, run
from tests.bench.figures import Bar
from tests.bench.growth import chain
from tests.bench.peers import answer

MODULE = "tests.bench.scaling"
CONTEST = "--contest"


@dataclass(frozen=True)
class Growth:
    """The time at every size of one quantity, in ms, the others held as ``held`` says."""

    quantity: str
    held: str
    sizes: tuple[int, ...]
    times: tuple[float, ...]

    @property
    def halves(self) -> tuple[float, float]:
        """The slopes through the smaller and through the larger half; both have the middle."""
        middle = len(self.sizes) // 2
        return (
            slope(self.sizes[: middle + 1], self.times[: middle + 1]),
            slope(self.sizes[middle:], self.times[middle:]),
        )


def slope(sizes: Sequence[float], times: Sequence[float]) -> float:
    """The slope of the straight line through log(size), log(time) with the least squares.

    Raises ``ValueError`` for fewer than two sizes, or one that is not above 0.

    >>> slope([1, 10, 100], [2.0, 20.0, 200.0])
    1.0
    """
    if len(sizes) < 2 or min(*sizes, *times) <= 0:
        raise ValueError(f"a slope needs two sizes or more, all above 0: {sizes}, {times}")
    x, y = [math.log(s) for s in sizes], [math.log(t) for t in times]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    along = sum((a - mean_x) ** 2 for a in x)
    return round(sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / along, 12)


def _pass_of(sizes: Sequence[int], batch: int) -> Callable[[], Any]:
    """One forward and one backward pass of a network, over random numbers."""
    rng = np.random.default_rng(0)
    network = Network(sizes, "relu")
    x, y = rng.normal(size=(batch, sizes[0])), rng.normal(size=(batch, sizes[-1]))
    return lambda: network.backward(network.forward(x), y)


def _recording(operations: int) -> Callable[[], Any]:
    function = chain(operations)
    return lambda: record(function, x=1.0, w=1.0).backward()


QUANTITIES: tuple[tuple[str, str, tuple[int, ...], Callable[[int], Callable[[], Any]]], ...] = (
    (
        "width",
        "2 layers, batch 32",
        (8, 16, 32, 64, 128, 256, 512),
        lambda width: _pass_of((width, width, width), 32),
    ),
    (
        "depth",
        "layers of 32, batch 32",
        (1, 2, 4, 8, 16, 32, 64),
        lambda depth: _pass_of((32,) * (depth + 1), 32),
    ),
    (
        "batch",
        "64-32-10",
        (1, 4, 16, 64, 256, 1024, 4096),
        lambda batch: _pass_of((64, 32, 10), batch),
    ),
    (
        "operations",
        "record and backward of a chain",
        (10, 100, 1000, 10_000, 100_000),
        _recording,
    ),
)


def measured(quick: bool) -> list[Growth]:
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    found = answer(sys.executable, MODULE, CONTEST, "--quick" if quick else "--whole", **one)
    return [
        Growth(each["quantity"], each["held"], tuple(each["sizes"]), tuple(each["times"]))
        for each in found
    ]


def contest(quick: bool) -> list[Growth]:
    """Measure all of them in this process."""
    return [
        growth(quantity, held, sizes[:3] if quick else sizes, made, 2 if quick else 15)
        for quantity, held, sizes, made in QUANTITIES
    ]


def growth(
    quantity: str,
    held: str,
    sizes: tuple[int, ...],
    made: Callable[[int], Callable[[], Any]],
    rounds: int,
) -> Growth:
    """The least time of several rounds at each size; what is short is done many times in each."""
    repeats, contenders = {}, {}
    for size in sizes:
        work = made(size)
        once = in_turn({"": work}, 3)[""]
        repeats[size] = max(1, min(200, int(5 / max(min(once), 1e-3))))
        contenders[str(size)] = _repeated(work, repeats[size])
    times = in_turn(contenders, rounds)
    return Growth(quantity, held, sizes, tuple(min(times[str(s)]) / repeats[s] for s in sizes))


def _repeated(work: Callable[[], Any], repeats: int) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(repeats):
            work()

    return repeated


def bars(found: Sequence[Growth]) -> list[Bar]:
    """None: a power is a finding, and no promise."""
    return []


def told(found: Sequence[Growth]) -> str:
    rows = [
        [
            each.quantity,
            each.held,
            f"{each.sizes[0]:,} to {each.sizes[-1]:,}",
            f"{each.times[0]:.3f}",
            f"{each.times[-1]:.2f}",
            *(f"{power:.2f}" for power in each.halves),
        ]
        for each in found
    ]
    header = ["grows", "held", "sizes", "ms, first", "ms, last", "slope, small", "slope, large"]
    title = (
        "Forward and backward: how the time grows, with the slopes of a log-log plot over the "
        "smaller and\nthe larger half of the sizes."
    )
    return f"{title}\n\n{text.table(header, rows, lean='<<<>>>>')}"


def draw(found: Sequence[Growth], path: Path) -> None:
    """The log-log plots, with the line of each larger half, into a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7.5), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    for axes, each in zip(figure.subplots(2, 2).flat, found, strict=True):
        middle = len(each.sizes) // 2
        power = each.halves[1]
        sizes = np.array(each.sizes[middle:], float)
        # Through the mean of the points in both logarithms, as the line of least squares runs.
        level = np.exp(np.mean(np.log(each.times[middle:]) - power * np.log(sizes)))
        axes.loglog(sizes, level * sizes**power, color="#D55E00", linewidth=5, alpha=0.35)
        axes.loglog(each.sizes, each.times, "o-", color="#0072B2")
        axes.set(title=f"{each.quantity} ({each.held})", xlabel=each.quantity, ylabel="ms")
        axes.annotate(
            f"slope {power:.2f}",
            (sizes[-1], each.times[-1]),
            xytext=(-12, -4),
            textcoords="offset points",
            ha="right",
            color="#B84E00",
        )
        axes.grid(True, which="major", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle("Time of a forward and a backward pass")
    figure.savefig(path)


if __name__ == "__main__":
    if CONTEST in sys.argv:
        print(json.dumps([asdict(each) for each in contest("--quick" in sys.argv)]))
    else:
        sys.exit(run(sys.modules["__main__"], MODULE, sys.argv[1:]))
