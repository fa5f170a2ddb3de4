"""The App: one request in, one response out, whichever door it came through. No sockets here.

Route, authenticate, take a slot, check the body, run the handler, map errors. The one broad `except` of the
package is here: what nobody foresaw becomes a 500 with a request id and a traceback in the log, never in the reply.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Dict, Mapping, Optional, Tuple, Type
from urllib.parse import parse_qsl, unquote_to_bytes

from engram.types.limits import MAX_BODY_BYTES

from .checking import check
from .clock import Clock, milliseconds, system_clock
from .config import ConfigError, Settings
from .domains.coordination.tending import Rules, sweep
from .domains.engrams.keeping_up import Backlog, forget_expired
from .domains.errors import (
    DomainError,
    Forbidden,
    Invalid,
    Late,
    Malformed,
    Over,
    ProviderFailed,
    Taken,
    Unknown,
    Unmet,
    Unproven,
)
from .domains.hosted.profiles import Upkeep
from .domains.hosted.drafting import INDEXING
from .domains.providers import Providers
from .domains.scope import Scope
from .idempotency import OneTime
from .ids import Ids
from .jsontext import parse
from .keys import KeyRing
from .openapi import document
from .provider import Provider
from .routes import ALL_ROUTES
from .routes.base import Call, Route, Router, Services
from .storage import Store, StorageBusyError, StorageError, StorageFullError, Writer, open_store
from .tenants import Slots
from .wire import ApiError, Request, Response, Stream, body_too_large, encode_json, error_response

# The last is what `build_app` raises.
__all__ = ["App", "build_app", "StorageError"]

logger = logging.getLogger("engram_server")

_DOMAIN_STATUS: Dict[Type[DomainError], int] = {
    Malformed: 400,
    Invalid: 422,
    Unproven: 401,
    Forbidden: 403,
    Unknown: 404,
    Taken: 409,
    Over: 410,
    Unmet: 412,
    ProviderFailed: 502,
    Late: 504,
}

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)

_BUSY_RETRY_SECONDS = 1


class App:
    """The server without its doors. Safe to call from many threads; starts none."""

    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        *,
        providers: Providers,
        max_concurrent: int,
        rules: Rules = Rules(),
        clock: Clock = system_clock,
        ids: Optional[Ids] = None,
    ) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._ids = ids or Ids(clock)
        self._slots = Slots(max_concurrent)
        self._router = Router(ALL_ROUTES)
        self._services = Services(providers, Upkeep(), rules, Backlog(), _document)
        self._tenants = self._make_tenants()

    def handle(self, request: Request) -> Response:
        """Answer a request. Never raises."""
        given = request.headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else self._ids.new("req")
        try:
            response = self._answer(request)
        except Exception as error:  # The boundary: nothing a request does may take the server down.
            return error_response(_as_api_error(error, request_id), request_id)
        response.headers.append(("X-Request-Id", request_id))
        return response

    def reset(self) -> None:
        """Forget everything that is stored. For tests: there is no way back."""
        self._store.write(Writer.erase)
        self._tenants = self._make_tenants()

    def sweep(self) -> None:
        """End what is over of every tenant, as its next request would."""
        try:
            for tenant_id in self._tenants.values():
                scope = self._scope(tenant_id)
                sweep(scope, self._services.coordination)
                for bucket, changes in forget_expired(scope).items():
                    self._services.profiles.after_write(scope, bucket, changes)
        except StorageError as error:
            logger.warning("what is over could not be ended now: %s", error)

    def close(self) -> None:
        """Close the store. Safe to call again."""
        self._store.close()

    def _make_tenants(self) -> Mapping[str, int]:
        now = milliseconds(self._clock)
        names = sorted(self._keys.tenants)
        return self._store.write(lambda writer: {name: writer.ensure_tenant(name, now) for name in names})

    def _answer(self, request: Request) -> Response:
        route, path = self._route(request)
        if route.public:
            return self._run(request, route, self._call(request, route, path, tenant_id=0))
        tenant_id = self._authenticate(request.headers.get("authorization", ""))
        self._slots.take(tenant_id)
        response = None
        try:
            call = self._call(request, route, path, tenant_id)
            if route.before is not None:
                route.before(call)
            response = self._run(request, route, call)
            if route.after is not None:
                route.after(call)
        finally:
            if response is not None and isinstance(response.body, Stream):
                response.body.on_close(lambda: self._slots.give_back(tenant_id))
            else:
                self._slots.give_back(tenant_id)
        return response

    def _route(self, request: Request) -> Tuple[Route, Dict[str, str]]:
        found = self._router.find(_segments(request.path))
        if not found:
            raise ApiError(404, "no_such_path", "There is nothing at this path")
        if request.method not in found:
            allowed = ", ".join(sorted(found))
            raise ApiError(
                405, "method_not_allowed", f"This path takes {allowed}", {}, [("Allow", allowed)]
            )
        return found[request.method]

    def _authenticate(self, header: str) -> int:
        match = _BEARER.fullmatch(header)
        tenant = self._keys.tenant_of(match.group(1)) if match else None
        if tenant is None:
            raise ApiError(
                401,
                "invalid_api_key",
                "Invalid API key: send one as `Authorization: Bearer KEY`",
                {},
                [("WWW-Authenticate", "Bearer")],
            )
        return self._tenants[tenant]

    def _call(self, request: Request, route: Route, path: Dict[str, str], tenant_id: int) -> Call:
        body: object = None
        if route.body is not None:
            if len(request.body) > MAX_BODY_BYTES:
                raise body_too_large()
            if request.headers.get("content-encoding", "identity").lower() != "identity":
                raise ApiError(
                    415,
                    "unsupported_content_encoding",
                    "Content-Encoding: the body must not be compressed",
                    {"field": "Content-Encoding"},
                )
            body = parse(request.body)
            check(route.body, body, route.refusal)
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        return Call(self._services, self._scope(tenant_id), path, query, body, request.headers)

    def _scope(self, tenant_id: int) -> Scope:
        return Scope(tenant_id, self._store, self._clock, self._ids)

    def _run(self, request: Request, route: Route, call: Call) -> Response:
        key = request.headers.get("idempotency-key")
        if key is None or route.method == "GET":
            outcome = route.handler(call)
            return outcome if isinstance(outcome, Response) else self._store.write(outcome)
        return self._run_once(OneTime(request, key, call.scope), route, call)

    def _run_once(self, one_time: OneTime, route: Route, call: Call) -> Response:
        # A write asks inside of its transaction; what only reads asks first, as a model may be paid to answer.
        earlier = self._earlier(one_time) if route.reads else None
        if earlier is not None:
            return earlier
        try:
            outcome = route.handler(call)
        except DomainError:
            # What was done once is told again, whatever would be said of it now.
            earlier = self._earlier(one_time)
            if earlier is None:
                raise
            return earlier
        if not isinstance(outcome, Response):
            return self._store.write(one_time.once(outcome))
        reply = outcome
        return self._store.write(one_time.once(lambda writer: reply))

    def _earlier(self, one_time: OneTime) -> Optional[Response]:
        with self._store.read() as reader:
            return one_time.earlier(reader)


def _segments(path: str) -> Tuple[str, ...]:
    """Return the decoded segments of a raw path: split first, so that an encoded slash stays in its segment.

    Raises:
        ApiError: 400, a segment is empty, `.` or `..`, or no UTF-8. None of them may ever mean another path.
    """
    if path == "/":
        return ()
    segments = []
    for raw in path.split("/")[1:]:
        try:
            segment = unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError:
            raise ApiError(400, "malformed_path", "A segment of the path is not UTF-8") from None
        if segment in ("", ".", ".."):
            raise ApiError(400, "malformed_path", f"A segment of the path is {segment!r}; name what is meant")
        segments.append(segment)
    return tuple(segments)


def _as_api_error(error: Exception, request_id: str) -> ApiError:
    if isinstance(error, ApiError):
        return error
    if isinstance(error, DomainError):
        return ApiError(_DOMAIN_STATUS[type(error)], error.code, error.message, error.details)
    if isinstance(error, StorageFullError):
        return ApiError(507, "storage_full", "The disk is full; nothing was stored")
    if isinstance(error, StorageBusyError):
        return ApiError(
            503,
            "storage_busy",
            "The storage is busy; nothing was stored",
            {},
            [("Retry-After", str(_BUSY_RETRY_SECONDS))],
        )
    logger.error("request %s failed", request_id, exc_info=error)
    what = "The storage failed" if isinstance(error, StorageError) else "The server failed"
    return ApiError(500, "internal_error", f"{what}; its log tells more under {request_id}")


@lru_cache(maxsize=None)
def _document() -> bytes:
    return encode_json(document(ALL_ROUTES))


def _default_provider(settings: Settings) -> Optional[Provider]:
    if not settings.llm_base_url or not settings.llm_model:
        return None
    try:
        return Provider(settings.llm_base_url, settings.llm_model, settings.llm_api_key)
    except ValueError as error:
        field, _, what = str(error).partition(": ")
        raise ConfigError(f"--llm-{field.replace('_', '-')}: {what}") from None


def build_app(settings: Settings, *, clock: Clock = system_clock, ids: Optional[Ids] = None) -> App:
    """Open the store and return the App of these settings.

    Raises:
        RefusedFileError: the database file is corrupt, foreign or newer.
        ConfigError: the model provider's URL can never work.
    """
    default = _default_provider(settings)
    return App(
        open_store(settings.db, durability=settings.durability, indexing=INDEXING),
        KeyRing.from_pairs(settings.api_keys),
        providers=Providers(default, required=settings.require_provider),
        max_concurrent=settings.max_concurrent,
        rules=Rules(settings.stale_after * 1000, settings.expire_after * 1000, settings.keep_versions),
        clock=clock,
        ids=ids,
    )
