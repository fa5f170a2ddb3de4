"""`engram_server.wsgi:application`: the server for any WSGI server, configured by the same `ENGRAM_` variables.

    ENGRAM_DB=./engram.db ENGRAM_API_KEYS=default=... gunicorn --threads 16 engram_server.wsgi:application

The variables of the listener (`ENGRAM_HOST`, `ENGRAM_PORT`) and of the log mean nothing here: both are the WSGI
server's. Who can reach it is not known here either, so set `ENGRAM_API_KEYS` or `ENGRAM_API_KEY_FILE`. The App is
made at the first request and not at import, so that a server which forks its workers after loading shares no
connection and no thread with them.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from typing import Iterable, Optional

from .app import build_app
from .config import Settings, read_settings
from .doors.wsgi import Environ, StartResponse, WsgiApp

logger = logging.getLogger("engram_server")


class LazyApplication:
    """A WSGI application that is made when it is first called."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._app: Optional[WsgiApp] = None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request.

        Raises:
            ConfigError, StorageError: the first request finds that the server cannot start.
        """
        return (self._app or self._made())(environ, start_response)

    def _made(self) -> WsgiApp:
        with self._lock:
            if self._app is None:
                settings = read_settings([], os.environ)
                if settings.api_keys is Settings.api_keys:
                    logger.warning("no API key is set: whoever reaches this server can use the development key")
                app = build_app(settings)
                atexit.register(app.close)
                self._app = WsgiApp(app.handle)
            return self._app


application = LazyApplication()
