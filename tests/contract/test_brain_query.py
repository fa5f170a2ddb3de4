"""Asking a brain, over every door: what is told, how sure, by which way, and what asking leaves behind."""

from __future__ import annotations

import math
from typing import Any, Dict, List

import pytest

from .brain import add_fiber, add_neuron, add_synapse, add_typed, ask, counts, make_brain, refused, told
from .doors import Door

TEXTS = [
    "Met Alice to discuss API design",
    "Decided to use FastAPI for backend",
    "Alice prefers green tea",
    "Bruno repaired the bicycle in Porto",
    "The greenhouse heater broke because the fuse had blown",
    "Clara teaches pottery on Tuesdays",
]


@pytest.fixture
def brain(door: Door) -> Door:
    """A brain of a few texts."""
    make_brain(door)
    told(door, "POST", "/memory/encode/batch", {"memories": [{"content": text} for text in TEXTS]})
    return door


def query(door: Door, text: str, **given: Any) -> Any:
    return told(door, "POST", "/memory/query", {"query": text, **given})


def chain(door: Door, weight: float = 0.9) -> None:
    make_brain(door)
    for one in "ABCD":
        add_neuron(door, one, f"Station {one}")
    for source, target in ("AB", "BC", "CD"):
        add_synapse(door, source, target, weight=weight)


def test_what_was_decided(brain: Door) -> None:
    answer = query(brain, "What was decided?")
    assert "Decided to use FastAPI for backend" in answer["context"]
    assert answer["answer"] == "Decided to use FastAPI for backend"
    assert 0.3 < answer["confidence"] <= 1.0


@pytest.mark.parametrize(
    "question", ["Who painted the ceiling of the chapel?", "What is the airspeed of a swallow?", "xyzzy"]
)
def test_of_what_was_never_stored_nothing_is_told(brain: Door, question: str) -> None:
    before = counts(brain)
    answer = query(brain, question)
    assert answer["confidence"] < 0.3
    assert answer["answer"] is None
    assert answer["context"] == ""
    assert counts(brain) == before


def test_asking_about_other_things_of_somebody_known_is_answered_with_doubt(brain: Door) -> None:
    assert query(brain, "What is the name of Clara's brother?")["confidence"] < 0.3


def test_who_says_it_in_other_words_is_less_sure(door: Door) -> None:
    make_brain(door)
    for text in ("Cem bought a harp at the bakery", "Bo found a tent in the library"):
        told(door, "POST", "/memory/encode", {"content": text})
    lent, own = (query(door, question)["confidence"] for question in ("Where is the bread?", "Where is the tent?"))
    assert lent < 0.8 < own


def test_a_cause_of_something_else_is_no_answer(brain: Door) -> None:
    known = query(brain, "Why did the greenhouse heater break?")
    assert known["answer"] == "greenhouse heater broke because fuse had blown"
    unknown = query(brain, "Why did the submarine's engine break?")
    assert (unknown["answer"], unknown["synthesis_method"]) == (None, "none")
    assert unknown["confidence"] < 0.3


def test_what_is_its_own_cause_explains_nothing(door: Door) -> None:
    make_brain(door)
    add_neuron(door, "o", "Outage")
    add_synapse(door, "o", "o", type="caused_by", weight=0.8)
    assert query(door, "Why the outage?")["synthesis_method"] == "none"


def test_causes_in_a_graph_without_texts_are_followed(door: Door) -> None:
    make_brain(door)
    for name, content in (("o", "Outage"), ("d", "Disk full"), ("l", "Logs kept")):
        add_neuron(door, name, content)
    add_synapse(door, "o", "d", type="caused_by", weight=0.8)
    add_synapse(door, "l", "d", type="leads_to", weight=0.8)
    assert query(door, "Why the outage?")["answer"] == "Outage because Disk full because Logs kept"
    assert query(door, "What resulted from logs kept?")["answer"] == "Logs kept leads to Disk full leads to Outage"


@pytest.mark.parametrize("max_tokens", [1, 7, 30, 60, 120])
def test_a_context_is_never_over_its_budget(brain: Door, max_tokens: int) -> None:
    answer = query(brain, "What did Alice, Bruno and Clara do?", max_tokens=max_tokens)
    assert answer["tokens_used"] <= max_tokens
    assert math.ceil(1.3 * len(answer["context"].split())) <= max_tokens
    assert len(answer["context"]) / 4 <= max_tokens


