"""What the contract of `Memory` is tested over: each test runs once a door."""

from __future__ import annotations

from typing import Iterator

import pytest

from engram.memory_verbs import MemoryVerbs

from .doors import DOORS, Door, open_door


# For a module and no longer: a crew that is still there is what other tests wait to see gone.
@pytest.fixture(scope="module", params=DOORS)
def _open_all_along(request: pytest.FixtureRequest) -> Iterator[Door]:
    with open_door(request.param) as door:
        yield door


@pytest.fixture
def door(_open_all_along: Door) -> Iterator[Door]:
    """An empty memory behind one of the doors."""
    yield _open_all_along
    _open_all_along.reset()


@pytest.fixture
def memory(door: Door) -> MemoryVerbs:
    """The memory of `door`."""
    return door.memory
