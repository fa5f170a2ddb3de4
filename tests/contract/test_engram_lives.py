"""What becomes of entries over every door: they expire, they have a past, traces are taken back, they are memories."""

from __future__ import annotations

from typing import Any, List

import pytest

from engram import EngramClient
from engram.errors import ConflictError, NotFoundError

from .doors import Door
from .engram_calls import Engrams, refused

DAY_SECONDS = 24 * 60 * 60


@pytest.fixture
def engrams(engram: EngramClient) -> Engrams:
    return Engrams(engram)


def _found(engram: EngramClient, question: str) -> List[Any]:
    result = engram.query(question, buckets=["ctx"], skip_synthesis=True)
    return [dict(memory) for memory in result["explanation"]["retrieved_memories"]]


# -- how long they live


def test_what_expires_is_gone_everywhere(engrams: Engrams, door: Door) -> None:
    engrams.imprint("add", {"id": "a", "text": "alpha centauri"}, ttl_s=1, merge_key="k")
    engrams.imprint("add", {"id": "b", "text": "alpha romeo"})
    assert len(engrams.contents({"text": "alpha"})) == len(_found(engrams.client, "alpha")) == 2
    door.clock.now += 1.5
    for text in ("", "alpha"):
        assert engrams.contents({"text": text}) == [{"text": "alpha romeo"}]
    gone: List[Any] = [{"id": "a"}, {"merge_key": "k"}, {"text": "centauri"}, {"where": {"text": "alpha centauri"}}]
    for query in gone:
        assert engrams.contents(query) == []
    assert engrams.info()["entry_count"] == 1
    assert len(_found(engrams.client, "alpha")) == engrams.client.list_memories("ctx")["total"] == 1
    assert engrams.client.list_buckets()[0]["memory_count"] == 1
    with pytest.raises(NotFoundError):
        engrams.client.get_memory("a", "ctx")


@pytest.mark.parametrize("looked", [False, True], ids=["unseen", "swept"])
def test_the_id_and_the_key_of_what_expired_are_free(looked: bool, engrams: Engrams, door: Door) -> None:
    engrams.imprint("add", {"id": "a", "n": 1}, ttl_s=1, merge_key="k")
    door.clock.now += 1.5
    if looked:
        engrams.client.list_memories("ctx")
    refused(lambda: engrams.imprint("merge", {"n": 2}, merge_key="k"), "not_found", 404)
    assert engrams.imprint("delete", {"id": "a"})["deleted"] == 0
    assert engrams.imprint("add", {"id": "a", "n": 2}, merge_key="k")["version"] == 1
    assert engrams.contents() == [{"n": 2}]


def test_an_upsert_sets_the_end_anew_and_a_merge_keeps_it(engrams: Engrams, door: Door) -> None:
    ends = "2026-01-01T00:01:00.000Z"
    receipt = engrams.imprint("upsert", {"n": 1}, merge_key="k", expires_at="2026-01-01T02:01:00+02:00")
    assert receipt["expires_at"] == ends
    assert engrams.imprint("merge", {"m": 1}, merge_key="k")["expires_at"] == ends
    assert "expires_at" not in engrams.imprint("upsert", {"n": 2}, merge_key="k")
    door.clock.now += 100
    assert engrams.contents() == [{"n": 2}]


# -- their past


def test_every_prior_version_is_told(engrams: Engrams, door: Door) -> None:
    engrams.imprint("upsert", {"id": "a", "n": 1, "tags": ["x"]}, merge_key="k", author="ana")
    door.clock.now += 1
    engrams.imprint("upsert", {"n": 2}, merge_key="k", author="bo", trace_id="t")
    engrams.imprint("merge", {"m": 3}, merge_key="k")
    second, first = engrams.history("a")
    assert (first["version"], first["content"], first["tags"], first["author"]) == (1, {"n": 1}, ["x"], "ana")
    assert (first["replaced_by"], first["replaced_in"]) == ("upsert", "t")
    assert first["replaced_at"] == second["updated_at"] == "2026-01-01T00:00:01.000Z"
    assert (second["version"], second["content"], second["replaced_by"]) == (2, {"n": 2}, "merge")
    refused(lambda: engrams.history("nobody"), "not_found", 404)


