"""``trace_layers``: both passes of a network, array by array, as a panel with a stepper."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from lessons.maths.networks.network import Network
from lessons.maths.networks.trace import Trace
from lessons.panels.kit import tex
from lessons.panels.kit.controls import Menu
from lessons.panels.kit.frontend import frontend
from lessons.panels.kit.heat_style import HEATMAP_CSS
from lessons.panels.kit.heatmap import picture
from lessons.panels.kit.panel import scrolling
from lessons.panels.kit.prose import plain
from lessons.panels.kit.stepping import SteppingPanel
from lessons.panels.kit.still_image import still_image
from lessons.panels.kit.style import DIAGRAM_CSS
from lessons.panels.kit.toolbars import toolbar
from lessons.panels.matrices import words
from lessons.panels.matrices.formula import formulas
from lessons.panels.matrices.nodes import has_nodes
from lessons.panels.matrices.scene import Scene
from lessons.panels.matrices.state import VIEWS, Tracing
from lessons.panels.matrices.still import drawn
from lessons.panels.matrices.still import picture as still_picture

#: A network with a layer of more nodes takes the whole width of the panel for its arrays.
_NARROW = 12


class MatrixPanel(SteppingPanel):
    """The panel that :func:`trace_layers` makes. Everything it shows is a function of its scene.

    From Python: ``set``, ``go``, ``forward``, ``back``, ``play``, ``choose``, ``show``; and to
    read, ``trace``, ``scene``, ``at``, ``chosen``, ``sentence``.
    """

    _state: Tracing
    _frontend = frontend(__file__, DIAGRAM_CSS, HEATMAP_CSS)

    def __init__(self, state: Tracing) -> None:
        self._state = state
        self._controls = {}
        backward = ["backward"] if "L" in state.trace.places else []
        bar = toolbar(self._stepping, self._make_play(), self._set_interval, ["forward", *backward])
        self._views = Menu(
            "view", VIEWS, self._on_view, label="View", style="bp-views", value=state.view
        )
        if state.has_views:
            bar.children = (*bar.children, self._views.widget)
        sizes = state.trace.network.sizes
        wide = ["bp-matrices-wide"] if max(sizes) > _NARROW else []
        label = f"Network {', '.join(map(str, sizes))}, layer by layer"
        super().__init__(label, [bar], ["bp-matrices", *wide])
        self._draw()

    # What can be read.

    @property
    def trace(self) -> Trace:
        """Every array of both passes, as data."""
        return self._state.trace

    @property
    def scene(self) -> Scene:
        """What is on show, as data."""
        return self._state.scene

    @property
    def chosen(self) -> str:
        """The entry that is picked out, as in "z2[1]"; "" for none."""
        return "" if self._state.chosen is None else self.scene.entry

    @property
    def sentence(self) -> str:
        """The sentence about this step."""
        return plain(words.sentence(self.scene))

    # What can be done. Each of these is also what a control or a key does.

    def set(self, **values: Any) -> None:
        """Another sample ``x``, target ``y`` or ``network``; the step stays."""
        self._act(self._state.set, values)

    def choose(self, name: str) -> None:
        """Pick out an entry, as in "z1[2]" or "dL_dW2[3, 1]"; "" or the same again lets it go."""
        self._act(self._state.choose, name)

    def show(self, view: str) -> None:
        """The "arrays" of a step, or the "nodes" and edges of its layer."""
        self._act(self._state.show, view)

    # How it works.

    def _on_view(self, _name: str, view: str) -> None:
        self.show(view)

    def _show_values(self) -> None:
        self._views.show(self._state.view)

    def _draw(self) -> None:
        """Every part of the page from the scene. Nothing else writes to the front end."""
        scene = self.scene
        self._rest_at_the_end()
        self._show_values()
        body, width, height = drawn(scene)
        image = picture(body, width, height, words.description(scene))
        told = escape(_heading(scene))
        self._front.show(
            {
                "timeline": words.timeline(scene),
                "say": f"<small>{words.title(scene)}</small><span>{words.sentence(scene)}</span>",
                "diagram": f'<p class="bp-h">{told}</p>{image}',
                "code": scrolling("Both passes in NumPy", words.listing(scene)),
                "formula": "".join(f"<div>{tex.mathml(line)}</div>" for line in formulas(scene)),
            }
        )

    def _on_event(self, event: dict[str, Any]) -> None:
        """Beside the steps: what is picked out, by a click or a key."""
        state = self._state
        match event.get("kind"):
            case "choose":
                self._act(state.click if event["name"] else state.choose, event["name"])
            case "next":
                self._act(state.choose_beside, 1)
            case "previous":
                self._act(state.choose_beside, -1)
            case _:
                super()._on_event(event)

    # What readers without a kernel see.

    def _static_output(self) -> tuple[str, str]:
        scene = self.scene
        alt = f"{self.sentence} The numbers stand in the text below."
        html = still_image(still_picture(scene), alt)
        return html, words.table(self.trace)

    def __repr__(self) -> str:
        sizes = self.trace.network.sizes
        return f"Layers of a network {sizes}, step {self.at} of {self.scene.last}"


def trace_layers(
    network: Network,
    x: Any,
    y: Any = None,
    *,
    at: int | str = 0,
    image: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
) -> MatrixPanel:
    """A panel that steps through a network's forward and backward pass, array by array.

    ``x`` is one sample (in,) with its target ``y``, or a batch (n, in) of a few rows; without a
    target there is the forward pass alone. ``at`` is the first step: a position, or a name such as
    "dL_da1" or "dL_da1[0]". ``image`` is the shape in which x is drawn, (8, 8) for a digit;
    ``names`` are those of the outputs. The network is copied, so that training it further changes
    nothing here. Errors are those of the network; a setting that does not fit is a ``ValueError``.

    >>> panel = trace_layers(network, x, y, at="dL_da1")  # doctest: +SKIP
    >>> panel.choose("dL_da1[0]"); panel.sentence  # doctest: +SKIP
    """
    if not isinstance(network, Network):
        raise TypeError(
            f"trace_layers takes a Network, and got {type(network).__name__}; make one with "
            f"Network((3, 4))"
        )
    return MatrixPanel(Tracing(network, x, y, at, image, names))


def _heading(scene: Scene) -> str:
    """Which layer the picture is of, and why it is not the view that was asked for."""
    step = scene.step
    if step is None:
        what = "Given"
    elif step.kind in ("loss", "error"):
        what = "The loss"
    else:
        into, out = scene.trace.network.sizes[step.layer - 1 : step.layer + 1]
        what = f"Layer {step.layer}: {into} in, {out} out"
    if scene.view == "nodes" and not has_nodes(scene):
        return f"{what}. This step runs along no edges, so its arrays are shown."
    return what
