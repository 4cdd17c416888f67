"""How fast the panel of signals answers, beside the same picture drawn anew with pyplot.

python -m tests.bench.signals [--quick]
"""

from __future__ import annotations

import sys

from tests.bench.versus import Contender, Versus, run

SETUP = "from lessons import follow_signals"

_PANEL = """\
panel = follow_signals()
panel
"""

# The same curves as an author would draw them who knows matplotlib and ipywidgets well: weights and
# batch are made once, zeros are put at the bottom. No table, no sentence.
USUAL = """\
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

rng = np.random.default_rng(0)
weights = [np.sqrt(2 / 64) * rng.standard_normal((64, 64)) for _ in range(10)]
rng = np.random.default_rng([0, 1])
x, y = rng.standard_normal((32, 64)), rng.standard_normal((32, 64))
drawn = []

def rms(v):
    return np.sqrt(np.mean(v**2))

def sizes(bias):
    a, gates = [x], []
    for W in weights:
        z = a[-1] @ W.T + bias
        gates.append(z > 0)
        a.append(np.maximum(z, 0))
    dL_da, rows = (a[-1] - y) / len(x), []
    for i in range(9, -1, -1):
        dL_dz = dL_da * gates[i]
        rows.append((rms(a[i + 1]), rms(dL_dz), rms(dL_dz.T @ a[i])))
        dL_da = dL_dz @ weights[i]
    return np.array(rows[::-1])

def draw(bias):
    fig, ax = plt.subplots(figsize=(6.0, 3.8), dpi=100)
    layers = np.arange(1, 11)
    styles = ("o-", "<--", "s-")
    for column, style, name in zip(sizes(bias).T, styles, ("a", "dL_dz", "dL_dW")):
        ax.semilogy(layers, np.maximum(column, 1e-17), style, label=name)
    ax.set(xlabel="layer", ylabel="RMS", xticks=layers, ylim=(1e-17, 1e3))
    ax.grid(axis="y")
    ax.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1))
    plt.show()
    drawn[:] = [bias]
"""

_PYPLOT = """\
slider = ipywidgets.FloatSlider(0.0, min=-2, max=2, step=0.05, description="bias")
ipywidgets.VBox([slider, ipywidgets.interactive_output(draw, {"bias": slider})])
"""

VERSUS = Versus(
    what="panel of signals",
    slider="bias",
    setup=(SETUP, USUAL),
    panel=Contender("panel", "follow_signals, with table and words", _PANEL, "panel.stack.bias"),
    pyplot=Contender("pyplot", "interactive_output with pyplot", _PYPLOT, "drawn[0]"),
)


if __name__ == "__main__":
    sys.exit(run(VERSUS, sys.argv[1:]))
