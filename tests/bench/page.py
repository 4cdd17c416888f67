"""Press keys and drag in the real page, and bring back what the page measured."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.contenders import CONTENDERS, SLIDER, Contender, cell_of, sources
from tests.browser.lab import Lab, started_lab

#: The window of a laptop; each contender fits into it.
WIDTH, HEIGHT = 1400, 1000
#: How long the page must be still before a key is pressed.
QUIET_MS = 150
#: Two pictures on show and in the kernel are of the same value when they differ by less.
SAME = 1e-9
#: The slider goes this many marks one way, then back.
STRIDE = 8

MOVES = 60
FRAME = 0.016
#: Pixels between two moves: more than one mark of the slider, so that each move is a change.
PIXELS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """One key press, in ms: until the page's tree had changed, and until it could be seen."""

    changed: float
    seen: float


@dataclass(frozen=True, slots=True)
class Drag:
    """One held drag: ms from the last move until its value was seen, and who agreed afterwards."""

    delay: float
    pictures: int
    agreed: bool


@contextmanager
def open_bench() -> Iterator[Lab]:
    """The notebook of the benchmark, run, with the page's clock in place."""
    with started_lab() as lab:
        lab.open(lab.write("bench.ipynb", *sources()), width=WIDTH, height=HEIGHT).run_all()
        lab.page.evaluate(Path(__file__).with_name("page.js").read_text(encoding="utf-8"))
        for contender in CONTENDERS:
            lab.page.evaluate(
                "given => window.bench.adopt(...given)",
                [contender.name, cell_of(contender), contender.reads, SLIDER],
            )
        yield lab


def pressed(lab: Lab, presses: int, warm_up: int) -> dict[str, list[Answer]]:
    """Press a key on each contender's slider in turn, until each has had its presses."""
    answers: dict[str, list[Answer]] = {contender.name: [] for contender in CONTENDERS}
    for turn in range(warm_up + presses):
        key = "ArrowRight" if turn % (2 * STRIDE) < STRIDE else "ArrowLeft"
        for contender in CONTENDERS:
            answer = _press(lab, contender, key)
            if turn >= warm_up:
                answers[contender.name].append(answer)
    for contender in CONTENDERS:
        if not _agreed(lab, contender):
            raise AssertionError(f"{contender.told}: page, kernel and slider differ at the end")
    return answers


def _press(lab: Lab, contender: Contender, key: str) -> Answer:
    lab.page.evaluate("name => window.bench.focus(name)", contender.name)
    lab.settle(QUIET_MS)
    lab.page.evaluate("name => window.bench.arm(name)", contender.name)
    lab.page.keyboard.press(key)
    measured = lab.page.evaluate("() => window.bench.pressed()")
    return Answer(measured["changed"], measured["seen"])


def dragged(lab: Lab, contender: Contender, times: int) -> list[Drag]:
    """Hold the handle and sweep it to and fro, so many times; the last move is always a change."""
    return [_drag(lab, contender, ahead=turn % 2 == 0) for turn in range(times)]


def _drag(lab: Lab, contender: Contender, *, ahead: bool) -> Drag:
    lab.page.evaluate("name => window.bench.focus(name)", contender.name)
    lab.settle(QUIET_MS)
    area = lab.output_areas.nth(cell_of(contender))
    handle = area.locator(f'.widget-slider:has(> label:text-is("{SLIDER}")) .noUi-handle')
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = lab.page.mouse
    mouse.move(x, y)
    mouse.down()
    lab.page.evaluate("name => window.bench.watchDrag(name)", contender.name)
    began = time.perf_counter()
    for move in range(1, MOVES + 1):
        mouse.move(x + PIXELS * _sweep(move, ahead), y)
        time.sleep(max(0.0, began + move * FRAME - time.perf_counter()))
    lab.settle(QUIET_MS)
    held = _agreed(lab, contender)  # with the button still down
    measured = lab.page.evaluate("() => window.bench.endDrag()")
    mouse.up()
    lab.settle(QUIET_MS)
    # A page that never came to show the slider's value has no delay: it is late beyond any bar.
    delay = math.inf if measured["delay"] is None else measured["delay"]
    if delay < 0:
        raise AssertionError("the last move changed nothing, so there was nothing to wait for")
    return Drag(delay, measured["pictures"], held and _agreed(lab, contender))


def _sweep(move: int, ahead: bool) -> int:
    """To one side, across to the other, and back to a place a little off the start."""
    quarter = MOVES // 4
    if move <= quarter:
        place = move
    elif move <= 3 * quarter:
        place = 2 * quarter - move
    else:
        place = move - 4 * quarter
    # The last move leaps, so that it changes the value whatever the slider's marks are.
    if move == MOVES:
        place += 2
    return place if ahead else -place


def _agreed(lab: Lab, contender: Contender) -> bool:
    """Whether the page, the kernel and the slider hold the same value."""
    state = lab.page.evaluate("name => window.bench.state(name)", contender.name)
    kernel = float(lab.kernel(f"print({contender.value})"))
    shown = kernel if state["shown"] is None else state["shown"]
    return abs(kernel - state["slider"]) < SAME and abs(shown - kernel) < SAME
