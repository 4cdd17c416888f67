"""``record``: run a scalar function once, and keep every step of it as frozen, plain data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lessons.maths import inputs, text
from lessons.maths.functions import FUNCTIONS, Plain
from lessons.maths.source import UNKNOWN, Listing, code_of, listing_of
from lessons.maths.tape import Entry, Number, Numbers, Tape

if TYPE_CHECKING:
    from lessons.maths.backward import Gradient


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the forward pass.

    ``args`` holds what went in: the name of an earlier value, or a constant. ``inputs`` are the
    names among them, and ``locals`` the local derivative of ``value`` by each of these, in the
    same order. A sum has one sign (1 or -1) for each argument. ``line`` counts from the ``def``.
    """

    name: str
    op: str
    args: tuple[str | float, ...]
    signs: tuple[int, ...]
    value: float
    locals: tuple[float, ...]
    line: int | None

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(arg for arg in self.args if isinstance(arg, str))


@dataclass(frozen=True)
class Record:
    """One run of a function: its inputs, its steps in order, its output, and its source.

    ``values`` maps every name to its number; ``groups`` each argument to the names of its entries
    (``x=[1, 2]`` is ``{"x": ("x0", "x1")}``). ``str(record)`` is the table of the forward pass.
    """

    function: str
    groups: Mapping[str, tuple[str, ...]]
    inputs: Mapping[str, float]
    steps: tuple[Step, ...]
    output: str
    values: Mapping[str, float] = field(repr=False)
    listing: Listing | None = field(repr=False)

    @property
    def value(self) -> float:
        """The number that the function returned."""
        return self.values[self.output]

    @property
    def source(self) -> tuple[str, ...]:
        """The lines of the function, dedented; empty where the source is not to be had."""
        return self.listing.lines if self.listing else ()

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        return MappingProxyType({step.name: step for step in self.steps})

    def __getitem__(self, name: str) -> float | list[float]:
        """The value of a name, or the list of values that an argument was given."""
        if name in self.values:
            return self.values[name]
        if name in self.groups:
            return [self.values[entry] for entry in self.groups[name]]
        raise KeyError(f"{name} is not a value of {self.function}; there are {listed(self.values)}")

    def backward(self, upstream: float = 1.0, stop: int | None = None) -> Gradient:
        """Backpropagate from the output: the total derivative for every name.

        ``upstream`` is the derivative of whatever comes after with respect to the output.
        ``stop`` ends the pass after that many backward steps (``None``: all of them).
        """
        from lessons.maths.backward import backward

        return backward(self, upstream, stop)

    def table(self) -> str:
        """The forward pass as an aligned text table."""
        rows = [[name, "", text.number(value, ascii=True)] for name, value in self.inputs.items()]
        for step in self.steps:
            rows.append([step.name, expression(step), text.number(step.value, ascii=True)])
        return text.table(["value", "computed as", "number"], rows, lean="<<>")

    def __str__(self) -> str:
        return self.table()


def record(function: Callable[..., Any], /, **values: Any) -> Record:
    """Run ``function`` on ``values`` and keep every step.

    Each value is a number or a list of numbers (a NumPy array of one dimension counts as a list).
    Inside the function, + - * / **, comparisons and the functions of the course are recorded; the
    names of the steps come from the function's own assignments. Bad input raises ``TypeError``,
    ``ValueError`` or ``OverflowError`` with the step and the fix, and leaves nothing behind.

    >>> from lessons import record
    >>> def double(x):
    ...     y = 2 * x
    ...     return y
    >>> record(double, x=3.0).value
    6.0
    """
    given = inputs.checked(function, values)
    groups = inputs.flat_names(given)
    code = code_of(function)
    tape = Tape(inputs.name_of(function), code, listing_of(code) if code else None)
    arguments = {
        name: Numbers(
            name, [tape.add_input(n, v) for n, v in zip(groups[name], value, strict=True)]
        )
        if isinstance(value, list)
        else tape.add_input(name, value)
        for name, value in given.items()
    }
    try:
        result = function(**arguments)
    except IndexError as error:
        sizes = ", ".join(f"{n} has {len(v)}" for n, v in given.items() if isinstance(v, list))
        if not sizes:
            raise
        raise ValueError(
            f"{tape.step_words(_line_of(error, tape.listing), UNKNOWN)}: it asks for an entry that "
            f"is not there ({error}): {sizes}; make the lists as long as the function needs"
        ) from error
    output = _output(tape, result)
    kept = _fused(tape, output)
    names = _names(tape, output, kept, groups)
    _refuse_unequal_lists(tape, given, groups, kept)
    return _finished(tape, groups, kept, names, output)


def _line_of(error: BaseException, listing: Listing | None) -> int | None:
    """The line of the listing that an error comes from."""
    found, step = None, error.__traceback__
    while listing and step is not None:
        inside = step.tb_frame.f_code.co_filename == listing.filename
        if inside and listing.first <= step.tb_lineno <= listing.last:
            found = step.tb_lineno - listing.first + 1
        step = step.tb_next
    return found


