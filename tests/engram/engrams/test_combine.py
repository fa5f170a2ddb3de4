"""How answers become one result, as a function of the answers alone."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

import pytest

from engram.engrams import Hit, RecallError, RecallMode
from engram.engrams.combine import Answer, Fanned, combined

from .support import entry


def _hit(engram_id: str, entry_id: str, score: float = 1.0, **more: object) -> Hit:
    return Hit(entry_id, entry(entry_id, **more), score, engram_id, (engram_id,))


def _answer(engram_id: str, *hits: Tuple[str, float], truncated: bool = False, following: Optional[str] = None) -> Answer:
    return Answer(engram_id, [_hit(engram_id, one, score) for one, score in hits], truncated, following)


A = _answer("A", ("a1", 0.5), ("a2", 0.9))
B = _answer("B", ("b1", 0.7), ("a1", 0.5))


@pytest.mark.parametrize(
    ("mode", "answers", "expected"),
    [
        ("first", [A, B], ["a2", "a1"]),
        ("first", [B, A], ["b1", "a1"]),
        ("merge", [A, B], ["a2", "b1", "a1"]),
        ("all", [A, B], ["a2", "b1", "a1", "a1"]),
        ("all", [_answer("A"), B], ["b1", "a1"]),
        ("first", [_answer("A"), B], []),
    ],
)
def test_hits_are_ranked_whoever_answers_first(mode: RecallMode, answers: List[Answer], expected: List[str]) -> None:
    result = combined(Fanned(answers), mode, 50, 1.0)
    assert [hit.id for hit in result.hits] == expected


def test_equal_scores_are_ordered_by_time_and_then_by_id() -> None:
    hits = [
        _hit("A", "z", updated_at="2026-01-03T00:00:00.000Z"),
        _hit("A", "c", updated_at="2026-01-02T00:00:00.000Z"),
        _hit("A", "b", updated_at="2026-01-02T00:00:00.000Z"),
        _hit("A", "x", score=0.9, updated_at="2026-01-09T00:00:00.000Z"),
        _hit("A", "n", updated_at=None),
    ]
    result = combined(Fanned([Answer("A", hits)]), "merge", 50, 1.0)
    assert [hit.id for hit in result] == ["z", "b", "c", "n", "x"]


def test_those_of_one_key_are_in_their_sequence_where_that_is_asked_for() -> None:
    answers = [
        Answer("B", [_hit("B", "b", sequence=2, updated_at="2026-01-04T00:00:00Z"), _hit("B", "only")]),
        Answer("A", [_hit("A", f"a{n}", sequence=n, updated_at=f"2026-01-0{n}T00:00:00Z") for n in (10, 2)]),
    ]
    modes: List[RecallMode] = ["all", "merge"]
    for mode in modes:
        result = combined(Fanned(answers), mode, 3, 1.0, in_sequence=True)
        assert [hit.id for hit in result][:3] == ["only", "a2", "b"]


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        ({"version": 2}, {"version": 3}, "B"),
        ({"version": 10}, {"version": 9}, "A"),
        ({"updated_at": "2026-01-02T00:00:00Z"}, {"updated_at": "2026-01-01T00:00:00Z"}, "A"),
        ({"version": 1, "updated_at": "2026-09-09T00:00:00Z"}, {"version": 2}, "B"),
        ({"score": 0.2}, {"score": 0.3}, "B"),
        ({}, {}, "A"),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_of_one_merge_key_the_best_version_is_kept(
    one: "dict[str, object]", other: "dict[str, object]", winner: str, swapped: bool
) -> None:
    hits = [_keyed("A", "a-id", one), _keyed("B", "b-id", other)]
    answers = [Answer(hit.engram_id, [hit]) for hit in (reversed(hits) if swapped else hits)]
    (kept,) = combined(Fanned(answers), "merge", 50, 1.0).hits
    assert (kept.engram_id, kept.merge_key, kept.sources) == (winner, "k", ("A", "B"))
    assert kept.entry["tags"] == ["x", "y", "z"]
    # What one engram keeps is not changed by showing it beside another's.
    assert [hit.entry["tags"] for hit in hits] == [["y", "x"], ["y", "z"]]


def _keyed(engram_id: str, entry_id: str, more: "dict[str, object]") -> Hit:
    tags = {"A": ["y", "x"], "B": ["y", "z"]}[engram_id]
    score = more.get("score", 0.5)
    assert isinstance(score, float)
    kept = {name: value for name, value in more.items() if name != "score"}
    return _hit(engram_id, entry_id, score, merge_key="k", tags=tags, **kept)


def test_what_was_appended_under_one_key_stays_apart() -> None:
    hits = [_hit("A", f"a{n}", merge_key="log", sequence=n) for n in (1, 2)]
    assert len(combined(Fanned([Answer("A", hits)]), "merge", 50, 1.0)) == 2


@pytest.mark.parametrize(("mode", "count", "truncated"), [("merge", 2, True), ("all", 4, False), ("first", 2, False)])
def test_only_a_merged_view_is_cut_again(mode: RecallMode, count: int, truncated: bool) -> None:
    result = combined(Fanned([A, B]), mode, 2, 1.0)
    assert (len(result), result.truncated) == (count, truncated)


@pytest.mark.parametrize("mode", ["first", "merge", "all"])
def test_an_answer_that_is_cut_cuts_the_whole(mode: RecallMode) -> None:
    assert combined(Fanned([_answer("A", ("a", 1.0), truncated=True)]), mode, 50, 1.0).truncated


@pytest.mark.parametrize(
    ("mode", "answers", "following"),
    [
        ("merge", [_answer("A", truncated=True, following="c")], "c"),
        ("first", [_answer("A", truncated=True, following="c"), B], "c"),
        ("merge", [_answer("A", truncated=True, following="c"), B], None),
    ],
)
def test_only_the_pages_of_one_engram_go_on(
    mode: RecallMode, answers: Sequence[Answer], following: Optional[str]
) -> None:
    assert combined(Fanned(answers), mode, 50, 1.0).next == following


def test_who_failed_is_told_but_for_the_first() -> None:
    fanned = Fanned([B, A], ("C",), {"D": RecallError("internal", "broken")})
    for mode in ("merge", "all"):
        result = combined(fanned, mode, 50, 12.5)
        assert result.engram_ids == ("A", "B") and result.took_ms == 12.5
        assert result.timed_out == ("C",) and result.errors["D"].code == "internal" and result.partial
    first = combined(fanned, "first", 50, 1.0)
    assert (first.engram_ids, first.timed_out, first.errors, first.partial) == (("B",), (), {}, False)


@pytest.mark.parametrize(
    ("shown", "content"),
    [
        ({"id": "e", "content": {"answer": 1}, "answer": 1, "version": 2}, {"answer": 1}),
        ({"id": "e", "content": "text", "tags": ["a"]}, "text"),
        ({"id": "e", "content": None}, None),
        ({"id": "e", "answer": 1, "question": "q", "tags": [], "meta": {}, "merge_key": "k"}, {"answer": 1, "question": "q"}),
    ],
)
def test_the_content_is_the_data(shown: "dict[str, object]", content: object) -> None:
    assert Hit("e", shown).content == content  # type: ignore[arg-type]  # the table holds JSON
