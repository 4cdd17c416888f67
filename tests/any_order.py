"""Run the cells of a notebook in another order than the page's, as learners do.

    python -m tests.any_order notebooks/01_compute_neuron.ipynb 3

prints as JSON what was not as it is in the page's own order, with a shuffle made from the number.
"""

import contextlib
import io
import json
import random
import sys
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

Met = dict[tuple[int, str], float]


class Reader:
    """One kernel, in which cells are run in any order."""

    def __init__(self, path: Path) -> None:
        from lessons.panels.predict.panel import Prediction

        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        self.sources = {
            place: "".join(cell["source"])
            for place, cell in enumerate(cells)
            if cell["cell_type"] == "code"
        }
        self.at = 0
        #: The answer of each question, by the place of its cell and its text.
        self.answers: Met = {}
        begin = Prediction.__init__

        def noted(card: Prediction, question: Any, *rest: Any) -> None:
            begin(card, question, *rest)
            self.answers[self.at, question.text] = question.answer
            if not question.check(repr(float(question.answer))).right:
                raise AssertionError(f"{question.text!r} does not take {question.answer!r}")

        Prediction.__init__ = noted  # type: ignore[method-assign]
        self.shell = InteractiveShell.instance()

    def run(self, place: int) -> tuple[str, str]:
        """Run a cell; gives what it showed as text, and the name of its error, "" for none."""
        self.at = place
        with capture_output() as shown, contextlib.redirect_stderr(io.StringIO()):
            result = self.shell.run_cell(self.sources[place], store_history=False)
        error = result.error_before_exec or result.error_in_exec
        texts = [shown.stdout, *(out.data.get("text/plain", "") for out in shown.outputs)]
        return "\n".join(texts), f"{type(error).__name__}: {error}" if error else ""


def faults(path: Path, seed: int) -> list[str]:
    """What is not as in the page's own order: the answers, and the outputs of a second run."""
    reader = Reader(path)
    found = []
    first = {place: reader.run(place) for place in reader.sources}
    right = dict(reader.answers)
    for place, (text, error) in first.items():
        again, other = reader.run(place)
        if (again, other) != (text, error):
            found.append(f"cell {place}: another output when all is run a second time")
    found += unlike(right, reader.answers)
    # In another order a cell may lack a name, or meet one of another cell, and stop. What is asked
    # must be right all the same: first where all names are there, then where most are not yet.
    order = list(reader.sources)
    random.Random(seed).shuffle(order)
    for lacking in (False, True):
        if lacking:
            reader.shell.reset(new_session=False)
            order.reverse()
        reader.answers = {}
        for place in order:
            reader.run(place)
        found += unlike(right, reader.answers)
    return found


def unlike(right: Met, met: Met) -> list[str]:
    """The questions whose text is the same, and whose answer is another."""
    return [
        f"cell {place}: {text!r} has the answer {met[place, text]!r}, and had {answer!r}"
        for (place, text), answer in right.items()
        if (place, text) in met and met[place, text] != answer
    ]


if __name__ == "__main__":
    print(json.dumps(faults(Path(sys.argv[1]), int(sys.argv[2])), indent=1))
