"""A moment by which something must be over. The clock is an argument; nothing here waits."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Callable, Optional

if TYPE_CHECKING:
    from .stop import Stop

Clock = Callable[[], float]
"""A monotonic clock, in seconds."""

# Sockets overflow at about 300 years and nobody waits for three: longer is the same as for ever.
_ENDLESS_SECONDS = 1e8


def socket_timeout(seconds: float) -> Optional[float]:
    """Return a wait as sockets want it said: None for one without end."""
    return seconds if seconds < _ENDLESS_SECONDS else None


class Deadline:
    """A moment on a monotonic clock, shared by connecting, writing, sleeping and reading.

    `None` seconds is a deadline that never comes. What waits for this one can be ended before it by `stop`.
    """

    __slots__ = ("_clock", "at", "stop")

    def __init__(
        self, seconds: Optional[float], clock: Clock = time.monotonic, stop: Optional[Stop] = None
    ) -> None:
        self._clock = clock
        self.stop = stop
        self.at = math.inf if seconds is None else clock() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left: negative once passed, infinite for a deadline that never comes."""
        return self.at - self._clock() if self.at != math.inf else math.inf

    def within(self, seconds: Optional[float]) -> Deadline:
        """Return the sooner of this deadline and one `seconds` from now."""
        inner = Deadline(seconds, self._clock, self.stop)
        inner.at = min(inner.at, self.at)
        return inner
