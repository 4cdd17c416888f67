"""The panels under stress: code that makes each of them, run in a kernel."""

FUNCTIONS = """
from lessons import *

def neuron(x0, x1, w0, w1, b, g):
    z = x0 * w0 + x1 * w1 + b
    y = g(z)
    return y

def two_layers(x, y, m1, m2):
    a1 = m1 * x
    z2 = a1 * m2
    yhat = relu(z2)
    L = 0.5 * (yhat - y) ** 2
    return L
"""

#: An expression for each panel. Small, so that a thousand actions take a minute or two.
PANELS = {
    "explore": "explore(neuron, x0=1.0, x1=-2.0, w0=-3.0, w1=-1.0, b=1.0, update=['w0', 'w1'], "
    "menus={'g': [relu, tanh, sigmoid]}, presets={'dead': {'b': -10.0}})",
    "predict": "predict('What is `z`?', 6.0, mistakes={'the sign': -6.0})",
    "measure_slope": "measure_slope()",
    "descend": "descend(two_layers, along=('m1', 'm2'), x=2.0, y=1.0, m1=3.0, m2=0.5, lr=0.01, "
    "presets={'far': {'m1': -1.0}})",
    "trace_layers": "trace_layers(Network((2, 3, 2), seed=1), [1.0, 2.0], [0.0, 1.0])",
    "fit_shapes": "fit_shapes()",
    "watch_training": "watch_training('moons', points=40, hidden=(3,), batch=8, epochs=12)",
    "race": "race('bowl', steps=20)",
    "follow_signals": "follow_signals(depth=4, width=8)",
    "find_largest_rate": "find_largest_rate((1, 2))",
    "draw_digit": "draw_digit(Network((64, 8, 10), "
    "loss='categorical_cross_entropy_from_logits', seed=0), digits=split(digits())[1])",
}
