"""Waiting for the replies to one signal: for all that can come, for the first that will do, or until it is too late."""

from __future__ import annotations

import asyncio
from typing import Callable, Iterable, List, Optional, Set

from .errors import EngramCancelled
from .signals import Signal

Enough = Callable[[Signal], bool]
"""Says whether a reply makes all others needless."""


class Waiting:
    """What one call waits for. `expected` are the ids of those who are to answer, each once."""

    def __init__(self, signal: Signal, expected: Iterable[str], enough: Enough) -> None:
        self.signal = signal
        #: What has come, in order.
        self.replies: List[Signal] = []
        #: Who has not answered.
        self.open: Set[str] = set(expected)
        self._enough = enough
        self._cancelled: Optional[str] = None
        self._over: "asyncio.Future[None]" = asyncio.get_running_loop().create_future()
        if not self.open:
            self._end()

    def take(self, reply: Signal, sender: str) -> None:
        """Take a reply. One that is late, or the second of its sender, changes nothing."""
        if self._over.done() or sender not in self.open:
            return
        self.open.discard(sender)
        self.replies.append(reply)
        if not self.open or self._enough(reply):
            self._end()

    def cancel(self, why: str) -> None:
        """End the wait with an `EngramCancelled`."""
        if not self._over.done():
            self._cancelled = why
            self._end()

    async def replied(self, seconds: Optional[float]) -> None:
        """Wait until there is enough, at most `seconds`; None waits as long as it takes.

        Raises:
            EngramCancelled: the trace ended, or the Dendrite stopped.
        """
        if seconds is None or seconds > 0:
            await asyncio.wait({self._over}, timeout=seconds)
        if self._cancelled is not None:
            raise EngramCancelled(self._cancelled)

    def _end(self) -> None:
        self._over.set_result(None)
