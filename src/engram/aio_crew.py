"""Blocking work, awaited: it runs on a bounded crew of threads, and ends when nobody waits for it any more.

Nothing here knows what the work is. No event loop is kept either: a call belongs to the loop that awaits it, so one
crew serves several loops, one after another or at once. Of a loop only what every loop has is used.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import functools
import itertools
import os
import threading
from collections import deque
from queue import SimpleQueue
from typing import Callable, Deque, Generic, List, Optional, TypeVar

from .errors import ConfigurationError, ConnectionFailedError, TimeoutExceededError
from .transport.deadline import socket_timeout
from .transport.stop import Stop

T = TypeVar("T")

_THREAD_NAME = "engram-async"


class Crew:
    """Up to `limit` threads, started when there is work for them.

    Raises:
        ConfigurationError: `limit` is no whole number, or less than 1.
    """

    def __init__(self, limit: int) -> None:
        if not _is_positive(limit):
            what = f"must be a whole number of at least 1, not {limit!r:.40}"
            raise ConfigurationError(f"max_concurrency: {what}", outcome="not_sent")
        #: How much work goes on at once.
        self.limit = limit
        self._closed = False
        self._shift = _Shift(limit)
        self._desk: Optional[_Desk] = None

    async def run(self, work: Callable[[], T], stop: Stop, seconds: Optional[float] = None) -> T:
        """Return what `work` returns. It sees the caller's context variables.

        When it does not return (the caller is cancelled, it fails) `stop` is requested; what has not begun never does.

        Raises:
            TimeoutExceededError: it had not begun after `seconds`.
            ConfigurationError: the crew was closed.
            ConnectionFailedError: the machine gives it no thread.
        """
        job = _Job(work, self._desk_of_this_loop())
        self._take_on(job.do)
        patience = None if seconds is None else socket_timeout(seconds)
        timer = None if patience is None else job.desk.loop.call_later(patience, job.give_up)
        delivered = False
        try:
            result = await job.result
            delivered = True
            return result
        finally:
            if timer is not None:
                timer.cancel()
            if not delivered:
                job.call_off()
                stop.request()
            # The same: an error that is raised here knows this frame.
            del job

    def leave(self, work: Callable[[], None]) -> None:
        """Have `work`, which does not raise, done in its turn. Wait for nothing; a closed crew does nothing."""
        with contextlib.suppress(ConfigurationError, ConnectionFailedError):
            self._take_on(work)

    async def close(self, release: Callable[[], None]) -> None:
        """Take on nothing more; call `release` when all is over that was taken on. Safe to call again."""
        self._closed = True
        shift = self._shift

        def end() -> None:
            shift.end()
            release()

        job = _Job(end, self._desk_of_this_loop())
        threading.Thread(target=job.do, name=f"{_THREAD_NAME}-end", daemon=True).start()
        await job.result

    def _take_on(self, work: Callable[[], None]) -> None:
        if self._closed:
            raise ConfigurationError("the client was closed and makes no call any more", outcome="not_sent")
        if self._shift.pid != os.getpid():
            # A fork copies no thread but its own.
            self._shift = _Shift(self.limit)
        self._shift.take_on(work)

    def _desk_of_this_loop(self) -> _Desk:
        loop, desk = asyncio.get_running_loop(), self._desk
        if desk is None or desk.loop is not loop:
            self._desk = desk = _Desk(loop)
        return desk

    def __del__(self) -> None:
        # Its threads may be those of the parent of this process, and then there are none.
        if hasattr(self, "_shift") and self._shift.pid == os.getpid():
            self._shift.dismiss()


def _is_positive(limit: object) -> bool:
    return isinstance(limit, int) and limit > 0


class _Shift:
    """The threads of one process and the queue before them. It knows no `Crew`, so that a dropped one is freed."""

    def __init__(self, limit: int) -> None:
        self.pid = os.getpid()
        self._limit = limit
        self._lock = threading.Lock()
        self._threads: List[threading.Thread] = []
        self._numbers = itertools.count()
        # Threads that run or are being started, and how many of them have nothing in hand.
        self._hired = 0
        self._free = 0
        # How much was taken on that no thread has in hand.
        self._waiting = 0
        self._queue: SimpleQueue[Optional[Callable[[], None]]] = SimpleQueue()

    def take_on(self, work: Callable[[], None]) -> None:
        with self._lock:
            self._waiting += 1
            short = self._is_short()
        try:
            if short:
                self._hire()
        except RuntimeError as error:
            # There is no thread to be had. With those that there are it takes longer; without one, for ever.
            if not self._threads:
                with self._lock:
                    self._waiting -= 1
                raise ConnectionFailedError(f"a call needs a thread: {error}", outcome="not_sent") from error
        self._queue.put(work)

    def dismiss(self) -> None:
        """Have the threads end when all is over that was taken on."""
        self._queue.put(None)

    def end(self) -> None:
        """Wait until all is over that was taken on, and the threads with it."""
        self.dismiss()
        # Whom a thread has hired is in the list before it ends.
        for thread in self._threads:
            thread.join()

    def _is_short(self) -> bool:
        """Say whether to hire one more, who counts from now on. Only with the lock.

        One who is free looks for himself when he takes the next work in hand. So of much that comes at once the loop
        starts no more than one thread: to start one is to wait until it runs, behind all others that run.
        """
        if not self._waiting or self._free or self._hired >= self._limit:
            return False
        self._hired += 1
        self._free += 1
        return True

    def _hire(self) -> None:
        # A daemon: what it works on is nothing that anybody waits for once the interpreter ends.
        thread = threading.Thread(target=self._labour, name=f"{_THREAD_NAME}-{next(self._numbers)}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            with self._lock:
                self._hired -= 1
                self._free -= 1
            raise
        self._threads.append(thread)

    def _labour(self) -> None:
        while True:
            work = self._queue.get()
            if work is None:
                # For the next one.
                self._queue.put(None)
                return
            with self._lock:
                self._waiting -= 1
                self._free -= 1
                short = self._is_short()
            if short:
                with contextlib.suppress(RuntimeError):
                    self._hire()
            work()
            # A thread without work keeps nothing alive.
            del work
            with self._lock:
                self._free += 1


class _Desk:
    """Where threads leave what is to be done in a loop, which is woken once for all that has come together."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._left: Deque[Callable[[], None]] = deque()
        self._rung = False

    def leave(self, note: Callable[[], None]) -> None:
        self._left.append(note)
        if not self._rung:
            self._rung = True
            # In a loop that was closed meanwhile nobody waits.
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._clear)

    def _clear(self) -> None:
        # Before the last look, so that what is left after it rings again.
        self._rung = False
        while self._left:
            self._left.popleft()()


