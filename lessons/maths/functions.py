"""The functions of the course, each with its slope beside it.

``relu??`` shows all that there is to one: the slope by each argument, the corner, and the value.
A rule is written once, with the elementwise functions ``m``, and serves numbers and arrays.

Conventions, the same in the whole project: ReLU'(0) = 0, |x|'(0) = 0, and at a tie the second
argument of ``maximum`` and ``minimum`` counts, so that ``maximum(z, 0)`` agrees with ``relu(z)``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lessons.maths import elementwise as m

Rule = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of numbers: its ``value``, and one of ``slopes`` for each argument.

    ``corner`` is a quantity whose change of sign means that a corner was crossed; ``domain`` pairs
    a condition with the sentence for the learner where it does not hold.
    """

    name: str
    value: Rule
    slopes: tuple[Rule, ...]
    corner: Rule | None = None
    domain: tuple[Callable[..., bool], str] | None = None
    defaults: tuple[float, ...] = ()
    is_activation: bool = False

    def __call__(self, *args: Any) -> Any:
        """The value for recorded numbers, plain numbers or arrays, with every check."""
        for arg in args:
            if hasattr(arg, "_recorded"):
                return arg._recorded(self.name, args)
        if m.numpy_for(*args):
            return self.value(*args)
        for arg in args:
            if isinstance(arg, (str, bytes, list, tuple, dict)) or arg is None:
                raise TypeError(f"{self.name} takes a number, and got {arg!r}; give it one number")
        if self.domain and not self.domain[0](*args):
            raise ValueError(f"{self.name}: {self.domain[1].format(*args)}")
        try:
            return self.value(*args)
        except OverflowError:
            shown = ", ".join(f"{arg:g}" for arg in args)
            raise OverflowError(f"{self.name}({shown}) is too large for a float") from None


#: Every function by its name, the operators too.
FUNCTIONS: dict[str, Function] = {}


def function(
    *slopes: Rule,
    corner: Rule | None = None,
    domain: tuple[Callable[..., bool], str] | None = None,
    is_activation: bool = False,
) -> Callable[[Rule], Rule]:
    """Register a value with its slopes, and make of it the function that learners call."""

    def registered(value: Rule) -> Rule:
        defaults = value.__defaults__ or ()
        name = value.__name__.removeprefix("_")
        row = Function(name, value, slopes, corner, domain, defaults, is_activation)
        FUNCTIONS[row.name] = row
        signature = inspect.signature(value)

        @functools.wraps(value)
        def called(*args: Any, **named: Any) -> Any:
            if named or len(args) != len(slopes):
                bound = signature.bind(*args, **named)
                bound.apply_defaults()
                args = bound.args
            return row(*args)

        return called

    return registered


#: A function that may stand behind a layer, in the order of the menus.
activation = functools.partial(function, is_activation=True)


@function(lambda x: 1.0 + 0.0 * x)
def identity(x: Any) -> Any:
    """x itself, as a step of its own: the output function of a network that predicts any number."""
    return 1.0 * x


@activation(lambda x: m.where(x > 0, 1.0, 0.0), corner=lambda x: x)
def relu(x: Any) -> Any:
    """max(x, 0). Slope: 1 for x > 0, else 0 (at 0 by convention)."""
    return m.where(x <= 0, 0.0, x)  # asked this way round, NaN stays NaN


@activation(
    lambda x, slope: m.where(x > 0, 1.0, slope),
    lambda x, slope: m.where(x > 0, 0.0, x),
    corner=lambda x, slope: x,
)
def leaky_relu(x: Any, slope: Any = 0.01) -> Any:
    """x for x > 0, else slope * x."""
    return m.where(x > 0, x, slope * x)


