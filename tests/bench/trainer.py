"""What the training panel costs: training with the panel open against the bare loop.

    python -m tests.bench.trainer [--quick]

Both train the same network on the same data in one kernel, in turn, and end with the same weights.
The panel is open in the page at its default refresh and full speed, so that its curves, map and
numbers are drawn while it trains; the bare loop draws nothing.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from lessons.maths import text
from tests.bench.figures import Bar
from tests.bench.page import HEIGHT, WIDTH
from tests.browser.lab import Lab, started_lab

#: The promise: with the panel it takes less than so many times as long.
MOST = 1.3
POINTS, EPOCHS, BATCH, LR = 600, 800, 16, 0.1

SETUP = f"""\
import json
import time

from lessons import Network, train, watch_training

settings = dict(points={POINTS}, hidden=(16, 16), activation="tanh", lr={LR}, batch={BATCH})
"""

PANEL = f"""\
panel = watch_training("moons", **settings, epochs={EPOCHS}, speed="full speed")
panel
"""

BARE = f"""\
data = panel._run.train
network = Network(
    (2, 16, 16, 1), "tanh", loss="binary_cross_entropy_from_logits", init="xavier", seed=0
)
began, busy = time.perf_counter(), time.process_time()
for _ in train(network, data, epochs={EPOCHS}, batch={BATCH}, lr={LR}, seed=0):
    pass
print(json.dumps([time.perf_counter() - began, time.process_time() - busy]))
"""

WATCHED = """\
panel.reset()
began, busy = time.perf_counter(), time.process_time()
panel.play()
await panel.ended()
print(json.dumps([time.perf_counter() - began, time.process_time() - busy]))
"""

SAME = f"""\
assert len(panel.history) == {EPOCHS + 1}
assert (panel.network.theta == network.theta).all()
"""

# Counts the pictures that the page has shown.
COUNT = """() => {
  const box = document.querySelector('.bp-training [data-part=picture]');
  window.shown = 0;
  new MutationObserver(() => { window.shown += 1; }).observe(box, {childList: true});
}"""


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one training each way, and the pictures that the page showed during the second.

    ``busy`` are seconds of the processor in the kernel, each way: what else runs on the machine
    adds nothing to them.
    """

    bare: float
    watched: float
    busy: tuple[float, float]
    pictures: int


def sources() -> list[str]:
    """The code cells of the notebook, in order."""
    return [SETUP, PANEL]


def measured(lab: Lab, rounds: int, warm_up: int = 1) -> list[Round]:
    """Open the notebook, and train each way in turn. Fails if the two learnt different weights."""
    lab.open(lab.write("trainer-bench.ipynb", *sources()), width=WIDTH, height=HEIGHT).run_all()
    lab.page.evaluate(COUNT)
    found = []
    for turn in range(warm_up + rounds):
        seconds: dict[str, list[float]] = {}
        # Each comes first as often as the other.
        for name in ("bare", "watched") if turn % 2 else ("watched", "bare"):
            lab.settle()
            if name == "watched":
                lab.page.evaluate("() => { window.shown = 0; }")
            seconds[name] = json.loads(lab.kernel(BARE if name == "bare" else WATCHED))
            if name == "watched":
                pictures = lab.page.evaluate("() => window.shown")
        if turn >= warm_up:
            bare, watched = seconds["bare"], seconds["watched"]
            found.append(Round(bare[0], watched[0], (bare[1], watched[1]), pictures))
    lab.kernel(SAME)
    lab.check()
    if not all(one.pictures >= 2 for one in found):
        raise AssertionError("the page showed no pictures on the way, so nothing was measured")
    return found


def ratio(rounds: Sequence[Round]) -> float:
    """How many times as long it takes with the panel: the median over the rounds.

    The two of a round follow each other, so that both meet about the same machine.
    """
    return statistics.median(one.watched / one.bare for one in rounds)


def bars(rounds: Sequence[Round]) -> list[Bar]:
    """The promise with what was measured."""
    promise = "training with the panel open takes as long as the bare loop"
    return [Bar(promise, ratio(rounds), MOST, " times")]


def told(rounds: Sequence[Round]) -> str:
    """The measurements as a table."""
    pictures = statistics.median(one.pictures for one in rounds)
    iterations = EPOCHS * -(-POINTS * 3 // 4 // BATCH)
    busy = [statistics.median(one.busy[way] for one in rounds) for way in (0, 1)]
    wall = [statistics.median(one.bare for one in rounds)]
    wall.append(statistics.median(one.watched for one in rounds))
    rows = [
        ["bare loop", f"{wall[0]:.2f}", "1.00", f"{busy[0]:.2f}", ""],
        ["with the panel open", f"{wall[1]:.2f}", f"{ratio(rounds):.2f}", f"{busy[1]:.2f}",
         f"{pictures:.0f}"],
    ]  # fmt: skip
    title = (
        f"Seconds to train 2-16-16-1 on moons, {EPOCHS} epochs, {iterations:,} iterations of "
        f"{BATCH}, in the kernel.\nMedians of {len(rounds)} rounds, taken in turn."
    )
    header = ["", "seconds", "times", "processor", "pictures shown"]
    return f"{title}\n\n{text.table(header, rows, lean='<>>>>')}"


def main(arguments: list[str]) -> int:
    rounds = 3 if "--quick" in arguments else 11
    with started_lab() as lab:
        found = measured(lab, rounds)
    print(told(found))
    verdicts = bars(found)
    print("\n".join(["", *(bar.words() for bar in verdicts)]))
    return int(not all(bar.met for bar in verdicts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
