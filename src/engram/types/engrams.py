"""The face of shared engrams: entries that agents recall and imprint, and the bodies of its calls.

An engram is a bucket by its name, and an entry is a memory of it: `Entry.id` is the memory's id. A body that does not
fit is refused with 400 `bad_query` where something is asked, and with 400 `bad_request` where something is written.
"""

from __future__ import annotations

from typing import Annotated, List, Literal, Optional, TypedDict, Union

from .hosted import Rfc3339
from .limits import (
    MAX_AUTHOR_CHARS,
    MAX_ENTRIES_RECALLED,
    MAX_ENTRY_BYTES,
    MAX_ENTRY_ID_CHARS,
    MAX_ENTRY_TAGS,
    MAX_ENTRY_TTL_SECONDS,
    MAX_IDEMPOTENCY_KEY_CHARS,
    MAX_KIND_CHARS,
    MAX_MERGE_KEY_CHARS,
    MAX_QUERY_WORDS,
    MAX_QUESTION_CHARS,
    MAX_TAG_CHARS,
    MAX_TRACE_CHARS,
    Between,
    Items,
    JsonSize,
    Length,
)
from .wire import JsonObject, JsonValue

ImprintOp = Literal["add", "append", "merge", "upsert", "delete"]
RecallMode = Literal["first", "merge", "all"]
EngramErrorCode = Literal[
    "exists",
    "not_found",
    "bad_request",
    "bad_query",
    "version_conflict",
    "idempotency_mismatch",
    "kind_conflict",
    "unavailable",
    "timeout",
    "too_large",
    "internal",
]
"""Why an engram refused. `unavailable`: there is no such engram. `timeout`: none answered before the deadline."""

EntryId = Annotated[str, Length(1, MAX_ENTRY_ID_CHARS)]
MergeKey = Annotated[str, Length(1, MAX_MERGE_KEY_CHARS)]
Tag = Annotated[str, Length(1, MAX_TAG_CHARS)]
Tags = Annotated[List[Tag], Items(0, MAX_ENTRY_TAGS)]
EngramKind = Annotated[str, Length(1, MAX_KIND_CHARS)]
TraceId = Annotated[str, Length(1, MAX_TRACE_CHARS)]
Author = Annotated[str, Length(1, MAX_AUTHOR_CHARS)]
Text = Annotated[str, Length(0, MAX_QUESTION_CHARS)]
TopEntries = Annotated[int, Between(1, MAX_ENTRIES_RECALLED)]
DeadlineMs = Annotated[float, Between(0, 2**53)]


# -- entries


class EntryInput(TypedDict, total=False):
    """An entry to write. All other keys are data as well: they are the content where `content` is absent."""

    id: Optional[EntryId]
    content: JsonValue
    tags: Optional[Tags]
    meta: Optional[JsonObject]
    merge_key: Optional[MergeKey]


class Entry(TypedDict):
    """A stored entry.

    `fields` are the free-form keys that were written beside a `content`. `sequence` is the place of an appended entry
    among those of its merge key. `trace_id` and `author` are those of the last write; `version` counts writes.
    """

    id: str
    content: JsonValue
    fields: JsonObject
    tags: List[str]
    meta: JsonObject
    merge_key: Optional[str]
    sequence: Optional[int]
    version: int
    created_at: str
    updated_at: str
    expires_at: Optional[str]
    trace_id: Optional[str]
    author: Optional[str]


class EntryVersion(Entry):
    """A prior version of an entry, and the write that replaced or deleted it."""

    replaced_at: str
    replaced_by: str
    replaced_in: Optional[str]


class EntryHistory(TypedDict):
    """`GET /v1/engrams/{engram_id}/entries/{entry_id}/history`: the newest prior version first."""

    engram_id: str
    id: str
    versions: List[EntryVersion]


# -- recall


class RecallQuery(TypedDict, total=False):
    """What to look for; all of it must hold, and an empty query finds everything.

    `text` is a part of one value, whatever its case. `words` are whole words that all occur. `where` holds fields of
    the data with the exact values asked for; an object asks for the fields inside of it. The rest is exact.
    """

    id: EntryId
    text: Text
    words: Union[Text, Annotated[List[Text], Items(0, MAX_QUERY_WORDS)]]
    where: JsonObject
    tag: Tag
    tags: Tags
    merge_key: MergeKey
    top_k: TopEntries


class RecallFilters(TypedDict, total=False):
    """What narrows a recall without being looked for: all of the tags; last written within a span, ends included."""

    tags: Tags
    since: Rfc3339
    until: Rfc3339


class RecallBody(TypedDict, total=False):
    """`POST /v1/engrams/{engram_id}/recall`.

    `cursor` is the `next_cursor` of the page before, with all else as it was. Keys of `query` and `filters` that are
    not named here are refused, and so are theirs beside them, unless `lenient` passes them over.
    """

    query: RecallQuery
    filters: Optional[RecallFilters]
    min_confidence: Optional[Annotated[float, Between(0, 1)]]
    cursor: Optional[str]
    lenient: Optional[bool]


class _RecallManyRequired(TypedDict):
    kind: EngramKind


