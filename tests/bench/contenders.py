"""What is measured: one notebook with the explorer, the usual way, and the floor under both."""

from __future__ import annotations

from dataclasses import dataclass

#: The slider that is moved. Its value reaches a product, the sum, the output and a gradient.
SLIDER = "w0"
VALUES = {"x0": 1.0, "x1": -2.0, "x2": 3.0, "w0": -3.0, "w1": -1.0, "w2": 2.0, "b": 1.0}
UPDATED = ("w0", "w1", "w2", "b")

_GIVEN = ", ".join(f"{name}={value}" for name, value in VALUES.items())


@dataclass(frozen=True, slots=True)
class Contender:
    """One cell that shows a slider and what follows it.

    ``reads`` says how the page finds the value on show: "diagram" and "echo" read a number,
    "image" only sees that another picture was loaded. ``value`` is Python for what the kernel
    holds.
    """

    name: str
    told: str
    reads: str
    source: str
    value: str


NEURON = """\
from lessons import explore, relu

def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y
"""

# x0 is chosen, so that its formula and its sentence change with w0 as the rest does.
_EXPLORER = f"""\
panel = explore(neuron, {_GIVEN}, update={list(UPDATED)})
panel.choose("x0")
panel
"""

_PART = f"""\
part = explore(neuron, {_GIVEN}, show=["values", "diagram"])
part
"""

# The same content, as an author would write it who knows matplotlib and ipywidgets well: one figure
# for each change, drawn from the start, which is what interactive_output and pyplot do.
USUAL = """\
import inspect

import ipywidgets
import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

FORWARD, BACKWARD = "#0072B2", "#D55E00"
PLACES = {
    "x0": (0, 6), "w0": (0, 5), "x1": (0, 4), "w1": (0, 3), "x2": (0, 2), "w2": (0, 1),
    "b": (0, 0), "xw0": (1, 5.5), "xw1": (1, 3.5), "xw2": (1, 1.5), "z": (2, 3), "y": (3, 3),
}
EDGES = [
    ("x0", "xw0"), ("w0", "xw0"), ("x1", "xw1"), ("w1", "xw1"), ("x2", "xw2"), ("w2", "xw2"),
    ("xw0", "z"), ("xw1", "z"), ("xw2", "z"), ("b", "z"), ("z", "y"),
]
SOURCE = inspect.getsource(neuron)

def computed(x0, x1, x2, w0, w1, w2, b):
    v = dict(x0=x0, x1=x1, x2=x2, w0=w0, w1=w1, w2=w2, b=b)
    v["xw0"], v["xw1"], v["xw2"] = x0 * w0, x1 * w1, x2 * w2
    v["z"] = v["xw0"] + v["xw1"] + v["xw2"] + b
    v["y"] = max(v["z"], 0.0)
    dy_dz = 1.0 if v["z"] > 0 else 0.0
    g = {"y": 1.0, "z": dy_dz, "xw0": dy_dz, "xw1": dy_dz, "xw2": dy_dz, "b": dy_dz}
    for i in "012":
        g["w" + i] = g["xw" + i] * v["x" + i]
        g["x" + i] = g["xw" + i] * v["w" + i]
    return v, g

def draw_diagram(ax, v, g):
    for start, end in EDGES:
        (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
        ax.annotate("", (x1 - 0.32, y1 + 0.08), (x0 + 0.32, y0 + 0.08),
                    arrowprops=dict(arrowstyle="-|>", color=FORWARD))
        ax.annotate("", (x0 + 0.32, y0 - 0.08), (x1 - 0.32, y1 - 0.08),
                    arrowprops=dict(arrowstyle="-|>", color=BACKWARD, linestyle="--",
                                    linewidth=0.6 + min(abs(g[start]), 5)))
    for name, (x, y) in PLACES.items():
        ax.add_patch(FancyBboxPatch((x - 0.27, y - 0.32), 0.54, 0.64,
                                    boxstyle="round,pad=0.03", facecolor="white"))
        ax.text(x - 0.25, y, name, va="center", weight="bold")
        ax.text(x + 0.26, y + 0.16, f"{v[name]:.2f}", ha="right", va="center", color=FORWARD)
        ax.text(x + 0.26, y - 0.16, f"{g[name]:.2f}", ha="right", va="center", color=BACKWARD)
    ax.set(xlim=(-0.35, 3.35), ylim=(-0.6, 6.6), title="Diagram")
    ax.axis("off")

def draw_table(ax, v, g):
    rows = []
    for start, end in reversed(EDGES):
        local = g[start] / g[end] if g[end] else 0.0
        rows.append([start, f"{g[end]:.2f}", f"{local:.2f}", f"{g[start]:.2f}"])
    ax.table(rows, colLabels=["to", "upstream", "local", "product"], loc="upper center")
    ax.set_title("Backward steps")
    ax.axis("off")

def draw_words(ax, v, g):
    ax.text(0, 0.95, SOURCE, family="monospace", va="top", size=9)
    ax.text(0, 0.12, r"$\\frac{\\partial y}{\\partial x_0} = \\frac{\\partial y}{\\partial xw_0}"
            rf" \\cdot \\frac{{\\partial xw_0}}{{\\partial x_0}} = {g['xw0']:.2f} \\cdot"
            rf" ({v['w0']:.2f}) = {g['x0']:.2f}$", size=12)
    ax.set_title("Function and formula")
    ax.axis("off")

drawn = []

def draw(**inputs):
    v, g = computed(**inputs)
    fig, axes = plt.subplot_mosaic([["diagram", "words"], ["diagram", "table"]],
                                   figsize=(11, 6), width_ratios=[3, 2])
    draw_diagram(axes["diagram"], v, g)
    draw_words(axes["words"], v, g)
    draw_table(axes["table"], v, g)
    plt.show()
    drawn[:] = [inputs]
"""

