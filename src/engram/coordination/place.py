"""Where coordination is kept: a file that this process opens, or a server. And the one way to send a call there."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Callable, List, Mapping, Optional, TypeVar, Union

from ..calls import Call
from ..client import EngramClient
from ..core import ClientCore
from ..errors import ConfigurationError, EngramError
from ..paths import QueryValue
from ..transport.local import LocalOptions, open_local
from .errors import ClosedError, named

T = TypeVar("T")

PathArgument = Union[str, "os.PathLike[str]"]
Clock = Callable[[], float]

DB_PATH = Path(os.path.expanduser("~")) / ".engram" / "engram.db"
"""Where a file is kept that nobody named, unless `ENGRAM_DB` names one."""

_IN_MEMORY = ":memory:"
# Threads of one process that call at the same time wait for each other, and are not refused.
_MOST_AT_ONCE = 10_000

# As a server's flags have it: thirty years in seconds.
_MOST = 999_999_999

# Clients of a file that a parent of this process has open. Closing them here would close the parent's as well.
_abandoned: List[ClientCore] = []


class Place:
    """What calls are sent to."""

    def __init__(self, open_client: Callable[[], ClientCore], *, local: bool, borrowed: bool) -> None:
        #: Whether this process itself keeps what is coordinated.
        self.local = local
        self._open = open_client
        self._borrowed = borrowed
        self._closed = False
        self._client = open_client()
        self._process = os.getpid()

    def __repr__(self) -> str:
        return repr(self._client)

    def send(
        self,
        call: Call[T],
        path: Mapping[str, str] = {},
        *,
        query: Optional[Mapping[str, QueryValue]] = None,
        body: Optional[Mapping[str, object]] = None,
    ) -> T:
        """Make a call.

        Raises:
            EngramError: an error of coordination where there is one for what was refused.
        """
        if self._closed:
            raise ClosedError("this Engram was closed: open another one", outcome="not_sent")
        if self.local and self._process != os.getpid():
            _abandoned.append(self._client)
            self._client, self._process = self._open(), os.getpid()
        try:
            return self._client._call(call, path, query=query, body=body)
        except EngramError as error:
            raise named(error) from error.__cause__

    def close(self) -> None:
        """Close the file or the connections; not a client that was given. Safe to call again."""
        self._closed = True
        if not self._borrowed and self._process == os.getpid():
            self._client.close()


def place_of(
    db_path: Optional[PathArgument],
    client: Optional[ClientCore],
    base_url: Optional[str],
    api_key: Optional[str],
    clock: Clock,
    options: LocalOptions,
) -> Place:
    """Return the place that is meant.

    Raises:
        ConfigurationError: it is none or two, or the file cannot be used.
    """
    if (db_path is not None) + (client is not None) + (base_url is not None) > 1:
        raise ConfigurationError("db_path, client and base_url: only one of them can be meant", outcome="not_sent")
    if api_key is not None and base_url is None:
        raise ConfigurationError("api_key: goes with base_url", outcome="not_sent")
    if (client is not None or base_url is not None) and (options or clock is not time.time):
        names = ", ".join(sorted(options) or ["clock"])
        raise ConfigurationError(f"{names}: a server has its own", outcome="not_sent")
    if client is not None:
        lent = client
        return Place(lambda: lent, local=False, borrowed=True)
    if base_url is not None:
        return Place(lambda: EngramClient(base_url=base_url, api_key=api_key), local=False, borrowed=False)
    file = os.fsdecode(db_path if db_path is not None else os.environ.get("ENGRAM_DB") or DB_PATH)

    def opened() -> ClientCore:
        path = None if file == _IN_MEMORY else file
        transport, key = open_local(path, clock, {**options, "max_concurrent": _MOST_AT_ONCE})
        return EngramClient(api_key=key, transport=transport)

    if file != _IN_MEMORY:
        _make_folder(file)
    return Place(opened, local=True, borrowed=False)


def whole_number(name: str, value: object, least: int) -> int:
    """Return a setting of a file.

    Raises:
        ConfigurationError: it is none, or out of bounds.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MOST:
        raise ConfigurationError(
            f"{name}: must be a whole number from {least} to {_MOST}, not {value!r:.40}", outcome="not_sent"
        )
    return value


def _make_folder(file: str) -> None:
    try:
        os.makedirs(os.path.dirname(file) or os.curdir, exist_ok=True)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"db_path: its folder cannot be made: {error}", outcome="not_sent") from error
