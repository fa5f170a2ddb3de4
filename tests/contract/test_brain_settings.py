"""Brains: what is set of one, which there are and whose, and that none is made by asking for it."""

from __future__ import annotations

from typing import Any

import pytest

from .brain import BRAIN, CONFIG, START, add_fiber, add_neuron, add_synapse, ask, counts, ids, make_brain, refused, told
from .doors import OTHER_KEY, Door


def test_a_new_brain_has_the_documented_settings(door: Door) -> None:
    made = make_brain(door)
    assert made == {
        "id": BRAIN,
        "name": "Garden",
        "config": CONFIG,
        "owner_id": None,
        "is_public": False,
        "shared_with": [],
        "neuron_count": 0,
        "synapse_count": 0,
        "fiber_count": 0,
        "metadata": {},
        "created_at": START,
        "updated_at": START,
    }
    assert told(door, "GET", f"/brain/{BRAIN}") == made


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"decay_rate": 1.5}, "config.decay_rate"),
        ({"decay_rate": "fast"}, "config.decay_rate"),
        ({"reinforcement_delta": 0.6}, "config.reinforcement_delta"),
        ({"activation_threshold": -0.1}, "config.activation_threshold"),
        ({"max_spread_hops": 0}, "config.max_spread_hops"),
        ({"max_spread_hops": 11}, "config.max_spread_hops"),
        ({"max_context_tokens": 99}, "config.max_context_tokens"),
        ({"max_context_tokens": 10_001}, "config.max_context_tokens"),
        ({"temperature": 1}, "config.temperature"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_not_passed_over(door: Door, config: Any, field: str) -> None:
    refusal = refused(ask(door, "POST", "/brain/create", {"id": BRAIN, "name": "x", "config": config}), 400, field)
    assert refusal["details"]["field"] == field
    refused(ask(door, "GET", f"/brain/{BRAIN}"), 404, "not found")
    make_brain(door)
    refused(ask(door, "PUT", f"/brain/{BRAIN}", {"config": config}), 400, field)
    assert told(door, "GET", f"/brain/{BRAIN}")["config"] == CONFIG


def test_saving_a_brain_again_changes_what_it_is_called_and_nothing_that_it_holds(door: Door) -> None:
    make_brain(door, metadata={"a": 1})
    add_neuron(door, "n1")
    add_neuron(door, "n2")
    add_synapse(door, "n1", "n2")
    add_fiber(door, "f1", "n1", "n2", summary="The roses were cut.")
    door.clock.now += 60
    again = told(door, "PUT", f"/brain/{BRAIN}", {"name": "Rosary", "config": {"max_spread_hops": 2}})
    assert (again["name"], again["config"]) == ("Rosary", {**CONFIG, "max_spread_hops": 2})
    assert (again["created_at"], again["updated_at"]) == (START, "2026-01-01T00:01:00")
    assert again["metadata"] == {"a": 1}
    assert counts(door) == (2, 1, 1)
    refused(ask(door, "POST", "/brain/create", {"id": BRAIN, "name": "x"}), 409, "already exists")
    assert counts(door) == (2, 1, 1)
    assert told(door, "GET", "/memory/fiber/f1")["summary"] == "The roses were cut."


def test_a_brain_that_brings_no_id_gets_that_of_the_call_or_else_its_name(door: Door) -> None:
    assert told(door, "POST", "/brain/create", {"name": "shed"}, brain="b 1/ü")["id"] == "b 1/ü"
    assert told(door, "POST", "/brain/create", {"name": "shed"}, brain="b 1/ü")["id"] == "shed"
    refused(ask(door, "POST", "/brain/create", {"name": "shed"}, brain="b 1/ü"), 409, "shed")
    assert told(door, "GET", "/brain?name=shed")["total"] == 2
    assert ids(told(door, "GET", "/brain?limit=1&offset=1"), "brains") == ["shed"]


UNKNOWN = [
    ("GET", "/brain/{}", None),
    ("PUT", "/brain/{}", {"name": "x"}),
    ("DELETE", "/brain/{}", None),
    ("GET", "/brain/{}/stats", None),
    ("GET", "/brain/{}/export", None),
    ("GET", "/memory/neurons", None),
    ("POST", "/memory/neurons", {"type": "concept", "content": "x"}),
    ("GET", "/memory/neurons/n1", None),
    ("POST", "/memory/fibers", {"neuron_ids": ["n"], "anchor_neuron_id": "n"}),
    ("GET", "/memory/fiber/f1", None),
    ("GET", "/memory/alerts", None),
    ("POST", "/memory/projects", {"name": "x"}),
]


@pytest.mark.parametrize(("method", "target", "body"), UNKNOWN)
def test_a_brain_that_is_not_there_is_told_and_not_made(door: Door, method: str, target: str, body: Any) -> None:
    error = refused(ask(door, method, target.format("nobody"), body, brain="nobody"), 404, "Brain not found")
    assert (error["code"], error["details"]) == ("brain_not_found", {"brain_id": "nobody"})
    assert told(door, "GET", "/brain") == {"brains": [], "total": 0}
    assert door.request("GET", "/v1/buckets").json()["buckets"] == []


def test_a_call_that_names_no_brain_is_told_how(door: Door) -> None:
    refused(door.request("GET", "/memory/neurons"), 400, "X-Brain-ID")


def test_any_bucket_is_a_brain_and_any_brain_a_bucket(door: Door) -> None:
    door.client().store_memory("Bo waters the ferns.", "plants")
    opened = told(door, "GET", "/brain/plants")
    assert (opened["id"], opened["name"], opened["config"]) == ("plants", "plants", CONFIG)
    add_neuron(door, "n1", brain="plants")
    assert told(door, "POST", "/brain/create", {"id": "plants", "name": "Plants"})["neuron_count"] == 1
    assert told(door, "DELETE", "/brain/plants") == {"status": "deleted", "id": "plants"}
    assert door.request("GET", "/v1/buckets").json()["buckets"] == []


def test_what_is_deleted_in_one_brain_stays_in_another(door: Door) -> None:
    for brain in ("one", "two"):
        make_brain(door, brain)
        for neuron_id in ("n1", "n2", "n3"):
            add_neuron(door, neuron_id, brain=brain)
        add_synapse(door, "n1", "n2", brain=brain)
        add_synapse(door, "n3", "n1", brain=brain)
        add_fiber(door, "f1", "n1", "n2", brain=brain)
    before = told(door, "GET", "/brain/two/export")
    told(door, "DELETE", "/memory/neurons/n1", brain="one")
    told(door, "DELETE", "/memory/fibers/f1", brain="one")
    assert (counts(door, "one"), counts(door, "two")) == ((2, 0, 0), (3, 2, 1))
    told(door, "DELETE", "/brain/one")
    assert told(door, "GET", "/brain/two/export") == before


def test_brains_are_of_a_tenant(door: Door) -> None:
    make_brain(door)
    add_neuron(door, "n1")
    refused(ask(door, "GET", "/memory/neurons/n1", key=OTHER_KEY), 404, "Brain not found")
    refused(ask(door, "GET", f"/brain/{BRAIN}/export", key=OTHER_KEY), 404, "Brain not found")
