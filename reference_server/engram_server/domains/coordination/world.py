"""The world state and other documents: each change is a version, and may ask that nobody changed it meanwhile."""

from __future__ import annotations

from typing import List, Optional

from engram.types import JsonObject
from engram.types.coordination import (
    ChangeBody,
    RevertBody,
    Section,
    SectionBody,
    SetWorldBody,
    WorldRecord,
    WorldVersion,
)

from ...storage import WorldRow
from ..errors import Invalid, Unknown, Unmet
from ..scope import Reader, Writer
from . import sections
from .locks import check_fence
from .moments import local_text
from .sessions import moment
from .tending import Desk, measure

DEFAULT_DOCUMENT = ""


def record(reader: Reader, at: Desk, document: str, version: Optional[int] = None) -> WorldRecord:
    """Return a version of a document, else the newest; one that was never set is empty and has the version 0.

    Raises:
        Unknown: there is no such version, or it is not kept any more.
    """
    wanted = reader.newest_version(at.owner, document) if version is None else version
    found = reader.world_version(at.owner, document, wanted)
    if found is not None:
        return {**_shape(found[0]), "document": document, "content": found[1]}
    if version:
        raise Unknown(f"There is no version {version}", {"version": version}, "version_not_found")
    digest, size = measure("")
    return {
        "version": 0,
        "updated_at": None,
        "updated_by": None,
        "size_bytes": size,
        "digest": digest,
        "document": document,
        "content": "",
    }


def history(reader: Reader, at: Desk, document: str, before: int, limit: int) -> List[WorldVersion]:
    """Return versions of a document, newest first."""
    return [_shape(row) for row in reader.world_versions_before(at.owner, document, before, limit)]


def put(writer: Writer, at: Desk, body: SetWorldBody) -> WorldRecord:
    """Replace a document.

    Raises:
        Unmet: somebody changed it since, or the lease that it was to be changed under is over.
    """
    document = _checked(writer, at, body)
    return _append(writer, at, document, body["content"], body.get("updated_by"), "set_world")


def revert(writer: Writer, at: Desk, body: RevertBody) -> WorldRecord:
    """Make the content of an earlier version the newest one.

    Raises:
        Unmet, Unknown: as `put` and `record` do.
    """
    document = _checked(writer, at, body)
    content = record(writer, at, document, body["version"])["content"]
    return _append(writer, at, document, content, body.get("updated_by"), f"revert to {body['version']}")


def section(reader: Reader, at: Desk, document: str, heading: str) -> Section:
    """Return what stands under a heading."""
    return _section(record(reader, at, document), heading)


def edit(writer: Writer, at: Desk, body: SectionBody) -> Section:
    """Replace what stands under one heading, or append to it; nothing else of the document changes.

    Raises:
        Unmet: somebody changed the section since, or as `put` does.
    """
    document = _checked(writer, at, body)
    heading = body["heading"]
    if not heading.strip() or heading.splitlines() != [heading]:
        raise Invalid("heading: must be the text of one line", {"field": "heading"})
    present = record(writer, at, document)
    wanted = body.get("if_digest")
    found = _section(present, heading)
    if wanted is not None and wanted != found["digest"]:
        raise Unmet(
            f"The section {heading!r:.80} was changed",
            {"digest": found["digest"], "body": found["body"], "version": found["version"]},
            "section_conflict",
        )
    change = sections.appended if body.get("edit") == "append" else sections.replaced
    content = change(present["content"], heading, body["body"])
    made = _append(writer, at, document, content, body.get("updated_by"), f"edit {heading}")
    return _section(made, heading)


def _checked(writer: Writer, at: Desk, body: ChangeBody) -> str:
    """Return which document is to be changed, if it may be."""
    document = body.get("document") or DEFAULT_DOCUMENT
    check_fence(writer, at, body.get("fence"))
    wanted = body.get("if_version")
    newest = writer.newest_version(at.owner, document)
    if wanted is not None and wanted != newest:
        head = record(writer, at, document)
        details: JsonObject = {
            "version": newest,
            "content": head["content"],
            "updated_at": head["updated_at"],
            "updated_by": head["updated_by"],
        }
        raise Unmet(f"The document has version {newest}, not {wanted}", details, "version_conflict")
    return document


def _append(
    writer: Writer, at: Desk, document: str, content: str, updated_by: Optional[str], action: str
) -> WorldRecord:
    version = writer.newest_version(at.owner, document) + 1
    row = WorldRow(at.owner, document, version, at.now, local_text(at.now), updated_by, *measure(content))
    writer.add_world_version(row, content)
    if at.rules.keep_versions:
        writer.remove_world_versions(at.owner, document, version - at.rules.keep_versions)
    writer.add_audit(at.owner, at.now, updated_by or "", action, document, f"version {version}")
    return {**_shape(row), "document": document, "content": content}


def _section(of: WorldRecord, heading: str) -> Section:
    part = sections.find(of["content"], heading)
    if part is None:
        return {"heading": heading, "body": "", "digest": "", "version": of["version"]}
    body = sections.body(of["content"], part)
    return {"heading": part.heading, "body": body, "digest": measure(body)[0], "version": of["version"]}


def _shape(row: WorldRow) -> WorldVersion:
    return {
        "version": row.version,
        "updated_at": moment(row.at),
        "updated_by": row.updated_by,
        "size_bytes": row.size,
        "digest": row.digest,
    }
