"""EngramClient: what a user makes. Its verbs are in `verbs`, how a call is sent is in `core`."""

from __future__ import annotations

from .options import DEFAULT_BASE_URL, DEFAULT_TIMEOUT_SECONDS
from .raw import RawVerbs
from .verbs import Verbs

__all__ = ["DEFAULT_BASE_URL", "DEFAULT_TIMEOUT_SECONDS", "EngramClient"]


class EngramClient(Verbs):
    """A client of the hosted memory API or of a reference server. Safe across threads and forks.

    Makes no connection until the first call. A call raises `EngramError` or one of its children and nothing else.
    Every verb takes `deadline_seconds`, which bounds the whole call: attempts, waits and body.

        with EngramClient(base_url="http://127.0.0.1:8377", api_key="eng_test_local_development") as engram:
            engram.store_memory("User prefers dark mode.", "user-123")
    """

    @property
    def with_raw_response(self) -> RawVerbs:
        """The same verbs, each returning a `RawResponse`: the result with status, headers and request id.

            raw = engram.with_raw_response.list_buckets()
            print(raw.status, raw.headers["content-type"], raw.data)
        """
        return RawVerbs(self)
