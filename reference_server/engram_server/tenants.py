"""How many requests of one tenant run at once."""

from __future__ import annotations

import threading
from collections import Counter

from .wire import ApiError

# The hosted service says whole seconds, and small ones.
_RETRY_AFTER_SECONDS = 1


class Slots:
    """A cap on requests at once for each tenant."""

    def __init__(self, each: int) -> None:
        self._each = each
        self._taken: "Counter[int]" = Counter()
        self._lock = threading.Lock()

    def take(self, tenant_id: int) -> None:
        """Take a slot.

        Raises:
            ApiError: 429 with `Retry-After`; nothing was taken.
        """
        with self._lock:
            if self._taken[tenant_id] < self._each:
                self._taken[tenant_id] += 1
                return
        raise ApiError(
            429,
            "too_many_requests",
            f"more than {self._each} requests at once with this key; retry in {_RETRY_AFTER_SECONDS} s",
            {"max_concurrent": self._each},
            [("Retry-After", str(_RETRY_AFTER_SECONDS))],
        )

    def give_back(self, tenant_id: int) -> None:
        """Give a slot back."""
        with self._lock:
            self._taken[tenant_id] -= 1
