"""The command as a script sees it: real processes, their outputs, their exit codes and the signals that end them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Dict, List, Optional, Tuple, Type

import pytest

from engram_server.doors.http import HttpServer
from engram_server.keys import DEVELOPMENT_KEY
from engram_server.wire import json_response
from tests.coordination.old_layout import OldProgram
from tests.wire.peer import PATIENCE_SECONDS, Peer, get, post, request

MODULE = [sys.executable, "-W", "error", "-m", "engram_server"]
SCRIPT = Path(sys.executable).parent / "engram-server"
READY = re.compile(r"engram-server ready http://127\.0\.0\.1:([0-9]+)\n")
# What a supervisor gives a service by the house's own promise.
STOP_SECONDS = 5

needs_posix = pytest.mark.skipif(os.name != "posix", reason="signals reach a process in this way on POSIX only")


def _environment(given: Dict[str, str]) -> Dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if not name.startswith("ENGRAM_")}, **given}


class Running:
    """A server in a process of its own, from its ready line on; killed at the end if it is still there."""

    def __init__(self, folder: Path, *arguments: str, command: Optional[List[str]] = None, **environ: str) -> None:
        self._stderr = (folder / "stderr.txt").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [*(command or MODULE), *arguments],
            cwd=folder,
            env=_environment(environ),
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
        )
        # Reading a line has no timeout of its own.
        watchdog = threading.Timer(PATIENCE_SECONDS, self.process.kill)
        watchdog.start()
        try:
            assert self.process.stdout is not None
            self.ready_line = self.process.stdout.readline()
        finally:
            watchdog.cancel()
            watchdog.join()
        match = READY.fullmatch(self.ready_line)
        self.port = int(match.group(1)) if match else 0

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.process.kill()
        self.process.communicate()
        self._stderr.close()

    def end(self, number: int = signal.SIGTERM) -> Tuple[int, str, str]:
        """Send a signal; return the exit code, the rest of standard output and all of standard error."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> Tuple[int, str, str]:
        """Wait for the end; return the exit code, the rest of standard output and all of standard error."""
        rest, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        self._stderr.seek(0)
        return self.process.returncode, rest, self._stderr.read()


def _run(folder: Path, *arguments: str, **environ: str) -> Tuple[int, str, str]:
    """Run a command that ends by itself."""
    done = subprocess.run(
        [*MODULE, *arguments],
        cwd=folder,
        env=_environment(environ),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _authorized(key: str = DEVELOPMENT_KEY) -> str:
    return f"Authorization: Bearer {key}"


# -- running


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_that_it_is_ready_serves_and_stops(tmp_path: Path, number: int) -> None:
    with Running(tmp_path, "--port", "0") as server, Peer(server.port) as peer:
        peer.send(get("/healthz"))
        assert peer.read_answer().status == 200
        code, rest, log = server.end(number)
        assert peer.is_closed()
    assert (code, rest) == (0, "")
    assert "Traceback" not in log
    assert (tmp_path / "engram.db").is_file()


@needs_posix
@pytest.mark.skipif(not SCRIPT.exists(), reason="the package is not installed")
def test_the_installed_script_is_the_same(tmp_path: Path) -> None:
    with Running(tmp_path, "--port", "0", "--db", ":memory:", command=[str(SCRIPT)]) as server:
        assert READY.fullmatch(server.ready_line)
        assert server.end()[:2] == (0, "")
    assert not (tmp_path / "engram.db").exists()


@needs_posix
def test_variables_do_what_flags_do(tmp_path: Path) -> None:
    with Running(
        tmp_path, ENGRAM_PORT="0", ENGRAM_DB="other.db", ENGRAM_API_KEYS="ana=eng_live_ana"
    ) as server, Peer(server.port) as peer:
        peer.send(get("/v1/buckets", _authorized("eng_live_ana")) + get("/v1/buckets", _authorized()))
        assert [peer.read_answer().status for _ in range(2)] == [200, 401]
    assert (tmp_path / "other.db").is_file()


@needs_posix
def test_what_was_stored_is_there_after_a_stop(tmp_path: Path) -> None:
    body = b'{"content": "Ana has a cat."}'
    for answer in (201, 200):
        with Running(tmp_path, "--port", "0") as server, Peer(server.port) as peer:
            peer.send(post("/v1/buckets/a/memories", body, _authorized()))
            peer.send(get("/v1/buckets/a/memories", _authorized()))
            assert peer.read_answer().status in (200, 201)
            assert json.loads(peer.read_answer().body)["total"] == 1, answer
            assert server.end()[0] == 0


@needs_posix
def test_it_ends_what_is_over_though_no_request_comes(tmp_path: Path) -> None:
    program = OldProgram(str(tmp_path / "engram.db"))
    program.register("cli", "long ago", "2020-01-01T00:00:00.000000")
    deadline = time.monotonic() + PATIENCE_SECONDS
    with Running(tmp_path, "--port", "0", "--expire-after", "1") as server:
        while program.ask("SELECT status FROM sessions") != [("expired",)]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert server.end()[:2] == (0, "")


@needs_posix
def test_a_request_that_runs_is_finished_before_the_end(tmp_path: Path) -> None:
    body = b'{"content": "Ana has a cat."}'
    with Running(tmp_path, "--port", "0", "--db", ":memory:") as server, Peer(server.port) as peer:
        head = request("POST", "/v1/buckets/a/memories", f"Content-Length: {len(body)}", _authorized())
        # What expects a go-ahead and has got it is being read.
        peer.send(head[:-2] + b"Expect: 100-continue\r\n\r\n")
        assert peer.read_answer().status == 100
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionRefusedError):
            while True:
                # Who is about to be accepted when the door closes is reset.
                with suppress(ConnectionResetError):
                    Peer(server.port).sock.close()
        peer.send(body)
        answer = peer.read_answer()
        assert answer.status in (200, 201)
        assert answer.headers["connection"] == "close"
        assert server.wait()[:2] == (0, "")


