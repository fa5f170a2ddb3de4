"""A loopback server that writes down what it is sent and answers from a script: for what goes over the wire."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Callable, Dict, Iterable, List, NamedTuple, Optional, Tuple, Type

JSON_TYPE = ("Content-Type", "application/json")


class Sent(NamedTuple):
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: Dict[str, str]
    body: bytes

    @property
    def said(self) -> Tuple[str, str, Optional[str]]:
        """Method, target and the JSON body in one spelling: 1, 1.0 and true stay apart, the order of keys does not."""
        return self.method, self.target, json.dumps(json.loads(self.body), sort_keys=True) if self.body else None


class Reply(NamedTuple):
    """One answer of the script."""

    status: int = 200
    body: bytes = b"{}"
    headers: Tuple[Tuple[str, str], ...] = (JSON_TYPE,)


def reply(value: object, status: int = 200, *headers: Tuple[str, str]) -> Reply:
    """Return an answer with `value` as its JSON body."""
    return Reply(status, json.dumps(value).encode(), (JSON_TYPE, *headers))


class Recording:
    """The server. `script` answers each request; `sent` holds them in order."""

    def __init__(self, script: Callable[[Sent], Reply] = lambda sent: Reply()) -> None:
        self.sent: List[Sent] = []
        self.script = script
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        # A short poll is how soon `shutdown` is seen; requests do not wait for it.
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005})

    def replies(self, replies: Iterable[Reply]) -> None:
        """Answer with these, one after another; a request too many gets a 418."""
        rest = iter(replies)
        self.script = lambda sent: next(rest, Reply(418))

    def __enter__(self) -> Recording:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_of(recording: Recording) -> Type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            sent = Sent(self.command, self.path, headers, body)
            recording.sent.append(sent)
            answer = recording.script(sent)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
