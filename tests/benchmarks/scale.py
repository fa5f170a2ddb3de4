"""Questions in buckets of 1,000 to 100,000 memories and in one of 10,000 buckets; filling; the memory it takes."""

from __future__ import annotations

import functools
import sqlite3
import tempfile
from itertools import islice
from pathlib import Path
from typing import Callable, Iterator, List, Optional, Sequence

from engram import EngramClient
from engram_server.clock import system_clock
from engram_server.domains.hosted.queries import Answering, Recalling, answer, recall
from engram_server.domains.scope import Scope
from engram_server.ids import Ids
from engram_server.keys import DEFAULT_TENANT
from engram_server.storage import Store, open_store

from .support import QUICK, client, microseconds, peak_mebibytes, percentile, server, table
from .talk import questions, talk

_PART = 10 if QUICK else 1
SIZES = tuple(size // _PART for size in (1_000, 10_000, 100_000))
MANY_BUCKETS = 10_000 // _PART
BUCKET_MEMORIES = 100
BATCH = 500
QUESTIONS = 100
TOP_KS = (8, 50)

# What each size may take at most: p50 in milliseconds over HTTP with what clients ask for by default.
_MOST_MS = {1_000: 5, 10_000: 8, 100_000: 40}
_MOST_MS_OF_MANY = 5
_MOST_MEBIBYTES = 200
_LEAST_A_SECOND = 3_000

_BARE_SCHEMA = "CREATE TABLE memories (id INTEGER PRIMARY KEY, content TEXT)"
_BARE_INSERT = "INSERT INTO memories (content) VALUES (?)"
_ANSWERING = Answering(4_096, "prose", None)

Row = List[object]


def run() -> None:
    """Print what questions take at each size, how fast memories are taken in, and the most memory used."""
    asked: List[Row] = []
    filled: List[Row] = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        _one_bucket(Path(folder), asked, filled)
        _many_buckets(Path(folder), asked)
    head = ["memories", "top_k", "answer", "HTTP p50 ms", "p95 ms", "inside p50 ms", "p95 ms", "limit"]
    table("Questions", head, asked)
    table("Filling and memory", ["what", "measured", "x floor", "limit"], filled)


def _one_bucket(folder: Path, asked: List[Row], filled: List[Row]) -> None:
    with server(folder / "one.db") as running, client(running.url) as engram:
        contents = talk(SIZES[-1])
        held = 0
        for size in SIZES:
            batch = list(islice(contents, size - held))
            per_second = len(batch) / _seconds(functools.partial(_fill, engram, "default", batch))
            asked += _asking(f"{size:,}", _MOST_MS.get(size * _PART), engram, folder / "one.db", ["default"])
            held += len(batch)
        bare = len(batch) / _bare_seconds(folder / "bare.db", batch)
        label = f"durable memories/s, the last {len(batch):,} in batches of {BATCH}"
        filled.append([label, per_second, per_second / bare, f">= {_LEAST_A_SECOND:,}"])
        filled.append(["bare sqlite3, the same batches", bare, 1.0, ""])
        filled.append([f"MiB at most, {held:,} memories", peak_mebibytes(running), "", f"<= {_MOST_MEBIBYTES}"])


def _many_buckets(folder: Path, asked: List[Row]) -> None:
    names = [f"person-{number}" for number in range(MANY_BUCKETS)]
    with server(folder / "many.db") as running, client(running.url) as engram:
        contents = talk(MANY_BUCKETS * BUCKET_MEMORIES)
        for name in names:
            engram.store_memories(list(islice(contents, BUCKET_MEMORIES)), name)
        label = f"{MANY_BUCKETS * BUCKET_MEMORIES:,} in {MANY_BUCKETS:,} buckets"
        asked += _asking(label, _MOST_MS_OF_MANY, engram, folder / "many.db", names[:: MANY_BUCKETS // QUESTIONS])


def _asking(label: str, most: Optional[int], engram: EngramClient, db: Path, buckets: Sequence[str]) -> Iterator[Row]:
    """Yield a row for each way of asking, over HTTP and in this process on the same file."""
    store = open_store(db)
    try:
        for top_k in TOP_KS:
            for with_answer in (False, True):
                over_http = _times(functools.partial(_ask, engram, top_k, with_answer), buckets)
                inside = _times(functools.partial(_recall, _scope(store), top_k, with_answer), buckets)
                figures = [percentile(times, share) for times in (over_http, inside) for share in (0.5, 0.95)]
                limit = f"p50 <= {most}" if most and top_k == TOP_KS[0] else ""
                yield [label, top_k, "yes" if with_answer else "no", *figures, limit]
    finally:
        store.close()


def _times(ask: Callable[[str, str], object], buckets: Sequence[str]) -> List[float]:
    """Return the milliseconds of each question, of one bucket after the other."""
    asked = questions(QUESTIONS)
    turns = [(buckets[number % len(buckets)], question) for number, question in enumerate(asked)]
    for bucket, question in turns[:5]:
        ask(bucket, question)  # Opens the connection and reads the first pages.
    return [microseconds(functools.partial(ask, *turn)) / 1_000 for turn in turns]


def _ask(engram: EngramClient, top_k: int, with_answer: bool, bucket: str, question: str) -> object:
    return engram.query(question, buckets=[bucket], top_k=top_k, skip_synthesis=not with_answer)


def _recall(scope: Scope, top_k: int, with_answer: bool, bucket: str, question: str) -> object:
    with scope.read() as reader:
        found = recall(reader, scope, [bucket], question, Recalling(top_k, {}, 0.0, 0.0))
    return answer(question, found, _ANSWERING if with_answer else None, None)


def _scope(store: Store) -> Scope:
    with store.read() as reader:
        tenant_id = reader.tenant(DEFAULT_TENANT)
    assert tenant_id is not None
    return Scope(tenant_id, store, system_clock, Ids(system_clock))


def _fill(engram: EngramClient, bucket: str, contents: Sequence[str]) -> None:
    for at in range(0, len(contents), BATCH):
        engram.store_memories(contents[at : at + BATCH], bucket)


def _bare_seconds(db: Path, contents: Sequence[str]) -> float:
    connection = sqlite3.connect(db, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_BARE_SCHEMA)

    def fill() -> None:
        for at in range(0, len(contents), BATCH):
            connection.execute("BEGIN")
            connection.executemany(_BARE_INSERT, [(content,) for content in contents[at : at + BATCH]])
            connection.execute("COMMIT")

    seconds = _seconds(fill)
    connection.close()
    return seconds


def _seconds(call: Callable[[], object]) -> float:
    return microseconds(call) / 1e6
