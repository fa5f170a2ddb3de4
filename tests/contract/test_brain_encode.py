"""Encoding: what becomes of texts in a brain's graph, over every door."""

from __future__ import annotations

from typing import Any, List, Set

import pytest

from .brain import BRAIN, START, add_typed, ask, counts, make_brain, refused, told
from .doors import Door


@pytest.fixture
def brain(door: Door) -> Door:
    """An empty brain."""
    make_brain(door)
    return door


def encode(door: Door, content: str, **given: Any) -> Any:
    return told(door, "POST", "/memory/encode", {"content": content, "return_graph": True, **given})


def encode_all(door: Door, texts: List[str]) -> Any:
    body = {"memories": [{"content": text} for text in texts]}
    return told(door, "POST", "/memory/encode/batch", body)["results"]


def of_type(made: Any, kind: str) -> List[str]:
    return [neuron["content"] for neuron in made["neurons"] if neuron["type"] == kind]


def edges(made: Any, kind: str) -> List[float]:
    return [round(synapse["weight"], 6) for synapse in made["synapses"] if synapse["type"] == kind]


def neurons(door: Door, **filters: str) -> Any:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return told(door, "GET", f"/memory/neurons?{query}")["neurons"]


def test_names_and_places_become_neurons_around_an_anchor(brain: Door) -> None:
    text = "Met Alice at coffee shop"
    made = encode(brain, text)
    assert of_type(made, "entity") == ["Alice"]
    assert of_type(made, "spatial") == ["coffee shop"]
    anchors = [neuron for neuron in made["neurons"] if neuron["metadata"].get("is_anchor")]
    assert [anchor["content"] for anchor in anchors] == [text]
    assert made["fiber"]["anchor_neuron_id"] == anchors[0]["id"]
    assert made["neurons_created"] == len(made["neurons"])
    assert made["synapses_created"] == len(made["synapses"])
    assert set(made["fiber"]["neuron_ids"]) == {neuron["id"] for neuron in made["neurons"]}


def test_feelings_become_states_in_the_order_of_telling(brain: Door) -> None:
    """Ids and order are the same however the process hashes its strings."""
    made = encode(brain, "Alice was proud, relieved, surprised, angry and happy")
    assert of_type(made, "state") == ["pride", "relief", "surprise", "anger", "happiness"]


@pytest.mark.parametrize("text", ["Want to fix the login", "Met Bruno to discuss API design", "We are up to date"])
def test_what_is_no_place_becomes_none(brain: Door, text: str) -> None:
    assert of_type(encode(brain, text), "spatial") == []


def test_a_word_that_begins_a_sentence_is_no_name(brain: Door) -> None:
    made = encode(brain, "The Team decided. However we moved")
    assert "However" not in of_type(made, "entity")
    assert of_type(made, "concept")[1:] == ["decided", "moved"]
    assert of_type(encode(brain, "However!"), "concept")[1:] == ["however"]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("We deployed v2.3.1 to production. All is well", "deployed v2.3.1 to production"),
        ("Anna fixed AuthError in login_handler.py, and left...", "fixed AuthError in login_handler.py"),
        ("They released it.", "released it"),
    ],
)
def test_what_was_done_ends_with_its_clause_and_not_within_a_name(brain: Door, text: str, action: str) -> None:
    assert of_type(encode(brain, text), "action") == [action]


def test_every_mention_is_linked_to_its_entity(brain: Door) -> None:
    texts = [
        "Zelda adores chess",
        "Yesterday Zelda lost her keys",
        "Zelda moved to Bergen",
        "We had dinner with Zelda",
        "Zelda's cat is called Miso",
    ]
    fibers = [encode(brain, text)["fiber_id"] for text in texts]
    found = [neuron for neuron in neurons(brain, type="entity") if "zelda" in neuron["content"].lower()]
    assert [neuron["content"] for neuron in found] == ["Zelda"]
    mentions = told(brain, "GET", f"/memory/synapses?target_id={found[0]['id']}&type=involves")["synapses"]
    assert len({synapse["source_id"] for synapse in mentions}) == len(texts)
    answer = told(brain, "POST", "/memory/query", {"query": "what do we know about Zelda?"})
    assert set(answer["fibers_matched"]) >= set(fibers)
    assert all(text in answer["context"] for text in texts)


def test_edges_weigh_what_is_documented(brain: Door) -> None:
    once = encode(brain, "Lunch with Clara", timestamp="2026-01-01T12:00:00")
    assert edges(once, "happened_at") == [0.9]
    assert edges(once, "involves") == [0.75]
    twice = encode(brain, "Bruno met the team; the team liked Bruno")
    assert 0.8 in edges(twice, "involves")
    often = encode(brain, "We told Dora" + " and Dora" * 20)
    assert max(edges(often, "involves")) == 0.95


