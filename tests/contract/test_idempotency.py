"""A request that is sent twice happens once, for a day, for its tenant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List, Tuple

import pytest

from engram.types.limits import MAX_IDEMPOTENCY_KEY_CHARS

from .conftest import OpenDoor
from .doors import KEY, OTHER_KEY, START, Answer, Body, Door
from .records import FAMILIES, PACKET_INPUT, SCOPE

MEMORIES = "/v1/buckets/b/memories"
DAY_SECONDS = 24 * 60 * 60


def send(door: Door, method: str, target: str, body: Body = None, once: str = "key-1", key: str = KEY) -> Answer:
    return door.request(method, target, body, {"Idempotency-Key": once}, key)


def count(door: Door, bucket: str = "b") -> int:
    total: int = door.client().list_memories(bucket)["total"]
    return total


def check_replayed(first: Answer, again: Answer) -> None:
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ({"content": "Ana has a cat.", "dedup": "off"}, 1),
        ({"memories": [{"content": "one"}, {"content": "two"}, {"content": "one"}], "dedup": "off"}, 3),
        ({"memories": [{"content": f"fact {number}"} for number in range(1000)]}, 1000),
    ],
    ids=["one", "batch", "large-batch"],
)
def test_a_repeated_write_is_stored_once_and_answered_as_before(body: Any, stored: int, door: Door) -> None:
    first = send(door, "POST", MEMORIES, body)
    assert first.status == 201
    for _ in range(3):
        check_replayed(first, send(door, "POST", MEMORIES, body))
    assert count(door) == stored


def test_without_a_key_or_with_another_it_is_another_write(door: Door) -> None:
    body = {"content": "Ana has a cat.", "dedup": "off"}
    for once in ("key-1", "key-2", "KEY-1", "key-1."):
        assert "idempotent-replayed" not in send(door, "POST", MEMORIES, body, once).headers
    door.request("POST", MEMORIES, body)
    door.request("POST", MEMORIES, body)
    assert count(door) == 6


WRITES: List[Tuple[str, str, str, Any]] = [
    ("create", "POST", "/v1/buckets", {"name": "new"}),
    ("delete bucket", "DELETE", "/v1/buckets/b", None),
    ("store", "POST", MEMORIES, {"content": "Ana has a cat.", "dedup": "off"}),
    ("update", "PATCH", MEMORIES + "/{id}", {"content": "Ana has a dog.", "if_version": 1}),
    ("delete", "DELETE", MEMORIES + "/{id}", None),
    ("clear", "DELETE", MEMORIES, None),
    ("profile", "POST", "/v1/buckets/b/profile/regenerate", None),
    ("provider", "PUT", "/v1/provider", {"base_url": "http://127.0.0.1:1", "model": "m", "api_key": "sk-canary"}),
    ("no provider", "DELETE", "/v1/provider", None),
    ("event", "POST", "/v1/memory/events", {"scope": SCOPE, **FAMILIES["events"].least}),
    ("patch", "POST", "/v1/memory/working-state/patch", {"scope": SCOPE, "patch": {"goal": "g"}, "if_version": 0}),
    ("blind patch", "POST", "/v1/memory/working-state/patch", {"scope": SCOPE, "patch": {"goal": "g"}}),
    ("build", "POST", "/v1/memory/packets/build", {"request": {"scope": SCOPE, "purpose": "tool"}}),
    ("write build", "POST", "/v1/memory/context-builds/write", {"scope": SCOPE, "packet": PACKET_INPUT}),
    ("delete fact", "POST", "/v1/memory/facts/delete", {"scope": SCOPE, "fact_id": "f"}),
    ("query", "POST", "/v1/query", {"query": "cat", "options": {"skip_synthesis": True}}),
]


@pytest.mark.parametrize(
    ("method", "target", "body"), [write[1:] for write in WRITES], ids=[write[0] for write in WRITES]
)
def test_every_write_may_be_repeated(method: str, target: str, body: Any, door: Door) -> None:
    """Also where the second would be refused: deleting what is gone, making what is there, updating by version."""
    memory_id = door.client().store_memory("Ana has a cat.", "b")["id"]
    target = target.replace("{id}", memory_id)
    first = send(door, method, target, body)
    assert first.status in (200, 201)
    check_replayed(first, send(door, method, target, body))


def test_a_replay_tells_what_was_and_not_what_is(door: Door) -> None:
    first = send(door, "POST", MEMORIES, {"content": "Ana has a cat."})
    door.client().delete_bucket("b")
    check_replayed(first, send(door, "POST", MEMORIES, {"content": "Ana has a cat."}))
    assert door.client().list_buckets() == []


def test_a_replay_does_not_depend_on_what_it_was_made_from(door: Door) -> None:
    door.client().store_memory("Ana has a cat.", "b")
    first = send(door, "POST", "/v1/buckets/b/profile/regenerate")
    door.client().delete_bucket("b")
    check_replayed(first, send(door, "POST", "/v1/buckets/b/profile/regenerate"))
    assert send(door, "POST", "/v1/buckets/b/profile/regenerate", once="key-2").status == 404


def test_nor_on_a_provider_that_is_required_and_gone_since(open_with: OpenDoor) -> None:
    door = open_with(require_provider=True)
    door.request("PUT", "/v1/provider", {"base_url": "http://127.0.0.1:1", "model": "m"})
    first = send(door, "POST", MEMORIES, {"content": "Ana has a cat."})
    door.request("DELETE", "/v1/provider")
    check_replayed(first, send(door, "POST", MEMORIES, {"content": "Ana has a cat."}))
    assert send(door, "POST", MEMORIES, {"content": "Ana has a cat."}, once="key-2").status == 412
    assert send(door, "POST", MEMORIES, {"content": "other"}).json()["code"] == "idempotency_mismatch"


OTHERS: Dict[str, Tuple[str, str, Any]] = {
    "content": ("POST", MEMORIES, {"content": "Bo has a dog."}),
    "spelling": ("POST", MEMORIES, b'{"content":"Ana has a cat."}'),
    "more": ("POST", MEMORIES, {"content": "Ana has a cat.", "dedup": "loose"}),
    "bucket": ("POST", "/v1/buckets/c/memories", {"content": "Ana has a cat."}),
    "method": ("DELETE", MEMORIES, None),
    "path": ("POST", "/v1/query", {"query": "x"}),
    "query": ("POST", MEMORIES + "?x=1", {"content": "Ana has a cat."}),
    "no body": ("DELETE", "/v1/provider", None),
}


@pytest.mark.parametrize("other", OTHERS)
def test_the_same_key_with_another_request_is_a_422_and_does_nothing(other: str, door: Door) -> None:
    first = send(door, "POST", MEMORIES, {"content": "Ana has a cat."})
    answer = send(door, *OTHERS[other])
    assert (answer.status, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert answer.json()["details"] == {"field": "Idempotency-Key"}
    assert [bucket["name"] for bucket in door.client().list_buckets()] == ["b"]
    assert count(door) == 1
    check_replayed(first, send(door, "POST", MEMORIES, {"content": "Ana has a cat."}))


def test_each_tenant_has_keys_of_its_own(door: Door) -> None:
    body = {"content": "Ana has a cat."}
    mine, theirs = send(door, "POST", MEMORIES, body), send(door, "POST", MEMORIES, body, key=OTHER_KEY)
    assert mine.json()["id"] != theirs.json()["id"]
    assert "idempotent-replayed" not in theirs.headers
    assert send(door, "POST", MEMORIES, {"content": "other"}, key=OTHER_KEY).status == 422
    check_replayed(mine, send(door, "POST", MEMORIES, body))
    check_replayed(theirs, send(door, "POST", MEMORIES, body, key=OTHER_KEY))


def test_a_key_is_kept_for_a_day_and_then_free(door: Door) -> None:
    body = {"content": "Ana has a cat.", "dedup": "off"}
    first = send(door, "POST", MEMORIES, body)
    door.clock.now = START + DAY_SECONDS - 0.001
    check_replayed(first, send(door, "POST", MEMORIES, body))
    door.clock.now = START + DAY_SECONDS
    second = send(door, "POST", MEMORIES, body)
    assert second.json()["id"] != first.json()["id"]
    check_replayed(second, send(door, "POST", MEMORIES, body))
    assert count(door) == 2
    door.clock.now += DAY_SECONDS
    assert send(door, "POST", MEMORIES, {"content": "something else"}).status == 201


REFUSALS: List[Tuple[str, str, Any, int]] = [
    ("POST", MEMORIES, b"{", 400),
    ("POST", MEMORIES, {"content": ""}, 422),
    ("POST", MEMORIES, {"content": "x" * 65_537}, 413),
    ("DELETE", "/v1/buckets/nobody", None, 404),
    ("PATCH", MEMORIES + "/mem_x", {"content": "x"}, 404),
    ("PUT", "/v1/provider", {"base_url": "x", "model": "m"}, 422),
    ("PUT", "/v1/buckets", None, 405),
    ("POST", "/nowhere", None, 404),
]


@pytest.mark.parametrize(("method", "target", "body", "status"), REFUSALS, ids=lambda value: repr(value)[:40])
def test_what_is_refused_uses_up_no_key(method: str, target: str, body: Any, status: int, door: Door) -> None:
    """What was refused changed nothing, so the mended request may come with the same key."""
    for _ in range(2):
        answer = send(door, method, target, body)
        assert answer.status == status
        assert "idempotent-replayed" not in answer.headers
    assert send(door, "POST", MEMORIES, {"content": "Ana has a cat."}).status == 201
    assert count(door) == 1


def test_a_refusal_is_not_replayed_once_it_would_succeed(door: Door) -> None:
    """A conflict is a refusal like the others."""
    door.client().create_bucket("b")
    assert send(door, "POST", "/v1/buckets", {"name": "b"}).status == 409
    door.client().delete_bucket("b")
    assert send(door, "POST", "/v1/buckets", {"name": "b"}).status == 201


def test_a_key_of_a_stranger_is_not_recorded(door: Door) -> None:
    assert send(door, "POST", MEMORIES, {"content": "x"}, key="eng_test_nobody").status == 401
    assert "idempotent-replayed" not in send(door, "POST", MEMORIES, {"content": "x"}).headers


@pytest.mark.parametrize(
    "once", ["", " ", "x" * (MAX_IDEMPOTENCY_KEY_CHARS + 1), "a b", "ü", "a\tb", "\u200b"], ids=repr
)
def test_a_key_that_is_none_is_a_400_and_nothing_is_stored(once: str, door: Door) -> None:
    answer = send(door, "POST", MEMORIES, {"content": "x"}, once)
    assert (answer.status, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert answer.json()["details"] == {"field": "Idempotency-Key"}
    assert door.client().list_buckets() == []


@pytest.mark.parametrize(
    "once", ["x", "x" * MAX_IDEMPOTENCY_KEY_CHARS, "!~\"'#%&;,/\\", "00000000-0000-4000-8000-000000000000"]
)
def test_any_other_key_will_do(once: str, door: Door) -> None:
    first = send(door, "POST", MEMORIES, {"content": "x"}, once)
    check_replayed(first, send(door, "POST", MEMORIES, {"content": "x"}, once))


def test_reads_mind_no_key(door: Door) -> None:
    door.client().store_memory("one", "b")
    first = send(door, "GET", MEMORIES)
    door.client().store_memory("two", "b")
    second = send(door, "GET", MEMORIES)
    assert (first.json()["total"], second.json()["total"]) == (1, 2)
    assert "idempotent-replayed" not in second.headers


def test_a_stream_is_not_recorded_and_not_refused(door: Door) -> None:
    door.client().store_memory("Ana has a cat.", "default")
    body = {"query": "cat", "stream": True}
    first, second = (send(door, "POST", "/v1/query", body) for _ in range(2))
    assert first.body == second.body and first.body.endswith(b"data: [DONE]\n\n")


def at_once(door: Door, calls: List[Callable[[], Answer]]) -> List[Answer]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


@pytest.mark.parametrize("round_number", range(3))
def test_the_same_write_many_times_at_once_is_stored_once(round_number: int, door: Door) -> None:
    body = {"memories": [{"content": f"fact {number}"} for number in range(20)], "dedup": "off"}
    answers = at_once(door, [lambda: send(door, "POST", MEMORIES, body)] * 12)
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert count(door) == 20


def test_different_writes_with_one_key_at_once_store_one_of_them(door: Door) -> None:
    def call(number: int) -> Callable[[], Answer]:
        return lambda: send(door, "POST", MEMORIES, {"content": f"fact {number}", "dedup": "off"})

    answers = at_once(door, [call(number) for number in range(12)])
    assert sorted(answer.status for answer in answers) == [201] + [422] * 11
    assert count(door) == 1


def test_a_failed_write_among_others_at_once_harms_none(door: Door) -> None:
    """They share a transaction; one that is refused must roll back itself alone."""
    door.client().create_bucket("b")

    def call(number: int) -> Callable[[], Answer]:
        if number % 2:
            return lambda: send(door, "POST", "/v1/buckets", {"name": "b"}, f"key-{number}")
        return lambda: send(door, "POST", MEMORIES, {"content": f"fact {number}"}, f"key-{number}")

    answers = at_once(door, [call(number) for number in range(16)])
    assert [answer.status for answer in answers] == [201, 409] * 8
    assert count(door) == 8


def test_the_clients_retry_is_the_same_write(door: Door) -> None:
    """An answer that was lost on its way: the client asks again, and nothing is there twice."""
    from engram.errors import ConnectionFailedError
    from engram.transport.base import Next, Request, Response

    sent: List[str] = []

    def lose_the_first_answer(request: Request, send: Next) -> Response:
        response = send(request)
        sent.append(request.headers["idempotency-key"])
        if len(sent) == 1:
            response.close()
            raise ConnectionFailedError("the connection broke before the answer", outcome="unknown")
        return response

    client = door.client().with_options(hooks=[lose_the_first_answer])
    stored = client.store_memory("Ana has a cat.", "b", dedup="off")
    assert len(sent) == 2 and sent[0] == sent[1]
    assert [memory["id"] for memory in client.with_options(hooks=[]).list_memories("b")["memories"]] == [stored["id"]]
