"""Make the README's pictures from the real panel: python -m tests.browser.picture

Opens System N in JupyterLab at the moment when the gradient has just reached w0, and writes
notebooks/images/explorer.png and explorer-dark.png.
"""

from pathlib import Path

from tests.browser.lab import started_lab

IMAGES = Path(__file__).parents[2] / "notebooks" / "images"
CELL = """
from lessons import explore, relu

def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y

values = dict(x0=1.0, x1=-2.0, x2=3.0, w0=-3.0, w1=-1.0, w2=2.0, b=1.0)
presets = {"a dead neuron": {"b": -10.0}}
explore(neuron, **values, update=["w0", "w1", "w2", "b"], presets=presets, at=13)
"""


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with started_lab() as lab:
        name = lab.write("picture.ipynb", CELL)
        for theme, file in (("light", "explorer.png"), ("dark", "explorer-dark.png")):
            lab.open(name, width=1360, theme=theme).run_all()
            print(lab.screenshot(IMAGES / file, lab.panel(0).locator(".bp-panel"), full=True))
            lab.check()


if __name__ == "__main__":
    main()
