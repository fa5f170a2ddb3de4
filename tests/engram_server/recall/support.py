"""Memories in a real store, and what recall makes of them."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import Iterator, List, Sequence, Tuple

from engram_server.recall.rank import Ranked, rank
from engram_server.storage import NewMemory, Reader, Space, Writer, open_store
from engram_server.text.terms import question_terms, terms


def _new(number: int, content: str) -> NewMemory:
    digest = hashlib.blake2b(content.encode(), digest_size=16).digest()
    return NewMemory(f"mem_{number}", content, digest, digest, 1, terms(content))


@contextmanager
def stored(*spaces: Sequence[str]) -> Iterator["Tuple[Reader, List[Space]]"]:
    """Lend a reader of a store in memory that has one space for each list of contents.

    The memories of a space have the public ids mem_1, mem_2 and so on.
    """
    store = open_store(None)

    def fill(writer: Writer) -> None:
        tenant = writer.ensure_tenant("default", 0)
        for number, contents in enumerate(spaces):
            space = writer.add_space(
                tenant, name=f"space {number}", public_id=f"bkt_{number}", description=None, now=0
            )
            if contents:
                writer.add_memories(space.id, [_new(at, content) for at, content in enumerate(contents, 1)], 0)

    try:
        store.write(fill)
        with store.read() as reader:
            tenant = reader.tenant("default")
            assert tenant is not None
            yield reader, reader.spaces(tenant, limit=len(spaces))
    finally:
        store.close()


def recalled(question: str, *contents: str, top_k: int = 8) -> List[Ranked]:
    """Return what a store of these contents recalls for a question."""
    with stored(contents) as (reader, (space,)):
        return rank(reader, space, question_terms(question), top_k=top_k)
