"""How fast the surface panel answers, beside the same picture drawn anew with pyplot.

    python -m tests.bench.surface [--quick]

The two are measured in turn in one page, so that both meet the same machine.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lessons.maths import text
from tests.bench.figures import Bar, Summary, summary
from tests.bench.page import HEIGHT, QUIET_MS, SAME, STRIDE, WIDTH, Answer
from tests.browser.lab import Lab, started_lab

SLIDER = "m1"
#: The promise: the panel's median is so many times shorter than pyplot's.
TIMES_FASTER = 3.0


@dataclass(frozen=True, slots=True)
class Contender:
    """One cell that shows a slider and a picture; ``value`` is Python for what the kernel holds."""

    name: str
    told: str
    source: str
    value: str


FUNCTION = """\
from lessons import descend, relu

def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = a1 * m2
    yhat = relu(z2)
    L = 0.5 * (yhat - y) ** 2
    return L
"""

# Six steps, so that a change moves a path and not only a point.
_PANEL = """\
panel = descend(
    two_layers, along=("m1", "m2"), x=2.0, y=1.0, m1=3.0, m2=0.5, lr=0.01, steps=6,
    ranges={"m1": (-1, 5, 0.05), "m2": (-1.5, 1.5)},
)
panel
"""

# The same picture as an author would write it who knows matplotlib and ipywidgets well: the values
# of the grid are computed once, the figure of the same size is drawn for each change. No table, no
# sentence.
USUAL = """\
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

m1s, m2s = np.meshgrid(np.linspace(-1, 5, 81), np.linspace(-1.5, 1.5, 81))
grid = 0.5 * (np.maximum(2.0 * m1s * m2s, 0.0) - 1.0) ** 2
flat = (m1s * m2s <= 0).astype(float)
drawn = []

def gradient(m1, m2):
    z2 = 2.0 * m1 * m2
    slope = z2 - 1.0 if z2 > 0 else 0.0
    return slope * m2 * 2.0, slope * m1 * 2.0

def draw(m1):
    path = [(m1, 0.5)]
    for _ in range(6):
        g1, g2 = gradient(*path[-1])
        path.append((path[-1][0] - 0.01 * g1, path[-1][1] - 0.01 * g2))
    fig, ax = plt.subplots(figsize=(6.1, 4.0), dpi=100)
    levels = [0.05, 0.1, 0.2, 0.4, 1, 4, 10, 20]
    ax.contourf(m1s, m2s, grid, levels, cmap="Blues", extend="both")
    lines = ax.contour(m1s, m2s, grid, levels, colors="gray", linewidths=0.8)
    ax.clabel(lines)
    ax.contourf(m1s, m2s, flat, [0.5, 1], colors="white", hatches=["//"])
    ax.contour(m1s, m2s, flat, [0.5], colors="black", linestyles="dashed")
    ax.text(2, -1.3, "gradient 0: nothing moves here", ha="center")
    ax.plot(*zip(*path), "o-", color="black")
    g1, g2 = gradient(*path[-1])
    size = np.hypot(g1, g2) or 1.0
    ax.annotate("", (path[-1][0] - 0.5 * g1 / size, path[-1][1] - 0.5 * g2 / size), path[-1],
                arrowprops=dict(arrowstyle="-|>", color="#D55E00", lw=2.5))
    ax.set(xlabel="m1", ylabel="m2", title="L over m1 and m2")
    plt.show()
    drawn[:] = [m1]
