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
