"""A stand-in for a model provider on loopback: says what it is told, as far as it is let."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Dict, List, Optional, Sequence, Tuple, Type

from .doors import PATIENCE_SECONDS


class Model:
    """One OpenAI-compatible endpoint. It writes `pieces`; when gated, from the second on each waits to be let go."""

    def __init__(self, pieces: Sequence[str] = ("Ana ", "leads ", "it."), *, gated: bool = False) -> None:
        self.pieces = list(pieces)
        #: What it answers with when it is not 200.
        self.status = 200
        #: Whether the stream breaks off after the last piece.
        self.breaks_off = False
        self.asked: List[Dict[str, Any]] = []
        self.keys: List[Optional[str]] = []
        self._let = threading.Semaphore(0)
        self._is_free = threading.Event()
        #: Set when a stream's reader went away.
        self.dropped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        if not gated:
            self.let_all_go()

    def let_one_go(self) -> None:
        """Let one piece go."""
        self._let.release()

    def let_all_go(self) -> None:
        """Let this piece go, and all that follow."""
        self._is_free.set()
        self._let.release()

    def hold(self) -> None:
        """Hold pieces back again."""
        self._is_free.clear()
        while self._let.acquire(blocking=False):
            pass

    def wait(self) -> bool:
        """Wait until a piece may go."""
        return self._is_free.is_set() or self._let.acquire(timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Model:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.let_all_go()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_of(model: Model) -> Type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(asked)
            model.keys.append(self.headers.get("Authorization"))
            if model.status != 200:
                self._whole(model.status, {"error": {"message": "the model is unwell"}})
            elif asked.get("stream"):
                self._stream()
            else:
                message = {"role": "assistant", "content": "".join(model.pieces)}
                usage = {"prompt_tokens": 11, "completion_tokens": 7}
                self._whole(200, {"choices": [{"index": 0, "message": message}], "usage": usage})

        def _whole(self, status: int, value: object) -> None:
            body = json.dumps(value).encode()
            self._head(status, ("Content-Type", "application/json"), ("Content-Length", str(len(body))))
            self.wfile.write(body)

        def _stream(self) -> None:
            self._head(200, ("Content-Type", "text/event-stream"))
            try:
                for number, piece in enumerate(model.pieces):
                    if number and not model.wait():
                        return
                    self._frame({"choices": [{"index": 0, "delta": {"content": piece}}]})
                if not model.breaks_off:
                    self._frame({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
                    self._frame({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7}})
                    self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                model.dropped.set()

        def _frame(self, value: object) -> None:
            self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
            self.wfile.flush()

        def _head(self, status: int, *headers: Tuple[str, str]) -> None:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
