"""The routes of sessions and of locks, and what all routes of coordination share."""

from __future__ import annotations

from typing import Callable, List, Optional, Tuple, Union, cast

from engram.types.coordination import (
    CompleteBody,
    FenceState,
    GrantedLease,
    HeartbeatBody,
    LeaseList,
    LockBody,
    LockList,
    LogBody,
    LogEntry,
    LogList,
    RegisterBody,
    Registered,
    ReleaseBody,
    Released,
    RenewBody,
    SessionBody,
    SessionList,
    SessionRecord,
    SessionStatus,
)
from engram.types.limits import MAX_PAGE_ITEMS

from ..clock import moment_of
from ..domains.coordination import locks, sessions
from ..domains.coordination.tending import Desk, desk, is_due, tend
from ..domains.errors import Invalid
from ..domains.scope import Reader, Writer
from ..wire import Response, json_response
from .base import Call, Route, Write
from .paging import next_cursor, page_of

_DEFAULT_PAGE = 50
_MOST = 2**53

Answered = Union[Response, Write]


def reading(call: Call, answer: Callable[[Reader, Desk], Response]) -> Answered:
    """Return an answer of one moment; what is due by then is done first, for which it has to be a write."""
    rules = call.services.coordination
    with call.scope.read() as reader:
        at = desk(reader, call.scope, rules)
        if not is_due(reader, at):
            return answer(reader, at)
    return writing(call, answer)


def writing(call: Call, change: Callable[[Writer, Desk], Response]) -> Write:
    """Return a change, before which whatever is due is done."""

    def write(writer: Writer) -> Response:
        at = desk(writer, call.scope, call.services.coordination)
        tend(writer, at)
        return change(writer, at)

    return write


def given_number(call: Call, name: str) -> Optional[int]:
    """Return a whole number of the query string that may be absent.

    Raises:
        Invalid: it is none.
    """
    return call.number(name, 0, 0, _MOST) if name in call.query else None


# -- sessions


def register_session(call: Call) -> Write:
    body = cast(RegisterBody, call.body)
    if "idempotency-key" in call.headers and body.get("owned") is not False and not body.get("token"):
        raise Invalid(
            "token: bring one of your own with an Idempotency-Key, because the answer to such a request is kept",
            {"field": "token"},
        )

    def change(writer: Writer, at: Desk) -> Response:
        session, token = sessions.register(writer, at, body)
        told: Registered = {"session": session, "token": token}
        return json_response(201, told)

    return writing(call, change)


def list_sessions(call: Call) -> Answered:
    page = page_of(call, _DEFAULT_PAGE)
    status = _choice(call, "status", ("active", "stale", "expired", "completed"))
    since = call.query.get("since")
    if page.offset:
        raise Invalid("offset: this list has none; it goes on with a cursor", {"field": "offset"})
    try:
        heard = None if since is None else moment_of(since)
    except ValueError as error:
        raise Invalid(f"since: {error}", {"field": "since"}) from None

    def answer(reader: Reader, at: Desk) -> Response:
        rows = sessions.page(
            reader,
            at,
            status=cast(Optional[SessionStatus], status),
            kind=call.query.get("type"),
            since=heard,
            before=sessions.LATEST if page.cursor is None else page.cursor,
            limit=page.limit,
        )
        told: SessionList = {
            "sessions": [sessions.shape(row, at) for row in rows],
            "next_cursor": next_cursor([row.number for row in rows], page.limit),
        }
        return json_response(200, told)

    return reading(call, answer)


def list_active_sessions(call: Call) -> Answered:
    return reading(call, lambda reader, at: _all_sessions(sessions.active(reader, at)))


def list_recent_sessions(call: Call) -> Answered:
    raw = call.query.get("hours", "24")
    try:
        hours = float(raw)
    except ValueError:
        raise Invalid(f"hours: must be a number, not {raw!r:.40}", {"field": "hours"}) from None
    return reading(call, lambda reader, at: _all_sessions(sessions.recent(reader, at, hours)))


def _all_sessions(found: List[SessionRecord]) -> Response:
    told: SessionList = {"sessions": found, "next_cursor": None}
    return json_response(200, told)


def get_session(call: Call) -> Answered:
    session_id = call.path["session_id"]
    return reading(
        call, lambda reader, at: json_response(200, sessions.shape(sessions.known(reader, at, session_id), at))
    )


def heartbeat(call: Call) -> Write:
    body = cast(HeartbeatBody, call.body)
    return writing(
        call, lambda writer, at: json_response(200, sessions.heartbeat(writer, at, call.path["session_id"], body))
    )


def log(call: Call) -> Write:
    body = cast(LogBody, call.body)
    return writing(
        call, lambda writer, at: json_response(201, sessions.add_log(writer, at, call.path["session_id"], body))
    )


