"""Neurons and synapses: what is kept comes back, what cannot be is refused, nothing else changes."""

from __future__ import annotations

import json
from typing import Any, Dict, get_args
from urllib.parse import quote

import pytest

from engram.types.brain import NeuronKind, SynapseKind

from .brain import BRAIN, START, add_fiber, add_neuron, add_synapse, ask, counts, ids, make_brain, refused, told
from .doors import Door

PAGE_NEURONS = "time spatial entity action state concept sensory intent".split()
PAGE_SYNAPSES = (
    "happened_at before after during caused_by leads_to enables prevents co_occurs related_to similar_to is_a"
    " has_property involves"
).split()


# -- neurons


def test_every_type_comes_back_as_the_same_word(door: Door) -> None:
    make_brain(door)
    assert set(PAGE_NEURONS) <= set(get_args(NeuronKind)) and set(PAGE_SYNAPSES) <= set(get_args(SynapseKind))
    for kind in get_args(NeuronKind):
        assert add_neuron(door, kind, type=kind)["type"] == kind
        assert ids(told(door, "GET", f"/memory/neurons?type={kind}"), "neurons") == [kind]
    for kind in get_args(SynapseKind):
        add_synapse(door, "time", "entity", id=kind, type=kind)
        assert told(door, "GET", f"/memory/synapses/{kind}")["type"] == kind
        assert ids(told(door, "GET", f"/memory/synapses?type={kind}"), "synapses") == [kind]
    refused(ask(door, "POST", "/memory/neurons", {"type": "foo", "content": "x"}), 400, "type")
    refused(ask(door, "GET", "/memory/neurons?type=foo"), 400, "type")
    body = {"source_id": "time", "target_id": "entity", "type": "foo"}
    refused(ask(door, "POST", "/memory/synapses", body), 400, "type")
    refused(ask(door, "GET", "/memory/neurons/time/neighbors?synapse_types=is_a,foo"), 400, "foo")


def test_a_neuron_is_kept_changed_and_deleted_with_its_synapses(door: Door) -> None:
    make_brain(door)
    moment = "2024-05-03T10:00:00.000001"
    made = add_neuron(door, "n1", "Alice", type="entity", metadata={"role": ["dev"]}, created_at=moment)
    assert made == {
        "id": "n1",
        "type": "entity",
        "content": "Alice",
        "metadata": {"role": ["dev"]},
        "created_at": moment,
    }
    assert told(door, "GET", "/memory/neurons/n1") == made
    refused(ask(door, "POST", "/memory/neurons", {"id": "n1", "type": "time", "content": "x"}), 409, "already exists")
    assert told(door, "PUT", "/memory/neurons/n1", {"content": "Alicia"}) == {**made, "content": "Alicia"}
    add_neuron(door, "n2")
    add_neuron(door, "n3")
    add_synapse(door, "n1", "n2")
    add_synapse(door, "n3", "n1")
    add_synapse(door, "n2", "n3")
    assert told(door, "DELETE", "/memory/neurons/n1") == {"status": "deleted", "id": "n1"}
    assert ids(told(door, "GET", "/memory/synapses"), "synapses") == ["n2n3"]
    assert counts(door) == (2, 1, 0)
    for method, target in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/state"), ("PUT", "/state")):
        body: Any = {} if method == "PUT" else None
        refused(ask(door, method, "/memory/neurons/n1" + target, body), 404, "n1")


@pytest.mark.parametrize("content", ["", " ", "\n\t "])
def test_blank_content_is_refused(door: Door, content: str) -> None:
    make_brain(door)
    refused(ask(door, "POST", "/memory/neurons", {"type": "concept", "content": content}), 400, "content")
    add_neuron(door, "n1")
    refused(ask(door, "PUT", "/memory/neurons/n1", {"content": content}), 400, "content")
    assert counts(door) == (1, 0, 0)


