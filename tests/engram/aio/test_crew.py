"""The threads: how many, since when, until when, for which loops; and how work that fails comes back."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import gc
import json
import os
import sys
import threading
import warnings
import weakref
from typing import Callable, List

import pytest

from engram.aio_crew import Crew
from engram.errors import ConfigurationError, ConnectionFailedError, TimeoutExceededError
from engram.transport.stop import Stop

from .support import CrewThreads, until


def _nothing() -> None:
    pass


def _name() -> str:
    return threading.current_thread().name


def test_threads_start_when_they_are_needed_and_end_with_the_crew(crew_threads: CrewThreads) -> None:
    async def main() -> None:
        crew = Crew(3)
        assert crew_threads() == []
        assert await crew.run(_name, Stop()) == "engram-async-0"
        assert len(crew_threads()) == 1
        together = threading.Barrier(3)
        assert len(set(await asyncio.gather(*(crew.run(together.wait, Stop()) for _ in range(3))))) == 3
        assert len(crew_threads()) == 3
        await crew.close(_nothing)
        await until(lambda: not crew_threads())

    asyncio.run(main())


def test_a_burst_costs_the_loop_one_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """To start a thread is to wait until it runs, behind all others that run. The threads start each other."""
    starters: List[str] = []
    start = threading.Thread.start

    def note(thread: threading.Thread) -> None:
        starters.append(_name())
        start(thread)

    async def main() -> None:
        crew, together = Crew(8), threading.Barrier(8)
        monkeypatch.setattr(threading.Thread, "start", note)
        await asyncio.gather(*(crew.run(together.wait, Stop()) for _ in range(8)))
        monkeypatch.undo()
        await crew.close(_nothing)

    interval = sys.getswitchinterval()
    # The loop is not interrupted while it begins all of it.
    sys.setswitchinterval(60)
    try:
        asyncio.run(main())
    finally:
        sys.setswitchinterval(interval)
    assert starters[0] == _name()
    assert (len(starters), starters.count(_name())) == (8, 1)


def test_no_more_goes_on_at_once_than_it_may(crew_threads: CrewThreads) -> None:
    lock, at_once, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        sum(range(2_000))
        with lock:
            at_once -= 1

    async def main() -> None:
        crew = Crew(4)
        await asyncio.gather(*(crew.run(work, Stop()) for _ in range(300)))
        assert len(crew_threads()) <= 4
        await crew.close(_nothing)

    asyncio.run(main())
    assert 1 <= most <= 4


def test_what_came_first_goes_first() -> None:
    order: List[int] = []

    async def main() -> None:
        crew = Crew(1)
        await asyncio.gather(*(crew.run(functools.partial(order.append, number), Stop()) for number in range(50)))
        await crew.close(_nothing)

    asyncio.run(main())
    assert order == list(range(50))


def test_a_crew_that_is_dropped_lets_its_threads_go(crew_threads: CrewThreads) -> None:
    async def main() -> None:
        crew = Crew(2)
        await crew.run(_nothing, Stop())
        del crew
        gc.collect()
        await until(lambda: not crew_threads())

    asyncio.run(main())


def test_the_end_waits_for_what_was_begun_and_begins_nothing() -> None:
    done: List[str] = []
    go = threading.Event()

    async def main() -> None:
        crew = Crew(1)

        def first() -> None:
            go.wait()
            done.append("first")

        calls = [asyncio.ensure_future(crew.run(first, Stop()))]
        calls.append(asyncio.ensure_future(crew.run(lambda: done.append("second"), Stop())))
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(crew.close(lambda: done.append("released")))
        await asyncio.sleep(0)
        with pytest.raises(ConfigurationError):
            await crew.run(_nothing, Stop())
        crew.leave(lambda: done.append("late"))
        go.set()
        await closing
        await asyncio.gather(*calls)
        await crew.close(_nothing)

    asyncio.run(main())
    assert done == ["first", "second", "released"]


def test_what_the_release_raises_is_raised() -> None:
    async def main() -> None:
        with pytest.raises(KeyError):
            await Crew(1).close({}.popitem)  # type: ignore[arg-type]  # raises rather than returns

    asyncio.run(main())


def test_where_no_thread_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def main() -> None:
        none, one = Crew(2), Crew(2)
        await one.run(_nothing, Stop())
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", refuse)
            with pytest.raises(ConnectionFailedError, match="thread"):
                await none.run(_nothing, Stop())
            none.leave(_nothing)
            together = await asyncio.gather(*(one.run(_name, Stop()) for _ in range(5)))
        assert set(together) == {"engram-async-0"}
        await one.close(_nothing)

    asyncio.run(main())


# -- loops


def test_several_loops_one_after_another() -> None:
    crew = Crew(2)
    names = [asyncio.run(crew.run(_name, Stop())) for _ in range(3)]
    assert len(set(names)) <= 2
    asyncio.run(crew.close(_nothing))


def test_several_loops_at_once() -> None:
    crew, sums = Crew(3), []  # type: Crew, List[int]

    async def many() -> None:
        sums.append(sum(await asyncio.gather(*(crew.run(lambda: 1, Stop()) for _ in range(200)))))

    threads = [threading.Thread(target=lambda: asyncio.run(many())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == [200] * 4
    asyncio.run(crew.close(_nothing))


def test_a_loop_that_ends_first_is_told_nothing() -> None:
    crew, begun, go = Crew(1), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait()

    async def leave() -> None:
        asyncio.ensure_future(crew.run(work, Stop()))
        await until(begun.is_set)

    asyncio.run(leave())
    go.set()
    assert asyncio.run(crew.run(lambda: 7, Stop())) == 7
    asyncio.run(crew.close(_nothing))


class _Bare(asyncio.SelectorEventLoop):
    """A loop of another make: it has what every loop has, and nothing of a thread pool."""

    def run_in_executor(self, *_: object) -> "asyncio.Future[object]":  # type: ignore[override]  # not to be used
        raise AssertionError("the crew has its own threads")

    def call_later(self, delay: float, *args: object, **kwargs: object) -> asyncio.TimerHandle:
        assert 0 <= delay < 1e9, "more than some loops take"
        return super().call_later(delay, *args, **kwargs)  # type: ignore[arg-type]  # passed on


def test_another_kind_of_loop() -> None:
    loop, crew = _Bare(), Crew(1)
    assert loop.run_until_complete(crew.run(lambda: 7, Stop(), seconds=float("inf"))) == 7
    assert loop.run_until_complete(crew.run(lambda: 8, Stop(), seconds=60.0)) == 8
    loop.run_until_complete(crew.close(_nothing))
    loop.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork()")
def test_a_child_has_threads_of_its_own() -> None:
    crew = Crew(2)
    assert asyncio.run(crew.run(os.getpid, Stop())) == os.getpid()
    sys.stdout.flush()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Newer interpreters warn of forking beside threads, which is just what is tried here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        # Whatever happens, the child must not go on as a second test run.
        try:
            os.write(writing, json.dumps(asyncio.run(crew.run(os.getpid, Stop()))).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert json.loads(pipe.read()) == child
    os.waitpid(child, 0)
    asyncio.run(crew.close(_nothing))


# -- time


class _ByHand(asyncio.SelectorEventLoop):
    """A loop whose timers go off when they are told to."""

    def __init__(self) -> None:
        super().__init__()
        self.timers: List[Callable[[], object]] = []

    def call_later(self, delay: float, callback: Callable[[], object], *_: object, **__: object) -> asyncio.TimerHandle:
        self.timers.append(callback)
        return super().call_later(3_600.0, callback)


def test_the_wait_for_a_turn_has_an_end() -> None:
    ran: List[str] = []
    loop, crew, begun, go = _ByHand(), Crew(1), threading.Event(), threading.Event()

    def first() -> str:
        begun.set()
        go.wait()
        return "whole"

    async def main() -> None:
        stop = Stop()
        one = asyncio.ensure_future(crew.run(first, Stop(), seconds=1.0))
        other = asyncio.ensure_future(crew.run(lambda: ran.append("never"), stop, seconds=2.0))
        await until(begun.is_set)
        assert len(loop.timers) == 2
        for goes_off in loop.timers:
            goes_off()
        with pytest.raises(TimeoutExceededError, match="max_concurrency") as caught:
            await other
        assert caught.value.outcome == "not_sent" and stop.requested
        go.set()
        assert await one == "whole"
        await crew.close(_nothing)

    loop.run_until_complete(main())
    loop.close()
    assert ran == []


# -- what comes back


class _OddError(BaseException):
    pass


@pytest.mark.parametrize("error", [KeyError("k"), _OddError(), SystemExit(3)])
def test_an_error_comes_back_as_it_is(error: BaseException) -> None:
    def fail() -> None:
        raise error

    async def main() -> None:
        crew = Crew(1)
        try:
            with pytest.raises(type(error)) as caught:
                await crew.run(fail, Stop())
            assert caught.value is error
            assert await crew.run(lambda: 7, Stop()) == 7
        finally:
            await crew.close(_nothing)

    asyncio.run(main())


def test_a_stop_iteration_does_not_hang() -> None:
    def fail() -> None:
        raise StopIteration

    async def main() -> None:
        crew = Crew(1)
        with pytest.raises((TypeError, RuntimeError)) as caught:
            await crew.run(fail, Stop())
        assert isinstance(caught.value.__cause__, StopIteration)
        await crew.close(_nothing)

    asyncio.run(main())


def test_an_error_keeps_nothing_alive() -> None:
    """No circle through the error and the frames that it passed, so nothing waits for the collector."""

    def fail() -> None:
        raise _OddError

    async def main() -> None:
        crew = Crew(1)
        gc.disable()
        try:
            await crew.run(fail, Stop())
        except _OddError as error:
            watched = weakref.ref(error)
        # The thread lets go of what it did before it begins anything else.
        await crew.run(_nothing, Stop())
        try:
            assert watched() is None
        finally:
            gc.enable()
        await crew.close(_nothing)

    asyncio.run(main())


def test_context_variables_are_those_of_the_caller() -> None:
    variable = contextvars.ContextVar("variable", default="none")

    async def one(crew: Crew, value: str) -> None:
        variable.set(value)
        assert await crew.run(variable.get, Stop()) == value

    async def main() -> None:
        crew = Crew(2)
        await asyncio.gather(*(one(crew, str(number)) for number in range(20)))
        assert variable.get() == "none"
        await crew.close(_nothing)

    asyncio.run(main())


@pytest.mark.parametrize("limit", [0, -1, 2.5, "24", None])
def test_a_crew_of_nobody_is_refused(limit: object) -> None:
    make: Callable[[], object] = lambda: Crew(limit)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(ConfigurationError, match="max_concurrency"):
        make()
