"""Training 64-32-10 on the digits five times over: ours, bare NumPy, PyTorch, scikit-learn.

The arithmetic is the same in all: float64, batches of 32, plain gradient descent with one learning
rate, ReLU, and the categorical cross-entropy from logits; the loss of each batch is computed and
read. All begin from the same weights. The first four take the samples in the same order too, and
must end with the same weights but for rounding; scikit-learn draws its own order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.maths.data.dataset import split
from lessons.maths.data.digits import digits
from lessons.maths.networks.network import Network
from lessons.maths.training.loop import train

SIZES = (64, 32, 10)
LOSS = "categorical_cross_entropy_from_logits"
BATCH, EPOCHS, LR, SEED = 32, 20, 0.3, 0

Arrays = list[np.ndarray]


@dataclass(frozen=True)
class Given:
    """What every loop starts from: digits to learn, digits held out, and weights.

    ``x`` (n, 64) and one-hot ``y`` (n, 10); ``start`` is W1, b1, W2, b2.
    """

    x: np.ndarray
    y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray
    start: Arrays
    epochs: int = EPOCHS

    @property
    def labels(self) -> np.ndarray:
        return self.y.argmax(axis=1)


def given(epochs: int = EPOCHS, samples: int | None = None) -> Given:
    learnt, held = split(digits())
    start = [v.copy() for v in Network(SIZES, loss=LOSS, seed=SEED).parameters.values()]
    return Given(learnt.x[:samples], learnt.y[:samples], held.x, held.y, start, epochs)


def ours(at: Given) -> Arrays:
    """The course's own: one record for every iteration, taken and dropped."""
    start = dict(zip(("W1", "b1", "W2", "b2"), at.start, strict=True))
    network = Network(SIZES, loss=LOSS, init=start)
    for progress in train(network, (at.x, at.y), epochs=at.epochs, batch=BATCH, lr=LR, seed=SEED):
        _ = progress.loss
    return list(network.parameters.values())


def bare(at: Given) -> Arrays:
    """As one would write it by hand in NumPy: nothing checked, nothing kept, nothing told."""
    W1, b1, W2, b2 = (v.copy() for v in at.start)
    x, y, n = at.x, at.y, len(at.x)
    rng = np.random.default_rng(SEED)
    for _ in range(at.epochs):
        order = rng.permutation(n)
        for start in range(0, n, BATCH):
            rows = order[start : start + BATCH]
            xb, yb = x[rows], y[rows]
            z1 = xb @ W1.T + b1
            a1 = np.maximum(z1, 0.0)
            z2 = a1 @ W2.T + b2
            z2 -= z2.max(axis=1, keepdims=True)
            e = np.exp(z2)
            total = e.sum(axis=1, keepdims=True)
            _ = float((np.log(total).sum() - (z2 * yb).sum()) / len(xb))
            dL_dz2 = (e / total - yb) / len(xb)
            dL_dW2 = dL_dz2.T @ a1
            dL_db2 = dL_dz2.sum(axis=0)
            dL_dz1 = (dL_dz2 @ W2) * (z1 > 0)
            dL_dW1 = dL_dz1.T @ xb
            dL_db1 = dL_dz1.sum(axis=0)
            W1 -= LR * dL_dW1
            b1 -= LR * dL_db1
            W2 -= LR * dL_dW2
            b2 -= LR * dL_db2
    return [W1, b1, W2, b2]


def by_torch(at: Given, threads: int) -> Callable[[], Arrays]:
    """PyTorch's usual loop, without its DataLoader, which would be slower still."""
    import torch

    x, labels = torch.from_numpy(at.x), torch.from_numpy(at.labels)
    n = len(x)

    def loop() -> Arrays:
        torch.set_num_threads(threads)
        model = torch.nn.Sequential(
            torch.nn.Linear(SIZES[0], SIZES[1]),
            torch.nn.ReLU(),
            torch.nn.Linear(SIZES[1], SIZES[2]),
        ).double()
        with torch.no_grad():
            for parameter, values in zip(model.parameters(), at.start, strict=True):
                parameter.copy_(torch.from_numpy(values))
        optimizer = torch.optim.SGD(model.parameters(), lr=LR)
        cross_entropy = torch.nn.CrossEntropyLoss()
        rng = np.random.default_rng(SEED)
        for _ in range(at.epochs):
            order = torch.from_numpy(rng.permutation(n))
            for start in range(0, n, BATCH):
                rows = order[start : start + BATCH]
                optimizer.zero_grad()
                loss = cross_entropy(model(x[rows]), labels[rows])
                loss.backward()
                optimizer.step()
                _ = loss.item()
        return [parameter.detach().numpy() for parameter in model.parameters()]

    return loop


def by_sklearn(at: Given) -> Callable[[], Arrays]:
    """MLPClassifier, begun from the same weights: it is initialised by an epoch that is not kept.

    ``n_iter_no_change`` is out of reach, so that it never stops early.
    """
    from sklearn.neural_network import MLPClassifier

    labels = at.labels

    def loop() -> Arrays:
        model.coefs_ = [at.start[0].T.copy(), at.start[2].T.copy()]
        model.intercepts_ = [at.start[1].copy(), at.start[3].copy()]
        model.fit(at.x, labels)
        (W1, W2), (b1, b2) = model.coefs_, model.intercepts_
        return [W1.T, b1, W2.T, b2]

    model = MLPClassifier(
        SIZES[1:-1],
        activation="relu",
        solver="sgd",
        alpha=0.0,
        batch_size=BATCH,
        learning_rate="constant",
        learning_rate_init=LR,
        momentum=0.0,
        nesterovs_momentum=False,
        max_iter=1,
        tol=0.0,
        n_iter_no_change=10**9,
        random_state=SEED,
        warm_start=True,
    )
    model.fit(at.x, labels)
    model.set_params(max_iter=at.epochs)
    return loop


def accuracy(at: Given, weights: Sequence[Any]) -> float:
    """The share of the held-out digits that these weights read right."""
    W1, b1, W2, b2 = weights
    z2 = np.maximum(at.held_x @ W1.T + b1, 0.0) @ W2.T + b2
    return float(np.mean(z2.argmax(axis=1) == at.held_y.argmax(axis=1)))


def apart(one: Sequence[Any], other: Sequence[Any]) -> float:
    """The largest difference between two sets of weights."""
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))
