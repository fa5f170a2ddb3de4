"""Building a memory packet in the process: what it costs, which grows with what may be in it, not with what is kept."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Callable, Dict, Iterator, List

from engram.types import EpisodeInput, FactInput, MemoryScope, PacketPolicy, PacketRequest, ProcedureInput
from engram_server.clock import rfc3339, system_clock
from engram_server.domains.scope import Scope, Writer
from engram_server.domains.structured import packets, records
from engram_server.domains.structured.stored import Stored
from engram_server.ids import Ids
from engram_server.storage import open_store

from .support import QUICK, memories, microseconds, percentile, table

#: Facts, and as many episodes.
KEPT = 1_000 if QUICK else 10_000
FEW = KEPT // 10
BUILDS = 100
QUERY_WORDS = 6
WITHIN_MS = 15.0

_PROCEDURES = 100
_OWNER: MemoryScope = {"tenant_id": "default", "user_id": "u", "agent_id": "a", "session_id": "s", "run_id": "r"}
_DAY_MS = 86_400_000
_WINDOW_DAYS = 30
_CHUNK = 500

Request = Callable[[str], PacketRequest]
Keep = Callable[[Writer], object]


def run() -> None:
    """Print p50 and p95 in milliseconds beside the floor: reading as many records in their order, and no more."""
    rows: List[List[object]] = []
    for kept in (FEW, KEPT):
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            rows += _measured(str(Path(folder) / "engram.db"), kept)
    table(
        f"A packet of 30 facts and 20 episodes, in the process (goal: p50 under {WITHIN_MS:g} ms)",
        ["facts and episodes kept", "packet", "p50 ms", "p95 ms", "x floor"],
        rows,
    )


def _measured(path: str, kept: int) -> List[List[object]]:
    store = open_store(path)
    try:
        tenant = store.write(lambda writer: writer.ensure_tenant("default", 0))
        scope = Scope(tenant, store, system_clock, Ids(system_clock))
        _fill(scope, kept)
        times: Dict[str, List[float]] = {"floor": []}
        for question in _questions():
            times["floor"].append(microseconds(lambda: _read(scope)))
            for name, request in _REQUESTS.items():
                asked = request(question)
                taken = microseconds(lambda: packets.packet(scope, asked))
                times.setdefault(name, []).append(taken)
    finally:
        store.close()
    floor = percentile(times["floor"], 0.5)
    return [
        [f"{kept:,}", name, half / 1000, percentile(taken, 0.95) / 1000, half / floor]
        for name, taken in times.items()
        for half in [percentile(taken, 0.5)]
    ]


def _request(question: str, policy: PacketPolicy, keywords: int = 0) -> PacketRequest:
    return {
        "scope": {**_OWNER},
        "purpose": "planner",
        "task_type": "trip",
        "query": question,
        "cues": {"keywords": question.split()[:keywords]},
        "budget": {"max_tokens": 8_000},
        "policy": policy,
    }


_REQUESTS: Dict[str, Request] = {
    "stored order": lambda question: _request(question, {}),
    "stored order, 120 facts": lambda question: _request(question, {"max_facts": 120}),
    "two keywords": lambda question: _request(question, {}, keywords=2),
    "relevance": lambda question: _request(question, {"rank": "relevance"}),
    "relevance, 120 facts": lambda question: _request(question, {"rank": "relevance", "max_facts": 120}),
}


def _read(scope: Scope) -> None:
    now = scope.now()
    with scope.read() as reader:
        source = Stored(reader, scope, now)
        source.facts(_OWNER, now, 30)
        source.episodes(_OWNER, now - _WINDOW_DAYS * _DAY_MS, now, (), (), 20)


def _questions() -> List[str]:
    chance = random.Random(3)
    words = " ".join(memories(2_000, seed=1)).split()
    return [" ".join(chance.sample(words, QUERY_WORDS)) for _ in range(BUILDS)]


def _fill(scope: Scope, kept: int) -> None:
    """Keep records in transactions of some hundred, which the server makes one each."""
    keeps = [*_keeps(scope, kept)]
    for at in range(0, len(keeps), _CHUNK):
        scope.store.write(lambda writer: [keep(writer) for keep in keeps[at : at + _CHUNK]])


def _keeps(scope: Scope, kept: int) -> Iterator[Keep]:
    def upsert_fact(known: FactInput) -> Keep:
        return lambda writer: records.upsert_fact(writer, scope, _OWNER, known)

    def append_episode(past: EpisodeInput) -> Keep:
        return lambda writer: records.append_episode(writer, scope, _OWNER, past)

    def upsert_procedure(how: ProcedureInput) -> Keep:
        return lambda writer: records.upsert_procedure(writer, scope, _OWNER, how)

    for number, words in enumerate(memories(kept, seed=1)):
        yield upsert_fact({"fact_id": f"f{number}", "fact_key": f"key.{number}", "value": words, "confidence": 0.9})
    now, step = scope.now(), _WINDOW_DAYS * _DAY_MS // kept
    for number, words in enumerate(memories(kept, seed=2)):
        start = rfc3339(now - number * step)
        yield append_episode({"episode_id": f"e{number}", "time_range": {"start": start}, "summary": words})
    for number, words in enumerate(memories(_PROCEDURES, seed=3)):
        yield upsert_procedure({"procedure_id": f"p{number}", "task_type": "trip", "content": words})
