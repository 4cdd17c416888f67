"""The front end of a panel as a widget: a few strings of HTML in, events out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any
from uuid import uuid4

import anywidget
import traitlets

from lessons.panels.kit import palette
from lessons.panels.kit.modules import joined

_KIT = Path(__file__).parent
#: In this order: a later one refines an earlier one.
_SHEETS = [_KIT / f"{name}.css" for name in ("panel", "values", "parts")]


def _joined(*files: Path) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in files)


class Frontend(anywidget.AnyWidget):
    """Draws the parts of a panel, and hands on what the page sends: see ``door.py``.

    Each part is HTML ("" hides it). Only parts that changed are sent, all in one message. A panel
    may have a ``picture`` too, as PNG with its ``alt`` text; ``look`` is what the page says about
    itself: the picture's ``width`` in px, the device pixel ``ratio``, and whether it is ``dark``.
    Where a picture has a ``plot`` (left, top, right, bottom of its axes, as shares from its top
    left), a click or a drag in it is reported as shares of the axes.

    A panel has a front end of its own, made by :func:`frontend`: this one, and what stands beside
    the panel.
    """

    _esm = joined(_KIT / "panel.js")
    #: The kit's sheet. It stands on a page once, before those of the panels, which refine it.
    sheet = traitlets.Unicode(palette.sheet() + _joined(*_SHEETS)).tag(sync=True)

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
    plot: traitlets.List[float] = traitlets.List().tag(sync=True)
    old = traitlets.Bool(False).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    interval = traitlets.Int(900).tag(sync=True)
    #: Steps that the clock has made: a tick for another one comes from a page that is behind.
    beat = traitlets.Int(0).tag(sync=True)
    #: The id of this widget, and those of the controls that send through it.
    key = traitlets.Unicode().tag(sync=True)
    controls: traitlets.List[str] = traitlets.List().tag(sync=True)
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
        return "Frontend()"  # anywidget's own holds an address


def frontend(panel: str, *rules: str, base: type[Frontend] = Frontend) -> type[Frontend]:
    """The front end of a panel: the kit's, and the sheet and the scripts of the panel's folder.

    ``panel`` is the ``__file__`` of the panel. ``rules`` are those of the kit's pictures that it
    shows, such as ``HEATMAP_CSS``. ``base`` may have further traits.
    """
    folder = Path(panel).parent
    members = {
        "__module__": f"lessons.panels.{folder.name}",  # anywidget knows a sheet by this name
        # A script of a panel adds itself to the `attachments` of the kit's.
        "_esm": joined(_KIT / "panel.js", *sorted(folder.glob("*.js"))),
        "_css": _joined(*sorted(folder.glob("*.css"))) + "".join(rules),
    }
    return type("OwnFrontend", (base,), members)
