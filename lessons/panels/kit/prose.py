"""Pieces of a sentence: words marked by the pass they belong to, lists, brackets.

A piece is a ``Markup``, a text that is HTML already. What is put into another piece is escaped
once, whether it is a name of the learner's or a piece itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from markupsafe import Markup

from lessons.maths import text


def plain(html: str) -> str:
    """A sentence without its marks, for messages and the text alternative."""
    return unescape(re.sub("<[^>]*>", "", html))


def bold(words: object) -> Markup:
    """Words that a sentence is about."""
    return Markup("<b>{}</b>").format(words)


def forward(words: object) -> Markup:
    """Words of the forward pass, marked as such."""
    return Markup('<b class="bp-f">{}</b>').format(words)


def backward(words: object) -> Markup:
    """Words of the backward pass, marked as such."""
    return Markup('<b class="bp-b">{}</b>').format(words)


def forward_number(value: float) -> Markup:
    """A number of the forward pass."""
    return forward(text.number(value))


def backward_number(value: float) -> Markup:
    """A number of the backward pass."""
    return backward(text.number(value))


def with_code(words: str) -> Markup:
    """Plain text as HTML, with `code` between backticks."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words)))


def listed(words: Sequence[str], most: int = 8) -> str:
    """``a, b and c``."""
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def bracketed(shown: str) -> str:
    """A number in brackets where it begins with a minus."""
    return f"({shown})" if shown.startswith(text.MINUS) else shown
