"""What the contract of `Memory` is tested over: each test runs once a door."""

from __future__ import annotations

from typing import Iterator

import pytest

from engram.memory_verbs import MemoryVerbs

from .doors import DOORS, Door, open_door


@pytest.fixture(scope="session", params=DOORS)
def _open_all_session(request: pytest.FixtureRequest) -> Iterator[Door]:
    with open_door(request.param) as door:
        yield door


@pytest.fixture
def door(_open_all_session: Door) -> Iterator[Door]:
    """An empty memory behind one of the doors."""
    yield _open_all_session
    _open_all_session.reset()


@pytest.fixture
def memory(door: Door) -> MemoryVerbs:
    """The memory of `door`."""
    return door.memory
