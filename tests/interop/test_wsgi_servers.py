"""`engram_server.wsgi:application` under WSGI servers that people use: processes of their own, real sockets."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import queue
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, Optional, Tuple

import pytest

from tests.wire.peer import PATIENCE_SECONDS, Peer, get, post

KEY = "eng_live_interop"

COMMANDS: Dict[str, List[str]] = {
    "waitress": ["-m", "waitress", "--listen=127.0.0.1:0", "--threads=4", "engram_server.wsgi:application"],
    # Two workers that fork after the application was loaded: the hardest case for what a process must not share.
    "gunicorn": [
        "-m",
        "gunicorn",
        "--bind=127.0.0.1:0",
        "--workers=2",
        "--threads=4",
        "--preload",
        "engram_server.wsgi:application",
    ],
}
LISTENING = re.compile(r"http://127\.0\.0\.1:([0-9]+)")


@pytest.fixture(scope="module", params=sorted(COMMANDS))
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    name = str(request.param)
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed; it comes with the extra `interop`")
    if name == "gunicorn" and os.name != "posix":
        pytest.skip("gunicorn runs on POSIX only")
    folder: Path = tmp_path_factory.mktemp(name)
    environ = {**os.environ, "ENGRAM_DB": str(folder / "engram.db"), "ENGRAM_API_KEYS": f"ana={KEY}"}
    # Where gunicorn would put a socket of its own.
    environ.update({"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)})
    with subprocess.Popen(
        [sys.executable, *COMMANDS[name]], cwd=folder, env=environ, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        lines: "queue.Queue[str]" = queue.Queue()
        # To the end: a full pipe would stop the server.
        reader = threading.Thread(target=_pass_on, args=(process.stderr, lines))
        reader.start()
        try:
            found = None
            while found is None:
                found = LISTENING.search(lines.get(timeout=PATIENCE_SECONDS))
            yield int(found.group(1))
        finally:
            process.terminate()
            reader.join()


def _pass_on(log: Iterable[str], lines: "queue.Queue[str]") -> None:
    for line in log:
        lines.put(line)


def _call(
    port: int, method: str, path: str, body: object = None, headers: Optional[Dict[str, str]] = None
) -> Tuple[int, bytes, "http.client.HTTPMessage"]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Authorization": f"Bearer {KEY}", **(headers or {})})
        response = connection.getresponse()
        return response.status, response.read(), response.headers
    finally:
        connection.close()


def test_memories_are_stored_and_found_again(port: int) -> None:
    for number in range(20):
        status, _, _ = _call(port, "POST", "/v1/buckets/pets/memories", {"content": f"Ana has cat number {number}."})
        assert status in (200, 201)
    status, body, _ = _call(port, "GET", "/v1/buckets/pets/memories?limit=5")
    page = json.loads(body)
    assert (status, page["total"], len(page["memories"])) == (200, 20, 5)


def test_an_encoded_slash_stays_in_its_segment(port: int) -> None:
    _call(port, "POST", "/v1/buckets/a%2Fb/memories", {"content": "Ana has a cat."})
    status, body, _ = _call(port, "GET", "/v1/buckets/a%2Fb/memories")
    assert (status, json.loads(body)["memories"][0]["bucket_name"]) == (200, "a/b")
    assert _call(port, "GET", "/v1/buckets/a/b/memories")[0] == 404


def test_a_stream_comes_whole(port: int) -> None:
    _call(port, "POST", "/v1/buckets/streamed/memories", {"content": "Ana has a cat."})
    question = {"query": "What does Ana have?", "buckets": ["streamed"], "stream": True}
    status, body, headers = _call(port, "POST", "/v1/query", question)
    frames = body.decode("utf-8").split("\n\n")
    assert (status, headers["Content-Type"]) == (200, "text/event-stream")
    assert frames[-2:] == ["data: [DONE]", ""]
    assert "cat" in json.loads(frames[-3][len("data: ") :])["answer"]


def test_slots_come_back_from_streams_that_are_dropped(port: int) -> None:
    """More dropped streams than a tenant may have requests at once."""
    body = json.dumps({"query": "What does Ana have?", "buckets": ["streamed"], "stream": True}).encode()
    for _ in range(40):
        with Peer(port) as peer:
            peer.send(post("/v1/query", body, f"Authorization: Bearer {KEY}"))
            assert b" 200 " in peer.read_to(b"\r\n\r\n")
    assert _call(port, "GET", "/v1/buckets")[0] == 200


def test_errors_have_our_shape(port: int) -> None:
    for status, code, reply in (
        (401, "invalid_api_key", _call(port, "GET", "/v1/buckets", headers={"Authorization": "Bearer wrong"})),
        (404, "no_such_path", _call(port, "GET", "/v1/nothing")),
        (400, "malformed_json", _call(port, "POST", "/v1/query")),
    ):
        error = json.loads(reply[1])
        assert (reply[0], error["code"]) == (status, code)
        assert error["request_id"] == reply[2]["X-Request-Id"]


def test_head_is_answered_like_get_without_a_body(port: int) -> None:
    status, body, headers = _call(port, "HEAD", "/healthz")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) > 0


def test_a_connection_is_kept_where_the_server_keeps_it(port: int) -> None:
    with Peer(port) as peer:
        for _ in range(3):
            peer.send(get("/healthz"))
            answer = peer.read_answer()
            assert answer.status == 200
            if answer.headers.get("connection", "").lower() == "close":
                return
