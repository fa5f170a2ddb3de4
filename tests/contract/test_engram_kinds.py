"""Engrams over every door: what there is, of which kind, and what several of them answer together."""

from __future__ import annotations

from itertools import count
from typing import Any, List

import pytest

from engram import EngramClient
from engram_server.app import build_app
from engram_server.config import Settings
from engram_server.wire import Request

from .doors import KEY, OTHER_KEY, START, Door
from .engram_calls import Engrams, refused


@pytest.fixture
def engrams(engram: EngramClient) -> Engrams:
    return Engrams(engram)


@pytest.fixture
def three(engrams: Engrams) -> List[Engrams]:
    """Three engrams of one kind, and one of another."""
    engrams.of("other").register(kind="other")
    made = [engrams.of(name) for name in "abc"]
    for one in made:
        one.register(kind="context")
    return made


def test_an_engram_is_made_by_its_first_write_or_by_name(engrams: Engrams) -> None:
    engrams.imprint("add", {"n": 1})
    info = engrams.of("named").register(kind="context")
    assert (info["engram_id"], info["kind"], info["entry_count"]) == ("named", "context", 0)
    assert [(one["engram_id"], one["kind"], one["entry_count"]) for one in engrams.list()["engrams"]] == [
        ("ctx", None, 1),
        ("named", "context", 0),
    ]
    assert [one["engram_id"] for one in engrams.list(kind="context")["engrams"]] == ["named"]


def test_engrams_are_listed_a_page_at_a_time(engrams: Engrams) -> None:
    for number in range(5):
        engrams.of(f"e{number}").register()
    first = engrams.list(limit=3)
    rest = engrams.list(limit=3, cursor=first["next_cursor"])
    names = [one["engram_id"] for one in (*first["engrams"], *rest["engrams"])]
    assert names == [f"e{number}" for number in range(5)] and rest["next_cursor"] is None


def test_a_kind_is_given_once(engrams: Engrams) -> None:
    engrams.imprint("add", {"n": 1})
    assert engrams.register(kind="k1")["kind"] == "k1"
    assert engrams.register()["kind"] == engrams.register(kind="k1")["kind"] == "k1"
    assert refused(lambda: engrams.register(kind="k2"), "kind_conflict", 409)["kind"] == "k1"


def test_engrams_of_one_store_know_nothing_of_each_other(engrams: Engrams) -> None:
    one, two = engrams.of("one"), engrams.of("two")
    one.register(kind="k1")
    two.register(kind="k2")
    one.imprint("upsert", {"id": "a", "text": "alpha", "tags": ["t"]}, merge_key="k")
    two.imprint("upsert", {"id": "a", "text": "alpha two", "tags": ["t"]}, merge_key="k")
    for query in ({}, {"text": "alpha"}, {"tag": "t"}, {"merge_key": "k"}, {"id": "a"}, {"where": {"text": "alpha"}}):
        assert one.contents(query) == [{"text": "alpha"}], query
    assert one.imprint("delete", {"id": "a"})["deleted"] == 1
    assert two.contents() == [{"text": "alpha two"}]


def test_tenants_know_nothing_of_each_other(door: Door) -> None:
    mine, theirs = (Engrams(door.client(key)) for key in (KEY, OTHER_KEY))
    mine.register(kind="k")
    mine.imprint("add", {"id": "a", "text": "alpha"}, trace_id="t")
    refused(theirs.recall, "unavailable", 404)
    refused(lambda: theirs.recall_many(kind="k"), "unavailable", 404)
    theirs.imprint("add", {"id": "a", "text": "alpha of theirs"}, trace_id="t")
    assert theirs.contents({"text": "alpha"}) == [{"text": "alpha of theirs"}]
    assert len(theirs.roll_back("t")["restored"]) == 1
    assert mine.contents() == [{"text": "alpha"}]


# -- recall by kind


def test_first_is_one_engram_that_has_something(three: List[Engrams]) -> None:
    three[1].imprint("add", {"text": "alpha"})
    three[2].imprint("add", {"text": "alpha"})
    result = three[0].recall_many({"text": "alpha"}, kind="context")
    assert (result["engram_ids"], [hit["engram_id"] for hit in result["hits"]]) == (["b"], ["b"])
    assert three[0].recall_many({"text": "beta"}, kind="context")["engram_ids"] == ["a"]


def test_all_has_every_hit(three: List[Engrams], door: Door) -> None:
    for one in three:
        one.imprint("upsert", {"text": f"alpha {one.engram_id}"}, merge_key="k")
        door.clock.now += 1
    result = three[0].recall_many({"text": "alpha"}, kind="context", recall_mode="all")
    assert result["engram_ids"] == ["a", "b", "c"]
    assert [(hit["engram_id"], hit["sources"]) for hit in result["hits"]] == [("c", ["c"]), ("b", ["b"]), ("a", ["a"])]
    assert (result["partial"], result["timed_out"], result["errors"]) == (False, [], [])
    cut = three[0].recall_many({"text": "alpha", "top_k": 2}, kind="context", recall_mode="all")
    assert len(cut["hits"]) == 2 and cut["truncated"]