@pytest.mark.parametrize("use_reflex", [True, False])
def test_both_ways_of_activation_answer(brain: Door, use_reflex: bool) -> None:
    answer = query(brain, "What did Alice say about tea?", use_reflex=use_reflex)
    assert answer["fibers_matched"]
    assert "Alice prefers green tea" in answer["context"]
    assert bool(answer["co_activations"]) == use_reflex
    for group in answer["co_activations"]:
        assert group["co_fire_count"] >= 2
        assert len(group["source_anchors"]) >= 2


def test_depth_decides_how_far_activation_reaches(door: Door) -> None:
    chain(door)
    reached: Dict[int, Dict[str, float]] = {}
    for depth, hops in enumerate((1, 3, 4, 4)):
        found = told(
            door, "POST", "/memory/activate", {"anchor_sets": [["A"]], "trail": False, "max_hops": hops}
        )["activations"]
        reached[depth] = {one["neuron_id"]: one["activation_level"] for one in found}
        asked = query(door, "Station A", depth=depth, include_subgraph=True, use_reflex=False)
        assert asked["depth_used"] == depth
        assert set(asked["subgraph"]["neuron_ids"]) == set(reached[depth])
    assert set(reached[0]) == {"A", "B"}
    assert set(reached[1]) == set(reached[3]) == set("ABCD")
    levels = [reached[3][one] for one in "ABCD"]
    assert levels == sorted(levels, reverse=True)
    assert len(set(levels)) == 4


def test_a_trail_is_walked_as_well_as_it_conducts(door: Door) -> None:
    make_brain(door)
    for one in "abcd":
        add_neuron(door, one)
    add_fiber(door, "f", *"abcd", conductivity=0.92, last_conducted="2026-01-01T00:00:00")
    body = {"anchor_sets": [["a"]], "fibers": [{"id": "f"}, {"id": "gone"}]}

    def levels() -> Dict[str, float]:
        found = told(door, "POST", "/memory/activate", body)["activations"]
        return {one["neuron_id"]: round(one["activation_level"], 3) for one in found}

    assert levels() == {"a": 1.0, "b": 0.689, "c": 0.474, "d": 0.327}
    told(door, "PUT", "/memory/fibers/f", {"conductivity": 0.46})
    assert levels() == {"a": 1.0, "b": 0.344}
    told(door, "PUT", "/memory/fibers/f", {"conductivity": 0.92, "last_conducted": "2025-12-28T00:00:00"})
    assert levels()["b"] < 0.5


def test_neurons_that_several_sets_reach_are_bound(door: Door) -> None:
    make_brain(door)
    for one in ("x", "y", "z", "shared", "alone"):
        add_neuron(door, one)
    for one in "xyz":
        add_synapse(door, one, "shared", weight=0.9)
    add_synapse(door, "x", "alone", weight=0.9)
    body = {"anchor_sets": [["x"], ["y"], ["z"]], "trail": False, "max_hops": 1}
    (group,) = told(door, "POST", "/memory/activate", body)["co_activations"]
    assert group["neuron_ids"] == ["shared"]
    assert (group["co_fire_count"], group["binding_strength"]) == (3, 1.0)
    assert sorted(group["source_anchors"]) == ["x", "y", "z"]


def test_the_same_question_finds_the_same_and_adds_nothing(brain: Door) -> None:
    before = counts(brain)
    first = query(brain, "What did Alice do?")
    again = query(brain, "What did Alice do?")
    assert again["fibers_matched"] == first["fibers_matched"]
    assert counts(brain) == before


def test_what_answered_grows_stronger(brain: Door) -> None:
    answer = query(brain, "Who repaired the bicycle?")
    hit = answer["contributing_neurons"]
    assert hit
    states = told(brain, "POST", "/memory/states/batch", {"neuron_ids": hit})["states"]
    assert {one["access_frequency"] for one in states} == {1}
    assert {round(one["activation_level"], 6) for one in states} == {0.05}
    fiber = told(brain, "GET", f"/memory/fiber/{answer['fibers_matched'][0]}")
    assert fiber["last_conducted"] == "2026-01-01T00:00:00"
    assert fiber["frequency"] == 2
    query(brain, "Who repaired the bicycle?", reinforce=False)
    assert told(brain, "POST", "/memory/states/batch", {"neuron_ids": hit})["states"] == states


def test_every_memory_is_explained_by_parts_and_a_way(brain: Door) -> None:
    answer = query(brain, "What did Alice prefer?")
    assert [one["fiber_id"] for one in answer["explanations"]] == answer["fibers_matched"]
    for one in answer["explanations"]:
        assert sum(one["parts"].values()) == one["score"]
        assert one["path"][0]["synapse_id"] is None
        assert one["why"]
    way = answer["explanations"][0]["path"]
    assert [step["content"] for step in way] == ["Alice", "Alice prefers green tea"]
    assert told(brain, "GET", f"/memory/synapses/{way[1]['synapse_id']}")["type"] == way[1]["synapse_type"]


