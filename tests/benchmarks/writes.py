"""Durable writes: batches against a target, and many clients storing one at a time against bare SQLite commits."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .support import client, memories, server, table

BATCH = 500
BATCHES = 20
CLIENTS = 16
WRITES_EACH = 100
BARE_COMMITS = 500

_BARE_SCHEMA = "CREATE TABLE memories (id INTEGER PRIMARY KEY, content TEXT)"
_BARE_INSERT = "INSERT INTO memories (content) VALUES (?)"


def run() -> None:
    """Print memories/s in batches of 500, and acknowledged single writes/s of 16 clients as a ratio."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        batches = _batches(Path(folder) / "batches.db")
        bare = _bare_commits(Path(folder) / "bare.db")
        singles = _singles(Path(folder) / "singles.db")
    rows: "list[list[object]]" = [
        [f"batches of {BATCH} over HTTP, default dedup", batches, "-"],
        ["bare sqlite3, synchronous=FULL, a commit each", bare, 1.0],
        [f"{CLIENTS} clients, one memory a request, over HTTP", singles, singles / bare],
    ]
    table("Durable writes", ["what", "memories/s", "x bare"], rows)


def _batches(db: Path) -> float:
    contents = memories(BATCH * BATCHES)
    with server(db) as running, client(running.url) as engram:
        engram.store_memory("A first write opens the connection and makes the bucket.")
        start = time.perf_counter()
        for at in range(0, len(contents), BATCH):
            engram.store_memories(contents[at : at + BATCH])
        return len(contents) / (time.perf_counter() - start)


def _bare_commits(db: Path) -> float:
    connection = sqlite3.connect(db, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_BARE_SCHEMA)
    start = time.perf_counter()
    for content in memories(BARE_COMMITS):
        connection.execute(_BARE_INSERT, (content,))
    taken = time.perf_counter() - start
    connection.close()
    return BARE_COMMITS / taken


def _singles(db: Path) -> float:
    with server(db) as running:
        writer = [sys.executable, "-m", "tests.benchmarks.write_load", running.url, str(CLIENTS), str(WRITES_EACH)]
        done = subprocess.run(writer, capture_output=True, text=True, check=True)
    return float(done.stdout)
