"""What the words of records find, while these come, change and go."""

from __future__ import annotations

import json
from typing import Dict, Iterator, List

import pytest

from engram.types import JsonObject, JsonValue
from engram_server.clock import rfc3339
from engram_server.domains.hosted.drafting import Given, draft
from engram_server.domains.scope import Scope
from engram_server.domains.structured import indexing
from engram_server.recall.question import read_question
from engram_server.recall.rank import Asked, rank

from ..support import new_scope
from .packets.support import episode, fact, insight, procedure

DAY_MS = 86_400_000


@pytest.fixture
def scope() -> Iterator[Scope]:
    with new_scope() as made:
        yield made


def index(scope: Scope, family: str, record: object, partition: int = 1) -> None:
    ids = {"facts": "fact_id", "episodes": "episode_id", "procedures": "procedure_id", "insights": "id"}
    of_record: Dict[str, str] = json.loads(json.dumps(record))
    record_id = of_record[ids[family]]
    scope.store.write(
        lambda writer: indexing.index(writer, partition, family, record_id, json.dumps(record), scope.now())
    )


def found(scope: Scope, question: str, family: str = "facts", partition: int = 1, limit: int = 10) -> List[str]:
    with scope.read() as reader:
        hits = indexing.by_words(reader, partition, family, question, scope.now(), limit)
    return [hit.record_id for hit in hits]


@pytest.mark.parametrize(
    ("value", "question"),
    [
        ("She sails a boat.", "boats"),
        ({"pet": {"name": "Miso"}}, "Miso"),
        ({"pet": {"name": "Miso"}}, "pets"),
        (["tea", ["coffee"]], "coffee"),
        (4711, "4711"),
    ],
)
def test_every_word_of_a_value_finds_it(scope: Scope, value: JsonValue, question: str) -> None:
    index(scope, "facts", fact("f", "key", value))
    index(scope, "facts", fact("g", "key", "something else"))
    assert found(scope, question) == ["f"]


def test_keys_notes_tags_and_steps_are_words_too(scope: Scope) -> None:
    index(scope, "facts", {**fact("f", "favourite_colour", "green"), "notes": "said in Porto"})
    index(scope, "episodes", {**episode("e", 1, "Met.", tags=["lisbon"], entities=["Ana"]), "highlights": ["a tram"]})
    steps: JsonObject = {"steps": ["book a hotel"]}
    index(scope, "procedures", procedure("p", "trip_planning", 1, steps))
    index(scope, "insights", insight("i", statement="a hotel"))
    assert [found(scope, question) for question in ("colour", "green", "Porto")] == [["f"]] * 3
    assert [found(scope, question, "episodes") for question in ("met", "Lisbon", "Ana", "trams")] == [["e"]] * 4
    assert [found(scope, question, "procedures") for question in ("hotels", "planning")] == [["p"]] * 2
    assert found(scope, "hotel", "insights") == []


def test_a_record_that_changes_or_goes_is_not_found_by_what_it_said(scope: Scope) -> None:
    index(scope, "facts", fact("f", "key", "a boat"))
    index(scope, "facts", fact("f", "key", "a boat"))
    assert found(scope, "boat") == ["f"]
    index(scope, "facts", fact("f", "key", "some tea"))
    assert (found(scope, "boat"), found(scope, "tea")) == ([], ["f"])
    scope.store.write(lambda writer: indexing.forget(writer, 1, "facts", "f"))
    scope.store.write(lambda writer: indexing.forget(writer, 1, "facts", "f"))
    scope.store.write(lambda writer: indexing.forget(writer, 2, "facts", "f"))
    assert found(scope, "tea") == []


def test_partitions_and_buckets_see_nothing_of_each_other(scope: Scope) -> None:
    index(scope, "facts", fact("f", "diet", "vegan"), partition=1)
    index(scope, "facts", fact("g", "diet", "vegan"), partition=2)
    assert [found(scope, "vegan", partition=partition) for partition in (1, 2, 3)] == [["f"], ["g"], []]
    with scope.read() as reader:
        assert reader.count_spaces(scope.tenant_id) == 0


def test_a_question_that_names_a_time_finds_what_was_then(scope: Scope) -> None:
    for days in (1, 40):
        past = episode(f"e{days}", 0, "A trip by boat.")
        past["time_range"]["start"] = rfc3339(scope.now() - days * DAY_MS)
        index(scope, "episodes", past)
    assert found(scope, "the trip yesterday", "episodes")[0] == "e1"
    then = rfc3339(scope.now() - 40 * DAY_MS)[:10]
    assert found(scope, f"the trip on {then}", "episodes")[0] == "e40"


def test_neighbours_lend_each_other_nothing(scope: Scope) -> None:
    for number in range(50):
        index(scope, "facts", fact(f"f{number}", "key", "a boat" if number == 20 else f"item{number}"))
    assert found(scope, "boat") == ["f20"]


def test_the_scores_are_those_of_queries(scope: Scope) -> None:
    """A bucket of the same texts ranks them alike, part by part."""
    texts = ["She sails a boat to Porto.", "A hotel in Porto", "boats, boats and boats", "He has no boat."]
    for number, text in enumerate(texts):
        index(scope, "procedures", {**procedure(f"p{number}", "", 0, text)})
    now = scope.now()
    drafts = [draft(f"\n{text}", f"p{n}", now, Given(speaker="", session=f"{n}")) for n, text in enumerate(texts)]

    with scope.read() as reader:
        hits = indexing.by_words(reader, 1, "procedures", "a boat to Porto", now, 10)
    scope.store.write(
        lambda writer: writer.add_memories(
            writer.add_space(scope.tenant_id, name="b", public_id="b", description=None, now=now).id, drafts, now
        )
    )
    with scope.read() as reader:
        space = reader.space(scope.tenant_id, "b")
        assert space is not None
        ranked = rank(reader, space, Asked(read_question("a boat to Porto"), now, 10)).ranked
    assert [(hit.record_id, hit.parts) for hit in hits] == [(one.memory.public_id, one.parts) for one in ranked]
    assert len(hits) == 4


@pytest.mark.parametrize("record_id", ["", " ", "\0", "x" * 3_000, "ü"])
@pytest.mark.parametrize("value", [None, "", {}, "?", "[8 May 2023] Ana: hi", "word " * 30_000])
def test_any_id_and_any_value_will_do(scope: Scope, record_id: str, value: JsonValue) -> None:
    index(scope, "facts", fact(record_id, "key", value))
    index(scope, "facts", fact("other", "another", "other"))
    assert found(scope, "key") == [record_id]


def test_there_is_nothing_to_find_where_nothing_is_asked_for(scope: Scope) -> None:
    index(scope, "facts", fact("f"))
    assert found(scope, "f", limit=0) == []
    assert found(scope, "") == []
