"""How long a key takes to the page: in a network for digits, and while another one is trained.

python -m tests.bench.keys [--quick]

Each beside the same thing where it is easy, in turn: the arrays of a network of 64, 32 and 10 nodes
beside the diagram of one neuron, a slider while a network is trained at full speed beside the same
slider at rest.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from lessons.maths import text
from tests.bench.contest import ratio
from tests.bench.figures import Bar
from tests.browser.lab import Lab, started_lab

CELLS = (
    """\
import numpy as np
from lessons import Network, explore, relu, trace_layers, watch_training

def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y

explore(neuron, x0=1.0, x1=-2.0, x2=3.0, w0=-3.0, w1=-1.0, w2=2.0, b=1.0)""",
    """\
network = Network((64, 32, 10), loss="categorical_cross_entropy_from_logits")
x = np.random.default_rng(0).uniform(size=64)
trace_layers(network, x, np.eye(10)[3], image=(8, 8), names="0123456789")""",
    """\
trainer = watch_training(points=600, hidden=(4,), batch=1, lr=0.3, epochs=100_000)
trainer""",
)
#: From a key to the frame after what it changed in the sentence, in the page's own clock.
ANSWER = """(target, key) => new Promise(done => {
  const say = target.closest('.bp-panel').querySelector('.bp-say');
  const started = performance.now();
  target.focus();
  new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => done(performance.now() - started));
  }).observe(say, {subtree: true, childList: true, characterData: true});
  target.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
})"""
#: The most that each may take, in times of what stands beside it.
MOST_DIGITS, MOST_TRAINING = 6.0, 6.0


def measured(lab: Lab, rounds: int) -> dict[str, list[float]]:
    lab.open(lab.write("keys.ipynb", *CELLS)).run_all()
    neuron, digits = (lab.panel(n).locator(".bp-stage") for n in (0, 1))
    slider = lab.panel(2).get_by_role("slider", name="lr", exact=True)
    found: dict[str, list[float]] = {name: [] for name in ("neuron", "digits", "rest", "training")}
    for turn in range(1 + rounds):
        key = "ArrowLeft" if turn % 2 else "ArrowRight"
        took = {}
        for name, target in (("neuron", neuron), ("digits", digits), ("rest", slider)):
            took[name] = target.evaluate(ANSWER, key)
            lab.settle()
        lab.kernel("trainer.set(speed='full speed'); trainer.play()")
        took["training"] = slider.evaluate(ANSWER, key)
        lab.kernel("trainer.pause()")
        lab.settle()
        for name, ms in took.items() if turn else ():
            found[name].append(ms)
    lab.check()
    return found


def bars(found: Mapping[str, Sequence[float]]) -> list[Bar]:
    return [
        Bar(
            "a key in a network for digits is answered as in one neuron",
            ratio(found["digits"], found["neuron"]),
            MOST_DIGITS,
            " times",
        ),
        Bar(
            "a slider is answered while a network is trained as at rest",
            ratio(found["training"], found["rest"]),
            MOST_TRAINING,
            " times",
        ),
    ]


def told(found: Mapping[str, Sequence[float]]) -> str:
    rows = [[name, f"{sorted(ms)[len(ms) // 2]:.0f}"] for name, ms in found.items()]
    title = "From a key to the page."
    return f"{title}\n\n{text.table(['where', 'median ms'], rows, lean='<>')}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.keys", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="a few rounds, to see that it works")
    with started_lab() as lab:
        found = measured(lab, 3 if parser.parse_args(arguments).quick else 21)
    print("\n".join([told(found), "", *(bar.words() for bar in bars(found))]))
    return int(any(not bar.met for bar in bars(found)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
