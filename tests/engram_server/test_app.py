"""The App alone: it never raises, whatever it is handed and whatever fails beneath it."""

from __future__ import annotations

import copy
import json
import random
from typing import Any, Callable, Dict, Iterator, List, Tuple, TypeVar, cast
from urllib.parse import quote

import pytest

from engram_server.app import App, build_app
from engram_server.config import Settings
from engram_server.domains.providers import Providers
from engram_server.keys import DEVELOPMENT_KEY, KeyRing
from engram_server.routes import ALL_ROUTES
from engram_server.storage import (
    RefusedFileError,
    StorageBusyError,
    StorageError,
    StorageFullError,
    Store,
    Writer,
    open_store,
)
from engram_server.wire import Request, Response, Stream

AUTHORIZED = {"authorization": f"Bearer {DEVELOPMENT_KEY}"}
T = TypeVar("T")


def asked(method: str, target: str, body: object = None, **headers: str) -> Request:
    path, _, query = target.partition("?")
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Request(method, path, query, {**AUTHORIZED, **headers}, content)


def told(response: Response) -> Any:
    assert isinstance(response.body, bytes)
    return json.loads(response.body)


@pytest.fixture
def app() -> Iterator[App]:
    made = build_app(Settings(db=":memory:"))
    yield made
    made.close()


# -- what fails beneath


class FailingStore:
    """A store whose disk does what is said, after a start that went well."""

    def __init__(self, real: Store) -> None:
        self._real = real
        self.failure: "Exception | None" = None

    def read(self) -> Any:
        if self.failure is not None:
            raise self.failure
        return self._real.read()

    def write(self, op: Callable[[Writer], T]) -> T:
        if self.failure is not None:
            raise self.failure
        return self._real.write(op)

    def close(self) -> None:
        self._real.close()


@pytest.fixture
def failing() -> Iterator[Tuple[App, FailingStore]]:
    store = FailingStore(open_store(None))
    keys = KeyRing.from_pairs([("default", DEVELOPMENT_KEY)])
    app = App(cast(Store, store), keys, providers=Providers(None, required=False), max_concurrent=1)
    yield app, store
    app.close()


