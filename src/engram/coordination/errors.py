"""What coordination can refuse, beside what every call may raise. Each carries what the server said of it."""

from __future__ import annotations

from typing import Dict, List, Type

from ..errors import ConflictError, EngramError, NotFoundError, PreconditionFailedError
from ..types.wire import JsonObject, JsonValue


class ClosedError(EngramError):
    """It was closed, and is asked for something."""


class UnknownSession(NotFoundError):
    """There is no session of this id."""


class SessionOver(EngramError):
    """The session has expired or was completed; `resume` makes it active again."""


class LeaseOver(EngramError):
    """The lease ran out or was released, or the resource was granted anew."""


class ResourceLocked(ConflictError):
    """Another session holds the resource."""

    @property
    def resource(self) -> str:
        """What was to be locked."""
        return _text(self.body, "resource")

    @property
    def holder(self) -> str:
        """The id of the session that holds it."""
        return _text(self.body, "session_id")

    @property
    def expires_at(self) -> str:
        """When its lease ends unless it is renewed: RFC 3339, by the server's clock."""
        return _text(self.body, "expires_at")

    @property
    def expires_in_s(self) -> float:
        """The same, in seconds from when it was refused."""
        value = _details(self.body).get("expires_in_s")
        return float(value) if isinstance(value, (int, float)) else 0.0

    @property
    def holders(self) -> List[str]:
        """The ids of all sessions in the way."""
        rows = _details(self.body).get("holders")
        return [str(row["session_id"]) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


class VersionConflict(PreconditionFailedError):
    """Somebody changed it since it was read."""

    @property
    def version(self) -> int:
        """The version that is there now."""
        value = _details(self.body).get("version")
        return value if isinstance(value, int) else 0

    @property
    def content(self) -> str:
        """What is there now: of a document its content, of a section what stands under the heading."""
        return _text(self.body, "content") or _text(self.body, "body")

    @property
    def digest(self) -> str:
        """The digest of a section as it is now."""
        return _text(self.body, "digest")


class StaleFence(PreconditionFailedError):
    """The lease that a write was to be made under does not hold any more."""


_BY_CODE: Dict[str, Type[EngramError]] = {
    "session_not_found": UnknownSession,
    "session_expired": SessionOver,
    "session_completed": SessionOver,
    "lease_over": LeaseOver,
    "locked": ResourceLocked,
    "version_conflict": VersionConflict,
    "section_conflict": VersionConflict,
    "stale_fence": StaleFence,
}


def named(error: EngramError) -> EngramError:
    """Return the error of coordination that one of a call stands for, else the same."""
    kind = _BY_CODE.get(error.code)
    if kind is None:
        return error
    made = kind(
        str(error),
        error.status,
        error.body,
        code=error.code,
        request_id=error.request_id,
        attempts=error.attempts,
        outcome=error.outcome,
    )
    made.idempotency_key = error.idempotency_key
    return made


def _details(body: JsonValue) -> JsonObject:
    details = body.get("details") if isinstance(body, dict) else None
    return details if isinstance(details, dict) else {}


def _text(body: JsonValue, name: str) -> str:
    value = _details(body).get(name)
    return value if isinstance(value, str) else ""