def _output(tape: Tape, result: Any) -> int:
    """The place of what the function returned; a plain number is written down as a constant."""
    if isinstance(result, Number):
        if result._tape is not tape:
            raise ValueError(f"{tape.function} returns a number that belongs to another recording")
        return result._place
    if isinstance(result, (int, float)) and not isinstance(result, bool):
        if not math.isfinite(result):
            raise ValueError(f"{tape.function} returned {result}, which is not finite")
        tape.entries.append(Entry("constant", (float(result),), (), float(result), None, UNKNOWN))
        return len(tape.entries) - 1
    if result is None:
        raise ValueError(f"{tape.function} returned nothing; end it with `return y`")
    what = "a list" if isinstance(result, (list, tuple)) else repr(result)
    raise ValueError(f"{tape.function} returned {what}; it must return one number")


def _fused(tape: Tape, output: int) -> dict[int, Entry]:
    """The entries that become steps: the additions of one expression are one sum.

    An addition is drawn into the sum around it when the source says that it is a part of it, and
    nothing else uses it. Linear in the number of entries, also for a sum of 100,000 terms.
    """
    entries = tape.entries
    uses = [0] * len(entries)
    for entry in entries:
        for arg in entry.args:
            if isinstance(arg, int):
                uses[arg] += 1
    uses[output] += 1
    kept: dict[int, Entry] = {}
    terms: dict[int, tuple[list[int | float], list[int]]] = {}
    for place, entry in enumerate(entries):
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
        kept[place] = Entry(
            "sum", tuple(args), tuple(signs), entry.value, entry.line, entry.site, entry.label
        )
    return kept


def _is_part(inner: Entry, outer: Entry, argument: int) -> bool:
    if inner.op != "sum":
        return False
    if inner.site.inner_sum:
        return inner.frame == outer.frame
    same_call = inner.site.sum_call and outer.site == inner.site
    return same_call and argument == 0 and inner.frame == outer.frame


def _names(
    tape: Tape, output: int, kept: Mapping[int, Entry], groups: Mapping[str, tuple[str, ...]]
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

    function = tape.function if tape.function.isidentifier() else "y"
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


def _refuse_unequal_lists(
    tape: Tape,
    given: Mapping[str, float | list[float]],
    groups: Mapping[str, tuple[str, ...]],
    kept: Mapping[int, Entry],
) -> None:
    """``zip`` stops at the shorter list without a word; the entries left over give it away."""
    sizes = {name: len(value) for name, value in given.items() if isinstance(value, list)}
    if len(set(sizes.values())) < 2:
        return
    used = {
        tape.entries[arg].label for e in kept.values() for arg in e.args if isinstance(arg, int)
    }
    for name, size in sizes.items():
        left = tuple(entry for entry in groups[name] if entry not in used)
        other = next((n for n, s in sizes.items() if s < size and left == groups[name][s:]), "")
        if other:
            its, verb = sizes[other], "is" if len(left) == 1 else "are"
            raise ValueError(
                f"{name} has {size} {'entry' if size == 1 else 'entries'} and {other} has {its}; "
                f"{' and '.join(left)} {verb} never used: give both lists the same length"
            )


def _finished(
    tape: Tape,
    groups: dict[str, tuple[str, ...]],
    kept: Mapping[int, Entry],
    names: Mapping[int, str],
    output: int,
) -> Record:
    entries, steps = tape.entries, []
    for place, entry in kept.items():
        if entry.op == "input":
            continue
        steps.append(
            Step(
                name=names[place],
                op=entry.op,
                args=tuple(names[a] if isinstance(a, int) else a for a in entry.args),
                signs=entry.signs,
                value=entry.value,
                locals=_local_derivatives(tape, entry),
                line=entry.line,
            )
        )
    values = {names[place]: entries[place].value for place in kept}
    return Record(
        function=tape.function,
        groups=MappingProxyType(groups),
        inputs=MappingProxyType({e.label: e.value for e in entries if e.op == "input"}),
        steps=tuple(steps),
        output=names[output],
        values=MappingProxyType(values),
        listing=tape.listing,
    )


def _local_derivatives(tape: Tape, entry: Entry) -> tuple[float, ...]:
    """The derivative of a step by each of its recorded inputs, the others held still."""
    if entry.op == "sum":
        pairs = zip(entry.args, entry.signs, strict=True)
        return tuple(float(sign) for arg, sign in pairs if isinstance(arg, int))
    if entry.op == "constant":
        return ()
    plain = [tape.entries[a].value if isinstance(a, int) else a for a in entry.args]
    slopes = FUNCTIONS[entry.op].slopes
    found = []
    for place, arg in enumerate(entry.args):
        if not isinstance(arg, int):
            continue
        try:
            local = float(slopes[place](Plain, *plain))
        except (OverflowError, ZeroDivisionError, ValueError):
            local = math.inf
        if not math.isfinite(local):
            raise ValueError(
                f"{tape.step_words(entry.line, entry.site)}: {FUNCTIONS[entry.op].word} has no "
                f"finite slope at {', '.join(text.number(p, ascii=True) for p in plain)}; "
                f"change its inputs"
            )
        found.append(local)
    return tuple(found)


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


def listed(names: Mapping[str, Any], most: int = 12) -> str:
    """The first names, for a message."""
    shown = list(names)[:most]
    return ", ".join(shown) + (" and more" if len(names) > most else "")
