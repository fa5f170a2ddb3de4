"""The routes that are about the server and not about memories: health, readiness, the API's document, the provider."""

from __future__ import annotations

from typing import List, cast

from engram.types import VERSION, Health, JsonObject, ProviderSettings, ProviderState

from ..domains import providers
from ..domains.scope import Reader, Writer
from ..wire import Response, json_response, written_response
from .base import Call, Route, Write


def healthz(call: Call) -> Response:
    return json_response(200, _health())


def readyz(call: Call) -> Response:
    call.scope.probe()
    return json_response(200, _health())


def _health() -> Health:
    return {"status": "ok", "version": VERSION}


def openapi(call: Call) -> Response:
    return written_response(call.services.document())


def get_provider(call: Call) -> Response:
    with call.scope.read() as reader:
        return json_response(200, _provider_shape(reader, call))


def put_provider(call: Call) -> Write:
    body = cast(ProviderSettings, call.body)

    def write(writer: Writer) -> Response:
        providers.save(writer, call.scope, body["base_url"], body["model"], body.get("api_key"))
        return json_response(200, _provider_shape(writer, call))

    return write


def delete_provider(call: Call) -> Write:
    def write(writer: Writer) -> Response:
        providers.remove(writer, call.scope)
        return json_response(200, _provider_shape(writer, call))

    return write


def _provider_shape(reader: Reader, call: Call) -> ProviderState:
    row = providers.get(reader, call.scope)
    return {
        "base_url": row and row.base_url,
        "model": row and row.model,
        "has_api_key": bool(row and row.api_key),
        "configured": row is not None,
    }


_PROVIDER = "/v1/provider"

ROUTES: List[Route] = [
    Route("GET", "/healthz", healthz, "Say that the process lives.", Health, public=True),
    Route("GET", "/readyz", readyz, "Say that the store can be read.", Health, public=True),
    Route("GET", "/openapi.json", openapi, "This document.", JsonObject, public=True),
    Route("GET", _PROVIDER, get_provider, "Read the tenant's model provider; never its key.", ProviderState),
    Route("PUT", _PROVIDER, put_provider, "Set the tenant's model provider.", ProviderState, ProviderSettings),
    Route("DELETE", _PROVIDER, delete_provider, "Forget the tenant's model provider.", ProviderState),
]
