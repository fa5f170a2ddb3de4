"""What the contract is tested over: each test runs once a door."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from engram import EngramClient

from .doors import DOORS, Door, open_door

OpenDoor = Callable[..., Door]


@pytest.fixture(scope="session", params=DOORS)
def _open_all_session(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(request.param, tmp_path_factory.mktemp("contract")) as door:
        yield door


@pytest.fixture
def door(_open_all_session: Door) -> Iterator[Door]:
    """An empty server behind one of the doors."""
    yield _open_all_session
    _open_all_session.reset()


@pytest.fixture
def engram(door: Door) -> EngramClient:
    """A client of `door`."""
    return door.client()


@pytest.fixture(params=DOORS)
def open_with(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenDoor]:
    """Opens a door of its own with these settings: `open_with(max_concurrent=1)`."""
    with ExitStack() as stack:

        def opened(**settings: Any) -> Door:
            return stack.enter_context(open_door(request.param, tmp_path, settings))

        yield opened
