"""Time as the server sees it: a callable that is handed in, and the two forms that a moment takes.

Moments are stored as whole milliseconds since 1970 and sent as RFC 3339 in UTC with milliseconds and `Z`.
"""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Callable

Clock = Callable[[], float]
"""Seconds since 1970, as `time.time` gives them."""

system_clock: Clock = time.time


def milliseconds(clock: Clock) -> int:
    """Return the present moment as it is stored."""
    return int(clock() * 1000)


def rfc3339(moment_ms: int) -> str:
    """Return a stored moment as it is sent: `2026-05-08T13:56:00.000Z`."""
    seconds, ms = divmod(moment_ms, 1000)
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S") + f".{ms:03d}Z"
