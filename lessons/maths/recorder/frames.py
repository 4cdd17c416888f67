"""Where an operation stands: its line in the recorded function, and its site in the source.

It is asked for every operation of every run, so answers are remembered: by the code and the
instruction; and in a helper, where the line that calls it and the name that its result gets there
count, by those of all callers up to the recorded function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from sys import _getframe
from types import CodeType, FrameType
from typing import NamedTuple

from lessons.maths.recorder.source import UNKNOWN, Listing, Site, listing_of, site_of

#: The module that calls the learner's function: nothing is looked for from its frame on.
_RECORDER = "lessons.maths.scalar.record"
#: Frames of these modules are the machinery; the first frame outside of them is the learner's.
_MACHINERY = {
    "lessons.maths.functions",
    "lessons.maths.recorder.number",
    "lessons.maths.recorder.tape",
}
#: How many functions are remembered, and the longest chain of callers that is.
_FUNCTIONS, _DEEP = 256, 8


class Where(NamedTuple):
    """The line in the recorded function, and the site. ``codes`` are held for the sake of their
    ids, which the place is remembered by.
    """

    line: int | None
    site: Site
    codes: tuple[CodeType, ...] = ()


NOWHERE = Where(None, UNKNOWN)


@dataclass(frozen=True, slots=True)
class SourceMap:
    """The places that are met while one function runs.

    ``known`` has a :class:`Where` for ``(id(code), instruction)``; or None, and then it is under
    the chain of such pairs, that of the operation and those of all callers.
    """

    code: CodeType | None
    listing: Listing | None = None
    known: dict[tuple[int, ...], Where | None] = field(default_factory=dict)

    def find(self, frame: FrameType) -> Where:
        """Where a frame of the learner's stands."""
        code, here = frame.f_code, (id(frame.f_code), frame.f_lasti)
        if frame.f_globals.get("__name__") == _RECORDER:  # a function of the table is recorded
            return NOWHERE
        if here not in self.known:
            site, line = site_of(code, frame.f_lasti), self._own_line(frame)
            alone = (line or not self.listing) and (code is self.code or not site.returned)
            self.known[here] = Where(line, site, (code,)) if alone else None
        where = self.known[here]
        if where is not None:
            return where
        callers = list(self._callers(frame))
        chain = (*here, *(part for each in callers for part in (id(each.f_code), each.f_lasti)))
        where = self.known.get(chain)
        if where is None:
            codes = code, *(each.f_code for each in callers)
            where = Where(self._line(frame, callers), self._site(frame, callers), codes)
            if len(callers) < _DEEP:  # a deep recursion would be remembered for nothing
                self.known[chain] = where
        return where

    def _callers(self, frame: FrameType) -> Iterator[FrameType]:
        """The frames around a frame, up to that of the recorded function."""
        while frame.f_code is not self.code and (caller := frame.f_back) is not None:
            if caller.f_globals.get("__name__") == _RECORDER:
                break
            yield caller
            frame = caller

    def _site(self, frame: FrameType, callers: list[FrameType]) -> Site:
        """The site of what a frame does; where a helper returns that, the call may name it."""
        site = site_of(frame.f_code, frame.f_lasti)
        for caller in callers:
            if not site.returned:
                break
            outer = site_of(caller.f_code, caller.f_lasti)
            site = Site(outer.target, outer.item, outer.returned, False, site.sum_call)
        return site

    def _line(self, frame: FrameType, callers: list[FrameType]) -> int | None:
        """The line of the recorded function that a frame stands on, or that has called it."""
        lines = (self._own_line(each) for each in (frame, *callers))
        return next((line for line in lines if line), None)

    def _own_line(self, frame: FrameType) -> int | None:
        listing, line = self.listing, frame.f_lineno
        if listing is None or not line or frame.f_code.co_filename != listing.filename:
            return None
        return line - listing.first + 1 if listing.first <= line <= listing.last else None


def learner_frame(depth: int = 2) -> FrameType:
    """The innermost frame that is not the machinery's, from so many frames up."""
    frame = _getframe(depth)
    while frame.f_globals.get("__name__") in _MACHINERY and frame.f_back is not None:
        frame = frame.f_back
    return frame


_SOURCE_MAPS: dict[int, SourceMap] = {}


def source_map_of(code: CodeType | None) -> SourceMap:
    """The places of a recorded function, the same ones each time that it is recorded."""
    if code is None:
        return SourceMap(None)
    if id(code) not in _SOURCE_MAPS:
        while len(_SOURCE_MAPS) >= _FUNCTIONS:  # a notebook whose cells are run for days
            _SOURCE_MAPS.pop(next(iter(_SOURCE_MAPS)))
        _SOURCE_MAPS[id(code)] = SourceMap(code, listing_of(code))
    return _SOURCE_MAPS[id(code)]
