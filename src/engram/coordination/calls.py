"""The calls of coordination as lines of data, like those in `engram.calls`. Nothing here sends anything."""

from __future__ import annotations

from ..calls import Call
from ..types.coordination import (
    AuditList,
    FenceState,
    GrantedLease,
    LeaseList,
    LockList,
    LogEntry,
    LogList,
    Registered,
    Released,
    Section,
    SessionList,
    SessionRecord,
    Situation,
    WorldHistory,
    WorldRecord,
)

_SESSIONS = "/v1/sessions"
_SESSION = _SESSIONS + "/{session_id}"
_LOCKS = "/v1/locks"
_WORLD = "/v1/world"

REGISTER: Call[Registered] = Call("POST", _SESSIONS, writes=True)
LIST_SESSIONS: Call[SessionList] = Call("GET", _SESSIONS, writes=False, list_under="sessions")
ACTIVE_SESSIONS: Call[SessionList] = Call("GET", _SESSIONS + "/active", writes=False, list_under="sessions")
RECENT_SESSIONS: Call[SessionList] = Call("GET", _SESSIONS + "/recent", writes=False, list_under="sessions")
GET_SESSION: Call[SessionRecord] = Call("GET", _SESSION, writes=False)
HEARTBEAT: Call[SessionRecord] = Call("POST", _SESSION + "/heartbeat", writes=True)
LOG: Call[LogEntry] = Call("POST", _SESSION + "/log", writes=True)
LIST_LOGS: Call[LogList] = Call("GET", _SESSION + "/log", writes=False, list_under="logs")
COMPLETE: Call[SessionRecord] = Call("POST", _SESSION + "/complete", writes=True)
RESUME: Call[SessionRecord] = Call("POST", _SESSION + "/resume", writes=True)

LOCK: Call[LeaseList] = Call("POST", _LOCKS, writes=True, list_under="leases")
LIST_LOCKS: Call[LockList] = Call("GET", _LOCKS, writes=False, list_under="locks")
RENEW: Call[GrantedLease] = Call("POST", _LOCKS + "/renew", writes=True)
RELEASE: Call[Released] = Call("POST", _LOCKS + "/release", writes=True)
VALIDATE: Call[FenceState] = Call("GET", _LOCKS + "/validate", writes=False)

GET_WORLD: Call[WorldRecord] = Call("GET", _WORLD, writes=False)
PUT_WORLD: Call[WorldRecord] = Call("PUT", _WORLD, writes=True)
WORLD_HISTORY: Call[WorldHistory] = Call("GET", _WORLD + "/history", writes=False, list_under="versions")
REVERT_WORLD: Call[WorldRecord] = Call("POST", _WORLD + "/revert", writes=True)
GET_SECTION: Call[Section] = Call("GET", _WORLD + "/section", writes=False)
PUT_SECTION: Call[Section] = Call("PUT", _WORLD + "/section", writes=True)
SITUATION: Call[Situation] = Call("GET", "/v1/sitrep", writes=False)
AUDIT: Call[AuditList] = Call("GET", "/v1/audit", writes=False, list_under="entries")