def test_what_is_deleted_leaves_a_past_only_when_asked_to(engrams: Engrams) -> None:
    for entry_id, keep in (("gone", False), ("kept", True)):
        engrams.imprint("upsert", {"id": entry_id, "n": 1}, merge_key=entry_id)
        engrams.imprint("upsert", {"n": 2}, merge_key=entry_id)
        engrams.imprint("delete", {"id": entry_id}, keep_history=keep)
    refused(lambda: engrams.history("gone"), "not_found", 404)
    assert [(one["version"], one["replaced_by"]) for one in engrams.history("kept")] == [(2, "delete"), (1, "upsert")]
    engrams.imprint("add", {"id": "kept", "n": 3})
    assert len(engrams.history("kept")) == 2
    assert engrams.purge(id="kept") == 2
    assert engrams.history("kept") == []


def test_the_past_is_forgotten_up_to_a_moment(engrams: Engrams, door: Door) -> None:
    for number in range(4):
        engrams.imprint("upsert", {"id": "a", "n": number}, merge_key="k")
        door.clock.now += 1
    assert engrams.purge(before="2026-01-01T00:00:02Z") == 1
    assert [one["version"] for one in engrams.history("a")] == [3, 2]
    assert engrams.purge() == 2


def test_the_past_is_bounded(engrams: Engrams) -> None:
    for number in range(110):
        engrams.imprint("upsert", {"id": "a", "n": number}, merge_key="k")
    assert [one["version"] for one in engrams.history("a")] == list(range(109, 9, -1))


# -- traces


def test_a_trace_is_taken_back_whole(engrams: Engrams) -> None:
    for entry_id in ("changed", "deleted"):
        engrams.imprint("upsert", {"id": entry_id, "v": "before", "tags": ["t"]}, merge_key=entry_id, author="ana")
    engrams.imprint("upsert", {"v": "during"}, merge_key="changed", trace_id="t")
    engrams.imprint("merge", {"w": 1}, merge_key="changed", trace_id="t")
    engrams.imprint("delete", {"id": "deleted"}, trace_id="t")
    engrams.imprint("add", {"id": "added", "v": "during"}, trace_id="t")
    engrams.client.list_memories("ctx")
    result = engrams.roll_back("t")
    assert result["conflicts"] == []
    assert {one["id"]: one["version"] for one in result["restored"]} == {"changed": 4, "deleted": 2, "added": None}
    hits = engrams.recall({"text": "before", "tag": "t"})["hits"]
    assert sorted(hit["id"] for hit in hits) == ["changed", "deleted"]
    assert {hit["entry"]["author"] for hit in hits} == {"ana"}
    assert engrams.info()["entry_count"] == engrams.client.list_memories("ctx")["total"] == 2
    assert engrams.roll_back("t") == {"trace_id": "t", "restored": [], "conflicts": []}


def test_what_another_wrote_since_stays(engrams: Engrams) -> None:
    engrams.imprint("upsert", {"id": "a", "v": "before"}, merge_key="k")
    engrams.imprint("upsert", {"v": "during"}, merge_key="k", trace_id="t")
    engrams.imprint("upsert", {"v": "theirs"}, merge_key="k", trace_id="other")
    result = engrams.roll_back("t")
    assert result["restored"] == []
    assert result["conflicts"] == [{"engram_id": "ctx", "id": "a", "expected_version": 2, "version": 3}]
    assert engrams.contents() == [{"v": "theirs"}]


def test_what_came_back_meanwhile_is_not_overwritten(engrams: Engrams) -> None:
    engrams.imprint("upsert", {"id": "a", "v": "before"}, merge_key="k")
    engrams.imprint("delete", {"id": "a"}, trace_id="t")
    engrams.imprint("upsert", {"id": "b", "v": "theirs"}, merge_key="k")
    assert [one["id"] for one in engrams.roll_back("t")["conflicts"]] == ["a"]
    assert engrams.contents() == [{"v": "theirs"}]


def test_what_is_committed_stands(engrams: Engrams) -> None:
    engrams.imprint("upsert", {"v": 1}, merge_key="k", trace_id="t")
    engrams.imprint("upsert", {"v": 2}, merge_key="k", trace_id="t")
    assert engrams.commit("t") == 2
    assert engrams.commit("t") == 0
    assert engrams.roll_back("t")["restored"] == []
    assert engrams.contents() == [{"v": 2}]


