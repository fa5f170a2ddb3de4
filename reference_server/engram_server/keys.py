"""API keys: which key belongs to which tenant. The keys themselves are not kept.

Only keyed digests stay in memory, with a salt that dies with the process, and a presented key is compared with all
of them in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Dict, FrozenSet, Iterable, List, Optional, Tuple

DEVELOPMENT_KEY = "eng_test_local_development"
DEFAULT_TENANT = "default"

# What can stand in an `Authorization` header without quoting.
_KEY = re.compile(r"[!-~]{1,512}")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class KeyRing:
    """The known keys. A tenant may have several, so that keys can be changed while both are in use."""

    def __init__(self, salt: bytes, digests: List[Tuple[str, bytes]]) -> None:
        self._salt = salt
        self._digests = digests

    def __repr__(self) -> str:
        return f"<KeyRing of {len(self._digests)} keys>"

    @classmethod
    def from_pairs(cls, pairs: Iterable[Tuple[str, str]]) -> KeyRing:
        """Return the ring of these (tenant, key) pairs.

        Raises:
            ValueError: a name or a key cannot be used, or two tenants have one key. No message holds a key, nor what
                may be one in the wrong place.
        """
        salt = secrets.token_bytes(32)
        tenants: Dict[bytes, str] = {}
        for tenant, key in pairs:
            _check(tenant, key)
            if tenants.setdefault(_digest(salt, key), tenant) != tenant:
                raise ValueError(f"the tenants {tenants[_digest(salt, key)]} and {tenant} have the same key")
        return cls(salt, [(tenant, digest) for digest, tenant in tenants.items()])

    @property
    def tenants(self) -> FrozenSet[str]:
        """The names of all who have a key."""
        return frozenset(tenant for tenant, _ in self._digests)

    def tenant_of(self, presented: str) -> Optional[str]:
        """Return whose key this is, None when it is nobody's."""
        digest = _digest(self._salt, presented)
        found = None
        for tenant, known in self._digests:
            if hmac.compare_digest(digest, known):
                found = tenant
        return found


def _check(tenant: str, key: str) -> None:
    if not _TENANT.fullmatch(tenant):
        raise ValueError("a tenant's name is 1 to 64 letters, digits, `.`, `_` or `-`, the first a letter or digit")
    if not _KEY.fullmatch(key):
        raise ValueError("an API key is 1 to 512 visible ASCII characters")


def _digest(salt: bytes, key: str) -> bytes:
    # Surrogates pass through, so that no two strings have one digest.
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), key=salt).digest()
