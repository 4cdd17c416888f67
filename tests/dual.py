"""A second engine: forward-mode dual numbers, with derivatives written down on their own.

Nothing here comes from lessons/. It shares no rule with the recorder, so a mistake in one of the
two shows. ``nearest`` is the least distance to a corner that a computation has met.
"""

from __future__ import annotations

import math
from types import SimpleNamespace


class Dual:
    """value + dot * e with e * e = 0."""

    nearest = math.inf

    def __init__(self, value, dot=0.0):
        self.value, self.dot = value, dot

    def __add__(self, other):
        other = dual(other)
        return Dual(self.value + other.value, self.dot + other.dot)

    __radd__ = __add__

    def __neg__(self):
        return Dual(-self.value, -self.dot)

    def __sub__(self, other):
        return self + -dual(other)

    def __rsub__(self, other):
        return dual(other) + -self

    def __mul__(self, other):
        other = dual(other)
        return Dual(self.value * other.value, self.dot * other.value + self.value * other.dot)

    __rmul__ = __mul__

    def __truediv__(self, other):
        other = dual(other)
        top = self.dot * other.value - self.value * other.dot
        return Dual(self.value / other.value, top / (other.value * other.value))

    def __rtruediv__(self, other):
        return dual(other) / self

    def __pow__(self, other):
        other = dual(other)
        dot = other.value * self.value ** (other.value - 1) * self.dot if self.dot else 0.0
        if other.dot:
            dot += math.log(self.value) * self.value**other.value * other.dot
        return Dual(self.value**other.value, dot)

    def __rpow__(self, other):
        return dual(other) ** self

    def __abs__(self):
        corner(self.value)
        return -self if self.value < 0 else Dual(self.value, self.dot)


def dual(x):
    return x if isinstance(x, Dual) else Dual(float(x))


def corner(distance):
    Dual.nearest = min(Dual.nearest, abs(distance))


def identity(x):
    return x


def exp(x):
    return Dual(math.exp(x.value), math.exp(x.value) * x.dot)


def log(x):
    return Dual(math.log(x.value), x.dot / x.value)


def sqrt(x):
    return Dual(math.sqrt(x.value), x.dot / math.sqrt(4 * x.value))


def tanh(x):
    return Dual(math.tanh(x.value), x.dot / math.cosh(x.value) ** 2)


def sigmoid(x):
    e = math.exp(-x.value)
    return Dual(1 / (1 + e), x.dot * e / (1 + e) ** 2)


def softplus(x):
    return log(1 + exp(x))


def relu(x):
    corner(x.value)
    return x if x.value > 0 else Dual(0.0)


def leaky_relu(x, slope=0.01):
    corner(x.value)
    return x if x.value > 0 else x * slope


def maximum(a, b):
    a, b = dual(a), dual(b)
    corner(a.value - b.value)
    return a if a.value > b.value else b


def minimum(a, b):
    return -maximum(-dual(a), -dual(b))


#: By the names that the course has for them.
FUNCTIONS = SimpleNamespace(
    identity=identity, exp=exp, log=log, sqrt=sqrt, tanh=tanh, sigmoid=sigmoid, softplus=softplus,
    relu=relu, leaky_relu=leaky_relu, maximum=maximum, minimum=minimum, abs=abs,
)  # fmt: skip


def gradient(function, **values):
    """Value, the derivative by every value, and the distance to the nearest corner."""
    Dual.nearest = math.inf
    found = {}
    for name in values:
        seeded = {n: Dual(v, 1.0 if n == name else 0.0) for n, v in values.items()}
        result = dual(function(**seeded))
        found[name] = result.dot
    return result.value, found, Dual.nearest
