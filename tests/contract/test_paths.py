"""Paths: what a segment may hold, and that no malformed path ever means another one. Least of all "delete all"."""

from __future__ import annotations

import unicodedata
from typing import List
from urllib.parse import quote

import pytest

from engram import EngramClient
from engram.errors import NotFoundError, ValidationError
from engram.types.limits import MAX_BUCKET_NAME_CHARS

from .doors import Door

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

# Each is near a path that means something, and some clients are known to send it.
TRAPS = [
    "/v1/buckets/",
    "/v1/buckets//memories",
    "/v1/buckets/default/",
    "/v1/buckets/default//",
    "/v1/buckets/default/memories/",
    "/v1/buckets/default/memories//",
    "/v1/buckets/default//memories",
    "/v1/buckets//default/memories",
    "/v1//buckets/default/memories",
    "/v1/buckets/default/profile/",
    "/v1/buckets/./memories",
    "/v1/buckets/../memories",
    "/v1/buckets/default/../default/memories",
    "/v1/buckets/default/memories/.",
    "/v1/buckets/default/memories/..",
    "/v1/buckets/default/memories/../memories",
    "/v1/buckets/%2e/memories",
    "/v1/buckets/%2e%2e/memories",
    "/v1/buckets/.%2E/memories",
    "/v1/buckets/default/memories/%2e%2e",
    "/v1/buckets/default/memories/%2e",
    "/v1/./buckets/default/memories",
    "/v1/buckets/default/%2e/memories",
    "/v1/buckets/%FF/memories",
    "/v1/buckets/%C3/memories",
    "/v1/buckets/%ED%A0%80/memories",
    "/v1/buckets/%C0%AE%C0%AE/memories",
    "/v1/buckets/%/memories/",
    "/v1/query/",
    "/healthz/",
]

# Well-formed, and nobody's.
NOWHERE = [
    "/v1",
    "/v2/buckets",
    "/V1/buckets",
    "/v1/Buckets",
    "/v1/memories",
    "/v1/memories/query",
    "/v1%2Fbuckets",
    "/v1/buckets/default/memories/x/y",
    "/v1/buckets/default/Memories",
    "/v1/buckets/default/memories%20",
    "/v1/buckets/default/profile/x",
    "/v1/query/x",
    "/favicon.ico",
    "/%00",
]


@pytest.fixture
def kept(engram: EngramClient) -> List[str]:
    """What must be there whatever was sent."""
    return [engram.store_memory(text)["id"] for text in ("one", "two", "three")]


def check_nothing_was_touched(engram: EngramClient, kept: List[str]) -> None:
    assert [memory["id"] for memory in engram.list_memories()["memories"]] == kept[::-1]
    assert [bucket["name"] for bucket in engram.list_buckets()] == ["default"]


@pytest.mark.parametrize("target", TRAPS)
def test_a_malformed_path_is_refused_and_wipes_nothing(target: str, kept: List[str], door: Door) -> None:
    for method in METHODS:
        body = None if method in ("GET", "DELETE") else {"content": "x", "name": "x", "query": "x"}
        answer = door.request(method, target, body)
        assert (answer.status, answer.json()["code"]) == (400, "malformed_path"), method
    check_nothing_was_touched(door.client(), kept)


@pytest.mark.parametrize("target", NOWHERE)
def test_a_path_that_is_nothing_is_a_404_of_the_usual_shape(target: str, kept: List[str], door: Door) -> None:
    for method in METHODS:
        answer = door.request(method, target)
        assert (answer.status, answer.json()["code"]) == (404, "no_such_path"), method
    check_nothing_was_touched(door.client(), kept)


@pytest.mark.parametrize("name", ["a%00b", "%0A", "%0D%0Ax", "%1b", "%7F", "%C2%85", "%09"])
def test_control_characters_in_a_name_are_refused(name: str, kept: List[str], door: Door) -> None:
    for method, suffix in [("POST", "/memories"), ("GET", "/memories"), ("DELETE", "/memories"), ("DELETE", "")]:
        answer = door.request(method, f"/v1/buckets/{name}{suffix}", {"content": "x"} if method == "POST" else None)
        assert (answer.status, answer.json()["details"]) == (422, {"field": "bucket"})
    check_nothing_was_touched(door.client(), kept)


