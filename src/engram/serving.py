"""A reference server in this process, over a real socket: what the pytest plugin and the demo run on."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Iterator, Optional

from .transport.local import open_app

if TYPE_CHECKING:
    from engram_server.app import App
    from engram_server.config import Settings

    from .client import EngramClient


class LiveServer:
    """A running reference server."""

    def __init__(self, url: str, api_key: str, app: App) -> None:
        #: What to pass as `base_url`.
        self.url = url
        #: A key that the server takes.
        self.api_key = api_key
        self._app = app

    def client(self) -> EngramClient:
        """Return a new client of this server; close it when done."""
        from .client import EngramClient

        return EngramClient(base_url=self.url, api_key=self.api_key)

    def reset(self) -> None:
        """Delete everything that is stored."""
        self._app.reset()


@contextmanager
def serve(settings: Optional[Settings] = None) -> Iterator[LiveServer]:
    """Run a reference server on a free port until the block ends.

    Without `settings` everything is kept in memory; host and port of given ones are not used.

        with serve() as server, server.client() as engram:
            engram.store_memory("Ana has a cat.")

    Raises:
        ConfigurationError: the database cannot be used. The file was not touched.
    """
    from engram_server.config import Settings
    from engram_server.doors.http import HttpServer

    settings = settings or Settings(db=":memory:")
    with closing(open_app(settings)) as app, HttpServer(app.handle) as server:
        yield LiveServer(server.url, settings.api_keys[0][1], app)
