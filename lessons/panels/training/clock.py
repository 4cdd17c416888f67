"""How fast a training in the background goes, how often it is drawn, and how long it will take."""

from __future__ import annotations

import time
from dataclasses import dataclass

from lessons.maths.training.loop import Progress

#: Seconds of training in one piece: as long as a cell or a control has to wait.
PIECE = 0.02
#: Seconds from one picture to the next, at the least, and the share of time that pictures may take.
REFRESH, SHARE = 0.2, 0.12
#: The longest wait between two pieces: a change of speed takes effect after it.
_LONGEST = 0.25


@dataclass(frozen=True, slots=True)
class Speed:
    """So many iterations or epochs a second; as fast as it goes where there is no unit."""

    unit: str = ""
    a_second: float = 0.0


SPEEDS = {
    "4 iterations a second": Speed("iteration", 4.0),
    "4 epochs a second": Speed("epoch", 4.0),
    "20 epochs a second": Speed("epoch", 20.0),
    "full speed": Speed(),
}
USUAL_SPEED = "20 epochs a second"


def checked_speed(name: str) -> str:
    """The name of a speed; ``ValueError`` for any other."""
    if name not in SPEEDS:
        raise ValueError(f"there is no speed {name!r}; choose one of {', '.join(SPEEDS)}")
    return name


class TrainingClock:
    """When the next iteration is due, and when the next picture. Times are of ``perf_counter``."""

    def __init__(self, speed: str) -> None:
        self._speed = checked_speed(speed)
        self._due = self._picture_due = 0.0
        self._cost = 0.03  # seconds that a picture takes, the latest counting most
        self._since, self._from = 0.0, 0.0

    @property
    def speed(self) -> str:
        """The name of the speed."""
        return self._speed

    @speed.setter
    def speed(self, name: str) -> None:
        self._speed, self._due = checked_speed(name), self.now

    @property
    def paced(self) -> bool:
        """Whether it goes so many units a second, and not as fast as it can."""
        return SPEEDS[self._speed].unit != ""

    def begin(self, epoch: float) -> None:
        """It trains from now on, from this epoch."""
        self._due = self._picture_due = self.now
        self._since, self._from = self.now, epoch

    @property
    def now(self) -> float:
        return time.perf_counter()

    @property
    def end_of_piece(self) -> float:
        """When a piece that begins now is to end."""
        return self.now + PIECE

    @property
    def wait(self) -> float:
        """Seconds until the next iteration is due; 0 if it is."""
        return min(_LONGEST, max(0.0, self._due - self.now))

    @property
    def picture_due(self) -> bool:
        """Whether it is time for another picture."""
        return self.now >= self._picture_due

    def trained(self, progress: Progress) -> bool:
        """An iteration is done, at a speed that is paced; whether the unit ends with it."""
        speed = SPEEDS[self._speed]
        if speed.unit == "epoch" and not progress.ends_epoch:
            return False
        wait = 1 / speed.a_second
        # What is late is not made up for, so that it never rushes.
        self._due = max(self._due, self.now - wait) + wait
        return True

    def drawn(self, began: float) -> None:
        """A picture is done. The dearer it is, the later comes the next one."""
        self._cost = 0.5 * (self._cost + self.now - began)
        self._picture_due = began + max(REFRESH, self._cost / SHARE)

    def left(self, epoch: float, target: int) -> float | None:
        """Seconds until the last epoch, at the pace so far; None where it is too early to say."""
        gone, done = self.now - self._since, epoch - self._from
        return (target - epoch) * gone / done if done > 0 and gone > 0.3 else None
