"""The training loop: take a batch, forward, loss, backward, update, and tell how it went.

An iteration is one update, from one batch. An epoch is one walk through all samples, in an order
that is drawn anew for each. ``train`` gives one :class:`Progress` for every iteration, so that a
panel, a progress bar and a test consume the same thing, and stop it by no longer asking.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from lessons.maths.array_rules import Array, checked_targets
from lessons.maths.networks import Network, Parameters, share_right
from lessons.maths.optimizers import GradientDescent, Optimizer, optimizer as named_optimizer


class Diverged(ArithmeticError):
    """The loss or the weights left the range of numbers; the network has its last good weights."""

    def __init__(self, said: str, epoch: int, iteration: int) -> None:
        super().__init__(said)
        self.epoch = epoch
        self.iteration = iteration


class Progress:
    """One iteration: where it stands, and what was measured on its batch before the update.

    ``epoch`` counts from 1, and so does ``iteration``, over all epochs; ``iterations`` is how many
    an epoch has. ``loss`` is the mean over the batch. ``seconds`` is the time that all iterations
    took so far, without what the caller did in between.
    """

    __slots__ = (
        "_of",
        "_squares",
        "ends_epoch",
        "epoch",
        "iteration",
        "iterations",
        "loss",
        "seconds",
    )

    def __init__(
        self,
        of: Training,
        epoch: int,
        iteration: int,
        iterations: int,
        loss: float,
        squares: list[float],
        seconds: float,
        ends_epoch: bool,
    ) -> None:
        self._of = of
        self._squares = squares
        self.epoch = epoch
        self.iteration = iteration
        self.iterations = iterations
        self.loss = loss
        self.seconds = seconds
        self.ends_epoch = ends_epoch

    @property
    def gradient_norm(self) -> float:
        """The length of dL_dtheta."""
        return math.sqrt(sum(self._squares))

    @property
    def gradient_norms(self) -> tuple[float, ...]:
        """The length of each layer's part of dL_dtheta, weights and bias together."""
        return tuple(map(math.sqrt, self._squares))

    @property
    def accuracy(self) -> float:
        """The share of the batch that was classified right, before the update.

        It is there until the next iteration is asked for; after that, ``RuntimeError``.
        """
        iteration, output, y = self._of._latest
        if iteration != self.iteration:
            raise RuntimeError(
                f"the accuracy of iteration {self.iteration} is gone, for the training is at "
                f"iteration {iteration}; ask for it inside the loop"
            )
        return share_right(self._of.network.as_predictions(output), y)

    def __repr__(self) -> str:
        return f"Progress(epoch={self.epoch}, iteration={self.iteration}, loss={self.loss:.6f})"


class Training:
    """The iterator that :func:`train` returns.

    ``batch`` and ``optimizer.lr`` may be changed while it runs; they count from the next
    iteration on.
    """

    def __init__(
        self,
        network: Network,
        data: Any,
        *,
        epochs: int,
        batch: int,
        optimizer: Optimizer,
        test: Any,
        seed: int,
    ) -> None:
        self.network = network
        self.optimizer = optimizer
        self.epochs = _whole("epochs", epochs)
        self.x, self.y = checked_pair(network, "data", data)
        self.test = None if test is None else checked_pair(network, "test", test)
        self.batch = batch
        self._rng = np.random.default_rng(seed)
        self._latest: tuple[int, Array, Array] = (0, self.y[:0], self.y[:0])
        self._steps = self._run()

    @property
    def batch(self) -> int:
        """How many samples an iteration takes; the last one of an epoch takes what is left."""
        return self._batch

    @batch.setter
    def batch(self, batch: int) -> None:
        batch = _whole("batch", batch)
        if batch > len(self.x):
            raise ValueError(
                f"batch is {batch}, and there are {len(self.x)} samples; take {len(self.x)} at "
                f"most, which is the whole of the data in one batch"
            )
        self._batch = batch

    def __iter__(self) -> Training:
        return self

    def __next__(self) -> Progress:
        return next(self._steps)

    def _run(self) -> Iterator[Progress]:
        network, samples = self.network, len(self.x)
        gradient, good = Parameters(network.sizes), network.theta.copy()
        iteration, seconds, clock = 0, 0.0, time.perf_counter
        for epoch in range(1, self.epochs + 1):
            # Shuffled once, so that a batch is a slice of it.
            order = self._rng.permutation(samples)
            x, y = self.x.take(order, axis=0), self.y.take(order, axis=0)
            start, done = 0, 0
            while start < samples:
                began = clock()
                end = min(start + self._batch, samples)
                iterations = done - (start - samples) // self._batch
                iteration += 1
                done += 1
                loss, output = self._step(
                    x[start:end], y[start:end], gradient, good, epoch, iteration
                )
                self._latest = (iteration, output, y[start:end])
                squares = [float(g @ g) for g in gradient.layers]
                start = end
                seconds += clock() - began
                yield Progress(
                    self, epoch, iteration, iterations, loss, squares, seconds, end == samples
                )

    def _step(self, x, y, gradient, good, epoch, iteration):
        network = self.network
        with np.errstate(all="ignore"):
            z, a = network._forward(x)
            loss, _, _ = network._backward(x, z, a, y, gradient)
            if not math.isfinite(loss):
                network.theta[:] = good
                raise Diverged(
                    f"the loss became {loss} at iteration {iteration} (epoch {epoch}); the network "
                    f"has the weights from before: take a smaller learning rate",
                    epoch,
                    iteration,
                )
            np.copyto(good, network.theta)
            self.optimizer.step(network.theta, gradient.flat)
        return loss, a[-1]


def train(
    network: Network,
    data: Any,
    *,
    epochs: int = 20,
    batch: int = 32,
    lr: float = 0.1,
    optimizer: Optimizer | str | None = None,
    test: Any = None,
    seed: int = 0,
) -> Training:
    """Train ``network``, in place, one iteration each time that the result is asked for the next.

    ``data`` and ``test`` are each a ``Data`` or a pair (x, y), with a row for each sample.
    ``optimizer`` is one, or its name, or None for plain gradient descent; ``lr`` is the rate of the
    latter two. ``seed`` draws the order of the samples. Bad input raises ``ValueError`` or
    ``TypeError`` at once, before anything has changed.
    """
    if optimizer is None:
        optimizer = GradientDescent(lr)
    elif isinstance(optimizer, str):
        optimizer = named_optimizer(optimizer, lr=lr)
    return Training(
        network, data, epochs=epochs, batch=batch, optimizer=optimizer, test=test, seed=seed
    )


def checked_pair(network: Network, name: str, data: Any) -> tuple[Array, Array]:
    """x (n, in) and y (n, out) of data for a network; ``ValueError`` for what does not fit."""
    try:
        x, y = (data.x, data.y) if hasattr(data, "x") else data
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a Data or a pair (x, y)") from None
    x = network._checked_inputs(np.atleast_2d(np.asarray(x)))
    return x, checked_targets(network.loss, y, (len(x), network.sizes[-1]))


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is {value!r}; give a whole number, 1 or more")
    if value < 1:
        raise ValueError(f"{name} is {value}; give a whole number, 1 or more")
    return int(value)
