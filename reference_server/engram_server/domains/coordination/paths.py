"""Resources that are paths: how they are normalised, and which of two folders covers the other. Pure."""

from __future__ import annotations

import posixpath
from typing import Iterator, Tuple

# Above every character of a path; what lies in a folder sorts between its name with "/" and its name with this.
_AFTER_SLASH = "0"
_AFTER_ALL = "\U0010ffff"
_HERE = "."


def normalised(path: str) -> str:
    """Return a path without `.`, `..` and doubled slashes, as far as it tells by itself."""
    plain = posixpath.normpath(path)
    # POSIX lets two slashes at the start mean something else; here they do not.
    return plain[1:] if plain.startswith("//") else plain


def covers(folder: str, path: str) -> bool:
    """Return whether a normalised path is, or lies in, a normalised folder."""
    if folder == path:
        return True
    if folder == _HERE:
        return not path.startswith("/") and not _leaves(path)
    root = folder if folder == "/" else folder + "/"
    return path.startswith(root) and not _leaves(path[len(root) :])


def _leaves(rest: str) -> bool:
    """Return whether the rest of a path, seen from a folder, begins by leaving it."""
    return rest == ".." or rest.startswith("../")


def folders(path: str) -> Iterator[str]:
    """Yield the folders in which a normalised path lies."""
    head = posixpath.dirname(path)
    while head:
        if head != path and covers(head, path):
            yield head
        if head == posixpath.dirname(head):
            return
        head = posixpath.dirname(head)
    if path != _HERE and covers(_HERE, path):
        yield _HERE


def inside(folder: str) -> Tuple[str, str]:
    """Return between which names everything sorts that lies in a normalised folder."""
    if folder == _HERE:
        return "", _AFTER_ALL
    root = folder.rstrip("/")
    return root + "/", root + _AFTER_SLASH
