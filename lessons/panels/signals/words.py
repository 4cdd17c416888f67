"""The words, the table and the formula beside the three curves of signals."""

from __future__ import annotations

import math

from markupsafe import escape

from lessons.maths import text
from lessons.maths.networks.signals import KINDS, LayerSignals, Signals, UniformNetwork
from lessons.panels.kit import tex
from lessons.panels.kit.prose import backward, forward, plain
from lessons.panels.signals.picture import LOST, TOO_LARGE

TITLES = {
    "too large": "Too large for a float",
    "too small": "Too small for a float",
    "symmetric": "All units alike",
    "dead": "Dead units",
    "exploding": "Exploding",
    "vanishing": "Vanishing",
    "collapsed": "Collapsed",
    "healthy": "Healthy",
}
_INITIALISERS = {"zeros": "all weights 0", "xavier": "Xavier", "he": "He"}
#: Activations whose factor is known only as a bound: their largest slope, as TeX and as a number.
_STEEPEST = {"sigmoid": (r"\tfrac{1}{4}", 0.25), "tanh": ("1", 1.0), "softplus": ("1", 1.0)}


def size(value: float, *, ascii: bool = False) -> str:
    """A size in two digits: ``0.26``, ``1.4``, ``390``, and with a power of ten beyond these."""
    if value == 0:
        return "0"
    if not math.isfinite(value):
        return "too large"
    rounded = float(f"{value:.1e}")
    if 0.1 <= rounded < 1000:
        return f"{rounded:.{2 if rounded < 1 else 1 if rounded < 10 else 0}f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    shown = f"{mantissa}e{int(exponent)}"
    return shown if ascii else shown.replace("-", text.MINUS)


def _plain(value: float) -> str:
    """A standard deviation or a factor in three digits: ``0.177``, ``1e-8``."""
    shown = f"{value:.3g}"
    if "e" in shown:
        mantissa, exponent = shown.split("e")
        shown = f"{mantissa}e{int(exponent)}"
    return shown.replace("-", text.MINUS)


def name(stack: UniformNetwork) -> str:
    """What the network is: ``10 layers of 64 ReLU units, He (std 0.177)``."""
    layers = "1 layer" if stack.depth == 1 else f"{stack.depth} layers"
    units = f"{text.word(stack.activation)} unit" + ("s" if stack.width > 1 else "")
    return f"{layers} of {stack.width} {units}, {start(stack)}"


def start(stack: UniformNetwork) -> str:
    """How its parameters start."""
    how = _INITIALISERS.get(stack.init if isinstance(stack.init, str) else "", "normal")
    told = how if how.startswith("all") else f"{how} (std {_plain(stack.std)})"
    return f"{told}, biases {text.short(stack.bias)}" if stack.bias else told


def sentence(stack: UniformNetwork, signals: Signals) -> str:
    """The verdict, and the numbers that it stands on, as HTML."""
    return f"<small>{TITLES[signals.verdict]}</small><span>{_told(stack, signals)}</span>"


def plain_sentence(stack: UniformNetwork, signals: Signals) -> str:
    """The same as plain text."""
    return f"{TITLES[signals.verdict]}. {plain(_told(stack, signals))}"


def _told(stack: UniformNetwork, signals: Signals) -> str:
    return f"{escape(name(stack))}. {_TOLD[signals.verdict](signals)}".rstrip()


def _healthy(signals: Signals) -> str:
    return f"{_ends(signals)} {_factors(signals)}{_dead_too(signals)}"


def _collapsed(signals: Signals) -> str:
    sizes = [s for s in signals.sizes("dL_dW") if s > 0] or [0.0]
    middle = math.exp(sum(math.log(s) for s in sizes) / len(sizes)) if sizes[0] else 0.0
    if len(signals.layers) == 1 or math.isnan(signals.spread):
        largest = backward(size(max(sizes)))
        return f"The largest weight gradient is only {largest}: next to no learning."
    return (
        f"Every weight gradient lies near {backward(size(middle))}, far too small to learn by. The "
        f"largest is only {signals.spread:.2g} times the smallest: a ratio between layers does not "
        f"show it, an absolute scale does."
    )


def _vanishing(signals: Signals) -> str:
    return f"{_ends(signals)} {_factors(signals)} The first layers learn next to nothing."


def _exploding(signals: Signals) -> str:
    return f"{_ends(signals)} {_factors(signals)} One step of any usual size throws it off."


def _symmetric(signals: Signals) -> str:
    return (
        "In every layer but the last all units give the same output, so they get the same "
        f"gradient, and a step leaves them alike: many units do the work of one."
        f"{_exact_zeros(signals)}"
    )


def _dead(signals: Signals) -> str:
    shut = [layer.layer for layer in signals.layers if layer.dead == layer.units]
    told = (
        f"{signals.dead} of {signals.units} units give 0 for every sample, so no gradient comes "
        f"through them."
    )
    if not shut:
        return f"{told} {_ends(signals)}"
    where = f"In layer {shut[0]}" if len(shut) == 1 else f"In {len(shut)} layers"
    return f"{told} {where} that is every unit.{_exact_zeros(signals)}"


def _exact_zeros(signals: Signals) -> str:
    """How many weight gradients are exactly 0."""
    zeros = sum(size == 0 for size in signals.sizes("dL_dW"))
    if not zeros:
        return ""
    which = "All" if zeros == len(signals.layers) else f"{zeros} of {len(signals.layers)}"
    return f" {which} weight gradients are exactly {backward('0')}."


