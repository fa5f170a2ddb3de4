"""Stores to test: every call is tried on a file and in memory."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Iterator

import pytest

from engram_server.storage import Space, Store, open_store

from .samples import add_space


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "engram.db"


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[Store]:
    with closing(open_store(path if request.param == "file" else None)) as opened:
        yield opened


@pytest.fixture
def file_store(path: Path) -> Iterator[Store]:
    with closing(open_store(path)) as opened:
        yield opened


@pytest.fixture
def space(store: Store) -> Space:
    return add_space(store)
