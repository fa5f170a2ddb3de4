"""The reference server's App in this process: the same requests and responses, no socket and no thread.

The server package is imported when a local client is made and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Optional

from .base import Headers, Request, Response

if TYPE_CHECKING:
    from engram_server.app import App


class LocalTransport:
    """Hands requests to an App. `deadline` does not apply: there is nothing to wait for but the work itself."""

    def __init__(self, app: App, path: Optional[str]) -> None:
        self._app = app
        self._path = path

    def __repr__(self) -> str:
        return f"<LocalTransport {self._path or ':memory:'}>"

    def send(self, request: Request) -> Response:
        """Answer a request from the App."""
        from engram_server import wire

        path, _, query = request.target.partition("?")
        answer = self._app.handle(
            wire.Request(request.method, path, query, request.headers, request.body or b"")
        )
        headers = Headers(answer.headers)
        if isinstance(answer.body, bytes):
            whole: Iterable[bytes] = (answer.body,)
            return Response(answer.status, headers, whole)
        return Response(answer.status, headers, answer.body, answer.body.close)

    def close(self) -> None:
        """Close the App and its store."""
        self._app.close()


def open_local(path: Optional[str]) -> "tuple[LocalTransport, str]":
    """Return a transport to a new App on a database file (None: in memory), and the key that it takes."""
    from engram_server.app import build_app
    from engram_server.config import Settings
    from engram_server.keys import DEVELOPMENT_KEY

    return LocalTransport(build_app(Settings(db=path or ":memory:")), path), DEVELOPMENT_KEY
