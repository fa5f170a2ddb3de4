"""On whose behalf and when: what every rule of every face is given beside its arguments."""

from __future__ import annotations

from typing import NamedTuple

from ..clock import Clock, milliseconds
from ..ids import Ids


class Scope(NamedTuple):
    """One tenant, and the sources of time and of ids."""

    tenant_id: int
    clock: Clock
    ids: Ids

    def now(self) -> int:
        """Return the present moment in milliseconds."""
        return milliseconds(self.clock)
