"""Recall from several buckets, and who writes the answer; the provider is a real one behind a socket elsewhere."""

from __future__ import annotations

from typing import Dict, Generator, List, Mapping, Optional, Sequence, Set, Union, cast

import pytest

from engram_server.clock import moment_of
from engram_server.domains.errors import ProviderFailed
from engram_server.domains.hosted import memories
from engram_server.domains.hosted.drafting import draft
from engram_server.domains.hosted.queries import (
    Answer,
    Answering,
    Recalling,
    Recollection,
    answer,
    answer_stream,
    recall,
)
from engram_server.domains.scope import Scope
from engram_server.provider import Completion, Provider, ProviderError

from .support import new_scope

PROSE = Answering(1000, "prose", None)
NOTHING = Recollection([], {}, {}, [], 0)


def fill(scope: Scope, bucket: str, *texts: str) -> None:
    drafts = [draft(text, scope.ids.new("mem"), scope.now()) for text in texts]
    scope.store.write(lambda writer: memories.store(writer, scope, bucket, drafts, "off"))


def found(scope: Scope, names: Sequence[str], how: Recalling) -> Dict[str, List[str]]:
    with scope.read() as reader:
        recalled = recall(reader, scope, names, "cat", how)
    by_bucket: Dict[str, List[str]] = {}
    for one in recalled.ranked:
        by_bucket.setdefault(recalled.found[one.memory.space_id].space.name, []).append(one.memory.content)
    assert recalled.context_tokens == sum(one.memory.token_count for one in recalled.ranked)
    return by_bucket


def test_each_bucket_has_its_own_count() -> None:
    with new_scope() as scope:
        for bucket in ("a", "b"):
            fill(scope, bucket, *(f"cat {number} of {bucket}" for number in range(5)))
        counts = {name: len(texts) for name, texts in found(scope, ["a", "b"], Recalling(3, {"b": 1}, 0, 0)).items()}
        assert counts == {"a": 3, "b": 1}
        assert found(scope, ["a"], Recalling(3, {}, 1.0, 0)) == {}
        assert found(scope, ["a"], Recalling(3, {}, 0, 1e9)) == {}


def test_an_unknown_bucket_is_named_and_a_known_one_has_its_profile() -> None:
    with new_scope() as scope:
        fill(scope, "a", "cat")
        with scope.read() as reader:
            recalled = recall(reader, scope, ["x", "a", "y"], "cat", Recalling(3, {}, 0, 0))
        assert (recalled.unknown, recalled.profiles) == (["x", "y"], {"a": None})


@pytest.mark.parametrize(
    ("as_of", "first", "known"),
    [
        (None, "31", {"31", "20", "19"}),
        ("2025-12-21T12:00:00Z", "20", {"20", "19"}),
        ("2025-12-20T12:00:00Z", "19", {"20", "19"}),
        ("2025-12-19T12:00:00Z", "19", {"19"}),
        ("2025-12-18T12:00:00Z", None, set()),
    ],
)
def test_yesterday_is_counted_from_the_moment_of_asking(
    as_of: Optional[str], first: Optional[str], known: Set[str]
) -> None:
    how = Recalling(9, {}, 0, 0, None if as_of is None else moment_of(as_of))
    with new_scope() as scope:
        fill(scope, "a", *(f"[2025-12-{day}] It was a cat." for day in (19, 20, 31)))
        with scope.read() as reader:
            ranked = recall(reader, scope, ["a"], "Which cat was it yesterday?", how).ranked
    days = [one.memory.content[9:11] for one in ranked]
    assert (set(days), days[0] if days else None) == (known, first)


def test_what_each_bucket_knows_is_kept_apart() -> None:
    with new_scope() as scope:
        fill(scope, "a", "Ana has a cat.")
        fill(scope, "b", "Bo Berg has a cat.")
        with scope.read() as reader:
            recalled = recall(reader, scope, ["b", "a"], "Has Ana a cat, or Bo Berg?", Recalling(3, {}, 0, 0))
    knowledge = {one.space.name: one.recalled.knowledge for one in recalled.found.values()}
    assert {name: [hit.entity.name for hit in known.entities] for name, known in knowledge.items()} == {
        "b": ["Bo Berg"],
        "a": ["Ana"],
    }
    assert [hit.fact.subject for known in knowledge.values() for hit in known.facts] == ["Bo Berg", "Ana"]


class Scripted:
    """A provider's place taken by a script: what it says, and whether it was closed."""

    model = "scripted"

    def __init__(self, *items: Union[str, Completion, ProviderError]) -> None:
        self._items = items
        self.is_closed = False

    def complete(self, messages: Sequence[Mapping[str, str]], max_tokens: int) -> Completion:
        (item,) = self._items
        if isinstance(item, ProviderError):
            raise item
        assert isinstance(item, Completion)
        return item

    def stream(
        self, messages: Sequence[Mapping[str, str]], max_tokens: int
    ) -> Generator[Union[str, Completion], None, None]:
        try:
            for item in self._items:
                if isinstance(item, ProviderError):
                    raise item
                yield item
        finally:
            self.is_closed = True


def as_provider(script: Scripted) -> Provider:
    return cast(Provider, script)


def test_without_a_how_there_is_no_answer() -> None:
    silent = Scripted(ProviderError("was asked"))
    assert answer("q", NOTHING, None, as_provider(silent)) == Answer("", None, "extractive", 0, 0)
    assert list(answer_stream("q", NOTHING, None, as_provider(silent))) == [Answer("", None, "extractive", 0, 0)]


def test_a_model_writes_and_is_named() -> None:
    script = Scripted(Completion("Hello.", 3, 2))
    assert answer("q", NOTHING, PROSE, as_provider(script)) == Answer("Hello.", None, "scripted", 3, 2)
    script = Scripted("Hel", "lo.", Completion("Hello.", 3, 2))
    assert list(answer_stream("q", NOTHING, PROSE, as_provider(script))) == [
        "Hel", "lo.", Answer("Hello.", None, "scripted", 3, 2),
    ]  # fmt: skip


def test_its_failure_is_ours_with_its_words_whenever_it_comes() -> None:
    for items in ([ProviderError("it is down")], ["Hel", ProviderError("it is down")]):
        pieces = answer_stream("q", NOTHING, PROSE, as_provider(Scripted(*items)))
        with pytest.raises(ProviderFailed, match="it is down"):
            list(pieces)
    with pytest.raises(ProviderFailed, match="it is down"):
        answer("q", NOTHING, PROSE, as_provider(Scripted(ProviderError("it is down"))))


def test_closing_the_answer_closes_the_models_stream() -> None:
    script = Scripted("Hel", "lo.", Completion("Hello.", 3, 2))
    pieces = answer_stream("q", NOTHING, PROSE, as_provider(script))
    assert next(pieces) == "Hel"
    pieces.close()
    assert script.is_closed
