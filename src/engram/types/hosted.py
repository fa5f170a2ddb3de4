"""The hosted-memory face: buckets, memories, queries, streams, profiles.

Written down only here. The client returns these, the server checks requests against them and the OpenAPI document
is generated from them. Result names are those of the published client. Keys that every compatible server sends are
required; keys that only newer servers send are not.

`Optional`, `Union` and split base classes stand where newer Python has nicer spellings, because the server reads
these annotations at run time on Python 3.9.
"""

from __future__ import annotations

from typing import Annotated, Dict, List, Literal, Optional, TypedDict, Union

from .limits import (
    MAX_ANSWER_TOKENS,
    MAX_BATCH_ITEMS,
    MAX_BUCKET_NAME_CHARS,
    MAX_DESCRIPTION_CHARS,
    MAX_MEMORY_BYTES,
    MAX_METADATA_BYTES,
    MAX_QUERY_BUCKETS,
    MAX_QUESTION_CHARS,
    MAX_SESSION_CHARS,
    MAX_SPEAKER_CHARS,
    MAX_TOP_K,
    Between,
    Items,
    JsonSize,
    Length,
    Moment,
    Utf8Size,
)
from .wire import JsonObject, JsonValue

DedupMode = Literal["off", "loose", "strict"]
ReturnFormat = Literal["prose", "json"]
StoreStatus = Literal["stored", "merged"]
MergeReason = Literal["content_hash", "embedding_similarity", "conflict_keep_existing", "concurrent_insert_race"]
ProfileStatus = Literal["ready", "pending", "not_installed"]

BucketName = Annotated[str, Length(1, MAX_BUCKET_NAME_CHARS)]
Content = Annotated[str, Utf8Size(MAX_MEMORY_BYTES), Length(1, MAX_MEMORY_BYTES)]
Speaker = Annotated[str, Length(1, MAX_SPEAKER_CHARS)]
Session = Annotated[str, Length(1, MAX_SESSION_CHARS)]
Rfc3339 = Annotated[str, Moment()]
Metadata = Annotated[JsonObject, JsonSize(MAX_METADATA_BYTES)]
TopK = Annotated[int, Between(1, MAX_TOP_K)]


# -- buckets


class BucketInput(TypedDict):
    """A bucket to make."""

    name: BucketName


class CreateBucketBody(BucketInput, total=False):
    """`POST /v1/buckets`."""

    description: Optional[Annotated[str, Length(0, MAX_DESCRIPTION_CHARS)]]


class _BucketRequired(TypedDict):
    id: str
    name: str
    bucket_name: str
    description: Optional[str]
    created_at: str


class Bucket(_BucketRequired, total=False):
    """A named, isolated collection of memories. `bucket_name` equals `name`."""

    memory_count: int
    last_write_at: Optional[str]


class _BucketListRequired(TypedDict):
    buckets: List[Bucket]


class BucketList(_BucketListRequired, total=False):
    """`GET /v1/buckets`."""

    total: int
    limit: int
    offset: int
    next_cursor: Optional[str]


# -- memories


class _MemoryInputRequired(TypedDict):
    content: Content


class MemoryInput(_MemoryInputRequired, total=False):
    """One fact to store: who said it, in which session, when, and what the caller keeps beside it.

    Where `speaker` or `occurred_at` are absent, what stands before the text itself (`[8 May 2023] Ana: ...`) is taken.
    """

    speaker: Optional[Speaker]
    session: Optional[Session]
    occurred_at: Optional[Rfc3339]
    metadata: Optional[Metadata]


class StoreMemoryBody(MemoryInput, total=False):
    """`POST /v1/buckets/{bucket}/memories` with one memory."""

    dedup: Optional[DedupMode]


class _StoreMemoriesRequired(TypedDict):
    memories: Annotated[List[MemoryInput], Items(1, MAX_BATCH_ITEMS)]


class StoreMemoriesBody(_StoreMemoriesRequired, total=False):
    """`POST /v1/buckets/{bucket}/memories` with a batch: all of it is stored, or none."""

    dedup: Optional[DedupMode]


class _UpdateRequired(TypedDict):
    content: Content


class UpdateMemoryBody(_UpdateRequired, total=False):
    """`PATCH /v1/buckets/{bucket}/memories/{memory_id}`. What is absent beside the content stays as it was."""

    speaker: Optional[Speaker]
    occurred_at: Optional[Rfc3339]
    metadata: Optional[Metadata]
    if_version: Optional[Annotated[int, Between(1, 2**53)]]


class _StoreRequired(TypedDict):
    id: str
    memory_id: str
    bucket_name: str
    token_count: int
    status: StoreStatus


class StoreMemoryResult(_StoreRequired, total=False):
    """What became of one memory. `id` equals `memory_id`; of a merged write both name the row that stays.

    The optional keys are there when `status` is `"merged"`. `similarity_score` is in [0, 1] and exactly 1.0 when
    the content was the same byte for byte.
    """

    deduped_into: str
    similarity_score: float
    merge_reason: MergeReason


class StoreMemoriesResult(TypedDict):
    """One result a memory, in the order in which they were sent."""

    memories: List[StoreMemoryResult]


class _MemoryRequired(TypedDict):
    id: str
    content: str
    bucket_name: str
    created_at: str
    token_count: int


