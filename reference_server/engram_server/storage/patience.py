"""Trying again while another process holds the database."""

from __future__ import annotations

import sqlite3
import time
from typing import Callable, TypeVar

from .errors import StorageBusyError, storage_error

T = TypeVar("T")

# Many times what a large write of another process takes, and less than clients wait for an answer.
BUSY_SECONDS = 5.0


def patiently(attempt: Callable[[], T], seconds: float = BUSY_SECONDS) -> T:
    """Return what `attempt` returns, made again for `seconds` while the database is locked.

    It does not pause in between: how long one attempt waits is up to the connection's busy timeout.
    """
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except sqlite3.OperationalError as error:
            if not isinstance(storage_error(error), StorageBusyError) or time.monotonic() > give_up_at:
                raise
