"""The training loop: take a batch, forward, loss, backward, update, and tell how it went.

An iteration is one update, from one batch. An epoch is one walk through all samples, in an order
that is drawn anew for each. ``train`` gives one :class:`Progress` for every iteration, so that a
panel, a progress bar and a test consume the same thing, and stop it by no longer asking.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any

import numpy as np

from lessons.maths import checks
from lessons.maths.checks import whole_number
from lessons.maths.data.dataset import Data
from lessons.maths.networks.activations import Array
from lessons.maths.networks.arguments import checked_inputs, checked_pair, checked_targets
from lessons.maths.networks.network import Backward, Forward, Network, Parameters
from lessons.maths.optimizers.base import Optimizer
from lessons.maths.optimizers.optimizers import GradientDescent
from lessons.maths.optimizers.optimizers import optimizer as named_optimizer

Pair = tuple[Any, Any]


class Diverged(ArithmeticError):
    """The numbers left the range of a float at ``iteration``, in ``epoch``, both from 1.

    The network has the last weights with which its loss was a number, and the optimizer has
    forgotten what it remembered of the way there.
    """

    def __init__(self, what: str, epoch: int, iteration: int, rate: float) -> None:
        super().__init__(
            f"{what} at iteration {iteration}, in epoch {epoch}, with lr = {rate:g}; the network "
            f"has the last weights that gave a number: take a smaller lr, and initialise() it anew "
            f"where they have grown too far"
        )
        self.epoch = epoch
        self.iteration = iteration


class Progress:
    """One iteration: where it stands, and what was measured on its batch before the update.

    ``epoch`` and ``iteration`` count from 1, the iterations over all epochs; ``iterations`` is how
    many this epoch has, and ``ends_epoch`` whether this is its last. ``loss`` is the mean over the
    batch. ``seconds`` is what all iterations took so far, without the caller's time in between.
    Asked too late for the last two, it raises ``RuntimeError``.
    """

    __slots__ = (
        "_square",
        "_training",
        "ends_epoch",
        "epoch",
        "iteration",
        "iterations",
        "loss",
        "seconds",
    )

    def __init__(
        self,
        training: Training,
        epoch: int,
        iteration: int,
        iterations: int,
        ends_epoch: bool,
        loss: float,
        square: float,
        seconds: float,
    ) -> None:
        self._training = training
        self.epoch = epoch
        self.iteration = iteration
        self.iterations = iterations
        self.ends_epoch = ends_epoch
        self.loss = loss
        self._square = square
        self.seconds = seconds

    @property
    def gradient_norm(self) -> float:
        """The length of dL_dtheta."""
        return math.sqrt(self._square)

    # The batch and its gradient are there until the next iteration is asked for.

    @property
    def gradient_norms(self) -> tuple[float, ...]:
        """The length of each layer's part of dL_dtheta, its weights and bias together."""
        return self._training._kept(self.iteration, "gradient_norms")[0].norms

    @property
    def accuracy(self) -> float:
        """The share of the batch that was classified right. ``ValueError`` for no labels."""
        _, output, y = self._training._kept(self.iteration, "accuracy")
        return self._training.network.accuracy_of(output, y)

    def __repr__(self) -> str:
        return f"Progress(epoch={self.epoch}, iteration={self.iteration}, loss={self.loss:.6f})"