class _Job(Generic[T]):
    """One piece of work and its result."""

    __slots__ = ("_begun", "_work", "desk", "result")

    def __init__(self, work: Callable[[], T], desk: _Desk) -> None:
        self.desk = desk
        self.result: asyncio.Future[T] = desk.loop.create_future()
        self._work = functools.partial(contextvars.copy_context().run, work)
        # Taken by a thread, which then begins, or by the loop, and then nobody does.
        self._begun = threading.Lock()

    def do(self) -> None:
        """Work, if it was not called off. For a thread."""
        if self._begun.acquire(blocking=False):
            self.desk.leave(functools.partial(_outcome(self._work), self.result))
        # An error's frames know this one, which must not know where the error goes.
        del self

    def call_off(self) -> bool:
        """Keep it from beginning; say whether it had not."""
        return self._begun.acquire(blocking=False)

    def give_up(self) -> None:
        """End the wait for it to begin; what has begun keeps its time itself."""
        if self.call_off() and not self.result.done():
            message = "the time ran out while other calls had their turn; max_concurrency says how many go at once"
            self.result.set_exception(TimeoutExceededError(message, outcome="not_sent"))


def _outcome(work: Callable[[], T]) -> Callable[[asyncio.Future[T]], None]:
    """Do work; return what tells a future how it ended. Whatever it raises belongs to whoever awaits it."""
    try:
        value = work()
    except BaseException as error:
        return functools.partial(_fail, error)
    return functools.partial(_succeed, value)


def _succeed(value: T, result: asyncio.Future[T]) -> None:
    if not result.done():
        result.set_result(value)


def _fail(error: BaseException, result: asyncio.Future[T]) -> None:
    if result.done():
        return
    try:
        result.set_exception(error)
    except TypeError as refused:
        # A StopIteration, which a hook let slip: no future takes it.
        refused.__cause__ = error
        result.set_exception(refused)
