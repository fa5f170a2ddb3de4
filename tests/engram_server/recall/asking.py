"""Contents stored as the server stores them, and what there is to answer a question from."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Callable, Iterator, Sequence

from engram_server.domains.hosted.drafting import Given, draft
from engram_server.recall.passages import Material, gather
from engram_server.recall.question import read_question
from engram_server.recall.rank import Asked, rank
from engram_server.storage import Writer, open_store

__all__ = ["Given", "bucket", "material"]

#: 2026-01-01, when everything is stored and asked.
NOW = 1_767_225_600_000
TOP_K = 8

Ask = Callable[[str], Material]


@contextmanager
def bucket(contents: Sequence[str], given: Given = Given()) -> Iterator[Ask]:
    """Lend a bucket of these contents to ask. Its memories have the public ids mem_1, mem_2 and so on."""
    store = open_store(None)
    drafts = [draft(content, f"mem_{number}", NOW, given) for number, content in enumerate(contents, 1)]

    def fill(writer: Writer) -> int:
        tenant = writer.ensure_tenant("default", 0)
        space = writer.add_space(tenant, name="b", public_id="bkt_1", description=None, now=0)
        writer.add_memories(space.id, drafts, NOW)
        return tenant

    def ask(text: str) -> Material:
        question = read_question(text)
        with store.read() as reader:
            space = reader.space(tenant_id, "b")
            assert space is not None
            recalled = rank(reader, space, Asked(question, NOW, TOP_K))
        return gather(question, recalled.ranked, [(space, recalled)])

    try:
        tenant_id = store.write(fill)
        yield ask
    finally:
        store.close()


def material(question: str, *contents: str, given: Given = Given()) -> Material:
    """Return what a bucket of these contents has for a question."""
    with bucket(contents, given) as ask:
        return ask(question)