def test_a_cause_is_kept_and_told(brain: Door) -> None:
    made = encode(brain, "Build failed because disk was full")
    (cause,) = [synapse for synapse in made["synapses"] if synapse["type"] == "caused_by"]
    contents = {neuron["id"]: neuron["content"] for neuron in made["neurons"]}
    assert (contents[cause["source_id"]], contents[cause["target_id"]]) == ("Build failed", "disk was full")
    assert cause["weight"] == 0.8
    encode(brain, "The disk was full because logs were not rotated")
    answer = told(brain, "POST", "/memory/query", {"query": "why did the build fail?"})
    assert answer["answer"] == "Build failed because disk was full because logs were not rotated"
    assert answer["synthesis_method"] == "causal"
    assert "Build failed because disk was full" in answer["context"]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("The roof was done on May 3 2024", "2024-05-03T00:00:00", "2024-05-04T00:00:00"),
        ("We left last Friday", "2025-12-26T00:00:00", "2025-12-27T00:00:00"),
        ("The pump broke two weeks ago", "2025-12-15T00:00:00", "2025-12-22T00:00:00"),
        ("The call begins at 3pm", "2026-01-01T15:00:00", "2026-01-01T16:00:00"),
    ],
)
def test_times_become_neurons_of_what_they_denote(brain: Door, text: str, start: str, end: str) -> None:
    made = encode(brain, text)
    told_of = [neuron["metadata"] for neuron in made["neurons"] if neuron["type"] == "time"]
    assert (start, end) in [(one["start"], one["end"]) for one in told_of]


def test_justice_is_no_time(brain: Door) -> None:
    made = encode(brain, "They adjust to justice", skip_time_neurons=True)
    assert of_type(made, "time") == []
    assert len(of_type(encode(brain, "Justice was adjusted"), "time")) == 1


def test_what_was_said_earlier_is_found_by_its_time(brain: Door) -> None:
    encode(brain, "Planted the apple trees", timestamp="2025-12-02T09:00:00")
    encode(brain, "Sold the old tractor", timestamp="2025-10-20T09:00:00")
    for question in ("What did I plant last month?", "What happened on 2 December 2025?"):
        answer = told(
            brain, "POST", "/memory/query", {"query": question, "reference_time": "2026-01-01T00:00:00"}
        )
        assert answer["context"].splitlines()[1] == "- Planted the apple trees", question


def test_a_text_that_comes_again_is_counted(brain: Door) -> None:
    first = encode(brain, "The boat is in the shed")
    before = counts(brain)
    again = encode(brain, "The boat is in the shed.")
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert again["fiber_id"] == first["fiber_id"]
    assert again["fiber"]["frequency"] == 2
    assert counts(brain) == before
    assert [one["duplicate"] for one in encode_all(brain, ["Two oars", "two oars"])] == [False, True]


@pytest.mark.parametrize(
    ("first", "again", "is_one"),
    [
        ("2025-12-30T10:00:00", "2025-12-30T10:00:01", True),
        ("2025-12-30T10:00:00", "2025-12-30T01:00:00", True),
        (None, START, True),
        ("2025-12-31T23:30:00", None, True),
        ("2025-12-31T20:00:00", None, False),
        ("2025-12-30T10:00:00", "2025-12-31T10:00:00", False),
    ],
)
def test_what_is_told_again_on_the_same_day_is_one_memory(brain: Door, first: Any, again: Any, is_one: bool) -> None:
    memories = [
        {"content": text, **({} if moment is None else {"timestamp": moment})}
        for text, moment in (("Went running in Oslo", first), ("Fed the cat", first), ("went running in Oslo!", again))
    ]
    made = told(brain, "POST", "/memory/encode/batch", {"memories": memories})["results"]
    assert [one["duplicate"] for one in made] == [False, False, is_one]
    assert (made[0]["fiber_id"] == made[2]["fiber_id"]) is is_one
    single = encode(brain, **{**memories[2], "content": "Went running in Oslo"})
    assert (single["duplicate"], single["fiber_id"]) == (True, made[2]["fiber_id"])
    assert counts(brain)[2] == (2 if is_one else 3)
    assert single["fiber"]["frequency"] == (3 if is_one else 2)


def test_every_anchor_has_an_edge_to_what_it_is_about(brain: Door) -> None:
    things = "kayak piano tent loom kiln harp oven ladder barrel anchor".split()
    texts = [f"{thing} number {number} went to Lisbon" for number in range(99) for thing in things]
    texts += ["OK", "You too!", "4711", "Yes.", "It is what it is", "Lisbon", "because", "ja", "3 x 4", "日本"]
    made = encode_all(brain, texts)
    assert not any(one["duplicate"] for one in made)
    linked: Set[str] = set()
    for kind in ("involves", "related_to"):
        more: Any = [None]
        offset = 0
        while more:
            query = f"/memory/synapses?type={kind}&limit=1000&offset={offset}"
            more = told(brain, "GET", query)["synapses"]
            linked.update(one["source_id"] for one in more)
            offset += len(more)
    fibers = told(brain, "GET", "/memory/fibers?limit=1000")["fibers"]
    assert len(fibers) == len(texts) == 1_000
    assert [one["summary"] for one in fibers if one["anchor_neuron_id"] not in linked] == []


