"""How much work something is, without a clock: another program on the machine changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def calls(work: Callable[[], Any]) -> int:
    """The functions that Python calls in it, its own and those written in C.

    >>> calls(lambda: [abs(n) for n in range(5)]) >= 5
    True
    """
    count = 0

    def hear(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    before = sys.getprofile()
    sys.setprofile(hear)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
