"""Run the trials of one step on a learner's class, and find the sentence for what came out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from lessons.maths import text
from lessons.maths.scalar.value import ordered
from lessons.practice import limits
from lessons.practice.engine_trials import Ask, Step, Trial
from lessons.practice.limits import TooLong, limited

#: How often the inputs of one value may be looked at, on average, before a walk is stopped.
_LOOKS = 20
_FILE = "<trial>"
_BLANK = "There is still a blank in it: fill in the `...`."
_COMMA = "One local derivative is a tuple too: write `(slope,)`, with a comma behind it."
_RUN_IT = "Run these lines in a cell of your own, and compare."
_FORWARD_STEPS = ("hold", "add", "mul", "mixed", "functions")
_TWICE = (
    "The walk goes along every edge again and again, and 16 additions make 65,536 paths. Remember "
    "which values you have seen."
)
_TOO_DEEP = (
    "Your function calls itself, and Python stops after some thousand calls within calls. Keep a "
    "list of what is still to do, and go through it with a loop."
)
_FOREVER = (
    "A loop in it does not come to an end. What has to change in each round, so that the loop "
    "stops? A list that grows while it is walked through is never done."
)
_ENDLESS = "Your function calls itself without end. Compute with the numbers, as in `self.value`."
_OPERATORS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "** or pow()": "pow",
    "unary -": "neg",
}
_METHODS = ("relu", "tanh", "exp", "log", "order", "backward", "reset")


@dataclass(frozen=True, slots=True)
class Row:
    """A trial that is right: what was tried, and the numbers that came out."""

    title: str
    yours: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A trial that is not: its code, what came out of it, and what is to be said to that."""

    code: str
    told: str
    hint: str


class _TooManyLooks(Exception):
    """A walk that goes along every edge of a graph, and so never comes to an end."""


class _Uneven(Exception):
    """A value whose inputs and partials are not one for one."""


class _NoTuple(_Uneven):
    """A value whose one local derivative is no tuple."""


def tried(
    step: Step, Value: type, function: Callable[..., Any] | None
) -> tuple[tuple[Row, ...], Failure | None]:
    """The trials that are right, and the first that is not."""
    rows: list[Row] = []
    for trial in step.trials:
        names: dict[str, Any] = {"Value": Value, "__name__": "trial"}
        if step.function:
            names[step.function] = function
        try:
            with limited():
                exec(compile(trial.code, _FILE, "exec"), names)
            if trial.watched:
                _watch(names[trial.watched])
        except (Exception, TooLong) as error:
            return tuple(rows), _stopped(step, Value, trial, trial.code, error)
        said = []
        for ask in trial.asks:
            try:
                with limited():
                    found = _found(ask, names)
            except (Exception, TooLong) as error:
                return tuple(rows), _stopped(step, Value, trial, ask.what, error)
            if not same(found, ask.answer):
                return tuple(rows), _different(trial, ask, found)
            said.append(f"{ask.what} = {shown(found)}")
        rows.append(Row(trial.title, "; ".join(said)))
    return tuple(rows), None


# -- what came out ----------------------------------------------------------------------------


def _found(ask: Ask, names: Mapping[str, Any]) -> Any:
    """What a learner's class answers; values are called by their names."""
    derivative = re.fullmatch(r"d(\w+)_d(\w+)", ask.what)
    if derivative and not ask.how:
        return _by_partials(names[derivative[1]], names[derivative[2]])
    found = eval(ask.how or ask.what, dict(names))
    if not isinstance(ask.answer, str):
        return tuple(found) if isinstance(found, list) else found
    called = {id(value): name for name, value in reversed(list(names.items())) if len(name) == 1}
    return " ".join(called.get(id(one), shown(one)) for one in found) or "nothing"


