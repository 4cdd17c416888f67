"""From a tape to steps: additions of one line become one sum, and every step gets a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lessons.maths import text
from lessons.maths.functions import FUNCTIONS
from lessons.maths.recorder.source import UNKNOWN, Site
from lessons.maths.recorder.tape import Tape


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the forward pass.

    ``args`` holds what went in: the name of an earlier value, or a constant. ``inputs`` are the
    names among them, and ``partials`` the local derivative of ``value`` by each of these, in the
    same order. A sum has one sign (1 or -1) for each argument. ``line`` counts from the ``def``.
    """

    name: str
    op: str
    args: tuple[str | float, ...]
    signs: tuple[int, ...]
    value: float
    partials: tuple[float, ...]
    line: int | None

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(arg for arg in self.args if isinstance(arg, str))


class Named(NamedTuple):
    """The name of each index of a tape that has one, the inputs first, and the steps in order."""

    names: Mapping[int, str]
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Entry:
    """What stands at one place of a tape: an input, an operation, or a constant that is returned.

    An arg that is an int is the place of another entry, and a float is a constant. ``partials`` are
    the derivatives by the args.
    """

    op: str
    args: tuple[int | float, ...]
    signs: tuple[int, ...]
    partials: tuple[float, ...]
    value: float
    line: int | None
    site: Site
    label: str = ""  # the name of an input
    frame: int = 0  # tells two runs of the same `sum(...)` apart


def steps_of(tape: Tape, output: int, groups: Mapping[str, tuple[str, ...]]) -> Named:
    """The steps of a tape, with their names. ``output`` is the index of what was returned."""
    kept = _fused(list(_entries(tape, output)), output)
    names = _names(kept, output, tape.function, groups)
    steps = [
        Step(
            name=names[place],
            op=entry.op,
            args=tuple(names[a] if isinstance(a, int) else a for a in entry.args),
            signs=entry.signs,
            value=entry.value,
            partials=_partials(entry),
            line=entry.line,
        )
        for place, entry in kept.items()
        if entry.op != "input"
    ]
    return Named({place: names[place] for place in kept}, tuple(steps))


#: The functions of one number.
ONE_NUMBER = frozenset(name for name, row in FUNCTIONS.items() if len(row.slopes) == 1)


def _partials(entry: Entry) -> tuple[float, ...]:
    slopes = map(float, entry.signs) if entry.op == "sum" else entry.partials
    # A constant that is returned is an arg without a slope.
    pairs = zip(entry.args, slopes, strict=entry.op != "constant")
    return tuple(slope for arg, slope in pairs if isinstance(arg, int))


def _entries(tape: Tape, output: int) -> Iterator[Entry | None]:
    """Place by place; None for a constant that an operation met, which stands in its args."""
    operations, values = tape.operations, tape.values
    inputs = len(tape.labels)
    for label, value in zip(tape.labels, values, strict=False):
        yield Entry("input", (), (), (), value, None, UNKNOWN, label)
    for place, (op, a, b, dy_da, dy_db, where, frame) in enumerate(operations, inputs):
        value = values[place]
        if op == "constant":
            returned = Entry("constant", (value,), (), (), value, None, UNKNOWN)
            yield returned if place == output else None
            continue
        args = tuple(
            values[p] if p >= inputs and operations[p - inputs][0] == "constant" else p
            for p in ((a,) if op in ONE_NUMBER else (a, b))
        )
        signs = {"add": (1, 1), "sub": (1, -1)}.get(op, ())
        yield Entry(
            "sum" if signs else op,
            args,
            signs,
            (dy_da, dy_db)[: len(args)],
            value,
            where.line,
            where.site,
            frame=frame,
        )