def test_what_no_word_of_the_question_finds_is_reached(door: Door) -> None:
    make_brain(door)
    for text in ("Marta is the sister of Jonas", "Marta works at the lighthouse", "Petra paints boats"):
        told(door, "POST", "/memory/encode", {"content": text})
    context = query(door, "What does the sister of Jonas do?", depth=2)["context"]
    assert "Marta works at the lighthouse" in context
    assert "Petra" not in context


def test_what_has_expired_is_not_told(brain: Door) -> None:
    (tea,) = [one for one in query(brain, "green tea", reinforce=False)["fibers_matched"]][:1]
    add_typed(brain, tea, expires_at="2025-12-31T00:00:00")
    assert "green tea" not in query(brain, "What does Alice prefer?")["context"]


def test_tags_narrow_what_is_told(door: Door) -> None:
    make_brain(door)
    for text, tags in (("The pump is red", ["Pump", "shed"]), ("The pump is loud", ["pump"])):
        told(door, "POST", "/memory/encode", {"content": text, "tags": tags})

    def found(tags: List[str], mode: str = "and") -> Any:
        return query(door, "What is the pump like?", tags=tags, tag_mode=mode)["context"].count("pump is")

    assert (found(["PUMP"]), found(["pump", "shed"]), found(["pump", "shed"], "or"), found(["none"])) == (2, 1, 2, 0)


def test_a_graph_without_texts_answers_too(door: Door) -> None:
    chain(door)
    answer = query(door, "Station A")
    assert "Station B" in answer["context"]
    assert answer["fibers_matched"] == []


def test_a_memory_that_was_only_stored_is_told(brain: Door) -> None:
    stored = brain.client().store_memory("The ladder leans on the plum tree", bucket="garden")
    answer = query(brain, "Where is the ladder?")
    assert answer["fibers_matched"][0] == stored["id"]
    assert answer["explanations"][0]["path"] == []


@pytest.mark.parametrize(
    ("body", "word"),
    [({"query": " "}, "query"), ({"query": "a", "depth": 4}, "depth"), ({"query": "a", "max_tokens": 0}, "max_tokens")],
)
def test_what_is_no_question_is_refused(brain: Door, body: Any, word: str) -> None:
    refused(ask(brain, "POST", "/memory/query", body), 400, word)


def test_what_is_asked_again_and_again_is_answered_alike(door: Door) -> None:
    make_brain(door)
    who, what = ("Ana", "Bruno", "Clara", "Dimitri"), ("kayak", "violin", "tent", "loom", "kiln")
    where = ("attic", "barn", "cellar")
    texts = [
        f"{one} left the {thing} in the {where[number % 3]} with {who[(number * 7 + 1) % 4]}"
        for number, (one, thing) in enumerate((one, thing) for thing in what for one in who)
    ]
    told(door, "POST", "/memory/encode/batch", {"memories": [{"content": text} for text in texts]})
    before = counts(door)
    for asked in ("What did Ana leave in the attic?", "Where is the kayak?", "Who left the tent with Bruno?", "Clara"):
        for given in ({}, {"use_reflex": False}, {"depth": 3}):
            answers = [query(door, asked, max_tokens=200, **given) for _ in range(4)]
            assert len({(tuple(one["fibers_matched"]), one["context"]) for one in answers}) == 1, asked
            assert len({(one["answer"], one["confidence"], one["neurons_activated"]) for one in answers}) == 1, asked
    assert counts(door) == before


def test_use_tells_from_the_next_sitting_on(brain: Door) -> None:
    def weight() -> float:
        (edge,) = told(brain, "GET", f"/memory/synapses?target_id={alice}&type=involves&limit=1")["synapses"]
        return float(edge["weight"])

    alice = query(brain, "What does Alice prefer?", reinforce=False)["explanations"][0]["path"][0]["neuron_id"]
    weights = []
    for hours in (0, 0.5, 0.9, 1.1):
        brain.clock.now += hours * 3600
        asked = query(brain, "What does Alice prefer?")
        weights.append((weight(), asked["explanations"][0]["path"][1]["weight"]))
    assert [pair[0] for pair in weights] == pytest.approx([0.8, 0.8, 0.8, 0.85])
    assert [pair[1] for pair in weights] == pytest.approx([0.75, 0.75, 0.75, 0.8])
