"""Pieces of a sentence: numbers marked by the pass they belong to, lists, brackets."""

from __future__ import annotations

from html import escape

from lessons.maths import text


def plain(html: str) -> str:
    """A sentence without its marks, for messages and the text alternative."""
    for mark in ('<b class="bp-f">', '<b class="bp-b">', "<b>", "</b>"):
        html = html.replace(mark, "")
    return (
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'").replace("&amp;", "&")
    )


def forward(words: str) -> str:
    """Words of the forward pass, marked as such."""
    return f'<b class="bp-f">{escape(words)}</b>'


def backward(words: str) -> str:
    """Words of the backward pass, marked as such."""
    return f'<b class="bp-b">{escape(words)}</b>'


def forward_number(value: float) -> str:
    """A number of the forward pass."""
    return forward(text.number(value))


def listed(words: list[str], most: int = 8) -> str:
    """``a, b and c``."""
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def bracketed(shown: str) -> str:
    """A number in brackets where it begins with a minus."""
    return f"({shown})" if shown.startswith(text.MINUS) else shown
