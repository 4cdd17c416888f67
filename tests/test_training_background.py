"""Work beside the cells: in short pieces, hands first, and an interrupt reaches it."""

import asyncio
import gc
import os
import signal
import threading
import time
import weakref
from types import SimpleNamespace

import pytest

from lessons.panels.kit.door import Gate
from lessons.panels.training import background
from lessons.panels.training import clock as training_clock
from lessons.panels.training.background import Background
from lessons.panels.training.clock import TrainingClock


class Worker:
    """Counts pieces; ends after so many."""

    def __init__(self, most=10**9, wait=0.0):
        self.gate, self.pieces, self.told = Gate(), 0, []
        self.most, self.wait, self.does = most, wait, None
        self.background = Background(self.gate, self.piece, self.interrupted, self.failed)

    def piece(self):
        self.pieces += 1
        if self.does:
            self.does()
        return None if self.pieces >= self.most else self.wait

    def interrupted(self):
        self.told.append("interrupted")

    def failed(self, error):
        self.told.append(error)


async def until(condition, seconds=5.0):
    end = time.perf_counter() + seconds
    while not condition():
        assert time.perf_counter() < end, "it did not come to it"
        await asyncio.sleep(0.001)


def test_pieces_follow_each_other_and_others_run_in_between():
    async def main():
        worker, turns = Worker(most=50), 0
        worker.background.start()
        while worker.background.running:
            await asyncio.sleep(0)
            turns += 1
        assert worker.pieces == 50 and turns >= 50

    asyncio.run(main())


def test_starting_twice_does_not_start_two():
    async def main():
        worker = Worker()
        before = len(background._tasks)
        for _ in range(3):
            worker.background.start()
            await asyncio.sleep(0)
        await until(lambda: worker.pieces > 5)
        assert len(background._tasks) == before + 1
        worker.background.stop()
        worker.background.start()  # the task of the first start finds its turn gone
        await until(lambda: len(background._tasks) == before + 1)
        worker.background.stop()
        await until(lambda: len(background._tasks) == before)
        pieces = worker.pieces
        await asyncio.sleep(0.01)
        assert worker.pieces == pieces

    asyncio.run(main())


def test_without_an_event_loop_it_says_so_and_does_not_count_as_running():
    worker = Worker()
    with pytest.raises(RuntimeError, match="no running event loop"):
        worker.background.start()
    assert not worker.background.running


def test_an_error_stops_it_is_told_and_reaches_the_loop():
    async def main():
        worker, logged = Worker(), []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context))
        worker.does = lambda: 1 / 0
        worker.background.start()
        await until(lambda: not worker.background.running and logged)
        [told], [context] = worker.told, logged
        assert worker.pieces == 1 and told is context["exception"]
        assert isinstance(told, ZeroDivisionError)
        worker.does = None
        worker.background.start()  # and it can be started again
        await until(lambda: worker.pieces > 3)
        worker.background.stop()

    asyncio.run(main())


def test_a_worker_that_nobody_holds_any_more_ends():
    async def main():
        worker = Worker()
        worker.background.start()
        while worker.pieces < 3:
            await asyncio.sleep(0)
        gone = weakref.ref(worker)
        del worker
        gc.collect()
        assert gone() is None
        await until(lambda: not background._tasks)

    asyncio.run(main())


def test_an_interrupt_between_cells_stops_it_and_nothing_else():
    async def main():
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a kernel has it between cells
        try:
            worker = Worker(wait=0.01)
            worker.background.start()
            await until(lambda: worker.pieces > 2)
            os.kill(os.getpid(), signal.SIGINT)
            await until(lambda: not worker.background.running)
            assert worker.told == ["interrupted"]
            await until(lambda: signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
            worker.background.start()
            pieces = worker.pieces
            await until(lambda: worker.pieces > pieces + 2)
            # A cell has a handler of its own while it runs, and an interrupt is for the cell.
            ours = signal.signal(signal.SIGINT, signal.default_int_handler)
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(1)
            signal.signal(signal.SIGINT, ours)
            assert worker.background.running and worker.told == ["interrupted"]
            worker.background.stop()
            await until(lambda: not background._tasks)
        finally:
            signal.signal(signal.SIGINT, before)

    asyncio.run(main())


def test_a_keyboard_interrupt_within_a_piece_is_an_interrupt():
    def stop():
        raise KeyboardInterrupt

    async def main():
        worker = Worker()
        worker.does = stop
        worker.background.start()
        await until(lambda: not worker.background.running)
        assert worker.told == ["interrupted"]

    asyncio.run(main())


def test_a_hand_on_another_thread_comes_in_soon_and_never_during_a_piece():
    async def main():
        worker, inside, waits = Worker(), [], []
        worker.does = lambda: (inside.append(1), time.sleep(0.005), inside.clear())

        def hand():
            for _ in range(10):
                began = worker.pieces
                with worker.gate:
                    waits.append(worker.pieces - began)
                    assert not inside
                time.sleep(0.002)

        worker.background.start()
        await until(lambda: worker.pieces > 2)
        thread = threading.Thread(target=hand)
        thread.start()
        await until(lambda: not thread.is_alive())
        worker.background.stop()
        # The piece that was under way, and one that began while the hand was lifted.
        assert len(waits) == 10 and max(waits) <= 2
        assert not worker.gate.wanted

    asyncio.run(main())


# The clock.


def progress(ends=False):
    return SimpleNamespace(ends_epoch=ends)


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(training_clock.time, "perf_counter", lambda: now[0])
    return now


def test_so_many_epochs_a_second_and_none_is_made_up_for(clock):
    way = TrainingClock("4 epochs a second")
    way.begin(0)
    assert way.wait == 0
    assert not way.trained(progress()) and way.wait == 0  # the epoch goes on
    assert way.trained(progress(ends=True)) and way.wait == 0.25
    clock[0] += 0.2
    assert way.wait == pytest.approx(0.05)
    clock[0] += 3.0  # a cell took its time
    way.trained(progress(ends=True))
    assert way.wait <= 0.25
    way.trained(progress(ends=True))
    assert way.wait > 0
    way.speed = "4 iterations a second"
    assert way.paced and way.wait == 0  # a new speed counts at once
    assert way.trained(progress()) and way.wait == 0.25
    way.speed = "full speed"
    assert way.wait == 0 and not way.paced
    with pytest.raises(ValueError, match="there is no speed 'warp'; choose one of 4 iter"):
        way.speed = "warp"


def test_a_dear_picture_comes_less_often(clock):
    way = TrainingClock("full speed")
    way.begin(0)
    for seconds in [0.002] * 12:
        began = clock[0]
        clock[0] += seconds
        way.drawn(began)
    clock[0] = began + training_clock.REFRESH - 0.001
    assert not way.picture_due
    clock[0] += 0.002
    assert way.picture_due
    for _ in range(12):
        began = clock[0]
        clock[0] += 0.09
        way.drawn(began)
    clock[0] = began + 0.09 / training_clock.SHARE - 0.01
    assert not way.picture_due
    clock[0] = began + 0.09 / training_clock.SHARE + 0.01
    assert way.picture_due


def test_the_time_left_is_told_by_the_time_gone(clock):
    way = TrainingClock("full speed")
    way.begin(10)
    assert way.left(10, 50) is None
    clock[0] += 2.0
    assert way.left(20, 50) == pytest.approx(6.0)
