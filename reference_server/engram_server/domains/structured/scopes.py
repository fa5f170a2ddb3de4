"""Scopes of structured memory: whose a record is, and which part of its scope it belongs to. Pure."""

from __future__ import annotations

import json

from engram.types import MemoryScope, ScopeInput

DEFAULT_TENANT = "default"


def whole(given: ScopeInput) -> MemoryScope:
    """Return a scope with its tenant filled in."""
    return {
        "tenant_id": given.get("tenant_id", DEFAULT_TENANT),
        "user_id": given["user_id"],
        "agent_id": given["agent_id"],
        "session_id": given["session_id"],
        "run_id": given["run_id"],
    }


def agent_key(scope: MemoryScope) -> str:
    """Return the key of what an agent keeps of a user across all sessions: facts, episodes, procedures."""
    return _key(scope["tenant_id"], scope["user_id"], scope["agent_id"])


def session_key(scope: MemoryScope) -> str:
    """Return the key of what is kept in a session, across its runs: short-term memory."""
    return _key(scope["tenant_id"], scope["user_id"], scope["agent_id"], scope["session_id"])


def run_key(scope: MemoryScope) -> str:
    """Return the key of what is kept in a run: events, working state, insights, context builds."""
    return _key(*(scope[part] for part in ("tenant_id", "user_id", "agent_id", "session_id", "run_id")))


def _key(*ids: str) -> str:
    # No id can imitate another's end, and keys of different depths are never equal.
    return json.dumps(ids, ensure_ascii=False, separators=(",", ":"))
