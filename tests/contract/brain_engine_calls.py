"""Every operation of what a brain does, called with success on the brain that calls are about."""

from __future__ import annotations

from typing import Any, Callable

_MOMENT = "2026-01-01T00:00:00"
_COLUMN = {"name": "id", "data_type": "INTEGER", "nullable": False, "primary_key": True, "default_value": None}
_KEY = {
    "column_name": "parent_id",
    "referenced_table": "folders",
    "referenced_column": "id",
    "on_delete": None,
    "on_update": None,
}
_TABLE = {
    "name": "folders",
    "columns": [_COLUMN, {**_COLUMN, "name": "parent_id", "primary_key": False, "nullable": True}],
    "foreign_keys": [_KEY],
    "indexes": [{"name": "by_parent", "columns": ["parent_id"], "unique": False}],
    "row_count_estimate": 3,
}


def call_engine(call: Callable[..., Any]) -> None:
    """Call them."""
    text = {"content": "Bruno met Clara in Oslo", "timestamp": _MOMENT, "metadata": {"k": 1}, "tags": ["a"]}
    made = call("POST", "/memory/encode", {**text, "return_graph": True, "language": "en", "skip_conflicts": True})
    call("POST", "/memory/encode/batch", {"memories": [{"content": "Clara paints", "skip_time_neurons": True}]})
    asked = {"query": "Who met Clara?", "depth": 1, "max_tokens": 500, "include_subgraph": True, "session_id": "s"}
    call("POST", "/memory/query", {**asked, "reference_time": _MOMENT, "tags": ["a"], "tag_mode": "or"})
    anchor = made["fiber"]["anchor_neuron_id"]
    call("POST", "/memory/activate", {"anchor_sets": [[anchor], [made["neurons"][1]["id"]]], "trail": False})
    call("POST", "/memory/reinforce", {"neuron_ids": [anchor], "synapse_ids": [made["synapses"][0]["id"]]})
    call("POST", "/memory/decay", {"reference_time": "2026-02-01T00:00:00", "dry_run": True})
    call("POST", "/memory/context/optimize", {"fibers": [{"id": made["fiber_id"]}], "max_tokens": 100})
    call("POST", "/memory/recall-events", {"query": "pottery kiln", "session_id": "s", "asked_at": _MOMENT})
    call("GET", "/memory/recall-events", query="?limit=2")
    call("POST", "/memory/patterns/learn", {"reference_time": None})
    call("POST", "/memory/patterns/suggest", {"topics": ["pottery"], "query": "kiln", "limit": 3})
    snapshot = {"database_name": "d", "dialect": "sqlite", "tables": [_TABLE], "schema_fingerprint": "0" * 16}
    call("POST", "/memory/train/db", {"snapshot": snapshot, "domain_tag": "files"})