def _by_partials(output: Any, by: Any) -> float:
    """The derivative that follows from the inputs and partials which a learner's class kept."""
    slopes = {id(output): 1.0}
    for value in reversed(ordered(output)):
        inputs, partials = getattr(value, "inputs", ()), getattr(value, "partials", ())
        if _is_number(partials):
            raise _NoTuple(f"a plain number for its partials, {shown(partials)}")
        if len(inputs) != len(partials):
            raise _Uneven(f"{len(inputs)} inputs and {len(partials)} partials")
        for one, local in zip(inputs, partials, strict=True):
            slopes[id(one)] = slopes.get(id(one), 0.0) + slopes[id(value)] * local
    return slopes.get(id(by), 0.0)


def same(found: Any, answer: Any) -> bool:
    """Whether two answers are the same, as numbers up to rounding."""
    if isinstance(answer, tuple):
        return (
            isinstance(found, tuple)
            and len(found) == len(answer)
            and all(same(one, other) for one, other in zip(found, answer, strict=True))
        )
    if isinstance(answer, (int, float)):
        return _is_number(found) and math.isclose(found, answer, rel_tol=1e-6, abs_tol=1e-9)
    return type(found) is type(answer) and bool(found == answer)


def _is_number(found: Any) -> bool:
    """Whatever a float can be made of, NumPy's numbers and a gate that is True or False as well.

    No text, and no learner's class.
    """
    return not isinstance(found, str) and hasattr(found, "__float__")


def shown(found: Any) -> str:
    """An answer as it stands in the table and in a sentence."""
    if isinstance(found, tuple):
        inside = ", ".join(shown(one) for one in found)
        return f"({inside})" if len(found) > 1 else inside or "nothing"
    if isinstance(found, int) and not isinstance(found, bool):
        return f"{found:,}".replace("-", text.MINUS)
    if _is_number(found):
        return text.number(float(found))
    if isinstance(found, str) or found is None:
        return str(found)
    # Not its own repr, which may hold an address, or fail as the rest of the class does.
    return "..." if found is ... else f"a {type(found).__name__}"


def _different(trial: Trial, ask: Ask, found: Any) -> Failure:
    told = f"`{ask.what}` is {shown(found)}, and {shown(ask.answer)} is right."
    parts = found if isinstance(found, tuple) else (found,)
    hint = next((hint for wrong, hint in ask.mistakes.items() if same(found, wrong)), "")
    if any(part is ... for part in parts):
        hint = _BLANK
    elif isinstance(ask.answer, tuple) and _is_number(found):
        told = f"`{ask.what}` is a plain number, {shown(found)}."
        hint = _COMMA
    elif not hint and isinstance(ask.answer, (float, tuple)) and _has_values(parts):
        hint = "That is a Value, where a number should be. Compute with `self.value`."
    return Failure(trial.code, told, hint or ask.question or _RUN_IT)


def _has_values(parts: tuple[Any, ...]) -> bool:
    return any(hasattr(part, "inputs") for part in parts)


# -- what was raised --------------------------------------------------------------------------


def _stopped(step: Step, Value: type, trial: Trial, doing: str, error: BaseException) -> Failure:
    where = _learners_line(error.__traceback__)
    if isinstance(error, TooLong):
        told = f"`{doing}` was stopped after a million lines{where}."
    elif isinstance(error, _TooManyLooks):
        told = f"`{doing}` was stopped."
    elif isinstance(error, _Uneven):
        told = f"A value has {error}."
    else:
        message = f"{type(error).__name__}: {str(error).rstrip('.')}"
        doing = doing if "\n" not in doing else "This"
        told = f"{f'`{doing}`' if doing != 'This' else doing} stopped with {message}{where}."
    return Failure(trial.code, told, _hint_for(step, Value, error, where) or _RUN_IT)


def _learners_line(trace: TracebackType | None) -> str:
    """Where in the learner's own code it happened, "" where it did not happen in theirs."""
    found = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename not in (_FILE, "<string>", __file__, limits.__file__):
            line = trace.tb_lineno - code.co_firstlineno + 1
            found = f", in `{code.co_name}`, line {line}"
        trace = trace.tb_next
    return found


