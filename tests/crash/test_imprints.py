"""Real processes that imprint into one engram: no write is lost, to each other or to kill -9."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, List

import pytest

from engram import EngramClient, calls_engrams
from engram.errors import EngramError
from engram.testing import LiveServer
from engram_server.keys import DEVELOPMENT_KEY

from . import imprinting

PATIENCE_SECONDS = 60.0
READY = "engram-server ready "


def _start(where: "Path | str", count: int, name: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, imprinting.__file__, str(where), str(count), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)


def _versions(said: bytes) -> List[int]:
    return [int(line) for line in said.split()]


def _entries(engram: EngramClient) -> Any:
    found = engram._call(calls_engrams.RECALL, {"engram_id": "ctx"}, body={})
    assert engram.list_memories("ctx")["total"] == len(found["hits"])
    return [hit["entry"] for hit in found["hits"]]


def _entries_in(path: Path) -> Any:
    with EngramClient.local(path) as engram:
        return _entries(engram)


def _two_upsert_one_key(where: "Path | str") -> None:
    """Have two processes upsert one key fifty times each; each version must be in one receipt."""
    processes = [_start(where, 50, name) for name in ("one", "two")]
    said = [process.communicate(timeout=PATIENCE_SECONDS)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(_versions(b"\n".join(said))) == list(range(1, 101))


def test_two_processes_upsert_one_key_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    EngramClient.local(path).close()
    _two_upsert_one_key(path)
    (entry,) = _entries_in(path)
    assert entry["version"] == 100


def test_two_processes_upsert_one_key_of_a_server(engram_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAM_API_KEY", engram_server.api_key)
    _two_upsert_one_key(engram_server.url)
    with engram_server.client() as engram:
        (entry,) = _entries(engram)
    assert entry["version"] == 100


def test_what_was_refused_holds_up_no_other_process(tmp_path: Path) -> None:
    """A process whose `add` was refused stays open and idle; another one writes without waiting for it to give up."""
    path = tmp_path / "engram.db"
    add = {"op": "add", "entry": {"id": "a", "content": "first"}}
    with EngramClient.local(path) as engram:
        engram._call(calls_engrams.IMPRINT, {"engram_id": "ctx"}, body=add)
        with pytest.raises(EngramError) as caught:
            engram._call(calls_engrams.IMPRINT, {"engram_id": "ctx"}, body=add)
        assert caught.value.code == "exists"
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            # At once, or it raises.
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        with _start(path, 1, "other") as process:
            assert _versions(process.communicate(timeout=PATIENCE_SECONDS)[0]) == [1]
        assert process.returncode == 0
        assert sorted(entry["id"] == "a" for entry in _entries(engram)) == [False, True]


def test_kill_9_loses_no_acknowledged_imprint(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    acknowledged = 0
    for turn in range(5):
        with _start(path, 0, f"turn {turn}") as process:
            assert process.stdout is not None
            said = b""
            while said.count(b"\n") < 10:
                piece = process.stdout.read(4096)
                assert piece, "the writing process has ended"
                said += piece
            process.kill()
            said += process.stdout.read()
        acknowledged = max(_versions(said))
        (entry,) = _entries_in(path)
        # The last one may have been stored and not yet told.
        assert acknowledged <= entry["version"] <= acknowledged + 1
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_kill_9_of_a_server_loses_no_acknowledged_imprint(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    command = [sys.executable, "-m", "engram_server", "--port", "0", "--db", str(path), "--log-level", "error"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline()[len(READY) :].strip()
            with EngramClient(api_key=DEVELOPMENT_KEY, base_url=url) as engram:
                for number in range(10):
                    body = {"op": "upsert", "entry": {"number": number}, "merge_key": "k"}
                    engram._call(calls_engrams.IMPRINT, {"engram_id": "ctx"}, body=body)
        finally:
            server.kill()
    (entry,) = _entries_in(path)
    assert (entry["version"], entry["content"]) == (10, {"number": 9})
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
