"""How fast what a drag asks for is computed: a race run anew, and the layout of a diagram.

python -m tests.bench.drags [--quick]

Each beside something that everybody knows, in turn: the race beside the same optimizers as plain
lines on NumPy arrays, the layout, which is made once for each diagram, beside so many passes of
the engine.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from lessons import record
from lessons.maths import text
from lessons.maths.surfaces.race import run_race
from lessons.panels.explorer import layout as module
from lessons.panels.explorer.diagram import diagram
from lessons.panels.explorer.scene import Scene
from lessons.panels.race.state import USUAL, USUAL_RATE
from tests.bench.contenders import VALUES
from tests.bench.contest import in_turn, ratio, run
from tests.bench.figures import Bar
from tests.bench.kernel import neuron
from tests.bench.race import USUAL as BY_HAND

PASSES = 100
#: The most that each may take, in times of what stands beside it.
MOST_RACE, MOST_LAYOUT = 3.0, 1.0


def measured(quick: bool) -> Mapping[str, Sequence[float]]:
    by_hand: dict[str, Any] = {}
    lines = BY_HAND.replace("import matplotlib.pyplot as plt\n", "")
    exec(compile(ast.parse(lines), "by hand", "exec"), by_hand)
    taped = record(neuron, **VALUES)
    gradient = taped.backward()
    scene = Scene(taped, gradient, 17, taped.output)

    def drawn() -> None:
        module._layout.cache_clear()
        diagram(scene)

    def passes() -> None:
        for _ in range(PASSES):
            record(neuron, **VALUES).backward()

    return in_turn(
        {
            "race": lambda: run_race("narrow valley", (-3.0, 1.0), USUAL, 100, USUAL_RATE),
            "by hand": lambda: by_hand["races"](-3.0, 1.0),
            "diagram": drawn,
            "passes": passes,
        },
        3 if quick else 31,
    )


def bars(found: Mapping[str, Sequence[float]]) -> list[Bar]:
    return [
        Bar(
            "a race is run as fast as plain lines on NumPy",
            ratio(found["race"], found["by hand"]),
            MOST_RACE,
            " times",
        ),
        Bar(
            f"a diagram laid out anew takes no longer than {PASSES} passes of the engine",
            ratio(found["diagram"], found["passes"]),
            MOST_LAYOUT,
            " times",
        ),
    ]


def told(found: Mapping[str, Sequence[float]]) -> str:
    rows = [[name, f"{min(times):.2f}"] for name, times in found.items()]
    title = "What a drag asks for, beside what everybody knows."
    return f"{title}\n\n{text.table(['work', 'least ms'], rows, lean='<>')}"


if __name__ == "__main__":
    sys.exit(run(sys.modules["__main__"], "tests.bench.drags", sys.argv[1:]))
