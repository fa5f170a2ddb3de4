"""A tenant on a store in memory, for rules that need one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

from engram_server.domains.scope import Scope
from engram_server.ids import Ids
from engram_server.storage import open_store

NOW = 1_767_225_600.0


@contextmanager
def new_scope() -> Iterator[Scope]:
    """Yield the scope of a tenant that has nothing yet; its clock stands still."""
    store = open_store(None)
    try:
        tenant_id = store.write(lambda writer: writer.ensure_tenant("one", 0))
        yield Scope(tenant_id, store, lambda: NOW, Ids(lambda: NOW))
    finally:
        store.close()
