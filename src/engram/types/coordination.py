"""The coordination face: sessions and their notes, locks, the world state, the report, the audit.

What is sent in is a `...Body`: its optional keys may be left out or null. What comes back has every key. A moment is
null where a program of the old layout wrote one that cannot be read; `as_written` has its text.
"""

from __future__ import annotations

from typing import Annotated, Dict, List, Literal, Optional, TypedDict

from .limits import MAX_BATCH_ITEMS, Between, Items, Length

SessionStatus = Literal["active", "stale", "expired", "completed"]
LogLevel = Literal["debug", "info", "warning", "error", "amendment"]
LockMode = Literal["advisory", "exclusive"]
SectionEdit = Literal["replace", "append"]

# Longer than the path of any file.
MAX_PATH_CHARS = 4_096
MAX_DOCUMENT_CHARS = 256
MAX_HEADING_CHARS = 1_024
# Nobody is to guess one, and everybody is to be able to send one.
MIN_TOKEN_CHARS = 32
MAX_TOKEN_CHARS = 256
# A year, in seconds.
MAX_TTL_SECONDS = 31_536_000

SessionToken = Annotated[str, Length(MIN_TOKEN_CHARS, MAX_TOKEN_CHARS)]
Document = Annotated[str, Length(0, MAX_DOCUMENT_CHARS)]
Heading = Annotated[str, Length(1, MAX_HEADING_CHARS)]
Ttl = Annotated[float, Between(0.001, MAX_TTL_SECONDS)]
Version = Annotated[int, Between(0, 2**53)]


# -- the bodies of calls


class _RegisterRequired(TypedDict):
    session_type: str
    summary: str


class RegisterBody(_RegisterRequired, total=False):
    """`POST /v1/sessions`.

    What changes the session later must show its `token`: the caller's own, else one that the answer tells. A session
    that is not `owned` has none, and everybody of its tenant may change it.
    """

    metadata: Optional[str]
    owned: Optional[bool]
    token: Optional[SessionToken]


class SessionBody(TypedDict, total=False):
    """A call about one session. `token` shows that the caller may change it."""

    token: Optional[str]


class HeartbeatBody(SessionBody, total=False):
    """`POST /v1/sessions/{session_id}/heartbeat`. An empty summary leaves the present one."""

    summary: Optional[str]


class _LogRequired(SessionBody):
    entry: str


class LogBody(_LogRequired, total=False):
    """`POST /v1/sessions/{session_id}/log`."""

    level: Optional[LogLevel]


class CompleteBody(SessionBody, total=False):
    """`POST /v1/sessions/{session_id}/complete`."""

    completion_summary: Optional[str]


class _LockRequired(SessionBody):
    session_id: str
    resources: Annotated[List[str], Items(1, MAX_BATCH_ITEMS)]


class LockBody(_LockRequired, total=False):
    """`POST /v1/locks`: all of the resources or none.

    With `path` a resource is a normalised path, and a folder covers what lies in it. The lease ends after `ttl_s`
    seconds (30 minutes) unless it is renewed, as each heartbeat of its session does.
    """

    mode: Optional[LockMode]
    note: Optional[str]
    ttl_s: Optional[Ttl]
    path: Optional[bool]


class LeaseName(TypedDict):
    """A lock of a session."""

    session_id: str
    resource: str


class _RenewRequired(LeaseName):
    fence: Version


class RenewBody(_RenewRequired, SessionBody, total=False):
    """`POST /v1/locks/renew`. `fence` is the fencing token that the lease was granted with."""

    ttl_s: Optional[Ttl]


class ReleaseBody(LeaseName, SessionBody, total=False):
    """`POST /v1/locks/release`. With `force` the locks of all others on the resource are released as well."""

    force: Optional[bool]
    path: Optional[bool]


class Fence(TypedDict):
    """A resource and the fencing token of a lease on it."""

    resource: str
    token: Version


class DocumentBody(TypedDict, total=False):
    """A call about a document; without a name, here or in the query string, it is the world state itself."""

    document: Optional[Document]


