"""BrainExporter and BrainImporter: a whole brain as a snapshot, and as a text in a file."""

from __future__ import annotations

from typing import Optional

from .core.brain import BrainSnapshot
from .storage import BrainStorage

__all__ = ["BrainExporter", "BrainImporter", "BrainSnapshot"]


class BrainExporter:
    """Takes brains out of a storage.

        snapshot = await BrainExporter().export(storage, brain.id)
        text = BrainExporter().to_json(snapshot)
    """

    async def export(self, storage: BrainStorage, brain_id: str) -> BrainSnapshot:
        """Return all that a brain holds, as `storage.export_brain` does.

        Raises:
            NotFoundError: there is no such brain.
        """
        return await storage.export_brain(brain_id)

    def to_json(self, snapshot: BrainSnapshot) -> str:
        """Return a snapshot as a text: always the same for the same snapshot."""
        return snapshot.to_json()


class BrainImporter:
    """Puts brains into a storage.

        await BrainImporter().import_brain(storage, snapshot, "new-brain-id")
    """

    async def import_brain(
        self, storage: BrainStorage, snapshot: BrainSnapshot, new_brain_id: Optional[str] = None
    ) -> str:
        """Make a brain of a snapshot, as `storage.import_brain` does; return its id.

        Raises:
            ConflictError: there is a brain of that id.
            ValidationError: the snapshot is of a version that is unknown, or something in it cannot be.
        """
        return await storage.import_brain(snapshot, new_brain_id)

    def from_json(self, text: str) -> BrainSnapshot:
        """Return the snapshot that `BrainExporter.to_json` wrote.

        Raises:
            ValueError: it is no snapshot.
        """
        return BrainSnapshot.from_json(text)