def test_a_brain_stays_what_it_is_when_saved_again(brain: Door) -> None:
    encode(brain, "Decided to use FastAPI for backend")
    before = counts(brain)
    question = {"query": "What was decided?", "reinforce": False}
    answered = told(brain, "POST", "/memory/query", question)
    told(brain, "PUT", f"/brain/{BRAIN}", {"name": "Renamed", "config": {"max_spread_hops": 3}})
    assert counts(brain) == before
    again = told(brain, "POST", "/memory/query", question)
    assert (again["context"], again["fibers_matched"]) == (answered["context"], answered["fibers_matched"])


def test_what_is_stated_otherwise_is_a_conflict(brain: Door) -> None:
    old = encode(brain, "Alice lives in Oslo")
    assert old["conflicts_detected"] == 0
    assert encode(brain, "Bruno lives in Porto")["conflicts_detected"] == 0
    new = encode(brain, "Alice lives in Bergen")
    assert (new["conflicts_detected"], edges(new, "contradicts")) == (1, [0.7])
    (edge,) = [synapse for synapse in new["synapses"] if synapse["type"] == "contradicts"]
    assert edge["target_id"] == old["fiber"]["anchor_neuron_id"]
    assert encode(brain, "Alice lives in Turin", skip_conflicts=True)["conflicts_detected"] == 0
    assert encode(brain, "Alice visited Rome")["conflicts_detected"] == 0


def test_an_encoded_memory_is_one_of_the_bucket(brain: Door) -> None:
    made = encode(brain, "The spare key hangs behind the clock")
    found = brain.client().query("where is the spare key?", buckets=[BRAIN])
    assert [one["memory_id"] for one in found["explanation"]["retrieved_memories"]] == [made["fiber_id"]]


def test_a_memory_of_the_bucket_is_encoded_when_it_comes_again(brain: Door) -> None:
    stored = brain.client().store_memory("Rosa keeps bees", bucket=BRAIN)
    made = encode(brain, "Rosa keeps bees")
    assert made["fiber_id"] == stored["id"]
    assert not made["duplicate"]
    assert of_type(made, "entity") == ["Rosa"]


def test_a_memory_that_is_corrected_has_the_graph_of_what_it_says_now(brain: Door) -> None:
    made = encode(brain, "The build failed because the disk was full", tags=["Work"], timestamp="2025-12-30T10:00:00")
    encode(brain, "Met Alice in Oslo", timestamp="2025-12-30T11:00:00")
    fiber = f"/memory/fiber/{made['fiber_id']}"
    add_typed(brain, made["fiber_id"], "error", priority=7)
    why = {"query": "Why did the build fail?"}
    assert "disk" in told(brain, "POST", "/memory/query", why)["answer"]
    before = told(brain, "GET", fiber)
    text = "The build failed because Bruno pulled the plug in Porto"
    brain.client().update_memory(made["fiber_id"], text, bucket=BRAIN)
    answer = told(brain, "POST", "/memory/query", why)
    assert answer["answer"] == "build failed because Bruno pulled the plug in Porto"
    assert "disk" not in answer["context"]
    assert neurons(brain, content_contains="disk") == []
    after = told(brain, "GET", fiber)
    for same in ("id", "created_at", "time_start", "agent_tags", "conductivity", "last_conducted", "stage"):
        assert after[same] == before[same], same
    assert after["frequency"] == before["frequency"] + 1
    held = told(brain, "POST", "/memory/neurons/batch", {"neuron_ids": after["neuron_ids"]})["neurons"]
    assert {text, "Bruno", "Porto"} <= {one["content"] for one in held}
    assert told(brain, "GET", f"/memory/typed-memories/{made['fiber_id']}")["priority"] == 7
    grown = counts(brain)
    brain.client().update_memory(made["fiber_id"], text, bucket=BRAIN, metadata={"k": 1})
    assert counts(brain) == grown
    brain.client().delete_memory(made["fiber_id"], bucket=BRAIN)
    assert neurons(brain, content_contains="Porto") == []


def test_deleting_a_memory_deletes_its_part_of_the_graph(brain: Door) -> None:
    kept = encode(brain, "Met Alice in Oslo")
    before = counts(brain)
    gone = encode(brain, "Met Alice in Lisbon")
    brain.client().delete_memory(gone["fiber_id"], bucket=BRAIN)
    assert counts(brain) == before
    assert told(brain, "GET", f"/memory/fiber/{kept['fiber_id']}")["id"] == kept["fiber_id"]


@pytest.mark.parametrize(
    ("body", "word"),
    [({"content": ""}, "content"), ({"content": "  \n"}, "content"), ({"content": "a", "tags": [1]}, "tags[0]")],
)
def test_what_cannot_be_encoded_is_refused(brain: Door, body: Any, word: str) -> None:
    refused(ask(brain, "POST", "/memory/encode", body), 400, word)
    assert counts(brain) == (0, 0, 0)


def test_an_unknown_brain_is_not_made(door: Door) -> None:
    refused(ask(door, "POST", "/memory/encode", {"content": "a"}, "nobody"), 404, "Brain")
    refused(ask(door, "POST", "/memory/query", {"query": "a"}, "nobody"), 404, "Brain")
    refused(ask(door, "GET", "/brain/nobody"), 404, "Brain")
