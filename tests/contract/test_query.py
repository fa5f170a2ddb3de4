"""Questions: which buckets, how many memories, why each, and what the answer is bounded by."""

from __future__ import annotations

import json
from typing import Any, Dict, List

import pytest

from engram import EngramClient
from engram.types.limits import MAX_ANSWER_TOKENS, MAX_QUESTION_CHARS, MAX_TOP_K

from .doors import Door

WORK = [
    "The project Falcon ships in March.",
    "Ana leads the project Falcon and its budget.",
    "The project budget is 40,000 euros.",
    "Bo reviews every project on Fridays.",
]
HOME = [
    "The garden project needs a shovel.",
    "Miso the cat sleeps on the sofa.",
    "The cat eats at seven. Miso is a hungry cat.",
]


@pytest.fixture
def asked(engram: EngramClient) -> EngramClient:
    """A client of a server that knows of work and of home; no memory of home stands near another."""
    engram.store_memories(WORK, "work")
    engram.store_memories([{"content": content, "session": content[:8]} for content in HOME], "home")
    return engram


def rows(result: Any) -> List[Any]:
    found: List[Any] = result["explanation"]["retrieved_memories"]
    return found


def buckets_of(result: Any) -> List[str]:
    return [row["bucket_name"] for row in rows(result)]


# -- which buckets


def test_a_question_about_one_bucket_finds_nothing_of_another(asked: EngramClient) -> None:
    result = asked.query("project", buckets=["work"])
    assert [row["content"] for row in rows(result)] != []
    assert set(buckets_of(result)) == {"work"}
    assert {row["bucket_id"] for row in rows(result)} == {
        bucket["id"] for bucket in asked.list_buckets() if bucket["name"] == "work"
    }
    assert {row["memory_id"] for row in rows(result)} <= {memory["id"] for memory in asked.iter_memories("work")}


def test_several_buckets_are_put_into_one_order(asked: EngramClient) -> None:
    result = asked.query("project", buckets=["work", "home"])
    assert set(buckets_of(result)) == {"work", "home"}
    scores = [row["weighted_score"] for row in rows(result)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("body", "found_in"),
    [
        ({}, "default"),
        ({"buckets": None}, "default"),
        ({"bucket": None}, "default"),
        ({"buckets": ["work"]}, "work"),
        ({"bucket": "work"}, "work"),
        ({"bucket": "home", "buckets": ["work"]}, "work"),
        ({"bucket": "work", "buckets": None}, "work"),
        ({"buckets": ["work", "work"]}, "work"),
    ],
    ids=str,
)
@pytest.mark.parametrize("options", [None, {}, {"unknown": 1}, "left out"])
def test_add_ons_name_the_bucket_in_their_own_way_and_leave_options_out(
    body: Dict[str, Any], found_in: str, options: Any, asked: EngramClient, door: Door
) -> None:
    asked.store_memory("A default project.", "default")
    sent = {"query": "project", **body, "agent_id": "x", **({} if options == "left out" else {"options": options})}
    answer = door.request("POST", "/v1/query", sent)
    assert answer.status == 200
    assert set(buckets_of(answer.json())) == {found_in}
    ids = [row["memory_id"] for row in rows(answer.json())]
    assert len(ids) == len(set(ids))
    assert answer.json()["success"] is True and answer.json()["answer"]


def test_unknown_buckets_find_nothing_and_are_named(asked: EngramClient) -> None:
    result = asked.query("project", buckets=["nobody", "work", "noone"])
    assert result["explanation"]["unknown_buckets"] == ["nobody", "noone"]
    assert set(buckets_of(result)) == {"work"}
    none = asked.query("project", buckets=["nobody"])
    assert (none["memories_found"], rows(none)) == (0, [])
    assert none["explanation"]["unknown_buckets"] == ["nobody"]
    assert {bucket["name"] for bucket in asked.list_buckets()} == {"work", "home"}


def test_one_bucket_has_a_profile_and_several_have_profiles(asked: EngramClient) -> None:
    one = asked.query("project", buckets=["work"])["explanation"]
    assert one["profile"] is None and "profiles" not in one
    asked.regenerate_profile("work")
    text = asked.get_profile("work")["profile"]
    assert asked.query("project", buckets=["work"])["explanation"]["profile"] == text
    several = asked.query("project", buckets=["work", "home"])["explanation"]
    assert several["profiles"] == {"work": text, "home": None}
    assert several.get("profile") is None