def _hint_for(step: Step, Value: type, error: BaseException, where: str) -> str:
    message, called = str(error), Value.__name__
    match error:
        case TooLong():
            return _FOREVER
        case _TooManyLooks():
            return _TWICE
        case _NoTuple():
            return _COMMA
        case _Uneven():
            return "Each input has one local derivative, in the same order."
        case RecursionError():
            return _ENDLESS if step.name in _FORWARD_STEPS else _TOO_DEEP
        case _ if "ellipsis" in message:
            return _BLANK
        case TypeError():
            return _hint_for_type(step, message, called)
        case AttributeError():
            return _hint_for_attribute(message, called, where)
    return ""


def _hint_for_type(step: Step, message: str, called: str) -> str:
    if found := re.search(r"operand type(?:\(s\))? for (.+?): '(\w+)'(?: and '(\w+)')?", message):
        sign, left, right = found.groups()
        if "NoneType" in (left, right):
            return "One of the two is None. Does the function before it end in `return`?"
        word = _OPERATORS.get(sign.removesuffix("="))
        if word and left == called:
            return f"Python asks {called} for `__{word}__`, and does not find it. Attach it."
        if word and right == called:
            return (
                f"Python asks the plain number first, which does not know {called}. Then it asks "
                f"{called} for `__r{word}__`, with an r. Attach that too."
            )
    if found := re.search(r"object of type '(\w+)' has no len", message):
        if found[1] == "NoneType":
            return "Nothing came back. Does the function end in `return`?"
        return "Give back a list: `list(...)` makes one."
    if "unhashable" in message:
        return (
            "Values are told apart by which they are, not by their numbers. Leave `__eq__` out; a "
            "dataclass needs `@dataclass(eq=False)`."
        )
    if re.search(r"takes (?:.+ positional|no arguments)", message):
        if step.name == "backward":
            return "Let `backward` take an upstream gradient, with 1.0 where none is given."
        if step.function:
            return f"Those lines call `{step.function}`. Does yours take the same arguments?"
        return f"{called} takes a value, an op, its inputs and its partials, in this order."
    return ""


def _hint_for_attribute(message: str, called: str, where: str) -> str:
    found = re.search(r"'(\w+)' object has no attribute '(\w+)'", message)
    if not found:
        return ""
    kind, name = found.groups()
    if kind == "function":
        return "That is a function, and was not called. Are the brackets missing, as in `loss()`?"
    if kind == "NoneType":
        return "One of your functions gives nothing back. Does it end in `return`?"
    if kind in ("int", "float") and where:
        return "A plain number has arrived, and is used like a Value. Wrap it first."
    if kind in ("int", "float"):
        return "That is a plain number, which remembers nothing. Return a Value."
    if kind == called and name in _METHODS:
        return f"Attach it to the class: `{called}.{name} = {name}`."
    if kind == called:
        return f"A value needs `{name}`: set it in `__init__`."
    return ""


# -- a walk that is counted -------------------------------------------------------------------


class _Counted(tuple[Any, ...]):
    """Inputs that count how often they are looked at, for all values of a graph together."""

    left: list[int]

    def _look(self) -> None:
        self.left[0] -= 1
        if self.left[0] < 0:
            raise _TooManyLooks

    def __iter__(self) -> Any:
        self._look()
        return super().__iter__()

    def __getitem__(self, place: Any) -> Any:
        self._look()
        return super().__getitem__(place)


def _watch(output: Any) -> None:
    """Put counting inputs into a graph, where its class allows that."""
    values = ordered(output)
    left = [_LOOKS * len(values)]
    for value in values:
        counted = _Counted(value.inputs)
        counted.left = left
        try:
            object.__setattr__(value, "inputs", counted)
        except AttributeError:  # a property: then the walk is short enough to let it run
            return