"""

_PYPLOT = """\
slider = ipywidgets.FloatSlider(3.0, min=-1, max=5, step=0.05, description="m1")
ipywidgets.VBox([slider, ipywidgets.interactive_output(draw, {"m1": slider})])
"""

PANEL = Contender("panel", "descend, with table and words", _PANEL, 'panel.start["m1"]')
PYPLOT = Contender("pyplot", "interactive_output with pyplot", _PYPLOT, "drawn[0]")
CONTENDERS = (PANEL, PYPLOT)
SETUP = (FUNCTION, USUAL)


def sources() -> list[str]:
    """The code cells of the notebook, in order."""
    return [*SETUP, *(contender.source for contender in CONTENDERS)]


def measured(lab: Lab, presses: int, warm_up: int) -> dict[Contender, list[Answer]]:
    """Open the notebook, and press a key on each slider in turn."""
    lab.open(lab.write("surface-bench.ipynb", *sources()), width=WIDTH, height=HEIGHT).run_all()
    lab.page.evaluate(Path(__file__).with_name("surface.js").read_text(encoding="utf-8"))
    for place, contender in enumerate(CONTENDERS, start=len(SETUP)):
        lab.page.evaluate(
            "given => window.surfaceBench.adopt(...given)", [contender.name, place, SLIDER]
        )
    answers: dict[Contender, list[Answer]] = {contender: [] for contender in CONTENDERS}
    for turn in range(warm_up + presses):
        key = "ArrowRight" if turn % (2 * STRIDE) < STRIDE else "ArrowLeft"
        for contender in CONTENDERS:
            answer = _press(lab, contender, key)
            if turn >= warm_up:
                answers[contender].append(answer)
    for contender in CONTENDERS:
        _require_agreement(lab, contender)
    lab.check()
    return answers


def _press(lab: Lab, contender: Contender, key: str) -> Answer:
    lab.page.evaluate("name => window.surfaceBench.focus(name)", contender.name)
    lab.settle(QUIET_MS)
    lab.page.evaluate("name => window.surfaceBench.arm(name)", contender.name)
    lab.page.keyboard.press(key)
    found = lab.page.evaluate("() => window.surfaceBench.pressed()")
    return Answer(found["changed"], found["seen"])


def _require_agreement(lab: Lab, contender: Contender) -> None:
    """The slider and the kernel must hold the same value, or the presses measured nothing."""
    lab.settle(QUIET_MS)
    slider = lab.page.evaluate("name => window.surfaceBench.value(name)", contender.name)
    kernel = float(lab.kernel(f"print({contender.value})"))
    if abs(kernel - slider) > SAME:
        raise AssertionError(f"{contender.told}: the kernel holds {kernel}, the slider {slider}")


def summaries(answers: Mapping[Contender, Sequence[Answer]]) -> dict[Contender, Summary]:
    """Until the picture was seen, in ms."""
    return {c: summary([answer.seen for answer in found]) for c, found in answers.items()}


def bars(seen: Mapping[Contender, Summary]) -> list[Bar]:
    """The promise with what was measured."""
    ratio = seen[PYPLOT].median / seen[PANEL].median
    promise = "the surface panel's median is faster than the figure drawn anew with pyplot"
    return [Bar(promise, ratio, TIMES_FASTER, " times", at_least=True)]


def told(seen: Mapping[Contender, Summary]) -> str:
    """The measurements as a table."""
    rows = [
        [
            contender.told,
            f"{found.median:.1f}",
            f"{found.p95:.1f}",
            f"{seen[PYPLOT].median / found.median:.2f}",
        ]
        for contender, found in seen.items()
    ]
    title = (
        f"Key press on the slider of {SLIDER} of the surface, in ms until the frame with the new\n"
        f"picture was out. Medians of {seen[PANEL].count} presses each, taken in turn."
    )
    header = ["", "seen", "seen, p95", "faster than pyplot"]
    return f"{title}\n\n{text.table(header, rows, lean='<>>>')}"


def main(arguments: list[str]) -> int:
    presses, warm_up = (8, 2) if "--quick" in arguments else (60, 10)
    with started_lab() as lab:
        seen = summaries(measured(lab, presses, warm_up))
    print(told(seen))
    found = bars(seen)
    print("\n".join(["", *(bar.words() for bar in found)]))
    return int(not all(bar.met for bar in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
