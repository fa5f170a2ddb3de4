"""Finding a route, and reading numbers from a query string."""

from __future__ import annotations

from typing import Dict, cast

import pytest

from engram_server.domains.errors import Invalid
from engram_server.domains.scope import Scope
from engram_server.routes import ALL_ROUTES
from engram_server.routes.base import Call, Route, Router, Services
from engram_server.wire import Response


def handler(call: Call) -> Response:
    return Response(200, [], b"")


def route(method: str, template: str) -> Route:
    return Route(method, template, handler, template, object)


ROUTER = Router(
    [
        route("GET", "/a"),
        route("POST", "/a"),
        route("GET", "/a/{x}"),
        route("GET", "/a/{x}/b"),
        route("DELETE", "/a/{x}/b/{y}"),
        route("GET", "/a/fixed"),
        route("PUT", "/a/fixed"),
    ]
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a", {"GET": ("/a", {}), "POST": ("/a", {})}),
        ("a|1", {"GET": ("/a/{x}", {"x": "1"})}),
        ("a|1|b", {"GET": ("/a/{x}/b", {"x": "1"})}),
        ("a|1|b|2", {"DELETE": ("/a/{x}/b/{y}", {"x": "1", "y": "2"})}),
        ("a|a/b|b|{y}", {"DELETE": ("/a/{x}/b/{y}", {"x": "a/b", "y": "{y}"})}),
        ("a|fixed", {"GET": ("/a/{x}", {"x": "fixed"}), "PUT": ("/a/fixed", {})}),
        ("", {}),
        ("b", {}),
        ("A", {}),
        ("a|1|c", {}),
        ("a|1|b|2|3", {}),
        ("{x}", {}),
    ],
)
def test_segments_find_their_routes(path: str, found: object) -> None:
    """Of two templates that fit, the first in the table wins."""
    segments = tuple(path.split("|")) if path else ()
    assert {method: (one.template, values) for method, (one, values) in ROUTER.find(segments).items()} == found


def test_no_template_of_ours_hides_another() -> None:
    """Each route is found by its own template, with its parameters as they stand there."""
    router = Router(ALL_ROUTES)
    for one in ALL_ROUTES:
        found, values = router.find(tuple(one.template.split("/")[1:]))[one.method]
        assert found is one
        assert all(value == "{" + name + "}" for name, value in values.items())


def call_with(query: Dict[str, str]) -> Call:
    return Call(cast(Services, None), cast(Scope, None), {}, query, None)


@pytest.mark.parametrize(
    ("raw", "value"),
    [(None, 20), ("1", 1), ("100", 100), ("101", 100), ("9" * 18, 100), ("9" * 5_000, 100), ("007", 7)],
)
def test_a_number_is_read_and_cut_to_the_most(raw: "str | None", value: int) -> None:
    query = {} if raw is None else {"limit": raw}
    assert call_with(query).number("limit", 20, 1, 100) == value


@pytest.mark.parametrize(
    "raw", ["", "0", "-1", "+1", " 1", "1 ", "1_0", "1.0", "1e2", "٣", "²", "x", "\0", "0x1"]
)
def test_what_is_no_number_is_invalid(raw: str) -> None:
    with pytest.raises(Invalid, match="^limit: must be a whole number from 1") as caught:
        call_with({"limit": raw}).number("limit", 20, 1, 100)
    assert caught.value.details == {"field": "limit"}
