"""Never run: shows that the stubs of `responses` keep the types of a decorated test and of a matcher."""

from __future__ import annotations

import responses
from requests import PreparedRequest
from responses import matchers
from responses.registries import OrderedRegistry


@responses.activate
def plain(count: int) -> str:
    responses.add(responses.GET, "http://localhost/", json={"count": count}, status=200)
    return str(responses.calls[0].request.url)


@responses.activate(registry=OrderedRegistry, assert_all_requests_are_fired=True)
def ordered(count: int) -> str:
    responses.post("http://localhost/", match=[matchers.json_params_matcher({"count": count}, strict_match=False)])
    return plain(count)


def matcher(request: PreparedRequest) -> bool:
    fits, why = matchers.header_matcher({"Accept": "application/json"})(request)
    return fits and not why.upper()


def must_be_errors() -> None:
    plain("1")  # type: ignore[arg-type]  # the decorator kept the parameter
    ordered(1) + 1  # type: ignore[operator]  # the decorator kept the result
    responses.add(responses.GET, "http://localhost/", status="200")  # type: ignore[arg-type]  # a status is a number
    responses.add(responses.GET, "http://localhost/", statsu=200)  # type: ignore[call-arg]  # a misspelt keyword
    responses.get("http://localhost/", match=[len])  # type: ignore[list-item]  # not a matcher
