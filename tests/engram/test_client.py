"""What each verb puts on the wire, what it refuses before that, and how close it is to the published client."""

from __future__ import annotations

import inspect
import math
import uuid
from typing import Any, Callable, Dict, Iterator, List

import pytest

import engram
from engram import EngramClient, EngramError, types
from engram.errors import ProtocolError
from engram.options import USER_AGENT

from .recording import Recording, Reply, Sent, reply
from .verbs import COMMON, OURS, READS, STREAMS, Verb

KEY = "eng_test_canary_8f2b"


@pytest.fixture
def server() -> Iterator[Recording]:
    with Recording() as recording:
        yield recording


@pytest.fixture
def client(server: Recording) -> Iterator[EngramClient]:
    with EngramClient(base_url=server.url, api_key=KEY) as engram:
        yield engram


# -- what is sent


@pytest.mark.parametrize("verb", [*COMMON, *OURS], ids=str)
def test_a_verb_says_what_the_wire_expects(verb: Verb, server: Recording, client: EngramClient) -> None:
    server.replies([verb.reply])
    verb.on(client)
    (sent,) = server.sent
    assert sent.said == verb.said
    headers = sent.headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["user-agent"] == USER_AGENT
    assert headers["accept"] == ("text/event-stream" if verb.name in STREAMS else "application/json")
    assert headers["accept-encoding"] == "identity"
    assert headers.get("content-type") == (None if verb.body is None else "application/json")
    assert ("idempotency-key" in headers) == (verb.name not in READS)


def test_every_verb_is_in_the_tables() -> None:
    not_verbs = {"close", "local", "with_options", "with_raw_response", "hooks"}
    composed = {"store_many", "iter_memories"}
    verbs = {name for name, _ in inspect.getmembers(EngramClient) if not name.startswith("_")} - not_verbs
    assert {verb.name for verb in [*COMMON, *OURS]} | composed == verbs


def test_each_write_has_a_key_of_its_own(server: Recording, client: EngramClient) -> None:
    server.script = lambda sent: reply({"id": "m", "memory_id": "m"})
    for _ in range(3):
        client.store_memory("the same")
    keys = [sent.headers["idempotency-key"] for sent in server.sent]
    assert len({uuid.UUID(key) for key in keys}) == 3


def test_a_base_url_may_have_a_path_and_a_slash(server: Recording) -> None:
    with EngramClient(base_url=f"{server.url}/memory/", api_key=KEY) as client:
        server.script = lambda sent: reply({"buckets": []})
        assert client.list_buckets() == []
    assert server.sent[0].target == "/memory/v1/buckets"


# -- beside the published client


@pytest.fixture(scope="module")
def published() -> Any:
    return pytest.importorskip("lumetra_engram", reason="the published client is in the extra `interop`")


@pytest.mark.parametrize("verb", COMMON, ids=str)
def test_the_published_client_says_the_same(
    verb: Verb, server: Recording, client: EngramClient, published: Any
) -> None:
    server.replies([verb.reply, verb.reply])
    ours = verb.on(client)
    theirs = verb.on(published.EngramClient(base_url=server.url, api_key=KEY))
    mine, other = server.sent
    assert mine.said == other.said
    assert mine.headers["accept"] == other.headers["accept"]
    if verb.name not in STREAMS:  # Ours adds the whole answer to the last event.
        assert ours == theirs


def test_signatures_are_those_of_the_published_client(published: Any) -> None:
    """Same names, same positions, same defaults; what is new is keyword-only and may be left out."""
    theirs: Any = published.EngramClient
    names = ["__init__", *(name for name, _ in inspect.getmembers(theirs, callable) if not name.startswith("_"))]
    assert len(names) > 10
    for name in names:
        old = inspect.signature(getattr(theirs, name)).parameters
        new = inspect.signature(getattr(EngramClient, name)).parameters
        for parameter in old.values():
            assert new[parameter.name].kind == parameter.kind, f"{name}({parameter})"
            assert new[parameter.name].default == parameter.default, f"{name}({parameter})"
        ordered = [key for key, value in new.items() if value.kind is value.POSITIONAL_OR_KEYWORD]
        assert ordered == [key for key, value in old.items() if value.kind is value.POSITIONAL_OR_KEYWORD], name
        added = [new[key] for key in new if key not in old]
        assert all(value.kind is value.KEYWORD_ONLY and value.default is not value.empty for value in added), name