def _too_small(signals: Signals) -> str:
    layer = next(s for s in signals.layers if s.lost)
    kind = next(k for k in KINDS if k in layer.lost)
    return (
        f"{kind} of layer {layer.layer} is below the smallest float, about 4.9e{text.MINUS}324, "
        f"and is stored as 0. The 0 here is no fact about the network: it has underflowed."
    )


def _too_large(signals: Signals) -> str:
    return (
        f"{signals.first_too_large} is above the largest float, about 1.8e308: it has overflowed, "
        f"and what is computed from it is infinite or no number at all."
    )


_TOLD = {
    "too large": _too_large,
    "too small": _too_small,
    "symmetric": _symmetric,
    "dead": _dead,
    "exploding": _exploding,
    "vanishing": _vanishing,
    "collapsed": _collapsed,
    "healthy": _healthy,
}


def _ends(signals: Signals) -> str:
    first, last = signals.layers[0], signals.layers[-1]
    if first is last:
        return f"The weight gradient is {backward(size(first.dL_dW))}."
    return (
        f"The weight gradient is {backward(size(first.dL_dW))} in layer 1 and "
        f"{backward(size(last.dL_dW))} in layer {last.layer}."
    )


def _factors(signals: Signals) -> str:
    on, back = signals.factor("a"), signals.factor("dL_dz")
    if math.isnan(on) or math.isnan(back):
        return ""
    return (
        f"From layer to layer a is multiplied by {forward(size(on))}, and on the way back "
        f"dL_dz by {backward(size(back))}."
    )


def _dead_too(signals: Signals) -> str:
    if not signals.dead:
        return ""
    return f" {signals.dead} of {signals.units} units are dead."


def factor_formula(stack: UniformNetwork, signals: Signals) -> str:
    """The factor of one layer as the numbers predict it, beside the measured one, as HTML."""
    std, n = _scientific(stack.std), stack.width
    root = r"\mathrm{std} \cdot \sqrt{n}"
    numbers = rf"{std} \cdot \sqrt{{{n}}}"
    exact = {"relu": 0.5, "leaky_relu": (1 + 0.01**2) / 2, "identity": 1.0}
    if stack.activation in exact:
        half = r" \cdot \sqrt{\tfrac{1}{2}}" if exact[stack.activation] < 1 else ""
        value = stack.std * math.sqrt(n * exact[stack.activation])
        told = rf"{root}{half} = {numbers}{half} = {_scientific(value)}"
        title = "Expected factor of one layer, forward and back"
    else:
        symbol, steepest = _STEEPEST[stack.activation]
        value = stack.std * math.sqrt(n) * steepest
        told = rf"{root} \cdot {symbol} = {numbers} \cdot {symbol} = {_scientific(value)}"
        title = "At most the factor of one layer on the way back"
    measured = [signals.factor("a"), signals.factor("dL_dz")]
    shown = [_plain(factor) if math.isfinite(factor) else "none" for factor in measured]
    return (
        f'<div><p class="bp-h">{title}</p>{tex.mathml(told)}</div>'
        f'<div><p class="bp-h">Measured: a, forward</p>{forward(shown[0])}</div>'
        f'<div><p class="bp-h">Measured: dL_dz, back</p>{backward(shown[1])}</div>'
    )


def _scientific(value: float) -> str:
    shown = f"{value:.3g}"
    if "e" in shown:
        mantissa, exponent = shown.split("e")
        shown = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return shown


def layer_table(signals: Signals) -> str:
    """The layers as an HTML table."""
    head = "".join(f'<th scope="col">{word}</th>' for word in _HEADER)
    rows = "".join(
        f'<tr><th scope="row">{cells[0]}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells[1:])
        + "</tr>"
        for cells in (_cells(layer, ascii=False) for layer in signals.layers)
    )
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="bp-muted">Sizes are RMS over the batch. zeros: the share of outputs that are '
        f"0. dead: ReLU units that are 0 for every sample.</p>"
    )


_HEADER = ("layer", "a", "dL_dz", "dL_dW", "zeros", "dead")


def _cells(layer: LayerSignals, *, ascii: bool) -> list[str]:
    sizes = [
        "underflow" if kind in layer.lost else size(getattr(layer, kind), ascii=ascii)
        for kind in KINDS
    ]
    return [str(layer.layer), *sizes, f"{100 * layer.zeros:.0f} %", str(layer.dead)]


def table(stack: UniformNetwork, signals: Signals) -> str:
    """The layers as aligned text, with the verdict."""
    rows = [_cells(layer, ascii=True) for layer in signals.layers]
    title = f"{name(stack)}: {TITLES[signals.verdict].lower()}".replace(text.MINUS, "-")
    return f"{title}\n{text.table(list(_HEADER), rows, lean='>>>>>>')}"


def alt(stack: UniformNetwork, signals: Signals) -> str:
    """The picture in words."""
    parts = [f"Three curves over the layers on a log scale, for {name(stack)}"]
    for kind in KINDS:
        sizes = signals.sizes(kind)
        lost = sum(kind in layer.lost for layer in signals.layers)
        zeros = sum(s == 0 for s in sizes) - lost
        large = sum(not math.isfinite(s) for s in sizes)
        told = f"{kind} goes from {size(sizes[0])} in layer 1 to {size(sizes[-1])} in the last"
        if zeros:
            told += f", exactly 0 in {zeros} of {len(sizes)} layers"
        if lost:
            told += f", {LOST} in {lost}"
        if large:
            told += f", {TOO_LARGE} in {large}"
        parts.append(told)
    return "; ".join(parts) + "."
