"""Buckets: named spaces of one tenant."""

from __future__ import annotations

import unicodedata
from typing import List, Optional, Tuple

from engram.types.limits import MAX_BUCKET_NAME_CHARS

from ...storage import Reader, Space, Writer
from ..errors import Invalid, Taken, Unknown
from ..scope import Scope


def bucket_name(raw: str, field: str = "bucket") -> str:
    """Return a name in the form in which names are compared: NFC, case kept.

    Raises:
        Invalid: empty, too long as it came or in that form, `.` or `..`, or with control characters.
    """
    name = unicodedata.normalize("NFC", raw)
    if not name or name in (".", ".."):
        raise Invalid(f"{field}: {name!r} is not a bucket name", {"field": field})
    if max(len(raw), len(name)) > MAX_BUCKET_NAME_CHARS:
        raise Invalid(f"{field}: must have at most {MAX_BUCKET_NAME_CHARS} characters", {"field": field})
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise Invalid(f"{field}: must not hold control characters", {"field": field})
    return name


def require(reader: Reader, scope: Scope, name: str) -> Space:
    """Return the bucket of that name.

    Raises:
        Unknown: there is none.
    """
    space = reader.space(scope.tenant_id, name)
    if space is None:
        raise Unknown("Bucket not found", {"bucket": name}, code="bucket_not_found")
    return space


def make(writer: Writer, scope: Scope, name: str, description: Optional[str]) -> Space:
    """Make a bucket.

    Raises:
        Taken: there is one of that name.
    """
    if writer.space(scope.tenant_id, name) is not None:
        raise Taken("Bucket already exists", {"field": "name", "bucket": name}, code="bucket_exists")
    return _add(writer, scope, name, description)


def obtain(writer: Writer, scope: Scope, name: str) -> Space:
    """Return the bucket of that name, made if need be: the first write makes the bucket."""
    return writer.space(scope.tenant_id, name) or _add(writer, scope, name, None)


def page(
    reader: Reader, scope: Scope, *, limit: int, offset: int, after: Optional[int]
) -> Tuple[List[Space], int]:
    """Return buckets in the order in which they were made, and how many there are."""
    total = reader.count_spaces(scope.tenant_id)
    return reader.spaces(scope.tenant_id, limit=limit, offset=offset, after=after or 0), total


def remove(writer: Writer, scope: Scope, name: str) -> Space:
    """Remove a bucket and everything in it."""
    space = require(writer, scope, name)
    writer.remove_space(space.id)
    return space


def _add(writer: Writer, scope: Scope, name: str, description: Optional[str]) -> Space:
    return writer.add_space(
        scope.tenant_id, name=name, public_id=scope.ids.new("bkt"), description=description, now=scope.now()
    )
