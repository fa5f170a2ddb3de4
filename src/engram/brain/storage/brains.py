"""Brains: saving them, finding them, figures, taking a whole one out and in."""

from __future__ import annotations

from typing import Dict, List, Optional
from uuid import uuid4

from ... import calls_brain as calls
from ...paths import QueryValue
from ...types.brain import BrainStats
from ...types.limits import MAX_BODY_BYTES
from ..core.brain import Brain, BrainSnapshot
from .parts import parts_of
from .reach import Reach

# Half of what a body may have: what is around the rows comes on top.
_PART_BYTES = MAX_BODY_BYTES // 2


class Brains(Reach):
    """What a storage does with whole brains."""

    async def save_brain(self, brain: Brain) -> None:
        """Save what a brain is called and how it behaves. What it holds stays as it is.

            await storage.save_brain(Brain.create("work"))
        """
        path, whole = {"brain_id": brain.id}, brain.payload()
        changes = {name: value for name, value in whole.items() if name not in ("id", "created_at")}
        if await self.find(calls.UPDATE_BRAIN, path, "brain_not_found", body=changes) is None:
            await self.send(calls.CREATE_BRAIN, body=whole)

    async def get_brain(self, brain_id: str) -> Optional[Brain]:
        """Return a brain with its counts, None where there is none. Any bucket is one.

            brain = await storage.get_brain("garden")
        """
        found = await self.find(calls.GET_BRAIN, {"brain_id": brain_id}, "brain_not_found")
        return None if found is None else Brain.of(found)

    async def find_brain_by_name(self, name: str) -> Optional[Brain]:
        """Return the oldest brain that was saved with a name.

            brain = await storage.find_brain_by_name("Garden")
        """
        found = await self.send(calls.LIST_BRAINS, query={"name": name, "limit": 1})
        return next((Brain.of(brain) for brain in found["brains"]), None)

    async def list_brains(self, limit: int = 100, offset: int = 0) -> List[Brain]:
        """Return the brains that were saved, oldest first.

            names = [brain.name for brain in await storage.list_brains()]
        """
        found = await self.send(calls.LIST_BRAINS, query={"limit": limit, "offset": offset})
        return [Brain.of(brain) for brain in found["brains"]]

    async def clear(self, brain_id: str) -> None:
        """Delete a brain with everything in it, its bucket too. One that is not there is cleared already.

            await storage.clear("garden")
        """
        await self.find(calls.DELETE_BRAIN, {"brain_id": brain_id}, "brain_not_found")

    async def get_stats(self, brain_id: str) -> BrainStats:
        """Return what a brain holds.

            stats = await storage.get_stats("garden")

        Raises:
            NotFoundError: there is no such brain.
        """
        return await self.send(calls.GET_STATS, {"brain_id": brain_id})

    async def export_brain(self, brain_id: str) -> BrainSnapshot:
        """Return all that a brain holds.

            snapshot = await storage.export_brain("garden")

        Raises:
            NotFoundError: there is no such brain.
        """
        return BrainSnapshot.of(await self.send(calls.EXPORT_BRAIN, {"brain_id": brain_id}))

    async def import_brain(self, snapshot: BrainSnapshot, target_brain_id: Optional[str] = None) -> str:
        """Make a brain of a snapshot, under its own id or another; return the id. It is whole, or not made.

            await storage.import_brain(snapshot, "copy")

        Raises:
            ConflictError: there is a brain of that id.
            ValidationError: the snapshot is of a version that is unknown, or something in it cannot be.
        """
        brain_id = target_brain_id or snapshot.brain_id
        bodies = await self.aside(lambda: parts_of(snapshot.payload(), _PART_BYTES))
        query: Dict[str, QueryValue] = {}
        for number, body in enumerate(bodies, 1):
            if len(bodies) > 1:
                query = {"upload": query.get("upload") or str(uuid4()), "part": number, "parts": len(bodies)}
            await self.send(calls.IMPORT_BRAIN, {"brain_id": brain_id}, query=query, body=body)
        return brain_id
