"""Panels with a picture by matplotlib: what needs none does not load it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets

from lessons.panels.kit.figure import RenderContext, palette_png
from lessons.panels.kit.panel import Panel
from lessons.panels.kit.still_image import still_image


class PicturePanel(Panel):
    """A panel with a picture by matplotlib, drawn for the width and the theme of the page.

    Beside what :class:`Panel` asks for, a panel gives ``_height_for`` (the height of the picture
    for a width, both in CSS px) and ``_still`` (what readers without a kernel see).
    """

    #: The size of the still picture.
    _still_look = RenderContext(width=760, height=500, ratio=1.5, solid=True)

    def __init__(
        self, label: str, children: Sequence[ipywidgets.Widget], classes: Sequence[str] = ()
    ) -> None:
        self._look = RenderContext()
        super().__init__(label, children, classes)
        self._front.observe(self._on_look, "look")

    def _on_hand(self, event: dict[str, Any]) -> None:
        if event["kind"] == "look":
            self._front.look = event["look"]
        else:
            super()._on_hand(event)

    def _height_for(self, width: int) -> int:
        raise NotImplementedError

    def _still(self, look: RenderContext) -> tuple[bytes, str, str]:
        """The panel as PNG, its alt text, and its numbers as a text table."""
        raise NotImplementedError

    def _on_look(self, change: dict[str, Any]) -> None:
        """The page says how wide, how fine and how dark it is."""
        with self._door.showing(), self._reported():
            self._look = RenderContext.on_page(change["new"], self._height_for)
            self._draw()

    def _static_output(self) -> tuple[str, str]:
        still, alt, table = self._still(self._still_look)
        # An image of its own kind, image/png, would lose its text alternative in JupyterLab.
        style = f"width: {self._still_look.width}px; max-width: 100%"
        return still_image(palette_png(still), alt, style), table