class ChangeBody(DocumentBody, total=False):
    """A change of a document. With `if_version` only that version is replaced; 0 is for one that was never set.

    `If-Match` with an ETag says the same. With `fence` it is refused unless that lease still holds.
    """

    updated_by: Optional[str]
    if_version: Optional[Version]
    fence: Optional[Fence]


class SetWorldBody(ChangeBody):
    """`PUT /v1/world`."""

    content: str


class RevertBody(ChangeBody):
    """`POST /v1/world/revert`."""

    version: Version


class _SectionRequired(ChangeBody):
    heading: Heading
    body: str


class SectionBody(_SectionRequired, total=False):
    """`PUT /v1/world/section`: edit what stands under one markdown heading.

    With `if_digest` only the section of that digest is edited; an empty one is for a section that is not there.
    """

    edit: Optional[SectionEdit]
    if_digest: Optional[str]


# -- what comes back


class SessionRecord(TypedDict):
    """One session. `local_times` tells that a program of the old layout wrote a time, which was read as local."""

    id: str
    session_type: str
    summary: str
    status: SessionStatus
    started_at: Optional[str]
    last_heartbeat: Optional[str]
    completed_at: Optional[str]
    completion_summary: Optional[str]
    metadata: Optional[str]
    expired_because: Optional[str]
    local_times: bool
    odd_times: bool
    as_written: Dict[str, str]


class Registered(TypedDict):
    """A new session; `token` is null where the caller brought its own or wanted none."""

    session: SessionRecord
    token: Optional[str]


class SessionList(TypedDict):
    """A page of sessions. `next_cursor` is null on the last page."""

    sessions: List[SessionRecord]
    next_cursor: Optional[str]


class LogEntry(TypedDict):
    """A note of a session."""

    id: int
    session_id: str
    timestamp: Optional[str]
    entry: str
    level: LogLevel
    as_written: Dict[str, str]


class LogList(TypedDict):
    """Notes of a session."""

    logs: List[LogEntry]


class Holder(TypedDict):
    """Who holds a resource."""

    resource: str
    session_id: str
    mode: LockMode
    expires_at: str


class HeldLock(Holder):
    """A lock with its note, and what its session does."""

    locked_at: str
    note: Optional[str]
    token: int
    summary: str
    session_type: str


class LockList(TypedDict):
    """Locks."""

    locks: List[HeldLock]


class GrantedLease(Holder):
    """A lock that was granted: its fencing token grows with every grant of the resource."""

    token: int
    ttl_s: float
    note: Optional[str]
    #: Who held the resource at that moment, other sessions only.
    holders: List[Holder]


class LeaseList(TypedDict):
    """The locks that were granted, in the order of their resources."""

    leases: List[GrantedLease]


class Released(TypedDict):
    """How many locks were released."""

    released: int


class FenceState(TypedDict):
    """Whether a fencing token still holds."""

    valid: bool


class WorldVersion(TypedDict):
    """A version of a document, without its content."""

    version: int
    updated_at: Optional[str]
    updated_by: Optional[str]
    size_bytes: int
    digest: str


class WorldRecord(WorldVersion):
    """A version of a document; version 0 is one that was never set."""

    document: str
    content: str


class WorldHistory(TypedDict):
    """Versions of a document, newest first."""

    versions: List[WorldVersion]


class Section(TypedDict):
    """What stands under one heading; without a digest where there is no such heading."""

    heading: str
    body: str
    digest: str
    version: int


class Situation(TypedDict):
    """The report, as text and as what it was made of, of one moment. `world` is null where it is `since` unchanged."""

    report: str
    version: int
    world: Optional[str]
    active: int
    sessions: List[SessionRecord]
    locks: List[HeldLock]
    sessions_left_out: int
    locks_left_out: int


class AuditEntry(TypedDict):
    """Who did what to what, and when."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    detail: str


class AuditList(TypedDict):
    """What was done, newest first."""

    entries: List[AuditEntry]
