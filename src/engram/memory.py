"""Memory: structured agent memory, in a file, in this process or on a server. Its verbs are in `memory_verbs`."""

from __future__ import annotations

import os
import weakref
from typing import Callable, Dict, NamedTuple, Optional, Tuple, Type, TypeVar, Union

from .client import EngramClient
from .errors import ConfigurationError
from .memory_verbs import MemoryVerbs

M = TypeVar("M", bound="Memory")

DEFAULT_PATH = "data/engram.db"

_IN_MEMORY = ":memory:"
_BACKENDS = ("sqlite", "postgres", "mysql")

PathArgument = Union[str, "os.PathLike[str]"]


class Memory(MemoryVerbs):
    """Structured memory of agents, and the packets that go into their prompts.

    Without other arguments the records are kept in the file `path`, made if need be with its folders; `in_memory`
    keeps them until `close()`. With `client` or `base_url` they are kept by a server, or wherever that client keeps
    them; a client that was given is not closed. Safe across threads.

        with Memory("agent.db") as memory:
            scope = {"user_id": "ana", "agent_id": "planner", "session_id": "s-1", "run_id": "r-1"}
            memory.upsert_fact(scope, {"fact_id": "f-1", "fact_key": "diet", "value": "vegan"})
            packet = memory.build_memory_packet({"scope": scope, "purpose": "responder"})

    Every verb raises `EngramError` or one of its children and nothing else.

    Raises:
        ConfigurationError: arguments that do not go together, a backend that is not there, or a file that is corrupt,
            foreign, newer or cannot be written. It was not touched.
    """

    _borrowed = False

    def __init__(
        self,
        path: PathArgument = DEFAULT_PATH,
        in_memory: bool = False,
        backend: str = "sqlite",
        dsn: Optional[str] = None,
        database: Optional[str] = None,
        *,
        client: Optional[EngramClient] = None,
        base_url: Optional[str] = None,
        api_key: Optional[str] = None,
    ) -> None:
        place = Place(path, in_memory, backend, dsn, database, client, base_url, api_key).checked(EngramClient)
        used = client or place.opened(EngramClient.local)
        super().__init__(used)
        if client is None:
            close_when_dropped(self, used)
        else:
            self._borrowed = True

    def close(self) -> None:
        """Close the file or the connections; not a client that was given. Safe to call again."""
        if not self._borrowed:
            self._client.close()

    def __enter__(self: M) -> M:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    def __getstate__(self) -> Dict[str, object]:
        """Return what is pickled: a client, which is then nobody else's."""
        return {"_client": self._client}


def close_when_dropped(owner: object, client: EngramClient) -> None:
    """Close a client once its owner is gone, for programs that do not."""
    weakref.finalize(owner, _close_in, os.getpid(), client).atexit = False


def _close_in(process: int, client: EngramClient) -> None:
    # A forked child has the file open too, and must leave it to its parent.
    if os.getpid() == process:
        client.close()


class Place(NamedTuple):
    """Where records are to be kept, as `Memory` is told."""

    path: PathArgument
    in_memory: bool
    backend: str
    dsn: Optional[str]
    database: Optional[str]
    client: Optional[object]
    base_url: Optional[str]
    api_key: Optional[str]

    def checked(self, kind: Type[object]) -> Place:
        """Return this place; a client must be of this kind.

        Raises:
            ConfigurationError: there is no such place, or it is two.
        """
        backend = str(self.backend).lower()
        of_backend = backend != "sqlite" or self.dsn is not None or self.database is not None
        of_file = bool(self.in_memory) or str(self.path) != DEFAULT_PATH
        of_server = self.base_url is not None or self.api_key is not None
        rules: Tuple[Tuple[object, str], ...] = (
            (not _names_a_file(self.path), f"path: must be the path of a file, not {self.path!r:.100}"),
            (not isinstance(self.in_memory, bool), f"in_memory: must be True or False, not {self.in_memory!r:.100}"),
            (backend not in _BACKENDS, f"backend: unknown backend {self.backend!r}; one of {', '.join(_BACKENDS)}"),
            (
                self.client is not None and not isinstance(self.client, kind),
                f"client: must be an {kind.__name__}, not {type(self.client).__name__}",
            ),
            (
                (self.client is not None) + of_server + (of_backend or of_file) > 1,
                "client, base_url and a place of its own: only one of them can be meant",
            ),
            (self.api_key and self.base_url is None, "api_key: goes with base_url"),
            (backend == "sqlite" and of_backend, "dsn and database: go with the backends postgres and mysql"),
            (of_backend and self.in_memory, f"in_memory: not with the backend {backend!r}"),
            (of_backend and self.dsn is None, f"dsn: the backend {backend!r} needs one"),
            (
                of_backend,
                f"backend: {backend!r} is not enabled: there is no driver for it here. Give a path for SQLite, or "
                "base_url for a server",
            ),
        )
        for broken, message in rules:
            if broken:
                raise ConfigurationError(message, outcome="not_sent")
        return self

    def opened(self, local: Callable[[Optional[str]], EngramClient]) -> EngramClient:
        """Return a client of this place; `local` makes the one of a file or, with None, of what is only in memory."""
        if self.base_url is not None:
            return EngramClient(base_url=self.base_url, api_key=self.api_key)
        path = os.fspath(self.path)
        if self.in_memory or path == _IN_MEMORY:
            return local(None)
        try:
            os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"path: its folder cannot be made: {error}", outcome="not_sent") from error
        return local(path)


def _names_a_file(path: object) -> bool:
    name = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    return isinstance(name, str) and name != "" and "\0" not in name
