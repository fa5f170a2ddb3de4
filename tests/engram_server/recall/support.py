"""Memories in a real store, drafted as the server drafts them, and what recall makes of them."""

from __future__ import annotations

import random
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from typing import Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from engram_server.domains.hosted.drafting import Given, draft
from engram_server.recall.question import read_question
from engram_server.recall.rank import Asked, Ranked, Recalled, rank
from engram_server.recall.weights import WEIGHTS, Weights
from engram_server.storage import NewMemory, Reader, Space, Store, Writer, open_store


def moment(text: str) -> int:
    """Return a moment of UTC, written as `datetime.fromisoformat` reads it, in milliseconds."""
    return round(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp() * 1000)


NOW = moment("2026-05-20T12:00")
"""A Wednesday; what is undated was stored then, and questions are asked then."""


class Told(NamedTuple):
    """A content, and what is told beside it. `at` is what `moment` reads."""

    content: str
    speaker: Optional[str] = None
    at: Optional[str] = None
    session: Optional[str] = None

    def given(self) -> Given:
        return Given(self.speaker, self.session, None if self.at is None else moment(self.at))


Memory = Union[str, Told]
Tenant = int


def drafted(memory: Memory, public_id: str) -> NewMemory:
    """Return a memory as the server would store it NOW."""
    told = memory if isinstance(memory, Told) else Told(memory)
    return draft(told.content, public_id, NOW, told.given())


@contextmanager
def opened(*spaces: Sequence[Memory]) -> Iterator["Tuple[Store, Tenant]"]:
    """Lend a store in memory that has one space for each list of contents, and the tenant that has them.

    The memories of a space have the public ids mem_1, mem_2 and so on.
    """

    def fill(writer: Writer) -> Tenant:
        tenant = writer.ensure_tenant("default", 0)
        for number, contents in enumerate(spaces):
            space = writer.add_space(
                tenant, name=f"space {number}", public_id=f"bkt_{number}", description=None, now=0
            )
            drafts = [drafted(memory, f"mem_{at}") for at, memory in enumerate(contents, 1)]
            if drafts:
                writer.add_memories(space.id, drafts, NOW)
        return tenant

    with closing(open_store(None)) as store:
        yield store, store.write(fill)


@contextmanager
def stored(*spaces: Sequence[Memory]) -> Iterator["Tuple[Reader, List[Space]]"]:
    """Lend a reader of such a store, and its spaces."""
    with opened(*spaces) as (store, tenant), store.read() as reader:
        yield reader, reader.spaces(tenant, limit=len(spaces))


def ask(
    reader: Reader,
    space: Space,
    question: str,
    *,
    top_k: int = 8,
    min_similarity: float = 0.0,
    as_of: Optional[str] = None,
    weights: Weights = WEIGHTS,
) -> Recalled:
    """Return what a space gives for a question that is asked NOW."""
    known = None if as_of is None else moment(as_of)
    asked = Asked(read_question(question, weights), NOW, top_k, min_similarity, known)
    return rank(reader, space, asked, weights)


def recalled(question: str, *contents: Memory, top_k: int = 8, weights: Weights = WEIGHTS) -> List[Ranked]:
    """Return what a store of these contents recalls for a question."""
    with stored(contents) as (reader, (space,)):
        return ask(reader, space, question, top_k=top_k, weights=weights).ranked


def ids(ranked: Sequence[Ranked]) -> List[str]:
    return [one.memory.public_id for one in ranked]


# -- talk made at random, of words that recall knows something of and of others

_SPEAKERS = ("", "Ana", "Bo", "Ana Lima", "user", "Zoë")
_PIECES = (
    "dog", "kitten", "cat", "pet", "pets", "my job", "the office", "nurse", "boat", "sailing", "painted", "went",
    "swimming", "Oslo", "in Paris", "Acme Corp", "Ana", "Bo", "Ana Lima", "Zoë", "three", "2023", "yesterday",
    "last week", "on 8 May 2023", "in June", "I", "she likes", "works at", "lives in", "猫", "кошка", "flurb", "the",
    "kind",
)  # fmt: skip
_ASKING = ("What", "When did", "Who", "Where does", "How many", "Does", "Which", "Tell me", "Summarize", "")
_DAYS = ("2026-05-04", "2026-05-08", "2026-05-12", "2026-05-19")


def random_told(rng: random.Random) -> Told:
    body = " ".join(rng.choices(_PIECES, k=rng.randint(1, 9))) + rng.choice((".", "?", "!", ""))
    at = rng.choice((None, f"{rng.choice(_DAYS)}T{rng.randint(10, 12)}:{rng.randint(10, 59)}"))
    return Told(body, rng.choice(_SPEAKERS) or None, at, rng.choice((None, None, "one")))


def random_talk(rng: random.Random, most: int) -> List[Told]:
    return [random_told(rng) for _ in range(rng.randint(1, most))]


def random_question(rng: random.Random) -> str:
    return f"{rng.choice(_ASKING)} {' '.join(rng.choices(_PIECES, k=rng.randint(0, 5)))}?"

