"""The words and tables beside the picture of a race."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import escape

from lessons.maths import text
from lessons.maths.surfaces.race import Lane, Race
from lessons.panels.kit.prose import backward, forward, forward_number, listed
from lessons.panels.race.style import Style, shown_name, swatch
from lessons.panels.surface.picture import FLAT

LIMITS = (
    "What this picture leaves out: there are only two numbers here, and every step has the full "
    "gradient, without the noise of mini-batches. Who is ahead here need not be ahead in a network."
)


def status(lane: Lane, at: int) -> str:
    """What is known of a lane after ``at`` steps: stopped, dead, at a minimum, still going, ..."""
    if lane.stopped_at is not None:
        return "stopped" if at >= lane.stopped_at else "still going"
    resting = lane.rests_from is not None and at >= lane.rests_from
    return lane.outcome if resting else "still going"


def place(lane: Lane, at: int) -> tuple[float, float]:
    """Where a lane is after ``at`` steps; where it was stopped, if that was before."""
    one, two = lane.path[min(at, lane.steps)]
    return float(one), float(two)


def loss(lane: Lane, at: int) -> float:
    """The loss of a lane after ``at`` steps; the last one that it has, if it was stopped before."""
    return float(lane.losses[min(at, lane.steps)])


def standing(race: Race, at: int) -> list[tuple[int, Lane]]:
    """The lanes with their ranks, the lowest loss first and stopped ones last; equals share one."""
    keys = [(status(lane, at) == "stopped", loss(lane, at)) for lane in race.lanes]
    order = sorted(range(len(keys)), key=lambda i: keys[i])
    return [(1 + sum(key < keys[i] for key in keys), race.lanes[i]) for i in order]


def sentence(race: Race, at: int) -> str:
    """Who is lowest, who is next, and whom it has cost the race, as HTML."""
    one, two = (escape(name) for name in race.landscape.along)
    output = escape(race.landscape.cut.output)
    if at == 0:
        start = f"{one} = {text.number(race.start[0])} and {two} = {text.number(race.start[1])}"
        loss_there = text.number(float(race.lanes[0].losses[0]))
        return (
            f"{_names(race.lanes, capital=True)} {_start(race)} at {start}, where {output} is "
            f"{forward(loss_there)}."
        )
    ranks = [(rank, lane) for rank, lane in standing(race, at) if status(lane, at) != "stopped"]
    after = f"After {at} of {_steps(race.steps)}"
    if at == race.steps > 1:
        after = f"After all {_steps(at)}"
    parts = []
    if ranks:
        first = [lane for rank, lane in ranks if rank == 1]
        rest = [lane for rank, lane in ranks if rank > 1]
        is_lowest = "is lowest" if len(first) == 1 else "are lowest"
        lowest = f"{_names(first)} {is_lowest}, with {output} = {_loss(first[0], at)}"
        if rest:
            lowest += f", then {_names(rest[:1])} with {_loss(rest[0], at)}"
        parts.append(f"{after} {lowest}.")
    dead = [lane for lane in race.lanes if status(lane, at) == "dead"]
    stopped = [lane for lane in race.lanes if status(lane, at) == "stopped"]
    if dead:
        is_dead = "is dead" if len(dead) == 1 else "are dead"
        parts.append(f"{_since(dead)} {is_dead}: the gradient there is {backward('0')}.")
    parts += [f"{_names([lane], capital=True)} {_stopped(lane)}." for lane in stopped]
    told = " ".join(parts)
    return told if ranks else f"{after} nobody is left. {told}"


def table_rows(race: Race, at: int, marks: Mapping[str, Style]) -> str:
    """The standing as an HTML table; ``marks`` is the style of every lane."""
    one, two = (escape(name) for name in race.landscape.along)
    output = escape(race.landscape.cut.output)
    titles = ("", "optimizer", "lr", "step", one, two, output, "what has become of it")
    head = "".join(f'<th scope="col">{title}</th>' for title in titles[1:])
    rows = []
    for rank, lane in standing(race, at):
        numbers = (*place(lane, at), loss(lane, at))
        cells = "".join(f"<td>{text.number(number)}</td>" for number in numbers)
        rows.append(
            f"<tr><td>{rank}</td>"
            f'<th scope="row">{swatch(marks[lane.name])}{escape(shown_name(lane.name))}</th>'
            f"<td>{rate(lane)}</td><td>{min(at, lane.steps)}</td>{cells}"
            f"<td>{escape(outcome(lane, at))}</td></tr>"
        )
    return (
        f'<table class="bp-standing"><thead><tr><th scope="col">rank</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def outcome(lane: Lane, at: int) -> str:
    """What has become of a lane, with the step since when."""
    told = status(lane, at)
    if told == "stopped":
        return f"stopped at {lane.stopped}"
    return told if told == "still going" else f"{told} since step {lane.rests_from}"


def rate(lane: Lane, *, ascii: bool = False) -> str:
    """The learning rate of a lane."""
    lr = lane.optimizer.lr
    return "a schedule" if callable(lr) else text.short(lr, ascii=ascii)


def table(race: Race, at: int) -> str:
    """The standing as aligned text."""
    one, two = race.landscape.along
    header = ["rank", "optimizer", "lr", "step", one, two, race.landscape.cut.output, "outcome"]
    rows = []
    for rank, lane in standing(race, at):
        numbers = (*place(lane, at), loss(lane, at))
        rows.append(
            [
                str(rank),
                shown_name(lane.name),
                rate(lane, ascii=True),
                str(min(at, lane.steps)),
                *(text.number(number, ascii=True) for number in numbers),
                outcome(lane, at),
            ]
        )
    start = ", ".join(text.short(value, ascii=True) for value in race.start)
    title = f"{race.landscape.name} from ({start}), after {at} of {_steps(race.steps)}"
    return f"{title}\n{text.table(header, rows, lean='><>>>>><')}"


def legend(race: Race, flat: bool) -> str:
    """What the marks of the picture mean, and what it leaves out, as HTML."""
    marks = ["Ring: the start; drag it, or click a place."]
    if race.landscape.minima:
        marks.append("Cross: a minimum.")
    marks.append("Dots: the steps. Hollow marker: outside the picture.")
    if flat:
        marks.append(f"Hatched: {FLAT}.")
    return f'<p class="bp-muted">{escape(" ".join(marks))}<br>{escape(LIMITS)}</p>'


def alt(race: Race, at: int, log: bool) -> str:
    """The picture in words."""
    output, (one, two) = race.landscape.cut.output, race.landscape.along
    ends = [f"{text.short(a)} to {text.short(b)}" for a, b in race.landscape.ranges]
    axis = "a logarithmic axis" if log else "an axis"
    lanes = "; ".join(
        f"{shown_name(lane.name)} at ({', '.join(text.number(v) for v in place(lane, at))}) with "
        f"{output} = {text.number(loss(lane, at))}, {outcome(lane, at)}"
        for _, lane in standing(race, at)
    )
    return (
        f"Left, contours of {output} for {one} from {ends[0]} and {two} from {ends[1]}, with a "
        f"path for each optimizer from ({text.number(race.start[0])}, "
        f"{text.number(race.start[1])}); right, {output} over {_steps(race.steps)} on {axis}. "
        f"After {_steps(at)}: {lanes}."
    )


def _start(race: Race) -> str:
    return "starts" if len(race.lanes) == 1 else "start"


def _steps(number: int) -> str:
    return "1 step" if number == 1 else f"{number} steps"


def _loss(lane: Lane, at: int) -> str:
    return forward_number(loss(lane, at))


def _since(lanes: Sequence[Lane]) -> str:
    """``Momentum (since step 2) and Nesterov (since step 3)``."""
    named = [f"{escape(shown_name(lane.name))} (since step {lane.rests_from})" for lane in lanes]
    return _capital(listed(named))


def _stopped(lane: Lane) -> str:
    return f"was stopped at {escape(lane.stopped)}"


def _names(lanes: Sequence[Lane], *, capital: bool = False) -> str:
    named = listed([escape(shown_name(lane.name)) for lane in lanes])
    return _capital(named) if capital else named


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