def list_logs(call: Call) -> Answered:
    level = _choice(call, "level", ("debug", "info", "warning", "error", "amendment"))
    wanted = sessions.Notes(
        given_number(call, "before_id"), given_number(call, "after_id"), level, call.query.get("search")
    )
    limit = call.number("limit", _DEFAULT_PAGE, 0, MAX_PAGE_ITEMS)

    def answer(reader: Reader, at: Desk) -> Response:
        told: LogList = {"logs": sessions.logs(reader, at, call.path["session_id"], wanted, limit)}
        return json_response(200, told)

    return reading(call, answer)


def complete(call: Call) -> Write:
    body = cast(CompleteBody, call.body)
    return writing(
        call, lambda writer, at: json_response(200, sessions.complete(writer, at, call.path["session_id"], body))
    )


def resume(call: Call) -> Write:
    token = cast(SessionBody, call.body).get("token")
    return writing(
        call, lambda writer, at: json_response(200, sessions.resume(writer, at, call.path["session_id"], token))
    )


def _choice(call: Call, name: str, choices: Tuple[str, ...]) -> Optional[str]:
    given = call.query.get(name)
    if given is not None and given not in choices:
        raise Invalid(f"{name}: must be one of {', '.join(choices)}, not {given!r:.40}", {"field": name})
    return given


# -- locks


def lock(call: Call) -> Write:
    body = cast(LockBody, call.body)

    def change(writer: Writer, at: Desk) -> Response:
        told: LeaseList = {"leases": locks.lock(writer, at, body)}
        return json_response(201, told)

    return writing(call, change)


def list_locks(call: Call) -> Answered:
    resource, path, session_id = map(call.query.get, ("resource", "path", "session_id"))

    def answer(reader: Reader, at: Desk) -> Response:
        if resource is not None:
            found = locks.check(reader, at, resource)
        elif path is not None:
            found = locks.check_path(reader, at, path)
        else:
            found = locks.listed(reader, at, session_id)
        told: LockList = {"locks": found}
        return json_response(200, told)

    return reading(call, answer)


def renew_lock(call: Call) -> Write:
    body = cast(RenewBody, call.body)
    return writing(call, lambda writer, at: json_response(200, locks.renew(writer, at, body)))


def release_lock(call: Call) -> Write:
    body = cast(ReleaseBody, call.body)

    def change(writer: Writer, at: Desk) -> Response:
        told: Released = {"released": locks.release(writer, at, body)}
        return json_response(200, told)

    return writing(call, change)


def check_fence(call: Call) -> Answered:
    resource, token = call.query.get("resource"), given_number(call, "token")
    if resource is None or token is None:
        field = "resource" if resource is None else "token"
        raise Invalid(f"{field}: is required", {"field": field})

    def answer(reader: Reader, at: Desk) -> Response:
        told: FenceState = {"valid": locks.holds(reader, at, {"resource": resource, "token": token})}
        return json_response(200, told)

    return reading(call, answer)


_SESSIONS = "/v1/sessions"
_SESSION = _SESSIONS + "/{session_id}"
_LOCKS = "/v1/locks"
_LIST = ("status", "type", "since", "limit", "cursor")
_NOTES = ("limit", "before_id", "after_id", "level", "search")

ROUTES: List[Route] = [
    Route(
        "POST", _SESSIONS, register_session, "Make a session known.", Registered, RegisterBody, status=201
    ),
    Route("GET", _SESSIONS, list_sessions, "List sessions, the last one first.", SessionList, query=_LIST),
    Route("GET", _SESSIONS + "/active", list_active_sessions, "All that are active.", SessionList),
    Route(
        "GET", _SESSIONS + "/recent", list_recent_sessions, "All completed of late.", SessionList, query=("hours",)
    ),
    Route("GET", _SESSION, get_session, "Read one session.", SessionRecord),
    Route("POST", _SESSION + "/heartbeat", heartbeat, "Say that it lives.", SessionRecord, HeartbeatBody),
    Route("POST", _SESSION + "/log", log, "Add a note.", LogEntry, LogBody, status=201),
    Route("GET", _SESSION + "/log", list_logs, "List its notes, the newest first.", LogList, query=_NOTES),
    Route("POST", _SESSION + "/complete", complete, "End it and free its locks.", SessionRecord, CompleteBody),
    Route("POST", _SESSION + "/resume", resume, "Make it active again.", SessionRecord, SessionBody),
    Route("POST", _LOCKS, lock, "Lock resources: all or none.", LeaseList, LockBody, status=201),
    Route("GET", _LOCKS, list_locks, "List locks.", LockList, query=("resource", "path", "session_id")),
    Route("POST", _LOCKS + "/renew", renew_lock, "Let a lease last on.", GrantedLease, RenewBody),
    Route("POST", _LOCKS + "/release", release_lock, "Release a lock.", Released, ReleaseBody),
    Route(
        "GET",
        _LOCKS + "/validate",
        check_fence,
        "Say whether a fencing token holds.",
        FenceState,
        query=("resource", "token"),
    ),
]
