"""The five operations on entries, over every door: what they do, and what they refuse."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict

import pytest

from engram import EngramClient
from engram.errors import EngramError

from .doors import Door
from .engram_calls import Engrams, refused

CALLERS = 10


@pytest.fixture
def engrams(engram: EngramClient) -> Engrams:
    return Engrams(engram)


# -- add and append


def test_add_makes_an_entry_once(engrams: Engrams) -> None:
    receipt = engrams.imprint("add", {"id": "a", "content": {"n": 1}})
    assert (receipt["engram_id"], receipt["op"], receipt["id"], receipt["version"]) == ("ctx", "add", "a", 1)
    details = refused(lambda: engrams.imprint("add", {"id": "a", "content": {"n": 2}}), "exists", 409)
    assert details == {"engram_id": "ctx", "op": "add", "id": "a", "version": 1}
    assert engrams.contents() == [{"n": 1}]


def test_add_refuses_a_merge_key_that_is_there(engrams: Engrams) -> None:
    first = engrams.imprint("add", {"n": 1}, merge_key="k")
    details = refused(lambda: engrams.imprint("add", {"n": 2}, merge_key="k"), "exists", 409)
    assert details["id"] == first["id"]


def test_what_was_refused_holds_up_nobody(engrams: Engrams) -> None:
    engrams.imprint("add", {"id": "a", "n": 1})
    refused(lambda: engrams.imprint("add", {"id": "a", "n": 2}), "exists", 409)
    assert engrams.imprint("add", {"id": "b", "n": 2})["version"] == 1


def test_append_always_grows(engrams: Engrams) -> None:
    receipts = [engrams.imprint("append", {"content": word}, merge_key="log") for word in ("one", "two", "three")]
    assert [receipt["sequence"] for receipt in receipts] == [1, 2, 3]
    assert engrams.contents({"merge_key": "log"}) == ["one", "two", "three"]
    assert [hit["entry"]["sequence"] for hit in engrams.recall({"merge_key": "log"})["hits"]] == [1, 2, 3]


def test_append_keeps_an_id_that_is_free(engrams: Engrams) -> None:
    assert engrams.imprint("append", {"id": "a", "n": 1})["id"] == "a"
    assert engrams.imprint("append", {"id": "a", "n": 2})["id"] != "a"
    assert engrams.info()["entry_count"] == 2


# -- upsert and merge


def test_upsert_replaces_all_but_the_id_and_the_birth(engrams: Engrams, door: Door) -> None:
    first = engrams.imprint("upsert", {"old": 1, "tags": ["x"], "meta": {"m": 1}}, merge_key="k")
    before = engrams.recall()["hits"][0]["entry"]
    door.clock.now += 1
    second = engrams.imprint("upsert", {"new": 2}, merge_key="k")
    (after,) = [hit["entry"] for hit in engrams.recall()["hits"]]
    assert (first["version"], second["version"], after["version"]) == (1, 2, 2)
    assert first["id"] == second["id"] == after["id"]
    assert (after["content"], after["tags"], after["meta"]) == ({"new": 2}, [], {})
    assert after["created_at"] == before["created_at"] and after["updated_at"] > before["updated_at"]


def test_a_write_is_later_than_the_one_before_it_even_at_once(engrams: Engrams) -> None:
    moments = []
    for number in range(3):
        engrams.imprint("upsert", {"n": number}, merge_key="k")
        moments.append(engrams.recall()["hits"][0]["entry"]["updated_at"])
    assert moments == sorted(set(moments))


def test_upsert_does_not_take_the_id_of_another_key(engrams: Engrams) -> None:
    engrams.imprint("upsert", {"id": "a", "n": 1}, merge_key="k1")
    refused(lambda: engrams.imprint("upsert", {"id": "a", "n": 2}, merge_key="k2"), "exists", 409)
    assert engrams.contents() == [{"n": 1}]
    engrams.imprint("delete", merge_key="k1")
    assert engrams.imprint("upsert", {"id": "a", "n": 3}, merge_key="k2")["version"] == 1


def test_merge_goes_field_by_field(engrams: Engrams) -> None:
    old = {"a": {"q": [1, 2]}, "n": 5, "s": "old", "tags": ["x", "y"], "meta": {"m": [1]}}
    new = {"a": {"q": [2, 3], "r": 9}, "n": None, "s": "new", "tags": ["z", "y"], "meta": {"m": [2]}}
    engrams.imprint("upsert", old, merge_key="k")
    assert engrams.imprint("merge", new, merge_key="k")["version"] == 2
    (entry,) = [hit["entry"] for hit in engrams.recall()["hits"]]
    assert entry["content"] == {"a": {"q": [1, 2, 3], "r": 9}, "n": 5, "s": "new"}
    assert (entry["tags"], entry["meta"]) == (["x", "y", "z"], {"m": [1, 2]})


def test_merge_needs_something_to_merge_into(engrams: Engrams) -> None:
    details = refused(lambda: engrams.imprint("merge", {"n": 1}, merge_key="k"), "not_found", 404)
    assert details["op"] == "merge"
    assert engrams.of("other").list()["engrams"] == []


@pytest.mark.parametrize("op", ["upsert", "merge"])
def test_what_goes_by_key_needs_one(op: str, engrams: Engrams) -> None:
    refused(lambda: engrams.imprint(op, {"n": 1}), "bad_request", 400)


# -- delete


def test_delete_by_id_frees_the_id(engrams: Engrams) -> None:
    engrams.imprint("upsert", {"id": "a", "n": 1}, merge_key="k")
    engrams.imprint("upsert", {"n": 2}, merge_key="k")
    receipt = engrams.imprint("delete", {"id": "a"})
    assert (receipt["id"], receipt["version"], receipt["deleted"]) == ("a", 2, 1)
    assert engrams.contents() == []
    assert engrams.imprint("add", {"id": "a", "n": 3}, merge_key="k")["version"] == 1


def test_delete_of_what_is_not_there_is_no_fault(engrams: Engrams) -> None:
    engrams.imprint("add", {"n": 1})
    for target in ({"entry": {"id": "nobody"}}, {"merge_key": "nothing"}, {"merge_key": "nothing", "all": True}):
        receipt = engrams.imprint("delete", **target)
        assert (receipt["id"], receipt["version"], receipt["deleted"]) == (None, None, 0)


def test_delete_by_key_takes_the_newest_or_all(engrams: Engrams) -> None:
    for word in ("one", "two", "three", "four"):
        engrams.imprint("append", {"content": word}, merge_key="log")
    engrams.imprint("delete", merge_key="log")
    assert engrams.contents({"merge_key": "log"}) == ["one", "two", "three"]
    assert engrams.imprint("delete", merge_key="log", all=True)["deleted"] == 3
    assert engrams.contents() == []


@pytest.mark.parametrize(
    "body",
    [{}, {"entry": {}}, {"entry": {"id": "a"}, "all": True}, {"merge_key": "k", "all": True, "if_version": 1}],
    ids=repr,
)
def test_delete_needs_one_clear_target(body: Dict[str, Any], engrams: Engrams) -> None:
    refused(lambda: engrams.imprint("delete", **body), "bad_request", 400)


# -- versions, receipts


def test_a_version_that_is_not_the_one_is_told(engrams: Engrams) -> None:
    for number in range(2):
        engrams.imprint("upsert", {"id": "a", "n": number}, merge_key="k")
    for op, if_version in (("upsert", 1), ("upsert", 0), ("merge", 3), ("delete", 1), ("add", 0), ("append", 0)):
        details = refused(
            lambda: engrams.imprint(op, {"n": 9}, merge_key="k", if_version=if_version), "version_conflict", 409
        )
        assert (details["id"], details["version"]) == ("a", 2)
    assert engrams.imprint("merge", {"m": 1}, merge_key="k", if_version=2)["version"] == 3
    assert engrams.imprint("delete", {"id": "a"}, if_version=3)["deleted"] == 1
    details = refused(lambda: engrams.imprint("delete", {"id": "a"}, if_version=3), "version_conflict", 409)
    assert details["version"] == 0
    assert engrams.imprint("upsert", {"n": 1}, merge_key="k", if_version=0)["version"] == 1


def test_the_same_key_and_the_same_imprint_happen_once(engrams: Engrams) -> None:
    first = engrams.imprint("append", {"n": 1}, merge_key="k", idempotency_key="key", trace_id="t1")
    again = engrams.imprint("append", {"n": 1}, merge_key="k", idempotency_key="key", trace_id="t2")
    assert first == again
    refused(
        lambda: engrams.imprint("append", {"n": 2}, merge_key="k", idempotency_key="key"), "idempotency_mismatch", 422
    )
    assert engrams.contents() == [{"n": 1}]
    assert engrams.of("other").imprint("append", {"n": 2}, idempotency_key="key")["version"] == 1


def test_a_key_is_free_again_after_a_day(engrams: Engrams, door: Door) -> None:
    engrams.imprint("append", {"n": 1}, idempotency_key="key")
    door.clock.now += 24 * 60 * 60 + 1
    engrams.imprint("append", {"n": 2}, idempotency_key="key")
    assert engrams.info()["entry_count"] == 2


def test_a_refusal_is_not_remembered(engrams: Engrams) -> None:
    refused(lambda: engrams.imprint("merge", {"n": 1}, merge_key="k", idempotency_key="key"), "not_found", 404)
    engrams.imprint("upsert", {"n": 0}, merge_key="k")
    assert engrams.imprint("merge", {"n": 1}, merge_key="k", idempotency_key="key")["version"] == 2


# -- what is refused whole


@pytest.mark.parametrize(
    "entry",
    [
        {"tags": [{"a": 1}]},
        {"tags": "qa"},
        {"tags": ["a\x00b"]},
        {"id": ""},
        {"id": ".."},
        {"id": "a\nb"},
        {"id": 7},
        {"meta": []},
        {"merge_key": 1},
    ],
    ids=repr,
)
def test_an_entry_that_has_no_meaning_is_refused(entry: Dict[str, Any], engrams: Engrams) -> None:
    engrams.imprint("add", {"n": 1, "tags": ["qa"]})
    refused(lambda: engrams.imprint("add", {"n": 2, **entry}), "bad_request", 400)
    assert engrams.contents({"tag": "qa"}) == [{"n": 1}]
    assert engrams.info()["entry_count"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"op": "replace", "entry": {}},
        {"entry": {}},
        {"op": "add", "entry": [1]},
        {"op": "add", "entry": {}, "ttl_s": 0},
        {"op": "add", "entry": {}, "ttl_s": 1, "expires_at": "2027-01-01T00:00:00Z"},
        {"op": "add", "entry": {}, "expires_at": "tomorrow"},
        {"op": "add", "entry": {}, "if_version": -1},
        {"op": "add", "entry": {}, "all": True},
    ],
    ids=repr,
)
def test_an_imprint_that_has_no_meaning_is_refused(body: Dict[str, Any], door: Door) -> None:
    answer = door.request("POST", "/v1/engrams/ctx/imprint", body)
    assert (answer.status, answer.json()["code"]) == (400, "bad_request"), answer
    assert answer.json()["details"]["field"]


def test_an_entry_that_is_too_large_is_told_apart(engrams: Engrams) -> None:
    refused(lambda: engrams.imprint("add", {"text": "x" * 70_000}), "too_large", 413)


def test_keys_of_all_kinds_are_kept_as_they_are(engrams: Engrams) -> None:
    keys = ["naïve café?", 'say "hi"', "it's \"both\"", "two\nlines", "a\ttab", "back\\slash", "😀", "k" * 4096]
    for number, key in enumerate(keys):
        engrams.imprint("upsert", {"n": number}, merge_key=key)
    for number, key in enumerate(keys):
        assert engrams.contents({"merge_key": key}) == [{"n": number}]
        assert engrams.imprint("upsert", {"n": number}, merge_key=key)["version"] == 2


# -- at once


def _at_once(call: Any) -> Any:
    barrier = threading.Barrier(CALLERS)

    def begin(number: int) -> Any:
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(begin, range(CALLERS)))


def test_no_upsert_is_lost(engrams: Engrams) -> None:
    """Ten callers write one key ten times each: one entry, version 100, and each version in one receipt."""

    def write(caller: int) -> Any:
        return [
            engrams.imprint("upsert", {"caller": caller, "n": number}, merge_key="k")["version"] for number in range(10)
        ]

    versions = [version for mine in _at_once(write) for version in mine]
    assert sorted(versions) == list(range(1, 101))
    (entry,) = [hit["entry"] for hit in engrams.recall()["hits"]]
    assert entry["version"] == 100


def test_a_new_key_is_made_once(engrams: Engrams) -> None:
    receipts = [*_at_once(lambda caller: engrams.imprint("upsert", {"caller": caller}, merge_key="new"))]
    assert sorted(receipt["version"] for receipt in receipts) == list(range(1, CALLERS + 1))
    assert engrams.info()["entry_count"] == 1


def test_of_those_who_compare_one_version_one_writes(engrams: Engrams) -> None:
    def write(caller: int) -> int:
        answer = 0
        try:
            answer = engrams.imprint("upsert", {"caller": caller}, merge_key="k", if_version=0)["version"]
        except Exception as error:
            assert getattr(error, "code", "") == "version_conflict", error
        return answer

    assert sorted(_at_once(write)) == [0] * (CALLERS - 1) + [1]


def test_no_item_is_lost_that_is_added_by_comparing_and_swapping(engrams: Engrams) -> None:
    """16 callers add 20 items each to one list: who finds that it was written meanwhile reads it again."""
    engrams.imprint("upsert", {"items": []}, merge_key="list")

    def add(caller: int) -> None:
        for number in range(20):
            while not _swapped(engrams, caller * 20 + number):
                pass

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(16)))
    (hit,) = engrams.recall({"merge_key": "list"})["hits"]
    assert sorted(hit["entry"]["content"]["items"]) == list(range(320))
    assert hit["entry"]["version"] == 321


def _swapped(engrams: Engrams, item: int) -> bool:
    """Add an item to the list as it is read; return whether nobody had written it meanwhile."""
    (hit,) = engrams.recall({"merge_key": "list"})["hits"]
    items, version = hit["entry"]["content"]["items"], hit["entry"]["version"]
    try:
        engrams.imprint("upsert", {"items": [*items, item]}, merge_key="list", if_version=version)
    except EngramError as error:
        assert error.code == "version_conflict", error
        return False
    return True