FOUND = [
    ("", ["n1", "n2", "n3", "n4", "n5"]),
    ("?type=entity", ["n1", "n3"]),
    ("?content_exact=Alice", ["n1"]),
    ("?content_exact=alice", []),
    ("?content_contains=alice", ["n1", "n3", "n2"]),
    ("?content_contains=ALICE%20", ["n3"]),
    ("?content_contains=100%25", ["n2"]),
    ("?content_contains=_", []),
    ("?content_contains=z%C3%BCrich", ["n4"]),
    ("?content_contains=Z%C3%9CRICH", ["n4"]),
    ("?limit=2", ["n1", "n2"]),
    ("?limit=2&offset=3", ["n4", "n5"]),
    ("?time_start=2024-05-03&time_end=2024-05-03T23:59:59", ["n5"]),
    ("?time_start=2020-01-01&time_end=2020-12-31", ["n3"]),
    ("?time_end=2019-01-01", []),
    ("?type=time&time_start=2024-05-04", []),
    ("?created_before=2020-06-01T00:00:00", ["n3"]),
    ("?created_before=2020-05-31&content_contains=alice", []),
    ("?created_before=2020-05-31&content_exact=Alice%20Springs", []),
]


@pytest.mark.parametrize(("query", "wanted"), FOUND)
def test_neurons_are_found_by_what_they_say_and_by_the_time_that_they_denote(
    door: Door, query: str, wanted: "list[str]"
) -> None:
    make_brain(door)
    add_neuron(door, "n1", "Alice", type="entity")
    add_neuron(door, "n2", "we were 100% sure that it was alice")
    add_neuron(door, "n3", "Alice Springs", type="entity", created_at="2020-06-01T00:00:00Z")
    add_neuron(door, "n4", "Zürich")
    add_neuron(door, "n5", "on May 3, 2024", type="time")
    found = told(door, "GET", "/memory/neurons" + query)
    assert (ids(found, "neurons"), found["count"]) == (wanted, len(wanted))


def test_what_a_neuron_of_time_denotes_may_stand_in_its_metadata(door: Door) -> None:
    make_brain(door)
    spans: Dict[str, Dict[str, str]] = {
        "a": {"start": "2024-05-03T00:00:00", "end": "2024-05-04T00:00:00"},
        "b": {"absolute_start": "2024-06-01T12:00:00", "absolute_end": "2024-06-01T12:00:00"},
        "c": {"start": "some day"},
    }
    for neuron_id, metadata in spans.items():
        add_neuron(door, neuron_id, "then", type="time", metadata=metadata)
    for query, wanted in (
        ("?time_start=2024-05-03T23:00:00&time_end=2024-05-05", ["a"]),
        ("?time_start=2024-05-04&time_end=2024-05-05", []),
        ("?time_start=2024-06-01T12:00:00&time_end=2024-06-02", ["b"]),
        ("?time_start=2025-12-31", ["c"]),
    ):
        assert ids(told(door, "GET", "/memory/neurons" + query), "neurons") == wanted


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "time_start=soon", "created_before=soon", "offset=-1"])
def test_a_query_that_cannot_be_is_refused(door: Door, query: str) -> None:
    make_brain(door)
    assert ask(door, "GET", "/memory/neurons?" + query).status in (400, 422)


def test_several_neurons_and_states_come_in_the_order_asked_for(door: Door) -> None:
    make_brain(door)
    for neuron_id in ("n1", "n2", "n3"):
        add_neuron(door, neuron_id)
    wanted = {"neuron_ids": ["n3", "nobody", "n1", "n3"]}
    assert ids(told(door, "POST", "/memory/neurons/batch", wanted), "neurons") == ["n3", "n1"]
    assert ids(told(door, "POST", "/memory/states/batch", wanted), "states", "neuron_id") == ["n3", "n1"]


def test_a_state_is_changed_field_by_field(door: Door) -> None:
    make_brain(door)
    add_neuron(door, "n1")
    new = {
        "neuron_id": "n1",
        "activation_level": 0.0,
        "access_frequency": 0,
        "last_activated": None,
        "decay_rate": 0.1,
        "firing_threshold": 0.3,
        "refractory_until": None,
        "refractory_period_ms": 500.0,
        "homeostatic_target": 0.5,
        "created_at": START,
    }
    assert told(door, "GET", "/memory/neurons/n1/state") == new
    changed = {"activation_level": 0.8, "last_activated": "2025-12-31T00:00:00", "access_frequency": 3}
    assert told(door, "PUT", "/memory/neurons/n1/state", changed) == {**new, **changed}
    assert told(door, "PUT", "/memory/neurons/n1/state", {"last_activated": None})["activation_level"] == 0.8
    refused(ask(door, "PUT", "/memory/neurons/n1/state", {"activation_level": 1.5}), 400, "activation_level")