class Training:
    """What :func:`train` returns: an iterator with one :class:`Progress` for each iteration.

    ``batch`` and ``optimizer.lr`` may be changed while it runs, and count from the next iteration.
    ``len`` is the number of iterations in all, as the batch is now.
    """

    def __init__(
        self,
        network: Network,
        data: Data | Pair,
        epochs: int,
        batch: int,
        optimizer: Optimizer,
        test: Data | Pair | None,
        seed: int,
    ) -> None:
        self.network = network
        self.optimizer = optimizer
        self.epochs = whole_number("epochs", epochs)
        self.data = _fitting(network, "data", data)
        self.test = None if test is None else _fitting(network, "test", test)
        self.batch = batch
        self._rng = np.random.default_rng(checks.seed(seed))
        #: Where it stands: iterations taken, epochs begun, samples taken in this epoch.
        self._iteration, self._epoch, self._taken = 0, 1, 0
        self._latest: tuple[Backward, Array, Array] | None = None
        # NumPy keeps what it does about an overflow in the context. The loop runs in one of its own
        # where it says nothing, for the loop itself looks for what is not finite.
        self._context = copy_context()
        self._context.run(np.seterr, all="ignore")
        self._walk = self._iterations()

    @property
    def batch(self) -> int:
        """How many samples an iteration takes. The last of an epoch takes what is left."""
        return self._batch

    @batch.setter
    def batch(self, batch: int) -> None:
        batch, samples = whole_number("batch", batch), len(self.data[0])
        if batch > samples:
            raise ValueError(
                f"batch is {batch}, and there are {samples} samples; give {samples} at most, "
                f"which takes all of them at once"
            )
        self._batch = batch

    def __iter__(self) -> Training:
        return self

    def __next__(self) -> Progress:
        return self._context.run(next, self._walk)

    @property
    def test_loss(self) -> float:
        """The mean loss over the test data, of the network as it is now."""
        return self.network.mean_loss(*self._test())

    @property
    def test_accuracy(self) -> float:
        """The share of the test data that is classified right, of the network as it is now."""
        return self.network.accuracy(*self._test())

    def _test(self) -> tuple[Array, Array]:
        if self.test is None:
            raise ValueError("there are no test data; give them: train(network, data, test=...)")
        return self.test

    def __len__(self) -> int:
        samples = len(self.data[0])
        rest = -(-(samples - self._taken) // self._batch)
        return self._iteration + rest + (self.epochs - self._epoch) * -(-samples // self._batch)

    def _iterations(self) -> Iterator[Progress]:
        network, (x, y) = self.network, self.data
        samples, seconds, clock = len(x), 0.0, time.perf_counter
        gradient, good = Parameters(network.sizes), network.theta.copy()
        for epoch in range(1, self.epochs + 1):
            self._epoch = epoch
            began, before = clock(), self._iteration
            order, taken = self._rng.permutation(samples), 0
            while taken < samples:
                rows = order[taken : taken + self._batch]
                self._iteration += 1
                self._taken = taken = taken + len(rows)
                loss, square = self._step(x.take(rows, 0), y.take(rows, 0), gradient, good)
                left = -((taken - samples) // self._batch)
                iterations = self._iteration - before + left
                seconds += clock() - began
                yield Progress(
                    self, epoch, self._iteration, iterations, not left, loss, square, seconds
                )
                began = clock()

    def _step(self, x: Array, y: Array, gradient: Parameters, good: Array) -> tuple[float, float]:
        """One update of the network from one batch: its loss, and the squared norm of dL_dtheta."""
        network, theta = self.network, self.network.theta
        z, a = network._layer_by_layer(x)
        backward = network.backward(Forward(x, z, a, None), y, gradient)
        loss, dL_dtheta = backward.loss, backward.dL_dtheta
        if not math.isfinite(loss):
            raise self._diverged(f"the loss became {loss}", good)
        good[:] = theta
        square = float(dL_dtheta.dot(dL_dtheta))
        if not math.isfinite(square):
            raise self._diverged("the gradient became too large for a float", good)
        self.optimizer.step(theta, dL_dtheta)
        if not math.isfinite(theta.dot(theta)):
            raise self._diverged("the weights became too large for a float", good)
        self._latest = backward, a[-1], y
        return loss, square

    def _diverged(self, what: str, good: Array) -> Diverged:
        rate = self.optimizer.rate
        self.network.theta[:] = good
        self.optimizer.reset()
        return Diverged(what, self._epoch, self._iteration, rate)

    def _kept(self, iteration: int, asked: str) -> tuple[Backward, Array, Array]:
        """The gradient, the output and the targets of the latest batch."""
        if iteration != self._iteration or self._latest is None:
            raise RuntimeError(
                f"the batch of iteration {iteration} is gone, for the training is at "
                f"{self._iteration}; ask for {asked} inside the loop"
            )
        return self._latest


def train(
    network: Network,
    data: Data | Pair,
    *,
    epochs: int = 20,
    batch: int = 32,
    lr: float = 0.1,
    optimizer: Optimizer | str | None = None,
    test: Data | Pair | None = None,
    seed: int = 0,
) -> Training:
    """Train ``network`` in place, one iteration each time that the result is asked for the next.

    ``data`` and ``test`` are each a ``Data`` or a pair (x, y), a row for each sample; ``test`` is
    never trained on. ``optimizer`` is one that is ready, or a name, or None for plain gradient
    descent; ``lr`` is for the latter two. ``seed`` draws the order of the samples. Bad input raises
    ``ValueError`` or ``TypeError`` at once; an iteration may raise :class:`Diverged`.
    """
    if optimizer is None:
        optimizer = GradientDescent(lr)
    elif isinstance(optimizer, str):
        optimizer = named_optimizer(optimizer, lr=lr)
    elif not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"optimizer is {optimizer!r}; give an optimizer such as Adam(0.01), or a name such as "
            f"'adam'"
        )
    return Training(network, data, epochs, batch, optimizer, test, seed)


def _fitting(network: Network, name: str, data: Any) -> tuple[Array, Array]:
    """x (n, in) and y (n, out) for a network. Raises ``ValueError`` for what does not fit it."""
    x, y = checked_pair(data, name)
    try:
        x = np.atleast_2d(checked_inputs(x, network.W[0].shape))
        outputs = (len(x), network.sizes[-1])
        return x, checked_targets(network.loss, y, outputs, len(network.W))
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: {error}") from None
