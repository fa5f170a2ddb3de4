"""Memories to store, and the questions that a test asks of the file itself, past the code under test."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple, Tuple

from engram_server.storage import MemoryRow, NewMemory, Space, Store, is_mark

NOW = 1_700_000_000_000
LATER = NOW + 60_000
TENANT = "acme"
FAMILY = "facts"
NO_SPACE = 999


def new_memory(content: str, public_id: str) -> NewMemory:
    """Return a memory whose terms are its words."""
    words = content.split()
    return NewMemory(
        public_id=public_id,
        content=content,
        content_hash=hashlib.blake2b(content.encode("utf-8"), digest_size=16).digest(),
        near_key=hashlib.blake2b(" ".join(sorted(set(words))).encode("utf-8"), digest_size=16).digest(),
        token_count=len(content) // 4 + 1,
        terms=Counter(words),
    )


def drafts(contents: Iterable[str]) -> List[NewMemory]:
    return [new_memory(content, f"mem_{number}_{content[:12]}") for number, content in enumerate(contents)]


def add_space(store: Store, name: str = "notes", tenant: str = TENANT) -> Space:
    """Make a space, and its tenant if need be."""
    return store.write(
        lambda writer: writer.add_space(
            writer.ensure_tenant(tenant, NOW), name=name, public_id=f"bkt_{tenant}_{name}", description=None, now=NOW
        )
    )


def add(store: Store, space: Space, *contents: str) -> List[int]:
    return store.write(lambda writer: writer.add_memories(space.id, drafts(contents), NOW))


def space_again(store: Store, space: Space) -> Space:
    """Return a space as it is now."""
    with store.read() as reader:
        found = reader.space(space.tenant_id, space.name)
    assert found is not None
    return found


def only_memory(store: Store, space: Space) -> MemoryRow:
    """Return the memory of a space that has one."""
    with store.read() as reader:
        (row,) = reader.memories(space.id, limit=10)
    return row


class Contents(NamedTuple):
    """What a database holds, as plain SQL sees it."""

    memories: Dict[int, Tuple[int, str]]
    postings: Dict[Tuple[int, str, int], Tuple[int, int]]
    statistics: Dict[int, Tuple[int, int]]
    integrity: str


def contents(path: Path) -> Contents:
    """Read a database file with nothing but sqlite3."""
    with closing(sqlite3.connect(path)) as db:
        return Contents(
            {row[0]: (row[1], row[2]) for row in db.execute("SELECT id, space_id, content FROM memories")},
            {
                (row[0], row[1], row[2]): (row[3], row[4])
                for row in db.execute("SELECT space_id, term, item_id, tf, length FROM postings")
                if not is_mark(row[1])
            },
            {row[0]: (row[1], row[2]) for row in db.execute("SELECT id, memory_count, term_total FROM spaces")},
            db.execute("PRAGMA integrity_check").fetchone()[0],
        )


def assert_consistent(found: Contents) -> None:
    """Assert that postings and statistics are those of the memories: none missing, none left over."""
    assert found.integrity == "ok"
    postings, statistics = {}, {space_id: (0, 0) for space_id in found.statistics}
    for memory_id, (space_id, content) in found.memories.items():
        terms = Counter(content.split())
        length = sum(terms.values())
        count, total = statistics[space_id]
        statistics[space_id] = (count + 1, total + length)
        postings.update({(space_id, term, memory_id): (tf, length) for term, tf in terms.items()})
    assert found.postings == postings
    assert found.statistics == statistics
