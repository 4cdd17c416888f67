"""How functions and losses are written in pictures: symbols, TeX, and slopes in words.

A function that is not named here is written with its own name, and its slope with a prime.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notation:
    """A symbol for a node, and TeX and text in the arguments {0} and {1}, the slopes by each."""

    symbol: str
    tex: str
    slope_tex: tuple[str, ...]
    slope_text: tuple[str, ...]


NOTATIONS: dict[str, Notation] = {
    "identity": Notation("id", r"\mathrm{{id}}({0})", ("1",), ("1",)),
    "relu": Notation("ReLU", r"\mathrm{{ReLU}}({0})", (r"\mathrm{{ReLU}}'({0})",), ("relu'({0})",)),
    "leaky_relu": Notation(
        "leaky",
        r"\mathrm{{leaky}}({0})",
        (
            r"\mathrm{{leaky}}'({0})",
            r"\min({0}, 0)",
        ),
        (
            "leaky_relu'({0})",
            "min({0}, 0)",
        ),
    ),
    "sigmoid": Notation("σ", r"\sigma({0})", (r"\sigma'({0})",), ("sigmoid'({0})",)),
    "tanh": Notation("tanh", r"\tanh({0})", (r"\tanh'({0})",), ("tanh'({0})",)),
    "softplus": Notation(
        "softplus", r"\mathrm{{softplus}}({0})", (r"\sigma({0})",), ("sigmoid({0})",)
    ),
    "exp": Notation("exp", "e^{{{0}}}", ("e^{{{0}}}",), ("exp({0})",)),
    "log": Notation("log", r"\log({0})", (r"\frac{{1}}{{{0}}}",), ("1 / {0}",)),
    "sqrt": Notation(
        "√", r"\sqrt{{{0}}}", (r"\frac{{1}}{{2\sqrt{{{0}}}}}",), ("1 / (2*sqrt({0}))",)
    ),
    "abs": Notation("|·|", r"\left|{0}\right|", (r"\mathrm{{sign}}({0})",), ("sign({0})",)),
    "maximum": Notation(
        "max",
        r"\max({0}, {1})",
        (
            "[{0} > {1}]",
            r"[{1} \ge {0}]",
        ),
        (
            "[{0} > {1}]",
            "[{1} >= {0}]",
        ),
    ),
    "minimum": Notation(
        "min",
        r"\min({0}, {1})",
        (
            "[{0} < {1}]",
            r"[{1} \le {0}]",
        ),
        (
            "[{0} < {1}]",
            "[{1} <= {0}]",
        ),
    ),
    "mul": Notation(
        "×",
        r"{0} \cdot {1}",
        (
            "{1}",
            "{0}",
        ),
        (
            "{1}",
            "{0}",
        ),
    ),
    "div": Notation(
        "÷",
        r"\frac{{{0}}}{{{1}}}",
        (
            r"\frac{{1}}{{{1}}}",
            r"-\frac{{{0}}}{{{1}^2}}",
        ),
        (
            "1 / {1}",
            "-{0} / {1}**2",
        ),
    ),
    "pow": Notation(
        "xⁿ",
        "{0}^{{{1}}}",
        (
            r"{1} \cdot {0}^{{{1} - 1}}",
            r"{0}^{{{1}}} \cdot \log {0}",
        ),
        (
            "{1} * {0}**({1} - 1)",
            "{0}**{1} * log({0})",
        ),
    ),
    "neg": Notation("−", "-{0}", ("-1",), ("-1",)),
}


def notation_of(name: str) -> Notation:
    """How a function is written."""
    if name in NOTATIONS:
        return NOTATIONS[name]
    word = name.replace("_", r"\_")
    tex, slope = rf"\mathrm{{{{{word}}}}}({{0}})", rf"\mathrm{{{{{word}}}}}'({{0}})"
    return Notation(name, tex, (slope,), (f"{name}'({{0}})",))


#: Each loss and its slope by the prediction {0}, with the target {1}.
LOSS_TEX: dict[str, tuple[str, str]] = {
    "half_squared_error": (r"\frac{{1}}{{2}} ({0} - {1})^2", "{0} - {1}"),
    "mean_squared_error": (
        r"\frac{{1}}{{n}} \sum_i ({0}_i - {1}_i)^2",
        r"\frac{{2}}{{n}} ({0}_i - {1}_i)",
    ),
    "binary_cross_entropy": (
        r"-{1} \log {0} - (1 - {1}) \log (1 - {0})",
        r"\frac{{{0} - {1}}}{{{0} (1 - {0})}}",
    ),
    "categorical_cross_entropy": (r"-\sum_i {1}_i \log {0}_i", r"-\frac{{{1}_i}}{{{0}_i}}"),
    "binary_cross_entropy_from_logits": (
        r"-{1} \log \sigma({0}) - (1 - {1}) \log (1 - \sigma({0}))",
        r"\sigma({0}) - {1}",
    ),
    "categorical_cross_entropy_from_logits": (
        r"\log \sum_j e^{{{0}_j}} - \sum_i {1}_i {0}_i",
        r"\mathrm{{softmax}}({0})_i - {1}_i",
    ),
}
