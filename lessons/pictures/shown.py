"""A still picture as the value of a notebook's cell."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from html import escape
from typing import Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that every viewer shows: JupyterLab, GitHub, a printed page, an untrusted notebook.

    ``svg`` is a whole SVG with a ground and colours of its own, since nothing of the page reaches
    into an image. ``alt`` says what is to be seen in it, ``text`` is the same as numbers. It
    shrinks with the page, but not below ``least`` px: from there on it scrolls, by keyboard too.
    """

    svg: str = field(repr=False)
    alt: str
    text: str
    least: float = 0.0

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        data = base64.b64encode(self.svg.encode()).decode()
        least = f"; min-width: {self.least:.0f}px" if self.least else ""
        image = (
            f'<img alt="{escape(self.alt)}" src="data:image/svg+xml;base64,{data}" '
            f'style="max-width: 100%{least}">'
        )
        if least:
            image = f'<div tabindex="0" style="overflow-x: auto">{image}</div>'
        return {"text/html": image, "text/plain": self.text}