# -- what comes back


def test_a_result_has_every_key_that_a_client_reads(asked: EngramClient) -> None:
    result = asked.query("Who leads the project Falcon?", buckets=["work"])
    assert set(result) == {"success", "answer", "memories_found", "usage", "explanation", "synthesis_usage"}
    explanation: Any = result["explanation"]
    assert set(explanation) >= {"retrieved_memories", "graph_facts", "entity_matches", "context_tokens"}
    assert result["memories_found"] == len(explanation["retrieved_memories"]) > 0
    for row in explanation["retrieved_memories"]:
        assert set(row) == {
            "memory_id", "bucket_id", "bucket_name", "content", "raw_score", "weight", "weighted_score", "metadata",
        }  # fmt: skip
    tokens = {memory["content"]: memory["token_count"] for memory in asked.iter_memories("work")}
    assert explanation["context_tokens"] == sum(tokens[row["content"]] for row in rows(result))


def test_usage_goes_by_every_name_and_is_whole_numbers(asked: EngramClient) -> None:
    usage: Any = asked.query("Who leads the project Falcon?", buckets=["work"])["usage"]
    assert {type(count) for count in usage.values()} == {int}
    assert usage["input_tokens"] == usage["prompt_tokens"] == usage["actual_input_tokens"] > 0
    assert usage["output_tokens"] == usage["completion_tokens"] == usage["actual_output_tokens"] > 0
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert usage["context_tokens"] > 0


