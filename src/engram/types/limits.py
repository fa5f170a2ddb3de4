"""Limits of the wire, as numbers and as annotations.

A limit is stated once, on the field that it bounds (`TopK = Annotated[int, Between(1, 200)]`). The server's
validator and its OpenAPI document both read it from there; type checkers see the plain type.
"""

from __future__ import annotations

from typing import NamedTuple

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_MEMORY_BYTES = 64 * 1024
MAX_BATCH_ITEMS = 1_000
MAX_BUCKET_NAME_CHARS = 256
MAX_DESCRIPTION_CHARS = 4_096
MAX_SPEAKER_CHARS = 256
MAX_SESSION_CHARS = 256
# A quarter of a memory: what a caller keeps beside a text, and not another text.
MAX_METADATA_BYTES = 16 * 1024
MAX_QUESTION_CHARS = 16_384
MAX_QUERY_BUCKETS = 100
MAX_MODEL_NAME_CHARS = 256
MAX_TOP_K = 200
MAX_ANSWER_TOKENS = 8_192
# A page may be asked for at any size (published add-ons ask for 500 and 1,000); a larger answer is cut to this.
MAX_PAGE_ITEMS = 1_000
# A page of memories that would take more is cut as well: half of what our client reads at most.
MAX_PAGE_BYTES = 16 * 1024 * 1024
# An entry becomes a memory, whose text is no longer than the entry's JSON.
MAX_ENTRY_BYTES = MAX_MEMORY_BYTES
MAX_ENTRY_ID_CHARS = 256
# Merge keys are made from questions: a long question and a prefix.
MAX_MERGE_KEY_CHARS = 4_096
MAX_ENTRY_TAGS = 100
MAX_TAG_CHARS = 256
MAX_KIND_CHARS = 256
MAX_TRACE_CHARS = 256
MAX_AUTHOR_CHARS = 256
# Ten years: an entry that is to live longer has no end.
MAX_ENTRY_TTL_SECONDS = 315_360_000
MAX_ENTRIES_RECALLED = 1_000
MAX_QUERY_WORDS = 64
# Ids of a graph are made by clients: two UUIDs and a prefix, or a name.
MAX_GRAPH_ID_CHARS = 256
# More than the words of a memory of 64 KiB.
MAX_FIBER_NEURONS = 10_000
# A schema of more tables is read in parts.
MAX_TRAINED_TABLES = 10_000
# Stripe's limit, and long enough for two UUIDs and a prefix.
MAX_IDEMPOTENCY_KEY_CHARS = 255


class Between(NamedTuple):
    """A number from `low` to `high`, both included."""

    low: float
    high: float


class Length(NamedTuple):
    """A string of `low` to `high` characters."""

    low: int
    high: int


class Items(NamedTuple):
    """A list of `low` to `high` items."""

    low: int
    high: int


class Utf8Size(NamedTuple):
    """A string whose UTF-8 form has at most `high` bytes."""

    high: int


class JsonSize(NamedTuple):
    """A value whose JSON has at most `high` bytes of UTF-8."""

    high: int


class Moment(NamedTuple):
    """A string that is a moment: RFC 3339, with its offset from UTC."""


class Plain(NamedTuple):
    """A string of characters from `first` on: of no control characters that stand before it."""

    first: str = " "


class IsoMoment(NamedTuple):
    """A string that is a moment in ISO 8601; where it has no offset, it has this one."""

    # A field of its own, because bounds are tuples and an empty one would equal `Moment()`.
    offset: str = "+00:00"