def test_a_trace_that_nobody_ends_ends_after_a_day(engrams: Engrams, door: Door) -> None:
    for number in range(50):
        engrams.imprint("add", {"id": f"e{number}", "n": number}, trace_id=f"t{number}")
    door.clock.now += DAY_SECONDS + 1
    engrams.imprint("add", {"n": "last"}, trace_id="last")
    assert sum(engrams.commit(f"t{number}") for number in range(50)) == 0
    assert engrams.commit("last") == 1


# -- they are memories


def test_an_entry_is_found_by_a_question_which_tells_its_key(engrams: Engrams) -> None:
    entry = {"question": "where does Ana live", "answer": "in Lisbon"}
    receipt = engrams.imprint("upsert", entry, merge_key="q:ana")
    engrams.imprint("add", {"text": "The harbour is closed."})
    (memory,) = _found(engrams.client, "Where in Lisbon does Ana live?")[:1]
    assert memory["memory_id"] == receipt["id"]
    assert memory["metadata"]["metadata"] == {"merge_key": "q:ana"}
    assert memory["content"] == "question: where does Ana live\nanswer: in Lisbon"


def test_the_memory_follows_the_entry(engrams: Engrams, door: Door) -> None:
    receipt = engrams.imprint("upsert", {"text": "a red apple"}, merge_key="k")
    engrams.client.list_memories("ctx")
    door.clock.now += 5
    for text in ("a green pear", "a blue plum"):
        engrams.imprint("upsert", {"text": text}, merge_key="k")
    assert _found(engrams.client, "red apple") == []
    (memory,) = engrams.client.list_memories("ctx")["memories"]
    (entry,) = [hit["entry"] for hit in engrams.recall()["hits"]]
    assert (memory["id"], memory["content"], memory["version"]) == (receipt["id"], "text: a blue plum", 3)
    assert (memory["created_at"], memory["updated_at"]) == (entry["created_at"], entry["updated_at"])
    engrams.imprint("delete", merge_key="k")
    assert engrams.client.list_memories("ctx")["total"] == 0
    assert _found(engrams.client, "plum") == []


def test_deleting_the_memory_deletes_the_entry(engrams: Engrams) -> None:
    for entry_id in ("a", "b"):
        engrams.imprint("upsert", {"id": entry_id, "text": "alpha"}, merge_key=entry_id)
        engrams.imprint("upsert", {"text": "alpha beta"}, merge_key=entry_id)
    engrams.client.delete_memory("a", "ctx")
    assert [hit["id"] for hit in engrams.recall({"text": "alpha"})["hits"]] == ["b"]
    refused(lambda: engrams.history("a"), "not_found", 404)
    engrams.client.clear_memories("ctx")
    assert engrams.contents() == []
    refused(lambda: engrams.history("b"), "not_found", 404)
    assert engrams.imprint("add", {"id": "a", "n": 1}, merge_key="a")["version"] == 1
    engrams.client.delete_bucket("ctx")
    refused(engrams.recall, "unavailable", 404)
    assert engrams.list()["engrams"] == []


def test_an_entry_and_a_memory_do_not_share_an_id(engrams: Engrams) -> None:
    memory_id = engrams.client.store_memory("a plain memory", "ctx")["id"]
    refused(lambda: engrams.imprint("add", {"id": memory_id, "n": 1}), "exists", 409)
    assert engrams.contents() == []
    assert engrams.imprint("append", {"id": "mine", "n": 1})["id"] == "mine"
    with pytest.raises(ConflictError, match="imprint"):
        engrams.client.update_memory("mine", "other words", "ctx")
    assert engrams.client.get_memory("mine", "ctx")["content"] == "n: 1"


@pytest.mark.parametrize("entry", [{}, {"content": ""}, {"content": None}, {"content": [[], {"a": None}]}], ids=repr)
def test_an_entry_that_says_nothing_is_a_memory_all_the_same(entry: Any, engrams: Engrams) -> None:
    receipt = engrams.imprint("add", entry)
    assert [memory["id"] for memory in engrams.client.list_memories("ctx")["memories"]] == [receipt["id"]]
    assert engrams.contents() == [entry.get("content", {})]


def test_a_write_is_read_at_once(engrams: Engrams) -> None:
    for number in range(50):
        engrams.imprint("append", {"text": f"note number {number}"})
        assert len(engrams.contents({"text": f"number {number}"})) == 1
