"""Locks: advisory ones warn, exclusive ones exclude; each is a lease with a fencing token that only grows.

A fencing token holds as long as its lease does and, where the lease is advisory, nobody was granted the resource
after it or has it alone. So what an exclusive lease protects is not lost to whoever locks without excluding, and of all
tokens of a resource at most one holds.
"""

from __future__ import annotations

from typing import List, Optional, cast

from engram.types import JsonObject
from engram.types.coordination import (
    MAX_PATH_CHARS,
    Fence,
    GrantedLease,
    HeldLock,
    Holder,
    LockBody,
    LockMode,
    ReleaseBody,
    RenewBody,
)

from ...clock import rfc3339
from ...storage import LeaseRow, LeaseTerms
from ..errors import Invalid, Over, Taken, Unmet
from ..scope import Reader, Writer
from . import paths
from .moments import local_text
from .sessions import living, proven
from .tending import DEFAULT_TTL_MS, Desk


def lock(writer: Writer, at: Desk, body: LockBody) -> List[GrantedLease]:
    """Grant a session locks: all of them or none.

    Raises:
        Taken: an exclusive lock is asked for, and another session holds one of the resources.
        Over: the session has expired.
    """
    session = living(proven(writer, at, body["session_id"], body.get("token")))
    is_path = bool(body.get("path"))
    given = body["resources"]
    return [
        _grant(writer, at, session.id, resource, is_path, body)
        for resource in sorted({_path(one, "resources") for one in given} if is_path else set(given))
    ]


def _path(resource: str, field: str) -> str:
    if not 1 <= len(resource) <= MAX_PATH_CHARS:
        raise Invalid(f"{field}: a path has 1 to {MAX_PATH_CHARS} characters", {"field": field})
    return paths.normalised(resource)


def _grant(
    writer: Writer, at: Desk, session_id: str, resource: str, is_path: bool, body: LockBody
) -> GrantedLease:
    mode: LockMode = body.get("mode") or "advisory"
    others = [row for row in _holders(writer, at, resource, is_path) if row.session_id != session_id]
    if mode == "exclusive" and others:
        raise _locked(resource, others, at.now)
    own = next((row for row in writer.leases_on(at.owner, resource) if row.session_id == session_id), None)
    ttl_s = body.get("ttl_s")
    given = None if ttl_s is None else _milliseconds(ttl_s)
    ttl = given or (DEFAULT_TTL_MS if own is None else own.ttl)
    # Locking again renews: it never excludes less than before, and keeps the token, unless it excludes only now and
    # another was granted the resource meanwhile.
    comes_to_exclude = mode == "exclusive" and (own is None or own.mode != mode)
    fence = 0 if own is None else own.fence
    if own is None or (comes_to_exclude and fence < writer.newest_fence(at.owner, resource)):
        fence = writer.next_fence(at.owner, resource)
    terms = LeaseTerms(
        "exclusive" if own is not None and own.mode == "exclusive" else mode,
        is_path or (own is not None and bool(own.is_path)),
        fence,
        at.now,
        at.now + ttl,
        ttl,
    )
    writer.save_lease(at.owner, resource, session_id, terms, note=body.get("note"), text=local_text(at.now))
    if own is None or comes_to_exclude:
        writer.add_audit(at.owner, at.now, session_id, "lock", resource, f"{terms.mode}; token {terms.fence}")
    (row,) = (row for row in writer.leases_on(at.owner, resource) if row.session_id == session_id)
    return granted(row, others)


def _holders(reader: Reader, at: Desk, resource: str, is_path: bool) -> List[LeaseRow]:
    """Return who holds a resource; of a path also the folders that it lies in, and what lies in it."""
    found = reader.leases_on(at.owner, resource)
    if not is_path:
        return found
    for folder in paths.folders(resource):
        found += [row for row in reader.leases_on(at.owner, folder) if row.is_path]
    found += [
        row
        for row in reader.path_leases_between(at.owner, *paths.inside(resource))
        if row.resource != resource and paths.covers(resource, row.resource)
    ]
    return found


def _locked(resource: str, others: List[LeaseRow], now: int) -> Taken:
    first = others[0]
    details: JsonObject = {
        "resource": resource,
        "session_id": first.session_id,
        "mode": first.mode,
        "expires_at": rfc3339(first.expires_at),
        # For whose clock is another.
        "expires_in_s": (first.expires_at - now) / 1000,
        "holders": [cast(JsonObject, _holder(row)) for row in others],
    }
    return Taken(
        f"{resource!r:.200} is held by {first.session_id} until {rfc3339(first.expires_at)}", details, "locked"
    )


