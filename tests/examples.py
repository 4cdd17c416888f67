"""The functions that several tests record, and the cells and scenes made of them."""

import linecache
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from lessons import exp, record, relu
from lessons.panels.explorer.scene import Scene


def neuron(x0, x1, x2, w0, w1, w2, b):
    xw0 = x0 * w0
    xw1 = x1 * w1
    xw2 = x2 * w2
    z = xw0 + xw1 + xw2 + b
    y = relu(z)
    return y


#: System N, the neuron of lessons 1 to 5.
SYSTEM_N = {"x0": 1.0, "x1": -2.0, "x2": 3.0, "w0": -3.0, "w1": -1.0, "w2": 2.0, "b": 1.0}
#: The same with a bias that puts z at -1.
DEAD = SYSTEM_N | {"b": -6.0}


def square(x):
    y = x * x
    return y


def three_paths(x):
    a = 2 * x
    b = x * x
    c = exp(x)
    y = a + b + c
    return y


def chain(x, n=100):
    for _ in range(n):
        x = x * 1.0
    return x


_cells = count()


def cell(source: str, **names: Any) -> dict[str, Any]:
    """Run the text of a notebook cell, and give back its names. linecache has it, as in IPython."""
    filename = f"<cell {next(_cells)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    exec(compile(source, filename, "exec"), names)
    return names


def scene(
    function: Callable[..., Any],
    values: dict[str, Any],
    at: int = 0,
    *,
    upstream: float | None = 1.0,
    **options: Any,
) -> Scene:
    """One moment of a recorded function; ``upstream`` None leaves the backward pass out."""
    made = record(function, **values)
    gradient = None if upstream is None else made.backward(upstream)
    return Scene(made, gradient, at, options.pop("of", made.output), **options)


def every_scene(
    function: Callable[..., Any], values: dict[str, Any], **options: Any
) -> Iterator[Scene]:
    """The scene at each position of the stepper."""
    first = scene(function, values, **options)
    yield first
    for at in range(1, first.last + 1):
        yield Scene(
            first.record,
            first.gradient,
            at,
            first.of,
            first.chosen,
            first.updated,
            first.lr,
        )
