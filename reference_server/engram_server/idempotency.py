"""A write that is sent twice happens once: the first reply is kept with the write and given again.

The reply is recorded in the transaction of the write itself, so there is no moment at which one is there without
the other. Refusals are not recorded: what was refused changed nothing and may be tried again.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from typing import Optional

from engram.types.limits import MAX_IDEMPOTENCY_KEY_CHARS

from .domains.scope import Scope
from .routes.base import Write
from .storage import Reader, Recorded, Writer
from .wire import ApiError, Request, Response

KEEP_MS = 24 * 60 * 60 * 1000
REPLAYED = ("Idempotent-Replayed", "true")

# Forgetting is a range delete: often enough that little piles up, seldom enough to cost nothing.
_FORGET_EVERY = 256

_KEY = re.compile(rf"[\x21-\x7e]{{1,{MAX_IDEMPOTENCY_KEY_CHARS}}}")


class OneTime:
    """One request that carries an `Idempotency-Key`."""

    _count = itertools.count(1)

    def __init__(self, request: Request, key: str, scope: Scope) -> None:
        if not _KEY.fullmatch(key):
            raise ApiError(
                400,
                "invalid_idempotency_key",
                f"Idempotency-Key: must be 1 to {MAX_IDEMPOTENCY_KEY_CHARS} visible ASCII characters",
                {"field": "Idempotency-Key"},
            )
        self._key = key
        self._scope = scope
        # What stands in a header that tells what a call is about makes it another call.
        brain = request.headers.get("x-brain-id", "")
        asked = f"{request.method} {request.path}?{request.query}\n{brain}\n".encode("utf-8", "replace")
        self._fingerprint = hashlib.blake2b(asked + request.body, digest_size=16).digest()

    def earlier(self, reader: Reader) -> Optional[Response]:
        """Return the reply that was given before, None the first time.

        Raises:
            ApiError: 422, the key was used for another request.
        """
        recorded = reader.recorded(self._scope.tenant_id, self._key, self._scope.now())
        if recorded is None:
            return None
        if recorded.fingerprint != self._fingerprint:
            raise ApiError(
                422,
                "idempotency_mismatch",
                "Idempotency-Key: was used for another request; make a new key for each new request",
                {"field": "Idempotency-Key"},
            )
        return Response(recorded.status, [("Content-Type", "application/json"), REPLAYED], recorded.body)

    def once(self, write: Write) -> Write:
        """Return the write that replies as before when it happened before."""

        def guarded(writer: Writer) -> Response:
            return self.earlier(writer) or self.record(writer, write(writer))

        return guarded

    def record(self, writer: Writer, response: Response) -> Response:
        """Keep a reply with the write that it tells of."""
        if isinstance(response.body, bytes):
            now = self._scope.now()
            if next(self._count) % _FORGET_EVERY == 0:
                writer.forget_records(now)
            kept = Recorded(self._fingerprint, response.status, response.body)
            writer.record(self._scope.tenant_id, self._key, kept, now + KEEP_MS)
        return response
