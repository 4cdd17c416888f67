"""``follow_signals``: how large the signals of a deep network are, on the way forward and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets

from lessons.maths.functions import ACTIVATIONS
from lessons.maths.networks.network import Network
from lessons.maths.networks.signals import Signals, UniformNetwork
from lessons.panels.kit.controls import Menu, PowerControl, ValueControl
from lessons.panels.kit.figure import RenderContext
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.panel import scrolling
from lessons.panels.kit.picture_panel import PicturePanel
from lessons.panels.kit.toolbars import button, sidebar
from lessons.panels.signals import words
from lessons.panels.signals.picture import frame_for, height_for, signal_picture
from lessons.panels.signals.state import Following, changed

#: Ways to go wrong, and the remedies, in the order of the lesson. Each names its activation and its
#: start: what a preset leaves out is as the panel began, and that may be another failure.
PRESETS: dict[str, dict[str, Any]] = {
    "sigmoid: vanishing": {"activation": "sigmoid", "init": "xavier"},
    "large weights: exploding": {"activation": "relu", "std": 1.0},
    "std 0.01: collapsed": {"activation": "relu", "init": "normal"},
    "all weights 0: alike": {"activation": "sigmoid", "init": "zeros"},
    "low biases: dead ReLU": {"activation": "relu", "init": "he", "bias": -0.35},
    "remedy: He for ReLU": {"activation": "relu", "init": "he"},
    "remedy: Xavier for tanh": {"activation": "tanh", "init": "xavier"},
    "remedy: leaky ReLU": {"activation": "leaky_relu", "init": "he", "bias": -0.35},
}
#: The menu of initialisations. "own" is a normal distribution with the std of the slider.
STARTS = {
    "all weights 0": "zeros",
    "normal, std 0.01": "normal",
    "normal, std below": "own",
    "Xavier": "xavier",
    "He": "he",
}
_BOUNDS = {
    "depth": (1.0, 40.0, 1.0),
    "width": (4.0, 128.0, 4.0),
    "std": (-4.0, 1.0, 0.1),
    "bias": (-2.0, 2.0, 0.05),
    "seed": (0.0, 20.0, 1.0),
}


class SignalPanel(PicturePanel):
    """The panel that :func:`follow_signals` makes. All it shows is one :class:`UniformNetwork`.

    From Python: ``set``, ``reset``, ``preset``; and to read, ``stack``, ``signals``, ``network``,
    ``verdict``, ``sentence``.
    """

    _frontend = frontend(__file__)
    _subject = "This network"
    _still_look = RenderContext(width=760, height=456, ratio=1.5, solid=True)

    def __init__(self, state: Following) -> None:
        self._state = state
        self._picture = signal_picture()
        self._controls = self._make_controls()
        super().__init__("Signals of a deep network", [self._column()], ("bp-signals",))
        self._draw()

    # What can be read.

    @property
    def stack(self) -> UniformNetwork:
        """The network on show, as data: its size, and how it starts."""
        return self._state.stack

    @property
    def signals(self) -> Signals:
        """What was measured in it."""
        return self._state.signals

    @property
    def presets(self) -> dict[str, UniformNetwork]:
        """What each preset stands for."""
        return self._state.presets

    @property
    def network(self) -> Network:
        """The network on show, fresh: to be changed and trained as one likes."""
        return self.stack.network()

    @property
    def verdict(self) -> str:
        """What is the matter, in a word: :attr:`lessons.maths.networks.signals.Signals.verdict`."""
        return self.signals.verdict

    @property
    def sentence(self) -> str:
        """The sentence about the network on show."""
        return words.plain_sentence(self.stack, self.signals)

    # What can be done. Each of these is also what a control does.

    def set(self, **values: Any) -> None:
        """Change depth, width, activation, init, std, bias or seed; what is not named stays.

        ``std`` makes the weights normal with this standard deviation.
        """
        self._act(self._state.set, values)

    def reset(self) -> None:
        """The network that the panel began with."""
        self._act(self._state.reset)

    def preset(self, name: str) -> None:
        """The values of a preset; what it does not name is as at the beginning."""
        self._act(self._state.preset, name)

    # How it works.

    def _draw(self) -> None:
        stack, signals = self.stack, self.signals
        self._show_values()
        self._front.show(
            {
                "say": words.sentence(stack, signals),
                "formula": words.factor_formula(stack, signals),
                "steps": scrolling("Layers", words.layer_table(signals)),
                "picture": self._picture.png(frame_for(signals), signals, self._look),
                "alt": words.alt(stack, signals),
            }
        )

    def _show_values(self) -> None:
        stack = self.stack
        for name, control in self._controls.items():
            control.show(self._state.std if name == "std" else float(getattr(stack, name)))
        self._activation.show(stack.activation)
        self._start.show(stack.init if isinstance(stack.init, str) else "own")

    def _height_for(self, width: int) -> int:
        return height_for(width)

    # What it is made of.

    def _make_controls(self) -> dict[str, ValueControl]:
        tips = {
            "std": "standard deviation of the initial weights",
            "bias": "what every bias starts at",
            "seed": "seed of the random numbers",
        }
        made: dict[str, ValueControl] = {}
        for name, bounds in _BOUNDS.items():
            kind = PowerControl if name == "std" else ValueControl
            value = self._state.std if name == "std" else float(getattr(self.stack, name))
            made[name] = kind(name, value, bounds, self._on_value, tip=tips.get(name, ""))
        return made

    def _on_value(self, name: str, value: Any) -> None:
        self.set(**{name: value})

    def _column(self) -> ipywidgets.Box:
        self._activation = Menu("activation", list(ACTIVATIONS), self._on_value)
        self._start = Menu("start", STARTS, self._on_start)
        return sidebar(
            (self._activation.widget, self._start.widget),
            self._controls.values(),
            tuple(self.presets),
            self.preset,
            [button("reset", "Back to the first values", self.reset, description="Reset")],
            title="Network",
        )

    def _on_start(self, _name: str, start: str) -> None:
        self.set(**({"std": self._state.std} if start == "own" else {"init": start}))

    # What readers without a kernel see.

    def _still(self, look: RenderContext) -> tuple[bytes, str, str]:
        picture = signal_picture().png(frame_for(self.signals), self.signals, look, level=9)
        return (
            picture,
            words.alt(self.stack, self.signals),
            words.table(self.stack, self.signals),
        )

    def __repr__(self) -> str:
        return f"SignalPanel of {words.name(self.stack)}: {self.verdict}"


def follow_signals(
    *,
    depth: int = 10,
    width: int = 64,
    activation: str = "relu",
    init: Any = "he",
    std: float | None = None,
    bias: float = 0.0,
    seed: int = 0,
    presets: Mapping[str, Mapping[str, Any]] | None = None,
) -> SignalPanel:
    """A panel with the size of a, dL_dz and dL_dW in every layer of a network, before training.

    The network has ``depth`` layers of ``width`` units, all with the same ``activation``, and
    meets a batch of random numbers: see :class:`lessons.maths.networks.signals.UniformNetwork`.
    ``init`` is "zeros", "normal", "xavier" or "he"; ``std`` makes the weights normal with this
    standard deviation instead. ``presets`` maps names to values, in place of those of the lesson.
    Bad input raises ``ValueError`` or ``TypeError`` with the fix.

    >>> panel = follow_signals(init="normal")  # doctest: +SKIP
    >>> panel.verdict, panel.signals.sizes("dL_dW")[0]  # doctest: +SKIP
    """
    start = UniformNetwork(depth, width, activation, init, bias, seed)
    if std is not None:
        start = changed(start, {"std": std})
    return SignalPanel(Following(start, PRESETS if presets is None else presets))
