"""The training panel: a network that learns before one's eyes, seen in any epoch."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets

from lessons.maths.checks import whole_setting
from lessons.maths.networks.network import Network
from lessons.maths.training.run import Measured, Run
from lessons.maths.training.settings import Settings
from lessons.panels.kit.figure import RenderContext
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.picture_panel import PicturePanel
from lessons.panels.kit.prose import plain
from lessons.panels.training import words
from lessons.panels.training.background import Background, kernel_loop
from lessons.panels.training.clock import TrainingClock, checked_speed
from lessons.panels.training.controls import Opened, TrainingControls
from lessons.panels.training.decision_map import bounds
from lessons.panels.training.picture import (
    TrainingPicture,
    alt,
    frame,
    ground_of,
    height_for,
    moment_of,
)

#: The width of a first hidden layer, where there was none.
_WIDTH = 8


class TrainingPanel(PicturePanel):
    """The panel that :func:`watch_training` makes. All that it shows is one :class:`Run`.

    From Python: ``play``, ``pause``, ``iterate``, ``epoch``, ``run``, ``set``, ``reset``,
    ``scrub``, ``branch``, ``choose``, ``trace``; ``await panel.ended()`` waits until it pauses. To
    read: ``network``, ``history``, ``settings``, ``playing``, ``stopped``, ``sentence``.
    """

    _frontend = frontend(__file__)
    _subject = "The training"
    _still_look = RenderContext(width=900, height=height_for(900), ratio=1.5, solid=True)

    def __init__(self, run: Run, speed: str) -> None:
        self._run = run
        self._background = Background(self._gate, self._piece, self._on_interrupt, self._on_failure)
        self._clock, self._picture, self._note = TrainingClock(speed), TrainingPicture(), ""
        self._chosen: int | None = None
        self._tools = TrainingControls(run, self._on_value, self._action)
        self._controls = self._tools.sliders
        tools = self._tools
        super().__init__(
            "Training of a network", [tools.bar, tools.column, tools.point], ["bp-training"]
        )
        self._look = RenderContext(700, height_for(700))
        # What is opened stands below the panel and not in it: each has sliders of its own.
        framed, self._below = ipywidgets.Box([self._grid]), Opened()
        framed.add_class("bp-panel")
        self.remove_class("bp-panel")
        self.add_class("bp-training-panel")
        self.children = [framed, self._below]
        self._draw()

    # What can be read.

    @property
    def network(self) -> Network:
        """A copy of the network at the epoch on show."""
        return self._run.network_shown()

    @property
    def settings(self) -> Settings:
        """Data, network, optimizer, rate, batch and seed as they are set."""
        return self._run.settings

    @property
    def history(self) -> tuple[Measured, ...]:
        """What was measured at the end of each epoch, from epoch 0, the fresh network, on."""
        return tuple(self._run.measured(epoch) for epoch in range(self._run.latest + 1))

    @property
    def playing(self) -> bool:
        """Whether it trains in the background."""
        return self._background.running

    @property
    def stopped(self) -> str:
        """At which iteration the loss left all bounds; "" where it has not."""
        return self._run.stopped

    @property
    def sentence(self) -> str:
        """The sentence about where the training stands."""
        return plain(self._told())

    # What can be done. Each of these is also what a control does.

    def play(self) -> None:
        """Train in the background, from the end on, until the last epoch. Cells can run meanwhile.

        Pressing it twice starts nothing twice. Raises ``RuntimeError`` outside a notebook, where
        there is no event loop; ``run`` trains there.
        """
        if not self.playing:
            self._act(self._play)

    def pause(self) -> None:
        """Stop after the iteration under way."""
        if self.playing:
            self._act(self._pause, "")

    def iterate(self) -> None:
        """One iteration: one batch, one gradient, one update."""
        self._act(self._forth, self._iterate_once)

    def epoch(self) -> None:
        """To the end of the epoch: every training point is used once."""
        self._act(self._forth, lambda: self._train_to(self._run.ask_for(1)))

    def run(self, epochs: int | None = None) -> None:
        """Train so many epochs at once, all that are left by default, and show the end."""
        left = max(1, self._run.target - self._run.latest) if epochs is None else epochs
        self._act(self._forth, lambda: self._train_to(self._run.ask_for(left)))

    def set(self, **changes: Any) -> None:
        """Change ``lr``, ``batch`` or ``optimizer``, also while it trains; or ``data``, ``noise``,
        ``points``, ``hidden``, ``activation`` or ``seed``, which begins anew. ``speed`` too."""
        self._act(self._set, changes)

    def reset(self) -> None:
        """Begin anew, with the settings as they are. The same seed gives the same numbers."""
        self._act(self._reset)

    def scrub(self, epoch: int) -> None:
        """Look at an epoch: all pictures show it. The training pauses and stays where it is."""
        self._act(self._scrub, epoch)

    def branch(self) -> None:
        """Go on from the epoch on show. The way from there to the end stays as a thin line."""
        self._act(self._branch)

    def choose(self, point: int | None) -> None:
        """Mark a point: its number, held-out points after those for training; None for none."""
        self._act(self._choose, point)

    def trace(self) -> Any:
        """Open the backward pass of the chosen point below, at the epoch on show; gives it."""
        self._act(self._trace)
        return self._below.children[-1]

    def close_trace(self) -> None:
        """Close what :meth:`trace` has opened."""
        self._act(self._below.clear)

    async def ended(self) -> None:
        """Wait until it no longer plays: ``await panel.ended()`` in a cell. Interrupting pauses."""
        try:
            while self.playing:
                await asyncio.sleep(0.005)
        except asyncio.CancelledError:
            self.pause()
            raise

    # How it works.

    def _play(self) -> None:
        try:
            kernel_loop()
        except RuntimeError:
            raise RuntimeError(
                "there is no event loop outside a notebook; call run(epochs), which trains at once"
            ) from None
        self._run.go_on()
        self._background.start()
        self._clock.begin(self._run.at)
        self._note = ""

    def _pause(self, note: str) -> None:
        self._background.stop()
        self._note = note

    def _forth(self, step: Callable[[], None]) -> None:
        self._pause("")
        step()

    def _iterate_once(self) -> None:
        if self._run.ended:
            self._run.ask_for(1)
        self._run.iterate()

    def _train_to(self, epoch: int) -> None:
        while self._run.latest < epoch and self._run.iterate() is not None:
            pass

    def _set(self, changes: Mapping[str, Any]) -> None:
        changes = dict(changes)
        speed = checked_speed(changes.pop("speed", self._clock.speed))
        before = self._run.settings
        if changes:
            self._run.set(**changes)
        self._clock.speed, self._note = speed, ""
        if self._run.iteration == 0 and self._run.settings != before:
            self._fresh_start()

    def _fresh_start(self) -> None:
        self._clock.begin(0.0)
        if self._chosen is not None and self._chosen >= self._run.points:
            self._chosen = None

    def _reset(self) -> None:
        self._pause("")
        self._run.reset()
        self._fresh_start()

    def _scrub(self, epoch: Any) -> None:
        self._run.scrub(epoch)
        self._pause("")

    def _branch(self) -> None:
        start = self._run.shown
        self._run.branch()
        self._pause(
            f"A branch from epoch {start}: what had followed stays as a thin line. An optimizer "
            f"with memory begins with an empty one."
        )

    def _choose(self, point: Any) -> None:
        last = self._run.points - 1
        self._chosen = None if point is None else whole_setting("point", point, 0, last)

    def _trace(self) -> None:
        if self._chosen is None:
            raise ValueError("no point is chosen; click one in the map, or give choose(number)")
        from lessons.panels.matrices.panel import trace_layers

        run = self._run
        x, y = run.sample(self._chosen)
        names = run.train.classes if len(y) > 1 else None
        panel = trace_layers(run.network_shown(), x, y, at="backward", names=names)
        title = f"Point {self._chosen} at epoch {words.epochs(run.place)}"
        self._below.show(f"{title}, forward and backward", panel)

    def close(self) -> None:
        """Stop training, and take the panel off the page."""
        if hasattr(self, "_background"):
            self._background.stop()
        super().close()

    # Training in the background.

    def _piece(self) -> float | None:
        """A piece of training; the seconds until the next. The gate is held."""
        run, clock = self._run, self._clock
        if wait := clock.wait:
            return wait
        end, paced, now = clock.end_of_piece, clock.paced, time.perf_counter
        while True:
            progress = run.iterate()
            if progress is None or (progress.ends_epoch and run.ended):
                self._on_interrupt("")
                return None
            if (paced and clock.trained(progress)) or now() >= end:
                break
        if clock.picture_due:
            self._show_moving({})
        return clock.wait

    def _on_interrupt(self, note: str = "Interrupted.") -> None:
        with self._door.showing():
            self._pause(note)
            self._draw()

    def _on_failure(self, error: Exception) -> None:
        with self._door.showing():
            self._pause("")
            self._show_values()
            self._front.report(error, self._subject)

    # What is on the page.

    def _told(self) -> str:
        if self.playing:
            return words.playing(self._run)
        return words.sentence(self._run, self._note)

    def _draw(self) -> None:
        self._show_values()
        parts = {
            "say": f"<span>{self._told()}</span>",
            "history": f"<span>{words.point(self._run, self._chosen)}</span>",
        }
        if self.playing:  # the next picture is due soon, and a control must not wait for it
            self._front.show(parts)
        else:
            self._show_moving(parts)

    def _show_values(self) -> None:
        opened = bool(self._below.children)
        self._tools.show(self._run, self._clock.speed, self.playing, self._chosen, opened)

    def _show_moving(self, parts: Mapping[str, str]) -> None:
        """The pictures and numbers that change with every update, and ``parts`` with them."""
        began, run = self._clock.now, self._run
        moment = moment_of(run, self._chosen)
        ground = ground_of(run, moment)
        left = self._clock.left(run.at, run.target) if self.playing else None
        with self._door.showing():
            self._tools.show_progress(run, self.playing)
            self._front.plot = [] if moment.said.kind == "none" else list(frame(self._look))
            self._front.show(
                {
                    **parts,
                    "timeline": words.progress(run, left),
                    "formula": words.numbers(run),
                    "picture": self._picture.png(ground, moment, self._look),
                    "alt": alt(ground, moment),
                }
            )
        self._clock.drawn(began)

    def _on_event(self, event: dict[str, Any]) -> None:
        """A click in the map, and keys."""
        match event.get("kind"):
            case "point":
                self._on_point(float(event["x"]), float(event["y"]))
            case "play":
                self.pause() if self.playing else self.play()
            case "forward" if self._run.looks_back:
                self.scrub(min(int(self._run.place) + 1, self._run.latest))
            case "forward":
                self.epoch()
            case "back":
                self.scrub(max(0, math.ceil(self._run.place) - 1))
            case "first":
                self.scrub(0)
            case "last":
                self.scrub(self._run.latest)

    def _on_point(self, across: float, up: float) -> None:
        ends = bounds(self._run.train, self._run.test)
        shares = zip((across, up), ends, strict=True)
        at = [low + share * (high - low) for share, (low, high) in shares]
        # Near is what is near on the page, whose axes differ in length.
        left, top, right, bottom = frame(self._look)
        sides = (right - left) * self._look.width, (bottom - top) * self._look.height
        size = [(high - low) / side for (low, high), side in zip(ends, sides, strict=True)]
        self.choose(self._run.nearest(at, size))

    def _on_value(self, name: str, value: Any) -> None:
        """A slider, a box or a menu has another value."""
        settings = self._run.settings
        if isinstance(value, float) and value.is_integer() and name not in ("noise", "lr"):
            value = int(value)
        width = max(settings.hidden, default=_WIDTH)
        match name:
            case "epoch":
                self.scrub(min(value, self._run.latest))
            case "point":
                self.choose(value)
            case "layers":
                self.set(hidden=(width,) * whole_setting("layers", value, 0))
            case "width":
                self.set(hidden=(value,) * max(1, len(settings.hidden)))
            case _:
                self.set(**{name: value})

    def _action(self, name: str) -> Callable[[], None]:
        """What a button does, by its name."""
        if name == "play":
            return lambda: self.pause() if self.playing else self.play()
        return lambda: getattr(self, name)()

    # What readers without a kernel see.

    def _height_for(self, width: int) -> int:
        return height_for(width)

    def _still(self, look: RenderContext) -> tuple[bytes, str, str]:
        moment = moment_of(self._run, self._chosen)
        ground = ground_of(self._run, moment)
        picture = TrainingPicture().png(ground, moment, look, level=9)
        return picture, alt(ground, moment), words.table(self._run)

    def __repr__(self) -> str:
        run = self._run
        layers = "-".join(map(str, run.network.sizes))
        return f"TrainingPanel of {run.name}, {layers}, after epoch {run.latest}"
