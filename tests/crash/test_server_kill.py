"""The whole server is killed while clients write to it: what was acknowledged is there, what is there was asked for."""

from __future__ import annotations

import io
import random
import sqlite3
import sys
import threading
from contextlib import closing, redirect_stdout
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, List, Set

from engram import EngramClient, EngramError
from engram_server.cli import main
from engram_server.keys import DEVELOPMENT_KEY
from tests.processes import Worker

ROUNDS = 50
CLIENTS = 4
MOST_WRITES_BEFORE_THE_KILL = 60
READY = "engram-server ready "
PATIENCE_SECONDS = 30


class Load:
    """Clients that store one memory a request until their server is gone."""

    def __init__(self, url: str, bucket: str, enough: int) -> None:
        self._url = url
        self._bucket = bucket
        self._enough = enough
        self._lock = threading.Lock()
        self.attempted: Set[str] = set()
        self.acknowledged: Set[str] = set()
        #: Set once so many writes are acknowledged as should be before the kill.
        self.under_way = threading.Event()

    def run(self, name: int) -> None:
        with EngramClient(api_key=DEVELOPMENT_KEY, base_url=self._url, max_retries=0) as engram:
            for number in range(sys.maxsize):
                content = f"client {name} says number {number}"
                with self._lock:
                    self.attempted.add(content)
                try:
                    engram.store_memory(content, self._bucket, dedup="off")
                except EngramError:
                    return
                with self._lock:
                    self.acknowledged.add(content)
                    if len(self.acknowledged) >= self._enough:
                        self.under_way.set()


def serve(pipe: Connection[Any, Any], db: str) -> None:
    """Run the server's program, and tell what it prints."""

    class Printed(io.StringIO):
        def flush(self) -> None:
            pipe.send(self.getvalue())

    with redirect_stdout(Printed()):
        main(["--port", "0", "--db", db, "--log-level", "error"])


def one_round(db: Path, bucket: str, enough: int) -> Load:
    """Start a server, load it, kill it; return what its clients know."""
    server = Worker(serve, str(db))
    threads: List[threading.Thread] = []
    try:
        load = Load(server.told()[len(READY) :].strip(), bucket, enough)
        threads = [threading.Thread(target=load.run, args=(name,)) for name in range(CLIENTS)]
        for thread in threads:
            thread.start()
        assert load.under_way.wait(PATIENCE_SECONDS)
    finally:
        server.end(kill=True)
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    return load


def test_a_killed_server_loses_nothing_and_invents_nothing(tmp_path: Path) -> None:
    chance = random.Random(20260508)
    db = tmp_path / "engram.db"
    for number in range(ROUNDS):
        bucket = f"round-{number}"
        load = one_round(db, bucket, chance.randint(1, MOST_WRITES_BEFORE_THE_KILL))
        with EngramClient.local(str(db)) as engram:
            found = [memory["content"] for memory in engram.iter_memories(bucket)]
        assert load.acknowledged <= set(found) <= load.attempted, f"round {number}"
        assert len(found) == len(set(found)), f"round {number} stored a memory twice"
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
