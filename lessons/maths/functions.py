"""The table of functions: value, slope, domain, kink and TeX of each, on neighbouring lines.

Every rule is written once, against a namespace ``m`` that supplies ``exp``, ``where`` and the
like. With plain numbers ``m`` is :class:`Plain` (the standard library); with arrays it is NumPy,
and the rule works elementwise. NumPy itself is never imported here.

Conventions, the same in the whole project: ReLU'(0) = 0, |x|'(0) = 0, and at a tie the second
argument of ``maximum`` and ``minimum`` counts, so that ``maximum(z, 0)`` agrees with ``relu(z)``.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Plain:
    """The namespace for plain numbers: the standard library under NumPy's names."""

    exp = staticmethod(math.exp)
    log = staticmethod(math.log)
    log1p = staticmethod(math.log1p)
    sqrt = staticmethod(math.sqrt)
    tanh = staticmethod(math.tanh)
    abs = staticmethod(abs)
    sign = staticmethod(lambda x: float((x > 0) - (x < 0)))
    where = staticmethod(lambda condition, yes, no: yes if condition else no)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of numbers with everything that is known about it.

    ``value`` and each of ``slopes`` (one for each argument) take the namespace and the arguments.
    ``slope_text`` and ``slope_tex`` write each slope in terms of the arguments {0} and {1};
    ``kink`` is a quantity whose change of sign means that a corner was crossed; ``domain`` pairs a
    condition with the sentence for the learner when it does not hold.
    """

    name: str
    word: str
    symbol: str
    value: Callable[..., Any]
    slopes: tuple[Callable[..., Any], ...]
    tex: str
    slope_tex: tuple[str, ...]
    slope_text: tuple[str, ...]
    kink: Callable[..., Any] | None = None
    domain: tuple[Callable[..., bool], str] | None = None
    defaults: tuple[float, ...] = ()


def _sigmoid(m: Any, x: Any) -> Any:
    # exp only ever sees a number <= 0, so +-1000 cannot overflow.
    t = m.exp(-m.abs(x))
    return m.where(x >= 0, 1.0, t) / (1.0 + t)


def _power_slope_exponent(m: Any, a: Any, b: Any) -> Any:
    return m.where(a == 0, 0.0, a**b * m.log(m.where(a == 0, 1.0, a)))


def _power_slope_base(m: Any, a: Any, b: Any) -> Any:
    # 0 ** -1 never arises: with b == 0 the slope is 0 whatever a is.
    return m.where(b == 0, 0.0, b * a ** m.where(b == 0, 1.0, b - 1))


def _power_is_real(a: float, b: float) -> bool:
    return a > 0 or (a == 0 and b >= 0) or (a < 0 and b == int(b))


def _table() -> dict[str, Function]:
    rows = [
        Function(
            "identity",
            "identity",
            "id",
            value=lambda m, x: 1.0 * x,
            slopes=(lambda m, x: 1.0 + 0.0 * x,),
            tex=r"\mathrm{{id}}({0})",
            slope_tex=("1",),
            slope_text=("1",),
        ),
        Function(
            "relu",
            "ReLU",
            "ReLU",
            # Asked this way round, a NaN in an array stays one instead of turning into 0.
            value=lambda m, x: m.where(x <= 0, 0.0, x),
            slopes=(lambda m, x: m.where(x > 0, 1.0, 0.0),),
            tex=r"\mathrm{{ReLU}}({0})",
            slope_tex=(r"\mathrm{{ReLU}}'({0})",),
            slope_text=("relu'({0})",),
            kink=lambda x: x,
        ),
        Function(
            "leaky_relu",
            "leaky ReLU",
            "leaky",
            value=lambda m, x, a: m.where(x > 0, x, a * x),
            slopes=(lambda m, x, a: m.where(x > 0, 1.0, a), lambda m, x, a: m.where(x > 0, 0.0, x)),
            tex=r"\mathrm{{leaky}}({0})",
            slope_tex=(r"\mathrm{{leaky}}'({0})", r"\min({0}, 0)"),
            slope_text=("leaky_relu'({0})", "min({0}, 0)"),
            kink=lambda x, a: x,
            defaults=(0.01,),
        ),
        Function(
            "sigmoid",
            "sigmoid",
            "σ",
            value=_sigmoid,
            slopes=(lambda m, x: _sigmoid(m, x) * _sigmoid(m, -x),),
            tex=r"\sigma({0})",
            slope_tex=(r"\sigma'({0})",),
            slope_text=("sigmoid'({0})",),
        ),
        Function(
            "tanh",
            "tanh",
            "tanh",
            value=lambda m, x: m.tanh(x),
            slopes=(lambda m, x: 1.0 - m.tanh(x) ** 2,),
            tex=r"\tanh({0})",
            slope_tex=(r"\tanh'({0})",),
            slope_text=("tanh'({0})",),
        ),
        Function(
            "softplus",
            "softplus",
            "softplus",
            value=lambda m, x: m.where(x > 0, x, 0.0) + m.log1p(m.exp(-m.abs(x))),
            slopes=(lambda m, x: _sigmoid(m, x),),
            tex=r"\mathrm{{softplus}}({0})",
            slope_tex=(r"\sigma({0})",),
            slope_text=("sigmoid({0})",),
        ),
        Function(
            "exp",
            "exponential",
            "exp",
            value=lambda m, x: m.exp(x),
            slopes=(lambda m, x: m.exp(x),),
            tex=r"e^{{{0}}}",
            slope_tex=(r"e^{{{0}}}",),
            slope_text=("exp({0})",),
        ),
        Function(
            "log",
            "logarithm",
            "log",
            value=lambda m, x: m.log(x),
            slopes=(lambda m, x: 1.0 / x,),
            tex=r"\log({0})",
            slope_tex=(r"\frac{{1}}{{{0}}}",),
            slope_text=("1 / {0}",),
            domain=(lambda x: x > 0, "log takes numbers above 0, and this one is {0}"),
        ),
        Function(
            "sqrt",
            "square root",
            "√",
            value=lambda m, x: m.sqrt(x),
            slopes=(lambda m, x: 0.5 / m.sqrt(x),),
            tex=r"\sqrt{{{0}}}",
            slope_tex=(r"\frac{{1}}{{2\sqrt{{{0}}}}}",),
            slope_text=("1 / (2*sqrt({0}))",),
            domain=(
                lambda x: x > 0,
                "sqrt takes numbers above 0 (at 0 its slope is infinite), and this one is {0}",
            ),
        ),
        Function(
            "abs",
            "absolute value",
            "|·|",
            value=lambda m, x: m.abs(x),
            slopes=(lambda m, x: m.sign(x),),
            tex=r"\left|{0}\right|",
            slope_tex=(r"\mathrm{{sign}}({0})",),
            slope_text=("sign({0})",),
            kink=lambda x: x,
        ),
        Function(
            "maximum",
            "maximum",
            "max",
            value=lambda m, a, b: m.where(a > b, a, b),
            slopes=(
                lambda m, a, b: m.where(a > b, 1.0, 0.0),
                lambda m, a, b: m.where(a > b, 0.0, 1.0),
            ),
            tex=r"\max({0}, {1})",
            slope_tex=(r"[{0} > {1}]", r"[{1} \ge {0}]"),
            slope_text=("[{0} > {1}]", "[{1} >= {0}]"),
            kink=lambda a, b: a - b,
        ),
        Function(
            "minimum",
            "minimum",
            "min",
            value=lambda m, a, b: m.where(a < b, a, b),
            slopes=(
                lambda m, a, b: m.where(a < b, 1.0, 0.0),
                lambda m, a, b: m.where(a < b, 0.0, 1.0),
            ),
            tex=r"\min({0}, {1})",
            slope_tex=(r"[{0} < {1}]", r"[{1} \le {0}]"),
            slope_text=("[{0} < {1}]", "[{1} <= {0}]"),
            kink=lambda a, b: a - b,
        ),
        Function(
            "mul",
            "multiplication",
            "×",
            value=lambda m, a, b: a * b,
            slopes=(lambda m, a, b: b, lambda m, a, b: a),
            tex=r"{0} \cdot {1}",
            slope_tex=("{1}", "{0}"),
            slope_text=("{1}", "{0}"),
        ),
        Function(
            "div",
            "division",
            "÷",
            value=lambda m, a, b: a / b,
            slopes=(lambda m, a, b: 1.0 / b, lambda m, a, b: -a / b / b),
            tex=r"\frac{{{0}}}{{{1}}}",
            slope_tex=(r"\frac{{1}}{{{1}}}", r"-\frac{{{0}}}{{{1}^2}}"),
            slope_text=("1 / {1}", "-{0} / {1}**2"),
            domain=(lambda a, b: b != 0, "it divides by 0"),
        ),
        Function(
            "pow",
            "power",
            "xⁿ",
            value=lambda m, a, b: a**b,
            slopes=(_power_slope_base, _power_slope_exponent),
            tex=r"{0}^{{{1}}}",
            slope_tex=(r"{1} \cdot {0}^{{{1} - 1}}", r"{0}^{{{1}}} \cdot \log {0}"),
            slope_text=("{1} * {0}**({1} - 1)", "{0}**{1} * log({0})"),
            domain=(_power_is_real, "{0} ** {1} is not a real number"),
        ),
        Function(
            "neg",
            "minus sign",
            "−",
            value=lambda m, x: -x,
            slopes=(lambda m, x: m.where(x > 0, -1.0, -1.0),),  # the shape of x
            tex="-{0}",
            slope_tex=("-1",),
            slope_text=("-1",),
        ),
    ]
    return {row.name: row for row in rows}


FUNCTIONS: dict[str, Function] = _table()

#: The activation functions of the course, in the order in which a menu shows them.
ACTIVATIONS: tuple[str, ...] = ("relu", "leaky_relu", "sigmoid", "tanh", "softplus")


def namespace_for(*args: object) -> Any:
    """NumPy if any argument is one of its arrays, otherwise the standard library."""
    numpy = sys.modules.get("numpy")  # an array can only exist when NumPy was imported
    if numpy is not None and any(isinstance(arg, numpy.ndarray) for arg in args):
        return numpy
    return Plain


def _apply(name: str, *args: Any) -> Any:
    """One function of the table on recorded numbers, plain numbers or arrays."""
    for arg in args:
        if hasattr(arg, "_recorded"):
            return arg._recorded(name, args)
    function, m = FUNCTIONS[name], namespace_for(*args)
    if m is Plain:
        for arg in args:
            if isinstance(arg, (str, bytes, list, tuple, dict)) or arg is None:
                raise TypeError(f"{name} takes a number, and got {arg!r}; give it one number")
        if function.domain and not function.domain[0](*args):
            raise ValueError(f"{name}: {function.domain[1].format(*args)}")
        try:
            return function.value(m, *args)
        except OverflowError:
            shown = ", ".join(f"{arg:g}" for arg in args)
            raise OverflowError(f"{name}({shown}) is too large for a float") from None
    return function.value(m, *args)


def slope(name: str, x: Any) -> Any:
    """The derivative of one of the activations or functions of one variable at ``x``.

    ``x`` is a float, or an array of any shape (the result has its shape). The second argument of
    ``leaky_relu`` takes its default. Raises ``ValueError`` for a name that is not in the table.
    """
    if name not in FUNCTIONS or len(FUNCTIONS[name].slopes) - len(FUNCTIONS[name].defaults) != 1:
        known = ", ".join(n for n, f in FUNCTIONS.items() if len(f.slopes) == 1 + len(f.defaults))
        raise ValueError(f"there is no function {name!r} of one variable; choose one of {known}")
    function = FUNCTIONS[name]
    return function.slopes[0](namespace_for(x), x, *function.defaults)


def identity(x: Any) -> Any:
    """x itself, as a step of its own: the output function of a network that predicts any number."""
    return _apply("identity", x)


def relu(x: Any) -> Any:
    """max(x, 0). Slope: 1 for x > 0, else 0 (at 0 by convention)."""
    return _apply("relu", x)


def leaky_relu(x: Any, slope: Any = 0.01) -> Any:
    """x for x > 0, else slope * x."""
    return _apply("leaky_relu", x, slope)


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), without overflow at any x. Slope: sigmoid(x) * sigmoid(-x)."""
    return _apply("sigmoid", x)


def tanh(x: Any) -> Any:
    """The hyperbolic tangent. Slope: 1 - tanh(x)**2."""
    return _apply("tanh", x)


def softplus(x: Any) -> Any:
    """log(1 + exp(x)), without overflow at any x. Slope: sigmoid(x)."""
    return _apply("softplus", x)


def exp(x: Any) -> Any:
    """e**x. Slope: e**x."""
    return _apply("exp", x)


def log(x: Any) -> Any:
    """The natural logarithm of a positive number. Slope: 1 / x."""
    return _apply("log", x)


def sqrt(x: Any) -> Any:
    """The square root of a positive number. Slope: 1 / (2 * sqrt(x))."""
    return _apply("sqrt", x)


def maximum(a: Any, b: Any) -> Any:
    """The larger of two. Slope: 1 for the larger, 0 for the other; at a tie ``b`` counts."""
    return _apply("maximum", a, b)


def minimum(a: Any, b: Any) -> Any:
    """The smaller of two. Slope: 1 for the smaller, 0 for the other; at a tie ``b`` counts."""
    return _apply("minimum", a, b)
