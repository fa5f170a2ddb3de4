"""The verbs of sessions."""

from __future__ import annotations

import logging
import secrets
from typing import Callable, Dict, List, Mapping, Optional, TypeVar

from ..calls import Call
from ..errors import ValidationError
from ..items import Moment, as_sent
from ..paths import QueryValue, checked_name
from ..types.coordination import AuditEntry, LogEntry, SessionList, SessionRecord
from . import calls
from .errors import SessionOver, UnknownSession
from .place import Place
from .results import Row, SessionId, log_row, session_row

T = TypeVar("T")

logger = logging.getLogger("engram.coordination")

_TOKEN_BYTES = 32
_PAGE_LOGS = 500


def can_be_named(session_id: str) -> bool:
    """Return whether a session can have such an id."""
    try:
        return bool(checked_name(session_id, "session_id"))
    except ValidationError:
        return False


def path_of(session_id: str) -> Dict[str, str]:
    """Return what a call about a session has in its path.

    Raises:
        UnknownSession: no session can have such an id.
    """
    if not can_be_named(session_id):
        raise UnknownSession(f"there is no session {session_id!r:.80}", outcome="not_sent")
    return {"session_id": session_id}


class SessionVerbs:
    """Sessions: who is at work, on what, and what they note.

    Without `strict` an unknown session, or one that is over, is a False or None and a warning in the log; with it
    `UnknownSession` or `SessionOver` is raised.
    """

    def __init__(self, place: Place, owned: Optional[bool]) -> None:
        self._place = place
        self._owned = not place.local if owned is None else owned
        self._tokens: Dict[str, str] = {}

    def register(self, session_type: str, summary: str, metadata: Optional[str] = None) -> SessionId:
        """Make a session known and return its id, with the token that changes it where sessions are owned.

            me = engram.register("cli", "fixing the parser")
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES) if self._owned else None
        body = {
            "session_type": session_type,
            "summary": summary,
            "metadata": metadata,
            "owned": self._owned,
            "token": token,
        }
        made = SessionId(self._place.send(calls.REGISTER, body=body)["session"]["id"], token)
        if token is not None:
            self._tokens[made] = token
        logger.info("registered session %s (%s)", made, session_type)
        return made

    def heartbeat(self, session_id: str, summary: Optional[str] = None, *, strict: bool = False) -> bool:
        """Say that a session lives, which renews its locks; return whether it does.

        One that expired or was completed stays so: see `resume`. An empty summary leaves the present one.
        """
        return self._change(calls.HEARTBEAT, session_id, strict, {"summary": summary})

    def log(self, session_id: str, entry: str, *, level: Optional[str] = None, strict: bool = False) -> bool:
        """Append a note; return whether the session is known. `level` is debug, info, warning or error."""
        return self._change(calls.LOG, session_id, strict, {"entry": entry, "level": level})

    def complete(self, session_id: str, completion_summary: Optional[str], *, strict: bool = False) -> bool:
        """End a session and free its locks; return whether it is known.

        The first summary and time stay; that of a later call is kept as a note of the level `amendment`.
        """
        done = self._change(calls.COMPLETE, session_id, strict, {"completion_summary": completion_summary})
        if done:
            logger.info("completed session %s", session_id)
        return done

    def resume(self, session_id: str, *, strict: bool = False) -> bool:
        """Make a session active again that expired or was completed; return whether it is known."""
        return self._change(calls.RESUME, session_id, strict, {})

    # -- asking

    def get_active_sessions(self) -> List[Row]:
        """Return the active sessions, the newest heartbeat first."""
        return [session_row(told) for told in self._place.send(calls.ACTIVE_SESSIONS)["sessions"]]

    def get_recent_sessions(self, hours: float = 24) -> List[Row]:
        """Return what was completed in the last hours, the newest first."""
        found = self._place.send(calls.RECENT_SESSIONS, query={"hours": str(float(hours))})
        return [session_row(told) for told in found["sessions"]]

    def get_session(self, session_id: str) -> SessionRecord:
        """Return one session with all that is known of it: its four states, times in UTC.

        Raises:
            UnknownSession: there is none.
        """
        return self._place.send(calls.GET_SESSION, path_of(session_id))

    def list_sessions(
        self,
        status: Optional[str] = None,
        type: Optional[str] = None,
        since: Optional[Moment] = None,
        limit: int = 50,
        cursor: Optional[str] = None,
    ) -> SessionList:
        """Return a page of sessions, the last that was registered first.

        `status` is active, stale, expired or completed; `since` is when they were heard of last, at the earliest.
        `cursor` is the `next_cursor` of the page before.
        """
        query: Dict[str, QueryValue] = {
            "status": status,
            "type": type,
            "since": None if since is None else str(as_sent("since", since)),
            "limit": limit,
            "cursor": cursor,
        }
        return self._place.send(calls.LIST_SESSIONS, query=query)

    def get_session_logs(
        self,
        session_id: str,
        limit: int = 20,
        *,
        before_id: Optional[int] = None,
        after_id: Optional[int] = None,
        level: Optional[str] = None,
        search: Optional[str] = None,
    ) -> "List[Dict[str, object]]":
        """Return notes of a session, the newest first; -1 is no limit.

        `before_id` goes on behind a page. `after_id` returns what came after a note, the oldest first.
        """
        found: List[LogEntry] = []
        if not can_be_named(session_id):
            return []
        while limit < 0 or len(found) < limit:
            wanted = _PAGE_LOGS if limit < 0 else min(_PAGE_LOGS, limit - len(found))
            query: Dict[str, QueryValue] = {
                "limit": wanted,
                "before_id": before_id,
                "after_id": after_id,
                "level": level,
                "search": search,
            }
            page = self._place.send(calls.LIST_LOGS, path_of(session_id), query=query)["logs"]
            found += page
            if len(page) < wanted:
                break
            if after_id is None:
                before_id = page[-1]["id"]
            else:
                after_id = page[-1]["id"]
        return [log_row(told) for told in found]

    def audit(self, limit: int = 50, before_id: Optional[int] = None) -> List[AuditEntry]:
        """Return who did what to what, and when, the newest first."""
        return self._place.send(calls.AUDIT, query={"limit": limit, "before_id": before_id})["entries"]

    # -- what the other verbs share

    def _token(self, session_id: str) -> Optional[str]:
        token = session_id.token if isinstance(session_id, SessionId) else None
        return token or self._tokens.get(session_id)

    def _change(self, call: Call[T], session_id: str, strict: bool, body: Mapping[str, object]) -> bool:
        """Make a call that changes a session; return whether that is known and not over."""

        def send() -> T:
            given = {**body, "token": self._token(session_id)}
            return self._place.send(call, path_of(session_id), body=given)

        return self._told(send, strict) is not None

    def _told(self, send: Callable[[], T], strict: bool) -> Optional[T]:
        """Return what a call returns, None where its session is unknown or over."""
        try:
            return send()
        except (UnknownSession, SessionOver) as error:
            if strict:
                raise
            logger.warning("%s", error)
            return None