@pytest.mark.parametrize(
    ("failure", "status", "code", "retry_after"),
    [
        (StorageBusyError("database is locked"), 503, "storage_busy", "1"),
        (StorageFullError("no space on /dev/sda1"), 507, "storage_full", None),
        (StorageError("disk I/O error"), 500, "internal_error", None),
        (KeyError("a secret"), 500, "internal_error", None),
        (RecursionError("maximum depth"), 500, "internal_error", None),
        (MemoryError(), 500, "internal_error", None),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "x"), 500, "internal_error", None),
        (StopIteration(), 500, "internal_error", None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
@pytest.mark.parametrize(
    "request_",
    [
        asked("POST", "/v1/buckets/b/memories", {"content": "x"}),
        asked("POST", "/v1/buckets/b/memories", {"content": "x"}, **{"idempotency-key": "k"}),
        asked("GET", "/v1/buckets"),
        asked("POST", "/v1/query", {"query": "x", "stream": True}),
    ],
    ids=lambda request: f"{request.method} {request.path}",
)
def test_a_failure_has_its_status_and_gives_its_slot_back(
    failure: Exception, status: int, code: str, retry_after: Any, request_: Request, failing: Tuple[App, FailingStore]
) -> None:
    app, store = failing
    store.failure = failure
    for _ in range(3):  # A slot that was kept would show as a 429.
        response = app.handle(request_)
        body = told(response)
        assert (response.status, body["code"]) == (status, code)
        assert dict(response.headers).get("Retry-After") == retry_after
        assert set(body) == {"error", "code", "request_id", "details"}
        assert str(failure) not in body["error"] or not str(failure)
    store.failure = None
    assert app.handle(asked("GET", "/v1/buckets")).status == 200


def test_readiness_is_about_the_store_and_health_is_not(failing: Tuple[App, FailingStore]) -> None:
    app, store = failing
    assert [app.handle(Request("GET", path, "", {}, b"")).status for path in ("/healthz", "/readyz")] == [200, 200]
    store.failure = StorageBusyError("locked")
    assert [app.handle(Request("GET", path, "", {}, b"")).status for path in ("/healthz", "/readyz")] == [200, 503]


def test_a_closed_app_answers_that_it_failed(app: App) -> None:
    app.close()
    app.close()
    response = app.handle(asked("GET", "/v1/buckets"))
    assert (response.status, told(response)["code"]) == (500, "internal_error")


def test_after_a_reset_it_is_as_new(app: App) -> None:
    app.handle(asked("POST", "/v1/buckets/b/memories", {"content": "x"}, **{"idempotency-key": "k"}))
    app.handle(asked("PUT", "/v1/provider", {"base_url": "http://127.0.0.1:1", "model": "m"}))
    app.reset()
    assert told(app.handle(asked("GET", "/v1/buckets")))["buckets"] == []
    assert told(app.handle(asked("GET", "/v1/provider")))["configured"] is False
    again = app.handle(asked("POST", "/v1/buckets/b/memories", {"content": "y"}, **{"idempotency-key": "k"}))
    assert again.status == 201


def test_a_dropped_stream_gives_its_slot_back_read_or_not(failing: Tuple[App, FailingStore]) -> None:
    app, _ = failing
    question = asked("POST", "/v1/query", {"query": "x", "stream": True})
    for read in (0, 1, 100):
        response = app.handle(question)
        assert isinstance(response.body, Stream)
        assert app.handle(question).status == 429
        pieces = iter(response.body)
        for _ in range(read):
            next(pieces, None)
        if read < 100:
            assert app.handle(question).status == 429
        response.body.close()
        response.body.close()
    assert app.handle(asked("GET", "/v1/buckets")).status == 200


def test_a_stream_has_given_its_slot_back_before_its_last_frame_is_read(failing: Tuple[App, FailingStore]) -> None:
    """Who reads the end of an answer may ask the next question at once."""
    app, _ = failing
    for _ in range(3):
        response = app.handle(asked("POST", "/v1/query", {"query": "x", "stream": True}))
        assert isinstance(response.body, Stream)
        stream = iter(response.body)
        while b'"usage"' not in next(stream):
            assert app.handle(asked("GET", "/v1/buckets")).status == 429
        assert app.handle(asked("GET", "/v1/buckets")).status == 200
        assert list(stream) == [b"data: [DONE]\n\n"]


def test_what_is_no_database_is_refused_by_name(tmp_path: Any) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("shopping list " * 100)
    with pytest.raises(RefusedFileError):
        build_app(Settings(db=str(path)))
    assert path.read_text() == "shopping list " * 100


def test_tenants_of_an_earlier_start_keep_their_memories(tmp_path: Any) -> None:
    settings = [
        Settings(db=str(tmp_path / "x.db"), api_keys=(("one", "key-of-one"), ("two", "key-of-two"))),
        Settings(db=str(tmp_path / "x.db"), api_keys=(("zero", "key-of-zero"), ("one", "another-key-of-one"))),
    ]
    app = build_app(settings[0])
    app.handle(asked("POST", "/v1/buckets/b/memories", {"content": "x"}, authorization="Bearer key-of-one"))
    app.close()
    app = build_app(settings[1])
    lists = {
        key: app.handle(asked("GET", "/v1/buckets", authorization=f"Bearer {key}"))
        for key in ("key-of-zero", "another-key-of-one", "key-of-one", "key-of-two")
    }
    app.close()
    assert [response.status for response in lists.values()] == [200, 200, 401, 401]
    assert len(told(lists["key-of-zero"])["buckets"]) == 0
    assert len(told(lists["another-key-of-one"])["buckets"]) == 1


# -- whatever it is handed

VALID: Dict[Tuple[str, str], List[Any]] = {
    ("POST", "/v1/buckets"): [{"name": "b", "description": "d"}],
    ("POST", "/v1/buckets/{bucket}/memories"): [
        {"content": "Ana has a cat.", "dedup": "loose"},
        {"memories": [{"content": "one"}, {"content": "two"}], "dedup": "off"},
    ],
    ("PATCH", "/v1/buckets/{bucket}/memories/{memory_id}"): [{"content": "new", "if_version": 1}],
    ("POST", "/v1/query"): [
        {
            "query": "What is one?", "buckets": ["b", "c"], "bucket": "b", "stream": False,
            "options": {
                "top_k": 3, "return_explanation": True, "skip_synthesis": False, "max_tokens": 50,
                "min_similarity_threshold": 0.1, "min_weighted_score": 0.1, "top_k_per_bucket": {"b": 2},
                "return_format": "json",
                "response_schema": {
                    "type": "object", "required": ["a"],
                    "properties": {"a": {"type": "string", "enum": ["x", "one"]}, "b": {"$ref": "#/properties/a"}},
                },
            },
        }
    ],
    ("PUT", "/v1/provider"): [{"base_url": "http://127.0.0.1:1/v1", "model": "m", "api_key": "k"}],
}  # fmt: skip

STRANGE: List[Any] = [
    None, True, False, 0, 1, -1, 2**63, 10**40, 0.5, -1e300, "", "a", ".", "..", "a\0", "x" * 70_000, "\U0001f642" * 9,
    [], [[]], [None], {}, {"": {}}, {"content": "x"}, {"$ref": "#"}, ["a", 1, {"b": []}], "http://[::1", "\u202e",
    "off", "json", {"type": "array", "items": {"$ref": "#"}}, {"anyOf": [{}, {}]}, {"enum": [[], {}]}, {"const": []},
    {"type": ["array", {}], "minItems": [], "required": {}}, {"properties": {"a": {"properties": 3}}},
]  # fmt: skip

SEGMENTS = [
    "b", "c", "", ".", "..", "a/b", "a\0b", "é", "e\u0301", "x" * 300, "mem_1", "memories", "{bucket}", "%", "\u202e",
]  # fmt: skip
QUERIES = [
    "", "limit=1", "limit=0", "cursor=x", "offset=-1", "limit=%zz", "=&=", "a" * 5000, "limit=1&limit=2", "%00=%ff",
]  # fmt: skip


def _changed(rng: random.Random, body: Any) -> Any:
    """Return a body with something in it replaced, removed or added."""
    body = copy.deepcopy(body)
    places: List[Tuple[Any, Any]] = []
    todo = [body]
    while todo:
        node = todo.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        places += [(node, key) for key in keys]
        todo += [node[key] for key in keys]
    node, key = rng.choice(places)
    if rng.random() < 0.2:
        del node[key]
    else:
        node[key] = rng.choice(STRANGE)
    if rng.random() < 0.2:
        both = {**body, "memories": rng.choice([*STRANGE, [body]])} if isinstance(body, dict) else [body]
        body = rng.choice([*STRANGE, both, both])
    return body


def _strange_request(rng: random.Random) -> Request:
    route = rng.choice(ALL_ROUTES)
    path = route.template
    for name in ("bucket", "memory_id"):
        segment = rng.choice(SEGMENTS) if rng.random() < 0.6 else "b"
        path = path.replace("{" + name + "}", quote(segment, safe="") if rng.random() < 0.9 else segment)
    if rng.random() < 0.05:
        path = rng.choice(["", "x", "*", "//", path + "/", path + "?", "/%", "\ud800", path[1:]])
    bodies = VALID.get((route.method, route.template), [None])
    body = rng.choice(bodies)
    for _ in range(rng.randrange(3)):
        body = _changed(rng, body) if isinstance(body, (dict, list)) and body else body
    headers = dict(AUTHORIZED)
    if rng.random() < 0.3:
        headers["idempotency-key"] = rng.choice(["k1", "k2", "k3", "", "ü"])
    if rng.random() < 0.1:
        headers["x-request-id"] = rng.choice(["a", "", "\n", "\ud800", "x" * 999])
    if rng.random() < 0.05:
        headers["authorization"] = rng.choice(["", "Bearer", "Bearer \ud800", "bearer x y", "\0"])
    content = b"" if body is None else json.dumps(body).encode()
    if rng.random() < 0.05:
        content = content[: rng.randrange(len(content) + 1)] + rng.choice([b"", b"\xff", b"\x00", b"]"])
    method = route.method if rng.random() < 0.95 else rng.choice(["GET", "get", "", "BREW", "OPTIONS", "\0"])
    return Request(method, path, rng.choice(QUERIES), headers, content)


EXPECTED = {200, 201, 400, 401, 404, 405, 409, 412, 413, 422, 502}


def test_no_request_is_a_fault_of_the_server(app: App, rng: random.Random) -> None:
    """Whatever comes is done or refused: a 500 would be a bug, and an exception a worse one."""
    seen: Dict[int, int] = {}
    for _ in range(4000):
        request = _strange_request(rng)
        response = app.handle(request)
        seen[response.status] = seen.get(response.status, 0) + 1
        assert response.status in EXPECTED, (request, response)
        assert [name for name, _ in response.headers].count("X-Request-Id") == 1
        content = b"".join(response.body) if isinstance(response.body, Stream) else response.body
        if response.status >= 400:
            assert set(json.loads(content)) == {"error", "code", "request_id", "details"}, request
        for _, value in response.headers:
            assert value.isprintable() and value.isascii(), request
    assert {200, 201, 400, 401, 404, 405, 422} <= set(seen)
