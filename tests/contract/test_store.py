"""Storing: one and many, what a reply holds, when a memory merges into another, and what a refusal leaves behind."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest

from engram import EngramClient, EngramError
from engram.errors import TooLargeError, ValidationError
from engram.types.limits import MAX_BATCH_ITEMS, MAX_BODY_BYTES, MAX_MEMORY_BYTES

from .doors import Door

LONG = "The quarterly report of the northern office lists every supplier contract signed during the wet spring season"
"""17 words, so that what differs beside them leaves two texts much alike."""


def contents(engram: EngramClient, bucket: str = "default") -> List[str]:
    return [memory["content"] for memory in engram.list_memories(bucket, limit=1000)["memories"]]


def test_a_stored_memory_has_an_id_that_finds_it(engram: EngramClient) -> None:
    stored = engram.store_memory("Ana has a cat.", "pets")
    assert stored == {
        "id": stored["id"], "memory_id": stored["id"], "bucket_name": "pets", "token_count": stored["token_count"],
        "status": "stored",
    }  # fmt: skip
    assert stored["id"].startswith("mem_")
    assert type(stored["token_count"]) is int and 1 <= stored["token_count"] <= len("Ana has a cat.")
    found = engram.get_memory(stored["id"], "pets")
    assert found["content"] == "Ana has a cat."
    assert found["token_count"] == stored["token_count"]


def test_the_first_write_makes_the_bucket_and_no_read_does(engram: EngramClient) -> None:
    with pytest.raises(EngramError):
        engram.list_memories("new")
    assert engram.list_buckets() == []
    engram.store_memory("x", "new")
    assert [bucket["name"] for bucket in engram.list_buckets()] == ["new"]


def test_a_batch_is_answered_in_its_order_and_listed_in_reverse(engram: EngramClient) -> None:
    names = [f"{name} lives in {city}." for name in ("Ana", "Bo", "Cy") for city in ("Oslo", "Rome")]
    results = engram.store_memories(names, "people")["memories"]
    assert [engram.get_memory(result["id"], "people")["content"] for result in results] == names
    assert [result["id"] for result in results] == sorted(result["id"] for result in results)
    assert contents(engram, "people") == names[::-1]


def test_the_two_bodies_of_one_path_have_two_replies(door: Door) -> None:
    """Published clients take 200 or 201; what must hold is which reply is whose."""
    path = "/v1/buckets/b/memories"
    one = door.request("POST", path, {"content": "a", "metadata": {"unknown": 1}})
    batch = door.request("POST", path, {"memories": [{"content": "b", "x": 1}], "x": None})
    assert {one.status, batch.status} <= {200, 201}
    assert one.json()["status"] == "stored"
    assert [memory["status"] for memory in batch.json()["memories"]] == ["stored"]


BAD_ITEMS: List[Tuple[Any, str, int]] = [
    ({"content": ""}, "memories[2].content", 422),
    ({"content": None}, "memories[2].content", 422),
    ({"content": 7}, "memories[2].content", 422),
    ({"content": ["x"]}, "memories[2].content", 422),
    ({}, "memories[2].content", 422),
    ("x", "memories[2]", 422),
    (None, "memories[2]", 422),
    ({"content": "é" * (MAX_MEMORY_BYTES // 2 + 1)}, "memories[2].content", 413),
]


@pytest.mark.parametrize(("item", "field", "status"), BAD_ITEMS, ids=lambda value: repr(value)[:40])
def test_a_batch_with_one_bad_item_stores_nothing_and_names_it(item: Any, field: str, status: int, door: Door) -> None:
    body = {"memories": [{"content": "first"}, {"content": "second"}, item, {"content": ""}]}
    answer = door.request("POST", "/v1/buckets/b/memories", body)
    assert (answer.status, answer.json()["details"]) == (status, {"field": field, "index": 2})
    assert field in answer.json()["error"]
    assert door.request("GET", "/v1/buckets/b/memories").status == 404


BAD_BODIES: List[Tuple[Any, int, str]] = [
    ({}, 422, "content"),
    ({"content": ""}, 422, "content"),
    ({"content": 1}, 422, "content"),
    ({"contents": "x"}, 422, "content"),
    ([], 422, ""),
    ([{"content": "x"}], 422, ""),
    ("null", 422, ""),
    ('"content"', 422, ""),
    ({"memories": {}}, 422, "memories"),
    ({"memories": []}, 422, "memories"),
    ({"memories": "x"}, 422, "memories"),
    ({"memories": [{"content": "x"}] * (MAX_BATCH_ITEMS + 1)}, 413, "memories"),
    ({"content": "x", "dedup": "LOOSE"}, 422, "dedup"),
    ({"content": "x", "dedup": ""}, 422, "dedup"),
    ({"content": "x", "dedup": True}, 422, "dedup"),
    ({"content": "x", "dedup": ["off"]}, 422, "dedup"),
    ({"memories": [{"content": "x"}], "dedup": "no"}, 422, "dedup"),
    ({"content": "x", "memories": [{"content": "y"}]}, 422, "memories"),
    ({"content": "x", "memories": [7]}, 422, "memories"),
    ({"content": "x", "memories": "y"}, 422, "memories"),
    ({"content": "x", "memories": {}}, 422, "memories"),
    ({"content": None, "memories": [{"content": "y"}]}, 422, "content"),
]


@pytest.mark.parametrize(("body", "status", "field"), BAD_BODIES, ids=lambda value: repr(value)[:40])
def test_a_body_that_does_not_fit_names_the_field_and_stores_nothing(
    body: Any, status: int, field: str, door: Door
) -> None:
    answer = door.request("POST", "/v1/buckets/b/memories", body)
    assert (answer.status, answer.json()["details"]["field"]) == (status, field)
    assert door.request("GET", "/v1/buckets/b/memories").status == 404


def test_a_single_memory_may_say_that_it_is_no_batch(door: Door) -> None:
    """Typed clients send the fields that they leave out as null."""
    answer = door.request("POST", "/v1/buckets/b/memories", {"content": "x", "memories": None, "dedup": None})
    assert (answer.status, answer.json()["status"]) == (201, "stored")


@pytest.mark.parametrize(
    "content",
    ["x" * MAX_MEMORY_BYTES, "é" * (MAX_MEMORY_BYTES // 2), "\U0001f642" * (MAX_MEMORY_BYTES // 4)],
    ids=["ascii", "two-bytes", "four-bytes"],
)
def test_a_memory_may_have_so_many_bytes_and_not_one_more(content: str, engram: EngramClient) -> None:
    stored = engram.store_memory(content, "b")
    assert engram.get_memory(stored["id"], "b")["content"] == content
    with pytest.raises(TooLargeError) as caught:
        engram.store_memory(content + "x", "b")
    assert (caught.value.code, caught.value.outcome) == ("too_large", "rejected")
    assert len(contents(engram, "b")) == 1


def test_a_batch_may_have_a_thousand_items(engram: EngramClient) -> None:
    results = engram.store_memories([f"number {number}" for number in range(MAX_BATCH_ITEMS)], "b")["memories"]
    assert len({result["id"] for result in results}) == MAX_BATCH_ITEMS
    with pytest.raises(TooLargeError):
        engram.store_memories([f"more {number}" for number in range(MAX_BATCH_ITEMS + 1)], "b")
    assert engram.list_memories("b")["total"] == MAX_BATCH_ITEMS


# -- dedup


def merged_into(result: Any, original: str, score: float, reason: str) -> None:
    assert result["status"] == "merged"
    assert result["id"] == result["memory_id"] == result["deduped_into"] == original
    assert result["similarity_score"] == score
    assert result["merge_reason"] == reason


@pytest.mark.parametrize("mode", [None, "loose", "strict"])
def test_the_same_bytes_merge(mode: Any, engram: EngramClient) -> None:
    original = engram.store_memory("Ana has a cat.", "b")
    again = engram.store_memory("Ana has a cat.", "b", dedup=mode)
    merged_into(again, original["id"], 1.0, "content_hash")
    assert again["token_count"] == original["token_count"]
    assert set(again) == set(original) | {"deduped_into", "similarity_score", "merge_reason"}
    assert contents(engram, "b") == ["Ana has a cat."]
    engram.delete_memory(again["id"], "b")
    assert contents(engram, "b") == []


def test_dedup_null_is_the_default(door: Door) -> None:
    results = [door.request("POST", "/v1/buckets/b/memories", {"content": "x", "dedup": None}).json() for _ in range(2)]
    assert [result["status"] for result in results] == ["stored", "merged"]


def test_off_stores_the_same_text_again(engram: EngramClient) -> None:
    ids = {engram.store_memory("Ana has a cat.", "b", dedup="off")["id"] for _ in range(3)}
    assert len(ids) == 3
    assert engram.list_memories("b")["total"] == 3


@pytest.mark.parametrize("twin", ["ana has a CAT", "Ana  has a cat!", "Ana has a cat…", "Ana, has a cat."])
def test_the_same_words_merge_in_every_mode_but_off(twin: str, engram: EngramClient) -> None:
    original = engram.store_memory("Ana has a cat.", "b")
    merged_into(engram.store_memory(twin, "b", dedup="strict"), original["id"], 1.0, "embedding_similarity")
    assert contents(engram, "b") == ["Ana has a cat."]


def test_loose_merges_what_strict_keeps_apart(engram: EngramClient) -> None:
    """Of 44 words the last one has a typing error: above 0.95 alike, below 0.99."""
    text = " ".join(f"{word}{letter}" for word in LONG.split()[:14] for letter in "abc")
    original = engram.store_memory(text + " every morning", "b")
    assert engram.store_memory(text + " every mornning", "b", dedup="strict")["status"] == "stored"
    engram.clear_memories("b")
    original = engram.store_memory(text + " every morning", "b")
    loose = engram.store_memory(text + " every mornning", "b")
    merged_into(loose, original["id"], loose["similarity_score"], "embedding_similarity")
    assert 0.95 <= loose["similarity_score"] < 0.99


APART = [
    ("The meeting is at 5.", "The meeting is at 6."),
    (f"{LONG} 2024 {LONG}", f"{LONG} 2025 {LONG}"),
    (f"{LONG} and she is coming {LONG}", f"{LONG} and she is not coming {LONG}"),
    (f"{LONG} can go {LONG}", f"{LONG} can't go {LONG}"),
    (f"{LONG} it costs 1.50 {LONG}", f"{LONG} it costs 15.0 {LONG}"),
    (f"{LONG} up 3% {LONG}", f"{LONG} up 3 {LONG}"),
    (f"{LONG} costs $5 {LONG}", f"{LONG} costs €5 {LONG}"),
    (f"{LONG} -5 degrees {LONG}", f"{LONG} 5 degrees {LONG}"),
    ("Ana likes Bo.", "Bo likes Ana."),
    ("Ana", "Bo"),
    ("!", "?"),
]


@pytest.mark.parametrize(("one", "other"), APART, ids=lambda text: text[-40:])
def test_what_says_something_else_is_never_merged(one: str, other: str, engram: EngramClient) -> None:
    engram.store_memory(one, "b")
    assert engram.store_memory(other, "b")["status"] == "stored"
    assert contents(engram, "b") == [other, one]


@pytest.mark.parametrize(("one", "other"), APART, ids=lambda text: text[-40:])
def test_nor_is_it_in_one_batch(one: str, other: str, engram: EngramClient) -> None:
    results = engram.store_memories([one, other], "b")["memories"]
    assert [result["status"] for result in results] == ["stored", "stored"]


def test_two_alike_in_one_batch_merge_into_the_earlier(engram: EngramClient) -> None:
    first, second, twin, words = engram.store_memories(["Ana.", "Bo.", "Ana.", "bo"], "b")["memories"]
    merged_into(twin, first["id"], 1.0, "content_hash")
    merged_into(words, second["id"], 1.0, "embedding_similarity")
    assert contents(engram, "b") == ["Bo.", "Ana."]


def test_in_a_batch_what_is_stored_goes_before_the_batch_itself(engram: EngramClient) -> None:
    stored = engram.store_memory("Ana.", "b")
    for result in engram.store_memories(["Ana.", "Ana."], "b")["memories"]:
        merged_into(result, stored["id"], 1.0, "content_hash")
    assert engram.list_memories("b")["total"] == 1


def test_a_whole_batch_may_be_off(engram: EngramClient) -> None:
    results = engram.store_memories(["Ana."] * 5, "b", dedup="off")["memories"]
    assert len({result["id"] for result in results}) == 5


def test_dedup_looks_into_its_own_bucket_only(engram: EngramClient) -> None:
    ids = {engram.store_memory("Ana has a cat.", bucket)["id"] for bucket in ("a", "b", "A")}
    assert len(ids) == 3


@pytest.mark.parametrize("gone", ["deleted", "cleared", "updated", "bucket"])
def test_what_is_gone_merges_nothing(gone: str, engram: EngramClient) -> None:
    first = engram.store_memory("Ana has a cat.", "b")
    removals: Dict[str, Any] = {
        "deleted": lambda: engram.delete_memory(first["id"], "b"),
        "cleared": lambda: engram.clear_memories("b"),
        "updated": lambda: engram.update_memory(first["id"], "Bo has a dog.", "b"),
        "bucket": lambda: engram.delete_bucket("b"),
    }
    removals[gone]()
    assert engram.store_memory("Ana has a cat.", "b")["status"] == "stored"


def test_an_updated_memory_is_found_by_what_it_says_now(engram: EngramClient) -> None:
    first = engram.store_memory("Ana has a cat.", "b")
    engram.update_memory(first["id"], "Bo has a dog.", "b")
    merged_into(engram.store_memory("Bo has a dog.", "b"), first["id"], 1.0, "content_hash")


def test_a_merge_does_not_touch_the_row_that_stays(door: Door) -> None:
    engram = door.client()
    first = engram.store_memory("Ana has a cat.", "b")
    before = engram.get_memory(first["id"], "b")
    door.clock.now += 60
    engram.store_memory("ana HAS a cat", "b")
    assert engram.get_memory(first["id"], "b") == before


@pytest.mark.parametrize("dedup", ["off", "loose", "strict"])
def test_templated_rows_are_all_kept(dedup: Any, engram: EngramClient) -> None:
    """They share all their words but the numbers, and losing one without a sign would be the worst of faults."""
    rows = [f"{LONG} on day {number} at a price of {number * 3} in total" for number in range(100)]
    results = engram.store_memories(rows[:50], "prices", dedup=dedup)["memories"]
    results += engram.store_memories(rows[50:], "prices", dedup=dedup)["memories"]
    assert {result["status"] for result in results} == {"stored"}


def test_storing_many_reports_each(engram: EngramClient) -> None:
    texts = [f"Fact number {number}." for number in range(25)]
    texts[7] = ""
    outcomes = engram.store_many([*texts, texts[0]], "b", chunk_size=10, concurrency=2)
    assert [outcome.position for outcome in outcomes if not outcome.ok] == [7]
    assert isinstance(outcomes[7].error, ValidationError)
    assert engram.list_memories("b")["total"] == 24
    # Chunks are stored side by side, so either of the two may come first.
    same = [outcome.result for outcome in (outcomes[0], outcomes[25])]
    assert sorted(result["status"] for result in same if result is not None) == ["merged", "stored"]


def test_memories_that_are_too_large_together_are_stored_all_the_same(door: Door) -> None:
    """Each fits and the chunk does not: nobody but the client can know where to cut."""
    texts = [f"number {number} " + "x" * 60_000 for number in range(150)]
    assert sum(map(len, texts)) > MAX_BODY_BYTES
    outcomes = door.client().store_many(texts, "b", dedup="off", concurrency=1)
    assert [outcome.position for outcome in outcomes if not outcome.ok] == []
    listed = [memory["content"] for memory in door.client().iter_memories("b")]
    assert [text[:20] for text in listed] == [text[:20] for text in texts[::-1]]
