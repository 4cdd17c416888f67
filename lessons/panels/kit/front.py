"""The front end of a panel as a widget: a few strings of HTML in, events out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any
from uuid import uuid4

import anywidget
import traitlets

from lessons.panels.kit.heat_style import HEATMAP_CSS
from lessons.panels.kit.image_style import IMAGE_CSS
from lessons.panels.kit.modules import joined
from lessons.panels.kit.style import DIAGRAM_CSS

_KIT = Path(__file__).parent
#: In this order: a later one refines an earlier one.
_SHEETS = [_KIT / f"{name}.css" for name in ("panel", "values", "parts")]


def _beside_panels(pattern: str) -> list[Path]:
    """The files of a kind that stand beside the panels, in the order of their folders."""
    return sorted(path for path in _KIT.parent.glob(f"*/{pattern}") if path.parent != _KIT)


def _joined(*files: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in files)


class Front(anywidget.AnyWidget):
    """Draws the parts of a panel, and hands on what the page sends: see ``door.py``.

    Each part is HTML ("" hides it). Only parts that changed are sent, all in one message. A panel
    may have a ``picture`` too, as PNG with its ``alt`` text; ``look`` is what the page says about
    itself: the picture's ``width`` in px, the device pixel ``ratio``, and whether it is ``dark``.
    Where a picture has a ``plot`` (left, top, right, bottom of its axes, as shares from its top
    left), a click or a drag in it is reported as shares of the axes. ``pad`` is what is on the page
    of a panel that has one to draw on.
    """

    _esm = joined(_KIT / "panel.js", *_beside_panels("*.js"))
    # The kit's sheets are first: the others, one for each panel, refine them.
    _css = _joined(*_SHEETS, *_beside_panels("*.css"))
    _css += DIAGRAM_CSS + HEATMAP_CSS + IMAGE_CSS

    label = traitlets.Unicode().tag(sync=True)
    timeline = traitlets.Unicode().tag(sync=True)
    say = traitlets.Unicode().tag(sync=True)
    diagram = traitlets.Unicode().tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)
    steps = traitlets.Unicode().tag(sync=True)
    formula = traitlets.Unicode().tag(sync=True)
    history = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    picture = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    look = traitlets.Dict().tag(sync=True)
    plot = traitlets.List().tag(sync=True)
    pad = traitlets.Dict().tag(sync=True)
    old = traitlets.Bool(False).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    interval = traitlets.Int(900).tag(sync=True)
    #: Steps that the clock has made: a tick for another one comes from a page that is behind.
    beat = traitlets.Int(0).tag(sync=True)
    #: The id of this widget, and those of the controls that send through it.
    key = traitlets.Unicode().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    #: The events that each page has sent and that are done, by number, and what became of controls.
    shown = traitlets.Dict().tag(sync=True)
    #: What takes in the messages of the page.
    receive: Callable[[dict[str, Any]], None] = staticmethod(lambda message: None)

    def __init__(self, **options: Any) -> None:
        # The page has to know both from the start: it takes the controls in before it shows them.
        key = uuid4().hex
        super().__init__(model_id=key, key=key, **options)

    def show(self, parts: Mapping[str, str | bytes]) -> None:
        """Set several parts at once; the page gets one message, with what changed."""
        with self.hold_sync():
            for name, content in parts.items():
                setattr(self, name, content)

    def report(self, error: Exception, subject: str) -> None:
        """Tell an error in a sentence, and mark the picture as old; the caller raises the error.

        Errors of the course speak for themselves; of any other, ``subject`` is what it stopped.
        """
        told = str(error)
        if type(error) not in (ValueError, TypeError, OverflowError):
            told = f"{subject} stopped with {type(error).__name__}: {error}"
        old = "<span>The picture below is the last one that worked.</span>"
        self.show({"error": f"{escape(told)}. {old}"})
        self.old = True

    def _handle_custom_msg(self, content: dict[str, Any], buffers: list[Any]) -> None:
        """An error is raised here, where ipywidgets' own callbacks would swallow it."""
        if "number" in content:
            self.receive(content)
        else:
            super()._handle_custom_msg(content, buffers)

    def __repr__(self) -> str:
        return "Front()"  # anywidget's own holds an address
