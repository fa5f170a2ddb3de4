"""What a brain keeps beside its graph: typed memories, projects, alerts, and what was asked of it."""

from __future__ import annotations

from datetime import datetime
from typing import Iterable, List, Optional, Sequence

from ... import calls_brain as calls
from ...types.brain_keeping import AlertIdsBody, AlertTypesBody
from ...types.brain_learning import RecallEventInput
from ..core.alert import Alert, AlertType
from ..core.memory_types import MemoryType, Priority, TypedMemory
from ..core.project import Project
from ..core.recall_event import RecallEvent
from ..core.values import sent_moment, several, tags_of
from .graph import DEFAULT_LIMIT
from .reach import Reach, strings

_ACTIVE_ALERTS = 50
_RECALL_EVENTS = 1_000


class Keeping(Reach):
    """What a storage does with typed memories, projects, alerts and questions."""

    # -- typed memories

    async def add_typed_memory(self, typed_memory: TypedMemory) -> str:
        """Keep what kind of memory a fiber is, in place of what was said before; return the id of the fiber.

            await storage.add_typed_memory(TypedMemory.create("f1", MemoryType.DECISION, Priority.HIGH))

        Raises:
            NotFoundError: there is no such fiber.
        """
        return (await self.send(calls.SAVE_TYPED_MEMORY, body=typed_memory.payload()))["fiber_id"]

    async def update_typed_memory(self, typed_memory: TypedMemory) -> None:
        """Keep what kind of memory a fiber is, in place of what was said before.

            await storage.update_typed_memory(typed_memory.with_priority(Priority.CRITICAL))

        Raises:
            NotFoundError: there is no such fiber.
        """
        await self.add_typed_memory(typed_memory)

    async def get_typed_memory(self, fiber_id: str) -> Optional[TypedMemory]:
        """Return what kind of memory a fiber is, None where nothing is said of it.

            typed_memory = await storage.get_typed_memory("f1")
        """
        found = await self.find(calls.GET_TYPED_MEMORY, {"fiber_id": fiber_id}, "typed_memory_not_found")
        return None if found is None else TypedMemory.of(found)

    async def find_typed_memories(
        self,
        memory_type: Optional[MemoryType] = None,
        min_priority: Optional[Priority] = None,
        include_expired: bool = False,
        project_id: Optional[str] = None,
        tags: Optional[Iterable[str]] = None,
        limit: int = DEFAULT_LIMIT,
        offset: int = 0,
    ) -> List[TypedMemory]:
        """Return the typed memories that fit all that is given: the highest priority first, then the newest.

            decisions = await storage.find_typed_memories(MemoryType.DECISION, min_priority=Priority.NORMAL)
        """
        found = await self.send(
            calls.LIST_TYPED_MEMORIES,
            query={
                "memory_type": None if memory_type is None else MemoryType(memory_type).value,
                "min_priority": min_priority,
                "include_expired": "true" if include_expired else None,
                "project_id": project_id,
                "tags": None if tags is None else strings(sorted(tags_of(tags))),
                "limit": limit,
                "offset": offset,
            },
        )
        return [TypedMemory.of(memory) for memory in found["typed_memories"]]

    async def delete_typed_memory(self, fiber_id: str) -> bool:
        """Forget what kind of memory a fiber is; return whether anything was said. The fiber stays.

            await storage.delete_typed_memory("f1")
        """
        path = {"fiber_id": fiber_id}
        return await self.find(calls.DELETE_TYPED_MEMORY, path, "typed_memory_not_found") is not None

    # -- projects

    async def add_project(self, project: Project) -> str:
        """Add a project; return its id.

            await storage.add_project(Project.create("Spring", duration_days=14))

        Raises:
            ConflictError: there is one of its id.
        """
        return (await self.send(calls.ADD_PROJECT, body=project.payload()))["id"]

    async def get_project(self, project_id: str) -> Optional[Project]:
        """Return a project, None where there is none.

            project = await storage.get_project("p1")
        """
        found = await self.find(calls.GET_PROJECT, {"project_id": project_id}, "project_not_found")
        return None if found is None else Project.of(found)

    async def list_projects(self, limit: int = DEFAULT_LIMIT, offset: int = 0) -> List[Project]:
        """Return projects: the highest priority first, then those that started last.

            for project in await storage.list_projects(): print(project.name, project.days_remaining)
        """
        found = await self.send(calls.LIST_PROJECTS, query={"limit": limit, "offset": offset})
        return [Project.of(project) for project in found["projects"]]

    async def update_project(self, project: Project) -> None:
        """Put a project in the place of the one of its id.

            await storage.update_project(project.with_extended_deadline(7))

        Raises:
            NotFoundError: there is none.
        """
        await self.send(calls.UPDATE_PROJECT, {"project_id": project.id}, body=project.payload())

    async def delete_project(self, project_id: str) -> bool:
        """Delete a project; return whether there was one. Its memories stay.

            await storage.delete_project("p1")
        """
        path = {"project_id": project_id}
        return await self.find(calls.DELETE_PROJECT, path, "project_not_found") is not None

    async def get_project_memories(self, project_id: str, include_expired: bool = False) -> List[TypedMemory]:
        """Return the typed memories of a project: the highest priority first, then the newest.

            memories = await storage.get_project_memories("p1")

        Raises:
            NotFoundError: there is no such project.
        """
        query = {"include_expired": "true" if include_expired else None}
        found = await self.send(calls.LIST_PROJECT_MEMORIES, {"project_id": project_id}, query=query)
        return [TypedMemory.of(memory) for memory in found["typed_memories"]]

    # -- alerts

    async def get_active_alerts(self, limit: int = _ACTIVE_ALERTS) -> List[Alert]:
        """Return the alerts that are not resolved: the most severe first, then the newest.

            for alert in await storage.get_active_alerts(): print(alert.severity, alert.message)
        """
        found = await self.send(calls.LIST_ALERTS, query={"limit": limit})
        return [Alert.of(alert) for alert in found["alerts"]]

    async def record_alert(self, alert: Alert) -> str:
        """Record an alert; return its id, empty where a young one of its type stands already.

            await storage.record_alert(Alert("a9", storage.brain_id, AlertType.STALE_FIBERS, message="Old"))

        Raises:
            ConflictError: there is one of its id.
        """
        return (await self.send(calls.RECORD_ALERT, body=alert.payload()))["id"]

    async def mark_alerts_seen(self, alert_ids: Sequence[str]) -> int:
        """Mark those of some alerts seen that are active; return how many.

            await storage.mark_alerts_seen(["a1"])
        """
        body: AlertIdsBody = {"alert_ids": several(alert_ids, "alert_ids")}
        return (await self.send(calls.MARK_ALERTS_SEEN, body=body))["changed"]

    async def mark_alert_acknowledged(self, alert_id: str) -> bool:
        """Acknowledge an alert, which is then not resolved by itself; return whether that changed it.

            await storage.mark_alert_acknowledged("a1")
        """
        answer = await self.find(calls.ACKNOWLEDGE_ALERT, {"alert_id": alert_id}, "alert_not_found")
        return answer is not None and answer["acknowledged"]

    async def resolve_alerts_by_type(self, alert_types: Sequence[str]) -> int:
        """Resolve the alerts of some types, except those that were acknowledged; return how many.

            await storage.resolve_alerts_by_type([AlertType.STALE_FIBERS])
        """
        body: AlertTypesBody = {"alert_types": [AlertType(kind).value for kind in several(alert_types, "alert_types")]}
        return (await self.send(calls.RESOLVE_ALERTS, body=body))["changed"]

    # -- what was asked

    async def record_recall_event(
        self, query: str, session_id: str = "", asked_at: Optional[datetime] = None
    ) -> RecallEvent:
        """Record a question that was asked elsewhere; the pipeline records its own where it is given a session.

            await storage.record_recall_event("How does routing work?", "monday")
        """
        body: RecallEventInput = {"query": query, "session_id": session_id}
        if asked_at is not None:
            body["asked_at"] = sent_moment(asked_at)
        return RecallEvent.of(await self.send(calls.RECORD_RECALL_EVENT, body=body))

    async def get_recall_events(self, limit: int = _RECALL_EVENTS) -> List[RecallEvent]:
        """Return the questions that were recorded, newest first.

            questions = [event.query for event in await storage.get_recall_events(limit=20)]
        """
        found = await self.send(calls.LIST_RECALL_EVENTS, query={"limit": limit})
        return [RecallEvent.of(event) for event in found["events"]]
