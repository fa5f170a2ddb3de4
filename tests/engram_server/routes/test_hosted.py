"""What of the hosted routes needs more rows than is worth making behind every door."""

from __future__ import annotations

import json
from typing import Any, Iterator

import pytest

from engram.types.limits import MAX_MEMORY_BYTES, MAX_PAGE_BYTES, MAX_PAGE_ITEMS
from engram_server.app import App, build_app
from engram_server.config import Settings
from engram_server.keys import DEVELOPMENT_KEY
from engram_server.wire import Request

COUNT = MAX_PAGE_ITEMS + 50


@pytest.fixture
def app() -> Iterator[App]:
    made = build_app(Settings(db=":memory:"))
    yield made
    made.close()


def told(app: App, method: str, path: str, query: str = "", body: object = None) -> Any:
    content = b"" if body is None else json.dumps(body).encode()
    response = app.handle(Request(method, path, query, {"authorization": f"Bearer {DEVELOPMENT_KEY}"}, content))
    assert isinstance(response.body, bytes) and response.status in (200, 201)
    return json.loads(response.body)


def test_a_list_of_buckets_without_a_limit_is_all_of_them(app: App) -> None:
    """Published clients send no limit and mean all; a bucket for each user is what they are used for."""
    names = [f"user-{number}" for number in range(COUNT)]
    for name in names:
        told(app, "POST", "/v1/buckets", body={"name": name})
    everything = told(app, "GET", "/v1/buckets")
    assert [bucket["name"] for bucket in everything["buckets"]] == names
    assert (everything["total"], everything["next_cursor"]) == (COUNT, None)
    page = told(app, "GET", "/v1/buckets", "limit=999999")
    assert (page["limit"], len(page["buckets"])) == (MAX_PAGE_ITEMS, MAX_PAGE_ITEMS)
    rest = told(app, "GET", "/v1/buckets", f"limit=999999&cursor={page['next_cursor']}")
    assert [bucket["name"] for bucket in page["buckets"] + rest["buckets"]] == names


def test_a_page_of_memories_is_never_more_than_a_thousand(app: App) -> None:
    for start in (0, 900):
        batch = [{"content": f"fact {number}"} for number in range(start, start + 150 if start else 900)]
        told(app, "POST", "/v1/buckets/b/memories", body={"memories": batch, "dedup": "off"})
    page = told(app, "GET", "/v1/buckets/b/memories", "limit=5000")
    assert (page["limit"], len(page["memories"]), page["total"]) == (MAX_PAGE_ITEMS, MAX_PAGE_ITEMS, COUNT)
    rest = told(app, "GET", "/v1/buckets/b/memories", f"limit=5000&cursor={page['next_cursor']}")
    contents = [memory["content"] for memory in page["memories"] + rest["memories"]]
    assert contents == [f"fact {number}" for number in reversed(range(COUNT))]


def test_a_page_that_would_be_too_large_to_read_has_fewer_memories_and_goes_on(app: App) -> None:
    """A control character takes six bytes of JSON: what is counted is the answer and not the memories."""
    contents = [f"{number:02}" + "\1" * (MAX_MEMORY_BYTES - 2) for number in range(45)]
    for start in range(0, len(contents), 15):
        batch = [{"content": content} for content in contents[start : start + 15]]
        told(app, "POST", "/v1/buckets/b/memories", body={"memories": batch, "dedup": "off"})
    assert len(contents) * MAX_MEMORY_BYTES < MAX_PAGE_BYTES
    page = told(app, "GET", "/v1/buckets/b/memories", "limit=100")
    assert (page["limit"], len(page["memories"]), page["total"]) == (22, 22, 45)
    for on in (f"cursor={page['next_cursor']}", f"offset={page['limit']}"):
        rest = told(app, "GET", "/v1/buckets/b/memories", f"limit=40&{on}")
        assert (rest["limit"], rest["next_cursor"]) == (40, None)
        assert [memory["content"] for memory in page["memories"] + rest["memories"]] == contents[::-1]
