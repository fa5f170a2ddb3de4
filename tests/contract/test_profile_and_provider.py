"""Profiles of buckets, and whose model writes a tenant's answers."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest

from engram import EngramClient, MemoryItem
from engram.errors import PreconditionFailedError

from .conftest import OpenDoor
from .doors import OTHER_KEY, START, Door
from .model import Model

FACTS = ["Ana leads the project Falcon.", "Ana lives in Lisbon.", "The project Falcon ships in March."]
PROVIDER_KEY = "sk-canary-5f2e"


# -- profiles


def test_a_profile_is_pending_until_it_was_made(engram: EngramClient) -> None:
    engram.store_memories(FACTS, "b")
    assert engram.get_profile("b") == {
        "profile": None, "bucket_id": engram.list_buckets()[0]["id"], "status": "pending", "updated_at": None,
        "n_memories_at_gen": 0, "source": None,
    }  # fmt: skip


def test_a_profile_is_made_and_made_anew(door: Door) -> None:
    engram = door.client()
    engram.store_memories(FACTS, "b")
    door.clock.now = START + 1
    first: Any = engram.regenerate_profile("b")
    assert first == engram.get_profile("b")
    assert first["bucket_id"] == engram.list_buckets()[0]["id"]
    assert (first["status"], first["updated_at"]) == ("ready", "2026-01-01T00:00:01.000Z")
    assert (first["n_memories_at_gen"], bool(first["source"])) == (3, True)
    assert "Ana" in first["profile"]
    engram.store_memory("Bo has a boat.", "b")
    assert engram.get_profile("b") == first
    door.clock.now = START + 2
    second: Any = engram.regenerate_profile("b")
    assert (second["n_memories_at_gen"], second["updated_at"]) == (4, "2026-01-01T00:00:02.000Z")


def test_the_same_memories_have_the_same_profile(engram: EngramClient) -> None:
    for bucket in ("a", "b"):
        engram.store_memories(FACTS, bucket)
    assert engram.regenerate_profile("a")["profile"] == engram.regenerate_profile("b")["profile"]


def test_a_profile_is_made_after_enough_writes(door: Door) -> None:
    engram = door.client()
    engram.store_memories([f"Ana owns boat number {number}." for number in range(127)], "b")
    assert engram.get_profile("b")["profile"] is None
    engram.store_memory("Ana leads the project Falcon.", "b")
    made: Any = engram.get_profile("b")
    assert (made["status"], made["n_memories_at_gen"]) == ("ready", 128)
    assert made["profile"] == engram.query("x", buckets=["b"])["explanation"]["profile"]
    assert made["profile"] == engram.regenerate_profile("b")["profile"]
    engram.clear_memories("b")
    assert engram.get_profile("b")["profile"] is None


def test_a_profile_tells_who_said_it_and_when(engram: EngramClient) -> None:
    said: MemoryItem = {"content": "My sister lives in Graz.", "speaker": "Ana", "occurred_at": "2026-05-08T10:00:00Z"}
    (stored,) = engram.store_memories([said], "b")["memories"]
    assert engram.regenerate_profile("b")["profile"] == "[8 May 2026] Ana: My sister lives in Graz."
    engram.delete_memory(stored["memory_id"], "b")
    assert engram.get_profile("b")["profile"] is None


@pytest.mark.parametrize("how", ["made empty", "cleared"])
def test_an_empty_bucket_has_no_profile_text(how: str, engram: EngramClient) -> None:
    if how == "cleared":
        engram.store_memories(FACTS, "b")
        engram.clear_memories("b")
    else:
        engram.create_bucket("b")
    made = engram.regenerate_profile("b")
    assert (made["profile"], made.get("n_memories_at_gen")) == (None, 0)


def test_regenerating_takes_no_body_and_minds_none(door: Door) -> None:
    door.client().store_memories(FACTS, "b")
    for body in (None, b"", b"{}", b"not json"):
        answer = door.request("POST", "/v1/buckets/b/profile/regenerate", body)
        assert (answer.status, answer.json()["status"]) == (200, "ready")


def test_a_profile_goes_with_its_bucket(engram: EngramClient) -> None:
    engram.store_memories(FACTS, "b")
    engram.regenerate_profile("b")
    engram.delete_bucket("b")
    engram.create_bucket("b")
    assert engram.get_profile("b")["profile"] is None


# -- the provider of a tenant

NONE = {"base_url": None, "model": None, "has_api_key": False, "configured": False}


def test_a_provider_is_set_read_and_forgotten_and_its_key_never_comes_back(door: Door) -> None:
    assert door.request("GET", "/v1/provider").json() == NONE
    set_to: Dict[str, Any] = {"base_url": "https://models.example/v1", "model": "m-1", "api_key": PROVIDER_KEY}
    answers = [door.request("PUT", "/v1/provider", set_to), door.request("GET", "/v1/provider")]
    for answer in answers:
        assert answer.status == 200
        assert answer.json() == {
            "base_url": "https://models.example/v1", "model": "m-1", "has_api_key": True, "configured": True,
        }  # fmt: skip
        assert PROVIDER_KEY not in str(answer)
    assert door.request("GET", "/v1/provider", key=OTHER_KEY).json() == NONE
    replaced = door.request("PUT", "/v1/provider", {"base_url": "http://127.0.0.1:1", "model": "m-2"}).json()
    assert replaced == {"base_url": "http://127.0.0.1:1", "model": "m-2", "has_api_key": False, "configured": True}
    assert door.request("DELETE", "/v1/provider").json() == NONE
    assert door.request("DELETE", "/v1/provider").json() == NONE
    assert door.request("GET", "/v1/provider").json() == NONE


BAD_PROVIDERS: List[Tuple[Dict[str, Any], str]] = [
    ({"base_url": "models.example"}, "base_url"),
    ({"base_url": ""}, "base_url"),
    ({"base_url": "ftp://models.example"}, "base_url"),
    ({"base_url": "file:///etc/passwd"}, "base_url"),
    ({"base_url": "javascript:alert(1)"}, "base_url"),
    ({"base_url": "http://"}, "base_url"),
    ({"base_url": "http://:80"}, "base_url"),
    ({"base_url": "http://[::1"}, "base_url"),
    ({"base_url": "http://host:port"}, "base_url"),
    ({"base_url": "http://host:99999"}, "base_url"),
    ({"base_url": "http://user:secret@host/v1"}, "base_url"),
    ({"base_url": "http://host/a b"}, "base_url"),
    ({"base_url": "http://host/\r\nX: y"}, "base_url"),
    ({"base_url": "http://hö.example"}, "base_url"),
    ({"base_url": None}, "base_url"),
    ({"base_url": 7}, "base_url"),
    ({"model": None}, "model"),
    ({"model": ""}, "model"),
    ({"model": ["m"]}, "model"),
    ({"api_key": "line\r\nbreak: x"}, "api_key"),
    ({"api_key": "schlüssel"}, "api_key"),
    ({"api_key": 7}, "api_key"),
]


@pytest.mark.parametrize(("change", "field"), BAD_PROVIDERS, ids=str)
def test_a_provider_that_can_never_work_is_refused_when_it_is_set(
    change: Dict[str, Any], field: str, door: Door
) -> None:
    """Not at every question after."""
    body = {"base_url": "http://127.0.0.1:1/v1", "model": "m", "api_key": "k", **change}
    answer = door.request("PUT", "/v1/provider", body)
    assert (answer.status, answer.json()["details"].get("field")) == (422, field)
    assert "secret" not in answer.body.decode()
    assert door.request("GET", "/v1/provider").json() == NONE
    assert door.request("POST", "/v1/query", {"query": "x"}).status == 200


def test_a_provider_that_is_not_there_is_a_502_and_no_hang(door: Door) -> None:
    door.request("PUT", "/v1/provider", {"base_url": "http://127.0.0.1:1/v1", "model": "m", "api_key": PROVIDER_KEY})
    for stream in (False, True):
        answer = door.request("POST", "/v1/query", {"query": "x", "stream": stream})
        assert (answer.status, answer.json()["code"]) == (502, "provider_failed")
        assert PROVIDER_KEY not in str(answer)
    assert door.request("POST", "/v1/query", {"query": "x", "options": {"skip_synthesis": True}}).status == 200
    assert door.request("POST", "/v1/query", {"query": "x"}, key=OTHER_KEY).status == 200


def test_a_tenants_own_provider_goes_before_the_servers(open_with: OpenDoor) -> None:
    with Model(["the server's"]) as servers, Model(["the tenant's"]) as own:
        door = open_with(llm_base_url=servers.base_url, llm_model="s", llm_api_key="sk-server")
        assert door.client().query("x")["answer"] == "the server's"
        assert door.request("GET", "/v1/provider").json() == NONE
        door.request("PUT", "/v1/provider", {"base_url": own.base_url + "/", "model": "o", "api_key": PROVIDER_KEY})
        assert door.client().query("x")["answer"] == "the tenant's"
        assert door.client(OTHER_KEY).query("x")["answer"] == "the server's"
        door.request("DELETE", "/v1/provider")
        assert door.client().query("x")["answer"] == "the server's"
        assert set(servers.keys) == {"Bearer sk-server"}
        assert own.keys == [f"Bearer {PROVIDER_KEY}"]


# -- where a provider is required


def test_without_a_required_provider_storing_and_asking_are_412(open_with: OpenDoor) -> None:
    door = open_with(require_provider=True)
    engram = door.client()
    for call in (
        lambda: engram.store_memory("x", "b"),
        lambda: engram.store_memories(["x"], "b"),
        lambda: engram.query("x"),
        lambda: engram.query_stream("x"),
    ):
        with pytest.raises(PreconditionFailedError, match="No model provider key configured") as caught:
            call()
        assert (caught.value.status, caught.value.code) == (412, "provider_not_configured")
    assert engram.list_buckets() == []


def test_all_else_needs_no_provider(open_with: OpenDoor) -> None:
    door = open_with(require_provider=True)
    engram = door.client()
    engram.create_bucket("b")
    assert engram.query("x", buckets=["b"], skip_synthesis=True)["answer"] == ""
    assert list(engram.query_stream("x", buckets=["b"], skip_synthesis=True))[-1]["type"] == "done"
    assert engram.list_memories("b")["total"] == 0
    assert engram.clear_memories("b")["cleared_count"] == 0
    assert engram.regenerate_profile("b")["profile"] is None
    engram.delete_bucket("b")
    with Model() as model:
        door.request("PUT", "/v1/provider", {"base_url": model.base_url, "model": "m"})
        assert engram.store_memory("x", "b")["status"] == "stored"
        assert engram.query("x", buckets=["b"])["answer"] == "Ana leads it."
        assert door.request("POST", "/v1/query", {"query": "x"}, key=OTHER_KEY).status == 412


@pytest.mark.parametrize("how", ["deleted", "edited"])
def test_what_is_gone_is_gone_from_the_profile(how: str, engram: EngramClient) -> None:
    secret = engram.store_memory("My locker at the station has the code 9182.", "b")
    engram.store_memory("I live in Graz.", "b")
    assert "9182" in str(engram.regenerate_profile("b")["profile"])
    if how == "deleted":
        engram.delete_memory(secret["id"], "b")
    else:
        engram.update_memory(secret["id"], "I have no locker.", "b")
    assert engram.get_profile("b")["profile"] == "I live in Graz."


def test_what_was_known_then_had_no_profile_of_today(engram: EngramClient) -> None:
    engram.store_memory("I live in Graz.", "b")
    engram.regenerate_profile("b")
    explanation: Any = engram.query("Graz", buckets=["b"], as_of="2020-01-01T00:00:00Z")["explanation"]
    assert explanation["profile"] is None
