"""The reference server's App in this process: the same requests and responses, no socket and no thread.

The server package is imported when a local client is made and not before.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Callable, Iterable, Optional, TypedDict, Union

from ..errors import ConfigurationError
from .base import Headers, Request, Response

if TYPE_CHECKING:
    from engram_server.app import App
    from engram_server.config import Settings

Clock = Callable[[], float]


class LocalOptions(TypedDict, total=False):
    """Settings of the App that a face hands on."""

    stale_after: int
    expire_after: int
    keep_versions: int
    max_concurrent: int


class LocalTransport:
    """Hands requests to an App. `deadline` does not apply: there is nothing to wait for but the work itself."""

    def __init__(self, app: App, path: Optional[str]) -> None:
        from engram_server.wire import Request as Asked

        self._asked = Asked
        self._app = app
        self._path = path
        self._closed = False

    def __repr__(self) -> str:
        return f"<LocalTransport {self._path or ':memory:'}>"

    def send(self, request: Request) -> Response:
        """Answer a request from the App."""
        if self._closed:
            raise _was_closed()
        path, _, query = request.target.partition("?")
        answer = self._app.handle(self._asked(request.method, path, query, request.headers, request.body or b""))
        headers = Headers(answer.headers)
        if isinstance(answer.body, bytes):
            whole: Iterable[bytes] = (answer.body,)
            return Response(answer.status, headers, whole)
        return Response(answer.status, headers, answer.body, answer.body.close)

    def __reduce__(self) -> "tuple[object, ...]":
        if self._path is None:
            raise _only_in_memory()
        return _opened_again, (self._path,)

    def close(self) -> None:
        """Close the App and its store. A later request is a `ConfigurationError`."""
        self._closed = True
        self._app.close()


class LaterTransport:
    """A `LocalTransport` that opens its database with the first request: for those who cannot wait for that before.

    What is wrong with the database is told then.
    """

    def __init__(self, path: Optional[str]) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._opened: Optional[LocalTransport] = None
        self._closed = False

    def __repr__(self) -> str:
        return f"<LaterTransport {self._path or ':memory:'}>"

    def send(self, request: Request) -> Response:
        """Answer a request from the App."""
        with self._lock:
            if self._opened is None:
                if self._closed:
                    raise _was_closed()
                self._opened = open_local(self._path)[0]
            opened = self._opened
        return opened.send(request)

    def __reduce__(self) -> "tuple[object, ...]":
        if self._path is None:
            raise _only_in_memory()
        return LaterTransport, (self._path,)

    def close(self) -> None:
        """Close the App and its store, if they were opened, and open them no more."""
        with self._lock:
            self._closed = True
            if self._opened is not None:
                self._opened.close()


def open_app(settings: Settings, clock: Clock = time.time) -> App:
    """Return the App of these settings. `clock` tells the seconds since 1970.

    Raises:
        ConfigurationError: the database cannot be used. The file was not touched.
    """
    from engram_server.app import StorageError, build_app

    try:
        return build_app(settings, clock=clock)
    except StorageError as error:
        raise ConfigurationError(str(error), outcome="not_sent") from error


def open_local(
    path: "Union[str, os.PathLike[str], None]", clock: Clock = time.time, options: LocalOptions = {}
) -> "tuple[LocalTransport, str]":
    """Return a transport to a new App on a database file (None: in memory), and the key that it takes."""
    from engram_server.config import Settings
    from engram_server.keys import DEVELOPMENT_KEY

    file = None if path is None else os.fspath(path)
    app = open_app(Settings(db=":memory:" if file is None else file, **options), clock)
    return LocalTransport(app, file), DEVELOPMENT_KEY


def open_later(path: "Union[str, os.PathLike[str], None]") -> "tuple[LaterTransport, str]":
    """Return what `open_local` does, with the database still closed."""
    from engram_server.keys import DEVELOPMENT_KEY

    return LaterTransport(None if path is None else os.fspath(path)), DEVELOPMENT_KEY


def _opened_again(path: str) -> LocalTransport:
    return open_local(path)[0]


def _was_closed() -> ConfigurationError:
    return ConfigurationError("the client was closed and makes no call any more", outcome="not_sent")


def _only_in_memory() -> ConfigurationError:
    return ConfigurationError("a client in memory has no file that could be opened again", outcome="not_sent")
