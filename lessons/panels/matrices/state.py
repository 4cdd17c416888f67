"""What a panel of a network's passes holds and can do, without any widget."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from lessons.maths.networks.network import Network
from lessons.maths.networks.trace import Trace, traced
from lessons.panels.kit.heat_cells import Index
from lessons.panels.matrices.nodes import has_nodes
from lessons.panels.matrices.scene import Scene

#: What the menu of views offers.
VIEWS = {"heat maps": "arrays", "nodes and edges": "nodes"}
_ENTRY = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\[\s*(\d+(?:\s*,\s*\d+)*)\s*\])?\s*")


class Tracing:
    """A trace, and where the learner is in it.

    Every action either succeeds as a whole, or raises and leaves everything as it was.
    """

    def __init__(
        self,
        network: Network,
        x: Any,
        y: Any,
        at: int | str,
        image: Sequence[int] | None,
        names: Sequence[str] | None,
    ) -> None:
        self.trace: Trace = traced(network, x, y)
        self.image = _image(image, network.sizes[0])
        self.names = _names(names, network.sizes[-1])
        self.view = "arrays"
        self.at, self.chosen = 0, None  # type: int, Index | None
        self.go(at)

    @property
    def last(self) -> int:
        """The position of the last step."""
        return self.scene.last

    @property
    def scene(self) -> Scene:
        """What is on show, as data."""
        return Scene(self.trace, self.at, self.chosen, self.image, self.names, self.view)

    @property
    def has_views(self) -> bool:
        """Whether there is a step whose nodes and edges can be drawn."""
        every = range(1, len(self.trace.steps) + 1)
        return any(has_nodes(Scene(self.trace, at)) for at in every)

    def set(self, values: dict[str, Any]) -> None:
        """Another ``x``, ``y`` or ``network``. The step stays, where it is still there."""
        for name in values:
            if name not in ("network", "x", "y"):
                raise ValueError(f"{name} cannot be set; there are network, x and y")
        network = values.get("network", self.trace.network)
        x = values.get("x", self.trace.arrays["x"])
        y = values.get("y", self.trace.arrays.get("y"))
        new = traced(network, x, y)
        image = self.image if network.sizes[0] == self.trace.network.sizes[0] else None
        names = self.names if network.sizes[-1] == self.trace.network.sizes[-1] else ()
        result = self.scene.result
        at = new.places.get(result, min(self.at, len(new.steps)))
        stays = self.chosen is not None and _is_there(new, result, self.chosen)
        self.trace, self.image, self.names, self.at = new, image, names, at
        self.chosen = self.chosen if stays else None

    def go(self, where: int | str) -> None:
        """To a position, to a step by its name, to an entry, or to "first", "backward", "last"."""
        if isinstance(where, str) and "[" in where:
            self.choose(where)
            return
        self.at, self.chosen = self.position(where), None

    def move(self, by: int) -> None:
        """Some steps on or back, as far as there are any."""
        self.at, self.chosen = max(0, min(self.at + by, self.scene.last)), None

    def position(self, where: int | str) -> int:
        """The number of a position. Raises ``ValueError`` for one that is not there."""
        places, last = self.trace.places, self.scene.last
        if isinstance(where, int) and not isinstance(where, bool):
            if 0 <= where <= last:
                return where
            raise ValueError(f"there is no step {where}; this panel goes from 0 to {last}")
        named = {"first": 0, "last": last, "forward": min(1, last)}
        if "L" in places:
            named["backward"] = places["L"] + 1
        found = {**places, **named}.get(where) if isinstance(where, str) else None
        if found is None:
            raise ValueError(
                f"{where!r} is no step of this panel; there are {', '.join((*named, *places))}"
            )
        return found

    def choose(self, name: str) -> None:
        """Pick out an entry by its name, as in "z1[2]"; "" or the same again lets it go.

        An entry of another step's array takes the panel to that step.
        """
        if not name:
            self.chosen = None
            return
        array, index = self._entry(name)
        if array != self.scene.result:
            self.at, self.chosen = self.trace.places[array], index
        else:
            self.chosen = None if index == self.chosen else index

    def click(self, name: str) -> None:
        """An entry anywhere on the page: the entry of the result that belongs to it."""
        array, index = self._entry(name, anything=True)
        target = self.scene.target(array, index)
        if target is not None:
            self.chosen = None if target == self.chosen and array == self.scene.result else target

    def choose_beside(self, by: int) -> None:
        """The next or the previous entry of the result, row by row."""
        shape = self.scene.array.shape
        count = int(np.prod(shape))
        if self.chosen is None:
            place = 0 if by > 0 else count - 1
        else:
            place = (int(np.ravel_multi_index(self.chosen, shape)) if shape else 0) + by
        flat = place % count
        self.chosen = tuple(int(i) for i in np.unravel_index(flat, shape)) if shape else ()

    def show(self, view: str) -> None:
        """Another view of the same step: "arrays" or "nodes"."""
        if view not in VIEWS.values():
            raise ValueError(f"there is no view {view!r}; there are {', '.join(VIEWS.values())}")
        if view == "nodes" and not self.has_views:
            raise ValueError(
                "the nodes of this network are too many to be drawn one by one, or its samples "
                "are; give one sample, and layers of up to 8 nodes"
            )
        self.view = view

    def _entry(self, name: str, anything: bool = False) -> tuple[str, Index]:
        """An array and an index, from "dL_dW2[3, 1]". Raises ``ValueError`` for what is not."""
        found = _ENTRY.fullmatch(name)
        if not found:
            raise ValueError(f"{name!r} is no entry; write it as in {self._example()}")
        array, places = found[1], found[2]
        index = tuple(int(place) for place in places.split(",")) if places else ()
        known = self.trace.arrays if anything else self.trace.places
        if array not in known:
            raise ValueError(f"there is no step {array}; there are {', '.join(self.trace.places)}")
        if not _is_there(self.trace, array, index):
            shape = self.trace.arrays[array].shape
            raise ValueError(
                f"{array} has no entry [{places or ''}]: its shape is {shape}, and entries are "
                f"counted from 0, as in {self._example()}"
            )
        return array, index

    def _example(self) -> str:
        return "z1[0, 2]" if self.trace.batch else "z1[2]"


def _is_there(trace: Trace, array: str, index: Index) -> bool:
    shape = trace.arrays[array].shape if array in trace.arrays else None
    return (
        shape is not None
        and len(index) == len(shape)
        and all(i < size for i, size in zip(index, shape, strict=True))
    )


def _image(image: Sequence[int] | None, inputs: int) -> tuple[int, int] | None:
    if image is None:
        return None
    given = tuple(image)
    if len(given) != 2 or given[0] * given[1] != inputs:
        raise ValueError(
            f"image is {image!r}, and x has {inputs} entries; give the rows and columns of the "
            f"image, whose product is {inputs}"
        )
    return int(given[0]), int(given[1])


def _names(names: Sequence[str] | None, outputs: int) -> tuple[str, ...]:
    if names is None:
        return ()
    given = tuple(str(name) for name in names)
    if len(given) != outputs:
        raise ValueError(f"names has {len(given)} names for {outputs} outputs; give one for each")
    return given
