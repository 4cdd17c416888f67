"""How long recording a small network and differentiating it takes, beside micrograd.

    python -m tests.bench.scalar [--quick] [--no-bars]

The same multilayer perceptron, 2-16-16-1 with ReLU in the hidden layers, the same weights, forward
and backward in plain Python. Ours is written as a learner would, with loops, lists and ``sum``;
micrograd's is its own ``nn.MLP``. Besides the gradient, ours keeps all that it takes to name every
step, to find its line in the source, and to tell what each edge carried.

Passes are made one after the other, as in training, so that each pays for its own garbage.
"""

from __future__ import annotations

import json
import platform
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from lessons import mean_squared_error, record, relu
from lessons.maths import text
from tests.bench import peers
from tests.bench.contest import in_turn, ratio, run
from tests.bench.figures import Bar, summary

SIZES = (2, 16, 16, 1)
OURS, MICROGRAD = "lessons", "micrograd"
#: The promise.
TIMES_FASTER = 2.0
#: Samples in a batch: one, and as many as one trains with.
BATCHES = (1, 16)
#: Passes in a row.
PASSES = 5

MODULE = "tests.bench.scalar"
CONTEST = "--contest"


def network(x, W1, b1, W2, b2, W3, b3):
    a = x
    for W, b in (W1, b1), (W2, b2), (W3, b3):
        z = []
        for i in range(len(b)):
            row = W[i * len(a) : (i + 1) * len(a)]
            z.append(sum(w * aj for w, aj in zip(row, a)) + b[i])  # noqa: B905
        a = z if W is W3 else [relu(zi) for zi in z]
    return a[0]


def mean_loss(x, y, W1, b1, W2, b2, W3, b3):
    yhat = []
    for n in range(len(y)):
        a = x[2 * n : 2 * n + 2]
        for W, b in (W1, b1), (W2, b2), (W3, b3):
            z = []
            for i in range(len(b)):
                row = W[i * len(a) : (i + 1) * len(a)]
                z.append(sum(w * aj for w, aj in zip(row, a)) + b[i])  # noqa: B905
            a = z if W is W3 else [relu(zi) for zi in z]
        yhat.append(a[0])
    return mean_squared_error(yhat, y)


@dataclass(frozen=True)
class Found:
    """Milliseconds of each round, by batch and contender; and how far the gradients are apart."""

    versions: Mapping[str, str]
    times: Mapping[str, Mapping[str, Sequence[float]]]
    apart: float


def measured(quick: bool) -> Found:
    return Found(**peers.contest(MODULE, CONTEST, "3" if quick else "25"))


def bars(found: Found) -> list[Bar]:
    """The promise, for a batch as one trains with; a single sample is told beside it."""
    times = found.times[str(BATCHES[-1])]
    return [
        Bar(
            f"record and backward are faster than micrograd, {BATCHES[-1]} samples",
            ratio(times[MICROGRAD], times[OURS]),
            TIMES_FASTER,
            " times",
            at_least=True,
        )
    ]


def told(found: Found) -> str:
    rows = []
    for batch, times in found.times.items():
        for name, each in times.items():
            taken = summary(each)
            rows.append(
                [
                    _samples(batch),
                    name,
                    f"{taken.median:.2f}",
                    f"{min(each):.2f}",
                    f"{taken.p95:.2f}",
                    f"{ratio(times[MICROGRAD], each):.2f}",
                ]
            )
    versions = ", ".join(f"{name} {number}" for name, number in found.versions.items())
    title = (
        f"Forward and backward through a scalar network {'-'.join(map(str, SIZES))}, in ms: medians"
        f" of rounds taken in\nturn. {versions}. The gradients differ by {found.apart:.0e} at most."
    )
    header = ["", "", "median", "least", "p95", "faster than micrograd"]
    return f"{title}\n\n{text.table(header, rows, lean='<<>>>>')}"


def _samples(batch: str) -> str:
    return "one sample" if batch == "1" else f"{batch} samples"


def contest(rounds: int) -> Found:
    """Run both in turn. Here micrograd is to be had."""
    from micrograd.nn import MLP

    random.seed(1)
    mlp = MLP(SIZES[0], list(SIZES[1:]))
    weights: dict[str, list[float]] = {}
    for i, each in enumerate(mlp.layers, start=1):
        for neuron in each.neurons:
            neuron.b.data = random.uniform(-0.5, 0.5)
        weights[f"W{i}"] = [w.data for neuron in each.neurons for w in neuron.w]
        weights[f"b{i}"] = [neuron.b.data for neuron in each.neurons]
    times, apart = {}, 0.0
    for batch in BATCHES:
        x = [[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(batch)]
        y = [random.gauss(0, 1) for _ in range(batch)]
        contenders = {OURS: _ours(x, y, weights), MICROGRAD: _theirs(mlp, x, y)}
        apart = max(apart, _apart(contenders[OURS](), mlp, contenders[MICROGRAD]))
        rows = {name: _repeated(contender) for name, contender in contenders.items()}
        taken = in_turn(rows, rounds)
        times[str(batch)] = {name: [ms / PASSES for ms in each] for name, each in taken.items()}
    versions = {"Python": platform.python_version(), "micrograd": version("micrograd")}
    return Found(versions, times, apart)


def _repeated(contender: Callable[[], Any]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(PASSES):
            contender()

    return repeated


def _ours(x: list[list[float]], y: list[float], weights: Mapping[str, list[float]]) -> Any:
    if len(x) == 1:
        return lambda: record(network, x=x[0], **weights).backward()
    flat = [number for row in x for number in row]
    return lambda: record(mean_loss, x=flat, y=y, **weights).backward()


def _theirs(mlp: Any, x: list[list[float]], y: list[float]) -> Any:
    from micrograd.engine import Value

    def one() -> None:
        mlp.zero_grad()
        mlp([Value(number) for number in x[0]]).backward()

    def many() -> None:
        mlp.zero_grad()
        errors = [
            mlp([Value(number) for number in row]) - target
            for row, target in zip(x, y, strict=True)
        ]
        loss = sum(error**2 for error in errors) * (1 / len(errors))
        loss.backward()

    return one if len(x) == 1 else many


def _apart(gradient: Any, mlp: Any, theirs: Any) -> float:
    """The largest difference between the two gradients by weights and biases."""
    theirs()
    found = 0.0
    for i, each in enumerate(mlp.layers, start=1):
        expected = [w.grad for neuron in each.neurons for w in neuron.w]
        expected += [neuron.b.grad for neuron in each.neurons]
        got = gradient[f"W{i}"] + gradient[f"b{i}"]
        found = max(found, *(abs(a - b) for a, b in zip(got, expected, strict=True)))
    if found > 1e-12:
        raise AssertionError(f"the contenders do not compute the same: gradients apart by {found}")
    return found


if __name__ == "__main__":
    if CONTEST in sys.argv:
        print(json.dumps(asdict(contest(int(sys.argv[-1])))))
    else:
        sys.exit(run(sys.modules["__main__"], MODULE, sys.argv[1:]))
