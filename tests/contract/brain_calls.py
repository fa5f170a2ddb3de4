"""Every operation of a brain, called with success: what the document says is held against what comes back."""

from __future__ import annotations

from typing import Any, Callable, Dict

from .brain_engine_calls import call_engine

_MOMENT = "2026-01-01T00:00:00"
_NEURON, _SYNAPSE = "/memory/neurons/{neuron_id}", "/memory/synapses/{synapse_id}"
_FIBER, _PROJECT = "/memory/fibers/{fiber_id}", "/memory/projects/{project_id}"
_TYPED = "/memory/typed-memories/{fiber_id}"


def call_brain(call: Callable[..., Any]) -> None:
    """Call them; all that is said of a brain in a header is said of `b`."""
    _call_brains(call)
    _call_graph(call)
    _call_fibers(call)
    _call_kept(call)
    call_engine(call)
    snapshot = call("GET", "/brain/{brain_id}/export", brain_id="b")
    call("POST", "/brain/{brain_id}/import", snapshot, brain_id="copy")
    call("GET", "/brain/{brain_id}/stats", brain_id="copy")
    call("DELETE", "/memory/fibers/{fiber_id}", fiber_id="f")
    call("DELETE", _SYNAPSE, synapse_id="s")
    call("DELETE", _NEURON, neuron_id="n")
    call("DELETE", "/brain/{brain_id}", brain_id="b")


def _call_brains(call: Callable[..., Any]) -> None:
    made = {"id": "b", "owner_id": None, "is_public": True, "shared_with": ["x"], "metadata": {"k": None}}
    call("POST", "/brain/create", {"name": "B", "config": {"decay_rate": 0.2}, "created_at": _MOMENT, **made})
    call("PUT", "/brain/{brain_id}", {"name": "B2"}, brain_id="b")
    call("GET", "/brain/{brain_id}", brain_id="b")
    call("GET", "/brain", query="?name=B2&limit=1&offset=0")


def _call_graph(call: Callable[..., Any]) -> None:
    for neuron_id in ("n", "m"):
        new: Dict[str, Any] = {"id": neuron_id, "type": "entity", "content": neuron_id}
        call("POST", "/memory/neurons", {**new, "metadata": {}, "created_at": _MOMENT})
    call("GET", "/memory/neurons", query=f"?type=entity&content_contains=n&time_start={_MOMENT}&limit=3")
    call("POST", "/memory/neurons/batch", {"neuron_ids": ["n"]})
    call("GET", _NEURON, neuron_id="n")
    call("PUT", _NEURON, {"content": "nn"}, neuron_id="n")
    call("PUT", _NEURON + "/state", {"activation_level": 0.5, "last_activated": _MOMENT}, neuron_id="n")
    call("GET", _NEURON + "/state", neuron_id="n")
    call("POST", "/memory/states/batch", {"neuron_ids": ["n"]})
    call("GET", "/memory/suggest", query="?prefix=n")
    ends = {"source_id": "n", "target_id": "m", "type": "is_a"}
    call("POST", "/memory/synapses", {"id": "s", "weight": 2, "direction": "bi", "last_activated": None, **ends})
    call("GET", "/memory/synapses", query="?source_id=n&min_weight=0.5")
    call("GET", _SYNAPSE, synapse_id="s")
    call("PUT", _SYNAPSE, {"weight": 0.5}, synapse_id="s")
    call("GET", _NEURON + "/neighbors", query="?direction=out&synapse_types=is_a", neuron_id="n")
    call("GET", _NEURON + "/path", query="?target_id=m&max_hops=2", neuron_id="n")


def _call_fibers(call: Callable[..., Any]) -> None:
    held = {"neuron_ids": ["n", "m"], "anchor_neuron_id": "n", "pathway": ["n", "m"], "synapse_ids": ["s"]}
    told = {"summary": "Ana has a cat.", "time_start": _MOMENT, "time_end": None, "tags": ["a"], "stage": "stm"}
    call("POST", "/memory/fibers", {"id": "f", **held, **told})
    call("GET", "/memory/fibers", query="?contains_neuron=n&tags=a&tag_mode=or")
    call("POST", "/memory/fibers/batch", {"neuron_ids": ["n"], "limit_per_neuron": 1, "tag_mode": "or"})
    call("GET", "/memory/fiber/{fiber_id}", fiber_id="f")
    call("GET", "/memory/fibers/{fiber_id}", fiber_id="f")
    call("PUT", _FIBER, {"salience": 0.5}, fiber_id="f")
    call("POST", _FIBER + "/conduct", {"conducted_at": None, "reinforce": True}, fiber_id="f")


def _call_kept(call: Callable[..., Any]) -> None:
    call("POST", "/memory/projects", {"id": "p", "name": "P", "end_date": None})
    call("GET", "/memory/projects")
    call("GET", _PROJECT, project_id="p")
    call("PUT", _PROJECT, {"name": "P", "priority": 2}, project_id="p")
    kind = {"memory_type": "todo", "provenance": {"verified": True, "verified_at": _MOMENT}, "project_id": "p"}
    call("POST", "/memory/typed-memories", {"fiber_id": "f", "priority": 9, "expires_at": None, **kind})
    call("GET", "/memory/typed-memories", query="?memory_type=todo&min_priority=7")
    call("GET", _TYPED, fiber_id="f")
    call("GET", _PROJECT + "/memories", project_id="p")
    alert = {"alert_type": "stale_fibers", "severity": "low", "message": "m"}
    recorded = call("POST", "/memory/alerts", alert)["id"]
    call("GET", "/memory/alerts", query="?limit=5")
    call("POST", "/memory/alerts/seen", {"alert_ids": [recorded]})
    call("POST", "/memory/alerts/{alert_id}/acknowledge", alert_id=recorded)
    call("POST", "/memory/alerts/resolve", {"alert_types": ["stale_fibers"]})
    call("DELETE", _TYPED, fiber_id="f")
    call("DELETE", _PROJECT, project_id="p")
