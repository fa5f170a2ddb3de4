"""What the tests of a brain run over: each test once in memory, in a file and behind a server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Iterator

import pytest

from engram.brain.storage import BrainStorage
from engram.testing import LiveServer

from .places import PLACES, brain_of, storage_in


@pytest.fixture(params=PLACES)
def storage(request: pytest.FixtureRequest, tmp_path: Path, engram_server: LiveServer) -> Iterator[BrainStorage]:
    """A storage that means an empty brain."""
    opened = storage_in(request.param, tmp_path, engram_server)
    asyncio.run(opened.save_brain(brain_of()))
    yield opened
    asyncio.run(opened.close())