class RecallManyBody(_RecallManyRequired, total=False):
    """`POST /v1/recall`: from every engram of a kind.

    `first` answers with the hits of one engram; `merge` puts all into one order, an entry of a merge key once; `all`
    has every hit. `top_k` bounds the whole. Engrams that are not reached by `deadline_ms` are told in `timed_out`.
    """

    query: RecallQuery
    filters: Optional[RecallFilters]
    min_confidence: Optional[Annotated[float, Between(0, 1)]]
    recall_mode: Optional[RecallMode]
    deadline_ms: Optional[DeadlineMs]
    lenient: Optional[bool]


class _HitRequired(TypedDict):
    id: str
    entry: Entry
    score: float


class Hit(_HitRequired, total=False):
    """An entry that was found, and how well it fits: from 0 to 1, which is a value asked for to the letter.

    From several engrams: `engram_id` is where it stands, `sources` all the engrams in which it was found.
    """

    engram_id: str
    sources: List[str]


class Recalled(TypedDict):
    """What an engram recalled: the best first, of equal ones the last written.

    Entries of one merge key that are asked for by it, and not by text, come in the order of their sequence.
    `truncated` says that there is more, which `next_cursor` leads to.
    """

    engram_id: str
    hits: List[Hit]
    truncated: bool
    next_cursor: Optional[str]
    took_ms: float


class EngramFailure(TypedDict):
    """Why one of several engrams did not answer."""

    engram_id: str
    error: str
    error_code: EngramErrorCode


class RecalledMany(TypedDict):
    """What the engrams of a kind recalled; `engram_ids` are those that answered."""

    hits: List[Hit]
    engram_ids: List[str]
    truncated: bool
    partial: bool
    timed_out: List[str]
    errors: List[EngramFailure]
    took_ms: float


# -- imprint


class _ImprintRequired(TypedDict):
    op: ImprintOp


class ImprintBody(_ImprintRequired, total=False):
    """`POST /v1/engrams/{engram_id}/imprint`. The first write makes the engram.

    `merge_key` comes before one in the entry. `if_version` is the version that the entry must have, 0 for none there.
    `ttl_s` seconds or `expires_at` bound its life. A delete goes by the entry's id, else to the newest entry of the
    merge key, or with `all` to each of them; with `keep_history` its versions stay in the history.
    """

    entry: Annotated[EntryInput, JsonSize(MAX_ENTRY_BYTES)]
    merge_key: Optional[MergeKey]
    if_version: Optional[Annotated[int, Between(0, 2**53)]]
    idempotency_key: Optional[Annotated[str, Length(1, MAX_IDEMPOTENCY_KEY_CHARS)]]
    ttl_s: Optional[Annotated[float, Between(0.001, MAX_ENTRY_TTL_SECONDS)]]
    expires_at: Optional[Rfc3339]
    all: Optional[bool]
    keep_history: Optional[bool]
    trace_id: Optional[TraceId]
    author: Optional[Author]


class _ImprintManyRequired(ImprintBody):
    kind: EngramKind


class ImprintManyBody(_ImprintManyRequired, total=False):
    """`POST /v1/imprint`: to the one engram of a kind, with `broadcast` to each of them."""

    broadcast: Optional[bool]


class _ReceiptRequired(TypedDict):
    engram_id: str
    op: ImprintOp
    id: Optional[str]
    version: Optional[int]
    took_ms: float


class Receipt(_ReceiptRequired, total=False):
    """The answer to an imprint.

    `deleted` is how many entries a delete found. `error` and `error_code` stand in a receipt of one of several
    engrams that refused. A refusal of the one engram that was asked is an error, whose `details` hold `engram_id`,
    `op`, and `id` and `version` of the entry in the way.
    """

    deleted: int
    merge_key: Optional[str]
    sequence: Optional[int]
    expires_at: Optional[str]
    error: str
    error_code: EngramErrorCode


class Receipts(TypedDict):
    """The answer to an imprint by kind: one receipt an engram."""

    receipts: List[Receipt]


# -- engrams


class RegisterEngramBody(TypedDict, total=False):
    """`PUT /v1/engrams/{engram_id}`: make an engram of a kind. One of another kind is refused: 409 `kind_conflict`."""

    kind: Optional[EngramKind]


class EngramInfo(TypedDict):
    """An engram and how many entries it holds."""

    engram_id: str
    kind: Optional[str]
    entry_count: int
    created_at: str
    last_write_at: Optional[str]


class EngramList(TypedDict):
    """`GET /v1/engrams`: the oldest first."""

    engrams: List[EngramInfo]
    next_cursor: Optional[str]


class PurgeBody(TypedDict, total=False):
    """`POST /v1/engrams/{engram_id}/purge`: forget prior versions, of one entry or of all, replaced before a moment."""

    id: Optional[EntryId]
    before: Optional[Rfc3339]


class Purged(TypedDict):
    """How many prior versions were forgotten."""

    purged: int


# -- traces


class TraceCommitted(TypedDict):
    """`POST /v1/traces/{trace_id}/commit`: how many writes can no longer be rolled back."""

    trace_id: str
    committed: int


class RestoredEntry(TypedDict):
    """An entry as it was before a trace; its version grows like with any write, None when it is gone again."""

    engram_id: str
    id: str
    version: Optional[int]


class RollbackConflict(TypedDict):
    """An entry that somebody else wrote since, and that stays as it is: the version that was expected, and its own."""

    engram_id: str
    id: str
    expected_version: int
    version: int


class TraceRolledBack(TypedDict):
    """`POST /v1/traces/{trace_id}/rollback`."""

    trace_id: str
    restored: List[RestoredEntry]
    conflicts: List[RollbackConflict]
