"""A limit for code of a learner that the course runs: a loop without end must end.

No thread, process or signal is needed, so it works in a browser's Python too: Python itself tells
before each line, and the lines are counted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

#: Lines and seconds that one piece of a learner's code may take. The right ones need far less.
MOST_LINES = 1_000_000
MOST_SECONDS = 5.0
_PACKAGE = str(Path(__file__).resolve().parents[1])
#: The clock is looked at once in so many lines.
_OFTEN = 1024


class TooLong(BaseException):
    """Code that was stopped. No ``except Exception`` of the code itself catches it."""


@contextmanager
def limited(lines: int = MOST_LINES, seconds: float = MOST_SECONDS) -> Iterator[None]:
    """Run what is within, and stop it by :class:`TooLong` where it takes more than this.

    Lines of the course's own code do not count. What is counted are lines of Python: a single call
    that never comes back, such as ``list(itertools.count())``, is beyond this.
    """
    left, end = lines, time.monotonic() + seconds

    def on_line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left < 0 or (left % _OFTEN == 0 and time.monotonic() > end):
                raise TooLong(f"line {frame.f_lineno} of {frame.f_code.co_name}")
        return on_line

    def on_call(frame: FrameType, _: str, __: Any) -> Any:
        return None if frame.f_code.co_filename.startswith(_PACKAGE) else on_line

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        yield
    finally:
        sys.settrace(before)
