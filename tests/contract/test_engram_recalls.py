"""Recall over every door: what matches and how well, in which order, and what is no query."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List

import pytest

from engram import EngramClient

from .doors import START, Door
from .engram_calls import Engrams, refused


@pytest.fixture
def engrams(engram: EngramClient) -> Engrams:
    return Engrams(engram)


def _moment(hours: float, offset: int = 0) -> str:
    zone = timezone(timedelta(hours=offset))
    return (datetime.fromtimestamp(START, zone) + timedelta(hours=hours)).isoformat()


# -- entries of any form


def test_free_form_keys_are_the_content(engrams: Engrams) -> None:
    engrams.imprint("add", {"question": "how", "answer": 42, "tags": ["b", "a", "b"], "meta": {"by": "x"}})
    (entry,) = [hit["entry"] for hit in engrams.recall()["hits"]]
    assert (entry["content"], entry["fields"]) == ({"question": "how", "answer": 42}, {})
    assert (entry["tags"], entry["meta"], entry["merge_key"]) == (["a", "b"], {"by": "x"}, None)


def test_keys_beside_a_content_are_kept_beside_it(engrams: Engrams) -> None:
    engrams.imprint("add", {"content": ["one"], "source": "paper"})
    (entry,) = [hit["entry"] for hit in engrams.recall({"text": "paper"})["hits"]]
    assert (entry["content"], entry["fields"]) == (["one"], {"source": "paper"})
    assert engrams.contents({"where": {"source": "paper"}}) == [["one"]]


def test_who_wrote_what_in_which_trace_is_told(engrams: Engrams) -> None:
    engrams.imprint("upsert", {"n": 1}, merge_key="k", trace_id="t1", author="ana")
    engrams.imprint("upsert", {"n": 2}, merge_key="k", trace_id="t2", author="bo")
    (entry,) = [hit["entry"] for hit in engrams.recall()["hits"]]
    assert (entry["trace_id"], entry["author"]) == ("t2", "bo")
    assert entry["created_at"].endswith("Z") and entry["updated_at"].endswith("Z")


# -- what matches


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("naïve", True),
        ("NAÏVE", True),
        ("nai\u0308ve", True),
        ("naive", False),
        ("say \"hi\" and it's", True),
        ("two\nlines", True),
        ("back\\slash", True),
        ("😀", True),
        ("42", True),
        ("2.5", True),
        ("true", True),
        ("", True),
        ("none", False),
        ("null", False),
        ("key", False),
        (",", False),
        ("{", False),
        ("tagged", False),
    ],
)
@pytest.mark.parametrize("settled", [False, True], ids=["just written", "indexed"])
def test_a_text_is_a_part_of_one_value(text: str, found: bool, settled: bool, engrams: Engrams) -> None:
    values = ["naïve café?", "say \"hi\" and it's two\nlines\tback\\slash 😀", None, 42, 2.5, True]
    engrams.imprint("add", {"key": values, "tags": ["tagged"]})
    if settled:
        engrams.client.list_memories("ctx")
    assert bool(engrams.contents({"text": text})) is found


@pytest.mark.parametrize("text", ["'", '"', "none", "null", "\x1e", "\x00"])
def test_what_stands_between_values_is_not_found(text: str, engrams: Engrams) -> None:
    engrams.imprint("add", {"a": "one", "b": None, "c": [True, "two"]})
    assert engrams.contents({"text": text}) == []


@pytest.mark.parametrize("settled", [False, True], ids=["just written", "indexed"])
def test_words_stand_anywhere_and_are_whole(settled: bool, engrams: Engrams) -> None:
    engrams.imprint("add", {"a": "The red fox", "b": "an apple of 7 suns"})
    engrams.imprint("add", {"a": "redder apples"})
    if settled:
        engrams.client.list_memories("ctx")
    for words in ("red apple", ["apple", "RED"], "7", "fox, apple!"):
        assert len(engrams.contents({"words": words})) == 1, words
    for words in ("apple bear", "re", "foxes"):
        assert engrams.contents({"words": words}) == [], words
    assert len(engrams.contents({"words": ""})) == 2


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"action": "read"}, [1, 3]),
        ({"action": "Read"}, []),
        ({"action": "rea"}, []),
        ({"action": "read", "allowed": True}, [1]),
        ({"allowed": 1}, []),
        ({"limit": 5}, [2]),
        ({"limit": 5.0}, [2]),
        ({"limit": None}, [3]),
        ({"on": {"host": "a"}}, [2]),
        ({"on": {"host": "a", "port": 2}}, []),
        ({"on": {}}, [2]),
        ({"list": [1, "x"]}, [2]),
        ({"list": [1]}, []),
        ({"nothing": None}, []),
        ({}, [1, 2, 3]),
    ],
    ids=repr,
)
def test_where_asks_for_exact_fields(where: Dict[str, Any], found: List[int], engrams: Engrams) -> None:
    engrams.imprint("add", {"n": 1, "action": "read", "allowed": True})
    engrams.imprint("add", {"n": 2, "action": "write", "limit": 5, "on": {"host": "a", "port": 1}, "list": [1, "x"]})
    engrams.imprint("add", {"n": 3, "action": "read", "allowed": False, "limit": None})
    assert sorted(content["n"] for content in engrams.contents({"where": where})) == found


def test_tags_ids_and_keys_are_exact_and_all_must_hold(engrams: Engrams) -> None:
    engrams.imprint("add", {"id": "a", "n": 1, "tags": ["x", "y"]}, merge_key="k")
    engrams.imprint("add", {"id": "b", "n": 2, "tags": ["x"]})
    assert len(engrams.contents({"tag": "x"})) == 2
    assert engrams.contents({"tag": "X"}) == []
    assert engrams.contents({"tags": ["x", "y"]}) == [{"n": 1}]
    assert engrams.contents({"tag": "x"}, filters={"tags": ["y"]}) == [{"n": 1}]
    assert engrams.contents({"tag": "x", "merge_key": "k"}) == [{"n": 1}]
    assert engrams.contents({"id": "b"}) == [{"n": 2}]
    assert engrams.contents({"id": "b", "merge_key": "k"}) == []


def test_spans_are_compared_as_moments(engrams: Engrams) -> None:
    engrams.imprint("add", {"n": 1})
    for filters, found in (
        ({"since": _moment(-1, +10)}, True),
        ({"since": _moment(+1, -10)}, False),
        ({"until": _moment(+1, -10)}, True),
        ({"until": _moment(-1, +10)}, False),
        ({"since": _moment(0), "until": _moment(0)}, True),
    ):
        assert bool(engrams.contents({}, filters=filters)) is found, filters
        assert bool(engrams.contents({"text": "1"}, filters=filters)) is found, filters


# -- in which order


@pytest.mark.parametrize("settled", [False, True], ids=["just written", "indexed"])
def test_the_best_comes_first_however_new_the_others_are(settled: bool, engrams: Engrams, door: Door) -> None:
    engrams.imprint("add", {"content": "alpha"})
    for number in range(5):
        door.clock.now += 1
        engrams.imprint("add", {"content": f"{number} alpha and much else"})
    if settled:
        engrams.client.list_memories("ctx")
    result = engrams.recall({"text": "Alpha", "top_k": 3})
    assert [hit["entry"]["content"] for hit in result["hits"]] == [
        "alpha",
        "4 alpha and much else",
        "3 alpha and much else",
    ]
    assert [hit["score"] for hit in result["hits"]] == [1.0, 5 / 21, 5 / 21]
    assert result["truncated"] and result["next_cursor"]
    assert len(engrams.recall({"text": "alpha"}, min_confidence=0.5)["hits"]) == 1


def test_without_a_text_the_last_written_comes_first(engrams: Engrams, door: Door) -> None:
    for number in range(4):
        engrams.imprint("upsert", {"n": number}, merge_key=f"k{number}")
        door.clock.now += 1
    engrams.imprint("merge", {"more": 1}, merge_key="k0")
    assert [content["n"] for content in engrams.contents()] == [0, 3, 2, 1]


@pytest.mark.parametrize(
    "query", [{}, {"text": "fact"}, {"merge_key": "log"}, {"tag": "t"}, {"where": {"same": 1}}], ids=repr
)
def test_a_cursor_leads_through_all_of_it(query: Dict[str, Any], engrams: Engrams, door: Door) -> None:
    for number in range(11):
        if number % 3:
            door.clock.now += 1
        entry = {"same": 1, "text": f"fact {number // 2}", "tags": ["t"]}
        engrams.imprint("append", entry, merge_key="log")
    whole = [hit["id"] for hit in engrams.recall(query)["hits"]]
    assert len(whole) == 11
    pages: List[str] = []
    cursor = None
    while True:
        page = engrams.recall({**query, "top_k": 4}, cursor=cursor)
        pages += [hit["id"] for hit in page["hits"]]
        cursor = page["next_cursor"]
        assert page["truncated"] is (cursor is not None)
        if cursor is None:
            break
    assert pages == whole


def test_what_is_returned_is_a_copy(engrams: Engrams) -> None:
    entry: Any = {"list": [1], "tags": ["t"]}
    engrams.imprint("add", entry)
    hit = engrams.recall()["hits"][0]
    hit["entry"]["content"]["list"].append(2)
    entry["list"].append("3")
    assert engrams.contents() == [{"list": [1]}]


# -- what is no query


@pytest.mark.parametrize("top_k", [0, -1, None, "3", 1001, 2.5, True])
def test_top_k_is_a_number_in_bounds(top_k: Any, engrams: Engrams) -> None:
    engrams.imprint("add", {"n": 1})
    details = refused(lambda: engrams.recall({"top_k": top_k}), "bad_query", 400)
    assert details["field"] == "query.top_k"


def test_an_unknown_key_never_finds_everything(engrams: Engrams) -> None:
    engrams.imprint("add", {"action": "delete", "allowed": False})
    details = refused(lambda: engrams.recall({"action": "delete"}), "bad_query", 400)
    assert details["field"] == "query.action"
    refused(lambda: engrams.recall({}, filters={"tag": "x"}), "bad_query", 400)
    refused(lambda: engrams.recall_many({"action": "x"}, kind="k"), "bad_query", 400)
    assert engrams.contents({"where": {"action": "delete", "allowed": True}}) == []
    details = refused(lambda: engrams.recall_many({}, kind="k", tag="x"), "bad_query", 400)
    assert details["field"] == "tag"
    assert len(engrams.recall({"action": "delete"}, lenient=True, text="x")["hits"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"query": {"text": 1}},
        {"query": {"words": [1]}},
        {"query": {"where": "x"}},
        {"query": {"tags": "x"}},
        {"query": {"tag": "a\x00"}},
        {"query": []},
        {"text": "beside the query"},
        {"query": {}, "top_k": 1},
        {"query": {}, "since": "2026-01-01T00:00:00Z"},
        {"filters": {"since": "yesterday"}},
        {"filters": {"until": "2026-01-01T00:00:00"}},
        {"min_confidence": 2},
        {"cursor": "nonsense"},
        {"cursor": "ZW5ncmFtMTo3"},
    ],
    ids=repr,
)
def test_a_query_that_has_no_meaning_is_refused(body: Dict[str, Any], door: Door) -> None:
    door.request("PUT", "/v1/engrams/ctx", {})
    answer = door.request("POST", "/v1/engrams/ctx/recall", body)
    assert (answer.status, answer.json()["code"]) == (400, "bad_query"), answer


def test_an_engram_that_is_not_there_is_told(engrams: Engrams) -> None:
    assert refused(engrams.recall, "unavailable", 404) == {"engram_id": "ctx"}
    refused(engrams.info, "unavailable", 404)
    engrams.register()
    assert engrams.recall()["hits"] == []