NAMES = [
    "a/b", "/", "//", "../..", "a/../b", "...", ".hidden", "..a", " ", " a ", "a b", "+", "a+b", "%", "%2e%2e", "%2F",
    "a?b=c", "a#b", "a&b=c;d", "!*'()~", ":@&=+$,;", "[x]", "{bucket}", "\\", "\"quoted\"", "'; DROP TABLE spaces; --",
    "_watchdog_findings", "CON", "-rf", "日本語", "Ünïcödé", "\U0001f642\U0001f468\u200d\U0001f469", "\u202eevil\u202c",
    "\u200b", "\u2028", "\ufeff", "\ufffd", "ß", "İ", "ﬁ", "x" * MAX_BUCKET_NAME_CHARS, "é" * MAX_BUCKET_NAME_CHARS,
    "\U0001f642" * MAX_BUCKET_NAME_CHARS,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_other_name_is_itself_in_every_call(name: str, engram: EngramClient) -> None:
    """Split first, decode after: a slash in a name is no slash in the path."""
    stored = engram.store_memory("The cat sleeps.", name)
    assert stored["bucket_name"] == name
    assert engram.list_buckets()[0]["name"] == name
    assert engram.get_memory(stored["id"], name)["bucket_name"] == name
    assert engram.update_memory(stored["id"], "The cat wakes.", name)["bucket_name"] == name
    assert [memory["bucket_name"] for memory in engram.iter_memories(name)] == [name]
    (row,) = engram.query("cat", buckets=[name], top_k_per_bucket={name: 1})["explanation"]["retrieved_memories"]
    assert row["bucket_name"] == name
    assert engram.regenerate_profile(name) == engram.get_profile(name)
    engram.delete_memory(stored["id"], name)
    assert engram.clear_memories(name)["cleared_count"] == 0
    engram.delete_bucket(name)
    assert engram.create_bucket(name)["name"] == name
    assert len(engram.list_buckets()) == 1


@pytest.mark.parametrize("char", ["x", "é", "\U0001f642"])
def test_a_name_may_have_256_characters_and_not_257(char: str, door: Door) -> None:
    engram = door.client()
    longest, longer = char * MAX_BUCKET_NAME_CHARS, char * (MAX_BUCKET_NAME_CHARS + 1)
    engram.store_memory("x", longest)
    for call in (
        lambda: engram.store_memory("x", longer),
        lambda: engram.list_memories(longer),
        lambda: engram.delete_bucket(longer),
        lambda: engram.create_bucket(longer),
        lambda: engram.query("x", buckets=[longer]),
    ):
        with pytest.raises(ValidationError, match="at most 256 characters"):
            call()
    assert [bucket["name"] for bucket in engram.list_buckets()] == [longest]


def test_names_are_compared_after_normalisation(engram: EngramClient) -> None:
    """`é` is one name, however its client spells it."""
    composed, decomposed = "caf\u00e9/\uac00", "cafe\u0301/\u1100\u1161"
    assert unicodedata.normalize("NFC", decomposed) == composed
    stored = engram.store_memory("The cat sleeps.", decomposed)
    assert stored["bucket_name"] == composed
    assert engram.store_memory("The cat sleeps.", composed)["status"] == "merged"
    assert engram.get_memory(stored["id"], composed) == engram.get_memory(stored["id"], decomposed)
    for name in (composed, decomposed):
        result = engram.query("cat", buckets=[name])
        assert result["memories_found"] == 1
        assert result["explanation"]["unknown_buckets"] == []
    assert len(engram.list_buckets()) == 1
    assert engram.create_bucket("o\u0308")["name"] == "\u00f6"


def test_a_limit_for_a_bucket_holds_however_its_name_is_spelt(engram: EngramClient) -> None:
    engram.store_memories(["cat one", "cat two", "cat three"], "caf\u00e9")
    for asked in ("caf\u00e9", "cafe\u0301"):
        for limited in ("caf\u00e9", "cafe\u0301"):
            result = engram.query("cat", buckets=[asked], top_k_per_bucket={limited: 1})
            assert result["memories_found"] == 1, (asked, limited)


def test_a_name_is_as_long_as_it_was_sent(engram: EngramClient) -> None:
    """Else a name could be stored under by its path and not be asked for in a body."""
    name = "e\u0301" * (MAX_BUCKET_NAME_CHARS // 2)
    assert engram.store_memory("cat", name)["bucket_name"] == "\u00e9" * (MAX_BUCKET_NAME_CHARS // 2)
    assert engram.query("cat", buckets=[name])["memories_found"] == 1
    for call in (
        lambda: engram.store_memory("x", name + "x"),
        lambda: engram.query("x", buckets=[name + "x"]),
        lambda: engram.create_bucket(name + "x"),
    ):
        with pytest.raises(ValidationError, match="at most 256 characters"):
            call()


def test_an_encoded_slash_does_not_reach_the_memories(kept: List[str], door: Door) -> None:
    answer = door.request("DELETE", "/v1/buckets/default%2Fmemories")
    assert (answer.status, answer.json()["details"]) == (404, {"bucket": "default/memories"})
    check_nothing_was_touched(door.client(), kept)


@pytest.mark.parametrize(("one", "other"), [("Bucket", "bucket"), ("ß", "ss"), ("ﬁ", "fi"), ("a", "a "), ("İ", "i̇")])
def test_names_that_differ_stay_apart(one: str, other: str, engram: EngramClient) -> None:
    engram.store_memory("x", one)
    with pytest.raises(NotFoundError):
        engram.list_memories(other)
    engram.store_memory("x", other)
    assert len(engram.list_buckets()) == 2


@pytest.mark.parametrize("encode", [quote, lambda name: "".join(f"%{byte:02x}" for byte in name.encode())])
def test_encoding_more_than_is_needed_changes_nothing(encode: object, door: Door) -> None:
    assert callable(encode)
    door.client().store_memory("x", "plain")
    assert door.request("GET", f"/v1/buckets/{encode('plain')}/memories").status == 200


def test_what_clients_leave_unencoded_means_itself(door: Door) -> None:
    """TypeScript leaves `!*'()~` alone, Go also `:@&=+$`."""
    name = "!*'()~:@&=+$"
    door.client().store_memory("x", name)
    assert door.request("GET", f"/v1/buckets/{name}/memories").json()["total"] == 1