@activation(lambda x: sigmoid(x) * sigmoid(-x))  # type: ignore[has-type]
def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), without overflow at any x. Slope: sigmoid(x) * sigmoid(-x)."""
    t = m.exp(-m.abs(x))  # of a number <= 0 alone, so +-1000 cannot overflow
    return m.where(x >= 0, 1.0, t) / (1.0 + t)


@activation(lambda x: 1.0 - m.tanh(x) ** 2)
def tanh(x: Any) -> Any:
    """The hyperbolic tangent. Slope: 1 - tanh(x)**2."""
    return m.tanh(x)


@activation(lambda x: sigmoid(x))
def softplus(x: Any) -> Any:
    """log(1 + exp(x)), without overflow at any x. Slope: sigmoid(x)."""
    return m.where(x > 0, x, 0.0) + m.log1p(m.exp(-m.abs(x)))


@function(lambda x: m.exp(x))
def exp(x: Any) -> Any:
    """e**x. Slope: e**x."""
    return m.exp(x)


@function(
    lambda x: 1.0 / x,
    domain=(lambda x: x > 0, "log takes numbers above 0, and this one is {0}"),
)
def log(x: Any) -> Any:
    """The natural logarithm of a positive number. Slope: 1 / x."""
    return m.log(x)


@function(
    lambda x: 0.5 / m.sqrt(x),
    domain=(
        lambda x: x > 0,
        "sqrt takes numbers above 0 (at 0 its slope is infinite), and this one is {0}",
    ),
)
def sqrt(x: Any) -> Any:
    """The square root of a positive number. Slope: 1 / (2 * sqrt(x))."""
    return m.sqrt(x)


@function(lambda x: m.sign(x), corner=lambda x: x)
def _abs(x: Any) -> Any:
    return m.abs(x)


@function(
    lambda a, b: m.where(a > b, 1.0, 0.0),
    lambda a, b: m.where(a > b, 0.0, 1.0),
    corner=lambda a, b: a - b,
)
def maximum(a: Any, b: Any) -> Any:
    """The larger of two. Slope: 1 for the larger, 0 for the other; at a tie ``b`` counts."""
    return m.where(a > b, a, b)


@function(
    lambda a, b: m.where(a < b, 1.0, 0.0),
    lambda a, b: m.where(a < b, 0.0, 1.0),
    corner=lambda a, b: a - b,
)
def minimum(a: Any, b: Any) -> Any:
    """The smaller of two. Slope: 1 for the smaller, 0 for the other; at a tie ``b`` counts."""
    return m.where(a < b, a, b)


# The operators. Learners write them as such: a * b, a / b, a**b, -x.


@function(lambda a, b: b, lambda a, b: a)
def _mul(a: Any, b: Any) -> Any:
    return a * b


@function(
    lambda a, b: 1.0 / b,
    lambda a, b: -a / b / b,
    domain=(lambda a, b: b != 0, "it divides by 0"),
)
def _div(a: Any, b: Any) -> Any:
    return a / b


def _is_real(a: float, b: float) -> bool:
    return a > 0 or (a == 0 and b >= 0) or (a < 0 and b == int(b))


@function(
    # 0 ** -1 never arises: with b == 0 the slope is 0 whatever a is.
    lambda a, b: m.where(b == 0, 0.0, b * a ** m.where(b == 0, 1.0, b - 1)),
    lambda a, b: m.where(a == 0, 0.0, a**b * m.log(m.where(a == 0, 1.0, a))),
    domain=(_is_real, "{0} ** {1} is not a real number"),
)
def _pow(a: Any, b: Any) -> Any:
    return a**b


@function(lambda x: m.where(x > 0, -1.0, -1.0))  # the shape of x
def _neg(x: Any) -> Any:
    return -x


#: The activation functions of the course, in the order in which a menu shows them.
ACTIVATIONS: tuple[str, ...] = tuple(n for n, row in FUNCTIONS.items() if row.is_activation)


def slope(name: str, x: Any) -> Any:
    """The derivative of one of the activations or functions of one variable at ``x``.

    ``x`` is a float, or an array of any shape (the result has its shape). The second argument of
    ``leaky_relu`` takes its default. Raises ``ValueError`` for a name that is not in the table.
    """
    if name not in FUNCTIONS or len(FUNCTIONS[name].slopes) - len(FUNCTIONS[name].defaults) != 1:
        known = ", ".join(n for n, f in FUNCTIONS.items() if len(f.slopes) == 1 + len(f.defaults))
        raise ValueError(f"there is no function {name!r} of one variable; choose one of {known}")
    row = FUNCTIONS[name]
    return row.slopes[0](x, *row.defaults)
