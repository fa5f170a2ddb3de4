"""What goes into the storage and comes out of it. Plain tuples; no SQL, no rules."""

from __future__ import annotations

from typing import Mapping, NamedTuple, Optional


class Space(NamedTuple):
    """A named, isolated collection of memories of one tenant, with the statistics of its text index."""

    id: int
    public_id: str
    tenant_id: int
    name: str
    description: Optional[str]
    #: Milliseconds since 1970, as all times here.
    created_at: int
    #: When a memory was last added or replaced.
    last_write_at: Optional[int]
    memory_count: int
    #: The sum of the lengths of its memories.
    term_total: int


class MemoryRow(NamedTuple):
    """A stored memory."""

    id: int
    public_id: str
    space_id: int
    content: str
    token_count: int
    #: Index terms, each as often as it occurs.
    length: int
    version: int
    created_at: int
    updated_at: int


class NewMemory(NamedTuple):
    """A memory to store."""

    public_id: str
    content: str
    #: Equal for contents that are equal byte for byte.
    content_hash: bytes
    #: Equal for contents that say the same thing in the same words.
    fingerprint: bytes
    token_count: int
    #: How often each index term occurs. A term is not empty and holds no NUL.
    terms: Mapping[str, int]


class ProfileRow(NamedTuple):
    """The summary of a space, and what it was made from."""

    text: str
    updated_at: int
    memory_count: int
    source: str


class ProviderRow(NamedTuple):
    """The model provider of a tenant. The key stays out of the repr, so no log can leak it."""

    base_url: str
    model: str
    api_key: Optional[str]

    def __repr__(self) -> str:
        key = None if self.api_key is None else "<hidden>"
        return f"ProviderRow(base_url={self.base_url!r}, model={self.model!r}, api_key={key})"


class Recorded(NamedTuple):
    """The first answer to an idempotency key. `fingerprint` tells the request that it answered."""

    fingerprint: bytes
    status: int
    body: bytes
