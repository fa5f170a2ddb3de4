"""Engrams made of handlers, asked without a Dendrite."""

from __future__ import annotations

from typing import Dict, List

import pytest

from engram.engrams import Engram, EngramArgumentError, Hit, ImprintReceipt, RecallResult
from engram.types.wire import JsonObject

from .support import run


def test_handlers_are_asked_in_order_until_one_answers() -> None:
    engram = Engram.serve(engram_id="e")
    asked: List[str] = []

    @engram.on_recall
    async def passes(query: JsonObject) -> None:
        asked.append("passes")

    @engram.on_recall
    def knows(query: JsonObject) -> List[object]:
        asked.append("knows")
        return []

    @engram.on_recall
    def never(query: JsonObject) -> List[object]:
        raise AssertionError("an empty list is an answer")

    assert run(engram.recall({})).hits == []
    assert asked == ["passes", "knows"]


def test_without_an_answer_nothing_is_found_and_nothing_is_written() -> None:
    engram = Engram.serve(engram_id="e")
    assert not run(engram.recall({"text": "x"}))
    receipt = run(engram.imprint("add", {}))
    assert (receipt.ok, receipt.error_code) == (False, "bad_request")


def test_what_a_recall_handler_may_return() -> None:
    engram = Engram.serve(engram_id="e")
    answers: Dict[str, object] = {
        "hits": [Hit("a", {"id": "a"}, 0.5)],
        "entries": [{"id": "b", "answer": 1}, {"answer": 2}],
        "result": RecallResult([Hit("c", {})], truncated=True),
        "iterator": iter([{"id": "d"}]),
    }
    engram.on_recall(lambda query: answers[query["text"]])

    def found(which: str) -> RecallResult:
        return run(engram.recall({"text": which}))

    given = answers["hits"][0]  # type: ignore[index]  # the list above
    (hit,) = found("hits")
    assert hit == given and hit.entry is not given.entry
    assert [(hit.id, hit.content) for hit in found("entries")] == [("b", {"answer": 1}), ("", {"answer": 2})]
    assert found("result") == answers["result"]
    assert [hit.id for hit in found("iterator")] == ["d"]
    answers["nonsense"] = [7]
    with pytest.raises(EngramArgumentError, match="what a handler found"):
        found("nonsense")


@pytest.mark.parametrize(
    ("done", "receipt"),
    [
        ("id-1", ImprintReceipt("e", "add", "id-1")),
        (True, ImprintReceipt("e", "add")),
        (ImprintReceipt("e", "add", "x", 3), ImprintReceipt("e", "add", "x", 3)),
        (False, ImprintReceipt("e", "add", error="the handler says that it failed", error_code="internal")),
    ],
)
def test_what_an_imprint_handler_may_return(done: object, receipt: ImprintReceipt) -> None:
    engram = Engram.serve(engram_id="e")
    engram.on_imprint(lambda op, entry: None)
    engram.on_imprint(lambda op, entry: done)
    assert run(engram.imprint("add", {"x": 1})) == receipt


def test_a_handler_gets_the_options_that_it_names() -> None:
    engram = Engram.serve(engram_id="e")
    seen: List[object] = []

    @engram.on_recall
    def recall(query: JsonObject, filters: JsonObject, *, context_ref: object) -> List[object]:
        seen.append((query, filters, context_ref))
        return []

    @engram.on_imprint
    async def imprint(op: str, entry: JsonObject, *, merge_key: str, **options: object) -> bool:
        seen.append((op, entry, merge_key, options))
        return True

    run(engram.recall({"text": "a"}, filters={"tags": ["x"]}, context_ref={"turn": 3}))
    run(engram.imprint("upsert", {"a": 1}, merge_key="k", if_version=2, trace_id="t", author="n"))
    assert seen == [
        ({"text": "a"}, {"tags": ["x"]}, {"turn": 3}),
        ("upsert", {"a": 1}, "k", {"if_version": 2, "deadline_ms": 5_000, "trace_id": "t", "author": "n"}),
    ]


def test_one_engram_in_front_of_another() -> None:
    behind, front = Engram.serve(engram_id="behind"), Engram.serve(engram_id="front", engram_kind="k")
    kept: List[JsonObject] = []

    @behind.on_imprint
    def keep(op: str, entry: JsonObject) -> str:
        kept.append(entry)
        return "id-1"

    @front.on_imprint
    async def imprint(op: str, entry: JsonObject, **options: object) -> ImprintReceipt:
        return await behind.imprint(op, entry, **options)  # type: ignore[arg-type]  # handed on as they came

    assert run(front.imprint("append", {"a": 1}, merge_key="k")) == ImprintReceipt("behind", "append", "id-1")
    assert kept == [{"a": 1}]
    assert repr(front) == "<ServedEngram 'front' of kind 'k'>"
    with pytest.raises(EngramArgumentError, match="engram_id"):
        Engram.serve(engram_id="")