@needs_posix
def test_a_request_that_never_ends_does_not_hold_the_server(tmp_path: Path) -> None:
    """Tried three times: a busy machine may be late once, a server that waits too long is late each time."""
    late: List[float] = []
    while len(late) < 3:
        with Running(tmp_path, "--port", "0", "--db", ":memory:") as server, Peer(server.port) as peer:
            peer.send(request("POST", "/v1/query", "Content-Length: 4", "Expect: 100-continue", _authorized()))
            assert peer.read_answer().status == 100
            began = time.monotonic()
            assert server.end()[:2] == (0, "")
            taken = time.monotonic() - began
        if taken < STOP_SECONDS:
            return
        late.append(taken)
    raise AssertionError(f"took {late} s to stop")


@needs_posix
def test_running_out_of_descriptors_is_survived(tmp_path: Path) -> None:
    start = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)); "
        "from engram_server.cli import main; raise SystemExit(main())"
    )
    command = [sys.executable, "-W", "error", "-c", start]
    with Running(tmp_path, "--port", "0", "--db", ":memory:", command=command) as server:
        with ExitStack() as stack:
            peers = [stack.enter_context(Peer(server.port)) for _ in range(60)]
            deadline = time.monotonic() + PATIENCE_SECONDS
            while "no connection can be accepted" not in (tmp_path / "stderr.txt").read_text(encoding="utf-8"):
                assert time.monotonic() < deadline
                peers[0].send(get("/healthz"))
                assert peers[0].read_answer().status == 200
        with Peer(server.port) as peer:
            peer.send(get("/healthz"))
            assert peer.read_answer().status == 200
        code, _, log = server.end()
    assert code == 0
    assert "Traceback" not in log


# -- logs


