"""A brain behind a door: calls about it, and the least of each thing that it holds."""

from __future__ import annotations

from typing import Any, Dict, Mapping
from urllib.parse import quote

from engram.types.brain_learning import TableWire

from .doors import KEY, Answer, Body, Door

BRAIN = "garden"
CONFIG = {
    "decay_rate": 0.1,
    "reinforcement_delta": 0.05,
    "activation_threshold": 0.2,
    "max_spread_hops": 4,
    "max_context_tokens": 1500,
}
START = "2026-01-01T00:00:00"
"""The moment at which every test's clock stands at first, as a brain tells it."""


def ask(door: Door, method: str, target: str, body: Body = None, brain: str = BRAIN, key: str = KEY) -> Answer:
    """Make one call about a brain."""
    return door.request(method, target, body, {"X-Brain-ID": quote(brain, safe="")}, key=key)


def told(door: Door, method: str, target: str, body: Body = None, brain: str = BRAIN) -> Any:
    """Make one call that succeeds, and return its answer."""
    answer = ask(door, method, target, body, brain)
    assert answer.status == 200, answer
    return answer.json()


def refused(answer: Answer, status: int, word: str) -> Any:
    """Return the error of a call that was refused so, with a word in its sentence."""
    assert answer.status == status, answer
    error = answer.json()
    assert word in error["error"]
    return error


def make_brain(door: Door, brain: str = BRAIN, **given: Any) -> Any:
    """Make a brain."""
    return told(door, "POST", "/brain/create", {"id": brain, "name": "Garden", **given})


def add_neuron(door: Door, neuron_id: str, content: str = "", brain: str = BRAIN, **given: Any) -> Any:
    """Add a neuron."""
    body = {"id": neuron_id, "type": "concept", "content": content or f"Neuron {neuron_id}", **given}
    return told(door, "POST", "/memory/neurons", body, brain)


def add_synapse(door: Door, source: str, target: str, brain: str = BRAIN, **given: Any) -> Any:
    """Add a synapse, whose id is its two ends."""
    body = {"id": source + target, "source_id": source, "target_id": target, "type": "leads_to", **given}
    return told(door, "POST", "/memory/synapses", body, brain)


def add_fiber(door: Door, fiber_id: str, *neuron_ids: str, brain: str = BRAIN, **given: Any) -> Any:
    """Add a fiber along some neurons, the first of them its anchor."""
    body: Dict[str, Any] = {
        "id": fiber_id,
        "neuron_ids": list(neuron_ids),
        "anchor_neuron_id": neuron_ids[0],
        "pathway": list(neuron_ids),
        **given,
    }
    return told(door, "POST", "/memory/fibers", body, brain)


def add_typed(door: Door, fiber_id: str, memory_type: str = "fact", brain: str = BRAIN, **given: Any) -> Any:
    """Tell what kind of memory a fiber is."""
    return told(
        door, "POST", "/memory/typed-memories", {"fiber_id": fiber_id, "memory_type": memory_type, **given}, brain
    )


def ids(listed: Mapping[str, Any], name: str, key: str = "id") -> Any:
    """Return the ids of a list, in its order."""
    return [one[key] for one in listed[name]]


def counts(door: Door, brain: str = BRAIN) -> Any:
    """Return how many neurons, synapses and fibers a brain has."""
    found = told(door, "GET", f"/brain/{brain}")
    return found["neuron_count"], found["synapse_count"], found["fiber_count"]


def table(name: str, columns: str, **keys: str) -> TableWire:
    """Return a table with the key `id`; a column is NOT NULL but for the `keys`, which lead to the ids of other tables."""
    return {
        "name": name,
        "columns": [
            {
                "name": column,
                "data_type": "TEXT",
                "nullable": column in keys,
                "primary_key": column == "id",
                "default_value": None,
            }
            for column in columns.split()
        ],
        "foreign_keys": [
            {
                "column_name": column,
                "referenced_table": target,
                "referenced_column": "id",
                "on_delete": None,
                "on_update": None,
            }
            for column, target in keys.items()
        ],
        "indexes": [],
        "row_count_estimate": 0,
    }
