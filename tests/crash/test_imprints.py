"""Real processes that imprint into one file: no write is lost, to each other or to kill -9."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, List

from engram import EngramClient, calls_engrams

from . import imprinting

PATIENCE_SECONDS = 60.0


def _start(path: Path, count: int, name: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, imprinting.__file__, str(path), str(count), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)


def _versions(said: bytes) -> List[int]:
    return [int(line) for line in said.split()]


def _entries(path: Path) -> Any:
    with EngramClient.local(path) as engram:
        found = engram._call(calls_engrams.RECALL, {"engram_id": "ctx"}, body={})
        assert engram.list_memories("ctx")["total"] == len(found["hits"])
    return [hit["entry"] for hit in found["hits"]]


def test_two_processes_upsert_one_key_fifty_times_each(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    EngramClient.local(path).close()
    processes = [_start(path, 50, name) for name in ("one", "two")]
    said = [process.communicate(timeout=PATIENCE_SECONDS)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(_versions(b"\n".join(said))) == list(range(1, 101))
    (entry,) = _entries(path)
    assert entry["version"] == 100


def test_kill_9_loses_no_acknowledged_imprint(tmp_path: Path) -> None:
    path = tmp_path / "engram.db"
    acknowledged = 0
    for turn in range(5):
        with _start(path, 0, f"turn {turn}") as process:
            assert process.stdout is not None
            said = b""
            while said.count(b"\n") < 10:
                said += process.stdout.read(4096)
            process.kill()
            said += process.stdout.read()
        acknowledged = max(_versions(said))
        (entry,) = _entries(path)
        # The last one may have been stored and not yet told.
        assert acknowledged <= entry["version"] <= acknowledged + 1
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
