"""Typed memories and projects: what kind of memory a fiber is, and to what stretch of time it belongs."""

from __future__ import annotations

from typing import List

from engram.types.brain import ProjectWire, TypedMemoryWire
from engram.types.brain_keeping import ProjectInput, TypedMemoryInput

from ...storage import Reader, Writer
from ...storage.brain_rows import BrainRow, TypedMemoryFilter, TypedMemoryRow
from ..errors import Taken, Unknown
from ..scope import Scope
from . import drafts, fibers, shapes
from .brains import now
from .drafts import Stamp


def save_typed(writer: Writer, scope: Scope, brain: BrainRow, given: TypedMemoryInput) -> TypedMemoryWire:
    """Keep what kind of memory a fiber is, in place of an earlier saying.

    Raises:
        Unknown: there is no such fiber.
    """
    fiber = fibers.require(writer, brain, given["fiber_id"])
    writer.save_typed_memory(brain.space_id, drafts.new_typed_memory(given, fiber.id, now(scope)))
    return shapes.typed_memory(_require_typed(writer, brain, given["fiber_id"]))


def typed(reader: Reader, brain: BrainRow, fiber_id: str) -> TypedMemoryWire:
    """Return what kind of memory a fiber is.

    Raises:
        Unknown: there is no such fiber, or nobody told.
    """
    return shapes.typed_memory(_require_typed(reader, brain, fiber_id))


def _require_typed(reader: Reader, brain: BrainRow, fiber_id: str) -> TypedMemoryRow:
    fiber = fibers.require(reader, brain, fiber_id)
    row = reader.typed_memories(brain.space_id, [fiber.id]).get(fiber.id)
    if row is None:
        raise Unknown(
            f"Typed memory not found: {fiber_id}", {"fiber_id": fiber_id}, code="typed_memory_not_found"
        )
    return row


def find_typed(
    reader: Reader,
    scope: Scope,
    brain: BrainRow,
    wanted: TypedMemoryFilter,
    *,
    include_expired: bool,
    limit: int,
    offset: int,
) -> List[TypedMemoryWire]:
    """Return typed memories: the highest priority first, then the newest. What has expired is only there if asked."""
    fit = wanted._replace(unexpired_at=None if include_expired else now(scope))
    rows = reader.find_typed_memories(brain.space_id, fit, limit=limit, offset=offset)
    return [shapes.typed_memory(row) for row in rows]


def remove_typed(writer: Writer, brain: BrainRow, fiber_id: str) -> None:
    """Forget what kind of memory a fiber is; the fiber stays."""
    writer.remove_typed_memory(_require_typed(writer, brain, fiber_id).id)


def add_project(writer: Writer, scope: Scope, brain: BrainRow, given: ProjectInput) -> ProjectWire:
    """Add a project.

    Raises:
        Taken: the brain has one of its id.
        Malformed: it ends before it starts.
    """
    new = drafts.new_project(given, Stamp(scope.ids.new("prj"), now(scope)))
    if writer.project(brain.space_id, new.public_id) is not None:
        raise Taken(f"Project already exists: {new.public_id}", {"project_id": new.public_id})
    writer.save_project(brain.space_id, new)
    return shapes.project(new)


def replace_project(
    writer: Writer, scope: Scope, brain: BrainRow, project_id: str, given: ProjectInput
) -> ProjectWire:
    """Put a project in the place of what it was; when it was made stays.

    Raises:
        Unknown: there is none of that id.
        Malformed: it ends before it starts.
    """
    old = project(writer, brain, project_id)
    kept: ProjectInput = {"created_at": old["created_at"], **given, "id": project_id}
    new = drafts.new_project(kept, Stamp(project_id, now(scope)))
    writer.save_project(brain.space_id, new)
    return shapes.project(new)


def project(reader: Reader, brain: BrainRow, project_id: str) -> ProjectWire:
    """Return a project.

    Raises:
        Unknown: there is none of that id.
    """
    row = reader.project(brain.space_id, project_id)
    if row is None:
        raise Unknown(f"Project not found: {project_id}", {"project_id": project_id}, code="project_not_found")
    return shapes.project(row)


def projects(reader: Reader, brain: BrainRow, *, limit: int, offset: int) -> List[ProjectWire]:
    """Return projects: the highest priority first, then those that started last."""
    return [shapes.project(row) for row in reader.projects(brain.space_id, limit=limit, offset=offset)]


def remove_project(writer: Writer, brain: BrainRow, project_id: str) -> None:
    """Delete a project. Its memories stay, and name it still."""
    project(writer, brain, project_id)
    writer.remove_project(brain.space_id, project_id)