def test_names_are_completed_the_most_used_first(door: Door) -> None:
    make_brain(door)
    for neuron_id, content in (("n1", "Marigold"), ("n2", "marsh"), ("n3", "Rose"), ("n4", "Mars")):
        add_neuron(door, neuron_id, content)
    told(door, "PUT", "/memory/neurons/n2/state", {"access_frequency": 4})
    found = told(door, "GET", "/memory/suggest?prefix=MAR")
    assert ids(found, "suggestions", "content") == ["marsh", "Mars", "Marigold"]
    assert ids(told(door, "GET", "/memory/suggest?prefix=mar&type=entity"), "suggestions", "content") == []
    assert ids(told(door, "GET", "/memory/suggest?prefix=!"), "suggestions", "content") == []
    refused(ask(door, "GET", "/memory/suggest?prefix=%20"), 400, "prefix")


ODD_IDS = ["é", "😀", "a/b", "'", '"', "\u2028", "a,b", "[", "%41", " "]


@pytest.mark.parametrize("odd", ODD_IDS)
def test_any_id_is_kept_as_it_is(door: Door, odd: str) -> None:
    make_brain(door, odd)
    add_neuron(door, odd, brain=odd)
    add_fiber(door, "f", odd, brain=odd, tags=[odd])
    assert told(door, "GET", "/memory/neurons/" + quote(odd, safe=""), brain=odd)["id"] == odd
    by_tag = "/memory/fibers?tags=" + quote(json.dumps([odd]))
    assert ids(told(door, "GET", by_tag, brain=odd), "fibers") == ["f"]
    assert ids(told(door, "GET", "/memory/fibers?contains_neuron=" + quote(odd), brain=odd), "fibers") == ["f"]


def test_ids_that_cannot_be_kept_are_refused(door: Door) -> None:
    make_brain(door)
    for bad in ("", "a\0b", "a\nb", "x" * 257):
        refused(ask(door, "POST", "/memory/neurons", {"id": bad, "type": "time", "content": "x"}), 400, "id")
    for tags in ('["\\ud800"]', "[1]", "["):
        assert ask(door, "GET", "/memory/fibers?tags=" + quote(tags)).status == 400


def test_a_call_that_is_sent_again_for_another_brain_is_another_call(door: Door) -> None:
    make_brain(door)
    make_brain(door, "other")

    def add(brain: str) -> Any:
        headers = {"X-Brain-ID": brain, "Idempotency-Key": "k"}
        return door.request("POST", "/memory/neurons", {"type": "time", "content": "now"}, headers)

    assert add(BRAIN).json() == add(BRAIN).json()
    assert counts(door) == (1, 0, 0)
    assert add("other").json()["code"] == "idempotency_mismatch"


# -- synapses


@pytest.mark.parametrize(("weight", "kept"), [(8, 1.0), (-1, 0.0), (0.25, 0.25)])
def test_a_weight_is_cut(door: Door, weight: float, kept: float) -> None:
    make_brain(door)
    add_neuron(door, "a")
    assert add_synapse(door, "a", "a", weight=weight)["weight"] == kept
    assert told(door, "PUT", "/memory/synapses/aa", {"weight": weight})["weight"] == kept


@pytest.mark.parametrize(
    ("kind", "given", "direction"),
    [
        ("related_to", {}, "bi"),
        ("co_occurs", {}, "bi"),
        ("similar_to", {}, "bi"),
        ("near", {}, "bi"),
        ("used_with", {}, "bi"),
        ("caused_by", {}, "uni"),
        ("related_to", {"direction": "uni"}, "uni"),
    ],
)
def test_the_direction_follows_from_the_type(door: Door, kind: str, given: Any, direction: str) -> None:
    make_brain(door)
    add_neuron(door, "a")
    add_neuron(door, "b")
    assert add_synapse(door, "a", "b", type=kind, **given)["direction"] == direction


def test_a_synapse_is_kept_changed_and_deleted(door: Door) -> None:
    make_brain(door)
    add_neuron(door, "a")
    add_neuron(door, "b")
    made = add_synapse(door, "a", "b", metadata={"k": None})
    assert made == {
        "id": "ab",
        "source_id": "a",
        "target_id": "b",
        "type": "leads_to",
        "weight": 0.5,
        "direction": "uni",
        "metadata": {"k": None},
        "reinforced_count": 0,
        "last_activated": None,
        "created_at": START,
    }
    again = {"id": "ab", "source_id": "b", "target_id": "a", "type": "is_a"}
    refused(ask(door, "POST", "/memory/synapses", again), 409, "already exists")
    changed = {"weight": 0.75, "reinforced_count": 2, "last_activated": START}
    assert told(door, "PUT", "/memory/synapses/ab", changed) == {**made, **changed}
    told(door, "DELETE", "/memory/synapses/ab")
    for method in ("GET", "DELETE"):
        refused(ask(door, method, "/memory/synapses/ab"), 404, "ab")
    assert counts(door) == (2, 0, 0)


