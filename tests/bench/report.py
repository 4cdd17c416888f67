"""What the benchmark found, as aligned tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lessons.maths import text
from tests.bench.contenders import ECHO, EXPLORER, PYPLOT, SLIDER, Contender
from tests.bench.figures import Bar, Summary, summary
from tests.bench.growth import Growth
from tests.bench.page import MOVES, Drag

#: The promises. The times are in ms; growth compares the longest chain with the shortest.
TIMES_FASTER = 4.0
TIMES_ECHO = 1.5
DRAG_MS = 150.0
GROWTH = 2.0


def bars(
    seen: Mapping[Contender, Summary], held: Sequence[Drag], grown: Sequence[Growth]
) -> list[Bar]:
    """Each promise with what was measured."""
    explorer, usual, echo = (seen[c].median for c in (EXPLORER, PYPLOT, ECHO))
    short, long = grown[0], grown[-1]
    lengths = f"from {short.operations:,} to {long.operations:,} operations"
    return [
        Bar(
            "the explorer's median is faster than the usual way's",
            usual / explorer,
            TIMES_FASTER,
            " times",
            at_least=True,
        ),
        Bar("the explorer's median beside the bare echo's", explorer / echo, TIMES_ECHO, " times"),
        Bar(
            "the slowest held drag, from the last move to its value on screen",
            max(drag.delay for drag in held),
            DRAG_MS,
            " ms",
        ),
        Bar(
            "drags after which page, kernel and slider differ",
            float(sum(not drag.agreed for drag in held)),
            0.0,
            "",
        ),
        Bar(f"time for each operation, {lengths}", long.both_us / short.both_us, GROWTH, " times"),
        Bar(
            f"memory for each operation, {lengths}",
            long.peak_bytes / short.peak_bytes,
            GROWTH,
            " times",
        ),
    ]


def machine(versions: Mapping[str, str], cores: int) -> str:
    rows = [[name, number] for name, number in versions.items()]
    return _titled("Versions", text.table(["what", "version"], [*rows, ["cores", f"{cores}"]],
                                          lean="<<"))  # fmt: skip


def presses(seen: Mapping[Contender, Summary], changed: Mapping[Contender, Summary]) -> str:
    rows = [
        [
            contender.told,
            f"{changed[contender].median:.1f}",
            f"{found.median:.1f}",
            f"{found.p95:.1f}",
            f"{found.median / seen[ECHO].median:.2f}",
            f"{seen[PYPLOT].median / found.median:.2f}",
        ]
        for contender, found in seen.items()
    ]
    header = ["", "changed", "seen", "seen, p95", "to the echo", "faster than pyplot"]
    title = (
        f"Key press on the slider of {SLIDER}, in ms: until the page's tree had changed, and until "
        f"the frame\nwith the change was out. Medians of {seen[EXPLORER].count} presses each, "
        f"taken in turn."
    )
    return _titled(title, text.table(header, rows, lean="<>>>>>"))


def drags(held: Mapping[Contender, Sequence[Drag]]) -> str:
    rows = []
    for contender, found in held.items():
        delays = summary([drag.delay for drag in found])
        pictures = summary([drag.pictures for drag in found])
        lost = sum(not drag.agreed for drag in found)
        rows.append(
            [
                contender.told,
                f"{delays.median:.1f}",
                f"{delays.most:.1f}",
                f"{pictures.median:.0f}",
                f"{lost}",
            ]
        )
    header = ["", "seen", "seen, most", "values on the way", "updates lost"]
    title = (
        f"Held drag of the slider of {SLIDER}, {MOVES} moves in a second, "
        f"{len(held[EXPLORER])} times: ms from\nthe last move until its value was seen."
    )
    return _titled(title, text.table(header, rows, lean="<>>>>"))


def python(shares: Mapping[str, float]) -> str:
    rows = [
        [name, f"{ms:.3f}", f"{100 * ms / shares['whole']:.0f} %"]
        for name, ms in sorted(shares.items(), key=lambda item: item[1])
    ]
    title = "Of this in Python: one change of a value (panel.set), part by part."
    return _titled(title, text.table(["part", "ms", "share"], rows, lean="<>>"))


def growths(grown: Sequence[Growth]) -> str:
    rows = [
        [
            f"{g.operations:,}",
            f"{g.record_us:.2f}",
            f"{g.backward_us:.2f}",
            f"{g.both_us * g.operations / 1000:.1f}",
            f"{g.peak_bytes:.0f}",
        ]
        for g in grown
    ]
    header = ["operations", "record, µs", "backward, µs", "both in all, ms", "peak, bytes"]
    title = "A chain of operations, for each operation."
    return _titled(title, text.table(header, rows, lean=">>>>>"))


def verdicts(bars: Sequence[Bar]) -> str:
    missed = sum(not bar.met for bar in bars)
    last = "All bars are met." if not missed else f"{missed} of {len(bars)} bars are missed."
    return _titled("Bars", "\n".join([*(bar.words() for bar in bars), last]))


def _titled(title: str, body: str) -> str:
    return f"{title}\n\n{body}"
