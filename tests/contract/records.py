"""One record of each family to send, and the same as it comes back."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple

from .doors import KEY, Answer, Body, Door

SCOPE = {"user_id": "mira", "agent_id": "travel-bot", "session_id": "s-42", "run_id": "r-7"}
WHOLE_SCOPE = {"tenant_id": "default", **SCOPE}
START_TEXT = "2026-01-01T00:00:00Z"
"""The moment at which every test's clock stands at first."""

STATE_DEFAULTS = {
    "goal": "",
    "plan": [],
    "slots": {},
    "constraints": {},
    "tool_evidence": [],
    "decisions": [],
    "risks": [],
    "state_version": 0,
}
PACKET_INPUT = {
    "meta": {"scope": SCOPE, "purpose": "planner", "budget": {"max_tokens": 100}},
    "short_term": {},
    "long_term": {},
}


class Family(NamedTuple):
    """A family whose records have ids: where it is reached, the least that one needs, and what becomes of that."""

    path: str
    #: What keeps a record, and under which key of the body it stands; an event is the body itself.
    verb: str
    key: str
    id_key: str
    least: Dict[str, Any]
    whole: Dict[str, Any]

    @property
    def name(self) -> str:
        """Under which key a list of it comes."""
        return self.path.replace("-", "_")


FAMILIES: Dict[str, Family] = {
    family.path: family
    for family in (
        Family(
            "events",
            "",
            "",
            "event_id",
            {"event_id": "e-1", "kind": "message", "payload": None},
            {
                "event_id": "e-1",
                "scope": WHOLE_SCOPE,
                "ts": "2026-01-01T00:00:00+00:00",
                "kind": "message",
                "payload": None,
                "tags": [],
                "entities": [],
            },
        ),
        Family(
            "facts",
            "/upsert",
            "fact",
            "fact_id",
            {"fact_id": "f-1", "fact_key": "diet", "value": {"b": [1, None], "a": "vegan"}},
            {
                "fact_id": "f-1",
                "fact_key": "diet",
                "value": {"a": "vegan", "b": [1, None]},
                "status": "active",
                "validity": {"valid_from": None, "valid_to": None},
                "confidence": 0.5,
                "sources": [],
                "scope_level": "user",
                "notes": "",
            },
        ),
        Family(
            "episodes",
            "/append",
            "episode",
            "episode_id",
            {"episode_id": "p-1", "time_range": {"start": "2026-01-01T02:00:00.1239+02:00"}, "summary": "Packed."},
            {
                "episode_id": "p-1",
                "time_range": {"start": "2026-01-01T00:00:00.123Z", "end": None},
                "summary": "Packed.",
                "highlights": [],
                "tags": [],
                "entities": [],
                "sources": [],
                "compression_level": "raw",
                "recency_score": None,
            },
        ),
        Family(
            "procedures",
            "/upsert",
            "procedure",
            "procedure_id",
            {"procedure_id": "pr-1", "task_type": "trip", "content": {"steps": ["book", "pack"]}},
            {
                "procedure_id": "pr-1",
                "task_type": "trip",
                "content": {"steps": ["book", "pack"]},
                "priority": 0,
                "sources": [],
                "applicability": {},
            },
        ),
        Family(
            "insights",
            "/append",
            "insight",
            "id",
            {"id": "i-1", "type": "hypothesis", "statement": "Mira avoids layovers."},
            {
                "id": "i-1",
                "type": "hypothesis",
                "statement": "Mira avoids layovers.",
                "trigger": "synthesis",
                "confidence": 0.3,
                "validation_state": "unvalidated",
                "tests_suggested": [],
                "expires_at": "",
                "sources": [],
            },
        ),
    )
}


def ask(door: Door, path: str, body: Body, key: str = KEY) -> Answer:
    """Make one call of structured memory."""
    return door.request("POST", "/v1/memory/" + path, body, key=key)


def told(door: Door, path: str, body: Body, key: str = KEY) -> Any:
    """Make one call that succeeds, and return its answer."""
    answer = ask(door, path, body, key)
    assert answer.status == 200, answer
    return answer.json()


def body_of(family: Family, record: Dict[str, Any], scope: Dict[str, str] = SCOPE) -> Dict[str, Any]:
    """Return the body that keeps a record."""
    return {"scope": scope, **(record if family.key == "" else {family.key: record})}


def keep(door: Door, family: Family, scope: Dict[str, str] = SCOPE, **changed: Any) -> Any:
    """Keep the family's record with some of its keys changed, and return it."""
    return told(door, family.path + family.verb, body_of(family, {**family.least, **changed}, scope))


def listed(door: Door, family: Family, scope: Dict[str, str] = SCOPE, **asked: Any) -> List[Any]:
    """Return the first page of a family's list."""
    page: List[Any] = told(door, family.path + "/list", {"scope": scope, **asked})[family.name]
    return page


def remove(door: Door, family: Family, record_id: str, scope: Dict[str, str] = SCOPE) -> bool:
    """Delete a record, and return whether it was there."""
    deleted: bool = told(door, family.path + "/delete", {"scope": scope, family.id_key: record_id})["deleted"]
    return deleted