def test_the_public_names_of_the_published_client_are_here(published: Any) -> None:
    assert set(published.__all__) <= set(engram.__all__)
    assert engram.DEFAULT_BASE_URL == published.DEFAULT_BASE_URL
    assert engram.DEFAULT_TIMEOUT_SECONDS == published.DEFAULT_TIMEOUT_SECONDS


def test_result_types_have_the_keys_of_the_published_client(published: Any) -> None:
    compared = set()
    for name in published.__all__:
        # `engram.Memory` is another thing; the type of that name is where the types are.
        theirs, ours = getattr(published, name), getattr(types, name, None)
        if hasattr(theirs, "__required_keys__") and hasattr(ours, "__required_keys__"):
            compared.add(name)
            assert set(theirs.__annotations__) <= set(ours.__annotations__), name
    # Ours is a union that a type checker narrows.
    assert compared | {"QueryStreamEvent"} == {
        name for name in published.__all__ if hasattr(getattr(published, name), "__required_keys__")
    }


# -- what is refused here

BAD_NAMES = ["", ".", "..", "a\0b", "a\rb", "\ud800", None, b"default", 7]


def _named(name: Any) -> List[Callable[[EngramClient], object]]:
    return [
        lambda c: c.store_memory("x", name),
        lambda c: c.store_memories(["x"], name),
        lambda c: c.store_many(["x"], name),
        lambda c: c.list_memories(name),
        lambda c: list(c.iter_memories(name)),
        lambda c: c.get_memory("m", name),
        lambda c: c.get_memory(name),
        lambda c: c.update_memory("m", "x", name),
        lambda c: c.update_memory(name, "x"),
        lambda c: c.delete_memory("m", name),
        lambda c: c.delete_memory(name),
        lambda c: c.clear_memories(name),
        lambda c: c.delete_bucket(name),
        lambda c: c.create_bucket(name),
        lambda c: c.get_profile(name),
        lambda c: c.regenerate_profile(name),
        lambda c: c.query("q", buckets=["ok", name]),
        lambda c: c.query_stream("q", buckets=[name]),
    ]


NOT_JSON: Any = [b"bytes", math.nan, math.inf, "\ud800", object(), {1}]


def _valued(value: Any) -> List[Callable[[EngramClient], object]]:
    return [
        lambda c: c.store_memory(value),
        lambda c: c.store_memory("x", dedup=value),
        lambda c: c.store_memories(["x", value]),
        lambda c: c.update_memory("m", value),
        lambda c: c.update_memory("m", "x", if_version=value),
        lambda c: c.create_bucket("b", value),
        lambda c: c.query(value),
        lambda c: c.query("q", top_k=value),
        lambda c: c.query("q", min_weighted_score=value),
        lambda c: c.query("q", top_k_per_bucket={"a": value}),
        lambda c: c.query_stream("q", response_schema={"a": [value]}),
    ]


ONE_FOR_MANY: List[Any] = ["default", b"default", None, 7, {"a": "b"}]


def _listed(value: Any) -> List[Callable[[EngramClient], object]]:
    calls: List[Callable[[EngramClient], object]] = [
        lambda c: c.store_memories(value),
        lambda c: c.store_many(value),
    ]
    if value is not None:  # None is the default bucket.
        calls += [lambda c: c.query("q", buckets=value), lambda c: c.query_stream("q", buckets=value)]
    return calls


