"""Deduplication through the whole server: rows of templates stay apart, copies merge."""

from __future__ import annotations

import json
import random
from typing import Any, Iterator, List, Sequence

import pytest

from engram_server.app import App, build_app
from engram_server.config import Settings
from engram_server.keys import DEVELOPMENT_KEY
from engram_server.wire import Request

from .made_rows import COPIES, notes, templated_rows

ROWS = 10_000
SINGLES = 500
BATCH = 1_000
COPIED = 1_000


@pytest.fixture
def app() -> Iterator[App]:
    made = build_app(Settings(db=":memory:"))
    yield made
    made.close()


def _told(app: App, body: object) -> Any:
    headers = {"authorization": f"Bearer {DEVELOPMENT_KEY}"}
    response = app.handle(Request("POST", "/v1/buckets/b/memories", "", headers, json.dumps(body).encode()))
    assert isinstance(response.body, bytes) and response.status == 201
    return json.loads(response.body)


def _stored(app: App, texts: Sequence[str]) -> List[Any]:
    results: List[Any] = []
    for start in range(0, len(texts), BATCH):
        batch = [{"content": text} for text in texts[start : start + BATCH]]
        results += _told(app, {"memories": batch, "dedup": "loose"})["memories"]
    return results


def test_no_row_of_a_template_is_lost_in_batches(app: App, rng: random.Random) -> None:
    rows = templated_rows(rng, ROWS)
    assert [row for row, result in zip(rows, _stored(app, rows)) if result["status"] != "stored"] == []


def test_no_row_of_a_template_is_lost_one_at_a_time(app: App, rng: random.Random) -> None:
    rows = templated_rows(rng, SINGLES)
    assert [row for row in rows if _told(app, {"content": row})["status"] != "stored"] == []


@pytest.mark.parametrize("mode", ["loose", "strict"])
def test_copies_merge_into_their_original_and_say_why(mode: str, app: App, rng: random.Random) -> None:
    originals = notes(rng, COPIED)
    ids = [result["id"] for result in _stored(app, originals)]
    assert len(set(ids)) == COPIED
    ways = list(COPIES)
    lost: List[str] = []
    for number, (original, memory_id) in enumerate(zip(originals, ids)):
        copy = COPIES[ways[number % len(ways)]](rng, original)
        result = _told(app, {"content": copy, "dedup": mode})
        if result["status"] != "merged" or result["id"] != memory_id:
            lost.append(copy)
            continue
        assert result["merge_reason"] == ("content_hash" if copy == original else "embedding_similarity")
        assert result["similarity_score"] == 1.0
    assert len(lost) <= COPIED // 100, lost
