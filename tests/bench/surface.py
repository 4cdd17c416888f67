"""How fast the surface panel answers, beside the same picture drawn anew with pyplot.

python -m tests.bench.surface [--quick]
"""

from __future__ import annotations

import sys

from tests.bench.versus import Contender, Versus, run

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

VERSUS = Versus(
    what="surface panel",
    slider="m1",
    setup=(FUNCTION, USUAL),
    panel=Contender("panel", "descend, with table and words", _PANEL, 'panel.start["m1"]'),
    pyplot=Contender("pyplot", "interactive_output with pyplot", _PYPLOT, "drawn[0]"),
)


if __name__ == "__main__":
    sys.exit(run(VERSUS, sys.argv[1:]))
