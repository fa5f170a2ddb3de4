"""The generated document: valid, whole, and no schema that is left a stub."""

from __future__ import annotations

import json
from typing import Annotated, Any, Dict, List, Literal, Optional, Tuple, TypedDict, Union

import pytest

from engram.types import VERSION, JsonObject, JsonValue
from engram.types.limits import Between, Items, Length, Utf8Size
from engram_server.openapi import document as made_from
from engram_server.routes import ALL_ROUTES
from engram_server.routes.base import Call, Route
from engram_server.wire import Response


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(json.dumps(made_from(ALL_ROUTES), allow_nan=False))


def operations(document: Any) -> Dict[Tuple[str, str], Any]:
    return {
        (method.upper(), template): operation
        for template, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_valid_openapi(document: Any) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="the validator is in the extra `quality`")
    validator.OpenAPIV31SpecValidator(document).validate()


def test_it_has_every_route_and_no_other(document: Any) -> None:
    assert set(operations(document)) == {(route.method, route.template) for route in ALL_ROUTES}
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == VERSION


def test_operations_are_named_and_described(document: Any) -> None:
    found = operations(document)
    ids = [operation["operationId"] for operation in found.values()]
    assert len(set(ids)) == len(ids)
    for (method, template), operation in found.items():
        assert operation["summary"].endswith(".")
        parameters = {(parameter["in"], parameter["name"]) for parameter in operation["parameters"]}
        assert {name for where, name in parameters if where == "path"} == {
            part[1:-1] for part in template.split("/") if part.startswith("{")
        }
        assert (("header", "Idempotency-Key") in parameters) == (method != "GET")
        is_public = template in ("/healthz", "/readyz", "/openapi.json")
        assert operation.get("security") == ([] if is_public else None)
        assert ("401" in operation["responses"]) == (not is_public)


def test_every_schema_is_described_and_none_is_empty(document: Any) -> None:
    schemas = document["components"]["schemas"]
    assert len(schemas) > 20
    for name, schema in schemas.items():
        assert schema.get("properties"), name
        assert set(schema["required"]) <= set(schema["properties"]), name


def test_only_streams_are_event_streams(document: Any) -> None:
    streams = [
        key
        for key, operation in operations(document).items()
        if any("text/event-stream" in response["content"] for response in operation["responses"].values())
    ]
    assert streams == [("POST", "/v1/query")]


# -- how an annotation becomes a schema


class Inner(TypedDict, total=False):
    """A thing.

    More about it.
    """

    tags: List[str]


class Outer(TypedDict):
    """All forms."""

    text: Annotated[str, Length(1, 9), Utf8Size(20)]
    count: Optional[Annotated[int, Between(1, 5)]]
    share: float
    flag: bool
    mode: Literal["a", "b"]
    many: Annotated[List[Inner], Items(1, 3)]
    by_name: Dict[str, Annotated[int, Between(0, 1)]]
    either: Union[int, Inner]
    any: JsonValue
    some_object: JsonObject


OUTER: Dict[str, Any] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 9, "description": "At most 20 bytes of UTF-8."},
    "count": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 5}, {"type": "null"}]},
    "share": {"type": "number"},
    "flag": {"type": "boolean"},
    "mode": {"enum": ["a", "b"]},
    "many": {"type": "array", "items": {"$ref": "#/components/schemas/Inner"}, "minItems": 1, "maxItems": 3},
    "by_name": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 1}},
    "either": {"anyOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Inner"}]},
    "any": {},
    "some_object": {"type": "object"},
}


def handler(call: Call) -> Response:
    return Response(200, [], b"")


def test_each_form_of_annotation_has_its_schema() -> None:
    made: Any = made_from([Route("POST", "/x/{name}", handler, "Do x.", Outer, Outer, query=("limit",))])
    schemas = made["components"]["schemas"]
    assert schemas["Outer"] == {
        "type": "object",
        "description": "All forms.",
        "properties": OUTER,
        "required": sorted(OUTER),
    }
    assert schemas["Inner"]["description"] == "A thing."
    assert schemas["Inner"]["required"] == []
    assert set(schemas) == {"Outer", "Inner", "ErrorBody"}
    operation = made["paths"]["/x/{name}"]["post"]
    assert operation["operationId"] == "handler"
    assert [parameter["name"] for parameter in operation["parameters"]] == ["name", "limit", "Idempotency-Key"]
