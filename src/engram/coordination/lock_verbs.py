"""The verbs of locks."""

from __future__ import annotations

import math
import time
from typing import Callable, List, Optional, Sequence

from ..codec import check_is_many
from ..errors import ValidationError
from ..types.coordination import HeldLock
from . import calls
from .errors import ResourceLocked
from .place import Place
from .results import Lease, Row, lease_of, lock_row
from .session_verbs import SessionVerbs, logger, path_of

# Between two attempts to get a lock, in seconds: at first, and at most.
_FIRST_PAUSE = 0.005
_LONGEST_PAUSE = 0.25


def _check_is_text(value: object, what: str) -> None:
    # In a query string None would ask for everything.
    if not isinstance(value, str):
        raise ValidationError(f"{what}: must be a string, not {type(value).__name__}", outcome="not_sent")


def _check_is_time(value: object, what: str) -> None:
    if not isinstance(value, (int, float)) or math.isnan(value):
        raise ValidationError(f"{what}: must be a number of seconds, not {value!r:.40}", outcome="not_sent")


class LockVerbs(SessionVerbs):
    """Locks: advisory ones warn, exclusive ones exclude."""

    def __init__(self, place: Place, owned: Optional[bool], sleep: Callable[[float], None] = time.sleep) -> None:
        super().__init__(place, owned)
        self._sleep = sleep

    def lock_resource(
        self,
        session_id: str,
        resource: str,
        note: Optional[str] = None,
        *,
        mode: str = "advisory",
        ttl_s: Optional[float] = None,
        wait_s: float = 0.0,
        path: bool = False,
        strict: bool = False,
    ) -> Optional[Lease]:
        """Lock a resource and return the lease; None where the session is unknown or over.

        An advisory lock is always granted, and warns when others hold the resource. An exclusive one is granted to
        one session at a time: another waits up to `wait_s` seconds for it. It ends after `ttl_s` seconds (30 minutes)
        unless `renew` or the session's `heartbeat` let it go on. With `path` the resource is a path, and a lock on a
        folder covers what lies in it. Locking again renews: the note stays unless there is a new one, and so does the
        token, unless the lock becomes exclusive after another was granted.

        Raises:
            ResourceLocked: the lock is exclusive and others hold the resource.
        """
        found = self._lock(session_id, [resource], note, mode, ttl_s, wait_s, path, strict)
        return found[0] if found else None

    def try_lock(
        self,
        session_id: str,
        resource: str,
        note: Optional[str] = None,
        *,
        mode: str = "exclusive",
        ttl_s: Optional[float] = None,
        path: bool = False,
        strict: bool = False,
    ) -> Optional[Lease]:
        """Lock a resource, or return None where that cannot be at once."""
        try:
            return self.lock_resource(session_id, resource, note, mode=mode, ttl_s=ttl_s, path=path, strict=strict)
        except ResourceLocked:
            return None

    def lock_many(
        self,
        session_id: str,
        resources: Sequence[str],
        note: Optional[str] = None,
        *,
        mode: str = "advisory",
        ttl_s: Optional[float] = None,
        wait_s: float = 0.0,
        path: bool = False,
        strict: bool = False,
    ) -> List[Lease]:
        """Lock resources, all of them or none; return the leases in the order of the resources' names.

        Raises:
            ResourceLocked: the locks are exclusive and others hold one of the resources. Nothing was locked.
        """
        check_is_many(resources, "resources")
        return self._lock(session_id, resources, note, mode, ttl_s, wait_s, path, strict)

    def renew(self, lease: Lease, ttl_s: Optional[float] = None) -> Lease:
        """Let a lease last from now on, and return it as it is now.

        Raises:
            LeaseOver: it ended; lock the resource again.
        """
        body = {
            "session_id": lease.session_id,
            "resource": lease.resource,
            "fence": lease.token,
            "ttl_s": ttl_s,
            "token": self._token(lease.session_id),
        }
        return lease_of(self._place.send(calls.RENEW, body=body))

    def release_resource(
        self, session_id: str, resource: str, *, force: bool = False, path: bool = False, strict: bool = False
    ) -> bool:
        """Release the lock of a session, by `force` those of all others as well; return whether there was any."""
        body = {
            "resource": resource,
            "force": force,
            "path": path,
            "token": self._token(session_id),
        }
        found = self._told(lambda: self._place.send(calls.RELEASE, body={**body, **path_of(session_id)}), strict)
        return found is not None and found["released"] > 0

    def check_locks(self, resource: str, *, path: bool = False) -> List[Row]:
        """Return who holds a resource, and what they do.

        With `path` also who holds a folder that it lies in, or what lies in it.

        Raises:
            ValidationError: the resource is no string.
        """
        _check_is_text(resource, "resource")
        found = self._place.send(calls.LIST_LOCKS, query={"path" if path else "resource": resource})
        return [lock_row(told) for told in found["locks"]]

    def list_locks(self, session_id: Optional[str] = None) -> List[HeldLock]:
        """Return the locks of a session, or of all, with their modes, tokens and times in UTC."""
        return self._place.send(calls.LIST_LOCKS, query={"session_id": session_id})["locks"]

    def validate(self, resource: str, token: int) -> bool:
        """Return whether a fencing token holds. Of all tokens of a resource at most one does.

        Its lease lasts and is exclusive; or it lasts, nobody was granted the resource after it, and nobody else has it
        alone.
        """
        return self._place.send(calls.VALIDATE, query={"resource": resource, "token": token})["valid"]

    def _lock(
        self,
        session_id: str,
        resources: Sequence[str],
        note: Optional[str],
        mode: str,
        ttl_s: Optional[float],
        wait_s: float,
        path: bool,
        strict: bool,
    ) -> List[Lease]:
        body = {
            "resources": list(resources),
            "note": note,
            "mode": mode,
            "ttl_s": ttl_s,
            "path": path,
            "token": self._token(session_id),
        }
        _check_is_time(wait_s, "wait_s")
        waited, pause = 0.0, _FIRST_PAUSE
        while True:
            try:
                told = self._told(lambda: self._place.send(calls.LOCK, body={**body, **path_of(session_id)}), strict)
                break
            except ResourceLocked as locked:
                if waited >= wait_s:
                    raise
                nap = min(pause, wait_s - waited, max(locked.expires_in_s, _FIRST_PAUSE))
            self._sleep(nap)
            waited, pause = waited + nap, min(pause * 2, _LONGEST_PAUSE)
        leases = [lease_of(one) for one in told["leases"]] if told else []
        for lease in leases:
            if lease.holders:
                logger.warning("%s: %s is also held by %s", session_id, lease.resource, ", ".join(lease.holders))
        return leases
