"""Still pictures for readers without a kernel: as an image, and as the value of a cell."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from html import escape
from typing import Any

#: Under the still picture of a panel.
LIVE = "This is a still picture. Run the cell to make it live."


def image(content: str | bytes, alt: str, style: str = "max-width: 100%") -> str:
    """An ``<img>`` that holds its own picture, an SVG or the bytes of a PNG.

    Every viewer shows it, even of a notebook that it does not trust.
    """
    kind, raw = ("png", content) if isinstance(content, bytes) else ("svg+xml", content.encode())
    data = base64.b64encode(raw).decode()
    return f'<img alt="{escape(alt)}" src="data:image/{kind};base64,{data}" style="{style}">'


def still_image(
    content: str | bytes, alt: str, style: str = "max-width: 100%", note: str = ""
) -> str:
    """The still picture of a panel: the image, and a line that says how to make it live."""
    return f"{image(content, alt, style)}\n<p><small>{LIVE}{escape(note)}</small></p>"


def wrapped(told: str, width: float) -> list[str]:
    """A sentence in lines of at most ``width`` px, as captions are set."""
    most, lines = max(40, int(width / 6.4)), [""]
    for word in told.split():
        if len(lines[-1]) + len(word) + 1 > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


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
        least = f"; min-width: {self.least:.0f}px" if self.least else ""
        html = image(self.svg, self.alt, f"max-width: 100%{least}")
        if least:
            html = f'<div tabindex="0" style="overflow-x: auto">{html}</div>'
        return {"text/html": html, "text/plain": self.text}
