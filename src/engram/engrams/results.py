"""What recall and imprint return. Pure.

A `Hit` shows an entry as whoever wrote it sees it: `content` is the data, `entry` the whole with its tags, version
and times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import AsyncIterator, Iterator, List, Mapping, Optional, Tuple, TypedDict, Union, cast

from ..types import RestoredEntry, RollbackConflict
from ..types.wire import JsonObject, JsonValue
from .errors import refusal

# What an entry says of itself; every other key is data of its writer.
_RESERVED = frozenset(
    "id content tags meta merge_key version sequence trace_id author created_at updated_at expires_at".split()
)


@dataclass(frozen=True)
class Hit:
    """One entry that was found."""

    id: str
    entry: JsonObject
    #: From 0 to 1; the same for the same entry in every engram.
    score: float = 1.0
    #: Who found it.
    engram_id: str = ""
    #: Everybody who has it: more than one where answers were merged.
    sources: Tuple[str, ...] = ()

    @property
    def content(self) -> JsonValue:
        """The data of the entry: its `content`, else all keys that are not about the entry itself."""
        if "content" in self.entry:
            return self.entry["content"]
        return {key: value for key, value in self.entry.items() if key not in _RESERVED}

    @property
    def merge_key(self) -> Optional[str]:
        """The key under which the entry was written."""
        key = self.entry.get("merge_key")
        return key if isinstance(key, str) else None


@dataclass(frozen=True)
class RecallError:
    """Why an engram gave no hits."""

    code: str
    message: str


@dataclass(frozen=True)
class RecallResult:
    """What was found, best first. Iterable, also with `async for`; false when it is empty."""

    hits: List[Hit]
    #: Who answered.
    engram_ids: Tuple[str, ...] = ()
    #: Whether there is more than was asked for.
    truncated: bool = False
    took_ms: float = 0.0
    #: Who did not answer by the deadline.
    timed_out: Tuple[str, ...] = ()
    #: Who answered with an error.
    errors: Mapping[str, RecallError] = field(default_factory=dict)
    #: Where the next page of a truncated answer begins; None when several engrams answered.
    next: Optional[str] = None

    @property
    def best(self) -> Optional[Hit]:
        """The first hit, if there is one."""
        return self.hits[0] if self.hits else None

    @property
    def partial(self) -> bool:
        """Whether somebody who was asked contributed nothing."""
        return bool(self.timed_out or self.errors)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    async def __aiter__(self) -> AsyncIterator[Hit]:
        for hit in self.hits:
            yield hit

    def __len__(self) -> int:
        return len(self.hits)

    def __bool__(self) -> bool:
        return bool(self.hits)


class _Sent(TypedDict):
    engram_id: str
    op: str
    id: Optional[str]
    version: Optional[int]
    took_ms: Optional[float]
    error: Optional[str]
    error_code: Optional[str]
    deleted: Optional[int]


@dataclass(frozen=True)
class ImprintReceipt:
    """What came of a write. A failed one has an `error`, a sentence, and an `error_code`, a stable word."""

    engram_id: str
    op: str
    id: Optional[str] = None
    #: How often the entry was written; of a `version_conflict`, the version that is there.
    version: Optional[int] = None
    took_ms: Optional[float] = None
    error: Optional[str] = None
    error_code: Optional[str] = None
    #: How many entries a delete took away.
    deleted: Optional[int] = None

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.error is None and self.error_code is None

    def raise_for_error(self) -> None:
        """Raise the error that stands for its code, mostly an `EngramRefused`, when it was not done."""
        if not self.ok:
            raise refusal(self.engram_id, self.error_code or "internal", self.error or self.error_code or "")

    @classmethod
    def of(cls, payload: JsonObject) -> ImprintReceipt:
        """Return the receipt that was sent."""
        sent: _Sent = cast(_Sent, {name: payload.get(name) for name in _Sent.__annotations__})
        return cls(**sent)

    def payload(self) -> JsonObject:
        """Return the receipt as it is sent: without what it does not say."""
        return {name: value for name, value in vars(self).items() if value is not None}


Receipts = Union[ImprintReceipt, List[ImprintReceipt], None]
"""One receipt; of a broadcast a list; nothing where nothing is waited for."""


@dataclass(frozen=True)
class TraceEnd:
    """What became of the writes of a trace."""

    trace_id: str
    #: The entries that are again as they were before.
    restored: Tuple[RestoredEntry, ...] = ()
    #: The entries that somebody else has written since, and that stay as they are.
    conflicts: Tuple[RollbackConflict, ...] = ()
    #: Who did not answer by the deadline.
    timed_out: Tuple[str, ...] = ()
    #: Who answered with an error.
    errors: Mapping[str, RecallError] = field(default_factory=dict)
