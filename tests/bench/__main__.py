"""Measure how fast panels answer in the real JupyterLab, and how fast networks train.

    make bench
    python -m tests.bench [--quick] [--no-bars] [--out FILE]

prints tables, and a verdict on each bar in words. It ends with status 1 when a bar is missed. Run
it on a machine with nothing else to do: it measures the whole chain up to the screen, and a busy
processor slows all of it.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from tests.bench import (
    drags,
    keys,
    race,
    report,
    scalar,
    scaling,
    signals,
    surface,
    trainer,
    training,
)
from tests.bench.contenders import CONTENDERS, ECHO, EXPLORER
from tests.bench.figures import Bar, summary
from tests.bench.growth import SIZES, growth
from tests.bench.kernel import shares
from tests.bench.page import dragged, open_bench, pressed
from tests.bench.versus import summaries

#: The panels with a picture by matplotlib, each against pyplot.
DUELS = (surface.VERSUS, race.VERSUS, signals.VERSUS)
#: Contests of numbers, which need no page.
CONTESTS = (training, scalar, scaling, drags)
PACKAGES = ("jupyterlab", "ipykernel", "ipywidgets", "anywidget", "matplotlib", "numpy")


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="a few presses, to see that it works")
    parser.add_argument("--no-bars", action="store_true", help="a missed bar is no failure")
    parser.add_argument("--out", type=Path, help="write it into this file, plots beside it")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    asked = parsed(arguments)
    presses, warm_up, drags, rounds = (8, 2, 2, 40) if asked.quick else (60, 10, 15, 400)
    sizes = SIZES[:2] if asked.quick else SIZES
    # Python alone first, while no browser and no server take a share of the processor.
    python = shares(rounds)
    grown = [growth(size) for size in sizes]
    contests = {contest: contest.measured(asked.quick) for contest in CONTESTS}
    with open_bench() as lab:
        answers = pressed(lab, presses, warm_up)
        held = {contender: dragged(lab, contender, drags) for contender in (EXPLORER, ECHO)}
        lab.check()
        # Each opens a notebook of its own, so these come last.
        duels = {duel: summaries(duel.measured(lab, presses, warm_up)) for duel in DUELS}
        watched = trainer.measured(lab, 3 if asked.quick else 11)
        typed = keys.measured(lab, 3 if asked.quick else 21)
        chromium = lab.browser.version
    seen = {
        contender: summary([answer.seen for answer in answers[contender.name]])
        for contender in CONTENDERS
    }
    changed = {
        contender: summary([answer.changed for answer in answers[contender.name]])
        for contender in CONTENDERS
    }
    bars = report.bars(seen, held[EXPLORER], grown)
    bars += [bar for duel, found in duels.items() for bar in duel.bars(found)]
    bars += [*trainer.bars(watched), *keys.bars(typed)]
    bars += [bar for contest, found in contests.items() for bar in contest.bars(found)]
    told = "\n\n".join(
        [
            report.machine(versions(chromium), cores()),
            report.presses(seen, changed),
            report.drags(held),
            *(duel.told(found) for duel, found in duels.items()),
            trainer.told(watched),
            keys.told(typed),
            report.python(python),
            report.growths(grown),
            *(contest.told(found) for contest, found in contests.items()),
            report.verdicts(bars),
        ]
    )
    print(told)
    if asked.out:
        asked.out.write_text(told + "\n", encoding="utf-8")
        scaling.draw(contests[scaling], asked.out.with_suffix(".png"))
    return status(bars, asked.no_bars)


def status(bars: list[Bar], no_bars: bool) -> int:
    """What the command ends with: 1 when a bar is missed and bars count."""
    return int(not no_bars and any(not bar.met for bar in bars))


def versions(chromium: str) -> dict[str, str]:
    return {
        "Python": platform.python_version(),
        "Chromium": chromium,
        **{name: version(name) for name in PACKAGES},
    }


def cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
