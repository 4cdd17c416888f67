"""Four engines that look right, each with one classic mistake: to be run, and found out.

They are called A, B, C and D, and show nothing of what is wrong with them. Forward all four are the
same, and right. ``MISTAKES`` says which is which; it is there for the answers of a lesson.
"""

from __future__ import annotations

from types import MappingProxyType

from lessons.maths.scalar.value import Value


class _Overwrites(Value):
    """``=`` where ``+=`` belongs: of the paths that meet at a value, only the last counts."""

    def backward(self, upstream: float = 1.0) -> None:
        self.gradient = upstream
        for step in self.order():
            for one, local in zip(step.inputs, step.partials, strict=True):
                one.gradient = step.gradient * local


class _AlongEveryEdge(Value):
    """A call for every edge: what is used twice hands on twice, each time all that it has."""

    def backward(self, upstream: float = 1.0) -> None:
        self.gradient += upstream
        self._push()

    def _push(self) -> None:
        for one, local in zip(self.inputs, self.partials, strict=True):
            one.gradient += self.gradient * local
        for one in self.inputs:
            one._push()  # type: ignore[attr-defined]  # all values of a graph are of one class


class _ForgetsToReset(Value):
    """``reset`` clears the output alone: at the weights the second pass is added to the first."""

    def reset(self) -> None:
        self.gradient = 0.0


class _NearestFirst(Value):
    """The order goes by nearness to the output: a value hands on before all has arrived."""

    def order(self) -> list[Value]:
        return list(self.uses())


def _called(name: str, mistake: type[Value]) -> type[Value]:
    """An engine that does not give away its mistake by its name."""
    return type(
        name, (mistake,), {"__doc__": "An engine with one mistake.", "__module__": "engines"}
    )


#: What is wrong with each, in a few words.
MISTAKES = MappingProxyType(
    {
        "A": "the order: a value hands on before all has arrived",
        "B": "`=` in the place of `+=`",
        "C": "no reset",
        "D": "a call along every edge",
    }
)
_CLASSES = (_NearestFirst, _Overwrites, _ForgetsToReset, _AlongEveryEdge)

#: The engines by their letters: ``wrong_engines["A"]`` is a class like the learner's ``Value``.
wrong_engines = MappingProxyType(
    {name: _called(name, mistake) for name, mistake in zip(MISTAKES, _CLASSES, strict=True)}
)
