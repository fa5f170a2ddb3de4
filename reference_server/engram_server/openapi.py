"""The OpenAPI 3.1 document, generated from the routes and the wire types; nothing of it is written by hand."""

from __future__ import annotations

import re
from collections import Counter
from typing import (
    Annotated,
    Dict,
    Hashable,
    Iterable,
    List,
    Literal,
    Tuple,
    Union,
    cast,
    get_args,
    get_origin,
)

from engram.types import VERSION, ErrorBody, JsonObject, JsonValue
from engram.types.limits import Between, IsoMoment, Items, JsonSize, Length, Moment, Utf8Size

from .checking import JSON_OBJECTS, JSON_VALUES, hints_of, required_keys
from .routes.base import Route
from .wire import EVENT_STREAM_TYPE, JSON_TYPE

_SCALARS: Dict[object, JsonObject] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
}

# What any call may meet, beside what its own success looks like.
_ERRORS: Dict[str, str] = {
    "400": "Malformed request",
    "401": "No or unknown API key",
    "403": "Another's session",
    "404": "Unknown bucket, memory or path",
    "409": "It exists already",
    "410": "Over: a session that has ended, a lease that has run out",
    "412": "A precondition does not hold",
    "413": "Over a size limit",
    "422": "Well formed but invalid; `details.field` names the field",
    "429": "Too many requests at once; see `Retry-After`",
    "500": "A fault of the server",
    "502": "The model provider failed",
    "503": "Draining or busy; see `Retry-After`",
    "504": "Nothing answered in the time that was given",
    "507": "The disk is full",
}

_QUERY_NOTES: Dict[str, JsonObject] = {
    "limit": {"type": "integer", "minimum": 1},
    "offset": {"type": "integer", "minimum": 0},
    "cursor": {"type": "string"},
    "kind": {"type": "string"},
    "status": {"enum": ["active", "stale", "expired", "completed"]},
    "type": {"type": "string"},
    "since": {"type": "string"},
    "hours": {"type": "number"},
    "before": {"type": "integer", "minimum": 0},
    "before_id": {"type": "integer", "minimum": 0},
    "after_id": {"type": "integer", "minimum": 0},
    "level": {"enum": ["debug", "info", "warning", "error", "amendment"]},
    "search": {"type": "string"},
    "resource": {"type": "string"},
    "session_id": {"type": "string"},
    "token": {"type": "integer", "minimum": 0},
    "document": {"type": "string"},
    "heading": {"type": "string"},
    "version": {"type": "integer", "minimum": 0},
    "max_chars": {"type": "integer", "minimum": 1000},
    "max_sessions": {"type": "integer", "minimum": 0},
}
# Of all others.
_TEXT: JsonObject = {"type": "string"}


def document(routes: Iterable[Route]) -> JsonObject:
    """Return the document of these routes."""
    schemas: Dict[str, JsonObject] = {}
    paths: Dict[str, JsonObject] = {}
    named: "Counter[str]" = Counter()
    for route in routes:
        name = route.handler.__name__
        named[name] += 1
        # What is to be had at two paths is two operations.
        operation_id = name if named[name] == 1 else f"{name}_{named[name]}"
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route, operation_id, schemas)
    described = {
        "openapi": "3.1.0",
        "info": {"title": "Engram", "version": VERSION, "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }
    return cast(JsonObject, described)


def _operation(route: Route, operation_id: str, schemas: Dict[str, JsonObject]) -> JsonObject:
    content: JsonObject = {JSON_TYPE: {"schema": _schema(route.reply, schemas)}}
    if route.streams:
        content[EVENT_STREAM_TYPE] = {"schema": {"type": "string"}}
    failed: JsonObject = {JSON_TYPE: {"schema": _schema(ErrorBody, schemas)}}
    responses: JsonObject = {str(route.status): {"description": "Success", "content": content}}
    if not route.public:
        responses.update({code: {"description": text, "content": failed} for code, text in _ERRORS.items()})
    operation: JsonObject = {
        "operationId": operation_id,
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": responses,
    }
    if route.public:
        operation["security"] = []
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {JSON_TYPE: {"schema": _schema(route.body, schemas)}},
        }
    return operation


def _parameters(route: Route) -> List[JsonValue]:
    in_path: List[JsonValue] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"{(\w+)}", route.template)
    ]
    in_query: List[JsonValue] = [
        {"name": name, "in": "query", "required": False, "schema": _QUERY_NOTES.get(name, _TEXT)}
        for name in route.query
    ]
    in_query += [{"name": name, "in": "header", "required": False, "schema": _TEXT} for name in route.headers]
    if route.method != "GET":
        key: JsonObject = {"type": "string", "maxLength": 255}
        in_query.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": key})
    return in_path + in_query


def _schema(annotation: Hashable, schemas: Dict[str, JsonObject]) -> JsonObject:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in JSON_VALUES:
        return {}
    if annotation in JSON_OBJECTS:
        return {"type": "object"}
    if origin is Annotated:
        return _bounded(arguments, schemas)
    if origin is Union:
        return {"anyOf": [_schema(argument, schemas) for argument in arguments]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0], schemas)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1], schemas)}
    if annotation in _SCALARS:
        return dict(_SCALARS[annotation])
    return _object(cast(type, annotation), schemas)


def _bounded(arguments: Tuple[Hashable, ...], schemas: Dict[str, JsonObject]) -> JsonObject:
    schema = _schema(arguments[0], schemas)
    for bound in arguments[1:]:
        if isinstance(bound, Between):
            schema.update(minimum=bound.low, maximum=bound.high)
        elif isinstance(bound, Length):
            schema.update(minLength=bound.low, maxLength=bound.high)
        elif isinstance(bound, Items):
            schema.update(minItems=bound.low, maxItems=bound.high)
        elif isinstance(bound, Utf8Size):
            schema["description"] = f"At most {bound.high} bytes of UTF-8."
        elif isinstance(bound, JsonSize):
            schema["description"] = f"At most {bound.high} bytes as JSON."
        elif isinstance(bound, Moment):
            schema["format"] = "date-time"
        elif isinstance(bound, IsoMoment):
            schema["description"] = "A moment in ISO 8601; UTC where it has no offset."
    return schema


def _object(kind: type, schemas: Dict[str, JsonObject]) -> JsonObject:
    name = kind.__name__
    if name not in schemas:
        schemas[name] = {}  # Stands in for itself while its fields are described.
        hints = hints_of(kind)
        schemas[name] = {
            "type": "object",
            "description": (kind.__doc__ or "").strip().split("\n\n")[0],
            "properties": {field: _schema(hint, schemas) for field, hint in hints.items()},
            "required": [*sorted(required_keys(kind))],
        }
    return {"$ref": f"#/components/schemas/{name}"}
