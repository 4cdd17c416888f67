"""A training that can be looked at from any epoch: the weights of each are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from lessons.maths import text
from lessons.maths.checks import whole_setting
from lessons.maths.data.dataset import Data
from lessons.maths.networks.activations import ARRAY_LOSSES
from lessons.maths.networks.network import Network
from lessons.maths.optimizers.base import norm_of
from lessons.maths.optimizers.optimizers import optimizer
from lessons.maths.training.loop import Diverged, Progress, Training
from lessons.maths.training.settings import (
    LIVE,
    MOST_EPOCHS,
    Own,
    Settings,
    changed,
    checked,
    fitting,
    network_for,
    parts,
    training_of,
)

#: About so many points of a curve are measured; between them it is drawn straight.
_ON_CURVE = 120


class Measured(NamedTuple):
    """One network against all data: losses, the length of each layer's gradient, shares right.

    The gradient is that of the training data as one batch. ``right`` is None for a regression.
    """

    train_loss: float
    test_loss: float
    norms: tuple[float, ...]
    train_accuracy: float | None
    test_accuracy: float | None


class Run:
    """A network on its way through the epochs.

    Epoch 0 is the fresh network. ``shown`` is the epoch that is looked at, None for where the
    training stands, which may be within an epoch. All that is shown is computed from the weights
    and the data. Every action succeeds as a whole, or raises and leaves everything as it was.
    """

    settings: Settings
    train: Data
    test: Data
    network: Network
    target: int
    iteration: int
    shown: int | None
    #: The last iteration, and the sentence that says why there is no next one.
    last: Progress | None
    stopped: str
    #: The ways that were left by a branch, and where settings changed on the present one.
    left: tuple[tuple[tuple[float, Measured], ...], ...]
    changes: dict[float, dict[str, str]]

    _training: Training | None
    _looking: Network
    _thetas: list[np.ndarray]
    _ends: list[int]
    _measured: dict[int, Measured]
    _live: tuple[int, Measured] | None
    _origin: int
    _tries: int

    def __init__(self, settings: Settings, epochs: int, own: Own = None) -> None:
        self._own = own
        self._made: tuple[Any, tuple[Data, Data]] = None, ()  # type: ignore[assignment]
        self.more = whole_setting("epochs", epochs, 1, MOST_EPOCHS)
        self._begin(checked(settings, own))

    # What it holds.

    @property
    def name(self) -> str:
        """What the data is called."""
        return self.train.name.removesuffix(", to train")

    @property
    def latest(self) -> int:
        """The last epoch that was finished."""
        return len(self._thetas) - 1

    @property
    def at(self) -> float:
        """Where the training stands, in epochs: 2.5 is in the middle of the third."""
        return self.latest + self._within

    @property
    def _within(self) -> float:
        """How much of the epoch under way is done, 0 where none is."""
        if self.last is None or self.last.ends_epoch:
            return 0.0
        return min(0.999, (self.iteration - self._origin) / self.last.iterations)

    @property
    def place(self) -> float:
        """The epoch on show."""
        return self.at if self.shown is None else float(self.shown)

    @property
    def looks_back(self) -> bool:
        """Whether an earlier epoch is on show."""
        return self.place < self.at

    @property
    def ended(self) -> bool:
        """Whether all epochs that were asked for are done."""
        return self.latest >= self.target

    @property
    def iterations(self) -> int:
        """How many iterations an epoch has."""
        return -(-len(self.train) // self.settings.batch)

    @property
    def updates(self) -> int:
        """How many iterations have led to what is on show."""
        return self.iteration if self.shown is None else self._ends[self.shown]

    @property
    def theta(self) -> np.ndarray:
        """The parameters on show, (P,). Not to be changed."""
        return self.network.theta if self.shown is None else self._thetas[self.shown]

    def network_shown(self) -> Network:
        """A copy of the network as it was at the epoch on show."""
        return self.looking().copy()

    def looking(self) -> Network:
        """The network at the epoch on show, until the next thing is looked at; not to be changed.

        It is another one than the network that learns, so that looking never moves that.
        """
        self._looking.theta = self.theta
        return self._looking

    @property
    def now(self) -> Measured:
        """The network on show against all data."""
        if self.shown is None and self._within:
            return self._measured_within()
        return self.measured(self.latest if self.shown is None else self.shown)

    def measured(self, epoch: int) -> Measured:
        """The network of an epoch against all data. Measured once."""
        if epoch not in self._measured:
            self._measured[epoch] = self._measure(self._thetas[epoch])
        return self._measured[epoch]

    @property
    def stride(self) -> int:
        """How many epochs lie between two points of the curve."""
        return -(-self.target // _ON_CURVE)

    def curve(self) -> list[tuple[float, Measured]]:
        """Epochs and what was measured there, from the first to where the training stands.

        Of a long training every second epoch, or every third, ...: as many as a picture can show.
        """
        at = list(range(0, self.latest + 1, self.stride))
        if at[-1] != self.latest:
            at.append(self.latest)
        found = [(float(epoch), self.measured(epoch)) for epoch in at]
        return [*found, (self.at, self._measured_within())] if self._within else found

    @property
    def points(self) -> int:
        """How many points there are, to train with and held out."""
        return len(self.train) + len(self.test)

    def sample(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """x and y of a point; the held-out points are counted after those for training."""
        held = index - len(self.train)
        part, row = (self.train, index) if held < 0 else (self.test, held)
        return part.x[row], part.y[row]

    def nearest(self, at: Sequence[float], size: Sequence[float]) -> int:
        """The point nearest to a place in the plane of the picture, whose axes are so long."""
        planes = np.concatenate([plane(part) for part in (self.train, self.test)])
        away = (planes - np.asarray(at)) / np.asarray(size)
        return int(np.argmin((away**2).sum(axis=1)))

    # What can be done.

    def iterate(self) -> Progress | None:
        """One iteration from where the training stands; None where the loss left all bounds."""
        if self._training is None:
            self._training = training_of(self.network, self.train, self.settings, self._tries)
            self._origin, self.last = self.iteration, None
        try:
            progress = next(self._training)
        except Diverged:
            self.stopped = (
                f"Stopped at iteration {self.iteration + 1}, in epoch {self.latest + 1}: the loss "
                f"is no number any more. The weights are the last ones that are numbers. Take a "
                f"smaller learning rate; then reset, or branch from an earlier epoch."
            )
            self._training, self._tries, self.shown = None, self._tries + 1, None
            return None
        self.shown, self.stopped, self.last = None, "", progress
        self.iteration += 1
        if progress.ends_epoch:
            self._thetas.append(self.network.theta.copy())
            self._ends.append(self.iteration)
            self._origin = self.iteration
        return progress

    def go_on(self) -> None:
        """Look at where the training stands, and ask for more epochs where all are done."""
        if self.ended:
            self._ask_for(min(self.more, max(1, MOST_EPOCHS - self.latest)))
        self.shown = None

    def ask_for(self, epochs: int) -> int:
        """Let there be so many more epochs from where the training stands; gives the last one."""
        last = self._ask_for(whole_setting("epochs", epochs, 1))
        self.shown = None
        return last

    def _ask_for(self, epochs: int) -> int:
        last = self.latest + epochs
        if last > MOST_EPOCHS:
            raise ValueError(
                f"that would be epoch {last}, and this panel keeps the weights of {MOST_EPOCHS}; "
                f"reset it, or branch from an earlier epoch"
            )
        self.target = max(self.target, last)
        return last

    def set(self, **changes: Any) -> None:
        """Change settings. All but those of ``LIVE`` begin anew, from epoch 0."""
        settings = changed(self.settings, self._own, **changes)
        strict = "batch" in changes
        if all(name in LIVE for name in changes):
            self._set_live(fitting(settings, len(self.train), strict=strict))
        else:
            self._begin(settings, strict=strict)

    def reset(self) -> None:
        """Begin anew with the settings as they are: the same seed gives the same numbers."""
        self._begin(self.settings)

    def scrub(self, epoch: Any) -> None:
        """Look at an epoch. The training itself stays where it is."""
        epoch = whole_setting("epoch", epoch, 0, self.latest)
        self.shown = None if epoch == self.at else epoch

    def branch(self) -> None:
        """Go on from the epoch on show; the way from there to the end is kept as a thin line."""
        start = self.shown
        if start is None:
            raise ValueError("this is where the training stands; look at an earlier epoch first")
        tail = [(at, found) for at, found in self.curve() if at >= start]
        self.left = (*self.left, tuple(tail))
        self._thetas, self._ends = self._thetas[: start + 1], self._ends[: start + 1]
        self._measured = {e: m for e, m in self._measured.items() if e <= start}
        self.changes = {at: told for at, told in self.changes.items() if at < start}
        self.network.theta = self._thetas[start]
        self.iteration, self.shown = self._ends[-1], None
        # Another order of the samples than the one that led on from here before.
        self._tries += 1
        self._training, self.last, self.stopped = None, None, ""

    # How it works.

    def _begin(self, settings: Settings, *, strict: bool = False) -> None:
        source = (settings.data, settings.noise, settings.points, settings.seed)
        made = self._made[1] if self._made[0] == source else parts(settings, self._own)
        train_part, test_part = made
        settings = fitting(settings, len(train_part), strict=strict)
        network = network_for(settings, train_part)
        training = training_of(network, train_part, settings, 0)
        # Nothing below can fail.
        self._made = source, made
        self.settings, self.train, self.test = settings, train_part, test_part
        self.network, self._training = network, training
        self._looking = network.copy()
        self._thetas, self._ends = [network.theta.copy()], [0]
        self._measured, self._live = {}, None
        self._origin = self._tries = 0
        self.target, self.iteration = self.more, 0
        self.shown, self.last, self.stopped = None, None, ""
        self.left, self.changes = (), {}

    def _set_live(self, settings: Settings) -> None:
        told = {
            name: _plain(getattr(settings, name))
            for name in LIVE
            if getattr(settings, name) != getattr(self.settings, name)
        }
        if self._training is not None:
            if settings.optimizer != self.settings.optimizer:
                self._training.optimizer = optimizer(settings.optimizer, settings.lr)
            self._training.optimizer.lr = settings.lr
            self._training.batch = settings.batch
        self.settings = settings
        if told and self.at > 0:
            self.changes.setdefault(self.at, {}).update(told)

    def _measured_within(self) -> Measured:
        if self._live is None or self._live[0] != self.iteration:
            self._live = self.iteration, self._measure(self.network.theta)
        return self._live[1]

    def _measure(self, theta: np.ndarray) -> Measured:
        network, (one, two) = self._looking, (self.train, self.test)
        network.theta = theta
        with np.errstate(all="ignore"):  # before the last good weights, sizes can be anything
            forward, held = network.forward(one.x), network.forward(two.x)
            back = network.backward(forward, one.y)
            test_loss, _ = ARRAY_LOSSES[network.loss](held.a[-1], two.y)
        norms = tuple(
            float(np.hypot(norm_of(W), norm_of(b)))
            for W, b in zip(back.dL_dW, back.dL_db, strict=True)
        )
        right: tuple[float | None, ...] = None, None
        if one.labels is not None:
            right = tuple(
                network.accuracy_of(way.a[-1], part.y)
                for way, part in ((forward, one), (held, two))
            )
        return Measured(back.loss, test_loss, norms, *right)


def plane(data: Data) -> np.ndarray:
    """Where each point lies in a plane, (n, 2): by its two inputs, or by its input and target."""
    if data.x.shape[1] == 1:
        return np.column_stack([data.x[:, 0], data.y[:, 0]])
    return data.x[:, :2]


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else text.short(value)
