"""A panel with a picture beside the same picture drawn anew with pyplot, in one page.

The two are measured in turn, so that both meet the same machine. Each panel says in a module of its
own what the two cells hold, and that module can be run alone:

    python -m tests.bench.surface [--quick]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lessons.maths import text
from tests.bench.figures import Bar, Summary, summary
from tests.bench.page import HEIGHT, QUIET_MS, SAME, STRIDE, WIDTH, Answer
from tests.browser.lab import Lab, started_lab

#: The promise: the panel's median is so many times shorter than pyplot's.
TIMES_FASTER = 3.0


@dataclass(frozen=True, slots=True)
class Contender:
    """One cell that shows a slider and a picture; ``value`` is Python for what the kernel holds."""

    name: str
    told: str
    source: str
    value: str


@dataclass(frozen=True, slots=True)
class Versus:
    """What is measured: ``what`` names the panel in a sentence, ``slider`` is the label of the
    slider that both cells have, ``setup`` are the cells that run before them.

    The picture of pyplot is to be written as an author would who knows matplotlib and ipywidgets
    well: what does not change is computed once, the figure has the size of the panel's.
    """

    what: str
    slider: str
    setup: tuple[str, ...]
    panel: Contender
    pyplot: Contender

    @property
    def contenders(self) -> tuple[Contender, Contender]:
        return self.panel, self.pyplot

    @property
    def sources(self) -> list[str]:
        """The code cells of the notebook, in order."""
        return [*self.setup, *(contender.source for contender in self.contenders)]

    def measured(self, lab: Lab, presses: int, warm_up: int) -> dict[Contender, list[Answer]]:
        """Open the notebook, and press a key on each slider in turn."""
        name = f"{self.what.replace(' ', '-')}-bench.ipynb"
        lab.open(lab.write(name, *self.sources), width=WIDTH, height=HEIGHT).run_all()
        lab.page.evaluate(Path(__file__).with_name("versus.js").read_text(encoding="utf-8"))
        for place, contender in enumerate(self.contenders, start=len(self.setup)):
            lab.page.evaluate(
                "given => window.versus.adopt(...given)", [contender.name, place, self.slider]
            )
        answers: dict[Contender, list[Answer]] = {c: [] for c in self.contenders}
        for turn in range(warm_up + presses):
            key = "ArrowRight" if turn % (2 * STRIDE) < STRIDE else "ArrowLeft"
            for contender in self.contenders:
                answer = _press(lab, contender, key)
                if turn >= warm_up:
                    answers[contender].append(answer)
        for contender in self.contenders:
            _require_agreement(lab, contender)
        lab.check()
        return answers

    def bars(self, seen: Mapping[Contender, Summary]) -> list[Bar]:
        """The promise with what was measured."""
        ratio = seen[self.pyplot].median / seen[self.panel].median
        promise = f"the {self.what}'s median is faster than the figure drawn anew with pyplot"
        return [Bar(promise, ratio, TIMES_FASTER, " times", at_least=True)]

    def told(self, seen: Mapping[Contender, Summary]) -> str:
        """The measurements as a table."""
        rows = [
            [
                contender.told,
                f"{found.median:.1f}",
                f"{found.p95:.1f}",
                f"{seen[self.pyplot].median / found.median:.2f}",
            ]
            for contender, found in seen.items()
        ]
        title = (
            f"Key press on the slider of {self.slider} of the {self.what}, in ms until the frame "
            f"with the new\npicture was out. Medians of {seen[self.panel].count} presses each, "
            f"taken in turn."
        )
        header = ["", "seen", "seen, p95", "faster than pyplot"]
        return f"{title}\n\n{text.table(header, rows, lean='<>>>')}"


def summaries(answers: Mapping[Contender, Sequence[Answer]]) -> dict[Contender, Summary]:
    """Until the picture was seen, in ms."""
    return {c: summary([answer.seen for answer in found]) for c, found in answers.items()}


def run(versus: Versus, arguments: list[str]) -> int:
    """Measure one panel alone, print it, and give the status of the command."""
    presses, warm_up = (8, 2) if "--quick" in arguments else (60, 10)
    with started_lab() as lab:
        seen = summaries(versus.measured(lab, presses, warm_up))
    print(versus.told(seen))
    found = versus.bars(seen)
    print("\n".join(["", *(bar.words() for bar in found)]))
    return int(not all(bar.met for bar in found))


def _press(lab: Lab, contender: Contender, key: str) -> Answer:
    lab.page.evaluate("name => window.versus.focus(name)", contender.name)
    lab.settle(QUIET_MS)
    lab.page.evaluate("name => window.versus.arm(name)", contender.name)
    lab.page.keyboard.press(key)
    found = lab.page.evaluate("() => window.versus.pressed()")
    return Answer(found["changed"], found["seen"])


def _require_agreement(lab: Lab, contender: Contender) -> None:
    """The slider and the kernel must hold the same value, or the presses measured nothing."""
    lab.settle(QUIET_MS)
    slider = lab.page.evaluate("name => window.versus.value(name)", contender.name)
    kernel = float(lab.kernel(f"print({contender.value})"))
    if abs(kernel - slider) > SAME:
        raise AssertionError(f"{contender.told}: the kernel holds {kernel}, the slider {slider}")