def _fused(entries: list[Entry | None], output: int) -> dict[int, Entry]:
    """The entries that become steps: the additions of one expression are one sum.

    An addition is drawn into the sum around it when the source says that it is a part of it, and
    nothing else uses it. Linear in the number of entries, also for a sum of 100,000 terms.
    """
    uses = [0] * len(entries)
    for each in filter(None, entries):
        for arg in each.args:
            if isinstance(arg, int):
                uses[arg] += 1
    uses[output] += 1
    kept: dict[int, Entry] = {}
    terms: dict[int, tuple[list[int | float], list[int]]] = {}
    for place, entry in enumerate(entries):
        if entry is None:
            continue
        kept[place] = entry
        if entry.op != "sum":
            continue
        args: list[int | float] = []
        signs: list[int] = []
        for i, (arg, sign) in enumerate(zip(entry.args, entry.signs, strict=True)):
            if isinstance(arg, int) and uses[arg] == 1 and _is_part(entries[arg], entry, i):
                inner_args, inner_signs = terms.pop(arg)
                kept.pop(arg)
                inner_signs = inner_signs if sign == 1 else [-s for s in inner_signs]
                # The left part is taken over, not copied: this keeps a long sum linear.
                args, signs = (inner_args, inner_signs) if i == 0 else (args, signs)
                if i == 1:
                    args.extend(inner_args)
                    signs.extend(inner_signs)
            elif entry.site.sum_call and i == 0 and isinstance(arg, float) and arg == 0:
                pass  # the 0 that the built-in sum starts from
            else:
                args.append(arg)
                signs.append(sign)
        terms[place] = args, signs
    for place, (args, signs) in terms.items():
        entry = kept[place]
        entry.args, entry.signs = tuple(args), tuple(signs)
    return kept


def _is_part(inner: Entry | None, outer: Entry, argument: int) -> bool:
    if inner is None or inner.op != "sum":
        return False
    if inner.site.inner_sum:
        return inner.frame == outer.frame
    same_call = inner.site.sum_call and outer.site == inner.site
    return same_call and argument == 0 and inner.frame == outer.frame


def _names(
    kept: Mapping[int, Entry], output: int, function: str, groups: Mapping[str, tuple[str, ...]]
) -> dict[int, str]:
    """A unique name for every kept entry, from the learner's own assignments where there is one.

    The names of lists stay free: ``g["w"]`` is the list of derivatives, whatever the function does.
    """
    names = {p: e.label for p, e in kept.items() if e.op == "input"}
    taken = {*names.values(), *groups}
    counts: dict[tuple[str, bool], int] = {}

    def unique(base: str, item: bool = False) -> str:
        """``total, total_2, total_3`` for a name assigned again; ``h0, h1`` for entries."""
        number = counts.get((base, item), 0 if item else 1)
        name = base if number == 1 and not item else f"{base}{'' if item else '_'}{number}"
        while name in taken:
            number += 1
            name = f"{base}{'' if item else '_'}{number}"
        counts[base, item] = number + 1
        taken.add(name)
        return name

    function = function if function.isidentifier() else "y"
    for place, entry in kept.items():
        if entry.op == "input":
            continue
        if entry.site.target:
            names[place] = unique(entry.site.target, entry.site.item)
        elif place == output:
            names[place] = unique(function)
        else:
            names[place] = _unnamed(entry, names, taken) or unique("v", item=True)
    return names


def _unnamed(entry: Entry, names: Mapping[int, str], taken: set[str]) -> str:
    """A short expression such as ``x0*w0`` serves as the name of a step that was given none."""
    args = [names[a] if isinstance(a, int) else text.short(a, ascii=True) for a in entry.args]
    name = ""
    if all(a.isidentifier() or a.isdigit() for a in args):
        if entry.op == "mul":
            name = "*".join(args)
        elif entry.op in FUNCTIONS and len(args) == 1 and entry.op not in ("neg", "abs"):
            name = f"{entry.op}({args[0]})"
    if not name or len(name) > 10 or name in taken:
        return ""
    taken.add(name)
    return name


def expression(step: Step) -> str:
    """What a step computes, as the learner could have written it: ``xw0 + xw1 + b``."""
    words = [a if isinstance(a, str) else text.short(a, ascii=True) for a in step.args]
    match step.op:
        case "sum":
            parts = [
                (word if sign == 1 else f"-{word}")
                if i == 0
                else f"{'+' if sign == 1 else '-'} {f'({word})' if word.startswith('-') else word}"
                for i, (word, sign) in enumerate(zip(words, step.signs, strict=True))
            ]
            return " ".join(parts)
        case "mul" | "div" | "pow":
            sign = {"mul": "*", "div": "/", "pow": "**"}[step.op]
            return f" {sign} ".join(w if _is_atom(w) else f"({w})" for w in words)
        case "neg":
            return f"-{words[0]}"
        case "constant":
            return words[0]
    return f"{step.op}({', '.join(words)})"


def _is_atom(word: str) -> bool:
    return word.isidentifier() or word.replace(".", "", 1).isdigit()