_USUAL = f"""\
sliders = {{
    name: ipywidgets.FloatSlider(value, min=-5, max=5, step=0.1, description=name)
    for name, value in dict({_GIVEN}).items()
}}
output = ipywidgets.interactive_output(draw, sliders)
ipywidgets.HBox([ipywidgets.VBox(list(sliders.values())), output])
"""

# The floor: a slider, one callback in the kernel, one trait back, one text on the page.
_ECHO = f'''\
import anywidget
import ipywidgets
import traitlets

class Echo(anywidget.AnyWidget):
    _esm = """
    export default {{
      render({{ model, el }}) {{
        const show = () => {{ el.textContent = model.get("value").toFixed(2); }};
        el.classList.add("bench-echo");
        model.on("change:value", show);
        show();
      }},
    }};
    """
    value = traitlets.Float().tag(sync=True)

echo = Echo(value={VALUES[SLIDER]})
slider = ipywidgets.FloatSlider({VALUES[SLIDER]}, min=-5, max=5, step=0.1, description="{SLIDER}")
slider.observe(lambda change: setattr(echo, "value", change["new"]), "value")
ipywidgets.VBox([slider, echo])
'''

EXPLORER = Contender(
    "explorer",
    "explore, four views",
    "diagram",
    _EXPLORER,
    f'panel.values["{SLIDER}"]',
)
PYPLOT = Contender(
    "usual",
    "interactive_output with pyplot",
    "image",
    _USUAL,
    f'drawn[0]["{SLIDER}"]',
)
ECHO = Contender("echo", "bare anywidget, echo", "echo", _ECHO, "echo.value")
PART = Contender(
    "part",
    "explore, values and diagram",
    "diagram",
    _PART,
    f'part.values["{SLIDER}"]',
)

CONTENDERS = (EXPLORER, PYPLOT, ECHO, PART)

#: Cells that only define; the contenders' cells follow in order.
SETUP = (NEURON, USUAL)


def sources() -> list[str]:
    """The code cells of the notebook, in order."""
    return [*SETUP, *(contender.source for contender in CONTENDERS)]


def cell_of(contender: Contender) -> int:
    """The place of a contender's cell in the notebook, from 0."""
    return len(SETUP) + CONTENDERS.index(contender)