class Memory(_MemoryRequired, total=False):
    """A stored memory. `version` starts at 1 and grows with each update.

    `speaker`, `session`, `occurred_at` and `metadata` are there when they were given.
    """

    memory_id: str
    updated_at: str
    version: int
    speaker: str
    session: str
    occurred_at: str
    metadata: JsonObject


class _MemoryListRequired(TypedDict):
    memories: List[Memory]
    total: int
    limit: int
    offset: int


class ListMemoriesResult(_MemoryListRequired, total=False):
    """A page of memories, newest first. `next_cursor` is null on the last page."""

    next_cursor: Optional[str]


class ClearMemoriesResult(TypedDict):
    """What `clear_memories` removed."""

    success: bool
    cleared_count: int


class DeleteResult(TypedDict):
    """The answer to a delete."""

    success: bool
    id: str


# -- query


class QueryOptions(TypedDict, total=False):
    """How to recall and how to answer; every field may be left out."""

    top_k: Optional[TopK]
    return_explanation: Optional[bool]
    skip_synthesis: Optional[bool]
    max_tokens: Optional[Annotated[int, Between(1, MAX_ANSWER_TOKENS)]]
    min_similarity_threshold: Optional[Annotated[float, Between(0, 1)]]
    min_weighted_score: Optional[Annotated[float, Between(0, 1e9)]]
    top_k_per_bucket: Optional[Union[TopK, Dict[str, TopK]]]
    return_format: Optional[ReturnFormat]
    response_schema: Optional[JsonObject]
    as_of: Optional[Rfc3339]


class _QueryRequired(TypedDict):
    query: Annotated[str, Length(1, MAX_QUESTION_CHARS)]


class QueryBody(_QueryRequired, total=False):
    """`POST /v1/query`. `bucket` is read where `buckets` is absent: many published add-ons send it."""

    buckets: Optional[Annotated[List[BucketName], Items(1, MAX_QUERY_BUCKETS)]]
    bucket: Optional[BucketName]
    stream: Optional[bool]
    options: Optional[QueryOptions]


class RetrievalMetadata(TypedDict, total=False):
    """What a reference server tells of a choice: `score_parts` add up to `raw_score` exactly, `why` is a sentence.

    `speaker` and `occurred_at` are those that were given or else stand in the content; `session` and `metadata` those
    that were given.
    """

    score_parts: Dict[str, float]
    why: str
    speaker: str
    session: str
    occurred_at: str
    metadata: JsonObject


class RetrievedMemory(TypedDict):
    """One memory that recall chose. `weighted_score` is `raw_score * weight` and ranks the list."""

    memory_id: str
    bucket_id: str
    bucket_name: str
    content: str
    raw_score: float
    weight: float
    weighted_score: float
    metadata: RetrievalMetadata


class _GraphFactRequired(TypedDict):
    subject: str
    predicate: str
    object: str
    bucket_id: str
    bucket_name: str
    depth: int
    weight: float
    timestamp: Optional[str]


class GraphFact(_GraphFactRequired, total=False):
    """A relation that recall used. `depth` 0 is direct."""

    memory_id: str


class EntityMatch(TypedDict):
    """An entity of the question that a bucket knows."""

    entity: str
    bucket_name: str
    score: float


class _ExplanationRequired(TypedDict):
    retrieved_memories: List[RetrievedMemory]
    graph_facts: List[GraphFact]
    entity_matches: List[EntityMatch]
    context_tokens: int


class QueryExplanation(_ExplanationRequired, total=False):
    """Why the answer is what it is. `profile` is for one bucket, `profiles` (by name) for several."""

    profile: Optional[str]
    profiles: Dict[str, Optional[str]]
    unknown_buckets: List[str]


class _UsageRequired(TypedDict):
    input_tokens: int
    output_tokens: int


class QueryUsage(_UsageRequired, total=False):
    """Tokens, under every name that a published client reads."""

    context_tokens: int
    actual_input_tokens: int
    actual_output_tokens: int
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class SynthesisUsage(TypedDict):
    """Who wrote the answer (`extractive` or a model's name) and what it took."""

    model: str
    input_tokens: int
    output_tokens: int


class _QueryResultRequired(TypedDict):
    answer: str
    memories_found: int
    usage: QueryUsage


class QueryResult(_QueryResultRequired, total=False):
    """The answer to a question. `answer` is empty with `skip_synthesis`.

    `answer_json` is there with `return_format="json"` only, and null when the text did not parse.
    """

    success: bool
    answer_json: JsonValue
    explanation: QueryExplanation
    synthesis_usage: SynthesisUsage


class DeltaEvent(TypedDict):
    """A piece of the answer, in order."""

    type: Literal["delta"]
    content: str


class _DoneRequired(TypedDict):
    type: Literal["done"]
    answer: str
    usage: QueryUsage


class DoneEvent(_DoneRequired, total=False):
    """The last event: the whole answer and why it is what it is."""

    answer_json: JsonValue
    memories_found: int
    explanation: QueryExplanation
    synthesis_usage: SynthesisUsage


QueryStreamEvent = Union[DeltaEvent, DoneEvent]
"""Narrow it on `event["type"]`."""


# -- profile


class _ProfileRequired(TypedDict):
    profile: Optional[str]


class ProfileResult(_ProfileRequired, total=False):
    """The canonical summary of a bucket. `profile` is null and `status` pending until one was made."""

    bucket_id: str
    status: ProfileStatus
    updated_at: Optional[str]
    n_memories_at_gen: int
    source: Optional[str]