@needs_posix
def test_logs_are_json_lines_when_asked_for_and_tell_no_key(tmp_path: Path) -> None:
    key = "eng_live_ana_secret"
    arguments = ["--port", "0", "--db", ":memory:", "--api-key", f"ana={key}", "--log-format", "json"]
    with Running(tmp_path, *arguments, "--log-level", "debug") as server:
        with Peer(server.port) as peer:
            peer.send(get("/v1/buckets?limit=1", _authorized(key), "X-Request-Id: mine\x85") + b"GARBAGE\r\n")
            assert [peer.read_answer().status for _ in range(2)] == [200, 400]
        code, rest, log = server.end()
    assert code == 0
    lines = [json.loads(line) for line in log.splitlines()]
    common = ["time", "level", "logger", "message"]
    told = []
    for line in lines:
        assert list(line)[:4] == common
        if line["logger"] == "engram_server.access":
            assert line["message"] == "{method} {path} {status} {ms:.1f} ms {request_id}".format(**line)
            told.append([line[name] for name in list(line)[4:]])
        else:
            assert list(line) == common
    assert [one[:3] for one in told] == [["GET", "/v1/buckets", 200], ["-", "-", 400]]
    assert all(0 <= ms < 1000 * PATIENCE_SECONDS and request_id.startswith("req_") for *_, ms, request_id in told)
    assert "secret" not in server.ready_line + rest + log


@needs_posix
def test_a_level_hides_what_is_below_it(tmp_path: Path) -> None:
    with Running(tmp_path, "--port", "0", "--db", ":memory:", "--log-level", "error") as server:
        with Peer(server.port) as peer:
            peer.send(get("/healthz"))
            assert peer.read_answer().status == 200
        assert server.end() == (0, "", "")


# -- not starting


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with HttpServer(lambda asked: json_response(200, None)) as other:
        code, out, err = _run(tmp_path, "--port", str(other.port), "--db", ":memory:")
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"engram-server: cannot listen on 127\.0\.0\.1 port {other.port}: .+ in use\n", err)


@pytest.mark.parametrize(
    "content",
    [b"not a database at all, just some text\n" * 100, b"SQLite format 3\x00" + bytes(4_080), b"\x00"],
    ids=["text", "damaged", "short"],
)
def test_a_file_that_is_no_database_of_ours_is_one_line_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.db"
    path.write_bytes(content)
    code, out, err = _run(tmp_path, "--port", "0", "--db", str(path))
    assert (code, out) == (2, "")
    assert re.fullmatch(r"engram-server: .+\n", err)
    assert str(path) in err
    assert path.read_bytes() == content
    assert [entry.name for entry in tmp_path.iterdir()] == ["some.db"]


def test_an_old_sqlite_is_one_line(tmp_path: Path) -> None:
    """The interpreter's SQLite is new enough; one that says otherwise has to be put on."""
    start = (
        "import sqlite3; sqlite3.sqlite_version_info = (3, 33, 0); sqlite3.sqlite_version = '3.33.0'; "
        "from engram_server.cli import main; raise SystemExit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", start, "--port", "0", "--db", ":memory:"],
        cwd=tmp_path,
        env=_environment({}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"engram-server: .*3\.33\.0.*\n", done.stderr)
    assert "3.34" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environ", "named"),
    [
        (["--port", "x"], {}, "--port"),
        (["--frobnicate"], {}, "--frobnicate"),
        (["--host", "0.0.0.0"], {}, "--api-key"),
        (["--api-key-file", "nowhere"], {}, "nowhere"),
        ([], {"ENGRAM_DURABILITY": "none"}, "ENGRAM_DURABILITY"),
        (["--host", "0.0.0.0", "--api-key", "eng_test_local_development"], {}, "development key"),
        (["--llm-model", "m", "--llm-base-url", "ftp://x"], {}, "--llm-base-url"),
        (["--llm-model", "m", "--llm-base-url", "http://x:99999"], {}, "--llm-base-url"),
        (["--llm-model", "m"], {"ENGRAM_LLM_BASE_URL": "http://user:pw@x"}, "--llm-base-url"),
    ],
)
def test_wrong_settings_are_one_line(
    tmp_path: Path, arguments: List[str], environ: Dict[str, str], named: str
) -> None:
    code, out, err = _run(tmp_path, *arguments, **environ)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"engram-server: .+\n", err)
    assert named in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_go_to_standard_output(tmp_path: Path, argument: str) -> None:
    code, out, err = _run(tmp_path, argument)
    assert (code, err) == (0, "")
    assert "engram-server" in out
