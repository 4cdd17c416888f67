"""A scalar autograd engine of one class: the tested twin of what the learner builds.

A :class:`Value` knows its number, the values that it was made of, and its local derivative by each
of them. Nothing else is needed to walk back. Every rule is read from the table of functions.
"""

from __future__ import annotations

from typing import Any

from lessons.maths.functions import FUNCTIONS


class Value:
    """A number that remembers what it was made of.

    ``value`` is the number, ``op`` how it was made ("" for one that was given, "constant" for a
    plain number out of a formula), ``inputs`` the values that went in, and ``partials`` the local
    derivative by each of these, in the same order. ``gradient`` is the total derivative that
    :meth:`backward` has added up here so far; it starts at 0.

    + - * / ** with plain numbers on either side, and the functions of the course, give new values.
    Raises ``TypeError`` for what is no number, ``ValueError`` outside a function's domain.
    """

    __array_ufunc__ = None  # NumPy's numbers step back, and ours answer

    def __init__(
        self,
        value: float,
        op: str = "",
        inputs: tuple[Value, ...] = (),
        partials: tuple[float, ...] = (),
    ) -> None:
        self.value = value
        self.op = op
        self.inputs = inputs
        self.partials = partials
        self.gradient = 0.0

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value:g})"

    # -- forward ------------------------------------------------------------------------------

    def _wrapped(self, other: Any) -> Value:
        if isinstance(other, Value):
            return other
        if isinstance(other, (str, bytes)) or not hasattr(other, "__float__"):
            raise TypeError(f"a value cannot be computed with {other!r}; give it a number")
        return type(self)(float(other), "constant")

    def _apply(self, name: str, args: tuple[Any, ...]) -> Value:
        """One row of the table of functions: its value, and its slope by every argument."""
        values = tuple(self._wrapped(arg) for arg in args)
        plain = [one.value for one in values]
        function = FUNCTIONS[name]
        if function.domain and not function.domain[0](*plain):
            raise ValueError(f"{name}: {function.domain[1].format(*plain)}")
        # The slope by a plain number is nobody's business, and may not exist: (-2)**n by n.
        partials = tuple(
            0.0 if one.op == "constant" else float(slope(*plain))
            for one, slope in zip(values, function.slopes, strict=True)
        )
        return type(self)(float(function.value(*plain)), name, values, partials)

    def _recorded(self, name: str, args: tuple[Any, ...]) -> Value:
        """What ``relu(x)`` and the others of the course ask their argument for."""
        return self._apply(name, args)

    def _sum(self, left: Any, right: Any, sign: int) -> Value:
        a, b = self._wrapped(left), self._wrapped(right)
        op = "+" if sign == 1 else "-"
        return type(self)(a.value + sign * b.value, op, (a, b), (1.0, float(sign)))

    def __add__(self, other: Any) -> Value:
        return self._sum(self, other, 1)

    def __radd__(self, other: Any) -> Value:
        return self._sum(other, self, 1)

    def __sub__(self, other: Any) -> Value:
        return self._sum(self, other, -1)

    def __rsub__(self, other: Any) -> Value:
        return self._sum(other, self, -1)

    def __mul__(self, other: Any) -> Value:
        return self._apply("mul", (self, other))

    def __rmul__(self, other: Any) -> Value:
        return self._apply("mul", (other, self))

    def __truediv__(self, other: Any) -> Value:
        return self._apply("div", (self, other))

    def __rtruediv__(self, other: Any) -> Value:
        return self._apply("div", (other, self))

    def __pow__(self, other: Any) -> Value:
        return self._apply("pow", (self, other))

    def __rpow__(self, other: Any) -> Value:
        return self._apply("pow", (other, self))

    def __neg__(self) -> Value:
        return self._apply("neg", (self,))

    def relu(self) -> Value:
        """max(value, 0); its slope at 0 is 0."""
        return self._apply("relu", (self,))

    def tanh(self) -> Value:
        """The hyperbolic tangent."""
        return self._apply("tanh", (self,))

    def exp(self) -> Value:
        """e to the power of the value."""
        return self._apply("exp", (self,))

    def log(self) -> Value:
        """The natural logarithm of a value above 0."""
        return self._apply("log", (self,))

    # -- backward -----------------------------------------------------------------------------

    def uses(self) -> dict[Value, int]:
        """Every value that this one was made of, and by how many edges it is used."""
        counts, found = {self: 0}, [self]
        for step in found:  # the list grows while it is walked
            for one in step.inputs:
                if one not in counts:
                    found.append(one)
                counts[one] = counts.get(one, 0) + 1
        return counts

    def order(self) -> list[Value]:
        """All of them, each after everything that uses it: Kahn's order, without recursion."""
        waiting, ready = self.uses(), [self]
        for step in ready:
            for one in step.inputs:
                waiting[one] -= 1
                if waiting[one] == 0:
                    ready.append(one)
        return ready

    def backward(self, upstream: float = 1.0) -> None:
        """Add to every ``gradient`` the derivative of this value by it, times ``upstream``.

        What an earlier pass has left is added to, as in PyTorch: call :meth:`reset` first.
        """
        self.gradient += upstream
        for step in self.order():
            for one, local in zip(step.inputs, step.partials, strict=True):
                one.gradient += step.gradient * local

    def reset(self) -> None:
        """Set the gradient of this value, and of all that it was made of, to 0."""
        for step in self.order():
            step.gradient = 0.0


def ordered(output: Any) -> list[Any]:
    """What an output was made of, each before what uses it, the output last.

    Takes values of any class that have ``inputs``; what has none counts as given. Raises
    ``ValueError`` where a value was made of itself.
    """
    done: dict[int, Any] = {}
    opened: set[int] = set()
    todo = [output]
    while todo:
        step = todo[-1]
        inputs = [] if id(step) in done else list(getattr(step, "inputs", ()))
        waits = [one for one in inputs if id(one) not in done]
        if not waits:
            done.setdefault(id(step), todo.pop())
            continue
        if id(step) in opened:
            raise ValueError("a value was made of itself: its inputs lead back to it in a circle")
        opened.add(id(step))
        todo.extend(reversed(waits))
    return list(done.values())
