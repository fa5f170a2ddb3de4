"""What a caller tells beside a content: who said it, in which session, when, and what else is kept with it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Tuple

import pytest

from engram import EngramClient, EngramError, MemoryItem, RetrievedMemory
from engram.errors import TooLargeError, ValidationError
from engram.types.limits import MAX_METADATA_BYTES, MAX_SESSION_CHARS, MAX_SPEAKER_CHARS

from .doors import Door

MEMORIES = "/v1/buckets/b/memories"
WHEN = "2026-05-08T13:56:00.250Z"
GIVEN: Dict[str, Any] = {
    "speaker": "Zoë",
    "session": "chat 7",
    "occurred_at": WHEN,
    "metadata": {"tags": ["a", 1, None], "nested": {"ü": 0.5}},
}


def given_with(memory: Any) -> Dict[str, Any]:
    """Return what a memory shows of the four fields."""
    return {name: memory[name] for name in GIVEN if name in memory}


def found(engram: EngramClient, question: str, **options: Any) -> List[RetrievedMemory]:
    result = engram.query(question, buckets=["b"], skip_synthesis=True, **options)
    return result["explanation"]["retrieved_memories"]


def test_what_was_given_is_shown_and_nothing_else(engram: EngramClient) -> None:
    full = engram.store_memory("I sold the boat.", "b", **GIVEN)["id"]
    bare = engram.store_memory("[8 May 2023] Ana: I bought the boat.", "b")["id"]
    shown = [engram.get_memory(memory_id, "b") for memory_id in (full, bare)]
    assert [given_with(memory) for memory in shown] == [GIVEN, {}]
    assert [given_with(memory) for memory in engram.list_memories("b")["memories"]] == [{}, GIVEN]


def test_a_batch_may_mix_texts_and_items(engram: EngramClient) -> None:
    items: List[Any] = ["Ana has a cat.", {"content": "I have a dog.", **GIVEN}, {"content": "It rained."}]
    ids = [stored["id"] for stored in engram.store_memories(items, "b")["memories"]]
    assert [given_with(engram.get_memory(memory_id, "b")) for memory_id in ids] == [{}, GIVEN, {}]
    more: List[Any] = [{"content": "I have a canary.", **GIVEN}, "Bo paints."]
    outcomes = engram.store_many(more, "many", chunk_size=1)
    assert [outcome.ok for outcome in outcomes] == [True, True]
    assert [given_with(memory) for memory in engram.list_memories("many")["memories"]] in ([{}, GIVEN], [GIVEN, {}])


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-05-08T13:56:00Z", "2026-05-08T13:56:00.000Z"),
        ("2026-05-08t15:56:00.123999+02:00", "2026-05-08T13:56:00.123Z"),
        ("1969-12-31T20:00:00.5-05:00", "1970-01-01T01:00:00.500Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        (datetime(2026, 5, 8, 15, 56, tzinfo=timezone(timedelta(hours=2))), "2026-05-08T13:56:00.000Z"),
        (datetime(2026, 5, 8, 13, 56, 0, 999_999, timezone.utc), "2026-05-08T13:56:00.999Z"),
    ],
)
def test_a_moment_may_have_any_offset(given: Any, shown: str, engram: EngramClient) -> None:
    stored = engram.store_memory("It rained.", "b", occurred_at=given)["id"]
    assert engram.get_memory(stored, "b").get("occurred_at") == shown


def test_a_moment_without_an_offset_is_refused(engram: EngramClient, door: Door) -> None:
    with pytest.raises(ValidationError, match="occurred_at: .* has no time zone") as naive:
        engram.store_memory("It rained.", "b", occurred_at=datetime(2026, 5, 8))
    assert naive.value.outcome == "not_sent"
    with pytest.raises(ValidationError, match="occurred_at: .*offset from UTC is missing") as caught:
        engram.store_memory("It rained.", "b", occurred_at="2026-05-08T13:56:00")
    assert caught.value.status == 422
    assert door.request("GET", MEMORIES).status == 404


_LARGE = {"x": "é" * (MAX_METADATA_BYTES // 2)}

BAD: List[Tuple[str, Any, int]] = [
    ("speaker", "", 422),
    ("speaker", 7, 422),
    ("speaker", "x" * (MAX_SPEAKER_CHARS + 1), 422),
    ("session", "", 422),
    ("session", ["x"], 422),
    ("session", "x" * (MAX_SESSION_CHARS + 1), 422),
    ("occurred_at", 1_700_000_000, 422),
    ("occurred_at", "", 422),
    ("occurred_at", "yesterday", 422),
    ("occurred_at", "2026-05-08", 422),
    ("occurred_at", "2026-02-30T00:00:00Z", 422),
    ("occurred_at", "2026-05-08T24:00:00Z", 422),
    ("occurred_at", "2026-05-08T13:56:00+24:00", 422),
    ("occurred_at", "0001-01-01T00:00:00+01:00", 422),
    ("occurred_at", "٢٠٢٦-05-08T13:56:00Z", 422),
    ("metadata", [], 422),
    ("metadata", "x", 422),
    ("metadata", _LARGE, 413),
]


@pytest.mark.parametrize(("field", "value", "status"), BAD, ids=lambda value: repr(value)[:40])
def test_a_bad_field_is_named_and_nothing_is_stored(field: str, value: Any, status: int, door: Door) -> None:
    item = {"content": "x", field: value}
    one = door.request("POST", MEMORIES, item)
    assert (one.status, one.json()["details"]) == (status, {"field": field})
    batch = door.request("POST", MEMORIES, {"memories": [{"content": "y"}, item]})
    assert (batch.status, batch.json()["details"]) == (status, {"field": f"memories[1].{field}", "index": 1})
    assert door.request("GET", MEMORIES).status == 404


def test_metadata_has_room_to_the_byte(engram: EngramClient) -> None:
    room = MAX_METADATA_BYTES - len(json.dumps({"x": ""}, separators=(",", ":")))
    stored = engram.store_memory("It rained.", "b", metadata={"x": "y" * room})
    assert engram.get_memory(stored["id"], "b").get("metadata") == {"x": "y" * room}
    with pytest.raises(TooLargeError, match="metadata"):
        engram.store_memory("It poured.", "b", metadata={"x": "y" * (room + 1)})


def test_null_is_as_good_as_absent(door: Door) -> None:
    stored = door.request("POST", MEMORIES, {"content": "It rained.", **dict.fromkeys(GIVEN)})
    memory = door.request("GET", f"{MEMORIES}/{stored.json()['id']}").json()
    assert given_with(memory) == {}


def test_an_update_changes_what_it_gives_and_keeps_the_rest(engram: EngramClient) -> None:
    stored = engram.store_memory("I sold the boat.", "b", **GIVEN)["id"]
    kept = engram.update_memory(stored, "I sold the car.", "b")
    assert (kept["content"], given_with(kept)) == ("I sold the car.", GIVEN)
    changed = engram.update_memory(
        stored, "I sold the house.", "b", speaker="Bo", occurred_at="2026-06-01T00:00:00+02:00", metadata={}
    )
    expected = {**GIVEN, "speaker": "Bo", "occurred_at": "2026-05-31T22:00:00.000Z", "metadata": {}}
    assert given_with(changed) == given_with(engram.get_memory(stored, "b")) == expected


def test_an_update_moves_no_memory_to_another_session(door: Door) -> None:
    stored = door.request("POST", MEMORIES, {"content": "It rained.", "session": "one"}).json()["id"]
    changed = door.request("PATCH", f"{MEMORIES}/{stored}", {"content": "It poured.", "session": "two"})
    assert changed.json()["session"] == "one"


@pytest.mark.parametrize(("field", "value"), [("speaker", ""), ("occurred_at", "soon"), ("metadata", 1)])
def test_a_bad_update_changes_nothing(field: str, value: Any, door: Door) -> None:
    stored = door.request("POST", MEMORIES, {"content": "It rained.", "speaker": "Ana"}).json()["id"]
    answer = door.request("PATCH", f"{MEMORIES}/{stored}", {"content": "It poured.", field: value})
    assert (answer.status, answer.json()["details"]) == (422, {"field": field})
    memory = door.request("GET", f"{MEMORIES}/{stored}").json()
    assert (memory["content"], memory["version"]) == ("It rained.", 1)


# -- the same words are not the same memory when another said them


def test_the_same_words_of_another_speaker_or_time_are_stored(engram: EngramClient) -> None:
    items: List[MemoryItem] = [
        {"content": "I am off to the gym.", "speaker": "Ana", "occurred_at": WHEN},
        {"content": "I am off to the gym.", "speaker": "Bo", "occurred_at": WHEN},
        {"content": "I am off to the gym.", "speaker": "Ana", "occurred_at": "2026-05-09T13:56:00Z"},
        {"content": "I am off to the gym.", "speaker": "Ana", "occurred_at": WHEN},
    ]
    statuses = [stored["status"] for stored in engram.store_memories(items, "b")["memories"]]
    assert statuses == ["stored", "stored", "stored", "merged"]


# -- recall


def test_a_result_tells_who_said_it_and_when(engram: EngramClient) -> None:
    engram.store_memory("I sold the boat in the harbour.", "b", **GIVEN)
    engram.store_memory("[8 May 2023] Ana: The boat had a leak.", "b")
    engram.store_memory("Nobody needs another boat.", "b")
    by_content = {one["content"][-10:]: given_with(one["metadata"]) for one in found(engram, "Who has a boat?")}
    assert by_content == {
        "e harbour.": GIVEN,
        "ad a leak.": {"speaker": "Ana", "occurred_at": "2023-05-08T00:00:00.000Z"},
        "ther boat.": {},
    }


def test_a_question_finds_a_memory_by_its_speaker_and_its_date(engram: EngramClient) -> None:
    engram.store_memory("I sold the boat.", "b", speaker="Ximena", occurred_at="2026-05-08T13:56:00Z")
    engram.store_memories([f"The boat is {colour}." for colour in ("red", "green", "blue")], "b")
    for question in ("What did Ximena do?", "What happened on 8 May 2026?"):
        assert found(engram, question)[0]["content"] == "I sold the boat."


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        ("2020-01-01T00:00:00Z", []),
        ("2023-05-08T12:00:00Z", ["headed"]),
        ("2024-01-01T00:00:00+01:00", ["headed"]),
        ("2024-01-01T00:00:00Z", ["dated", "headed"]),
        (datetime(9999, 1, 1, tzinfo=timezone.utc), ["dated", "headed", "plain"]),
        (None, ["dated", "headed", "plain"]),
    ],
)
def test_as_of_knows_nothing_that_was_said_later(as_of: Any, known: List[str], engram: EngramClient) -> None:
    engram.store_memory("The dated boat.", "b", occurred_at="2024-01-01T00:00:00Z")
    engram.store_memory("[8 May 2023] The headed boat.", "b")
    engram.store_memory("The plain boat.", "b")
    assert sorted(one["content"].split()[-2] for one in found(engram, "Which boat?", as_of=as_of)) == known
    done = list(engram.query_stream("Which boat?", buckets=["b"], as_of=as_of))[-1]
    assert done["type"] == "done" and done["memories_found"] == len(known)


@pytest.mark.parametrize("as_of", ["", "yesterday", "2026-05-08T13:56:00", 7])
@pytest.mark.parametrize("stream", [False, True])
def test_an_as_of_that_is_no_moment_is_refused(as_of: Any, stream: bool, door: Door) -> None:
    answer = door.request("POST", "/v1/query", {"query": "x", "stream": stream, "options": {"as_of": as_of}})
    assert (answer.status, answer.json()["details"]) == (422, {"field": "options.as_of"})


def test_a_naive_as_of_is_refused_before_it_is_sent(engram: EngramClient) -> None:
    with pytest.raises(EngramError, match="as_of: .* has no time zone"):
        engram.query("x", as_of=datetime(2026, 5, 8))
