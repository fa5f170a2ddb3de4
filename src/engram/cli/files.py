"""The commands on a database file: a copy of it while it is in use, and whether it is sound."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from typing import Iterator

from .failure import CommandError


@contextmanager
def _storage_failing() -> Iterator[None]:
    from engram_server.storage import StorageError

    try:
        yield
    except StorageError as error:
        raise CommandError(str(error)) from None


def backup(given: argparse.Namespace) -> None:
    """Copy a database to a new file."""
    from engram_server.storage.copying import copy_database

    with _storage_failing():
        copy_database(given.file, given.copy)
    print(f"{given.copy}  copied")


def check(given: argparse.Namespace) -> None:
    """Read the whole of a database and say what is wrong."""
    from engram_server.storage.copying import check_database

    with _storage_failing():
        found = check_database(given.file)
    if found:
        raise CommandError(f"{given.file} is damaged: {'; '.join(found)}")
    print(f"{given.file}  sound")