def renew(writer: Writer, at: Desk, body: RenewBody) -> GrantedLease:
    """Let a lease last from now on.

    Raises:
        Over: it ended, or the resource was granted anew since.
    """
    session = living(proven(writer, at, body["session_id"], body.get("token")))
    found = [row for row in writer.leases_on(at.owner, body["resource"]) if row.session_id == session.id]
    if not found or found[0].fence != body["fence"]:
        raise Over(
            f"The lease on {body['resource']!r:.200} is over", {"resource": body["resource"]}, "lease_over"
        )
    ttl_s = body.get("ttl_s")
    ttl = found[0].ttl if ttl_s is None else _milliseconds(ttl_s)
    writer.extend_lease(found[0], at.now + ttl, ttl)
    return granted(found[0]._replace(expires_at=at.now + ttl, ttl=ttl), [])


def release(writer: Writer, at: Desk, body: ReleaseBody) -> int:
    """Release a session's lock, by force those of all others as well; return how many there were."""
    session = proven(writer, at, body["session_id"], body.get("token"))
    resource = _path(body["resource"], "resource") if body.get("path") else body["resource"]
    released = 0
    for row in writer.leases_on(at.owner, resource):
        if row.session_id == session.id or body.get("force"):
            writer.remove_lease(resource, row.session_id)
            action = "release" if row.session_id == session.id else "force_release"
            writer.add_audit(at.owner, at.now, session.id, action, resource, f"of {row.session_id}")
            released += 1
    return released


def check(reader: Reader, at: Desk, resource: str) -> List[HeldLock]:
    """Return who holds a resource."""
    return [held(row) for row in reader.leases_on(at.owner, resource)]


def check_path(reader: Reader, at: Desk, path: str) -> List[HeldLock]:
    """Return who holds a path, a folder that it lies in, or what lies in it."""
    return [held(row) for row in _holders(reader, at, _path(path, "path"), True)]


def listed(reader: Reader, at: Desk, session_id: Optional[str]) -> List[HeldLock]:
    """Return the locks of a session, or of all."""
    return [held(row) for row in reader.leases_of(at.owner, session_id)]


def holds(reader: Reader, at: Desk, fence: Fence) -> bool:
    """Return whether a fencing token still holds."""
    resource, number = fence["resource"], fence["token"]
    for row in reader.leases_on(at.owner, resource):
        if row.fence == number:
            return row.mode == "exclusive" or (
                number == reader.newest_fence(at.owner, resource) and not _is_anothers_alone(reader, at, row)
            )
    return False


def _is_anothers_alone(reader: Reader, at: Desk, lease: LeaseRow) -> bool:
    others = _holders(reader, at, lease.resource, bool(lease.is_path))
    return any(row.mode == "exclusive" and row.session_id != lease.session_id for row in others)


def check_fence(reader: Reader, at: Desk, fence: Optional[Fence]) -> None:
    """Refuse a write whose lease is over.

    Raises:
        Unmet: it is.
    """
    if fence is not None and not holds(reader, at, fence):
        newest = reader.newest_fence(at.owner, fence["resource"])
        raise Unmet(
            f"fence: token {fence['token']} of {fence['resource']!r:.200} does not hold",
            {"resource": fence["resource"], "token": fence["token"], "newest": newest},
            "stale_fence",
        )


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


# -- shapes


def _holder(row: LeaseRow) -> Holder:
    return {
        "resource": row.resource,
        "session_id": row.session_id,
        "mode": "exclusive" if row.mode == "exclusive" else "advisory",
        "expires_at": rfc3339(row.expires_at),
    }


def granted(row: LeaseRow, others: List[LeaseRow]) -> GrantedLease:
    """Return a lease as it is sent to whom it was granted."""
    return {
        **_holder(row),
        "token": row.fence,
        "ttl_s": row.ttl / 1000,
        "note": row.note,
        "holders": [_holder(other) for other in others],
    }


def held(row: LeaseRow) -> HeldLock:
    """Return a lock as it is listed."""
    return {
        **_holder(row),
        "locked_at": rfc3339(row.granted_at),
        "note": row.note,
        "token": row.fence,
        "summary": row.summary,
        "session_type": row.session_type,
    }