@pytest.mark.parametrize(
    "question",
    [
        *("project", "project Falcon budget", "Ana project cat", "the of and project", "Who leads it, and when?"),
        *("project?" * (MAX_QUESTION_CHARS // 8), "project " + " ".join(f"word{number}" for number in range(1000))),
        *("project'; DROP TABLE memories; --", 'project* NEAR("', "project\0\u202e\U0001f642"),
    ],
    ids=lambda question: ascii(question)[:40],
)
def test_the_parts_of_a_score_add_up_to_it_exactly(question: str, asked: EngramClient) -> None:
    found = rows(asked.query(question, buckets=["work", "home"]))
    assert found
    for row in found:
        assert sum(row["metadata"]["score_parts"].values()) == row["raw_score"]
        assert row["weighted_score"] == row["raw_score"] * row["weight"]
        assert 0 < row["raw_score"] <= 1
        assert row["metadata"]["why"]


@pytest.mark.parametrize("wanted", [True, False, None])
def test_an_explanation_comes_unless_it_is_declined(wanted: Any, asked: EngramClient, door: Door) -> None:
    body = {"query": "project", "bucket": "work", "options": {"return_explanation": wanted}}
    result = door.request("POST", "/v1/query", body).json()
    assert ("explanation" in result) == (wanted is not False)
    assert result["memories_found"] > 0


def test_without_synthesis_there_is_no_answer_and_all_the_rest(asked: EngramClient) -> None:
    result = asked.query("project", buckets=["work"], skip_synthesis=True)
    full = asked.query("project", buckets=["work"])
    assert result["answer"] == "" and full["answer"] != ""
    assert "synthesis_usage" not in result
    assert (result["usage"]["input_tokens"], result["usage"]["output_tokens"]) == (0, 0)
    assert result["explanation"] == full["explanation"]


def test_the_same_question_has_the_same_answer(asked: EngramClient) -> None:
    first, second = (asked.query("Who leads the project Falcon?", buckets=["work", "home"]) for _ in range(2))
    assert first == second
    assert "Ana" in first["answer"]


@pytest.mark.parametrize("question", ["quantum chromodynamics", "the of and", "?!", "   ", "日本", "\0", "\U0001f642"])
@pytest.mark.parametrize("stream", [False, True])
def test_of_what_is_not_known_it_says_so(question: str, stream: bool, asked: EngramClient) -> None:
    result: Any = asked.query(question, buckets=["home"])
    if stream:
        *deltas, done = asked.query_stream(question, buckets=["home"])
        result = done
    assert (result["memories_found"], rows(result)) == (0, [])
    assert result["answer"].strip()
    assert not any(word in result["answer"] for word in ("Miso", "cat", "shovel", "[1]"))


@pytest.mark.parametrize("question", ["What do you know?", "Summarize everything."])
def test_a_question_about_nothing_finds_the_newest(question: str, asked: EngramClient) -> None:
    found = rows(asked.query(question, buckets=["home"], top_k=2))
    assert [row["content"] for row in found] == HOME[:0:-1]
    assert all("newest" in row["metadata"]["score_parts"] for row in found)


# -- what is known of those whom the question names


def known(client: EngramClient, question: str, *buckets: str) -> Any:
    explanation: Any = client.query(question, buckets=list(buckets), skip_synthesis=True)["explanation"]
    return explanation["entity_matches"], explanation["graph_facts"]


def test_relations_come_with_where_and_when_they_were_stated(engram: EngramClient, door: Door) -> None:
    work = engram.store_memory("I work at Acme Corp.", "a", speaker="Ana", occurred_at="2025-05-08T10:00:00Z")["id"]
    base = engram.store_memory("Acme Corp is based in Rome.", "a")["id"]
    bucket = {"bucket_id": engram.list_buckets()[0]["id"], "bucket_name": "a"}
    entities, facts = known(engram, "Where does Ana work, and where is it based?", "a")
    assert entities == [{"entity": "Ana", "bucket_name": "a", "score": 1.0}]
    assert facts == [
        {
            "subject": "Ana", "predicate": "works at", "object": "Acme Corp", "memory_id": work, **bucket,
            "depth": 0, "weight": 0.5, "timestamp": "2025-05-08T10:00:00.000Z",
        },
        {
            "subject": "Acme Corp", "predicate": "is based in", "object": "Rome", "memory_id": base, **bucket,
            "depth": 1, "weight": 0.25, "timestamp": "2026-01-01T00:00:00.000Z",
        },
    ]  # fmt: skip
    engram.delete_memory(work, "a")
    assert known(engram, "Where does Ana work, and where is it based?", "a") == ([], [])


def test_each_bucket_knows_its_own(engram: EngramClient) -> None:
    engram.store_memory("Ana lives in Oslo.", "a")
    engram.store_memory("Ana lives in Rome.", "b")
    engram.store_memory("It rained.", "c")
    entities, facts = known(engram, "Where does Ana live?", "b", "a", "c")
    assert [(one["bucket_name"], one["score"]) for one in entities] == [("b", 1.0), ("a", 1.0)]
    assert [(one["bucket_name"], one["object"], one["weight"]) for one in facts] == [("b", "Rome", 1), ("a", "Oslo", 1)]
    assert known(engram, "Where does Ana live?", "c") == ([], [])
    assert known(engram, "Does it rain?", "a", "b", "c") == ([], [])


# -- how many


@pytest.mark.parametrize(("top_k", "counts"), [(1, (1, 1)), (2, (2, 1)), (MAX_TOP_K, (4, 1))])
def test_top_k_counts_in_each_bucket(top_k: int, counts: Any, asked: EngramClient) -> None:
    found = buckets_of(asked.query("project", buckets=["work", "home"], top_k=top_k))
    assert (found.count("work"), found.count("home")) == counts


@pytest.mark.parametrize(
    ("per_bucket", "top_k", "counts"),
    [
        (1, 8, (1, 1)),
        (2, 1, (2, 1)),
        ({"work": 3}, 1, (3, 1)),
        ({"work": 1}, 8, (1, 1)),
        ({"other": 1}, 2, (2, 1)),
        ({}, 2, (2, 1)),
        ({"work": 2, "home": 1}, 8, (2, 1)),
        ({"Work": 1}, 3, (3, 1)),
    ],
)
def test_a_bucket_may_have_its_own_count(per_bucket: Any, top_k: int, counts: Any, asked: EngramClient) -> None:
    found = buckets_of(asked.query("project", buckets=["work", "home"], top_k=top_k, top_k_per_bucket=per_bucket))
    assert (found.count("work"), found.count("home")) == counts


def test_the_best_come_first_and_stay_when_fewer_are_asked_for(asked: EngramClient) -> None:
    everything = rows(asked.query("project Falcon", buckets=["work"], top_k=50))
    for count in range(1, len(everything)):
        assert rows(asked.query("project Falcon", buckets=["work"], top_k=count)) == everything[:count]


@pytest.mark.parametrize(
    ("option", "score"), [("min_similarity_threshold", "raw_score"), ("min_weighted_score", "weighted_score")]
)
def test_a_threshold_bounds_its_own_score(option: Any, score: str, asked: EngramClient) -> None:
    everything = rows(asked.query("project Falcon", buckets=["work", "home"]))
    scores = sorted({row[score] for row in everything})
    assert len(scores) > 1
    for least in [0, scores[0], scores[-1], (scores[0] + scores[-1]) / 2, 1]:
        found = asked.query("project Falcon", buckets=["work", "home"], **{option: least})
        assert rows(found) == [row for row in everything if row[score] >= least]
        assert found["memories_found"] == len(rows(found))


# -- the answer


@pytest.mark.parametrize("max_tokens", [1, 2, 5, 12, 40, MAX_ANSWER_TOKENS])
@pytest.mark.parametrize("buckets", [["work", "home"], ["nobody"]])
def test_an_answer_is_no_longer_than_it_may_be(max_tokens: int, buckets: List[str], asked: EngramClient) -> None:
    result = asked.query("project Falcon budget", buckets=buckets, max_tokens=max_tokens)
    assert result["usage"]["output_tokens"] <= max_tokens
    *deltas, done = asked.query_stream("project Falcon budget", buckets=buckets, max_tokens=max_tokens)
    assert done["type"] == "done" and done["answer"] == result["answer"]


SCHEMA: Dict[str, Any] = {
    "type": "object",
    "properties": {"leader": {"type": "string"}, "budget": {"type": "number"}, "cat": {"type": ["string", "null"]}},
    "required": ["leader"],
}


@pytest.mark.parametrize("schema", [None, SCHEMA])
def test_an_answer_as_json_is_there_as_a_value_and_as_its_text(schema: Any, asked: EngramClient) -> None:
    result = asked.query(
        "Who leads the project and what is its budget?", buckets=["work"], return_format="json", response_schema=schema
    )
    assert json.loads(result["answer"]) == result["answer_json"]
    if schema is not None:
        value: Any = result["answer_json"]
        assert set(value) <= set(SCHEMA["properties"]) and isinstance(value["leader"], str)
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is in the extra `quality`")
    jsonschema.validate(result["answer_json"], schema or {})


def test_prose_has_no_json_beside_it(asked: EngramClient) -> None:
    for given in (None, "prose"):
        result = asked.query("project", buckets=["work"], return_format=given, response_schema=SCHEMA)
        assert "answer_json" not in result


HOSTILE_SCHEMAS: List[Any] = [
    {},
    {"type": "nothing"},
    {"type": 7},
    {"type": [{"a": 1}, None, 3]},
    {"type": []},
    {"$ref": "#"},
    {"$ref": "#/a/b~1c"},
    {"$ref": 7},
    {"a": {"$ref": "#/a"}, "$ref": "#/a"},
    {"anyOf": []},
    {"anyOf": "x"},
    {"anyOf": [[], None, "x", {"$ref": "#"}]},
    {"enum": []},
    {"enum": {}},
    {"enum": [[1], {"a": 2}, None, 1.5, "", True]},
    {"const": {"deep": [1, 2, {"x": None}]}},
    {"type": "object", "properties": [], "required": "x"},
    {"type": "object", "properties": {"a": 1, "b": None, "": {}}, "required": [["a"], {}, None, 1]},
    {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}, "c": {"$ref": "#"}}},
    {"type": "array", "items": {"$ref": "#"}, "minItems": 2},
    {"type": "array", "items": [1, 2], "minItems": "x", "maxItems": {}},
    {"type": "array", "items": False, "maxItems": -1, "minItems": -5},
    {"type": "array", "items": {"type": "string"}, "maxItems": True},
    {"type": "array", "items": {"type": "string"}, "maxItems": 10**30, "minItems": 1.5},
    {"type": "string", "description": ["x"]},
    {"type": "string", "description": {"a": "b"}},
    {"type": "integer"},
    {"type": "boolean"},
    {"type": "null"},
    {"properties": {"x" * 5000: {"type": "string"}}},
    {"properties": {f"p{number}": {"type": "string"} for number in range(2000)}},
]


@pytest.mark.parametrize("schema", HOSTILE_SCHEMAS, ids=lambda schema: repr(schema)[:60])
def test_a_schema_is_a_hint_and_no_schema_breaks_the_answer(schema: Any, asked: EngramClient) -> None:
    result = asked.query("project budget", buckets=["work"], return_format="json", response_schema=schema)
    if result["answer_json"] is None:
        assert "project" in result["answer"]  # Nothing recalled fills the schema: prose, as models would answer.
    else:
        assert json.loads(result["answer"]) == result["answer_json"]