@pytest.mark.parametrize(
    "call",
    [
        *(pytest.param(call, id=f"name-{name!r}-{i}") for name in BAD_NAMES for i, call in enumerate(_named(name))),
        *(pytest.param(call, id=f"value-{v!r:.20}-{i}") for v in NOT_JSON for i, call in enumerate(_valued(v))),
        *(pytest.param(call, id=f"many-{v!r}-{i}") for v in ONE_FOR_MANY for i, call in enumerate(_listed(v))),
        pytest.param(lambda c: c.list_memories(cursor="\ud800"), id="cursor"),
        pytest.param(lambda c: c.store_many(["x"], chunk_size=0), id="chunk-size"),
        pytest.param(lambda c: c.store_many(["x"], concurrency=0), id="concurrency"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_sent(call: Callable[[EngramClient], object]) -> None:
    """Port 9 is nobody's: had anything been sent, the error would be another one."""
    with EngramClient(base_url="http://127.0.0.1:9", api_key=KEY, max_retries=0) as client:
        with pytest.raises(EngramError) as caught:
            call(client)
    assert (type(caught.value).__name__, caught.value.outcome) == ("ValidationError", "not_sent")
    assert (caught.value.status, caught.value.attempts) == (0, 0)


def test_a_bad_memory_in_a_long_input_is_set_aside_here(server: Recording, client: EngramClient) -> None:
    def script(sent: Sent) -> Reply:
        count = sent.body.count(b'"content"')
        return reply({"memories": [{"id": "m", "memory_id": "m"}] * count})

    server.script = script
    contents: List[Any] = [*map(str, range(20)), "\ud800", *map(str, range(20)), b"bytes"]
    outcomes = client.store_many(contents, chunk_size=50)
    assert [outcome.position for outcome in outcomes if not outcome.ok] == [20, 41]
    assert sum(sent.body.count(b'"content"') for sent in server.sent) == 40


# -- what comes back


@pytest.mark.parametrize("verb", COMMON, ids=str)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Reply(200, b"<html>log in</html>", (("Content-Type", "text/html"),)), id="html"),
        pytest.param(Reply(200, b'{"id": "mem', (("Content-Type", "application/json"),)), id="cut-json"),
        pytest.param(Reply(200, b"\x1f\x8b\x08\x00", (("Content-Type", "application/json"),)), id="not-text"),
        pytest.param(Reply(302, b"", (("Location", "http://elsewhere.invalid/"),)), id="redirect"),
    ],
)
def test_an_answer_that_is_not_the_apis_is_a_protocol_error(
    verb: Verb, answer: Reply, server: Recording, client: EngramClient
) -> None:
    server.script = lambda sent: answer
    with pytest.raises(ProtocolError) as caught:
        verb.on(client)
    assert caught.value.status == answer.status
    assert len(server.sent) == 1


def test_clear_does_not_invent_a_count(server: Recording, client: EngramClient) -> None:
    server.replies([Reply(200, b"")])
    with pytest.raises(ProtocolError):
        client.clear_memories("b")


# -- iterating

ROWS = [{"id": f"m{number}", "content": str(number)} for number in range(25)]


def _paged(cursors: bool) -> Callable[[Sent], Reply]:
    """A server of 25 rows that pages by cursor, or by offset alone."""

    def script(sent: Sent) -> Reply:
        query = dict(part.split("=") for part in sent.target.partition("?")[2].split("&"))
        start = int(query.get("cursor") or query.get("offset") or 0)
        limit = int(query["limit"])
        page: Dict[str, object] = {"memories": ROWS[start : start + limit], "total": len(ROWS)}
        page.update(limit=limit, offset=0)
        if cursors:
            page["next_cursor"] = str(start + limit) if start + limit < len(ROWS) else None
        return reply(page)

    return script


@pytest.mark.parametrize("cursors", [True, False])
@pytest.mark.parametrize(("page_size", "requests"), [(1, 25), (10, 3), (25, 1), (26, 1)])
def test_iterating_gives_every_row_once(
    cursors: bool, page_size: int, requests: int, server: Recording, client: EngramClient
) -> None:
    server.script = _paged(cursors)
    assert [row["id"] for row in client.iter_memories("b", page_size=page_size)] == [row["id"] for row in ROWS]
    assert len(server.sent) == requests
    assert all(("cursor=" in sent.target) == cursors for sent in server.sent[1:])


def test_all_buckets_are_listed_however_many_answers_that_takes(server: Recording, client: EngramClient) -> None:
    pages = [{"buckets": [{"name": "a"}], "next_cursor": "n+1"}, {"buckets": [{"name": "b"}], "next_cursor": None}]
    server.replies([reply(page) for page in pages])
    assert [bucket["name"] for bucket in client.list_buckets(deadline_seconds=10)] == ["a", "b"]
    assert [sent.target for sent in server.sent] == ["/v1/buckets", "/v1/buckets?cursor=n%2B1"]


def test_iterating_asks_only_for_what_is_read(server: Recording, client: EngramClient) -> None:
    server.script = _paged(True)
    rows = client.iter_memories(page_size=10)
    assert server.sent == []
    assert [next(rows)["id"] for _ in range(10)] == [f"m{number}" for number in range(10)]
    assert len(server.sent) == 1
    next(rows)
    assert len(server.sent) == 2


def test_a_server_that_never_says_it_is_done_but_has_no_more_ends(server: Recording, client: EngramClient) -> None:
    pages = [{"memories": [ROWS[0]], "total": 9, "limit": 1, "offset": 0, "next_cursor": "again"}]
    pages.append({"memories": [], "total": 9, "limit": 1, "offset": 0, "next_cursor": "again"})
    server.replies(map(reply, pages))
    assert len(list(client.iter_memories(page_size=1))) == 1
