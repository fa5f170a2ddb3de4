"""Ending a call from another thread: what it waits for is woken, and it waits for nothing more.

Asynchronous clients need it: their calls run on threads, and a call that nobody waits for any more must not go on.
Everything that waits does so under a deadline, so a `Stop` travels with the deadline of its call.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import Callable, Iterator, List, Optional

Wake = Callable[[], None]
"""Ends a wait. Called at most once, from another thread than the one that waits; it must neither wait nor raise."""


class Stopped(BaseException):
    """Ends a stopped call past everything that catches errors. It never reaches a caller: there is none any more."""


class Stop:
    """The means to end one call, or all the requests of one."""

    __slots__ = ("_lock", "_wakes", "requested")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wakes: List[Wake] = []
        #: Whether the call is to end.
        self.requested = False

    def request(self) -> None:
        """End the call. Safe to call again, from any thread; it does not wait."""
        with self._lock:
            self.requested = True
            wakes, self._wakes = self._wakes, []
            # Under the lock: once `forget` has returned, nothing touches what may by then be another call's.
            for wake in wakes:
                wake()

    def check(self) -> None:
        """Raise `Stopped` when the call is to end."""
        if self.requested:
            raise Stopped

    def watch(self, wake: Wake) -> None:
        """Have `wake` called when the call is to end; raise `Stopped` when it is already."""
        with self._lock:
            self.check()
            self._wakes.append(wake)

    def forget(self, wake: Wake) -> bool:
        """Have `wake` called no more; say whether it never was."""
        with self._lock:
            if wake in self._wakes:
                self._wakes.remove(wake)
            return not self.requested

    def sleep(self, seconds: float) -> None:
        """Wait, as `time.sleep` does, but not beyond the call's end."""
        ended = threading.Event()
        with woken(self, ended.set):
            ended.wait(seconds)
        self.check()


@contextmanager
def woken(stop: Optional[Stop], wake: Wake) -> Iterator[None]:
    """Have `wake` called when `stop` is requested during the block."""
    if stop is None:
        yield
        return
    stop.watch(wake)
    try:
        yield
    finally:
        stop.forget(wake)
