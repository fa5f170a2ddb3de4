"""How data is merged into data: objects field by field, lists put together, all else replaced. Pure."""

from __future__ import annotations

import json
from typing import Dict, List

from engram.types import JsonObject, JsonValue


def merged(old: JsonValue, new: JsonValue) -> JsonValue:
    """Return old data with new data in it: null changes nothing, and of two kinds the new one stays."""
    if new is None:
        return old
    if isinstance(old, dict) and isinstance(new, dict):
        return merged_objects(old, new)
    if isinstance(old, list) and isinstance(new, list):
        return _united(old, new)
    return new


def merged_objects(old: JsonObject, new: JsonObject) -> JsonObject:
    """Return the fields of both, those that both have merged."""
    return {**old, **{name: merged(old[name], value) if name in old else value for name, value in new.items()}}


def _united(old: List[JsonValue], new: List[JsonValue]) -> List[JsonValue]:
    """Return the items of both in their order, each once."""
    found: Dict[str, JsonValue] = {}
    for item in (*old, *new):
        found.setdefault(json.dumps(item, sort_keys=True), item)
    return list(found.values())
