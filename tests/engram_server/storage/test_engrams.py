"""Entries in the storage: with an index of trigrams and without one, the same is found."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path
from typing import List, Optional, Set

import pytest

from engram_server.storage import Fit, NewEntry, NewMemory, StorageError, Store, Writer, open_store
from engram_server.storage import engrams

from .samples import NOW, TENANT, add_space, new_memory

LETTERS = "ab\"' ü😀%_\\*"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "engram.db"


def _new(folded: str, tags: "tuple[str, ...]" = (), expires_at: Optional[int] = None) -> NewEntry:
    return NewEntry("{}", folded, "[]", tags, NOW, expires_at=expires_at)


def _add(writer: Writer, space_id: int, public_id: str, new: NewEntry) -> None:
    tenant = writer.ensure_tenant(TENANT, NOW)
    writer.add_entry(tenant, space_id, public_id, new, merge_key=None, sequence=None, created_at=NOW)


def _settle(writer: Writer, space_id: int, ids: List[str]) -> None:
    made: List[NewMemory] = [new_memory(f"memory {one}", one) for one in ids]
    writer.add_memories(space_id, made, NOW)
    writer.have_caught_up(space_id, ids)


def _found(store: Store, space_id: int, fit: Fit, *needles: str) -> Set[str]:
    with store.read() as reader:
        tenant = reader.tenant(TENANT) or 0
        return {one.public_id for one in reader.entries_holding(tenant, space_id, fit, needles)}


def test_whatever_is_asked_for_is_found_with_the_index_and_without(
    path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {f"e{number}": "".join(rng.choices(LETTERS, k=rng.randrange(1, 40))) for number in range(300)}
    with closing(open_store(path)) as store:
        space = add_space(store)
        other = add_space(store, "other")
        for one, text in texts.items():
            store.write(lambda writer: _add(writer, space.id, one, _new(text)))
            store.write(lambda writer: _add(writer, other.id, one, _new(text)))
        settled = [one for one in texts if rng.random() < 0.8]
        store.write(lambda writer: _settle(writer, space.id, settled))
        asked = [text[at : at + rng.randrange(1, 8)] for text in texts.values() for at in (rng.randrange(len(text)),)]
        for known in (True, False):
            monkeypatch.setattr(engrams, "knows_grams", lambda: known)
            for needle in asked:
                expected = {one for one, text in texts.items() if needle in text}
                assert _found(store, space.id, Fit(NOW), needle) == expected
                assert _found(store, space.id, Fit(NOW), needle, needle[:1]) == expected


def test_fits_hold_for_what_is_indexed_as_well(path: Path) -> None:
    with closing(open_store(path)) as store:
        space = add_space(store)
        for one, new in {
            "a": _new("some text", ("x", "y")),
            "b": _new("some text", ("x",)),
            "c": _new("some text", ("x", "y"), expires_at=NOW + 10),
        }.items():
            store.write(lambda writer: _add(writer, space.id, one, new))
        for _ in range(2):
            assert _found(store, space.id, Fit(NOW), "text") == {"a", "b", "c"}
            assert _found(store, space.id, Fit(NOW + 10), "text") == {"a", "b"}
            assert _found(store, space.id, Fit(NOW, tags=("y",)), "text") == {"a", "c"}
            assert _found(store, space.id, Fit(NOW, tags=("y", "x")), "text") == {"a", "c"}
            assert _found(store, space.id, Fit(NOW, public_id="b"), "text") == {"b"}
            assert _found(store, space.id, Fit(NOW, since=NOW + 1), "text") == set()
            assert _found(store, space.id, Fit(NOW, merge_key="k"), "text") == set()
            with store.read() as reader:
                settled = reader.is_due(reader.tenant(TENANT) or 0, NOW)
            if settled:
                store.write(lambda writer: _settle(writer, space.id, ["a", "b", "c"]))


def test_a_key_has_one_entry_that_was_not_appended(path: Path) -> None:
    """The rules look first; this is what holds even if they did not."""
    with closing(open_store(path)) as store:
        space = add_space(store)

        def add_keyed(writer: Writer, public_id: str, sequence: Optional[int]) -> None:
            tenant = writer.ensure_tenant(TENANT, NOW)
            writer.add_entry(
                tenant, space.id, public_id, _new("x"), merge_key="k", sequence=sequence, created_at=NOW
            )

        store.write(lambda writer: add_keyed(writer, "a", None))
        store.write(lambda writer: add_keyed(writer, "b", 1))
        with pytest.raises(StorageError, match="UNIQUE"):
            store.write(lambda writer: add_keyed(writer, "c", None))
