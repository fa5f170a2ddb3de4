"""The routes of the world state, the report and the audit."""

from __future__ import annotations

import re
from typing import Callable, List, Optional, Union, cast

from engram.types.coordination import (
    MAX_DOCUMENT_CHARS,
    AuditList,
    ChangeBody,
    RevertBody,
    Section,
    SectionBody,
    SetWorldBody,
    Situation,
    WorldHistory,
    WorldRecord,
)
from engram.types.limits import MAX_PAGE_ITEMS

from ..domains.coordination import sessions, situation, world
from ..domains.coordination.tending import Desk
from ..domains.errors import Invalid, Unmet
from ..domains.scope import Reader, Writer
from ..wire import ApiError, Response, json_response
from .base import Call, Route, Write
from .coordination import Answered, given_number, reading, writing

_DEFAULT_PAGE = 50
# The least that a report can be cut to and still say anything.
_LEAST_CHARS = 1_000
_MOST_CHARS = 10_000_000
_MOST_SESSIONS = 10_000
_ETAG = re.compile(r'"([0-9]{1,15})"')


def get_world(call: Call) -> Answered:
    document, version = _document(call), given_number(call, "version")
    return reading(call, lambda reader, at: _tagged(world.record(reader, at, document, version)))


def put_world(call: Call) -> Write:
    body = cast(SetWorldBody, call.body)
    return _changing(call, lambda writer, at: _tagged(world.put(writer, at, body)))


def revert_world(call: Call) -> Write:
    body = cast(RevertBody, call.body)
    return _changing(call, lambda writer, at: _tagged(world.revert(writer, at, body)))


def list_world_versions(call: Call) -> Answered:
    before = given_number(call, "before")
    limit = call.number("limit", _DEFAULT_PAGE, 1, MAX_PAGE_ITEMS)

    def answer(reader: Reader, at: Desk) -> Response:
        found = world.history(reader, at, _document(call), sessions.LATEST if before is None else before, limit)
        told: WorldHistory = {"versions": found}
        return json_response(200, told)

    return reading(call, answer)


def get_section(call: Call) -> Answered:
    heading = call.query.get("heading")
    if not heading:
        raise Invalid("heading: is required", {"field": "heading"})
    wanted = heading
    return reading(call, lambda reader, at: _tagged(world.section(reader, at, _document(call), wanted)))


def put_section(call: Call) -> Write:
    body = cast(SectionBody, call.body)
    return _changing(call, lambda writer, at: _tagged(world.edit(writer, at, body)))


def get_situation(call: Call) -> Answered:
    max_chars = call.number("max_chars", situation.DEFAULT_MAX_CHARS, _LEAST_CHARS, _MOST_CHARS)
    max_sessions = call.number("max_sessions", situation.DEFAULT_MAX_SESSIONS, 0, _MOST_SESSIONS)
    since = given_number(call, "since")

    def answer(reader: Reader, at: Desk) -> Response:
        found = situation.situation(reader, at, max_chars=max_chars, max_sessions=max_sessions, since=since)
        return json_response(200, found)

    return reading(call, answer)


def list_audit(call: Call) -> Answered:
    before = given_number(call, "before_id")
    limit = call.number("limit", _DEFAULT_PAGE, 1, MAX_PAGE_ITEMS)

    def answer(reader: Reader, at: Desk) -> Response:
        told: AuditList = {"entries": sessions.audit(reader, at, before, limit)}
        return json_response(200, told)

    return reading(call, answer)


def _document(call: Call) -> str:
    return call.query.get("document", world.DEFAULT_DOCUMENT)


def _etag(version: int) -> str:
    return f'"{version}"'


def _tagged(told: Union[WorldRecord, Section]) -> Response:
    return json_response(200, told, [("ETag", _etag(told["version"]))])


def _if_match(call: Call) -> Optional[int]:
    """Return the version that `If-Match` asks for.

    Raises:
        Invalid: it is no ETag of a document.
    """
    given = call.headers.get("if-match")
    if given is None:
        return None
    match = _ETAG.fullmatch(given.strip())
    if match is None:
        raise Invalid('If-Match: must be the one ETag of a version, such as "3"', {"field": "If-Match"})
    return int(match.group(1))


def _changing(call: Call, change: Callable[[Writer, Desk], Response]) -> Write:
    """Return a change of a document that is refused with the ETag of what is there.

    Which document, and which version it replaces, may be said in the body or beside it.

    Raises:
        Invalid: both say it, and not the same; or it cannot be said.
    """
    body = cast(ChangeBody, call.body)
    document, version = call.query.get("document"), _if_match(call)
    if document is not None:
        if len(document) > MAX_DOCUMENT_CHARS:
            raise Invalid(f"document: has at most {MAX_DOCUMENT_CHARS} characters", {"field": "document"})
        if body.get("document") not in (None, document):
            raise Invalid("document: the body names another", {"field": "document"})
        body["document"] = document
    if version is not None:
        if body.get("if_version") not in (None, version):
            raise Invalid("If-Match: if_version asks for another version", {"field": "If-Match"})
        body["if_version"] = version

    def tagged(writer: Writer, at: Desk) -> Response:
        try:
            return change(writer, at)
        except Unmet as error:
            found = error.details.get("version")
            tag = [("ETag", _etag(found))] if isinstance(found, int) else []
            raise ApiError(412, error.code, error.message, error.details, tag) from None

    return writing(call, tagged)


_WORLD = "/v1/world"
_DOCUMENT = ("document",)

ROUTES: List[Route] = [
    Route("GET", _WORLD, get_world, "Read the world state.", WorldRecord, query=("document", "version")),
    Route("PUT", _WORLD, put_world, "Replace the world state.", WorldRecord, SetWorldBody, query=_DOCUMENT),
    Route(
        "GET",
        _WORLD + "/history",
        list_world_versions,
        "List its versions, the newest first.",
        WorldHistory,
        query=("document", "limit", "before"),
    ),
    Route(
        "POST",
        _WORLD + "/revert",
        revert_world,
        "Make an earlier version the newest.",
        WorldRecord,
        RevertBody,
        query=_DOCUMENT,
    ),
    Route(
        "GET", _WORLD + "/section", get_section, "Read one section.", Section, query=("document", "heading")
    ),
    Route("PUT", _WORLD + "/section", put_section, "Edit one section.", Section, SectionBody, query=_DOCUMENT),
    Route(
        "GET",
        "/v1/sitrep",
        get_situation,
        "Report what everybody should know.",
        Situation,
        query=("max_chars", "max_sessions", "since"),
    ),
    Route("GET", "/v1/audit", list_audit, "List what was done.", AuditList, query=("limit", "before_id")),
]
