"""Queries in one bucket of 10,000 memories, before and after other buckets have made the database 100 times larger."""

from __future__ import annotations

import functools
import random
import tempfile
from pathlib import Path
from typing import List

from engram import EngramClient

from .support import client, memories, microseconds, percentile, server, table

BUCKET_MEMORIES = 10_000
OTHER_BUCKETS = 99
QUERIES = 300
QUERY_WORDS = 6
_CHUNK = 1_000


def run() -> None:
    """Print query p50 and p95 in milliseconds at both sizes."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, server(Path(folder) / "engram.db") as running:
        with client(running.url) as engram:
            _fill(engram, "mine", seed=1)
            small = _query_times(engram)
            for number in range(OTHER_BUCKETS):
                _fill(engram, f"other-{number}", seed=number + 2)
            large = _query_times(engram)
    rows = [
        [f"{BUCKET_MEMORIES:,} memories, alone", percentile(small, 0.5), percentile(small, 0.95), 1.0],
        [
            f"the same bucket among {BUCKET_MEMORIES * (OTHER_BUCKETS + 1):,}",
            percentile(large, 0.5),
            percentile(large, 0.95),
            percentile(large, 0.5) / percentile(small, 0.5),
        ],
    ]
    table("query() over HTTP, answer and explanation included", ["database", "p50 ms", "p95 ms", "x alone"], rows)


def _fill(engram: EngramClient, bucket: str, seed: int) -> None:
    contents = memories(BUCKET_MEMORIES, seed=seed)
    for at in range(0, len(contents), _CHUNK):
        engram.store_memories(contents[at : at + _CHUNK], bucket, dedup="off")


def _query_times(engram: EngramClient) -> List[float]:
    chance = random.Random(3)
    words = " ".join(memories(2_000, seed=1)).split()
    questions = [" ".join(chance.sample(words, QUERY_WORDS)) for _ in range(QUERIES)]
    ask = functools.partial(engram.query, buckets=["mine"])
    return [microseconds(functools.partial(ask, question)) / 1000 for question in questions]