def test_a_synapse_to_nowhere_names_what_is_missing(door: Door) -> None:
    make_brain(door)
    add_neuron(door, "a")
    for source, target in (("a", "ghost"), ("ghost", "a")):
        body = {"source_id": source, "target_id": target, "type": "is_a"}
        assert refused(ask(door, "POST", "/memory/synapses", body), 404, "ghost")["details"] == {"neuron_id": "ghost"}
    assert counts(door) == (1, 0, 0)


@pytest.fixture
def mesh(door: Door) -> Door:
    """a -> b -> c -> d, a <-> e (.4), e -> d (.3)."""
    make_brain(door)
    for neuron_id in "abcde":
        add_neuron(door, neuron_id)
    add_synapse(door, "a", "b", weight=0.9)
    add_synapse(door, "b", "c", weight=0.8, type="is_a")
    add_synapse(door, "c", "d", weight=0.7)
    add_synapse(door, "a", "e", weight=0.4, type="related_to")
    add_synapse(door, "e", "d", weight=0.3)
    return door


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("a/neighbors", ["b", "e"]),
        ("a/neighbors?direction=out", ["b", "e"]),
        ("a/neighbors?direction=in", ["e"]),
        ("e/neighbors?direction=out", ["a", "d"]),
        ("d/neighbors?direction=out", []),
        ("d/neighbors?direction=in", ["c", "e"]),
        ("d/neighbors?min_weight=0.5", ["c"]),
        ("b/neighbors?synapse_types=is_a,before", ["c"]),
    ],
)
def test_neighbours_come_by_direction_type_and_weight_the_strongest_first(
    mesh: Door, target: str, wanted: "list[str]"
) -> None:
    found = told(mesh, "GET", "/memory/neurons/" + target)
    assert [one["neuron"]["id"] for one in found["neighbors"]] == wanted
    assert found["count"] == len(wanted)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("a/path?target_id=d", ["ae", "ed"]),
        ("a/path?target_id=c", ["ab", "bc"]),
        ("a/path?target_id=c&max_hops=1", None),
        ("d/path?target_id=a", None),
        ("d/path?target_id=a&bidirectional=true", ["ed", "ae"]),
        ("e/path?target_id=b", ["ae", "ab"]),
        ("a/path?target_id=a", []),
    ],
)
def test_a_path_is_a_shortest_one(mesh: Door, query: str, wanted: Any) -> None:
    path = told(mesh, "GET", "/memory/neurons/" + query)["path"]
    assert (None if path is None else [step["synapse"]["id"] for step in path]) == wanted


def test_synapses_are_found_by_their_ends(mesh: Door) -> None:
    for query, wanted in (
        ("source_id=a", ["ab", "ae"]),
        ("target_id=d", ["cd", "ed"]),
        ("source_id=a&target_id=e", ["ae"]),
        ("source_id=e&target_id=a", []),
        ("min_weight=0.75", ["ab", "bc"]),
        ("type=leads_to&limit=1&offset=1", ["cd"]),
        ("source_id=ghost", []),
    ):
        assert ids(told(mesh, "GET", "/memory/synapses?" + query), "synapses") == wanted, query


def test_figures(mesh: Door) -> None:
    told(mesh, "PUT", "/memory/neurons/c/state", {"access_frequency": 2})
    add_fiber(mesh, "f1", "a", created_at="2025-01-01T00:00:00")
    add_fiber(mesh, "f2", "b")
    found = told(mesh, "GET", f"/brain/{BRAIN}/stats")
    assert ids(found, "hot_neurons", "neuron_id") == ["c"]
    assert (found["neuron_count"], found["synapse_count"], found["fiber_count"]) == (5, 5, 2)
    assert found["neuron_types"] == {"concept": 5}
    assert found["synapse_types"] == {"is_a": 1, "leads_to": 3, "related_to": 1}
    assert found["average_weight"] == pytest.approx(0.62)
    assert (found["oldest_memory"], found["newest_memory"]) == ("2025-01-01T00:00:00", START)
