"""The routes of brains: making, finding, changing, deleting; figures; export and import."""

from __future__ import annotations

from typing import List, Union, cast

from engram.types.brain import BrainSnapshotWire, BrainStats, BrainWire
from engram.types.brain_calls import BrainList, CreateBrainBody, Done, UpdateBrainBody
from engram.types.brain_keeping import BrainSnapshotInput

from ..domains.brain import brains, transfer
from ..domains.brain.parts import MOST_PARTS, Part, received
from ..domains.scope import Writer
from ..wire import Response, json_response
from .base import Call, Route, Write
from .brain_base import flag, meant_brain, part, route

_DEFAULT_PAGE = 100


def list_brains(call: Call) -> Response:
    limit, offset = part(call, _DEFAULT_PAGE)
    with call.scope.read() as reader:
        found, total = brains.page(reader, call.scope, name=call.query.get("name"), limit=limit, offset=offset)
    body: BrainList = {"brains": found, "total": total}
    return json_response(200, body)


def create_brain(call: Call) -> Write:
    body, meant_id = cast(CreateBrainBody, call.body), meant_brain(call)
    return lambda writer: json_response(200, brains.create(writer, call.scope, body, meant_id))


def get_brain(call: Call) -> Response:
    with call.scope.read() as reader:
        return json_response(200, brains.get(reader, call.scope, call.path["brain_id"]))


def update_brain(call: Call) -> Write:
    body = cast(UpdateBrainBody, call.body)
    return lambda writer: json_response(200, brains.update(writer, call.scope, call.path["brain_id"], body))


def delete_brain(call: Call) -> Write:
    brain_id = call.path["brain_id"]

    def write(writer: Writer) -> Response:
        brains.remove(writer, call.scope, brain_id)
        done: Done = {"status": "deleted", "id": brain_id}
        return json_response(200, done)

    return write


def get_brain_stats(call: Call) -> Response:
    with call.scope.read() as reader:
        return json_response(200, brains.stats(reader, call.scope, call.path["brain_id"]))


def export_brain(call: Call) -> Response:
    with call.scope.read() as reader:
        return json_response(200, transfer.exported(reader, call.scope, call.path["brain_id"]))


def import_brain(call: Call) -> Write:
    brain_id, snapshot, replace = call.path["brain_id"], cast(BrainSnapshotInput, call.body), flag(call, "replace")
    upload = call.query.get("upload")
    if not upload:
        return lambda writer: json_response(
            200, transfer.imported(writer, call.scope, brain_id, snapshot, replace=replace)
        )
    of = call.number("parts", 1, 1, MOST_PARTS)
    part = Part(upload, call.number("part", 1, 1, of), of)

    def write(writer: Writer) -> Response:
        brain = received(writer, call.scope, brain_id, snapshot, part, replace=replace)
        waiting: Done = {"status": "waiting", "id": upload}
        return json_response(200, brain or waiting)

    return write


_BRAIN = "/brain/{brain_id}"

ROUTES: List[Route] = [
    route("GET", "/brain", list_brains, "List saved brains.", BrainList, None, ("name", "limit", "offset")),
    route("POST", "/brain/create", create_brain, "Make a brain.", BrainWire, CreateBrainBody),
    route("GET", _BRAIN, get_brain, "Read a brain; any bucket is one.", BrainWire),
    route("PUT", _BRAIN, update_brain, "Change a brain's name and settings.", BrainWire, UpdateBrainBody),
    route("DELETE", _BRAIN, delete_brain, "Delete a brain and its bucket.", Done),
    route("GET", _BRAIN + "/stats", get_brain_stats, "Read the figures of a brain.", BrainStats),
    route("GET", _BRAIN + "/export", export_brain, "Take out a whole brain.", BrainSnapshotWire),
    route(
        "POST",
        _BRAIN + "/import",
        import_brain,
        "Make a brain of a snapshot, in one piece or in parts, whole or not at all.",
        Union[BrainWire, Done],
        BrainSnapshotInput,
        ("replace", "upload", "part", "parts"),
    ),
]
