"""The rules of the associative brain: brains, their graphs, typed memories, projects, health, transfer.

The layers above carry these rows and filters from one rule to the next.
"""

from __future__ import annotations

from ...storage.brain_rows import BrainRow, FiberFilter, SynapseFilter, TypedMemoryFilter

__all__ = ["BrainRow", "FiberFilter", "SynapseFilter", "TypedMemoryFilter"]
