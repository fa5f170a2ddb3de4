"""On whose behalf, when and on what: the handle that every rule of every face is given beside its arguments.

The layers above carry a Scope, a Reader and a Writer from one rule to the next, and read the rows that rules return;
what can be asked of the storage is the rules' affair.
"""

from __future__ import annotations

from typing import ContextManager, NamedTuple

from ..clock import Clock, milliseconds
from ..ids import Ids
from ..storage import DATED, ChangeRow, EngramRow, Fitting, MemoryRow, ProfileRow, Reader, Space, Store, Writer

__all__ = [
    "DATED",
    "ChangeRow",
    "EngramRow",
    "Fitting",
    "MemoryRow",
    "ProfileRow",
    "Reader",
    "Scope",
    "Space",
    "Store",
    "Writer",
]


class Scope(NamedTuple):
    """One tenant, its store, and the sources of time and of ids."""

    tenant_id: int
    store: Store
    clock: Clock
    ids: Ids

    def read(self) -> ContextManager[Reader]:
        """Lend a Reader that sees one committed state, for as short as can be."""
        return self.store.read()

    def probe(self) -> None:
        """Read something; raise when the store cannot."""
        with self.read() as reader:
            reader.count_spaces(self.tenant_id)

    def now(self) -> int:
        """Return the present moment in milliseconds."""
        return milliseconds(self.clock)
