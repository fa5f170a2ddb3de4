"""What goes into the storage and comes out of it. Plain tuples; no SQL, no rules."""

from __future__ import annotations

import itertools
from typing import AbstractSet, FrozenSet, Mapping, NamedTuple, Optional, Sequence

# What is known of a turn, as bits of its flags.
ASKS = 1
TELLS_TIME = 2
#: When it was said is known, and not only when it was stored.
DATED = 4

# The first character of a mark: a posting that says what a memory is about or who said it, and is none of its words.
_MENTIONS = "@"
_SPOKEN = ">"

# The terms by which a memory is compared with its neighbours; a turn of talk has some dozen.
_MOST_COMPARED = 1_000


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
    #: Running sums of how much a memory's terms overlap those of the one before it in its stretch of talk, and those
    #: of one stored long before it. They start as if some were seen: the means of talk that hardly hangs together.
    near_sum: float = 1.6
    near_count: int = 20
    far_sum: float = 0.8
    far_count: int = 20


class Among(NamedTuple):
    """Which memories are meant, by their row ids: those listed, or all but those."""

    ids: FrozenSet[int] = frozenset()
    listed: bool = False

    def means(self, memory_id: int) -> bool:
        """Say whether a memory is meant."""
        return (memory_id in self.ids) == self.listed


ALL = Among()


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
    #: What the caller gave beside the content, and nothing else. `metadata` is JSON.
    speaker: Optional[str] = None
    session: Optional[str] = None
    occurred_at: Optional[int] = None
    metadata: Optional[str] = None


class Entity(NamedTuple):
    """A person, place or thing that a space knows. Spellings of one name have one key, words joined by spaces."""

    key: str
    name: str
    kind: str


class NewFact(NamedTuple):
    """A relation that a memory states, with the keys by which its ends are found."""

    subject: str
    subject_key: str
    predicate: str
    object: str
    object_key: str


class FactRow(NamedTuple):
    """A relation, the memory that states it, and when that was said."""

    subject: str
    subject_key: str
    predicate: str
    object: str
    object_key: str
    item_id: int
    public_id: str
    said_at: int


class TurnRow(NamedTuple):
    """A memory's place in its stretch of talk, and what recall weighs of it."""

    id: int
    #: Its neighbours in the stretch; None at the ends.
    before_id: Optional[int]
    after_id: Optional[int]
    #: When it was said, or stored where nothing tells that.
    said_at: int
    #: The folded words of the speaker's name, joined by spaces; "" for nobody.
    speaker: str
    flags: int
    #: The span of time that it tells of, half-open.
    since: Optional[int]
    until: Optional[int]
    length: int
    #: The speaker's name as written; "" for nobody.
    said_by: str = ""


class NewMemory(NamedTuple):
    """A memory to store."""

    public_id: str
    content: str
    #: Equal for contents that are equal byte for byte.
    content_hash: bytes
    #: Equal for contents of which one may repeat the other.
    near_key: bytes
    token_count: int
    #: How often each index term occurs. A term is not empty, holds no NUL and is no mark.
    terms: Mapping[str, int]
    #: How many of the terms stand in its body; they come first. The others stand in its head only. None for all.
    body_terms: Optional[int] = None
    speaker: Optional[str] = None
    session: Optional[str] = None
    occurred_at: Optional[int] = None
    metadata: Optional[str] = None
    #: When it was said; None where only the moment of storing is known.
    said_at: Optional[int] = None
    #: The folded words of the speaker's name, joined by spaces; "" for nobody.
    voice: str = ""
    #: The same as written.
    said_by: str = ""
    #: ASKS and TELLS_TIME; DATED follows from `said_at`.
    flags: int = 0
    since: Optional[int] = None
    until: Optional[int] = None
    entities: Sequence[Entity] = ()
    facts: Sequence[NewFact] = ()


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


def body_of(terms: Mapping[str, int], body_terms: Optional[int]) -> AbstractSet[str]:
    """Return those of a memory's terms that stand in its body, as many as its neighbours are compared by."""
    most = _MOST_COMPARED if body_terms is None else min(body_terms, _MOST_COMPARED)
    return frozenset(itertools.islice(terms, most))


def mention(key: str) -> str:
    """Return the mark of a memory that mentions an entity."""
    return _MENTIONS + key


def spoken(word: str) -> str:
    """Return the mark of a memory whose speaker has this word in the name."""
    return _SPOKEN + word


def is_mark(term: str) -> bool:
    """Return whether a posting is a mark and no word of the memory's."""
    return term.startswith((_MENTIONS, _SPOKEN))


def posted(new: NewMemory) -> Mapping[str, int]:
    """Return everything that a memory is posted under: its terms and its marks."""
    marks = [spoken(word) for word in new.voice.split()] + [mention(entity.key) for entity in new.entities]
    return {**new.terms, **dict.fromkeys(marks, 1)} if marks else new.terms
