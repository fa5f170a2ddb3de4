"""The routes of a brain's typed memories, projects and alerts."""

from __future__ import annotations

from typing import List, Optional, cast, get_args

from engram.types.brain import MemoryKind, ProjectWire, TypedMemoryWire
from engram.types.brain_calls import Done
from engram.types.brain_keeping import (
    Acknowledged,
    AlertIdsBody,
    AlertInput,
    AlertList,
    AlertTypesBody,
    Changed,
    ProjectInput,
    ProjectList,
    RecordedAlert,
    TypedMemoryInput,
    TypedMemoryList,
)

from ..domains.brain import BrainRow, TypedMemoryFilter, drafts, health, keeping
from ..domains.brain.brains import now
from ..domains.scope import Reader, Writer
from ..wire import Response
from .base import Call, Route, Write
from .brain_base import changing, deleting, flag, listing, one_of, part, reading, route, several

_DEFAULT_PAGE = 100
_DEFAULT_ALERTS, _MOST_ALERTS = 50, 200
_HIGHEST_PRIORITY = 10


# -- typed memories


def find_typed_memories(call: Call) -> Response:
    return _typed_memories(call, call.query.get("project_id"))


def find_project_memories(call: Call) -> Response:
    return _typed_memories(call, call.path["project_id"])


def _typed_memories(call: Call, project_id: Optional[str]) -> Response:
    limit, offset = part(call, _DEFAULT_PAGE)
    wanted = TypedMemoryFilter(
        memory_type=one_of(call, "memory_type", get_args(MemoryKind)),
        min_priority=drafts.snapped(call.number("min_priority", 0, 0, _HIGHEST_PRIORITY)),
        project_id=project_id,
        tags=drafts.normal_tags(several(call, "tags") or []),
    )
    include_expired = flag(call, "include_expired")

    def find(reader: Reader, brain: BrainRow) -> List[TypedMemoryWire]:
        if "project_id" in call.path:
            keeping.project(reader, brain, call.path["project_id"])
        return keeping.find_typed(
            reader, call.scope, brain, wanted, include_expired=include_expired, limit=limit, offset=offset
        )

    return listing(call, "typed_memories", find)


def save_typed_memory(call: Call) -> Write:
    body = cast(TypedMemoryInput, call.body)
    return changing(call, lambda writer, brain: keeping.save_typed(writer, call.scope, brain, body))


def get_typed_memory(call: Call) -> Response:
    fiber_id = call.path["fiber_id"]
    return reading(call, lambda reader, brain: keeping.typed(reader, brain, fiber_id))


def delete_typed_memory(call: Call) -> Write:
    return deleting(call, "fiber_id", keeping.remove_typed)


# -- projects


def list_projects(call: Call) -> Response:
    limit, offset = part(call, _DEFAULT_PAGE)
    return listing(
        call, "projects", lambda reader, brain: keeping.projects(reader, brain, limit=limit, offset=offset)
    )


def add_project(call: Call) -> Write:
    body = cast(ProjectInput, call.body)
    return changing(call, lambda writer, brain: keeping.add_project(writer, call.scope, brain, body))


def get_project(call: Call) -> Response:
    project_id = call.path["project_id"]
    return reading(call, lambda reader, brain: keeping.project(reader, brain, project_id))


def update_project(call: Call) -> Write:
    project_id, body = call.path["project_id"], cast(ProjectInput, call.body)
    return changing(call, lambda writer, brain: keeping.replace_project(writer, call.scope, brain, project_id, body))


def delete_project(call: Call) -> Write:
    return deleting(call, "project_id", keeping.remove_project)


# -- alerts


def list_alerts(call: Call) -> Write:
    """List the alerts that are open now: whoever asks sees what a look at the brain finds."""
    limit = call.number("limit", _DEFAULT_ALERTS, 1, _MOST_ALERTS)

    def change(writer: Writer, brain: BrainRow) -> AlertList:
        health.pulse(writer, call.scope, brain)
        found = health.open_alerts(writer, brain, limit)
        return {"alerts": found, "count": len(found)}

    return changing(call, change)


def record_alert(call: Call) -> Write:
    body = cast(AlertInput, call.body)

    def change(writer: Writer, brain: BrainRow) -> RecordedAlert:
        return {"id": health.record(writer, call.scope, brain, body)}

    return changing(call, change)


def see_alerts(call: Call) -> Write:
    ids = cast(AlertIdsBody, call.body)["alert_ids"]

    def change(writer: Writer, brain: BrainRow) -> Changed:
        return {"changed": writer.see_alerts(brain.space_id, ids, now(call.scope))}

    return changing(call, change)


def acknowledge_alert(call: Call) -> Write:
    alert_id = call.path["alert_id"]

    def change(writer: Writer, brain: BrainRow) -> Acknowledged:
        return {"acknowledged": health.acknowledge(writer, call.scope, brain, alert_id)}

    return changing(call, change)


def resolve_alerts(call: Call) -> Write:
    kinds = cast(AlertTypesBody, call.body)["alert_types"]

    def change(writer: Writer, brain: BrainRow) -> Changed:
        return {"changed": writer.resolve_alerts(brain.space_id, kinds, now(call.scope))}

    return changing(call, change)


_TYPED, _TYPED_ONE = "/memory/typed-memories", "/memory/typed-memories/{fiber_id}"
_PROJECTS, _PROJECT = "/memory/projects", "/memory/projects/{project_id}"
_ALERTS = "/memory/alerts"
_PAGE = ("limit", "offset")
_OF_PROJECT = ("memory_type", "min_priority", "tags", "include_expired", *_PAGE)
_OF_TYPED = ("project_id", *_OF_PROJECT)

ROUTES: List[Route] = [
    route("GET", _TYPED, find_typed_memories, "Find typed memories.", TypedMemoryList, None, _OF_TYPED),
    route("POST", _TYPED, save_typed_memory, "Tell what kind of memory a fiber is.", TypedMemoryWire, TypedMemoryInput),
    route("GET", _TYPED_ONE, get_typed_memory, "Read what kind of memory a fiber is.", TypedMemoryWire),
    route("DELETE", _TYPED_ONE, delete_typed_memory, "Forget what kind of memory a fiber is.", Done),
    route("GET", _PROJECTS, list_projects, "List projects.", ProjectList, None, _PAGE),
    route("POST", _PROJECTS, add_project, "Add a project.", ProjectWire, ProjectInput),
    route("GET", _PROJECT, get_project, "Read a project.", ProjectWire),
    route("PUT", _PROJECT, update_project, "Put a project in the place of what it was.", ProjectWire, ProjectInput),
    route("DELETE", _PROJECT, delete_project, "Delete a project; its memories stay.", Done),
    route(
        "GET",
        _PROJECT + "/memories",
        find_project_memories,
        "List the typed memories of a project.",
        TypedMemoryList,
        None,
        _OF_PROJECT,
    ),
    route("GET", _ALERTS, list_alerts, "Look at the brain, and list the open alerts.", AlertList, None, ("limit",)),
    route("POST", _ALERTS, record_alert, "Record an alert.", RecordedAlert, AlertInput),
    route("POST", _ALERTS + "/seen", see_alerts, "Mark alerts as seen.", Changed, AlertIdsBody),
    route("POST", _ALERTS + "/resolve", resolve_alerts, "Resolve alerts by type.", Changed, AlertTypesBody),
    route("POST", _ALERTS + "/{alert_id}/acknowledge", acknowledge_alert, "Acknowledge an alert.", Acknowledged),
]
