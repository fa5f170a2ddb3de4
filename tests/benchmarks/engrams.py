"""Shared engrams against a floor of bare SQLite, and against the published package where it is installed.

The same entries, questions and writes for each of them, in turns of the same run, so that what else the machine does
meanwhile hurts all alike. The floor is what is easily written with sqlite3: one table, and all of it read for a text.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sqlite3
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable, Dict, List, Protocol, cast

from engram import EngramClient
from engram.engrams.verbs import EngramVerbs
from engram.types import EntryInput
from engram_server.app import build_app
from engram_server.config import Settings
from engram_server.doors.http import HttpServer

from .support import QUICK, client, median, memories, table

ENTRIES = 1_000 if QUICK else 10_000
ROUNDS = 5
QUESTIONS = 10
UPSERTS = 200
CALLERS = 16
PUBLISHED = "cosmonapse"

Entry = Dict[str, object]


class Contender(Protocol):
    """What is measured: a store of entries by merge key."""

    name: str

    def upsert(self, key: str, entry: Entry) -> None:
        """Write an entry durably."""

    def upsert_all(self, writes: "List[tuple[str, Entry]]") -> None:
        """Write entries as several callers would."""

    def find(self, text: str) -> int:
        """Return how many entries hold a text."""

    def close(self) -> None:
        """Release what is held."""


class Bare:
    """One table of SQLite as it comes, with a commit a write and a scan a question."""

    name = "bare sqlite3"

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "bare.db", isolation_level=None)
        self._db.execute("CREATE TABLE entries (merge_key TEXT PRIMARY KEY, data TEXT)")

    def upsert(self, key: str, entry: Entry) -> None:
        self._db.execute("INSERT OR REPLACE INTO entries VALUES (?, ?)", (key, json.dumps(entry)))

    def upsert_all(self, writes: "List[tuple[str, Entry]]") -> None:
        for key, entry in writes:
            self.upsert(key, entry)

    def find(self, text: str) -> int:
        rows = self._db.execute("SELECT data FROM entries").fetchall()
        return sum(any(text in value for value in json.loads(data).values()) for (data,) in rows)

    def close(self) -> None:
        self._db.close()


class Published:
    """The SQLite backend of the published package, called directly."""

    name = PUBLISHED

    def __init__(self, folder: Path) -> None:
        package: Any = importlib.import_module(PUBLISHED)
        self._loop = asyncio.new_event_loop()
        self._engram: Any = package.SqliteEngram(path=str(folder / "published.db"), engram_id="x")
        self._loop.run_until_complete(self._engram.connect())

    def upsert(self, key: str, entry: Entry) -> None:
        self._loop.run_until_complete(self._upserted(key, entry))

    def upsert_all(self, writes: "List[tuple[str, Entry]]") -> None:
        async def together() -> None:
            for at in range(0, len(writes), CALLERS):
                await asyncio.gather(*(self._upserted(*write) for write in writes[at : at + CALLERS]))

        self._loop.run_until_complete(together())

    async def _upserted(self, key: str, entry: Entry) -> None:
        await self._engram.imprint("upsert", {"content": entry}, merge_key=key)

    def find(self, text: str) -> int:
        return len(self._loop.run_until_complete(self._engram.recall({"text": text})))

    def close(self) -> None:
        self._loop.run_until_complete(self._engram.close())
        self._loop.close()


class Ours:
    """An engram behind any client."""

    def __init__(self, name: str, engram: EngramClient) -> None:
        self.name = name
        self._engram = engram
        self._verbs = EngramVerbs(engram)

    def upsert(self, key: str, entry: Entry) -> None:
        given = cast(EntryInput, {"content": entry})
        self._verbs.imprint("x", {"op": "upsert", "entry": given, "merge_key": key})

    def upsert_all(self, writes: "List[tuple[str, Entry]]") -> None:
        with ThreadPoolExecutor(CALLERS) as pool:
            list(pool.map(lambda write: self.upsert(*write), writes))

    def find(self, text: str) -> int:
        return len(self._verbs.recall("x", {"query": {"text": text}})["hits"])

    def settle(self) -> float:
        """Ask of the memories that the entries are; return how many seconds the first question takes."""
        start = time.perf_counter()
        self._engram.query("What is said of it?", buckets=["x"], skip_synthesis=True)
        return time.perf_counter() - start

    def close(self) -> None:
        self._engram.close()


def run() -> None:
    """Print recalls and durable upserts a second, and each as a ratio of the floor and of the published package."""
    texts = memories(ENTRIES, words=24)
    entries: List[Entry] = [{"question": f"question {n} of it", "answer": text} for n, text in enumerate(texts)]
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, ExitStack() as stack:
        path = Path(folder)
        contenders: List[Contender] = [Bare(path)]
        if importlib.util.find_spec(PUBLISHED) is None:
            print(f"\n{PUBLISHED} is not installed: no comparison with it")
        else:
            contenders.append(Published(path))
        app = build_app(Settings(db=str(path / "ours.db")))
        door = stack.enter_context(HttpServer(app.handle, "127.0.0.1", 0))
        over_http = Ours("engrams over HTTP", client(door.url))
        contenders += [Ours("engrams in the process", EngramClient.local(path / "local.db")), over_http]
        for contender in contenders:
            stack.callback(contender.close)
        new = _filled(contenders, entries)
        first = [contender.settle() for contender in contenders if isinstance(contender, Ours)]
        measured = _measured(contenders, entries)
        _print(contenders, {name: [*rates, new[name]] for name, rates in measured.items()}, median(first))


def _filled(contenders: List[Contender], entries: List[Entry]) -> Dict[str, float]:
    """Write each entry for the first time; return how many a second each contender wrote, memories made on the way."""
    taken: Dict[str, List[float]] = {contender.name: [] for contender in contenders}
    for start in range(0, len(entries), UPSERTS):
        writes = [(f"k{start + n}", entry) for n, entry in enumerate(entries[start : start + UPSERTS])]
        for contender in contenders:
            taken[contender.name].append(_rate(lambda: _upsert_each(contender, writes), len(writes)))
    return {name: median(rates) for name, rates in taken.items()}


def _measured(contenders: List[Contender], entries: List[Entry]) -> Dict[str, List[float]]:
    """Return recalls, upserts of one caller and upserts of several callers a second of each contender."""
    taken: Dict[str, List[List[float]]] = {contender.name: [[], [], []] for contender in contenders}
    for turn in range(ROUNDS):
        asked = [f"question {(turn * QUESTIONS + n) * 37 % len(entries)} of it" for n in range(QUESTIONS)]
        changed, more = (_changed(entries, turn * UPSERTS, ahead) for ahead in (1, 2))
        for contender in contenders:
            recalls, alone, together = taken[contender.name]
            recalls.append(_rate(lambda: _find_each(contender, asked), len(asked)))
            alone.append(_rate(lambda: _upsert_each(contender, changed), len(changed)))
            together.append(_rate(lambda: contender.upsert_all(more), len(more)))
    return {name: [median(rates) for rates in measured] for name, measured in taken.items()}


def _changed(entries: List[Entry], start: int, ahead: int) -> "List[tuple[str, Entry]]":
    """Return writes that give entries the answers of others."""
    numbers = [number % len(entries) for number in range(start, start + UPSERTS)]
    return [(f"k{n}", {**entries[n], "answer": entries[n - ahead]["answer"]}) for n in numbers]


def _find_each(contender: Contender, texts: List[str]) -> None:
    for text in texts:
        assert contender.find(text) >= 1, f"{contender.name} does not find {text!r}"


def _upsert_each(contender: Contender, writes: "List[tuple[str, Entry]]") -> None:
    for write in writes:
        contender.upsert(*write)


def _rate(work: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def _print(contenders: List[Contender], measured: Dict[str, List[float]], first: float) -> None:
    floor, published = measured[Bare.name], measured.get(PUBLISHED)
    names = [
        "recall by text",
        "durable upsert, one caller",
        f"durable upsert, {CALLERS} callers",
        "durable upsert of new keys, one caller",
    ]
    rows: List[List[object]] = []
    for contender in contenders:
        for name, rate, least, other in zip(names, measured[contender.name], floor, published or [0.0] * len(names)):
            rows.append([contender.name, name, rate, rate / least, rate / other if other else "-"])
    head = ["what", "does", "a second", "x bare", f"x {PUBLISHED}"]
    table(f"Shared engrams, {ENTRIES:,} entries", head, rows)
    print(f"\nThe first question of the memories after {ENTRIES:,} imprints took {first:.2f} s.")