def test_merge_has_each_entry_once(three: List[Engrams], door: Door) -> None:
    a, b, c = three
    a.imprint("upsert", {"v": "old", "tags": ["x"]}, merge_key="k")
    b.imprint("upsert", {"v": "older", "tags": ["y"]}, merge_key="k")
    a.imprint("upsert", {"v": "new", "tags": ["x"]}, merge_key="k")
    b.imprint("add", {"id": "shared", "v": 1})
    door.clock.now += 1
    c.imprint("add", {"id": "shared", "v": 2})
    for number in range(2):
        c.imprint("append", {"v": f"step {number}"}, merge_key="log")
    hits = a.recall_many(kind="context", recall_mode="merge")["hits"]
    found = {(str(hit["entry"]["content"]["v"]), hit["engram_id"], tuple(hit["sources"])) for hit in hits}
    assert found == {
        ("new", "a", ("a", "b")),
        ("2", "c", ("b", "c")),
        ("step 0", "c", ("c",)),
        ("step 1", "c", ("c",)),
    }
    (keyed,) = [hit for hit in hits if hit["entry"]["content"]["v"] == "new"]
    assert keyed["entry"]["tags"] == ["x", "y"]


@pytest.mark.parametrize("mode", ["first", "all", "merge"])
def test_entries_of_one_key_are_in_their_sequence(mode: str, three: List[Engrams], door: Door) -> None:
    for number in (1, 2, 3):
        three[0].imprint("append", {"n": number}, merge_key="log")
        door.clock.now += 1
    hits = three[0].recall_many({"merge_key": "log"}, kind="context", recall_mode=mode)["hits"]
    assert [hit["entry"]["content"]["n"] for hit in hits] == [1, 2, 3]


def test_no_engram_of_a_kind_is_told(engrams: Engrams) -> None:
    assert refused(lambda: engrams.recall_many(kind="nobody"), "unavailable", 404) == {"kind": "nobody"}
    refused(lambda: engrams.imprint_many("add", {}, kind="nobody"), "unavailable", 404)


def test_none_in_time_is_no_empty_answer(three: List[Engrams]) -> None:
    details = refused(lambda: three[0].recall_many(kind="context", deadline_ms=0), "timeout", 504)
    assert details == {"timed_out": ["a", "b", "c"]}


def test_those_that_are_not_reached_in_time_are_told() -> None:
    """The clock moves by 200 ms whenever it is looked at."""
    steps = count()
    app = build_app(Settings(db=":memory:", api_keys=(("t", KEY),)), clock=lambda: START + 0.2 * next(steps))

    def ask(method: str, path: str, body: bytes) -> Any:
        headers = {"authorization": f"Bearer {KEY}"}
        answer = app.handle(Request(method, path, "", headers, body))
        assert answer.status == 200, answer
        return answer.body

    try:
        for name in "abcdefgh":
            ask("PUT", f"/v1/engrams/{name}", b'{"kind": "k"}')
        body = ask("POST", "/v1/recall", b'{"kind": "k", "recall_mode": "all", "deadline_ms": 1000}')
        assert b'"partial":true' in body and b'"timed_out":["' in body and b'"engram_ids":["a"' in body
    finally:
        app.close()


# -- imprint by kind


def test_a_write_to_several_must_be_meant(three: List[Engrams]) -> None:
    refused(lambda: three[0].imprint_many("add", {"n": 1}, kind="context"), "bad_request", 400)
    assert [one.info()["entry_count"] for one in three] == [0, 0, 0]
    receipts = three[0].imprint_many("add", {"n": 1}, kind="context", broadcast=True)
    assert [(one["engram_id"], one["version"]) for one in receipts] == [("a", 1), ("b", 1), ("c", 1)]
    assert [one.contents() for one in three] == [[{"n": 1}]] * 3
    (receipt,) = three[0].imprint_many("add", {"n": 2}, kind="other")
    assert receipt["engram_id"] == "other"


def test_one_that_refuses_has_its_own_receipt(three: List[Engrams]) -> None:
    three[1].imprint("add", {"id": "x", "n": 1})
    receipts = three[0].imprint_many("add", {"id": "x", "n": 2}, kind="context", broadcast=True)
    assert [one.get("error_code") for one in receipts] == [None, "exists", None]
    assert (receipts[1]["id"], receipts[1]["version"]) == ("x", 1)
    assert [one.contents() for one in three] == [[{"n": 2}], [{"n": 1}], [{"n": 2}]]
