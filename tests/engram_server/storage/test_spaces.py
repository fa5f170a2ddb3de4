"""Tenants with their providers and recorded answers, and spaces: on a file and in memory."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engram_server.storage import ProfileRow, ProviderRow, Recorded, Space, StorageError, Store

from .samples import LATER, NO_SPACE, NOW, TENANT, add, add_space, space_again


# -- tenants


def test_a_tenant_is_made_once(store: Store) -> None:
    first = store.write(lambda writer: writer.ensure_tenant("a", NOW))
    assert store.write(lambda writer: writer.ensure_tenant("a", LATER)) == first
    assert store.write(lambda writer: writer.ensure_tenant("A", NOW)) != first
    with store.read() as reader:
        assert (reader.tenant("a"), reader.tenant("b")) == (first, None)


def test_a_provider_is_saved_replaced_and_removed(store: Store) -> None:
    tenant = store.write(lambda writer: writer.ensure_tenant("a", NOW))
    seen = []
    for model, api_key in (("small", None), ("large", "sk-canary")):
        store.write(lambda w: w.save_provider(tenant, base_url="http://x", model=model, api_key=api_key))
        with store.read() as reader:
            seen.append(reader.provider(tenant))
    store.write(lambda writer: writer.remove_provider(tenant))
    store.write(lambda writer: writer.remove_provider(tenant))
    with store.read() as reader:
        seen.append(reader.provider(tenant))
    assert seen == [ProviderRow("http://x", "small", None), ProviderRow("http://x", "large", "sk-canary"), None]


def test_a_provider_does_not_show_its_key() -> None:
    assert "sk-canary" not in f"{ProviderRow('u', 'm', 'sk-canary')!r} {ProviderRow('u', 'm', 'sk-canary')}"
    assert "None" in repr(ProviderRow("u", "m", None))


@pytest.mark.parametrize("body", [b"", b"{}", b"a" * 1_000, b"a" * 1_001, bytes(range(256)) * 400])
def test_a_recorded_answer_comes_back_to_the_byte(store: Store, body: bytes) -> None:
    tenant = store.write(lambda writer: writer.ensure_tenant("a", NOW))
    answer = Recorded(b"print", 201, body)
    store.write(lambda writer: writer.record(tenant, "key", answer, LATER))
    with store.read() as reader:
        assert reader.recorded(tenant, "key", NOW) == answer
        assert reader.recorded(tenant, "KEY", NOW) is None
        assert reader.recorded(tenant + 1, "key", NOW) is None


def test_a_long_answer_is_kept_small(file_store: Store, path: Path) -> None:
    tenant = file_store.write(lambda writer: writer.ensure_tenant("a", NOW))
    file_store.write(lambda writer: writer.record(tenant, "key", Recorded(b"", 200, b'{"id":"mem"},' * 1_000), LATER))
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT LENGTH(body) FROM recorded").fetchone()[0] < 1_000


def test_a_recorded_answer_expires_and_is_forgotten(store: Store) -> None:
    tenant = store.write(lambda writer: writer.ensure_tenant("a", NOW))
    old, new = Recorded(b"1", 200, b"old"), Recorded(b"2", 200, b"new")
    store.write(lambda writer: writer.record(tenant, "key", old, LATER))
    with store.read() as reader:
        assert [reader.recorded(tenant, "key", now) for now in (LATER - 1, LATER)] == [old, None]
    store.write(lambda writer: writer.record(tenant, "key", new, LATER + 5))
    store.write(lambda writer: writer.forget_records(LATER + 5))
    with store.read() as reader:
        assert reader.recorded(tenant, "key", NOW) == new
    store.write(lambda writer: writer.forget_records(LATER + 6))
    with store.read() as reader:
        assert reader.recorded(tenant, "key", NOW) is None


# -- spaces


def test_a_space_is_found_as_it_was_made(store: Store) -> None:
    tenant = store.write(lambda writer: writer.ensure_tenant(TENANT, NOW))
    made = store.write(
        lambda writer: writer.add_space(tenant, name="a/b ü", public_id="bkt_1", description="d", now=NOW)
    )
    assert made == Space(made.id, "bkt_1", tenant, "a/b ü", "d", NOW, None, 0, 0)
    with store.read() as reader:
        assert reader.space(tenant, "a/b ü") == made
        assert reader.space(tenant, "A/B ü") is None
        assert reader.space(tenant + 1, "a/b ü") is None


def test_a_name_is_taken_once_in_each_tenant(store: Store, space: Space) -> None:
    other = add_space(store, space.name, tenant="other")
    assert other.tenant_id != space.tenant_id
    with pytest.raises(StorageError, match="UNIQUE"):
        add_space(store, space.name)


def test_spaces_are_listed_in_the_order_of_their_making(store: Store) -> None:
    made = [add_space(store, name) for name in "dacb"]
    add_space(store, "z", tenant="other")
    tenant = made[0].tenant_id
    with store.read() as reader:
        assert reader.count_spaces(tenant) == 4
        assert reader.spaces(tenant, limit=10) == made
        assert reader.spaces(tenant, limit=2, offset=1) == made[1:3]
        assert reader.spaces(tenant, limit=2, after=made[1].id) == made[2:]
        assert reader.spaces(tenant, limit=2, offset=9) == []
        assert reader.count_spaces(NO_SPACE) == 0


def test_the_id_of_a_removed_space_is_not_given_out_again(store: Store) -> None:
    first = add_space(store, "a")
    store.write(lambda writer: writer.remove_space(first.id))
    assert add_space(store, "a").id > first.id


def test_removing_a_space_takes_everything_in_it_and_nothing_else(store: Store, space: Space) -> None:
    other = add_space(store, "other")
    for each in (space, other):
        add(store, each, "red apple", "green apple")
        store.write(lambda w: w.save_profile(each.id, text="t", updated_at=NOW, memory_count=2, source="s"))
    store.write(lambda writer: writer.remove_space(space.id))
    with store.read() as reader:
        assert reader.space(space.tenant_id, space.name) is None
        assert reader.memories(space.id, limit=10) == []
        assert reader.document_frequencies(space.id, ["apple"]) == {"apple": 0}
        assert reader.profile(space.id) is None
        assert reader.document_frequencies(other.id, ["apple"]) == {"apple": 2}
        assert len(reader.memories(other.id, limit=10)) == 2
        assert reader.profile(other.id) is not None


def test_clearing_a_space_keeps_the_space(store: Store, space: Space) -> None:
    ids = add(store, space, "red apple", "green apple", "pear")
    assert store.write(lambda writer: writer.clear_space(space.id)) == 3
    assert store.write(lambda writer: writer.clear_space(space.id)) == 0
    assert space_again(store, space) == space._replace(last_write_at=NOW)
    with store.read() as reader:
        assert reader.memories(space.id, limit=10) == []
        assert reader.document_frequencies(space.id, ["apple"]) == {"apple": 0}
    assert min(add(store, space, "plum")) > max(ids)


def test_a_profile_is_saved_and_replaced(store: Store, space: Space) -> None:
    with store.read() as reader:
        assert reader.profile(space.id) is None
    for row in (ProfileRow("a", NOW, 1, "s"), ProfileRow("b", LATER, 2, "t")):
        store.write(lambda writer: writer.save_profile(space.id, **row._asdict()))
        with store.read() as reader:
            assert reader.profile(space.id) == row
