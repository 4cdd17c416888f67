"""Where the time goes in Python when one value changes, part by part."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lessons import explore, record, relu
from lessons.panels.explorer import words
from lessons.panels.explorer.code import listing
from lessons.panels.explorer.diagram import diagram
from lessons.panels.explorer.formula import formula
from lessons.panels.explorer.step_table import steps
from lessons.panels.explorer.timeline import timeline
from lessons.panels.kit import tex
from tests.bench.contenders import SLIDER, UPDATED, VALUES
from tests.bench.figures import middle_of


def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y


def shares(rounds: int) -> dict[str, float]:
    """Milliseconds of ``panel.set`` and of what it is made of, each the median of many rounds.

    It is the processor's time that counts, so that other work on the machine does not.

    "the rest" is what remains: traits, messages, sliders and number boxes. There is no kernel
    here, so the messages are made and not sent.
    """
    panel = explore(neuron, **VALUES, update=list(UPDATED))
    panel.choose("x0")
    measured = []
    for turn in range(rounds):
        value = VALUES[SLIDER] + turn / 1000  # never the same twice: MathML is kept by its TeX
        measured.append(_parts(panel, {**VALUES, SLIDER: value}, turn))
    names = ["record", "backward", *_pictures(panel), "whole"]
    found = dict(zip(names, middle_of(measured), strict=True))
    parts = sum(ms for name, ms in found.items() if name != "whole")
    return {**found, "the rest": found["whole"] - parts}


def _parts(panel: Any, values: dict[str, float], turn: int) -> list[float]:
    # The whole comes first, and another value than the parts get, so that neither warms the other.
    whole = _ms(lambda: panel.set(**{SLIDER: values[SLIDER] + 0.0005}))
    recorded = _ms(lambda: record(neuron, **values))
    run = record(neuron, **values)
    backward = _ms(lambda: run.backward())
    panel.set(**{SLIDER: values[SLIDER] + 0.00025})
    pictures = [_ms(part) for part in _pictures(panel).values()]
    return [recorded, backward, *pictures, whole]


def _pictures(panel: Any) -> dict[str, Callable[[], object]]:
    """Each picture of a scene of its own, so that none finds what another has worked out."""
    written = formula(panel.scene)
    lines = [line for line in (written.main, written.aside) if line]
    fresh = getattr(tex.mathml, "__wrapped__", tex.mathml)
    scenes = [panel.scene for _ in range(6)]
    return {
        "timeline": lambda: timeline(scenes[0]),
        "sentence": lambda: words.sentence(scenes[1]),
        "diagram": lambda: diagram(scenes[2]),
        "listing": lambda: listing(scenes[3]),
        "table": lambda: steps(scenes[4]),
        "formula": lambda: formula(scenes[5]),
        "MathML": lambda: [fresh(line) for line in lines],
    }


def _ms(do: Callable[[], object]) -> float:
    began = time.process_time()
    do()
    return 1000 * (time.process_time() - began)
