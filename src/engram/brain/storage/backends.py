"""The three storages: one implementation, and three ways to reach the server that does the work."""

from __future__ import annotations

import os
from typing import Optional, Union

from ...aio import LOCAL_MAX_CONCURRENCY, local_client
from ...client import EngramClient
from ...errors import ConfigurationError
from .brains import Brains
from .fibers import Fibers
from .graph import Graph
from .keeping import Keeping

# As long as the published client waits.
_DEFAULT_TIMEOUT_SECONDS = 30.0


class BrainStorage(Brains, Graph, Fibers, Keeping):
    """Keeps brains wherever a client keeps them. The client is closed with the storage.

        storage = BrainStorage(EngramClient.local("engram.db"), "my-brain")

    Every method raises `EngramError` or one of its children; a method that gets one thing returns None where there is
    no such thing. Up to `max_concurrency` calls go on at once. Safe in several event loops, also at once.
    """


class InMemoryStorage(BrainStorage):
    """Keeps brains in memory until it is closed."""

    def __init__(self) -> None:
        super().__init__(local_client(None), max_concurrency=LOCAL_MAX_CONCURRENCY)


class SQLiteStorage(BrainStorage):
    """Keeps brains in a SQLite file, which `engram-server --db` and `EngramClient.local` open as well.

        storage = SQLiteStorage("./brain.db")
        await storage.initialize()
    """

    def __init__(self, db_path: "Union[str, os.PathLike[str]]") -> None:
        if not db_path:
            raise ConfigurationError(f"db_path: must be the path of a file, not {db_path!r}", outcome="not_sent")
        super().__init__(local_client(db_path), max_concurrency=LOCAL_MAX_CONCURRENCY)


class SharedStorage(BrainStorage):
    """Keeps brains on an Engram server.

    Without an `api_key` it is that of the environment, `ENGRAM_API_KEY`.

        async with SharedStorage("http://127.0.0.1:8377", "my-brain") as storage:
            neurons = await storage.find_neurons()
    """

    def __init__(
        self,
        server_url: str,
        brain_id: str,
        *,
        timeout: float = _DEFAULT_TIMEOUT_SECONDS,
        api_key: Optional[str] = None,
    ) -> None:
        if not server_url:
            raise ConfigurationError(f"server_url: must be the URL of a server, not {server_url!r}", outcome="not_sent")
        super().__init__(EngramClient(base_url=server_url, api_key=api_key, timeout_seconds=timeout), brain_id)
        #: Where the server is.
        self.server_url = server_url

    async def connect(self) -> None:
        """Reach the server, as `initialize` does."""
        await self.initialize()

    async def disconnect(self) -> None:
        """Close the connections, as `close` does."""
        await self.close()
