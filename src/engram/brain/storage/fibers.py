"""The fibers of a brain."""

from __future__ import annotations

from typing import Iterable, List, Optional, cast

from ... import calls_brain as calls
from ...types.brain import TagMode
from ...types.brain_calls import FindFibersBody, UpdateFiberBody
from ..core.fiber import Fiber
from ..core.values import sent, several, tags_of
from .graph import DEFAULT_LIMIT, Span
from .reach import Reach, strings


class Fibers(Reach):
    """What a storage does with fibers."""

    async def add_fiber(self, fiber: Fiber) -> str:
        """Add a fiber; return its id.

            await storage.add_fiber(Fiber.create({"n1", "n2"}, {"s1"}, anchor_neuron_id="n1"))

        Raises:
            ConflictError: there is one of its id.
        """
        return (await self.send(calls.ADD_FIBER, body=fiber.payload()))["id"]

    async def get_fiber(self, fiber_id: str) -> Optional[Fiber]:
        """Return a fiber, None where there is none.

            fiber = await storage.get_fiber("f1")
        """
        found = await self.find(calls.GET_FIBER, {"fiber_id": fiber_id}, "fiber_not_found")
        return None if found is None else Fiber.of(found)

    async def find_fibers(
        self,
        contains_neuron: Optional[str] = None,
        time_overlaps: Optional[Span] = None,
        tags: Optional[Iterable[str]] = None,
        min_salience: Optional[float] = None,
        limit: int = DEFAULT_LIMIT,
        tag_mode: TagMode = "and",
        offset: int = 0,
    ) -> List[Fiber]:
        """Return the fibers that fit all that is given, the most salient first: those of all tags, or `or` of any.

            fibers = await storage.find_fibers(contains_neuron="n1", tags=["work"])
        """
        low, high = time_overlaps or (None, None)
        found = await self.send(
            calls.LIST_FIBERS,
            query={
                "contains_neuron": contains_neuron,
                "time_start": sent(low),
                "time_end": sent(high),
                "tags": None if tags is None else strings(sorted(tags_of(tags))),
                "tag_mode": tag_mode,
                "min_salience": None if min_salience is None else str(min_salience),
                "limit": limit,
                "offset": offset,
            },
        )
        return [Fiber.of(fiber) for fiber in found["fibers"]]

    async def find_fibers_batch(
        self,
        neuron_ids: Iterable[str],
        limit_per_neuron: int = 10,
        tags: Optional[Iterable[str]] = None,
        tag_mode: TagMode = "and",
    ) -> List[Fiber]:
        """Return the fibers that hold one of some neurons, each once, the most salient first.

            fibers = await storage.find_fibers_batch(["n1", "n2"], limit_per_neuron=3)
        """
        wanted: FindFibersBody = {
            "neuron_ids": several(neuron_ids, "neuron_ids"),
            "limit_per_neuron": limit_per_neuron,
            "tags": sorted(tags_of(tags)),
            "tag_mode": tag_mode,
        }
        found = await self.send(calls.FIND_FIBERS, body=wanted)
        return [Fiber.of(fiber) for fiber in found["fibers"]]

    async def get_fibers(self, limit: int = 10, offset: int = 0) -> List[Fiber]:
        """Return fibers, the most salient first.

            best = await storage.get_fibers(limit=5)
        """
        return await self.find_fibers(limit=limit, offset=offset)

    async def update_fiber(self, fiber: Fiber) -> None:
        """Put a fiber in the place of the one of its id.

            await storage.update_fiber(fiber.conduct())

        Raises:
            NotFoundError: there is none.
        """
        changes = {name: value for name, value in fiber.payload().items() if name not in ("id", "created_at")}
        await self.send(calls.UPDATE_FIBER, {"fiber_id": fiber.id}, body=cast(UpdateFiberBody, changes))

    async def delete_fiber(self, fiber_id: str) -> bool:
        """Delete a fiber and the memory that it is; return whether there was one.

            await storage.delete_fiber("f1")
        """
        return await self.find(calls.DELETE_FIBER, {"fiber_id": fiber_id}, "fiber_not_found") is not None
