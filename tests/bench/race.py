"""How fast the race panel answers, beside the same picture drawn anew with pyplot.

python -m tests.bench.race [--quick]
"""

from __future__ import annotations

import sys

from tests.bench.versus import Contender, Versus, run

# The start is moved along the valley, as a drag does: all four races are run again.
_PANEL = """\
from lessons import race

panel = race("narrow valley")
panel
"""

# The same picture as an author would write it who knows matplotlib and ipywidgets well: the values
# of the grid are computed once, the figure of the same size is drawn for each change, and the
# optimizers are plain lines on floats. No table, no sentence, names in a legend.
USUAL = """\
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

w0s, w1s = np.meshgrid(np.linspace(-5, 5, 81), np.linspace(-1.5, 1.5, 81))
grid = 0.5 * w0s**2 + 10 * w1s**2
drawn = []

def loss(w0, w1):
    return 0.5 * w0**2 + 10 * w1**2

def races(w0, w1, lr=0.08, mu=0.9, steps=100):
    found = {}
    for name in ("gradient descent", "momentum", "RMSProp", "Adam"):
        place, v, s = np.array([w0, w1]), np.zeros(2), np.zeros(2)
        path = [place.copy()]
        for t in range(1, steps + 1):
            g = place * (1.0, 20.0)
            if name == "gradient descent":
                place -= lr * g
            elif name == "momentum":
                v = mu * v + g
                place -= lr * v
            elif name == "RMSProp":
                s = 0.9 * s + 0.1 * g * g
                place -= lr * g / (np.sqrt(s) + 1e-8)
            else:
                v, s = mu * v + (1 - mu) * g, 0.999 * s + 0.001 * g * g
                place -= lr * (v / (1 - mu**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
            path.append(place.copy())
        found[name] = np.array(path)
    return found

def draw(w0):
    fig, (chart, losses) = plt.subplots(1, 2, figsize=(9.6, 4.8), dpi=100)
    levels = [0.5, 1, 2, 3, 5, 7, 10, 14, 18, 22]
    chart.contourf(w0s, w1s, grid, levels, cmap="Blues", extend="both")
    lines = chart.contour(w0s, w1s, grid, levels, colors="gray", linewidths=0.8)
    chart.clabel(lines)
    marks = "o^p*"
    colors = ("black", "#0077bb", "#006e50", "#cc4900")
    for (name, path), mark, color in zip(races(w0, 1.0).items(), marks, colors):
        chart.plot(*path.T, ".-", ms=4, color=color)
        chart.plot(*path[-1], mark, ms=9, color=color)
        losses.semilogy(loss(*path.T), color=color, label=name)
        losses.plot(len(path) - 1, loss(*path[-1]), mark, ms=9, color=color)
    chart.plot(w0, 1.0, "o", ms=14, mfc="none", mec="black")
    chart.set(xlabel="w0", ylabel="w1", title="L over w0 and w1", xlim=(-5, 5), ylim=(-1.5, 1.5))
    losses.set(xlabel="step", title="L after each step")
    losses.grid(axis="y")
    losses.legend()
    plt.show()
    drawn[:] = [w0]
"""

_PYPLOT = """\
slider = ipywidgets.FloatSlider(-4.0, min=-5, max=5, step=0.1, description="w0")
ipywidgets.VBox([slider, ipywidgets.interactive_output(draw, {"w0": slider})])
"""

VERSUS = Versus(
    what="race panel",
    slider="w0",
    setup=(USUAL,),
    panel=Contender("panel", "race, with table and words", _PANEL, 'panel.values["start"][0]'),
    pyplot=Contender("pyplot", "interactive_output with pyplot", _PYPLOT, "drawn[0]"),
)


if __name__ == "__main__":
    sys.exit(run(VERSUS, sys.argv[1:]))
