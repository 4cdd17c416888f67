"""Work that goes on beside cells and controls: short pieces on the kernel's own event loop.

Three things have to be kept apart. Cells run on the kernel's main thread, and so do the pieces,
in between. What a hand does on the page arrives on another thread, where JupyterLab has one for
widgets. So a panel's :class:`Gate` lets only one of them at a panel at a time, hands first. And an
interrupt, which a kernel ignores while no cell runs, has to reach the work.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import weakref
from collections.abc import Callable

from lessons.panels.kit.door import Gate

#: Seconds until the work asks again whether its turn has come.
_SOON = 0.001


class Background:
    """Calls ``work`` again and again, and lets everything else of the kernel run in between.

    ``work`` does a short piece, and says how many seconds to wait before the next: 0 for none,
    None where all is done. It is called within the gate. An interrupt calls ``interrupted``; an
    exception calls ``failed`` and goes to the event loop's own handler, which logs it. All three
    are methods of one object, which is not kept alive by this.
    """

    def __init__(
        self,
        gate: Gate,
        work: Callable[[], float | None],
        interrupted: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._gate = gate
        self._work = weakref.WeakMethod(work)
        self._interrupted = weakref.WeakMethod(interrupted)
        self._failed = weakref.WeakMethod(failed)
        self._turn = 0
        self.running = False
        #: Set by an interrupt.
        self.signalled = False

    def start(self) -> None:
        """Begin, unless it runs already. ``RuntimeError`` where there is no event loop."""
        if self.running:
            return
        loop = kernel_loop()
        self._turn += 1
        self.running, self.signalled = True, False
        loop.call_soon_threadsafe(_launch, loop, weakref.ref(self), self._turn)

    def stop(self) -> None:
        """No further piece. One that runs now, on another thread, ends first: it holds the gate."""
        self.running = False

    def piece(self, turn: int) -> float | None:
        """One piece of work, if its turn has come: the seconds until the next, None at the end."""
        if not self.running or turn != self._turn:
            return None
        if self._gate.wanted or not self._gate.enter_at_once():
            return _SOON
        try:
            # Someone may have come first, and stopped it.
            if not self.running or turn != self._turn:
                return None
            return self._worked()
        finally:
            self._gate.leave()

    def _worked(self) -> float | None:
        work = self._work()
        wait = None
        try:
            if work is not None:
                wait = work()
        except KeyboardInterrupt:  # where no kernel has taken the signal away from Python
            self.signalled = True
        except Exception as error:
            self.running = False
            failed = self._failed()
            if failed is not None:
                failed(error)
            raise
        if self.signalled:
            self.signalled = self.running = False
            interrupted = self._interrupted()
            if interrupted is not None:
                interrupted()
            return None
        if wait is None:
            self.running = False
        return wait


def kernel_loop() -> asyncio.AbstractEventLoop:
    """The event loop of the kernel's main thread; outside a kernel, the one that runs here.

    Raises ``RuntimeError`` where there is none.
    """
    from IPython import get_ipython

    io_loop = getattr(getattr(get_ipython(), "kernel", None), "io_loop", None)
    loop = getattr(io_loop, "asyncio_loop", None)
    return asyncio.get_running_loop() if loop is None else loop


#: An event loop keeps no hold of its tasks.
_tasks: set[asyncio.Task[None]] = set()
#: What an interrupt stops.
_listening: weakref.WeakSet[Background] = weakref.WeakSet()


def _launch(
    loop: asyncio.AbstractEventLoop, background: weakref.ref[Background], turn: int
) -> None:
    task = loop.create_task(_rounds(background, turn))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _rounds(background: weakref.ref[Background], turn: int) -> None:
    while True:
        one = background()
        if one is None:
            return
        _listen(one)
        try:
            wait = one.piece(turn)
        except Exception as error:
            told = {"message": "work in the background stopped", "exception": error}
            asyncio.get_running_loop().call_exception_handler(told)
            wait = None
        finally:
            if not one.running:
                _stop_listening(one)
        if wait is None:
            return
        del one
        await asyncio.sleep(wait)


def _listen(background: Background) -> None:
    """Let an interrupt reach the work, where the kernel would ignore it: while no cell runs.

    A cell that runs has a handler of its own, which is left in its place, and the kernel puts ours
    back when the cell is done.
    """
    _listening.add(background)
    if _main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, _on_interrupt)


def _stop_listening(background: Background) -> None:
    _listening.discard(background)
    if not _listening and _main_thread() and signal.getsignal(signal.SIGINT) is _on_interrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _on_interrupt(signum: int, frame: object) -> None:
    """Nothing more than a mark: the handler may run in the middle of anything."""
    for background in list(_listening):
        background.signalled = True
